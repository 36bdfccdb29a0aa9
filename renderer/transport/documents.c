/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists that are documents. Each is read by a thread of its own: names are looked up there, and a
 * playlist may name others. The thread has what it needs from the start and hands over its result
 * through the mailbox as the last thing it does; an eventfd ends it early.
 *
 * Limits: size and nesting of playlists (playlist.h), DOCUMENTS_MAX fetched for one list, all within
 * READ_NS; addresses by the policy, every redirect anew (SEC-181 to SEC-183). */
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/didl.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/http-stream.h>
#include <av-upnp/limits.h>
#include <av-upnp/mailbox.h>

#include "documents.h"

#define READ_NS (20 * AVU_NS_PER_S)
#define CONNECT_NS (10 * AVU_NS_PER_S)
#define DOCUMENTS_MAX 32 /* of one list */
#define RUNNING_MAX 8    /* lists at once, cancelled ones included */

struct Documents {
	AvuAddressPolicy policy;
	AvuMailbox *mailbox;
	GPtrArray *running; /* Document */
};

struct Document {
	Documents *owner;
	DocumentDone done;
	void *user_data;
	bool cancelled; /* main thread's */
	pthread_t thread;
	int cancel_fd;
	/* the thread's from here on, until it hands over */
	char *uri, *mime, *sink;
	ListKind kind;
	int64_t deadline_ns;
	unsigned n_fetched;
	bool is_stream; /* no list but content */
	ListItems *items;
	GError *error;
};

/* ---- one document */

typedef struct {
	GByteArray *body;
	size_t max;
	char *mime;
	bool over, is_stream;
	GError *error;
} Fetch;

/* A station whose address ends like a playlist: it would never end. Types of playlists begin with audio
 * and video, too. */
static bool
is_media(const char *mime)
{
	static const char *const starts[] = { "audio/", "video/", "application/ogg" };

	for (size_t i = 0; i < G_N_ELEMENTS(starts) && list_form_of("", mime) == NULL; i++) {
		if (g_ascii_strncasecmp(mime, starts[i], strlen(starts[i])) == 0) {
			return true;
		}
	}
	return false;
}

static bool
on_head(const AvuStreamHead *head, void *data)
{
	Fetch *fetch = data;

	if (head->status != 200) {
		g_set_error(&fetch->error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the server answered %u",
			head->status);
		return false;
	}
	fetch->mime = g_strdup(head->mime);
	fetch->is_stream = head->mime != NULL && is_media(head->mime);
	return !fetch->is_stream;
}

static size_t
on_body(const char *octets, size_t len, void *data)
{
	Fetch *fetch = data;

	if (len > fetch->max - fetch->body->len) {
		g_set_error(&fetch->error, AVU_ERROR, AVU_ERROR_LIMIT,
			"it is larger than %zu octets", fetch->max);
		return 0;
	}
	g_byte_array_append(fetch->body, (const guint8 *)octets, (guint)len);
	return len;
}

static void
on_done(const GError *error, void *data)
{
	Fetch *fetch = data;

	fetch->over = true;
	if (error != NULL && fetch->error == NULL) {
		fetch->error = g_error_copy(error);
	}
}

static bool
is_cancelled(const Document *document)
{
	eventfd_t count;
	const bool yes = eventfd_read(document->cancel_fd, &count) == 0;

	if (yes) {
		(void)eventfd_write(document->cancel_fd, 1); /* for whoever asks next */
	}
	return yes;
}

static void
turn(Document *document, AvuStreamer *streamer, Fetch *fetch)
{
	while (!fetch->over && fetch->error == NULL) {
		avu_streamer_turn(streamer, &document->cancel_fd, 1, document->deadline_ns);
		if (fetch->over || fetch->error != NULL) {
			return;
		}
		if (is_cancelled(document)) {
			g_set_error_literal(
				&fetch->error, AVU_ERROR, AVU_ERROR_CANCELLED, "cancelled");
		} else if (avu_now_ns() >= document->deadline_ns) {
			g_set_error_literal(&fetch->error, AVU_ERROR, AVU_ERROR_TIMEOUT,
				"the server takes too long");
		}
	}
}

/* @param ret_mime  of the answer; may be NULL
 * @return NULL without error: it is no document but media, and document says so */
static GBytes *
fetch_document(Document *document, const AvuUrl *url, size_t max, char **ret_mime, GError **error)
{
	g_autoptr(AvuStreamer) streamer = avu_streamer_new(&document->owner->policy);
	Fetch fetch = { .body = g_byte_array_new(), .max = max };
	const AvuStreamRequest request = {
		.url = avu_url_get_text(url),
		.redirects = AVU_LIMIT_MEDIA_REDIRECTS,
		.connect_timeout_ns = CONNECT_NS,
		.head_timeout_ns = CONNECT_NS,
		.head = on_head,
		.body = on_body,
		.done = on_done,
		.data = &fetch,
	};
	AvuStream *stream = avu_stream_new(streamer, &request, &fetch.error);

	document->n_fetched++;
	if (stream != NULL) {
		turn(document, streamer, &fetch);
		avu_stream_free(stream);
	}
	*ret_mime = fetch.mime;
	document->is_stream = fetch.is_stream;
	if (fetch.is_stream) {
		g_clear_error(&fetch.error); /* that its body was not wanted */
		g_byte_array_unref(fetch.body);
		return NULL;
	}
	if (fetch.error != NULL) {
		g_byte_array_unref(fetch.body);
		g_propagate_error(error, fetch.error);
		return NULL;
	}
	return g_byte_array_free_to_bytes(fetch.body);
}

/* ---- what is in it */

static bool read_playlist(
	Document *document, const AvuUrl *url, const char *mime, unsigned depth, GError **error);

/* What is no address, or another playlist that cannot be had, is left out; what only looked like a
 * playlist is a track. */
static void
take_entry(Document *document, const AvuUrl *base, const AvuPlaylistEntry *entry, unsigned depth)
{
	g_autoptr(AvuUrl) url = avu_url_resolve(base, entry->location, NULL);

	if (url == NULL) {
		return;
	}
	if (list_kind_of(avu_url_get_text(url), NULL) != LIST_PLAYLIST) {
		list_items_add_entry(document->items, url, entry);
	} else if (depth + 1 < AVU_PLAYLIST_NESTING_MAX && document->n_fetched < DOCUMENTS_MAX) {
		(void)read_playlist(document, url, NULL, depth + 1, NULL);
		if (document->is_stream) {
			list_items_add_entry(document->items, url, entry);
			document->is_stream = false;
		}
	}
}

static bool
read_playlist(
	Document *document, const AvuUrl *url, const char *mime, unsigned depth, GError **error)
{
	g_autofree char *answered = NULL;
	g_autoptr(GError) problem = NULL;
	g_autoptr(GBytes) bytes =
		fetch_document(document, url, AVU_PLAYLIST_BYTES_MAX, &answered, error);

	if (bytes == NULL) {
		return document->is_stream;
	}
	/* what the server says now is better than what was said before, and that than the name */
	const char *form = list_form_of("", answered);

	form = form != NULL ? form : list_form_of(avu_url_get_text(url), mime);
	g_autoptr(AvuPlaylist) playlist =
		avu_playlist_parse(form != NULL ? form : "", bytes, &problem);

	if (playlist == NULL && g_error_matches(problem, AVU_ERROR, AVU_ERROR_SYNTAX) &&
		form != NULL && g_str_has_prefix(form, ".m3u")) {
		document->is_stream = true; /* HLS */
		return true;
	}
	if (playlist == NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return false;
	}
	for (guint i = 0; i < playlist->entries->len && !list_items_is_full(document->items); i++) {
		take_entry(document, url, avu_playlist_get(playlist, i), depth);
	}
	if (depth == 0 && document->items->items->len == 0) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the list is empty");
		return false;
	}
	return true;
}

static bool
read_collection(Document *document, const AvuUrl *url, GError **error)
{
	g_autofree char *mime = NULL;
	g_autoptr(GBytes) bytes =
		fetch_document(document, url, AVU_LIMIT_SOAP_ANSWER, &mime, error);
	size_t len;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;

	if (bytes == NULL) {
		return false;
	}
	g_autoptr(AvuDidl) didl = avu_didl_parse(text != NULL ? text : "", len, error);

	if (didl == NULL) {
		return false;
	}
	for (size_t i = 0; i < avu_didl_get_n(didl); i++) {
		(void)list_items_add_object(
			document->items, avu_didl_get(didl, i), document->sink, url);
	}
	if (document->items->items->len == 0) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"there is nothing in it that can be played");
		return false;
	}
	return true;
}

/* ---- life */

static void
document_free(Document *document)
{
	(void)close(document->cancel_fd);
	list_items_free(document->items);
	g_clear_error(&document->error);
	g_free(document->uri);
	g_free(document->mime);
	g_free(document->sink);
	g_free(document);
}

static void
deliver(void *data)
{
	Document *document = data;
	const bool wanted = !document->cancelled;

	(void)pthread_join(document->thread, NULL); /* this was the last thing it did */
	(void)g_ptr_array_remove_fast(document->owner->running, document);
	if (wanted) {
		document->done(document->error == NULL ? g_steal_pointer(&document->items) : NULL,
			document->error, document->user_data);
	}
	document_free(document);
}

static void *
run(void *data)
{
	Document *document = data;
	g_autoptr(AvuUrl) url = avu_url_parse(document->uri, &document->error);

	document->deadline_ns = avu_now_ns() + READ_NS;
	if (url != NULL && document->kind == LIST_PLAYLIST) {
		(void)read_playlist(document, url, document->mime, 0, &document->error);
	} else if (url != NULL) {
		(void)read_collection(document, url, &document->error);
	}
	avu_mailbox_post(document->owner->mailbox, deliver, document, NULL);
	return NULL;
}

Documents *
documents_new(const AvuAddressPolicy *policy)
{
	Documents *documents = g_new0(Documents, 1);

	documents->policy = *policy;
	documents->mailbox = avu_mailbox_new(NULL);
	documents->running = g_ptr_array_new();
	return documents;
}

void
documents_free(Documents *documents)
{
	if (documents == NULL) {
		return;
	}
	for (guint i = 0; i < documents->running->len; i++) {
		document_cancel(documents->running->pdata[i]);
	}
	for (guint i = 0; i < documents->running->len; i++) {
		Document *document = documents->running->pdata[i];

		(void)pthread_join(document->thread, NULL);
		document_free(document);
	}
	avu_mailbox_close(documents->mailbox);
	avu_mailbox_unref(documents->mailbox);
	g_ptr_array_unref(documents->running);
	g_free(documents);
}

static Document *
refuse(GError **error, AvuError code, const char *why)
{
	g_set_error_literal(error, AVU_ERROR, (int)code, why);
	return NULL;
}

Document *
documents_read(Documents *documents, const char *uri, ListKind kind, const char *mime,
	const char *sink, DocumentDone done, void *user_data, GError **error)
{
	g_autoptr(AvuUrl) url = avu_url_parse(uri, error);

	if (url == NULL) {
		return NULL;
	}
	if (documents->running->len >= RUNNING_MAX) {
		return refuse(error, AVU_ERROR_BUSY, "too many lists are being read");
	}
	const int cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (cancel_fd < 0) {
		return refuse(error, AVU_ERROR_IO, "no descriptor is left");
	}
	Document *document = g_new0(Document, 1);

	*document = (Document){ .owner = documents,
		.done = done,
		.user_data = user_data,
		.cancel_fd = cancel_fd,
		.uri = g_strdup(uri),
		.mime = g_strdup(mime),
		.sink = g_strdup(sink),
		.kind = kind,
		.items = list_items_new() };
	g_ptr_array_add(documents->running, document);
	if (pthread_create(&document->thread, NULL, run, document) != 0) {
		(void)g_ptr_array_remove_fast(documents->running, document);
		document_free(document);
		return refuse(error, AVU_ERROR_IO, "no thread can be started");
	}
	return document;
}

void
document_cancel(Document *document)
{
	document->cancelled = true;
	(void)eventfd_write(document->cancel_fd, 1);
}
