# SPDX-License-Identifier: LGPL-2.1-or-later
"""Snapshots of the running kernel's page_owner, as pageowner-capture takes them."""
from __future__ import annotations

import errno
import gzip
import io
import os
from typing import Any, BinaryIO, Callable, NamedTuple, Optional, Union

from ._core import Names, Path, Use, argument, check, ffi, lib, list_argument, one_of, string
from ._live import Live
from ._reader import Reader
from ._record import STALE

_KINDS = {"pages": lib.PAGEOWNER_CAPTURE_PAGES, "stacks": lib.PAGEOWNER_CAPTURE_STACKS,
          "handles": lib.PAGEOWNER_CAPTURE_HANDLES}


class CaptureState(NamedTuple):
    """How far a capture is."""

    #: records written, of a continued capture also those of before; 0 unless "pages"
    records: int
    #: places that could not be read and were skipped
    skipped: int
    #: the PFN at which reading began or continued, and would continue
    first_pfn: int
    next_pfn: int
    #: about the last PFN of this machine; 0 if unknown
    last_pfn: int
    #: whether page_owner can be read from any PFN on (Linux 6.1+)
    seeks: bool
    #: whether all was read to the end, apart from what was skipped
    is_complete: bool
    #: whether a process that read was killed, probably by a kernel fault
    was_killed: bool


Progress = Callable[[CaptureState], Any]
#: called with the first and last PFN of a range, and the error
Skipped = Callable[[int, int, OSError], Any]
Output = Union[Path, int, BinaryIO]


class _Callbacks:
    """Between the library's callbacks and the caller's; keeps what they raise."""

    def __init__(self) -> None:
        self.write: Callable[[bytes], Any] = lambda text: None
        self.progress: Optional[Progress] = None
        self.skipped: Optional[Skipped] = None
        self.exception: Optional[BaseException] = None


def _keep_exception(kind: Any, exception: BaseException, traceback: Any) -> None:
    # Not by "try" in each: Control-C can come before it.
    callbacks = ffi.from_handle(traceback.tb_frame.f_locals["data"])
    callbacks.exception = callbacks.exception or exception


@ffi.def_extern(error=-errno.ECANCELED, onerror=_keep_exception)
def python_capture_write(data: Any, text: Any, length: int) -> int:
    ffi.from_handle(data).write(ffi.buffer(text, length)[:])
    return 0


@ffi.def_extern(error=-errno.ECANCELED, onerror=_keep_exception)
def python_capture_progress(data: Any, state: Any) -> int:
    # Runs also if nobody wants to know: here Python sees Control-C.
    callbacks = ffi.from_handle(data)
    if callbacks.progress is not None:
        callbacks.progress(_state(state))
    # Also of the callback that cannot return an error
    return 0 if callbacks.exception is None else -errno.ECANCELED


@ffi.def_extern(onerror=_keep_exception)
def python_capture_skipped(data: Any, first_pfn: int, last_pfn: int, error: int) -> None:
    callbacks = ffi.from_handle(data)
    if callbacks.skipped is not None:
        callbacks.skipped(first_pfn, last_pfn, OSError(-error, os.strerror(-error)))


def _state(c: Any) -> CaptureState:
    return CaptureState(c.records, c.skipped, c.first_pfn, c.next_pfn, c.last_pfn,
                        bool(c.seeks), bool(c.is_complete), bool(c.was_killed))


class _File:
    """FILE, which is called FILE.part until it is complete; only its owner may read it."""

    def __init__(self, path: Path, resumes: bool) -> None:
        self._path = os.fsdecode(path)
        self._part = self._path + ".part"
        self._now = self._part + (".resumed" if resumes else "")
        self._raw = open(self._now, "wb", opener=lambda name, flags: os.open(
            name, flags | os.O_NOFOLLOW, 0o600))
        self._packed: Optional[BinaryIO] = None
        if self._path.endswith(".gz"):
            self._packed = gzip.GzipFile("", "wb", fileobj=self._raw)   # type: ignore
        self.write = (self._packed or self._raw).write

    def swap(self) -> None:
        """All of the earlier part was copied."""
        os.replace(self._now, self._part)
        self._now = self._part

    def close(self, complete: bool) -> None:
        try:
            if self._packed is not None:
                self._packed.close()
        finally:
            self._raw.close()
        if complete:
            os.replace(self._now, self._path)
        elif self._now != self._part:
            os.unlink(self._now)


class _Given:
    """A file, or descriptor, that the caller closes."""

    def __init__(self, output: Union[int, BinaryIO]) -> None:
        self._raw: Any = None
        if isinstance(output, int):
            output = self._raw = io.open(output, "wb", closefd=False)
        self.write = output.write

    def swap(self) -> None:
        pass

    def close(self, complete: bool) -> None:
        if self._raw is not None:
            self._raw.close()


class Capture:
    """A snapshot of the running kernel's page_owner, or of that of the module pageowner.

        capture = pageowner.Capture("pages", jobs=4)
        capture.take("page_owner.gz", progress=lambda state: print(state.records))

    what:    "pages" (each allocation), "stacks" (pages by stack), "handles"
    live:    the files to capture; default Live()
    mode:    have the kernel write "stack", "handle" or "stack_handle" (Linux 7.3+)
    nodes:   only pages of these NUMA nodes: "0,2-3" or (0, 2, 3) (Linux 7.3+)
    jobs:    number of processes that read pages, 1 to 64; the text is the same
    timeout: seconds without an answer of the kernel that end it; None for no limit
    plain:   the kernel's text only, without the conditions of the capture
    force:   read page_owner even if this kernel may crash on it, see Live.risk()
    tool, command: the program and its command line, for the conditions

    It needs root, and can be taken once.  A process that the library forks reads
    page_owner, so that a kernel fault does not end this one.
    """

    def __init__(self, what: str = "pages", *, live: Optional[Live] = None,
                 mode: Optional[str] = None, nodes: Optional[Names] = None, jobs: int = 1,
                 timeout: Optional[float] = 60.0, plain: bool = False, force: bool = False,
                 tool: str = "Python", command: Optional[str] = None) -> None:
        self._live = Live() if live is None else live
        self._use = Use()
        new = ffi.new("struct pageowner_capture **")
        check(lib.pageowner_capture_new(self._live._c, one_of(_KINDS, what), new), "")
        self._c = ffi.gc(new[0], lib.pageowner_capture_free)
        self._callbacks = _Callbacks()
        self._handle = ffi.new_handle(self._callbacks)
        self._is_prepared = self._is_taken = False
        self._set(lib.pageowner_capture_set_write, lib.python_capture_write, self._handle)
        self._set(lib.pageowner_capture_set_progress, lib.python_capture_progress,
                  self._handle)
        self._set(lib.pageowner_capture_set_skipped, lib.python_capture_skipped,
                  self._handle)
        if timeout is not None and timeout <= 0:
            raise ValueError("timeout must be positive")
        self._set(lib.pageowner_capture_set_timeout, int((timeout or 0) * 1e9))
        self._set(lib.pageowner_capture_set_jobs, jobs)
        self._set(lib.pageowner_capture_set_flags,
                  (lib.PAGEOWNER_CAPTURE_PLAIN if plain else 0) |
                  (lib.PAGEOWNER_CAPTURE_FORCE if force else 0))
        self._set(lib.pageowner_capture_set_names, argument(tool),
                  ffi.NULL if command is None else argument(command))
        if mode is not None:
            self._set(lib.pageowner_capture_set_mode, argument(mode))
        if nodes is not None:
            self._set(lib.pageowner_capture_set_nodes, list_argument(nodes))

    def _sentence(self) -> str:
        return string(lib.pageowner_capture_error(self._c)) or ""

    def _set(self, function: Any, *arguments: Any) -> None:
        ret = function(self._c, *arguments)
        if ret == -errno.EINVAL:
            raise ValueError(self._sentence())
        check(ret, self._sentence())

    @property
    def state(self) -> CaptureState:
        """How far it is; it may be looked at while it is taken, by any thread."""
        return _state(lib.pageowner_capture_state(self._c))

    def stop(self) -> None:
        """End a capture that another thread, or a callback, takes: InterruptedError there."""
        lib.pageowner_capture_stop(self._c, 0)

    def take(self, output: Output, *, resume: Optional[Reader] = None,
             progress: Optional[Progress] = None,
             skipped: Optional[Skipped] = None) -> CaptureState:
        """Write the capture to a file, and return what became of it.

        output:   a path: it is called PATH.part until it is complete, and compressed if
                  it ends in .gz; or a descriptor, or a binary file to write to
        resume:   an incomplete capture of this boot, which is copied and continued; it
                  may be the PATH.part of before
        progress: called as progress(state), about ten times a second
        skipped:  called as skipped(first_pfn, last_pfn, error) for what cannot be read

        If it is incomplete, that is an OSError with the reason, for instance TimeoutError
        or ChildProcessError, or the exception of a callback.  What was read until then is
        in the output, and can be continued.
        """
        with self._use, self._live._use:
            if self._is_taken:
                raise ValueError("the capture was taken before")
            if not self._is_prepared:   # what cannot be captured leaves no file
                self._check(lib.pageowner_capture_prepare(self._c))
                self._is_prepared = True
            file: Any
            if isinstance(output, int) or hasattr(output, "write"):
                file = _Given(output)                       # type: ignore[arg-type]
            else:
                file = _File(output, resume is not None)    # type: ignore[arg-type]
            self._is_taken = True
            callbacks = self._callbacks
            callbacks.write, callbacks.progress, callbacks.skipped = \
                file.write, progress, skipped
            is_complete = False
            try:
                if resume is not None:
                    if resume._view is not None:
                        resume._view._c = STALE
                    self._check(lib.native_resume(resume._cursor, self._c))
                    file.swap()
                self._check(lib.pageowner_capture_take(self._c))
                is_complete = True
            finally:
                file.close(is_complete)
        return self.state

    def _check(self, ret: int) -> None:
        if self._callbacks.exception is not None:
            raise self._callbacks.exception
        check(ret, self._sentence())
