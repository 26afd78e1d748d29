# SPDX-License-Identifier: LGPL-2.1-or-later
"""The running kernel and captures of it, with plain files for the kernel's."""
import errno
import io
import os

import pageowner
import pytest
from samples import record


def test_the_running_kernel(tmp_path, monkeypatch):
    (tmp_path / "page_owner").write_bytes(record())
    (tmp_path / "page_owner_stacks").mkdir()
    (tmp_path / "page_owner_stacks" / "show_stacks").write_bytes(
        b" f+0x1/0x2\nnr_base_pages: 3\n\n")
    monkeypatch.setenv("PAGEOWNER_DEBUGFS", str(tmp_path))
    live = pageowner.Live()
    assert live.path() == str(tmp_path / "page_owner") and live.why() == ""
    assert not live.is_module and live.risk() is None or isinstance(live.risk(), str)
    assert [r.pid for r in live.open()] == [7]
    assert live.profile("show_stacks", by="owner").pages == 3
    monkeypatch.setenv("PAGEOWNER_DEBUGFS", str(tmp_path / "none"))
    nothing = pageowner.Live()
    assert nothing.path() is None and nothing.why()
    with pytest.raises(pageowner.Error):
        nothing.open()
    with pytest.raises(ValueError):
        live.path("nonsense")


@pytest.fixture
def debugfs(tmp_path, monkeypatch):
    """The kernel's files, as plain ones: one read() returns all records."""
    folder = tmp_path / "debug"
    (folder / "page_owner_stacks").mkdir(parents=True)
    (folder / "page_owner").write_bytes(record() + record(pid=9, pfn=0x10000))
    (folder / "page_owner_stacks" / "show_stacks").write_bytes(
        b" f+0x1/0x2\nnr_base_pages: 3\n\n")
    monkeypatch.setenv("PAGEOWNER_DEBUGFS", str(folder))
    return folder


def test_a_capture_of_the_running_kernel(debugfs, tmp_path):
    path, states = tmp_path / "capture", []
    capture = pageowner.Capture(force=True, tool="a test", command="of it")
    assert not capture.state.is_complete
    state = capture.take(path, progress=states.append)
    assert state.is_complete and state.seeks and not state.was_killed and state.skipped == 0
    assert state == capture.state and states and not states[0].is_complete
    assert path.stat().st_mode & 0o777 == 0o600 and not os.path.exists(str(path) + ".part")
    profile = pageowner.Profile("pid").load(path)
    assert profile.pages == 2
    text = path.read_bytes()
    assert b"\nPFN# tool: a test (libpageowner)" in text and text.endswith(b"complete: yes\n")
    with pytest.raises(ValueError, match="before"):
        capture.take(path)
    assert path.read_bytes() == text

    packed = tmp_path / "capture.gz"
    pageowner.Capture("stacks").take(packed)
    assert packed.read_bytes().startswith(b"\x1f\x8b")
    assert pageowner.Profile("callstack").load(packed).pages == 3
    plain, kernels = io.BytesIO(), (debugfs / "page_owner").read_bytes()
    pageowner.Capture(plain=True, force=True).take(plain)
    assert plain.getvalue() == kernels
    with open(path, "r+b") as file:
        file.truncate()
        pageowner.Capture(plain=True, force=True, live=pageowner.Live()).take(file.fileno())
    assert path.read_bytes() == kernels


def test_a_capture_that_fails_says_why_and_keeps_what_it_has(debugfs, tmp_path):
    class Stop(BaseException):
        pass

    def stop(*_):
        raise Stop

    path, part = tmp_path / "capture", tmp_path / "capture.part"
    capture = pageowner.Capture(force=True)
    with pytest.raises(Stop):
        capture.take(path, progress=stop)
    assert not path.exists() and part.read_bytes().endswith(b"complete: no, interrupted\n")
    capture = pageowner.Capture(force=True)
    capture.stop()
    with pytest.raises(InterruptedError, match="interrupted"):
        capture.take(path)
    full = io.BytesIO()
    full.write = stop
    with pytest.raises(Stop):
        pageowner.Capture(force=True).take(full)
    with pytest.raises(FileNotFoundError):
        pageowner.Capture(force=True).take(tmp_path / "none" / "capture")
    part.unlink()
    (debugfs / "page_owner_stacks" / "show_stacks").unlink()
    with pytest.raises(FileNotFoundError, match="show_stacks"):
        pageowner.Capture("stacks").take(path)
    assert not part.exists()        # nothing could be captured
    for wrong in ({"jobs": 65}, {"timeout": 0}, {"mode": "a b"}, {"nodes": "x"},
                  {"what": "nonsense"}):
        with pytest.raises(ValueError):
            pageowner.Capture(**wrong)
    with pytest.raises(ValueError, match="stacks"):
        pageowner.Capture("stacks", nodes=(0, 1))


def test_an_incomplete_capture_is_continued(debugfs, tmp_path):
    path, part = tmp_path / "capture", tmp_path / "capture.part"
    pageowner.Capture(force=True).take(path)
    whole = path.read_bytes()
    part.write_bytes(whole[:whole.rindex(b"PFN# end-time")])
    path.unlink()
    with pageowner.open(part) as reader:
        capture = pageowner.Capture(force=True)
        state = capture.take(path, resume=reader)
    assert state.records == 2 and state.first_pfn == 0x10001
    assert not part.exists() and b"PFN# resumed-time" in path.read_bytes()
    assert [r.pid for r in pageowner.open(path)] == [7, 9]

    part.write_bytes(whole.replace(b"PFN# boot-id: ", b"PFN# boot-id: x"))
    with pageowner.open(part) as reader, pytest.raises(OSError, match="another boot") as raised:
        pageowner.Capture(force=True).take(path, resume=reader)
    assert raised.value.errno == errno.ESTALE
    assert sorted(p.name for p in tmp_path.iterdir()) == ["capture", "capture.part", "debug"]
