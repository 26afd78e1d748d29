# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table of fields: what a record or a group can be asked for by name."""
from __future__ import annotations

import enum
from typing import Dict, List, Optional, Tuple

from ._core import Names, argument, ffi, lib, list_argument, not_one_of, printable, string


class FieldKind(enum.IntEnum):
    """What the values of a field are."""

    NUMBER = lib.PAGEOWNER_KIND_NUMBER
    TEXT = lib.PAGEOWNER_KIND_TEXT
    BITS = lib.PAGEOWNER_KIND_BITS
    TIME = lib.PAGEOWNER_KIND_TIME
    FLAG = lib.PAGEOWNER_KIND_FLAG


class Field:
    """One field, see <pageowner/field.h>."""

    #: the name, as tools and files have it
    name: str
    short_name: Optional[str]
    #: of the column in files, and of the attribute of Record: ``name``, or with its unit
    column: str
    #: what it is, in a few words
    help: str
    #: the values it can have, empty if these are not known
    words: Tuple[str, ...]
    #: FieldKind
    kind: FieldKind
    #: whether profiles group by it, sort by it, filters select by it, records have it
    groups: bool
    sorts: bool
    selects: bool
    is_column: bool

    def __init__(self, number: int) -> None:
        info = lib.pageowner_field_info(number)
        self.number = number
        self.name = string(info.name) or ""
        self.short_name = string(info.short_name)
        self.column = string(info.column) or ""
        self.help = string(info.help) or ""
        words: List[str] = []
        while info.words and info.words[len(words)]:
            words.append(string(info.words[len(words)]) or "")
        self.words = tuple(words)
        self.kind = FieldKind(info.kind)
        self.groups = bool(info.uses & lib.PAGEOWNER_FIELD_GROUPS)
        self.sorts = bool(info.uses & lib.PAGEOWNER_FIELD_SORTS)
        self.selects = bool(info.uses & lib.PAGEOWNER_FIELD_SELECTS)
        self.is_column = bool(info.uses & lib.PAGEOWNER_FIELD_COLUMNS)

    def __repr__(self) -> str:
        return "<pageowner.Field %s: %s>" % (self.name, self.help)


#: all fields, by their names
FIELDS: Dict[str, Field] = {
    field.name: field for field in map(Field, range(lib.pageowner_field_count()))}

#: those of them that profiles group or sort by
KEYS: Dict[str, Field] = {
    name: field for name, field in FIELDS.items() if field.groups or field.sorts}

#: those of them that are an attribute of each record, by column
COLUMNS: Dict[str, Field] = {
    field.column: field for field in FIELDS.values() if field.is_column}


def find(name: str) -> Field:
    """The field of a name, short name or alias; KeyError."""
    number = ffi.new("enum pageowner_field *")
    data = argument(name)
    if not lib.pageowner_field_find(data, len(data), number):
        raise KeyError(name)
    return FIELDS[string(lib.pageowner_field_name(number[0])) or ""]


def names(fields: Names) -> Tuple[str, ...]:
    """The names of a list, in full."""
    listed = fields.split(",") if isinstance(fields, str) else fields
    return tuple(find(name).name for name in listed)


def refuse(fields: Names, use: int) -> ValueError:
    """The error for a list of fields of which one does not have this use."""
    where = ffi.new("const char **")
    data = ffi.new("char[]", list_argument(fields))
    lib.pageowner_fields_check(data, use, where)
    word = printable(ffi.string(where[0])).split(",")[0].lstrip("+-")
    return ValueError(not_one_of(word, [
        name for name, field in FIELDS.items()
        if lib.pageowner_field_info(field.number).uses & use]))
