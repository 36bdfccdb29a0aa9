/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A station whose stream is cut into pieces, HLS mostly, as the feed of a channel: the pieces one behind the other
 * are what players get. On the feed's thread. Lists are bounded (av-upnp/pieces.h); every address in them passes
 * the policy of stations; LIVE_SILENCE_NS without an octet of media are the end. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "mediaserver/library/live-format.h"
#include "mediaserver/live/live-pieces.h"

/* So often a piece is read anew that does not fit its key: that may have been renewed. */
#define KEY_TRIES 2

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
	const bool live = feed->list->live;
	/* one that has an end is for each from its beginning */
	const LiveFormat format = { mime, NULL, live ? live_format_get_unit(mime) : 0, !live };

	live_channel_open(feed->transfer.channel, &format);
	feed->opened = true;
}

static void
begin_list(PiecesFeed *feed, const AvuStreamHead *head)
{
	GHashTable *headers = (GHashTable *)head->headers;

	g_free(feed->base);
	feed->base = g_strdup(head->url);
	/* its clock made the list; ours may be wrong by hours */
	feed->wall_ns = avu_piece_clock_take(&feed->clock, g_hash_table_lookup(headers, "date"),
		g_hash_table_lookup(headers, "age"), avu_wall_ns(), avu_now_ns());
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
		if (!feed->of_key) {
			begin_list(feed, head);
		}
		return true;
	}
	const uint64_t first =
		pieces_feed_get_target(feed)->offset + (feed->cipher != NULL ? 0 : feed->done);

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
		feed->transfer.over = true;
		return len;
	}
	g_byte_array_append(feed->text, (const guint8 *)octets, (guint)len);
	return len;
}

/* @return octets taken: all, or the channel is full */
static size_t
put_media(PiecesFeed *feed, const char *octets, size_t len)
{
	if (!feed->opened) {
		open_channel(feed, octets, len);
	}
	const size_t put = live_channel_put(feed->transfer.channel, octets, len);

	feed->done += put;
	feed->transfer.heard_ns = put > 0 ? avu_now_ns() : feed->transfer.heard_ns;
	return put;
}

/* What was decrypted. @return false: the channel is full */
static bool
put_plain(PiecesFeed *feed)
{
	size_t n;
	const uint8_t *plain = avu_piece_cipher_get(feed->cipher, &n);
	const size_t again = (size_t)MIN(feed->drop, (uint64_t)n);
	const size_t put = again < n ? put_media(feed, (const char *)plain + again, n - again) : 0;

	avu_piece_cipher_pass(feed->cipher, again + put);
	feed->drop -= again;
	return again + put == n;
}

/* @return octets that were decrypted; fewer: the channel is full */
static size_t
take_secret(PiecesFeed *feed, const char *octets, size_t len)
{
	size_t used = 0;

	while (put_plain(feed) && used < len) {
		size_t taken = 0;

		if (!avu_piece_cipher_take(
			    feed->cipher, octets + used, len - used, &taken, &feed->refusal)) {
			feed->transfer.over = true;
			return len;
		}
		used += taken;
	}
	feed->secret += used;
	return used;
}

static size_t
on_body(const char *octets, size_t len, void *data)
{
	PiecesFeed *feed = data;

	if (feed->text != NULL) {
		return take_text(feed, octets, len);
	}
	LiveTransfer *transfer = &feed->transfer;
	const size_t dropped = (size_t)MIN((uint64_t)len, feed->skip);
	const uint64_t length = pieces_feed_get_target(feed)->length;
	const uint64_t came = feed->cipher != NULL ? feed->secret : feed->done;
	size_t wanted = len - dropped;

	if (length > 0) {
		wanted = (size_t)MIN((uint64_t)wanted, length - came);
	}
	feed->skip -= dropped;
	/* of a server that knows no ranges, which would send all the rest */
	const bool excess = wanted < len - dropped;

	if (wanted == 0) {
		transfer->over = transfer->over || excess;
		return len;
	}
	const size_t taken =
		(feed->cipher != NULL ? take_secret : put_media)(feed, octets + dropped, wanted);

	transfer->held_up = taken < wanted;
	transfer->over = transfer->over || (excess && !transfer->held_up);
	return transfer->held_up ? dropped + taken : len;
}

/* ---- asking */

static bool
ask_text(PiecesFeed *feed, const char *uri, bool of_key)
{
	AvuStreamRequest request = { .url = uri, .head = on_head, .body = on_body };

	feed->text = g_byte_array_new();
	feed->of_key = of_key;
	return live_transfer_ask(&feed->transfer, &request, &feed->refusal);
}

static bool
ask_piece(PiecesFeed *feed, const AvuPiece *target)
{
	const bool secret = target->key > 0;
	const uint64_t from = secret ? 0 : feed->done;
	AvuStreamRequest request = { .url = target->uri,
		.offset = target->offset + from,
		.length = target->length > 0 ? target->length - from : 0,
		.head = on_head,
		.body = on_body };

	g_clear_pointer(&feed->cipher, avu_piece_cipher_free);
	if (secret) {
		feed->cipher = avu_piece_cipher_new(feed->key, target->iv, &feed->refusal);
		feed->secret = 0;
		feed->drop = feed->done;
	}
	return (!secret || feed->cipher != NULL) &&
	       live_transfer_ask(&feed->transfer, &request, &feed->refusal);
}

static bool
ask(PiecesFeed *feed)
{
	if (!pieces_feed_has_more(feed)) {
		return ask_text(feed, feed->list_uri, /* of_key = */ false);
	}
	const AvuPiece *target = pieces_feed_get_target(feed);
	const char *key_uri = pieces_feed_get_key(feed, target);

	if (key_uri != NULL && g_strcmp0(key_uri, feed->key_uri) != 0) {
		return ask_text(feed, key_uri, /* of_key = */ true);
	}
	return ask_piece(feed, target);
}

/* ---- the end of an answer */

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
	const uint64_t length = pieces_feed_get_target(feed)->length;

	return length > 0 && (feed->cipher != NULL ? feed->secret : feed->done) == length;
}

/* @return false with refusal */
static bool
take_key(PiecesFeed *feed)
{
	g_autoptr(GByteArray) text = g_steal_pointer(&feed->text);

	if (text->len != AVU_AES_BLOCK) {
		g_set_error(&feed->refusal, AVU_ERROR, AVU_ERROR_SYNTAX,
			"the station's key is none: it has %u octets", text->len);
		return false;
	}
	memcpy(feed->key, text->data, AVU_AES_BLOCK);
	g_free(feed->key_uri);
	feed->key_uri = g_strdup(pieces_feed_get_key(feed, pieces_feed_get_target(feed)));
	return true;
}

/* All of an encrypted piece came. One that does not fit its key is tried with the key that is there now. */
static void
finish_secret(PiecesFeed *feed)
{
	g_autoptr(GError) error = NULL;

	if (avu_piece_cipher_finish(feed->cipher, &error)) {
		feed->ending = true;
	} else if (++feed->key_tries < KEY_TRIES) {
		g_clear_pointer(&feed->key_uri, g_free);
	} else {
		g_info("%s", error->message);
		pieces_feed_pass_target(feed);
	}
}

/* What it is, if it ended well, or will never be there. @return false: neither; it is to be asked for again */
static bool
take_answer(PiecesFeed *feed, const GError *error, bool *ret_good)
{
	*ret_good = true;
	if (feed->text != NULL) {
		if (error == NULL) {
			*ret_good = feed->of_key ? take_key(feed) : pieces_feed_take_list(feed);
		}
		return error == NULL;
	}
	const bool whole = error == NULL || is_complete(feed);

	if (feed->cipher != NULL && whole) {
		finish_secret(feed);
	} else if (whole || is_gone(feed->status)) {
		pieces_feed_pass_target(feed);
	} else {
		return false;
	}
	return true;
}

/* The transfer ended. @return false: so does the feed */
static bool
finish(PiecesFeed *feed)
{
	g_autoptr(GError) error = live_transfer_end(&feed->transfer);
	bool good;

	if (feed->refusal != NULL) {
		return false;
	}
	if (take_answer(feed, error, &good)) {
		return good;
	}
	const bool no_key = feed->text != NULL && feed->of_key && is_gone(feed->status);

	g_clear_pointer(&feed->text, g_byte_array_unref);
	live_transfer_put_off(&feed->transfer);
	if (!feed->opened && no_key) {
		g_set_error(&feed->refusal, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"the station's key is refused with %u", feed->status);
	} else if (!feed->opened && feed->list == NULL) {
		g_propagate_error(&feed->refusal, g_steal_pointer(&error));
	}
	return feed->refusal == NULL;
}

/* @return when the next request is due; AVU_TIME_NONE: there is none, it has come to its end */
static int64_t
due_at(const PiecesFeed *feed)
{
	if (feed->list == NULL || pieces_feed_has_more(feed)) {
		return feed->transfer.again_ns;
	}
	return feed->list->live
		       ? MAX(feed->transfer.again_ns, feed->loaded_ns + feed->list->reload_ns / 2)
		       : AVU_TIME_NONE;
}

static bool
is_silent(PiecesFeed *feed)
{
	const int64_t limit_ns = feed->opened ? LIVE_SILENCE_NS : LIVE_OPEN_NS;

	if (avu_now_ns() - feed->transfer.heard_ns <= limit_ns) {
		return false;
	}
	g_set_error(&feed->refusal, AVU_ERROR, AVU_ERROR_TIMEOUT, "the station is silent");
	return true;
}

/* The end of an encrypted piece goes into the channel when there is room. */
static void
end_secret(PiecesFeed *feed)
{
	if (!put_plain(feed)) {
		feed->transfer.heard_ns = avu_now_ns(); /* it is the listener who waits */
		live_transfer_turn(&feed->transfer, INT64_MAX);
		return;
	}
	feed->ending = false;
	pieces_feed_pass_target(feed);
}

/* @return false: the feed is over */
static bool
turn(PiecesFeed *feed)
{
	LiveTransfer *transfer = &feed->transfer;

	if (feed->ending) {
		end_secret(feed);
		return true;
	}
	if (transfer->stream == NULL) {
		const int64_t due = due_at(feed);

		if (due == AVU_TIME_NONE || (avu_now_ns() >= due && !ask(feed))) {
			return false;
		}
		live_transfer_turn(transfer, transfer->stream == NULL ? due : INT64_MAX);
	} else {
		live_transfer_turn(transfer, INT64_MAX);
	}
	return (!transfer->over || finish(feed)) && !is_silent(feed);
}

static void
pieces_feed_free(PiecesFeed *feed)
{
	live_transfer_clear(&feed->transfer);
	g_clear_pointer(&feed->text, g_byte_array_unref);
	g_clear_pointer(&feed->cipher, avu_piece_cipher_free);
	avu_piece_list_free(feed->list);
	g_free(feed->list_uri);
	g_free(feed->base);
	g_free(feed->head_uri);
	g_free(feed->key_uri);
	g_clear_error(&feed->refusal);
	g_free(feed);
}

bool
live_feed_pieces(
	LiveChannel *channel, AvuPiecesKind kind, const LiveStation *station, LivePiecesPart part)
{
	PiecesFeed *feed = g_new0(PiecesFeed, 1);

	live_transfer_init(&feed->transfer, channel, station->policy);
	feed->kind = kind;
	feed->part = part;
	feed->list_uri = g_strdup(station->url);
	while (live_channel_is_wanted(channel) && turn(feed)) {
	}
	const bool apart = feed->apart;

	if (!apart) {
		live_channel_close(channel, feed->refusal);
	}
	pieces_feed_free(feed);
	return !apart;
}
