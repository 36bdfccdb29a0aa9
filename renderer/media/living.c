/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is gone is forgotten with the next that comes. */

#include "living.h"

struct Living {
	GPtrArray *weak; /* of GWeakRef */
};

static void
living_forget(void *data)
{
	g_weak_ref_clear(data);
	g_free(data);
}

Living *
living_new(void)
{
	Living *living = g_new0(Living, 1);

	living->weak = g_ptr_array_new_with_free_func(living_forget);
	return living;
}

void
living_free(Living *living)
{
	if (living != NULL) {
		g_ptr_array_unref(living->weak);
		g_free(living);
	}
}

void
living_add(Living *living, GstElement *element)
{
	GWeakRef *weak = g_new0(GWeakRef, 1);

	for (guint i = living->weak->len; i > 0; i--) {
		g_autoptr(GstElement) still =
			g_weak_ref_get(g_ptr_array_index(living->weak, i - 1));

		if (still == NULL) {
			(void)g_ptr_array_remove_index_fast(living->weak, i - 1);
		}
	}
	g_weak_ref_init(weak, element);
	g_ptr_array_add(living->weak, weak);
}

GPtrArray *
living_get(const Living *living)
{
	GPtrArray *elements = g_ptr_array_new_with_free_func(gst_object_unref);

	for (guint i = 0; i < living->weak->len; i++) {
		GstElement *element = g_weak_ref_get(g_ptr_array_index(living->weak, i));

		if (element != NULL) {
			g_ptr_array_add(elements, element);
		}
	}
	return elements;
}
