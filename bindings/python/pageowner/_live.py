# SPDX-License-Identifier: LGPL-2.1-or-later
"""The running kernel: where its files are, and what must be done to have them."""
from __future__ import annotations

from typing import Any, Optional

from ._core import Error, Use, check, ffi, lib, one_of, string
from ._profile import Profile
from ._reader import Reader, open as open_reader

_FILES = {"page_owner": lib.PAGEOWNER_LIVE_PAGE_OWNER,
          "show_stacks": lib.PAGEOWNER_LIVE_SHOW_STACKS,
          "show_handles": lib.PAGEOWNER_LIVE_SHOW_HANDLES,
          "show_stacks_handles": lib.PAGEOWNER_LIVE_SHOW_STACKS_HANDLES,
          "count_threshold": lib.PAGEOWNER_LIVE_COUNT_THRESHOLD}


class Live:
    """The files of the running kernel's page_owner, or of the module pageowner.

        live = pageowner.Live()
        for group in live.profile("show_stacks", by="owner").sort("-pages")[:10]:
            print(group.pages, group["owner"])

    Files are named as the kernel does: page_owner, show_stacks, show_handles,
    show_stacks_handles, count_threshold. Reading them needs root.  Capture takes a
    snapshot of them.
    """

    def __init__(self) -> None:
        new = ffi.new("struct pageowner_live **")
        check(lib.pageowner_live_new(new), "")
        self._c = ffi.gc(new[0], lib.pageowner_live_free)
        self._use = Use()

    @property
    def is_module(self) -> bool:
        """Whether the files are those of the module pageowner."""
        with self._use:
            return bool(lib.pageowner_live_is_module(self._c))

    def path(self, file: str = "page_owner") -> Optional[str]:
        """Where a file is; None if there is none that can be read, see ``why()``."""
        with self._use:
            return string(lib.pageowner_live_path(self._c, one_of(_FILES, file)))

    def why(self, file: str = "page_owner") -> str:
        """Why a file cannot be read, and what can be done; empty if it can."""
        with self._use:
            if lib.pageowner_live_path(self._c, one_of(_FILES, file)) != ffi.NULL:
                return ""
            return string(lib.pageowner_live_error(self._c)) or ""

    def risk(self, file: str = "page_owner") -> Optional[str]:
        """A warning about reading a file on this kernel; None if no risk is known."""
        with self._use:
            return string(lib.pageowner_live_risk(self._c, one_of(_FILES, file)))

    def _existing(self, file: str) -> str:
        path = self.path(file)
        if path is None:
            raise Error(2, self.why(file))
        return path

    def open(self, file: str = "page_owner", **options: Any) -> Reader:
        """A reader of a file; Error with what can be done if there is none.  Options are
        those of open()."""
        return open_reader(self._existing(file), **options)

    def profile(self, file: str = "show_stacks", **options: Any) -> Profile:
        """A profile of a file; options are those of Profile."""
        return Profile(**options).load(self._existing(file))
