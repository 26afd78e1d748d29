# SPDX-License-Identifier: LGPL-2.1-or-later
"""lib.py - what the tests in Python share: verdicts, the programs, what this build has.
tests/env sets the environment that this reads, and lets Python find this file.

TEST_CASE: only verdicts with this text count (tests/run). It knows no tool's options.
"""
import os
import sys

SOURCE = os.environ.get("srcdir", ".")
DATA = os.path.abspath(os.environ.get("PAGEOWNER_DATA", SOURCE + "/tests/data"))
FAKE_KERNEL = os.environ.get("FAKE_KERNEL", "")
CASE = os.environ.get("TEST_CASE", "")
passed = failed = skipped = 0


def verdict(good, text, *details):
    """Whether something holds; if not, what was there instead."""
    global passed, failed
    if CASE not in text:
        return
    passed += bool(good)
    failed += not good
    print("ok" if good else "not ok", passed + failed + skipped, "-", text, flush=True)
    if not good:
        for detail in details:
            print("#", str(detail)[:4000].replace("\n", "\n# "), flush=True)


def skip(text, why):
    """What cannot be tried here"""
    global skipped
    skipped += 1
    print("ok", passed + failed + skipped, "-", text, "# skipped:", why, flush=True)


def skip_all(why):
    """Ends the test."""
    print("skipped:", why)
    sys.exit(77)


def finish():
    """Ends the test."""
    print(f"# {passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(failed > 0 or not passed)


def tool(name):
    """The program pageowner-NAME"""
    return os.environ.get("PAGEOWNER_" + name.upper().replace("-", "_"),
                          "pageowner-" + name)


def built_with(feature):
    """Whether the libraries and tools are built with: READS_XZ, HAVE_CURSES ..."""
    return os.environ.get("PAGEOWNER_" + feature, "yes") == "yes"


def fakes_kernel():
    """Whether files can be made to behave as the kernel's"""
    return bool(FAKE_KERNEL) and os.path.exists(FAKE_KERNEL)
