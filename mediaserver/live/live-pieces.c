/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A station whose stream is cut into pieces, HLS mostly, as the feed of a channel: the pieces one behind the other
 * are what players get. On the feed's thread. Lists are bounded (av-upnp/pieces.h); every address in them passes
 * the policy of stations; LIVE_SILENCE_NS without an octet of media are the end. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/http-stream.h>
#include <av-upnp/limits.h>
#include <av-upnp/pieces.h>

#include "mediaserver/live/live-feeds.h"

#define CONNECT_NS (5 * AVU_NS_PER_S)
#define AGAIN_NS (1 * AVU_NS_PER_S)
/* bit/s: more than a wireless network carries at all times */
#define RATE_MAX 20000000u
#define MIME_MAX 100

typedef struct {
	LiveChannel *channel;
	AvuPiecesKind kind;
	AvuStreamer *streamer;
	AvuStream *stream; /* NULL: nothing is asked for */
	char *list_uri, *base;
	GByteArray *text;   /* of a list on its way; NULL: a piece is */
	AvuPieceList *list; /* NULL: not read yet */
	unsigned depth;     /* of lists that name lists */
	guint at;           /* in the list: what is read, or comes next */
	uint64_t passed;    /* number of the last piece that was read; with any */
	bool any;
	char *head_uri; /* of the head that was sent last; NULL: none */
	uint64_t head_at;
	bool of_head;    /* the head of the piece is read before it */
	uint64_t done;   /* octets of what is read that were put */
	uint64_t skip;   /* that nobody asked for: the server knows no ranges */
	unsigned status; /* of the answer */
	bool over, opened, held_up;
	GError *error;   /* with which the transfer ended */
	GError *refusal; /* of the whole */
	char mime[MIME_MAX];
	int64_t heard_ns, again_ns, loaded_ns;
} PiecesFeed;

static const AvuPiece *
target_of(const PiecesFeed *feed)
{
	const AvuPiece *piece = avu_piece_list_get(feed->list, feed->at);

	return feed->of_head ? &g_array_index(feed->list->heads, AvuPiece, piece->head - 1) : piece;
}

static bool
has_more(const PiecesFeed *feed)
{
	return feed->list != NULL && feed->at < feed->list->pieces->len;
}

/* Before its piece comes a head that was not sent yet. */
static void
look_at_head(PiecesFeed *feed)
{
	feed->done = 0;
	feed->of_head = false;
	if (!has_more(feed) || avu_piece_list_get(feed->list, feed->at)->head == 0) {
		return;
	}
	feed->of_head = true;
	const AvuPiece *head = target_of(feed);

	feed->of_head = g_strcmp0(feed->head_uri, head->uri) != 0 || feed->head_at != head->offset;
}

/* The piece is there, or will never be. */
static void
pass_target(PiecesFeed *feed)
{
	const AvuPiece *target = target_of(feed);

	if (feed->of_head) {
		g_free(feed->head_uri);
		feed->head_uri = g_strdup(target->uri);
		feed->head_at = target->offset;
		feed->of_head = false;
		feed->done = 0;
		return;
	}
	feed->passed = target->number;
	feed->any = true;
	feed->at++;
	look_at_head(feed);
}

/* Where to go on in a list that was read anew. */
static guint
find_place(const PiecesFeed *feed, const AvuPieceList *list)
{
	const guint n = list->pieces->len;
	guint at = 0;

	if (!feed->any) {
		return list->live && n > AVU_PIECES_LIVE_BEHIND ? n - AVU_PIECES_LIVE_BEHIND : 0;
	}
	if (n > 0 && avu_piece_list_get(list, n - 1)->number + list->restart < feed->passed) {
		return n - 1; /* the server began anew */
	}
	while (at < n && avu_piece_list_get(list, at)->number <= feed->passed + list->slack) {
		at++;
	}
	return at;
}

/* @return false with refusal */
static bool
take_list(PiecesFeed *feed)
{
	const AvuPiecesWish wish = { .base = feed->base, .max_bps = RATE_MAX };
	g_autoptr(GByteArray) text = g_steal_pointer(&feed->text);
	g_autoptr(AvuPieceList) list = avu_pieces_parse(feed->kind,
		text->len > 0 ? (const char *)text->data : "", text->len, &wish, &feed->refusal);

	if (list == NULL) {
		return false;
	}
	feed->loaded_ns = avu_now_ns();
	if (list->side) {
		g_set_error(&feed->refusal, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the station's list has its sound apart");
		return false;
	}
	if (list->next_uri != NULL) {
		if (++feed->depth >= AVU_PIECES_DEPTH_MAX) {
			g_set_error(&feed->refusal, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
				"the station's list names lists of lists");
			return false;
		}
		g_free(feed->list_uri);
		feed->list_uri = g_steal_pointer(&list->next_uri);
		return true;
	}
	feed->at = find_place(feed, list);
	avu_piece_list_free(feed->list);
	feed->list = g_steal_pointer(&list);
	look_at_head(feed);
	return true;
}

/* What the pieces make, by the first octets: servers have many names for them. */
static const char *
name_of(const PiecesFeed *feed, const char *octets, size_t len)
{
	static const struct {
		const char *begins, *mime;
	} rows[] = { { "G", "video/mpeg" }, { "ID3", "audio/vnd.dlna.adts" },
		{ "\xff", "audio/vnd.dlna.adts" } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows) && feed->head_uri == NULL && !feed->of_head;
		i++) {
		if (len >= strlen(rows[i].begins) &&
			memcmp(octets, rows[i].begins, strlen(rows[i].begins)) == 0) {
			return rows[i].mime;
		}
	}
	return feed->mime[0] != '\0' ? feed->mime : "video/mp4";
}

static void
open_channel(PiecesFeed *feed, const char *octets, size_t len)
{
	const char *mime = name_of(feed, octets, len);
	/* one that has an end is for each from its beginning */
	const LiveFormat format = { mime, NULL, feed->list->live ? live_format_get_unit(mime) : 0 };

	live_channel_open(feed->channel, &format);
	feed->opened = true;
}

static bool
on_head(const AvuStreamHead *head, void *data)
{
	PiecesFeed *feed = data;

	feed->status = head->status;
	if (head->status != 200 && head->status != 206) {
		return false;
	}
	if (feed->text != NULL) {
		g_free(feed->base);
		feed->base = g_strdup(head->url);
		return true;
	}
	const uint64_t first = target_of(feed)->offset + feed->done;

	if (head->offset > first) {
		feed->status = 404; /* in the middle: as if it were not there */
		return false;
	}
	feed->skip = first - head->offset;
	if (head->mime != NULL && (g_str_has_prefix(head->mime, "audio/") ||
					  g_str_has_prefix(head->mime, "video/"))) {
		(void)g_strlcpy(feed->mime, head->mime, sizeof feed->mime);
	}
	return true;
}

static size_t
take_text(PiecesFeed *feed, const char *octets, size_t len)
{
	if (len > AVU_PIECES_TEXT_MAX - feed->text->len) {
		if (feed->refusal == NULL) {
			g_set_error(&feed->refusal, AVU_ERROR, AVU_ERROR_LIMIT,
				"the station's list is larger than %u octets", AVU_PIECES_TEXT_MAX);
		}
		feed->over = true;
		return len;
	}
	g_byte_array_append(feed->text, (const guint8 *)octets, (guint)len);
	return len;
}

static size_t
on_body(const char *octets, size_t len, void *data)
{
	PiecesFeed *feed = data;

	if (feed->text != NULL) {
		return take_text(feed, octets, len);
	}
	const size_t dropped = (size_t)MIN((uint64_t)len, feed->skip);
	const uint64_t length = target_of(feed)->length;
	size_t wanted = len - dropped;

	if (length > 0) {
		wanted = (size_t)MIN((uint64_t)wanted, length - feed->done);
	}
	feed->skip -= dropped;
	/* of a server that knows no ranges, which would send all the rest */
	const bool excess = wanted < len - dropped;

	if (wanted == 0) {
		feed->over = feed->over || excess;
		return len;
	}
	if (!feed->opened) {
		open_channel(feed, octets + dropped, wanted);
	}
	const size_t put = live_channel_put(feed->channel, octets + dropped, wanted);

	feed->done += put;
	feed->heard_ns = put > 0 ? avu_now_ns() : feed->heard_ns;
	feed->held_up = put < wanted;
	feed->over = feed->over || (excess && !feed->held_up);
	return feed->held_up ? dropped + put : len;
}

static void
on_done(const GError *error, void *data)
{
	PiecesFeed *feed = data;

	feed->over = true;
	feed->error = error != NULL ? g_error_copy(error) : NULL;
}

static bool
ask(PiecesFeed *feed)
{
	const bool for_list = !has_more(feed);
	const AvuPiece *target = for_list ? NULL : target_of(feed);
	const AvuStreamRequest request = {
		.url = for_list ? feed->list_uri : target->uri,
		.offset = for_list ? 0 : target->offset + feed->done,
		.length = for_list || target->length == 0 ? 0 : target->length - feed->done,
		.redirects = AVU_LIMIT_MEDIA_REDIRECTS,
		.connect_timeout_ns = CONNECT_NS,
		.head_timeout_ns = LIVE_OPEN_NS,
		.head = on_head,
		.body = on_body,
		.done = on_done,
		.data = feed,
	};

	feed->text = for_list ? g_byte_array_new() : NULL;
	feed->stream = avu_stream_new(feed->streamer, &request, &feed->refusal);
	return feed->stream != NULL;
}

/* It will never be there: the next one. */
static bool
is_gone(unsigned status)
{
	static const unsigned never[] = { 403, 404, 410, 416 };
	bool gone = false;

	for (size_t i = 0; i < G_N_ELEMENTS(never); i++) {
		gone = gone || status == never[i];
	}
	return gone;
}

/* All of what was asked for is there. */
static bool
is_complete(const PiecesFeed *feed)
{
	const uint64_t length = target_of(feed)->length;

	return length > 0 && feed->done == length;
}

/* The transfer ended. @return false: so does the feed */
static bool
finish(PiecesFeed *feed)
{
	g_autoptr(GError) error = g_steal_pointer(&feed->error);

	g_clear_pointer(&feed->stream, avu_stream_free);
	feed->over = feed->held_up = false;
	if (feed->refusal != NULL) {
		return false;
	}
	if (feed->text != NULL && error == NULL) {
		return take_list(feed);
	}
	if (feed->text == NULL && (error == NULL || is_gone(feed->status) || is_complete(feed))) {
		pass_target(feed);
		return true;
	}
	g_clear_pointer(&feed->text, g_byte_array_unref);
	feed->again_ns = avu_now_ns() + AGAIN_NS;
	if (!feed->opened && feed->list == NULL) {
		g_propagate_error(&feed->refusal, g_steal_pointer(&error));
		return false;
	}
	return true;
}

/* @return when the next request is due; AVU_TIME_NONE: there is none, it has come to its end */
static int64_t
due_at(const PiecesFeed *feed)
{
	if (feed->list == NULL || has_more(feed)) {
		return feed->again_ns;
	}
	return feed->list->live ? MAX(feed->again_ns, feed->loaded_ns + feed->list->reload_ns / 2)
				: AVU_TIME_NONE;
}

static bool
is_silent(PiecesFeed *feed)
{
	const int64_t limit_ns = feed->opened ? LIVE_SILENCE_NS : LIVE_OPEN_NS;

	if (avu_now_ns() - feed->heard_ns <= limit_ns) {
		return false;
	}
	g_set_error(&feed->refusal, AVU_ERROR, AVU_ERROR_TIMEOUT, "the station is silent");
	return true;
}

/* @return false: the feed is over */
static bool
turn(PiecesFeed *feed)
{
	const int wake = live_channel_get_wake(feed->channel);
	const int64_t now = avu_now_ns();
	const int64_t due = feed->stream == NULL ? due_at(feed) : now + LIVE_SILENCE_NS;

	if (due == AVU_TIME_NONE || (feed->stream == NULL && now >= due && !ask(feed))) {
		return false;
	}
	avu_streamer_turn(feed->streamer, &wake, 1,
		MIN(feed->stream == NULL ? due : INT64_MAX, now + LIVE_LOOK_NS));
	live_channel_clear_wake(feed->channel);
	if (feed->held_up) {
		feed->heard_ns = avu_now_ns(); /* it is the listener who waits */
		if (live_channel_get_room(feed->channel) > 0) {
			feed->held_up = false;
			avu_stream_resume(feed->stream);
		}
	}
	return (!feed->over || finish(feed)) && !is_silent(feed);
}

void
live_feed_pieces(
	LiveChannel *channel, AvuPiecesKind kind, const char *url, const AvuAddressPolicy *policy)
{
	g_autoptr(AvuStreamer) streamer = avu_streamer_new(policy);
	g_autofree PiecesFeed *feed = g_new0(PiecesFeed, 1);

	feed->channel = channel;
	feed->kind = kind;
	feed->streamer = streamer;
	feed->list_uri = g_strdup(url);
	feed->heard_ns = feed->again_ns = avu_now_ns();
	while (live_channel_is_wanted(channel) && turn(feed)) {
	}
	live_channel_close(channel, feed->refusal);
	g_clear_pointer(&feed->stream, avu_stream_free);
	g_clear_pointer(&feed->text, g_byte_array_unref);
	avu_piece_list_free(feed->list);
	g_free(feed->list_uri);
	g_free(feed->base);
	g_free(feed->head_uri);
	g_clear_error(&feed->refusal);
	g_clear_error(&feed->error);
}
