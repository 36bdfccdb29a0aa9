/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One inotify descriptor; a table from its watch numbers to paths. A renamed folder keeps its watch
 * and those below it, so their paths are changed here. What the kernel gives (names, cookies) is
 * believed; what it loses is told as overflow. Library's thread. */
#include "mediaserver/library/watch.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>

#define MASK                                                                                \
	(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB | \
		IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK)
#define BUFFER (64 * 1024)
/* So many buffers before what was noticed is handled. */
#define READS_MAX 64
/* First halves of renames that wait for their second; who never moves in leaves it here. */
#define LEFT_MAX 256

typedef struct {
	int number;
	unsigned root;
	char *path;
} Node;

typedef struct {
	uint32_t cookie; /* 0: free */
	unsigned root;
	char *path;
	bool is_folder;
	bool old; /* was there at the last read: its second half is not to come */
} Left;

struct Watch {
	int fd;
	GHashTable *nodes; /* number → Node */
	Left left[LEFT_MAX];
	unsigned next_left;
};

static void
node_free(void *data)
{
	Node *node = data;

	g_free(node->path);
	g_free(node);
}

Watch *
watch_new(GError **error)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"the kernel tells this program of no changes (%s); more"
			" fs.inotify.max_user_instances may help",
			g_strerror(errno));
		return NULL;
	}
	Watch *watch = g_new0(Watch, 1);

	watch->fd = fd;
	watch->nodes = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, node_free);
	return watch;
}

static void
left_clear(Left *left)
{
	g_clear_pointer(&left->path, g_free);
	left->cookie = 0;
}

void
watch_free(Watch *watch)
{
	if (watch == NULL) {
		return;
	}
	for (size_t i = 0; i < LEFT_MAX; i++) {
		left_clear(&watch->left[i]);
	}
	g_hash_table_unref(watch->nodes);
	avu_fd_cleanup(&watch->fd);
	g_free(watch);
}

int
watch_get_fd(const Watch *watch)
{
	return watch->fd;
}

size_t
watch_get_n(const Watch *watch)
{
	return g_hash_table_size(watch->nodes);
}

bool
watch_add(Watch *watch, int fd, unsigned root, const char *path, GError **error)
{
	char held[32]; /* the folder that is open, wherever it is by now */

	(void)g_snprintf(held, sizeof(held), "/proc/self/fd/%d/", fd);
	int number = inotify_add_watch(watch->fd, held, MASK);

	if (number < 0) {
		g_set_error(error, AVU_ERROR,
			errno == ENOSPC || errno == ENOMEM ? AVU_ERROR_LIMIT : AVU_ERROR_IO,
			"after %u folders: %s", g_hash_table_size(watch->nodes),
			errno == ENOSPC ? "fs.inotify.max_user_watches allows no more"
					: g_strerror(errno));
		return false;
	}
	Node *node = g_hash_table_lookup(watch->nodes, GINT_TO_POINTER(number));

	if (node == NULL) {
		node = g_new0(Node, 1);
		node->number = number;
		(void)g_hash_table_insert(watch->nodes, GINT_TO_POINTER(number), node);
	}
	if (node->root != root || g_strcmp0(node->path, path) != 0) {
		g_free(node->path);
		node->path = g_strdup(path);
		node->root = root;
	}
	return true;
}

/* @return what follows folder in path, "" or "/…"; NULL: it is not in there */
static const char *
below(const Node *node, unsigned root, const char *folder)
{
	size_t len = strlen(folder);

	if (node->root != root) {
		return NULL;
	}
	if (len == 0) {
		return node->path;
	}
	return strncmp(node->path, folder, len) == 0 &&
			       (node->path[len] == '/' || node->path[len] == '\0')
		       ? node->path + len
		       : NULL;
}

void
watch_forget(Watch *watch, unsigned root, const char *path)
{
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, watch->nodes);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Node *node = value;

		if (below(node, root, path) != NULL) {
			/* gone already when the folder is */
			(void)inotify_rm_watch(watch->fd, node->number);
			g_hash_table_iter_remove(&iter);
		}
	}
}

static void
rename_nodes(Watch *watch, const Left *from, unsigned to_root, const char *to)
{
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, watch->nodes);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		Node *node = value;
		const char *rest = below(node, from->root, from->path);

		if (rest != NULL) {
			char *path = g_strconcat(to, rest, NULL);

			g_free(node->path);
			node->path = path;
			node->root = to_root;
		}
	}
}

static void
remember_left(Watch *watch, const Node *node, char *path, const struct inotify_event *event)
{
	Left *left = &watch->left[watch->next_left++ % LEFT_MAX];

	left_clear(left);
	left->cookie = event->cookie;
	left->root = node->root;
	left->path = path;
	left->is_folder = (event->mask & IN_ISDIR) != 0;
	left->old = false;
}

static void
pair(Watch *watch, unsigned root, const char *path, uint32_t cookie, const WatchListener *listener,
	void *user_data)
{
	for (size_t i = 0; cookie != 0 && i < LEFT_MAX; i++) {
		Left *left = &watch->left[i];

		if (left->cookie == cookie) {
			listener->renamed(left->root, left->path, root, path, user_data);
			if (left->is_folder) {
				rename_nodes(watch, left, root, path);
			}
			left_clear(left);
			return;
		}
	}
}

/* Folders that left the watched ones altogether are watched no more. */
static void
give_up_left(Watch *watch)
{
	for (size_t i = 0; i < LEFT_MAX; i++) {
		Left *left = &watch->left[i];

		if (left->cookie != 0 && left->old) {
			if (left->is_folder) {
				watch_forget(watch, left->root, left->path);
			}
			left_clear(left);
		}
		left->old = true;
	}
}

static const struct {
	uint32_t bit;
	WatchEvent event;
} events[] = {
	{ IN_MOVED_FROM, WATCH_GONE },
	{ IN_DELETE, WATCH_GONE },
	{ IN_MOVED_TO, WATCH_ARRIVED },
	{ IN_CREATE, WATCH_CREATED },
	{ IN_CLOSE_WRITE, WATCH_WRITTEN },
	{ IN_ATTRIB, WATCH_TOUCHED },
};

static void
handle(Watch *watch, const struct inotify_event *event, const WatchListener *listener,
	void *user_data)
{
	Node *node = g_hash_table_lookup(watch->nodes, GINT_TO_POINTER(event->wd));

	if ((event->mask & IN_Q_OVERFLOW) != 0) {
		listener->overflowed(user_data);
		return;
	}
	if (node == NULL) {
		return; /* forgotten, with notices on the way */
	}
	if ((event->mask & IN_IGNORED) != 0) {
		(void)g_hash_table_remove(watch->nodes, GINT_TO_POINTER(event->wd));
		return;
	}
	if (event->len == 0 || event->name[0] == '\0') {
		return; /* of the folder itself: its own folder tells, too */
	}
	g_autofree char *path = node->path[0] != '\0'
					? g_strconcat(node->path, "/", event->name, NULL)
					: g_strdup(event->name);

	if ((event->mask & IN_MOVED_TO) != 0) {
		pair(watch, node->root, path, event->cookie, listener, user_data);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
		if ((event->mask & events[i].bit) != 0) {
			listener->changed(node->root, node->path, event->name,
				(event->mask & IN_ISDIR) != 0, events[i].event, user_data);
		}
	}
	if ((event->mask & IN_MOVED_FROM) != 0) {
		remember_left(watch, node, g_steal_pointer(&path), event);
	}
}

void
watch_read(Watch *watch, const WatchListener *listener, void *user_data)
{
	g_autofree char *buffer = g_malloc(BUFFER); /* aligned for anything */

	give_up_left(watch);
	for (unsigned reads = 0; reads < READS_MAX; reads++) {
		ssize_t n = read(watch->fd, buffer, BUFFER);

		if (n <= 0) {
			return; /* EAGAIN; of others the next read tells again */
		}
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *event = (const void *)(buffer + at);

			handle(watch, event, listener, user_data);
			at += (ssize_t)sizeof(*event) + event->len;
		}
	}
}
