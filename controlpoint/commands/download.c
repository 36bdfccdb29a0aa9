/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fetching a resource, going on where an earlier run ended. The transfer blocks the only thread there
 * is; Ctrl-C ends the program, and the part that came is on the disk. Main thread. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/http-download.h>
#include <av-upnp/media-request.h>
#include <av-upnp/text.h>

#include "commands/download.h"

#define CONNECT_NS (10 * AVU_NS_PER_S)
#define STALL_NS (30 * AVU_NS_PER_S)
#define MORE_BYTES \
	(16 * 1024 * 1024) /* beyond twice the size that was listed, which may be a guess */

typedef struct {
	int fd;
	uint64_t offset; /* where the next octet goes */
	int64_t size_bytes;
	int64_t listed_bytes; /* -1: not known */
	uint64_t max_bytes;
	bool restart; /* the server does not go on: from the first octet */
	Progress *progress;
	GError *error;
} Download;

static void
set_errno(GError **error, const char *what)
{
	g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "%s: %s", what, g_strerror(errno));
}

static bool
check_size(Download *download, uint64_t bytes)
{
	if (bytes <= download->max_bytes) {
		return true;
	}
	g_clear_error(&download->error);
	g_set_error(&download->error, AVU_ERROR, AVU_ERROR_LIMIT,
		"it is larger than the %" G_GUINT64_FORMAT " octets that are fetched",
		download->max_bytes);
	return false;
}

static bool
on_head(const AvuStreamHead *head, void *data)
{
	Download *download = data;

	if (head->offset != download->offset) {
		download->restart = true;
		return false;
	}
	download->size_bytes = head->total_bytes;
	if (head->total_bytes < 0 && download->listed_bytes >= 0 &&
		download->listed_bytes < INT64_MAX / 4) {
		download->max_bytes =
			MIN(download->max_bytes, 2 * (uint64_t)download->listed_bytes + MORE_BYTES);
	}
	if (head->total_bytes >= 0 && !check_size(download, (uint64_t)head->total_bytes)) {
		return false;
	}
	if (download->progress != NULL) {
		progress_start(download->progress, download->offset, head->total_bytes);
	}
	return true;
}

static bool
on_body(const char *octets, size_t len, void *data)
{
	Download *download = data;

	if (!check_size(download, download->offset + len)) {
		return false;
	}
	while (len > 0) {
		const ssize_t n = write(download->fd, octets, len);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			set_errno(&download->error, "cannot write");
			return false;
		}
		octets += n;
		len -= (size_t)n;
		download->offset += (uint64_t)n;
	}
	if (download->progress != NULL) {
		progress_update(download->progress, download->offset);
	}
	return true;
}

/* One request, from download->offset on. */
static bool
run(Session *session, const char *url, Download *download, GError **error)
{
	g_autofree char *name = g_strconcat("avcp on ", g_get_host_name(), NULL);
	const AvuMediaRequest copy = { .url = url, .background = true, .name = name };
	g_auto(GStrv) headers = avu_media_request_headers(&copy);
	g_autofree char *who = avu_media_request_who(&copy);
	const AvuDownload request = { .url = url,
		.offset = download->offset,
		.headers = (const char *const *)headers,
		.private_header = who,
		.redirects = 0,
		.head_timeout_ns = CONNECT_NS,
		.stall_timeout_ns = STALL_NS,
		.head = on_head,
		.body = on_body,
		.data = download };
	const bool good = avu_http_download(session_get_policy(session), &request, error);

	if (download->progress != NULL) {
		progress_end(download->progress);
	}
	if (download->error != NULL) {
		g_clear_error(error);
		g_propagate_error(error, g_steal_pointer(&download->error));
		return false;
	}
	return good;
}

bool
download_to_fd(Session *session, const char *url, int fd, Progress *progress, GError **error)
{
	Download download = {
		.fd = fd, .listed_bytes = -1, .max_bytes = UINT64_MAX, .progress = progress
	};

	return run(session, url, &download, error);
}

static bool
start_again(Download *download, GError **error)
{
	download->restart = false;
	download->offset = 0;
	if (ftruncate(download->fd, 0) != 0 || lseek(download->fd, 0, SEEK_SET) != 0) {
		set_errno(error, "cannot start again");
		return false;
	}
	return true;
}

static bool
fetch_part(Session *session, const char *url, Download *download, GError **error)
{
	g_autoptr(GError) trouble = NULL;

	if (run(session, url, download, &trouble)) {
		return true;
	}
	if (!download->restart) {
		g_propagate_error(error, g_steal_pointer(&trouble));
		return false;
	}
	return start_again(download, error) && run(session, url, download, error);
}

/* The part that is there, if it can be the beginning of a resource of that size. */
static bool
open_part(const char *path, int64_t size_bytes, Download *download, GError **error)
{
	struct stat st;

	download->fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (download->fd < 0 || fstat(download->fd, &st) != 0) {
		g_autofree char *shown = avu_text_for_display(path, 200);

		set_errno(error, shown);
		return false;
	}
	if (size_bytes < 0 || st.st_size >= size_bytes) {
		return start_again(download, error);
	}
	download->offset = (uint64_t)st.st_size;
	if (lseek(download->fd, 0, SEEK_END) < 0) {
		set_errno(error, path);
		return false;
	}
	return true;
}

/* What came under its name. Not every file system knows how to leave alone what has come up there meanwhile. */
static bool
put_in_place(const char *part, const char *path, bool replace, GError **error)
{
	int done = replace ? rename(part, path)
			   : renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE);

	if (done != 0 && !replace && (errno == EINVAL || errno == ENOSYS)) {
		done = rename(part, path);
	}
	if (done != 0) {
		g_autofree char *shown = avu_text_for_display(path, 200);

		set_errno(error, shown);
	}
	return done == 0;
}

bool
download_to_file(Session *session, const char *url, const char *path, bool replace,
	int64_t size_bytes, uint64_t max_bytes, Progress *progress, uint64_t *ret_had,
	GError **error)
{
	g_autofree char *part = g_strconcat(path, ".part", NULL);
	Download download = {
		.fd = -1, .listed_bytes = size_bytes, .max_bytes = max_bytes, .progress = progress
	};
	struct stat st;

	if (size_bytes >= 0 && stat(path, &st) == 0 && st.st_size == size_bytes) {
		*ret_had = (uint64_t)size_bytes;
		return true;
	}
	bool good = open_part(part, size_bytes, &download, error);

	*ret_had = download.offset;
	good = good && fetch_part(session, url, &download, error);
	if (good && download.size_bytes >= 0 && download.offset != (uint64_t)download.size_bytes) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"the server ended before the last octet; run it again to go on");
		good = false;
	}
	if (download.fd >= 0 && close(download.fd) != 0 && good) {
		set_errno(error, part);
		good = false;
	}
	return good && put_in_place(part, path, replace, error);
}
