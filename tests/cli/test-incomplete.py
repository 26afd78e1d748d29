#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-incomplete.py - a capture that says it is incomplete, lacks its last line, or has a
hole: each tool says so and sets status 3, in each format; a format that has a place for it
also says so in the file. pageowner-diff never lets it pass --fail-if-growth.
"""
import gzip
import os
import re
import sqlite3
import subprocess
import tempfile

from lib import finish, tool, verdict

SORT, DIFF, TOP, FRAG = tool("sort"), tool("diff"), tool("stacks-top"), tool("frag")
HEAD = "PFN# pageowner-capture: 1\nPFN# start-time: 2026-11-23T10:00:0%d.5Z\n\n"
RECORD = ("Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (a), ts 1 ns\n"
          "PFN 0x200 type Unmovable Block 1 type Movable Flags 0x1(node=0|zone=1)\n"
          " post_alloc_hook+0x1/0x2\n f+0x1/0x2 [mod]\n\n")
ENDS = {"says that it is incomplete": "PFN# complete: no, interrupted\n",
        "lacks its last line": "",
        "has fewer records than it says": "PFN# records: 3\nPFN# complete: yes\n"}
# They have no place for it, or single records are written before it is known.
SILENT = {"csv", "folded", "folded-diff", "report", "text", "table"}


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def formats(program):
    lines = run(program, "--format=help")[1].decode().splitlines()
    return [line.split()[0] for line in lines if "built without" not in line]


def says_so(form, path):
    if form == "sqlite":
        return sqlite3.connect(path).execute("SELECT complete FROM snapshots").fetchall() == [(0,)]
    with open(path, "rb") as f:
        text = f.read()
    if form == "pprof":
        text = gzip.decompress(text)
    return re.search(rb'complete":false|complete 0|incomplete', text)


def check(what, program, *arguments, files):
    for form in [None, *formats(program)]:
        if "--records" in arguments and form not in ("csv", "ndjson", "sqlite"):
            continue
        options = [f"--format={form}"] if form else []
        status, _, messages = run(program, "-q", *arguments, *options, "-o", "said", "--force",
                                  "--", *files)
        in_file = not form or form in SILENT or (
            "--records" in arguments and form == "ndjson") or says_so(form, "said")
        verdict(status == 3 and in_file and re.search("cut: 1 x capture (that|without)", messages),
                f"{' '.join([os.path.basename(program), *arguments, *options])}: "
                f"a capture that {what}", status, messages, in_file)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("whole", "w", encoding="ascii") as f:
            f.write(HEAD % 1 + RECORD + "PFN# complete: yes\n")
        for what, end in ENDS.items():
            with open("cut", "w", encoding="ascii") as f:
                f.write(HEAD % 2 + RECORD * 2 + end)
            check(what, SORT, files=["cut"])
            check(what, SORT, "--records", files=["cut"])
            check(what, TOP, files=["cut"])
            check(what, FRAG, files=["cut"])
            check(what, DIFF, files=["whole", "cut"])
            status, _, messages = run(DIFF, "--fail-if-growth=1M", "whole", "cut")
            verdict(status == 3, f"--fail-if-growth: a capture that {what}", status,
                    messages)
        os.chdir("/")
    finish()


if __name__ == "__main__":
    main()
