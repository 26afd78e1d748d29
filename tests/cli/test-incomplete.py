#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-incomplete.py - a capture that says it is incomplete, lacks its last line, or has a
hole: each tool says so and sets status 3, in each format; a format that has a place for it
also says so in the file. pageowner-diff never lets it pass --fail-if-growth.
"""
import csv
import gzip
import io
import json
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
WHY = {"says that it is incomplete": "interrupted",
       "lacks its last line": "its last lines are missing",
       "has fewer records than it says": "it lacks 1 of its records"}
# Ways to have one that is incomplete among others
FILES = (["cut"], ["whole", "cut"], ["cut", "whole"], ["both"])


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def formats(program):
    lines = run(program, "--format=help")[1].decode().splitlines()
    return [line.split()[0] for line in lines if "built without" not in line]


def says_so(form, path, of_records):
    if form == "sqlite":
        return (0,) in sqlite3.connect(path).execute("SELECT complete FROM snapshots").fetchall()
    with open(path, "rb") as f:
        text = f.read()
    if form == "csv" and of_records:    # written before it is known: one more row
        row = list(csv.DictReader(io.StringIO(text.decode(), newline="")))[-1]
        return row.pop("complete") == "false" and not any(row.values())
    if form == "table":
        return text.endswith(b"\nincomplete: records are missing\n")
    if form == "ndjson":
        lines = [json.loads(line) for line in text.splitlines()]
        ends = [line["kind"] == "end" for line in lines]
        lines = lines[-1:] if of_records else lines
        return lines and ends == [False] * (len(ends) - of_records) + [True] * of_records and \
            all(line["complete"] is False and line["incomplete"] for line in lines)
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(text.decode(), newline="")))
        return rows and all(row["complete"] == "false" for row in rows)
    if form in ("report", "text"):
        return re.fullmatch(rb"PFN# complete: no, .+", text.splitlines()[-1])
    if form in ("folded", "folded-diff"):
        return re.match(rb"\(incomplete capture\) 0( 0)?\n", text)
    if form == "pprof":
        text = gzip.decompress(text)
    return re.search(rb'complete":false|complete 0|incomplete', text)


def check(what, program, *arguments, files):
    others = {"--records": ("csv", "ndjson", "sqlite"),
              "--replay": ("table", "json", "ndjson", "csv"),
              "--account": ("table", "json", "ndjson", "csv")}
    for form in formats(program):
        if form not in ("table", "json") and "--by=process" in arguments:
            continue
        if arguments and form not in others.get(arguments[0], formats(program)):
            continue
        options = [*arguments, f"--format={form}"]
        status, _, messages = run(program, "-q", *options, "-o", "said", "--force", "--", *files)
        in_file = says_so(form, "said", "--records" in arguments)
        verdict(status == 3 and in_file and re.search("1 x capture (that|without)", messages),
                f"{' '.join([os.path.basename(program), *options, *files])}: "
                f"a capture that {what}", status, messages, in_file)


def check_again(what):
    """A report is read again, with what it says at its end."""
    for keys in ([], ["--cull=name"], ["--cull=pid,name"], ["--cull=module"], ["--cull=stacktrace"],
                 ["--by=memcg"], ["--top=1"]):
        run(SORT, "-q", *keys, "-o", "report", "--force", "--", "cut")
        with open("report", "rb") as f:
            text = f.read()
        status, again, messages = run(SORT, "-q", *keys, "report")
        verdict(status == 3 and again == text and WHY[what] in messages and
                text.decode().endswith(f"\nPFN# complete: no, {WHY[what]}\n"),
                f"a report of a capture that {what} is read again: {keys}", status, messages,
                text, again)
    status, out, messages = run(TOP, "-q", "--json", "--frame=nothing", "cut")
    verdict(status == 3 and json.loads(out)["incomplete"] == WHY[what], "JSON says why", messages)
    status, out, messages = run(TOP, "-q", "--format=ndjson", "--frame=nothing", "cut")
    verdict(status == 3 and [json.loads(line)["kind"] for line in out.splitlines()] == ["end"],
            "NDJSON without rows says so", out, messages)


def check_whole():
    """Nothing is said of those that are complete, or of what is no capture."""
    with open("raw", "w", encoding="ascii") as f:
        f.write(RECORD)
    for name, complete in ("whole", "true"), ("raw", ""):
        table = run(TOP, "-q", name)[1] + run(FRAG, "-q", name)[1]
        verdict(b"incomplete" not in table, f"tables of {name}", table)
        for form in "report", "folded", "ndjson":
            more = ["--records"] if form == "ndjson" else []
            status, out, messages = run(SORT, "-q", *more, f"--format={form}", name)
            verdict(status == 0 and not messages and b"omplete" not in
                    out.replace(b'"complete":true', b""), f"{form} of {name}", out, messages)
        rows = csv.DictReader(io.StringIO(run(SORT, "-q", "--format=csv", name)[1].decode()))
        verdict([row["complete"] for row in rows] == [complete], f"csv of {name}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("whole", "w", encoding="ascii") as f:
            f.write(HEAD % 1 + RECORD + "PFN# complete: yes\n")
        with open("later", "w", encoding="ascii") as f:
            f.write(HEAD % 4 + RECORD * 3 + "PFN# complete: yes\n")
        with open("meminfo", "w", encoding="ascii") as f:
            f.write("MemTotal: 100000 kB\nMemFree: 9000 kB\n")
        check_whole()
        for what, end in ENDS.items():
            with open("cut", "w", encoding="ascii") as f:
                f.write(HEAD % 2 + RECORD * 2 + end)
            with open("both", "w", encoding="ascii") as f:
                f.write(HEAD % 2 + RECORD * 2 + end + HEAD % 3 + RECORD +
                        "PFN# records: 1\nPFN# complete: yes\n")
            check(what, SORT, "--records", files=["cut"])
            check(what, SORT, "--records", files=["both"])
            for files in FILES:
                check(what, SORT, files=files)
                check(what, TOP, files=files)
            check(what, TOP, "--replay", "--by=owner", files=["whole", "cut"])
            check(what, TOP, "--account", "--meminfo=meminfo", files=["whole", "both"])
            check(what, FRAG, files=["cut"])
            check(what, FRAG, files=["both"])
            check(what, TOP, "--by=process", files=["cut"])
            check(what, DIFF, files=["whole", "cut"])
            check(what, DIFF, files=["whole", "both"])
            check(what, DIFF, "--baseline=cut", files=["whole", "later"])
            check_again(what)
            status, _, messages = run(DIFF, "--fail-if-growth=1M", "whole", "cut")
            verdict(status == 3, f"--fail-if-growth: a capture that {what}", status,
                    messages)
        os.chdir("/")
    finish()


if __name__ == "__main__":
    main()
