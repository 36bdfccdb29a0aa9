/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The catalogue's record of changes, told with object ids. Main thread. Bounded by the record. */
#include "mediaserver/content/changes.h"

#include "mediaserver/content/object-id.h"

static void
format_parent(char text[OBJECT_ID_MAX], int64_t parent)
{
	if (parent < 0) {
		(void)g_strlcpy(text, "-1", OBJECT_ID_MAX);
	} else {
		object_id_format_any_container(text, parent);
	}
}

static void
format_id(char text[2 * OBJECT_ID_MAX], const CatalogueChange *change)
{
	char container[OBJECT_ID_MAX] = "", item[OBJECT_ID_MAX] = "";

	if (change->item == 0 || change->container != 0) {
		object_id_format_any_container(container, change->container);
	}
	if (change->item != 0) {
		object_id_format_item(item, change->item);
	}
	(void)g_snprintf(text, 2 * OBJECT_ID_MAX, "%s%s%s", container,
		*container != '\0' && *item != '\0' ? "." : "", item);
}

bool
content_tell_changes(Catalogue *catalogue, const AvuContentChangeSink *sink)
{
	static const AvuContentChangeKind kinds[] = {
		[CATALOGUE_ADDED] = AVU_CONTENT_ADDED,
		[CATALOGUE_MODIFIED] = AVU_CONTENT_MODIFIED,
		[CATALOGUE_DELETED] = AVU_CONTENT_DELETED,
	};
	g_auto(CatalogueChanges) changes = { NULL };
	char id[2 * OBJECT_ID_MAX], parent[OBJECT_ID_MAX];

	catalogue_take_changes(catalogue, &changes);
	for (guint i = 0; i < changes.changes->len; i++) {
		const CatalogueChange *change = &g_array_index(changes.changes, CatalogueChange, i);

		format_id(id, change);
		format_parent(parent, change->parent);
		const AvuContentChange told = { kinds[change->kind], id, parent, change->upnp_class,
			change->update_id };

		sink->change(&told, sink->data);
	}
	for (guint i = 0; i < changes.containers->len; i++) {
		const CatalogueContainerUpdate *update =
			&g_array_index(changes.containers, CatalogueContainerUpdate, i);

		object_id_format_any_container(id, update->id);
		sink->container(id, update->update_id, sink->data);
	}
	return !changes.lost;
}
