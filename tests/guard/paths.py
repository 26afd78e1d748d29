#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""paths.py - what documents refer to is there: each file that HACKING.md names, each test
that it and `tests/run --help` name, each relative link of a document, also where it is installed, each
fuzz target in docs/reliability.md. What the documents say of them is not judged, nor links to the web.

It needs a checkout of the repository: a release leaves out some files that HACKING.md names.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.environ.get("srcdir", ".")
BUILD = os.environ.get("top_builddir", ".")
# What the build makes, or who adds a file calls
NOT_THERE = re.compile(r"build|NAME")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def read(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return file.read()


def environment():
    """That of a make of its own, not a part of the one that runs this test."""
    return {key: value for key, value in os.environ.items()
            if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


def all_files():
    """The files of the repository, without those of builds."""
    return subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-co",
                           "--exclude-standard"], cwd=SOURCE, stdout=subprocess.PIPE, check=True,
                          text=True).stdout.split("\n")


def named_in(text):
    """The words of a text that are paths or names of files."""
    for word in re.findall(r"(?<![\w/.<$-])[\w.*-]*(?:/[\w.*-]*)+|\b[\w-]+\.(?:c|h|py|sh|mk|md)\b",
                           text):
        word = word.rstrip(".")
        if "/" in word or word[0].islower():
            yield word


def missing(text, files):
    """Which paths and files that a text names are not there."""
    folders = {os.path.dirname(path) for path in files}
    folders |= {os.path.dirname(path) for path in folders}
    rooms = {path.split("/")[-1] for path in folders if path.startswith("libpageowner/")}
    top = {path.split("/")[0] for path in files}
    parts = {part for folder in folders for part in folder.split("/")}
    names = {os.path.basename(path) for path in files}
    for word in named_in(text):
        first = word.split("/")[0]
        if NOT_THERE.search(word):
            continue
        if "/" not in word:
            if word not in names:
                yield word
            continue
        if first in rooms and first not in top:
            word = "libpageowner/" + word
        elif first not in top:
            # A folder within one that the sentence is about
            if word.endswith("/") and word.count("/") == 1 and first not in parts:
                yield word
            continue
        pattern = re.escape(word.rstrip("/")).replace(r"\*", "[^/]*") + r"(\.c)?(/|$)"
        if not any(re.match(pattern, path) for path in files):
            yield word


def check_itself():
    """A missing file is found in whichever way it is named; what is there is not."""
    files = ["HACKING.md", "libpageowner/read/input.c", "tests/data/odd/a", "tests/run"]
    text = ("read/input.c input.c tests/data/odd/ `tests/*/odd` HACKING.md tests/run and/or "
            "read/none.c none.c tests/data/none/ odd/ nil/ tests/none.py. tools/NAME.c build/x.c")
    found = list(missing(text, files))
    if found != ["libpageowner/read/none.c", "none.c", "tests/data/none/", "nil/",
                 "tests/none.py"]:
        sys.exit(f"The missing files of the sample are not these: {found}")


def tests_named():
    """(where, name) of each test that is named as an argument of tests/run."""
    for name in re.findall(r"tests/run (?:--\w+ )?([a-z][\w/-]*)", read("HACKING.md")):
        yield "HACKING.md", name
    text = subprocess.run([os.path.join(SOURCE, "tests/run"), "--help"],
                          stdout=subprocess.PIPE, check=True, text=True).stdout
    for name in re.findall(r'"([\w/-]+)"', re.search(r"NAME:.*?\.\n", text, re.S)[0]):
        yield "tests/run", name


def dead_links(folder, path):
    """The relative links of a document that lead nowhere."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"^```.*?^```|`[^`\n]*`", "", file.read(), flags=re.M | re.S)
    for link in LINK.findall(text):
        if not re.match(r"[a-z]+:|#", link) and not os.path.exists(
                os.path.join(os.path.dirname(path), link.split("#")[0])):
            yield f"{os.path.relpath(path, folder)}: links to {link}, which is not there"


def dead_links_installed():
    """The relative links of the installed documents that lead nowhere."""
    with tempfile.TemporaryDirectory() as root:
        made = subprocess.run(
            ["make", "-C", BUILD, "install-nobase_dist_docDATA", f"DESTDIR={root}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True,
            env=environment())
        if made.returncode:
            return [made.stdout]
        documents = glob.glob(f"{root}/**/*.md", recursive=True)
        faults = [f"installed: {fault}" for path in documents for fault in dead_links(root, path)]
        return faults if len(documents) >= 9 else faults + [f"installed: {len(documents)} *.md"]


def main():
    check_itself()
    if not os.path.exists(os.path.join(SOURCE, ".git")) or not shutil.which("git"):
        print("no checkout of the repository, or no git: skipped")
        sys.exit(77)
    files = [path for path in all_files() if path]
    faults = [f"HACKING.md: names {path}, which is not there"
              for path in missing(read("HACKING.md"), files)]
    for where, name in tests_named():
        found = subprocess.run([os.path.join(SOURCE, "tests/run"), "-b", BUILD, "--list", name],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                               text=True, env=environment())
        if found.returncode:
            faults.append(f"{where}: tests/run {name}: {found.stderr.strip()}")
    for path in files:
        if path.endswith(".md") and os.path.exists(os.path.join(SOURCE, path)):
            faults += dead_links(SOURCE, os.path.join(SOURCE, path))
    faults += dead_links_installed()
    targets = {os.path.basename(path)[5:-2]
               for path in glob.glob(os.path.join(SOURCE, "tests/fuzz/fuzz-*.c"))}
    table = re.search(r"^\| target .*?\n\n", read("docs/reliability.md"), re.M | re.S)[0]
    listed = set(re.findall(r"^\| (\w+) \|", table, re.M)[1:])
    faults += [f"docs/reliability.md: its table of fuzz targets lacks {name}"
               for name in sorted(targets - listed)]
    faults += [f"docs/reliability.md: there is no fuzz target {name}"
               for name in sorted(listed - targets)]
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{len(files)} files")
    sys.exit(bool(faults))


main()
