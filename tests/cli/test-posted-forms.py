#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-posted-forms.py - what people, pagers, grep and editors did to the text of two
entries: what each must hold, and its status. test-repair.py has what is undone in any text.
"""
import difflib
import json
import subprocess

from lib import finish, tool, verdict

SORT = tool("sort")
HEADER = ("Page allocated via order 2, mask 0xcc0(GFP_KERNEL), pid 10, tgid 9 (foo), ts 12345 ns",
          "Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 11, tgid 11 (sh), ts 12346 ns")
PFN = ("PFN 0x1000 type Unmovable Block 8 type Movable Flags 0x200(workingset|node=0|zone=0)",
       "PFN 0x1004 type Movable Block 8 type Movable Flags 0x200(workingset|node=0|zone=0)")
FRAMES = ([" post_alloc_hook+0x1c0/0x230", " foo_alloc+0x1/0x2 [foo]"],
          [" post_alloc_hook+0x1c0/0x230", " bar_alloc+0x1/0x2"])
RECORDS = [[HEADER[i], PFN[i], *FRAMES[i], ""] for i in (0, 1)]
LINES = RECORDS[0] + RECORDS[1]
PAGES = [(4, "foo_alloc", 2), (1, "bar_alloc", 2)]


def read(text):
    done = subprocess.run([SORT, "--records", "--format=ndjson", "-o", "-", "-"], input=text,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return ([json.loads(line) for line in done.stdout.splitlines()], done.returncode,
            done.stderr.decode())


def check(name, text, status, wanted):
    """@wanted: pages, owner, number of frames of each record"""
    if isinstance(text, list):
        text = "\n".join(text) + "\n"
    records, got, messages = read(text if isinstance(text, bytes) else text.encode())
    found = [(r.get("pages"), r.get("owner"), len(r.get("stack", []))) for r in records]
    verdict((found, got) == (wanted, status), f"{name}: {len(wanted)} records, status {status}",
            f"status {got}", found, messages, text)


def stacks(first, second="nr_base_pages: 12"):
    return [*FRAMES[0], first, "", *FRAMES[1], second, ""]


def counts():
    for line, status in (
            ("nr_base_pages: 4711    <=== grows all the time", 0),
            ("nr_base_pages: 4711 (18 MiB)", 0), ("nr_base_pages: 4711,", 0),
            ("nr_base_pages:4711", 0), ("nr_base_pages = 4711", 0),
            ("nr_base_pages\uff1a4711", 0), ("nr_base_pages: \n4711", 0),
            ("nr_base_pages: 4'711", 0), ("nr_base_pages: 4.711", 3),
            ("nr_base_pages: 4 711", 3), ("nr_base_pages: 4\u202f711", 3),
            ("nr_base_pages: 47\n11", 3)):
        check(f"{line!r}", stacks(line), status, [(4711, "foo_alloc", 2), (12, "bar_alloc", 2)])
    # More than one number: which of them is the count is unknown.
    for line in "nr_base_pages: 4711 -> 5000", "nr_base_pages: 47.11", "nr_base_pages: 0x1267":
        check(line, stacks(line), 3, [(12, "bar_alloc", 2)])


def cut_lines():
    for mark in ">", "\u2026":
        lines = [line[:79] + mark if len(line) > 80 else line for line in LINES]
        check(f"cut at the right edge, marked by {mark}", lines, 3, PAGES)
        log = [f"[  501.00000{i % 9}] {line}" for i, line in enumerate(LINES)]
        check(f"the same of a log, {mark}", [line[:79] + mark if len(line) > 80 else line
                                             for line in log], 3, PAGES)
    rows = [line[i:i + 78] for line in LINES for i in range(0, max(len(line), 1), 78)]
    check("folded in a box", ["\u2502" + row.ljust(78) + "\u2502" for row in rows], 0, PAGES)
    check("cut in a box", ["\u2502" + line[:70].ljust(70) + "\u2502" for line in LINES], 3, PAGES)
    check("a frame that is cut may be the owner", [*LINES[:3], " a" + "b" * 70 + ">",
                                                   " do_syscall_64+0x1/0x2", ""], 3, [(4, None, 2)])


def grep():
    def context(lines, first, name=""):
        matches = "allocated via", "nr_base"
        return [f"{name}{':' if m else '-'}{i}{':' if m else '-'}{line}".lstrip(":-")
                for i, line in enumerate(lines, first)
                for m in [any(word in line for word in matches)]]

    for name in "", "page_owner.txt":
        check(f"grep -n -A4 {name}", context(RECORDS[0], 1, name) + ["--"] +
              context(RECORDS[1], 16, name), 0, PAGES)
        check(f"grep -n -C9 {name}", context(LINES, 1, name), 0, PAGES)
        check(f"grep -n -A3, which may cut frames off {name}", context(RECORDS[0][:4], 1, name) +
              ["--"] + context(RECORDS[1], 16, name), 3, PAGES)
        check(f"grep -n -B2 nr_base {name}", context(stacks("nr_base_pages: 4711")[:3], 7, name) +
              ["--"] + context(stacks("")[4:7], 32, name), 0,
              [(4711, "foo_alloc", 2), (12, "bar_alloc", 2)])


def numbers():
    for first in 1, 8, 95, 98:
        check(f"numbers of an editor from {first}", [f"{i:3} {line}" for i, line in
                                                     enumerate(LINES, first)], 0, PAGES)
    for form in "%d:%s", "%6d\t%s", "a.txt:%d:%s":
        check(f"{form!r} without indents", [form % (i, line.strip()) for i, line in
                                           enumerate(LINES, 1)], 0, PAGES)
        check(f"{form!r} of stacks without indents", [form % (i, line.strip()) for i, line in
              enumerate(stacks("nr_base_pages: 4711"), 1)], 0,
              [(4711, "foo_alloc", 2), (12, "bar_alloc", 2)])


def frames():
    """A frame with anything before or after it, or what may be one"""
    def with_frame(line):
        return [HEADER[0], PFN[0], FRAMES[0][0], *line.split("\n"), " ksys_read+0x1/0x2", ""]

    frame = "foo_alloc+0x1/0x2 [foo]"
    for before in "=> ", " => ", "-> ", "*", " * ", "> ", ">>> ", "==>", " ? ", "  \u2192 ", "! ":
        check(f"{before!r} before a frame", with_frame(before + frame), 0, [(4, "foo_alloc", 3)])
    for line in (f" **{frame}**", f" *{frame}*", " foo_alloc [foo]", f"--More--(7%)\r   \r {frame}",
                 f" 7%\r 25%\r {frame}", f"\x1b[7m--More--\x1b[27m\r\x1b[K {frame}"):
        check(repr(line), with_frame(line), 0, [(4, "foo_alloc", 3)])
    # It cannot be read, and may be the owner.
    for line in ("foo_alloc [foo]", "foo_alloc/0x2", "[foo_alloc (mm/foo.c:12)]", "foo_alloc",
                 "see +0x12"):
        check(f"{line!r} may be a frame", with_frame(line), 3, [(4, "ksys_read", 2)])
    for line in "vendor mark", "vendor: 12":
        check(f"{line!r} is no frame", with_frame(line), 0, [(4, "ksys_read", 2)])
    check("no frame has an offset", [*LINES[:2], " post_alloc_hook", " foo_alloc [foo]", " ksys_read",
                                     ""], 0, [(4, "foo_alloc", 3)])
    check("two columns", [f"{a}\t{b}" for a, b in zip(*RECORDS)], 3, [(1, "foo_alloc", 2)])
    check("a stack in one line", [" ".join(stacks("nr_base_pages: 4711")[:3])], 3,
          [(4711, None, 0)])
    check("unknown lines where the stack should be", [*LINES[:2], "it is in the", "other mail", ""],
          3, [(4, None, 0)])


def diffs():
    """The output of diff has lines of two dumps: it is named. A task name is none of it."""
    new = [line.replace("order 0", "order 3").replace("foo_alloc", "new_alloc") for line in LINES]
    unified = list(difflib.unified_diff(LINES, new, lineterm=""))
    for name, lines in (
            ("diff -u", unified), ("a hunk", unified[3:]),
            ("diff", ["1,9c1,9", *("< " + a for a in LINES), "---", *("> " + b for b in new)]),
            ("diff -y", [f"{a[:90]:90} {' ' if a == b else '|'} {b[:90]}"
                         for a, b in zip(LINES, new)])):
        records, status, messages = read("\n".join(lines + [""]).encode())
        verdict(status == 1 and not records and "the output of diff" in messages and
                "pageowner-diff" in messages, f"{name} is named", status, records, messages)
    hostile = [LINES[0].replace("foo", "\n-+0x1\n++0x1\n"), *LINES[1:]]
    check("a task name makes no diff of a dump", ["x", *hostile], 3, PAGES)


LOG = ["page_owner tracks the page as allocated", "page last allocated via order 2, migratetype "
       "Unmovable, gfp_mask 0xcc0(GFP_KERNEL), pid 10, tgid 9 (foo), ts 12345, free_ts 678",
       " get_page_from_freelist+0x1564/0x16f0", " __alloc_pages+0x157/0x350",
       " foo_alloc+0x10/0x20 [foo]", " do_syscall_64+0x3b/0xc0",
       "page_owner free stack trace missing"]
ONE = [(4, "foo_alloc", 4)]


def stamped(lines):
    return [f"[  501.{i:06}] {line}" for i, line in enumerate(lines)]


def spaced():
    """A blank line after each, which a prefix is before"""
    for mark in "> ", "[  501.000001] ", "2026-11-28T15:07:00.123456789Z ":
        def twice(lines):
            return [mark + text for line in lines for text in (line, "")]
        check(f"stacks, double-spaced after {mark!r}", twice(stacks("nr_base_pages: 4711")), 0,
              [(4711, "foo_alloc", 2), (12, "bar_alloc", 2)])
        check(f"records, double-spaced after {mark!r}", twice(LINES), 0, PAGES)
        check(f"a log, double-spaced after {mark!r}", twice(LOG), 0, ONE)


def mixed():
    """What another processor and a serial console put between"""
    other = ["Call Trace:", " <TASK>", " dump_stack_lvl+0x5d/0x80", " warn_slowpath+0x1/0x2"]
    text = [LOG[0], other[0], LOG[1], other[1], LOG[2], other[2], LOG[3], other[3], *LOG[4:]]
    check("frames of another trace", stamped(text), 3, ONE)
    text = stamped(LOG)
    check("another oops in a stack", text[:4] + stamped(["Code: 48 89", "RIP: 0010:bad+0x12/0x30",
          "RSP: 0018:ffffc900 EFLAGS: 00010246"]) + text[4:], 3, ONE)
    check("glued to the line before", [text[0] + text[1], *text[2:5], text[5] + text[6]], 0, ONE)
    check("cut by a message", [*text[:4], text[4][:22] + "[  501.000099] usb 1-1: new device",
                               text[4][22:], *text[5:]], 3, ONE)


def encoded():
    """Other line ends, in one line, as fields"""
    text = "\n".join(LINES) + "\n"
    page = text.replace("&", "&amp;")
    for name, changed in (
            ("CR", text.replace("\n", "\r")), ("U+2028", text.replace("\n", "\u2028")),
            ("NEL", text.replace("\n", "\u0085")), ("VT and LF", text.replace("\n", "\v\n")),
            ("VT", text.replace("\n", "\v")), ("a string", text.replace("\n", "\\n")),
            ("a string in quotes", repr(text) + "\n"),
            ("<br>", "<p>" + page.replace("\n", "<br>") + "</p>\n"),
            ("<div> in one line", "".join(f'<div class="l">{x}</div>' for x in page.split("\n"))),
            ("^M", text.replace("\n", "^M\n")), ("#015", text.replace("\n", "#015\n")),
            ("#012", text.replace("\n", "#012")),
            ("colours of rsyslog", "".join(f"#033[31m{x}#033[0m\n" for x in LINES)),
            ("isolates", "".join(f"\u2068{x}\u2069\n" for x in LINES)),
            ("UTF-32", text.encode("utf-32")),
            ("UTF-32, big endian", b"\0\0\xfe\xff" + text.encode("utf-32-be")),
            ("the journal's export", "".join(f"__CURSOR=x\nMESSAGE={x}\nPRIORITY=4\n\n"
                                             for x in LINES))):
        check(name, changed if isinstance(changed, bytes) else changed.encode(), 0, PAGES)
        # The window's end is anywhere in it.
    records = [line for i in range(9000) for line in RECORDS[i % 2]]
    _, status, messages = read(("\u2028".join(records) + "\u2028").encode())
    found, _, _ = read("\\n".join(records).encode())
    verdict(status == 0 and len(found) == 9000 and {r["pages"] for r in found} == {4, 1},
            "line ends at any place of a long text", status, len(found), messages)


def named():
    """What cannot be read is named, with what to do."""
    text = "\n".join(LINES)
    for word, changed in (
            ("lz4 -dc", b"\2!L\x18\0\1\2\3"), ("plain text", b"{\\rtf1\\ansi\nxy\\par\n}\n"),
            ("xxd -r", b"00000000: 5061 6765 2061 6c6c  Page all\n"),
            ("strace", b'read(3, "Page allocated via order 2, mask 0x"..., 4096) = 4096\n'),
            ("OOM killer", b"[  5.000001] foo invoked oom-killer: gfp_mask=0x1, order=0\n"),
            ("lines were joined", text.replace("\n", " ").encode() + b"\n"),
            ("are its blanks", b"Page allocated via order x2\n")):
        records, status, messages = read(changed)
        verdict(status == 1 and not records and word in messages, f"{word} is said",
                status, records, messages)


def main():
    named()
    frames()
    diffs()
    spaced()
    mixed()
    encoded()
    counts()
    cut_lines()
    grep()
    numbers()
    finish()


if __name__ == "__main__":
    main()
