# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two or more profiles: what changed, and what keeps growing."""
from __future__ import annotations

import errno
import math
from typing import Any, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

from ._core import Use, argument, check, ffi, item, lib, printable, text
from ._export import export
from ._profile import Filter, Profile
from ._record import Frame, frames

_BY = {"stack": lib.PAGEOWNER_DIFF_STACK, "portable": lib.PAGEOWNER_DIFF_PORTABLE,
       "owner": lib.PAGEOWNER_DIFF_OWNER, "module": lib.PAGEOWNER_DIFF_MODULE}
_ORDER = {"growth": lib.PAGEOWNER_DIFF_BY_GROWTH, "trend": lib.PAGEOWNER_DIFF_BY_TREND}


def _one_of(choices: Mapping[str, int], name: str) -> int:
    if name not in choices:
        raise ValueError("%r is none of %s" % (name, ", ".join(choices)))
    return choices[name]


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
    #: may have been there where a count_threshold hid it
    hidden: bool

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
        bool(c.flags & lib.PAGEOWNER_CHANGE_HIDDEN))


class Diff:
    """What changed between profiles that group by "callstack".

        diff = pageowner.Diff("owner").add(first).add(second).add(third)
        for change in diff.sort("trend")[:10]:
            print(change.pages, change.name)

    by:       what a row is: stack, portable (call path, for other boots and
              kernels), owner, module
    filter:   only stacks that pass, a Filter or a dict of its arguments
    suppress: lines of patterns as in <pageowner/suppress.h>; what fits is left out
    baseline: a profile whose pages are subtracted from each snapshot

    It is a sequence of Change.
    """

    def __init__(self, by: str = "stack", *,
                 filter: Union[Filter, Mapping[str, Any], None] = None,
                 suppress: Iterable[str] = (), baseline: Optional[Profile] = None) -> None:
        new = ffi.new("struct pageowner_diff **")
        check(lib.pageowner_diff_new(_one_of(_BY, by), new), "")
        self._c = ffi.gc(new[0], lib.pageowner_diff_free)
        self._use = Use()
        #: how many were added
        self.snapshots = 0
        # Borrowed by the library as long as the diff lives
        self._filter = Filter(**filter) if isinstance(filter, Mapping) else filter
        if self._filter is not None:
            lib.pageowner_diff_set_filter(self._c, self._filter._c)
        self._suppress = _suppress(suppress)
        lib.pageowner_diff_set_suppress(self._c, self._suppress)
        if baseline is not None:
            with baseline._use:
                check(lib.pageowner_diff_set_baseline(self._c, _by_callstack(baseline)), "")

    def add(self, profile: Profile, time: Optional[float] = None,
            threshold: Optional[int] = None) -> Diff:
        """Add a snapshot, later than those before; returns the diff.

        time: when it was taken, seconds since any moment that all share; threshold:
        its count_threshold, base pages.  Of a file written by pageowner-capture both
        are known.
        """
        captures = profile.captures
        if captures:
            if time is None and "start_time_ns" in captures[0]:
                time = int(captures[0]["start_time_ns"]) / 1e9
            if threshold is None:
                threshold = max(int(c.get("threshold", 0)) for c in captures)
        with self._use, profile._use:
            check(lib.pageowner_diff_add(self._c, _by_callstack(profile),
                                         math.nan if time is None else time,
                                         threshold or 0), "")
            self.snapshots += 1
        return self

    def sort(self, order: str) -> Diff:
        """Put the rows in order, "growth" or "trend", the worst first; returns the
        diff."""
        with self._use:
            check(lib.pageowner_diff_sort(self._c, _one_of(_ORDER, order)), "")
        return self

    @property
    def has_times(self) -> bool:
        """Whether slopes are per second."""
        with self._use:
            return bool(lib.pageowner_diff_has_times(self._c))

    def total(self, snapshot: int = -1) -> int:
        """Base pages of all rows in a snapshot, the last one if not told."""
        pages = ffi.new("uint64_t *")
        if not -self.snapshots <= snapshot < self.snapshots:
            raise IndexError("the diff has %d snapshots" % self.snapshots)
        with self._use:
            check(lib.pageowner_diff_total(self._c, snapshot % self.snapshots, pages,
                                           ffi.NULL), "")
        return pages[0]

    def export(self, format: str, *, top: int = 0, page_size: int = 0,
               host: Optional[str] = None, time: Optional[float] = None) -> bytes:
        """The rows in their present order, as a file of another program: "json",
        "ndjson", "csv", "folded-diff"; see Profile.export()."""
        with self._use:
            return export(lambda exporter, out: lib.native_export_diff(exporter, self._c, out),
                          format, top, page_size, host, time)

    def __len__(self) -> int:
        with self._use:
            return lib.pageowner_diff_count(self._c)

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


def _by_callstack(profile: Profile) -> Any:
    if not {"callstack", "stacktrace"} & set(profile.by):
        raise ValueError('the profile has to group by "callstack" to be compared')
    return profile._open()


def _suppress(patterns: Iterable[str]) -> Any:
    new = ffi.new("struct pageowner_suppress **")
    check(lib.pageowner_suppress_new(new), "")
    result = ffi.gc(new[0], lib.pageowner_suppress_free)
    for line in patterns:
        ret = lib.pageowner_suppress_add(result, argument(line))
        if ret == -errno.EINVAL:
            raise ValueError("not a pattern: %s" % printable(line))
        check(ret, "")
    return result
