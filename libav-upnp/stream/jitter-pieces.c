/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stream in pieces, read by a jitter buffer: the list, then the pieces in their order, each after its
 * head where that is another one than before. For the ring they are one stream without places to go
 * back to; who wants another time begins anew with the piece that has it. On the buffer's thread.
 *
 * Hostile lists: their size and the number of pieces are bounded (pieces.h), lists name lists once,
 * every address passes the policy like any other, and 30 s without an octet of media are the end, be
 * they filled with lists, empty pieces or refusals (jitter-thread.c). */

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/random.h>

#include "jitter-private.h"

static int64_t
pieces_to_ns(uint64_t octets, uint64_t rate_bps)
{
	return (int64_t)MIN((double)octets * 8 * AVU_NS_PER_S / (double)rate_bps, 1e18);
}

static const AvuPiece *
pieces_target(const JitterPieces *pieces)
{
	const AvuPiece *piece = avu_piece_list_get(pieces->list, pieces->at);

	return pieces->of_head ? &g_array_index(pieces->list->heads, AvuPiece, piece->head - 1)
			       : piece;
}

void
jitter_pieces_look_at_head(JitterPieces *pieces)
{
	pieces->of_head = false;
	if (pieces->at >= pieces->list->pieces->len ||
		avu_piece_list_get(pieces->list, pieces->at)->head == 0) {
		return;
	}
	pieces->of_head = true;
	const AvuPiece *head = pieces_target(pieces);

	pieces->of_head =
		g_strcmp0(pieces->head_uri, head->uri) != 0 || pieces->head_at != head->offset;
}

static void
pieces_pass_target(JitterPieces *pieces)
{
	const AvuPiece *target = pieces_target(pieces);

	if (pieces->of_head) {
		g_free(pieces->head_uri);
		pieces->head_uri = g_strdup(target->uri);
		pieces->head_at = target->offset;
	} else {
		pieces->expected = target->number + 1;
		pieces->part = target->part;
		pieces->date_ns = target->date_ns > 0 ? target->date_ns + target->duration_ns : 0;
		pieces->passed_ns = MIN(pieces->passed_ns + target->duration_ns, PIECES_TIME_MAX);
		pieces->any = pieces->inside = true;
		pieces->distrusted = false;
		pieces->at++;
	}
	pieces->done = 0;
	if (pieces->of_head) {
		pieces->of_head = false;
	} else {
		jitter_pieces_look_at_head(pieces);
	}
}

void
jitter_pieces_begin(AvuJitterBuffer *buffer, AvuPiecesKind kind)
{
	JitterPieces *pieces = g_new0(JitterPieces, 1);

	pieces->kind = kind;
	pieces->list_uri = g_strdup(buffer->uri);
	pieces->loaded_ns = AVU_TIME_NONE;
	buffer->pieces = pieces;
}

void
jitter_pieces_free(JitterPieces *pieces)
{
	if (pieces != NULL) {
		avu_piece_list_free(pieces->list);
		g_free(pieces->list_uri);
		g_free(pieces->base);
		g_free(pieces->head_uri);
		g_free(pieces->key_uri);
		avu_piece_cipher_free(pieces->tail);
		piece_rates_clear(&pieces->rates);
		g_free(pieces);
	}
}

/* ---- parts */

/* What comes next was made by itself: another stream for whoever decodes it. */
static bool
pieces_breaks(const JitterPieces *pieces)
{
	const AvuPieceList *list = pieces->list;
	const AvuPiece *next = list != NULL && pieces->at < list->pieces->len
				       ? avu_piece_list_get(list, pieces->at)
				       : NULL;

	return next != NULL && pieces->inside &&
	       (next->breaks || (list->parts_named && next->part != pieces->part));
}

bool
jitter_pieces_pass_on(AvuJitterBuffer *buffer)
{
	JitterPieces *pieces = buffer->pieces;

	if (pieces->doubtful || !pieces_breaks(pieces)) {
		return false;
	}
	/* It begins with its own head. */
	g_clear_pointer(&pieces->head_uri, g_free);
	pieces->inside = false;
	pieces->done = 0;
	jitter_pieces_look_at_head(pieces);
	pthread_mutex_lock(&buffer->lock);
	buffer->onward =
		(JitterOnward){ g_steal_pointer(&buffer->pieces), buffer->arrival, buffer->target };
	pthread_mutex_unlock(&buffer->lock);
	return true;
}

bool
jitter_pieces_leave(JitterPieces *pieces)
{
	const guint before = pieces->at;

	g_clear_pointer(&pieces->tail, avu_piece_cipher_free);
	while (pieces->list != NULL && !pieces->doubtful &&
		pieces->at < pieces->list->pieces->len && !pieces_breaks(pieces)) {
		pieces->of_head = false;
		pieces_pass_target(pieces);
	}
	return pieces->at > before;
}

bool
jitter_pieces_may_break(const JitterPieces *pieces)
{
	const AvuPieceList *list = pieces->list;
	bool found = list->live;

	for (guint i = pieces->at + 1; i < list->pieces->len && !found; i++) {
		found = avu_piece_list_get(list, i)->breaks;
	}
	return found;
}

/* ---- what to ask for */

/* All pieces of the list were read, and it may have more by now; or there is a better one. */
static bool
pieces_wants_list(const JitterPieces *pieces)
{
	return pieces->list == NULL || piece_rates_is_changing(&pieces->rates) ||
	       pieces->doubtful || (pieces->list->live && pieces->at >= pieces->list->pieces->len);
}

bool
jitter_pieces_is_due(const AvuJitterBuffer *buffer, int64_t now_ns, int64_t *ret_ns)
{
	const JitterPieces *pieces = buffer->pieces;

	*ret_ns = AVU_TIME_NONE;
	if (pieces->list == NULL || (pieces->at < pieces->list->pieces->len && !pieces->doubtful) ||
		(piece_rates_is_changing(&pieces->rates) && pieces->list->live)) {
		return true;
	}
	if (!pieces->list->live) {
		return false;
	}
	*ret_ns = pieces->loaded_ns + pieces->list->reload_ns / 2;
	return now_ns >= *ret_ns;
}

static const char *
pieces_get_key_uri(const JitterPieces *pieces, const AvuPiece *piece)
{
	return piece->key != 0 ? pieces->list->keys->pdata[piece->key - 1] : NULL;
}

bool
jitter_pieces_fill(
	const AvuJitterBuffer *buffer, JitterLink *link, AvuStreamRequest *request, GError **error)
{
	const JitterPieces *pieces = buffer->pieces;

	request->if_range = NULL;
	if (pieces_wants_list(pieces)) {
		link->list = g_byte_array_new();
		request->url = jitter_pieces_get_list_uri(pieces);
		request->offset = request->length = 0;
		return true;
	}
	const AvuPiece *target = pieces_target(pieces);
	const char *key_uri = pieces_get_key_uri(pieces, target);

	if (key_uri != NULL && g_strcmp0(key_uri, pieces->key_uri) != 0) {
		link->list = g_byte_array_new();
		link->of_key = true;
		request->url = key_uri;
		request->offset = request->length = 0;
		return true;
	}
	request->url = target->uri;
	if (key_uri != NULL) {
		/* A block wants the octets of the one before, and nothing else of what came before it. */
		const uint64_t whole = pieces->done / AVU_AES_BLOCK * AVU_AES_BLOCK;
		const uint64_t from = whole > 0 ? whole - AVU_AES_BLOCK : 0;

		link->cipher = avu_piece_cipher_new(pieces->key, target->iv, error);
		link->secret = from;
		link->drop = pieces->done - from;
		link->first = request->offset = target->offset + from;
		request->length = target->length > 0 ? target->length - from : 0;
		return link->cipher != NULL;
	}
	request->offset = target->offset + pieces->done;
	request->length = target->length > 0 ? target->length - pieces->done : 0;
	link->first = request->offset;
	return true;
}

/* ---- answers */

static bool
pieces_refuse(JitterLink *link, const AvuStreamHead *head)
{
	static const unsigned later[] = { 403, 404, 408, 410, 429 };
	bool again = head->status >= 500;

	for (size_t i = 0; i < G_N_ELEMENTS(later); i++) {
		again = again || head->status == later[i];
	}
	const bool busy = head->status >= 500 || head->status == 408 || head->status == 429;

	link->verdict = (RemoteSourceJudgement){ .asked_ns = AVU_TIME_NONE,
		.verdict = again ? REMOTE_SOURCE_LATER : REMOTE_SOURCE_NEVER,
		.reason = busy ? BACK_OFF_BUSY : BACK_OFF_MISSING };
	g_set_error(&link->refusal, AVU_ERROR, AVU_ERROR_NOT_FOUND, "%s: the server answered %u",
		link->of_key         ? "key of the stream"
		: link->list != NULL ? "list of the stream"
				     : "piece of the stream",
		head->status);
	return false;
}

static bool
pieces_refuse_for(JitterLink *link, const char *why)
{
	link->verdict = (RemoteSourceJudgement){ .asked_ns = AVU_TIME_NONE,
		.verdict = REMOTE_SOURCE_NEVER };
	g_set_error_literal(&link->refusal, AVU_ERROR, AVU_ERROR_FAILED, why);
	return false;
}

bool
jitter_pieces_on_head(JitterLink *link, const AvuStreamHead *head)
{
	JitterPieces *pieces = link->buffer->pieces;
	const char *coding = g_hash_table_lookup((GHashTable *)head->headers, "content-encoding");

	if (head->status == 416 && link->list == NULL && link->cipher == NULL && pieces->done > 0 &&
		pieces_target(pieces)->length == 0) {
		link->over = true; /* nothing is behind what came: it had come whole */
		return true;
	}
	if (!remote_source_is_answer(head)) {
		return pieces_refuse(link, head);
	}
	if (coding != NULL && coding[0] != '\0' && g_ascii_strcasecmp(coding, "identity") != 0) {
		return pieces_refuse_for(
			link, "the server sends the stream in a coding that nobody asked for");
	}
	link->answered = true;
	if (link->of_key) {
		return true;
	}
	if (link->list != NULL) {
		GHashTable *headers = (GHashTable *)head->headers;

		/* Its clock made the list; ours may be wrong by hours. */
		pieces->wall_ns = avu_piece_clock_take(&pieces->clock,
			g_hash_table_lookup(headers, "date"), g_hash_table_lookup(headers, "age"),
			g_get_real_time() * AVU_NS_PER_US, avu_now_ns());
		g_free(pieces->base);
		pieces->base = g_strdup(head->url);
		return true;
	}
	if (head->offset > link->first) {
		return pieces_refuse_for(link, "the server begins in the middle of a piece");
	}
	/* It knows no ranges: what was not asked for is dropped. */
	link->skip = link->first - head->offset;
	return true;
}

void
jitter_pieces_on_list(JitterLink *link, const char *octets, size_t len)
{
	if (link->over) {
		return;
	}
	const size_t most = link->of_key ? AVU_AES_BLOCK : AVU_PIECES_TEXT_MAX;

	if (len > most - link->list->len) {
		g_set_error(&link->error, AVU_ERROR, AVU_ERROR_LIMIT,
			"the %s of the stream is larger than %zu octets",
			link->of_key ? "key" : "list", most);
		link->over = true;
		return;
	}
	g_byte_array_append(link->list, (const guint8 *)octets, (guint)len);
}

size_t
jitter_pieces_count(const JitterLink *link, size_t len)
{
	const JitterPieces *pieces = link->buffer->pieces;
	const AvuPiece *target = pieces_target(pieces);

	return link->over            ? 0
	       : target->length == 0 ? len
				     : (size_t)MIN((uint64_t)len, target->length - pieces->done);
}

void
jitter_pieces_pass(JitterLink *link, size_t n)
{
	JitterPieces *pieces = link->buffer->pieces;
	const AvuPiece *target = pieces_target(pieces);

	pieces->done += n;
	if (target->length > 0 && pieces->done == target->length) {
		link->over = true;
	}
}

size_t
jitter_pieces_put_secret(JitterLink *link, const char *octets, size_t len)
{
	AvuJitterBuffer *buffer = link->buffer;
	JitterPieces *pieces = buffer->pieces;
	const uint64_t length = pieces_target(pieces)->length;
	const size_t ours = length == 0 ? len : (size_t)MIN((uint64_t)len, length - link->secret);
	size_t used = 0;

	if (link->error != NULL) {
		return len;
	}
	for (;;) {
		size_t n = 0, taken = 0;
		const uint8_t *plain = avu_piece_cipher_get(link->cipher, &n);
		const size_t again = (size_t)MIN(link->drop, (uint64_t)n);
		const size_t put =
			avu_ring_writer_put(buffer->ring, link->at, plain + again, n - again);

		avu_piece_cipher_pass(link->cipher, again + put);
		link->drop -= again;
		link->at += put;
		pieces->done += put;
		if (again + put < n || used == ours) {
			break;
		}
		if (!avu_piece_cipher_take(
			    link->cipher, octets + used, ours - used, &taken, &link->error)) {
			link->over = true;
			return len;
		}
		used += taken;
	}
	link->secret += used;
	link->over = length > 0 && link->secret == length;
	return used < ours ? used : len;
}

bool
jitter_pieces_put_tail(AvuJitterBuffer *buffer, uint64_t offset)
{
	AvuPieceCipher *tail = buffer->pieces->tail;
	size_t n = 0;
	const uint8_t *plain = tail != NULL ? avu_piece_cipher_get(tail, &n) : NULL;
	const size_t put = n > 0 ? avu_ring_writer_put(buffer->ring, offset, plain, n) : 0;

	if (put > 0) {
		avu_piece_cipher_pass(tail, put);
		buffer->progress_ns = avu_now_ns();
	}
	if (put == n) {
		g_clear_pointer(&buffer->pieces->tail, avu_piece_cipher_free);
	}
	return put > 0;
}

/* ---- the end of an answer */

/* Its last block has a place of its own until the ring wants it. @return false with link->error */
static bool
pieces_take_secret_end(JitterPieces *pieces, JitterLink *link)
{
	size_t n = 0;

	if (!avu_piece_cipher_finish(link->cipher, &link->error)) {
		return false;
	}
	(void)avu_piece_cipher_get(link->cipher, &n);
	avu_piece_cipher_pass(link->cipher, (size_t)MIN(link->drop, (uint64_t)n));
	pieces->tail = g_steal_pointer(&link->cipher);
	return true;
}

static bool
pieces_take_key(JitterPieces *pieces, JitterLink *link)
{
	if (link->list->len != AVU_AES_BLOCK) {
		g_set_error(&link->error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"the key of the stream has %u octets, not %u", link->list->len,
			AVU_AES_BLOCK);
		return false;
	}
	g_free(pieces->key_uri);
	pieces->key_uri = g_strdup(pieces_get_key_uri(pieces, pieces_target(pieces)));
	if (pieces->distrusted && memcmp(pieces->key, link->list->data, AVU_AES_BLOCK) != 0) {
		pieces->done = 0; /* what came of the piece was noise */
	}
	memcpy(pieces->key, link->list->data, AVU_AES_BLOCK);
	return true;
}

/* What it told of the network, and what follows from that. */
static void
pieces_measure(AvuJitterBuffer *buffer, const JitterLink *link)
{
	JitterPieces *pieces = buffer->pieces;
	const AvuJitterNumbers *numbers = &buffer->numbers; /* written by this thread only */
	const uint64_t rate_bps = pieces->rate_bps;
	AvuRingLevel level = avu_ring_writer_get_level(buffer->ring);

	if (!link->rested) {
		piece_rates_measure(
			&pieces->rates, link->at - link->begun_at, avu_now_ns() - link->asked_ns);
	}
	if (pieces->rates.network_bps > 0 && !buffer->side) {
		jitter_note_network_bps(buffer, pieces->rates.network_bps);
	}
	if (rate_bps == 0 || atomic_load(&buffer->prefetch) ||
		(!pieces->list->live && pieces->at >= pieces->list->pieces->len)) {
		return;
	}
	const int64_t ahead_ns = pieces_to_ns(numbers->target_bytes, rate_bps);
	const int64_t enough_ns = MIN(numbers->target_ns, ahead_ns) / 5 * 3;
	const PieceRatesFacts facts = {
		.dries = buffer->dries,
		.network_bps = buffer->arrival.throughput_bps,
		.level_ns = pieces_to_ns(level.level_bytes, rate_bps),
		/* Of a live one there is never more than a few. */
		.enough_ns =
			pieces->list->live ? MIN(enough_ns, pieces->list->reload_ns) : enough_ns,
	};

	(void)piece_rates_look(&pieces->rates, &facts, avu_now_ns());
}

/* The piece could not be decrypted. It is asked for once more, with its key, which may be another one by
 * now at the same address; what is damaged in a live stream is passed over.
 * @return false: there is nothing to be done */
static bool
pieces_distrust(JitterPieces *pieces)
{
	if (!pieces->distrusted) {
		pieces->distrusted = true;
		g_clear_pointer(&pieces->key_uri, g_free);
		return true;
	}
	if (pieces->list->live) {
		pieces->of_head = false;
		pieces_pass_target(pieces);
	}
	return pieces->list->live;
}

/* @return false: no use in asking again; buffer->error is set */
static bool
pieces_take_failure(AvuJitterBuffer *buffer, JitterLink *link)
{
	JitterPieces *pieces = buffer->pieces;
	const GError *why = link->refusal != NULL ? link->refusal : link->error;
	const bool final = link->refusal != NULL
				   ? link->verdict.verdict == REMOTE_SOURCE_NEVER
				   : g_error_matches(why, AVU_ERROR, AVU_ERROR_LIMIT) ||
					     g_error_matches(why, AVU_ERROR, AVU_ERROR_DENIED) ||
					     g_error_matches(why, AVU_ERROR, AVU_ERROR_SYNTAX);

	g_clear_error(&buffer->trouble);
	buffer->trouble = g_error_copy(why);
	buffer->broken = true;
	if (link->list != NULL && piece_rates_is_changing(&pieces->rates)) {
		piece_rates_give_up(&pieces->rates, final, avu_now_ns());
		return true;
	}
	if (link->refusal == NULL && link->list == NULL &&
		g_error_matches(why, AVU_ERROR, AVU_ERROR_SYNTAX) && pieces_distrust(pieces)) {
		return true;
	}
	/* What was reckoned may not be there yet; what was told is. */
	const bool newest = pieces->kind == AVU_PIECES_DASH && pieces->list != NULL &&
			    pieces->at + 1 >= pieces->list->pieces->len;
	const bool missing = !final && link->refusal != NULL && link->list == NULL &&
			     pieces->list->live && link->verdict.reason == BACK_OFF_MISSING;

	if (missing && newest) {
		pieces->doubtful = true;
		return true;
	}
	if (missing) {
		/* It is too old, or does not come any more: what follows it does. */
		pieces->of_head = false;
		pieces_pass_target(pieces);
		return true;
	}
	buffer->retry_ns = final || (!buffer->described && !buffer->again)
				   ? AVU_TIME_NONE
				   : back_off_next(&buffer->back_off,
					     link->refusal != NULL ? link->verdict.reason
					     : link->answered      ? BACK_OFF_BROKEN
								   : BACK_OFF_ABSENT,
					     AVU_TIME_NONE, avu_now_ns(), avu_random_below(1000));
	if (buffer->retry_ns == AVU_TIME_NONE) {
		buffer->error = g_error_copy(why);
		return false;
	}
	return true;
}

bool
jitter_pieces_take_end(AvuJitterBuffer *buffer, JitterLink *link)
{
	JitterPieces *pieces = buffer->pieces;

	if (link->refusal == NULL && link->error == NULL && link->list == NULL) {
		const AvuPiece *target = pieces_target(pieces);
		const uint64_t came = link->cipher != NULL ? link->secret : pieces->done;

		if (target->length > 0 && came < target->length) {
			g_set_error_literal(&link->error, AVU_ERROR, AVU_ERROR_FAILED,
				"a piece of the stream is shorter than its list says");
		}
	}
	if (link->refusal != NULL || link->error != NULL ||
		(link->of_key && !pieces_take_key(pieces, link)) ||
		(link->cipher != NULL && !pieces_take_secret_end(pieces, link))) {
		return pieces_take_failure(buffer, link);
	}
	if (link->of_key) {
		return true;
	}
	if (link->list != NULL) {
		return jitter_pieces_take_list(buffer, link->list);
	}
	const bool of_head = pieces->of_head;

	pieces_pass_target(pieces);
	if (!of_head) {
		pieces_measure(buffer, link);
	}
	return true;
}
