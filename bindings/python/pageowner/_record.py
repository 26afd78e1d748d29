# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records, and the frames of their stacks."""
from __future__ import annotations

import enum
import functools
import operator
from typing import Any, Callable, List, NamedTuple, Optional, Tuple, Union

from ._core import StaleError, check, ffi, lib, printable, text, to_bytes
from ._fields import COLUMNS, FieldKind

HAS = {name[len("PAGEOWNER_HAS_"):]: getattr(lib, name)
       for name in dir(lib) if name.startswith("PAGEOWNER_HAS_")}


class Column(property):
    """A field of the table as an attribute of Record, and where a record has it."""

    #: the field's number
    number: int
    #: of struct pageowner_record; empty if the field is not just a member of it
    member: str
    #: PAGEOWNER_HAS_* bit that says whether it is there
    has: int


# Members that are not called what the column is
_MEMBERS = {"name": "comm", "migratetype": "page_type", "blocktype": "block_type"}
_STRUCT = {name for name, _type in ffi.typeof("struct pageowner_record").fields}
_FLAGS = {"memcg_offline": "OFFLINE", "objcg": "OBJCG", "slab": "SLAB"}


def _asked(number: int) -> Callable[[Record], Any]:
    def get(self: Record) -> Any:
        value = ffi.new("struct pageowner_value *")
        if lib.pageowner_record_get(pointer(self), number, ffi.NULL, value) <= 0:
            return None
        return text(value.text) if value.is_text else value.number
    return get


def _member(name: str, bit: int, is_text: bool) -> Callable[[Record], Any]:
    member = operator.attrgetter(name)

    def number(self: Record) -> Any:
        c = self._c
        return member(c) if c.has & bit == bit else None

    def texts(self: Record) -> Any:
        c = self._c
        return text(member(c)) if c.has & bit == bit else None
    return texts if is_text else number


def _column(name: str) -> Any:
    """The attribute for a column of the table, None where the record lacks it."""
    field = COLUMNS[name]
    member = _MEMBERS.get(name, name)
    bit = HAS.get(_FLAGS.get(name, member[:-3] if member.endswith("_ns") else member).upper(), 0)
    get: Callable[[Record], Any]
    if field.kind == FieldKind.FLAG and name != "free":
        def get(self: Record) -> bool:
            return bool(self._c.has & bit)
        member = ""
    elif name in ("owner", "module", "gfp", "free"):	# of the stack, or in two members
        get, member = _asked(field.number), ""
    else:
        get = _member(member, bit, field.kind == FieldKind.TEXT)
    result = Column(get)
    result.__doc__ = field.help[0].upper() + field.help[1:] + "."
    result.number, result.member, result.has = field.number, member, bit
    return result


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
    #: of the function, bytes; 0 if the line does not have it
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


# Most records share their stack with others.
@functools.lru_cache(maxsize=4096)
def _frames(stack: bytes) -> Tuple[Frame, ...]:
    view, _data = _view(stack)
    frame = ffi.new("struct pageowner_frame *")
    result = []
    while lib.pageowner_frame_next(view, frame):
        result.append(_frame(frame))
    return tuple(result)


def frames(stack: Union[str, bytes]) -> List[Frame]:
    """The frames of a stack, innermost (nearest to the page allocator) first."""
    return list(_frames(to_bytes(stack)))


def owner_frame(stack: Union[str, bytes]) -> Optional[Frame]:
    """The frame that owns the memory: the first that is not allocator plumbing."""
    view, _data = _view(stack)
    frame = ffi.new("struct pageowner_frame *")
    return _frame(frame) if lib.pageowner_stack_owner(view[0], ffi.NULL, frame) else None


def fold(stack: Union[str, bytes], max_frames: int = 6) -> str:
    """A stack in one line: "owner < caller [module] < ...".

    Without the allocator's own functions in front and without what every system call,
    fault or thread begins with; of the rest no more than max_frames (0: all).
    """
    if max_frames < 0:
        raise ValueError("max_frames must not be negative")
    view, _data = _view(stack)
    size = 3 * view[0].len + 8
    line = ffi.new("char[]", size)
    length = lib.pageowner_stack_fold(view[0], ffi.NULL, max_frames, line, size)
    return ffi.unpack(line, length).decode("utf-8", "surrogateescape")


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
    surrogates (``errors="surrogateescape"``, as in file names). ``raw("name")``
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
        """The bytes of a text: ``raw("name")`` of ``name``; None if it is absent."""
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

    # The columns of the table of fields, in its order; None where the record lacks it
    pid: Optional[int] = _column("pid")
    tgid: Optional[int] = _column("tgid")
    name: Optional[str] = _column("name")
    module: Optional[str] = _column("module")
    owner: Optional[str] = _column("owner")
    order: Optional[int] = _column("order")
    gfp: Optional[str] = _column("gfp")
    migratetype: Optional[str] = _column("migratetype")
    blocktype: Optional[str] = _column("blocktype")
    node: Optional[int] = _column("node")
    zone: Optional[int] = _column("zone")
    memcg: Optional[str] = _column("memcg")
    times: Optional[int] = _column("times")
    pages: Optional[int] = _column("pages")
    ts_ns: Optional[int] = _column("ts_ns")
    free_ts_ns: Optional[int] = _column("free_ts_ns")
    pfn: Optional[int] = _column("pfn")
    gfp_mask: Optional[int] = _column("gfp_mask")
    block: Optional[int] = _column("block")
    flags: Optional[int] = _column("flags")
    flag_names: Optional[str] = _column("flag_names")
    migrate_reason: Optional[str] = _column("migrate_reason")
    handle: Optional[int] = _column("handle")
    memcg_offline: bool = _column("memcg_offline")
    objcg: bool = _column("objcg")
    slab: bool = _column("slab")
    offset: int = _column("offset")
    #: 1 or 0; None if the record does not say so
    free: Optional[int] = _column("free")
    free_pid: Optional[int] = _column("free_pid")
    free_tgid: Optional[int] = _column("free_tgid")
    free_stack: Optional[str] = _column("free_stack")

    @property
    def released(self) -> bool:
        """The text itself says that the page is free (kernel log)."""
        return bool(self._c.has & HAS["RELEASED"])

    @property
    def allocator(self) -> Optional[int]:
        """Allocator bits that a report has for its group."""
        c = self._c
        return c.allocator if c.has & HAS["ALLOCATOR"] else None

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
        """The lines after the stack."""
        return text(self._c.notes)

    @property
    def no_end(self) -> bool:
        """The text ended before its blank line: it may be only a part."""
        return bool(self._c.has & HAS["NO_END"])

    @property
    def stack_count(self) -> bool:
        """Its count was called stack_count (6.9-rc): allocations."""
        return bool(self._c.has & HAS["STACK_COUNT"])

    @property
    def frames(self) -> List[Frame]:
        """The frames of its stack, innermost first."""
        stack = self._c.stack
        return list(_frames(ffi.unpack(stack.ptr, stack.len)))

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
