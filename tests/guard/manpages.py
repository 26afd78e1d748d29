#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""manpages.py - all man pages are good roff, and complete: each public function and type has
one, each kind of damage is described, and files that a page cites are installed.

man and mandoc look at the pages, each if it is there.
"""
import glob
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
SOURCE = os.environ.get("srcdir", ".")
BUILD = os.environ.get("top_builddir", ".")
sys.path.insert(0, os.path.join(SOURCE, "docs"))
import kerneldoc                                            # noqa: E402

failed = 0


def fail(text):
    global failed
    failed = 1
    print(text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def output(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          env=dict(os.environ, LC_ALL="C.UTF-8")).stdout


def look_at(path):
    """What the programs that show it have to say of a page."""
    if shutil.which("man"):
        said = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", path],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False,
                              env=dict(os.environ, LC_ALL="C.UTF-8")).stderr
        if said:
            fail(f"{path}: {said}")
    if shutil.which("mandoc"):
        # It wants a day where ours have a month.
        said = [line for line in output("mandoc", "-Tlint", "-Wwarning", path).splitlines()
                if "cannot parse date" not in line]
        if said:
            fail("\n".join(said))


def check_man3(folder):
    """Each name of the headers leads to a page that has it."""
    pages = read(f"{folder}/pages").split()
    for header in glob.glob(f"{SOURCE}/include/pageowner/*.h*"):
        for item in kerneldoc.parse_header(header).items:
            if item.kind != "macros" and f"{item.name}.3" not in pages:
                fail(f"{os.path.basename(header)}: no page for {item.name}")
    for page in pages:
        text = read(f"{folder}/{page}")
        refers = re.fullmatch(r"\.so man3/(\S+)\n", text)
        if not refers:
            look_at(f"{folder}/{page}")
        elif refers[1] not in pages or f"SS {page[:-2]}()\n" not in (
                shown := read(f"{folder}/{refers[1]}")) and f" {page[:-2]}\n" not in shown:
            fail(f"{page}: {refers[1]} does not describe it")
    print(f"{len(pages)} pages in section 3")


def main():
    folder = next((place for place in (f"{BUILD}/docs/man3", f"{SOURCE}/docs/man3")
                   if os.path.exists(f"{place}/pages")), None)
    if folder:
        check_man3(folder)
    written = [path for pattern in ("tools/*.1", "libpageowner/*.3", "docs/*.7")
               for path in glob.glob(f"{SOURCE}/{pattern}")]
    installed = re.findall(r"docs/\S+\.md", read(f"{SOURCE}/docs/local.mk"))
    for path in written:
        look_at(path)
        for cited in re.findall(r"\b([\w-]+\.md)\b", read(path)):
            if f"docs/{cited}" not in installed and cited not in ("README.md", "SECURITY.md"):
                fail(f"{path}: {cited} is not installed")
    formats = read(f"{SOURCE}/docs/pageowner-formats.7")
    damage = re.findall(r'\[PAGEOWNER_(?:DAMAGE|REPAIR)_\w+\]\s*=\s*"(.*?)"',
                        read(f"{SOURCE}/libpageowner/read/damage.c"))
    for text in damage:
        if f"\n.B {text}\n" not in formats:
            fail(f'pageowner-formats.7: "{text}" is not described')
    if len(damage) < 8 or len(written) < 7:
        fail("too little was found to check")
    if not failed and not (folder and shutil.which("man") and shutil.which("mandoc")):
        print("skipped in part: there is no", "man, mandoc or docs/man3")
        sys.exit(77)
    sys.exit(failed)


main()
