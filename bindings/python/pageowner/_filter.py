# SPDX-License-Identifier: LGPL-2.1-or-later
"""What of the input counts: filters of records, patterns of stacks, and plumbing."""
from __future__ import annotations

import errno
import os
from types import MappingProxyType
from typing import Any, Iterable, Mapping, Optional, Union

from ._core import Names, Path, argument, check, ffi, lib, list_argument, printable
from ._record import Record, pointer

Items = Union[int, str, Iterable[Union[int, str]]]


def _check(ret: int, error: Any, c: Any) -> None:
    """Raise what a call on an object returned, with the sentence of its error()."""
    sentence = printable(ffi.string(error(c)))
    if ret == -errno.EINVAL:
        raise ValueError(sentence)
    check(ret, sentence)


class Filter:
    """Which records count: ``Filter(module="xfs,ext4", order="3-10")``.

    Each selector (those of FIELDS that select, see <pageowner/filter.h>) takes one
    item, or several, or a string of several separated by commas; a record passes if
    for each selector one of its items matches.

    exclude: selectors of which none may match: ``exclude={"name": "kswapd0"}``
    clock_ns: from which "age" is counted, nanoseconds since boot; find_clock() finds it
    """

    def __init__(self, *, exclude: Mapping[str, Items] = MappingProxyType({}),
                 clock_ns: Optional[int] = None, **selectors: Items) -> None:
        new = ffi.new("struct pageowner_filter **")
        check(lib.pageowner_filter_new(new), "")
        self._c = ffi.gc(new[0], lib.pageowner_filter_free)
        if clock_ns is not None:
            lib.pageowner_filter_set_clock(self._c, clock_ns)
        for selector, items in selectors.items():
            self._add(selector, items)
        for selector, items in exclude.items():
            self._add("!" + selector, items)

    def _add(self, selector: str, items: Items) -> None:
        if isinstance(items, int):
            items = (items,)
        ret = lib.pageowner_filter_add(self._c, argument(selector),
                                       list_argument(items),  # type: ignore[arg-type]
                                       ffi.NULL)
        _check(ret, lib.pageowner_filter_error, self._c)

    def find_clock(self, path: Path) -> Filter:
        """Count ages from when this file was captured, or from its newest record;
        returns the filter."""
        ret = lib.pageowner_filter_find_clock(self._c, argument(os.fspath(path)))
        _check(ret, lib.pageowner_filter_error, self._c)
        return self

    def __call__(self, record: Record) -> bool:
        """Whether a record passes: filter(wanted, reader) works."""
        ret = lib.pageowner_filter_match(self._c, pointer(record))
        if ret < 0:
            raise ValueError("the filter selects by age and was given no clock")
        return bool(ret)


#: what objects take as a filter: one, or a dict of its arguments
Selection = Union[Filter, Mapping[str, Any], None]


def selection(filter: Selection) -> Optional[Filter]:
    """The filter that is meant."""
    return Filter(**filter) if isinstance(filter, Mapping) else filter


def plumbing(globs: Names) -> Any:
    """A struct pageowner_plumbing; NULL without patterns."""
    patterns = list_argument(globs)
    if not patterns:
        return ffi.NULL
    new = ffi.new("struct pageowner_plumbing **")
    check(lib.pageowner_plumbing_new(new), "")
    result = ffi.gc(new[0], lib.pageowner_plumbing_free)
    _check(lib.pageowner_plumbing_add(result, patterns, ffi.NULL),
           lib.pageowner_plumbing_error, result)
    return result


def suppress(patterns: Iterable[str], plumbing_: Any) -> Any:
    """A struct pageowner_suppress; NULL without patterns."""
    lines = [argument(line) for line in patterns]
    if not lines:
        return ffi.NULL
    new = ffi.new("struct pageowner_suppress **")
    check(lib.pageowner_suppress_new(new), "")
    result = ffi.gc(new[0], lib.pageowner_suppress_free)
    lib.pageowner_suppress_set_plumbing(result, plumbing_)
    for line in lines:
        _check(lib.pageowner_suppress_add(result, line, ffi.NULL), lib.pageowner_suppress_error,
               result)
    return result
