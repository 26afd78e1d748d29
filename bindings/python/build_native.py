# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make the source of the extension module _pageowner.

What the module offers is read out of libpageowner's public headers, so there is
no second list of functions, constants or members to keep up to date; the C
compiler checks the rest, cffi's "API mode".

    build_native.py INCLUDE_DIRECTORY... OUTPUT    as make calls it

pip comes in through setup.py and takes the headers pkg-config knows.
"""
import os
import re
import subprocess
import sys

import cffi

HERE = os.path.dirname(os.path.abspath(__file__))

# What C calls back; declared here because only cffi knows this keyword.
CALLBACKS = """
extern "Python" int python_progress(void *data, uint64_t done, uint64_t size);
extern "Python" int python_capture_write(void *data, const void *text, size_t length);
extern "Python" int python_capture_progress(void *data,
                                            const struct pageowner_capture_state *state);
extern "Python" void python_capture_skipped(void *data, uint64_t first_pfn,
                                            uint64_t last_pfn, int error);
void free(void *memory);
"""

SOURCE = """
#include <stdlib.h>
#include "native.h"
static int python_progress(void *data, uint64_t done, uint64_t size);
"""


def declarations(text):
    """The declarations of a header, which has nothing else, as cffi reads them."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"\\\n", " ", text)
    text = re.sub(r"#ifdef __cplusplus\n.*?#endif", "", text, flags=re.S)
    # The values of macros are left to the compiler; strings are of no use here.
    text = re.sub(r'^#define\s+(\w+)[ \t]+[^"\n]+$', r"@define \1 ...", text, flags=re.M)
    text = re.sub(r"^#.*$", "", text, flags=re.M)
    return text.replace("@define", "#define")


def read_header(name, directories, seen):
    """The declarations of <name> and, in front of them, of what it includes."""
    if name in seen:
        return ""
    seen.add(name)
    path = next((p for p in (os.path.join(d, name) for d in directories)
                 if os.path.exists(p)), None)
    if path is None:
        sys.exit("build_native.py: %s is in none of: %s" % (name, " ".join(directories)))
    with open(path, encoding="ascii") as header:
        text = header.read()
    included = re.findall(r"^#include <(pageowner/\w+\.h)>", text, flags=re.M)
    return "".join(read_header(i, directories, seen) for i in included) + declarations(text)


def builder(directories, **how):
    """An FFI that can write or compile the module."""
    ffi = cffi.FFI()
    seen = set()
    ffi.cdef(read_header("pageowner/pageowner.h", directories, seen) +
             read_header("pageowner/export.h", directories, seen))
    with open(os.path.join(HERE, "native.h"), encoding="ascii") as header:
        ffi.cdef(declarations(header.read()))
    ffi.cdef(CALLBACKS)
    ffi.set_source("_pageowner", SOURCE, **how)
    return ffi


def pkg_config(*arguments):
    """What pkg-config says of the installed library."""
    command = [os.environ.get("PKG_CONFIG", "pkg-config"), *arguments, "libpageowner-export"]
    try:
        return subprocess.run(command, check=True, text=True,
                              stdout=subprocess.PIPE).stdout.split()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit("libpageowner has to be installed first, and to be found by "
                 "pkg-config (PKG_CONFIG_PATH): %s" % error)


def installed():
    """The FFI that setup.py compiles, for the library that is installed."""
    flags = pkg_config("--cflags-only-I")
    directories = [flag[2:] for flag in flags] + ["/usr/local/include", "/usr/include"]
    return builder(directories, sources=["native.c"],
                   include_dirs=[HERE] + [flag[2:] for flag in flags],
                   library_dirs=[f[2:] for f in pkg_config("--libs-only-L")],
                   libraries=[f[2:] for f in pkg_config("--libs-only-l")])


if __name__ == "__main__":
    # Whole or not at all: a file that is there counts as made.
    builder(sys.argv[1:-1]).emit_c_code(sys.argv[-1] + ".new")
    os.replace(sys.argv[-1] + ".new", sys.argv[-1])
