# SPDX-License-Identifier: LGPL-2.1-or-later
"""captures.py - the captures that the consumers open, read as plainly as can be, and what
runs programs on them. It knows no consumer.
"""
import collections
import lzma
import os
import re
import shutil
import subprocess

import lib
from lib import SOURCE, tool, verdict

SORT, DIFF, FRAG, TOP = tool("sort"), tool("diff"), tool("frag"), tool("stacks-top")
HERE = f"{SOURCE}/tests/consumers"
REAL = f"{SOURCE}/tests/data/real"
LEAK = f"{REAL}/linux-6.12-2-leak.page_owner.xz"
OLD = f"{REAL}/linux-6.12-leak-0.show_stacks.xz"
NEW = f"{REAL}/linux-6.12-leak-5.show_stacks.xz"
PAGE = 4096
OFFSET = re.compile(r"\+0x[0-9a-f]+/0x[0-9a-f]+")


# --- saying what happened

def skip(text):
    lib.skip("not tried", text)


def has(program):
    if shutil.which(program):
        return True
    skip(f"there is no {program}")
    return False


def command(*arguments, stdin=b"", **environment):
    """What it prints; None if it failed."""
    done = subprocess.run(arguments, input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=os.environ | environment,
                          check=False)
    if done.returncode == 0:
        return done.stdout.decode()
    for line in (done.stdout + done.stderr).decode(errors="replace").splitlines()[:20]:
        print(f"# {os.path.basename(arguments[0])}: {line}")
    return None


def write(format_, path, *arguments, tool=SORT):
    if command(tool, "-q", f"--format={format_}", "-o", path, *arguments) is None:
        verdict(False, f"{os.path.basename(tool)} writes {format_}")


def has_format(name):
    for line in (command(SORT, "--format=help") or "").splitlines():
        if line.split()[0] == name:
            if "built without" not in line:
                return True
            skip(f"pageowner-sort was built without {name}")
    return False


# --- the captures, read as plainly as can be

def text_of(path):
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as f:
        return f.read()


def path_of(frames):
    """Innermost first in, root first out, as in folded stacks"""
    return ";".join(OFFSET.sub("", frame) for frame in reversed(frames))


def sums(pairs):
    out = collections.Counter()
    for key, value in pairs:
        out[key] += value
    return out


class Dump:
    """Bytes and allocations by path, and bytes by label, of a page_owner file"""
    LABELS = {
        "comm": re.compile(r", tgid \d+ \((.*)\), ts \d+ ns"),
        "migratetype": re.compile(r"^PFN \S+ type (\w+) ", re.M),
        "node": re.compile(r"[(|]node=(\d+)\|"),
        "memcg": re.compile(r"^Charged (?:\(via objcg\) )?to (?:offline )?memcg (.*)$", re.M),
        "module": re.compile(r"^ .* \[(\w+)\]$", re.M),
    }

    def __init__(self, path):
        self.bytes, self.times = collections.Counter(), collections.Counter()
        self.labels = {key: collections.Counter() for key in self.LABELS}
        for record in re.split(r"^(?=Page allocated via order )", text_of(path),
                               flags=re.M)[1:]:
            size = PAGE << int(re.match(r"Page allocated via order (\d+)", record)[1])
            stack = path_of(re.findall(r"^ (.*)$", record, re.M))
            self.bytes[stack] += size
            self.times[stack] += 1
            for key, pattern in self.LABELS.items():
                match = pattern.search(record)
                self.labels[key][match[1] if match else ""] += size
        self.total = sum(self.bytes.values())


def show_stacks(path):
    """Bytes by path"""
    entries = re.findall(r"((?: .*\n)+)nr_base_pages: (\d+)\n", text_of(path))
    return sums((path_of(re.findall(r"^ (.*)$", frames, re.M)), int(pages) * PAGE)
                for frames, pages in entries)
