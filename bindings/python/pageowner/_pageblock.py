# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fragmentation: which pageblocks are mixed, and who pins them."""
from __future__ import annotations

import os
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple, Union

from ._budget import Limit, make_budget
from ._core import Names, Path, Use, check, ffi, item, lib, one_of, string, text, \
    word_of
from ._export import export
from ._filter import Selection, plumbing as make_plumbing, selection
from ._reader import Reader, open as open_reader
from ._record import Frame, Record, frames, pointer

_BY = {"stack": lib.PAGEOWNER_BY_STACK, "portable": lib.PAGEOWNER_BY_PORTABLE,
       "owner": lib.PAGEOWNER_BY_OWNER, "module": lib.PAGEOWNER_BY_MODULE}
_ORDER = {"per-page": lib.PAGEOWNER_PAGEBLOCKS_PER_PAGE,
          "alone": lib.PAGEOWNER_PAGEBLOCKS_ALONE,
          "pinned": lib.PAGEOWNER_PAGEBLOCKS_PINNED,
          "pages": lib.PAGEOWNER_PAGEBLOCKS_PAGES}


class Holder(NamedTuple):
    """One stack, owner or module, and what it pins; see <pageowner/pageblock.h>."""

    #: the stack's frame lines, the call path, the owner, or the module ("": kernel)
    name: str
    #: frame lines of the first of its stacks
    stack: str
    #: what ``Pageblock.pinned_by`` has for it
    number: int
    #: number of its allocations
    allocations: int
    #: base pages of these
    pages: int
    #: those that cannot move and lie in movable or CMA pageblocks
    pinning_pages: int
    #: number of these pageblocks
    pinned: int
    #: those of them that nothing else pins
    alone: int
    #: time of the oldest pinning allocation, nanoseconds since boot
    oldest_ts_ns: Optional[int]
    #: the mean over the pinning allocations
    mean_ts_ns: Optional[int]

    @property
    def frames(self) -> List[Frame]:
        """The frames of ``stack``, innermost first."""
        return frames(self.stack)


class Pageblock(NamedTuple):
    """One pageblock with allocated pages."""

    #: PFN >> order
    number: int
    #: NUMA node and index of the zone, -1 if the dump does not have them
    node: int
    zone: int
    #: its own migratetype, "Movable"
    type: str
    #: whether the kernel counts it among the mixed ones
    mixed: bool
    #: base pages by the migratetype that their mask asks for, zeros left out
    pages: Dict[str, int]
    #: ``Holder.number`` of the only holder that pins it; None if none or several do, or
    #: only what the filter drops
    pinned_by: Optional[int]
    #: whether anything pins it
    pinned: bool


class Pin(NamedTuple):
    """Pages of a holder that pin a pageblock."""

    #: index of the pageblock in ``Pageblocks.blocks``
    block: int
    #: ``Holder.number``; None for what the filter drops
    holder: Optional[int]
    #: base pages that cannot move
    pages: int


class Zone(NamedTuple):
    """Sums over the pageblocks of a zone."""

    node: int
    zone: int
    #: allocated base pages
    pages: int
    #: pageblocks with allocated pages, by migratetype, zeros left out
    blocks: Dict[str, int]
    #: the mixed ones among them
    mixed: Dict[str, int]


class PageblocksStats(NamedTuple):
    """What the records were like; see <pageowner/pageblock.h>."""

    #: records that were counted
    counted: int
    #: those of them that passed the filter and belong to a holder
    selected: int
    #: records without a place: of show_stacks, or without a PFN line
    placeless: int
    #: records whose PFN is not in the pageblock they name; skipped
    misplaced: int
    #: records with a lower PFN than the one before
    descending: int
    #: records that begin inside the one before
    overlapping: int
    #: byte offset of the first such record
    first_misplaced: Optional[int]
    first_descending: Optional[int]


def _type(number: int) -> str:
    return string(lib.pageowner_migratetype_name(number)) or ""


def _by_type(counts: Any) -> Dict[str, int]:
    return {_type(i): n for i, n in enumerate(counts[0:lib.pageowner_migratetype_count()]) if n}


def _time(ns: int) -> Optional[int]:
    return None if ns == 2 ** 64 - 1 else ns


class Pageblocks:
    """Who pins the pageblocks of a page_owner dump.

        blocks = pageowner.Pageblocks("owner").load("page_owner.zst")
        for holder in blocks.sort("alone")[:10]:
            print(holder.alone, holder.pages, holder.name)

    by:       what pages are attributed to: stack, portable, owner, module
    filter:   the allocations that holders consist of; a Filter, or a dict of its
              arguments. What it drops is still in its pageblock, and pins it
    plumbing: glob patterns of functions that only pass memory on, for owners
    max_memory: memory limit in bytes, or a Budget, as of Profile
    pins:     keep which holders pin each pageblock, see ``pins``

    It is a sequence of Holder.
    """

    def __init__(self, by: str = "stack", *, filter: Selection = None,
                 plumbing: Names = (), max_memory: Limit = 0, pins: bool = False) -> None:
        new = ffi.new("struct pageowner_pageblocks **")
        check(lib.pageowner_pageblocks_new(one_of(_BY, by), new), "")
        self._c = ffi.gc(new[0], lib.pageowner_pageblocks_free)
        self._use = Use()
        self._finished = False
        self._budget = make_budget(max_memory, lib.pageowner_pageblocks_set_budget, self._c)
        # Borrowed by the library as long as the pageblocks live
        self._filter = selection(filter)
        if self._filter is not None:
            check(lib.pageowner_pageblocks_set_filter(self._c, self._filter._c), "")
        self._plumbing = make_plumbing(plumbing)
        check(lib.pageowner_pageblocks_set_plumbing(self._c, self._plumbing), "")
        if pins:
            check(lib.pageowner_pageblocks_keep_pins(self._c), "")

    def load(self, source: Union[Path, Reader]) -> Pageblocks:
        """Add all records of a dump, or the rest of a Reader; returns the pageblocks."""
        if isinstance(source, Reader):
            for record in source:
                self.add(record)
        else:
            with open_reader(os.fspath(source), max_memory=self._budget) as reader:
                self.load(reader)
        return self

    def add(self, record: Record) -> bool:
        """Add one record, in the order of the dump; whether it was counted."""
        with self._use:
            self._finished = False
            ret = lib.pageowner_pageblocks_add(self._c, pointer(record))
            return bool(check(ret, string(lib.pageowner_pageblocks_error(self._c)) or ""))

    def _finish(self) -> None:
        if not self._finished:
            check(lib.pageowner_pageblocks_finish(self._c), "")
            self._finished = True

    def sort(self, order: str = "per-page") -> Pageblocks:
        """Put the holders in order: "per-page", "alone", "pinned" or "pages", the largest
        first; "+" before it is ascending, "-" descending. Returns the pageblocks."""
        word = order[1:] if order[:1] in ("+", "-") else order
        ascending = lib.PAGEOWNER_PAGEBLOCKS_ASCENDING if order[:1] == "+" else 0
        with self._use:
            check(lib.pageowner_pageblocks_sort(self._c, one_of(_ORDER, word) | ascending), "")
            self._finished = True
        return self

    @property
    def memory(self) -> int:
        """Bytes that they use; with a Budget all that share it."""
        return self._budget.used

    @property
    def by(self) -> str:
        """What pages are attributed to."""
        with self._use:
            return word_of(_BY, lib.pageowner_pageblocks_by(self._c))

    @property
    def stats(self) -> PageblocksStats:
        """The counts of the records; nothing is listed of those that are ``placeless``."""
        with self._use:
            c = lib.pageowner_pageblocks_stats(self._c)
            return PageblocksStats(
                c.counted, c.selected, c.placeless, c.misplaced, c.descending, c.overlapping,
                c.first_misplaced if c.misplaced else None,
                c.first_descending if c.descending else None)

    @property
    def order(self) -> Optional[int]:
        """A pageblock has 2**order base pages; None if no record says it."""
        with self._use:
            self._finish()
            order = ffi.new("unsigned int *")
            return order[0] if lib.pageowner_pageblocks_order(self._c, order) else None

    @property
    def newest_ns(self) -> Optional[int]:
        """Time of the last allocation, nanoseconds since boot."""
        with self._use:
            time = ffi.new("uint64_t *")
            return time[0] if lib.pageowner_pageblocks_newest_ns(self._c, time) else None

    @property
    def blocks(self) -> Iterator[Pageblock]:
        """The pageblocks with allocated pages, by number."""
        index = 0
        while True:
            with self._use:
                self._finish()
                c = item("pageowner_pageblock", lib.pageowner_pageblocks_block, self._c, index)
                if c is None:
                    return
                by = c.pinned_by
                block = Pageblock(
                    c.number, c.node, c.zone, _type(c.type), bool(c.is_mixed),
                    _by_type(c.pages),
                    by if by < lib.PAGEOWNER_PINNED_BY_SEVERAL else None,
                    by != lib.PAGEOWNER_PINNED_BY_NONE)
            yield block
            index += 1

    @property
    def pins(self) -> Iterator[Pin]:
        """Which holders pin which pageblock, by pageblock; nothing unless ``pins`` was set."""
        index = 0
        while True:
            with self._use:
                self._finish()
                c = item("pageowner_pin", lib.pageowner_pageblocks_pin, self._c, index)
                if c is None:
                    return
                pin = Pin(c.block, None if c.holder == lib.PAGEOWNER_PINNED_BY_OTHERS else
                          c.holder, c.pages)
            yield pin
            index += 1

    @property
    def zones(self) -> Tuple[Zone, ...]:
        """The sums of each zone, by node and zone."""
        result = []
        with self._use:
            self._finish()
            for index in range(lib.pageowner_pageblocks_zone_count(self._c)):
                c = item("pageowner_zone", lib.pageowner_pageblocks_zone, self._c, index)
                result.append(Zone(c.node, c.zone, c.pages, _by_type(c.blocks),
                                   _by_type(c.mixed)))
        return tuple(result)

    def export(self, format: str, *, top: int = 0, threshold: int = 0, page_size: int = 0,
               host: Optional[str] = None, time: Optional[float] = None,
               incomplete: Optional[str] = None) -> bytes:
        """The holders in their present order, as a file of another program: "json",
        "ndjson", "csv", "html"; see Profile.export()."""
        with self._use:
            self._finish()
            return export(
                lambda exporter, out: lib.native_export_pageblocks(exporter, self._c, out),
                format, self._budget, self._plumbing, top=top, threshold=threshold,
                page_size=page_size, host=host, time=time,
                incomplete=incomplete)

    def __len__(self) -> int:
        with self._use:
            self._finish()
            return lib.pageowner_pageblocks_holder_count(self._c)

    def _holder(self, index: int) -> Holder:
        with self._use:
            c = item("pageowner_holder", lib.pageowner_pageblocks_holder, self._c, index)
            if c is None:
                raise IndexError("there is no such holder")
            return Holder(text(c.name), text(c.stack), c.index, c.allocations, c.pages,
                          c.pinning_pages, c.pinned, c.alone, _time(c.oldest_ts_ns),
                          _time(c.mean_ts_ns))

    def __getitem__(self, index: Any) -> Any:
        """A Holder, or a list of them for a slice."""
        indexes = range(len(self))[index]
        if isinstance(index, slice):
            return [self._holder(i) for i in indexes]
        return self._holder(indexes)

    def __iter__(self) -> Iterator[Holder]:
        return map(self._holder, range(len(self)))
