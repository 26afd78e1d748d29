# SPDX-License-Identifier: LGPL-2.1-or-later
"""A memory limit that objects share."""
from __future__ import annotations

from typing import Any, Union

from ._core import check, ffi, lib


class Budget:
    """A memory limit that objects share: pass it as their ``max_memory``.

        budget = pageowner.Budget(512 << 20)
        profile = pageowner.Profile("callstack", max_memory=budget)
        diff = pageowner.Diff(max_memory=budget)

    max_bytes: the limit in bytes; 0 (default) means none

    What would exceed it raises OSError with errno ENOBUFS.  Any number of threads may use
    it.
    """

    def __init__(self, max_bytes: int = 0) -> None:
        new = ffi.new("struct pageowner_budget **")
        check(lib.pageowner_budget_new(_bytes(max_bytes), new), "")
        # What uses it keeps it until it is freed itself.
        self._c = ffi.gc(new[0], lib.pageowner_budget_free)

    @property
    def max_bytes(self) -> int:
        """The limit; it may be set to less than is used, then nothing more is granted."""
        return lib.pageowner_budget_max(self._c)

    @max_bytes.setter
    def max_bytes(self, value: int) -> None:
        lib.pageowner_budget_set_max(self._c, _bytes(value))

    @property
    def used(self) -> int:
        """Bytes that all objects use now."""
        return lib.pageowner_budget_used(self._c)


#: bytes of its own, or shared
Limit = Union[int, Budget]


def _bytes(value: int) -> int:
    if value < 0:
        raise ValueError("a memory limit must not be negative")
    return value


def make_budget(limit: Limit, join: Any, *arguments: Any) -> Budget:
    """Have an object of C join a limit: join(*arguments, budget)."""
    budget = limit if isinstance(limit, Budget) else Budget(limit)
    check(join(*arguments, budget._c), "")
    return budget
