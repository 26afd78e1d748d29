# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the other modules stand on: the C library, its errors, its texts."""
from __future__ import annotations

import difflib
import errno
import os
import threading
from typing import Any, Iterable, Mapping, Optional, Union

from _pageowner import ffi, lib  # type: ignore[import]

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
Names = Union[str, Iterable[str]]


class Error(OSError):
    """The input cannot be read for what it is: no dump, for one.

    ``errno`` and ``strerror``, the library's sentence, are set.  What the system
    says is raised as Python does it: FileNotFoundError, IsADirectoryError ...
    All of these are OSError.
    """


class StaleError(ReferenceError):
    """What this was a view of is gone."""


def check(ret: int, sentence: str) -> int:
    """Turn a negative errno into an exception."""
    if ret >= 0:
        return ret
    if ret == lib.NATIVE_IN_USE:
        raise RuntimeError("in use by another thread")
    if ret == lib.NATIVE_CLOSED:
        raise ValueError("it is closed")
    if ret == -errno.ENOMEM:
        raise MemoryError(sentence)
    kind = Error if ret in (-errno.EBADMSG, -errno.EINVAL) else OSError
    raise kind(-ret, sentence or os.strerror(-ret))


def item(kind: str, look: Any, *arguments: Any, sentence: str = "") -> Any:
    """What a function of C that looks at one of many hands out; None if there is none."""
    found = ffi.new("const struct %s **" % kind)
    ret = look(*arguments, found)
    check(ret, sentence)
    return found[0] if ret else None


def one_of(choices: Mapping[str, int], name: str) -> int:
    """The number of a word, in any case."""
    number = choices.get(name.lower())
    if number is None:
        raise ValueError(not_one_of(name, choices))
    return number


def word_of(choices: Mapping[str, int], number: int) -> str:
    """The word of a number that the library gave."""
    return next(word for word, of in choices.items() if of == number)


def not_one_of(name: str, choices: Iterable[str]) -> str:
    """The sentence for an unknown word, as the tools have it."""
    nearest = difflib.get_close_matches(name.lower(), choices, 1)
    return "%r is not one of %s%s" % (
        name, ", ".join(choices), "; did you mean %r?" % nearest[0] if nearest else "")


def text(view: Any) -> str:
    """A struct pageowner_text as a string that still holds every byte."""
    return ffi.unpack(view.ptr, view.len).decode("utf-8", "surrogateescape")


def to_bytes(value: Union[str, bytes]) -> bytes:
    """The bytes of a text from here: the opposite of what its str was made by."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    return bytes(value)


def printable(value: Union[str, bytes]) -> str:
    r"""A text of a dump for people: whatever could fool a terminal is escaped.

    Control characters, bytes that are no UTF-8 and the backslash become ``\n``,
    ``\x1b``, ``\\`` and so on; all else stays.

    >>> printable(b"evil\x1b[2J\xff")
    'evil\\x1b[2J\\xff'
    """
    decoded = to_bytes(value).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii")
                   for c in decoded)


def argument(value: Union[str, bytes]) -> bytes:
    """A string for C; one with a NUL, where C would end it, is refused."""
    value = to_bytes(value)
    if b"\0" in value:
        raise ValueError("embedded null byte")
    return value


def list_argument(names: Names) -> bytes:
    """"a,b" or ("a", "b") as C takes it."""
    return argument(names if isinstance(names, (str, bytes)) else ",".join(map(str, names)))


class Use:
    """with Use(...): one call at a time on an object that C may not see twice."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise RuntimeError("in use by another thread, or by a callback of itself")

    def __exit__(self, *exception: object) -> None:
        self._lock.release()


def string(pointer: Any) -> Optional[str]:
    """A constant of the library's."""
    return None if pointer == ffi.NULL else ffi.string(pointer).decode("utf-8", "surrogateescape")


def _check_version() -> None:
    """An older library knows less of its own structs than was compiled in."""
    running = string(lib.pageowner_version()) or ""
    wanted = (lib.PAGEOWNER_VERSION_MAJOR, lib.PAGEOWNER_VERSION_MINOR,
              lib.PAGEOWNER_VERSION_PATCH)
    if tuple(map(int, running.split("."))) < wanted:
        raise ImportError("libpageowner %s is older than the %d.%d.%d this was built for"
                          % (running, *wanted))


_check_version()
