# SPDX-License-Identifier: LGPL-2.1-or-later
"""browser.py - the page of --format=html in Chromium, used as a reader would; use-html.mjs
does that.
"""
import json
import os
import shutil

from captures import DIFF, FRAG, HERE, LEAK, PAGE, REAL, TOP, command, has_format, skip, sums, \
    write
from lib import verdict


def check_html(dump, directory):
    """In Chromium, used as a reader would"""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not has_format("html"):
        return
    if not chromium:
        skip("there is no chromium")
        return
    record = ("Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 (%s), ts 1 ns\n"
              "PFN 0x1 type Unmovable Block 0 type Movable Flags 0x1(node=0|zone=1)\n%s\n")
    names = ["</script>", "<script>hit=1", 'a"b', "\x1b[31m", "\u202eevil", "<img src=x>", "'--><b>"]
    frames = ["<script>hit=1</script>+0x1/0x2", "<img/src=x/onerror=hit=1>+0x1/0x2 [<b>]",
              "\u2028f+0x1/0x2"]
    with open("odd-html", "w", encoding="utf-8") as f:
        f.writelines(record % (name, "".join(f" {frame}\n" for frame in frames))
                     for name in names)
    with open("large", "w", encoding="utf-8") as f:
        f.writelines("".join(f" f{i % m}+0x1/0x2\n" for m in (50000, 9973, 4999, 997, 499, 97, 89,
                                                             79, 61, 53, 41, 31, 17, 11, 5)) +
                     f"nr_base_pages: {1 + i % 1000}\n\n" for i in range(50000))
    write("html", "profile.html", LEAK)
    write("html", "diff.html", *(f"{REAL}/linux-6.12-leak-{i}.show_stacks.xz" for i in range(6)),
          tool=DIFF)
    with open("odd-block", "w", encoding="utf-8") as f:
        f.write("PFN# pageowner-capture: 1\nPFN# hostname: <script>hit=2</script>\n")
        f.writelines((record % (name, "".join(f" {frame}\n" for frame in frames)))
                     .replace("PFN 0x1 ", f"PFN {512 * i + 1:#x} ")
                     .replace("Block 0 type Movable", f"Block {i} type Movable")
                     for i, name in enumerate(names))
        f.write("PFN# complete: yes\n")
    # A file's name is as hostile as one in it.
    os.rename("odd-html", "<script>hit=3<img src=x>\u202eevil")
    write("html", "odd.html", "--cull=name,st", "<script>hit=3<img src=x>\u202eevil")
    write("html", "frag.html", f"{REAL}/linux-6.1-1-work.page_owner.xz", tool=FRAG)
    write("html", "odd-frag.html", "odd-block", tool=FRAG)
    write("html", "large.html", "large", tool=TOP)
    screenshots = f"{directory}/screenshots"
    os.makedirs(screenshots, exist_ok=True)
    lines = command("node", f"{HERE}/use-html.mjs", directory, chromium, screenshots,
                    "profile.html", "diff.html", "odd.html", "large.html", "frag.html",
                    "odd-frag.html")
    if lines is None:
        verdict(False, "html, chromium")
        return
    for line in lines.splitlines():
        good, text = json.loads(line)
        verdict(good, f"html, chromium: {text.strip()}")
    with open("profile.html", encoding="utf-8") as f:
        text = f.read()
    data = json.loads(text.split('id="data">')[1].split("</script>")[0])
    verdict(sums((";".join(data["texts"][i] for i in row[3]), row[0] * PAGE)
                 for row in data["rows"]) == dump.bytes, "html, python3: every path and its bytes")
