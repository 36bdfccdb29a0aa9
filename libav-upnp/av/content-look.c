/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A look at objects before something is done to them: restricted or not, of which class, where. Any
 * thread; no state. */
#include "content-look.h"

#include <string.h>

#include <av-upnp/error.h>

void
look_clear(Look *look)
{
	g_clear_pointer(&look->id, g_free);
	g_clear_pointer(&look->parent_id, g_free);
	g_clear_pointer(&look->ref_id, g_free);
	g_clear_pointer(&look->upnp_class, g_free);
	g_clear_pointer(&look->create_class, g_free);
}

typedef struct {
	Look *look;
	void (*use)(const AvuObject *object, void *data);
	void *data;
	bool seen;
} Looking;

static void
take(const AvuObject *object, void *data)
{
	Looking *looking = data;

	if (looking->seen) {
		return;
	}
	looking->seen = true;
	*looking->look = (Look){
		.id = g_strdup(object->id),
		.parent_id = g_strdup(object->parent_id),
		.ref_id = g_strdup(object->ref_id),
		.upnp_class = g_strdup(object->upnp_class != NULL ? object->upnp_class : ""),
		.create_class = g_strdup(object->create_class),
		.container = object->container,
		.restricted = object->restricted,
	};
	if (looking->use != NULL) {
		looking->use(object, looking->data);
	}
}

bool
content_look(const AvuCall *call, const AvuContentDirectory *directory, const char *id,
	Look *ret_look, void (*use)(const AvuObject *object, void *data), void *data,
	GError **error)
{
	g_autofree char *url = content_base_url(call);
	const AvuContentQuery query = { .object_id = id, .count = 1, .base_url = url };
	Looking looking = { .look = ret_look, .use = use, .data = data };
	AvuContentResult result = { 0 };

	*ret_look = (Look){ NULL };
	if (!directory->store->get_object(
		    directory->self, &query, take, &looking, &result, error)) {
		return false;
	}
	if (!looking.seen) {
		g_set_error(error, AVU_UPNP_ERROR, CONTENT_NO_OBJECT, "no object '%.64s'", id);
	}
	return looking.seen;
}

bool
content_look_container(const AvuCall *call, const AvuContentDirectory *directory, const char *id,
	Look *ret_look, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!content_look(call, directory, id, ret_look, NULL, NULL, &problem)) {
		if (g_error_matches(problem, AVU_UPNP_ERROR, CONTENT_NO_OBJECT)) {
			problem->code = CONTENT_NO_CONTAINER;
		}
		g_propagate_error(error, g_steal_pointer(&problem));
		return false;
	}
	if (!ret_look->container) {
		g_set_error(
			error, AVU_UPNP_ERROR, CONTENT_NO_CONTAINER, "'%.64s' is no container", id);
	}
	return ret_look->container;
}

bool
content_unrestricted(const Look *look, int code, GError **error)
{
	if (look->restricted) {
		g_set_error(error, AVU_UPNP_ERROR, code, "'%.64s' is restricted", look->id);
	}
	return !look->restricted;
}

bool
content_parent_unrestricted(const AvuCall *call, const AvuContentDirectory *directory,
	const Look *look, int code, GError **error)
{
	g_auto(Look) parent = { NULL };

	if (strcmp(look->parent_id, "-1") == 0) { /* the root is in nobody's hands */
		g_set_error(error, AVU_UPNP_ERROR, code, "the root cannot be changed");
		return false;
	}
	return content_look(call, directory, look->parent_id, &parent, NULL, NULL, error) &&
	       content_unrestricted(&parent, code, error);
}

/* "object.item.audioItem" takes itself and what is derived from it. */
static bool
is_derived(const char *upnp_class, AvuCursor base)
{
	const size_t len = avu_cursor_len(&base);

	return strncmp(upnp_class, base.at, len) == 0 &&
	       (upnp_class[len] == '\0' || upnp_class[len] == '.');
}

bool
content_takes_class(const Look *container, const char *upnp_class)
{
	const char *at = container->create_class;
	AvuCursor each;

	if (at == NULL || *at == '\0') {
		return true;
	}
	while (avu_object_next_value(&at, &each)) {
		if (is_derived(upnp_class, each)) {
			return true;
		}
	}
	return false;
}

static void
format(const AvuObject *object, void *data)
{
	*(char **)data = avu_didl_format(object);
}

char *
content_format(
	const AvuCall *call, const AvuContentDirectory *directory, const char *id, GError **error)
{
	g_auto(Look) look = { NULL };
	g_autofree char *text = NULL;

	return content_look(call, directory, id, &look, format, &text, error)
		       ? g_steal_pointer(&text)
		       : NULL;
}
