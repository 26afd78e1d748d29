# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Python package: the same records, groups and changes as the library finds, as
Python values, and views that say when they are gone."""
import errno
import gc
import io
import json
import mmap
import os
import re
import shutil
import subprocess
import sys
import threading

import pageowner
import pytest
from pageowner._core import ffi, lib

DATA = os.environ["PAGEOWNER_DATA"]
SOURCE = os.environ["srcdir"]
XZ = os.environ.get("PAGEOWNER_READS_XZ", "yes") == "yes"
WORK = os.path.join(DATA, "real/linux-6.12-1-work.page_owner.xz")
needs_xz = pytest.mark.skipif(not XZ, reason="libpageowner was built without liblzma")


def record(comm=b"sh", pid=7, order=0, stack=b" alloc_pages+0x1/0x2\n f+0x1/0x9 [mod]\n",
           ts=10, pfn=0x200):
    return (b"Page allocated via order %d, mask 0xcc0(GFP_KERNEL), pid %d, tgid 8 (%s), ts "
            b"%d ns\nPFN 0x%x type Unmovable Block 1 type Movable Flags 0x1(node=0|zone=1)\n"
            b"%s\n" % (order, pid, comm, ts, pfn, stack))


def test_every_field_of_a_record():
    with pageowner.open_bytes(record(order=2) + b"") as reader:
        r = next(iter(reader))
        assert (r.order, r.pages, r.times, r.pid, r.tgid, r.name) == (2, 4, 1, 7, 8, "sh")
        assert (r.gfp_mask, r.gfp, r.ts_ns) == (0xcc0, "GFP_KERNEL", 10)
        assert (r.pfn, r.migratetype, r.block, r.blocktype) == (0x200, "Unmovable", 1, "Movable")
        assert (r.node, r.zone, r.flags, r.flag_names) == (0, 1, 1, "node=0|zone=1")
        assert (r.free_ts_ns, r.memcg, r.handle, r.migrate_reason) == (None,) * 4
        assert (r.owner, r.module) == ("f", "mod")
        assert [(f.symbol, f.module) for f in r.frames] == [("alloc_pages", ""), ("f", "mod")]
        assert r.stack == " alloc_pages+0x1/0x2\n f+0x1/0x9 [mod]\n"
        assert r.kind == pageowner.Kind.PAGE and r.offset == 0 and not r.slab


def test_the_attributes_of_a_record_are_the_columns_of_the_table():
    record_type = type(next(iter(pageowner.open_bytes(record()))))
    columns = {field.column: field for field in pageowner.FIELDS.values() if field.is_column}
    found = {name: value for name, value in vars(record_type).items()
             if type(value).__name__ == "Column"}
    assert set(found) == set(columns)
    for name, attribute in found.items():
        assert columns[name].help.lower() in attribute.__doc__.lower()
    with pageowner.open_bytes(record(order=3)) as reader:
        r = next(iter(reader))
        value = ffi.new("struct pageowner_value *")
        for name, field in columns.items():
            has = lib.pageowner_record_get(r._c, field.number, ffi.NULL,
                                                     value) > 0
            found = getattr(r, name)
            assert has == (found is not None and found is not False)
            if has and not value.is_text:
                assert found == value.number
        with pytest.raises(AttributeError):
            r.pid = 5


def test_names_of_any_bytes():
    name = b"a\xff\n)\x1b[2J"
    with pageowner.open_bytes(record(comm=name)) as reader:
        r = next(iter(reader)).copy()
    assert r.name.encode("utf-8", "surrogateescape") == name
    assert r.raw("name") == name and r.raw("memcg") is None
    assert pageowner.printable(r.name) == "a\\xff\\n)\\x1b[2J"
    p = pageowner.Profile(by="name")
    p.load(pageowner.open_bytes(record(comm=name)))
    assert json.loads(p.to_json())["rows"][0]["name"] == "a\ufffd\n)\x1b[2J"
    assert p[0]["name"] == r.name
    assert pageowner.Profile(by="name").load_bytes(record(comm=name))[0]["name"] == r.name
    copies = pageowner.Profile(by="name,gfp")
    copies.add(r)
    assert copies[0].key == (r.name, "GFP_KERNEL")


def test_views_say_when_they_are_gone():
    reader = pageowner.open_bytes(record(pid=1) + record(pid=2, pfn=0x201))
    records = iter(reader)
    first = next(records)
    kept = first.copy()
    second = next(records)
    with pytest.raises(pageowner.StaleError):
        first.pid
    assert (kept.pid, second.pid) == (1, 2)
    reader.close()
    with pytest.raises(pageowner.StaleError):
        second.pid
    with pytest.raises(ValueError):
        next(iter(reader))
    p = pageowner.Profile(by="pid")
    p.load(pageowner.open_bytes(record()))
    group = p[0]
    p.add(kept)
    with pytest.raises(pageowner.StaleError):
        group["pid"]
    p.close()
    with pytest.raises(ValueError):
        len(p)


def test_rows_and_columns_are_what_records_are():
    text = b"".join(record(pid=i, comm=b"c%d" % (i % 3), pfn=0x200 + i) for i in range(5000)) + \
        b" f+0x1/0x2\nnr_base_pages: 3\n\n"
    one = [(r.pid, r.name, r.node, r.owner, r.stack_id) for r in pageowner.open_bytes(text)]
    names = ("pid", "name", "node", "owner", "stack_id")
    assert list(map(tuple, pageowner.open_bytes(text).rows(*names))) == one
    columns = list(pageowner.open_bytes(text).columns(*names, rows=100))
    assert max(len(c["pid"]) for c in columns) == 100
    assert [row for c in columns for row in zip(*c.values())] == one
    assert one[-1][:3] == (None, None, None) and one[-1][3] == "f"
    arrays = list(pageowner.open_bytes(text).columns(*names, rows=100, arrays=True))
    assert [row for c in arrays for row in zip(*c.values())] == one
    assert isinstance(arrays[0]["pid"], memoryview) and isinstance(arrays[0]["name"], list)
    assert arrays[0]["pid"].tolist() == list(range(100))
    assert list(arrays[-1]["pid"])[-1] is None
    with pytest.raises(ValueError):
        pageowner.open_bytes(text).columns("nonsense")
    with pytest.raises(ValueError):
        pageowner.open_bytes(text).columns("age")
    gfp = next(pageowner.open_bytes(text).columns("gfp", "memcg_offline", rows=9))
    assert gfp == {"gfp": ["GFP_KERNEL"] * 9, "memcg_offline": [None] * 9}


@needs_xz
def test_a_profile_is_what_the_library_finds():
    alone = pageowner.Profile(by=("owner", "module")).load(WORK)
    p = pageowner.Profile(by=("owner", "module")).load(WORK, jobs=2).sort("-pages")
    assert (p.times, p.pages, p.stats.records) == (36250, 47092, 36250)
    assert [g.pages for g in p] == sorted((g.pages for g in alone), reverse=True)
    top = p[0]
    assert (top["owner"], top["module"], top.pages, top.times) == \
        ("filemap_splice_read", None, 11250, 11210)
    assert p[-1].pages <= p[-2].pages and len(p[:3]) == 3
    assert sum(g.pages for g in p) == p.pages
    only = pageowner.Profile(by="owner", filter={"module": "ext4"}).load(WORK)
    assert only.pages == 492
    assert sum(r.pages for r in filter(pageowner.Filter(module="ext4"), pageowner.open(WORK))) == 492


def test_filters(tmp_path):
    text = b"".join(record(pid=i, order=i, ts=i * 10 ** 9, pfn=0x200 + i) for i in range(10))

    def pids(**selectors):
        wanted = pageowner.Filter(**selectors)
        return [r.pid for r in pageowner.open_bytes(text) if wanted(r)]
    assert pids(order="3-5,9") == [3, 4, 5, 9] and pids(order=range(3)) == [0, 1, 2]
    assert pids(pid="2-8", exclude={"pid": (4, 5)}) == [2, 3, 6, 7, 8]
    assert pids(alloc_ts="-1500ms") == [0, 1] and pids(module_any="mod", owner="x") == []
    assert pids(age="8s-", clock_ns=10 ** 10) == [0, 1, 2]
    with pytest.raises(ValueError, match="not a range"):
        pids(age="8s")
    with pytest.raises(ValueError, match="given no clock"):
        pids(age="8s-")
    path = tmp_path / "dump"
    path.write_bytes(text)
    old = pageowner.Filter(age="8s-").find_clock(path)
    assert pageowner.Profile(by="pid", filter=old).load(path).times == 2


def test_names_may_have_any_case_and_unknown_ones_name_the_nearest():
    p = pageowner.Profile(by="PID,Owner", filter={"Order": 0}).load(
        pageowner.open_bytes(record(order=0) + record(order=1)))
    assert p.by == ("pid", "owner") and len(p.sort("-Pages")) == 1
    assert p[0]["OWNER"] == "f" and pageowner.Pageblocks("Stack").sort("PINNED") is not None
    assert p.export("CSV") == p.export("csv")
    for wrong, sentence in (
            (lambda: pageowner.Profile(by="ownr"), "'ownr' is not one of .*mean 'owner'?"),
            (lambda: p.sort("pid,-pagse"), "'pagse' is not one of .*mean 'pages'?"),
            (lambda: pageowner.Profile(keep="zon"), "'zon' is not one of .*mean 'zone'?"),
            (lambda: p.export("jsno"), "'jsno' is not one of .*mean 'json'?"),
            (lambda: pageowner.Diff("ownr"), "'ownr' is not one of stack, .*mean 'owner'?")):
        with pytest.raises(ValueError, match=sentence):
            wrong()


def test_a_profile_from_records_and_readers():
    text = record(pid=1) + record(pid=2, order=3, pfn=0x208)
    p = pageowner.Profile(by="pid")
    for r in pageowner.open_bytes(text):
        assert p.add(r)
    q = pageowner.Profile(by="pid").load(pageowner.open_bytes(text))
    assert p.to_dict()["groups"] == q.to_dict()["groups"]
    assert p.merge(q).pages == 18
    owners = pageowner.Profile(by="owner", plumbing="x*")
    with pytest.raises(ValueError, match="other fields"):
        p.merge(owners)
    with pytest.raises(ValueError, match="other plumbing"):
        pageowner.Profile(by="owner").merge(owners)
    p.sort("-pages")
    assert [g.key for g in p] == [(2,), (1,)]
    with pytest.raises(KeyError, match="stack_id"):
        p[0]["stack_id"]
    with pytest.raises(FileNotFoundError, match="age: /nonexist"):
        pageowner.Filter(age="1s-").find_clock("/nonexist")
    assert p[0].record.pid == 2 and p[0].frames[0].symbol == "alloc_pages"


def test_formats_of_other_programs():
    p = pageowner.Profile(by="callstack").load(pageowner.open_bytes(record(order=1)))
    row, = json.loads(p.to_json())["rows"]
    assert (row["pages"], row["owner"], row["stack_id"]) == \
        (2, "f", "%016x" % pageowner.stack_id(p[0].stack))
    assert p.export("folded", page_size=16384) == b"f [mod];alloc_pages 32768\n"
    row = json.loads(p.export("ndjson", host="h\"", time=1.5, incomplete="cut"))
    assert (row["host"], row["time"]) == ("h\"", "1970-01-01T00:00:01.500000000Z")
    assert not row["complete"] and row["incomplete"] == "cut"
    assert p.export("csv").count(b"\r\n") == 2
    assert {"json", "ndjson", "csv", "folded", "prometheus"} <= set(pageowner.FORMATS)
    by_pid = pageowner.Profile(by="pid").load(pageowner.open_bytes(record()))
    for profile, format in ((p, "nonsense"), (p, "folded-diff"), (by_pid, "folded")):
        with pytest.raises(ValueError):
            profile.export(format)
    diff = pageowner.diff(stacks(3, 4), stacks(9, 4))
    assert b"a;alloc_pages 3 9\n" in diff.export("folded-diff", page_size=1)


def test_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pageowner.Profile(by=("pid", "name")).load(pageowner.open_bytes(record())).to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == ["times", "pages", "pid", "name"]
    assert frame["pages"].sum() == 1


def stacks(a, b):
    text = b" alloc_pages+0x1/0x2\n a+0x1/0x2\nnr_base_pages: %d\n\n" % a + \
        b" alloc_pages+0x1/0x2\n b+0x1/0x2 [m]\nnr_base_pages: %d\n\n" % b
    return pageowner.Profile(by="callstack").load(pageowner.open_bytes(text))


def test_diffs():
    diff = pageowner.diff(stacks(10, 5), stacks(30, 1))
    assert [(c.change, c.pages) for c in diff] == [(20, (10, 30)), (-4, (5, 1))]
    assert diff[0].frames[1].symbol == "a" and not diff[0].new
    trend = pageowner.Diff("module")
    assert trend.by == "module"
    for i in range(4):
        trend.add(stacks(10, 5 * i), time=60.0 * i, threshold=1)
    worst = trend.sort("trend")[0]
    assert worst.name == "m" and worst.steady and worst.fit > 0.999
    assert abs(worst.slope - 5 / 60) < 1e-9 and trend.has_times
    assert [c.name for c in trend.sort("module")] == ["", "m"]
    assert [c.name for c in trend.sort("-module")] == ["m", ""]
    assert [c.pages[0] for c in trend.sort("+last")] == [10, 0]
    with pytest.raises(ValueError, match="rate"):
        trend.sort("slope")
    assert trend.total() == 25 and trend.total(0) == 10
    assert [s.time for s in trend.snapshots] == [0, 60, 120, 180]
    assert {s.capture for s in trend.snapshots} == {None}
    with pytest.raises(ValueError, match="at the same time"):
        trend.add(stacks(10, 5), time=180)
    assert len(trend.snapshots) == 4
    one = pageowner.Profile(by="callstack").load(
        pageowner.open_bytes(b" b+0x1/0x2\nnr_base_pages: 50\n\n"))
    row = pageowner.Diff("owner").add(stacks(10, 5), threshold=1).add(one, threshold=40)[1]
    assert row.unknown and not row.vanished
    assert (row.change, row.least_change, row.most_change) == (-10, -10, 29)
    with pytest.raises(ValueError):
        pageowner.Diff("nonsense")
    with pytest.raises(ValueError):
        pageowner.diff(stacks(1, 1), pageowner.Profile(by="pid"))
    with pytest.raises(ValueError, match="selects by pid"):
        pageowner.Diff(filter={"pid": 1}).add(stacks(1, 1))


def test_who_pins_pageblocks():
    text = record(order=0, pfn=0x200) + record(pid=9, pfn=0x201, stack=b" g+0x1/0x2\n", ts=30)
    text += b"".join(record(pfn=0x400 + i).replace(b"Block 1", b"Block 2") for i in range(3))
    blocks = pageowner.Pageblocks("owner").load(pageowner.open_bytes(text))
    assert (blocks.order, blocks.newest_ns, len(blocks)) == (9, 30, 2)
    first, second = blocks.sort("pinned")
    assert (first.name, first.pinned, first.alone, first.pages) == ("f", 2, 1, 4)
    assert (second.name, second.oldest_ts_ns, second.frames[0].symbol) == ("g", 30, "g")
    one, two = blocks.blocks
    assert (one.number, one.type, one.mixed, one.pages) == (1, "Movable", True, {"Unmovable": 2})
    assert one.pinned and one.pinned_by is None and two.pinned_by == first.number
    assert blocks.zones[0].blocks == {"Movable": 2} and blocks.zones[0].pages == 5
    document = json.loads(blocks.export("json"))
    assert document["kind"] == "pageblocks" and document["rows"][0]["owner"] == "f"
    assert blocks.export("csv").count(b"\r\n") == 3
    assert not blocks.add(next(iter(pageowner.open_bytes(b" f+0x1/0x2\nnr_base_pages: 3\n\n"))))
    assert blocks.by == "owner" and pageowner.Pageblocks("Portable").by == "portable"
    assert blocks.stats[:4] == (5, 5, 1, 0) and blocks.stats.first_misplaced is None
    chosen = pageowner.Pageblocks("owner", filter={"pid": 9}).load(pageowner.open_bytes(text))
    assert [(h.name, h.pinned, h.alone) for h in chosen] == [("g", 1, 0)]
    one, two = chosen.blocks
    assert one.pages == {"Unmovable": 2} and two.pinned and two.pinned_by is None
    assert not list(blocks.pins)
    chosen = pageowner.Pageblocks("owner", filter={"pid": 9}, pins=True)
    assert list(chosen.load(pageowner.open_bytes(text)).pins) == [
        (0, 0, 1), (0, None, 1), (1, None, 3)]
    with pytest.raises(pageowner.Error, match="age"):
        pageowner.Pageblocks(filter={"age": "1s-"}).load(pageowner.open_bytes(text))
    for wrong in (lambda: pageowner.Pageblocks("nonsense"), lambda: blocks.sort("nonsense")):
        with pytest.raises(ValueError):
            wrong()


def test_where_all_memory_is():
    meminfo = "MemTotal: 1000 kB\nMemFree: 400 kB\nSlab: 100 kB\n"
    text = (b" allocate_slab+0x1/0x2\n f+0x1/0x2\nnr_base_pages: 20\n\n"
            b" alloc_pages+0x1/0x2\n g+0x1/0x2 [mod]\nnr_base_pages: 30\n\n")
    profile = pageowner.Profile("callstack").load(pageowner.open_bytes(text))
    account = pageowner.Account(meminfo).add(profile)
    lines = {line.name: line for line in account.lines}
    assert lines["slab"].meminfo_bytes == 100 * 1024 and lines["slab"].pages == 20
    assert lines["vmalloc"].meminfo_bytes is None and lines["free"].pages is None
    assert lines["other"].meminfo_bytes == 500 * 1024
    assert lines["other"].label == "not named by meminfo"
    holder, = account.holders
    assert (holder.owner, holder.module, holder.pages, holder.stacks) == ("g", "mod", 30, 1)
    assert holder.frames[1].symbol == "g"
    assert (account.total_bytes, account.pages) == (1000 * 1024, 50)
    assert json.loads(account.export("json"))["rows"][0]["owner"] == "g"
    small = pageowner.Account("MemTotal: 400 kB\nMemFree: 300 kB\nSlab: 10 kB\n").add(profile)
    assert [line.name for line in small.lines if line.contradicts] == ["slab"]
    assert not any(line.contradicts for line in account.lines)
    with pytest.raises(ValueError, match="are recorded, MemTotal is"):
        pageowner.Account("MemTotal: 150 kB\n").add(profile)
    with pytest.raises(ValueError):
        pageowner.Account().add(profile)
    with pytest.raises(ValueError):
        pageowner.Account("MemFree: 1 kB\n")
    with pytest.raises(ValueError):
        pageowner.Account(meminfo).add(pageowner.Profile("owner"))


def test_where_all_memory_is_without_records(tmp_path):
    account = pageowner.Account().load_machine(os.path.join(DATA, "machine/linux-6.12-work"))
    lines = {line.name: line for line in account.lines}
    assert sum(line.meminfo_bytes or 0 for line in account.lines) == account.total_bytes
    assert lines["slab"].pages is None and account.page_size == 4096
    part = lines["slab"].parts[0]
    assert (part.name, part.module, part.source) == ("ext4_inode_cache", "", "slabinfo")
    assert (part.number, part.unit) == (1095, "objects")
    assert lines["other"].rest_bytes < account.total_bytes // 100
    assert lines["other"].rest == "unexplained" and lines["other"].parts[0].number is None
    files = {file.name: file for file in account.files}
    assert files["slabinfo"].state == "read" and files["zram"].state == "absent"
    assert not account.unknown
    parts = json.loads(account.export("json"))["parts"]
    assert sum(part["bytes"] for part in parts if part["class"] == "slab") == sum(
        part.bytes for part in lines["slab"].parts)
    with pytest.raises(FileNotFoundError, match="meminfo"):
        pageowner.Account().load_machine(tmp_path)


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


def test_damage_is_no_error_and_is_told():
    reader = pageowner.open_bytes(b"junk\n\n" + record())
    assert [r.pid for r in reader] == [7]
    damage = reader.stats.damage
    assert [(d.times, d.first_offset) for d in damage] == [(1, 0)] and damage[0].text


def test_profiles_load_from_anything(tmp_path):
    path = tmp_path / "dump"
    path.write_bytes(record(pid=1) + record(pid=2, pfn=0x201))
    with open(path, "rb") as file:
        assert pageowner.Profile(by="pid").load(file).times == 2
        os.lseek(file.fileno(), len(record(pid=1)), os.SEEK_SET)
        assert pageowner.Profile(by="pid").load(file.fileno())[0].key == (2,)
        mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        assert pageowner.Profile(by="pid").load_bytes(mapped, jobs=2).times == 2
        mapped.close()
    with pytest.raises(pageowner.Error, match="attachment: no page_owner record"):
        pageowner.Profile().load_bytes(b"hello\n", name="attachment")


def test_errors(tmp_path):
    with pytest.raises(FileNotFoundError):
        pageowner.open(tmp_path / "nothere")
    with pytest.raises(FileNotFoundError):
        pageowner.Profile().load(tmp_path / "nothere")
    foreign = tmp_path / "foreign"
    foreign.write_bytes(b"no such thing\n" * 9)
    with pytest.raises(pageowner.Error) as error:
        pageowner.Profile().load(foreign)
    assert "no page_owner record" in str(error.value)
    with pytest.raises(ValueError):
        pageowner.Profile(by="nonsense")
    with pytest.raises(ValueError):
        pageowner.Profile().sort("nonsense")
    with pytest.raises(ValueError):
        pageowner.Filter(nonsense=1)
    with pytest.raises(IndexError):
        pageowner.Profile()[0]
    with pytest.raises(TypeError):
        pageowner.Record()


def test_memory_is_bounded(tmp_path):
    path = tmp_path / "dump"
    path.write_text("".join(
        " f%d+0x1/0x2\nnr_base_pages: 1\n\n" % i for i in range(50000)))
    profile = pageowner.Profile("callstack", max_memory=8 << 20)
    with pytest.raises(OSError, match="limit of 8 MiB") as raised:
        profile.load(path)
    assert raised.value.errno == errno.ENOBUFS
    assert 0 < profile.memory <= 8 << 20
    free = pageowner.Profile("callstack").load(path)
    assert len(free) == 50000
    assert free.memory > profile.memory
    with pytest.raises(ValueError):
        pageowner.Profile(max_memory=-1)


def test_a_budget_is_shared():
    dump = b"".join(record(stack=b" f%d+0x1/0x2\n" % i, pfn=512 * i) for i in range(20000))
    budget = pageowner.Budget()
    profile = pageowner.Profile("callstack", max_memory=budget).load_bytes(dump)
    alone = budget.used
    diff = pageowner.Diff(max_memory=budget).add(profile)
    blocks = pageowner.Pageblocks(max_memory=budget)
    reader = pageowner.open_bytes(dump, max_memory=budget)
    assert blocks.load(reader).memory == diff.memory == profile.memory == budget.used > alone
    budget.max_bytes = budget.used
    for use in (lambda: diff.add(profile).add(profile).sort("owner"),
                lambda: pageowner.Account("MemTotal: 8 kB\n", max_memory=budget).add(profile),
                lambda: pageowner.open_bytes(dump, max_memory=budget),
                lambda: profile.export("folded")):
        with pytest.raises(OSError) as raised:
            use()
        assert raised.value.errno == errno.ENOBUFS
    before = budget.used
    reader.close()
    assert budget.used < before and budget.max_bytes == before
    with pytest.raises(ValueError):
        budget.max_bytes = -1


def test_export_has_more_fields_and_rows_of_a_size():
    p = pageowner.Profile("owner", plumbing=["f"]).load_bytes(
        record(order=3, stack=b" f+0x1/0x2\n g+0x1/0x2\n") + record(stack=b" h+0x1/0x2\n"))
    rows = [json.loads(line) for line in
            p.sort("-pages").export("ndjson", fields=("pid", "name"), threshold=2).splitlines()]
    assert [(r["owner"], r["pages"], r["pid"], r["name"]) for r in rows] == [("g", 8, 7, "sh")]
    with pytest.raises(ValueError, match="nonsense"):
        p.export("json", fields="nonsense")
    with pytest.raises(ValueError, match="threshold"):
        p.export("prometheus", threshold=2)


def test_progress_and_its_exceptions(tmp_path):
    path = tmp_path / "dump"
    path.write_bytes(record() * 50000)
    told = []
    pageowner.Profile().load(path, progress=lambda done, size: told.append((done, size)))
    assert told[-1] == (path.stat().st_size,) * 2

    def stop(done, size):
        raise KeyError("enough")
    # It is reported ten times a second at most: on a fast machine only at the end.
    with pytest.raises(KeyError):
        pageowner.Profile().load(path, progress=stop)


def test_files_and_descriptors(tmp_path):
    path = tmp_path / "dump"
    path.write_bytes(record())
    with open(path, "rb") as file:
        assert [r.pid for r in pageowner.open(file)] == [7]
    fd = os.open(path, os.O_RDONLY)
    assert [r.pid for r in pageowner.open(fd)] == [7]
    os.close(fd)
    text = bytearray(record())
    assert [r.pid for r in pageowner.open_bytes(memoryview(text))] == [7]


def test_one_use_at_a_time_and_threads_side_by_side(tmp_path):
    path = tmp_path / "dump"
    path.write_bytes(record() * 20000)
    p = pageowner.Profile()
    seen = []

    def again(done, size):
        with pytest.raises(RuntimeError):
            len(p)
        seen.append(done)
    threads = [threading.Thread(target=lambda: pageowner.Profile().load(path))
               for _ in range(4)]
    for thread in threads:
        thread.start()
    p.load(path, progress=lambda done, size: seen.append(done))
    for thread in threads:
        thread.join()
    assert p.times == 20000 and seen


def test_nothing_is_kept_for_ever():
    for _ in range(200):
        reader = pageowner.open_bytes(record() * 100)
        next(iter(reader))
        pageowner.Profile(filter={"pid": 7}).load(pageowner.open_bytes(record()))
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) < 50


def test_what_can_be_asked_for():
    assert {"owner", "module", "callstack", "pid"} <= set(pageowner.KEYS)
    assert pageowner.KEYS["stacktrace"].short_name == "st" and pageowner.KEYS["pid"].help
    assert "age" in pageowner.FIELDS and "age" not in pageowner.KEYS
    assert pageowner.FIELDS["kind"].words[0] == "page" and pageowner.FIELDS["pid"].selects
    assert pageowner.fold(" alloc_pages+0x1/0x2\n f+0x1/0x2 [m]\n g+0x1/0x2\n") == "f [m] < g"
    assert pageowner.fold(" f+0x1/0x2\n g+0x1/0x2\n", 1) == "f < ..."
    with pytest.raises(ValueError):
        pageowner.fold("", -1)
    assert pageowner.is_plumbing("alloc_pages") and not pageowner.is_plumbing("ext4_readdir")
    assert pageowner.stack_id(" f+0x1/0x2\n") == pageowner.stack_id(" f+0x9/0xa\n")
    assert pageowner.__version__.count(".") == 2


@needs_xz
@pytest.mark.parametrize("file", ["README.md", "bindings/python/README.md"])
def test_what_the_readme_shows(tmp_path, file):
    with open(os.path.join(SOURCE, file), encoding="utf-8") as readme:
        blocks = re.findall(r"^```python\n(.*?)^```$", readme.read(), re.M | re.S)
    for name in ("page_owner.zst", "before.zst", "after.zst"):
        shutil.copy(WORK, tmp_path / name)	# recognised by its content
    assert blocks
    for block in blocks:
        done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, text=True,
                              capture_output=True, check=False)
        assert done.returncode == 0 and not done.stderr, done.stderr
        if "Profile(by=" in block:
            assert "11250 filemap_splice_read" in done.stdout


def test_a_program_that_is_type_checked(tmp_path):
    mypy = pytest.importorskip("mypy.api")
    program = tmp_path / "program.py"
    program.write_text("import pageowner\n"
                       "for record in pageowner.open('x'):\n"
                       "    reveal_type(record.pid)\n"
                       "pageowner.Profile(by=3)\n")
    out, _, status = mypy.run(["--strict", "--cache-dir", str(tmp_path / "cache"),
                               str(program)])
    assert "Union[builtins.int, None]" in out and '"by"' in out and status == 1, out
    package = os.path.dirname(pageowner.__file__)
    out, _, status = mypy.run(["--cache-dir", str(tmp_path / "cache"), package])
    assert status == 0, out
