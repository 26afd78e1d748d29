# SPDX-License-Identifier: LGPL-2.1-or-later

pageownerinclude_HEADERS += include/pageowner/export.h

# As with libpageowner: the insides, and the installed one, which adds the map
noinst_LTLIBRARIES += export/libexport.la
export_libexport_la_SOURCES = \
	export/buffer.c \
	export/buffer.h \
	export/csv.c \
	export/export.c \
	export/folded.c \
	export/group.c \
	export/html-blocks.c \
	export/html-rows.c \
	export/html-text.c \
	export/html.c \
	export/html.h \
	export/json.c \
	export/map.c \
	export/map.h \
	export/memory.c \
	export/number.c \
	export/pprof.c \
	export/prometheus.c \
	export/report.c \
	export/row.c \
	export/row.h \
	export/rows-account.c \
	export/rows-diff.c \
	export/rows-pageblocks.c \
	export/rows-profile.c \
	export/rows-record.c \
	export/settings.c \
	export/speedscope.c \
	export/sqlite.c \
	export/utf8.c \
	export/utf8.h \
	export/writer.h
export_libexport_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden \
	$(ZLIB_CFLAGS) $(PROTOBUF_C_CFLAGS) $(SQLITE_CFLAGS) $(XXHASH_CFLAGS)
export_libexport_la_LIBADD = $(ZLIB_LIBS) $(PROTOBUF_C_LIBS) $(SQLITE_LIBS)

lib_LTLIBRARIES += export/libpageowner-export.la
export_libpageowner_export_la_SOURCES =
# It sees only what libpageowner exports, as any program.
export_libpageowner_export_la_LIBADD = export/libexport.la libpageowner/libpageowner.la
export_libpageowner_export_la_LDFLAGS = $(AM_LDFLAGS) \
	-version-info $(LIBPAGEOWNER_VERSION_INFO) \
	-Wl,--version-script=$(srcdir)/export/libpageowner-export.sym
EXTRA_export_libpageowner_export_la_DEPENDENCIES = export/libpageowner-export.sym
EXTRA_DIST += export/libpageowner-export.sym export/profile.proto

if HAVE_PROTOBUF_C
# Generated code has warnings of its own.
noinst_LTLIBRARIES += export/libproto.la
nodist_export_libproto_la_SOURCES = export/profile.pb-c.c
export_libproto_la_CFLAGS = -fvisibility=hidden $(SANITIZER_CFLAGS) \
	$(PROTOBUF_C_CFLAGS)
export_libexport_la_LIBADD += export/libproto.la
BUILT_SOURCES += export/profile.pb-c.h
CLEANFILES += export/profile.pb-c.c export/profile.pb-c.h
export/profile.pb-c.h: export/profile.pb-c.c
export/profile.pb-c.c: export/profile.proto
	$(AM_V_GEN)$(MKDIR_P) export && $(PROTOC_C) --proto_path=$(srcdir)/export \
		--c_out=export profile.proto
endif

# What is made from html/ with packages of npm goes into a release, which needs no npm.
# Nothing is fetched here, but for a release.
html_sources = export/html/build.mjs export/html/graph.js export/html/head.js \
	export/html/make-page export/html/map.js export/html/package.json \
	export/html/package-lock.json export/html/page.html export/html/page.js \
	export/html/report.js export/html/rows.js export/html/style.css \
	export/html/table.js
EXTRA_DIST += $(html_sources)
if HAVE_HTML
BUILT_SOURCES += export/html-page.h
MAINTAINERCLEANFILES += export/html-page.h
EXTRA_DIST += export/html-page.h
export/html-page.h: $(html_sources)
	$(AM_V_GEN)$(MKDIR_P) export && $(srcdir)/export/html/make-page --offline $@
else
if WANT_HTML
dist_page = $(srcdir)/export/html/make-page $(distdir)/export/html-page.h
endif
endif

pkgconfig_DATA += export/libpageowner-export.pc

# Also where only some programs are made: automake has it for "all" and "check" alone.
$(export_libexport_la_OBJECTS): $(BUILT_SOURCES)
