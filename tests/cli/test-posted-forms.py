#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-posted-forms.py - what people, pagers, grep and editors did to the text of two
entries: what each must hold, and its status. test-repair.py has what is undone in any text.
"""
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
    found = [(r.get("pages"), r.get("owner"), len(r["stack"])) for r in records]
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


def main():
    counts()
    cut_lines()
    grep()
    numbers()
    finish()


if __name__ == "__main__":
    main()
