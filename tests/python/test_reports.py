# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is made of profiles: diffs, pageblocks, accounts of all memory."""
import json
import os

import pageowner
import pytest
from samples import DATA, record, stacks


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
    assert all(not line.details for line in account.lines)
    assert lines["other"].rest == "unexplained" and lines["other"].parts[0].number is None
    files = {file.name: file for file in account.files}
    assert files["slabinfo"].state == "read" and files["zram"].state == "absent"
    assert not account.unknown
    parts = json.loads(account.export("json"))["parts"]
    assert sum(part["bytes"] for part in parts if part["class"] == "slab") == sum(
        part.bytes for part in lines["slab"].parts)
    with pytest.raises(FileNotFoundError, match="meminfo"):
        pageowner.Account().load_machine(tmp_path)
