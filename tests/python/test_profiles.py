# SPDX-License-Identifier: LGPL-2.1-or-later
"""Profiles: what they are loaded from, grouped and filtered by, and exported as."""
import json
import mmap
import os
import threading

import pageowner
import pytest
from samples import WORK, needs_xz, record, stacks


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


def test_pages_that_are_free_are_held_by_no_one():
    entry = (b"page_owner tracks the page as %s\npage last allocated via order 3, migratetype "
             b"Movable, gfp_mask 0xcc0(GFP_KERNEL), pid 2, tgid 1 (sh), ts 7, free_ts 9\n"
             b" f+0x1/0x2\npage last free pid 9 tgid 9 stack trace:\n drop+0x1/0x2\n")
    text = entry % b"freed" + entry % b"allocated"
    assert [r.free for r in pageowner.open_bytes(text)] == [1, 0]
    for options, pages, left in (({}, 8, 8), ({"released": True}, 16, 0),
                                 ({"filter": {"free": "yes"}}, 8, 0)):
        p = pageowner.Profile("owner", **options).load_bytes(text)
        assert (p.pages, p.released_pages) == (pages, left)


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
