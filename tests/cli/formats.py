# SPDX-License-Identifier: LGPL-2.1-or-later
"""formats.py - what the tests of formats share: a dump of awkward names whose sums are
known, and running a tool on it.
"""
import subprocess

# Names that break what is glued together instead of written
NAMES = [b"sh", b'a"b', b"a,b", b"a;b 7", b"</script>", b"\x1b[31m", b"\xff\xfe",
         b"a\\n{}", b"=1+1", "\u202eevil".encode()]
STACKS = [
    [b"alloc_pages+0x1/0x2", b"f+0x3/0x9 [mod]", b"main+0x1/0x2"],
    [b"alloc_pages+0x1/0x2", b"f+0x5/0x9 [mod]", b"main+0x1/0x2"],
    [b"alloc_pages+0x1/0x2", b"strange;name+0x5/0x9", b"0xffffffff81000000"],
]


def dump():
    """Records and what they sum up to: pages by stack (portable) and in all."""
    text = b"PFN# pageowner-capture: 1\nPFN# hostname: h\"1\nPFN# page-size: 16384\n" \
           b"PFN# start-time: 2026-11-23T10:00:00.5Z\n\n"
    pages, records = 0, 0
    for i, name in enumerate(NAMES):
        for j, stack in enumerate(STACKS):
            order = (i + j) % 3
            text += (b"Page allocated via order %d, mask 0xcc0(GFP_KERNEL), pid %d, tgid"
                     b" %d (%s), ts %d ns\nPFN 0x%x type Unmovable Block 1 type Movable "
                     b"Flags 0x1(node=%d|zone=1)\n" %
                     (order, i, i, name, i * 10 + j, 0x200 + records * 8, j % 2))
            text += b"".join(b" %s\n" % frame for frame in stack) + b"\n"
            pages += 1 << order
            records += 1
    text += b"PFN# complete: yes\n"
    return text, pages, records


class Tool:
    def __init__(self, program, *arguments):
        done = subprocess.run([program, "-q", *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr.decode()
