# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records in, groups out."""
from __future__ import annotations

import errno
import mmap
import os
from typing import IO, Any, Callable, Dict, Iterator, List, Optional, Tuple, Union

from ._budget import Limit, make_budget
from ._core import (Names, Path, StaleError, Use, argument, check, ffi, item, lib, list_argument,
                    printable, string, text)
from ._export import export
from ._fields import find, names, refuse
from ._filter import Selection, plumbing as make_plumbing, selection
from ._reader import Capture, Reader, Stats, make_capture, make_stats
from ._record import STALE, Allocator, Frame, Kind, Record, frames, make, pointer

Value = Union[int, str, None]
Progress = Callable[[int, int], object]


class Group:
    """Records that are equal in the keys of their profile.

    A view of the profile: it is invalid after the profile is sorted again, loads more
    or is closed.  ``group["owner"]`` is the value of a key, None if it has none; for a
    key that the profile does not group by it is that of the first record.
    """

    __slots__ = ("_profile", "_index", "_change", "times", "pages", "allocator")

    _profile: Profile
    _index: int
    _change: int
    #: allocations they stand for; None if no record has them
    times: Optional[int]
    #: base pages they stand for; None if no record has them
    pages: Optional[int]
    allocator: Allocator

    def __init__(self) -> None:
        raise TypeError("groups come from profiles")

    def __getitem__(self, key: str) -> Value:
        if key == "times":
            return self.times
        if key == "pages":
            return self.pages
        self._check()
        return self._profile._value(self._index, find(key).number)

    def _check(self) -> None:
        if self._change != self._profile._change:
            raise StaleError("this group was a view and its profile has changed")

    @property
    def key(self) -> Tuple[Value, ...]:
        """The values of the keys that the profile groups by, in their order."""
        return tuple(self[key] for key in self._profile.by)

    @property
    def record(self) -> Record:
        """The first record of the group in input order, a copy to keep.

        It has no times, and no fields of the PFN line except those of Profile(keep=...).
        """
        self._check()
        with self._profile._use:
            return make(self._profile._look(self._index).record).copy()

    @property
    def stack(self) -> str:
        """The frame lines of the first record."""
        return self.record.stack

    @property
    def frames(self) -> List[Frame]:
        """The frames of the first record, innermost first."""
        return frames(self.stack)

    def to_dict(self) -> Dict[str, Value]:
        """times, pages and the values of the keys."""
        return {"times": self.times, "pages": self.pages,
                **dict(zip(self._profile.by, self.key))}

    def __repr__(self) -> str:
        if self._change != self._profile._change:
            return "<pageowner.Group: gone>"
        return "<pageowner.Group %s: times=%s pages=%s>" % (
            ", ".join("%s=%s" % (k, printable(str(v)))
                      for k, v in zip(self._profile.by, self.key)), self.times, self.pages)


class _Progress:
    """Between the library's callback and the caller's; keeps what it raised."""

    def __init__(self, call: Optional[Progress]) -> None:
        self.call = call
        self.exception: Optional[BaseException] = None


@ffi.def_extern(error=-errno.ECANCELED)
def python_progress(data: Any, done: int, size: int) -> int:
    # Runs also if nobody wants to know: here Python sees Control-C.
    state = ffi.from_handle(data)
    try:
        if state.call is not None:
            state.call(done, size)
    except BaseException as exception:
        state.exception = exception
        return -errno.ECANCELED
    return 0


class Profile:
    """Groups of the records that are equal in some keys.

        profile = pageowner.Profile(by=("owner", "module")).load("dump.zst", jobs=2)
        for group in profile.sort("-pages")[:10]:
            print(group.pages, group["owner"], group["module"])

    by:     key names, see KEYS
    filter: only records that pass; a Filter, or a dict of its arguments
    keep:   more fields of each group's first record to keep, to sort by or to read
            later: migratetype, blocktype, node, zone
    plumbing: glob patterns of functions that only pass memory on, for "owner"
    kernel_labels: label pages as page_owner_sort of Linux 6.12 does
    any_page_size: add captures with pages of different sizes
    released: count pages that are free now as well; only text from the kernel log has
            such.  By default they are left out, see ``released_pages``, unless ``by`` or
            ``filter`` asks whether a page is free
    max_memory: memory limit in bytes, or a Budget shared with others, see ``memory``;
            what would exceed it raises OSError with errno ENOBUFS. 0 means no limit

    It is a sequence of its groups.  One thread at a time may use it; others continue
    while it loads.
    """

    def __init__(self, by: Names = "txt", *,
                 filter: Selection = None,
                 keep: Names = (), plumbing: Names = (), kernel_labels: bool = False,
                 released: bool = False, any_page_size: bool = False,
                 max_memory: Limit = 0) -> None:
        new = ffi.new("struct pageowner_profile **")
        if lib.pageowner_profile_new(list_argument(by), new) == -errno.EINVAL:
            raise refuse(by, lib.PAGEOWNER_FIELD_GROUPS)
        if new[0] == ffi.NULL:
            raise MemoryError
        self._c = ffi.gc(new[0], lib.pageowner_profile_free)
        self._use = Use()
        self._change = 0
        #: the long names of the keys, in the given order
        self.by: Tuple[str, ...] = names(by)
        # Borrowed by the library as long as the profile lives
        self._filter = selection(filter)
        if self._filter is not None:
            check(lib.pageowner_profile_set_filter(self._c, self._filter._c), "")
        self._budget = make_budget(max_memory, lib.pageowner_profile_set_budget, self._c)
        check(lib.pageowner_profile_set_flags(
            self._c, (lib.PAGEOWNER_PROFILE_KERNEL_LABELS if kernel_labels else 0) |
            (lib.PAGEOWNER_PROFILE_RELEASED if released else 0) |
            (lib.PAGEOWNER_PROFILE_ANY_PAGE_SIZE if any_page_size else 0)), "")
        self._plumbing = make_plumbing(plumbing)
        check(lib.pageowner_profile_set_plumbing(self._c, self._plumbing), "")
        if list_argument(keep):
            ret = lib.pageowner_profile_keep(self._c, list_argument(keep))
            if ret == -errno.EINVAL:
                raise refuse(keep, lib.PAGEOWNER_FIELD_SORTS)
            check(ret, "")

    def _open(self) -> Any:
        if self._c is None:
            raise ValueError("the profile is closed")
        return self._c

    def _finished(self) -> Any:
        """For looking at groups: nothing is done if nothing was added since."""
        c = self._open()
        check(lib.pageowner_profile_finish(c), self._sentence())
        return c

    def close(self) -> None:
        """Free its memory."""
        with self._use:
            self._change += 1
            if self._c is not None:
                ffi.release(self._c)
                self._c = None

    def __enter__(self) -> Profile:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _sentence(self) -> str:
        return string(lib.pageowner_profile_error(self._c)) or ""

    @property
    def memory(self) -> int:
        """Bytes that it uses, as max_memory counts them; with a Budget all that share it."""
        with self._use:
            self._open()
            return self._budget.used

    @property
    def released_pages(self) -> int:
        """Base pages of what was left out, because they are free now: see ``released``."""
        pages = ffi.new("uint64_t *")
        with self._use:
            lib.pageowner_profile_released(self._open(), pages)
            return int(pages[0])

    # --- filling it

    def load(self, source: Union[Path, int, IO[Any], Reader], *, jobs: int = 1,
             progress: Optional[Progress] = None) -> Profile:
        """Add all records of a file ("-" for standard input), or the rest of a Reader.

        A file is a path, a descriptor, or a Python file with a descriptor, which is
        read from the descriptor's current position.
        jobs: number of threads, 0 for one per processor; the result is the same.
        progress: called as progress(done, size) with bytes of the file, about ten times
        a second and at the end; size is 0 if unknown.  An exception of it ends loading.
        Neither applies to a Reader.
        Damaged text is not an error: see ``stats``.  Returns the profile.
        """
        if isinstance(source, Reader):
            with self._use:
                c = self._open()
                self._change += 1
                if source._view is not None:
                    source._view._c = STALE
                source._check(lib.native_add_all(source._cursor, c))
            return self
        if isinstance(source, int) or hasattr(source, "fileno"):
            fd = source if isinstance(source, int) else source.fileno()  # type: ignore[union-attr]
            name = str(getattr(source, "name", "file descriptor %d" % fd))
            return self._load(jobs, progress, lib.pageowner_profile_load_fd, fd,
                              argument(name))
        path = os.fspath(source)  # type: ignore[arg-type]
        return self._load(jobs, progress, lib.pageowner_profile_load, argument(path))

    def load_bytes(self, data: Union[bytes, bytearray, memoryview, mmap.mmap], *,
                   name: str = "memory", jobs: int = 1,
                   progress: Optional[Progress] = None) -> Profile:
        """Add all records of a text in memory; name is what errors call it."""
        view = ffi.from_buffer(data)
        return self._load(jobs, progress, lib.pageowner_profile_load_memory, view,
                          len(view), argument(name))

    def _load(self, jobs: int, progress: Optional[Progress], load: Any,
              *arguments: Any) -> Profile:
        with self._use:
            c = self._open()
            self._change += 1
            if jobs < 0:
                raise ValueError("jobs must not be negative")
            state = _Progress(progress)
            handle = ffi.new_handle(state)
            passed = ffi.new("struct native_progress *")
            passed.call = lib.python_progress
            passed.data = handle
            lib.pageowner_profile_set_jobs(c, jobs)
            lib.pageowner_profile_set_progress(
                c, ffi.addressof(lib, "native_progress"), passed)
            ret = load(c, *arguments)
            lib.pageowner_profile_set_progress(c, ffi.NULL, ffi.NULL)
            if state.exception is not None:
                raise state.exception
            check(ret, self._sentence())
        if progress is not None:
            progress(max(passed.done, passed.size), passed.size)
        return self

    def add(self, record: Record) -> bool:
        """Add one record; returns whether it was counted."""
        with self._use:
            c = self._open()
            view = pointer(record)
            self._change += 1
            return bool(check(lib.pageowner_profile_add(c, view), self._sentence()))

    def merge(self, other: Profile) -> Profile:
        """Add the groups of another profile with the same keys, and the same plumbing
        if it groups by owner; returns this one."""
        if other is self:
            raise ValueError("a profile cannot be merged into itself")
        with self._use, other._use:
            c = self._open()
            self._change += 1
            ret = lib.pageowner_profile_merge(c, other._finished())
            if ret == -errno.EINVAL:
                raise ValueError(self._sentence())
            check(ret, self._sentence())
        return self

    # --- its groups

    def sort(self, *keys: str) -> Profile:
        """Put the groups in order: ``sort("-pages", "owner")``; a minus in front is
        largest first; without keys the order of the input.  Returns the profile."""
        with self._use:
            c = self._open()
            order = list_argument(keys) if keys else ffi.NULL
            ret = lib.pageowner_profile_sort(c, order)
            if ret == -errno.EINVAL:
                raise refuse(keys, lib.PAGEOWNER_FIELD_SORTS)
            self._change += 1
            check(ret, self._sentence())
        return self

    def __len__(self) -> int:
        with self._use:
            return lib.pageowner_profile_count(self._finished())

    def _look(self, index: int) -> Any:
        c = item("pageowner_group", lib.pageowner_profile_group, self._finished(), index)
        if c is None:
            raise IndexError("the profile has no such group")
        return c

    def _group(self, index: int) -> Group:
        with self._use:
            c = self._look(index)
            group = Group.__new__(Group)
            group._profile = self
            group._index = index
            group._change = self._change
            group.times = c.times if c.has & lib.PAGEOWNER_HAS_TIMES else None
            group.pages = c.pages if c.has & lib.PAGEOWNER_HAS_PAGES else None
            group.allocator = Allocator(c.allocator)
            return group

    def _value(self, index: int, key: int) -> Value:
        value = ffi.new("struct pageowner_value *")
        with self._use:
            ret = lib.pageowner_profile_value(self._finished(), index, key, value)
            if ret == -errno.EINVAL:
                name = string(lib.pageowner_field_name(key))
                raise KeyError("groups have no field %r" % name)
            if not check(ret, ""):
                return None
            return text(value.text) if value.is_text else value.number

    def __getitem__(self, index: Any) -> Any:
        """A group, or a list of them for a slice."""
        if isinstance(index, slice):
            return [self._group(i) for i in range(*index.indices(len(self)))]
        count = len(self)
        if not -count <= index < count:
            raise IndexError("the profile has %d groups" % count)
        return self._group(index % count)

    def __iter__(self) -> Iterator[Group]:
        change = self._change
        for index in range(len(self)):
            if self._change != change:
                raise RuntimeError("the profile changed while its groups were looked at")
            yield self._group(index)

    # --- what it says as a whole

    def _totals(self) -> Tuple[int, int]:
        sums = ffi.new("uint64_t[2]")
        with self._use:
            check(lib.pageowner_profile_total(self._finished(), sums, sums + 1), "")
        return sums[0], sums[1]

    @property
    def times(self) -> int:
        """Number of allocations in all groups."""
        return self._totals()[0]

    @property
    def pages(self) -> int:
        """Number of base pages in all groups."""
        return self._totals()[1]

    @property
    def has(self) -> int:
        """PAGEOWNER_HAS_* bits of fields that at least one counted record has."""
        with self._use:
            return lib.pageowner_profile_has(self._finished())

    @property
    def kinds(self) -> Tuple[Kind, ...]:
        """The kinds of the records."""
        with self._use:
            bits = lib.pageowner_profile_kinds(self._open())
        return tuple(kind for kind in Kind if bits >> kind & 1)

    @property
    def unresolved(self) -> Tuple[int, int]:
        """The number of handles whose stack is unknown, and the base pages of their records."""
        pages = ffi.new("uint64_t *")
        with self._use:
            return lib.pageowner_profile_unresolved(self._finished(), pages), pages[0]

    @property
    def stats(self) -> Stats:
        """What was read and what was damaged."""
        with self._use:
            return make_stats(lib.pageowner_profile_stats(self._open()))

    @property
    def captures(self) -> List[Capture]:
        """The metadata of the inputs that are captures."""
        with self._use:
            c = self._open()
            return [make_capture(item("pageowner_conditions",
                                      lib.pageowner_profile_conditions, c, i))
                    for i in range(lib.pageowner_profile_conditions_count(c))]

    # --- into other things

    def to_dict(self) -> Dict[str, Any]:
        """Everything as plain values; what is absent is None."""
        stats = self.stats
        return {
            "by": list(self.by), "times": self.times, "pages": self.pages,
            "input": {"records": stats.records, "bytes": stats.bytes,
                      "skipped_bytes": stats.skipped_bytes,
                      "damage": [damage._asdict() for damage in stats.damage]},
            "groups": [group.to_dict() for group in self],
        }

    def export(self, format: str, *, top: int = 0, threshold: int = 0, fields: Names = (),
               page_size: int = 0, host: Optional[str] = None,
               time: Optional[float] = None,
               incomplete: Optional[str] = None) -> bytes:
        """The groups in their present order, as a file of another program: see FORMATS
        and docs/formats.md.

        top: only so many rows.  threshold: only rows of so many base pages.  fields: more
        fields of each group's first record, beside the keys.  page_size, host, time
        (seconds since 1970): where the input does not have it, or to override it.
        incomplete: why records are missing, where the input does not say it.
        ValueError if the format cannot do it; formats of stacks need groups by
        "callstack", "portable" or "stacktrace".
        """
        with self._use:
            c = self._finished()
            return export(lambda exporter, out: lib.native_export_profile(exporter, c, out),
                          format, self._budget, self._plumbing, top=top,
                          threshold=threshold, fields=fields, page_size=page_size,
                          host=host, time=time,
                          incomplete=incomplete)

    def to_json(self) -> str:
        """One JSON document, as pageowner-sort --format=json writes it.

        What is absent is left out.  Bytes that are not UTF-8 become U+FFFD.
        """
        return self.export("json").decode()

    def to_pandas(self) -> Any:
        """A pandas.DataFrame with a column for times, pages and each key.

        Raises ImportError if pandas is not installed.
        """
        import pandas  # type: ignore[import]
        rows = [group.to_dict() for group in self]
        columns = {}
        for name in ("times", "pages", *self.by):
            values = [row[name] for row in rows]
            is_text = any(isinstance(value, str) for value in values)
            columns[name] = pandas.array(values, dtype=object if is_text else "Int64")
        return pandas.DataFrame(columns)
