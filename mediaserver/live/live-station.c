/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A radio station as the feed of a channel. On the feed's thread. What a station sends is checked by nobody
 * here: it goes to players, who are used to it; bounded are heads (LIM-22), redirects and waits. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/http-stream.h>
#include <av-upnp/icy.h>
#include <av-upnp/limits.h>

#include "mediaserver/live/live-feeds.h"

#define CONNECT_NS (5 * AVU_NS_PER_S)
#define AGAIN_NS (1 * AVU_NS_PER_S)
#define MIME_MAX 100
#define STATION_MAX 256
#define ICY_INTERVAL_MAX (1u << 20)

typedef struct {
	LiveChannel *channel;
	const char *mime; /* of a station that says none */
	AvuStreamer *streamer;
	AvuStream *stream; /* NULL: not connected */
	AvuIcy icy;
	GError *refusal;      /* of an answer that is no radio */
	GError *error;        /* with which the connection ended */
	bool over;            /* it ended */
	bool opened;          /* the channel is */
	bool held_up;         /* until the channel has room */
	AvuPiecesKind pieces; /* it is a list of them, and read by another feed */
	bool endless;         /* it said no length */
	int64_t heard_ns, again_ns;
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
		head->mime != NULL && strlen(head->mime) <= MIME_MAX ? head->mime : feed->mime;
	const char *name = header(head, "icy-name");
	/* a file as long as this is played from its start by each */
	const LiveFormat format = { said,
		name != NULL && strlen(name) <= STATION_MAX && g_utf8_validate(name, -1, NULL)
			? name
			: NULL,
		feed->endless ? live_format_get_unit(said) : 0 };

	live_channel_open(feed->channel, &format);
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
	feed->heard_ns = avu_now_ns();
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

	feed->heard_ns = avu_now_ns();
	while (used < len) {
		const size_t media = avu_icy_count_media(&feed->icy, len - used);
		g_autofree char *title = NULL;

		if (media == 0) {
			used += avu_icy_take_block(&feed->icy, octets + used, len - used, &title);
			if (title != NULL) {
				live_channel_set_title(feed->channel, title);
			}
			continue;
		}
		const size_t put = live_channel_put(feed->channel, octets + used, media);

		avu_icy_pass_media(&feed->icy, put);
		used += put;
		if (put < media) {
			feed->held_up = true;
			break;
		}
	}
	return used;
}

static void
on_done(const GError *error, void *data)
{
	StationFeed *feed = data;

	feed->over = true;
	feed->error = error != NULL ? g_error_copy(error) : NULL;
}

static bool
connect_to(StationFeed *feed, const char *url, GError **error)
{
	static const char *const headers[] = { "Icy-MetaData: 1", NULL };
	const AvuStreamRequest request = {
		.url = url,
		.headers = headers,
		.redirects = AVU_LIMIT_MEDIA_REDIRECTS,
		.connect_timeout_ns = CONNECT_NS,
		.head_timeout_ns = LIVE_OPEN_NS,
		.head = on_head,
		.body = on_body,
		.done = on_done,
		.data = feed,
	};

	feed->stream = avu_stream_new(feed->streamer, &request, error);
	return feed->stream != NULL;
}

/* The connection ended. @return false: so does the feed, with what is in error */
static bool
take_up_again(StationFeed *feed, GError **error)
{
	const bool whole = feed->error == NULL && !feed->endless;
	/* a file would begin anew in the middle of what was sent of it */
	const bool hopeless = !feed->opened || !feed->endless || feed->refusal != NULL ||
			      avu_now_ns() - feed->heard_ns > LIVE_SILENCE_NS;

	g_clear_pointer(&feed->stream, avu_stream_free);
	feed->over = feed->held_up = false;
	if (whole) {
		return false;
	}
	if (hopeless) {
		if (feed->refusal != NULL) {
			g_propagate_error(error, g_steal_pointer(&feed->refusal));
		} else if (feed->error != NULL) {
			g_propagate_error(error, g_steal_pointer(&feed->error));
		} else {
			g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
				"the station sends nothing");
		}
		return false;
	}
	g_clear_error(&feed->error);
	feed->again_ns = avu_now_ns() + AGAIN_NS;
	return true;
}

/* @return false: the feed is over */
static bool
turn(StationFeed *feed, const char *url, GError **error)
{
	const int wake = live_channel_get_wake(feed->channel);
	const int64_t now = avu_now_ns();

	if (feed->stream == NULL && now >= feed->again_ns && !connect_to(feed, url, error)) {
		return false;
	}
	avu_streamer_turn(feed->streamer, &wake, 1,
		MIN(feed->stream == NULL ? feed->again_ns : INT64_MAX, now + LIVE_LOOK_NS));
	live_channel_clear_wake(feed->channel);
	if (feed->held_up) {
		feed->heard_ns = avu_now_ns(); /* it is the listener who waits */
		if (live_channel_get_room(feed->channel) > 0) {
			feed->held_up = false;
			avu_stream_resume(feed->stream);
		}
	}
	if (feed->opened && avu_now_ns() - feed->heard_ns > LIVE_SILENCE_NS) {
		if (feed->error == NULL) {
			g_set_error(&feed->error, AVU_ERROR, AVU_ERROR_TIMEOUT,
				"the station is silent");
		}
		feed->over = true;
	}
	return !feed->over || take_up_again(feed, error);
}

void
live_feed_station(
	LiveChannel *channel, const char *url, const char *mime, const AvuAddressPolicy *policy)
{
	g_autoptr(AvuStreamer) streamer = avu_streamer_new(policy);
	g_autofree StationFeed *feed = g_new0(StationFeed, 1);
	g_autoptr(GError) error = NULL;

	feed->channel = channel;
	feed->mime = mime;
	feed->streamer = streamer;
	feed->heard_ns = feed->again_ns = avu_now_ns();
	while (live_channel_is_wanted(channel) && turn(feed, url, &error)) {
	}
	g_clear_pointer(&feed->stream, avu_stream_free);
	if (feed->pieces != AVU_PIECES_NONE && !feed->opened) {
		live_feed_pieces(channel, feed->pieces, url, policy);
	} else {
		live_channel_close(channel, error);
	}
	g_clear_error(&feed->refusal);
	g_clear_error(&feed->error);
}
