/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CreateObject and CreateReference: promised files, folders on the disk, lists of references. Any
 * thread that may wait. */
#include "mediaserver/import/writer-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/protocol-info.h>
#include <av-upnp/text.h>

#include "mediaserver/import/file-name.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/item-keys.h"
#include "mediaserver/library/left-out.h"

#define FOLDER_MODE 0755

static const struct {
	const char *upnp_class;
	ItemKind kind;
	const char *view; /* of its folders */
} kinds[] = {
	{ "object.item.audioItem", ITEM_AUDIO, "music-folders" },
	{ "object.item.videoItem", ITEM_VIDEO, "video-folders" },
	{ "object.item.imageItem", ITEM_IMAGE, "pictures-folders" },
};

/* Classes of containers that are lists of references; others are folders. */
static const char *const list_classes[] = { "object.container.playlistContainer",
	"object.container.album", "object.container.genre", "object.container.person", NULL };

static bool
is_derived(const char *upnp_class, const char *base)
{
	const size_t len = strlen(base);

	return strncmp(upnp_class, base, len) == 0 &&
	       (upnp_class[len] == '\0' || upnp_class[len] == '.');
}

static ItemKind
kind_of_class(const char *upnp_class)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (is_derived(upnp_class, kinds[i].upnp_class)) {
			return kinds[i].kind;
		}
	}
	return ITEM_NONE;
}

/* Where it goes: the container that was named, or the first writable folder. */
static bool
choose_place(const Writer *writer, const char *container_id, ItemKind kind, Place *ret_place,
	GError **error)
{
	const Root *root = rules_get_first_root(writer->rules);
	ObjectId id;

	if (strcmp(container_id, AVU_CONTENT_ANY_CONTAINER) == 0) {
		*ret_place =
			(Place){ .kind = kind, .root = g_strdup(root->uuid), .path = g_strdup("") };
		return true;
	}
	if (!object_id_parse(container_id, &id) || id.item != 0) {
		return writer_refuse(error, WRITER_NO_CONTAINER, "no such container");
	}
	return writer_find_container(writer, id.container, ret_place, error);
}

/* Kept and never listed is what nobody wants. */
static bool
check_listed(const Root *root, const Place *place, const char *title, const char *extension,
	GError **error)
{
	g_autofree char *name = file_name_make(title, extension, 1);
	g_autofree char *path =
		place->path[0] == '\0' ? g_strdup(name) : g_strconcat(place->path, "/", name, NULL);

	return !left_out_path(root, path) ||
	       writer_refuse(error, WRITER_RESTRICTED_PARENT,
		       "there nothing of that name is listed: .nomedia, or Exclude");
}

static bool
check_folder(const Writer *writer, const Place *place, GError **error)
{
	return (place->root != NULL && rules_is_writable(writer->rules, place->root)) ||
	       writer_refuse(error, WRITER_RESTRICTED_PARENT, "not a folder that may be changed");
}

/* Items */

/* The MIME type that is announced; NULL: none that we know. */
static char *
announced_mime(const AvuObject *object)
{
	const char *text = object->n_resources > 0 ? object->resources[0].protocol_info : NULL;
	g_autoptr(AvuProtocolInfo) info =
		text != NULL ? avu_protocol_info_parse(text, strlen(text), NULL) : NULL;
	const char *mime = info != NULL ? avu_protocol_info_get_mime(info) : "*";

	return *format_extension(mime) != '\0' ? g_strdup(mime) : NULL;
}

/* @return the extension of the file to come; NULL: of no kind that belongs here */
static const char *
choose_format(const AvuObject *object, ItemKind kind, char **ret_mime)
{
	g_autofree char *mime = announced_mime(object);
	const FormatExtension *by_title = format_by_name(object->title);

	if (mime != NULL) {
		g_autofree char *probe = g_strconcat("x.", format_extension(mime), NULL);
		const FormatExtension *format = format_by_name(probe);

		if (format == NULL || format->kind != kind) {
			return NULL;
		}
		*ret_mime = g_steal_pointer(&mime);
		return format->extension;
	}
	if (by_title == NULL || by_title->kind != kind) {
		return NULL;
	}
	*ret_mime = g_strdup(by_title->mime);
	return by_title->extension;
}

static void
fill_item(Item *item, const AvuObject *object, ItemKind kind, const char *mime, GPtrArray *strings)
{
	char *fold = avu_text_fold(object->title);

	item_init(item);
	g_ptr_array_add(strings, fold);
	item->kind = kind;
	item->title = object->title;
	item->mime = mime;
	item->artist = object->artist != NULL ? object->artist : object->creator;
	item->album_artist = object->album_artist;
	item->album = object->album;
	item->genre = object->genre;
	item->composer = object->composer;
	item->date = object->date;
	item->track = object->track_number;
	item->disc = object->disc_number;
	item->fold_title = fold;
	item->fold_artist = item_fold_values(item->artist, strings);
	item->fold_genre = item_fold_values(item->genre, strings);
	item->name = object->title; /* until it has one of its own */
	item_keys_set(item, NULL, strings);
}

static char *
create_item(Writer *writer, const Place *place, const AvuObject *object, const AvuAddress *peer,
	GError **error)
{
	const ItemKind kind = kind_of_class(object->upnp_class);
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) problem = NULL;
	g_autofree char *mime = NULL, *name = NULL;
	const char *extension = choose_format(object, kind, &mime);
	char id[OBJECT_ID_MAX];
	Item item;

	if (object->n_resources > 1 ||
		(object->n_resources == 1 && *object->resources[0].uri != '\0')) {
		(void)writer_refuse(error, WRITER_BAD_METADATA,
			"one resource without address is taken: the content is sent or imported");
		return NULL;
	}
	if (extension == NULL || (place->kind != kind && place->kind != ITEM_NONE)) {
		(void)writer_refuse(error, WRITER_BAD_METADATA,
			"of class and protocolInfo no file can be made there");
		return NULL;
	}
	const Root *root = roots_find(writer->roots, place->root);
	const CatalogueFolder folder = { place->root, root->title, place->path };

	if (!check_listed(root, place, object->title, extension, error)) {
		return NULL;
	}
	fill_item(&item, object, kind, mime, strings);
	if (!inbox_promise(writer->inbox, &folder, &item, object->title, extension, peer, &name,
		    &problem)) {
		(void)writer_cannot(g_steal_pointer(&problem), WRITER_CANNOT_PROCESS, error);
		return NULL;
	}
	object_id_format_item(id, item.id);
	return g_strdup(id);
}

/* Containers */

static char *
make_list(Writer *writer, const Place *place, const AvuObject *object, GError **error)
{
	g_autofree char *title = avu_text_sanitize(object->title, strlen(object->title), 1024);
	char id[OBJECT_ID_MAX];
	int64_t made;

	if (!overlay_make_list(
		    writer->catalogue, place->id, title, object->upnp_class, &made, error)) {
		return NULL;
	}
	object_id_format_container(id, made, NULL);
	return g_strdup(id);
}

/* A folder of that name, or of one near it. @return its name */
static char *
make_directory(int parent, const char *title, GError **error)
{
	for (unsigned n = 1; n <= 100; n++) {
		g_autofree char *name = file_name_make(title, "", n);

		if (mkdirat(parent, name, FOLDER_MODE) == 0) {
			return g_steal_pointer(&name);
		}
		if (errno != EEXIST) {
			break;
		}
	}
	avu_set_errno(error, errno, "a new folder");
	return NULL;
}

static char *
make_folder(Writer *writer, const Place *place, const AvuObject *object, GError **error)
{
	const Root *root = roots_find(writer->roots, place->root);
	g_autoptr(GError) problem = NULL;
	avu_autofd int parent = root_open(root, place->path, O_DIRECTORY);
	char id[OBJECT_ID_MAX];
	int64_t made;

	if (parent < 0) {
		avu_set_errno(&problem, errno, "a shared folder");
		(void)writer_cannot(g_steal_pointer(&problem), WRITER_CANNOT_PROCESS, error);
		return NULL;
	}
	if (!check_listed(root, place, object->title, "", error)) {
		return NULL;
	}
	g_autofree char *name = make_directory(parent, object->title, &problem);

	if (name == NULL) {
		(void)writer_cannot(g_steal_pointer(&problem), WRITER_CANNOT_PROCESS, error);
		return NULL;
	}
	g_autofree char *path =
		place->path[0] == '\0' ? g_strdup(name) : g_strconcat(place->path, "/", name, NULL);
	const CatalogueFolder folder = { root->uuid, root->title, path };

	if (!overlay_make_folder(writer->catalogue, place->kind, &folder, &made, error)) {
		(void)unlinkat(parent, name, AT_REMOVEDIR); /* nobody heard of it */
		return NULL;
	}
	object_id_format_container(id, made, NULL);
	return g_strdup(id);
}

static char *
create_container(Writer *writer, const char *container_id, const AvuObject *object, GError **error)
{
	const bool any = strcmp(container_id, AVU_CONTENT_ANY_CONTAINER) == 0;
	g_auto(Place) place = { 0 };

	if (!choose_place(writer, container_id, ITEM_AUDIO, &place, error)) {
		return NULL;
	}
	for (size_t i = 0; list_classes[i] != NULL; i++) {
		if (is_derived(object->upnp_class, list_classes[i])) {
			/* lists stand wherever containers may be made, and by themselves at the top */
			const View *top = view_find(VIEW_ROOT_ID);

			place.id = any ? view_get_container(top) : place.id;
			return make_list(writer, &place, object, error);
		}
	}
	return check_folder(writer, &place, error) ? make_folder(writer, &place, object, error)
						   : NULL;
}

char *
writer_create(void *self, const char *container_id, const AvuObject *object, const AvuAddress *peer,
	GError **error)
{
	Writer *writer = writer_of(self);
	g_auto(Place) place = { 0 };

	if (object->container) {
		return create_container(writer, container_id, object, error);
	}
	return choose_place(
		       writer, container_id, kind_of_class(object->upnp_class), &place, error) &&
			       check_folder(writer, &place, error)
		       ? create_item(writer, &place, object, peer, error)
		       : NULL;
}

char *
writer_create_reference(void *self, const char *container_id, const char *item_id, GError **error)
{
	Writer *writer = writer_of(self);
	g_autoptr(GError) problem = NULL;
	g_auto(Place) place = { 0 };
	ObjectId container, item;

	if (!object_id_parse(container_id, &container) || container.item != 0 ||
		!writer_find_container(writer, container.container, &place, error)) {
		return NULL;
	}
	if (place.made != CONTAINER_LIST) {
		(void)writer_refuse(error, WRITER_RESTRICTED_PARENT,
			"references stand in lists made by CreateObject");
		return NULL;
	}
	if (!writer_parse_id(item_id, &item, error)) {
		return NULL;
	}
	if (!overlay_add_reference(writer->catalogue, place.id, item.item, &problem) &&
		!g_error_matches(problem, AVU_ERROR, AVU_ERROR_BUSY)) {
		(void)writer_cannot(g_steal_pointer(&problem), WRITER_CANNOT_PROCESS, error);
		return NULL;
	}
	return g_strdup_printf("%s.%s", container_id, item_id);
}
