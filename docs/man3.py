#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""man3.py - make a manual page of section 3 from each public header, and a page that refers
to it for each function, struct and enum in it.

    man3.py OVERVIEW FOLDER HEADER...

OVERVIEW is libpageowner.3, which is written by hand: date and version of the pages are its
own. FOLDER gets the pages, and a file "pages" that lists them.
"""
import os
import re
import sys
import textwrap

sys.dont_write_bytecode = True
import kerneldoc                                            # noqa: E402

# What an error means if the header names it without a condition.
USUAL = {
    "EINVAL": "An argument is invalid.",
    "ENOMEM": "Memory allocation failed.",
    "ENOBUFS": "The memory limit is reached.",
}
WIDTH = 78


def escape(text):
    """Plain text as roff."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return text.replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti")


def line_of(text):
    """A line of roff that cannot be taken for a request."""
    return "\\&" + text if text[:1] in (".", "'") else text


def inline(text):
    """A text with the names in it marked: parameters in italics, the rest in bold."""
    marked = []
    for word in re.split(r"(@\w+|\b\w+\(\d?\)|-E[A-Z0-9]+\b|\bPAGEOWNER_\w+\*?|<pageowner/\w+\.h>|"
                         r"\bstruct pageowner_\w+|\benum pageowner_\w+|\bNULL\b)", text):
        if word.startswith("@"):
            marked.append(f"\\fI{escape(word[1:])}\\fP")
        elif re.fullmatch(r"\w+\(\d?\)", word):
            name, rest = word.split("(")
            marked.append(f"\\fB{escape(name)}\\fP({rest}")
        elif re.match(r"-E[A-Z]|PAGEOWNER_|NULL|struct |enum ", word):
            marked.append(f"\\fB{escape(word)}\\fP")
        elif word.startswith("<pageowner/"):
            marked.append(f"\\fI{escape(word)}\\fP")
        else:
            # A hyphen, but the minus of an option or a number
            marked.append(re.sub(r"(?<=\w)\\-(?=\w)", "-", escape(word)))
    return "".join(marked)


def fill(text):
    """A paragraph, in lines that are not too long."""
    lines = textwrap.wrap(inline(" ".join(text.split())), 90, break_long_words=False,
                          break_on_hyphens=False)
    return [line_of(line) for line in lines]


def sentence(text):
    """With a capital letter and a full stop."""
    text = text.strip()
    if re.match(r"[a-z]+[ ,.;:]", text):
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."


def paragraph(lines):
    """Lines of a comment: a filled paragraph, or as they are if the first is indented."""
    if re.match(r"\s+\S", lines[0]):
        shown = textwrap.dedent("\n".join(lines).expandtabs(8)).split("\n")
        return [".PP", ".RS 4", ".EX"] + [line_of(escape(line)) for line in shown] + [".EE", ".RE"]
    for at, line in enumerate(lines):
        if re.match(r"(\t|    )\S", line):
            return paragraph(lines[:at]) + paragraph(lines[at:])
    return [".PP"] + fill(" ".join(lines))


def tagged(tag, text):
    """An entry of a list; further lines of the text are a list in it."""
    first, *items = text.split("\n")
    lines = [".TP", line_of(tag)] + fill(first if items else sentence(first))
    if items:
        lines.append(".RS")
        for item in items:
            lines += [".IP \\(bu 2"] + fill(sentence(item))
        lines.append(".RE")
    return lines


def declaration(code, names):
    """A type or prototype in bold, with the names in it in italics."""
    marked = []
    for word in re.split(r"(\w+)", code):
        if word in names:
            marked.append(f"\\fI{escape(word)}\\fP")
            names = names - {word}
        elif word.strip():
            marked.append(f"\\fB{escape(word)}\\fP")
        else:
            marked.append(word)
    return re.sub(r"\\fP(\s*)\\fB", r"\1", "".join(marked))


def prototype(item):
    """A function in the synopsis, wrapped at its parameters."""
    start = f"{item.type}{'' if item.type.endswith('*') else ' '}{item.name}("
    lines, names = [start], [set()]
    parts = [(part, {name}) for name, part in item.members] or [("void", set())]
    if len(start) + max(len(part) for part, _ in parts) > WIDTH:
        lines = [item.type, f"{item.name}("]
        names = [set(), set()]
    indent = min(len(lines[-1]), 24)
    for at, (part, name) in enumerate(parts):
        part += ", " if at < len(parts) - 1 else ");"
        if len(lines[-1] + part.rstrip()) > WIDTH and at:
            lines.append(" " * indent)
            names.append(set())
        lines[-1] += part
        names[-1] |= name
    return [line_of(declaration(line.rstrip(), name)) for line, name in zip(lines, names)]


def clauses(returns):
    """The errors that "Return:" names: a list of (errors, condition)."""
    found = []
    for at, said in enumerate(re.split(r"\.\s+(?=[A-Z-])", returns.rstrip("."))):
        if at and not said.startswith("-E"):
            continue            # "After -ENOMEM ..."
        for part in re.split(r"[;,]?\s+(?:or |and )?(?=-E[A-Z])|;\s+", said):
            errors = re.match(r"-(E[A-Z0-9]+)\s*(.*)", part)
            if errors:
                found.append(([errors[1]], errors[2]))
    return found


def errors_section(functions):
    """ERRORS: each error, and when it is returned by what."""
    table = {}
    for item in functions:
        for names, text in clauses(item.doc.returns):
            for name in names:
                when = sentence(re.sub(r"^(if|when|for) ", r"", text)) if text else \
                    USUAL.get(name, "See the function.")
                table.setdefault(name, {}).setdefault(when, []).append(item.name)
    if not table:
        return []
    lines = [".SH ERRORS", "Errors are returned as negative numbers."]
    for name in sorted(table):
        lines += [".TP", f".B {name}"]
        for at, (when, whose) in enumerate(sorted(table[name].items())):
            if at:
                lines += [".IP"]
            lines += fill(sentence(when))
            lines += fill("(" + ", ".join(f"{one}()" for one in whose) + ")")
    return lines


def members_of(item):
    """The members of a struct or the values of an enum or of macros."""
    lines = []
    for name, code in item.members:
        text = (item.doc.members.get(name) if item.doc else None) or item.inline.get(name, "")
        tag = declaration(code, {name}) if item.kind == "struct" else f"\\fB{escape(name)}\\fP"
        lines += tagged(tag, text) if text else [".TP", line_of(tag), "\\&"]
    return lines


def described(item):
    """A part of DESCRIPTION: a type, macros or a function."""
    if item.kind == "macros":
        text = " ".join(" ".join(kerneldoc.comment_lines(item.comment)).split())
        lines = [".PP"] + (fill(sentence(text)) if text else ["Constants:"])
        if all(name in item.inline for name, _ in item.members):
            return lines + members_of(item)
        lines += [".PP", ".RS 4", ".nf"]
        lines += [f"\\fB{escape(name)}\\fP" for name, _ in item.members]
        return lines + [".fi", ".RE"]
    doc = item.doc
    title = f"{item.kind} {item.name}" if item.kind != "function" else f"{item.name}()"
    lines = [f".SS {title}"] + fill(sentence(doc.summary))
    if item.kind == "function":
        for name, text in doc.members.items():
            lines += tagged(f"\\fI{escape(name)}\\fP", text)
    else:
        lines += members_of(item)
    for part in doc.paragraphs:
        lines += paragraph(part)
    return lines


def page_of(header, heading, others):
    """The page of a header."""
    page = "pageowner_" + header.name.removesuffix(".h")
    functions = [item for item in header.items if item.kind == "function"]
    types = [item for item in header.items if item.kind in ("struct", "enum")]
    names = sorted({page} | {item.name for item in functions + types})
    names.insert(0, names.pop(names.index(page)))
    library = "libpageowner-export" if header.name == "export.h" else "libpageowner"
    lines = ['.\\" SPDX-License-Identifier: LGPL-2.1-or-later',
             f'.\\" Made by docs/man3.py from include/pageowner/{header.name}: edit that.',
             f'.TH {page} 3 {heading}', ".nh", ".ad l", ".SH NAME",
             ",\n".join(names) + f" \\- {inline(header.summary)}",
             ".SH SYNOPSIS", ".nf", f".B #include <pageowner/{header.name}>", ".PP",
             f"\\fBcc\\fP ... \\fB$(pkg\\-config \\-\\-cflags \\-\\-libs "
             f"{escape(library)})\\fP"]
    for item in functions:
        lines += [".PP"] + prototype(item)
    lines += [".fi", ".SH DESCRIPTION"]
    for part in header.paragraphs:
        lines += paragraph(part)
    if lines[-1] == ".SH DESCRIPTION":
        lines += fill(sentence(header.summary))
    for item in header.items:
        lines += described(item)
    returning = [item for item in functions if item.doc.returns]
    if returning:
        lines += [".SH RETURN VALUE"]
        for item in returning:
            lines += tagged(f"\\fB{escape(item.name)}\\fP()", item.doc.returns)
    lines += errors_section(functions)
    lines += [".SH SEE ALSO"]
    see = sorted(other for other in others if other != page)
    lines += [f".BR {one} (3)" + ("," if at < len(see) else "")
              for at, one in enumerate(["libpageowner"] + see)]
    # .PP after a heading is nothing.
    text = re.sub(r"^(\.S[HS] .*)\n\.PP\n", r"\1\n", "\n".join(lines) + "\n", flags=re.M)
    return page, names, text


def main(overview, folder, paths):
    with open(overview, encoding="utf-8") as file:
        heading = re.search(r"^\.TH \S+ 3 (.*)$", file.read(), re.M)[1]
    headers = [header for header in map(kerneldoc.parse_header, paths)
               if any(item.kind != "macros" for item in header.items)]
    others = {"pageowner_" + header.name.removesuffix(".h") for header in headers}
    os.makedirs(folder, exist_ok=True)
    pages = {}
    for header in headers:
        page, names, text = page_of(header, heading, others)
        for name in names:
            pages.setdefault(name, f".so man3/{page}.3\n")
        pages[page] = text
    for name, text in pages.items():
        with open(os.path.join(folder, f"{name}.3"), "w", encoding="utf-8") as file:
            file.write(text)
    with open(os.path.join(folder, "pages"), "w", encoding="utf-8") as file:
        file.writelines(f"{name}.3\n" for name in sorted(pages))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
