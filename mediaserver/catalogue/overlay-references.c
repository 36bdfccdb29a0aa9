/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* References that control points made, in lists that they made: they come and go with their item.
 * Within the writer's transaction, or whole operations of any thread that may wait. */
#include "mediaserver/catalogue/overlay-private.h"

#include <av-upnp/error.h>

#define NO_SUCH_OBJECT 701
#define NO_SUCH_CONTAINER 710

/* The row of a reference, when item and container are there. */
bool
overlay_put_member(
	Catalogue *catalogue, int64_t container, int64_t position, int64_t item, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT OR IGNORE INTO member SELECT ?1, ?2, item.id FROM item, container"
		" WHERE item.id = ?3 AND container.id = ?1",
		error);
	CatalogueChange change = {
		.kind = CATALOGUE_ADDED, .item = item, .container = container, .parent = container
	};

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, container);
	statement_bind_int(statement, 2, position);
	statement_bind_int(statement, 3, item);
	if (!statement_finish(catalogue->writer, statement, error)) {
		return false;
	}
	if (database_get_changes(catalogue->writer) == 0) {
		return true;
	}
	change.update_id = catalogue_stamp(catalogue);
	(void)g_strlcpy(change.upnp_class, "object.item", sizeof(change.upnp_class));
	catalogue_note(catalogue, &change);
	return catalogue_enter_container(catalogue, container, error);
}

bool
overlay_drop_member(Catalogue *catalogue, int64_t container, int64_t item, GError **error)
{
	const CatalogueChange change = { .kind = CATALOGUE_DELETED,
		.item = item,
		.container = container,
		.parent = container,
		.update_id = catalogue_stamp(catalogue) };

	if (!overlay_run(catalogue, "DELETE FROM member WHERE container = ?1 AND item = ?2",
		    container, item, error)) {
		return false;
	}
	if (database_get_changes(catalogue->writer) == 0) {
		return true;
	}
	catalogue_note(catalogue, &change);
	return catalogue_leave_container(catalogue, container, error);
}

static bool
add_reference(Catalogue *catalogue, int64_t container, int64_t item, GError **error)
{
	bool has_item, has, is_in;
	int64_t position = 0;

	if (!overlay_find(catalogue, "SELECT 0 FROM item WHERE id = ?1 AND ?2 = 0", item, 0,
		    &has_item, &position, error) ||
		!overlay_has_container(catalogue, container, &has, error) ||
		!overlay_find(catalogue, "SELECT 0 FROM member WHERE container = ?1 AND item = ?2",
			container, item, &is_in, &position, error)) {
		return false;
	}
	if (!has_item || !has) {
		return overlay_refuse(
			error, has ? NO_SUCH_OBJECT : NO_SUCH_CONTAINER, "no such object");
	}
	if (is_in) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "the item is in there");
		return false;
	}
	return overlay_state_add_reference(catalogue->state, container, item, &position, error) &&
	       overlay_put_member(catalogue, container, position, item, error);
}

bool
overlay_add_reference(Catalogue *catalogue, int64_t container, int64_t item, GError **error)
{
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue, add_reference(catalogue, container, item, error), error);
}

static bool
drop_reference(Catalogue *catalogue, int64_t container, int64_t item, GError **error)
{
	int64_t unused;
	bool is_in;

	if (!overlay_find(catalogue, "SELECT 0 FROM member WHERE container = ?1 AND item = ?2",
		    container, item, &is_in, &unused, error)) {
		return false;
	}
	if (!is_in) {
		return overlay_refuse(error, NO_SUCH_OBJECT, "no such reference");
	}
	return overlay_state_drop_reference(catalogue->state, container, item, error) &&
	       overlay_drop_member(catalogue, container, item, error);
}

bool
overlay_drop_reference(Catalogue *catalogue, int64_t container, int64_t item, GError **error)
{
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue, drop_reference(catalogue, container, item, error), error);
}

/* An item's references come and go with it */

typedef struct {
	GArray *members; /* Member */
	int64_t item;    /* 0: of all */
} MemberList;

typedef struct {
	int64_t container, position, item;
} Member;

static void
add_member(int64_t container, int64_t position, int64_t item, void *data)
{
	MemberList *list = data;
	const Member member = { container, position, item };

	g_array_append_val(list->members, member);
}

bool
overlay_put_members(Catalogue *catalogue, int64_t item, GError **error)
{
	g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(Member));
	MemberList list = { members, item };

	if (!overlay_state_list_references(catalogue->state, item, add_member, &list, error)) {
		return false;
	}
	for (guint i = 0; i < members->len; i++) {
		const Member *member = &g_array_index(members, Member, i);

		if (!overlay_put_member(
			    catalogue, member->container, member->position, member->item, error)) {
			return false;
		}
	}
	return true;
}

bool
overlay_enter_lists(Catalogue *catalogue, int64_t item, GError **error)
{
	return !overlay_state_has_any(catalogue->state) ||
	       overlay_put_members(catalogue, item, error);
}

bool
overlay_leave_lists(Catalogue *catalogue, int64_t item, GError **error)
{
	g_autoptr(GArray) containers = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!catalogue_list_ids(catalogue, "SELECT container FROM member WHERE item = ?1", item,
		    containers, error)) {
		return false;
	}
	for (guint i = 0; i < containers->len; i++) {
		if (!overlay_drop_member(
			    catalogue, g_array_index(containers, int64_t, i), item, error)) {
			return false;
		}
	}
	return true;
}
