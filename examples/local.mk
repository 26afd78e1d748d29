# SPDX-License-Identifier: LGPL-2.1-or-later

# Built by tests/guard/examples.sh as a stranger would: against an installed tree.
EXTRA_DIST += \
	examples/convert.c \
	examples/follow-stack.c \
	examples/my-filter.c \
	examples/pageowner-rules-test.yml \
	examples/pageowner-rules.yml \
	examples/take-snapshot.c \
	examples/top-owners.c
