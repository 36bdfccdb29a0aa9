/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A radio station as the feed of a channel. On the feed's thread. What a station sends is checked by nobody
 * here: it goes to players, who are used to it; bounded are heads (LIM-22), redirects and waits. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/icy.h>

#include "mediaserver/library/live-format.h"
#include "mediaserver/live/live-transfer.h"

#define STATION_MAX 256
#define ICY_INTERVAL_MAX (1u << 20)

typedef struct {
	LiveTransfer transfer;
	const char *mime; /* of a station that says none */
	AvuIcy icy;
	GError *refusal;      /* of an answer that is no radio */
	bool opened;          /* the channel is */
	AvuPiecesKind pieces; /* it is a list of them, and read by another feed */
	bool endless;         /* it said no length */
} StationFeed;

static const char *
header(const AvuStreamHead *head, const char *name)
{
	return g_hash_table_lookup((GHashTable *)head->headers, name);
}

static bool
is_radio(const AvuStreamHead *head, GError **error)
{
	if (head->status != 200) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE, "the station answers %u",
			head->status);
		return false;
	}
	if (head->mime != NULL &&
		(g_str_has_prefix(head->mime, "text/") || strstr(head->mime, "scpls") != NULL)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the station answers %.100s, which is no sound", head->mime);
		return false;
	}
	return true;
}

static void
open_channel(StationFeed *feed, const AvuStreamHead *head)
{
	const char *said =
		head->mime != NULL && strlen(head->mime) <= LIVE_MIME_MAX ? head->mime : feed->mime;
	const char *name = header(head, "icy-name");
	/* a file as long as this is played from its start by each */
	const LiveFormat format = { said,
		name != NULL && strlen(name) <= STATION_MAX && g_utf8_validate(name, -1, NULL)
			? name
			: NULL,
		feed->endless ? live_format_get_unit(said) : 0 };

	live_channel_open(feed->transfer.channel, &format);
	feed->opened = true;
}

static bool
on_head(const AvuStreamHead *head, void *data)
{
	StationFeed *feed = data;
	const char *interval = header(head, "icy-metaint");
	guint64 octets = 0;

	feed->pieces =
		head->status == 200 ? avu_pieces_kind_of(head->mime, head->url) : AVU_PIECES_NONE;
	if (feed->pieces != AVU_PIECES_NONE || !is_radio(head, &feed->refusal)) {
		return false;
	}
	if (interval != NULL &&
		!g_ascii_string_to_unsigned(interval, 10, 0, ICY_INTERVAL_MAX, &octets, NULL)) {
		g_set_error(&feed->refusal, AVU_ERROR, AVU_ERROR_SYNTAX,
			"the station's icy-metaint is no number");
		return false;
	}
	feed->transfer.heard_ns = avu_now_ns();
	feed->endless = octets > 0 || head->total_bytes < 0;
	avu_icy_init(&feed->icy, (size_t)octets);
	if (!feed->opened) {
		open_channel(feed, head);
	}
	return true;
}

static size_t
on_body(const char *octets, size_t len, void *data)
{
	StationFeed *feed = data;
	size_t used = 0;

	feed->transfer.heard_ns = avu_now_ns();
	while (used < len) {
		const size_t media = avu_icy_count_media(&feed->icy, len - used);
		g_autofree char *title = NULL;

		if (media == 0) {
			used += avu_icy_take_block(&feed->icy, octets + used, len - used, &title);
			if (title != NULL) {
				live_channel_set_title(feed->transfer.channel, title);
			}
			continue;
		}
		const size_t put = live_channel_put(feed->transfer.channel, octets + used, media);

		avu_icy_pass_media(&feed->icy, put);
		used += put;
		if (put < media) {
			feed->transfer.held_up = true;
			break;
		}
	}
	return used;
}

static bool
connect_to(StationFeed *feed, const char *url, GError **error)
{
	static const char *const headers[] = { "Icy-MetaData: 1", NULL };
	AvuStreamRequest request = {
		.url = url,
		.headers = headers,
		.head = on_head,
		.body = on_body,
	};

	return live_transfer_ask(&feed->transfer, &request, error);
}

/* The connection ended. @return false: so does the feed, with what is in error */
static bool
take_up_again(StationFeed *feed, GError **error)
{
	g_autoptr(GError) cause = live_transfer_end(&feed->transfer);
	/* a file would begin anew in the middle of what was sent of it */
	const bool hopeless = !feed->opened || !feed->endless || feed->refusal != NULL ||
			      avu_now_ns() - feed->transfer.heard_ns > LIVE_SILENCE_NS;

	if (cause == NULL && !feed->endless) {
		return false; /* that was all */
	}
	if (hopeless) {
		if (feed->refusal != NULL) {
			g_propagate_error(error, g_steal_pointer(&feed->refusal));
		} else if (cause != NULL) {
			g_propagate_error(error, g_steal_pointer(&cause));
		} else {
			g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
				"the station sends nothing");
		}
		return false;
	}
	live_transfer_put_off(&feed->transfer);
	return true;
}

/* @return false: the feed is over */
static bool
turn(StationFeed *feed, const char *url, GError **error)
{
	LiveTransfer *transfer = &feed->transfer;

	if (transfer->stream == NULL && avu_now_ns() >= transfer->again_ns &&
		!connect_to(feed, url, error)) {
		return false;
	}
	live_transfer_turn(transfer, transfer->stream == NULL ? transfer->again_ns : INT64_MAX);
	if (feed->opened && avu_now_ns() - transfer->heard_ns > LIVE_SILENCE_NS) {
		if (transfer->error == NULL) {
			g_set_error(&transfer->error, AVU_ERROR, AVU_ERROR_TIMEOUT,
				"the station is silent");
		}
		transfer->over = true;
	}
	return !transfer->over || take_up_again(feed, error);
}

void
live_feed_station(LiveChannel *channel, const LiveStation *station)
{
	g_autofree StationFeed *feed = g_new0(StationFeed, 1);
	g_autoptr(GError) error = NULL;

	live_transfer_init(&feed->transfer, channel, station->policy);
	feed->mime = station->mime;
	while (live_channel_is_wanted(channel) && turn(feed, station->url, &error)) {
	}
	live_transfer_clear(&feed->transfer);
	if (feed->pieces != AVU_PIECES_NONE && !feed->opened) {
		if (!live_feed_pieces(channel, feed->pieces, station, LIVE_PIECES_WHOLE)) {
			live_feed_apart(channel, feed->pieces, station);
		}
	} else {
		live_channel_close(channel, error);
	}
	g_clear_error(&feed->refusal);
}
