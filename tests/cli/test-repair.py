#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-repair.py - text as people post it: each sample in tests/data goes through each
transformation that mailers, terminals, web pages, logs and editors make, and must hold
the same records after it. What was repaired is said; what was read right before is not
touched. A transformation that cannot be undone with certainty sets status 3.

REPAIR_STRIDE, REPAIR_OFFSET: only each so manieth transformation, from that one on; all by
default. For builds in which only what reads at all can fail, and slowly.
"""
import base64
import bz2
import html
import json
import lzma
import os
import quopri
import re
import subprocess
import tempfile

from lib import DATA, finish, tool, verdict

SORT = tool("sort")
# Fields of other kinds are in the names of two samples of each.
SAMPLES = [
    "linux-4.6.page_owner", "linux-4.9.page_owner", "linux-4.14.page_owner",
    "linux-5.4.page_owner", "linux-5.13.page_owner", "linux-5.18.page_owner",
    "linux-6.1.page_owner", "linux-6.5.page_owner", "linux-6.12.page_owner",
    "rhel-9.page_owner", "vendor-hashed.page_owner", "symbol-names.page_owner",
    "linux-6.9.show_stacks", "linux-6.19.show_handles", "linux-6.8.console",
    "linux-5.11.console",
    "page_owner_sort-6.12.report",
]


def read(text):
    """Records without their offsets, the status, the messages."""
    done = subprocess.run([SORT, "--records", "--format=ndjson", "-o", "-", "-"], input=text,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    records = []
    for line in done.stdout.splitlines():
        record = json.loads(line)
        record.pop("offset", None)
        records.append(record)
    return records, done.returncode, done.stderr.decode()


def lines_of(text):
    return text.decode("latin-1").split("\n")[:-1]


def each_line(change):
    return lambda text: "".join(change(i, line) for i, line in
                                enumerate(lines_of(text))).encode("latin-1")


def fold_hard(width, before=""):
    """As a terminal: at any byte."""
    def change(_, line):
        parts = [line[:width]]
        rest = line[width:]
        while rest:
            parts.append(before + rest[:width - len(before)])
            rest = rest[width - len(before):]
        return "\n".join(parts) + "\n"
    return each_line(change)


def fold_words(width, before="", first=""):
    """As a mailer: at the last blank that fits; a longer word is left alone."""
    def change(_, line):
        indent = re.match(" *", line).group()
        words = line[len(indent):].split(" ")
        done, now = [], first + indent + words[0]
        for word in words[1:]:
            if len(now) + 1 + len(word) > width and now.strip(" >"):
                done.append(now)
                now = before + word
            else:
                now += " " + word
        return "\n".join(done + [now]) + "\n"
    return each_line(change)


def prefix(make):
    return each_line(lambda i, line: make(i) + line + "\n")


def entities(text):
    return html.escape(text.decode("latin-1")).encode("latin-1")


def numeric(form):
    """All that is not a letter, a digit or a blank, as some web pages have it"""
    return lambda text: re.sub(rb"[^\w\s]|_", lambda m: (form % ord(m.group())).encode(), text)


def in_symbols(mark):
    return lambda text: re.sub(rb"(?m)^ .*\+0x", lambda m: m.group().replace(
        b"_", b"_" + mark.encode()), text)


def table(border=""):
    """Lines as rows of a table, between two borders"""
    def change(text):
        lines = lines_of(text)
        width = max(map(len, lines))
        rows = [f"| {line.ljust(width)} |\n" for line in lines]
        edge = f"+{border * (width + 2)}+\n" if border else ""
        return (edge + "".join(rows) + edge).encode("latin-1")
    return change


def as_json(make):
    return each_line(lambda _, line: json.dumps(make(line)) + "\n")


def grid(text):
    lines = lines_of(text)
    width = max(map(len, lines))
    edge = f"+{'-' * (width + 2)}+\n"
    return (edge + "".join(f"| {line.ljust(width)} |\n{edge}" for line in lines)).encode("latin-1")


def box_characters(text):
    edge = ("\u250c" + "\u2500" * 70 + "\u2510\n").encode()
    return edge + re.sub(rb"(?m)^\||\|$", "\u2502".encode(), table()(text)) + edge


def interleave(text):
    """Lines of another processor, without callers, inside the stacks"""
    out = []
    for i, line in enumerate(lines_of(text)):
        out.append(f"[{100 + i * 1e-6:12.6f}] {line}\n")
        if line.startswith(" ") and i % 5 == 0:
            out.append(f"[{100 + i * 1e-6:12.6f}] usb 1-1: new device number {i}\n")
    return "".join(out).encode("latin-1")


CERTAIN = {
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text,
    "UTF-16, little endian": lambda text: b"\xff\xfe" + text.decode().encode("utf-16-le"),
    "UTF-16, big endian": lambda text: b"\xfe\xff" + text.decode().encode("utf-16-be"),
    "UTF-16 without mark": lambda text: text.decode().encode("utf-16-le"),
    "CR LF": each_line(lambda _, line: line + "\r\n"),
    "CR CR LF": each_line(lambda _, line: line + "\r\r\n"),
    "trailing blank": each_line(lambda _, line: line + " \n"),
    "trailing blanks and tab": each_line(lambda _, line: line + "  \t\n"),
    "trailing backslash": each_line(lambda _, line: line + "\\\n"),
    "blank and backslash": each_line(lambda _, line: line + " \\\n"),
    "quoted": prefix(lambda _: "> "),
    "quoted twice": prefix(lambda _: "> > "),
    "quoted tightly": prefix(lambda _: ">>"),
    "quoted by a bar": prefix(lambda _: "| "),
    "indented": prefix(lambda _: "    "),
    "indented by tab": prefix(lambda _: "\t"),
    "list": prefix(lambda _: "* "),
    "numbered": prefix(lambda i: f"{i + 1}: "),
    "cat -n": prefix(lambda i: f"{i + 1:6}\t"),
    "cat -n, of a million lines": prefix(lambda i: f"{i + 999990:6}\t"),
    "cat -n, without trailing TABs": each_line(lambda i, line: f"{i + 1:6}\t{line}".rstrip("\t") +
                                               "\n"),
    "nl -ba -n ln": prefix(lambda i: f"{i + 1:<6}\t"),
    "nl -ba -s ' '": prefix(lambda i: f"{i + 1:6} "),
    "grep -n ^": prefix(lambda i: f"{i + 1}:"),
    "dmesg": prefix(lambda i: f"[{100 + i * 1e-6:12.6f}] "),
    "dmesg with callers": prefix(lambda i: f"[{100 + i * 1e-6:12.6f}][  T46] "),
    "dmesg with dates": prefix(lambda _: "[Sat Nov 28 01:02:03 2026] "),
    "journal": prefix(lambda _: "Nov 28 01:02:03 host kernel: "),
    "journal with times": prefix(lambda i: f"Nov 28 01:02:03 host kernel: [{i:5}.000001] "),
    "levels": prefix(lambda _: "<4>"),
    "dmesg -x": prefix(lambda i: f"kern  :warn  : [{100 + i * 1e-6:12.6f}] "),
    "quoted dmesg": prefix(lambda i: f"> [{100 + i * 1e-6:12.6f}] "),
    "dmesg -H": prefix(lambda i: "[  +0.000001] " if i % 7 else f"[Nov28 09:{i % 60:02}] "),
    "dmesg with differences": prefix(lambda i: f"[{100 + i * 1e-6:12.6f} <    0.000001>] "),
    "/dev/kmsg": each_line(lambda i, line: f"6,{i},{i * 7},-;{line}\n" + (
        " SUBSYSTEM=pci\n DEVICE=+pci:0000:00:03.0\n" if line.startswith(" ") else "")),
    "netconsole": prefix(lambda i: f"6,{i},1758426,-,caller=T46;"),
    "a log in a block": lambda text: b"```" + CERTAIN["dmesg with callers"](text).rstrip(b"\n") +
                                     b"```\n",
    "a log after a command": lambda text: b"$ dmesg: " + CERTAIN["dmesg with callers"](text),
    "strings of C": each_line(lambda _, line: f'"{line}\\n"\n'),
    "strings of a list": each_line(lambda _, line: f"    '{line}',\n"),
    "fields of a table": each_line(lambda i, line: f'{i},"{line}"\n'),
    "echo": each_line(lambda _, line: f"echo '{line}'\n"),
    "inline code": each_line(lambda _, line: f"`{line}`\n" if line else "\n"),
    "escaped for Markdown": lambda text: re.sub(rb"[_*|\[\]()<>]", rb"\\\g<0>", text),
    "form feed": lambda text: b"\f" + text,
    "printed twice": lambda text: re.sub(rb"(?m)^[Pp]age", lambda m: re.sub(
        rb"(?s).", rb"\g<0>\b\g<0>", m.group()), text),
    "cat -e": each_line(lambda _, line: line + "$\n"),
    "coloured": each_line(lambda _, line: f"\x1b[32m\x1b[0m\x1b[31m{line}\x1b[0m\n"),
    "coloured dmesg": each_line(lambda i, line: f"\x1b[32m[{100 + i * 1e-6:12.6f}] \x1b[0m"
                                f"\x1b[1m\x1b[31m{line}\x1b[0m\n"),
    "no-break blanks": lambda text: text.replace(b"\n ", b"\n\xc2\xa0"),
    "no-break and blank": lambda text: text.replace(b"\n ", b"\n\xc2\xa0 "),
    "all blanks no-break": lambda text: text.replace(b" ", b"\xc2\xa0"),
    "entities": entities,
    "entities, decimal": numeric("&#%d;"),
    "entities, hexadecimal": numeric("&#x%x;"),
    "entities, quoted": lambda text: entities(prefix(lambda _: "> ")(text)),
    "&apos;": lambda text: entities(text).replace(b"&#x27;", b"&apos;"),
    "indented by &nbsp;": lambda text: text.replace(b"\n ", b"\n&nbsp;"),
    "all blanks &nbsp;": lambda text: entities(text).replace(b" ", b"&nbsp;"),
    "all blanks &#160;": lambda text: text.replace(b" ", b"&#160;"),
    "all blanks &#xA0;": lambda text: text.replace(b" ", b"&#xA0;"),
    "soft hyphens": in_symbols("\u00ad"),
    "marks of no width": in_symbols("\u200b"),
    "&shy;": in_symbols("&shy;"),
    "links": lambda text: re.sub(rb"(?m)^ (\w+)\+", rb' <a href="/x/\1">\1</a>+', text),
    "links in entities": lambda text: re.sub(rb"(?m)^ (\w+)\+",
                                             rb' <A HREF="/x?a&amp;b">\1</A>+', entities(text)),
    "lines in <span>": each_line(lambda _, line: '<span class="line">' + html.escape(line) +
                                 "</span>\n"),
    "lines in <div>": each_line(lambda _, line: "<div>" + (html.escape(line) or "<br>") +
                                "</div>\n"),
    "lines in <td>": each_line(lambda i, line: f'<tr><td id="{i + 1}">{i + 1}</td><td>' +
                               html.escape(line) + "</td></tr>\n"),
    "<br>": each_line(lambda _, line: html.escape(line).replace(" ", "&nbsp;") + "<br/>\n"),
    "emphasis": lambda text: re.sub(rb"(?m)^([Pp]age)\b", rb"<em>\1</em>", entities(text)),
    "table": table(border="-"),
    "table without borders": table(),
    "table of box characters": box_characters,
    "Docker's JSON": as_json(lambda line: {"log": line + "\n", "stream": "stdout"}),
    "journalctl -o json": as_json(lambda line: {"PRIORITY": "6", "MESSAGE": line,
                                                "SYSLOG_IDENTIFIER": "kernel"}),
    "journalctl -o json, odd bytes": as_json(lambda line: {"MESSAGE": [
        *("[ 1.0] " + line).encode("latin-1")], "log": "x"} if "module" in line else
        {"MESSAGE": line, "log": "x"}),
    "Loki": lambda text: json.dumps({"data": {"result": [{"stream": {"a": "values"}, "values": [
        [str(i), line] for i, line in enumerate(lines_of(text))]}]}}).encode(),
    "one string": lambda text: json.dumps([{"id": 7, "text": text.decode("latin-1")}],
                                          indent=1).encode(),
    "CI's JSON": each_line(lambda i, line: '- {"dt": "2026-11-28T09:15:50", "lvl": "target", '
                           f'"msg": {json.dumps(line)}}}\n'),
    "quoted-printable": quopri.encodestring,
    "quoted-printable, only its =": lambda text: text.replace(
        b"=", b"=3D" if b"node=" in text else b"="),
    "quoted-printable, CR LF": lambda text: quopri.encodestring(text).replace(b"\n", b"\r\n"),
    "blank lines doubled": each_line(lambda _, line: line + "\n\n"),
}
for width in range(60, 101, 5):
    CERTAIN[f"folded at {width}"] = fold_hard(width)
    CERTAIN[f"folded at {width}, indented"] = fold_hard(width, "    ")
    CERTAIN[f"folded at {width}, by words"] = fold_words(width)
    CERTAIN[f"folded at {width}, by words, indented"] = fold_words(width, "  ")
    CERTAIN[f"quoted, folded at {width}"] = fold_words(width, "> ", "> ")
    CERTAIN[f"quoted, folded at {width} after the mark"] = fold_words(width, "", "> ")


def chain(*changes):
    def change(text):
        for one in changes:
            text = one(text)
        return text
    return change


DMESG, QUOTE = CERTAIN["dmesg with callers"], CERTAIN["quoted"]
CERTAIN.update({
    "UTF-16 with CR LF": chain(CERTAIN["CR LF"], CERTAIN["UTF-16, little endian"]),
    "quoted, CR CR LF": chain(QUOTE, CERTAIN["CR CR LF"]),
    "quoted, trailing blanks": chain(QUOTE, CERTAIN["trailing blank"]),
    "quoted, entities, no-break blanks": chain(QUOTE, entities,
                                               CERTAIN["no-break and blank"]),
    "indented list in a quotation": chain(CERTAIN["list"], QUOTE),
    "quoted cat -n": chain(CERTAIN["cat -n"], QUOTE),
    "cat -n of dmesg": chain(CERTAIN["dmesg"], CERTAIN["cat -n"]),
    "cat -n, CR LF": chain(CERTAIN["cat -n"], CERTAIN["CR LF"]),
    "quoted grep -n ^": chain(CERTAIN["grep -n ^"], QUOTE),
    "grep -n": prefix(lambda i: f"/var/log/kern.log:{i + 17}:"),
    "docker": prefix(lambda _: "app_1  | "),
    "unknown log": prefix(lambda i: f"2026-11-28T01:02:{i:02} node-7 I/demo({i * 7}): "),
    "quoted table": chain(table(border="="), QUOTE),
    "table, CR LF": chain(table(border="-"), CERTAIN["CR LF"]),
    "C comment": prefix(lambda _: " * "),
    "patch": prefix(lambda _: "+"),
    "patch that removes": prefix(lambda _: "-"),
    "table of code": each_line(lambda _, line: "| `" + line.replace("|", "\\|") + "` |\n"),
})
for width in (72, 78, 80, 98):
    CERTAIN[f"dmesg, folded at {width}"] = chain(DMESG, fold_hard(width))
    CERTAIN[f"dmesg, folded at {width} by words"] = chain(DMESG, fold_words(width))
    CERTAIN[f"folded at {width}, dmesg"] = chain(fold_hard(width), DMESG)
    CERTAIN[f"folded at {width} by words, dmesg"] = chain(fold_words(width), DMESG)
    CERTAIN[f"folded at {width} by words, CR LF, quoted"] = chain(
        fold_words(width), CERTAIN["CR LF"], QUOTE)
    CERTAIN[f"folded at {width}, coloured"] = chain(fold_hard(width), CERTAIN["coloured"])
# What shows that it is not certain
GUESSED = {"interleaved": interleave,
           # The last record has no blank line.
           "<pre>": lambda text: b"<pre>" + entities(text).rstrip() + b"</pre>\n"}
GUESSED["grid"] = grid
for width in (70, 90):
    GUESSED[f"table, folded at {width}"] = chain(fold_hard(width), table(border="-"))


def sample(name):
    """Without task names that hold what follows them: once folded, they are ambiguous."""
    with open(f"{DATA}/dialects/{name}", "rb") as f:
        entries = f.read().split(b"\n\n")
    return b"\n\n".join(e for e in entries if b" ns), ts" not in e and b"\n b)" not in e)


def check(name, text, transformation, change, statuses):
    wanted, status, _ = read(text)
    changed = change(text)
    # The only line that was folded, and in a name: names may have line ends.
    if "report" in name and re.search(rb"tgid \d+ \([^)\n]*\n[^)]*\), ts", changed):
        return True
    got, got_status, messages = read(changed)
    good = got == wanted and got_status in statuses and (status or True)
    if not good:
        wrong = next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b),
                     min(len(got), len(wanted)))
        verdict(False, f"{name}: {transformation}", f"status {got_status}", messages,
                f"{len(got)} records of {len(wanted)}; record {wrong} is",
                json.dumps(got[wrong:wrong + 1]), "and should be",
                json.dumps(wanted[wrong:wrong + 1]), changed[:3000].decode("latin-1"))
    return good


MARKS_IN_NAMES = "soft hyphens", "marks of no width", "&shy;"
MARKS = ["...", "[...]", "<snip>", "[snip]", "--- snip ---", "(null)", "\u2026", ". . .", "<...>",
         "-- 8< --", "... (12 frames) ...", "[12 more frames]", "[trimmed]", "? (null)"]


def elided():
    """A mark that stands for what someone left out is no frame, and no module."""
    for mark in MARKS:
        for before in "", " ":
            text = ("Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 7, tgid 7 (foo), ts"
                    " 39 ns\nPFN 111 type Unmovable Block 0 type Unmovable Flags 0x0()\n"
                    f" post_alloc_hook+0x1/0x2\n{before}{mark}\n foo_new+0x1/0x2 [foo]\n\n")
            records, status, messages = read(text.encode())
            if not (status == 3 and len(records) == 1 and records[0]["owner"] == "foo_new" and
                    records[0]["module"] == "foo" and len(records[0]["stack"]) == 2):
                verdict(False, f"{before}{mark} is no frame", status, records, messages)
                return
    verdict(True, "marks of what was left out are no frames")
    with open(f"{DATA}/posted/elided-plumbing.txt", "rb") as f:
        text = f.read()
    records, status, messages = read(text)
    verdict(status == 3 and "owner" not in records[0] and len(records[0]["stack"]) == 2,
            "an owner that may be among the missing frames is absent", records, messages)
    done = subprocess.run([tool("stacks-top"), "-"], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    verdict(done.returncode == 3 and b"(unknown)" in done.stdout,
            "pageowner-stacks-top shows that it is unknown", done.stdout)


def tables():
    """Tables of Qualcomm's parser have no records: what they are is said, and what helps."""
    frames = "      [<ffffffc0102a4f10>] post_alloc_hook+0x1a4\n      [<ff>] foo_probe+0x7c\n\n"
    for name, text in (
            ("page_tracking.txt", "PFN 0x80000-0x80003 page 0xffffffbf00000000\n" + frames +
             "PFN 0x80004 page 0xffffffbf00000100 skip as order 0x10\n"),
            ("page_frequency.txt", "Allocated 12 times\n" + frames + "Allocated 3 times\n" + frames),
            ("page_frequency.txt", "Allocated 12 times, total memory: 48 KB\n" + frames.rstrip() +
             "\npid:7 order:0 frequency:12 memory:48 KB\n\n"),
            ("pageowner_dump.txt", "No of pfns :2\nPfns :[1, 2]\ncall stack :\n" + frames)):
        records, status, messages = read(text.encode())
        verdict(status == 1 and not records and f"({name})" in messages and "gdb" in messages,
                f"{name} is named: {text.splitlines()[0]}", status, records, messages)
    text = sample("linux-6.12.page_owner")
    for packed, word in ((bz2.compress(text), "bzip2 -dc"), (base64.encodebytes(text), "base64 -d"),
                         (b"PK\3\4" + bz2.compress(text), "unzip -p"),
                         (b"7z\xbc\xaf\x27\x1c\0\4", "7z x -so"),
                         (b"begin 644 x\nM4&%G92\n`\nend\n", "uudecode")):
        records, status, messages = read(packed)
        verdict(status == 1 and not records and word in messages and "this is " in messages,
                f"what needs {word} is named", status, records, messages)


def captures():
    """The conditions of a capture are read from a quotation as they are from a file."""
    with open(f"{DATA}/dialects/linux-6.12.page_owner", "rb") as f:
        records = f.read()
    capture = (b"PFN# pageowner-capture: 1\nPFN# page-size: 16384\nPFN# hostname: box\n" +
               records + b"PFN# records: 9\nPFN# skipped: 0\nPFN# complete: yes\n")
    wrong = []
    for name in ("quoted", "quoted twice", "indented", "indented by tab", "quoted by a bar",
                 "list", "cat -n", "dmesg", "journal", "coloured", "quoted, CR CR LF",
                 "table", "quoted table", "trailing blank", "all blanks &nbsp;", "<br>",
                 "all blanks no-break", "lines in <td>"):
        for text, complete in (capture, True), (capture[:-20], False):
            done = subprocess.run([SORT, "--json", "-o", "-", "-"], stdout=subprocess.PIPE,
                                  input=CERTAIN[name](text + b"\n" * (not complete)),
                                  stderr=subprocess.PIPE, check=False)
            report = json.loads(done.stdout)
            if not (report["page_size"] == 16384 and report["host"] == "box" and
                    len(report["rows"]) and report.get("complete") is complete and
                    done.returncode == (0 if complete else 3) and b"repaired: " in done.stderr):
                wrong.append((name, complete, done.returncode, done.stderr, done.stdout[:200]))
    verdict(not wrong, "conditions of a capture are read as people post them", *wrong)
    # A task name that looks so is a name.
    hostile = records.replace(b"(swapper)", b"(\n>PFN# mode: 1)")
    done = subprocess.run([SORT, "--json", "-o", "-", "-"], input=hostile,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    verdict(done.returncode == 0 and b"repaired" not in done.stderr and hostile != records,
            "a task name is no condition", done.stderr)


def grouped():
    """Digits of counts may be in groups, a reply may be between quoted lines."""
    for text, pages, frames, statuses in (
            (b" foo_new+0x1/0x2 [foo]\nnr_base_pages: 1,234,567\n\n", 1234567, 1, [0]),
            (b"1,234 times, 12,345 pages:\nPage allocated via order 0, mask 0xcc0(GFP_KERNEL), "
             b"pid 7, tgid 7 (foo), ts  ns\n foo_new+0x1/0x2\n\n", 12345, 1, [0]),
            (b"> Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 7, tgid 7 (foo), ts 39 ns"
             b"\n> PFN 111 type Unmovable Block 0 type Unmovable Flags 0x0()\n"
             b">  post_alloc_hook+0x1/0x2\n\nThis is the allocator.\n\n>  foo_new+0x1/0x2\n"
             b">  bar+0x1/0x2\n> \n> Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 8\n",
             1, 3, [3]),
            (b"[ 1.0] page_owner tracks the page as allocated\n[ 1.0] page last allocated via "
             b"order 0, migratetype Movable, gfp_mask 0xcc0(GFP_KERNEL), pid 7, tgid 7 (foo), "
             b"ts 39, free_ts 5\n[ 1.0]  post_alloc_hook+0x1/0x2\n[ 1.0] \n"
             b"[ 1.0]  foo_new+0x1/0x2\n[ 1.0] page_owner free stack trace missing\n", 1, 2, [0])):
        records, status, messages = read(text)
        verdict(status in statuses and "repaired: " in messages and
                records[0]["pages"] == pages and len(records[0]["stack"]) == frames and
                records[0]["owner"] == "foo_new",
                f"{text[:30]} is read", status, records, messages)


def quiet():
    """No notes of repairs; damage is reported."""
    text = CERTAIN["quoted"](sample("linux-6.12.page_owner"))
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("good", text), ("bad", text + b"> PFN 5\n\nPage allocated via")):
            with open(f"{folder}/{name}", "wb") as f:
                f.write(content)
        for program, more in (("sort", []), ("sort", ["--records", "--format=csv", "-o", "-"]),
                              ("diff", ["good"]), ("frag", []), ("stacks-top", [])):
            runs = [subprocess.run([tool(program), *options, *more, "--", name], cwd=folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
                    for options, name in (([], "good"), (["-q"], "good"), (["-q"], "bad"))]
            said = [run.stderr.decode() for run in runs]
            verdict([run.returncode for run in runs] == [0, 0, 3] and
                    "repaired" in said[0] and not said[1] and
                    said[2] and "repaired" not in said[2] and "note:" not in said[2],
                    f"pageowner-{program} {' '.join(more)} -q: damage, but no repairs", *said)


def some(transformations):
    stride = int(os.environ.get("REPAIR_STRIDE", 1))
    return list(transformations.items())[int(os.environ.get("REPAIR_OFFSET", 0)) % stride::stride]


def main():
    elided()
    tables()
    quiet()
    grouped()
    captures()
    samples = [(name, sample(name)) for name in SAMPLES]
    with lzma.open(f"{DATA}/real/linux-6.12-1-work-sample.page_owner.xz") as f:
        samples.append(("real records", b"\n\n".join(f.read().split(b"\n\n")[100:112]) + b"\n\n"))
    for transformation, change in some(CERTAIN):
        # A name that was folded may have had a blank there, or not.
        is_fold = "fold" in transformation
        good = [check(name, text, transformation, change, (0, 3) if is_fold else (0,))
                for name, text in samples
                if ("report" not in name or transformation != "blank lines doubled") and
                # No function is one that is known: a name may have such marks.
                # Of these only the first line shows where the log begins.
                (transformation != "a log after a command" or
                 name.endswith(("page_owner", "console"))) and
                ("symbol-names" not in name or transformation not in MARKS_IN_NAMES)]
        if all(good):
            verdict(True, f"{transformation}: the same records of {len(good)} samples")
    for transformation, change in some(GUESSED):
        good = [check(name, text, transformation, change, (0, 3)) for name, text in samples
                if "report" not in name]
        if all(good):
            verdict(True, f"{transformation}: the same records of {len(good)} samples")
    finish()


if __name__ == "__main__":
    main()
