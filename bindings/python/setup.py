# SPDX-License-Identifier: LGPL-2.1-or-later
"""For pip: compiles _pageowner for the libpageowner that pkg-config finds."""
import os
import sys

from setuptools import setup

# pip's build does not run in this directory's name space.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import build_native  # noqa: E402

setup(version=build_native.pkg_config("--modversion")[0],
      ext_modules=[build_native.installed().distutils_extension()])
