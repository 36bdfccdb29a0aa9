/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The views in use. A set is constant once it is used; which one it is changes as a whole. Any thread. */
#include "mediaserver/catalogue/views.h"

#include <stdatomic.h>

#include <av-upnp/error.h>

#include "mediaserver/catalogue/view-file.h"

static const View no_views[] = { { NULL } };

static _Atomic(ViewSet *) used;
static _Thread_local const ViewSet *tried;
static const ViewSet *kept[VIEW_SETS_MAX]; /* what was in use; by whoever reloads, one at a time */
static atomic_uint n_kept;

static const ViewSet *
current(void)
{
	return tried != NULL ? tried : atomic_load(&used);
}

const View *
views(void)
{
	const ViewSet *set = current();

	return set != NULL ? view_set_get_views(set) : no_views;
}

int64_t
views_get_signature(void)
{
	const ViewSet *set = current();

	return set != NULL ? view_set_get_signature(set) : 0;
}

const ViewProperty *const *
views_get_several(void)
{
	return view_set_get_several(current());
}

void
views_use(ViewSet *set)
{
	const unsigned n = atomic_load(&n_kept);

	g_assert(n < VIEW_SETS_MAX);
	kept[n] = set;
	atomic_store(&n_kept, n + 1);
	atomic_store(&used, set);
}

ViewSet *
views_get_used(void)
{
	return atomic_load(&used);
}

void
views_try(const ViewSet *set)
{
	tried = set;
}

bool
views_have_room(GError **error)
{
	const bool room = atomic_load(&n_kept) < VIEW_SETS_MAX;

	if (!room) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"the views changed %d times; they are used from the next start on",
			VIEW_SETS_MAX);
	}
	return room;
}

const View *
view_find(const char *id)
{
	for (const View *view = views(); view->id != NULL; view++) {
		if (g_strcmp0(view->id, id) == 0) {
			return view;
		}
	}
	return NULL;
}

unsigned
view_get_n_levels(const View *view)
{
	return view->n_levels;
}

int64_t
view_get_container(const View *view)
{
	return view->container;
}

const View *
view_find_container(int64_t id)
{
	for (const View *view = views(); view->id != NULL; view++) {
		if (view->container == id) {
			return view;
		}
	}
	return NULL;
}
