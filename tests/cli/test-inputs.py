#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-inputs.py - several inputs that do not fit each other: pages of two sizes, one file or
one boot twice, wrong times, two machines. Each tool refuses them, or says so.
"""
import os
import subprocess
import tempfile

from lib import finish, tool, verdict

SORT, DIFF, TOP = tool("sort"), tool("diff"), tool("stacks-top")
RECORD = ("Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (a), ts 1 ns\n"
          "PFN 0x200 type Unmovable Block 1 type Movable Flags 0x1(node=0|zone=1)\n"
          " post_alloc_hook+0x1/0x2\n %s+0x1/0x2 [mod]\n\n")
STACK = " post_alloc_hook+0x1/0x2\n %s+0x1/0x2 [mod]\nnr_base_pages: %d\n\n"


def capture(name, records, hour=10, boot="b", host="h", page_size=4096, more=""):
    with open(name, "w", encoding="ascii") as f:
        f.write(f"PFN# pageowner-capture: 1\nPFN# hostname: {host}\nPFN# boot-id: {boot}\n"
                f"PFN# page-size: {page_size}\nPFN# start-time: 2026-11-23T{hour}:00:00Z\n{more}\n"
                f"{records}PFN# complete: yes\n")


def plain(name, text):
    with open(name, "w", encoding="ascii") as f:
        f.write(text)


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, check=False, encoding="utf-8")
    return done.returncode, done.stdout, done.stderr


def refuses(status, sentence, *command):
    got, out, err = run(*command)
    verdict(got == status and sentence in err and not out, f"{' '.join(command)}: {sentence}",
            got, err, out)


def accepts(what, *command):
    status, out, err = run(*command)
    verdict(status == 0 and what in out, f"{' '.join(command)}: {what}", status, err, out)
    return err


def test_page_sizes():
    differ = "large: has pages of 65536 bytes, small of 4096"
    for command in ([DIFF], [DIFF, "--force"], [DIFF, "--fail-if-growth=1G"], [DIFF, "--json"],
                    [SORT, "--"], [SORT, "--by=owner", "--json", "--"], [TOP], [TOP, "--replay"],
                    [TOP, "--format=ndjson"], [TOP, "--by=process"]):
        refuses(1, differ, *command, "small", "large")
    refuses(1, differ, DIFF, "--baseline=small", "large", "large")
    refuses(1, "large: has pages of 4096 bytes, large of 65536".replace("large", "both"), SORT, "both")
    accepts("+16.0 KiB", DIFF, "--page-size=16K", "small", "large")
    accepts("48.0 KiB", TOP, "--page-size=16K", "small", "large")
    accepts("+16.0 KiB", TOP, "--page-size=16K", "--replay", "small", "large")
    accepts("3 times", SORT, "--page-size=16K", "--", "small", "large")


def test_twice():
    again = "the same file again would count its memory twice"
    refuses(1, "dump: " + again, TOP, "-q", "dump", "dump")
    refuses(1, "link: " + again, SORT, "--", "dump", "link")
    refuses(1, "dump: " + again, TOP, "--account", "dump", "other", "dump")
    refuses(1, "./dump: " + again, TOP, "--by=node", "dump", "./dump")
    accepts("2 times", SORT, "--", "dump", "other")
    boot = "captures of the same boot would count its memory twice"
    for command in ([SORT, "--"], [TOP], [TOP, "--json"], [TOP, "--account"]):
        refuses(1, "later: " + boot, *command, "small", "later")
    refuses(1, "-: " + boot, "sh", "-c", f"cat small later | {SORT} - | sed 's/^/-: /'; "
            f"cat small later | {SORT} - 2>&1 >/dev/null | sed 's/.*input)/-/' >&2; exit 1")
    accepts("2 times", SORT, "--", "small", "elsewhere")
    accepts("3 times", SORT, "--", "node0", "node1")
    refuses(1, "node1-2: " + boot, SORT, "--", "node1", "node1-2")
    # Stacks of handles are not counts.
    accepts("20.0 KiB     5 100.0% f ", TOP, "-q", "show_stacks_handles", "handles")
    for command, status in ([SORT, "--"], 1), ([TOP], 2), ([TOP, "--replay"], 2), ([DIFF], 2):
        refuses(status, 'standard input ("-") can be read only once', *command, "-", "-")
    refuses(2, 'standard input ("-") can be read only once', DIFF, "--baseline=-", "dump", "-")


def test_times():
    for command in ([DIFF, "-q"], [TOP, "--replay", "-q"]):
        refuses(1, "small: taken before the previous snapshot, by its header", *command, "later", "small")
        refuses(1, "elsewhere: taken at the same time as a previous snapshot, by its header",
                *command, "small", "elsewhere")
        refuses(1, "small is a dump of pages, stacks counts of stacks", *command, "small", "stacks")
        refuses(1, "s-20260302T101010: taken before the previous snapshot, by its file name",
                *command, "s-20260303T101010", "s-20260302T101010")
        # The number of a case is no time.
        accepts("+4.0 KiB", *command, "case-1234567890-before", "case-1234567890-after")
        accepts("+4.0 KiB", *command, "s-20260302T101010", "s-20260302T101010-2")
    refuses(1, "by its --at", DIFF, "--at=5,5", "dump", "other")


def test_machines():
    note = "note: small is of machine h, other-machine of i"
    for command in ([DIFF], [TOP, "--replay"]):
        err = accepts("+4.0 KiB", *command, "small", "other-machine")
        verdict(note in err, "two machines are named", err)
        verdict("machine" not in accepts("+4.0 KiB", *command, "small", "rebooted"),
                "a reboot is no other machine")
        verdict(not accepts("+4.0 KiB", *command, "-q", "small", "other-machine"), "-q is quiet")


def test_notes():
    three = ("one", "two", "three")
    for name, counts in zip(three, ((5, 5), (5, 9), (9, 9))):
        plain(name, "".join(STACK % (f, pages) for f, pages in zip("fg", counts)))
    err = accepts("no change", DIFF, "--baseline=three", "one", "two")
    verdict("note: --baseline holds all pages of 2 of 2 stacks" in err and "are in both" not in err,
            "a baseline that has all is said", err)
    err = accepts("+16.0 KiB", DIFF, "--baseline=one", "two", "three")
    verdict("note: 2 of 2 stacks" not in err and "--baseline holds" not in err and
            "note: 1 of 2 stacks" in err, "one that has not is not", err)
    capture("low", STACK % ("f", 10) + STACK % ("g", 20), more="PFN# count-threshold: 5\n")
    capture("high", STACK % ("f", 10) + STACK % ("g", 20), 11, more="PFN# count-threshold: 9\n")
    err = accepts("no change", DIFF, "low", "high")
    verdict("count_threshold differs" in err and "may be affected" not in err,
            "no affected rows are not counted", err)


def main():
    one, two = RECORD % "f", RECORD % "f" + RECORD % "f"
    capture("small", one)
    capture("large", two, 11, "c", page_size=65536)
    with open("both", "w", encoding="ascii") as f:
        f.write(open("large", encoding="ascii").read() + open("small", encoding="ascii").read())
    plain("dump", one)
    plain("other", one)
    os.symlink("dump", "link")
    capture("later", two, 11)
    capture("elsewhere", one, 10, "c")
    capture("other-machine", two, 11, "c", "i")
    capture("rebooted", two, 11, "c")
    for nodes, records in ("0", one), ("1", two), ("1-2", one):
        capture("node" + nodes, records, more=f"PFN# nodes: {nodes}\n")
    capture("handles", "handle: 7\nnr_base_pages: 5\n\n")
    capture("show_stacks_handles", " post_alloc_hook+0x1/0x2\n f+0x1/0x2\nhandle: 7\n\n",
            more="PFN# file: /sys/kernel/debug/page_owner_stacks/show_stacks_handles\n")
    capture("stacks", STACK % ("f", 1), 11)
    for name in "s-20260302T101010", "s-20260303T101010", "case-1234567890-before":
        plain(name, one)
    for name in "s-20260302T101010-2", "case-1234567890-after":
        plain(name, two)
    test_page_sizes()
    test_twice()
    test_times()
    test_machines()
    test_notes()
    finish()


with tempfile.TemporaryDirectory(dir=".") as work:
    os.chdir(work)
    try:
        main()
    finally:
        os.chdir("..")
