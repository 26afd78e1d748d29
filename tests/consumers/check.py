#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check.py - real captures in every format, opened by the programs the formats are
for: what these see must be what a plain reading of the capture gives.

    check.py DIRECTORY

DIRECTORY is where npm puts the packages of package.json. The environment names the
tools and srcdir, as for the other tests. Every other program is looked for in
PATH, and pprof is built from its Debian source package; what is not there is skipped,
which is said.
"""
import csv
import itertools
import json
import os
import shutil
import sys
import tempfile

from browser import check_html
from captures import DIFF, HERE, LEAK, NEW, OLD, PAGE, Dump, command, has, has_format, \
    path_of, show_stacks, skip, sums, write
from lib import finish, verdict
from profilers import check_pprof, check_pprof_format, check_protoc, check_speedscope
from prometheus import check_prometheus


def check_python(dump):
    """json and csv of Python"""
    write("json", "x.json", LEAK)
    with open("x.json", encoding="utf-8") as f:
        rows = json.load(f)["rows"]
    verdict(sums((path_of(r["stack"]), r["bytes"]) for r in rows) == dump.bytes,
            "json, python3: every path and its bytes")
    write("ndjson", "x.ndjson", LEAK)
    with open("x.ndjson", encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    verdict(sum(r["bytes"] for r in rows) == dump.total and
            len({r["stack_id"] for r in rows}) == len(dump.bytes),
            "ndjson, python3: all bytes, as many stack ids as paths")
    write("csv", "x.csv", "--cull=name", LEAK)
    with open("x.csv", encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f, strict=True))
    verdict({r["name"]: int(r["bytes"]) for r in rows} == dump.labels["comm"],
            "csv, python3: every task and its bytes")
    old, new = show_stacks(OLD), show_stacks(NEW)
    write("folded-diff", "x.diff", OLD, NEW, tool=DIFF)
    with open("x.diff", encoding="utf-8") as f:
        rows = [line.rsplit(" ", 2) for line in f]
    verdict({p: (int(a), int(b)) for p, a, b in rows} ==
            {p: (old[p], new[p]) for p in old | new},
            "folded-diff, python3: every path, before and after")


def npm_packages(directory):
    """True once they are installed in the directory"""
    if not has("node") or not has("npm"):
        return False
    for name in "package.json", "package-lock.json":
        shutil.copy(f"{HERE}/{name}", directory)
    if command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
               f"--prefix={directory}") is None:
        skip("npm could not install the packages of package.json")
        return False
    return True


def check_sqlite(dump):
    if not has_format("sqlite") or not has("sqlite3"):
        return
    write("sqlite", "x.db", LEAK)

    def ask(question):
        return (command("sqlite3", "-readonly", "x.db", question) or "").splitlines()
    verdict(ask("PRAGMA integrity_check; PRAGMA foreign_key_check") == ["ok"],
            "sqlite, sqlite3: the file is whole")
    verdict(ask("SELECT sum(bytes), sum(times), count(*) FROM top_stacks") ==
            [f"{dump.total}|{sum(dump.times.values())}|{len(dump.bytes)}"],
            "sqlite, sqlite3: all bytes, allocations and paths")
    verdict(sorted(ask("SELECT coalesce(module, ''), bytes FROM top_modules")) ==
            sorted(f"{m}|{b}" for m, b in dump.labels["module"].items()),
            "sqlite, sqlite3: bytes of each module")


def check_odd(node):
    """Names that break what is glued together instead of written"""
    names = [b'a"b', b"a,b;c 7", b"</script>", b"\x1b[31m", b"\xff\xfe", b"a\\n{}", b"=1+1",
             b"x\ny", b" 12", b"pprof::base", b"'; DROP--", b""]
    stacks = [[], [b"f 12+0x1/0x2", b'q"x+0x1/0x2 [m"o]'],
              [b"a;b+0x1/0x2", b"\xe2\x80\xae\xff+0x1/0x2"]]
    records = [(b"Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (%s), ts 1"
                b" ns\nPFN 0x1 type Unmovable Block 0 type Movable Flags 0x1(node=0|zone=1)\n"
                % name + b"".join(b" %s\n" % frame for frame in stack) + b"\n")
               for name in names for stack in stacks]
    with open("odd", "wb") as f:
        f.write(b"".join(records))
    seen = {}
    for format_, path in (("csv", "odd.csv"), ("speedscope", "odd.speedscope.json"),
                          ("folded", "odd.collapsedstack.txt"), ("prometheus", "odd.prom")):
        write(format_, path, *(["--cull=name"] if format_ == "csv" else []), "odd")
    with open("odd.csv", encoding="utf-8", newline="") as f:
        seen["csv, python3"] = sum(int(r["bytes"]) for r in csv.DictReader(f, strict=True))
    if has_format("sqlite") and has("sqlite3"):
        write("sqlite", "odd.db", "odd")
        seen["sqlite, sqlite3"] = int(command(
            "sqlite3", "-readonly", "odd.db", "SELECT sum(bytes) FROM top_stacks") or 0)
    if node:
        files = ["odd.speedscope.json", "odd.collapsedstack.txt"]
        if has_format("pprof"):
            write("pprof", "odd.pb.gz", "odd")
            files.append("odd.pb.gz")
            samples = json.loads(command("node", f"{HERE}/read-pprof.mjs", node,
                                         "odd.pb.gz") or '{"samples": []}')["samples"]
            seen["pprof, pprof-format"] = sum(s["values"][1] for s in samples)
        lines = (command("node", f"{HERE}/read-speedscope.mjs", node, *files) or "").splitlines()
        seen |= {f"{path}, speedscope": json.loads(line)[0]["total"]
                 for path, line in itertools.zip_longest(files, lines, fillvalue='[{"total": 0}]')}
    verdict(set(seen.values()) == {len(records) * PAGE},
            f"odd names: all bytes in {'; '.join(seen)}")
    if has("promtool"):
        with open("odd.prom", "rb") as f:
            verdict(command("promtool", "check", "metrics", stdin=f.read()) == "",
                    "odd names: promtool has nothing to remark")


def main():
    directory = os.path.abspath(sys.argv[1])
    os.makedirs(directory, exist_ok=True)
    dump = Dump(LEAK)
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        check_python(dump)
        node = npm_packages(directory)
        if node:
            check_speedscope(dump, directory)
            check_html(dump, directory)
        if has_format("pprof"):
            check_protoc(dump)
            if node:
                check_pprof_format(dump, directory)
            check_pprof(dump, directory, node)
        check_sqlite(dump)
        check_odd(directory if node else None)
        check_prometheus(dump)
        os.chdir("/")
    finish()


main()
