#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-limits.py - decompression bombs, giant records, millions of groups: no tool takes
more memory than --max-memory says, and each says why it ended.

BOMB_GIB: how much the bombs are, unpacked; 1 without it. docs/reliability.md has the
figures that "make check TESTS=tests/fault/test-limits.py BOMB_GIB=10" prints.
"""
import filecmp
import gzip
import json
import lzma
import os
import shutil
import subprocess
import sys
import tempfile

from lib import built_with, finish, tool as program, verdict

BOMB = int(os.environ.get("BOMB_GIB", "1")) << 30
MIB = 1 << 20
# What a program takes that is not its input's: itself, its libraries, malloc()'s losses
SLACK = 16 * MIB
# Run-time checks and emulators take more, whatever the input is.
MEASURES = not os.environ.get("SANITIZER_CFLAGS") and not os.environ.get("EMULATED")

RECORD = (b"Page allocated via order %d, mask 0x0(), pid %d, tgid 1 (a), ts 1 ns\n"
          b"PFN 0x%x type Movable Block %d type Movable Flags 0x0()\n")


def apart(work):
    """Has another process work: the peak of a program is never less than what the one
    that starts it takes, so this one shall stay small."""
    pid = os.fork()
    if not pid:
        work()
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        sys.exit("a helper failed")


def run(tool, *arguments, stdin=None):
    """Its status, standard error and peak memory in bytes"""
    errors = os.open("err", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    out = os.open("out", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    actions = [(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, errors, 2)]
    if stdin is not None:
        actions.append((os.POSIX_SPAWN_DUP2, stdin, 0))
    argv = [program(tool), "-q", *arguments]
    pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    os.close(errors)
    os.close(out)
    with open("err", "rb") as file:
        said = file.read().decode(errors="replace")
    return os.waitstatus_to_exitcode(status), said, usage.ru_maxrss * 1024


def bounded(text, want, bound, tool, *arguments, stdin=None):
    """Runs within a bound, and ends with a status and words on standard error"""
    status, said, peak = run(tool, f"--max-memory={bound}M", *arguments, stdin=stdin)
    good = status == want[0] and all(word in said for word in want[1:])
    if MEASURES:
        good = good and peak <= bound * MIB + SLACK
    verdict(good, f"{text}: status {status}, {peak / MIB:.0f} MiB of {bound}")
    if not good:
        print("# " + said.replace("\n", "\n# "))


def from_writer(arguments, write):
    """Has another process write what a tool reads, see apart()"""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        try:
            with os.fdopen(writing, "wb") as file:
                write(file)
        except BrokenPipeError:
            pass
        os._exit(0)
    os.close(writing)
    bounded(*arguments, stdin=reading)
    os.close(reading)
    os.waitpid(pid, 0)


# --- bombs

def pack(form, data):
    if form == "gz":
        return gzip.compress(data, 6)
    if form == "xz":
        return lzma.compress(data, preset=0)
    return subprocess.run(["zstd", "-q", "-3"], input=data, capture_output=True,
                          check=True).stdout


def forms():
    yield "gz"
    if built_with("READS_XZ"):
        yield "xz"
    if built_with("READS_ZST") and shutil.which("zstd"):
        yield "zst"


ZEROS = 16 * MIB
RECORDS = (RECORD % (0, 1, 1, 0) + b" f+0x1/0x2\n", 100000)
FRAMES = (b" f+0x1/0x2\n", 1000000)


def bomb(form, head, part, size):
    """Members after each other are one stream: packed once, written often."""
    def write():
        data = bytes(part) if part is ZEROS else part[0] * part[1]
        packed = pack(form, data)
        with open("bomb." + form, "wb") as file:
            file.write(pack(form, head))
            for _ in range(size // len(data)):
                file.write(packed)
    apart(write)
    return os.path.getsize("bomb." + form)


def test_bombs():
    record = RECORD % (0, 1, 1, 0) + b" f+0x1/0x2\n\n"
    for form in forms():
        packed = bomb(form, record, ZEROS, BOMB)
        bounded(f"{BOMB >> 30} GiB of zeros in {packed} bytes of {form}", (3,), 32,
                "sort", "bomb." + form)
        packed = bomb(form, record, RECORDS, BOMB)
        bounded(f"{BOMB >> 30} GiB of records without a blank line in {packed} bytes of "
                f"{form}", (3,), 32, "sort", "bomb." + form)
        packed = bomb(form, record + RECORD % (0, 2, 1, 0), FRAMES, BOMB)
        bounded(f"a record of {BOMB >> 30} GiB in {packed} bytes of {form}",
                (1, f"byte {len(record)}: ", "the 64 MiB of --max-memory"), 64, "sort",
                "bomb." + form)
    os.unlink("bomb." + form)


# --- records

def to_file(name, write, *arguments):
    def work():
        with open(name, "wb") as file:
            write(file, *arguments)
    apart(work)


def write_record(file, kind, size):
    file.write(RECORD % (0, 1, 1, 0) + b" f+0x1/0x2\n\n" + RECORD % (0, 2, 2, 0))
    part = {"lines": b" f+0x1/0x2\n" * 100000, "one line": b" " + b"x" * MIB,
            "notes": b"note\n" * 200000}.get(kind)
    for i in range(size // MIB):
        file.write(part or b"".join(b" f%d+0x1/0x2\n" % n
                                    for n in range(i * 50000, (i + 1) * 50000)))
    file.write((b"" if part and part.endswith(b"\n") or not part else b"\n") + b"\n")
    file.write(RECORD % (0, 3, 3, 0) + b" f+0x1/0x2\n\n")


def test_records():
    for kind in ("lines", "distinct lines", "one line", "notes"):
        from_writer((f"a record of 300 MB, {kind}",
                     (1, "byte 133: ", "the 128 MiB of --max-memory"), 128, "sort",
                     "-"), lambda file: write_record(file, kind, 300 * MIB))
    from_writer(("it is counted where it fits", (0,), 800, "sort", "--cull=stacktrace",
                 "-"), lambda file: write_record(file, "lines", 200 * MIB))
    from_writer(("a record of 300 MB, to be shown as one",
                 (1, "byte 133: ", "the 64 MiB of --max-memory"), 64, "sort", "--records",
                 "--format=csv", "-"), lambda file: write_record(file, "lines", 300 * MIB))
    # A record begins in each part but the last ones: in these nobody may take it for theirs.
    to_file("big", write_record, "one line", 60 * MIB)
    for jobs in (1, 2, 7):
        status, _, _ = run("sort", f"--jobs={jobs}", "--max-memory=1G", "big")
        os.rename("out", f"out-{jobs}")
        verdict(status == 0 and os.path.getsize("out-1") > 60 * MIB and
                filecmp.cmp("out-1", f"out-{jobs}", shallow=False),
                f"a record of many parts is read alike with --jobs={jobs}")


# --- groups

def write_groups(file, count):
    for i in range(count):
        file.write(RECORD % (0, i, i + 512, (i + 512) >> 9) +
                   b" f%d+0x1/0x2\n g+0x1/0x2\n\n" % i)


def write_stacks(file, count):
    for i in range(count):
        file.write(b" f%d+0x1/0x2\n g+0x1/0x2\nnr_base_pages: 1\n\n" % i)


def test_groups():
    want = (1, "byte ", "the 64 MiB of --max-memory")
    to_file("groups", write_groups, 1000000)
    to_file("stacks", write_stacks, 1000000)
    to_file("fewer", write_stacks, 150000)
    for jobs in (1, 2):
        for bound in (32, 128):
            bounded(f"a million groups with --jobs={jobs}",
                    (1, "byte ", f"the {bound} MiB of --max-memory"), bound, "sort",
                    f"--jobs={jobs}", "groups")
    bounded("a million stacks to compare", want, 64, "diff", "stacks", "stacks")
    bounded("a million stacks to show", want, 64, "stacks-top", "stacks")
    bounded("a million stacks that may pin", want, 64, "frag", "groups")
    # What is kept of them fits, what is made of that does not.
    bounded("a million rows to compare", (1, "--max-memory"), 200, "diff", "--all",
            "stacks", "stacks")
    bounded("a million rows with a history", (1, "--max-memory"), 500, "stacks-top",
            "--top=0", "stacks")
    for form in ("folded", "prometheus", "speedscope", "html", "pprof"):
        listed = subprocess.run([program("sort"), "--format=help"], stdout=subprocess.PIPE)
        if not any(line.startswith(f"{form} ".encode()) and b"without it" not in line
                   for line in listed.stdout.splitlines()):
            continue
        # From where there is enough to group them, but not for what is made of that
        bound = 32
        while bound < 512:
            _, said, _ = run("sort", f"--max-memory={bound}M", f"--format={form}", "-o",
                             "report", "fewer")
            if "byte " not in said and "sorting" not in said:
                break
            bound += 8
        bounded(f"many stacks as {form}", (1, "memory than its limit", "--max-memory"), bound, "sort",
                f"--format={form}", "-o", "report", "fewer")
        verdict(not os.path.exists("report"), f"no half of a {form} is left")
    # Under the bound nothing changes.
    good = True
    for arguments in (["--jobs=1", "--max-memory=0"], ["--jobs=1", "--max-memory=2G"],
                      ["--jobs=2", "--max-memory=2G"]):
        status, said, _ = run("sort", *arguments, "groups")
        if not os.path.exists("want"):
            os.rename("out", "want")
            continue
        good = good and status == 0 and not said and filecmp.cmp("out", "want",
                                                                 shallow=False)
    verdict(good, "with bound and without, with one thread and two: the same report")


# --- counters

def test_counters():
    with open("counts", "wb") as file:
        file.write(b" f+0x1/0x2\nnr_base_pages: 9223372036854775808\n\n"
                   b" f+0x1/0x2\nnr_base_pages: 9223372036854775808\n\n")
    overflow = "beyond 64 bits"
    most = 2 ** 63 - 1
    for tool, arguments in (("sort", []), ("stacks-top", ["--once"]),
                            ("diff", ["--all", "--force", "counts"])):
        status, said, _ = run(tool, *arguments, "counts")
        with open("out", "rb") as file:
            out = file.read()
        verdict(status == 3 and overflow in said and
                (b"18446744073709551615" in out), f"{tool} says the largest number, and why")
    for tool, arguments in (("stacks-top", ["--json"]),
                            ("diff", ["--all", "--json", "--force", "counts"]),
                            ("sort", ["--format=json"])):
        status, said, _ = run(tool, *arguments, "counts")
        with open("out", "rb") as file:
            row = json.load(file)["rows"][0]
        pages = row["pages"][0] if isinstance(row["pages"], list) else row["pages"]
        verdict(status == 3 and overflow in said and pages == most,
                f"{tool}: the largest number that JSON has here: {pages}")
    for form, want in (("csv", b"9223372036854775807"), ("ndjson", b"9223372036854775807"),
                       ("folded", b" 9223372036854775807\n"),
                       ("prometheus", b" 9223372036854775807\n")):
        status, said, _ = run("sort", f"--format={form}", "counts")
        with open("out", "rb") as file:
            out = file.read()
        verdict(status == 3 and overflow in said and want in out and b"-9" not in out,
                f"{form} has the largest number")


def test_options():
    for tool, usage in (("sort", 1), ("diff", 2), ("stacks-top", 2), ("frag", 2)):
        status, said, _ = run(tool, "--max-memory=1000", "x", *(["y"] * (tool == "diff")))
        verdict(status == usage and "max-memory" in said, f"{tool}: too small a bound")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        test_options()
        test_counters()
        test_bombs()
        test_records()
        test_groups()
        os.chdir("/")
    finish()


main()
