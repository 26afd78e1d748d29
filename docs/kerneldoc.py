# SPDX-License-Identifier: LGPL-2.1-or-later
"""kerneldoc.py - read a public header: its functions, structs, enums and macros, each with
the kernel-doc comment before it.

It knows the style of include/pageowner/, not C: a comment, then one declaration. It checks
nothing (tests/guard/docs.py does) and writes nothing (docs/man3.py does).
"""
import dataclasses
import re

COMMENT = re.compile(r"/\*.*?\*/", re.S)
NAME = r"[A-Za-z_]\w*"


@dataclasses.dataclass
class Doc:
    """A kernel-doc comment: what it is about, and its parts"""
    kind: str                   # "function", "struct" or "enum"
    name: str
    summary: str
    members: dict               # @name: text, in the order of the comment; see member_text()
    paragraphs: list            # of lines
    returns: str                # "" if there is no "Return:"


@dataclasses.dataclass
class Item:
    """A declaration; doc is None if no kernel-doc comment stands before it"""
    kind: str                   # "function", "struct", "enum", "macros"
    name: str
    code: str                   # without comments
    doc: Doc
    type: str = ""              # of a function: what it returns
    members: list = dataclasses.field(default_factory=list)   # (name, declaration)
    comment: str = ""           # of macros: the plain comment before them
    inline: dict = dataclasses.field(default_factory=dict)    # name: comment on its line


@dataclasses.dataclass
class Header:
    """A header: its opening comment and what it declares"""
    name: str                   # profile.h
    summary: str
    paragraphs: list
    items: list


def comment_lines(comment):
    """The text of a comment, without its stars."""
    body = re.sub(r"^/\*+|\*/$", "", comment)
    return [re.sub(r"^ ?\* ?", "", line.lstrip(" ") if i else line).rstrip()
            for i, line in enumerate(body.split("\n"))]


def paragraphs_of(lines):
    """Lists of lines that blank lines separate."""
    found = [[]]
    for line in lines:
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [paragraph for paragraph in found if paragraph]


def member_text(lines):
    """The text of a member; where lines are indented twice, each that is indented once
    begins an item of a list, which gets a line of its own."""
    is_list = any(line.startswith("\t\t") for line in lines[1:])
    text = lines[0].strip()
    for line in lines[1:]:
        starts = is_list and not line.startswith("\t\t")
        text += ("\n" if starts else " ") + line.strip()
    return text


def parse_doc(comment):
    """A kernel-doc comment, or None if its first line is not of that form."""
    lines = comment_lines(comment)[1:]
    first = re.match(rf"(?:(struct|enum) )?({NAME})(\(\))? - (.*)", lines[0] if lines else "")
    if not first:
        return None
    kind, name, is_function, summary = first.groups()
    if bool(kind) == bool(is_function):
        return None
    members, rest, at = {}, [], None
    for line in lines[1:]:
        member = re.match(rf"@({NAME}):\s*(.*)", line)
        if member:
            at = member[1]
            members[at] = [member[2]]
        elif at and re.match(r"\s+\S", line):
            members[at].append(line)
        else:
            at = None
            rest.append(line)
    members = {name: member_text(lines) for name, lines in members.items()}
    paragraphs, returns = [], ""
    for paragraph in paragraphs_of(rest):
        at = next((i for i, line in enumerate(paragraph) if line.startswith("Return:")), None)
        if at is not None:
            returns = " ".join(" ".join(paragraph[at:])[len("Return:"):].split())
        if paragraph[:at]:
            paragraphs.append(paragraph[:at])
    return Doc(kind or "function", name, summary, members, paragraphs, returns)


def split_top(text, at=","):
    """Split where no bracket is open."""
    found, depth = [""], 0
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        if char == at and not depth:
            found.append("")
        else:
            found[-1] += char
    return [part.strip() for part in found if part.strip()]


def declared_name(declaration):
    """The name that a parameter or member gets."""
    callback = re.search(rf"\(\*\s*({NAME})\)", declaration)
    if callback:
        return callback[1]
    return re.findall(NAME, re.sub(r"\[[^]]*\]|\{.*\}", "", declaration, flags=re.S))[-1]


def inline_comments(raw):
    """The comments that stand on the line of a macro or an enum value."""
    return {name: " ".join(" ".join(comment_lines(text)).split()) for name, text in
            re.findall(rf"^(?:#define)?[ \t]+({NAME})\b[^\n/]*(/\*.*?\*/)", raw, re.S | re.M)}


def parse_code(raw, doc):
    """The declaration that starts the code, or None."""
    code = COMMENT.sub("", raw).strip()
    inline = inline_comments(raw)
    if code.startswith("#define"):
        members = [(name, value.strip()) for name, value in
                   re.findall(rf"^#define\s+({NAME})(.*)", code, re.M)]
        return Item("macros", members[0][0], code, None, members=members, inline=inline)
    body = re.match(rf"(struct|enum) ({NAME}) \{{(.*?)^\}}", code, re.S | re.M)
    if body:
        kind, name, inside = body.groups()
        parts = split_top(inside, ";" if kind == "struct" else ",")
        members = [(declared_name(part) if kind == "struct" else part.split()[0],
                    " ".join(part.split())) for part in parts]
        return Item(kind, name, body[0] + ";", doc, members=members, inline=inline)
    function = re.match(rf"([^;{{}}()]*?)({NAME})\((.*?)\);", code, re.S)
    if function and "(" not in function[1]:
        type_, name, inside = function.groups()
        parts = [" ".join(part.split()) for part in split_top(inside)]
        members = [(declared_name(part), part) for part in parts if part != "void"]
        return Item("function", name, function[0], doc, " ".join(type_.split()), members)
    return None


def parse_header(path):
    """All of a header."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    name = path.split("/")[-1].replace(".h.in", ".h")
    items, opening = [], None
    # A comment that stands alone on its lines belongs to the code that follows it.
    found = list(re.finditer(r"^/\*.*?\*/\n", text, re.S | re.M))
    for match, following in zip(found, found[1:] + [None]):
        comment = match[0].strip()
        code = text[match.end():following.start() if following else len(text)]
        if opening is None and not comment.startswith("/* SPDX"):
            opening = comment_lines(comment)
            declares = re.sub(r'^#define \w+_H$|^extern "C" \{$', "", code, flags=re.M)
        elif opening is None:
            continue
        else:
            declares = code
        doc = parse_doc(comment) if comment.startswith("/**") else None
        pieces = re.split(r"\n(?:[ \t]*\n)+", re.sub(r"^#(?!define).*$", "", declares, flags=re.M))
        for piece in pieces:
            item = parse_code(piece, doc)
            if item:
                if item.kind == "macros":
                    item.comment = comment
                items.append(item)
                doc = None
                comment = ""
    opening = opening or [""]
    first = paragraphs_of(opening)
    summary = " ".join(first[0]) if first else ""
    summary = re.sub(r"^\S+\.h - ", "", summary)
    return Header(name, summary.rstrip("."), first[1:], items)
