#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-schema.py - the one schema of JSON, NDJSON and CSV: what each tool writes is as
docs/pageowner.schema.json says, and the three have the same rows and members. The other
formats, and the sums in all: test-formats.py.
"""
import csv
import glob
import io
import json
import os
import tempfile

try:
    import jsonschema
except ImportError:
    jsonschema = None

from formats import Tool, dump
from lib import DATA, SOURCE, finish, tool, verdict

SORT, DIFF, TOP, FRAG = tool("sort"), tool("diff"), tool("stacks-top"), tool("frag")
ACCOUNT, MACHINE = tool("account"), DATA + "/machine/linux-6.12-work"

MEMINFO = "MemTotal: 100000 kB\nMemFree: 10000 kB\nSlab: 4000 kB\n"
# What is run, and whether it has rows. Files are made by write_inputs().
RUNS = [
    (SORT, [], ["dump"]),
    (SORT, ["--cull=stacktrace,allocator,free"], ["dump"]),
    (SORT, ["--cull=pid,tgid,name,order,gfp,migratetype,blocktype,node,zone,memcg"], ["dump"]),
    (SORT, ["--cull=owner,module"], ["few.show_stacks"]),
    (SORT, [], ["counts"]),
    (TOP, [], ["few.show_stacks"]),
    (TOP, ["--by=owner"], ["few.show_stacks"]),
    (TOP, ["--by=module-any"], ["few.show_stacks"]),
    (TOP, ["--by=module-any", "--replay"], ["first", "second"]),
    (TOP, ["--by=module", "--replay", "--sort=change"], ["first", "second", "third"]),
    (TOP, ["--replay"], ["first", "second"]),
    (TOP, ["--account"], ["third"]),
    (TOP, ["--account", "--top=1", "--threshold=2"], ["third"]),
    (DIFF, [], ["first", "second"]),
    (DIFF, ["--all", "--by=owner"], ["first", "second", "third"]),
    (DIFF, ["--by=portable", "--all"], ["first", "second", "third"]),
    (DIFF, ["--by=module"], ["few.show_stacks", "more.show_stacks", "few.show_stacks"]),
    (FRAG, [], ["dump"]),
    (FRAG, ["--by=owner", "--all"], ["dump"]),
]
EMPTY_RUNS = [
    (SORT, ["--pid=4242"], ["dump"]),
    (TOP, ["--frame=nosuch"], ["few.show_stacks"]),
    (TOP, ["--by=owner", "--threshold=4242"], ["few.show_stacks"]),
    (DIFF, [], ["first", "first", "--force"]),
    (FRAG, ["--by=module"], ["unpinned"]),
    (ACCOUNT, [], [MACHINE]),
    (ACCOUNT, ["--top=2"], [MACHINE]),
    (ACCOUNT, [], ["odd"]),
]


def write_inputs():
    def capture(name, time, threshold, stacks):
        with open(name, "w", encoding="utf-8") as f:
            f.write("PFN# pageowner-capture: 1\nPFN# hostname: h\nPFN# kernel: 6.12\n"
                    "PFN# boot-id: 0-0\nPFN# page-size: 4096\n"
                    f"PFN# start-time: 2026-11-23T10:0{time}:00Z\n"
                    f"PFN# count-threshold: {threshold}\n" +
                    "".join(f"PFN# meminfo: {line}\n" for line in MEMINFO.splitlines()) + "\n")
            f.write("".join(f" alloc_pages+0x1/0x2\n {symbol}\nnr_base_pages: {pages}\n\n"
                            for symbol, pages in stacks))
            f.write("PFN# complete: yes\n")
    capture("first", 0, 1, [("f+0x1/0x2 [mod]", 5), ("g+0x1/0x2", 7)])
    capture("second", 1, 4, [("f+0x1/0x2 [mod]", 9), ("h+0x1/0x2", 4)])
    capture("third", 2, 1, [("f+0x1/0x2 [mod]", 12), ("h+0x1/0x2", 4), ("i+0x1/0x2", 1)])
    for name, pages in (("few.show_stacks", 3), ("more.show_stacks", 8)):
        with open(name, "w", encoding="utf-8") as f:
            f.write(f" alloc_pages+0x1/0x2\n f+0x1/0x2 [mod]\nnr_base_pages: {pages}\n\n"
                    " g+0x1/0x2\nnr_base_pages: 2\n\n")
    os.makedirs("odd/proc")
    with open("odd/proc/meminfo", "w", encoding="utf-8") as f:
        f.write(MEMINFO + "Novelty: 5 kB\nDirty\n")
    with open("odd/proc/slabinfo", "w", encoding="utf-8") as f:
        f.write("a b 1 2 3 4 5 : tunables 0 0 0 : slabdata 900 900 0\n")
    with open("odd/proc/mounts", "w", encoding="utf-8") as f:
        f.write("tmpfs /a;b\\012c tmpfs rw 0 0\n")
    with open("odd/df", "w", encoding="utf-8") as f:
        f.write("Filesystem 1K-blocks Used Available Use% Mounted on\n"
                "tmpfs 9 5 4 60% /a;b?c\n")
    with open("counts", "w", encoding="utf-8") as f:
        f.write(" g+0x1/0x2\nstack_count: 2\n\n")
    with open("unpinned", "w", encoding="utf-8") as f:
        f.write("Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (a), ts 1"
                " ns\nPFN 0x200 type Movable Block 1 type Movable Flags 0x1(node=0|zone=1)\n"
                " f+0x1/0x2\n\n")


def rows_of(document):
    """What ndjson and csv have of it."""
    return document.get("classes", []) + document["rows"] + document.get("parts", []) + \
        document.get("details", [])


def columns_of(name, value):
    """The columns of a member: a list of numbers has one for each."""
    return [f"{name}_{i + 1}" for i in range(len(value))] \
        if isinstance(value, list) and value and isinstance(value[0], int) else [name]


def cell(value):
    """A value as it is in CSV."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ";".join(line.replace(";", ":") for line in value)
    return str(value) if not isinstance(value, float) else f"{value:.15g}"


def cells_of(row):
    """A row of JSON as DictReader has one of CSV, without what is empty there."""
    cells = {}
    for name, value in row.items():
        columns = columns_of(name, value)
        cells |= zip(columns, map(cell, value)) if columns != [name] else {name: cell(value)}
    return {name: text for name, text in cells.items() if text}


def validates(validator, value):
    errors = [e.message for e in validator.iter_errors(value)] if validator else []
    for error in errors[:3]:
        print("#", error[:300])
    return not errors


def check_no_empty_text():
    """In no dialect; only a task's name may be empty."""
    for path in sorted(glob.glob(f"{DATA}/dialects/*")):
        run = Tool(SORT, "-q", "--records", "--format=ndjson", path)
        empty = {name for line in run.out.splitlines()
                 for name, value in json.loads(line).items() if value in ("", [], None)}
        if not path.endswith(".expect"):
            verdict(run.status in (0, 3) and empty <= {"name"},
                    f"{os.path.basename(path)}: no empty text in its records", run.err, empty)


def check_schema():
    validator = None
    if jsonschema:
        with open(f"{SOURCE}/docs/pageowner.schema.json", encoding="utf-8") as f:
            schema = json.load(f)
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        verdict(not validator.is_valid({"version": 2, "kind": "profile"}) and
                not validator.is_valid({"version": 1, "kind": "diff", "pages": [1]}) and
                not validator.is_valid({"version": 2, "kind": "end", "complete": True}),
                "the schema refuses what is not of it")
    else:
        print("# no jsonschema: what is written was not compared with the schema")
    write_inputs()
    head = {"version", "kind", "time", "host", "kernel", "boot_id", "complete", "incomplete"}
    for (program, options, files), has_rows in [(r, True) for r in RUNS] + \
            [(r, False) for r in EMPTY_RUNS]:
        what = " ".join([os.path.basename(program), *options])
        document = json.loads(Tool(program, "--format=json", *options, *files).out)
        lines = [json.loads(line) for line in
                 Tool(program, "--format=ndjson", *options, *files).out.splitlines()]
        text = Tool(program, "--format=csv", *options, *files).out.decode()
        table = csv.DictReader(io.StringIO(text, newline=""))
        cells = [{k: v for k, v in row.items() if v} for row in table]
        complete = {row.pop("complete", None) for row in cells}
        rows = rows_of(document)
        verdict(validates(validator, document) and
                all(validates(validator, line) for line in lines), f"as the schema says: {what}")
        verdict(bool(document["rows"]) == has_rows and text.count("\r\n") >= 1 and
                [{k: v for k, v in line.items() if k not in head} for line in lines] == rows and
                [cells_of(row) for row in rows] == cells and
                complete <= {cell(document["complete"]) if "complete" in document else None},
                f"the same rows in json, ndjson and csv: {what}")
    totals = [{k: v for k, v in json.loads(Tool(SORT, "--json", *what).out).items()
               if k.startswith("total")} for what in
              (["few.show_stacks"], ["counts"], ["unpinned"], ["--pid=4242", "dump"])]
    verdict(totals == [{"total_pages": 5}, {"total_times": 2},
                       {"total_times": 1, "total_pages": 1},
                       {"total_times": 0, "total_pages": 0}],
            "a total of what the input does not have is absent")
    lines = Tool(SORT, "--records", "--format=ndjson", "dump").out.splitlines()
    verdict(lines and all(validates(validator, json.loads(line)) for line in lines),
            "as the schema says: records")
    with open("cut", "wb") as f:
        f.write(dump()[0].replace(b"PFN# complete: yes\n", b""))
    for more in ["--records"], [], ["--pid=4242"]:
        lines = Tool(SORT, "--format=ndjson", *more, "cut").out.splitlines()
        verdict(lines and all(validates(validator, json.loads(line)) for line in lines) and
                json.loads(lines[-1])["incomplete"] == "its last lines are missing",
                f"as the schema says: an incomplete capture, {more}")
    rows = json.loads(Tool(DIFF, "--format=json", "--all", "first", "second").out)["rows"]
    unknown = [r for r in rows if r["unknown"]]
    verdict([r["owner"] for r in unknown] == ["g"] and not any(
        r["gone"] or r["new"] or "change_pages" in r for r in unknown),
            "what a count_threshold may have hidden is unknown, neither new nor gone")


def main():
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        with open("dump", "wb") as f:
            f.write(dump()[0])
        check_schema()
        check_no_empty_text()
        os.chdir("/")
    finish()


main()
