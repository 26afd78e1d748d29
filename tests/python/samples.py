# SPDX-License-Identifier: LGPL-2.1-or-later
"""samples.py - dumps that the tests of the Python package read. It tests nothing."""
import os

import pageowner
import pytest

DATA = os.environ["PAGEOWNER_DATA"]
SOURCE = os.environ["srcdir"]
XZ = os.environ.get("PAGEOWNER_READS_XZ", "yes") == "yes"
WORK = os.path.join(DATA, "real/linux-6.12-1-work.page_owner.xz")
needs_xz = pytest.mark.skipif(not XZ, reason="libpageowner was built without liblzma")


def record(comm=b"sh", pid=7, order=0, stack=b" alloc_pages+0x1/0x2\n f+0x1/0x9 [mod]\n",
           ts=10, pfn=0x200):
    return (b"Page allocated via order %d, mask 0xcc0(GFP_KERNEL), pid %d, tgid 8 (%s), ts "
            b"%d ns\nPFN 0x%x type Unmovable Block 1 type Movable Flags 0x1(node=0|zone=1)\n"
            b"%s\n" % (order, pid, comm, ts, pfn, stack))


def stacks(a, b):
    text = b" alloc_pages+0x1/0x2\n a+0x1/0x2\nnr_base_pages: %d\n\n" % a + \
        b" alloc_pages+0x1/0x2\n b+0x1/0x2 [m]\nnr_base_pages: %d\n\n" % b
    return pageowner.Profile(by="callstack").load(pageowner.open_bytes(text))
