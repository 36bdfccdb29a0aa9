/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files FOLDER/ab/abcdef…; a file's own time says when it was last asked for. How much there is, is
 * counted once at the first use and kept; a purge looks at all files and takes the oldest tenth. */
#include "mediaserver/art/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/clock.h>
#include <av-upnp/fd.h>

#define HOPELESS_MAX 4096
#define NEVER (-1)
/* A picture asked for again within this keeps its time: no write for each look. */
#define TOUCH_AFTER_S 3600

struct ArtCache {
	char *folder;
	int64_t limit_bytes;
	pthread_mutex_t lock;
	int64_t used_bytes;   /* guarded by lock; NEVER: not counted yet */
	GHashTable *hopeless; /* guarded by lock */
	bool told;            /* guarded by lock: that it cannot write */
};

typedef struct {
	char *path;
	int64_t used_ns;
	int64_t size_bytes;
} Entry;

static void
entry_clear(void *data)
{
	g_free(((Entry *)data)->path);
}

ArtCache *
art_cache_new(const char *folder, int64_t limit_bytes)
{
	ArtCache *cache = g_new0(ArtCache, 1);

	cache->folder = g_strdup(folder);
	cache->limit_bytes = limit_bytes;
	cache->used_bytes = NEVER;
	cache->hopeless = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	(void)pthread_mutex_init(&cache->lock, NULL);
	return cache;
}

void
art_cache_free(ArtCache *cache)
{
	if (cache == NULL) {
		return;
	}
	g_hash_table_unref(cache->hopeless);
	(void)pthread_mutex_destroy(&cache->lock);
	g_free(cache->folder);
	g_free(cache);
}

static char *
path_of(const ArtCache *cache, const char *key)
{
	return g_strdup_printf("%s/%.2s/%s", cache->folder, key, key);
}

static void
touch(int fd, const struct stat *st)
{
	int64_t now_s = avu_wall_ns() / AVU_NS_PER_S;

	if (now_s - st->st_mtim.tv_sec > TOUCH_AFTER_S || st->st_mtim.tv_sec > now_s) {
		const struct timespec times[2] = { { .tv_sec = now_s }, { .tv_sec = now_s } };

		(void)futimens(fd, times); /* it may go earlier than it should */
	}
}

int
art_cache_open(ArtCache *cache, const char key[ART_KEY_LEN + 1])
{
	g_autofree char *path = path_of(cache, key);
	avu_autofd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		return -1;
	}
	touch(fd, &st);
	return avu_steal_fd(&fd);
}

static void
list_subfolder(const char *path, GArray *entries)
{
	DIR *dir = opendir(path);
	const struct dirent *found;
	struct stat st;

	while (dir != NULL && (found = readdir(dir)) != NULL) {
		if (found->d_name[0] != '.' &&
			fstatat(dirfd(dir), found->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode)) {
			const Entry entry = { g_build_filename(path, found->d_name, NULL),
				(int64_t)st.st_mtim.tv_sec * AVU_NS_PER_S + st.st_mtim.tv_nsec,
				st.st_size };

			g_array_append_val(entries, entry);
		}
	}
	if (dir != NULL) {
		(void)closedir(dir);
	}
}

/* All files; g_array_unref() it. */
static GArray *
list_all(const ArtCache *cache, int64_t *ret_bytes)
{
	GArray *entries = g_array_new(FALSE, FALSE, sizeof(Entry));

	g_array_set_clear_func(entries, entry_clear);
	for (unsigned i = 0; i < 256; i++) {
		g_autofree char *path = g_strdup_printf("%s/%02x", cache->folder, i);

		list_subfolder(path, entries);
	}
	*ret_bytes = 0;
	for (guint i = 0; i < entries->len; i++) {
		*ret_bytes += g_array_index(entries, Entry, i).size_bytes;
	}
	return entries;
}

static int
compare_use(const void *a, const void *b)
{
	int64_t first = ((const Entry *)a)->used_ns;
	int64_t second = ((const Entry *)b)->used_ns;

	return first < second ? -1 : first > second ? 1 : 0;
}

/* The lock is held. */
static void
purge(ArtCache *cache)
{
	int64_t used;
	GArray *entries = list_all(cache, &used);

	g_array_sort(entries, compare_use);
	for (guint i = 0; i < entries->len && used > cache->limit_bytes / 10 * 9; i++) {
		const Entry *entry = &g_array_index(entries, Entry, i);

		if (unlink(entry->path) == 0) {
			used -= entry->size_bytes;
		}
	}
	cache->used_bytes = used;
	g_array_unref(entries);
}

static void
account(ArtCache *cache, int64_t size_bytes)
{
	(void)pthread_mutex_lock(&cache->lock);
	if (cache->used_bytes == NEVER) {
		g_array_unref(list_all(cache, &cache->used_bytes)); /* the new one is in it */
	} else {
		cache->used_bytes += size_bytes;
	}
	if (cache->used_bytes > cache->limit_bytes) {
		purge(cache);
	}
	(void)pthread_mutex_unlock(&cache->lock);
}

/* Whole or not at all: a name of its own first. */
static bool
write_file(const char *path, GBytes *picture)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *scratch = g_strdup_printf("%s/.new-XXXXXX", folder);
	gsize len;
	const char *octets = g_bytes_get_data(picture, &len);

	if (g_mkdir_with_parents(folder, 0700) < 0) {
		return false;
	}
	avu_autofd int fd = g_mkstemp_full(scratch, O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0) {
		return false;
	}
	for (gsize at = 0; at < len;) {
		ssize_t n = write(fd, octets + at, len - at);

		if (n < 0 && errno != EINTR) {
			int code = errno;

			(void)unlink(scratch);
			errno = code;
			return false;
		}
		at += n > 0 ? (gsize)n : 0;
	}
	if (rename(scratch, path) < 0) {
		(void)unlink(scratch); /* errno of rename is told, as near as it gets */
		return false;
	}
	return true;
}

void
art_cache_put(ArtCache *cache, const char key[ART_KEY_LEN + 1], GBytes *picture)
{
	g_autofree char *path = path_of(cache, key);

	if ((int64_t)g_bytes_get_size(picture) > cache->limit_bytes) {
		return;
	}
	if (write_file(path, picture)) {
		account(cache, (int64_t)g_bytes_get_size(picture));
		return;
	}
	int code = errno;

	(void)pthread_mutex_lock(&cache->lock);
	if (!cache->told) {
		g_warning("thumbnails are made anew each time, %s cannot be written: %s",
			cache->folder, g_strerror(code));
	}
	cache->told = true;
	(void)pthread_mutex_unlock(&cache->lock);
}

bool
art_cache_is_hopeless(ArtCache *cache, const char key[ART_KEY_LEN + 1])
{
	(void)pthread_mutex_lock(&cache->lock);
	bool hopeless = g_hash_table_contains(cache->hopeless, key);

	(void)pthread_mutex_unlock(&cache->lock);
	return hopeless;
}

void
art_cache_give_up(ArtCache *cache, const char key[ART_KEY_LEN + 1])
{
	(void)pthread_mutex_lock(&cache->lock);
	if (g_hash_table_size(cache->hopeless) >= HOPELESS_MAX) {
		g_hash_table_remove_all(cache->hopeless); /* each costs one more try */
	}
	(void)g_hash_table_add(cache->hopeless, g_strdup(key));
	(void)pthread_mutex_unlock(&cache->lock);
}
