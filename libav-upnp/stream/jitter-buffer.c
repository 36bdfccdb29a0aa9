/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Life of jitter buffers: made and freed on the main context's thread, each with a thread that may
 * outlive its owner's interest for a moment. What the thread has to say goes through the group's
 * mailbox; the last thing it says is that it is done, and then it is joined. */

#include <errno.h>
#include <sys/eventfd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "jitter-private.h"

#define JITTER_GIVE_UP_NS (30 * AVU_NS_PER_S)
/* Recorders write every few seconds at least; who watches close behind one waits so long at its end. */
#define JITTER_GROWTH_NS (10 * AVU_NS_PER_S)

static void
jitter_destroy(AvuJitterBuffer *self)
{
	jitter_pieces_free(self->pieces);
	avu_ring_writer_free(self->ring);
	if (self->wake_fd >= 0) {
		(void)close(self->wake_fd);
	}
	jitter_pieces_free(self->onward.pieces);
	pthread_mutex_destroy(&self->lock);
	g_clear_error(&self->error);
	g_free(self->mime);
	g_free(self->station);
	g_free(self->speeds);
	g_free(self->said_mime);
	g_free(self->uri);
	g_free(self);
}

static void
jitter_wake(AvuJitterBuffer *self)
{
	const uint64_t one = 1;

	/* An eventfd that holds little takes one more. */
	(void)!write(self->wake_fd, &one, sizeof(one));
}

static void
jitter_cancel(AvuJitterBuffer *self)
{
	atomic_store(&self->cancelled, true);
	jitter_wake(self);
}

/* ---- messages from the threads */

static void
jitter_on_opened(void *data)
{
	AvuJitterBuffer *self = data;

	self->open = true;
	if (!self->released) {
		self->group->listener.opened(self, self->user_data);
	}
}

static void
jitter_on_failed(void *data)
{
	AvuJitterBuffer *self = data;

	if (!self->released) {
		self->group->listener.failed(self, self->error, self->user_data);
	}
}

static void
jitter_on_dry(void *data)
{
	AvuJitterBuffer *self = data;

	if (!self->released) {
		self->group->listener.starved(self, true, self->user_data);
	}
}

static void
jitter_on_filled(void *data)
{
	AvuJitterBuffer *self = data;

	if (!self->released) {
		self->group->listener.starved(self, false, self->user_data);
	}
}

typedef struct {
	AvuJitterBuffer *buffer;
	char *text;
} TitleNote;

static void
jitter_on_title(void *data)
{
	const TitleNote *note = data;
	AvuJitterBuffer *self = note->buffer;

	if (!self->released) {
		self->group->listener.title(self, note->text, self->user_data);
	}
}

static void
title_note_free(void *data)
{
	TitleNote *note = data;

	g_free(note->text);
	g_free(note);
}

static void
jitter_on_changed(void *data)
{
	AvuJitterBuffer *self = data;

	if (!self->released && self->group->listener.changed != NULL) {
		self->group->listener.changed(self, self->user_data);
	}
}

static void
jitter_on_parted(void *data)
{
	AvuJitterBuffer *self = data;

	if (!self->released && self->group->listener.parted != NULL) {
		self->group->listener.parted(self, self->user_data);
	}
}

/* Last message of a thread. */
static void
jitter_on_finished(void *data)
{
	AvuJitterBuffer *self = data;

	(void)pthread_join(self->thread, NULL);
	(void)g_ptr_array_remove_fast(self->group->buffers, self);
	self->group = NULL;
	if (self->released) {
		jitter_destroy(self);
	}
}

void
jitter_tell_opened(AvuJitterBuffer *self)
{
	if (!self->told) {
		self->told = true;
		avu_mailbox_post(self->group->mailbox, jitter_on_opened, self, NULL);
	}
}

void
jitter_tell_starved(AvuJitterBuffer *self, bool starved)
{
	avu_mailbox_post(
		self->group->mailbox, starved ? jitter_on_dry : jitter_on_filled, self, NULL);
}

void
jitter_tell_title(AvuJitterBuffer *self, char *title)
{
	TitleNote *note = g_new0(TitleNote, 1);

	*note = (TitleNote){ self, title };
	avu_mailbox_post(self->group->mailbox, jitter_on_title, note, title_note_free);
}

void
jitter_tell_changed(AvuJitterBuffer *self)
{
	avu_mailbox_post(self->group->mailbox, jitter_on_changed, self, NULL);
}

void
jitter_tell_parted(AvuJitterBuffer *self)
{
	avu_mailbox_post(self->group->mailbox, jitter_on_parted, self, NULL);
}

void
jitter_tell_failed(AvuJitterBuffer *self)
{
	avu_mailbox_post(self->group->mailbox, jitter_on_failed, self, NULL);
}

void
jitter_tell_finished(AvuJitterBuffer *self)
{
	avu_mailbox_post(self->group->mailbox, jitter_on_finished, self, NULL);
}

/* ---- what one stream tells the next, on their threads */

static char *
jitter_dup_host(const AvuJitterBuffer *self)
{
	g_autoptr(AvuUrl) url = avu_url_parse(self->uri, NULL);

	return url != NULL ? g_strdup(avu_url_get_host(url)) : NULL;
}

uint64_t
jitter_get_network_bps(AvuJitterBuffer *self)
{
	AvuJitterGroup *group = self->group;
	g_autofree char *host = jitter_dup_host(self);

	pthread_mutex_lock(&group->lock);
	const uint64_t bps =
		host != NULL && g_strcmp0(host, group->network_host) == 0 ? group->network_bps : 0;

	pthread_mutex_unlock(&group->lock);
	return bps;
}

void
jitter_note_network_bps(AvuJitterBuffer *self, uint64_t bps)
{
	AvuJitterGroup *group = self->group;
	char *host = jitter_dup_host(self);

	pthread_mutex_lock(&group->lock);
	g_free(group->network_host);
	group->network_host = host;
	group->network_bps = bps;
	pthread_mutex_unlock(&group->lock);
}

/* ---- the main thread */

AvuJitterGroup *
avu_jitter_group_new(
	const AvuAddressPolicy *policy, const AvuJitterListener *listener, AvuCounters *counters)
{
	AvuJitterGroup *group = g_new0(AvuJitterGroup, 1);

	group->mailbox = avu_mailbox_new(NULL);
	group->policy = *policy;
	group->listener = *listener;
	jitter_counters_init(&group->counters, counters);
	group->buffers = g_ptr_array_new();
	(void)pthread_mutex_init(&group->lock, NULL);
	return group;
}

void
avu_jitter_group_set_peer_manager(AvuJitterGroup *group, const char *name)
{
	g_free(group->peer_manager);
	group->peer_manager = g_strdup(name);
}

void
avu_jitter_group_free(AvuJitterGroup *group)
{
	if (group == NULL) {
		return;
	}
	for (guint i = 0; i < group->buffers->len; i++) {
		jitter_cancel(group->buffers->pdata[i]);
	}
	/* No message of theirs is delivered after this: what is left is taken down here. */
	avu_mailbox_close(group->mailbox);
	for (guint i = 0; i < group->buffers->len; i++) {
		AvuJitterBuffer *self = group->buffers->pdata[i];

		(void)pthread_join(self->thread, NULL);
		self->group = NULL;
		if (self->released) {
			jitter_destroy(self);
		}
	}
	g_ptr_array_unref(group->buffers);
	g_free(group->peer_manager);
	g_free(group->network_host);
	pthread_mutex_destroy(&group->lock);
	avu_mailbox_unref(group->mailbox);
	g_free(group);
}

/* Its list was read by the buffer of the part before. */
static void
jitter_take_over(AvuJitterBuffer *self)
{
	jitter_pieces_describe(self);
	self->source.rate_bps = self->pieces->rate_bps;
	self->dries = self->pieces->rates.dries;
	self->counted.steps_down = self->pieces->rates.downs;
	self->counted.steps_up = self->pieces->rates.ups;
}

static AvuJitterBuffer *
jitter_new(AvuJitterGroup *group, const AvuJitterSource *source, const JitterOnward *take,
	void *user_data, GError **error)
{
	AvuJitterBuffer *self = g_new0(AvuJitterBuffer, 1);

	self->group = group;
	self->uri = g_strdup(source->uri);
	self->pieces = take->pieces;
	self->arrival = take->arrival;
	self->target = take->target;
	self->said_mime = g_strdup(source->mime);
	self->user_data = user_data;
	self->wished_ns = source->target_ns;
	self->again = source->again;
	self->start_ns = MAX(source->start_ns, 0);
	self->start_byte = source->start_byte;
	self->said_bps = source->rate_bps;
	self->give_up_ns = source->give_up_ns > 0 ? source->give_up_ns : JITTER_GIVE_UP_NS;
	self->growth_ns = source->growth_ns > 0 ? source->growth_ns : JITTER_GROWTH_NS;
	self->still_ns = AVU_TIME_NONE;
	atomic_store(&self->duration_ns, source->duration_ns);
	atomic_store(&self->prefetch, source->prefetch);
	self->side = source->side;
	self->live_ns = source->live_ns;
	self->speed = source->speed.denominator > 0 ? source->speed : AVU_PLAY_SPEED_NORMAL;
	self->retry_ns = AVU_TIME_NONE;
	self->list_ns = AVU_TIME_NONE;
	self->size_bytes = -1;
	self->source.total_bytes = -1;
	for (size_t i = 0; i < JITTER_LINKS; i++) {
		self->links[i].buffer = self;
	}
	(void)pthread_mutex_init(&self->lock, NULL);
	self->ring = avu_ring_writer_new(error);
	self->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (self->ring != NULL && self->wake_fd < 0) {
		avu_set_errno(error, errno, "buffer for '%s'", source->uri);
	}
	if (self->ring == NULL || self->wake_fd < 0) {
		jitter_destroy(self);
		return NULL;
	}
	if (self->pieces != NULL) {
		jitter_take_over(self);
	}
	int result = pthread_create(&self->thread, NULL, jitter_thread_run, self);

	if (result != 0) {
		avu_set_errno(error, result, "thread to read '%s'", source->uri);
		jitter_destroy(self);
		return NULL;
	}
	g_ptr_array_add(group->buffers, self);
	return self;
}

AvuJitterBuffer *
avu_jitter_buffer_new(
	AvuJitterGroup *group, const AvuJitterSource *source, void *user_data, GError **error)
{
	const JitterOnward nothing = { NULL };

	return jitter_new(group, source, &nothing, user_data, error);
}

AvuJitterBuffer *
avu_jitter_buffer_new_onward(
	AvuJitterGroup *group, AvuJitterBuffer *before, void *user_data, GError **error)
{
	const AvuJitterSource source = {
		.uri = before->uri,
		.mime = before->said_mime,
		.duration_ns = AVU_TIME_NONE,
		.target_ns = before->wished_ns,
		.give_up_ns = before->give_up_ns,
		.again = true,
		.side = before->side,
	};

	pthread_mutex_lock(&before->lock);
	const JitterOnward onward = before->onward;

	before->onward.pieces = NULL;
	pthread_mutex_unlock(&before->lock);
	if (onward.pieces == NULL) {
		g_set_error_literal(
			error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the stream has no other part");
		return NULL;
	}
	return jitter_new(group, &source, &onward, user_data, error);
}

bool
avu_jitter_buffer_has_onward(AvuJitterBuffer *buffer)
{
	pthread_mutex_lock(&buffer->lock);
	const bool has = buffer->onward.pieces != NULL;

	pthread_mutex_unlock(&buffer->lock);
	return has;
}

bool
avu_jitter_buffer_may_part(const AvuJitterBuffer *buffer)
{
	return buffer->has_parts;
}

void
avu_jitter_buffer_free(AvuJitterBuffer *buffer)
{
	if (buffer == NULL) {
		return;
	}
	if (buffer->group == NULL) {
		jitter_destroy(buffer);
		return;
	}
	buffer->released = true;
	jitter_cancel(buffer);
}

void
avu_jitter_buffer_set_playing(AvuJitterBuffer *buffer, bool playing)
{
	if (atomic_exchange(&buffer->playing, playing) != playing) {
		jitter_wake(buffer);
	}
}

void
avu_jitter_buffer_note_underrun(AvuJitterBuffer *buffer)
{
	atomic_fetch_add(&buffer->underruns, 1);
	jitter_wake(buffer);
}

void
avu_jitter_buffer_set_duration(AvuJitterBuffer *buffer, int64_t duration_ns)
{
	atomic_store(&buffer->duration_ns, duration_ns);
}

void
avu_jitter_buffer_promote(AvuJitterBuffer *buffer)
{
	if (atomic_exchange(&buffer->prefetch, false)) {
		jitter_wake(buffer);
	}
}

void
avu_jitter_buffer_leave(AvuJitterBuffer *buffer)
{
	if (!atomic_exchange(&buffer->left, true)) {
		jitter_wake(buffer);
	}
}

bool
avu_jitter_buffer_is_open(const AvuJitterBuffer *buffer)
{
	return buffer->open;
}

const char *
avu_jitter_buffer_get_mime(const AvuJitterBuffer *buffer)
{
	return buffer->mime;
}

bool
avu_jitter_buffer_can_seek_time(const AvuJitterBuffer *buffer)
{
	return buffer->time_seek;
}

int64_t
avu_jitter_buffer_limit_ns(const AvuJitterBuffer *buffer, int64_t position_ns)
{
	return buffer->open ? avu_media_answer_limit(
				      &buffer->said, avu_now_ns() - buffer->said_ns, position_ns)
			    : position_ns;
}

/* What is on the air goes on while another place is read. */
static uint64_t
jitter_count_aired(AvuJitterBuffer *self)
{
	const double age_s = (double)(avu_now_ns() - self->said_ns) / AVU_NS_PER_S;

	return (uint64_t)(age_s * (double)avu_jitter_buffer_get_numbers(self).rate_bps / 8);
}

bool
avu_jitter_buffer_get_octets(AvuJitterBuffer *buffer, AvuJitterOctets *ret_octets)
{
	const AvuMediaAnswer *said = &buffer->said;
	const AvuAvailableRange *range = &said->available;

	if (!buffer->open || !said->by_bytes || !(said->limited || said->end_moves) ||
		!said->has_available || !range->has_bytes) {
		return false;
	}
	const uint64_t reached = atomic_load(&buffer->reached);
	const uint64_t aired = range->start_fixed ? 0 : jitter_count_aired(buffer);

	*ret_octets = (AvuJitterOctets){
		.first_byte = range->first_byte,
		.last_byte = MAX(range->last_byte + aired, reached > 0 ? reached - 1 : 0),
		.moves = !range->start_fixed,
		.begin_byte = buffer->begins_byte,
	};
	return true;
}

bool
avu_jitter_buffer_can_seek_octets(const AvuJitterBuffer *buffer)
{
	return buffer->octet_seek;
}

bool
avu_jitter_buffer_has_speed(const AvuJitterBuffer *buffer, AvuPlaySpeed speed)
{
	g_auto(GStrv) speeds = g_strsplit(buffer->speeds != NULL ? buffer->speeds : "", ",", 64);
	bool found = false;

	for (size_t i = 0; speeds[i] != NULL && !found; i++) {
		AvuPlaySpeed one;

		found = avu_play_speed_parse(speeds[i], &one) && one.numerator == speed.numerator &&
			one.denominator == speed.denominator;
	}
	return found;
}

int64_t
avu_jitter_buffer_get_start_ns(const AvuJitterBuffer *buffer)
{
	return buffer->begins_ns;
}

int64_t
avu_jitter_buffer_get_live_ns(const AvuJitterBuffer *buffer)
{
	return buffer->live_begins_ns;
}

const char *
avu_jitter_buffer_get_station(const AvuJitterBuffer *buffer)
{
	return buffer->station;
}

bool
avu_jitter_buffer_is_pieces(const AvuJitterBuffer *buffer)
{
	return buffer->in_pieces;
}

bool
avu_jitter_buffer_has_side(const AvuJitterBuffer *buffer)
{
	return buffer->has_side;
}

int64_t
avu_jitter_buffer_get_size_bytes(const AvuJitterBuffer *buffer)
{
	return buffer->open ? buffer->size_bytes : -1;
}

int64_t
avu_jitter_buffer_get_duration_ns(const AvuJitterBuffer *buffer)
{
	return buffer->list_ns;
}

void
avu_jitter_buffer_get_fds(const AvuJitterBuffer *buffer, int ret_fds[AVU_RING_FDS])
{
	avu_ring_writer_get_fds(buffer->ring, ret_fds);
}

AvuJitterNumbers
avu_jitter_buffer_get_numbers(AvuJitterBuffer *buffer)
{
	pthread_mutex_lock(&buffer->lock);
	AvuJitterNumbers numbers = buffer->numbers;

	pthread_mutex_unlock(&buffer->lock);
	return numbers;
}
