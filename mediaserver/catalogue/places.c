/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From an item and a view to the groups that the item stands in. Knows no database; any thread. */
#include "mediaserver/catalogue/places.h"

#include <string.h>

#include <av-upnp/hash.h>

typedef struct {
	Places *places;
	const View *view;
	const Item *item;
	const char *(*folder_title)(const Item *item, void *data);
	void *data;
} Walk;

static const char *
keep(Places *places, char *text)
{
	g_ptr_array_add(places->strings, text);
	return text;
}

/* @return NULL: the item has no value here and the view leaves such items out */
static const char *
group_title(const Walk *walk, const ViewLevel *level, const char *value)
{
	if (value[0] == '\0') {
		return level->missing;
	}
	if (level->property->home) {
		return keep(walk->places, g_strdup(walk->folder_title(walk->item, walk->data)));
	}
	if (level->name == NULL) {
		return value;
	}
	const char *sign = strchr(level->name, '%');

	return keep(walk->places, g_strdup_printf("%.*s%s%s", (int)(sign - level->name),
					  level->name, value, sign + 1));
}

/* Where the group stands among its siblings, before its name counts. */
static int64_t
group_position(const ViewLevel *level, const Item *item)
{
	int64_t position =
		level->sort_by != NULL ? view_property_get_value(level->sort_by, item) : 0;

	return level->sort_down ? -position : position;
}

static int64_t
group_id(const Group *group)
{
	return avu_hash_strings(60, group->view->id, group->values[0], group->values[1],
		group->values[2], group->values[3], NULL);
}

static void
add_child(const Walk *walk, const Group *above, const char *value, bool first, GArray *children)
{
	const ViewLevel *level = &walk->view->levels[above->level];
	const char *title = group_title(walk, level, value);
	Group group = *above;
	unsigned n = 0;

	if (title == NULL) {
		return;
	}
	while (n < VIEW_VALUES_MAX && group.values[n] != NULL) {
		n++;
	}
	group.values[n++] = value;
	if (level->property->owner != 0) {
		group.values[n] = view_property_get_owner(level->property, walk->item);
	}
	group.level++;
	group.parent = above->id;
	group.id = group_id(&group);
	group.title = title;
	group.sort = keep(walk->places,
		view_property_dup_sort_key(level->property, walk->item, first, title));
	group.upnp_class = level->upnp_class;
	group.position = group_position(level, walk->item);
	group.further = above->further || !first;
	g_array_append_val(children, group);
}

/* One level down from all groups of the last. */
static GArray *
descend(const Walk *walk, const GArray *above)
{
	unsigned at = g_array_index(above, Group, 0).level;
	const ViewLevel *level = &walk->view->levels[at];
	GArray *children = g_array_new(FALSE, FALSE, sizeof(Group));

	if (!view_filter_passes(level->filter, walk->item)) {
		return children;
	}
	char **values = view_property_dup_values(level->property, walk->item);

	for (size_t v = 0; values[v] != NULL; v++) {
		const char *value = keep(walk->places, values[v]);

		for (guint i = 0; i < above->len && children->len < PLACES_MAX; i++) {
			add_child(walk, &g_array_index(above, Group, i), value, v == 0, children);
		}
	}
	g_free(values); /* the texts are kept */
	return children;
}

/* Groups that lead to no leaf: the view leaves the item out further down. */
static void
prune(GArray *groups, unsigned n_levels)
{
	for (guint i = groups->len; i-- > 0;) {
		const Group *group = &g_array_index(groups, Group, i);
		bool leads = group->level == n_levels;

		for (guint below = i + 1; below < groups->len && !leads; below++) {
			leads = g_array_index(groups, Group, below).parent == group->id;
		}
		if (!leads) {
			(void)g_array_remove_index(groups, i);
		}
	}
}

void
places_init(Places *places, const View *view, const Item *item,
	const char *(*folder_title)(const Item *item, void *data), void *data)
{
	const Walk walk = { places, view, item, folder_title, data };
	Group top = { .view = view, .id = view_get_container(view) };

	places->strings = g_ptr_array_new_with_free_func(g_free);
	places->groups = g_array_new(FALSE, FALSE, sizeof(Group));
	places->leaves = g_array_new(FALSE, FALSE, sizeof(Group));
	if (item == NULL || view->kind == ITEM_NONE || view->kind != (ItemKind)item->kind ||
		!view_filter_passes(view->filter, item)) {
		return;
	}
	if (view->folders) {
		top.id = item->home;
	}
	g_array_append_val(places->leaves, top);
	for (unsigned l = 0; l < view->n_levels && places->leaves->len > 0; l++) {
		GArray *below = descend(&walk, places->leaves);

		g_array_unref(places->leaves);
		places->leaves = below;
		g_array_append_vals(places->groups, below->data, below->len);
	}
	prune(places->groups, view->n_levels);
}

void
places_clear(Places *places)
{
	g_clear_pointer(&places->groups, g_array_unref);
	g_clear_pointer(&places->leaves, g_array_unref);
	g_clear_pointer(&places->strings, g_ptr_array_unref);
}

const Group *
places_find(const Places *places, int64_t id)
{
	for (guint i = 0; i < places->leaves->len; i++) {
		const Group *leaf = &g_array_index(places->leaves, Group, i);

		if (leaf->id == id) {
			return leaf;
		}
	}
	return NULL;
}
