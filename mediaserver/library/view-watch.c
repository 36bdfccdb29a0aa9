/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folder of each file is watched; where it does not exist yet, the nearest one above it that does, and
 * from then on: at most one watch for each folder on the way to a file. Library's thread. */
#include "mediaserver/library/view-watch.h"

#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/fd.h>

#define MASK                                                                                \
	(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB | \
		IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
/* After the last notice: who saves a file by writing, renaming and removing is done by then. */
#define QUIET_NS (300 * AVU_NS_PER_MS)
/* At the latest so long after the first: in the same folder there may be no peace. */
#define LATEST_NS (2 * AVU_NS_PER_S)
#define BUFFER 16384

/* All 0: none that can be read. */
typedef struct {
	uint64_t device, inode;
	int64_t size, mtime_ns;
} Identity;

struct ViewWatch {
	int fd;
	char **paths;
	Identity *seen; /* of each path */
	int64_t first_ns, due_ns;
};

static Identity
identify(const char *path)
{
	struct stat st;

	if (access(path, R_OK) < 0 || stat(path, &st) < 0) {
		return (Identity){ 0 };
	}
	return (Identity){ st.st_dev, st.st_ino, st.st_size,
		(int64_t)st.st_mtim.tv_sec * AVU_NS_PER_S + st.st_mtim.tv_nsec };
}

/* Again after each change: a folder that was missing may be there, or gone. */
static void
watch_folders(ViewWatch *watch)
{
	for (char **path = watch->paths; *path != NULL; path++) {
		g_autofree char *folder = g_path_get_dirname(*path);

		while (inotify_add_watch(watch->fd, folder, MASK) < 0 && strlen(folder) > 1) {
			char *above = g_path_get_dirname(folder);

			g_free(folder);
			folder = above;
		}
	}
}

ViewWatch *
view_watch_new(const char *const *paths)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd < 0) {
		return NULL;
	}
	ViewWatch *watch = g_new0(ViewWatch, 1);

	watch->fd = fd;
	watch->paths = g_strdupv((char **)paths);
	watch->seen = g_new0(Identity, g_strv_length(watch->paths) + 1);
	watch->due_ns = AVU_TIME_NONE;
	watch_folders(watch);
	(void)view_watch_take(watch);
	return watch;
}

void
view_watch_free(ViewWatch *watch)
{
	if (watch != NULL) {
		avu_fd_cleanup(&watch->fd);
		g_strfreev(watch->paths);
		g_free(watch->seen);
		g_free(watch);
	}
}

int
view_watch_get_fd(const ViewWatch *watch)
{
	return watch->fd;
}

void
view_watch_read(ViewWatch *watch)
{
	char buffer[BUFFER];
	bool any = false;

	/* which one it was does not matter; what does not fit is read the next time */
	while (read(watch->fd, buffer, sizeof(buffer)) > 0) {
		any = true;
	}
	if (!any) {
		return;
	}
	const int64_t now_ns = avu_now_ns();

	if (watch->due_ns == AVU_TIME_NONE) {
		watch->first_ns = now_ns;
	}
	watch->due_ns = MIN(now_ns + QUIET_NS, watch->first_ns + LATEST_NS);
}

int64_t
view_watch_next_ns(const ViewWatch *watch)
{
	return watch->due_ns;
}

bool
view_watch_take(ViewWatch *watch)
{
	bool changed = false;

	watch->due_ns = AVU_TIME_NONE;
	watch_folders(watch);
	for (size_t i = 0; watch->paths[i] != NULL; i++) {
		const Identity now = identify(watch->paths[i]);

		changed |= memcmp(&now, &watch->seen[i], sizeof(now)) != 0;
		watch->seen[i] = now;
	}
	return changed;
}
