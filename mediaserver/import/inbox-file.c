/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One upload under way: octets into the hidden file, at the end synced and named. Each belongs to the
 * thread that opened it; the quota is under the inbox's lock. */
#include "mediaserver/import/inbox-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/import/new-name.h"

#define FILE_MODE 0644

struct InboxFile {
	Inbox *inbox;
	int64_t item;
	InboxPlace place;
	char *part;
	int folder, fd;
	bool finished;
};

static uint64_t
room_locked(const Inbox *inbox)
{
	const uint64_t quota = rules_get_quota_bytes(inbox->rules);
	const uint64_t used = inbox->stored_bytes + inbox->partial_bytes;

	return quota > used ? quota - used : 0;
}

static bool
refuse(AvuError code, const char *what, GError **error)
{
	g_set_error(error, AVU_ERROR, (int)code, "%s", what);
	return false;
}

/* Reserves the item for this upload. The lock is held. */
static bool
take_locked(Inbox *inbox, int64_t item, const AvuAddress *peer, uint64_t offset, uint64_t length,
	GError **error)
{
	Promised *promised = inbox_find_locked(inbox, item);

	if (promised == NULL) {
		return refuse(AVU_ERROR_NOT_FOUND, "nothing is waited for there", error);
	}
	if (!inbox_is_peer(promised, peer)) {
		return refuse(AVU_ERROR_DENIED, "it was announced by somebody else", error);
	}
	if (promised->open) {
		return refuse(AVU_ERROR_BUSY, "it is being sent already", error);
	}
	if (offset != 0 && offset != promised->bytes) {
		return refuse(AVU_ERROR_SYNTAX, "another part of it is there", error);
	}
	/* from the start: what is there goes */
	const uint64_t again = offset == 0 ? promised->bytes : 0;
	const uint64_t room = room_locked(inbox) + again;

	if (room == 0 || (length != UINT64_MAX && length > room)) {
		return refuse(AVU_ERROR_LIMIT, "more than may be uploaded", error);
	}
	inbox->partial_bytes -= MIN(again, inbox->partial_bytes);
	promised->bytes -= again;
	promised->open = true;
	return true;
}

/* From now on the rest has its time to come. */
static bool
extend(const InboxFile *file, GError **error)
{
	return overlay_extend_promise(file->inbox->catalogue, file->item,
		avu_wall_ns() / AVU_NS_PER_S + rules_get_resume_s(file->inbox->rules), error);
}

/* What is told to be there is so much less. */
static void
uncount(InboxFile *file, uint64_t len)
{
	Inbox *inbox = file->inbox;

	(void)pthread_mutex_lock(&inbox->lock);
	Promised *promised = inbox_find_locked(inbox, file->item);

	if (promised != NULL) {
		inbox->partial_bytes -= MIN(len, inbox->partial_bytes);
		promised->bytes -= MIN(len, promised->bytes);
	}
	(void)pthread_mutex_unlock(&inbox->lock);
}

/* Somebody may have cut or removed it: what follows would come behind a hole. */
static bool
has_all_before(InboxFile *file, uint64_t offset, GError **error)
{
	struct stat st;

	if (fstat(file->fd, &st) < 0) {
		avu_set_errno(error, errno, "a file for an upload");
		return false;
	}
	if ((uint64_t)st.st_size < offset) {
		uncount(file, offset - (uint64_t)st.st_size);
		return refuse(AVU_ERROR_SYNTAX, "less of it is there", error);
	}
	return true;
}

static bool
open_part(InboxFile *file, uint64_t offset, GError **error)
{
	Inbox *inbox = file->inbox;

	if (!inbox_find_place(inbox, file->item, &file->place, error)) {
		return false;
	}
	file->folder = inbox_open_folder(&file->place, error);
	if (file->folder < 0) {
		return false;
	}
	file->fd = openat(
		file->folder, file->part, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (file->fd >= 0 && !has_all_before(file, offset, error)) {
		return false;
	}
	if (file->fd < 0 || ftruncate(file->fd, (off_t)offset) < 0 ||
		lseek(file->fd, 0, SEEK_END) < 0) {
		avu_set_errno(error, errno, "a file for an upload");
		return false;
	}
	return extend(file, error);
}

InboxFile *
inbox_open(Inbox *inbox, int64_t item, const AvuAddress *peer, uint64_t offset, uint64_t length,
	GError **error)
{
	g_autoptr(InboxFile) file = NULL;
	g_autoptr(GError) problem = NULL;

	(void)pthread_mutex_lock(&inbox->lock);
	bool taken = take_locked(inbox, item, peer, offset, length, &problem);

	if (g_error_matches(problem, AVU_ERROR, AVU_ERROR_LIMIT)) {
		(void)pthread_mutex_unlock(&inbox->lock);
		(void)inbox_recount(inbox); /* not due: the answer stays what it is */
		g_clear_error(&problem);
		(void)pthread_mutex_lock(&inbox->lock);
		taken = take_locked(inbox, item, peer, offset, length, &problem);
	}
	if (taken) {
		file = g_new0(InboxFile, 1);
		file->inbox = inbox;
		file->item = item;
		file->folder = file->fd = -1;
		file->part = inbox_name_part(inbox_find_locked(inbox, item));
	}
	(void)pthread_mutex_unlock(&inbox->lock);
	if (problem != NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
	}
	return file != NULL && open_part(file, offset, error) ? g_steal_pointer(&file) : NULL;
}

uint64_t
inbox_file_get_room(InboxFile *file)
{
	(void)pthread_mutex_lock(&file->inbox->lock);
	const uint64_t room = room_locked(file->inbox);

	(void)pthread_mutex_unlock(&file->inbox->lock);
	return room;
}

/* Counts octets before they are written. */
static bool
count(InboxFile *file, size_t len, GError **error)
{
	Inbox *inbox = file->inbox;

	(void)pthread_mutex_lock(&inbox->lock);
	Promised *promised = inbox_find_locked(inbox, file->item);
	const bool fits = promised != NULL && room_locked(inbox) >= len;

	if (fits) {
		promised->bytes += len;
		inbox->partial_bytes += len;
	}
	(void)pthread_mutex_unlock(&inbox->lock);
	if (promised == NULL) {
		return refuse(AVU_ERROR_NOT_FOUND, "it was destroyed meanwhile", error);
	}
	return fits || refuse(AVU_ERROR_LIMIT, "more than may be uploaded", error);
}

bool
inbox_file_write(InboxFile *file, const void *octets, size_t len, GError **error)
{
	const char *at = octets;

	if (!count(file, len, error)) {
		return false;
	}
	while (len > 0) {
		ssize_t n = write(file->fd, at, len);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			avu_set_errno(error, errno, "an upload");
			uncount(file, len); /* who goes on goes on behind what is there */
			return false;
		}
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* It is stored, and not promised any more for us; in the catalogue it is until the library has seen it. */
static void
move_to_stored(InboxFile *file, const char *path)
{
	Inbox *inbox = file->inbox;

	(void)pthread_mutex_lock(&inbox->lock);
	const Promised *promised = inbox_find_locked(inbox, file->item);

	if (promised != NULL) {
		inbox->partial_bytes -= MIN(promised->bytes, inbox->partial_bytes);
		inbox_note_stored_locked(
			inbox, file->item, promised->bytes, file->place.root->uuid, path);
		(void)g_hash_table_remove(inbox->promised, &file->item);
	}
	(void)pthread_mutex_unlock(&inbox->lock);
}

typedef struct {
	Catalogue *catalogue;
	int64_t item;
	bool promised;
} Arrival;

static void
see_item(const Item *item, void *data)
{
	((Arrival *)data)->promised = item->promised != 0;
}

static void
see_container(const Container *container, void *data)
{
	(void)container;
	(void)data;
}

static bool
has_arrived(void *data)
{
	Arrival *arrival = data;
	const CatalogueSink sink = { see_container, see_item, arrival };

	arrival->promised = false; /* gone: nothing to wait for */
	(void)catalogue_get_item(arrival->catalogue, arrival->item, 0, &sink, NULL);
	return !arrival->promised;
}

bool
inbox_file_finish(InboxFile *file, GError **error)
{
	Inbox *inbox = file->inbox;
	Arrival arrival = { .catalogue = inbox->catalogue, .item = file->item };

	/* Content, then name, then the name's durability: at no time there is a name without all. */
	if (fsync(file->fd) < 0 ||
		new_name_rename(file->folder, file->part, file->folder, file->place.name) < 0 ||
		fsync(file->folder) < 0) {
		avu_set_errno(error, errno, "an upload");
		return false;
	}
	file->finished = true;
	g_autofree char *path = file->place.folder[0] == '\0' ? g_strdup(file->place.name)
							      : g_strconcat(file->place.folder, "/",
									file->place.name, NULL);

	move_to_stored(file, path);
	inbox->touch(file->place.root->uuid, path, inbox->data);
	if (!inbox_settle(inbox, has_arrived, &arrival)) {
		g_debug("an upload is not in the library yet");
	}
	return true;
}

/* The time for the rest runs from here; then another attempt may come, or the promise end. */
static void
release_unfinished(const InboxFile *file)
{
	Inbox *inbox = file->inbox;
	g_autoptr(GError) error = NULL;

	if (!extend(file, &error)) {
		g_info("half an upload may be forgotten early: %s", error->message);
	}
	(void)pthread_mutex_lock(&inbox->lock);
	Promised *promised = inbox_find_locked(inbox, file->item);

	if (promised != NULL) {
		promised->open = false;
	}
	(void)pthread_mutex_unlock(&inbox->lock);
}

void
inbox_file_free(InboxFile *file)
{
	if (file == NULL) {
		return;
	}
	(void)pthread_mutex_lock(&file->inbox->lock);
	Promised *promised = file->finished ? NULL : inbox_find_locked(file->inbox, file->item);
	const bool unfinished = promised != NULL;

	(void)pthread_mutex_unlock(&file->inbox->lock);
	if (unfinished) {
		release_unfinished(file);
	}
	if (file->fd >= 0) {
		(void)close(file->fd);
	}
	if (file->folder >= 0) {
		(void)close(file->folder);
	}
	inbox_place_clear(&file->place);
	g_free(file->part);
	g_free(file);
}
