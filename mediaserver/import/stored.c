/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which files came by upload, and how much room they take: in state.db, a value for each. What a control point
 * deletes gives its room back at once; what is removed by other means when room is short. Any thread that
 * may wait. */
#include "mediaserver/import/inbox-private.h"

#include <errno.h>
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#define NO_SUCH_OBJECT 701
#define PREFIX "uploaded-"
/* To look at all of them takes a while, and who sends too much may ask often. */
#define RECOUNT_NS (60 * AVU_NS_PER_S)

static char *
key_of(int64_t item)
{
	return g_strdup_printf(PREFIX "%015" G_GINT64_MODIFIER "x", item);
}

/* "OCTETS ROOT PATH" */
static bool
parse(const char *value, uint64_t *ret_bytes, char **ret_root, const char **ret_path)
{
	const char *root = strchr(value, ' ');
	const char *path = root != NULL ? strchr(root + 1, ' ') : NULL;

	if (path == NULL) {
		return false;
	}
	g_autofree char *bytes = g_strndup(value, (size_t)(root - value));

	*ret_root = g_strndup(root + 1, (size_t)(path - root - 1));
	*ret_path = path + 1;
	return avu_parse_uint(bytes, INT64_MAX, ret_bytes);
}

static void
add_stored(const char *key, const char *value, void *data)
{
	Inbox *inbox = data;
	g_autofree char *root = NULL;
	const char *path;
	uint64_t bytes;

	(void)key;
	/* of a folder that is not shared any more nothing is known, and nothing is there for players */
	if (parse(value, &bytes, &root, &path) && roots_find(inbox->roots, root) != NULL) {
		inbox->stored_bytes += bytes;
	}
}

void
inbox_load_stored(Inbox *inbox)
{
	g_autoptr(GError) error = NULL;

	inbox->stored_bytes = 0;
	if (!state_list(inbox->state, PREFIX, add_stored, inbox, &error)) {
		g_warning("how much was uploaded is not known: %s", error->message);
	}
}

void
inbox_note_stored_locked(
	Inbox *inbox, int64_t item, uint64_t bytes, const char *root, const char *path)
{
	g_autofree char *key = key_of(item);
	g_autofree char *value = g_strdup_printf("%" G_GUINT64_FORMAT " %s %s", bytes, root, path);
	g_autoptr(GError) error = NULL;

	inbox->stored_bytes += bytes;
	if (!state_set(inbox->state, key, value, &error)) {
		g_warning("that a file was uploaded is not kept: %s", error->message);
	}
}

void
inbox_release(Inbox *inbox, int64_t item)
{
	g_autofree char *key = key_of(item);
	g_autofree char *value = state_dup(inbox->state, key);
	g_autofree char *root = NULL;
	g_autoptr(GError) error = NULL;
	const char *path;
	uint64_t bytes;

	if (value == NULL || !parse(value, &bytes, &root, &path)) {
		return; /* it did not come by upload */
	}
	(void)pthread_mutex_lock(&inbox->lock);
	if (!state_drop(inbox->state, key, &error)) {
		g_warning("that an uploaded file is gone is not kept: %s", error->message);
	}
	inbox->stored_bytes -= MIN(bytes, inbox->stored_bytes);
	(void)pthread_mutex_unlock(&inbox->lock);
}

/* What is removed by other means */

static void
see_item(const Item *item, void *data)
{
	(void)item, (void)data;
}

static void
see_container(const Container *container, void *data)
{
	(void)container, (void)data;
}

/* Neither an object, wherever it moved to, nor where it came to: there it may be hidden. A root that is away
 * says nothing. */
static bool
is_gone(Inbox *inbox, int64_t item, const char *root_uuid, const char *path)
{
	const CatalogueSink sink = { see_container, see_item, NULL };
	const Root *root = roots_find(inbox->roots, root_uuid);
	g_autoptr(GError) error = NULL;

	if (root == NULL || catalogue_get_item(inbox->catalogue, item, 0, &sink, &error) ||
		!g_error_matches(error, AVU_UPNP_ERROR, NO_SUCH_OBJECT)) {
		return false;
	}
	avu_autofd int fd = root_open(root, path, 0);

	return fd < 0 && (errno == ENOENT || errno == ENOTDIR);
}

typedef struct {
	GPtrArray *keys, *values;
} Recount;

static void
collect(const char *key, const char *value, void *data)
{
	const Recount *recount = data;

	g_ptr_array_add(recount->keys, g_strdup(key + strlen(PREFIX)));
	g_ptr_array_add(recount->values, g_strdup(value));
}

static void
look_at(Inbox *inbox, const char *digits, const char *value)
{
	g_autofree char *root = NULL;
	const char *path;
	uint64_t bytes;
	guint64 item;

	if (g_ascii_string_to_unsigned(digits, 16, 0, INT64_MAX, &item, NULL) &&
		parse(value, &bytes, &root, &path) && is_gone(inbox, (int64_t)item, root, path)) {
		inbox_release(inbox, (int64_t)item);
	}
}

bool
inbox_recount(Inbox *inbox)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	const Recount recount = { keys, values };
	const int64_t now_ns = avu_now_ns();

	(void)pthread_mutex_lock(&inbox->lock);
	const bool due = inbox->recounted_ns == 0 || now_ns - inbox->recounted_ns > RECOUNT_NS;

	inbox->recounted_ns = due ? now_ns : inbox->recounted_ns;
	(void)pthread_mutex_unlock(&inbox->lock);
	if (!due || !state_list(inbox->state, PREFIX, collect, (void *)&recount, NULL)) {
		return false;
	}
	for (guint i = 0; i < keys->len; i++) {
		look_at(inbox, g_ptr_array_index(keys, i), g_ptr_array_index(values, i));
	}
	return true;
}
