/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The views in use. Constant once set, any thread. */
#include "mediaserver/catalogue/views.h"

#include "mediaserver/catalogue/view-file.h"

static const View no_views[] = { { NULL } };
static const View *table = no_views; /* set before there are threads */
static int64_t signature;
static GPtrArray *several;

const View *
views(void)
{
	return table;
}

int64_t
views_get_signature(void)
{
	return signature;
}

static void
collect_several(void)
{
	g_clear_pointer(&several, g_ptr_array_unref);
	several = g_ptr_array_new();
	for (const View *view = table; view->id != NULL; view++) {
		for (unsigned l = 0; l < view->n_levels; l++) {
			const ViewProperty *property = view->levels[l].property;

			if (property->several && !g_ptr_array_find(several, property, NULL)) {
				g_ptr_array_add(several, (gpointer)property);
			}
		}
	}
	g_ptr_array_add(several, NULL);
}

const ViewProperty *const *
views_get_several(void)
{
	return (const ViewProperty *const *)several->pdata;
}

void
views_use(ViewSet *set)
{
	static ViewSet *used;

	table = view_set_get_views(set);
	signature = view_set_get_signature(set);
	collect_several();
	view_set_free(used);
	used = set;
}

const View *
view_find(const char *id)
{
	for (const View *view = table; view->id != NULL; view++) {
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
	for (const View *view = table; view->id != NULL; view++) {
		if (view->container == id) {
			return view;
		}
	}
	return NULL;
}
