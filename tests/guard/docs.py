#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs.py - each public function, struct and enum is documented, and completely.

A function: a kernel-doc comment directly before it, whose one-line summary says what the
function does; each parameter, by its name and in order; "Return:" unless it is void, with
the errors of one that can fail. A struct: each member. An enum: each value, there or in a
comment on its line. What the comment says is not judged. It first checks that it finds
each fault in a header that has them all.
"""
import glob
import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True
SOURCE = os.environ.get("srcdir", ".")
sys.path.insert(0, os.path.join(SOURCE, "docs"))
import kerneldoc                                            # noqa: E402

# A summary says what is done: it does not begin with a noun.
NO_VERB = {"a", "an", "the", "all", "as", "how", "more", "no", "one", "only", "some", "what",
           "when", "where", "whether", "which", "who", "whose", "why"}
# How an int that is no error code is documented.
NO_ERROR = re.compile(r"\b0 (otherwise|if|past|after)\b")

BROKEN = """/*
 * broken.h - one fault each.
 */
#ifndef BROKEN_H
#define BROKEN_H

int pageowner_undocumented(void);

/**
 * pageowner_renamed() - do something
 * @old: the parameter
 *
 * Return: 0 or -ENOMEM.
 */
int pageowner_renamed(int new);

/**
 * pageowner_silent() - do something
 */
int pageowner_silent(void);

/**
 * pageowner_failing() - do something
 *
 * Return: 0 on success.
 */
int pageowner_failing(void);

/**
 * pageowner_verbless() - the thing
 */
void pageowner_verbless(void);

/**
 * pageowner_dated() - do something
 * Since: 0.1
 */
void pageowner_dated(void);

/**
 * pageowner_elsewhere() - do something
 */
void pageowner_here(void);

/**
 * pageowner_empty() - do something
 * @value:
 */
void pageowner_empty(int value);

/**
 * struct pageowner_partial - something
 * @known: a member
 * @gone: no member
 */
struct pageowner_partial {
	int known;
	int unknown;
};

/**
 * enum pageowner_values - something
 * @PAGEOWNER_VALUE_ONE: one
 */
enum pageowner_values {
	PAGEOWNER_VALUE_ONE,
	PAGEOWNER_VALUE_TWO,	/* two */
	PAGEOWNER_VALUE_THREE,
};

#endif
"""
FAULTS = [
    "pageowner_undocumented: no kernel-doc comment",
    "pageowner_renamed: documents old, has new",
    'pageowner_silent: no "Return:"',
    'pageowner_failing: "Return:" names no error, nor what 0 means',
    'pageowner_verbless: the summary begins with "the", not with a verb',
    'pageowner_dated: "Since:" is the symbol map\'s',
    "pageowner_here: the comment before it is of pageowner_elsewhere",
    "pageowner_empty: value is not described",
    "pageowner_partial: documents known gone, has known unknown",
    "pageowner_values: PAGEOWNER_VALUE_THREE is not described",
]


def faults_of_doc(item):
    """What the comment of an item lacks, whatever the item is."""
    doc = item.doc
    if not doc:
        yield "no kernel-doc comment"
        return
    if (doc.kind, doc.name) != (item.kind, item.name):
        yield f"the comment before it is of {doc.name}"
        return
    for name, text in doc.members.items():
        if not text.strip():
            yield f"{name} is not described"
    has = [name for name, _ in item.members]
    if item.kind == "enum":
        for name in has:
            if name not in doc.members and not item.inline.get(name):
                yield f"{name} is not described"
        for name in doc.members:
            if name not in has:
                yield f"documents {name}, which it does not have"
    elif list(doc.members) != has:
        yield f"documents {' '.join(doc.members) or 'nothing'}, has {' '.join(has) or 'nothing'}"
    if any("Since:" in line for paragraph in doc.paragraphs for line in paragraph) or \
            "Since:" in doc.returns + doc.summary:
        yield '"Since:" is the symbol map\'s'


def faults_of_function(item):
    """What only the comment of a function must have."""
    doc = item.doc
    first = doc.summary.split()[0] if doc.summary.split() else ""
    if first.lower() in NO_VERB or not first.isalpha():
        yield f'the summary begins with "{first}", not with a verb'
    if item.type == "void":
        if doc.returns:
            yield '"Return:" of a function that returns nothing'
    elif not doc.returns:
        yield 'no "Return:"'
    elif item.type == "int" and not NO_ERROR.search(doc.returns) and not re.search(
            r"-E[A-Z]+|negative errno|as pageowner_\w+\(\)|errors of pageowner_\w+\(\)",
            doc.returns):
        yield '"Return:" names no error, nor what 0 means'


def faults_of_header(path):
    """All faults of a header, and how many functions it has."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    header = kerneldoc.parse_header(path)
    found = []
    if not re.search(rf"^ \* {re.escape(header.name)} - \S", text, re.M):
        found.append(f"{header.name}: no comment that begins with its name")
    parsed = set()
    for item in header.items:
        if item.kind == "macros":
            continue
        parsed.add(item.name)
        faults = list(faults_of_doc(item))
        if item.kind == "function" and item.doc and item.doc.name == item.name:
            faults += faults_of_function(item)
        found += [f"{item.name}: {fault}" for fault in faults]
    # Nothing may be missed because kerneldoc.py does not understand it.
    code = re.sub(r"^#.*$", "", kerneldoc.COMMENT.sub("", text), flags=re.M)
    declared = set(re.findall(r"\b(pageowner_\w+)\s*\(", code)) | \
        set(re.findall(r"^(?:struct|enum) (\w+) \{", code, re.M))
    found += [f"{name}: declared in a way that docs/kerneldoc.py cannot read"
              for name in sorted(declared - parsed)]
    return found, sum(item.kind == "function" for item in header.items)


def check_itself():
    """The faults of a broken header are found, all and no others."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "broken.h")
        with open(path, "w", encoding="utf-8") as file:
            file.write(BROKEN)
        found, _ = faults_of_header(path)
    if found != FAULTS:
        print("The broken header should have these faults:", *FAULTS, sep="\n  ")
        print("but these were found:", *found, sep="\n  ")
        sys.exit(1)


def main():
    check_itself()
    failed = functions = 0
    headers = sorted(glob.glob(os.path.join(SOURCE, "include/pageowner/*.h")) +
                     glob.glob(os.path.join(SOURCE, "include/pageowner/*.h.in")))
    for path in headers:
        found, count = faults_of_header(path)
        functions += count
        for fault in found:
            print(f"{os.path.basename(path)}: {fault}")
            failed = 1
    print(f"{functions} functions in {len(headers)} headers")
    sys.exit(failed or not functions)


main()
