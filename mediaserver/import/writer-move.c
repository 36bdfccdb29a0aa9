/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MoveObject: files and folders by one rename, references from list to list. Ids of items stay: the
 * library knows a file that was renamed. Any thread that may wait. */
#include "mediaserver/import/writer-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/import/new-name.h"
#include "mediaserver/library/left-out.h"

/* A path below a root. */
typedef struct {
	const Root *root;
	char *folder, *name;
} Spot;

static void
spot_clear(Spot *spot)
{
	g_free(spot->folder);
	g_free(spot->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Spot, spot_clear)

static Spot
split(const Root *root, const char *path)
{
	const char *slash = strrchr(path, '/');

	return (Spot){ root, slash != NULL ? g_strndup(path, (size_t)(slash - path)) : g_strdup(""),
		g_strdup(slash != NULL ? slash + 1 : path) };
}

static char *
join(const char *folder, const char *name)
{
	return folder[0] == '\0' ? g_strdup(name) : g_strconcat(folder, "/", name, NULL);
}

/* One rename, or nothing. */
static bool
rename_spot(const Spot *from, const Root *root, const char *folder, GError **error)
{
	avu_autofd int source = root_open(from->root, from->folder, O_DIRECTORY);
	avu_autofd int target = root_open(root, folder, O_DIRECTORY);
	g_autofree char *path = join(folder, from->name);

	if (left_out_path(root, path)) {
		return writer_refuse(error, WRITER_RESTRICTED_PARENT,
			"there nothing of that name is listed: .nomedia, or Exclude");
	}
	if (source < 0 || target < 0) {
		return writer_refuse(error, WRITER_CANNOT_PROCESS, "a folder cannot be opened");
	}
	if (new_name_rename(source, from->name, target, from->name) < 0) {
		g_info("a file could not be moved: %s", g_strerror(errno));
		return writer_refuse(error,
			errno == EEXIST || errno == EXDEV || errno == EINVAL
				? WRITER_ILLEGAL_DESTINATION
				: WRITER_CANNOT_PROCESS,
			errno == EXDEV ? "it is on another file system" : g_strerror(errno));
	}
	/* both, so that after a power cut it is at one of the two places */
	return (fsync(target) == 0 && fsync(source) == 0) ||
	       writer_refuse(error, WRITER_CANNOT_PROCESS, g_strerror(errno));
}

static void
touch_both(const Writer *writer, const Spot *from, const Root *root, const char *path)
{
	g_autofree char *old = join(from->folder, from->name);

	/* the new place first: the library then knows the file again before it misses it */
	writer->touch(root->uuid, path, writer->data);
	writer->touch(from->root->uuid, old, writer->data);
}

/* Items */

typedef struct {
	const Writer *writer;
	int64_t item;
	const char *root, *path;
} Arrival;

static bool
is_there(void *data)
{
	const Arrival *arrival = data;
	g_auto(CatalogueFile) file = { 0 };

	return catalogue_find_file(arrival->writer->catalogue, arrival->item, &file, NULL) &&
	       strcmp(file.root, arrival->root) == 0 && strcmp(file.path, arrival->path) == 0;
}

static char *
move_item(Writer *writer, int64_t item, const Place *to, GError **error)
{
	g_auto(CatalogueFile) file = { 0 };
	const Root *root = roots_find(writer->roots, to->root);
	uint64_t ignored;
	char id[OBJECT_ID_MAX];

	if (inbox_get_uploaded(writer->inbox, item, &ignored)) {
		(void)writer_refuse(
			error, WRITER_ILLEGAL_DESTINATION, "its content has not come yet");
		return NULL;
	}
	if (!inbox_find_file(writer->inbox, item, &file, error)) {
		return NULL;
	}
	g_auto(Spot) from = split(roots_find(writer->roots, file.root), file.path);
	g_autofree char *path = join(to->path, from.name);
	Arrival arrival = { writer, item, root->uuid, path };

	if (from.root == NULL || !rename_spot(&from, root, to->path, error)) {
		return NULL;
	}
	touch_both(writer, &from, root, path);
	if (!inbox_settle(writer->inbox, is_there, &arrival)) {
		g_debug("a moved file is not in the library yet");
	}
	object_id_format_item(id, item);
	return g_strdup(id);
}

/* Folders */

typedef struct {
	const Writer *writer;
	int64_t container;
} FolderArrival;

static bool
is_folder_there(void *data)
{
	const FolderArrival *arrival = data;
	g_auto(Place) place = { 0 };

	return writer_find_container(arrival->writer, arrival->container, &place, NULL);
}

static char *
move_folder(Writer *writer, const Place *moved, const Place *to, GError **error)
{
	const Root *root = roots_find(writer->roots, to->root);
	g_auto(Spot) from = split(roots_find(writer->roots, moved->root), moved->path);
	g_autofree char *path = join(to->path, from.name);
	const CatalogueFolder folder = { root->uuid, root->title, path };
	FolderArrival arrival = { .writer = writer };
	char id[OBJECT_ID_MAX];

	if (from.root == NULL || from.name[0] == '\0') {
		(void)writer_refuse(error, WRITER_RESTRICTED, "a shared folder itself stays");
		return NULL;
	}
	if (!rename_spot(&from, root, to->path, error)) {
		return NULL;
	}
	/* shown also when it is empty, as the old one was */
	if (overlay_is_made(writer->catalogue, moved->id)) {
		(void)overlay_make_folder(
			writer->catalogue, moved->kind, &folder, &arrival.container, NULL);
		(void)overlay_drop_container(writer->catalogue, moved->id, NULL);
	}
	arrival.container = catalogue_folder_view_container(moved->kind, &folder);
	touch_both(writer, &from, root, path);
	if (!inbox_settle(writer->inbox, is_folder_there, &arrival)) {
		g_debug("a moved folder is not in the library yet");
	}
	object_id_format_container(id, arrival.container, NULL);
	return g_strdup(id);
}

/* References */

static char *
move_reference(Writer *writer, const ObjectId *id, const Place *to, GError **error)
{
	g_autoptr(GError) problem = NULL;
	char container[OBJECT_ID_MAX], item[OBJECT_ID_MAX];

	if (to->made != CONTAINER_LIST) {
		(void)writer_refuse(error, WRITER_ILLEGAL_DESTINATION,
			"references stand in lists made by CreateObject");
		return NULL;
	}
	if (!overlay_add_reference(writer->catalogue, to->id, id->item, &problem) ||
		!overlay_drop_reference(writer->catalogue, id->container, id->item, &problem)) {
		(void)writer_cannot(g_steal_pointer(&problem), WRITER_ILLEGAL_DESTINATION, error);
		return NULL;
	}
	object_id_format_container(container, to->id, NULL);
	object_id_format_item(item, id->item);
	return g_strconcat(container, ".", item, NULL);
}

char *
writer_move(void *self, const char *object_id, const char *parent_id, GError **error)
{
	Writer *writer = writer_of(self);
	g_auto(Place) to = { 0 };
	g_auto(Place) moved = { 0 };
	ObjectId id, parent;

	if (!writer_parse_id(object_id, &id, error) || !object_id_parse(parent_id, &parent) ||
		!writer_find_container(writer, parent.container, &to, error)) {
		return NULL;
	}
	if (id.container != 0 && id.item != 0) {
		return move_reference(writer, &id, &to, error);
	}
	if (to.root == NULL) {
		(void)writer_refuse(error, WRITER_ILLEGAL_DESTINATION, "not a folder of the disk");
		return NULL;
	}
	if (id.item != 0) {
		return move_item(writer, id.item, &to, error);
	}
	if (!writer_find_container(writer, id.container, &moved, error)) {
		return NULL;
	}
	if (moved.root == NULL || moved.kind != to.kind) {
		(void)writer_refuse(error, WRITER_ILLEGAL_DESTINATION,
			"only folders of one kind are moved into each other");
		return NULL;
	}
	return move_folder(writer, &moved, &to, error);
}
