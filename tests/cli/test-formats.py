#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-formats.py - what the tools write for other programs, read back: every format
must hold the same sums, whatever a process is called. The schema of JSON, NDJSON and CSV:
test-schema.py.
"""
import csv
import gzip
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile

from formats import NAMES, STACKS, Tool, dump
from lib import DATA, SOURCE, finish, tool, verdict

SORT, DIFF, TOP, FRAG = tool("sort"), tool("diff"), tool("stacks-top"), tool("frag")

def formats(program):
    lines = Tool(program, "--format=help").out.decode().splitlines()
    return {line.split()[0]: "built without" not in line for line in lines}


def check_json(path, total, records):
    run = Tool(SORT, "--format=json", path)
    d = json.loads(run.out)
    verdict(run.status == 0 and d["version"] == 2 and d["page_size"] == 16384 and
            d["host"] == 'h"1' and d["time"] == "2026-11-23T10:00:00.500000000Z" and
            d["total_pages"] == total and d["complete"] is True and sum(r["bytes"] for r in d["rows"]) == total * 16384,
            "json: the sums and the conditions")
    with open(path, "rb") as f:
        cut = f.read()
    for end, what in (b"", "cut"), (b"PFN# complete: no, interrupted\n", "incomplete"):
        with open("cut", "wb") as f:
            f.write(cut.replace(b"PFN# complete: yes\n", end))
        for form in "json", "ndjson", "prometheus":
            run = Tool(SORT, "--format=" + form, "cut")
            verdict(run.status == 3 and (b'"complete":false' in run.out or
                                         b"capture_complete 0" in run.out),
                    f"{form}: a capture that is {what} says so")
    with open("foreign", "wb") as f:
        f.write(b"nothing of page_owner here\n")
    run = Tool(SORT, "--records", "--format=csv", "foreign")
    verdict(run.status == 1 and not run.out and run.err.count("\n") == 1,
            "records of a wrong file: one message, no header")
    verdict(len({r["stack_id"] for r in d["rows"]}) == 2 and
            len({r["stack_id_exact"] for r in d["rows"]}) == 3, "json: portable and exact ids")
    words = [json.loads(Tool(*command, "--format=json", path).out)["by"]
             for command in ((SORT, "--by=callstack"), (TOP, "--once"), (FRAG,),
                             (TOP, "--once", "--by=portable"), (FRAG, "--by=portable"))]
    verdict(words == [["stack"]] * 3 + [["portable"]] * 2, f"json: one word for a stack: {words}")
    old = Tool(SORT, "--format=json", "--by=gfp", f"{DATA}/dialects/linux-3.19.page_owner")
    masks = [row["gfp"] for row in json.loads(old.out)["rows"]]
    verdict(len(masks) > 2 and all(re.fullmatch("0x[0-9a-f]+", mask) for mask in masks),
            f"json: masks without names: {masks}")
    run = Tool(SORT, "--format=json", "--cull=name,pid", path)
    rows = json.loads(run.out)["rows"]
    verdict(len(rows) == len(NAMES) and "stack" not in rows[0] and
            {r["name"] for r in rows} == {n.decode(errors="replace") for n in NAMES},
            "json: every name, whatever is in it")
    run = Tool(SORT, "--format=ndjson", "--cull=ator,st", path)
    rows = [json.loads(line) for line in run.out.decode().split("\n")[:-1]]
    verdict(sum(r["times"] for r in rows) == records and rows[0]["host"] == 'h"1' and
            rows[0]["allocator"] in ("OTHERS", "CMA OTHERS"), "ndjson: an object a line")


def check_csv(path, total):
    run = Tool(SORT, "--format=csv", "--cull=name,st", path)
    rows = list(csv.DictReader(io.StringIO(run.out.decode(), newline="")))
    verdict(run.out.count(b"\r\n") == len(rows) + 1 and
            sum(int(r["pages"]) for r in rows) == total and
            {r["name"] for r in rows} == {n.decode(errors="replace") for n in NAMES},
            "csv: quoted, with CR LF, and the same sums")


def check_folded(path, total):
    run = Tool(SORT, "--format=folded", path)
    lines = run.out.decode().splitlines()
    good = [re.fullmatch(r"(.*) (\d+)", line) for line in lines]
    verdict(all(good) and sum(int(m[2]) for m in good) == total * 16384 and
            len(lines) == 2 and lines == sorted(lines), "folded: sums, sorted, each path once")
    verdict([m[1] for m in good] == ["0xffffffff81000000;strange:name;alloc_pages",
                                     "main;f [mod];alloc_pages"], "folded: from the root on")
    run = Tool(SORT, "--format=folded", "--cull=name,st", path)
    verdict(run.status == 0 and b";" in run.out and b"\x1b" not in run.out and
            len(run.out.splitlines()) == 2 * len(NAMES), "folded: other keys are frames")
    run = Tool(SORT, "--format=folded", "--by=stack,module", path)
    verdict({line.split(b";")[0] for line in run.out.splitlines()} ==
            {b"module:mod", b"module:(kernel)"}, "folded: the kernel itself has its name")
    run = Tool(SORT, "--format=folded", "--cull=module", path)
    verdict(run.status == 1 and "not grouped by them" in run.err, "folded: needs stacks")


def check_speedscope(path, total):
    d = json.loads(Tool(SORT, "--format=speedscope", path).out)
    profile, frames = d["profiles"][0], d["shared"]["frames"]
    verdict(d["$schema"] == "https://www.speedscope.app/file-format-schema.json" and
            profile["unit"] == "bytes" and profile["endValue"] == total * 16384 and
            sum(profile["weights"]) == total * 16384 and
            len(profile["samples"]) == len(profile["weights"]) and
            all(i < len(frames) for s in profile["samples"] for i in s) and
            frames[profile["samples"][0][-1]]["name"] == "alloc_pages",
            "speedscope: sums, and frames from the root on")
    shown = d["profiles"][d["activeProfileIndex"]]
    verdict(shown["weights"] == profile["weights"] and shown["endValue"] == profile["endValue"] and
            {frames[s[-1]]["name"] for s in shown["samples"]} ==
            {"f", "strange;name"} and
            frames[profile["samples"][0][-1]]["file"] == "(allocator)",
            "speedscope: what is shown first ends at the owner; the allocator is marked")


def check_pprof(path, total, records):
    run = Tool(SORT, "--format=pprof", "-o", "x.pb.gz", path)
    data = gzip.open("x.pb.gz").read()
    verdict(run.status == 0 and data, "pprof: gzip")
    if not shutil.which("protoc"):
        print("# no protoc: what pprof holds was not looked at")
        return
    text = subprocess.run(["protoc", "--decode=pageowner.pprof.Profile",
                           f"--proto_path={SOURCE}/export", "profile.proto"], input=data,
                          stdout=subprocess.PIPE, check=True).stdout.decode()
    values = [int(v) for v in re.findall(r"^  value: (\d+)$", text, re.M)]
    verdict(sum(values[0::2]) == records and sum(values[1::2]) == total * 16384,
            "pprof: allocations and bytes")
    strings = re.findall(r'^string_table: "(.*)"$', text, re.M)
    dropped = re.search(r"^drop_frames: (\d+)$", text, re.M)
    verdict(dropped and strings[int(dropped.group(1))] == "alloc_pages",
            "pprof: what is before the owner is dropped, so that self is the owner")
    for kind in "function", "location", "mapping":
        ids = re.findall(rf"^{kind} {{\n  id: (\d+)", text, re.M)
        verdict(ids and ids == [str(i + 1) for i in range(len(ids))],
                f"pprof: ids of {kind}s count from 1")
    verdict(strings[0] == "" and "inuse_space" in strings and "comm" in strings and
            "[kernel.kallsyms]" in strings and "mod" in strings and
            "time_nanos: 1795428000500000000" in text, "pprof: strings, labels, time")


def check_prometheus(path, total):
    run = Tool(SORT, "--format=prometheus", "--top=1", "-o", "x.prom", path)
    with open("x.prom", encoding="utf-8") as f:
        text = f.read()
    value = r"(?:[0-9.]+)"
    line = re.compile(rf"# (?:HELP|TYPE) \w+ .+|\w+(?:{{\w+=\"[^\"]*\"(?:,\w+=\"[^\"]*\")*}})? {value}")
    verdict(run.status == 0 and all(line.fullmatch(x) for x in text.splitlines()) and
            f"pageowner_held_bytes {total * 16384}\n" in text, "prometheus: well formed")

    def sums(family):
        return sum(int(v) for v in re.findall(rf"^pageowner_{family}_bytes{{.*}} (\d+)$",
                                              text, re.M))
    verdict(all(sums(f) == total * 16384 for f in
                ("module", "node", "migratetype", "stack")) and
            text.count("pageowner_stack_bytes{") == 2 and
            'stack_id="other"' in text, "prometheus: bounded, and the sums are whole")
    verdict(not any(n.decode(errors="replace") in text for n in NAMES[1:]),
            "prometheus: no name that a process chose")
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=text.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        verdict(done.returncode == 0, f"prometheus: promtool: {done.stdout.decode().strip()}")
    else:
        print("# no promtool: it was not asked")


def check_sqlite(path, total):
    run = Tool(SORT, "--format=sqlite", "-o", "x.db", path)
    db = sqlite3.connect("x.db")
    verdict(run.status == 0 and db.execute("PRAGMA integrity_check").fetchone() == ("ok",) and
            db.execute("SELECT sum(pages), count(DISTINCT name) FROM groups").fetchone() ==
            (total, len(NAMES)), "sqlite: sums and names")
    verdict(db.execute("SELECT sum(bytes) FROM top_stacks").fetchone() == (total * 16384,) and
            db.execute("SELECT count(*) FROM stacks").fetchone() == (3,) and
            db.execute("SELECT count(*) FROM frames").fetchone() == (9,) and
            db.execute("SELECT count(*) FROM stack_text WHERE text = 'alloc_pages' ||"
                       " char(10) || 'f [mod]' || char(10) || 'main'").fetchone() == (2,) and
            db.execute("SELECT host, page_size FROM snapshots").fetchone() == ('h"1', 16384),
            "sqlite: stacks, frames, views, conditions")


def check_records(path, total, records, has_sqlite):
    rows = [json.loads(x) for x in Tool(SORT, "--records", "--format=ndjson", path).out.splitlines()]
    first = rows[0]
    verdict(len(rows) == records and sum(r["pages"] for r in rows) == total and
            all(r["bytes"] == r["pages"] * 16384 and r["host"] == 'h"1' for r in rows) and
            {r["name"] for r in rows} == {n.decode(errors="replace") for n in NAMES},
            "records: an object for each, in ndjson")
    verdict((first["pfn"], first["gfp"], first["gfp_mask"], first["ts_ns"], first["block"],
             first["blocktype"], first["migratetype"], first["flags"], first["node"],
             first["zone"], first["owner"], first["module"], first["stack"]) ==
            (0x200, "GFP_KERNEL", "0xcc0", 0, 1, "Movable", "Unmovable", "0x1", 0, 1, "f", "mod",
             [line.decode() for line in STACKS[0]]) and "free_ts_ns" not in first,
            "records: the fields of one")
    with open(path, "rb") as f:
        text = f.read()
    verdict(all(text[r["offset"]:].startswith(b"Page allocated via order %d," % r["order"])
                for r in rows), "records: where they are")
    run = Tool(SORT, "--records", "--format=csv", "--name=sh", "--top=2", path)
    csv_rows = list(csv.DictReader(io.StringIO(run.out.decode(), newline="")))
    verdict([(r["name"], r["pid"], r["pfn"], r["free_ts_ns"]) for r in csv_rows] ==
            [("sh", "0", "512", ""), ("sh", "0", "520", "")], "records: some of them, in csv")
    with open("old-one", "w", encoding="utf-8") as f:
        f.write(" f+0x1/0x2\nnr_base_pages: 7\n\nPage allocated via order 0, mask 0x2000\n")
    run = Tool(SORT, "--records", "--format=ndjson", "old-one")
    verdict(run.status == 3 and "old-one" in run.err and
            [(r["pages"], r.get("pid"), r.get("times")) for r in
             map(json.loads, run.out.splitlines())] == [(7, None, None), (1, None, 1)],
            "records: of other kinds, and damage is reported")
    for arguments, word in ((["--format=folded"],
                             "--format=folded cannot be combined with --records"),
                            (["--format=csv", "-m"], "writes no groups"), ([], "needs --format")):
        run = Tool(SORT, "--records", *arguments, path)
        verdict(run.status == 1 and word in run.err and not run.out, f"records: {word}")
    if not has_sqlite:
        return
    with open("two", "wb") as f:
        f.write(text + text.replace(b'h"1', b"h2").replace(b"16384", b"4096"))
    run = Tool(SORT, "--records", "--format=sqlite", "-o", "r.db", "two")
    db = sqlite3.connect("r.db")
    verdict(run.status == 0 and db.execute("PRAGMA integrity_check").fetchone() == ("ok",) and
            db.execute("SELECT count(*), sum(pages), count(DISTINCT name) FROM records")
            .fetchone() == (2 * records, 2 * total, len(NAMES)) and
            db.execute("SELECT sum(times), sum(pages) FROM groups").fetchone() ==
            (2 * records, 2 * total) and
            db.execute("SELECT host, sum(bytes) FROM top_owners JOIN snapshots ON id = snapshot"
                       " GROUP BY id").fetchall() ==
            [('h"1', total * 16384), ("h2", total * 4096)],
            "records: in sqlite, with their groups, two captures apart")
    verdict(db.execute("SELECT text FROM records JOIN stack_text USING (stack) WHERE pfn = 512")
            .fetchone() == ("alloc_pages\nf [mod]\nmain",), "records: by PFN, and their stack")
    empty = Tool(SORT, "--records", "--format=sqlite", "-o", "e.db", "/dev/null")
    verdict(empty.status == 0 and sqlite3.connect("e.db").execute(
        "SELECT count(*) FROM records").fetchone() == (0,), "records: none at all")
    if os.environ.get("EMULATED") == "valgrind":    # which needs one itself
        return
    os.environ["TMPDIR"] = "/nowhere"
    run = Tool(SORT, "--records", "--format=sqlite", "-o", "n.db", path)
    del os.environ["TMPDIR"]
    verdict(run.status == 1 and "No such file" in run.err and not os.path.exists("n.db"),
            "records: no place for the database")


def check_html(path, total):
    run = Tool(SORT, "--format=html", "--cull=name,st", path)
    text = run.out.decode()
    data = text.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    d = json.loads(data)
    verdict(run.status == 0 and sum(r[0] for r in d["rows"]) == total == d["totals"][0] and
            d["page_size"] == 16384 and dict(d["conditions"])["host"] == 'h"1' and
            [d["texts"][i] for i in d["rows"][0][3]][-1] == "alloc_pages" and d["rows"][0][2] and
            d["files"] == [path], "html: sums, conditions, plumbing, the file")
    name = 4 + d["keys"].index("name")
    verdict({d["texts"][r[name]] for r in d["rows"]} ==
            {n.decode(errors="replace") for n in NAMES} and "<" not in data and data.isascii() and
            text.count("</script>") == 2, "html: every name, and none is markup")
    verdict("Apache License" in text and "d3-flame-graph 4" in text and
            "default-src 'none'" in text, "html: licenses of what is in it")
    name = "a<script>hit=1<!--\u202e\xff.txt"
    shutil.copy(path, name)
    text = Tool(SORT, "--format=html", name).out.decode()
    data = text.split('id="data">')[1].split("</script>")[0]
    verdict(json.loads(data)["files"] == [name] and "<" not in data and data.isascii(),
            "html: the name of a file is no markup")
    for file, end in ("whole", "PFN# complete: yes\n"), ("cut", ""):
        with open(file, "w", encoding="utf-8") as f:
            f.write(f"PFN# pageowner-capture: 1\n\n g+0x1/0x2\nnr_base_pages: 3\n\n{end}")
    data = Tool(DIFF, "--format=html", "whole", "cut").out.decode().split('id="data">')[1]
    verdict(["incomplete", "snapshot 2: its last lines are missing"] in
            json.loads(data.split("</script>")[0])["conditions"], "html: an incomplete snapshot")
    for name, keys in ("no stacks", "module"), ("all", "st,name,pid,node,migratetype"):
        run = Tool(SORT, "--format=html", f"--cull={keys}", path)
        verdict(run.status == 0 and run.out.endswith(b"</html>\n"), f"html: {name}")


def check_diff(has_pprof):
    def stacks(name, a, b):
        with open(name, "w", encoding="utf-8") as f:
            f.write(f" alloc_pages+0x1/0x2\n a+0x1/0x2 [m]\nnr_base_pages: {a}\n\n"
                    f" alloc_pages+0x1/0x2\n b+0x1/0x2\nnr_base_pages: {b}\n\n")
    stacks("old", 10, 5)
    stacks("new", 30, 2)
    run = Tool(DIFF, "--format=folded-diff", "old", "new")
    verdict(run.out == b"a [m];alloc_pages 40960 122880\nb;alloc_pages 20480 8192\n",
            "folded-diff: bytes before and after")
    rows = list(csv.DictReader(io.StringIO(Tool(DIFF, "--format=csv", "old", "new").out.decode(),
                                           newline="")))
    verdict([(r["change_pages"], r["pages_1"], r["pages_2"]) for r in rows] ==
            [("20", "10", "30"), ("-3", "5", "2")], "csv of a diff")
    rows = [json.loads(x) for x in
            Tool(DIFF, "--format=ndjson", "--by=module", "old", "new").out.splitlines()]
    verdict(rows[0]["module"] == "m" and rows[0]["pages"] == [10, 30] and
            rows[0]["change_bytes"] == 81920, "ndjson of a diff by module")
    run = Tool(DIFF, "--format=speedscope", "old", "new")
    verdict(run.status == 2 and ": not one of table, " in run.err,
            "a format that shows no changes is refused")
    run = Tool(TOP, "--format=folded", "--page-size=8K", "old")
    verdict(run.out == b"a [m];alloc_pages 81920\nb;alloc_pages 40960\n", "folded of show_stacks")
    if has_pprof:
        run = Tool(TOP, "--format=pprof", "-o", "y.pb.gz", "old")
        verdict(run.status == 0 and gzip.open("y.pb.gz").read(), "pprof of show_stacks")
    run = Tool(TOP, "--format=nonsense", "old")
    verdict(run.status == 2 and ": not one of " in run.err, "an unknown format is refused")


def check_odd(has_sqlite, has_html):
    """Counts that no machine has, and records without a stack or a name in it"""
    largest = 2 ** 63 - 1

    def stacks(name, *counts):
        with open(name, "w", encoding="utf-8") as f:
            f.write("".join(f" {symbol}+0x1/0x2\nnr_base_pages: {pages}\n\n"
                            for symbol, pages in counts))

    def output(format_, *paths, tool=SORT):
        return Tool(tool, f"--format={format_}", *paths).out.decode()
    stacks("large", ("a", 2 ** 64 - 1), ("b", 2 ** 52), ("c", 3))
    stacks("small", ("c", 1))
    rows = json.loads(output("json", "large"))["rows"]
    verdict([r["pages"] for r in rows] == [largest, 2 ** 52, 3] and
            [r["bytes"] for r in rows] == [largest, largest, 12288], "json: no number wraps")
    rows = list(csv.DictReader(io.StringIO(output("csv", "large"), newline="")))
    verdict([r["bytes"] for r in rows] == [str(largest)] * 2 + ["12288"], "csv: as in json")
    verdict(output("folded", "large") == f"a {largest}\nb {largest}\nc 12288\n",
            "folded: as in json")
    profile = json.loads(output("speedscope", "large"))["profiles"][0]
    verdict(profile["weights"] == [largest, largest, 12288] and
            profile["endValue"] == largest, "speedscope: as in json, the sum included")
    text = output("prometheus", "large")
    verdict(f"pageowner_held_bytes {largest}\n" in text and
            f'{{module=""}} {largest}\n' in text, "prometheus: as in json")
    rows = list(csv.DictReader(io.StringIO(output("csv", "large", "small", tool=DIFF),
                                           newline="")))
    verdict({r["change_bytes"] for r in rows} == {str(-2 ** 63), "-8192"},
            "csv of a diff: as in json")
    with open("none", "w", encoding="utf-8") as f:
        f.write("Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (a), ts 1"
                " ns\nPFN 0x1 type Unmovable Block 0 type Movable Flags 0x1(node=0|zone=1)\n\n")
    if has_sqlite:
        Tool(SORT, "--format=sqlite", "-o", "large.db", "large")
        verdict(sqlite3.connect("large.db").execute("SELECT pages, bytes, times FROM top_stacks")
                .fetchone() == (largest, largest, None), "sqlite: as in json")
    verdict(output("folded", "none") == "(no stack) 4096\n" and
            json.loads(output("speedscope", "none"))["shared"]["frames"] ==
            [{"name": "(no stack)"}], "a record without a stack is shown")
    stacks("nameless", ("f+0x1/0x2\n ", 1))
    for format_ in "json", "csv", "folded", "speedscope", *(["sqlite"] if has_sqlite else []), \
            *(["html"] if has_html else []):
        run = Tool(SORT, f"--format={format_}", "-o", "x.nameless", "nameless")
        verdict(run.status == 0 and os.stat("x.nameless").st_size,
                f"{format_}: a frame without a name")


def main():
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        text, total, records = dump()
        with open("dump", "wb") as f:
            f.write(text)
        there = formats(SORT)
        verdict({"text", "report", "json", "ndjson", "csv", "folded", "html", "speedscope", "pprof",
                 "prometheus", "sqlite"} == set(there), "--format=help lists the formats")
        check_json("dump", total, records)
        check_csv("dump", total)
        check_folded("dump", total)
        check_speedscope("dump", total)
        check_prometheus("dump", total)
        for name, check, arguments in (("html", check_html, (total,)),
                                       ("pprof", check_pprof, (total, records)),
                                       ("sqlite", check_sqlite, (total,))):
            if there[name]:
                check("dump", *arguments)
            else:
                run = Tool(SORT, f"--format={name}", "dump")
                verdict(run.status == 1 and "built without" in run.err,
                        f"{name}: refused, since this was built without it")
        check_records("dump", total, records, there["sqlite"])
        check_diff(there["pprof"])
        check_odd(there["sqlite"], there["html"])
        os.chdir("/")
    finish()


main()
