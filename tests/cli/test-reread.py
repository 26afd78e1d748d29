#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-reread.py - a report is an input: grouped again by the same keys, or by none, it is
the same report. And what is free is held by no one, in each format and each tool.
"""
import itertools
import json
import os
import subprocess
import tempfile

from lib import DATA, finish, tool, verdict

SORT, DIFF, TOP = tool("sort"), tool("diff"), tool("stacks-top")


def entry(state, function, pfn, free_ts):
    return (f"[  117.1] page: refcount:0 mapcount:0 mapping:0000000000000000 index:0x0 pfn:{pfn:#x}\n"
            "[  117.1] flags: 0xfff00000000000(node=0|zone=1|lastcpupid=0x7ff)\n"
            "[  117.1] page dumped because: kasan: bad access detected\n"
            f"[  117.1] page_owner tracks the page as {state}\n"
            "[  117.1] page last allocated via order 3, migratetype Unmovable, gfp_mask "
            "0x252800(GFP_NOWAIT|__GFP_NORETRY|__GFP_COMP), pid 19, tgid 19 (foo), ts 4670, "
            f"free_ts {free_ts}\n"
            f"[  117.1]  post_alloc_hook+0x1/0x2\n[  117.1]  {function}+0x1/0x2\n"
            "[  117.1] page last free pid 20 tgid 21 stack trace:\n"
            "[  117.1]  free_unref_page+0x1/0x2\n[  117.1]  drop+0x1/0x2 [mod]\n")


LOG = (entry("freed", "foo_alloc", 0x12345, 5000) +
       entry("allocated", "bar_alloc", 0x23456, 100)).encode()
# The kernel's word counts more than its times.
HELD = entry("allocated", "foo_alloc", 0x12345, 5000).encode()


def run(program, *arguments, text=b""):
    done = subprocess.run([program, *arguments], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def read(name):
    with open(os.path.join(DATA, name), "rb") as f:
        return f.read()


def group_keys():
    """The keys that the program itself names"""
    help_text = run(SORT, "--help")[1].decode()
    lines = help_text[help_text.index("\nKeys ("):].split("\n")[2:]
    for line in itertools.takewhile(lambda line: line.startswith("  "), lines):
        name, uses = line[8:19].strip(), line[21:23]
        if "G" in uses:
            yield name


def groups(report):
    """By text, equal groups are in another order, and an empty stack is no stack."""
    return sorted(line.rstrip(b":") for line in report.splitlines() if line)


def check_again(name, text):
    # The pages of a group of a report are a sum.
    lists = [*(set(group_keys()) - {"times", "pages"}), "pid,name", "name,memcg", "free,owner", "owner,module,free_stack",
             "stacktrace,name", "callstack,memcg", "portable,free"]
    for keys in ["", *lists]:
        by = ["--by=" + keys] if keys else []
        status, once, _ = run(SORT, "-q", *by, "-", text=text)
        for again in (by, []):
            got = run(SORT, "-q", *again, "-", text=once)
            same = got[1] == once or (not again and groups(got[1]) == groups(once))
            verdict(status in (0, 3) and once and same and got[::2] == (0, ""),
                    f"{name} by {keys or 'its text'}, again by {again and keys or 'its text'}",
                    status, once, *got)


def check_hostile(text):
    """Names that look like lines of a report: where they end is a guess, pages stay."""
    for keys in ("", "name", "pid", "pid,name"):
        by = ["--by=" + keys] if keys else []
        once = run(SORT, "-q", *by, "-", text=text)[1]
        sums = [json.loads(run(SORT, "-q", "--format=json", "--by=order", "-", text=again)[1])
                ["total_pages"] for again in (text, once, run(SORT, "-q", "-", text=once)[1])]
        verdict(sums == [34] * 3, f"names with newlines by {keys or 'text'} keep all pages", sums)


def pages_of(form, text):
    """The pages that a report in some format has"""
    if form == "folded":
        return sum(int(line.rsplit(b" ", 1)[1]) for line in text.splitlines()) // 4096
    if form == "prometheus":
        return sum(int(line.split()[1]) for line in text.splitlines()
                   if line.startswith(b"pageowner_held_bytes ")) // 4096
    if form == "speedscope":
        return json.loads(text)["profiles"][0]["endValue"] // 4096
    if form == "ndjson":
        return sum(json.loads(line)["pages"] for line in text.splitlines())
    return json.loads(text)["total_pages"]


def check_released():
    for form in ("folded", "prometheus", "speedscope", "ndjson", "json"):
        for text, name in ((LOG, "a log"), (run(SORT, "-", text=LOG)[1], "its report")):
            status, out, why = run(SORT, "--page-size=4096", "--format=" + form, "-", text=text)
            verdict(not status and pages_of(form, out) == 8 and
                    why.endswith("not counted, because free now: 8 pages (--released=yes shows them)\n"),
                    f"{form} of {name} has what is held, and the rest is named", status, out, why)
            out = run(SORT, "-q", "--page-size=4096", "--format=" + form, "--released=yes", "-",
                      text=text)[1]
            verdict(pages_of(form, out) == 8, f"{form} of {name} has what is free if asked for", out)
    out = json.loads(run(SORT, "-q", "--format=json", "--by=owner", "-", text=LOG)[1])
    verdict(out["released_pages"] == 8, "json has a number of its own for them", out)
    out = json.loads(run(SORT, "-q", "--format=json", "--by=owner,free", "-", text=LOG)[1])
    verdict({row["owner"]: row["free"] for row in out["rows"]} ==
            {"foo_alloc": 1, "bar_alloc": 0} and "released_pages" not in out,
            "by free, rows of json say which they are", out)
    out = run(SORT, "-q", "--records", "--format=ndjson", "-", text=LOG + HELD)[1]
    verdict([json.loads(line)["free"] for line in out.splitlines()] == [1, 0, 0],
            "single records say whether they are free", out)
    for program, keys in ((SORT, "memcg,name"), (TOP, "memcg")):
        why = run(program, "--by=" + keys, "-", text=read("dialects/module.show_stacks"))[2]
        verdict(all(f"no record has the key {key}\n" in why for key in keys.split(",")),
                f"{program}: a key that no record has is named", why)
    status, out, why = run(TOP, "--page-size=4096", "--format=json", "-", text=LOG)
    verdict(json.loads(out)["total_pages"] == 8 and "free now: 8 pages" in why,
            "pageowner-stacks-top leaves them out and says so", status, out, why)
    with tempfile.NamedTemporaryFile() as a, tempfile.NamedTemporaryFile() as b:
        a.write(LOG)
        b.write(HELD + LOG)
        a.flush()
        b.flush()
        status, out, why = run(DIFF, a.name, b.name)
        verdict(not status and why.count("free now: 8 pages") == 2,
                "pageowner-diff leaves them out and says so", status, out, why)
    out = run(SORT, "-q", "--by=free,owner", "-", text=HELD)[1]
    verdict(out == b"1 times, 8 pages (UNRELEASED), owner foo_alloc\n",
            "a page that is tracked as allocated is held, whatever its times", out)


def check_top():
    dump = read("dialects/linux-6.12.page_owner")
    for key in ("owner", "module"):
        culled = run(SORT, "-q", "--by=" + key, "-", text=dump)[1]
        once, again = (run(TOP, "-q", "--json", "--by=" + key, "-", text=text)[1]
                       for text in (dump, culled))
        once, again = ([(row.get(key), row["pages"]) for row in json.loads(out)["rows"]]
                       for out in (once, again))
        verdict(len(once) > 1 and once == again,
                f"pageowner-stacks-top has the {key}s of a culled report", once, again)


check_again("a log", LOG)
check_top()
check_again("a culled report", run(SORT, "-q", "--by=free,owner,name,memcg", "-",
                                   text=LOG + read("dialects/linux-6.12.page_owner"))[1])
check_hostile(read("odd/report-comm-culled.page_owner"))
check_again("records and a report", read("odd/report-among-records.page_owner"))
check_again("show_stacks", read("dialects/module.show_stacks"))
check_released()
finish()
