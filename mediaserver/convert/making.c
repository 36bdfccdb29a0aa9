/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No thread of its own: readers take turns at the origin, one octet behind the last of the file. When the file
 * cannot grow any more (a disk that is full, a limit) the one whose turn it is goes on by himself; who is
 * behind gets what was written and then a broken end, since the octets after that are gone. */
#include "mediaserver/convert/making.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/fd.h>
#include <av-upnp/media-source.h>

/* As long as a conversion may take to its first octets, and more; what makes ends it before. */
#define START_NS (20 * AVU_NS_PER_S)
#define SILENCE_NS (40 * AVU_NS_PER_S)
/* A player that sends no more is nearly always gone. */
#define HALF_SHUT_NS (1 * AVU_NS_PER_S)
#define LOOK_UP_NS (200 * AVU_NS_PER_MS)

typedef enum {
	STATE_BETWEEN, /* it begins, or its file is being removed: who comes waits */
	STATE_UNDER_WAY,
	STATE_WHOLE,
	STATE_FAILED,
} State;

typedef struct {
	Makings *owner;
	char key[KEPT_KEY_LEN + 1];
	MakingOrigin origin; /* of whose turn it is; NULL: it gives no more */
	int fd;              /* of what was written; constant while somebody reads from it */
	uint64_t size;       /* AVU_LENGTH_UNKNOWN: when the origin says so */
	/* guarded by the owner's lock */
	KeptWriter *writer; /* of whose turn it is; NULL: it is finished, or not kept any more */
	State state;
	uint64_t written; /* octets in fd */
	unsigned readers;
	bool turn;                /* somebody is at the origin */
	const MakingReader *sole; /* what follows is for this one only; NULL: for all */
	bool sole_left;           /* the others read what was written */
} Making;

struct Makings {
	Kept *kept;
	/* not GLib's, whose hand-overs ThreadSanitizer does not see */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	GHashTable *list; /* key, Making: what can be joined; under the lock */
};

struct MakingReader {
	Making *making;
	int player;
	uint64_t at, end;
};

Makings *
makings_new(Kept *kept)
{
	Makings *self = g_new0(Makings, 1);
	pthread_condattr_t attributes;

	self->kept = kept;
	self->list = g_hash_table_new(g_str_hash, g_str_equal);
	(void)pthread_mutex_init(&self->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&self->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return self;
}

void
makings_free(Makings *self)
{
	if (self == NULL) {
		return;
	}
	g_hash_table_unref(self->list);
	(void)pthread_mutex_destroy(&self->lock);
	(void)pthread_cond_destroy(&self->changed);
	kept_free(self->kept);
	g_free(self);
}

Kept *
makings_get_kept(Makings *self)
{
	return self->kept;
}

bool
makings_has(Makings *self, const char *key)
{
	(void)pthread_mutex_lock(&self->lock);
	bool found = g_hash_table_contains(self->list, key);

	(void)pthread_mutex_unlock(&self->lock);
	return found;
}

/* For something to change. The lock is held. @return false: it is late, or the player has left */
static bool
wait_change(Makings *self, int player, int64_t *until_ns)
{
	struct pollfd polled = { .fd = player, .events = POLLRDHUP };
	const int64_t now_ns = avu_now_ns();

	if (poll(&polled, 1, 0) > 0) {
		if ((polled.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
			return false;
		}
		*until_ns = MIN(*until_ns, now_ns + HALF_SHUT_NS);
	}
	const int64_t look_ns = MIN(*until_ns, now_ns + LOOK_UP_NS);
	const struct timespec look = { look_ns / AVU_NS_PER_S, look_ns % AVU_NS_PER_S };

	(void)pthread_cond_timedwait(&self->changed, &self->lock, &look);
	return avu_now_ns() < *until_ns;
}

/* The lock is held. */
static void
unlist(Making *making)
{
	if (g_hash_table_lookup(making->owner->list, making->key) == making) {
		(void)g_hash_table_remove(making->owner->list, making->key);
	}
}

static MakingReader *
reader_new(Making *making, uint64_t first_byte, uint64_t end_byte, int player)
{
	MakingReader *reader = g_new0(MakingReader, 1);

	reader->making = making;
	reader->player = player;
	reader->at = first_byte;
	reader->end = end_byte;
	making->readers++;
	return reader;
}

/* The lock is held, and given up meanwhile: a disk may be slow. @return NULL: it cannot be kept */
static Making *
making_new(Makings *self, const char *key, uint64_t size)
{
	Making *making = g_new0(Making, 1);

	making->owner = self;
	(void)g_strlcpy(making->key, key, sizeof(making->key));
	making->size = size;
	(void)g_hash_table_insert(self->list, making->key, making);
	(void)pthread_mutex_unlock(&self->lock);
	making->writer = kept_begin(self->kept, key);
	making->fd = making->writer != NULL ? kept_open_half(making->writer) : -1;
	(void)pthread_mutex_lock(&self->lock);
	if (making->writer == NULL) {
		unlist(making);
		(void)pthread_cond_broadcast(&self->changed);
		g_free(making);
		return NULL;
	}
	return making;
}

MakingRole
makings_enter(Makings *self, const char *key, uint64_t first_byte, uint64_t end_byte, bool whole,
	int player, MakingReader **ret_reader)
{
	int64_t until_ns = avu_now_ns() + START_NS;
	MakingRole role = MAKING_ALONE;
	bool patient = true;

	(void)pthread_mutex_lock(&self->lock);
	Making *making = g_hash_table_lookup(self->list, key);

	while (making != NULL && making->state == STATE_BETWEEN && patient) {
		patient = wait_change(self, player, &until_ns);
		making = g_hash_table_lookup(self->list, key);
	}
	if (making != NULL && making->state != STATE_BETWEEN && making->fd >= 0 &&
		first_byte <= making->written) {
		*ret_reader = reader_new(making, first_byte, end_byte, player);
		role = MAKING_JOINED;
	} else if (making == NULL && whole &&
		   (end_byte == AVU_LENGTH_UNKNOWN || !kept_is_too_large(self->kept, end_byte)) &&
		   (making = making_new(self, key, end_byte)) != NULL) {
		*ret_reader = reader_new(making, 0, end_byte, player);
		role = MAKING_BEGIN;
	}
	(void)pthread_mutex_unlock(&self->lock);
	return role;
}

void
making_begin(MakingReader *reader, const MakingOrigin *origin)
{
	Making *making = reader->making;

	(void)pthread_mutex_lock(&making->owner->lock);
	making->origin = *origin;
	making->state = STATE_UNDER_WAY;
	(void)pthread_cond_broadcast(&making->owner->changed);
	(void)pthread_mutex_unlock(&making->owner->lock);
}

/* What was written, when nobody but the sole reader is left, who is beyond it: its room on the disk. The lock is
 * held. @return to be closed without the lock, since that makes the room; -1 */
static int
drop_written(Making *making)
{
	const bool needed = making->sole == NULL || making->sole_left || making->readers > 1;

	return needed ? -1 : avu_steal_fd(&making->fd);
}

/* What made it, when it gives no more: others wait for its place. The lock is held, and nobody is there. @return to
 * be freed without the lock */
static MakingOrigin
drop_origin(Making *making)
{
	const MakingOrigin origin = making->origin;

	if (making->state != STATE_WHOLE && making->state != STATE_FAILED) {
		return (MakingOrigin){ NULL };
	}
	making->origin = (MakingOrigin){ NULL };
	return origin;
}

static void
origin_clear(const MakingOrigin *origin)
{
	if (origin->free_data != NULL) {
		origin->free_data(origin->data);
	}
}

/* What came is for this reader alone from now on. The lock is held. */
static void
make_sole(MakingReader *reader)
{
	reader->making->sole = reader;
	unlist(reader->making);
}

/* The lock is held, and given up while it is made. */
static ssize_t
take_turn(MakingReader *reader, char *buffer, size_t max)
{
	Making *making = reader->making;
	Makings *self = making->owner;
	const bool kept = making->sole == NULL;

	making->turn = true;
	(void)pthread_mutex_unlock(&self->lock);
	const ssize_t got = making->origin.read(making->origin.data, reader->player, buffer, max);
	const bool good = got > 0 && kept && kept_write(making->writer, buffer, (size_t)got);

	(void)pthread_mutex_lock(&self->lock);
	if (good) {
		making->written += (uint64_t)got;
		making->state = making->written == making->size ? STATE_WHOLE : making->state;
	} else if (got > 0 && kept) {
		make_sole(reader);
	} else if (got == 0) {
		making->state = STATE_WHOLE;
	} else if (got == -1) {
		making->state = STATE_FAILED;
		unlist(making);
	}
	int written = drop_written(making);
	const MakingOrigin origin = drop_origin(making);

	(void)pthread_mutex_unlock(&self->lock);
	avu_fd_cleanup(&written);
	origin_clear(&origin);
	(void)pthread_mutex_lock(&self->lock);
	making->turn = false;
	(void)pthread_cond_broadcast(&self->changed);
	return got;
}

static ssize_t
read_written(const MakingReader *reader, char *buffer, size_t max)
{
	ssize_t got;

	do {
		got = pread(reader->making->fd, buffer, max, (off_t)reader->at);
	} while (got < 0 && errno == EINTR);
	return got > 0 ? got : -1;
}

/* As long as somebody else is at the origin. The lock is held. @return how many are written and not read */
static uint64_t
wait_turn(const MakingReader *reader)
{
	const Making *making = reader->making;
	int64_t until_ns = avu_now_ns() + SILENCE_NS;
	bool patient = true;

	while (reader->at >= making->written && making->turn && making->sole == NULL && patient) {
		patient = wait_change(making->owner, reader->player, &until_ns);
	}
	return making->written > reader->at ? making->written - reader->at : 0;
}

ssize_t
making_read(MakingReader *reader, char *buffer, size_t max)
{
	Making *making = reader->making;
	ssize_t got = -1;

	if (reader->end != AVU_LENGTH_UNKNOWN) {
		max = (size_t)MIN((uint64_t)max, reader->end - reader->at);
	}
	if (max == 0) {
		return 0;
	}
	(void)pthread_mutex_lock(&making->owner->lock);
	const uint64_t waiting = making->sole == reader ? 0 : wait_turn(reader);
	const bool ours = making->sole == NULL || making->sole == reader;

	if (waiting > 0) {
		(void)pthread_mutex_unlock(&making->owner->lock);
		got = read_written(reader, buffer, (size_t)MIN((uint64_t)max, waiting));
		(void)pthread_mutex_lock(&making->owner->lock);
	} else if (ours && making->state == STATE_WHOLE) {
		got = 0;
	} else if (ours && making->state == STATE_UNDER_WAY && !making->turn) {
		got = take_turn(reader, buffer, max);
	}
	(void)pthread_mutex_unlock(&making->owner->lock);
	reader->at += (uint64_t)MAX(got, 0);
	if (got == 0 && reader->end != AVU_LENGTH_UNKNOWN) {
		return -1; /* less than was promised */
	}
	return MAX(got, -1);
}

static void
making_free(Making *making)
{
	avu_fd_cleanup(&making->fd);
	origin_clear(&making->origin);
	g_free(making);
}

void
making_leave(MakingReader *reader)
{
	if (reader == NULL) {
		return;
	}
	Making *making = reader->making;
	Makings *self = making->owner;

	(void)pthread_mutex_lock(&self->lock);
	const bool whole = making->state == STATE_WHOLE;

	if (whole && making->writer != NULL) {
		KeptWriter *writer = g_steal_pointer(&making->writer);

		/* now, since the player has the last octets: a disk may be slow */
		(void)pthread_mutex_unlock(&self->lock);
		kept_finish(writer);
		(void)pthread_mutex_lock(&self->lock);
	}
	const bool last = --making->readers == 0;

	if (making->sole == reader) {
		making->sole_left = true;
		making->state = whole ? STATE_WHOLE : STATE_FAILED;
	}
	avu_autofd int written = drop_written(making);
	const MakingOrigin origin = drop_origin(making);

	if (last) {
		making->state = STATE_BETWEEN;
		(void)pthread_mutex_unlock(&self->lock);
		kept_drop(making->writer); /* before somebody else begins it anew */
		(void)pthread_mutex_lock(&self->lock);
		unlist(making);
	}
	(void)pthread_cond_broadcast(&self->changed);
	(void)pthread_mutex_unlock(&self->lock);
	origin_clear(&origin);
	if (last) {
		making_free(making);
	}
	g_free(reader);
}
