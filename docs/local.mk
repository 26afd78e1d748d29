# SPDX-License-Identifier: LGPL-2.1-or-later

EXTRA_DIST += docs/flame-graph.png docs/fleet.md docs/formats.md docs/pageblocks.png \
	docs/reliability.md

# The picture in the README, in the source tree: needs Chromium, and xz support.
.PHONY: picture
picture: tools/pageowner-sort
	tools/pageowner-sort -q --format=html -o picture.html \
		$(srcdir)/tests/data/real/linux-6.12-2-leak.page_owner.xz
	chromium --headless --no-sandbox --hide-scrollbars --window-size=1280,900 \
		--screenshot='$(abs_srcdir)/docs/flame-graph.png' \
		"file://$$PWD/picture.html"
	rm picture.html
