/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stations and subtitles as resources. Runs on the threads of connections; no state of its own. */
#include "mediaserver/content/sides.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/pieces.h>
#include <av-upnp/protocol-info.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/content/object-id.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/live-format.h"
#include "mediaserver/library/subtitles.h"

ItemKind
sides_get_live_kind(int64_t kind)
{
	return kind == ITEM_TELEVISION ? ITEM_VIDEO : ITEM_AUDIO;
}

#define FLAGS_LIVE                                                                             \
	(AVU_DLNA_FLAG_S0_INCREASING | AVU_DLNA_FLAG_SN_INCREASING | AVU_DLNA_FLAG_STREAMING | \
		AVU_DLNA_FLAG_V15)

/* Who can come in later can go back a little, too: the newest octets are kept for all.
 * @clause spec/dlna-protocolinfo.md 3: live with time-shift buffer, live tuner */
static uint32_t
flags_for(const char *mime)
{
	return FLAGS_LIVE | (live_format_get_unit(mime) > 0 ? AVU_DLNA_FLAG_LIMITED_BYTE_SEEK
							    : AVU_DLNA_FLAG_SENDER_PACED);
}

AvuDlnaParameters
sides_describe_live_plan(const ClientView *client, const ConvertPlan *plan, const char **mime)
{
	const ItemKind kind = plan->recipe->kind == RECIPE_AUDIO ? ITEM_AUDIO : ITEM_VIDEO;
	AvuDlnaParameters dlna = {
		.profile = plan->profile, .converted = true, .flags = flags_for(plan->mime)
	};

	client_view_name_converted(client, kind, mime, &dlna);
	return dlna;
}

AvuDlnaParameters
sides_describe_live(const ClientView *client, ItemKind kind, const char **mime)
{
	AvuDlnaParameters dlna = { .flags = flags_for(*mime) };

	client_view_name(client, kind, mime, &dlna);
	return dlna;
}

char *
sides_format_live_path(int64_t item, const char *mime)
{
	const char *extension = format_extension(mime);
	char id[OBJECT_ID_MAX];

	object_id_format_item(id, item);
	return g_strconcat(SIDES_LIVE_PREFIX, id, extension[0] != '\0' ? "." : "", extension, NULL);
}

static void
add_address(AvuObject *object, const char *uri, const char *protocol_info)
{
	AvuResource *resource = &object->resources[object->n_resources];

	if (object->n_resources < AVU_RESOURCES_MAX) {
		resource->uri = uri;
		resource->protocol_info = protocol_info;
		object->n_resources++;
	}
}

static void
add_own_address(AvuObject *object, const Item *item, const char *base_url, const ClientView *client,
	TextPool *pool)
{
	const char *mime = item->mime;
	const AvuDlnaParameters dlna =
		sides_describe_live(client, sides_get_live_kind(item->kind), &mime);
	g_autofree char *path = sides_format_live_path(item->id, item->mime);
	const char *uri = text_pool_concat(pool, base_url, path, NULL);

	add_address(object, uri, text_pool_take(pool, avu_protocol_info_format(mime, &dlna)));
}

/* What stands at a station's own address: a list of pieces is not what is made of it here. */
static const char *
mime_at(const Item *item)
{
	switch (avu_pieces_kind_of(NULL, item->url)) {
	case AVU_PIECES_HLS:
		return "application/vnd.apple.mpegurl";
	case AVU_PIECES_DASH:
		return "application/dash+xml";
	default:
		return item->mime;
	}
}

/* Something with an extension is often a file, in which a player that goes there itself can seek. */
static bool
is_for_players(const char *url, const char *mime)
{
	const char *extension = format_extension(mime);
	g_autofree char *end = g_strconcat(".", extension, NULL);

	return g_str_has_prefix(url, "http:") && extension[0] != '\0' && g_str_has_suffix(url, end);
}

void
sides_add_station(AvuObject *object, const Item *item, const char *base_url,
	const ClientView *client, TextPool *pool)
{
	const bool is_web = g_ascii_strncasecmp(item->url, "http", strlen("http")) == 0;
	const bool first = !is_for_players(item->url, item->mime);

	if (base_url != NULL && first) {
		add_own_address(object, item, base_url, client, pool);
	}
	if (is_web) { /* no player is told of a pipe, or of a group */
		object->radio_band = item->kind == ITEM_RADIO ? "Internet" : NULL;
		add_address(object, item->url,
			text_pool_concat(pool, "http-get:*:", mime_at(item), ":*", NULL));
	}
	if (base_url != NULL && !first) {
		add_own_address(object, item, base_url, client, pool);
	}
}

/* Types that are made of others, the best known first; then what the file is. */
static const struct {
	unsigned bit;
	const char *type;
} made[] = {
	{ AVU_SUBTITLE_SRT, "srt" },
	{ AVU_SUBTITLE_VTT, "vtt" },
};

/* "0.en.srt": players take the language from the name. */
static char *
dup_url(const char *base_url, int64_t item, unsigned n, const Subtitle *subtitle, const char *type)
{
	char own[OBJECT_ID_MAX];

	object_id_format_item(own, item);
	return g_strdup_printf("%s" SIDES_SUBTITLE_PREFIX "%s/%u%s%s%s.%s", base_url, own, n,
		subtitle->language[0] != '\0' ? "." : "", subtitle->language,
		subtitle->forced ? ".forced" : "", type);
}

bool
sides_parse_subtitle(const char *rest, SideUrl *ret_url)
{
	AvuCursor in = avu_cursor_string(rest);
	AvuCursor id_text = avu_cursor_take_until(&in, "/");
	const char *dot = strrchr(rest, '.');
	uint64_t n;
	ObjectId id;

	if (avu_cursor_len(&id_text) >= OBJECT_ID_MAX) {
		return false;
	}
	g_autofree char *text = avu_cursor_dup(&id_text);

	if (!object_id_parse(text, &id) || id.item == 0 || !avu_cursor_take_char(&in, '/') ||
		!avu_cursor_take_uint(&in, SUBTITLES_MAX - 1, &n) ||
		!avu_cursor_take_char(&in, '.') || dot == NULL || strlen(dot + 1) != 3) {
		return false;
	}
	*ret_url = (SideUrl){ .item = id.item, .n = (unsigned)n };
	(void)g_strlcpy(ret_url->type, dot + 1, sizeof(ret_url->type));
	return true;
}

/* Can it be had so? VobSub's two files have nothing to read. */
static bool
is_had_as(const Subtitle *subtitle, const char *column, const char *type)
{
	return subtitle_is_text(subtitle, column) || g_str_equal(subtitle->type, type);
}

/* What goes where there is room for one. */
static const char *
first_type(unsigned types)
{
	return types == AVU_SUBTITLE_VTT || types == (AVU_SUBTITLE_VTT | AVU_SUBTITLE_OWN) ? "vtt"
											   : "srt";
}

/* Of text; one that translates only foreign words is the last choice. */
static bool
find_first(const char *column, Subtitle *ret_subtitle, unsigned *ret_n)
{
	const char *at = column;
	Subtitle subtitle;
	bool found = false;

	for (unsigned n = 0; subtitles_next(&at, &subtitle); n++) {
		if (subtitle_is_text(&subtitle, column) && (!found || ret_subtitle->forced)) {
			if (!found || !subtitle.forced) {
				*ret_subtitle = subtitle;
				*ret_n = n;
			}
			found = true;
		}
	}
	return found;
}

char *
sides_dup_caption_url(const char *base_url, int64_t item, const char *subtitles, unsigned types)
{
	Subtitle subtitle;
	unsigned n;

	return find_first(subtitles, &subtitle, &n)
		       ? dup_url(base_url, item, n, &subtitle, first_type(types))
		       : NULL;
}

/* @param type  NULL: what each is itself, unless it was there as such */
static void
add_resources(AvuObject *object, const Item *item, const char *type, unsigned types,
	const char *base_url, TextPool *pool)
{
	const char *at = item->subtitles;
	const unsigned most = MIN(object->n_resources + SIDES_SUBTITLES_MAX, AVU_RESOURCES_MAX);
	Subtitle subtitle;

	for (unsigned n = 0; object->n_resources < most && subtitles_next(&at, &subtitle); n++) {
		const char *as = type != NULL ? type : subtitle.type;
		bool there = g_str_equal(as, SUBTITLE_TRACK);

		for (size_t i = 0; i < G_N_ELEMENTS(made) && type == NULL; i++) {
			there = there ||
				((types & made[i].bit) != 0 && g_str_equal(as, made[i].type));
		}
		if (there || !is_had_as(&subtitle, item->subtitles, as)) {
			continue;
		}
		AvuResource *resource = &object->resources[object->n_resources++];

		resource->uri = text_pool_take(pool, dup_url(base_url, item->id, n, &subtitle, as));
		resource->protocol_info =
			text_pool_concat(pool, "http-get:*:", subtitle_get_mime(as), ":*", NULL);
	}
}

void
sides_add_subtitles(
	AvuObject *object, const Item *item, unsigned types, const char *base_url, TextPool *pool)
{
	const unsigned n_media = object->n_resources;
	char *first = sides_dup_caption_url(base_url, item->id, item->subtitles, types);

	for (size_t i = 0; i < G_N_ELEMENTS(made); i++) {
		if ((types & made[i].bit) != 0) {
			add_resources(object, item, made[i].type, types, base_url, pool);
		}
	}
	if ((types & AVU_SUBTITLE_OWN) != 0) {
		add_resources(object, item, /* type = */ NULL, types, base_url, pool);
	}
	if (first == NULL) {
		return;
	}
	object->sec_caption_uri = text_pool_take(pool, first);
	object->sec_caption_type = first_type(types);
	for (unsigned i = 0; i < n_media; i++) {
		object->resources[i].subtitle_uri = first;
		object->resources[i].subtitle_type =
			g_str_equal(object->sec_caption_type, "srt") ? "SRT" : "VTT";
	}
}

char *
sides_dup_ifo_url(const char *base_url, int64_t item)
{
	char id[OBJECT_ID_MAX];

	object_id_format_item(id, item);
	return g_strconcat(base_url, SIDES_IFO_PREFIX, id, NULL);
}
