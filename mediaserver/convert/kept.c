/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One is written beside its place and renamed when it is whole and on the disk, so that what has a name is
 * whole, whenever the server ends. Times of files say what was used last. Any thread. */
#include "mediaserver/convert/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <av-upnp/fd.h>

/* Of another way of making them. */
#define VERSION "1"
#define SLACK_OCTETS (16 * 1024 * 1024) /* or a sixteenth of the limit, when that is less */
#define HALF_SUFFIX ".half"
#define NAME_LEN (KEPT_KEY_LEN + sizeof(HALF_SUFFIX))

struct Kept {
	char *folder;
	uint64_t limit_octets;
	pthread_mutex_t lock; /* guards the folder's list of names and the following */
	bool complained;      /* of a disk that is full */
	uint64_t octets;      /* of those that are whole */
	uint64_t half_octets;
	GHashTable *half; /* keys that are being written */
};

struct KeptWriter {
	Kept *kept;
	char key[KEPT_KEY_LEN + 1];
	int fd; /* -1: given up */
	uint64_t octets;
};

typedef struct {
	char name[NAME_LEN];
	uint64_t octets;
	struct timespec used;
} Entry;

static char *
build_path(const Kept *kept, const char *key, const char *suffix)
{
	return g_strdup_printf("%s/%s%s", kept->folder, key, suffix);
}

/* Names of ours alone are touched, whatever else lies there. */
static bool
is_ours(const char *name, bool *ret_half)
{
	const size_t digits = strspn(name, "0123456789abcdef");

	*ret_half = digits == KEPT_KEY_LEN && strcmp(name + digits, HALF_SUFFIX) == 0;
	return digits == KEPT_KEY_LEN && (name[digits] == '\0' || *ret_half);
}

/* @param half  which of both are wanted @return Entry; g_array_unref() it */
static GArray *
list(const Kept *kept, bool half)
{
	GArray *entries = g_array_new(false, false, sizeof(Entry));
	DIR *folder = opendir(kept->folder);
	const struct dirent *found;

	while (folder != NULL && (found = readdir(folder)) != NULL) {
		Entry entry;
		struct stat st;
		bool is_half;

		if (!is_ours(found->d_name, &is_half) || is_half != half ||
			fstatat(dirfd(folder), found->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			continue;
		}
		(void)g_strlcpy(entry.name, found->d_name, sizeof(entry.name));
		entry.octets = (uint64_t)st.st_blocks * 512;
		entry.used = st.st_mtim;
		g_array_append_val(entries, entry);
	}
	if (folder != NULL) {
		(void)closedir(folder);
	}
	return entries;
}

static void
remove_name(const Kept *kept, const char *name)
{
	g_autofree char *path = build_path(kept, name, "");

	(void)unlink(path);
}

static int
compare_used(gconstpointer a, gconstpointer b)
{
	const struct timespec *one = &((const Entry *)a)->used, *other = &((const Entry *)b)->used;

	if (one->tv_sec != other->tv_sec) {
		return one->tv_sec < other->tv_sec ? -1 : 1;
	}
	return one->tv_nsec < other->tv_nsec ? -1 : one->tv_nsec > other->tv_nsec;
}

/* Whoever has one open has a shared lock on it (as far as its folder knows locks), in whatever process. */
static bool
is_read(const Kept *kept, const char *name)
{
	g_autofree char *path = build_path(kept, name, "");
	avu_autofd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

/* For those on their way, and a bit more, since looking takes time. What is being sent stays: without its name it
 * would take the same room. The lock is held. */
static void
make_room(Kept *kept)
{
	g_autoptr(GArray) entries = list(kept, false);
	uint64_t most = kept->half_octets > 0
				? kept->half_octets + MIN(SLACK_OCTETS, kept->limit_octets / 16)
				: 0;

	most = kept->limit_octets > most ? kept->limit_octets - most : 0;
	g_array_sort(entries, compare_used);
	kept->octets = 0;
	for (guint i = 0; i < entries->len; i++) {
		kept->octets += g_array_index(entries, Entry, i).octets;
	}
	for (guint i = 0; i < entries->len && kept->octets > most; i++) {
		const Entry *entry = &g_array_index(entries, Entry, i);

		if (!is_read(kept, entry->name)) {
			remove_name(kept, entry->name);
			kept->octets -= entry->octets;
		}
	}
}

/* @return there is room for so many more */
static bool
reserve(Kept *kept, size_t len)
{
	(void)pthread_mutex_lock(&kept->lock);
	kept->half_octets += len;
	if (kept->octets + kept->half_octets > kept->limit_octets) {
		make_room(kept);
	}
	const bool good = kept->octets + kept->half_octets <= kept->limit_octets;

	(void)pthread_mutex_unlock(&kept->lock);
	return good;
}

Kept *
kept_new(const char *folder, uint64_t limit_octets)
{
	Kept *kept = g_new0(Kept, 1);

	kept->folder = g_strdup(folder);
	kept->limit_octets = limit_octets;
	kept->half = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	(void)pthread_mutex_init(&kept->lock, NULL);
	g_autoptr(GArray) left = list(kept, true);

	for (guint i = 0; i < left->len; i++) {
		remove_name(kept, g_array_index(left, Entry, i).name);
	}
	make_room(kept);
	return kept;
}

void
kept_free(Kept *kept)
{
	if (kept == NULL) {
		return;
	}
	g_hash_table_unref(kept->half);
	(void)pthread_mutex_destroy(&kept->lock);
	g_free(kept->folder);
	g_free(kept);
}

void
kept_make_key(const struct stat *st, const char *hint, int64_t start_ns, const ConvertPlan *plan,
	char ret_key[KEPT_KEY_LEN + 1])
{
	const int64_t numbers[] = { (int64_t)st->st_dev, (int64_t)st->st_ino, (int64_t)st->st_size,
		(int64_t)st->st_mtim.tv_sec, st->st_mtim.tv_nsec, start_ns, plan->sample_hz,
		plan->channels, plan->bits, plan->width, plan->height, plan->frame_rate_mhz,
		plan->video_bps, plan->duration_ns, (int64_t)plan->size_bytes, plan->preset };
	g_autoptr(GString) text = g_string_new(VERSION);

	g_string_append_printf(text, " %s %s", plan->recipe->name, hint != NULL ? hint : "");
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_string_append_printf(text, " %" G_GINT64_FORMAT, numbers[i]);
	}
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, -1);

	(void)g_strlcpy(ret_key, sum, KEPT_KEY_LEN + 1);
}

int
kept_open(Kept *kept, const char *key, uint64_t *ret_size)
{
	g_autofree char *path = build_path(kept, key, "");
	struct stat st;

	(void)pthread_mutex_lock(
		&kept->lock); /* no room is made before the lock on the file is there */
	avu_autofd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	(void)(fd >= 0 && flock(fd, LOCK_SH | LOCK_NB));
	(void)pthread_mutex_unlock(&kept->lock);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		return -1;
	}
	(void)futimens(fd, NULL); /* used now */
	*ret_size = (uint64_t)st.st_size;
	return avu_steal_fd(&fd);
}

/* Once, until one can be kept again. */
static void
complain(Kept *kept, int code)
{
	(void)pthread_mutex_lock(&kept->lock);
	const bool told = kept->complained;

	kept->complained = true;
	(void)pthread_mutex_unlock(&kept->lock);
	if (!told) {
		g_warning("a conversion is sent, but cannot be kept in %s: %s; make room on that "
			  "disk, or set ConvertCache to less, or to 0",
			kept->folder, g_strerror(code));
	}
}

/* @param code  of errno; 0: it is too large */
static void
give_up(KeptWriter *writer, int code)
{
	Kept *kept = writer->kept;
	g_autofree char *path = build_path(kept, writer->key, HALF_SUFFIX);

	avu_fd_cleanup(&writer->fd);
	writer->fd = -1;
	(void)unlink(path); /* its room at once, not at the end of the film */
	(void)pthread_mutex_lock(&kept->lock);
	kept->half_octets -= writer->octets;
	writer->octets = 0;
	(void)pthread_mutex_unlock(&kept->lock);
	if (code != 0) {
		complain(kept, code);
	}
}

KeptWriter *
kept_begin(Kept *kept, const char *key)
{
	g_autofree char *path = build_path(kept, key, HALF_SUFFIX);

	(void)pthread_mutex_lock(&kept->lock);
	const bool first = !g_hash_table_contains(kept->half, key);

	if (first) {
		(void)g_hash_table_add(kept->half, g_strdup(key));
	}
	(void)pthread_mutex_unlock(&kept->lock);
	if (!first) {
		return NULL;
	}
	KeptWriter *writer = g_new0(KeptWriter, 1);

	writer->kept = kept;
	(void)g_strlcpy(writer->key, key, sizeof(writer->key));
	(void)g_mkdir_with_parents(kept->folder, 0700);
	writer->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (writer->fd < 0) {
		complain(kept, errno);
		kept_drop(writer);
		return NULL;
	}
	return writer;
}

bool
kept_is_too_large(const Kept *kept, uint64_t octets)
{
	return octets > kept->limit_octets / 2; /* it would drive out all others */
}

int
kept_open_half(const KeptWriter *writer)
{
	/* in use, also when it is whole, as long as one of both descriptors is open */
	(void)(writer->fd >= 0 && flock(writer->fd, LOCK_SH | LOCK_NB));
	return writer->fd >= 0 ? fcntl(writer->fd, F_DUPFD_CLOEXEC, 0) : -1;
}

bool
kept_write(KeptWriter *writer, const char *octets, size_t len)
{
	if (writer->fd >= 0 && kept_is_too_large(writer->kept, writer->octets + len)) {
		give_up(writer, 0);
	} else if (writer->fd >= 0) {
		writer->octets += len;
		if (!reserve(writer->kept, len)) {
			give_up(writer, 0);
		}
	}
	while (len > 0 && writer->fd >= 0) {
		const ssize_t put = write(writer->fd, octets, len);

		if (put > 0) {
			octets += put;
			len -= (size_t)put;
		} else if (put == 0 || errno != EINTR) {
			give_up(writer, put == 0 ? ENOSPC : errno);
		}
	}
	return writer->fd >= 0;
}

void
kept_finish(KeptWriter *writer)
{
	Kept *kept = writer->kept;
	g_autofree char *half = build_path(kept, writer->key, HALF_SUFFIX);
	g_autofree char *path = build_path(kept, writer->key, "");

	if (writer->fd >= 0 && fdatasync(writer->fd) < 0) {
		give_up(writer, errno);
	} else if (writer->fd >= 0) {
		(void)pthread_mutex_lock(&kept->lock);
		kept->half_octets -= writer->octets;
		writer->octets = 0;
		if (rename(half, path) == 0) {
			kept->complained = false; /* there is room again */
			make_room(kept);
		}
		(void)pthread_mutex_unlock(&kept->lock);
	}
	kept_drop(writer);
}

void
kept_drop(KeptWriter *writer)
{
	if (writer == NULL) {
		return;
	}
	Kept *kept = writer->kept;
	g_autofree char *half = build_path(kept, writer->key, HALF_SUFFIX);

	avu_fd_cleanup(&writer->fd);
	(void)pthread_mutex_lock(&kept->lock);
	kept->half_octets -= writer->octets;
	(void)unlink(half); /* it is not there any more when it was finished */
	(void)g_hash_table_remove(kept->half, writer->key);
	(void)pthread_mutex_unlock(&kept->lock);
	g_free(writer);
}
