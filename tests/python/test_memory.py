# SPDX-License-Identifier: LGPL-2.1-or-later
"""Memory is bounded, budgets are shared, nothing is kept for ever."""
import errno
import gc
import os

import pageowner
import pytest
from samples import record


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


def test_nothing_is_kept_for_ever():
    for _ in range(200):
        reader = pageowner.open_bytes(record() * 100)
        next(iter(reader))
        pageowner.Profile(filter={"pid": 7}).load(pageowner.open_bytes(record()))
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) < 50
