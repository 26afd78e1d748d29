# SPDX-License-Identifier: LGPL-2.1-or-later
"""profilers.py - speedscope, pprof-format, protoc and pprof on profiles: every path, what
belongs to it, and what they leave out of it.
"""
import importlib
import json
import os
import re
import subprocess
import sys

from captures import HERE, LEAK, NEW, OLD, TOP, command, has, has_format, show_stacks, skip, \
    sums, write
from lib import SOURCE, verdict


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
