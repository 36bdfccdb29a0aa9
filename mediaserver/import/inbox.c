/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is promised: names, the hidden file that collects octets, quota, what is overdue. Any thread
 * that may wait; the table is under the lock, the disk and the catalogue are not. Limits:
 * INBOX_PROMISES_MAX at once, the quota of the settings. */
#include "mediaserver/import/inbox-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/hash.h>

#include "mediaserver/import/file-name.h"

#define NAMES_MAX 100 /* tries for one that is free */
#define PEER_BITS 32
#define FILE_MODE 0644

static int64_t
now_s(void)
{
	return avu_wall_ns() / AVU_NS_PER_S;
}

static uint32_t
hash_peer(const AvuAddress *peer)
{
	g_autofree char *text = peer != NULL ? avu_address_format(peer) : NULL;

	return text != NULL ? (uint32_t)avu_hash_strings(PEER_BITS, text, NULL) | 1 : 0;
}

bool
inbox_is_peer(const Promised *promised, const AvuAddress *peer)
{
	return peer == NULL || promised->peer == 0 || promised->peer == hash_peer(peer);
}

char *
inbox_name_part(const Promised *promised)
{
	return g_strdup_printf(
		PART_PREFIX "%015" G_GINT64_MODIFIER "x-%08x.part", promised->item, promised->peer);
}

void
inbox_place_clear(InboxPlace *place)
{
	g_clear_pointer(&place->folder, g_free);
	g_clear_pointer(&place->name, g_free);
}

bool
inbox_find_place(Inbox *inbox, int64_t item, InboxPlace *ret_place, GError **error)
{
	g_auto(CatalogueFile) file = { 0 };

	if (!catalogue_find_file(inbox->catalogue, item, &file, error)) {
		return false;
	}
	const char *slash = strrchr(file.path, '/');

	ret_place->root = roots_find(inbox->roots, file.root);
	ret_place->folder =
		slash != NULL ? g_strndup(file.path, (size_t)(slash - file.path)) : g_strdup("");
	ret_place->name = g_strdup(slash != NULL ? slash + 1 : file.path);
	if (ret_place->root == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "its folder is not shared now");
	}
	return ret_place->root != NULL;
}

int
inbox_open_folder(const InboxPlace *place, GError **error)
{
	int fd = root_open(place->root, place->folder, O_DIRECTORY);

	if (fd < 0) {
		avu_set_errno(error, errno, "the folder of an upload");
	}
	return fd;
}

Promised *
inbox_find_locked(Inbox *inbox, int64_t item)
{
	return g_hash_table_lookup(inbox->promised, &item);
}

static Promised *
add_locked(Inbox *inbox, int64_t item, uint32_t peer)
{
	Promised *promised = g_new0(Promised, 1);

	promised->item = item;
	promised->peer = peer;
	(void)g_hash_table_replace(inbox->promised, &promised->item, promised);
	return promised;
}

/* Start: what was promised before */

/* Whose it is stands in the name of the part. */
static void
look_for_part(Inbox *inbox, const OverlayPromise *promise)
{
	const Root *root = roots_find(inbox->roots, promise->root);
	const char *slash = strrchr(promise->path, '/');
	g_autofree char *folder =
		slash != NULL ? g_strndup(promise->path, (size_t)(slash - promise->path))
			      : g_strdup("");
	g_autofree char *head =
		g_strdup_printf(PART_PREFIX "%015" G_GINT64_MODIFIER "x-", promise->item);
	Promised *promised = add_locked(inbox, promise->item, 0);
	int fd = root != NULL ? root_open(root, folder, O_DIRECTORY) : -1;
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		guint64 peer;
		struct stat st;

		if (!g_str_has_prefix(entry->d_name, head) ||
			fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			continue;
		}
		g_autofree char *digits = g_strndup(entry->d_name + strlen(head), 8);

		if (g_ascii_string_to_unsigned(digits, 16, 0, UINT32_MAX, &peer, NULL)) {
			promised->peer = (uint32_t)peer;
			promised->bytes = (uint64_t)st.st_size;
			inbox->partial_bytes += promised->bytes;
		}
	}
	if (dir != NULL) {
		(void)closedir(dir);
	} else if (fd >= 0) {
		(void)close(fd);
	}
}

static void
load_promise(const OverlayPromise *promise, void *data)
{
	look_for_part(data, promise);
}

Inbox *
inbox_new(Catalogue *catalogue, State *state, const Roots *roots, const Rules *rules,
	void (*touch)(const char *root, const char *path, void *data), void (*changed)(void *data),
	void *data)
{
	Inbox *inbox = g_new0(Inbox, 1);
	pthread_condattr_t attributes;
	g_autoptr(GError) error = NULL;

	*inbox = (Inbox){ .catalogue = catalogue,
		.state = state,
		.roots = roots,
		.rules = rules,
		.touch = touch,
		.tell = changed,
		.data = data };
	(void)pthread_mutex_init(&inbox->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&inbox->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	inbox->promised = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	inbox_load_stored(inbox);
	if (!overlay_list_promises(catalogue, load_promise, inbox, &error)) {
		g_warning("unfinished uploads are not known: %s", error->message);
	}
	return inbox;
}

void
inbox_free(Inbox *inbox)
{
	if (inbox == NULL) {
		return;
	}
	g_hash_table_unref(inbox->promised);
	(void)pthread_cond_destroy(&inbox->changed);
	(void)pthread_mutex_destroy(&inbox->lock);
	g_free(inbox);
}

/* Promises */

static bool
is_free(int folder, const char *name)
{
	struct stat st;

	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT;
}

static bool
make_part(int folder, const Promised *promised, GError **error)
{
	g_autofree char *name = inbox_name_part(promised);
	avu_autofd int fd =
		openat(folder, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);

	if (fd < 0) {
		avu_set_errno(error, errno, "a file for an upload");
	}
	return fd >= 0;
}

/* Names that are free on the disk, until one is free in the catalogue, too. */
static bool
promise_a_name(Inbox *inbox, const CatalogueFolder *folder, int fd, Item *item, const char *title,
	const char *extension, char **ret_name, GError **error)
{
	for (unsigned n = 1; n <= NAMES_MAX; n++) {
		g_autofree char *name = file_name_make(title, extension, n);
		g_autoptr(GError) problem = NULL;

		if (!is_free(fd, name)) {
			continue;
		}
		item->name = name;
		if (overlay_promise(inbox->catalogue, folder, item,
			    now_s() + rules_get_wait_s(inbox->rules), &problem)) {
			*ret_name = g_steal_pointer(&name);
			return true;
		}
		if (!g_error_matches(problem, AVU_ERROR, AVU_ERROR_BUSY)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return false;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "no name is free for '%.64s'", title);
	return false;
}

static bool
has_room(Inbox *inbox, GError **error)
{
	(void)pthread_mutex_lock(&inbox->lock);
	const bool room = g_hash_table_size(inbox->promised) < INBOX_PROMISES_MAX;

	(void)pthread_mutex_unlock(&inbox->lock);
	if (!room) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"%d objects are waiting for their content", INBOX_PROMISES_MAX);
	}
	return room;
}

bool
inbox_promise(Inbox *inbox, const CatalogueFolder *folder, Item *item, const char *title,
	const char *extension, const AvuAddress *peer, char **ret_name, GError **error)
{
	const InboxPlace place = { roots_find(inbox->roots, folder->root), (char *)folder->path,
		NULL };
	avu_autofd int fd = place.root != NULL && has_room(inbox, error)
				    ? inbox_open_folder(&place, error)
				    : -1;

	if (fd < 0 || !promise_a_name(inbox, folder, fd, item, title, extension, ret_name, error)) {
		return false;
	}
	(void)pthread_mutex_lock(&inbox->lock);
	const Promised promised = *add_locked(inbox, item->id, hash_peer(peer));

	(void)pthread_mutex_unlock(&inbox->lock);
	item->name = *ret_name;
	if (!make_part(fd, &promised, error)) {
		g_clear_pointer(ret_name, g_free);
		(void)inbox_drop(inbox, item->id, NULL); /* the first error counts */
		return false;
	}
	return true;
}

bool
inbox_get_uploaded(Inbox *inbox, int64_t item, uint64_t *ret_bytes)
{
	(void)pthread_mutex_lock(&inbox->lock);
	const Promised *promised = inbox_find_locked(inbox, item);

	if (promised != NULL) {
		*ret_bytes = promised->bytes;
	}
	(void)pthread_mutex_unlock(&inbox->lock);
	return promised != NULL;
}

static void
remove_part(Inbox *inbox, const Promised *promised)
{
	g_auto(InboxPlace) place = { NULL };
	g_autofree char *name = inbox_name_part(promised);
	avu_autofd int fd = inbox_find_place(inbox, promised->item, &place, NULL)
				    ? inbox_open_folder(&place, NULL)
				    : -1;

	if (fd >= 0 && unlinkat(fd, name, 0) < 0 && errno != ENOENT) {
		g_info("the rest of an upload stays: %s", g_strerror(errno));
	}
}

bool
inbox_drop(Inbox *inbox, int64_t item, GError **error)
{
	Promised gone = { .item = item };

	(void)pthread_mutex_lock(&inbox->lock);
	const Promised *promised = inbox_find_locked(inbox, item);

	if (promised != NULL) {
		gone = *promised;
		inbox->partial_bytes -= MIN(gone.bytes, inbox->partial_bytes);
		(void)g_hash_table_remove(inbox->promised, &item);
	}
	(void)pthread_mutex_unlock(&inbox->lock);
	/* the part first: what is left of a crash between is found by its promise */
	remove_part(inbox, &gone);
	return overlay_drop_promise(inbox->catalogue, item, error);
}

/* Overdue */

/* What a look at all promises finds. */
typedef struct {
	GArray *overdue;  /* int64_t */
	GHashTable *kept; /* int64_t: promised still */
} Promises;

static void
collect_promise(const OverlayPromise *promise, void *data)
{
	Promises *promises = data;

	(void)g_hash_table_add(promises->kept, g_memdup2(&promise->item, sizeof(promise->item)));
	if (promise->expires_s <= now_s()) {
		g_array_append_val(promises->overdue, promise->item);
	}
}

static bool
is_idle(Inbox *inbox, int64_t item)
{
	(void)pthread_mutex_lock(&inbox->lock);
	const Promised *promised = inbox_find_locked(inbox, item);
	const bool idle = promised == NULL || !promised->open;

	(void)pthread_mutex_unlock(&inbox->lock);
	return idle;
}

/* Those that nobody sends now. */
static GArray *
list_idle(Inbox *inbox)
{
	GArray *items = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GHashTableIter iter;
	void *promised;

	(void)pthread_mutex_lock(&inbox->lock);
	g_hash_table_iter_init(&iter, inbox->promised);
	while (g_hash_table_iter_next(&iter, NULL, &promised)) {
		if (!((const Promised *)promised)->open) {
			g_array_append_val(items, ((const Promised *)promised)->item);
		}
	}
	(void)pthread_mutex_unlock(&inbox->lock);
	return items;
}

/* Its file was there already when the server ended without having said so: it is an item like any other. */
static void
forget_kept(Inbox *inbox, const GArray *idle, GHashTable *kept)
{
	(void)pthread_mutex_lock(&inbox->lock);
	for (guint i = 0; i < idle->len; i++) {
		const int64_t item = g_array_index(idle, int64_t, i);
		const Promised *promised = inbox_find_locked(inbox, item);

		if (promised != NULL && !promised->open && !g_hash_table_contains(kept, &item)) {
			inbox->partial_bytes -= MIN(promised->bytes, inbox->partial_bytes);
			(void)g_hash_table_remove(inbox->promised, &item);
		}
	}
	(void)pthread_mutex_unlock(&inbox->lock);
}

static void
drop_overdue(Inbox *inbox, const GArray *overdue)
{
	for (guint i = 0; i < overdue->len; i++) {
		const int64_t item = g_array_index(overdue, int64_t, i);
		g_autoptr(GError) problem = NULL;

		if (is_idle(inbox, item) && !inbox_drop(inbox, item, &problem)) {
			g_info("an unfinished upload stays: %s", problem->message);
		}
	}
	if (overdue->len > 0) {
		inbox->tell(inbox->data);
	}
}

void
inbox_expire(Inbox *inbox)
{
	g_autoptr(GArray) idle = list_idle(inbox);
	g_autoptr(GArray) overdue = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GHashTable) kept =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autoptr(GError) error = NULL;
	Promises promises = { overdue, kept };

	if (idle->len == 0) {
		return;
	}
	/* in this order: what is in our list was in that one before */
	if (!overlay_list_promises(inbox->catalogue, collect_promise, &promises, &error)) {
		g_info("unfinished uploads are not known now: %s", error->message);
		return;
	}
	forget_kept(inbox, idle, kept);
	drop_overdue(inbox, overdue);
}

/* Waiting for the catalogue */

void
inbox_catalogue_changed(Inbox *inbox)
{
	(void)pthread_mutex_lock(&inbox->lock);
	inbox->generation++;
	(void)pthread_cond_broadcast(&inbox->changed);
	(void)pthread_mutex_unlock(&inbox->lock);
}

void
inbox_close(Inbox *inbox)
{
	(void)pthread_mutex_lock(&inbox->lock);
	inbox->closed = true;
	(void)pthread_cond_broadcast(&inbox->changed);
	(void)pthread_mutex_unlock(&inbox->lock);
}

static unsigned
get_generation(Inbox *inbox)
{
	(void)pthread_mutex_lock(&inbox->lock);
	const unsigned generation = inbox->generation;

	(void)pthread_mutex_unlock(&inbox->lock);
	return generation;
}

/* @return false: nothing changed in time */
static bool
wait_for_change(Inbox *inbox, unsigned generation, const struct timespec *until)
{
	int problem = 0;

	(void)pthread_mutex_lock(&inbox->lock);
	while (inbox->generation == generation && !inbox->closed && problem == 0) {
		problem = pthread_cond_timedwait(&inbox->changed, &inbox->lock, until);
	}
	problem = inbox->closed ? ETIMEDOUT : problem;
	(void)pthread_mutex_unlock(&inbox->lock);
	return problem == 0;
}

bool
inbox_settle(Inbox *inbox, bool (*done)(void *data), void *data)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until); /* that of changed */
	until.tv_sec += INBOX_SETTLE_NS / AVU_NS_PER_S;
	for (;;) {
		const unsigned generation = get_generation(inbox);

		if (done(data)) {
			return true;
		}
		if (!wait_for_change(inbox, generation, &until)) {
			return done(data);
		}
	}
}

typedef struct {
	Inbox *inbox;
	int64_t item;
	CatalogueFile *file;
	bool known;
	GError **error;
} Search;

static bool
is_found(void *data)
{
	Search *search = data;

	catalogue_file_clear(search->file);
	g_clear_error(search->error);
	search->known = catalogue_find_file(
		search->inbox->catalogue, search->item, search->file, search->error);
	if (!search->known) {
		return true; /* nothing to wait for */
	}
	const Root *root = roots_find(search->inbox->roots, search->file->root);
	avu_autofd int fd = root != NULL ? root_open(root, search->file->path, 0) : -1;

	return fd >= 0 || root == NULL || errno != ENOENT;
}

bool
inbox_find_file(Inbox *inbox, int64_t item, CatalogueFile *ret_file, GError **error)
{
	g_autoptr(GError) problem = NULL;
	Search search = { inbox, item, ret_file, false, &problem };

	*ret_file = (CatalogueFile){ 0 };
	if (!inbox_settle(inbox, is_found, &search)) {
		g_debug("a file is not where the library saw it");
	}
	if (!search.known) {
		g_propagate_error(error, g_steal_pointer(&problem));
	}
	return search.known;
}
