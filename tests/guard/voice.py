#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""voice.py - what users read is plain technical English: public headers, help texts and
messages of the tools, man pages, README, docs; and so are the comments of tools, export and
tests. It looks for phrases that the project does
not use, and names the usual one. Code that is shown, and quoted options, are not looked at.

A rule has no exception: where one would be needed, the rule goes.
"""
import glob
import os
import re
import sys

SOURCE = os.environ.get("srcdir", ".")
# What is not written, and what is
RULES = [
    (r"\bbehind\b", "after, following"),
    (r"\b(give|gives|given|giving|gave) (it |them |everything )?back\b", "free, release, return"),
    (r"\b(that|which|what) (is|are) none\b", "is not a ..., is invalid"),
    (r"\blikewise\b", "say it again, or \"also\" before the verb"),
    (r", too\b", "also, before the verb"),
    (r"[,;:(] ?else\b(?! if\b)", "otherwise, or if not"),
    (r"\bor else\b", "otherwise"),
    (r"\bpass(es|ed|ing)? (it |them )?over\b", "skip"),
    (r"\b(is|are|was|were|be) told\b(?! to\b)", "is reported, is known"),
    (r"\b(does|do|did) not tell\b", "does not say, does not have"),
    (r"\btells? (it|them) apart\b|\btold by\b", "distinguishes, recognised by"),
    (r"\bbe blamed\b|\bto blame\b|\bwho is blamed\b", "attribute to, own"),
    (r"\bnobody (can tell|knows)\b", "unknown"),
    (r"\bas without a call\b", "the default"),
    (r"\bas from the start\b", "the default"),
    (r"\bsince any moment\b", "since a common moment"),
    (r"\bis what there is\b|\bwhat there is\b", "what is available"),
    (r"\bon from there\b|\bfrom there on\b", "from then on"),
    (r"\ball the same\b", "anyway"),
    (r"\bSince: ?0\.", "nothing: the symbol map has it"),
]
# A phrase may go on in the next line.
RULES = [(re.compile(rule.replace(" ?", r"\s*").replace(" ", r"\s+"), re.I), instead)
         for rule, instead in RULES]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def blank(match):
    """The same lines without their text, so that numbers of lines stay right."""
    return re.sub(r"[^\n]", " ", match[0])


def prose_of(path, text):
    """The parts of a file that are prose."""
    if path.endswith((".md", "CHANGELOG")):
        return re.sub(r"`[^`\n]*`", blank, re.sub(r"^```.*?^```", blank, text,
                                                  flags=re.M | re.S))
    if re.search(r"\.\d$", path):
        text = re.sub(r"^\.(EX|nf)$.*?^\.(EE|fi)$", blank, text, flags=re.M | re.S)
        return re.sub(r'^\.\\".*', blank, text, flags=re.M)
    comments = re.search(r"/(include|tools|export|tests)/", path) is not None
    strings = re.search(r"/(tools|export)/", path) is not None
    parts = re.split(r'(/\*.*?\*/|"(?:[^"\\\n]|\\.)*")', text, flags=re.S)
    for at, part in enumerate(parts):
        if at % 2 and (comments if part.startswith("/*") else strings):
            parts[at] = re.sub(r"^[ \t]*\*(?!/)|^/\*+|\*/$|^\"|\"$", lambda m: " " * len(m[0]),
                               part, flags=re.M)
        else:
            parts[at] = blank(re.match(r".*", part, re.S))
    return "".join(parts)


def check_itself():
    """A phrase is found in the prose of each kind of file, and nowhere else."""
    rule = RULES[0][0]
    for path, text, times in (
            ("a/include/a.h", "/*\n * what is\n * behind\n */\nint behind; /* SPDX */\n", 1),
            ("a/tools/a.c", '/* behind */\nputs("not \\"behind\\" it");\nint behind;\n', 2),
            ("a/tests/a.c", '/* behind */\nputs("not \\"behind\\" it");\nint behind;\n', 1),
            ("a.md", "what is behind `behind`\n```sh\nbehind\n```\n", 1),
            ("a.1", ".SH NAME\nbehind\n.EX\nbehind\n.EE\n", 1)):
        found = len(rule.findall(prose_of(path, text)))
        if found != times:
            sys.exit(f"{path}: found {found} times, not {times}")


def main():
    check_itself()
    files = [path for pattern in (
        "include/pageowner/*.h*", "tools/*.1", "libpageowner/*.3", "docs/*.7", "docs/*.md",
        "tools/*.[ch]", "tools/*/*.[ch]", "export/*.[ch]", "tests/*/*.[ch]",
        "bindings/python/README.md", "*.md", "CHANGELOG")
             for path in sorted(glob.glob(os.path.join(SOURCE, pattern)))]
    failed = 0
    for path in files:
        prose = prose_of(path, read(path))
        for rule, instead in RULES:
            for match in rule.finditer(prose):
                line = prose.count("\n", 0, match.start()) + 1
                print(f'{os.path.relpath(path, SOURCE)}:{line}: "{" ".join(match[0].split())}": '
                      f'{instead}')
                failed = 1
    print(f"{len(files)} files")
    sys.exit(failed or len(files) < 30)


main()
