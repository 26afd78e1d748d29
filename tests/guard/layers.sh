#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# layers.sh - the house as HACKING.md draws it: no include runs upward, no include and no
# call in a circle, no private header has the name of a public one, no file and no
# function is too long.
# What HACKING.md names is looked for by paths.py.
set -eu

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$srcdir"

# --- which room may use which. A file that stands beside the rooms is of the room "top",
# but for what knows only fields. "/FILE" after a room: no other file of it.
rooms='
base	base
stack	base stack
parse	base stack parse
read	base stack parse read
field	base stack field
group	base stack parse/notes.h field group
account	base stack read account
live	base read live
top	base stack read field group top
'

# "FILE ROOM INCLUDED-FILE INCLUDED-ROOM" for each #include "..." of the library
find libpageowner -name '*.[ch]' | sort | xargs awk '
function room(file)
{
	sub(/^libpageowner\//, "", file)
	if (file ~ /^(field|record_get)/)
		return "field"
	return file ~ /\// ? substr(file, 1, index(file, "/") - 1) : "top"
}
/^#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	print FILENAME, room(FILENAME), part[2], room("libpageowner/" part[2])
}' >"$tmp/includes"

printf '%s' "$rooms" | awk -v includes="$tmp/includes" '
NF { for (i = 2; i <= NF; i++) may[$1, $i] = 1; known[$1] = 1 }
END {
	while ((getline line < includes) > 0) {
		split(line, f, " ")
		if (!(f[2] in known))
			print f[1] ": " f[2] " is not a room that layers.sh knows"
		else if (!((f[2], f[4]) in may) && !((f[2], f[3]) in may))
			print f[1] ": " f[2] " may not use " f[3]
	}
}' >"$tmp/wrong"

# A name of its own in quotes is always that of a room: "room/file.h".
awk '{ print $1, $3 }' "$tmp/includes" | while read -r file name; do
	[ -e "libpageowner/$name" ] || echo "$file: no libpageowner/$name"
done >>"$tmp/wrong"

# Tools and exporters see public headers and their own folder.
for folder in export tools bindings/python; do
	find $folder -name '*.[ch]' ! -path '*/node_modules/*' | sort |
		xargs awk -v folder=$folder '
	/^#[ \t]*include[ \t]*"/ {
		split($0, part, "\"")
		name = part[2]
		if (name ~ /\.\.\// || (name ~ /\// && index(name, folder "/") != 1))
			print FILENAME ": may not use " name
	}'
done >>"$tmp/wrong"

# GLib can be replaced by editing one file.
find libpageowner -name '*.[ch]' ! -path '*/base/intern.c' |
	xargs grep -l '^#[ 	]*include[ 	]*<glib' |
	sed 's/$/: only base\/intern.c may use GLib/' >>"$tmp/wrong" || :
grep -l '^#[ 	]*include[ 	]*<glib' include/pageowner/* |
	sed 's/$/: no type of GLib in the interface/' >>"$tmp/wrong" || :

# --- circles: of headers, and of rooms
circles() {	# WHAT: pairs on standard input
	tsort >/dev/null 2>"$tmp/loops" || :
	sed -n "s/^tsort: *\(-: \)*\(.*\)/\2/p" "$tmp/loops" | grep -v 'input contains a loop' |
		sed "s/^/$1 in a circle: /"
}
sed 's|^libpageowner/||' "$tmp/includes" | awk '$1 ~ /\.h$/ { print $1, $3 }' |
	circles headers >>"$tmp/wrong"
awk '$2 != $4 { print $2, $4 }' "$tmp/includes" | sort -u | circles rooms >>"$tmp/wrong"

# Calls, from the symbols of the objects: "USER DEFINER NAME", each a source file. Of names
# that several programs define, the one in the folder of the user is meant.
calls() {	# FOLDER
	(cd "$top_builddir" && find "$1" -name '*.o') | sort | while read -r object; do
		source=$(echo "$object" | sed 's|/\.libs/|/|; s|/[A-Za-z_]*-\([^/]*\)\.o$|/\1.c|')
		[ ! -e "$source" ] || $NM -g "$top_builddir/$object" |
			awk -v file="$source" 'NF > 1 { print file, $(NF - 1), $NF }'
	done | awk '
	function folder(file) { sub(/\/[^\/]*$/, "", file); return file }
	$2 == "U" { uses[$1, $3] = 1; next }
	$2 ~ /^[A-Z]$/ { definer[$3] = $1; near[folder($1), $3] = $1 }
	END {
		for (use in uses) {
			split(use, of, SUBSEP)
			to = definer[of[2]]
			if ((folder(of[1]), of[2]) in near)
				to = near[folder(of[1]), of[2]]
			if (to != "" && to != of[1])
				print of[1], to, of[2]
		}
	}' | sort -u
}
for folder in libpageowner export tools; do
	calls $folder >"$tmp/calls"
	[ "$(wc -l <"$tmp/calls")" -ge 50 ] ||
		echo "$folder: who calls whom is not recognised" >>"$tmp/wrong"
	cut -d ' ' -f 1,2 "$tmp/calls" | sort -u | circles "calls of $folder" >>"$tmp/wrong"
	awk '
	function room(file) {
		if (file ~ /^libpageowner\/(field|record_get)/)
			return "libpageowner/field"
		sub(/\/[^\/]*$/, "", file)
		return file
	}
	room($1) != room($2) { print room($1), room($2) }' "$tmp/calls" | sort -u |
		circles "rooms of $folder" >>"$tmp/wrong"
done

# The module has no rooms, but an order: a file uses what is defined below it. What an
# inline function of a header uses is used by who calls it.
cat >"$tmp/kernel.awk" <<'END'
function file_of(path) { sub(/.*\//, "", path); return path }
function words_of(line, into,   n, i, word) {
	gsub(/"([^"\\]|\\.)*"/, "", line)
	n = split(line, word, /[^A-Za-z0-9_]+/)
	for (i = 1; i <= n; i++)
		if (word[i] ~ /^po_/)
			used[into, word[i]] = 1
}
FNR == 1 { comment = 0; inline = "" }
{
	line = $0
	if (comment) {
		if (!sub(/^.*\*\//, "", line))
			next
		comment = 0
	}
	gsub(/\/\*([^*]|\*[^\/])*\*\//, "", line)
	comment = sub(/\/\*.*/, "", line)
}
FILENAME ~ /\.h$/ {
	if (line ~ /^(static|#define)/ && match(line, /po_[a-z0-9_]+\(/)) {
		inline = substr(line, RSTART, RLENGTH - 1)
		is_inline[inline] = 1
		sub(/po_[a-z0-9_]+\(/, "(", line)
	}
	if (inline != "")
		words_of(line, inline)
	if (line ~ /^}/ || (line ~ /^#define/ && line !~ /\\$/) || line ~ /^$/)
		inline = ""
	next
}
# A definition begins in the first column, and is not static.
line ~ /^[A-Za-z]/ && line !~ /^(static|extern|struct [a-z_]+ \{)/ {
	name = line
	sub(/[(=;[].*/, "", name)
	if (line ~ /^DE[A-Z_]+\(/)
		name = line
	n = split(name, word, /[^A-Za-z0-9_]+/)
	for (i = 1; i <= n; i++)
		if (word[i] ~ /^po_/)
			definer[word[i]] = file_of(FILENAME)
}
{ words_of(line, file_of(FILENAME)) }
END {
	do {
		more = 0
		for (pair in used) {
			split(pair, of, SUBSEP)
			if (!(of[2] in is_inline))
				continue
			for (inner in used) {
				split(inner, by, SUBSEP)
				if (by[1] == of[2] && !((of[1], by[2]) in used)) {
					add[of[1], by[2]] = 1
					more = 1
				}
			}
		}
		for (pair in add)
			used[pair] = 1
	} while (more)
	for (pair in used) {
		split(pair, of, SUBSEP)
		to = definer[of[2]]
		if (of[1] ~ /\.c$/ && to != "" && to != of[1])
			print of[1], to
	}
}
END
awk -f "$tmp/kernel.awk" kernel/*.h kernel/[a-z]*[a-z].c | sort -u >"$tmp/calls"
[ "$(wc -l <"$tmp/calls")" -ge 50 ] || echo "kernel: who uses whom is not recognised" >>"$tmp/wrong"
circles "files of kernel" <"$tmp/calls" >>"$tmp/wrong"
grep -H '^#include "' kernel/*.[ch] |
	sed -n 's|^kernel/\(.*\):#include "\(.*\)"|\1 \2|p' |
	circles "headers of kernel" >>"$tmp/wrong"

# --- names
for header in include/pageowner/*.h include/pageowner/version.h.in; do
	name=$(basename "$header" .in)
	# kernel/pageowner.h is of the module, which sees no public header.
	find libpageowner export tools bindings kernel -name "$name" \
		! -path '*/node_modules/*' ! -path kernel/pageowner.h |
		sed 's/$/: a public header has this name/'
done >>"$tmp/wrong"

# --- lengths. What a build in the source tree generates there is not ours to shorten.
find libpageowner export tools kernel -name '*.[ch]' ! -name '*.mod.c' \
	! -name '*.pb-c.[ch]' ! -path '*/node_modules/*' ! -name html-page.h | sort | xargs awk '
FNR == 1 { start = 0; inside = 0 }
/^[A-Za-z_].*\(/ && !inside { start = FNR }
/^\{/ { if (!start) start = FNR; inside = 1 }
/^\}/ {
	if (inside && FNR - start + 1 > 80)
		print FILENAME ":" start ": a function of " FNR - start + 1 " lines"
	inside = start = 0
}
FNR == 501 { print FILENAME ": more than 500 lines" }' >>"$tmp/wrong"

if [ -s "$tmp/wrong" ]; then
	cat "$tmp/wrong"
	exit 1
fi
echo "$(wc -l <"$tmp/includes") includes, none upward"
