#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-plumbing.py - --plumbing reaches every report of every tool: in each format the
owner is the function after those of the user's list.

That the library skips them is tested in tests/unit/.
"""
import csv
import io
import json
import os
import sqlite3
import subprocess
import tempfile

from lib import finish, tool, verdict

# The built-in list has alloc_pages: the owner is my_alloc, with --plumbing=my_* caller.
FRAMES = ["alloc_pages+0x1/0x2", "my_alloc+0x1/0x2", "caller+0x1/0x2 [mod]"]
MEMINFO = ["MemTotal: 100000 kB", "MemFree: 10000 kB", "Slab: 4000 kB"]

# The reports that show owners, by tool: options and inputs of each
TOOLS = {
    "sort": [([], ["dump"]), (["--by=owner"], ["dump"])],
    "diff": [([], ["small", "large"]), (["--by=owner"], ["small", "large"])],
    "stacks-top": [([], ["large"]), (["--by=owner"], ["large"]),
                   (["--by=module", "--sort=stacks"], ["large"]),
                   (["--replay"], ["small", "large"]), (["--account"], ["large"])],
    "frag": [([], ["dump"]), (["--by=owner"], ["dump"]), (["--by=module"], ["dump"])],
}
# What is about stacks: it has all frames and no owner
STACKS = ("text", "report", "folded", "folded-diff", "speedscope", "pprof")


def write_inputs():
    stack = "".join(f" {frame}\n" for frame in FRAMES)
    with open("dump", "w", encoding="ascii") as f:
        f.write("PFN# pageowner-capture: 1\nPFN# page-size: 4096\n\n")
        for pfn in (0x200, 0x400, 0x600):
            f.write("Page allocated via order 0, mask 0x0(), pid 7, tgid 7 (sh), ts 5 ns\n"
                    f"PFN {pfn} type Unmovable Block {pfn >> 9} type Movable Flags "
                    f"0x0(node=0|zone=1)\n{stack}\n")
        f.write("PFN# complete: yes\n")
    for name, pages in (("small", 3), ("large", 9)):
        with open(name, "w", encoding="ascii") as f:
            f.write("PFN# pageowner-capture: 1\nPFN# page-size: 4096\n" +
                    "".join(f"PFN# meminfo: {line}\n" for line in MEMINFO) +
                    f"\n{stack}nr_base_pages: {pages}\n\nPFN# complete: yes\n")


def run(name, *arguments):
    """Standard output, or what went wrong"""
    done = subprocess.run([tool(name), "-q", *arguments], capture_output=True, check=False)
    return done.stdout, done.stderr.decode() if done.returncode else ""


def formats(name):
    lines = run(name, "--format=help")[0].decode().splitlines()
    return [line.split()[0] for line in lines if "built without" not in line]


def owners(form, data):
    """The owners that a report names; None if only its bytes can be compared"""
    if form == "json":
        document = json.loads(data)
        return {row["owner"] for row in document["rows"] if "owner" in row}
    if form == "ndjson":
        return {row["owner"] for row in map(json.loads, data.splitlines()) if "owner" in row}
    if form == "csv":
        return {row["owner"] for row in csv.DictReader(io.StringIO(data.decode()))
                if row.get("owner")}
    if form == "html":
        document = json.loads(data.split(b'id="data">')[1].split(b"</script>")[0])
        if "owner" not in document["keys"]:
            return None
        at = document["keys"].index("owner") - len(document["keys"])
        return {document["texts"][row[at]] for row in document["rows"]}
    if form == "prometheus":
        return {part.split('"')[1] for line in data.decode().splitlines()
                for part in line.split("{")[-1].split(",")
                if part.startswith("owner=") and part.split('"')[1]}
    if form == "sqlite":
        with open("db", "wb") as f:
            f.write(data)
        db = sqlite3.connect("db")
        tables = [table for table, columns in
                  db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
                  if "owner" in columns]
        return {owner for table in tables
                for owner, in db.execute(f"SELECT owner FROM {table}") if owner}
    return None


def check(name, form, options, inputs):
    label = f"{name} --format={form} {' '.join(options)}"
    arguments = ["--format=" + form, *options, *inputs]
    before, error = run(name, *arguments)
    if error:
        verdict(error.count("\n") == 1 and "shows stacks" in error or
                f"--format={form} cannot be combined with " in error,
                f"{label}: what it cannot show is said once", error)
        return
    after, error = run(name, "--plumbing=my_*", *arguments)
    found = owners(form, after)
    if form in STACKS:
        verdict(not error and after, f"{label} has stacks, and takes --plumbing", error)
    elif "--by=module" in options and found is not None:
        verdict(not error and found <= {"caller"}, f"{label} has no other owner", found, error)
    elif found is not None:
        verdict(not error and found == {"caller"} and owners(form, before) == {"my_alloc"},
                f"{label} has the user's owner", found, before, error)
    else:
        verdict(not error and ("--by=module" in options or after != before),
                f"{label} has another owner", before, error)


def main():
    write_inputs()
    for name, reports in TOOLS.items():
        for form in formats(name):
            for options, inputs in reports:
                check(name, form, options, inputs)
    for form in ("ndjson", "csv"):
        check("sort", form, ["--records"], ["dump"])
    check("frag", "table", ["--show-block=1"], ["dump"])
    check("frag", "table", ["--show-pfn=0x200"], ["dump"])


with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    main()
finish()
