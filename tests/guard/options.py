#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""
options.py - each option of each tool, as its table has it, is in --help, in the manual
page in the same words, and in the completions of all shells; and the manual page has no
option that the table lacks.

srcdir: the manual pages are in its tools/.
"""

import os
import re
import subprocess

from lib import SOURCE, finish, tool as program, verdict

TOOLS = ("account", "capture", "diff", "frag", "sort", "stacks-top")


def run(tool, *arguments):
    return subprocess.run([program(tool), *arguments], stdout=subprocess.PIPE, check=True,
                          text=True).stdout


class Option:
    def __init__(self, line):
        (self.name, self.letter, self.value, self.kind, self.words,
         self.help) = line.split("\t")
        self.optional = self.value.startswith("[")

    def tag(self):
        """As help and manual page write it."""
        names = ["-" + self.letter] * bool(self.letter) + ["--" + self.name] * bool(self.name)
        value = self.value
        if self.optional:
            value = "[=" + value[1:]
        elif value:
            value = ("=" if self.name else " ") + value
        return ", ".join(names) + value


def plain(text):
    """A line of a manual page without its markup."""
    match = re.match(r"\.(B|I|BR|BI|IR|IB|RB|RI|SM)\s+(.*)", text)
    if match:
        words = re.findall(r'"((?:[^"]|"")*)"|((?:\\.|[^\s"])+)', match[2])
        joint = " " if len(match[1]) == 1 else ""
        text = joint.join(a or b for a, b in words)
    text = re.sub(r"\\f(\[[^]]*\]|.)", "", text)
    for code, char in (r"\(dq", '"'), (r"\(ha", "^"), (r"\-", "-"), (r"\&", ""), (r"\ ", " "):
        text = text.replace(code, char)
    return text


def manual(tool):
    """Of the section OPTIONS: tag -> text of each paragraph."""
    with open(f"{SOURCE}/tools/pageowner-{tool}.1") as file:
        lines = file.read().splitlines()
    lines = lines[lines.index(".SH OPTIONS") + 1:]
    ends = [i for i, line in enumerate(lines) if line.startswith(".SH ")]
    found, tag, text = {}, "", []      # what comes before the first .TP is of no option
    for line in lines[:ends[0]] + [".TP"]:
        if line == ".TP" or line.startswith(".SS"):
            if tag:
                found[tag] = " ".join(" ".join(text).split())
            tag, text = None if line == ".TP" else "", []
        elif tag is None:
            tag = plain(line)
        elif not re.match(r"\.(PP|IP|in|EX|EE|nf|fi|RS|RE)\b", line):
            text.append(plain(line))
    return found


def check_manual(tool, options):
    texts = manual(tool)
    for option in options:
        text = texts.pop(option.tag(), None)
        want = option.help[0].upper() + option.help[1:]
        verdict(text is not None and text.startswith(want) and
                not text[len(want):len(want) + 1].isalnum(),
                f"pageowner-{tool}(1) has {option.tag()} in the words of its table",
                f"want: {want}", f"has: {text}")
    verdict(not texts, f"pageowner-{tool}(1) has no other option", *texts)


def check_help(tool, options):
    text = run(tool, "--help")
    flat = " ".join(text.split())
    missing = [option.tag() for option in options
               if not re.search(r"^  " + re.escape(option.tag()) + r"(  |$)", text, re.M) or
               " ".join(option.help.split()) not in flat]
    verdict(not missing, f"pageowner-{tool} --help has all options", *missing)
    verdict(max(map(len, text.splitlines())) < 80, f"pageowner-{tool} --help is narrow")


def check_completion(tool, options):
    name = "_pageowner_" + tool.replace("-", "_")
    scripts = {shell: run(tool, "--print-options=" + shell)
               for shell in ("bash", "zsh", "fish")}
    for option in options:
        if option.name:
            forms = {"bash": rf"--{option.name}(=|\s|$|\")",
                     "zsh": rf"--{option.name}(=|\[|\}})", "fish": rf" -l {option.name} "}
        else:
            forms = {"bash": rf"\s-{option.letter}(\s|\")", "zsh": rf"'-{option.letter}\+?\[",
                     "fish": rf" -s {option.letter} "}
        for shell, form in forms.items():
            if not re.search(form, scripts[shell]):
                verdict(False, f"{shell} completes {option.tag()} of pageowner-{tool}")
        for word in filter(None, option.words.split(",")):
            if not all(word in script for script in scripts.values()):
                verdict(False, f"all shells know {word} of {option.tag()}")
    verdict(True, f"bash, zsh and fish complete all options of pageowner-{tool}")
    for shell, script in scripts.items():
        try:
            done = subprocess.run([shell, "-n"], input=script, text=True,
                                  capture_output=True)
        except FileNotFoundError:
            continue
        verdict(done.returncode == 0, f"{shell} takes its completion of pageowner-{tool}",
                done.stderr)
    return name, scripts["bash"]


def complete(script, name, *words):
    """What bash would offer after these words."""
    words = " ".join(f"'{word}'" for word in words)
    done = subprocess.run(
        ["bash"], text=True, capture_output=True,
        input=script + f"\ncompopt() {{ :; }}; COMP_WORDS=({words}); "
        f"COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); {name}; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    return done.stdout.split() + done.stderr.splitlines()


def main():
    for tool in TOOLS:
        options = [Option(line) for line in
                   run(tool, "--print-options=table").splitlines()]
        verdict(len(options) > 5, f"pageowner-{tool} has a table of options")
        check_help(tool, options)
        check_manual(tool, options)
        name, script = check_completion(tool, options)
        for option in options:
            if option.words and option.kind == "word" and option.name:
                offered = complete(script, name, "pageowner-" + tool, "--" + option.name,
                                   "=", "")
                verdict(set(offered) == set(option.words.split(",")),
                        f"bash offers the words of pageowner-{tool} --{option.name}",
                        offered)
        offered = complete(script, name, "pageowner-" + tool, "--qui")
        verdict(offered == ["--quiet"], f"bash completes an option of pageowner-{tool}",
                offered)
    finish()


main()
