// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * privilege.c - what a tool that root runs on other people's data does without.
 */
#include "tools/lib/privilege.h"

#include <stdbool.h>
#include <sys/prctl.h>
#ifdef HAVE_CAP_NG
#include <cap-ng.h>
#endif

/*
 * All files can still be read, and written where they are to be: root's dumps often
 * lie in folders of others. What is given up is what makes root the machine's master:
 * modules, devices, mounts, networks, other processes, and to gain any of it by
 * starting another program.
 */
void cli_drop_privileges(void)
{
#ifdef HAVE_CAP_NG
	static const unsigned int kept[] = {
		CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER,
	};
	bool has[sizeof(kept) / sizeof(kept[0])];

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		has[i] = capng_have_capability(CAPNG_PERMITTED, kept[i]);
	capng_clear(CAPNG_SELECT_ALL);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (has[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
				     kept[i]);
	/* Whose bounding set it is not allowed to change has nothing to gain there. */
	capng_apply(CAPNG_SELECT_BOTH);
#endif
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
