#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-readme.py - the commands of README.md (and docs/formats.md), run as they stand there;
and what it shows as their output is that output.

Not here: quickstart (.ci/run), the kernel module (tests/vm), C and Python (the tests of
the examples and of the package). PAGEOWNER_SORT, _CAPTURE, _DIFF, _FRAG, _STACKS_TOP: the
programs. FAKE_KERNEL: what lets files behave as the kernel's, preloaded.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

if os.environ.get("PAGEOWNER_READS_XZ") != "yes":
    print("skipped: built without xz, in which the captures are")
    sys.exit(77)

SOURCE = os.environ.get("srcdir", ".")
DATA = os.path.abspath(os.path.join(SOURCE, "tests/data/real"))
FAKE_KERNEL = os.environ.get("FAKE_KERNEL", "")
PROGRAMS = {name: os.environ.get(name.upper().replace("-", "_"), name) for name in (
    "pageowner-sort", "pageowner-capture", "pageowner-diff", "pageowner-frag",
    "pageowner-stacks-top")}
# What stands in for a machine: its files are below root/, nobody is asked for a
# password, and time flies.
MACHINE = """
sudo() {
	local arguments=() one
	for one; do
		case $one in
		/sys/kernel/debug/*) one=$PAGEOWNER_DEBUGFS/${one#/sys/kernel/debug/} ;;
		/var/*) one=$PWD/root$one ;;
		esac
		arguments+=("$one")
	done
	LD_PRELOAD=$FAKE_KERNEL "${arguments[@]}"
}
sleep() { cat show_stacks.after > "$PAGEOWNER_DEBUGFS/page_owner_stacks/show_stacks"; }
pageowner-capture() { LD_PRELOAD=$FAKE_KERNEL command pageowner-capture "$@"; }
"""
# Not packaged; npm's port of it is asked in tests/consumers
FLAMEGRAPH = """
flamegraph.pl() { grep -Ev '^[^ ].* [0-9]+( [0-9]+)?$' && return 1; echo '<svg/>'; }
"""
passed = failed = 0


def verdict(good, text, more=""):
    global passed, failed
    passed += bool(good)
    failed += not good
    print(f"{'ok' if good else 'not ok'} {passed + failed} - {text}", flush=True)
    if not good:
        print("".join(f"# {line}\n" for line in more.splitlines()), end="")


def shell(command):
    helpers = MACHINE if FAKE_KERNEL and os.path.exists(FAKE_KERNEL) else ""
    if not shutil.which("flamegraph.pl"):
        helpers += FLAMEGRAPH
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", helpers + command],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)


def prepare():
    """Programs by their names, dumps by those that README gives them."""
    os.makedirs("bin")
    for name, program in PROGRAMS.items():
        os.symlink(program, f"bin/{name}")
    os.environ["PATH"] = f"{os.getcwd()}/bin:{os.environ['PATH']}"
    os.environ.update(LC_ALL="C", FAKE_UNAME="6.12.1", FAKE_ROOT=f"{os.getcwd()}/root",
                      PAGEOWNER_DEBUGFS=f"{os.getcwd()}/debug")
    # What is preloaded comes before the sanitizer's library; both can stand that.
    os.environ["ASAN_OPTIONS"] = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"),
                                                        "verify_asan_link_order=0"]))
    os.makedirs("debug/page_owner_stacks")
    os.makedirs("root/var/lib/prometheus/node-exporter")

    def unpack(name, to):
        with open(to, "wb") as file:
            subprocess.run(["xz", "-dc", f"{DATA}/{name}"], stdout=file, check=True)
    unpack("linux-6.12-1-work-sample.page_owner.xz", "debug/page_owner")
    unpack("linux-6.12-leak-0.show_stacks.xz", "debug/page_owner_stacks/show_stacks")
    unpack("linux-6.12-leak-1.show_stacks.xz", "show_stacks.after")
    unpack("linux-6.12-1-work.page_owner.xz", "page_owner.txt")
    # Told by its content
    for name in "page_owner.zst", "dump.zst":
        shutil.copy(f"{DATA}/linux-6.12-1-work.page_owner.xz", name)


def read(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def section(text, title):
    return re.search(rf"^## {title}$(.*?)^## ", text, re.M | re.S)[1]


def block(text):
    return re.search(r"^```sh\n(.*?)^```$", text, re.M | re.S)[1]


def check_shown(text):
    """$ COMMAND, and its output to the letter"""
    os.symlink(os.path.abspath(os.path.join(SOURCE, "tests")), "tests")
    shown = re.findall(r"^```\n((?:\$ [^\n]*\n)+)(.*?)^```$", text, re.M | re.S)
    verdict(len(shown) == 4, "README shows four outputs")
    for commands, wanted in shown:
        command = re.sub(r"^\$ ", "", commands, flags=re.M)
        got = shell(command)
        verdict(got.returncode == 0 and not got.stderr and
                [line.rstrip() for line in got.stdout.splitlines()] == wanted.splitlines(),
                f"as shown: {command.splitlines()[-1]}", got.stderr + got.stdout)


def check_questions(text):
    questions = re.findall(r"^\| .*\? \| `(.*)` \|$", section(text, "Ten questions"), re.M)
    verdict(len(questions) == 10, "ten questions are ten")
    for question in questions:
        got = shell(question)
        answered = got.stdout or "sorted.txt" in question and os.path.getsize("sorted.txt")
        # A machine without xfs is not asked what it holds.
        verdict(got.returncode == 0 and (answered or "xfs" in question), question, got.stderr)


def check_live(text):
    if not FAKE_KERNEL or not os.path.exists(FAKE_KERNEL):
        print("# tests/fault/fake-kernel.c was not built as a shared object: nothing live is tried")
        return
    got = shell(block(section(text, "How to get a dump")))
    records = shell("pageowner-sort --cull=ator page_owner.zst").stdout
    verdict(got.returncode == 0 and records and os.path.getsize("stacks.gz"),
            "how to get a dump", got.stderr)
    shutil.copy(f"{DATA}/linux-6.12-1-work.page_owner.xz", "page_owner.zst")
    got = shell(block(section(text, "Find a leak in three commands")))
    verdict(got.returncode == 0 and "do_anonymous_page" in got.stdout.splitlines()[1],
            "find a leak in three commands", got.stderr + got.stdout)
    got = shell(block(section(text, "In Prometheus")))
    file = "root/var/lib/prometheus/node-exporter/pageowner.prom"
    verdict(got.returncode == 0 and not got.stdout and
            "\npageowner_stack_bytes{" in open(file, encoding="utf-8").read(), "in Prometheus",
            got.stderr)


def check_formats(text):
    formats = shell("pageowner-sort --format=help").stdout
    flame, folded = re.findall(r"^```sh\n(.*?)^```$",
                               section(text, "Flame graph in one line"), re.M | re.S)
    for title, command, result, format_ in (
            ("flame graph in one line", flame, "memory.html", "html"),
            ("with flamegraph.pl", folded, "memory.svg", "folded"),
            ("in Parca or Pyroscope", block(section(text, "In Parca or Pyroscope")),
             "memory.pb.gz", "pprof")):
        if re.search(rf"^{format_} .*built without", formats, re.M):
            print(f"# built without {format_}: {title} is not tried")
            continue
        got = shell(command)
        verdict(got.returncode == 0 and os.path.getsize(result), title,
                got.stderr + got.stdout)


def check_records():
    if not shutil.which("sqlite3") or "built without" in re.search(
            "^sqlite.*$", shell("pageowner-sort --format=help").stdout, re.M)[0]:
        print("# no SQLite here: what docs/formats.md asks it is not tried")
        return
    got = shell(block(read("docs/formats.md")))
    verdict(got.returncode == 0 and got.stdout.count("[ext4]") > 3, "docs/formats.md: records",
            got.stderr + got.stdout)


def main():
    text = read("README.md")
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        prepare()
        check_shown(text)
        check_questions(text)
        check_live(text)
        check_formats(text)
        check_records()
        os.chdir("/")
    sys.exit(failed > 0)


main()
