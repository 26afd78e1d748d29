#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""
test-faults.py - calls to the kernel that fail or do half of what was asked for: each
tool, reading and writing, each call in turn (tests/fault/faults.c).

Either all is as if nothing had been, or the status is 1, a message says why, and where
the output was to be there is what was there before: nothing, or the old file.

FAULTS, FAKE_KERNEL: what is preloaded.

Usage: test-faults.py [CASE]...
"""

import gzip
import lzma
import os
import resource
import shutil
import subprocess
import sys
import tempfile

from lib import DATA, FAKE_KERNEL, built_with, fakes_kernel, finish, skip_all, tool, verdict

FAULTS = os.environ.get("FAULTS", "")
READING = ("read", "pread"), ("short", "EINTR", "EAGAIN", "EIO")
WRITING = ("write",), ("short", "EINTR", "EAGAIN", "ENOSPC", "EIO", "EPIPE")
OTHERS = ("fsync", "close", "rename", "mkostemp"), ("EIO", "ENOSPC", "EDQUOT", "EACCES")
MOST = 12                       # of one kind of call that are disturbed one by one

injected = 0


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def same_part(data):
    """The part that does not depend on when it was captured."""
    if data and data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    if data and data.startswith(b"PFN#"):
        return [line for line in data.split(b"\n") if not line.startswith(b"PFN#")]
    return data


class Case:
    def __init__(self, name, arguments, output, capture=False):
        self.name, self.output, self.capture = name, output, capture
        self.arguments = [tool(arguments[0]), *arguments[1:]]
        # What may be replaced
        self.old = b"PFN# pageowner-capture: 1\n" if capture else b"1 times:\nold\n"

    def run(self, fault, old, limit=None):
        """Status, standard output, messages, and what lies about then."""
        for folder in "out", "tmp":
            shutil.rmtree(folder, ignore_errors=True)
            os.mkdir(folder)
        if old:
            with open("out/file", "wb") as file:
                file.write(self.old)
        open("log", "w").close()
        preload = [FAULTS, *([FAKE_KERNEL] if self.capture else [])]
        environment = dict(
            os.environ, LD_PRELOAD=" ".join(preload), FAULT_LOG=os.path.abspath("log"),
            PAGEOWNER_DEBUGFS=os.path.abspath("debug"), FAKE_UNAME="6.12.1",
            TMPDIR=os.path.abspath("tmp"))
        # What is preloaded comes before the sanitizer's library.
        environment["ASAN_OPTIONS"] = ":".join(
            filter(None, [environment.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
        if fault:
            environment["FAULT"] = fault

        def limited():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        arguments = [a.replace("OUT", "out/file") for a in self.arguments]
        try:
            done = subprocess.run(arguments, env=environment, capture_output=True,
                                  timeout=20, stdin=subprocess.DEVNULL,
                                  preexec_fn=None if limit is None else limited,
                                  check=False)
        except subprocess.TimeoutExpired:
            return None, b"", "it hangs", {}, 1
        left = {name: read(f"out/{name}") for name in sorted(os.listdir("out"))}
        return (done.returncode, done.stdout, done.stderr.decode(errors="replace"), left,
                os.path.getsize("log"))

    def is_right(self, result, good, old):
        status, out, messages, left, _ = result
        if status == 0:
            return out == good[1] and \
                {n: same_part(d) for n, d in left.items()} == \
                {n: same_part(d) for n, d in good[3].items()}
        if self.capture:        # what was captured stays, to be resumed
            left = {n: d for n, d in left.items() if not n.endswith(".part")}
        return status == 1 and messages.count(": ") >= 1 and \
            left == ({"file": self.old} if old else {}) and not os.listdir("tmp")

    def disturb(self, calls, kinds, good, old):
        global injected
        faults, wrong = 0, []
        for call in calls:
            for kind in kinds:
                for number in [*map(str, range(1, MOST)), "1+", "3+"]:
                    if kind in ("EINTR", "EAGAIN") and number[-1] == "+":
                        continue        # rightly tried for ever
                    fault = f"{call}:{kind}:{number}"
                    result = self.run(fault, old)
                    if result[4] == 0 and number[-1] != "+":
                        break
                    faults += result[4]
                    if not self.is_right(result, good, old):
                        wrong.append((fault, *result[:3], result[3]))
                        break
        injected += faults
        verdict(not wrong, f"{self.name}: {', '.join(calls)}: {faults} faults"
                + (", old file" if old else ""), *wrong)

    def check(self):
        good = self.run(None, False)
        if good[0] != 0:
            verdict(False, self.name, good)
            return
        for calls, kinds in READING, WRITING, OTHERS:
            self.disturb(calls, kinds, good, False)
        if not self.output:
            return
        self.disturb(("rename", "mkostemp"), ("EIO",), good, True)
        if "thread" in os.environ.get("SANITIZER_CFLAGS", ""):
            return      # which writes a file of its own before the tool begins
        size = len(good[3].get("file", b""))
        wrong = []
        for limit in sorted({0, 1, size // 2, max(size - 1, 0)}):
            result = self.run(None, True, limit)
            if not self.is_right(result, good, True):
                wrong.append((limit, *result))
        verdict(not wrong, f"{self.name}: no more than so many bytes can be written", *wrong)


def compress(path):
    """The same dump, as this build reads it."""
    dump = read(path)
    with gzip.open("dump.gz", "wb") as file:
        file.write(dump)
    names = ["dump.gz"]
    if built_with("READS_XZ"):
        with lzma.open("dump.xz", "wb") as file:
            file.write(dump)
        names.append("dump.xz")
    if built_with("READS_ZST") and shutil.which("zstd"):
        subprocess.run(["zstd", "-q", path, "-o", "dump.zst"], check=True)
        names.append("dump.zst")
    return names


def main():
    with lzma.open(f"{DATA}/real/linux-6.12-1-work-sample.page_owner.xz") as file:
        sample = file.read()
    with open("dump", "wb") as file:
        file.write(sample)
    with open("large", "wb") as file:
        while file.tell() < 2500000:
            file.write(sample)
    os.makedirs("debug/page_owner_stacks")
    shutil.copy("dump", "debug/page_owner")
    with lzma.open(f"{DATA}/real/linux-6.12-0-boot.show_stacks.xz") as file, \
            open("debug/page_owner_stacks/show_stacks", "wb") as to:
        to.write(file.read())
    formats = subprocess.run([tool("sort"), "--format=help"], capture_output=True,
                             text=True, check=True).stdout.split()
    cases = [
        Case("sort", ["sort", "-m", "dump"], False),
        Case("sort to a file", ["sort", "-m", "dump", "OUT"], True),
        Case("sort with 2 threads", ["sort", "--jobs=2", "large", "OUT"], True),
        *(Case(f"sort {name}", ["sort", name, "OUT"], True) for name in compress("dump")),
        *(Case(f"sort as {name}", ["sort", f"--format={name}", "-o", "OUT", "dump"], True)
          for name in ("json", "csv", "html", "pprof", "sqlite")
          if name in formats),
        Case("diff", ["diff", "-o", "OUT", "dump", "large"], True),
        Case("diff as JSON", ["diff", "--json", "dump", "large"], False),
        Case("stacks-top", ["stacks-top", "-o", "OUT",
                            "debug/page_owner_stacks/show_stacks"], True),
        Case("frag", ["frag", "-o", "OUT", "dump"], True),
        Case("frag's map", ["frag", "--map=OUT.svg", "dump"], False),
    ]
    if fakes_kernel():
        cases += [
            Case("capture", ["capture", "-q", "--timeout=2s", "OUT"], True, True),
            Case("capture compressed", ["capture", "-q", "--timeout=2s", "--compress=gz",
                                        "OUT"], True, True),
            Case("capture of stacks", ["capture", "-q", "--timeout=2s", "--stacks", "OUT"],
                 True, True),
        ]
    for case in cases:
        if not sys.argv[1:] or case.name in sys.argv[1:]:
            case.check()
    print(f"# {injected} faults")
    finish()


if __name__ == "__main__":
    if not os.path.exists(FAULTS):
        skip_all("tests/fault/faults.c was not built as a shared object")
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        try:
            main()
        finally:
            os.chdir("/")
