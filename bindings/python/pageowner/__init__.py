# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who holds the memory of this Linux kernel?

libpageowner for Python: reads what the kernel's page_owner wrote, groups, sorts
and compares it.

    import pageowner

    for record in pageowner.open("page_owner.zst"):
        print(record.pid, record.name, record.pages, record.owner)

    profile = pageowner.Profile(by=("owner", "module")).load("page_owner.zst", jobs=0)
    for group in profile.sort("-pages")[:10]:
        print(group.pages, group["owner"], group["module"])
"""
from ._account import Account, AccountFile, AccountHolder, AccountLine, AccountPart
from ._budget import Budget
from ._capture import Capture, CaptureState
from ._core import Error, StaleError, ffi as _ffi, lib as _lib, printable, string as _string
from ._diff import Change, Diff, Snapshot, diff
from ._export import FORMATS
from ._fields import FIELDS, KEYS, Field, FieldKind
from ._filter import Filter
from ._live import Live
from ._pageblock import Holder, Pageblock, Pageblocks, PageblocksStats, Pin, Zone
from ._profile import Group, Profile
from ._reader import Damage, Reader, Stats, open, open_bytes
from ._record import (HAS, Allocator, Frame, Kind, Record, fold, frames, is_plumbing,
                      owner_frame, stack_id)

#: of the library that is running
__version__: str = _string(_lib.pageowner_version()) or ""

__all__ = [
    "Account", "AccountFile", "AccountHolder", "AccountLine", "AccountPart", "Allocator",
    "Budget", "Capture", "CaptureState",
    "Change", "Damage", "Diff", "Error", "FIELDS", "FORMATS", "Field", "FieldKind", "Filter", "Frame",
    "Group", "HAS", "Holder", "KEYS", "Kind", "Live", "Pageblock", "Pageblocks", "PageblocksStats",
    "Pin", "Profile", "Reader", "Record", "Snapshot", "StaleError", "Stats", "Zone", "diff", "fold",
    "frames", "is_plumbing", "open", "open_bytes", "owner_frame", "printable", "stack_id",
]
