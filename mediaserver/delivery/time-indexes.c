/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cache in front of the workers. Connection threads ask and wait; the main thread brings the answer.
 * Who asks for a file that another waits for waits with him. A file that ended its worker, or has no
 * index, is remembered as such until it changes. Bounded in files, points and jobs under way; what was
 * used least lately goes. */
#include "mediaserver/delivery/time-indexes.h"

#include <fcntl.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/workers/index-result.h"

#define FILES_MAX 256
#define POINTS_MAX (1024 * 1024) /* 16 MiB */
#define JOBS_MAX 8
/* A worker ends after 8 s with what it has; it may have to finish a batch of a scan before. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)

typedef struct {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
} Key;

typedef enum { MAKING, READY, NONE } State;

typedef struct {
	Key key;
	State state;
	AvuTimeIndex *index; /* READY */
	int64_t duration_ns; /* as the catalogue has it */
	uint64_t used;       /* when last, in calls */
} Entry;

struct TimeIndexes {
	GMutex lock; /* guards all */
	GCond changed;
	GQueue entries; /* Entry */
	WorkerPool *pool;
	uint64_t calls;
	unsigned n_jobs;
	size_t n_points;
};

/* On its way with a job. */
typedef struct {
	TimeIndexes *indexes;
	Key key;
} Errand;

static bool
same_key(const Key *a, const Key *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->modified.tv_sec == b->modified.tv_sec &&
	       a->modified.tv_nsec == b->modified.tv_nsec;
}

static GList *
find(TimeIndexes *indexes, const Key *key)
{
	for (GList *at = indexes->entries.head; at != NULL; at = at->next) {
		if (same_key(&((Entry *)at->data)->key, key)) {
			return at;
		}
	}
	return NULL;
}

static void
drop(TimeIndexes *indexes, GList *at)
{
	Entry *entry = at->data;

	if (entry->index != NULL) {
		indexes->n_points -= avu_time_index_get_n_points(entry->index);
		avu_time_index_unref(entry->index);
	}
	g_queue_delete_link(&indexes->entries, at);
	g_free(entry);
}

/* The finished one that was used least lately. */
static GList *
find_oldest(TimeIndexes *indexes)
{
	GList *oldest = NULL;

	for (GList *at = indexes->entries.head; at != NULL; at = at->next) {
		const Entry *entry = at->data;

		if (entry->state != MAKING &&
			(oldest == NULL || entry->used < ((Entry *)oldest->data)->used)) {
			oldest = at;
		}
	}
	return oldest;
}

static void
make_room(TimeIndexes *indexes)
{
	GList *oldest;

	while ((indexes->entries.length > FILES_MAX || indexes->n_points > POINTS_MAX) &&
		(oldest = find_oldest(indexes)) != NULL) {
		drop(indexes, oldest);
	}
}

/* The points of a worker, which AvuTimeIndex trusts no more than they deserve. */
static AvuTimeIndex *
index_from(const WorkerJob *job, const Entry *entry)
{
	const AvuFrame frame = { .data = g_bytes_get_data(job->answer, NULL),
		.len = g_bytes_get_size(job->answer) };
	AvuFrameReader reader = avu_frame_reader(&frame);
	g_auto(IndexResult) result = { 0 };

	if (!index_result_take(&reader, &result)) {
		return NULL;
	}
	g_autofree AvuTimePoint *points = g_new(AvuTimePoint, MAX(result.n, 1));

	for (uint32_t i = 0; i < result.n; i++) {
		points[i] = (AvuTimePoint){ result.points[i].time_ns, result.points[i].byte };
	}
	return avu_time_index_new(points, result.n, result.unit, (uint64_t)entry->key.size,
		entry->duration_ns > 0 ? entry->duration_ns : result.duration_ns);
}

static void
on_answer(WorkerJob *job, void *user_data)
{
	const Errand *errand = user_data;
	TimeIndexes *indexes = errand->indexes;

	g_mutex_lock(&indexes->lock);
	GList *at = find(indexes, &errand->key);

	indexes->n_jobs--;
	if (at != NULL) {
		Entry *entry = at->data;

		entry->index = job->outcome == WORKER_OK ? index_from(job, entry) : NULL;
		entry->state = entry->index != NULL ? READY : NONE;
		if (entry->index != NULL) {
			indexes->n_points += avu_time_index_get_n_points(entry->index);
		} else if (job->outcome == WORKER_UNREADABLE) {
			drop(indexes, at); /* a disk that fails now may not tomorrow */
		}
		make_room(indexes);
	}
	g_cond_broadcast(&indexes->changed);
	g_mutex_unlock(&indexes->lock);
	worker_job_free(job);
}

/* @return the entry under way, or NULL with BUSY or IO. Called with the lock held. */
static GList *
begin(TimeIndexes *indexes, const Key *key, int fd, const char *hint, int64_t duration_ns,
	GError **error)
{
	if (indexes->pool == NULL || indexes->n_jobs >= JOBS_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "no worker is free for an index");
		return NULL;
	}
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (own < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "no descriptor is left");
		return NULL;
	}
	Entry *entry = g_new0(Entry, 1);
	Errand *errand = g_new0(Errand, 1);

	entry->key = errand->key = *key;
	entry->duration_ns = duration_ns;
	errand->indexes = indexes;
	g_queue_push_tail(&indexes->entries, entry);
	indexes->n_jobs++;
	worker_pool_submit_job(
		indexes->pool, worker_job_new(WORKER_INDEX, own, hint, on_answer, errand, g_free));
	return indexes->entries.tail;
}

/* Until the entry is made, gone, or patience is at its end. @return it, or NULL */
static GList *
wait_for(TimeIndexes *indexes, const Key *key)
{
	const int64_t deadline_us = g_get_monotonic_time() + PATIENCE_US;

	for (;;) {
		GList *at = find(indexes, key);

		if (at == NULL || ((Entry *)at->data)->state != MAKING) {
			return at;
		}
		if (indexes->pool == NULL ||
			!g_cond_wait_until(&indexes->changed, &indexes->lock, deadline_us)) {
			return NULL;
		}
	}
}

static AvuTimeIndex *
take(TimeIndexes *indexes, GList *at, GError **error)
{
	if (at == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "the index is not made yet");
		return NULL;
	}
	Entry *entry = at->data;

	entry->used = ++indexes->calls;
	if (entry->state == NONE) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "this file has no index");
		return NULL;
	}
	return avu_time_index_ref(entry->index);
}

AvuTimeIndex *
time_indexes_get(TimeIndexes *indexes, int fd, const struct stat *st, const char *hint,
	int64_t duration_ns, GError **error)
{
	const Key key = { st->st_dev, st->st_ino, st->st_size, st->st_mtim };
	AvuTimeIndex *index = NULL;

	g_mutex_lock(&indexes->lock);
	if (find(indexes, &key) != NULL ||
		begin(indexes, &key, fd, hint, duration_ns, error) != NULL) {
		index = take(indexes, wait_for(indexes, &key), error);
	}
	g_mutex_unlock(&indexes->lock);
	return index;
}

TimeIndexes *
time_indexes_new(void)
{
	TimeIndexes *indexes = g_new0(TimeIndexes, 1);

	g_mutex_init(&indexes->lock);
	g_cond_init(&indexes->changed);
	g_queue_init(&indexes->entries);
	return indexes;
}

void
time_indexes_start(TimeIndexes *indexes, WorkerPool *pool)
{
	g_mutex_lock(&indexes->lock);
	indexes->pool = pool;
	g_mutex_unlock(&indexes->lock);
}

void
time_indexes_stop(TimeIndexes *indexes)
{
	time_indexes_start(indexes, NULL);
	g_cond_broadcast(&indexes->changed);
}

void
time_indexes_free(TimeIndexes *indexes)
{
	if (indexes == NULL) {
		return;
	}
	while (!g_queue_is_empty(&indexes->entries)) {
		drop(indexes, indexes->entries.head);
	}
	g_mutex_clear(&indexes->lock);
	g_cond_clear(&indexes->changed);
	g_free(indexes);
}
