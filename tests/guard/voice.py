#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""voice.py - what users read is plain technical English: public headers, help texts and
messages of library, export, tools, module and Python package, what help(pageowner) shows,
man pages, README, docs; and so are the comments. It looks for phrases that the project does
not use, and names the usual one. Code that is shown, and quoted options, are not looked at.

A rule has no exception: where one would be needed, the rule goes.
"""
import glob
import io
import os
import re
import sys
import tokenize

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
    (r"\btold\b(?! to\b)", "reported, known"),
    (r"\b(does|do|did) not tell\b", "does not say, does not have"),
    (r"\b(address|caller|file|input|library|line|page|record|stack) tells\b", "says, has"),
    (r"\b(denied|refused) it\b", "may not, cannot"),
    (r"\b(if|unless) it is none\b", "if it is not one"),
    (r"\bbeyond the bound\b", "more than the limit"),
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


def prose_of_python(text, strings):
    """Comments and docstrings, or all strings, at their lines."""
    lines = [""] * (text.count("\n") + 2)
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        doc = before in (tokenize.NEWLINE, tokenize.INDENT)
        if token.type not in (tokenize.NL, tokenize.COMMENT, tokenize.ENCODING):
            before = token.type
        if token.type == tokenize.COMMENT or (strings or doc) and (
                token.type == tokenize.STRING or
                tokenize.tok_name[token.type] == "FSTRING_MIDDLE"):
            prose = re.sub(r"^#[:!]?|^[a-zA-Z]*(\"+|'+)|(\"+|'+)$", "", token.string)
            for at, line in enumerate(prose.split("\n"), token.start[0] - 1):
                lines[at] += " " + line
    return "\n".join(lines)


def prose_of(path, text):
    """The parts of a file that are prose."""
    if path.endswith(".py"):
        return prose_of_python(text, "/tests/" not in path)
    if path.endswith((".md", "CHANGELOG")):
        return re.sub(r"`[^`\n]*`", blank, re.sub(r"^```.*?^```", blank, text,
                                                  flags=re.M | re.S))
    if re.search(r"\.\d$", path):
        text = re.sub(r"^\.(EX|nf)$.*?^\.(EE|fi)$", blank, text, flags=re.M | re.S)
        return re.sub(r'^\.\\".*', blank, text, flags=re.M)
    strings = re.search(r"/(tools|export|libpageowner|kernel|bindings)/", path) is not None
    parts = re.split(r'(/\*.*?\*/|"(?:[^"\\\n]|\\.)*")', text, flags=re.S)
    for at, part in enumerate(parts):
        if at % 2 and (strings or part.startswith("/*")):
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
            ("a/libpageowner/a.c", '/* behind */\nputs("behind");\nint behind;\n', 2),
            ("a.py", '"""What is behind."""\nbehind = \'behind\' # behind\n', 3),
            ("a/tests/a.py", '"""What is behind."""\nbehind = \'behind\' # behind\n', 2),
            ("a.md", "what is behind `behind`\n```sh\nbehind\n```\n", 1),
            ("a.1", ".SH NAME\nbehind\n.EX\nbehind\n.EE\n", 1)):
        found = len(rule.findall(prose_of(path, text)))
        if found != times:
            sys.exit(f"{path}: found {found} times, not {times}")


# What a build in the source tree leaves there
GENERATED = ("html-page.h", ".pb-c.c", ".pb-c.h")


def main():
    check_itself()
    files = [path for pattern in (
        "include/pageowner/*.h*", "tools/*.1", "libpageowner/*.3", "docs/*.7", "docs/*.md",
        "tools/*.[ch]", "tools/*/*.[ch]", "export/*.[ch]", "export/html/*.js", "tests/*/*.[ch]",
        "libpageowner/*.[ch]", "libpageowner/*/*.[ch]", "kernel/*.[ch]", "kernel/README.md",
        "bindings/python/*.[ch]", "bindings/python/*.py", "bindings/python/*/*.py", "tests/*/*.py",
        "bindings/python/README.md", "*.md", "CHANGELOG")
             for path in sorted(glob.glob(os.path.join(SOURCE, pattern)))
             if not path.endswith(GENERATED)]
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
    sys.exit(failed or len(files) < 300)


main()
