# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bytes in, records out; and what was damaged, and where."""
from __future__ import annotations

import collections
import errno
import functools
import mmap
import os
from typing import IO, Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from ._budget import Budget, Limit, make_budget
from ._core import Path, argument, check, ffi, item, lib, string, text
from ._fields import FIELDS, FieldKind
from ._record import STALE, Column, Record


class Damage(NamedTuple):
    """One kind of damage that was met."""

    times: int
    #: byte offset of the first
    first_offset: int
    #: the kind in words
    text: str


class Stats(NamedTuple):
    """What was read so far."""

    records: int
    #: of (uncompressed) text
    bytes: int
    #: those of them that belong to no record
    skipped_bytes: int
    #: of what was damaged; empty if nothing was
    damage: Tuple[Damage, ...]
    #: of what was repaired; empty if nothing was
    repairs: Tuple[Damage, ...] = ()


def make_stats(c: Any) -> Stats:
    damage = []
    for kind in range(lib.pageowner_damage_count()):
        what = c.damage[kind]
        if what.count:
            words = string(lib.pageowner_damage_text(kind)) or ""
            damage.append(Damage(what.count, what.first_offset, words))
    repairs = []
    for kind in range(lib.pageowner_repair_count()):
        what = c.repair[kind]
        if what.count:
            words = string(lib.pageowner_repair_text(kind)) or ""
            repairs.append(Damage(what.count, what.first_offset, words))
    return Stats(c.records, c.bytes, c.skipped_bytes, tuple(damage), tuple(repairs))


Capture = Dict[str, Union[int, str, bool]]

CAPTURE_HAS = {name[len("PAGEOWNER_CONDITIONS_HAS_"):].lower(): getattr(lib, name)
               for name in dir(lib) if name.startswith("PAGEOWNER_CONDITIONS_HAS_")}


def make_capture(c: Any) -> Capture:
    """The members of a struct pageowner_conditions that are there."""
    result: Capture = {"offset": c.offset, "complete": bool(c.has & CAPTURE_HAS["complete"])}
    for name, field in ffi.typeof("struct pageowner_conditions").fields:
        bit = CAPTURE_HAS.get(name[:-3] if name.endswith("_ns") else name)
        if bit is not None and c.has & bit:
            value = getattr(c, name)
            result[name] = value if field.type.kind == "primitive" else text(value)
    return result


_TYPES = {"uint32_t": lib.NATIVE_UINT32, "int32_t": lib.NATIVE_INT32,
          "uint64_t": lib.NATIVE_UINT64, "struct pageowner_text": lib.NATIVE_TEXT}
_TEXTS = (lib.NATIVE_TEXT, lib.NATIVE_FIELD_TEXT)
_MEMBERS = dict(ffi.typeof("struct pageowner_record").fields)


def _describe(column: Any, name: str) -> bool:
    """Fill in a struct native_column; whether its numbers have a sign."""
    attribute = Record.__dict__.get(name)
    member = name
    if isinstance(attribute, Column):
        member = attribute.member
        column.has = attribute.has
    if isinstance(attribute, property) and member in _MEMBERS:
        column.type = _TYPES[_MEMBERS[member].type.cname]
        column.offset = _MEMBERS[member].offset
        return column.type == lib.NATIVE_INT32
    if attribute is None or name not in FIELDS:
        raise ValueError("no such column: %r" % name)
    column.type = lib.NATIVE_FIELD_TEXT if FIELDS[name].kind == FieldKind.TEXT else \
        lib.NATIVE_FIELD_NUMBER
    column.field = FIELDS[name].number
    return False


def _column(column: Any, rows: int, is_signed: bool, texts: List[Optional[str]],
            arrays: bool) -> Sequence[Any]:
    if not column.known_rows:
        return [None] * rows
    values = column.values
    if arrays and column.known_rows == rows and \
            column.type not in _TEXTS:
        # A copy: the next batch is read into the same memory.
        return memoryview(ffi.buffer(values, rows * 8)[:]).cast("q" if is_signed else "Q")
    if is_signed:
        values = ffi.cast("int64_t *", values)
    result = ffi.unpack(values, rows)
    if column.type in _TEXTS:
        return list(map(texts.__getitem__, result))
    if column.known_rows < rows:
        known = ffi.buffer(column.known, rows)[:]
        return [value if k else None for value, k in zip(result, known)]
    return result


class Reader:
    """Records of a dump, in order: ``for record in reader``.

    Created by open() and open_bytes().  Close it, or use it with ``with``.  Damaged text
    is skipped and counted: see ``stats`` at the end.
    """

    def __init__(self) -> None:
        raise TypeError("readers come from pageowner.open()")

    # Set by _make(); a reader that was never opened has none of them.
    _cursor: Any
    _view: Optional[Record]
    _keep: Any
    _budget: Budget

    def close(self) -> None:
        """Stop reading; its records become invalid."""
        if self._view is not None:
            self._view._c = STALE
            self._view = None
        check(lib.native_close(self._cursor), "")
        self._keep = None

    def __del__(self) -> None:
        if hasattr(self, "_cursor"):
            self.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Record]:
        # Runs for each record: what can be done once is done in front.
        step, cursor, new = lib.native_next, self._cursor, Record.__new__
        at = ffi.NULL
        while True:
            view = self._view
            if view is not None:
                view._c = STALE
            ret = step(cursor, at)
            if ret <= 0:
                break
            if ret == 1:
                at = cursor.record
            self._view = record = new(Record)
            record._c = at
            yield record
        self._check(ret)

    def columns(self, *names: str, rows: int = 4096,
                arrays: bool = False) -> Iterator[Dict[str, Sequence[Any]]]:
        """Some fields of the records, many records at a time, and fast.

        ``names`` are attributes of Record that are numbers or texts.  Each dict has
        one list for each of them, of the same length, at most ``rows``; None is a value
        that is absent.  The reader is then after the last of these records.

        With ``arrays`` a column of numbers without absent values is a memoryview of
        64-bit numbers instead, for numpy.asarray(): no object for each number.
        """
        if rows < 1:
            raise ValueError("rows must be at least 1")
        batch = ffi.gc(lib.native_batch_new(rows, len(names)), lib.native_batch_free)
        if batch == ffi.NULL:
            raise MemoryError
        signs = [_describe(batch.columns[i], name) for i, name in enumerate(names)]
        return self._columns(names, batch, signs, arrays)

    def _columns(self, names: Tuple[str, ...], batch: Any, signs: List[bool],
                 arrays: bool) -> Iterator[Dict[str, Sequence[Any]]]:
        while True:
            if self._view is not None:
                self._view._c = STALE
            ret = lib.native_read(self._cursor, batch)
            if ret <= 0:
                break
            data = ffi.buffer(batch.text, batch.text_len)[:] if batch.text_len else b""
            texts: List[Optional[str]] = [None]
            for i in range(batch.spans_count):
                span = batch.spans[i]
                texts.append(data[span.offset:span.offset + span.len]
                             .decode("utf-8", "surrogateescape"))
            yield {name: _column(batch.columns[i], batch.rows, signs[i], texts,
                                 arrays)
                   for i, name in enumerate(names)}
        self._check(ret)

    def rows(self, *names: str) -> Iterator[Tuple[Any, ...]]:
        """Some fields of each record as a named tuple, many times faster than by
        attributes of records: ``for pid, comm in reader.rows("pid", "name")``.

        They are ordinary values and may be kept.  It reads ahead, so it does not suit a
        slow pipe.
        """
        row = collections.namedtuple("Row", names)  # type: ignore[misc]
        # What row._make() does, without its call in Python for each
        make_row = functools.partial(tuple.__new__, row)
        for columns in self.columns(*names):
            yield from map(make_row, zip(*columns.values()))

    @property
    def memory(self) -> int:
        """Bytes that it uses; with a Budget all that share it."""
        return self._budget.used

    @property
    def stats(self) -> Stats:
        """What was read and what was damaged so far."""
        return make_stats(lib.pageowner_reader_stats(self._reader()))

    @property
    def capture(self) -> Optional[Capture]:
        """The metadata that pageowner-capture wrote into the input, as far as it was
        read, see <pageowner/conditions.h>; None if there is none."""
        c = item("pageowner_conditions", lib.pageowner_reader_conditions, self._reader())
        return None if c is None else make_capture(c)

    def _reader(self) -> Any:
        if self._cursor.reader == ffi.NULL:
            check(lib.NATIVE_CLOSED, "")
        if self._cursor.busy:
            check(lib.NATIVE_IN_USE, "")
        return self._cursor.reader

    def _check(self, ret: int) -> None:
        sentence = ""
        if ret < 0 and ret not in (lib.NATIVE_IN_USE, lib.NATIVE_CLOSED):
            sentence = string(lib.pageowner_reader_error(self._cursor.reader)) or ""
        check(ret, sentence)


def _make(opened: Any, keep: Any, max_memory: Limit) -> Reader:
    reader = Reader.__new__(Reader)
    reader._cursor = ffi.new("struct native_cursor *")
    reader._cursor.reader = opened
    reader._view = None
    reader._keep = keep
    reader._budget = make_budget(max_memory, lib.pageowner_reader_set_budget, opened)
    return reader


def open(file: Union[Path, int, IO[Any]], *, max_memory: Limit = 0) -> Reader:
    """Read records from a file, plain or compressed (gzip, xz, zstd).

    ``file`` is a path ("-" for standard input), a file descriptor, or a file that has
    one; the caller closes the latter two.  They are read from the current position of
    the descriptor: what a Python file has buffered is missed.

    max_memory: memory limit in bytes, or a Budget shared with others; what would exceed it
    raises OSError with errno ENOBUFS.  0 means no limit.
    """
    opened = ffi.new("struct pageowner_reader **")
    path: Any = None
    if isinstance(file, int) or hasattr(file, "fileno"):
        fd = file if isinstance(file, int) else file.fileno()  # type: ignore[union-attr]
        name = str(getattr(file, "name", "file descriptor %d" % fd))
        ret = lib.pageowner_reader_open_fd(fd, argument(name), opened)
    else:
        path = os.fspath(file)  # type: ignore[arg-type]
        ret = lib.pageowner_reader_open(argument(path), opened)
    if ret < 0 and ret != -errno.ENOMEM:
        raise OSError(-ret, os.strerror(-ret), path)
    check(ret, "")
    return _make(opened[0], file, max_memory)


def open_bytes(data: Union[bytes, bytearray, memoryview, mmap.mmap], *,
               max_memory: Limit = 0) -> Reader:
    """Read records from memory: anything with a buffer, such as bytes or mmap.

    max_memory: as of open()
    """
    view = ffi.from_buffer(data)
    opened = ffi.new("struct pageowner_reader **")
    check(lib.pageowner_reader_open_memory(view, len(view), opened), "")
    return _make(opened[0], view, max_memory)
