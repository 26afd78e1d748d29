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
FIRST_ROW = r"\A.*\n.*\n.*\n.*\n"    # what comes before it: a screen arrives in pieces


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
    verdict(top.until(r"3\.4 MiB .*\+3\.0 MiB .*leak_it \[leaky\] < do_work"),
            "with the change since the first", top)
    verdict(top.until(r"\+1\.7 KiB"), "and a second", top)
    verdict(top.until("▁▃▆█"), "and a sparkline", top)
    verdict(top.press("p", r"3/4 paused"), "p goes back", top)
    verdict(top.until(r"\+2\.0 MiB .*leak_it"), "to what was seen then", top)
    verdict(top.press("n", r"4/4 paused"), "n goes on again", top)
    verdict(top.press("s", r"^ c +change") and top.press("c", r"by change"),
            "s c sorts by change", top)
    verdict(top.until(FIRST_ROW + ".*leak_it"), "so that what grows is first", top)
    verdict(top.press("gt", r"portable stacks by change"), "g t groups by portable stack", top)
    verdict(top.press("go", r"owners by change"), "g o groups by owner", top)
    verdict(top.press("gm", r"2 modules by change"), "g m groups by module", top)
    verdict(top.until(FIRST_ROW + r".*3\.4 MiB .* 2 +leaky"), "with the sum of its stacks", top)
    verdict(top.press("g\x1b[A\x1b[A\x1b[A\r", r"3 stacks by change"),
            "arrows and enter choose from the list", top)
    verdict(top.press("\r", r"^ +do_work\+0x1/0x9"), "enter shows all frames", top)
    verdict(top.until(r"^Size +3\.4 MiB, 868 pages, 46\.3% of all"), "with exact numbers", top)
    verdict(top.press("\r", r"\A(?:(?!do_work\+0x1)[\s\S])*\Z"), "enter hides them", top)
    verdict(top.press("I", "by change reversed") and top.until(FIRST_ROW + ".*(quiet|other)"),
            "I reverses the order", top)
    verdict(top.press(">", "by rate,") and top.press("<", "by change,"), "< and > change it", top)
    verdict(top.press("/", r"Only stacks with:"), "/ asks for a text", top)
    verdict(top.press("quiet\r", r"1 stacks by"), "and shows only stacks with it", top)
    verdict(top.until(r"\A(?:(?!leak_it)[\s\S])*\Z"), "and no others", top)
    verdict(top.press("\x1b", r"3 stacks by"), "escape shows all", top)
    for close in "h", "q", "\x1b":
        verdict(top.press("h", r"^  I +reverse"), "h shows help", top)
        verdict(top.press(close, r"leak_it"), f"{close!r} takes it away", top)
    top.resize(10, 60)
    verdict(top.until(r"\A.*4/4 paused") and len(top.lines()) == 10, "a smaller terminal is drawn anew", top)
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
    top = Screen("--replay", "--page-size=4K", "--owner=quiet", *names)
    verdict(top.until(" 4/4") and top.press("w", r"Written to stacks-"), "w of a selection", top)
    top.quit()
    written = max(name for name in os.listdir(".") if name.startswith("stacks-"))
    verdict("complete: no, it has only what was selected" in open(written).read(),
            "says that it is one", open(written).read())


def test_hostile(folder):
    name = sample(f"{folder}/hostile", b" evil\x1b]0;owned\x07\x1b[31m\xff+0x1/0x2\nnr_base_pages: 5\n\n",
                  "wb")
    top = Screen("--replay", name)
    verdict(top.until(r"; assuming 4 KiB pages$"), "an assumed size of pages is said", top)
    verdict(top.until(r"evil\\x1b\]0;owned\\x07"), "control bytes of a name are shown, not sent", top)
    verdict(top.press("\r", r"^ +evil\\x1b.*\n"), "nor those of its frames", top)
    verdict(top.press("q", r"OWNER .MODULE.") and top.quit() == 0, "and q still quits")
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
    verdict(top.quit() == 3, "and the view goes on until q, with status 3")
    later = sample(f"{folder}/later", "PFN# start-time: 2026-11-23T11:00:00Z\n" + stacks(("a", "", 9)))
    first = sample(f"{folder}/first", "PFN# start-time: 2026-11-23T10:00:00Z\n" + stacks(("b", "", 9)))
    top = Screen("--replay", "-d", "0.1", later, first)
    verdict(top.until("first: taken before the previous snapshot, by its header"),
            "a sample that is not later is refused", top)
    verdict(top.until(r"100\.0% .*a") and top.quit() == 3, "and the one before is still shown", top)
    name = sample(f"{folder}/few", stacks(("a", "", 10)))
    for terminal in "no-such-terminal", "dumb", "":
        top = Screen("--replay", name, TERM=terminal)
        verdict(top.until(r"40\.0 KiB +10 100\.0% a"), f"{terminal!r} gets a table", top)
        verdict("no full-screen view on this terminal" in top.text(), "and is told so", top)
        while top.status is None and top.read(0.1):
            pass
        verdict(top.status == 0 and b"\x1b" not in top.raw, "with status 0", top)


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


def record(order, tgid, name, memcg, function):
    """Of a page_owner dump"""
    return (f"Page allocated via order {order}, mask 0x0(), pid {tgid}, tgid {tgid} ({name}), "
            "ts 1 ns\nPFN 0 type Unmovable Block 0 type Movable Flags 0x0(node=0|zone=1)\n"
            f" {function}+0x1/0x2 [drv]\n g+0x1/0x2\n" +
            (f"Charged to memcg {memcg}\n" if memcg else "") + "\n")


def captures(folder):
    """Of 400 MiB, a quarter free: the second says that it is incomplete, the third is cut."""
    trailers = "PFN# complete: yes\n", "PFN# complete: no, stopped\n", ""
    for minute, trailer in enumerate(trailers):
        yield sample(f"{folder}/capture-{minute}",
                     "PFN# pageowner-capture: 1\nPFN# page-size: 4096\n"
                     f"PFN# start-time: 2026-11-23T10:{minute:02}:00Z\n"
                     "PFN# meminfo: MemTotal: 409600 kB\nPFN# meminfo: MemFree: 102400 kB\n\n" +
                     record(9, 7, "\u65e5\u672c\u8a9e\u30c6\u30b9\u30c8", "/web", "alloc_a") *
                     (10 * minute + 10) + record(9, 9, "b", "", "alloc_b") * 15 + trailer)


def test_groups(folder):
    top = Screen("--replay", "-d", "0.1", *captures(folder), columns=80)
    verdict(top.until(r"capture-2 +2026-11-23 10:02:00Z +3/3$"), "the sample's name and time", top)
    verdict(top.until(r"^Mem \[\|{5,}:{5,} +\] 90\.0M recorded, 300\.0M used of 400\.0M$"),
            "a bar of recorded and used memory", top)
    verdict(top.until(r"^INCOMPLETE: capture without its last lines"), "a cut capture is said", top)
    verdict(top.press("gp", r"^ +60\.0M .* \u65e5 ?\u672c ?\u8a9e.*\(7\) .*alloc_a"),
            "g p groups by process, also with wide characters", top)
    verdict(top.until(r"\+40\.0M .*\(7\)") and top.until(r" 3/3$"), "with its changes", top)
    verdict(top.press("gc", r"^ +60\.0M .* /web") and top.until(r" 3/3$"),
            "g c groups by memcg", top)
    verdict(top.press("p", r"2/3 paused") and top.until("^INCOMPLETE: stopped"),
            "a capture that says so is incomplete", top)
    verdict(top.press("r", "counted from this sample on") and
            top.press("n", r"3/3 paused") and top.until(r"^ +60\.0M .* \+20\.0M .*/web"),
            "r counts changes from this sample on", top)
    verdict(top.press("p", "2/3 paused") and top.press("p", "1/3 paused") and
            top.press("n", r"2/3 paused") and top.until(r"^ +40\.0M .* \+20\.0M .*/web"),
            "before it, from the first", top)
    verdict(top.press("ga", r"rows overlap"), "rows by any module overlap", top)
    verdict(top.press("n", "3/3") and top.press("gp", r"\(7\)"), "g p in a narrow terminal", top)
    verdict(top.until(r" 3/3 paused") and top.press("w", r"Written to stacks-"),
            "w writes the sample", top)
    written = max(name for name in os.listdir(".") if name.startswith("stacks-"))
    verdict(os.waitstatus_to_exitcode(os.system(f"{TOOL} --once {written} >out 2>err")) == 3 and
            "incomplete: what it was taken from is not" in open("err").read(),
            "and says that it is incomplete", open("err").read(), open(written).read())
    top.resize(12, 20)
    verdict(top.until(r"^ +60\.0M \u65e5 ?\u672c ?\u8a9e ?\u30c6 ?\u30b9\s*\u2026$"),
            "half a wide character is not shown", top)
    verdict(top.quit() == 3, "q quits with 3, as a sample was incomplete")
    top = Screen("--replay", "--by=memcg", *captures(folder), columns=80)
    verdict(top.until(r"memcgs by size") and top.until("/web"), "--by=memcg begins with it", top)
    top.quit()


def test_sizes(folder):
    name = sample(f"{folder}/wide", "".join(
        stacks((f"function_with_a_long_name_{number:03}", " [module]", 900 - number))
        for number in range(60)))
    for columns in 40, 80, 132:
        top = Screen("--replay", "--page-size=4K", name, columns=columns)
        verdict(top.until(r"^ +3\.5 ?M") and top.until(r"^ +SIZE .*CHANGE.* OWNER"),
                f"{columns} columns have size, change and owner", top)
        verdict(top.until(r"^h help  q quit.*\Z"), "and keys that lead on", top)
        verdict(("SHARE" in top.text()) == (columns > 40) and ("LAST" in top.text()) ==
                (columns > 40), "what matters less needs room", top)
        verdict("assuming" not in top.text(), "the size of pages is known", top)
        if columns == 40:
            verdict(top.press("\x1b[C" * 2, r"\u2026ong_name_000 \[module\]"),
                    "the right arrow scrolls stacks sideways", top)
            verdict(top.press("\x1b[C" * 9, r"le\] < do_work$"), "to their end", top)
            verdict(top.press("\x1b[D" * 5, r" OWNER"), "the left arrow scrolls back", top)
            verdict(top.press("sr", r"^ +SIZE +PER SEC OWNER"), "what sorts is shown", top)
            verdict(top.press("h", r"^    scroll the stacks sideways"), "help is wrapped", top)
            verdict(top.press("\x1b[6~\x1b[6~", r"^h \? F1$"), "and scrolls", top)
            verdict(top.press("q", r" OWNER"), "q closes it", top)
        verdict(top.press("\x1b[F" if columns == 80 else "\x1b[4~", "long_name_059|SIZE"),
                "end is the last row", top)
        verdict(top.quit() == 0, "q quits")


def test_live(folder):
    os.makedirs(f"{folder}/debug/page_owner_stacks")
    path = f"{folder}/debug/page_owner_stacks/show_stacks"
    sample(path, stacks(("live_one", "", 1000)))
    top = Screen("-d", "0.1", columns=80, PAGEOWNER_DEBUGFS=f"{folder}/debug")
    verdict(top.until("live_one") and top.until(r"show_stacks .* every 0\.1s"),
            "the running kernel is watched", top)
    verdict(top.until(r"^Mem \[.*used of"), "with this machine's memory", top)
    sample(path, stacks(("live_one", "", 1500)))
    verdict(top.until(r"\+[0-9.]+M .*live_one"), "its changes are seen", top)
    verdict(top.press("r", r" 0B .*live_one"), "and reset", top)
    verdict(top.press(" ", "paused"), "space pauses it", top)
    verdict(top.press("gp", r"page_owner.*; "),
            "without records it is said what processes need", top)
    sample(f"{folder}/debug/page_owner", record(9, 7, "java", "/web", "alloc_a"))
    verdict(top.press("gs", "live_one") and top.press("gp", r"java \(7\)|may have a fault"),
            "with records rows are by process, on kernels that can be trusted", top)
    verdict(top.press("gs", "live_one"), "and by stack again", top)
    os.remove(path)
    verdict(top.press(" ", "No such file|no "), "a file that is gone is said", top)
    sample(path, stacks(("live_two", "", 1500)))
    verdict(top.until("live_two"), "until it is there again", top)
    verdict(top.quit() == 0, "q quits")
    os.mkfifo(f"{folder}/waits")
    top = Screen("--replay", "--frame=x", f"{folder}/waits")
    verdict(top.until("Reading") and top.quit() == 0, "q does not wait for a file")
    top = Screen(PAGEOWNER_DEBUGFS=f"{folder}/nothere")
    verdict(top.until("no debugfs there"), "without debugfs it is said what to do", top)
    while top.status is None and top.read(0.1):
        pass
    verdict(top.status == 1, "with status 1")


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
    for test in (test_replay, test_hostile, test_ascii, test_damage, test_color, test_groups,
                 test_sizes, test_live, test_plain):
        test("s")
    os.chdir("/")
finish()
