/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One connection of a jitter buffer: its request, its head judged, its octets put into the ring. All
 * on the buffer's thread. A call-back marks what happened; jitter-thread.c decides what follows. */

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "jitter-private.h"

#define LINK_FIRST_CONNECT_NS (5 * AVU_NS_PER_S)
/* Later ones are tried again and again: with a short time each, a server is found soon after its
 * return, and not when TCP's own next attempt happens to come. */
#define LINK_CONNECT_NS (1500 * AVU_NS_PER_MS)
#define LINK_SECURE_CONNECT_NS (4 * AVU_NS_PER_S)
/* DLNA wants 30 s of patience with heads; beyond that nobody believes in it (ROB-019). */
#define LINK_HEAD_NS (28 * AVU_NS_PER_S)
#define LINK_FIRST_BYTES (8u * 1024) /* tell what most containers are */
#define LINK_LOST_PART 16            /* of what a server has: is lost until it is asked again */
#define LINK_BEGIN_MAX ((double)(INT64_MAX / 2))
/* To a server that can send what it has not got yet: behind that, all there will be (RFC 8673, 2.2). */
#define LINK_LAST_BYTE ((UINT64_C(1) << 53) - 1)

/* The octet that was to be the first one is not to be had. */
static void
link_start_over(AvuJitterBuffer *self)
{
	if (self->start_byte > 0) {
		self->start_byte = 0;
		self->start_ns = 0;
	}
}

/* The octet that was to be the first one is gone meanwhile, or not there yet: the nearest that is. Who comes last
 * of what is lost comes too late.
 * @return false: that was tried, or is not known */
static bool
link_start_nearer(AvuJitterBuffer *self, const AvuStreamHead *head)
{
	const AvuMediaRequest any = { .from_ns = 0 };
	AvuMediaAnswer said;

	avu_media_answer_read(&any, head->status, head->headers, /* res_features = */ NULL, &said);
	if (self->nearer || head->status != 416 || !said.has_available ||
		!said.available.has_bytes || said.available.start_fixed) {
		return false;
	}
	const uint64_t first = said.available.first_byte, last = said.available.last_byte;
	const uint64_t margin = (last - first) / LINK_LOST_PART;

	self->nearer = true;
	self->start_byte = CLAMP(self->start_byte, first + margin, last);
	return self->start_byte > 0;
}

/* With which octet it begins, and which time that is. What is on the air begins behind what its server has; by its
 * rate it is known since when that is. */
static void
link_take_begin(AvuJitterBuffer *self)
{
	const AvuAvailableRange *available = &self->source.said.available;
	const uint64_t rate_bps =
		self->source.rate_bps > 0 ? self->source.rate_bps : self->said_bps;

	if (self->start_byte > 0) {
		self->begins_byte = self->start_byte;
		self->begins_ns = self->start_ns;
		return;
	}
	self->begins_ns = self->source.start_ns;
	self->begins_byte = available->has_bytes ? available->last_byte + 1 : 0;
	if (available->has_bytes && !available->has_time && !available->start_fixed &&
		rate_bps > 0) {
		self->begins_ns = (int64_t)MIN(
			(double)self->begins_byte * 8 * AVU_NS_PER_S / (double)rate_bps,
			LINK_BEGIN_MAX);
	}
}

/* The head of a resource that is asked for for the first time. */
static bool
link_take_resource(JitterLink *link, const AvuStreamHead *head)
{
	AvuJitterBuffer *self = link->buffer;

	link->verdict = (RemoteSourceJudgement){ .asked_ns = AVU_TIME_NONE };
	if (head->status == 200) {
		link_start_over(self); /* whatever octet was asked for */
	}
	link->verdict.verdict = remote_source_open(&self->source, head, self->start_byte + link->at,
		self->start_byte > 0 ? 0 : self->start_ns, &link->refusal);
	if (link->verdict.verdict != REMOTE_SOURCE_TAKE) {
		return false;
	}
	if (!remote_source_is_at_speed(head, self->speed)) {
		link->verdict.verdict = REMOTE_SOURCE_NEVER;
		g_set_error_literal(&link->refusal, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the server does not send it at the speed that was asked for");
		return false;
	}
	if (!avu_play_speed_is_normal(self->speed)) {
		/* Places of it are none of the resource. */
		self->source.ranges = self->source.growing = self->source.repeats = false;
		g_clear_pointer(&self->source.validator, g_free);
	}
	self->described = true;
	self->speeds = g_strdup(self->source.speeds);
	self->mime = g_strdup(self->source.mime);
	self->size_bytes = self->source.whole_bytes;
	self->station = g_strdup(self->source.station);
	self->time_seek = self->source.said.by_time && !self->timeless;
	link_take_begin(self);
	self->said = self->source.said;
	self->said_ns = link->heard_ns;
	/* Before a time that was asked for, or what a live one still has, there is nothing to go back to. */
	self->octet_seek = self->source.ranges && self->start_ns == 0 &&
			   !(self->source.said.limited && self->source.said.start_moves);
	avu_ring_writer_describe(self->ring, self->source.total_bytes, self->octet_seek);
	return true;
}

/* A place is refused by a server that has none: it is asked without, once (spec 13). A time then is the
 * beginning; octets of one that is surely the same are skipped. */
static bool
link_take_refusal(JitterLink *link, const AvuStreamHead *head)
{
	AvuJitterBuffer *self = link->buffer;
	const bool timed = !self->described && self->start_ns > 0 && self->start_byte == 0 &&
			   avu_play_speed_is_normal(self->speed);
	const bool placed = self->described && self->pieces == NULL && !self->whole &&
			    !self->source.repeats && head->status == 406;
	const AvuMediaRequest request = {
		.offset = placed            ? self->source.base_bytes + link->at
			  : self->described ? 0
					    : self->start_byte,
		.from_ns = timed ? self->start_ns : 0,
	};

	if (avu_media_answer_step(&request, /* head = */ false, head->status) !=
		AVU_MEDIA_NO_SEEK) {
		return false;
	}
	if (!self->described && self->start_byte > 0) {
		if (!link_start_nearer(self, head)) {
			link_start_over(self);
		}
	} else if (timed) {
		self->start_ns = 0;
		self->timeless = head->status != 416; /* that one would have had another time */
	} else {
		self->whole = true;
		self->source.ranges = self->source.shifts = false;
	}
	link->verdict = (RemoteSourceJudgement){ REMOTE_SOURCE_PLAIN, .asked_ns = AVU_TIME_NONE };
	g_set_error(&link->refusal, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "the server answered %u",
		head->status);
	return true;
}

static bool
link_on_head(const AvuStreamHead *head, void *data)
{
	JitterLink *link = data;
	AvuJitterBuffer *self = link->buffer;

	link->heard_ns = avu_now_ns();
	if (link_take_refusal(link, head)) {
		return false;
	}
	if (!self->described && self->again && !remote_source_is_answer(head)) {
		link->verdict =
			remote_source_continue(&self->source, head, link->at, &link->refusal);
		return false;
	}
	if (self->pieces == NULL && !self->described && head->status == 200) {
		AvuPiecesKind kind = avu_pieces_kind_of(head->mime, head->url);

		if (kind != AVU_PIECES_NONE) {
			jitter_pieces_begin(self, kind);
			link->list = g_byte_array_new();
		}
	}
	if (self->pieces != NULL) {
		return jitter_pieces_on_head(link, head);
	}
	if (!self->described) {
		if (!link_take_resource(link, head)) {
			return false;
		}
	} else {
		link->verdict =
			remote_source_continue(&self->source, head, link->at, &link->refusal);
		if (link->verdict.verdict == REMOTE_SOURCE_PLAIN ||
			link->verdict.verdict == REMOTE_SOURCE_MISSED) {
			self->source.shifts = false; /* which octets follow is not known any more */
		}
		if (link->refusal != NULL) {
			return false;
		}
		if (remote_source_settle(&self->source, head)) {
			avu_ring_writer_end(self->ring, (uint64_t)self->source.total_bytes);
		}
		link->skip = link->verdict.verdict == REMOTE_SOURCE_SKIP
				     ? self->source.base_bytes + link->at
				     : 0;
	}
	avu_icy_init(&link->icy, remote_source_get_icy_interval(head));
	link->answered = true;
	return true;
}

static void
link_count(AvuJitterBuffer *self, size_t n)
{
	pthread_mutex_lock(&self->lock);
	self->numbers.received_bytes += n;
	pthread_mutex_unlock(&self->lock);
}

/* A title belongs to the octets behind it. Too many at once: the oldest is not worth telling. */
static void
link_keep_title(AvuJitterBuffer *self, uint64_t at, char *text)
{
	if (self->n_titles == JITTER_TITLES) {
		g_free(self->titles[0].text);
		memmove(self->titles, self->titles + 1, sizeof(self->titles[0]) * --self->n_titles);
	}
	self->titles[self->n_titles++] = (JitterTitle){ at, text };
}

void
jitter_link_tell_titles(AvuJitterBuffer *self, uint64_t wanted)
{
	while (self->n_titles > 0 && self->titles[0].at <= wanted) {
		jitter_tell_title(self, self->titles[0].text);
		memmove(self->titles, self->titles + 1, sizeof(self->titles[0]) * --self->n_titles);
	}
}

/* Octets of media into the ring, blocks of titles aside. @return octets used */
static size_t
link_put(JitterLink *link, const char *octets, size_t len)
{
	AvuJitterBuffer *self = link->buffer;
	size_t used = 0;

	if (link->cipher != NULL) {
		return jitter_pieces_put_secret(link, octets, len);
	}
	if (self->pieces != NULL) {
		size_t ours = jitter_pieces_count(link, len);
		size_t n = avu_ring_writer_put(self->ring, link->at, octets, ours);

		link->at += n;
		jitter_pieces_pass(link, n);
		return n < ours ? n : len;
	}
	while (used < len) {
		size_t media = avu_icy_count_media(&link->icy, len - used);
		char *title = NULL;

		if (media == 0) {
			used += avu_icy_take_block(&link->icy, octets + used, len - used, &title);
			if (title != NULL) {
				link_keep_title(self, link->at, title);
			}
			continue;
		}
		size_t n = avu_ring_writer_put(self->ring, link->at, octets + used, media);

		avu_icy_pass_media(&link->icy, n);
		link->at += n;
		used += n;
		if (n < media) {
			break;
		}
	}
	return used;
}

static size_t
link_on_body(const char *octets, size_t len, void *data)
{
	JitterLink *link = data;
	AvuJitterBuffer *self = link->buffer;

	if (link->list != NULL) {
		link->heard_ns = avu_now_ns();
		jitter_pieces_on_list(link, octets, len);
		return len;
	}
	size_t skipped = (size_t)MIN(link->skip, (uint64_t)len);
	uint64_t before = link->at;
	size_t used = skipped + link_put(link, octets + skipped, len - skipped);

	link->skip -= skipped;
	link->heard_ns = avu_now_ns();
	arrival_take(&self->arrival, used, link->heard_ns);
	if (link->at > before) {
		self->progress_ns = link->heard_ns;
		self->still_ns = AVU_TIME_NONE;
		back_off_reset(&self->back_off);
		link_count(self, (size_t)(link->at - before));
		atomic_store(&self->reached,
			(self->source.live ? self->begins_byte : self->source.base_bytes) +
				link->at);
	}
	link->full = used < len;
	if (link->full) {
		link->rested = true;
		arrival_rest(&self->arrival);
	}
	if (link->full || link->at >= LINK_FIRST_BYTES) {
		jitter_tell_opened(self);
	}
	return used;
}

static void
link_on_done(const GError *error, void *data)
{
	JitterLink *link = data;

	/* of a piece that is complete it does not matter how its connection ends */
	if (error != NULL && link->error == NULL && !link->over) {
		link->error = g_error_copy(error);
	}
	link->over = true;
}

/* What follows a break is asked for in octets, neither time nor speed, unless the time is all that it can be
 * asked for by. Of what is still made each answer is to say whether it still is. Titles stand at no place. */
static GStrv
link_headers(const AvuJitterBuffer *self, const char *url, bool placed, char **ret_who)
{
	const bool image = self->said_mime != NULL && g_str_has_prefix(self->said_mime, "image/");
	const bool timed = (!self->described && self->start_byte == 0) || self->source.repeats;
	const AvuMediaRequest request = {
		.url = url,
		.kind = image ? AVU_MEDIA_IMAGE : AVU_MEDIA_VIDEO,
		.ask_features = !self->described || self->source.growing || self->source.shifts,
		.from_ns = timed ? self->start_ns : 0,
		.speed = self->described ? AVU_PLAY_SPEED_NORMAL : self->speed,
		.peer = self->group->peer_manager,
	};
	/* Once it is known to be no radio station, nothing but octets is wanted. */
	const bool titles = !image && !placed && self->pieces == NULL &&
			    (!self->described || self->source.live) && request.from_ns == 0 &&
			    avu_play_speed_is_normal(request.speed);
	g_auto(GStrv) lines = avu_media_request_headers(&request);
	g_autoptr(GStrvBuilder) all = g_strv_builder_new();

	*ret_who = avu_media_request_who(&request);
	g_strv_builder_addv(all, (const char **)lines);
	if (titles) {
		g_strv_builder_add(all, "Icy-MetaData: 1");
	}
	return g_strv_builder_end(all);
}

bool
jitter_link_open(JitterLink *link, uint64_t offset, GError **error)
{
	AvuJitterBuffer *self = link->buffer;
	const bool first =
		(self->source.live && !self->source.shifts) || self->source.repeats || self->whole;
	const uint64_t begin = self->described ? self->source.base_bytes : self->start_byte;
	g_auto(GStrv) headers = NULL;
	g_autofree char *who = NULL;
	AvuStreamRequest request = {
		.url = self->uri,
		.offset = first ? 0 : begin + offset,
		.if_range = self->source.validator,
		.redirects = AVU_LIMIT_MEDIA_REDIRECTS,
		.head_timeout_ns = LINK_HEAD_NS,
		.head = link_on_head,
		.body = link_on_body,
		.done = link_on_done,
		.data = link,
	};

	*link = (JitterLink){ .buffer = self,
		.at = offset,
		.begun_at = offset,
		.heard_ns = avu_now_ns(),
		.asked_ns = avu_now_ns() };
	if (self->source.shifts && request.offset <= LINK_LAST_BYTE) {
		request.length = LINK_LAST_BYTE - request.offset + 1;
	}
	if (self->pieces != NULL && !jitter_pieces_fill(self, link, &request, error)) {
		return false;
	}
	headers = link_headers(self, request.url, request.offset > 0, &who);
	request.headers = (const char *const *)headers;
	request.private_header = who;
	const bool secure = g_ascii_strncasecmp(request.url, "https:", 6) == 0;

	request.connect_timeout_ns = !self->described ? LINK_FIRST_CONNECT_NS
				     : secure         ? LINK_SECURE_CONNECT_NS
						      : LINK_CONNECT_NS;
	link->stream = avu_stream_new(self->streamer, &request, error);
	return link->stream != NULL;
}

void
jitter_link_close(JitterLink *link)
{
	g_clear_pointer(&link->stream, avu_stream_free);
	g_clear_error(&link->refusal);
	g_clear_error(&link->error);
	g_clear_pointer(&link->list, g_byte_array_unref);
	g_clear_pointer(&link->cipher, avu_piece_cipher_free);
	link->over = false;
}
