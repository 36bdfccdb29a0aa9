/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DestroyObject and DeleteResource: entries go, files only when that is allowed. Any thread that may
 * wait. Folders are walked through the catalogue, so that only what people see is removed. */
#include "mediaserver/import/writer-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#define PAGE 500
#define DEPTH_MAX 64

typedef struct {
	Writer *writer;
	int64_t item;
	bool there;
} Leaving;

static void
see_item(const Item *item, void *data)
{
	(void)item;
	((Leaving *)data)->there = true;
}

static void
see_container(const Container *container, void *data)
{
	(void)container;
	(void)data;
}

static bool
has_left(void *data)
{
	Leaving *leaving = data;
	const CatalogueSink sink = { see_container, see_item, leaving };

	leaving->there = false;
	(void)catalogue_get_item(leaving->writer->catalogue, leaving->item, 0, &sink, NULL);
	return !leaving->there;
}

static bool
unlink_file(const Root *root, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	g_autofree char *folder =
		slash != NULL ? g_strndup(path, (size_t)(slash - path)) : g_strdup("");
	avu_autofd int fd = root_open(root, folder, O_DIRECTORY);
	struct stat st;

	if (fd < 0 || fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return false;
	}
	return S_ISREG(st.st_mode) && unlinkat(fd, name, 0) == 0 && fsync(fd) == 0;
}

bool
writer_delete_file(Writer *writer, int64_t item, GError **error)
{
	g_auto(CatalogueFile) file = { 0 };
	Leaving leaving = { .writer = writer, .item = item };

	if (!inbox_find_file(writer->inbox, item, &file, error)) {
		return false;
	}
	if (writer_is_piece(&file)) {
		return writer_refuse(
			error, WRITER_RESOURCE_DENIED, "the file is of other objects too");
	}
	const Root *root = roots_find(writer->roots, file.root);

	if (root == NULL || !rules_is_writable(writer->rules, file.root) ||
		!unlink_file(root, file.path)) {
		return writer_refuse(error, WRITER_RESOURCE_DENIED, "the file cannot be deleted");
	}
	inbox_release(writer->inbox, item);
	writer->touch(file.root, file.path, writer->data);
	if (!inbox_settle(writer->inbox, has_left, &leaving)) {
		g_debug("a deleted file is in the library still");
	}
	return true;
}

static bool
destroy_item(Writer *writer, int64_t item, GError **error)
{
	uint64_t ignored;

	if (inbox_get_uploaded(writer->inbox, item, &ignored)) {
		return inbox_drop(writer->inbox, item, error);
	}
	return rules_allow(writer->rules, RULE_DELETE_FILES)
		       ? writer_delete_file(writer, item, error)
		       : overlay_hide(writer->catalogue, item, error);
}

/* Folders */

typedef struct {
	GArray *items, *containers; /* int64_t */
} Children;

static void
collect_item(const Item *item, void *data)
{
	g_array_append_val(((Children *)data)->items, item->id);
}

static void
collect_container(const Container *container, void *data)
{
	g_array_append_val(((Children *)data)->containers, container->id);
}

static void
children_clear(Children *children)
{
	g_array_unref(children->items);
	g_array_unref(children->containers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Children, children_clear)

/* All children of a container, page by page. */
static bool
list(const Writer *writer, int64_t container, Children *children, GError **error)
{
	const CatalogueSink sink = { collect_container, collect_item, children };
	AvuContentResult result = { .total = 1 };

	for (uint32_t start = 0; start < result.total; start += PAGE) {
		const CataloguePage page = { .start = start, .count = PAGE };

		if (!catalogue_get_children(
			    writer->catalogue, container, &page, &sink, &result, error)) {
			return false;
		}
	}
	return true;
}

static bool destroy_container(Writer *writer, int64_t id, unsigned depth, GError **error);

/* @param items  they are its own; those of a list are references, which go with it */
static bool
destroy_children(Writer *writer, int64_t container, bool items, unsigned depth, GError **error)
{
	g_auto(Children) children = { g_array_new(FALSE, FALSE, sizeof(int64_t)),
		g_array_new(FALSE, FALSE, sizeof(int64_t)) };

	if (!list(writer, container, &children, error)) {
		return false;
	}
	for (guint i = 0; items && i < children.items->len; i++) {
		if (!destroy_item(writer, g_array_index(children.items, int64_t, i), error)) {
			return false;
		}
	}
	for (guint i = 0; i < children.containers->len; i++) {
		if (!destroy_container(writer, g_array_index(children.containers, int64_t, i),
			    depth + 1, error)) {
			return false;
		}
	}
	return true;
}

/* When nothing else is in it: what people do not see here they may miss elsewhere. */
static void
remove_folder(const Writer *writer, const Place *place)
{
	const Root *root = roots_find(writer->roots, place->root);
	const char *slash = strrchr(place->path, '/');
	const char *name = slash != NULL ? slash + 1 : place->path;
	g_autofree char *above = slash != NULL
					 ? g_strndup(place->path, (size_t)(slash - place->path))
					 : g_strdup("");
	avu_autofd int fd =
		root != NULL && *name != '\0' ? root_open(root, above, O_DIRECTORY) : -1;

	if (fd >= 0 && unlinkat(fd, name, AT_REMOVEDIR) == 0) {
		writer->touch(place->root, place->path, writer->data);
	}
}

static bool
destroy_container(Writer *writer, int64_t id, unsigned depth, GError **error)
{
	g_auto(Place) place = { 0 };

	if (depth == DEPTH_MAX || !writer_find_container(writer, id, &place, NULL)) {
		return true; /* the last child took it along */
	}
	if (place.made == CONTAINER_LIST) {
		return destroy_children(writer, id, /* items = */ false, depth, error) &&
		       overlay_drop_container(writer->catalogue, id, error);
	}
	if (place.made == CONTAINER_LISTED) {
		return true; /* of a file elsewhere: it goes with that */
	}
	if (place.root == NULL || place.path[0] == '\0') {
		return writer_refuse(error, WRITER_RESTRICTED, "a shared folder itself stays");
	}
	if (!destroy_children(writer, id, /* items = */ true, depth, error)) {
		return false;
	}
	if (overlay_is_made(writer->catalogue, id) &&
		!overlay_drop_container(writer->catalogue, id, error)) {
		return false;
	}
	if (rules_allow(writer->rules, RULE_DELETE_FILES)) {
		remove_folder(writer, &place);
	}
	return true;
}

bool
writer_destroy(void *self, const char *object_id, GError **error)
{
	Writer *writer = writer_of(self);
	ObjectId id;

	if (!writer_parse_id(object_id, &id, error)) {
		return false;
	}
	if (id.item == 0) {
		return destroy_container(writer, id.container, 0, error);
	}
	return id.container != 0
		       ? overlay_drop_reference(writer->catalogue, id.container, id.item, error)
		       : destroy_item(writer, id.item, error);
}

/* DeleteResource */

bool
writer_delete_resource(void *self, const char *uri, GError **error)
{
	Writer *writer = writer_of(self);
	g_auto(CatalogueFile) file = { 0 };
	g_autoptr(GError) problem = NULL;
	int64_t item;

	if (!content_find_resource(self, uri, &item, &file)) {
		return writer_refuse(error, WRITER_NO_RESOURCE, "no resource of this server");
	}
	if (!writer_delete_file(writer, item, &problem)) {
		if (g_error_matches(problem, AVU_UPNP_ERROR, WRITER_NO_OBJECT)) {
			problem->code = WRITER_NO_RESOURCE;
		}
		g_propagate_error(error, g_steal_pointer(&problem));
		return false;
	}
	return true;
}
