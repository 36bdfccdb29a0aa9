/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/sandbox-fds.c: leaving a helper no descriptor that was not meant for it. */
#include <stdlib.h>
#include <unistd.h>

#include <av-upnp/sandbox.h>

void
avu_sandbox_close_fds(int first, const int *keep, unsigned n_keep)
{
	unsigned from = (unsigned)first;

	/* Gap by gap between the kept ones; n is small, so a selection beats a sort with a copy. */
	for (;;) {
		unsigned next = ~0u;

		for (unsigned i = 0; i < n_keep; i++) {
			if (keep[i] >= 0 && (unsigned)keep[i] >= from && (unsigned)keep[i] < next) {
				next = (unsigned)keep[i];
			}
		}
		if (next == ~0u) {
			(void)close_range(from, ~0u, 0);
			return;
		}
		if (next > from) {
			(void)close_range(from, next - 1, 0);
		}
		from = next + 1;
	}
}
