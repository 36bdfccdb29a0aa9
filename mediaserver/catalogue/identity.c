/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ids of items: the hash of root and path when first seen. What moved, and what found its hash taken,
 * has a row in state.db, so that a rebuilt catalogue gives the same ids (ROB-006). These rows are on
 * the disk before the transaction that needs them: lost after it, ids would change with the next
 * rebuild; too early, they say where the item is about to be. Writer's thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/hash.h>

#include "mediaserver/catalogue/catalogue-private.h"

/* Tries to find a free id for an item whose hash is taken: more than one is already a wonder. */
#define SALTS_MAX 16

typedef struct {
	int64_t id;
	char *root, *path; /* path NULL: the id is free again */
} SettlingId;

static void
settling_clear(void *data)
{
	SettlingId *settling = data;

	g_free(settling->root);
	g_free(settling->path);
}

GArray *
catalogue_new_settling(void)
{
	GArray *settling = g_array_new(FALSE, FALSE, sizeof(SettlingId));

	g_array_set_clear_func(settling, settling_clear);
	return settling;
}

void
catalogue_forget_settling(Catalogue *catalogue)
{
	if (catalogue->settling != NULL) {
		g_array_set_size(catalogue->settling, 0);
	}
}

static void
settle(Catalogue *catalogue, int64_t id, const char *root, const char *path)
{
	const SettlingId settling = { id, g_strdup(root), g_strdup(path) };

	g_array_append_val(catalogue->settling, settling);
}

/* The last word of this transaction about an id. NULL: none */
static const SettlingId *
find_settling(const Catalogue *catalogue, int64_t id)
{
	for (guint i = catalogue->settling->len; i > 0; i--) {
		const SettlingId *settling = &g_array_index(catalogue->settling, SettlingId, i - 1);

		if (settling->id == id) {
			return settling;
		}
	}
	return NULL;
}

bool
catalogue_settle_ids(Catalogue *catalogue, GError **error)
{
	guint n = catalogue->settling->len;
	g_autofree SettledId *ids = g_new(SettledId, n);

	if (n == 0) {
		return true;
	}
	for (guint i = 0; i < n; i++) {
		const SettlingId *settling = &g_array_index(catalogue->settling, SettlingId, i);

		ids[i] = (SettledId){ settling->id, settling->root, settling->path };
	}
	return state_settle(catalogue->state, ids, n, error);
}

void
catalogue_release_id(Catalogue *catalogue, int64_t id)
{
	if (find_settling(catalogue, id) != NULL || state_is_settled(catalogue->state, id)) {
		settle(catalogue, id, NULL, NULL);
	}
}

/* @return STATEMENT_ROW: another file has this id; DONE: it is free or this file's own */
static StatementStep
is_taken(Catalogue *catalogue, int64_t id, const Item *item, GError **error)
{
	Statement *statement = database_prepare(
		catalogue->writer, "SELECT folder, name FROM item WHERE id = ?1", error);

	if (statement == NULL) {
		return STATEMENT_FAILED;
	}
	statement_bind_int(statement, 1, id);
	StatementStep step = statement_step(catalogue->writer, statement, error);

	if (step != STATEMENT_ROW) {
		return step;
	}
	bool own = statement_get_int(statement, 0) == item->folder &&
		   g_strcmp0(statement_get_text(statement, 1), item->name) == 0;

	if (!statement_finish(catalogue->writer, statement, error)) {
		return STATEMENT_FAILED;
	}
	return own ? STATEMENT_DONE : STATEMENT_ROW;
}

/* Another file has the id, in the catalogue or when that is rebuilt. */
static StatementStep
is_reserved(Catalogue *catalogue, int64_t id, const Item *item, GError **error)
{
	const SettlingId *settling = find_settling(catalogue, id);
	bool settled =
		settling != NULL ? settling->path != NULL : state_is_settled(catalogue->state, id);

	return settled ? STATEMENT_ROW : is_taken(catalogue, id, item, error);
}

static int64_t
hash_of(const char *root, const char *path, unsigned salt)
{
	g_autofree char *salted = g_strdup_printf("%u", salt);

	return avu_hash_strings(60, "item", root, path, salt == 0 ? NULL : salted, NULL);
}

/* The item comes with its id: a row is needed when it is not the hash of this place. */
static void
keep_id(Catalogue *catalogue, const char *root, const char *path, int64_t id)
{
	bool at_home = hash_of(root, path, 0) == id;

	if (at_home) {
		catalogue_release_id(catalogue, id);
	} else if (state_find_settled(catalogue->state, root, path) != id ||
		   find_settling(catalogue, id) != NULL) {
		settle(catalogue, id, root, path);
	}
}

static bool
find_free_id(Catalogue *catalogue, const char *root, const char *path, Item *item, GError **error)
{
	for (unsigned salt = 0; salt < SALTS_MAX; salt++) {
		int64_t id = hash_of(root, path, salt);
		StatementStep step = is_reserved(catalogue, id, item, error);

		if (step == STATEMENT_FAILED) {
			return false;
		}
		if (step == STATEMENT_DONE) {
			item->id = id;
			if (salt != 0) {
				settle(catalogue, id, root, path);
			}
			return true;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_FAILED, "no free id for '%s'", path);
	return false;
}

bool
catalogue_choose_id(Catalogue *catalogue, const CatalogueFolder *folder, Item *item, GError **error)
{
	g_autofree char *path = folder->path[0] == '\0'
					? g_strdup(item->name)
					: g_strconcat(folder->path, "/", item->name, NULL);

	if (item->id != 0) {
		keep_id(catalogue, folder->root, path, item->id);
		return true;
	}
	int64_t settled = state_find_settled(catalogue->state, folder->root, path);

	if (settled != 0) {
		StatementStep step = is_taken(catalogue, settled, item, error);

		if (step == STATEMENT_FAILED) {
			return false;
		}
		if (step == STATEMENT_DONE) {
			item->id = settled;
			return true;
		}
	}
	return find_free_id(catalogue, folder->root, path, item, error);
}
