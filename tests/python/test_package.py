# SPDX-License-Identifier: LGPL-2.1-or-later
"""The package as a whole: its errors, tables and types, and what its documents show."""
import os
import re
import shutil
import subprocess
import sys

import pageowner
import pytest
from samples import SOURCE, WORK, needs_xz


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
