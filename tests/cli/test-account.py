#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-account.py - pageowner-account: where all memory is, from the files of /proc and /sys
of this machine and of folders, whole and damaged. Each file by itself: test-account-machine.c.
"""
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

from lib import DATA, finish, skip, tool, verdict

ACCOUNT = tool("account")
MACHINES = DATA + "/machine"
MEMINFO = ("MemTotal: 100000 kB\nMemFree: 10000 kB\nBuffers: 10 kB\nCached: 20000 kB\n"
           "AnonPages: 5000 kB\nSlab: 4000 kB\nPageTables: 50 kB\nKernelStack: 60 kB\n")


class Run:
    def __init__(self, *arguments, text=""):
        done = subprocess.run([ACCOUNT, *arguments], input=text.encode(), capture_output=True,
                              check=False)
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr.decode()


def machine(name, **files):
    """A folder: files by their path, in which "__" is "/"."""
    for path, text in {"proc__meminfo": MEMINFO, **files}.items():
        path = os.path.join(name, path.replace("__", "/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb" if isinstance(text, bytes) else "w") as file:
            file.write(text)
    return name


def document(*arguments):
    return json.loads(Run("--json", *arguments).out)


def is_exact(account):
    """Whether classes add up to MemTotal, and each class to its parts and its rest."""
    parts = {c["class"]: sum(p["bytes"] for p in account["parts"] if p["class"] == c["class"])
             for c in account["classes"]}
    return sum(c.get("meminfo_bytes", 0) for c in account["classes"]) == \
        account["total_bytes"] and all(
            "rest_bytes" not in c or
            parts[c["class"]] + c["rest_bytes"] == c.get("meminfo_bytes", c.get("outside_bytes"))
            or (not c["rest_bytes"] and parts[c["class"]] > c["meminfo_bytes"])
            for c in account["classes"])


def try_machines():
    for name in sorted(os.listdir(MACHINES)):
        run = Run(f"{MACHINES}/{name}")
        account = document(f"{MACHINES}/{name}")
        verdict(run.status == 0 and not run.err and is_exact(account) and
                {f["state"] for f in account["files"]} == {"read", "absent"},
                f"{name}: each byte once, and nothing to say", run.err)
    run = Run(f"{MACHINES}/linux-6.12-work")
    text = run.out.decode()
    verdict(text.startswith("unexplained: 4.7 MiB of 484.5 MiB (1.0 %)\n"
                            "(who holds it: load pageowner.ko, or boot with page_owner=on, "
                            "then use pageowner-stacks-top --account)\n\n"), "the answer is first",
            text[:300])
    lines = [" ".join(line.split()) for line in text.splitlines()]
    want = ["free 300.8 MiB 62.1 %", "order 10 228.0 MiB 47.1 % 57 blocks buddyinfo",
            "ext4_inode_cache 1.1 MiB 0.2 % 1095 objects slabinfo",
            "load_module 1.1 MiB 0.2 % 18 areas vmallocinfo", "84 others 3.3 MiB 0.7 %",
            "in no cache: kmalloc() of more than two pages 1.6 MiB 0.3 %",
            "unexplained 4.7 MiB 1.0 %", "all memory 484.5 MiB 100.0 %",
            "reserved at boot 27.0 MiB outside"]
    verdict(all(line in lines for line in want), "the table has lines, their parts, and the sum",
            [line for line in want if line not in lines], text)
    few = Run("--top=1", f"{MACHINES}/linux-6.12-work").out.decode().split("\n")
    every = Run("--top=0", f"{MACHINES}/linux-6.12-work").out.decode().split("\n")
    verdict(len(few) < len(lines) < len(every) and sum("slabinfo" in x for x in few) == 1 and
            sum("slabinfo" in x for x in every) == 89, "--top is about each line")
    parts = document("--top=2", f"{MACHINES}/linux-6.12-work")["parts"]
    verdict(max(sum(p["class"] == q["class"] for q in parts) for p in parts) == 2,
            "--top is about each class in json as well")


def try_damage():
    zone = "Node 0, zone Normal\n present 30000\n managed 25000\n count: 3\n"
    slab = "slabinfo - version: 2.1\na 1 2 64 4 1 : tunables 0 0 0 : slabdata 9 9 0\n"
    cases = [
        ("a cut slabinfo", {"proc__slabinfo": slab + "b 1 2 64 4 1 : tunables 0 0 0 : slabd"},
         3, "proc/slabinfo: 1 of 3 lines are damaged and left out, the first is line 3"),
        ("a file of another kind", {"proc__vmallocinfo": slab},
         3, "proc/vmallocinfo: 2 of 2 lines are damaged"),
        ("zones of this machine", {"proc__zoneinfo": zone}, 0, ""),
        ("zones of another machine", {"proc__zoneinfo": zone.replace("25", "9")},
         3, "proc/zoneinfo: its zones do not have as much memory as MemTotal says"),
        ("a cut zoneinfo", {"proc__zoneinfo": zone + zone[:42]},
         3, "proc/zoneinfo: 1 of 7 lines are damaged"),
        ("numbers that wrap", {"proc__meminfo": MEMINFO +
                               "Percpu: 18446744073709551615 kB\nBounce: -3 kB\n"},
         3, "proc/meminfo: 2 of 10 lines are damaged and left out, the first is line 9"),
        ("a cut meminfo", {"proc__meminfo": MEMINFO[:60]},
         3, "proc/meminfo: lines that each kernel has are missing: it is not complete"),
        ("memory that is counted twice", {"proc__meminfo": MEMINFO + "Percpu: 99999999 kB\n"},
         3, "meminfo counts 95.3 GiB twice: it is damaged"),
        ("slabs that are smaller", {"proc__slabinfo": slab.replace(" 9 9 ", " 9 99999 ")},
         0, "note: slab: the parts are 390.6 MiB, all of it is 3.9 MiB"),
        ("noise", {"proc__slabinfo": bytes(range(256)) * 99, "proc__buddyinfo": "\0\n" * 9,
                   "proc__vmallocinfo": b"\xff" * 200000, "proc__zoneinfo": "\n" * 9,
                   "sys__block__zram0__mm_stat": "x", "proc__vmstat": "a b c\n"},
         3, "proc/vmallocinfo: 1 of 1 lines are damaged"),
        ("a new line of meminfo", {"proc__meminfo": MEMINFO + "Novelty: 2048 kB\n"}, 0, ""),
    ]
    for number, (what, files, status, sentence) in enumerate(cases):
        folder = machine(f"case{number}", **files)
        run, account = Run(folder), document(folder)
        verdict(run.status == status and sentence in run.err and is_exact(account),
                f"{what}: said, and no wrong sum", run.status, run.err, account)
    text = " ".join(Run(folder).out.decode().split())
    verdict("Novelty 2.0 MiB unknown meminfo" in text and
            account["unknown"] == [{"name": "Novelty", "bytes": 2 << 20}],
            "a line of meminfo that is new is shown", text)
    folder = machine("links")
    os.mkfifo("links/proc/slabinfo")
    os.symlink("/dev/zero", "links/proc/vmallocinfo")
    os.symlink("zoneinfo", "links/proc/zoneinfo")
    began = time.monotonic()
    run = Run(folder)
    verdict(run.status == 3 and run.err.count("not a regular file") == 2 and
            time.monotonic() - began < 20, "what is no file is not waited for", run.err)


def try_details():
    """Who has shared memory: it is shown below its part, and is a sum of nothing."""
    shared = machine(
        "shared", proc__meminfo=MEMINFO + "Shmem: 15000 kB\n",
        proc__mounts="tmpfs /run tmpfs rw 0 0\ntmpfs /a\\033[31m tmpfs rw 0 0\n",
        df="Filesystem 1K-blocks Used Available Use% Mounted on\n"
           "tmpfs 90000 10240 8 12% /run\ntmpfs 90000 1024 8 12% /a?[31m\n",
        **{"sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages": "3\n",
           "sys/devices/system/node/online": "1\n"},
        proc__iomem="00001000-06a7ffff : System RAM\n  00100000-002fffff : Kernel code\n",
        proc__7__status="Name:\tdb\nRssShmem:\t 4096 kB\n",
        proc__8__status="Name:\tdb\nRssShmem:\t 2048 kB\n", proc__x__status="Name: x\n",
        proc__7__fdinfo__3="drm-driver:\ti915\ndrm-client-id:\t4\ndrm-resident-system:\t9 MiB\n",
        proc__8__fdinfo__5="drm-driver:\ti915\ndrm-client-id:\t4\ndrm-resident-system:\t9 MiB\n",
        proc__8__fdinfo__x="drm-driver:\ti915\ndrm-client-id:\t5\ndrm-resident-system:\t9 MiB\n")
    run, account = Run(shared), document(shared)
    lines = [" ".join(line.split()) for line in run.out.decode().splitlines()]
    want = ["shared memory (tmpfs, shm, memfd) 14.6 MiB 15.0 % meminfo", "/run 10.0 MiB detail tmpfs",
            "mapped by db 4.0 MiB detail 2 processes processes", "/a?[31m 1.0 MiB detail tmpfs"]
    verdict(run.status == 0 and not run.err and all(line in lines for line in want) and
            is_exact(account), "the tmpfs that has the shared memory is named",
            [line for line in want if line not in lines], lines, run.err)
    details = {d["detail"]: d for d in account["details"]}
    verdict({"class": "reserved", "label": "reserved at boot", "part": "Kernel code",
             "source": "iomem", "bytes": 2 << 20} in account["parts"],
            "the image of the kernel is known", account["parts"])
    verdict(details["2 MiB pages of node1"]["bytes"] == 6 << 20,
            "huge pages are known by node", details)
    clients = [d for d in details if "i915" in d]
    verdict(len(clients) == 1 and details[clients[0]]["bytes"] == 9 << 20,
            "a client that two processes have open is one", clients)
    verdict(details["/run"] == {
        "class": "page_cache", "label": "page cache", "detail": "/run", "source": "tmpfs",
        "bytes": 10 << 20} and details["mapped by db"]["count"] == 2,
            "details are a list of their own in json", details)
    run = Run("--top=1", shared)
    verdict(b"4 details more (--top=0)" in run.out and len(
        document("--top=1", shared)["details"]) == 2, "--top is about the details of each line", run.out)


def try_inputs():
    os.makedirs("empty")
    for arguments, status, sentence in (
            (["empty"], 1, "empty/proc/meminfo: No such file or directory"),
            (["nowhere"], 1, "nowhere: No such file or directory"),
            (["case0/proc/meminfo"], 1, "Not a directory"),
            (["a", "b"], 2, "too many file names: b (one machine at a time)"),
            (["--top=x", "case0"], 2, "--top"), (["--page-size=5000", "case0"], 2, "power of two"),
            (["--format=pprof", "case0"], 2, "pprof"),
            (["--max-memory=1M", "many"], 1, "memory")):
        if arguments[-1] == "many":
            machine("many", proc__vmallocinfo="".join(
                f"0x{i:x}-0x{i:x} 8192 f{i}+0x1/0x2 pages=1 vmalloc\n" for i in range(50000)))
        run = Run(*arguments)
        verdict(run.status == status and sentence in run.err and not run.out,
                f"{' '.join(arguments)}: status {status}", run.status, run.err)
    run = Run("-", text=MEMINFO)
    verdict(run.status == 0 and b"not named by meminfo" in run.out, "- is meminfo alone", run.err)
    run = Run("-", text=MEMINFO[:-4])
    verdict(run.status == 3 and "standard input: 1 of 8 lines" in run.err, "which may be cut",
            run.err)
    run = Run("-")
    verdict(run.status == 1 and "standard input: meminfo has no MemTotal" in run.err,
            "but not empty", run.err)
    account = document(machine("arm", proc__zoneinfo="Node 0, zone DMA\n present 2000\n"
                               " managed 1563\n count: 3\n"))
    verdict(account["page_size"] == 65536 and any(
        p["bytes"] == 3 * 65536 for p in account["parts"]), "pages of 64 KiB are seen", account)
    if os.path.exists("/proc/meminfo"):
        run = Run()
        verdict(run.status in (0, 3) and re.search(rb"all memory .* 100\.0 %", run.out),
                "without a folder it is this machine", run.status, run.err, run.out[:900])
    if os.geteuid() or not shutil.which("setpriv"):
        skip("who may not read a file is told what to do", "not root, or no setpriv")
        return
    os.chmod("case2/proc/zoneinfo", 0)
    # As root, who alone may read the program that is tried, but without his privileges
    privileges = "-dac_override,-dac_read_search"
    run = subprocess.run(["setpriv", f"--bounding-set={privileges}",
                          f"--inh-caps={privileges}", ACCOUNT, "case2"],
                         capture_output=True, check=False)
    verdict(run.returncode == 3 and
            b"proc/zoneinfo: Permission denied (run it as root)" in run.stderr,
            "who may not read a file is told what to do", run)


def main():
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        try_machines()
        try_damage()
        try_details()
        try_inputs()
        os.chdir("/")
    finish()


main()
