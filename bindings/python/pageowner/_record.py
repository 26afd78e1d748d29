# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records, and the frames of their stacks."""
from __future__ import annotations

import enum
from typing import Any, List, NamedTuple, Optional, Union

from ._core import StaleError, check, ffi, lib, printable, text, to_bytes

HAS = {name[len("PAGEOWNER_HAS_"):]: getattr(lib, name)
       for name in dir(lib) if name.startswith("PAGEOWNER_HAS_")}


# Each a name of its own: they are looked at for each attribute of each record.
PAGES: int = lib.PAGEOWNER_HAS_PAGES
TIMES: int = lib.PAGEOWNER_HAS_TIMES
ORDER: int = lib.PAGEOWNER_HAS_ORDER
GFP_MASK: int = lib.PAGEOWNER_HAS_GFP_MASK
PID: int = lib.PAGEOWNER_HAS_PID
TGID: int = lib.PAGEOWNER_HAS_TGID
TS: int = lib.PAGEOWNER_HAS_TS
FREE_TS: int = lib.PAGEOWNER_HAS_FREE_TS
PFN: int = lib.PAGEOWNER_HAS_PFN
BLOCK: int = lib.PAGEOWNER_HAS_BLOCK
FLAGS: int = lib.PAGEOWNER_HAS_FLAGS
NODE: int = lib.PAGEOWNER_HAS_NODE
ZONE: int = lib.PAGEOWNER_HAS_ZONE
HANDLE: int = lib.PAGEOWNER_HAS_HANDLE
ALLOCATOR: int = lib.PAGEOWNER_HAS_ALLOCATOR
GFP_NAMES: int = lib.PAGEOWNER_HAS_GFP_NAMES
COMM: int = lib.PAGEOWNER_HAS_COMM
PAGE_TYPE: int = lib.PAGEOWNER_HAS_PAGE_TYPE
BLOCK_TYPE: int = lib.PAGEOWNER_HAS_BLOCK_TYPE
FLAG_NAMES: int = lib.PAGEOWNER_HAS_FLAG_NAMES
MIGRATE_REASON: int = lib.PAGEOWNER_HAS_MIGRATE_REASON
MEMCG: int = lib.PAGEOWNER_HAS_MEMCG
SLAB: int = lib.PAGEOWNER_HAS_SLAB
OBJCG: int = lib.PAGEOWNER_HAS_OBJCG
OFFLINE: int = lib.PAGEOWNER_HAS_OFFLINE
NO_END: int = lib.PAGEOWNER_HAS_NO_END
STACK_COUNT: int = lib.PAGEOWNER_HAS_STACK_COUNT
OWNER: int = lib.PAGEOWNER_HAS_OWNER
MODULE: int = lib.PAGEOWNER_HAS_MODULE


class Kind(enum.IntEnum):
    """Which text a record comes from."""

    PAGE = lib.PAGEOWNER_RECORD_PAGE
    STACK = lib.PAGEOWNER_RECORD_STACK
    HANDLE = lib.PAGEOWNER_RECORD_HANDLE
    STACK_HANDLE = lib.PAGEOWNER_RECORD_STACK_HANDLE
    GROUP = lib.PAGEOWNER_RECORD_GROUP
    CONSOLE = lib.PAGEOWNER_RECORD_CONSOLE


class Allocator(enum.IntFlag):
    """Who handed the memory out, as page_owner_sort labels it."""

    CMA = lib.PAGEOWNER_ALLOCATOR_CMA
    SLAB = lib.PAGEOWNER_ALLOCATOR_SLAB
    VMALLOC = lib.PAGEOWNER_ALLOCATOR_VMALLOC
    OTHERS = lib.PAGEOWNER_ALLOCATOR_OTHERS


class Frame(NamedTuple):
    """One line of a stack."""

    #: function name, or the bare number where the kernel could not name it
    symbol: str
    #: of the return address in the function, bytes
    offset: int
    #: of the function, bytes; 0 where the line does not tell
    size: int
    #: module name, empty for the kernel's own text
    module: str
    #: the whole line, without the blank in front
    line: str


def _frame(c: Any) -> Frame:
    return Frame(text(c.symbol), c.offset, c.size, text(c.module), text(c.line))


def _view(stack: Union[str, bytes]) -> Any:
    """A struct pageowner_text; lives as long as what comes with it."""
    data = ffi.from_buffer(to_bytes(stack))
    return ffi.new("struct pageowner_text *", {"ptr": data, "len": len(data)}), data


def _frames(view: Any) -> List[Frame]:
    frame = ffi.new("struct pageowner_frame *")
    result = []
    while lib.pageowner_frame_next(view, frame):
        result.append(_frame(frame))
    return result


def frames(stack: Union[str, bytes]) -> List[Frame]:
    """The frames of a stack, innermost (nearest to the page allocator) first."""
    view, _data = _view(stack)
    return _frames(view)


def owner_frame(stack: Union[str, bytes]) -> Optional[Frame]:
    """The frame to blame: the first that is no allocator plumbing."""
    view, _data = _view(stack)
    frame = ffi.new("struct pageowner_frame *")
    return _frame(frame) if lib.pageowner_stack_owner(view[0], ffi.NULL, frame) else None


def stack_id(stack: Union[str, bytes], portable: bool = True) -> int:
    """A 64-bit number for a stack: of its call path, or of its very text.

    The portable one leaves offsets out and is the same on every boot, build and
    host; it is what tools write as 16 hexadecimal digits.
    """
    view, _data = _view(stack)
    if portable:
        return lib.pageowner_stack_id_portable(view[0])
    return lib.pageowner_stack_id_exact(view[0])


def is_plumbing(symbol: Union[str, bytes]) -> bool:
    """Whether a function only passes memory on, by the library's own table."""
    view, _data = _view(symbol)
    return bool(lib.pageowner_plumbing_match(ffi.NULL, view[0]))


class _Stale:
    """In the place of a record that is gone: no attribute can be read."""

    def __getattr__(self, name: str) -> Any:
        raise StaleError("this record was a view and its reader has moved on; "
                         "record.copy() is there to keep one")


STALE = _Stale()


class Record:
    """One allocation, as the kernel reported it; see <pageowner/record.h>.

    A record that a reader hands out is a view: nothing of it is read before you
    look, and when the reader takes its next step it is gone: StaleError.
    ``copy()`` makes one that stays.  What the kernel did not write is None.

    Texts are strings that still hold every byte: UTF-8, other bytes as
    surrogates (``errors="surrogateescape"``, as in file names). ``raw("comm")``
    gives the bytes, printable() makes a text safe to print.
    """

    __slots__ = ("_c",)
    _c: Any

    def __init__(self) -> None:
        raise TypeError("records come from readers")

    def copy(self) -> Record:
        """A record with memory of its own, to keep."""
        new = ffi.new("struct pageowner_record **")
        check(lib.pageowner_record_copy(pointer(self), new), "")
        return make(ffi.gc(new[0], lib.pageowner_record_free))

    def raw(self, name: str) -> Optional[bytes]:
        """The bytes of a text: ``raw("comm")`` of ``comm``; None if it is absent."""
        value = getattr(self, name)
        return value if value is None else to_bytes(value)

    def __repr__(self) -> str:
        if self._c is STALE:
            return "<pageowner.Record: gone>"
        return "<pageowner.Record at %d: %s>" % (self.offset, printable(self.header))

    @property
    def has(self) -> int:
        """PAGEOWNER_HAS_* bits: what the record has; ``pageowner.HAS`` names them."""
        return self._c.has

    @property
    def kind(self) -> int:
        """Which text it comes from, one of Kind."""
        return self._c.kind

    @property
    def offset(self) -> int:
        """Of its first byte in the (uncompressed) input."""
        return self._c.offset

    @property
    def pages(self) -> Optional[int]:
        """Base pages it stands for: 2^order, nr_base_pages, or a report's count."""
        c = self._c
        return c.pages if c.has & PAGES else None

    @property
    def times(self) -> Optional[int]:
        """Allocations it stands for: 1 of page_owner, a report's count."""
        c = self._c
        return c.times if c.has & TIMES else None

    @property
    def order(self) -> Optional[int]:
        """The allocation was of 2^order pages."""
        c = self._c
        return c.order if c.has & ORDER else None

    @property
    def gfp_mask(self) -> Optional[int]:
        """The mask as a number; its meaning changes from kernel to kernel."""
        c = self._c
        return c.gfp_mask if c.has & GFP_MASK else None

    @property
    def pid(self) -> Optional[int]:
        """Of the task, in the initial pid namespace (Linux 5.11+)."""
        c = self._c
        return c.pid if c.has & PID else None

    @property
    def tgid(self) -> Optional[int]:
        """Of its process (5.18+)."""
        c = self._c
        return c.tgid if c.has & TGID else None

    @property
    def ts_ns(self) -> Optional[int]:
        """When it was allocated, nanoseconds since boot (5.11+)."""
        c = self._c
        return c.ts_ns if c.has & TS else None

    @property
    def free_ts_ns(self) -> Optional[int]:
        """When its page was last freed before that, 0 for never (5.13 to 6.6)."""
        c = self._c
        return c.free_ts_ns if c.has & FREE_TS else None

    @property
    def pfn(self) -> Optional[int]:
        """Page frame number."""
        c = self._c
        return c.pfn if c.has & PFN else None

    @property
    def block(self) -> Optional[int]:
        """Number of its pageblock."""
        c = self._c
        return c.block if c.has & BLOCK else None

    @property
    def flags(self) -> Optional[int]:
        """The page flags word."""
        c = self._c
        return c.flags if c.has & FLAGS else None

    @property
    def node(self) -> Optional[int]:
        """NUMA node (5.13+)."""
        c = self._c
        return c.node if c.has & NODE else None

    @property
    def zone(self) -> Optional[int]:
        """Index of its zone (5.13+)."""
        c = self._c
        return c.zone if c.has & ZONE else None

    @property
    def handle(self) -> Optional[int]:
        """The kernel's number for its stack, for one boot."""
        c = self._c
        return c.handle if c.has & HANDLE else None

    @property
    def allocator(self) -> Optional[int]:
        """Allocator bits that a report has for its group."""
        c = self._c
        return c.allocator if c.has & ALLOCATOR else None

    @property
    def gfp_names(self) -> Optional[str]:
        """Names of the mask (4.6+)."""
        c = self._c
        return text(c.gfp_names) if c.has & GFP_NAMES else None

    @property
    def comm(self) -> Optional[str]:
        """Task name; may hold anything, newlines too (5.18+)."""
        c = self._c
        return text(c.comm) if c.has & COMM else None

    @property
    def page_type(self) -> Optional[str]:
        """Migratetype that the mask asks for (4.6+)."""
        c = self._c
        return text(c.page_type) if c.has & PAGE_TYPE else None

    @property
    def block_type(self) -> Optional[str]:
        """Migratetype of its pageblock."""
        c = self._c
        return text(c.block_type) if c.has & BLOCK_TYPE else None

    @property
    def flag_names(self) -> Optional[str]:
        """Names of the page flags."""
        c = self._c
        return text(c.flag_names) if c.has & FLAG_NAMES else None

    @property
    def migrate_reason(self) -> Optional[str]:
        """Why the page was migrated last."""
        c = self._c
        return text(c.migrate_reason) if c.has & MIGRATE_REASON else None

    @property
    def memcg(self) -> Optional[str]:
        """Last component of its memory cgroup's path (5.18+)."""
        c = self._c
        return text(c.memcg) if c.has & MEMCG else None

    @property
    def header(self) -> str:
        """First line, without its newline."""
        return text(self._c.header)

    @property
    def pfn_line(self) -> str:
        """Second line, without its newline; empty without one."""
        return text(self._c.pfn_line)

    @property
    def stack(self) -> str:
        """The frame lines, each with its newline."""
        return text(self._c.stack)

    @property
    def notes(self) -> str:
        """The lines behind the stack."""
        return text(self._c.notes)

    @property
    def slab(self) -> bool:
        """It says "Slab cache page"."""
        return bool(self._c.has & SLAB)

    @property
    def objcg(self) -> bool:
        """Charged through an object cgroup."""
        return bool(self._c.has & OBJCG)

    @property
    def offline(self) -> bool:
        """Its memory cgroup is offline."""
        return bool(self._c.has & OFFLINE)

    @property
    def no_end(self) -> bool:
        """The text ended before its blank line: it may be only a part."""
        return bool(self._c.has & NO_END)

    @property
    def stack_count(self) -> bool:
        """Its count was called stack_count (6.9-rc): allocations."""
        return bool(self._c.has & STACK_COUNT)

    @property
    def owner(self) -> Optional[str]:
        """The function to blame; of the stack, or as a report tells it."""
        c = self._c
        if c.has & OWNER:
            return text(c.owner)
        frame = ffi.new("struct pageowner_frame *")
        return text(frame.symbol) if lib.pageowner_stack_owner(c.stack, ffi.NULL, frame) else None

    @property
    def module(self) -> Optional[str]:
        """Innermost module of the stack, or as a report tells it."""
        c = self._c
        if c.has & MODULE:
            return text(c.module)
        return text(lib.pageowner_stack_module(c.stack)) or None

    @property
    def frames(self) -> List[Frame]:
        """The frames of its stack, innermost first."""
        return _frames(ffi.new("struct pageowner_text *", self._c.stack))

    @property
    def stack_id(self) -> Optional[int]:
        """See stack_id(); None without a stack."""
        stack = self._c.stack
        return lib.pageowner_stack_id_portable(stack) if stack.len else None

    @property
    def stack_id_exact(self) -> Optional[int]:
        """See stack_id(portable=False)."""
        stack = self._c.stack
        return lib.pageowner_stack_id_exact(stack) if stack.len else None


def make(c: Any) -> Record:
    """A record of a struct pageowner_record *."""
    record = Record.__new__(Record)
    record._c = c
    return record


def pointer(record: Record) -> Any:
    """The opposite, for C, which would not see that a view is gone."""
    if record._c is STALE:
        return record._c.has
    return record._c
