# SPDX-License-Identifier: LGPL-2.1-or-later
# The Python package. pip builds it from the same files: pyproject.toml, setup.py.

python_package = \
	bindings/python/pageowner/__init__.py \
	bindings/python/pageowner/_account.py \
	bindings/python/pageowner/_budget.py \
	bindings/python/pageowner/_capture.py \
	bindings/python/pageowner/_core.py \
	bindings/python/pageowner/_diff.py \
	bindings/python/pageowner/_export.py \
	bindings/python/pageowner/_fields.py \
	bindings/python/pageowner/_filter.py \
	bindings/python/pageowner/_live.py \
	bindings/python/pageowner/_pageblock.py \
	bindings/python/pageowner/_profile.py \
	bindings/python/pageowner/_reader.py \
	bindings/python/pageowner/_record.py \
	bindings/python/pageowner/py.typed
EXTRA_DIST += $(python_package) \
	bindings/python/README.md \
	bindings/python/build_native.py \
	bindings/python/native.c \
	bindings/python/native.h \
	bindings/python/pyproject.toml \
	bindings/python/setup.py

if HAVE_PYTHON
pageownerpydir = $(pythondir)/pageowner
pageownerpy_DATA = $(python_package)

# Ours with all warnings; what cffi writes has some of its own.
noinst_LTLIBRARIES += bindings/python/libnative.la
bindings_python_libnative_la_SOURCES = bindings/python/native.c bindings/python/native.h
bindings_python_libnative_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden

pyexec_LTLIBRARIES = bindings/python/_pageowner.la
nodist_bindings_python__pageowner_la_SOURCES = bindings/python/_pageowner.c
bindings_python__pageowner_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/bindings/python $(PYTHON_CPPFLAGS)
bindings_python__pageowner_la_CFLAGS = -pthread $(SANITIZER_CFLAGS)
bindings_python__pageowner_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared
bindings_python__pageowner_la_LIBADD = bindings/python/libnative.la \
	export/libpageowner-export.la libpageowner/libpageowner.la

bindings/python/_pageowner.c: bindings/python/build_native.py bindings/python/native.h \
		$(pageownerinclude_HEADERS) $(nodist_pageownerinclude_HEADERS)
	$(AM_V_GEN)$(MKDIR_P) bindings/python && PYTHONDONTWRITEBYTECODE=1 $(PYTHON) \
		$(srcdir)/bindings/python/build_native.py include $(srcdir)/include $@ >/dev/null
CLEANFILES += bindings/python/_pageowner.c

# Nobody links with it.
install-exec-hook:
	rm -f '$(DESTDIR)$(pyexecdir)/_pageowner.la'
# libtool does not know what belongs to it without that file.
uninstall-hook:
	rm -f '$(DESTDIR)$(pyexecdir)/_pageowner.so'
	rmdir '$(DESTDIR)$(pageownerpydir)' 2>/dev/null || :
endif
