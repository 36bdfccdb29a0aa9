/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The descriptor that is compared is the one that is sent. Where a file system gives files new numbers after a
 * while, size and time must do, as in a scan. */
#include "mediaserver/delivery/current-file.h"

#include <errno.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/library/file-system.h"

#define STILL_WRITTEN_S 5
#define LOOK_US (20 * 1000)

bool
current_file_was_just_written(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	       avu_wall_ns() / AVU_NS_PER_S - st.st_mtim.tv_sec <= STILL_WRITTEN_S;
}

void
current_file_clear(CurrentFile *current)
{
	g_clear_pointer(&current->file, known_file_unref);
	avu_fd_cleanup(&current->fd);
}

static bool
has_its_number(const CurrentFile *current)
{
	return current->file->inode == (int64_t)current->st.st_ino ||
	       (file_system_get_traits(current->fd) & FILE_SYSTEM_NUMBERLESS) != 0;
}

static bool
is_as_probed(const CurrentFile *current)
{
	const CatalogueFile *file = current->file;
	const struct stat *st = &current->st;

	/* A track of a sheet: cut by a table that is made of the open file itself. */
	if (file->start_ns >= 0) {
		return true;
	}
	return (file->size_bytes < 0 || file->size_bytes == st->st_size) &&
	       file->mtime_ns == (int64_t)st->st_mtim.tv_sec * AVU_NS_PER_S + st->st_mtim.tv_nsec &&
	       has_its_number(current);
}

static bool
is_growing(const CurrentFile *current)
{
	const CatalogueFile *file = current->file;

	if (file->size_bytes == ITEM_SIZE_GROWS) {
		return has_its_number(current);
	}
	return file->start_ns < 0 && file->size_bytes >= 0 &&
	       current->st.st_size > file->size_bytes && has_its_number(current) &&
	       current_file_was_just_written(current->fd);
}

static AvuHttpResponse *
cannot_open(int errnum, const CatalogueFile *file)
{
	g_info("cannot open a shared file (%s): %s", file->mime, g_strerror(errnum));
	if (errnum == ENODEV) {
		return avu_http_response_new_error(503, "the disk of this file is away");
	}
	return errnum == EACCES || errnum == EPERM
		       ? avu_http_response_new_error(403, "the server may not read this file")
		       : avu_http_response_new_error(404, "the file is not there any more");
}

static AvuHttpResponse *
open_now(const CurrentFiles *files, int64_t id, CurrentFile *current)
{
	g_autoptr(GError) error = NULL;

	current->file = known_files_find(files->files, id, &error);
	if (current->file == NULL) {
		return g_error_matches(error, AVU_UPNP_ERROR, 701)
			       ? avu_http_response_new_error(404, "no such resource")
			       : avu_http_response_new_error(503, "the catalogue is busy");
	}
	const Root *root = roots_find(files->roots, current->file->root);

	current->fd = root != NULL ? root_open(root, current->file->path, 0) : -1;
	if (current->fd < 0 || fstat(current->fd, &current->st) < 0) {
		return cannot_open(root != NULL ? errno : ENOENT, current->file);
	}
	return S_ISREG(current->st.st_mode) ? NULL : cannot_open(ENOENT, current->file);
}

static void
have_looked_at(const CurrentFiles *files, const CurrentFile *current)
{
	if (files->touch != NULL) {
		files->touch(current->file->root, current->file->path, current->growing,
			files->touch_data);
	}
}

AvuHttpResponse *
current_file_open(const CurrentFiles *files, int64_t id, int64_t wait_ns, CurrentFile *ret_file)
{
	const int64_t deadline_ns = avu_now_ns() + wait_ns;

	for (bool touched = false;; touched = true) {
		g_auto(CurrentFile) current = CURRENT_FILE_NONE;
		AvuHttpResponse *wrong = open_now(files, id, &current);

		if (wrong != NULL) {
			return wrong;
		}
		current.growing = is_growing(&current);
		if (current.growing && current.file->size_bytes >= 0) { /* lists say otherwise */
			have_looked_at(files, &current);
		}
		if (current.growing || is_as_probed(&current)) {
			*ret_file = current;
			current = (CurrentFile)CURRENT_FILE_NONE;
			return NULL;
		}
		if (avu_now_ns() >= deadline_ns) {
			break;
		}
		if (!touched) {
			have_looked_at(files, &current);
		}
		g_usleep(LOOK_US); /* of the client's own thread */
	}
	AvuHttpResponse *later = avu_http_response_new_error(
		503, "the file has just changed and is being looked at");

	avu_http_response_set_header(later, "Retry-After", "2");
	return later;
}
