# SPDX-License-Identifier: LGPL-2.1-or-later
"""Profiles and diffs in the formats of other programs."""
from __future__ import annotations

import errno
from typing import Any, Dict, Optional

from ._budget import Budget
from ._core import Names, argument, check, ffi, lib, list_argument, not_one_of, string


def _formats() -> Dict[str, str]:
    result: Dict[str, str] = {}
    uses, text = ffi.new("unsigned int *"), ffi.new("char const **")
    while True:
        name = string(lib.pageowner_export_format(len(result), uses, text))
        if name is None:
            return result
        result[name] = string(text[0]) or ""


#: names of formats and what they are for
FORMATS = _formats()


def _accept(exporter: Any, ret: int) -> None:
    sentence = string(lib.pageowner_export_error(exporter)) or ""
    if ret == -errno.EINVAL:
        raise ValueError(sentence)
    check(ret, sentence)


def export(write: Any, format: str, budget: Budget, plumbing: Any, *, top: int = 0,
           threshold: int = 0, fields: Names = (), page_size: int = 0,
           host: Optional[str] = None, time: Optional[float] = None,
           incomplete: Optional[str] = None) -> bytes:
    """Have write(exporter, FILE) write it: the bytes of the file.

    budget, plumbing: those of what is written
    """
    new = ffi.new("struct pageowner_export **")
    ret = lib.pageowner_export_new(argument(format.lower()), new)
    if ret == -errno.EINVAL:
        raise ValueError(not_one_of(format, FORMATS))
    if ret == -errno.ENOTSUP:
        raise NotImplementedError("libpageowner-export was built without %s" % format)
    check(ret, "")
    exporter = ffi.gc(new[0], lib.pageowner_export_free)
    lib.pageowner_export_set_budget(exporter, budget._c)
    lib.pageowner_export_set_plumbing(exporter, plumbing)
    lib.pageowner_export_set_top(exporter, top)
    _accept(exporter, lib.pageowner_export_set_threshold(exporter, threshold))
    if list_argument(fields):
        _accept(exporter, lib.pageowner_export_set_fields(exporter, list_argument(fields)))
    if lib.pageowner_export_set_page_size(exporter, page_size) < 0:
        raise ValueError("page_size must be a power of two")
    if time is not None:
        lib.pageowner_export_set_time(exporter, int(time * 1e9))
    if host is not None:
        check(lib.pageowner_export_set_host(exporter, argument(host)), "")
    if incomplete:
        check(lib.pageowner_export_set_incomplete(exporter, argument(incomplete)), "")

    out = ffi.new("struct native_text *")
    try:
        _accept(exporter, write(exporter, out))
        return ffi.buffer(out.text, out.len)[:]
    finally:
        lib.free(out.text)
