# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where all memory of a machine is."""
from __future__ import annotations

import errno
import os
from typing import Any, List, NamedTuple, Optional, Tuple, Union

from ._budget import Limit, make_budget
from ._core import Names, Path, Use, check, ffi, item, lib, string, text, to_bytes
from ._export import export
from ._filter import plumbing as make_plumbing
from ._profile import Profile
from ._record import Frame, frames


_STATES = {
    lib.PAGEOWNER_ACCOUNT_UNREAD: "unread", lib.PAGEOWNER_ACCOUNT_READ: "read",
    lib.PAGEOWNER_ACCOUNT_DAMAGED: "damaged", lib.PAGEOWNER_ACCOUNT_ABSENT: "absent",
    lib.PAGEOWNER_ACCOUNT_REFUSED: "refused", lib.PAGEOWNER_ACCOUNT_FAILED: "failed",
}


class AccountPart(NamedTuple):
    """A named piece of a line, or a detail of it: it explains the line and is not added to
    it."""

    #: a slab cache, a function that called vmalloc(), or what it is
    name: str
    #: the module of that function, empty for the kernel itself
    module: str
    #: the file that names it: "slabinfo"
    source: str
    bytes: int
    #: how many it is, and of what: 57, "blocks"; None if it is not counted
    number: Optional[int]
    unit: Optional[str]


class AccountFile(NamedTuple):
    """A file of /proc or /sys, and what became of it."""

    #: "slabinfo"; never changes
    name: str
    #: below the root: "proc/slabinfo"
    path: str
    #: "unread", "read", "damaged", "absent", "refused" or "failed"
    state: str
    #: lines that were read; those that were not understood and count nothing; the number
    #: of the first of these, 0 if there is none
    lines: int
    bad_lines: int
    first_bad_line: int
    #: the errno of "refused" and "failed", otherwise 0
    error: int
    #: in what it contradicts meminfo; None if it does not
    explanation: Optional[str]


class AccountLine(NamedTuple):
    """One class of memory."""

    #: for programs: "page_cache"; never changes
    name: str
    #: for people: "page cache"
    label: str
    #: by /proc/meminfo, or what it has no line for; None if it does not have the class
    meminfo_bytes: Optional[int]
    #: base pages of the records; None if the class can have none
    pages: Optional[int]
    #: bytes of the class that MemTotal, and so meminfo_bytes, does not include
    outside_bytes: int
    #: why these figures differ; None if they do not
    explanation: Optional[str]
    #: whether records and meminfo cannot be of the same machine and about the same time
    contradicts: bool = False
    #: what files name of it, most bytes first
    parts: Tuple[AccountPart, ...] = ()
    #: bytes that no part names, and what these are if it is known
    rest_bytes: int = 0
    rest: Optional[str] = None
    #: whether the parts are more than the line, by over 1/1024 of MemTotal
    parts_exceed: bool = False
    #: what files say of its parts, most bytes first; details overlap the parts and each
    #: other. Their bytes are 0 if they are unknown
    details: Tuple[AccountPart, ...] = ()


class AccountHolder(NamedTuple):
    """Who holds memory that meminfo does not name."""

    #: the function; empty without a stack
    owner: str
    #: the module, empty for the kernel itself
    module: str
    #: base pages of all its stacks
    pages: int
    #: how many these are
    stacks: int
    #: frame lines of the largest of them, and its base pages
    stack: str
    stack_pages: int

    @property
    def frames(self) -> List[Frame]:
        """The frames of ``stack``, innermost first."""
        return frames(self.stack)


class Account:
    """All memory of a machine: what meminfo and other files of /proc and /sys name, how
    much of it is recorded, and who holds what meminfo has no name for.

        for line in pageowner.Account().load_machine().lines:
            print(line.label, line.meminfo_bytes, line.parts[:3])

        account = pageowner.Account().add(pageowner.Profile("callstack").load("capture"))
        for holder in account.holders[:10]:
            print(holder.pages, holder.owner, holder.module)

    meminfo:  text of /proc/meminfo; without it that of the profile's captures is taken
    plumbing: glob patterns of functions that only pass memory on, for owners
    max_memory: memory limit in bytes, or a Budget, as of Profile
    """

    def __init__(self, meminfo: Union[str, bytes, None] = None, *,
                 plumbing: Names = (), max_memory: Limit = 0) -> None:
        new = ffi.new("struct pageowner_account **")
        check(lib.pageowner_account_new(new), "")
        self._c = ffi.gc(new[0], lib.pageowner_account_free)
        self._use = Use()
        self._budget = make_budget(max_memory, lib.pageowner_account_set_budget, self._c)
        # Borrowed by the library as long as the account lives
        self._plumbing = make_plumbing(plumbing)
        check(lib.pageowner_account_set_plumbing(self._c, self._plumbing), "")
        if meminfo is not None:
            data = ffi.from_buffer(to_bytes(meminfo))
            view = ffi.new("struct pageowner_text *", {"ptr": data, "len": len(data)})
            self._check(lib.pageowner_account_add_meminfo(self._c, view[0]))

    def _check(self, ret: int) -> None:
        sentence = string(lib.pageowner_account_error(self._c)) or ""
        if ret in (-errno.EINVAL, -errno.ENODATA):
            raise ValueError(sentence)
        check(ret, sentence)

    def add(self, profile: Profile) -> Account:
        """Count a profile that groups by "callstack"; returns the account."""
        with self._use, profile._use:
            self._check(lib.pageowner_account_add_profile(self._c, profile._finished()))
        return self

    def load_machine(self, root: Path = "/") -> Account:
        """Read the files of the folders proc/ and sys/ below root: of this machine, or
        as sosreport saves them; returns the account."""
        with self._use:
            self._check(lib.pageowner_account_load_machine(self._c, os.fsencode(root)))
        return self

    @property
    def memory(self) -> int:
        """Bytes that it uses; with a Budget all that share it."""
        return self._budget.used

    @property
    def page_size(self) -> int:
        """Bytes of a page."""
        with self._use:
            return lib.pageowner_account_page_size(self._c)

    def _file(self, source: int) -> Any:
        return item("pageowner_account_file", lib.pageowner_account_file, self._c, source)

    def _parts(self, look: Any, *which: Any) -> Tuple[AccountPart, ...]:
        result: List[AccountPart] = []
        while True:
            c = item("pageowner_account_part", look, self._c, *which, len(result))
            if c is None:
                return tuple(result)
            result.append(AccountPart(
                text(c.name), text(c.module), string(self._file(c.source).name) or "",
                c.bytes, c.count if c.unit else None, string(c.unit)))

    @property
    def unknown(self) -> Tuple[AccountPart, ...]:
        """Lines of meminfo that this version does not know."""
        with self._use:
            return self._parts(lib.pageowner_account_unknown)

    @property
    def files(self) -> Tuple[AccountFile, ...]:
        """All files that an account can be made from, and what became of them."""
        result: List[AccountFile] = []
        with self._use:
            while True:
                c = self._file(len(result))
                if c is None:
                    return tuple(result)
                result.append(AccountFile(
                    string(c.name) or "", string(c.path) or "", _STATES[c.state], c.lines,
                    c.bad_lines, c.first_bad_line, c.error, string(c.explanation)))

    @property
    def lines(self) -> Tuple[AccountLine, ...]:
        """Each class of memory, in the order of a report."""
        result: List[AccountLine] = []
        with self._use:
            while True:
                c = item("pageowner_account_line", lib.pageowner_account_line, self._c,
                         len(result))
                if c is None:
                    return tuple(result)
                result.append(AccountLine(
                    string(c.name) or "", string(c.label) or "",
                    c.meminfo_bytes if c.has & lib.PAGEOWNER_ACCOUNT_HAS_MEMINFO else None,
                    c.pages if c.has & lib.PAGEOWNER_ACCOUNT_HAS_RECORDS else None,
                    c.outside_bytes, string(c.explanation),
                    bool(c.has & lib.PAGEOWNER_ACCOUNT_CONTRADICTS),
                    self._parts(lib.pageowner_account_part, c.id), c.rest_bytes,
                    string(c.rest), bool(c.has & lib.PAGEOWNER_ACCOUNT_PARTS_EXCEED),
                    self._parts(lib.pageowner_account_detail, c.id)))

    @property
    def holders(self) -> Tuple[AccountHolder, ...]:
        """Who holds what meminfo does not name, most pages first."""
        result = []
        with self._use:
            for index in range(lib.pageowner_account_holder_count(self._c)):
                c = item("pageowner_account_holder", lib.pageowner_account_holder, self._c,
                         index)
                result.append(AccountHolder(text(c.owner), text(c.module), c.pages, c.stacks,
                                            text(c.stack), c.stack_pages))
        return tuple(result)

    def _total(self) -> Any:
        sums = ffi.new("uint64_t[2]")
        with self._use:
            lib.pageowner_account_total(self._c, sums, sums + 1)
        return sums

    @property
    def total_bytes(self) -> int:
        """MemTotal of all meminfo."""
        return self._total()[0]

    @property
    def pages(self) -> int:
        """Base pages of all records."""
        return self._total()[1]

    def export(self, format: str, *, top: int = 0, threshold: int = 0, page_size: int = 0,
               host: Optional[str] = None, time: Optional[float] = None,
               incomplete: Optional[str] = None) -> bytes:
        """As a file of another program: "json", "ndjson" or "csv"; top and threshold are
        about the holders, see Profile.export()."""
        with self._use:
            return export(
                lambda exporter, out: lib.native_export_account(exporter, self._c, out),
                format, self._budget, self._plumbing, top=top, threshold=threshold,
                page_size=page_size, host=host, time=time,
                incomplete=incomplete)
