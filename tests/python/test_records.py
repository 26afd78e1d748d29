# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records as Python values: their fields, views that say when they are gone, rows and
columns, and where they are read from."""
import json
import os

import pageowner
import pytest
from pageowner._core import ffi, lib
from samples import record


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


def test_damage_is_no_error_and_is_told():
    reader = pageowner.open_bytes(b"junk\n\n" + record())
    assert [r.pid for r in reader] == [7]
    damage = reader.stats.damage
    assert [(d.times, d.first_offset) for d in damage] == [(1, 0)] and damage[0].text


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
