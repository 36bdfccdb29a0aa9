/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DestroyObject, UpdateObject, MoveObject, DeleteResource: may it be done, then the store does it. Runs
 * on the threads of the connections.
 * @clause ContentDirectory:4 5.5.8, 5.5.9, 5.5.10, 5.5.13 */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "content-look.h"
#include "tag-list.h"

enum {
	READ_ONLY = 705,
	RESTRICTED_OBJECT = 711,
	RESTRICTED_PARENT = 713,
	RESTRICTED_SOURCE_PARENT = 721,
	INCOMPATIBLE_CLASS = 722,
	ILLEGAL_DESTINATION = 723,
};

bool
content_destroy_object(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;
	const char *id = avu_call_string(call, "ObjectID");
	g_auto(Look) look = { NULL };

	return content_look(call, directory, id, &look, NULL, NULL, error) &&
	       content_unrestricted(&look, RESTRICTED_OBJECT, error) &&
	       content_parent_unrestricted(call, directory, &look, RESTRICTED_PARENT, error) &&
	       directory->store->writer->destroy(directory->self, id, error);
}

/* UpdateObject */

typedef struct {
	const AvuContentDirectory *directory;
	GArray *current, *next; /* Tag */
	GArray *edits;          /* AvuContentEdit; NULL with problem */
	GError *problem;
} Update;

static void
make_edits(const AvuObject *object, void *data)
{
	Update *update = data;
	const AvuContentWriter *writer = update->directory->store->writer;

	update->edits = tag_list_apply(object, update->current, update->next,
		&writer->edit_properties, &writer->free_properties, &update->problem);
}

/* Are all of these such that restricted objects have them changed as well? */
static bool
all_free(const AvuContentWriter *writer, const GArray *edits)
{
	for (guint i = 0; i < edits->len; i++) {
		if (!avu_property_set_has(&writer->free_properties,
			    g_array_index(edits, AvuContentEdit, i).property)) {
			return false;
		}
	}
	return true;
}

/* What a reference inherits is the item's, and changing a reference never changes its item: properties
 * of references are read-only. Where playing stopped is one for all, see all_free(). */
static bool
check_item(
	const AvuCall *call, const AvuContentDirectory *directory, const Look *look, GError **error)
{
	if (!content_unrestricted(look, RESTRICTED_OBJECT, error) ||
		!content_parent_unrestricted(call, directory, look, RESTRICTED_PARENT, error)) {
		return false;
	}
	if (look->ref_id != NULL) {
		g_set_error(error, AVU_UPNP_ERROR, READ_ONLY,
			"'%.64s' is a reference; '%.64s' is what can be changed", look->id,
			look->ref_id);
	}
	return look->ref_id == NULL;
}

static bool
apply(const AvuCall *call, const AvuContentDirectory *directory, const Look *look, Update *update,
	GError **error)
{
	const AvuContentWriter *writer = directory->store->writer;

	if (update->edits == NULL) {
		g_propagate_error(error, g_steal_pointer(&update->problem));
		return false;
	}
	return (all_free(writer, update->edits) || check_item(call, directory, look, error)) &&
	       writer->update(directory->self, look->ref_id != NULL ? look->ref_id : look->id,
		       (const AvuContentEdit *)(void *)update->edits->data, update->edits->len,
		       error);
}

bool
content_update_object(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;
	g_autoptr(GError) bad_current = NULL, bad_next = NULL;
	g_autoptr(GArray) current = tag_list_parse(
		avu_call_string(call, "CurrentTagValue"), /* is_new = */ false, &bad_current);
	g_autoptr(GArray) next = tag_list_parse(
		avu_call_string(call, "NewTagValue"), /* is_new = */ true, &bad_next);
	const bool readable = current != NULL && next != NULL;
	Update update = { .directory = directory, .current = current, .next = next };
	g_auto(Look) look = { NULL };

	if (!content_look(call, directory, avu_call_string(call, "ObjectID"), &look,
		    readable ? make_edits : NULL, &update, error)) {
		return false;
	}
	if (!readable) {
		g_propagate_error(error, bad_current != NULL ? g_steal_pointer(&bad_current)
							     : g_steal_pointer(&bad_next));
		return false;
	}
	const bool done = apply(call, directory, &look, &update, error);

	g_clear_pointer(&update.edits, g_array_unref);
	return done;
}

/* MoveObject */

/* Is the container inside of moved, or moved itself? */
static bool
is_inside(const AvuCall *call, const AvuContentDirectory *directory, const char *container_id,
	const char *moved_id, bool *ret_inside, GError **error)
{
	g_autofree char *id = g_strdup(container_id);

	*ret_inside = true;
	for (unsigned depth = 0; depth < AVU_LIMIT_PATH; depth++) {
		g_auto(Look) look = { NULL };

		if (strcmp(id, moved_id) == 0) {
			return true;
		}
		if (strcmp(id, "-1") == 0) {
			*ret_inside = false;
			return true;
		}
		if (!content_look(call, directory, id, &look, NULL, NULL, error)) {
			return false;
		}
		g_free(id);
		id = g_steal_pointer(&look.parent_id);
	}
	return true; /* a tree without end has no place to move to */
}

static bool
check_destination(const AvuCall *call, const AvuContentDirectory *directory, const Look *moved,
	const Look *destination, GError **error)
{
	bool inside;

	if (!content_takes_class(destination, moved->upnp_class)) {
		g_set_error(error, AVU_UPNP_ERROR, INCOMPATIBLE_CLASS,
			"'%.64s' takes no objects of class %.64s", destination->id,
			moved->upnp_class);
		return false;
	}
	if (!moved->container) {
		return true;
	}
	if (!is_inside(call, directory, destination->id, moved->id, &inside, error)) {
		return false;
	}
	if (inside) {
		g_set_error(error, AVU_UPNP_ERROR, ILLEGAL_DESTINATION,
			"'%.64s' lies in what is moved", destination->id);
	}
	return !inside;
}

bool
content_move_object(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;
	const char *id = avu_call_string(call, "ObjectID");
	const char *parent_id = avu_call_string(call, "NewParentID");
	g_auto(Look) moved = { NULL };
	g_auto(Look) destination = { NULL };

	if (!content_look(call, directory, id, &moved, NULL, NULL, error) ||
		!content_look_container(call, directory, parent_id, &destination, error) ||
		!content_unrestricted(&moved, RESTRICTED_OBJECT, error) ||
		!content_unrestricted(&destination, RESTRICTED_PARENT, error) ||
		!content_parent_unrestricted(
			call, directory, &moved, RESTRICTED_SOURCE_PARENT, error) ||
		!check_destination(call, directory, &moved, &destination, error)) {
		return false;
	}
	g_autofree char *new_id =
		directory->store->writer->move(directory->self, id, parent_id, error);

	if (new_id == NULL) {
		return false;
	}
	avu_call_reply_string(call, "NewObjectID", new_id);
	return true;
}

bool
content_delete_resource(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;

	return directory->store->writer->delete_resource(
		directory->self, avu_call_string(call, "ResourceURI"), error);
}
