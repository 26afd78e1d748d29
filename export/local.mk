# SPDX-License-Identifier: LGPL-2.1-or-later

pageownerinclude_HEADERS += include/pageowner/export.h

lib_LTLIBRARIES += export/libpageowner-export.la
export_libpageowner_export_la_SOURCES = \
	export/csv.c \
	export/document.c \
	export/export.c \
	export/export.h \
	export/folded.c \
	export/json.c \
	export/json.h \
	export/numbers.c \
	export/numbers.h \
	export/pprof.c \
	export/prometheus.c \
	export/row.c \
	export/speedscope.c \
	export/sqlite.c \
	export/sums.c \
	export/sums.h
export_libpageowner_export_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden \
	$(GLIB_CFLAGS) $(ZLIB_CFLAGS) $(JANSSON_CFLAGS) $(PROTOBUF_C_CFLAGS) \
	$(SQLITE_CFLAGS)
# It sees only what libpageowner exports, as any program.
export_libpageowner_export_la_LIBADD = libpageowner/libpageowner.la $(GLIB_LIBS) \
	$(ZLIB_LIBS) $(JANSSON_LIBS) $(PROTOBUF_C_LIBS) $(SQLITE_LIBS)
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
export_libpageowner_export_la_LIBADD += export/libproto.la
BUILT_SOURCES += export/profile.pb-c.h
CLEANFILES += export/profile.pb-c.c export/profile.pb-c.h
export/profile.pb-c.h: export/profile.pb-c.c
export/profile.pb-c.c: export/profile.proto
	$(AM_V_GEN)$(MKDIR_P) export && $(PROTOC_C) --proto_path=$(srcdir)/export \
		--c_out=export profile.proto
endif

pkgconfig_DATA += export/libpageowner-export.pc
