/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading one resource: which part next is the ring's plan, this file keeps a connection to it.
 *
 * A thread per resource, because avu_http_stream blocks and a slow server must hold nobody else. The
 * thread touches the ring's writer and the fields named below; everything else it posts. A server
 * that gives nothing for two seconds is asked again from where it stopped, when it honours ranges. */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/http-stream.h>
#include <av-upnp/limits.h>

#include "fetch.h"

#define FETCH_CONNECT_NS (5 * AVU_NS_PER_S)
#define FETCH_SILENCE_NS (2 * AVU_NS_PER_S)  /* then another connection is tried */
#define FETCH_GIVE_UP_NS (10 * AVU_NS_PER_S) /* without an octet */
#define FETCH_FIRST_BYTES (8u * 1024)        /* tell what most containers are */
#define FETCH_PAUSE_NS (200 * AVU_NS_PER_MS) /* between attempts */

struct FetchGroup {
	AvuMailbox *mailbox; /* its own: closed before the threads are joined */
	AvuAddressPolicy policy;
	FetchListener listener;
	GPtrArray *fetches; /* all whose thread was not joined yet */
};

struct Fetch {
	FetchGroup *group;
	char *uri, *said_mime;
	void *user_data;
	AvuRingWriter *writer;
	int cancel_fd;
	atomic_bool cancelled;
	pthread_t thread;
	bool released; /* main thread: the owner let go */

	/* the fetch thread's */
	bool described, seekable, elsewhere;
	bool told; /* opened was posted */
	int64_t total;
	uint64_t at; /* next octet of this connection */
	int64_t last_octet_ns;

	/* written before opened or failed is posted, read after */
	char *mime;
	GError *error;
	bool open;
};

static void
fetch_destroy(Fetch *fetch)
{
	avu_ring_writer_free(fetch->writer);
	if (fetch->cancel_fd >= 0) {
		(void)close(fetch->cancel_fd);
	}
	g_clear_error(&fetch->error);
	g_free(fetch->mime);
	g_free(fetch->said_mime);
	g_free(fetch->uri);
	g_free(fetch);
}

static void
fetch_cancel(Fetch *fetch)
{
	const uint64_t one = 1;

	atomic_store(&fetch->cancelled, true);
	/* Cannot fail: the counter is far from full. */
	(void)!write(fetch->cancel_fd, &one, sizeof(one));
}

static void
fetch_on_opened(void *data)
{
	Fetch *fetch = data;

	fetch->open = true;
	if (!fetch->released) {
		fetch->group->listener.opened(fetch, fetch->user_data);
	}
}

static void
fetch_on_failed(void *data)
{
	Fetch *fetch = data;

	if (!fetch->released) {
		fetch->group->listener.failed(fetch, fetch->error, fetch->user_data);
	}
}

/* Last message of a thread. */
static void
fetch_on_finished(void *data)
{
	Fetch *fetch = data;

	(void)pthread_join(fetch->thread, NULL);
	(void)g_ptr_array_remove_fast(fetch->group->fetches, fetch);
	fetch->group = NULL;
	if (fetch->released) {
		fetch_destroy(fetch);
	}
}

static bool
fetch_take_first_head(Fetch *fetch, const AvuStreamHead *head)
{
	fetch->described = true;
	fetch->total = head->total_bytes;
	fetch->seekable = head->ranges && head->total_bytes >= 0;
	fetch->mime = g_strdup(head->mime);
	avu_ring_writer_describe(fetch->writer, fetch->total, fetch->seekable);
	return head->offset == 0;
}

/* Told with the first octets already there: the decoder's choice is made from them. */
static void
fetch_tell_opened(Fetch *fetch)
{
	if (!fetch->told) {
		fetch->told = true;
		avu_mailbox_post(fetch->group->mailbox, fetch_on_opened, fetch, NULL);
	}
}

static bool
fetch_on_head(const AvuStreamHead *head, void *data)
{
	Fetch *fetch = data;

	fetch->last_octet_ns = avu_now_ns();
	if (!fetch->described) {
		return fetch_take_first_head(fetch, head);
	}
	/* Another size is another resource; octets from elsewhere are of no use. */
	return head->offset == fetch->at && head->total_bytes == fetch->total;
}

static bool
fetch_on_body(const char *octets, size_t len, void *data)
{
	Fetch *fetch = data;

	while (len > 0 && !atomic_load(&fetch->cancelled)) {
		uint64_t wanted = 0;
		size_t n = avu_ring_writer_put(fetch->writer, fetch->at, octets, len);

		fetch->at += n;
		octets += n;
		len -= n;
		if (n > 0) {
			continue;
		}
		fetch_tell_opened(fetch);
		if (avu_ring_writer_plan(fetch->writer, &wanted) == AVU_RING_WAIT) {
			avu_ring_writer_wait(fetch->writer, fetch->cancel_fd, AVU_TIME_NONE);
		} else if (wanted != fetch->at) {
			fetch->elsewhere = true;
			return false;
		}
	}
	fetch->last_octet_ns = avu_now_ns();
	if (fetch->at >= FETCH_FIRST_BYTES) {
		fetch_tell_opened(fetch);
	}
	return len == 0;
}

/* Asked while the connection is silent. */
static bool
fetch_is_cancelled(void *data)
{
	Fetch *fetch = data;
	uint64_t wanted = 0;

	if (atomic_load(&fetch->cancelled)) {
		return true;
	}
	if (!fetch->described || !fetch->seekable) {
		return false;
	}
	if (avu_ring_writer_plan(fetch->writer, &wanted) == AVU_RING_FETCH && wanted != fetch->at) {
		fetch->elsewhere = true;
		return true;
	}
	return avu_now_ns() - fetch->last_octet_ns > FETCH_SILENCE_NS;
}

/* One connection from offset on. */
static bool
fetch_connect(Fetch *fetch, uint64_t offset, GError **error)
{
	bool image = fetch->said_mime != NULL && g_str_has_prefix(fetch->said_mime, "image/");
	const char *const headers[] = { image ? "transferMode.dlna.org: Interactive"
					      : "transferMode.dlna.org: Streaming",
		NULL };
	const AvuStreamRequest request = {
		.url = fetch->uri,
		.offset = offset,
		.headers = headers,
		.redirects = AVU_LIMIT_MEDIA_REDIRECTS,
		.connect_timeout_ns = FETCH_CONNECT_NS,
		.stall_timeout_ns = FETCH_GIVE_UP_NS,
		.head = fetch_on_head,
		.body = fetch_on_body,
		.cancelled = fetch_is_cancelled,
		.data = fetch,
	};

	fetch->at = offset;
	fetch->elsewhere = false;
	fetch->last_octet_ns = avu_now_ns();
	bool whole = avu_http_stream(&fetch->group->policy, &request, error);

	if (fetch->described && fetch->at > 0) {
		fetch_tell_opened(fetch); /* a short one, or one that broke early */
	}
	if (!whole) {
		return false;
	}
	if (fetch->total < 0) {
		avu_ring_writer_end(fetch->writer, fetch->at);
		fetch->total = (int64_t)fetch->at;
	} else if (fetch->at < (uint64_t)fetch->total) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"the server ended at octet %" G_GUINT64_FORMAT " of %" G_GINT64_FORMAT,
			fetch->at, fetch->total);
		return false;
	}
	return true;
}

static void
fetch_pause(Fetch *fetch)
{
	struct pollfd cancel = { .fd = fetch->cancel_fd, .events = POLLIN };

	(void)poll(&cancel, 1, (int)(FETCH_PAUSE_NS / AVU_NS_PER_MS));
}

/* @return false: there is no use in going on, error says why */
static bool
fetch_step(Fetch *fetch, uint64_t offset, int64_t *progress_ns, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (fetch_connect(fetch, offset, &problem) || atomic_load(&fetch->cancelled)) {
		return true;
	}
	if (fetch->at != offset || fetch->elsewhere) {
		*progress_ns = avu_now_ns();
	}
	if (fetch->elsewhere) {
		return true;
	}
	if (!fetch->described || !fetch->seekable ||
		avu_now_ns() - *progress_ns > FETCH_GIVE_UP_NS) {
		if (g_error_matches(problem, AVU_ERROR, AVU_ERROR_CANCELLED)) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT, "the server is silent");
		} else {
			g_propagate_error(error, g_steal_pointer(&problem));
		}
		return false;
	}
	fetch_pause(fetch);
	return true;
}

static void *
fetch_run(void *data)
{
	Fetch *fetch = data;
	int64_t progress_ns = avu_now_ns();

	while (!atomic_load(&fetch->cancelled)) {
		uint64_t offset = 0;

		if (avu_ring_writer_plan(fetch->writer, &offset) == AVU_RING_WAIT) {
			avu_ring_writer_wait(fetch->writer, fetch->cancel_fd, AVU_TIME_NONE);
			progress_ns = avu_now_ns();
		} else if (!fetch_step(fetch, offset, &progress_ns, &fetch->error)) {
			avu_ring_writer_fail(fetch->writer);
			avu_mailbox_post(fetch->group->mailbox, fetch_on_failed, fetch, NULL);
			break;
		}
	}
	avu_mailbox_post(fetch->group->mailbox, fetch_on_finished, fetch, NULL);
	return NULL;
}

FetchGroup *
fetch_group_new(const AvuAddressPolicy *policy, const FetchListener *listener)
{
	FetchGroup *group = g_new0(FetchGroup, 1);

	group->mailbox = avu_mailbox_new(NULL);
	group->policy = *policy;
	group->listener = *listener;
	group->fetches = g_ptr_array_new();
	return group;
}

void
fetch_group_free(FetchGroup *group)
{
	if (group == NULL) {
		return;
	}
	for (guint i = 0; i < group->fetches->len; i++) {
		fetch_cancel(group->fetches->pdata[i]);
	}
	/* No message of theirs is delivered after this: what is left is taken down here. */
	avu_mailbox_close(group->mailbox);
	for (guint i = 0; i < group->fetches->len; i++) {
		Fetch *fetch = group->fetches->pdata[i];

		(void)pthread_join(fetch->thread, NULL);
		fetch->group = NULL;
		if (fetch->released) {
			fetch_destroy(fetch);
		}
	}
	g_ptr_array_unref(group->fetches);
	avu_mailbox_unref(group->mailbox);
	g_free(group);
}

Fetch *
fetch_new(FetchGroup *group, const char *uri, const char *mime, void *user_data, GError **error)
{
	Fetch *fetch = g_new0(Fetch, 1);

	fetch->group = group;
	fetch->uri = g_strdup(uri);
	fetch->said_mime = g_strdup(mime);
	fetch->user_data = user_data;
	fetch->total = -1;
	fetch->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fetch->writer = avu_ring_writer_new(error);
	if (fetch->writer == NULL || fetch->cancel_fd < 0) {
		fetch_destroy(fetch);
		return NULL;
	}
	int result = pthread_create(&fetch->thread, NULL, fetch_run, fetch);

	if (result != 0) {
		avu_set_errno(error, result, "thread to read '%s'", uri);
		fetch_destroy(fetch);
		return NULL;
	}
	g_ptr_array_add(group->fetches, fetch);
	return fetch;
}

void
fetch_free(Fetch *fetch)
{
	if (fetch == NULL) {
		return;
	}
	if (fetch->group == NULL) {
		fetch_destroy(fetch);
		return;
	}
	fetch->released = true;
	fetch_cancel(fetch);
}

bool
fetch_is_open(const Fetch *fetch)
{
	return fetch->open;
}

const char *
fetch_get_mime(const Fetch *fetch)
{
	return fetch->mime;
}

void
fetch_get_fds(const Fetch *fetch, int ret_fds[AVU_RING_FDS])
{
	avu_ring_writer_get_fds(fetch->writer, ret_fds);
}
