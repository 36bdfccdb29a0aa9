/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From rows of the catalogue to objects of the content directory. Runs on the threads of connections;
 * no state of its own. */
#include "mediaserver/content/emission.h"

#include <string.h>

#include "mediaserver/content/facts.h"
#include "mediaserver/content/manners.h"
#include "mediaserver/content/object-id.h"
#include "mediaserver/content/pictures.h"
#include "mediaserver/content/sides.h"
#include "mediaserver/convert/speed-source.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/negotiate/negotiate.h"

#define BITS_PER_OCTET 8
#define MANAGED_SIZE 9

/* spec/dlna-protocolinfo.md 3: streaming or interactive, background, stalling, v1.5 */
#define FLAGS_AV                                                                       \
	(AVU_DLNA_FLAG_STREAMING | AVU_DLNA_FLAG_BACKGROUND | AVU_DLNA_FLAG_STALLING | \
		AVU_DLNA_FLAG_V15)
#define FLAGS_IMAGE                                                                      \
	(AVU_DLNA_FLAG_INTERACTIVE | AVU_DLNA_FLAG_BACKGROUND | AVU_DLNA_FLAG_STALLING | \
		AVU_DLNA_FLAG_V15)

AvuDlnaParameters
content_dlna_parameters(ItemKind kind, const char *mime, const char *profile, int64_t duration_ns)
{
	return (AvuDlnaParameters){
		.profile = profile,
		.has_op = true,
		.op_time = duration_ns > 0 && format_has_time_index(mime),
		.op_range = true,
		.flags = kind == ITEM_IMAGE ? FLAGS_IMAGE : FLAGS_AV,
	};
}

void
content_dlna_set_growing(AvuDlnaParameters *dlna)
{
	dlna->op_time = false;
	dlna->speeds = NULL;
	dlna->flags |= AVU_DLNA_FLAG_SN_INCREASING;
}

static bool
is_writable(const Emission *emission, const char *root)
{
	const ContentWriting *writing = emission->writing;

	return root != NULL && writing->is_writable != NULL &&
	       writing->is_writable(writing->data, root);
}

static void
format_managed(char text[MANAGED_SIZE], unsigned bits)
{
	(void)g_snprintf(text, MANAGED_SIZE, "%08x", bits);
}

/* What may be made in a folder: the items of its view, and folders. */
static const char *
create_class(const Container *container)
{
	static const char *const classes[] = {
		[ITEM_AUDIO] = "object.item.audioItem" AVU_VALUE_SEPARATOR "object.container",
		[ITEM_VIDEO] = "object.item.videoItem" AVU_VALUE_SEPARATOR "object.container",
		[ITEM_IMAGE] = "object.item.imageItem" AVU_VALUE_SEPARATOR "object.container",
	};

	return container->root != NULL ? classes[container->view->kind] : NULL;
}

/* Folders in writable roots, lists that control points made themselves, and the root for these. */
static void
fill_writing(AvuObject *object, const Emission *emission, const Container *container,
	char managed[MANAGED_SIZE])
{
	const ContentWriting *writing = emission->writing;
	const bool list = container->made == CONTAINER_LIST && writing->writer != NULL;
	const bool root = container->parent < 0 && writing->managed_root != 0;

	if (!list && !root && !is_writable(emission, container->root)) {
		return;
	}
	format_managed(managed, list   ? writing->managed_item
				: root ? writing->managed_root
				       : writing->managed_container);
	object->restricted = false;
	object->dlna_managed = managed;
	object->create_class =
		root ? "object.container.playlistContainer" : create_class(container);
}

void
emission_begin(Emission *emission)
{
	const NegotiateClient client = client_view_get_witnesses(emission->client);

	emission->pool = text_pool_new();
	negotiate_memo_init(&emission->negotiation, &client, emission->machine);
	protocol_memo_init(&emission->protocols, emission->client);
}

void
emission_clear(Emission *emission)
{
	g_clear_pointer(&emission->pool, text_pool_free);
	protocol_memo_clear(&emission->protocols);
}

void
emission_container(const Container *container, void *data)
{
	Emission *emission = data;
	char id[OBJECT_ID_MAX], parent[OBJECT_ID_MAX], managed[MANAGED_SIZE];
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
	object.object_update_id = container->object_update_id;
	object.container_update_id = container->update_id;
	object.total_deleted_children = MIN(container->deleted_children, UINT32_MAX);
	fill_writing(&object, emission, container, managed);
	if (g_str_has_prefix(container->upnp_class, "object.container.album") &&
		container->level == 2) {
		object.artist = container->values[0];
	}
	text_pool_clear(emission->pool);
	if (g_str_has_prefix(container->upnp_class, "object.container.album") &&
		container->art > 0) {
		pictures_add_art(
			&object, emission->base_url, id, container->update_id, emission->pool);
	}
	manners_apply(&object, NULL, client_view_get_profile(emission->client), emission->pool);
	emission->emit(&object, emission->data);
}

/* Texts that are made for one object. */
typedef struct {
	char reference[2 * OBJECT_ID_MAX];
	char rating[8];
	char frame_rate[24];
	char location[40];
	char managed[MANAGED_SIZE];
	const char *protocol_info; /* of the file itself */
	TextPool *pool;            /* for all others */
} Texts;

/* "25p", "23.976p"; interlaced or not is not known of the formats of broadcasts and discs. */
static const char *
frame_rate(Texts *texts, const Item *item)
{
	if (item->frame_rate_mhz <= 0 || g_strcmp0(item->video_codec, "mpeg2video") == 0) {
		return NULL;
	}
	const unsigned whole = (unsigned)(item->frame_rate_mhz / 1000);
	const unsigned rest = (unsigned)(item->frame_rate_mhz % 1000);

	if (rest == 0) {
		(void)g_snprintf(texts->frame_rate, sizeof texts->frame_rate, "%up", whole);
	} else {
		(void)g_snprintf(
			texts->frame_rate, sizeof texts->frame_rate, "%u.%03up", whole, rest);
	}
	return texts->frame_rate;
}

static void
fill_resource(AvuResource *resource, const Item *item, Texts *texts)
{
	resource->size_bytes = item->size_bytes;
	resource->duration_ns = item->duration_ns;
	resource->bitrate_Bps = item->bitrate_bps > 0 ? item->bitrate_bps / BITS_PER_OCTET : -1;
	resource->sample_hz = item->sample_hz;
	resource->bits_per_sample = (int32_t)item->bits;
	resource->channels = (int32_t)item->channels;
	resource->width = (int32_t)item->width;
	resource->height = (int32_t)item->height;
	resource->frame_rate = frame_rate(texts, item);
}

/* @param extra  what stands before the extension of its URL
 * @param protocol_info  kept in texts */
static void
add_resource(AvuObject *object, const Item *item, const char *base_url, const char *extra,
	const char *protocol_info, Texts *texts)
{
	if (object->n_resources == AVU_RESOURCES_MAX) {
		return;
	}
	AvuResource *resource = &object->resources[object->n_resources++];
	const char *extension = format_extension(item->mime);
	char own[OBJECT_ID_MAX];

	object_id_format_item(own, item->id);
	fill_resource(resource, item, texts);
	resource->protocol_info = protocol_info;
	/* as content_format_media_path() */
	resource->uri = text_pool_concat(texts->pool, base_url, CONTENT_MEDIA_PREFIX, own, extra,
		extension[0] != '\0' ? "." : "", extension, NULL);
	if (item->has_ifo > 0) {
		resource->ifo_uri =
			text_pool_take(texts->pool, sides_dup_ifo_url(base_url, item->id));
	}
}

static void
fill_people(AvuObject *object, const Item *item, Texts *texts)
{
	const char *creators = item->artist != NULL ? item->artist : item->album_artist;
	AvuCursor first;

	if (avu_object_next_value(&creators, &first)) { /* dc:creator is one */
		object->creator = text_pool_copy(texts->pool, first.at, avu_cursor_len(&first));
	}
	object->artist = item->artist;
	object->album_artist = item->album_artist;
	object->conductor = item->conductor;
	object->composer = item->composer;
	object->actor = item->actor;
	object->director = item->director;
	object->publisher = item->publisher;
}

static const char *
date_of(const Item *item)
{
	if (item->date != NULL) {
		return item->date;
	}
	return item->taken != NULL ? item->taken : item->original_date;
}

static void
fill_playing(AvuObject *object, const Item *item, Texts *texts)
{
	object->playback_count = (int32_t)MIN(item->play_count, INT32_MAX);
	if (item->position > 0) {
		object->last_playback_position_ns = item->position;
		object->sec_dcm_info = text_pool_printf(texts->pool,
			"CREATIONDATE=0,FOLDER=%s,BM=%" G_GINT64_FORMAT, item->title,
			item->position / AVU_NS_PER_S);
	}
	if (item->played > 0) {
		g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(item->played);

		object->last_playback_time =
			when != NULL ? text_pool_take(texts->pool,
					       g_date_time_format(when, "%Y-%m-%dT%H:%M:%SZ"))
				     : NULL;
	}
}

static void
fill_properties(AvuObject *object, const Item *item, Texts *texts)
{
	object->title = item->title;
	object->upnp_class = item_get_class(item);
	object->restricted = true;
	object->album = item->album;
	object->genre = item->genre;
	object->date = date_of(item);
	object->description = item->comment;
	object->long_description = item->description;
	object->rights = item->rights;
	object->language = item->audio_languages;
	object->track_number = (int32_t)item->track;
	object->disc_number = (int32_t)item->disc;
	object->series_title = item->series;
	object->episode_season = (int32_t)item->season;
	object->episode_number = (int32_t)item->episode;
	object->object_update_id = item->object_update_id;
	if (item->location != NULL) { /* no property is for places: as a URI of RFC 5870 */
		(void)g_snprintf(texts->location, sizeof texts->location, "geo:%s", item->location);
		object->user_annotation = texts->location;
	}
	if (item->rating >= 0) {
		(void)g_snprintf(
			texts->rating, sizeof texts->rating, "%d", (int)MIN(item->rating, 100));
		object->rating = texts->rating;
	}
	facts_add(object, item, texts->pool);
	fill_people(object, item, texts);
	fill_playing(object, item, texts);
}

/* Content that is still to come: where to send it, and how much is there. */
static void
add_promise(AvuObject *object, const Item *item, const Emission *emission, Texts *texts)
{
	AvuResource *resource = &object->resources[object->n_resources++];
	char own[OBJECT_ID_MAX];
	uint64_t uploaded;

	object_id_format_item(own, item->id);
	resource->uri = "";
	resource->protocol_info = texts->protocol_info;
	resource->import_uri =
		text_pool_concat(texts->pool, emission->base_url, CONTENT_UPLOAD_PREFIX, own, NULL);
	resource->resumable = true;
	if (emission->writing->get_uploaded != NULL &&
		emission->writing->get_uploaded(emission->writing->data, item->id, &uploaded) &&
		uploaded > 0) {
		resource->uploaded_bytes = (int64_t)uploaded;
	}
}

static AvuDlnaParameters
dlna_of(const Item *item, const Emission *emission)
{
	const bool whole = item->start_ns < 0;
	AvuDlnaParameters dlna = content_dlna_parameters((ItemKind)item->kind, item->mime,
		item->profile, whole ? item->duration_ns : AVU_TIME_NONE);

	if (whole && emission->machine != NULL) {
		(void)speed_source_describe(emission->machine, item->mime, &dlna);
	}
	if (item_is_growing(item)) {
		content_dlna_set_growing(&dlna);
	}
	return dlna;
}

/* A few players want the same file under other names first. */
static void
add_extras(AvuObject *object, const Item *item, Emission *emission, Texts *texts)
{
	static const char *const marks[CONTENT_EXTRAS_MAX] = { CONTENT_EXTRA "0", CONTENT_EXTRA "1",
		CONTENT_EXTRA "2", CONTENT_EXTRA "3" };
	AvuDlnaParameters dlna;

	if (client_view_get_profile(emission->client)->extra == NULL) {
		return;
	}
	dlna = dlna_of(item, emission);
	for (unsigned n = 0; n < CONTENT_EXTRAS_MAX; n++) {
		const Protocol protocol = { (ItemKind)item->kind, PROTOCOL_EXTRA, item->mime, &dlna,
			n };
		AvuDlnaParameters named = dlna;
		const char *mime = item->mime;

		if (!client_view_name_extra(
			    emission->client, n, (ItemKind)item->kind, &mime, &named)) {
			return;
		}
		add_resource(object, item, emission->base_url, marks[n],
			protocol_memo_get(&emission->protocols, &protocol, texts->pool), texts);
	}
}

static void
add_originals(AvuObject *object, const Item *item, Emission *emission, Texts *texts)
{
	add_extras(object, item, emission, texts);
	add_resource(object, item, emission->base_url, "", texts->protocol_info, texts);
	for (unsigned i = 0; emission->other_urls != NULL && emission->other_urls[i] != NULL; i++) {
		if (!g_str_equal(emission->other_urls[i], emission->base_url)) {
			add_resource(object, item, emission->other_urls[i], "",
				texts->protocol_info, texts);
		}
	}
}

/* Octets of a conversion: as they are, or as the client wants them told. */
static int64_t
converted_size(const AvuClientProfile *profile, const ConvertPlan *plan)
{
	return g_strcmp0(profile->converted_size, "none") == 0 || plan->size_bytes > INT64_MAX
		       ? -1
		       : (int64_t)plan->size_bytes;
}

/* The item in a form that is made while it is sent. */
static void
add_conversion(AvuObject *object, const Item *item, const ConvertPlan *offered, Emission *emission,
	Texts *texts)
{
	ConvertPlan own_plan = *offered;
	const ConvertPlan *plan = &own_plan;

	client_view_complete_plan(emission->client, &own_plan);
	const AvuDlnaParameters dlna = convert_plan_get_dlna(plan);
	const ItemKind kind = plan->recipe->kind == RECIPE_AUDIO ? ITEM_AUDIO : ITEM_VIDEO;
	const Protocol protocol = { kind, PROTOCOL_CONVERTED, plan->mime, &dlna, 0 };
	char own[OBJECT_ID_MAX];

	if (object->n_resources == AVU_RESOURCES_MAX) {
		return;
	}
	AvuResource *resource = &object->resources[object->n_resources++];

	object_id_format_item(own, item->id);
	resource->uri = text_pool_concat(texts->pool, emission->base_url, CONTENT_MEDIA_PREFIX, own,
		"/", plan->recipe->name, ".", plan->recipe->extension, NULL);
	resource->protocol_info = protocol_memo_get(&emission->protocols, &protocol, texts->pool);
	resource->duration_ns = plan->duration_ns;
	resource->bitrate_Bps = plan->bitrate_bps > 0 ? plan->bitrate_bps / BITS_PER_OCTET : -1;
	resource->size_bytes = converted_size(client_view_get_profile(emission->client), plan);
	resource->sample_hz = plan->sample_hz;
	resource->bits_per_sample = (int32_t)plan->bits;
	resource->channels = (int32_t)plan->channels;
	resource->width = (int32_t)plan->width;
	resource->height = (int32_t)plan->height;
}

/* What the client is offered, in its order. @return its pictures are told already */
static bool
add_offers(AvuObject *object, const Item *item, Emission *emission, Texts *texts)
{
	Offer offers[NEGOTIATE_OFFERS_MAX];
	unsigned n;

	if (item->promised != 0) {
		add_promise(object, item, emission, texts);
		return true;
	}
	n = negotiate_memo_ask(&emission->negotiation, item, offers);
	for (unsigned i = 0; i < n; i++) {
		switch (offers[i].kind) {
		case OFFER_ORIGINAL:
			add_originals(object, item, emission, texts);
			break;
		case OFFER_CONVERSION:
			add_conversion(object, item, &offers[i].plan, emission, texts);
			break;
		case OFFER_PICTURES:
			if (i == 0) { /* else behind all others */
				pictures_add(object, item, emission, texts->pool);
			}
			break;
		}
	}
	return n > 0 && offers[0].kind == OFFER_PICTURES;
}

/* What it is converted to while it comes: from the place that all who listen are at. */
static void
add_live_conversion(AvuObject *object, const Item *item, const ConvertPlan *plan,
	const Emission *emission, Texts *texts)
{
	const char *mime = plan->mime;
	const AvuDlnaParameters dlna = sides_describe_live_plan(emission->client, plan, &mime);
	char own[OBJECT_ID_MAX];

	if (object->n_resources == AVU_RESOURCES_MAX) {
		return;
	}
	AvuResource *resource = &object->resources[object->n_resources++];

	object_id_format_item(own, item->id);
	resource->uri = text_pool_concat(texts->pool, emission->base_url, SIDES_LIVE_PREFIX, own,
		"/", plan->recipe->name, ".", plan->recipe->extension, NULL);
	resource->protocol_info =
		text_pool_take(texts->pool, avu_protocol_info_format(mime, &dlna));
	resource->sample_hz = plan->sample_hz;
	resource->bits_per_sample = (int32_t)plan->bits;
	resource->channels = (int32_t)plan->channels;
}

static void
add_live_offers(AvuObject *object, const Item *item, Emission *emission, Texts *texts)
{
	const ContentLive *live = emission->live;
	const char *base_url = live != NULL ? emission->base_url : NULL;
	ConvertMachine machine =
		emission->machine != NULL ? *emission->machine : (ConvertMachine){ 0 };
	Negotiation asked = {
		.item = item,
		.client = client_view_get_witnesses(emission->client),
		.machine = live != NULL && emission->machine != NULL ? &machine : NULL,
	};
	/* one more who listens to a form takes nothing of a machine that is busy */
	if (live != NULL) {
		machine.able |= live->get_recipes(live->data, item->id);
	}
	Offer offers[NEGOTIATE_OFFERS_MAX];

	asked.client.memo = &emission->negotiation.sink;
	const unsigned n = negotiate(&asked, offers);

	for (unsigned i = 0; i < n; i++) {
		if (offers[i].kind == OFFER_CONVERSION) {
			add_live_conversion(object, item, &offers[i].plan, emission, texts);
		} else {
			sides_add_station(object, item, base_url, emission->client, texts->pool);
		}
	}
}

static void
emit_station(AvuObject *object, const Item *item, Emission *emission, Texts *texts)
{
	const ContentLive *live = emission->live;
	char *title = live != NULL ? live->dup_title(live->data, item->id) : NULL;

	object->program_title = text_pool_take(texts->pool, title);
	add_live_offers(object, item, emission, texts);
	manners_apply(object, item, client_view_get_profile(emission->client), texts->pool);
	emission->emit(object, emission->data);
}

void
emission_item(const Item *item, void *data)
{
	Emission *emission = data;
	const AvuDlnaParameters dlna = dlna_of(item, emission);
	const Protocol protocol = { (ItemKind)item->kind, PROTOCOL_ORIGINAL, item->mime, &dlna, 0 };
	Texts texts;
	char own[OBJECT_ID_MAX], home[OBJECT_ID_MAX];
	AvuObject object;

	object_id_format_item(own, item->id);
	object_id_format_container(home, item->home, NULL);
	text_pool_clear(emission->pool);
	texts.pool = emission->pool;
	texts.protocol_info = protocol_memo_get(&emission->protocols, &protocol, texts.pool);
	avu_object_init(&object);
	object.id = own;
	object.parent_id = home;
	if (emission->container != NULL && !g_str_equal(emission->container, home)) {
		(void)g_snprintf(
			texts.reference, sizeof texts.reference, "%s.%s", emission->container, own);
		object.id = texts.reference;
		object.parent_id = emission->container;
		object.ref_id = own;
	}
	fill_properties(&object, item, &texts);
	if (item->url != NULL) {
		emit_station(&object, item, emission, &texts);
		return;
	}
	if (is_writable(emission, item->root)) {
		format_managed(texts.managed, emission->writing->managed_item);
		object.restricted = false;
		object.dlna_managed = texts.managed;
	}
	bool pictures = add_offers(&object, item, emission, &texts);

	if (item->promised == 0) {
		sides_add_subtitles(&object, item,
			client_view_get_profile(emission->client)->subtitle_types,
			emission->base_url, texts.pool);
	}
	if (!pictures) {
		pictures_add(&object, item, emission, texts.pool);
	}
	manners_apply(&object, item, client_view_get_profile(emission->client), texts.pool);
	emission->emit(&object, emission->data);
}
