# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two or more profiles: what changed, and what keeps growing."""
from __future__ import annotations

import errno
from typing import Any, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from ._budget import Limit, make_budget
from ._core import check, ffi, item, lib, one_of, string, text, Use, word_of
from ._export import export
from ._filter import Selection, plumbing as make_plumbing, selection, suppress as make_suppress
from ._profile import Profile
from ._reader import Capture, make_capture
from ._record import Frame, frames

_BY = {"stack": lib.PAGEOWNER_BY_STACK, "portable": lib.PAGEOWNER_BY_PORTABLE,
       "owner": lib.PAGEOWNER_BY_OWNER, "module": lib.PAGEOWNER_BY_MODULE}
_ORDER = {"change": lib.PAGEOWNER_DIFF_BY_CHANGE, "trend": lib.PAGEOWNER_DIFF_BY_TREND,
          "rate": lib.PAGEOWNER_DIFF_BY_RATE, "first": lib.PAGEOWNER_DIFF_BY_FIRST,
          "last": lib.PAGEOWNER_DIFF_BY_LAST, "owner": lib.PAGEOWNER_DIFF_BY_OWNER,
          "module": lib.PAGEOWNER_DIFF_BY_MODULE}


class Change(NamedTuple):
    """One row of a diff; see <pageowner/diff.h>."""

    #: the stack's frame lines, the call path, the owner, or the module ("": kernel)
    name: str
    #: the frame lines, of rows by stack or call path
    stack: str
    #: base pages in each snapshot
    pages: Tuple[int, ...]
    #: last minus first, base pages
    change: int
    #: of the line through all snapshots, base pages a second; a snapshot without times
    slope: float
    #: how much of the variance the line explains, 0 to 1
    fit: float
    #: none in the first snapshot
    new: bool
    #: none in the last
    vanished: bool
    #: grew, and never shrank between
    steady: bool
    #: absent where a count_threshold may have hidden it: not new, vanished nor steady
    unknown: bool
    #: the bounds of ``change`` if it is unknown, otherwise ``change``
    least_change: int
    most_change: int

    @property
    def frames(self) -> List[Frame]:
        """The frames of ``stack``, innermost first."""
        return frames(self.stack)


def _make(c: Any) -> Change:
    return Change(
        text(c.name), text(c.stack), tuple(ffi.unpack(c.pages, c.snapshots)), c.change,
        c.slope, c.fit, bool(c.flags & lib.PAGEOWNER_CHANGE_NEW),
        bool(c.flags & lib.PAGEOWNER_CHANGE_VANISHED),
        bool(c.flags & lib.PAGEOWNER_CHANGE_STEADY),
        bool(c.flags & lib.PAGEOWNER_CHANGE_UNKNOWN), c.least_change, c.most_change)


class Snapshot(NamedTuple):
    """What a diff knows of one snapshot."""

    #: when it was taken, seconds; None if that is not known
    time: Optional[float]
    #: stacks with fewer base pages are missing; None if that is not known
    threshold: Optional[int]
    #: base pages of all rows, the baseline subtracted
    pages: int
    #: base pages that patterns left out
    suppressed: int
    #: under which conditions it was captured, if it says so
    capture: Optional[Capture]


class Diff:
    """What changed between profiles that group by "callstack".

        diff = pageowner.Diff("owner").add(first).add(second).add(third)
        for change in diff.sort("trend")[:10]:
            print(change.pages, change.name)

    by:       what a row is: stack, portable (call path, for other boots and
              kernels), owner, module
    filter:   only stacks that pass, a Filter or a dict of its arguments
    suppress: lines of patterns as in <pageowner/suppress.h>; what fits is left out
    plumbing: glob patterns of functions that only pass memory on, for owners
    baseline: a profile whose pages are subtracted from each snapshot
    max_memory: memory limit in bytes, or a Budget, as of Profile
    any_times: accept snapshots that are not later than those before; slopes are then
              per snapshot
    any_page_size: accept snapshots with pages of different sizes

    It is a sequence of Change; in the order of change, unless sorted.
    """

    def __init__(self, by: str = "stack", *, filter: Selection = None,
                 suppress: Iterable[str] = (), plumbing: Iterable[str] = (),
                 baseline: Optional[Profile] = None, max_memory: Limit = 0,
                 any_times: bool = False, any_page_size: bool = False) -> None:
        new = ffi.new("struct pageowner_diff **")
        check(lib.pageowner_diff_new(one_of(_BY, by), new), "")
        self._c = ffi.gc(new[0], lib.pageowner_diff_free)
        self._use = Use()
        self._sorted = False
        self._budget = make_budget(max_memory, lib.pageowner_diff_set_budget, self._c)
        # Borrowed by the library as long as the diff lives
        self._filter = selection(filter)
        self._plumbing = make_plumbing(plumbing)
        self._suppress = make_suppress(suppress, self._plumbing)
        if self._filter is not None:
            check(lib.pageowner_diff_set_filter(self._c, self._filter._c), "")
        check(lib.pageowner_diff_set_plumbing(self._c, self._plumbing), "")
        lib.pageowner_diff_set_any_times(self._c, any_times)
        lib.pageowner_diff_set_any_page_size(self._c, any_page_size)
        check(lib.pageowner_diff_set_suppress(self._c, self._suppress), "")
        if baseline is not None:
            with baseline._use:
                self._check(lib.pageowner_diff_set_baseline(self._c, baseline._finished()))

    @property
    def memory(self) -> int:
        """Bytes that it uses; with a Budget all that share it."""
        return self._budget.used

    @property
    def by(self) -> str:
        """What a row is."""
        with self._use:
            return word_of(_BY, lib.pageowner_diff_by(self._c))

    def _check(self, ret: int) -> None:
        sentence = string(lib.pageowner_diff_error(self._c)) or ""
        if ret == -errno.EINVAL:
            raise ValueError(sentence)
        check(ret, sentence)

    def add(self, profile: Profile, time: Optional[float] = None,
            threshold: Optional[int] = None) -> Diff:
        """Add a snapshot, later than those before; returns the diff. ValueError if its
        time is not later, or its pages have another size.

        time: when it was taken, seconds since a common moment; threshold:
        its count_threshold, base pages.  Of a file written by pageowner-capture both
        are known.
        """
        with self._use, profile._use:
            c = profile._finished()
            if time is not None:
                lib.pageowner_diff_set_time(self._c, round(time * 1e9))
            if threshold is not None:
                lib.pageowner_diff_set_threshold(self._c, threshold)
            self._sorted = False
            self._check(lib.pageowner_diff_add(self._c, c))
        return self

    def sort(self, order: str) -> Diff:
        """Put the rows in order: "change", "trend", "rate", "first" or "last", the largest
        first, or "owner" or "module", A to Z; "+" before it is ascending, "-" descending.
        Returns the diff."""
        word = order[1:] if order[:1] in ("+", "-") else order
        is_reversed = order[:1] == ("-" if word in ("owner", "module") else "+")
        with self._use:
            self._check(lib.pageowner_diff_sort(
                self._c, one_of(_ORDER, word) |
                (lib.PAGEOWNER_DIFF_REVERSED if is_reversed else 0)))
            self._sorted = True
        return self

    def _rows(self) -> int:
        if not self._sorted:
            self.sort("change")
        with self._use:
            return lib.pageowner_diff_count(self._c)

    @property
    def has_times(self) -> bool:
        """Whether slopes are per second."""
        with self._use:
            return bool(lib.pageowner_diff_has_times(self._c))

    @property
    def snapshots(self) -> Tuple[Snapshot, ...]:
        """What is known of each snapshot, in the order they were added."""
        result = []
        with self._use:
            for index in range(lib.pageowner_diff_snapshot_count(self._c)):
                c = item("pageowner_snapshot", lib.pageowner_diff_snapshot, self._c, index)
                result.append(Snapshot(
                    c.time_ns / 1e9 if c.has & lib.PAGEOWNER_SNAPSHOT_HAS_TIME else None,
                    c.threshold if c.has & lib.PAGEOWNER_SNAPSHOT_HAS_THRESHOLD else None, c.pages,
                    c.suppressed, make_capture(c.conditions) if c.conditions else None))
        return tuple(result)

    def total(self, snapshot: int = -1) -> int:
        """Base pages of all rows in a snapshot, by default in the last one."""
        return self.snapshots[snapshot].pages

    def export(self, format: str, *, top: int = 0, page_size: int = 0,
               host: Optional[str] = None, time: Optional[float] = None,
               incomplete: Optional[str] = None) -> bytes:
        """The rows in their present order, as a file of another program: "json",
        "ndjson", "csv", "folded-diff"; see Profile.export()."""
        self._rows()
        with self._use:
            return export(lambda exporter, out: lib.native_export_diff(exporter, self._c, out),
                          format, self._budget, self._plumbing, top=top,
                          page_size=page_size, host=host, time=time,
                          incomplete=incomplete)

    def __len__(self) -> int:
        return self._rows()

    def _change(self, index: int) -> Change:
        with self._use:
            c = item("pageowner_change", lib.pageowner_diff_change, self._c, index)
            if c is None:
                raise IndexError("the diff has no such row")
            return _make(c)

    def __getitem__(self, index: Any) -> Any:
        """A Change, or a list of them for a slice."""
        indexes = range(len(self))[index]
        if isinstance(index, slice):
            return [self._change(i) for i in indexes]
        return self._change(indexes)

    def __iter__(self) -> Iterator[Change]:
        return map(self._change, range(len(self)))


def diff(*profiles: Profile, by: str = "stack", **options: Any) -> Diff:
    """What changed from one profile to a later one, or over several, most growth first.

    All have to group by "callstack".  Options: see Diff.
    """
    result = Diff(by, **options)
    for profile in profiles:
        result.add(profile)
    return result.sort("change")
