#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-readme.py - README.md and docs/: their commands, run as they stand there; what they
show as output, which must be that output; their C, which must compile; and their links.

Each block of commands has an entry in BLOCKS: what tries it here, or what does elsewhere.
Not here: docs/fleet.md (test-fleet.py), Python (the tests of the package). FAKE_KERNEL: what
lets files behave as the kernel's, preloaded.
"""
import os
import re
import shutil
import subprocess
import tempfile

from lib import DATA as SAMPLES, SOURCE, built_with, fakes_kernel, finish, skip_all, tool, \
    verdict

if not built_with("READS_XZ"):
    skip_all("built without xz, in which the captures are")

DATA = SAMPLES + "/real"
PROGRAMS = {"pageowner-" + name: tool(name) for name in (
    "sort", "account", "capture", "diff", "frag", "stacks-top")}
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
sleep() { command cat show_stacks.after > "$PAGEOWNER_DEBUGFS/page_owner_stacks/show_stacks"; }
pageowner-capture() { LD_PRELOAD=$FAKE_KERNEL command pageowner-capture "$@"; }
cat() { sudo command cat "$@"; }
"""
# Not packaged; npm's port of it is asked in tests/consumers
FLAMEGRAPH = """
flamegraph.pl() { grep -Ev '^[^ ].* [0-9]+( [0-9]+)?$' && return 1; echo '<svg/>'; }
"""


def shell(command):
    helpers = MACHINE if fakes_kernel() else ""
    if not shutil.which("flamegraph.pl"):
        helpers += FLAMEGRAPH
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", helpers + command],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)


def prepare():
    """Programs by their names, dumps by those that README gives them."""
    os.makedirs("bin")
    os.symlink(os.path.abspath(os.path.join(SOURCE, "tests")), "tests")
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
    # Recognised by its content
    for name in "page_owner.zst", "dump.zst":
        shutil.copy(f"{DATA}/linux-6.12-1-work.page_owner.xz", name)


def read(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def check_shown(name, text):
    """$ COMMAND, and its output to the letter"""
    shown = re.findall(r"^```\n((?:\$ [^\n]*\n)+)(.*?)^```$", text, re.M | re.S)
    for commands, wanted in shown:
        command = re.sub(r"^\$ ", "", commands, flags=re.M)
        got = shell(command)
        verdict(got.returncode == 0 and not got.stderr and
                [line.rstrip() for line in got.stdout.splitlines()] == wanted.splitlines(),
                f"{name}: as shown: {command.splitlines()[-1]}", got.stderr + got.stdout)
    return len(shown)


def check_questions(text):
    questions = re.findall(r"^\| .*\? \| `(.*)` \|$", text, re.M)
    verdict(len(questions) == 10, "ten questions are ten")
    for question in questions:
        got = shell(question)
        answered = got.stdout or "sorted.txt" in question and os.path.getsize("sorted.txt")
        # A machine without xfs is not asked what it holds.
        verdict(got.returncode == 0 and (answered or "xfs" in question), question, got.stderr)


def check_c(name, text):
    """A fragment compiles where its variables are declared."""
    for fragment in re.findall(r"^```c\n(.*?)^```$", text, re.M | re.S):
        program = f"""#include <pageowner/pageowner.h>
#include <inttypes.h>
#include <stdio.h>
void shown(void);
void shown(void)
{{
struct pageowner_profile *profile;
const struct pageowner_group *group;
{fragment}}}
"""
        got = subprocess.run([*os.environ.get("CC", "cc").split(), "-Wall", "-Wextra", "-Werror",
                              "-fsyntax-only", f"-I{SOURCE}/include",
                              f"-I{os.environ.get('top_builddir', '.')}/include",
                              "-x", "c", "-"], input=program, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, check=False)
        verdict(got.returncode == 0, f"{name}: its C compiles", got.stdout)


def check_links(name, text):
    """Files and headings that are referred to are there."""
    headings = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
                for heading in re.findall(r"^#+ (.*)$", text, re.M)}
    for link in re.findall(r"\]\(([^)]*)\)", text):
        if link.startswith("#"):
            verdict(link[1:] in headings, f"{name}: heading {link}")
        elif "://" not in link and not os.path.exists(
                os.path.join(SOURCE, os.path.dirname(name), link)):
            verdict(False, f"{name}: file {link}")


# --- what tries a block of commands

def elsewhere(_command, _title):
    """Tried by another test, or not to be tried; BLOCKS says which."""


def live(check):
    """Only where files can behave as the kernel's."""
    def if_live(command, title):
        if fakes_kernel():
            check(command, title)
        else:
            print(f"# tests/fault/fake-kernel.c was not built as a shared object: {title}")
    return if_live


def dump(command, title):
    os.remove("page_owner.zst")     # is not a capture, which alone is replaced
    got = shell(command)
    records = shell("pageowner-sort --cull=ator page_owner.zst").stdout
    verdict(got.returncode == 0 and records and os.path.getsize("stacks.gz"), title, got.stderr)


def series(command, title):
    os.remove("page_owner.zst")     # was never interrupted: it begins anew
    got = shell(command)
    taken = [name for name in os.listdir() if name.startswith("series") and
             name.endswith(".gz")]
    verdict(got.returncode == 0 and len(taken) == 2, title, got.stderr + " ".join(taken))


def by_hand(command, title):
    if not shutil.which("zstd"):
        print(f"# no zstd: {title}")
        return
    got = shell(command)
    verdict(got.returncode == 0 and os.path.getsize("page_owner.zst") > 1000, title, got.stderr)
    shutil.copy(f"{DATA}/linux-6.12-1-work.page_owner.xz", "page_owner.zst")


def leak(command, title):
    shutil.copy(f"{DATA}/linux-6.12-1-work.page_owner.xz", "page_owner.zst")
    got = shell(command)
    verdict(got.returncode == 0 and "do_anonymous_page" in got.stdout.splitlines()[1],
            title, got.stderr + got.stdout)


def textfile(command, title):
    got = shell(command)
    file = "root/var/lib/prometheus/node-exporter/pageowner.prom"
    verdict(got.returncode == 0 and not got.stdout and
            "\npageowner_stack_bytes{" in open(file, encoding="utf-8").read(), title,
            got.stderr)


def export(format_, result):
    """A file in a format that may be built without"""
    def written(command, title):
        formats = shell("pageowner-sort --format=help").stdout
        if re.search(rf"^{format_} .*built without", formats, re.M):
            print(f"# built without {format_}: {title}")
            return
        got = shell(command)
        verdict(got.returncode == 0 and os.path.getsize(result), title, got.stderr + got.stdout)
    return written


def records(command, title):
    if not shutil.which("sqlite3") or "built without" in re.search(
            "^sqlite.*$", shell("pageowner-sort --format=help").stdout, re.M)[0]:
        print(f"# no SQLite: {title}")
        return
    got = shell(command)
    verdict(got.returncode == 0 and got.stdout.count("[ext4]") > 3, title,
            got.stderr + got.stdout)


BLOCKS = {
    "README.md": [
        elsewhere,              # quickstart: .ci/run
        live(leak),
        live(dump),
        elsewhere,              # the module: tests/vm/guest/tests/readme
    ],
    "docs/capture.md": [
        elsewhere,              # asks the machine it runs on
        live(dump), live(series), live(by_hand),
    ],
    "docs/flame-graphs.md": [export("html", "memory.html"), export("folded", "memory.svg")],
    "docs/formats.md": [records],
    "docs/install.md": [
        elsewhere,              # tests/packages/run, distcheck
    ],
    "docs/monitoring.md": [live(textfile), export("pprof", "memory.pb.gz")],
    "docs/tour.md": [
        elsewhere,              # the full screen: tests/cli/test-top-screen.py
    ],
}


def check_commands(name, text, checks):
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
    verdict(len(blocks) == len(checks), f"{name}: {len(checks)} blocks of commands")
    for check, block in zip(checks, blocks):
        check(block, f"{name}: {block.splitlines()[0]}")


def main():
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        prepare()
        readme = read("README.md")
        verdict(len(readme.splitlines()) <= 120, "README.md has no more than 120 lines")
        check_questions(readme)
        shown = 0
        for name, checks in BLOCKS.items():
            text = read(name)
            shown += check_shown(name, text)
            check_commands(name, text, checks)
            check_c(name, text)
            check_links(name, text)
        verdict(shown == 6, "six outputs are shown")
        os.chdir("/")
    finish()


main()
