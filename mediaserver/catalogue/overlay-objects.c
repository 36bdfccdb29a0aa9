/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects that control points made: promised files, folders, lists. state.db says what
 * there is; the catalogue has rows for it, made again at the start after a rebuild. Within the writer's
 * transaction, or whole operations of any thread that may wait. */
#include "mediaserver/catalogue/overlay-private.h"
#include "mediaserver/catalogue/sort-key.h"

#include <av-upnp/error.h>
#include <av-upnp/random.h>
#include <av-upnp/text.h>

#define NO_SUCH_OBJECT 701
#define NO_SUCH_CONTAINER 710
#define ID_BITS 60

bool
overlay_refuse(GError **error, int code, const char *what)
{
	g_set_error(error, AVU_UPNP_ERROR, code, "%s", what);
	return false;
}

bool
overlay_run(Catalogue *catalogue, const char *sql, int64_t first, int64_t second, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, first);
	statement_bind_int(statement, 2, second);
	return statement_finish(catalogue->writer, statement, error);
}

bool
overlay_find(Catalogue *catalogue, const char *sql, int64_t first, int64_t second, bool *ret_found,
	int64_t *ret_value, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, first);
	statement_bind_int(statement, 2, second);
	StatementStep step = statement_step(catalogue->writer, statement, error);

	*ret_found = step == STATEMENT_ROW;
	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	*ret_value = statement_get_int(statement, 0);
	return statement_finish(catalogue->writer, statement, error);
}

/* Promises */

bool
overlay_keep_promise(Catalogue *catalogue, const Item *item, GError **error)
{
	int64_t promised;
	bool there;

	if (item->promised != 0) {
		return true;
	}
	return overlay_find(catalogue, "SELECT promised FROM item WHERE id = ?1 AND ?2 = 0",
		       item->id, 0, &there, &promised, error) &&
	       (!there || promised == 0 ||
		       overlay_state_drop_promise(catalogue->state, item->id, error));
}

static bool
is_name_taken(Catalogue *catalogue, const CatalogueFolder *folder, const char *name,
	bool *ret_taken, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT 1 FROM item WHERE folder = ?1 AND name = ?2 UNION ALL"
		" SELECT 1 FROM folder WHERE parent = ?1 AND name = ?2",
		error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, catalogue_folder_id(folder));
	statement_bind_blob(statement, 2, name, strlen(name));
	StatementStep step = statement_step(catalogue->writer, statement, error);

	*ret_taken = step == STATEMENT_ROW;
	return step == STATEMENT_ROW ? statement_finish(catalogue->writer, statement, error)
				     : step == STATEMENT_DONE;
}

/* The folder may be one that has had nothing so far. */
static bool
put_promised(Catalogue *catalogue, const CatalogueFolder *folder, Item *item, GError **error)
{
	return catalogue_put_folder(catalogue, folder, error) &&
	       catalogue_put_item(catalogue, folder, item, error);
}

/* The row first: it gives the id, and is taken back when the state cannot be written. */
static bool
promise(Catalogue *catalogue, const CatalogueFolder *folder, Item *item, int64_t expires_s,
	GError **error)
{
	bool taken;

	if (!is_name_taken(catalogue, folder, item->name, &taken, error)) {
		return false;
	}
	if (taken) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "there is something of that name");
		return false;
	}
	item->promised = 1;
	if (!overlay_show(catalogue, folder, item->name, error) ||
		!put_promised(catalogue, folder, item, error)) {
		return false;
	}
	const StatePromise state = {
		.id = item->id,
		.root = folder->root,
		.root_title = folder->title,
		.folder = folder->path,
		.name = item->name,
		.title = item->title,
		.mime = item->mime,
		.kind = item->kind,
		.expires_s = expires_s,
	};

	return overlay_state_put_promise(catalogue->state, &state, error);
}

bool
overlay_promise(Catalogue *catalogue, const CatalogueFolder *folder, Item *item, int64_t expires_s,
	GError **error)
{
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue, promise(catalogue, folder, item, expires_s, error), error);
}

bool
overlay_extend_promise(Catalogue *catalogue, int64_t item, int64_t expires_s, GError **error)
{
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue,
		       overlay_state_extend_promise(catalogue->state, item, expires_s, error),
		       error);
}

static bool
drop_promise(Catalogue *catalogue, int64_t item, GError **error)
{
	int64_t promised = 0;
	bool there;

	return overlay_state_drop_promise(catalogue->state, item, error) &&
	       overlay_find(catalogue, "SELECT promised FROM item WHERE id = ?1 AND ?2 = 0", item,
		       0, &there, &promised, error) &&
	       (promised == 0 || catalogue_remove_item(catalogue, item, error));
}

bool
overlay_drop_promise(Catalogue *catalogue, int64_t item, GError **error)
{
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue, drop_promise(catalogue, item, error), error);
}

typedef struct {
	void (*add)(const OverlayPromise *promise, void *data);
	void *data;
} PromiseClosure;

static void
tell_promise(const StatePromise *promise, void *data)
{
	const PromiseClosure *call = data;
	g_autofree char *path = promise->folder[0] == '\0'
					? g_strdup(promise->name)
					: g_strconcat(promise->folder, "/", promise->name, NULL);
	const OverlayPromise told = { promise->id, promise->root, path, promise->expires_s };

	call->add(&told, call->data);
}

bool
overlay_list_promises(Catalogue *catalogue, void (*add)(const OverlayPromise *promise, void *data),
	void *data, GError **error)
{
	PromiseClosure closure = { add, data };

	return overlay_state_list_promises(catalogue->state, tell_promise, &closure, error);
}

/* Containers */

static bool
make_folder(Catalogue *catalogue, ItemKind kind, const CatalogueFolder *folder, int64_t id,
	GError **error)
{
	return catalogue_put_folder(catalogue, folder, error) &&
	       catalogue_ensure_folder_container(
		       catalogue, catalogue_folder_view(kind), folder, error) &&
	       overlay_run(catalogue, "UPDATE container SET made = ?2 WHERE id = ?1", id,
		       CONTAINER_FOLDER, error);
}

bool
overlay_make_folder(Catalogue *catalogue, ItemKind kind, const CatalogueFolder *folder,
	int64_t *ret_id, GError **error)
{
	const StateContainer made = {
		.id = catalogue_folder_container(catalogue_folder_view(kind), folder),
		.kind = kind,
		.root = folder->root,
		.root_title = folder->title,
		.path = folder->path,
	};

	*ret_id = made.id;
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue,
		       overlay_state_put_container(catalogue->state, &made, error) &&
			       make_folder(catalogue, kind, folder, made.id, error),
		       error);
}

/* A list stands one level below its parent, in its view. */
static bool
put_list(Catalogue *catalogue, const StateContainer *list, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT INTO container (id, parent, view, level, title, class, position,"
		" sort_title, children, update_id, fold_title, object_update_id, made)"
		" SELECT ?1, ?2, view, level + 1, ?3, ?4, 0, ?5, 0, ?6, ?7, ?6, ?8 FROM container"
		" WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM container WHERE id = ?1)",
		error);
	CatalogueChange change = { .kind = CATALOGUE_ADDED,
		.container = list->id,
		.parent = list->parent,
		.update_id = catalogue_stamp(catalogue) };

	if (statement == NULL) {
		return false;
	}
	g_autofree char *sort = sort_key_dup(list->title);
	g_autofree char *fold = avu_text_fold(list->title);

	statement_bind_int(statement, 1, list->id);
	statement_bind_int(statement, 2, list->parent);
	statement_bind_text(statement, 3, list->title);
	statement_bind_text(statement, 4, list->upnp_class);
	statement_bind_blob(statement, 5, sort, strlen(sort));
	statement_bind_int(statement, 6, change.update_id);
	statement_bind_text(statement, 7, fold);
	statement_bind_int(statement, 8, CONTAINER_LIST);
	if (!statement_finish(catalogue->writer, statement, error)) {
		return false;
	}
	if (database_get_changes(catalogue->writer) == 0) {
		return true; /* it is there, or its parent is not */
	}
	(void)g_strlcpy(change.upnp_class, list->upnp_class, sizeof(change.upnp_class));
	catalogue_note(catalogue, &change);
	catalogue_note_children(catalogue, list->id, change.update_id);
	return catalogue_enter_container(catalogue, list->parent, error);
}

bool
overlay_has_container(Catalogue *catalogue, int64_t id, bool *ret_has, GError **error)
{
	int64_t unused;

	return overlay_find(catalogue, "SELECT 1 FROM container WHERE id = ?1 AND ?2 = 0", id, 0,
		ret_has, &unused, error);
}

static bool
make_list(Catalogue *catalogue, const StateContainer *list, GError **error)
{
	bool has;

	if (!overlay_has_container(catalogue, list->parent, &has, error)) {
		return false;
	}
	return has ? overlay_state_put_container(catalogue->state, list, error) &&
			       put_list(catalogue, list, error)
		   : overlay_refuse(error, NO_SUCH_CONTAINER, "no such container");
}

bool
overlay_make_list(Catalogue *catalogue, int64_t parent, const char *title, const char *upnp_class,
	int64_t *ret_id, GError **error)
{
	StateContainer list = { .parent = parent, .title = title, .upnp_class = upnp_class };

	avu_random_bytes(&list.id, sizeof(list.id));
	list.id = (list.id & ((INT64_C(1) << ID_BITS) - 1)) | 1;
	*ret_id = list.id;
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue, make_list(catalogue, &list, error), error);
}

static bool
retitle(Catalogue *catalogue, int64_t id, const char *title, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"UPDATE container SET title = ?2, sort_title = ?3, fold_title = ?4, update_id = ?5,"
		" object_update_id = ?5 WHERE id = ?1 AND made = ?6 RETURNING parent, class",
		error);
	CatalogueChange change = {
		.kind = CATALOGUE_MODIFIED, .container = id, .update_id = catalogue_stamp(catalogue)
	};

	if (statement == NULL) {
		return false;
	}
	g_autofree char *sort = sort_key_dup(title);
	g_autofree char *fold = avu_text_fold(title);

	statement_bind_int(statement, 1, id);
	statement_bind_text(statement, 2, title);
	statement_bind_blob(statement, 3, sort, strlen(sort));
	statement_bind_text(statement, 4, fold);
	statement_bind_int(statement, 5, change.update_id);
	statement_bind_int(statement, 6, CONTAINER_LIST);
	StatementStep step = statement_step(catalogue->writer, statement, error);

	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE &&
		       overlay_refuse(error, NO_SUCH_CONTAINER, "not a list that was made");
	}
	change.parent = statement_get_int(statement, 0);
	(void)g_strlcpy(
		change.upnp_class, statement_get_text(statement, 1), sizeof(change.upnp_class));
	catalogue_note(catalogue, &change);
	catalogue_note_children(catalogue, id, change.update_id);
	return statement_finish(catalogue->writer, statement, error) &&
	       overlay_state_set_title(catalogue->state, id, title, error);
}

bool
overlay_set_title(Catalogue *catalogue, int64_t container, const char *title, GError **error)
{
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue, retitle(catalogue, container, title, error), error);
}

bool
overlay_is_made(Catalogue *catalogue, int64_t container)
{
	return overlay_state_has_container(catalogue->state, container);
}

/* What is left of the row: an empty folder goes like one that was never made. */
static bool
unmake(Catalogue *catalogue, int64_t id, GError **error)
{
	int64_t parent = -1, children = 0;
	bool there, has;

	if (!overlay_run(catalogue, "DELETE FROM member WHERE container = ?1 AND ?2 = 0", id, 0,
		    error) ||
		!overlay_run(catalogue,
			"UPDATE container SET made = 0, children = CASE made WHEN ?2 THEN 0 ELSE"
			" children END WHERE id = ?1",
			id, CONTAINER_LIST, error) ||
		!overlay_find(catalogue, "SELECT parent FROM container WHERE id = ?1 AND ?2 = 0",
			id, 0, &there, &parent, error) ||
		!overlay_find(catalogue, "SELECT children FROM container WHERE id = ?1 AND ?2 = 0",
			id, 0, &has, &children, error)) {
		return false;
	}
	if (!there || children > 0) {
		return true;
	}
	CatalogueChange change = { .kind = CATALOGUE_DELETED,
		.container = id,
		.parent = parent,
		.update_id = catalogue_stamp(catalogue) };

	catalogue_note(catalogue, &change);
	(void)g_hash_table_remove(catalogue->known, &id);
	return overlay_run(
		       catalogue, "DELETE FROM container WHERE id = ?1 AND ?2 = 0", id, 0, error) &&
	       catalogue_leave_container(catalogue, parent, error);
}

static bool
drop_container(Catalogue *catalogue, int64_t id, GError **error)
{
	if (!overlay_state_has_container(catalogue->state, id)) {
		return overlay_refuse(
			error, NO_SUCH_CONTAINER, "it was not made by a control point");
	}
	return overlay_state_drop_container(catalogue->state, id, error) &&
	       unmake(catalogue, id, error);
}

bool
overlay_unmake_folder(Catalogue *catalogue, int64_t id, bool forget, GError **error)
{
	int64_t made;
	bool there;

	if (!overlay_find(catalogue, "SELECT made FROM container WHERE id = ?1 AND ?2 = 0", id, 0,
		    &there, &made, error)) {
		return false;
	}
	if (!there || made != CONTAINER_FOLDER) {
		return true;
	}
	return (!forget || overlay_state_drop_container(catalogue->state, id, error)) &&
	       unmake(catalogue, id, error);
}

bool
overlay_drop_container(Catalogue *catalogue, int64_t container, GError **error)
{
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue, drop_container(catalogue, container, error), error);
}

/* Start */

typedef struct {
	Catalogue *catalogue;
	GError *error; /* the first */
} Putting;

static void
put_container(const StateContainer *made, void *data)
{
	Putting *putting = data;
	const CatalogueFolder folder = { made->root, made->root_title, made->path };

	if (putting->error != NULL) {
		return;
	}
	if (made->kind == ITEM_NONE) {
		(void)put_list(putting->catalogue, made, &putting->error);
	} else {
		(void)make_folder(putting->catalogue, (ItemKind)made->kind, &folder, made->id,
			&putting->error);
	}
}

static void
put_promise(const StatePromise *promised, void *data)
{
	Putting *putting = data;
	const CatalogueFolder folder = { promised->root, promised->root_title, promised->folder };
	g_autofree char *sort_title = sort_key_dup(promised->title != NULL ? promised->title : "");
	g_autofree char *sort_name = sort_key_dup(promised->name);
	g_autofree char *fold = avu_text_fold(promised->title != NULL ? promised->title : "");
	Item item;
	bool taken = true;

	item_init(&item);
	item.kind = promised->kind;
	item.name = promised->name;
	item.title = promised->title;
	item.mime = promised->mime;
	item.sort_title = sort_title;
	item.sort_name = sort_name;
	item.fold_title = fold;
	item.promised = 1;
	if (putting->error == NULL &&
		is_name_taken(putting->catalogue, &folder, item.name, &taken, &putting->error) &&
		!taken) {
		(void)put_promised(putting->catalogue, &folder, &item, &putting->error);
	}
}

bool
overlay_put_objects(Catalogue *catalogue, GError **error)
{
	Putting putting = { catalogue, NULL };

	if (!overlay_state_list_containers(
		    catalogue->state, put_container, &putting, &putting.error) ||
		putting.error != NULL ||
		!overlay_state_list_promises(
			catalogue->state, put_promise, &putting, &putting.error) ||
		putting.error != NULL) {
		g_propagate_error(error, putting.error);
		return false;
	}
	return overlay_put_members(catalogue, 0, error);
}

/* Roots */

typedef struct {
	Catalogue *catalogue;
	const char *const *uuids;
	GError *error; /* the first */
} Keeping;

static void
keep_container(const StateContainer *made, void *data)
{
	Keeping *keeping = data;
	const CatalogueFolder folder = { made->root, made->root_title, made->path };

	if (keeping->error != NULL || made->kind == ITEM_NONE || made->root == NULL) {
		return;
	}
	if (!g_strv_contains(keeping->uuids, made->root)) {
		(void)overlay_unmake_folder(
			keeping->catalogue, made->id, /* forget = */ false, &keeping->error);
	} else {
		/* with its row: if the folder is not there any more, the walk misses it */
		(void)make_folder(keeping->catalogue, (ItemKind)made->kind, &folder, made->id,
			&keeping->error);
	}
}

bool
overlay_keep_roots(Catalogue *catalogue, const char *const *uuids, GError **error)
{
	Keeping keeping = { catalogue, uuids, NULL };

	if (!overlay_state_list_containers(
		    catalogue->state, keep_container, &keeping, &keeping.error) ||
		keeping.error != NULL) {
		g_propagate_error(error, keeping.error);
		return false;
	}
	return true;
}
