// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * privilege.c - drop the privileges that a tool does not need when root runs it on data
 * of others.
 */
#include "tools/lib/privilege.h"

#include <stdbool.h>
#include <sys/prctl.h>
#ifdef HAVE_CAP_NG
#include <cap-ng.h>
#endif

/*
 * Files can still be read and written everywhere, because root's dumps are often in
 * folders of others. Dropped is control over the machine: modules, devices, mounts,
 * networks, other processes, and the ability to regain any of it by starting another
 * program.
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
	/* A process that may not change its bounding set has nothing to gain from it. */
	capng_apply(CAPNG_SELECT_BOTH);
#endif
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
