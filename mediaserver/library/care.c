/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Roots that come and go, and roots that have to be walked from time to time. Library's thread. */
#include <av-upnp/clock.h>

#include "mediaserver/library/library-private.h"

/* Mounts are noticed at once; this is for folders that are made. */
#define CHECK_NS (10 * AVU_NS_PER_S)
/* A root without notices: not more than a twentieth of the time is spent walking it */
#define POLL_MIN_NS (60 * AVU_NS_PER_S)
#define POLL_MAX_NS (15 * 60 * AVU_NS_PER_S)
#define POLL_FACTOR 20

static int64_t
interval_of(const Library *library, const RootCare *care)
{
	int64_t poll_ns = CLAMP(care->walk_took_ns * POLL_FACTOR, POLL_MIN_NS, POLL_MAX_NS);
	int64_t reconcile_ns = library->spec.reconcile_ns;

	if (!care->polled) {
		return reconcile_ns;
	}
	return reconcile_ns > 0 ? MIN(poll_ns, reconcile_ns) : poll_ns;
}

void
library_note_walked(Library *library, const Root *root, int64_t took_ns, bool found_any)
{
	RootCare *care = &library->care[root->number];

	care->walk_took_ns = took_ns;
	int64_t interval_ns = interval_of(library, care);

	care->next_ns = interval_ns > 0 ? avu_now_ns() + interval_ns : AVU_TIME_NONE;
	if (found_any) {
		root_remember(root, library->spec.state);
	}
}

void
library_check_roots(Library *library)
{
	bool all_there = true;

	for (unsigned i = 0; i < roots_get_n(library->roots); i++) {
		const Root *root = roots_get(library->roots, i);
		g_autofree char *why = NULL;
		RootChange change = root_check(root, library->spec.state, &why);

		if (change != ROOT_UNCHANGED && library->watch != NULL) {
			watch_forget(library->watch, i, "");
		}
		if (change == ROOT_CAME) {
			g_message("%s is there; it is looked through", root->path);
			library_note_root(library, i, avu_now_ns());
		} else if (change == ROOT_WENT) {
			g_warning("%s; its items stay known until it is back", why);
		}
		all_there = all_there && root_is_present(root);
	}
	/* what is there may go without a notice, too, but hardly without a mount being told of */
	library->next_check_ns =
		all_there && library->mounts >= 0 ? AVU_TIME_NONE : avu_now_ns() + CHECK_NS;
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a == AVU_TIME_NONE ? b : b == AVU_TIME_NONE ? a : MIN(a, b);
}

int64_t
library_next_care_ns(const Library *library)
{
	int64_t next_ns = library->next_check_ns;

	for (unsigned i = 0; i < roots_get_n(library->roots); i++) {
		next_ns = earlier(next_ns, library->care[i].next_ns);
	}
	return next_ns;
}

void
library_care(Library *library)
{
	int64_t now_ns = avu_now_ns();

	if (library->next_check_ns != AVU_TIME_NONE && now_ns >= library->next_check_ns) {
		library_check_roots(library);
	}
	for (unsigned i = 0; i < roots_get_n(library->roots); i++) {
		RootCare *care = &library->care[i];

		if (care->next_ns != AVU_TIME_NONE && now_ns >= care->next_ns) {
			care->next_ns = AVU_TIME_NONE; /* until it is walked */
			library_note_root(library, i, now_ns);
		}
	}
}
