/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ImportResource and ExportResource. Handlers run on the threads of connections and only leave their
 * wishes; one thread carries them out. What is told of a transfer is under the lock; its stream and
 * files belong to the thread. Limits: TRANSFERS_MAX at once, the inbox's quota. */
#include "mediaserver/import/transfers.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/address.h>
#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/http-stream.h>
#include <av-upnp/limits.h>
#include <av-upnp/media-request.h>
#include <av-upnp/url.h>

#include "mediaserver/import/upload-route.h"
#include "mediaserver/import/writer-private.h"

enum {
	BUSY = 716,
	NO_TRANSFER = 717,
	NO_DESTINATION = 718,
	DESTINATION_DENIED = 719,
};

#define EXPIRE_NS (5 * AVU_NS_PER_S)
#define CONNECT_NS (10 * AVU_NS_PER_S)
#define HEAD_NS (30 * AVU_NS_PER_S)
#define EXPORT_NS (INT64_C(12) * 3600 * AVU_NS_PER_S)
#define REMEMBERED_MAX 1024 /* small ones come by the hundred */
#define HTTP_OK_MAX 299

typedef struct {
	Transfers *transfers;
	uint32_t id;
	char *url;
	/* guarded by the lock */
	AvuTransfer told;
	bool stop;
	int64_t ended_ns; /* AVU_TIME_NONE: not yet */
	/* the thread's */
	InboxFile *file; /* of an import */
	int fd;          /* of an export; -1: none */
	AvuStream *stream;
	bool failed;
} Transfer;

struct Transfers {
	Inbox *inbox;
	const Rules *rules;
	const Roots *roots;
	void (*changed)(void *data);
	void *data;
	AvuAddressPolicy policy;
	AvuStreamer *streamer; /* the thread's */
	int wake;              /* eventfd */
	pthread_t thread;
	pthread_mutex_t lock;
	GPtrArray *all;   /* Transfer; guarded by lock, members freed by the thread */
	uint32_t last_id; /* guarded by lock */
	bool ending;      /* guarded by lock */
};

static void
transfer_free(void *data)
{
	Transfer *transfer = data;

	avu_stream_free(transfer->stream);
	inbox_file_free(transfer->file);
	if (transfer->fd >= 0) {
		(void)close(transfer->fd);
	}
	g_free(transfer->url);
	g_free(transfer);
}

static void
wake(const Transfers *transfers)
{
	const uint64_t one = 1;

	(void)!write(transfers->wake, &one, sizeof one); /* full: it is awake */
}

/* The thread's part */

static void
end_transfer(Transfer *transfer, AvuTransferStatus status)
{
	Transfers *transfers = transfer->transfers;

	(void)pthread_mutex_lock(&transfers->lock);
	if (transfer->ended_ns == AVU_TIME_NONE) {
		transfer->told.status = status;
		transfer->ended_ns = avu_now_ns();
	}
	(void)pthread_mutex_unlock(&transfers->lock);
	g_clear_pointer(&transfer->file, inbox_file_free);
	transfers->changed(transfers->data);
}

static void
add_done(Transfer *transfer, size_t len)
{
	(void)pthread_mutex_lock(&transfer->transfers->lock);
	transfer->told.done_bytes += len;
	(void)pthread_mutex_unlock(&transfer->transfers->lock);
}

static bool
on_head(const AvuStreamHead *head, void *data)
{
	Transfer *transfer = data;

	if (transfer->file == NULL) { /* the answer to an export */
		transfer->failed = head->status > HTTP_OK_MAX;
		return true;
	}
	if (head->status != 200 ||
		(head->total_bytes > 0 &&
			(uint64_t)head->total_bytes > inbox_file_get_room(transfer->file))) {
		return false;
	}
	(void)pthread_mutex_lock(&transfer->transfers->lock);
	transfer->told.total_bytes = (uint64_t)MAX(head->total_bytes, 0);
	(void)pthread_mutex_unlock(&transfer->transfers->lock);
	return true;
}

static size_t
on_body(const char *octets, size_t len, void *data)
{
	Transfer *transfer = data;
	g_autoptr(GError) error = NULL;

	if (transfer->file != NULL && !transfer->failed) {
		transfer->failed = !inbox_file_write(transfer->file, octets, len, &error);
		add_done(transfer, len);
	}
	return len; /* the rest of what failed is dropped; the turn ends it */
}

static size_t
on_send(char *buffer, size_t max, void *data)
{
	Transfer *transfer = data;
	const ssize_t n = read(transfer->fd, buffer, max);

	if (n > 0) {
		add_done(transfer, (size_t)n);
	}
	return n > 0 ? (size_t)n : 0;
}

static void
on_done(const GError *error, void *data)
{
	Transfer *transfer = data;
	g_autoptr(GError) problem = NULL;
	bool good = error == NULL && !transfer->failed;

	if (good && transfer->file != NULL) {
		good = inbox_file_finish(transfer->file, &problem);
	}
	if (!good) {
		g_info("a transfer failed: %s", error != NULL     ? error->message
						: problem != NULL ? problem->message
								  : "refused");
	}
	end_transfer(transfer, good ? AVU_TRANSFER_COMPLETED : AVU_TRANSFER_ERROR);
	g_clear_pointer(&transfer->stream, avu_stream_free);
}

static void
launch(Transfer *transfer)
{
	const bool export = transfer->fd >= 0;
	const AvuMediaRequest copy = { .url = transfer->url, .background = true };
	g_auto(GStrv) headers = avu_media_request_headers(&copy);
	const AvuStreamRequest request = {
		.url = transfer->url,
		.headers = (const char *const *)headers,
		.redirects = export ? 0 : AVU_LIMIT_MEDIA_REDIRECTS,
		.send = export ? on_send : NULL,
		.send_bytes = transfer->told.total_bytes,
		.connect_timeout_ns = CONNECT_NS,
		.head_timeout_ns = export ? EXPORT_NS : HEAD_NS,
		.head = on_head,
		.body = on_body,
		.done = on_done,
		.data = transfer,
	};
	g_autoptr(GError) error = NULL;

	transfer->stream = avu_stream_new(transfer->transfers->streamer, &request, &error);
	if (transfer->stream == NULL) {
		on_done(error, transfer);
	}
}

typedef struct {
	GPtrArray *start, *end; /* Transfer, borrowed */
	bool ending;
} Work;

/* What is to be done, gathered under the lock. Old ones go: nobody else has them. */
static void
look(Transfers *transfers, Work *work)
{
	const int64_t now = avu_now_ns();

	(void)pthread_mutex_lock(&transfers->lock);
	work->ending = transfers->ending;
	for (guint i = transfers->all->len; i > 0; i--) {
		Transfer *transfer = g_ptr_array_index(transfers->all, i - 1);
		const bool ended = transfer->ended_ns != AVU_TIME_NONE;

		const bool at_work = transfer->stream != NULL || transfer->file != NULL;

		if (ended && !at_work && now - transfer->ended_ns > TRANSFERS_KEPT_NS) {
			g_ptr_array_remove_index(transfers->all, i - 1);
		} else if ((transfer->stop || transfer->failed) && at_work) {
			g_ptr_array_add(work->end, transfer);
		} else if (!ended && transfer->stream == NULL) {
			g_ptr_array_add(work->start, transfer);
		}
	}
	(void)pthread_mutex_unlock(&transfers->lock);
}

static bool
work_once(Transfers *transfers)
{
	g_autoptr(GPtrArray) start = g_ptr_array_new();
	g_autoptr(GPtrArray) end = g_ptr_array_new();
	Work work = { start, end, false };

	look(transfers, &work);
	for (guint i = 0; i < end->len; i++) {
		Transfer *transfer = g_ptr_array_index(end, i);

		g_clear_pointer(&transfer->stream, avu_stream_free);
		end_transfer(
			transfer, transfer->failed ? AVU_TRANSFER_ERROR : AVU_TRANSFER_STOPPED);
		transfer->failed = false;
	}
	for (guint i = 0; i < start->len && !work.ending; i++) {
		launch(g_ptr_array_index(start, i));
	}
	return !work.ending;
}

static void *
run(void *data)
{
	Transfers *transfers = data;
	int64_t expire_ns = avu_now_ns();

	while (work_once(transfers)) {
		uint64_t drained;

		if (avu_now_ns() >= expire_ns) {
			inbox_expire(transfers->inbox);
			expire_ns = avu_now_ns() + EXPIRE_NS;
		}
		avu_streamer_turn(transfers->streamer, &transfers->wake, 1, expire_ns);
		(void)!read(transfers->wake, &drained, sizeof drained); /* does not wait */
	}
	return NULL;
}

Transfers *
transfers_new(Inbox *inbox, const Rules *rules, const Roots *roots, const AvuAddressPolicy *policy,
	void (*changed)(void *data), void *data)
{
	Transfers *transfers = g_new0(Transfers, 1);

	*transfers = (Transfers){ .inbox = inbox,
		.rules = rules,
		.roots = roots,
		.changed = changed,
		.data = data,
		.policy = *policy,
		.streamer = avu_streamer_new(policy),
		.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		.all = g_ptr_array_new_with_free_func(transfer_free) };
	(void)pthread_mutex_init(&transfers->lock, NULL);
	g_assert(pthread_create(&transfers->thread, NULL, run, transfers) == 0);
	return transfers;
}

void
transfers_free(Transfers *transfers)
{
	if (transfers == NULL) {
		return;
	}
	(void)pthread_mutex_lock(&transfers->lock);
	transfers->ending = true;
	(void)pthread_mutex_unlock(&transfers->lock);
	wake(transfers);
	(void)pthread_join(transfers->thread, NULL);
	g_ptr_array_unref(transfers->all);
	avu_streamer_free(transfers->streamer);
	(void)close(transfers->wake);
	(void)pthread_mutex_destroy(&transfers->lock);
	g_free(transfers);
}

/* The writer's part */

static Transfers *
transfers_of(void *self)
{
	return writer_of(self)->transfers;
}

static unsigned
count_active_locked(const Transfers *transfers)
{
	unsigned n = 0;

	for (guint i = 0; i < transfers->all->len; i++) {
		n += ((Transfer *)g_ptr_array_index(transfers->all, i))->ended_ns == AVU_TIME_NONE;
	}
	return n;
}

/* @param file,fd  taken, also on failure */
static bool
add(Transfers *transfers, const char *url, InboxFile *file, int fd, uint64_t total,
	uint32_t *ret_id, GError **error)
{
	Transfer *transfer = g_new0(Transfer, 1);

	*transfer = (Transfer){ .transfers = transfers,
		.url = g_strdup(url),
		.told = { AVU_TRANSFER_IN_PROGRESS, 0, total },
		.ended_ns = AVU_TIME_NONE,
		.file = file,
		.fd = fd };
	(void)pthread_mutex_lock(&transfers->lock);
	const bool room = count_active_locked(transfers) < TRANSFERS_MAX &&
			  transfers->all->len < REMEMBERED_MAX;

	if (room) {
		*ret_id = transfer->id = ++transfers->last_id;
		g_ptr_array_add(transfers->all, transfer);
	}
	(void)pthread_mutex_unlock(&transfers->lock);
	if (!room) {
		transfer_free(transfer);
		return writer_refuse(error, BUSY, "too many transfers at once");
	}
	wake(transfers);
	transfers->changed(transfers->data);
	return true;
}

/* What the inbox says, as codes of ImportResource. */
static bool
refuse_import(const GError *problem, GError **error)
{
	if (g_error_matches(problem, AVU_ERROR, AVU_ERROR_BUSY)) {
		return writer_refuse(error, BUSY, problem->message);
	}
	return writer_refuse(error,
		g_error_matches(problem, AVU_ERROR, AVU_ERROR_NOT_FOUND) ? NO_DESTINATION
									 : DESTINATION_DENIED,
		problem->message);
}

/* Known at once when the host is an address; of a name it is asked when it is connected to. */
static bool
check_reach(const Transfers *transfers, const AvuUrl *url, int code, GError **error)
{
	const AvuAddressPolicy *policy = &transfers->policy;
	AvuAddress address;

	if (!avu_address_parse(avu_url_get_host(url), &address) ||
		(avu_address_class(&address) != AVU_ADDRESS_OTHER &&
			(policy->allow == NULL || policy->allow(&address, policy->data)))) {
		return true;
	}
	return writer_refuse(error, code, "nothing is fetched from there or sent there");
}

static bool
import_resource(void *self, const char *source_uri, const char *destination_uri, uint32_t *ret_id,
	GError **error)
{
	Transfers *transfers = transfers_of(self);
	g_autoptr(AvuUrl) source = avu_url_parse(source_uri, NULL);
	g_autoptr(AvuUrl) destination = avu_url_parse(destination_uri, NULL);
	g_autoptr(GError) problem = NULL;
	int64_t item;

	if (source == NULL) {
		return writer_refuse(error, WRITER_NO_RESOURCE, "the source is no http address");
	}
	if (destination == NULL || !upload_parse_path(avu_url_get_target(destination), &item)) {
		return writer_refuse(error, NO_DESTINATION, "not an importUri of this server");
	}
	if (!check_reach(transfers, source, WRITER_RESOURCE_DENIED, error)) {
		return false;
	}
	InboxFile *file = inbox_open(transfers->inbox, item, NULL, 0, UINT64_MAX, &problem);

	return file != NULL ? add(transfers, avu_url_get_text(source), file, -1, 0, ret_id, error)
			    : refuse_import(problem, error);
}

/* @return descriptor of the file behind an address of ours, or -1 with error */
static int
open_source(void *self, const char *uri, uint64_t *ret_size, GError **error)
{
	const Transfers *transfers = transfers_of(self);
	g_auto(CatalogueFile) file = { 0 };
	struct stat st;
	int64_t item;

	if (!content_find_resource(self, uri, &item, &file)) {
		(void)writer_refuse(error, WRITER_NO_RESOURCE, "no resource of this server");
		return -1;
	}
	if (writer_is_piece(&file)) {
		(void)writer_refuse(error, WRITER_RESOURCE_DENIED, "a part of a file is not sent");
		return -1;
	}
	const Root *root = roots_find(transfers->roots, file.root);
	avu_autofd int fd = root != NULL ? root_open(root, file.path, 0) : -1;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		(void)writer_refuse(error, WRITER_RESOURCE_DENIED, "the file cannot be read");
		return -1;
	}
	*ret_size = (uint64_t)st.st_size;
	return avu_steal_fd(&fd);
}

static bool
export_resource(void *self, const char *source_uri, const char *destination_uri, uint32_t *ret_id,
	GError **error)
{
	Transfers *transfers = transfers_of(self);
	g_autoptr(AvuUrl) destination = avu_url_parse(destination_uri, NULL);
	uint64_t size;

	if (destination == NULL) {
		return writer_refuse(error, NO_DESTINATION, "the destination is no http address");
	}
	if (!check_reach(transfers, destination, DESTINATION_DENIED, error)) {
		return false;
	}
	const int fd = open_source(self, source_uri, &size, error);

	return fd >= 0 &&
	       add(transfers, avu_url_get_text(destination), NULL, fd, size, ret_id, error);
}

static Transfer *
find_locked(const Transfers *transfers, uint32_t id)
{
	for (guint i = 0; i < transfers->all->len; i++) {
		Transfer *transfer = g_ptr_array_index(transfers->all, i);

		if (transfer->id == id) {
			return transfer;
		}
	}
	return NULL;
}

static bool
get_transfer(void *self, uint32_t id, AvuTransfer *ret_transfer, GError **error)
{
	Transfers *transfers = transfers_of(self);

	(void)pthread_mutex_lock(&transfers->lock);
	const Transfer *transfer = find_locked(transfers, id);

	if (transfer != NULL) {
		*ret_transfer = transfer->told;
	}
	(void)pthread_mutex_unlock(&transfers->lock);
	return transfer != NULL || writer_refuse(error, NO_TRANSFER, "no such transfer");
}

static bool
stop_transfer(void *self, uint32_t id, GError **error)
{
	Transfers *transfers = transfers_of(self);

	(void)pthread_mutex_lock(&transfers->lock);
	Transfer *transfer = find_locked(transfers, id);
	const bool active = transfer != NULL && transfer->ended_ns == AVU_TIME_NONE;

	if (active) {
		transfer->stop = true;
		transfer->told.status = AVU_TRANSFER_STOPPED;
		transfer->ended_ns = avu_now_ns();
	}
	(void)pthread_mutex_unlock(&transfers->lock);
	wake(transfers);
	return active || writer_refuse(error, NO_TRANSFER, "no such transfer under way");
}

static char *
dup_transfer_ids(void *self)
{
	Transfers *transfers = transfers_of(self);
	g_autoptr(GString) out = g_string_new(NULL);

	(void)pthread_mutex_lock(&transfers->lock);
	for (guint i = 0; i < transfers->all->len; i++) {
		const Transfer *transfer = g_ptr_array_index(transfers->all, i);

		if (transfer->ended_ns == AVU_TIME_NONE) {
			g_string_append_printf(out, "%s%u", out->len > 0 ? "," : "", transfer->id);
		}
	}
	(void)pthread_mutex_unlock(&transfers->lock);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

void
transfers_fill(AvuContentWriter *writer, const Rules *rules)
{
	const bool import = rules_allow(rules, RULE_IMPORT);
	const bool export = rules_allow(rules, RULE_EXPORT);

	writer->import_resource = import ? import_resource : NULL;
	writer->export_resource = export ? export_resource : NULL;
	if (import || export) {
		writer->get_transfer = get_transfer;
		writer->stop_transfer = stop_transfer;
		writer->dup_transfer_ids = dup_transfer_ids;
	}
}
