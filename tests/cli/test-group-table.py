#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""
test-group-table.py - groups as a table: pageowner-sort on a terminal with --by or --top,
pageowner-stacks-top by what no stack has. The text of page_owner_sort stays what it is
without these, and where there is no terminal.
"""

import json
import os
import pty
import re
import subprocess
import tempfile

from lib import finish, tool, verdict

# tgid, task, order, node, memcg, module
RECORDS = [(1, "init", 0, 0, "a", ""), (7, "sh", 2, 0, "a", " [drv]"),
           (7, "sh", 2, 1, "b", " [drv]"), (9, "cat", 0, 1, "", " [drv]")]
SORTED = """\
    SIZE PAGES  SHARE TIMES MODULE
36.0 KiB     9  90.0%     3 drv
 4.0 KiB     1  10.0%     1 (kernel)
40.0 KiB    10 100.0%     4 total"""
FIRST = """\
    SIZE PAGES  SHARE TIMES OWNER    MODULE STACK
36.0 KiB     9  90.0%     3 f        drv    f [drv] < g
 4.0 KiB     1  10.0%     1 1 others
40.0 KiB    10 100.0%     4 total"""
BY_TIME = """\
    SIZE TIME     PID TGID NAME OWNER MODULE STACK
 4.0 KiB 0.000003   9    9 cat  f     drv    f [drv] < g
16.0 KiB 0.000002   7    7 sh   f     drv    f [drv] < g
20.0 KiB 2 others
40.0 KiB total"""
TOPS = {"process": """\
    SIZE PAGES  SHARE TIMES TGID  NAME
32.0 KiB     8  80.0%     2 7     sh
 4.0 KiB     1  10.0%     1 1     init
 4.0 KiB     1  10.0%     1 9     cat
40.0 KiB    10 100.0%     4 total""", "memcg": """\
    SIZE PAGES  SHARE TIMES MEMCG
20.0 KiB     5  50.0%     2 /a
16.0 KiB     4  40.0%     1 /b
 4.0 KiB     1  10.0%     1 -
40.0 KiB    10 100.0%     4 total""", "order": """\
    SIZE PAGES  SHARE TIMES ORDER
32.0 KiB     8  80.0%     2 2
 8.0 KiB     2  20.0%     2 0
40.0 KiB    10 100.0%     4 total""", "node": """\
    SIZE PAGES  SHARE TIMES NODE
20.0 KiB     5  50.0%     2 0
20.0 KiB     5  50.0%     2 1
40.0 KiB    10 100.0%     4 total"""}


CHANGES = """\
    SIZE PAGES SHARE   CHANGE PER SECOND STACKS PROCESS  OWNER MODULE   STACK
 8.0 KiB     2 20.0% +4.0 KiB   +2.0 KiB      1 cat (9)  f     drv      f [drv] < g
 4.0 KiB     1 10.0%      0 B        0 B      1 init (1) f     (kernel) f < g
28.0 KiB     7 70.0% -4.0 KiB   -2.0 KiB      1 sh (7)   f     drv      f [drv] < g"""
LATER = [(1, "init", 0, 0, "a", ""), (7, "sh", 2, 0, "a", " [drv]"), (7, "sh", 1, 1, "b", " [drv]"),
         (7, "sh", 0, 1, "b", " [drv]"), (9, "cat", 1, 1, "", " [drv]")]


def write_dump(path="dump", records=None):
    with open(path, "w", encoding="ascii") as f:
        for i, (tgid, name, order, node, memcg, module) in enumerate(records or RECORDS):
            f.write(f"Page allocated via order {order}, mask 0x0(), pid {tgid}, tgid {tgid} "
                    f"({name}), ts {i} ns\nPFN {8 * i} type Unmovable Block 0 type Movable "
                    f"Flags 0x0(node={node}|zone=1)\n f+0x1/0x2{module}\n g+0x1/0x2\n" +
                    (f"Charged to memcg /{memcg}\n" if memcg else "") + "\n")


def lines(text):
    return [line.rstrip() for line in text.splitlines()]


def on_terminal(*arguments):
    """What a terminal shows of it"""
    leader, follower = pty.openpty()
    with subprocess.Popen(arguments, stdout=follower, stdin=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, env=dict(os.environ, COLUMNS="100")) as run:
        os.close(follower)
        out = b""
        while True:
            try:
                more = os.read(leader, 65536)
            except OSError:
                break
            if not more:
                break
            out += more
    os.close(leader)
    return out.decode().replace("\r\n", "\n")


def output(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


def main():
    sort, top = tool("sort"), tool("stacks-top")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_dump()
        write_dump("later", LATER)
        verdict(lines(on_terminal(sort, "--by=module", "dump")) == lines(SORTED),
                "pageowner-sort --by on a terminal: a table with sizes, shares and a total")
        verdict(lines(on_terminal(sort, "--top=1", "dump")) == lines(FIRST),
                "--top: the largest stacks, and what all others hold")
        with open("dump", encoding="ascii") as f:
            text = f.read()
        with open("times", "w", encoding="ascii") as f:
            f.write(re.sub(r" ns", "999 ns", text))
        verdict(lines(on_terminal(sort, "--sort=-alloc_ts", "--top=2", "times")) ==
                lines(BY_TIME), "what was allocated last: when, as dmesg has it, and by whom",
                on_terminal(sort, "--sort=-alloc_ts", "--top=2", "times"))
        for options in ["dump"], ["--cull=module", "dump"]:
            verdict(on_terminal(sort, *options) == output(sort, *options) and
                    " times, " in output(sort, *options),
                    f"{options[0]}: the text of page_owner_sort, also on a terminal")
        for options in ["--by=module", "dump"], ["--top=1", "dump"]:
            verdict(" times, " in output(sort, "-q", *options) and
                    " times, " in on_terminal(sort, "--format=text", *options),
                    f"{options[0]}: and so it is elsewhere, and with --format=text")
        with open("slabs", "w", encoding="ascii") as f:
            f.write(" allocate_slab+0x1/0x2\n f+0x1/0x2\nnr_base_pages: 200\n\n")
        with open("meminfo", "w", encoding="ascii") as f:
            f.write("MemTotal: 1000 kB\nSlab: 400 kB\n")
        account = [top, "-q", "--once", "--account", "--meminfo=meminfo", "slabs"]
        reason = "allocated after meminfo was read, or not yet counted by it"
        verdict(reason in output(*account) and "slab: " + reason not in output(*account) and
                f"\nslab: {reason}\n" in on_terminal(*account),
                "--account: a reason that the terminal cuts off is whole below the table")
        for by, want in TOPS.items():
            verdict(lines(output(top, "-q", "--by=" + by, "dump")) == lines(want),
                    f"pageowner-stacks-top --by={by}")
            rows = json.loads(output(top, "-q", "--json", "--by=" + by, "dump"))["rows"]
            verdict(sum(row["pages"] for row in rows) == 10 and len(rows) == len(lines(want)) - 2,
                    f"and in JSON: {by}")
        verdict(lines(output(top, "-q", "--by=process", "--replay", "--sort=change", "dump",
                             "later")) == lines(CHANGES), "samples keep what rows are by")
        for options in ["--replay"], ["--sort=+pages"]:
            run = subprocess.run([top, "--by=node", "--json", *options, "dump"], check=False,
                                 capture_output=True, text=True)
            verdict(run.returncode == 2 and "cannot be combined with " + options[0].split("=")[0]
                    in run.stderr, f"JSON by node has no {options[0]}")
        os.chdir("/")
    finish()


main()
