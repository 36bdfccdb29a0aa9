/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From rows of the catalogue to objects of the content directory. Runs on the threads of connections;
 * no state of its own. */
#include "mediaserver/content/content.h"

#include <av-upnp/error.h>

#include "mediaserver/content/object-id.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/values.h"

#define NO_SUCH_OBJECT 701
#define NO_SUCH_CONTAINER 710
#define BITS_PER_OCTET 8

/* spec/dlna-protocolinfo.md 3: streaming or interactive, background, stalling, v1.5 */
#define FLAGS_AV                                                                       \
	(AVU_DLNA_FLAG_STREAMING | AVU_DLNA_FLAG_BACKGROUND | AVU_DLNA_FLAG_STALLING | \
		AVU_DLNA_FLAG_V15)
#define FLAGS_IMAGE                                                                      \
	(AVU_DLNA_FLAG_INTERACTIVE | AVU_DLNA_FLAG_BACKGROUND | AVU_DLNA_FLAG_STALLING | \
		AVU_DLNA_FLAG_V15)

struct Content {
	Catalogue *catalogue;
};

typedef struct {
	const char *base_url;
	/* the container that was asked, for references to items; NULL: items under their folder */
	const char *container;
	void (*emit)(const AvuObject *object, void *data);
	void *data;
} Emission;

AvuDlnaParameters
content_dlna_parameters(ItemKind kind, const char *profile)
{
	return (AvuDlnaParameters){
		.profile = profile,
		.has_op = true,
		.op_range = true,
		.flags = kind == ITEM_IMAGE ? FLAGS_IMAGE : FLAGS_AV,
	};
}

static void
emit_container(const Container *container, void *data)
{
	const Emission *emission = data;
	char id[OBJECT_ID_MAX], parent[OBJECT_ID_MAX];
	AvuObject object;

	object_id_format_container(
		id, container->id, container->level == 0 ? container->view : NULL);
	if (container->parent < 0) {
		(void)g_strlcpy(parent, "-1", sizeof(parent));
	} else {
		object_id_format_container(parent, container->parent, container->parent_view);
	}
	avu_object_init(&object);
	object.id = id;
	object.parent_id = parent;
	object.title = container->title;
	object.upnp_class = container->upnp_class;
	object.container = true;
	object.restricted = true;
	object.searchable = true;
	object.child_count = (int32_t)MIN(container->children, INT32_MAX);
	if (g_str_has_prefix(container->upnp_class, "object.container.album") &&
		container->level == 2) {
		object.artist = container->values[0];
	}
	emission->emit(&object, emission->data);
}

static void
fill_resource(AvuResource *resource, const Item *item)
{
	resource->size_bytes = item->size_bytes;
	resource->duration_ns = item->duration_ns;
	resource->bitrate_Bps = item->bitrate_bps > 0 ? item->bitrate_bps / BITS_PER_OCTET : -1;
	resource->sample_hz = item->sample_hz;
	resource->bits_per_sample = (int32_t)item->bits;
	resource->channels = (int32_t)item->channels;
	resource->width = (int32_t)item->width;
	resource->height = (int32_t)item->height;
}

/* One value per property until the object can carry several. */
typedef struct {
	char *artist, *album_artist, *genre, *composer;
} FirstValues;

static void
first_values_clear(FirstValues *first)
{
	g_free(first->artist);
	g_free(first->album_artist);
	g_free(first->genre);
	g_free(first->composer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FirstValues, first_values_clear)

static void
fill_properties(AvuObject *object, const Item *item, FirstValues *first)
{
	*first = (FirstValues){ values_first(item->artist), values_first(item->album_artist),
		values_first(item->genre), values_first(item->composer) };
	object->title = item->title;
	object->upnp_class = item_get_class(item);
	object->restricted = true;
	object->creator = first->artist != NULL ? first->artist : first->album_artist;
	object->artist = first->artist;
	object->album_artist = first->album_artist;
	object->album = item->album;
	object->genre = first->genre;
	object->composer = first->composer;
	object->description = item->comment;
	object->date = item->date;
	object->track_number = (int32_t)item->track;
	object->disc_number = (int32_t)item->disc;
}

static void
emit_item(const Item *item, void *data)
{
	const Emission *emission = data;
	const char *extension = format_extension(item->mime);
	AvuDlnaParameters dlna = content_dlna_parameters((ItemKind)item->kind, item->profile);
	g_autofree char *protocol_info = avu_protocol_info_format(item->mime, &dlna);
	char own[OBJECT_ID_MAX], home[OBJECT_ID_MAX];
	g_autofree char *reference = NULL;
	g_auto(FirstValues) first = { 0 };
	AvuObject object;

	object_id_format_item(own, item->id);
	object_id_format_container(home, item->home, NULL);
	g_autofree char *uri = g_strdup_printf("%s" CONTENT_MEDIA_PREFIX "%s%s%s",
		emission->base_url, own, extension[0] != '\0' ? "." : "", extension);

	avu_object_init(&object);
	object.id = own;
	object.parent_id = home;
	if (emission->container != NULL && !g_str_equal(emission->container, home)) {
		reference = g_strdup_printf("%s.%s", emission->container, own);
		object.id = reference;
		object.parent_id = emission->container;
		object.ref_id = own;
	}
	fill_properties(&object, item, &first);
	avu_resource_init(&object.resources[0]);
	object.resources[0].uri = uri;
	object.resources[0].protocol_info = protocol_info;
	fill_resource(&object.resources[0], item);
	object.n_resources = 1;
	emission->emit(&object, emission->data);
}

static bool
no_such_object(const char *id, int code, GError **error)
{
	g_set_error(error, AVU_UPNP_ERROR, code, "no object '%.64s'", id);
	return false;
}

static bool
get_object(void *self, const AvuContentQuery *query,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	const Content *content = self;
	Emission emission = { .base_url = query->base_url, .emit = emit, .data = data };
	const CatalogueSink sink = { emit_container, emit_item, &emission };
	const char *dot = strchr(query->object_id, '.');
	g_autofree char *container =
		dot != NULL ? g_strndup(query->object_id, (size_t)(dot - query->object_id)) : NULL;
	ObjectId id;

	if (!object_id_parse(query->object_id, &id)) {
		return no_such_object(query->object_id, NO_SUCH_OBJECT, error);
	}
	emission.container = container;
	ret_result->total = 1;
	ret_result->update_id = catalogue_get_update_id(content->catalogue);
	if (id.item != 0) {
		return catalogue_get_item(content->catalogue, id.item, id.container, &sink, error);
	}
	return catalogue_get_container(
		content->catalogue, id.container, &sink, &ret_result->update_id, error);
}

static bool
get_children(void *self, const AvuContentQuery *query,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	const Content *content = self;
	Emission emission = { .base_url = query->base_url,
		.container = query->object_id,
		.emit = emit,
		.data = data };
	const CatalogueSink sink = { emit_container, emit_item, &emission };
	const CataloguePage page = { query->start, query->count, query->sort, query->n_sort };
	ObjectId id;

	if (!object_id_parse(query->object_id, &id)) {
		return no_such_object(query->object_id, NO_SUCH_OBJECT, error);
	}
	if (id.item != 0) {
		return no_such_object(query->object_id, NO_SUCH_CONTAINER, error);
	}
	return catalogue_get_children(
		content->catalogue, id.container, &page, &sink, ret_result, error);
}

static uint32_t
get_system_update_id(void *self)
{
	const Content *content = self;

	return catalogue_get_update_id(content->catalogue);
}

static bool
search(void *self, const AvuContentQuery *query, const AvuQuery *criteria,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	const Content *content = self;
	/* results are the items themselves, under their folder: no reference is found twice */
	Emission emission = { .base_url = query->base_url, .emit = emit, .data = data };
	const CatalogueSink sink = { emit_container, emit_item, &emission };
	const CataloguePage page = { query->start, query->count, query->sort, query->n_sort };
	ObjectId id;

	if (!object_id_parse(query->object_id, &id) || id.item != 0) {
		return no_such_object(query->object_id, NO_SUCH_CONTAINER, error);
	}
	return catalogue_search(
		content->catalogue, id.container, criteria, &page, &sink, ret_result, error);
}

AvuContentStore
content_get_store(void)
{
	return (AvuContentStore){
		.get_object = get_object,
		.get_children = get_children,
		.get_system_update_id = get_system_update_id,
		.search = search,
		.search_properties = catalogue_get_search_properties(),
		.sort_properties = catalogue_get_sort_properties(),
	};
}

Content *
content_new(Catalogue *catalogue)
{
	Content *content = g_new0(Content, 1);

	content->catalogue = catalogue;
	return content;
}

void
content_free(Content *content)
{
	g_free(content);
}

/* GetProtocolInfo */

static void
add_protocol(const char *mime, const char *profile, ItemKind kind, void *data)
{
	GPtrArray *entries = data;
	AvuDlnaParameters dlna = content_dlna_parameters(kind, profile);

	g_ptr_array_add(entries, avu_protocol_info_format(mime, &dlna));
}

/* An empty library says what it can serve (spec/dlna-protocolinfo.md 6). */
static void
add_common_protocols(GPtrArray *entries)
{
	static const struct {
		const char *mime, *profile;
		ItemKind kind;
	} common[] = {
		{ "audio/mpeg", "MP3", ITEM_AUDIO },
		{ "audio/mp4", "AAC_ISO_320", ITEM_AUDIO },
		{ "image/jpeg", "JPEG_SM", ITEM_IMAGE },
		{ "image/jpeg", "JPEG_MED", ITEM_IMAGE },
		{ "image/jpeg", "JPEG_LRG", ITEM_IMAGE },
		{ "audio/flac", NULL, ITEM_AUDIO },
		{ "audio/wav", NULL, ITEM_AUDIO },
		{ "video/mp4", NULL, ITEM_VIDEO },
		{ "video/x-matroska", NULL, ITEM_VIDEO },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(common); i++) {
		add_protocol(common[i].mime, common[i].profile, common[i].kind, entries);
	}
}

char *
content_format_protocols(Catalogue *catalogue)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;

	if (!catalogue_list_formats(catalogue, add_protocol, entries, &error)) {
		g_info("formats are not known now: %s", error->message);
	}
	if (entries->len == 0) {
		add_common_protocols(entries);
	}
	g_ptr_array_add(entries, NULL);
	return avu_protocol_info_format_list((const char *const *)entries->pdata);
}
