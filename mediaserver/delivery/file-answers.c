/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cache in front of the workers. Connection threads ask and wait; the main thread brings the answer.
 * Who asks what another waits for waits with him. A file that ended its worker, or has no answer, is
 * remembered as such until it changes; what there is outlives the server on its disk. Bounded in entries,
 * octets and jobs under way; what was used least lately goes. */
#include "mediaserver/delivery/file-answers.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/hash.h>

#define ENTRIES_MAX 256
#define JOBS_MAX 8
#define LONG_JOBS_MAX 8 /* under way and waiting */
/* A worker ends after 8 s: an index with what it has, a subtitle without. It may have to finish a batch of
 * a scan before. */
#define PATIENCE_NS (20 * AVU_NS_PER_S)
/* Another one when workers say it in another way. */
#define WORDS_VERSION 1
#define WORDS_MAX (2 * 1024 * 1024)

typedef struct {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
	GBytes *question; /* never NULL */
} Key;

typedef enum { MAKING, READY, NONE } State;

typedef struct {
	Key key;
	State state;
	void *value;   /* READY */
	GBytes *fresh; /* the worker's own words, to be kept by who takes it first; NULL: they are */
	bool lasts;    /* it is MAKING in the background */
	uint64_t used; /* when last, in calls */
} Entry;

struct FileAnswers {
	const FileAnswerClass *class;
	ArtCache *disk; /* NULL: none */
	/* not GLib's, whose hand-overs ThreadSanitizer does not see */
	pthread_mutex_t lock; /* guards all */
	pthread_cond_t changed;
	GQueue entries; /* Entry */
	WorkerPool *pool;
	uint64_t calls;
	unsigned n_jobs, n_long;
	size_t weight;                       /* of all values */
	WorkerPool *(*get_long)(void *data); /* constant from start, as the following; NULL: none */
	void *long_data;
	int64_t long_wait_ns;
	pthread_t keeper; /* writes what nobody took; the main thread's */
	bool keeping;     /* it is to be joined */
	bool kept;        /* it has written */
};

/* On its way with a job. */
typedef struct {
	FileAnswers *answers;
	Key key;
	int fd; /* for a long job; -1: this is one, or there is none */
	bool lasts;
} Errand;

static bool
same_key(const Key *a, const Key *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->modified.tv_sec == b->modified.tv_sec &&
	       a->modified.tv_nsec == b->modified.tv_nsec &&
	       g_bytes_equal(a->question, b->question);
}

static GList *
find(FileAnswers *answers, const Key *key)
{
	for (GList *at = answers->entries.head; at != NULL; at = at->next) {
		if (same_key(&((Entry *)at->data)->key, key)) {
			return at;
		}
	}
	return NULL;
}

static void
drop(FileAnswers *answers, GList *at)
{
	Entry *entry = at->data;

	if (entry->value != NULL) {
		answers->weight -= answers->class->weigh(entry->value);
		answers->class->unref(entry->value);
	}
	g_queue_delete_link(&answers->entries, at);
	g_clear_pointer(&entry->fresh, g_bytes_unref);
	g_bytes_unref(entry->key.question);
	g_free(entry);
}

/* The finished one that was used least lately. */
static GList *
find_oldest(FileAnswers *answers)
{
	GList *oldest = NULL;

	for (GList *at = answers->entries.head; at != NULL; at = at->next) {
		const Entry *entry = at->data;

		if (entry->state != MAKING &&
			(oldest == NULL || entry->used < ((Entry *)oldest->data)->used)) {
			oldest = at;
		}
	}
	return oldest;
}

static void
make_room(FileAnswers *answers)
{
	GList *oldest;

	while ((answers->entries.length > ENTRIES_MAX ||
		       answers->weight > answers->class->weight_max) &&
		(oldest = find_oldest(answers)) != NULL) {
		drop(answers, oldest);
	}
}

static void
errand_free(void *data)
{
	Errand *errand = data;

	avu_fd_cleanup(&errand->fd);
	g_bytes_unref(errand->key.question);
	g_free(errand);
}

/* At most one at a time reads a file from end to end. */
static bool
is_long_read(FileAnswers *answers, const Key *key)
{
	for (GList *at = answers->entries.head; at != NULL; at = at->next) {
		const Entry *entry = at->data;

		if (entry->state == MAKING && entry->lasts && entry->key.device == key->device &&
			entry->key.inode == key->inode) {
			return true;
		}
	}
	return false;
}

/* A worker's words are trusted no more when they come from the disk. */
static void *
value_from(const FileAnswers *answers, GBytes *words, const Key *key)
{
	const AvuFrame frame = { .data = g_bytes_get_data(words, NULL),
		.len = g_bytes_get_size(words) };
	AvuFrameReader reader = avu_frame_reader(&frame);

	return answers->class->parse(&reader, (uint64_t)key->size);
}

static void on_answer(WorkerJob *job, void *user_data);

/* Called with the lock held. @return it goes on in the background */
static bool
go_on(FileAnswers *answers, const WorkerJob *job, Errand *errand, Entry *entry)
{
	if (job->outcome != WORKER_UNFINISHED || errand->fd < 0 || answers->pool == NULL ||
		answers->n_long >= LONG_JOBS_MAX || is_long_read(answers, &entry->key)) {
		return false;
	}
	WorkerPool *workers = answers->get_long(answers->long_data);

	if (workers == NULL) {
		return false;
	}
	Errand *next = g_new0(Errand, 1);

	next->answers = answers;
	next->key = errand->key;
	(void)g_bytes_ref(next->key.question);
	next->fd = -1;
	next->lasts = entry->lasts = true;
	answers->n_long++;
	WorkerJob *longer = worker_job_new(answers->class->long_kind, avu_steal_fd(&errand->fd),
		job->hint, on_answer, next, errand_free);

	longer->question = g_bytes_ref(job->question);
	worker_pool_submit_job(workers, longer);
	return true;
}

static void keep_aside(FileAnswers *answers, Entry *entry);

static void
settle(FileAnswers *answers, const WorkerJob *job, GList *at)
{
	Entry *entry = at->data;

	entry->value =
		job->outcome == WORKER_OK ? value_from(answers, job->answer, &entry->key) : NULL;
	entry->state = entry->value != NULL ? READY : NONE;
	if (entry->value != NULL) {
		answers->weight += answers->class->weigh(entry->value);
		entry->fresh = answers->disk != NULL ? g_bytes_ref(job->answer) : NULL;
	}
	if (entry->fresh != NULL && entry->lasts) {
		keep_aside(answers, entry); /* perhaps nobody comes back for it */
	} else if (job->outcome == WORKER_UNREADABLE ||
		   (job->outcome == WORKER_UNFINISHED && !entry->lasts)) {
		drop(answers, at); /* a disk that fails or is slow now may not tomorrow */
	}
	make_room(answers);
}

static void
on_answer(WorkerJob *job, void *user_data)
{
	Errand *errand = user_data;
	FileAnswers *answers = errand->answers;

	(void)pthread_mutex_lock(&answers->lock);
	GList *at = find(answers, &errand->key);

	if (errand->lasts) {
		answers->n_long--;
	} else {
		answers->n_jobs--;
	}
	if (at != NULL && !go_on(answers, job, errand, at->data)) {
		settle(answers, job, at);
	}
	(void)pthread_cond_broadcast(&answers->changed);
	worker_job_free(job); /* who takes the answer frees it: also a hand-over by the lock */
	(void)pthread_mutex_unlock(&answers->lock);
}

/* @return there is an entry now; else BUSY or IO. Called with the lock held. */
static bool
begin(FileAnswers *answers, const Key *key, int fd, const char *hint, GError **error)
{
	if (answers->pool == NULL || answers->n_jobs >= JOBS_MAX || is_long_read(answers, key)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "no worker is free for a file");
		return false;
	}
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (own < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "no descriptor is left");
		return false;
	}
	Entry *entry = g_new0(Entry, 1);
	Errand *errand = g_new0(Errand, 1);
	WorkerJob *job =
		worker_job_new(answers->class->kind, own, hint, on_answer, errand, errand_free);

	entry->key = errand->key = *key;
	(void)g_bytes_ref(entry->key.question);
	(void)g_bytes_ref(errand->key.question);
	job->question = g_bytes_ref(key->question);
	errand->answers = answers;
	errand->fd = answers->get_long != NULL ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
	g_queue_push_tail(&answers->entries, entry);
	answers->n_jobs++;
	worker_pool_submit_job(answers->pool, job);
	return true;
}

/* Until the entry is made, gone, or patience is at its end. @return it, or NULL */
static GList *
wait_for(FileAnswers *answers, const Key *key)
{
	const int64_t began_ns = avu_now_ns();

	for (;;) {
		GList *at = find(answers, key);

		if (at == NULL || ((Entry *)at->data)->state != MAKING) {
			return at;
		}
		const int64_t until_ns =
			began_ns +
			(((Entry *)at->data)->lasts ? answers->long_wait_ns : PATIENCE_NS);
		const struct timespec until = { until_ns / AVU_NS_PER_S, until_ns % AVU_NS_PER_S };

		if (answers->pool == NULL ||
			pthread_cond_timedwait(&answers->changed, &answers->lock, &until) != 0) {
			return NULL;
		}
	}
}

static void *
take(FileAnswers *answers, GList *at, GError **error)
{
	if (at == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "the worker has not answered yet");
		return NULL;
	}
	Entry *entry = at->data;

	entry->used = ++answers->calls;
	if (entry->state == NONE) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "this file has no such thing");
		return NULL;
	}
	return answers->class->ref(entry->value);
}

/* The device is left out: its number is another after the disk was away. */
static void
name_on_disk(const FileAnswers *answers, const Key *key, char name[ART_KEY_LEN + 1])
{
	const int64_t numbers[] = { WORDS_VERSION, answers->class->kind, (int64_t)key->inode,
		(int64_t)key->size, (int64_t)key->modified.tv_sec, (int64_t)key->modified.tv_nsec };
	g_autoptr(GByteArray) all = g_byte_array_new();
	uint8_t digest[AVU_SHA256_LEN];

	g_byte_array_append(all, (const uint8_t *)numbers, sizeof(numbers));
	g_byte_array_append(
		all, g_bytes_get_data(key->question, NULL), (guint)g_bytes_get_size(key->question));
	avu_sha256(all->data, all->len, digest);
	for (size_t i = 0; i < ART_KEY_LEN / 2; i++) {
		(void)g_snprintf(name + 2 * i, 3, "%02x", digest[i]);
	}
}

/* @return NULL: there is nothing of use */
static void *
read_from_disk(const FileAnswers *answers, const Key *key)
{
	char name[ART_KEY_LEN + 1];

	name_on_disk(answers, key, name);
	avu_autofd int fd = art_cache_open(answers->disk, name);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size <= 0 || st.st_size > WORDS_MAX) {
		return NULL;
	}
	g_autofree uint8_t *octets = g_malloc((size_t)st.st_size);

	if (pread(fd, octets, (size_t)st.st_size, 0) != st.st_size) {
		return NULL;
	}
	g_autoptr(GBytes) words = g_bytes_new_take(g_steal_pointer(&octets), (size_t)st.st_size);

	return value_from(answers, words, key);
}

/* Called without the lock: a disk may be slow. */
static void
look_on_disk(FileAnswers *answers, const Key *key)
{
	void *value = answers->disk != NULL ? read_from_disk(answers, key) : NULL;

	if (value == NULL) {
		return;
	}
	(void)pthread_mutex_lock(&answers->lock);
	if (find(answers, key) == NULL) {
		Entry *entry = g_new0(Entry, 1);

		entry->key = *key;
		(void)g_bytes_ref(entry->key.question);
		entry->state = READY;
		entry->value = g_steal_pointer(&value);
		entry->used = ++answers->calls;
		answers->weight += answers->class->weigh(entry->value);
		g_queue_push_tail(&answers->entries, entry);
		make_room(answers);
	}
	(void)pthread_mutex_unlock(&answers->lock);
	if (value != NULL) {
		answers->class->unref(value); /* another was faster */
	}
}

/* Likewise. @param words  taken; NULL: nothing is new */
static void
keep_on_disk(const FileAnswers *answers, const Key *key, GBytes *words)
{
	char name[ART_KEY_LEN + 1];

	if (words != NULL) {
		name_on_disk(answers, key, name);
		art_cache_put(answers->disk, name, words);
		g_bytes_unref(words);
	}
}

/* By a thread of its own, for what nobody waits for. */

typedef struct {
	FileAnswers *answers;
	Key key;
	GBytes *words;
} Keeping;

static void *
run_keeper(void *data)
{
	Keeping *keeping = data;
	FileAnswers *answers = keeping->answers;

	keep_on_disk(answers, &keeping->key, keeping->words);
	g_bytes_unref(keeping->key.question);
	g_free(keeping);
	(void)pthread_mutex_lock(&answers->lock);
	answers->kept = true;
	(void)pthread_mutex_unlock(&answers->lock);
	return NULL;
}

static GBytes *
copy(GBytes *octets)
{
	gsize len;
	const void *data = g_bytes_get_data(octets, &len);

	return g_bytes_new(data, len);
}

static void
join_keeper(FileAnswers *answers)
{
	if (answers->keeping) {
		(void)pthread_join(answers->keeper, NULL);
	}
	answers->keeping = false;
}

/* The main thread waits for no disk: while the one before is still being written, or when there is no thread, it is
 * left to who asks next. Called with the lock held. */
static void
keep_aside(FileAnswers *answers, Entry *entry)
{
	if (answers->keeping && !answers->kept) {
		return;
	}
	join_keeper(answers); /* it is at its end */
	Keeping *keeping = g_new0(Keeping, 1);

	keeping->answers = answers;
	keeping->key = entry->key;
	/* its own: counts of references are GLib's */
	keeping->key.question = copy(entry->key.question);
	keeping->words = copy(entry->fresh);
	answers->kept = false;
	answers->keeping = pthread_create(&answers->keeper, NULL, run_keeper, keeping) == 0;
	if (answers->keeping) {
		g_clear_pointer(&entry->fresh, g_bytes_unref);
	} else {
		g_bytes_unref(keeping->key.question);
		g_bytes_unref(keeping->words);
		g_free(keeping);
	}
}

void *
file_answers_get(FileAnswers *answers, int fd, const struct stat *st, const char *hint,
	GBytes *question, GError **error)
{
	const Key key = { st->st_dev, st->st_ino, st->st_size, st->st_mtim,
		question != NULL ? question : g_bytes_new_static("", 0) };
	void *value = NULL;

	GBytes *fresh = NULL;
	bool known;

	(void)pthread_mutex_lock(&answers->lock);
	known = find(answers, &key) != NULL;
	(void)pthread_mutex_unlock(&answers->lock);
	if (!known) {
		look_on_disk(answers, &key);
	}
	(void)pthread_mutex_lock(&answers->lock);
	if (find(answers, &key) != NULL || begin(answers, &key, fd, hint, error)) {
		GList *at = wait_for(answers, &key);

		value = take(answers, at, error);
		fresh = at != NULL ? g_steal_pointer(&((Entry *)at->data)->fresh) : NULL;
	}
	(void)pthread_mutex_unlock(&answers->lock);
	keep_on_disk(answers, &key, fresh);
	(void)pthread_mutex_lock(&answers->lock);
	g_bytes_unref(key.question);
	(void)pthread_mutex_unlock(&answers->lock);
	return value;
}

FileAnswers *
file_answers_new(const FileAnswerClass *class)
{
	FileAnswers *answers = g_new0(FileAnswers, 1);
	pthread_condattr_t attributes;

	answers->class = class;
	(void)pthread_mutex_init(&answers->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&answers->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	g_queue_init(&answers->entries);
	return answers;
}

void
file_answers_keep(FileAnswers *answers, ArtCache *disk)
{
	answers->disk = disk;
}

void
file_answers_set_long(
	FileAnswers *answers, WorkerPool *(*get_workers)(void *data), void *data, int64_t wait_ns)
{
	answers->get_long = get_workers;
	answers->long_data = data;
	answers->long_wait_ns = wait_ns;
}

void
file_answers_start(FileAnswers *answers, WorkerPool *pool)
{
	(void)pthread_mutex_lock(&answers->lock);
	answers->pool = pool;
	(void)pthread_mutex_unlock(&answers->lock);
}

void
file_answers_stop(FileAnswers *answers)
{
	file_answers_start(answers, NULL);
	(void)pthread_cond_broadcast(&answers->changed);
}

void
file_answers_free(FileAnswers *answers)
{
	if (answers == NULL) {
		return;
	}
	while (!g_queue_is_empty(&answers->entries)) {
		drop(answers, answers->entries.head);
	}
	join_keeper(answers);
	(void)pthread_mutex_destroy(&answers->lock);
	(void)pthread_cond_destroy(&answers->changed);
	g_free(answers);
}
