#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-top-screen.py - the full-screen view of pageowner-stacks-top, in a
pseudo-terminal whose screen is drawn by pyte: keys, sizes, replay, hostile names.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import tempfile
import termios
import time

from lib import built_with, finish, skip_all, tool, verdict

if not built_with("HAVE_CURSES"):
    skip_all("built without ncurses")
try:
    import pyte
except ImportError:
    skip_all("there is no python3-pyte")

TOOL = tool("stacks-top")
LIMIT = 30    # seconds until something has to be seen, on a slow machine
FIRST_ROW = r"\A.*\n.*\n.*\n"    # what comes before it: a screen arrives in pieces


class Screen:
    """The program in a terminal of its own: a vt220, since pyte knows no newer one's
    ways to scroll and repeat."""

    def __init__(self, *arguments, rows=24, columns=120, **environment):
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.status = None
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ.update({"TERM": "vt220", "LC_ALL": "C.UTF-8", **environment})
            os.execv(TOOL, [TOOL, *arguments])
        self.resize(rows, columns)

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        os.kill(self.pid, signal.SIGWINCH)

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def __str__(self):
        return self.text()

    def text(self):
        return "\n".join(self.lines())

    def read(self, wait):
        if select.select([self.fd], [], [], wait)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            if not data:
                self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
                return False
            self.raw += data
            self.stream.feed(data)
        return True

    def until(self, wanted):
        """Whether it comes to be seen."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            if re.search(wanted, self.text(), re.M):
                return True
            if not self.read(0.1):
                break
        return bool(re.search(wanted, self.text(), re.M))

    def press(self, keys, wanted):
        os.write(self.fd, keys.encode())
        return self.until(wanted)

    def quit(self):
        os.write(self.fd, b"q")
        end = time.monotonic() + LIMIT
        while self.status is None and time.monotonic() < end:
            self.read(0.1)
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
        return self.status


def stacks(*entries):
    return "".join(f" __alloc_pages+0x10/0x20\n {name}+0x8/0x40{module}\n do_work+0x1/0x9\n"
                   f"nr_base_pages: {pages}\n\n" for name, module, pages in entries)


def sample(name, text, mode="w"):
    with open(name, mode) as file:
        file.write(text)
    return name


def test_replay(folder):
    names = [sample(f"{folder}/s-20261123-10{minute}000.txt",
                    stacks(("leak_it", " [leaky]", 100 + 256 * minute),
                           ("quiet", "", 1000), ("other", " [leaky]", 7)))
             for minute in range(4)]
    top = Screen("--replay", "--page-size=4K", *names)
    verdict(top.until(r"^ +3\.9 MiB .* quiet"), "the first sample is shown", top)
    verdict(top.press(" ", r"\d/4 paused"), "space pauses a replay", top)
    at = int(re.search(r"(\d)/4", top.text())[1])
    while at < 4:
        at += 1
        verdict(top.press("n", rf"{at}/4 paused"), f"n shows sample {at}", top)
    verdict(top.until(r"3\.4 MiB .*\+3\.0 MiB .*leak_it +leaky"), "with the change since the first", top)
    verdict(top.until(r"\+1\.7 KiB"), "and a second", top)
    verdict(top.until("▁▃▆█"), "and a sparkline", top)
    verdict(top.press("p", r"3/4 paused"), "p goes back", top)
    verdict(top.until(r"\+2\.0 MiB .*leak_it"), "to what was seen then", top)
    verdict(top.press("n", r"4/4 paused"), "n goes on again", top)
    verdict(top.press("s", r"by change"), "s sorts by change", top)
    verdict(top.until(FIRST_ROW + ".*leak_it"), "so that what grows is first", top)
    verdict(top.press("g", r"portable stacks by change"), "g groups by portable stack", top)
    verdict(top.press("g", r"owners by change"), "g again groups by owner", top)
    verdict(top.press("g", r"2 modules by change"), "g again groups by module", top)
    verdict(top.until(FIRST_ROW + r".*3\.4 MiB .* 2 +leaky"), "with the sum of its stacks", top)
    verdict(top.press("g", r"3 stacks by change"), "g again groups by stack", top)
    verdict(top.press("\r", r"^ +do_work\+0x1/0x9"), "enter shows all frames", top)
    verdict(top.press("\r", r"\A(?:(?!do_work\+0x1)[\s\S])*\Z"), "enter hides them", top)
    verdict(top.press("/", r"Only stacks with:"), "/ asks for a text", top)
    verdict(top.press("quiet\r", r"1 stacks by"), "and shows only stacks with it", top)
    verdict(top.until(r"\A(?:(?!leak_it)[\s\S])*\Z"), "and no others", top)
    verdict(top.press("\x1b", r"3 stacks by"), "escape shows all", top)
    verdict(top.press("h", r"\^L +redraw"), "h shows help", top)
    verdict(top.press("h", r"leak_it"), "h takes it away", top)
    top.resize(10, 60)
    verdict(top.until(r"\A.*held") and len(top.lines()) == 10, "a smaller terminal is drawn anew", top)
    top.resize(3, 12)
    top.read(0.5)
    top.resize(40, 200)
    verdict(top.until(r"leak_it \[leaky\] < do_work"), "and a tiny and a large one", top)
    verdict(top.press("w", r"Written to stacks-.*\.txt"), "w writes a snapshot", top)
    verdict(top.quit() == 0, "q quits with 0")
    written = [name for name in os.listdir(".") if name.startswith("stacks-")]
    verdict(len(written) == 1 and os.stat(written[0]).st_mode & 0o777 == 0o600,
            "the snapshot is for its owner only")
    verdict(os.system(f"{TOOL} --once --top=1 {written[0]} >out 2>err") == 0 and
            "quiet" in open("out").read() and not open("err").read(),
            "and can be read again, with its page size")


def test_hostile(folder):
    name = sample(f"{folder}/hostile", b" evil\x1b]0;owned\x07\x1b[31m\xff+0x1/0x2\nnr_base_pages: 5\n\n",
                  "wb")
    top = Screen("--replay", name)
    verdict(top.until(r"evil\\x1b\]0;owned\\x07"), "control bytes of a name are shown, not sent", top)
    verdict(top.press("\r", r"^ +evil\\x1b.*\n"), "nor those of its frames", top)
    verdict(top.quit() == 0, "and q still quits")
    verdict(b"\x1b]0;" not in top.raw and b"\x07" not in top.raw, "none of them reaches the terminal")
    top = Screen("--replay", name, TERM="xterm")
    top.until("evil")
    verdict(top.quit() == 0 and b"\x1b[?1049l" in top.raw[-200:], "the terminal is restored")


def test_ascii(folder):
    names = [sample(f"{folder}/a{number}", stacks(("a", "", 10 + 10 * number))) for number in range(3)]
    top = Screen("--replay", "-d", "0.1", *names, LC_ALL="C", LANG="C")
    verdict(top.until(r"_=#|_-#"), "without UTF-8 the sparkline is of letters", top)
    verdict(all(byte < 128 for byte in top.raw), "and nothing else is sent")
    top.quit()


def test_damage(folder):
    top = Screen("--replay", f"{folder}/nothere")
    verdict(top.until("nothere: No such file"), "what cannot be read is said", top)
    verdict(top.quit() == 0, "and the view goes on until q")
    top = Screen("--replay", "/dev/null", TERM="no-such-terminal")
    verdict(top.until("--once prints a table"), "an unknown terminal is said", top)
    while top.status is None and top.read(0.1):
        pass
    verdict(top.status == 1, "with status 1")


def test_color(folder):
    names = [sample(f"{folder}/c{number}", stacks(("a", "", 10 + 10 * number)))
             for number in range(2)]
    for arguments, environment, wanted in (
            ((), {}, True), (("--color=never",), {}, False), (("--no-color",), {}, False),
            ((), {"NO_COLOR": "1"}, False), (("--color=always",), {"NO_COLOR": "1"}, True)):
        top = Screen("--replay", "-d", "0.1", *arguments, *names, TERM="xterm", **environment)
        top.until(r"\+40\.0 KiB")
        top.quit()
        verdict((b"\x1b[31m" in top.raw) == wanted,
                f"growth is{'' if wanted else ' not'} red: {arguments} {environment}")


def test_plain(folder):
    name = sample(f"{folder}/plain", stacks(("a", "", 10)))
    top = Screen("--once", "--page-size=4K", name)
    verdict(top.until(r"40\.0 KiB +10 100\.0% a"), "--once prints a table on a terminal", top)
    while top.status is None and top.read(0.1):
        pass
    verdict(top.status == 0 and b"\x1b[?1049" not in top.raw, "and no view")


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    os.mkdir("s")
    for test in (test_replay, test_hostile, test_ascii, test_damage, test_color, test_plain):
        test("s")
    os.chdir("/")
finish()
