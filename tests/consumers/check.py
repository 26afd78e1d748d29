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
import collections
import csv
import importlib
import itertools
import json
import lzma
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import lib
from lib import SOURCE, finish, tool, verdict

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


# --- who owns a path, by the library's table

def import_pageowner():
    """The Python package as it was built here, or None"""
    if os.environ.get("PAGEOWNER_HAVE_PYTHON") != "yes":
        return None
    build = os.environ["top_builddir"]
    sys.path[:0] = [f"{build}/bindings/python/.libs", f"{SOURCE}/bindings/python"]
    try:
        return importlib.import_module("pageowner")
    except ImportError:
        return None


def symbol_of(frame):
    return frame.split(" [")[0]


def owner_at(package, frames):
    """The number of frames, root first, to the owner, which is the last of them"""
    for i in range(len(frames), 0, -1):
        if not package.is_plumbing(symbol_of(frames[i - 1])):
            return i
    # All is plumbing: the outermost function that is not a dispatcher
    owner = package.owner_frame("\n".join(reversed(frames)))
    return frames.index(owner.line) + 1 if owner else len(frames)


def speedscope_paths(package, paths, whole):
    """Paths as speedscope has them: plumbing of the kernel has a "file" there"""
    def shown(frame):
        return f"{frame} [(allocator)]" if " [" not in frame and \
            package.is_plumbing(frame) else frame

    def path(frames):
        return ";".join(map(shown, frames if whole else frames[:owner_at(package, frames)]))
    return sums((path(stack.split(";")), size) for stack, size in paths.items())


def dropped_by_pprof(package, paths):
    """Functions that are after owners, root first, and nowhere else"""
    after, elsewhere = set(), set()
    for stack in paths:
        frames = stack.split(";")
        at = owner_at(package, frames)
        after.update(frames[at:])
        elsewhere.update(frames[:at])
    return {symbol_of(frame) for frame in after - elsewhere}


def pruned_by_pprof(dropped, path):
    """What pprof leaves: it cuts at the first dropped function that has another before it"""
    kept = False
    frames = path.split(";")
    for i, frame in enumerate(frames):
        if symbol_of(frame) not in dropped:
            kept = True
        elif kept:
            return ";".join(frames[:i])
    return path


# --- the consumers

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


def check_speedscope(dump, directory):
    """Its importer, on all that it takes of ours"""
    files = {"folded": "x.collapsedstack.txt", "speedscope": "x.speedscope.json"}
    if has_format("pprof"):
        files["pprof"] = "x.pb.gz"
    for format_, path in files.items():
        write(format_, path, LEAK)
    lines = command("node", f"{HERE}/read-speedscope.mjs", directory, *files.values())
    lines = (lines or "").splitlines()
    verdict(len(lines) == len(files), "speedscope opens all files")
    package = import_pageowner()
    for format_, line in zip(files, lines):
        profiles = json.loads(line)
        unit = "none" if format_ == "folded" else "bytes"
        want = [dump.bytes]
        if format_ == "speedscope":
            if not package:
                skip("without the Python package nothing says what owners are in speedscope")
                continue
            want = [speedscope_paths(package, dump.bytes, whole) for whole in (True, False)]
        verdict([p["paths"] for p in profiles] == want and
                all(p["unit"] == unit and p["total"] == dump.total for p in profiles),
                f"{format_}, speedscope: every path and its bytes")


def check_pprof_format(dump, directory):
    lines = command("node", f"{HERE}/read-pprof.mjs", directory, "x.pb.gz")
    profile = json.loads(lines or '{"types": [], "samples": []}')
    samples = profile["samples"]
    verdict(profile["types"] == ["allocations/count", "inuse_space/bytes"] and
            sums((s["path"], s["values"][0]) for s in samples) == dump.times and
            sums((s["path"], s["values"][1]) for s in samples) == dump.bytes,
            "pprof, pprof-format: every path, its allocations and bytes")
    for label, want in dump.labels.items():
        seen = sums((s["labels"].get(label, ""), s["values"][1]) for s in samples)
        verdict(seen == want, f"pprof, pprof-format: bytes by label {label}")


def check_protoc(dump):
    if not has("protoc"):
        return
    write("pprof", "x.pb.gz", "--force", LEAK)
    data = subprocess.run(["gzip", "-dc", "x.pb.gz"], stdout=subprocess.PIPE,
                          check=True).stdout
    text = command("protoc", "--decode=pageowner.pprof.Profile",
                   f"--proto_path={SOURCE}/export", "profile.proto", stdin=data) or ""
    values = [int(v) for v in re.findall(r"^  value: (\d+)$", text, re.M)]
    # A field that the description lacks is shown by its number.
    verdict(sum(values[0::2]) == sum(dump.times.values()) and
            sum(values[1::2]) == dump.total and not re.search(r"^\s*\d", text, re.M),
            "pprof, protoc: all allocations and bytes, and no unknown field")


def pprof_program(directory):
    """Built from golang-github-google-pprof-dev; None if that is not here"""
    program, source = f"{directory}/pprof", "/usr/share/gocode"
    if not has("go"):
        return None
    if not os.path.isdir(f"{source}/src/github.com/google/pprof"):
        skip("there is no source of pprof for Go")
        return None
    built = command("go", "build", "-o", program, "github.com/google/pprof",
                    GO111MODULE="off", GOPATH=source, GOCACHE=f"{directory}/go-cache")
    verdict(built is not None, "pprof builds")
    return program if built is not None else None


def check_pprof(dump, directory, node):
    """pprof itself"""
    pprof = pprof_program(directory)
    if not pprof:
        return
    text = command(pprof, "-top", "-nodecount=1", "-unit=B", "-symbolize=none",
                   "x.pb.gz") or ""
    verdict(f" of {dump.total}B total" in text,
            "pprof, pprof: all bytes; inuse_space comes first")
    for path, capture in ("old.pb.gz", OLD), ("new.pb.gz", NEW):
        write("pprof", path, capture, tool=TOP)
    done = command(pprof, "-proto", "-diff_base=old.pb.gz", "-output=diff.pb.gz",
                   "-symbolize=none", "new.pb.gz")
    if not node:
        skip("without npm's packages nobody reads the difference pprof made")
        return
    lines = command("node", f"{HERE}/read-pprof.mjs", directory, "diff.pb.gz")
    samples = json.loads(lines or '{"samples": []}')["samples"]
    package = import_pageowner()
    if not package:
        skip("without the Python package nothing says what pprof has to drop")
        return
    old, new = show_stacks(OLD), show_stacks(NEW)
    # pprof drops from both what the later one names: it comes first as they are merged.
    dropped = dropped_by_pprof(package, new)
    want = sums((pruned_by_pprof(dropped, p), new[p] - old[p]) for p in old | new)
    seen = sums((s["path"], s["values"][-1]) for s in samples)
    verdict(done is not None and dropped and
            {p: v for p, v in seen.items() if v} == {p: v for p, v in want.items() if v},
            "pprof, pprof -diff_base: every path that changed, and by how much")


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


def check_html(dump, directory):
    """In Chromium, used as a reader would"""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not has_format("html"):
        return
    if not chromium:
        skip("there is no chromium")
        return
    record = ("Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (%s), ts 1 ns\n"
              "PFN 0x1 type Unmovable Block 0 type Movable Flags 0x1(node=0|zone=1)\n%s\n")
    names = ["</script>", "<script>hit=1", 'a"b', "\x1b[31m", "\u202eevil", "<img src=x>", "'--><b>"]
    frames = ["<script>hit=1</script>+0x1/0x2", "<img/src=x/onerror=hit=1>+0x1/0x2 [<b>]",
              "\u2028f+0x1/0x2"]
    with open("odd-html", "w", encoding="utf-8") as f:
        f.writelines(record % (name, "".join(f" {frame}\n" for frame in frames))
                     for name in names)
    with open("large", "w", encoding="utf-8") as f:
        f.writelines("".join(f" f{i % m}+0x1/0x2\n" for m in (50000, 9973, 4999, 997, 499, 97, 89,
                                                             79, 61, 53, 41, 31, 17, 11, 5)) +
                     f"nr_base_pages: {1 + i % 1000}\n\n" for i in range(50000))
    write("html", "profile.html", LEAK)
    write("html", "diff.html", *(f"{REAL}/linux-6.12-leak-{i}.show_stacks.xz" for i in range(6)),
          tool=DIFF)
    with open("odd-block", "w", encoding="utf-8") as f:
        f.write("PFN# pageowner-capture: 1\nPFN# hostname: <script>hit=2</script>\n")
        f.writelines((record % (name, "".join(f" {frame}\n" for frame in frames)))
                     .replace("PFN 0x1 ", f"PFN {512 * i + 1:#x} ")
                     .replace("Block 0 type Movable", f"Block {i} type Movable")
                     for i, name in enumerate(names))
        f.write("PFN# complete: yes\n")
    # A file's name is as hostile as one in it.
    os.rename("odd-html", "<script>hit=3<img src=x>\u202eevil")
    write("html", "odd.html", "--cull=name,st", "<script>hit=3<img src=x>\u202eevil")
    write("html", "frag.html", f"{REAL}/linux-6.1-1-work.page_owner.xz", tool=FRAG)
    write("html", "odd-frag.html", "odd-block", tool=FRAG)
    write("html", "large.html", "large", tool=TOP)
    screenshots = f"{directory}/screenshots"
    os.makedirs(screenshots, exist_ok=True)
    lines = command("node", f"{HERE}/use-html.mjs", directory, chromium, screenshots,
                    "profile.html", "diff.html", "odd.html", "large.html", "frag.html",
                    "odd-frag.html")
    if lines is None:
        verdict(False, "html, chromium")
        return
    for line in lines.splitlines():
        good, text = json.loads(line)
        verdict(good, f"html, chromium: {text.strip()}")
    with open("profile.html", encoding="utf-8") as f:
        text = f.read()
    data = json.loads(text.split('id="data">')[1].split("</script>")[0])
    verdict(sums((";".join(data["texts"][i] for i in row[3]), row[0] * PAGE)
                 for row in data["rows"]) == dump.bytes, "html, python3: every path and its bytes")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def fetch(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode()


def until(seconds, what):
    """The first true answer, None if there is none in that time"""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            answer = what()
        except (OSError, urllib.error.URLError):
            answer = None
        if answer:
            return answer
        time.sleep(0.2)
    return None


def query(server, question):
    """Value by the labels that are ours; None before the first scrape"""
    answer = json.loads(fetch(f"{server}/api/v1/query?" +
                              urllib.parse.urlencode({"query": question})))
    return {tuple(v for k, v in sorted(r["metric"].items())
                  if k not in ("__name__", "instance", "job")): float(r["value"][1])
            for r in answer["data"]["result"]}


def check_prometheus(dump):
    os.mkdir("textfile")
    write("prometheus", "textfile/pageowner.prom", LEAK)
    with open("textfile/pageowner.prom", "rb") as f:
        text = f.read()
    if has("promtool"):
        verdict(command("promtool", "check", "metrics", stdin=text) == "",
                "prometheus, promtool: nothing to remark")
    if not has("prometheus-node-exporter") or not has("prometheus"):
        return
    exporter, server = (f"127.0.0.1:{free_port()}" for _ in range(2))
    with open("prometheus.yml", "w", encoding="utf-8") as f:
        f.write("scrape_configs:\n- job_name: node\n  scrape_interval: 1s\n"
                f"  static_configs:\n  - targets: ['{exporter}']\n")
    with open("servers.log", "wb") as log:
        started = [subprocess.Popen(arguments, stdout=log, stderr=log) for arguments in (
            ["prometheus-node-exporter", "--collector.disable-defaults",
             "--collector.textfile", "--collector.textfile.directory=textfile",
             f"--web.listen-address={exporter}"],
            ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb",
             f"--web.listen-address={server}"])]
    try:
        metrics = until(30, lambda: fetch(f"http://{exporter}/metrics")) or ""
        verdict("node_textfile_scrape_error 0\n" in metrics and
                'node_textfile_mtime_seconds{file="' in metrics,
                "prometheus, node_exporter: takes the textfile")
        server = f"http://{server}"
        held = until(60, lambda: query(server, "pageowner_held_bytes"))
        verdict(held == {(): dump.total}, "prometheus, prometheus: scraped, all bytes")
        for label in "module", "node", "migratetype":
            verdict(query(server, f"pageowner_{label}_bytes") ==
                    {(k,) if k else (): v for k, v in dump.labels[label].items()},
                    f"prometheus, prometheus: bytes by {label}")
        verdict(query(server, "sum(pageowner_stack_bytes)") == {(): dump.total} and
                query(server, "count(pageowner_stack_bytes)") == {(): 51} and
                list(query(server, 'topk(1, pageowner_stack_bytes{stack_id!="other"})')
                     .values()) == [max(dump.bytes.values())],
                "prometheus, prometheus: 50 stacks and the rest, the largest first")
    except OSError as error:
        with open("servers.log", encoding="utf-8", errors="replace") as log:
            print("".join(f"# {line}" for line in log.readlines()[-20:]), end="")
        verdict(False, f"prometheus, prometheus: {error}")
    finally:
        for process in started:
            process.terminate()
            process.wait()


def has_format(name):
    for line in (command(SORT, "--format=help") or "").splitlines():
        if line.split()[0] == name:
            if "built without" not in line:
                return True
            skip(f"pageowner-sort was built without {name}")
    return False


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
