#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""
test-safety.py - what a dump must not do to whoever reads it: nothing of it commands
a terminal, no other user's trap in a shared folder is written to, no tool keeps rights
that it has no use for, or could start another program.

NM: to see what a program calls. EMULATED: not empty where another program runs them.
"""

import os
import pty
import re
import select
import subprocess
import tempfile
import time
import unicodedata

from lib import built_with, finish, skip, tool, verdict

TOOLS = "account", "sort", "diff", "stacks-top", "frag", "capture"
NOBODY = 65534
COLORS = re.compile(rb"\x1b\[(?:0|38;5;\d+)m")     # of pageowner-frag --map
# What must not be seen is said as here.
HOSTILE = {
    "escape": b"\x1b]0;owned\x07\x1b[31m", "C1": b"\xc2\x9b31m", "raw C1": b"\x9b31m",
    "backspace": b"\x08\x08", "delete": b"\x7f", "return": b"\rroot",
    "override": "\u202e".encode(), "isolate": "\u2066".encode(),
    "mark": "\u200f\u061c".encode(), "no width": "\u200b\ufeff".encode(),
    "soft hyphen": "\u00ad".encode(), "separators": "\u2028\u2029".encode(),
    "tags": "\U000e0041".encode(), "surrogate": b"\xed\xa0\x80", "cut": b"\xe2\x80",
    "overlong": b"\xc0\x9b",
}
DECENT = "grün 日本 é".encode()


def record(text, pfn):
    return (b"Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 7, tgid 7 (" + text +
            b"), ts 5 ns, free_ts 0 ns\nPFN 0x%x type Unmovable Block %d type Movable "
            b"Flags 0x0()\n" % (pfn, pfn >> 9) +
            b" post_alloc_hook+0x1/0x2\n f" + text + b"+0x1/0x2 [m" + text + b"]\n"
            b" caller+0x3/0x4\nCharged to memcg /" + text + b"\n\n")


def in_terminal(arguments, locale="C.UTF-8", term="xterm-256color", keys=()):
    """What the program writes to a terminal, and its status; it gets each key after
    it has been silent for a moment."""
    pid, fd = pty.fork()
    if not pid:
        os.environ.update({"LC_ALL": locale, "TERM": term})
        os.execvp(arguments[0], arguments)
    text, keys, end = b"", list(keys), time.monotonic() + 120
    while time.monotonic() < end:
        if not select.select([fd], [], [], 0.5 if keys else 5)[0]:
            if keys:
                os.write(fd, keys.pop(0))
            continue
        try:
            data = os.read(fd, 65536)
        except OSError:         # the last program that had it open is gone
            break
        if not data:
            break
        text += data
    else:
        os.kill(pid, 9)
    os.close(fd)
    return text, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def dangers(text):
    """What in it a terminal would obey, or not show."""
    try:        # A CSV's line ends have a return, and the terminal adds one.
        decoded = re.sub(rb"\r+\n", b"\n", text).decode()
    except UnicodeDecodeError as error:
        return [str(error)]
    return [f"{ord(c):#x}" for c in decoded if c not in "\n\t" and
            unicodedata.category(c) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")]


def try_terminals():
    with open("hostile", "wb") as file:
        for number, text in enumerate(HOSTILE.values()):
            file.write(record(b"[" + text + b"]", 0x1000 + number))
        file.write(record(DECENT, 0x1800))
    with open("few", "wb") as file:
        file.write(record(DECENT, 0x1800))
    os.makedirs("machine/proc")
    with open("machine/proc/meminfo", "wb") as file:
        file.write(b"MemTotal: 9000 kB\nSlab: 900 kB\n" +
                   b"".join(b"[%s]: 5 kB\n" % text for text in HOSTILE.values()))
    with open("machine/proc/slabinfo", "wb") as file:
        file.write(b"".join(b"[%s] 1 2 3 4 1 : tunables 0 0 0 : slabdata 1 1 0\n" % text
                            for text in HOSTILE.values()))
    with open("machine/proc/vmallocinfo", "wb") as file:
        file.write(b"".join(b"0x1-0x2 8192 [%s]+0x1/0x2 [m%s] pages=1 vmalloc\n" % (text, text)
                            for text in HOSTILE.values()))
    formats = {
        "sort": ("csv", "folded", "json", "ndjson", "prometheus", "speedscope"),
        "diff": ("csv", "folded-diff", "ndjson"), "stacks-top": ("csv", "folded"),
    }
    runs = [[tool("sort"), "hostile"], [tool("sort"), "--cull=name,stacktrace", "hostile"],
            [tool("diff"), "few", "hostile"], [tool("diff"), "--json", "few", "hostile"],
            [tool("diff"), "--full", "few", "hostile"],
            [tool("stacks-top"), "--once", "hostile"],
            [tool("stacks-top"), "--once", "--full", "hostile"],
            [tool("stacks-top"), "--once", "--json", "hostile"],
            [tool("stacks-top"), "--once", "--by=module", "hostile"],
            [tool("account"), "--top=0", "machine"], [tool("account"), "--json", "machine"],
            [tool("account"), "--format=csv", "machine"],
            [tool("frag"), "hostile"], [tool("frag"), "--full", "hostile"],
            [tool("frag"), "--json", "hostile"], [tool("frag"), "--show-block=8", "hostile"],
            [tool("frag"), "--show-pfn=0x1003", "hostile"], [tool("frag"), "--map", "hostile"]]
    for name, names in formats.items():
        inputs = ["few", "hostile"] if name == "diff" else ["hostile"]
        runs += [[tool(name), "--format=" + f, *inputs] for f in names]
    for arguments in runs:
        name = " ".join([os.path.basename(arguments[0]), *arguments[1:]])
        for locale in "C.UTF-8", "C":
            text, status = in_terminal(arguments, locale)
            if "--map" in arguments:
                text = COLORS.sub(b"", text)
            found = dangers(text)
            # Something must have been there to be seen: our own words, or an escape.
            verdict(not found and status in (0, 3) and len(text) > 60,
                    f"nothing commands a terminal: {name}, {locale}", found[:9], status,
                    text[:300])
    shown = in_terminal([tool("sort"), "hostile"])[0]
    verdict(rb"(grn" not in shown and DECENT in shown and rb"[\x1b]0;owned\x07\x1b[31m]" in
            shown and rb"[\xe2\x80\xae]" in shown,
            "what is harmless is shown as it is, what is not is said", shown[:900])
    piped = subprocess.run([tool("sort"), "hostile"], stdout=subprocess.PIPE).stdout
    verdict(all(text in piped for text in HOSTILE.values()), "a pipe gets every byte")
    with open("evil\x1b[31m\u202e", "wb") as file:
        file.write(b"no dump\n" * 9 + record(b"x", 1)[:-1])
    text, status = in_terminal([tool("sort"), "evil\x1b[31m\u202e", "/dev/null"])
    verdict(not dangers(text) and b"evil" in text and status == 3,
            "nor does the name of a file in a message", text, status)


def try_screen():
    if not built_with("HAVE_CURSES"):
        return skip("the full-screen view", "built without ncurses")
    text, status = in_terminal([tool("stacks-top"), "--replay", "hostile", "hostile"],
                               keys=[b"\r", b"\x1b[B", b"\x1b", b"\r", b"\x1b", b"g", b"p", b"g",
                                     b"m", b"q", b"q"])
    # Its own commands are ncurses'; of the dump's it has none.
    found = [name for name, bad in HOSTILE.items() if name not in
             ("backspace", "return", "cut", "overlong", "raw C1") and bad in text]
    verdict(not found and status == 0 and rb"\x1b]0;owned\x07" in text,
            "nothing commands the full-screen view", found, status, text[-900:])


def run(*arguments):
    return subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def try_shared_folders():
    """In a folder like /tmp, whose owner is not we but who set the trap is another."""
    what = "another user's trap in a shared folder"
    if os.geteuid():
        return skip(what, "only root can make another user's file")
    os.mkdir("shared")
    os.chmod("shared", 0o1777)
    os.mkdir("private", 0o700)

    def traps():
        os.symlink("../private/victim", "shared/link")
        os.symlink("../private/nothing", "shared/dangling")
        os.symlink("link", "shared/twice")
        for path in "shared/file", "private/victim":
            with open(path, "w") as file:
                file.write("1 times:\n")
        os.mkfifo("shared/pipe", 0o666)
        for name in "link", "dangling", "file", "pipe":
            os.chown("shared/" + name, NOBODY, NOBODY, follow_symlinks=False)

    traps()
    for name in "link", "dangling", "twice", "file", "pipe":
        path = "shared/" + name
        for arguments in ([tool("sort"), "few", path],
                          [tool("diff"), "-o", path, "few", "hostile"],
                          [tool("stacks-top"), "--once", "--format=csv", "-o", path, "few"],
                          [tool("frag"), "--json", "-o", path, "few"]):
            done = run("timeout", "120", *arguments)
            with open("private/victim") as file:
                kept = file.read() == "1 times:\n"
            verdict(done.returncode == 1 and b"another user's" in done.stderr and kept and
                    not os.path.exists("private/nothing") and
                    not os.path.exists("shared/file.part") and
                    sorted(os.listdir("shared")) ==
                    ["dangling", "file", "link", "pipe", "twice"],
                    f"{what}: {os.path.basename(arguments[0])}, {name}",
                    done.returncode, done.stderr, os.listdir("shared"))
    os.symlink("../private/ours", "shared/ours")
    done = run(tool("sort"), "few", "shared/ours")
    verdict(done.returncode == 0 and os.path.islink("shared/ours") and
            os.path.getsize("private/ours") > 0, "a link of our own there is followed",
            done.stderr)
    os.chmod("shared", 0o777)
    os.chmod("shared", 0o755)
    done = run(tool("sort"), "few", "shared/link")
    verdict(done.returncode == 0 and os.path.getsize("private/victim") > 5,
            "so is another's where only the owner may write", done.stderr)


def try_privileges():
    """/proc/PID/status while the tool waits for its input."""
    if os.environ.get("EMULATED"):
        return skip("rights are given up", "an emulator's are seen")
    allowed = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3    # CHOWN, DAC_*, FOWNER: capability.h
    os.mkfifo("waits")
    for name, arguments in (("sort", ["waits"]), ("diff", ["waits", "few"]),
                            ("stacks-top", ["--once", "waits"]), ("frag", ["waits"])):
        done = subprocess.Popen([tool(name), *arguments], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
        with open("waits", "wb") as file:    # once the tool has opened it
            with open(f"/proc/{done.pid}/status") as status:
                rights = dict(re.findall(r"(\w+):\t(.+)\n", status.read()))
            file.write(record(b"x", 1))
        done.wait()
        has = {key: int(value, 16) for key, value in rights.items()
               if key in ("CapInh", "CapPrm", "CapEff", "CapAmb")}
        if not built_with("HAVE_CAP_NG"):
            has = {}
        verdict(rights["NoNewPrivs"] == "1" and not any(v & ~allowed for v in has.values()),
                f"pageowner-{name} has no rights but to files", rights["NoNewPrivs"], has)


def try_imports():
    """No program, and no library of ours, could start another one."""
    starts = re.compile(r"^(system|popen|wordexp|posix_spawnp?|exec[lv]p?e?|fexecve|"
                        r"execveat|execvpe|g_spawn\w*)$")
    nm = os.environ.get("NM", "nm").split()
    top = os.environ["top_builddir"]
    files = [tool(name) for name in TOOLS]
    files += [f"{top}/libpageowner/.libs/libpageowner.so",
              f"{top}/export/.libs/libpageowner-export.so"]
    for path in files:
        if os.path.exists(path + ".elf"):       # what runs there, not what starts it
            path += ".elf"
        if not os.path.exists(path):            # a library that is part of the tools
            continue
        done = run(*nm, "-D", "--undefined-only", path)
        called = [line.split()[-1].split("@")[0] for line in
                  done.stdout.decode().splitlines()]
        bad = [symbol for symbol in called if starts.match(symbol)]
        verdict(done.returncode == 0 and "free" in called and not bad,
                f"{os.path.basename(path)} starts no program", bad, done.stderr, called[:20])


def main():
    with tempfile.TemporaryDirectory(prefix="pageowner-") as folder:
        os.chdir(folder)
        try_terminals()
        try_screen()
        try_shared_folders()
        try_privileges()
        try_imports()
        os.chdir("/")
    finish()


if __name__ == "__main__":
    main()
