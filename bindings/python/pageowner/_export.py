# SPDX-License-Identifier: LGPL-2.1-or-later
"""Profiles and diffs in the formats of other programs."""
from __future__ import annotations

import errno
from typing import Any, Dict, Optional

from ._core import argument, check, ffi, lib, not_one_of, string


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


def export(write: Any, format: str, top: int, page_size: int, host: Optional[str],
           time: Optional[float]) -> bytes:
    """Have write(exporter, FILE) write it: the bytes of the file."""
    new = ffi.new("struct pageowner_export **")
    ret = lib.pageowner_export_new(argument(format.lower()), new)
    if ret == -errno.EINVAL:
        raise ValueError(not_one_of(format, FORMATS))
    if ret == -errno.ENOTSUP:
        raise NotImplementedError("libpageowner-export was built without %s" % format)
    check(ret, "")
    exporter = ffi.gc(new[0], lib.pageowner_export_free)
    lib.pageowner_export_set_top(exporter, top)
    if lib.pageowner_export_set_page_size(exporter, page_size) < 0:
        raise ValueError("page_size must be a power of two")
    if time is not None:
        lib.pageowner_export_set_time(exporter, int(time * 1e9))
    if host is not None:
        check(lib.pageowner_export_set_host(exporter, argument(host)), "")

    out = ffi.new("struct native_text *")
    try:
        ret = write(exporter, out)
        sentence = string(lib.pageowner_export_error(exporter)) or ""
        if ret == -errno.EINVAL:
            raise ValueError(sentence)
        check(ret, sentence)
        return ffi.buffer(out.text, out.len)[:]
    finally:
        lib.free(out.text)
