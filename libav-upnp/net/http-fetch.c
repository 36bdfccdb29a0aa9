/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small requests to many peers at once: curl's multi interface behind one epoll and one GSource.
 *
 * We admit ourselves: a transfer that waits in curl's own queue loses its time there, and a few dead
 * peers in front would let all the others time out. Peers that failed last time share at most a
 * quarter of the places. Lives on the thread of its main context; limits from limits.h. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>
#include <av-upnp/loop.h>

#include "http-buffer.h"
#include "http-curl.h"

#define BATCH 64
/* Fetches not yet admitted; more than every subscription at once means that somebody runs wild. */
#define WAITING_MAX (2 * AVU_LIMIT_SUBSCRIPTIONS)
/* Peers remembered for having failed; when full, all are forgiven. */
#define FAILED_PEERS_MAX 4096
/* A place in four may hold a peer that failed; after so long it goes before the good ones. */
#define SUSPECT_SHARE 4
#define SUSPECT_PATIENCE_NS AVU_NS_PER_S
/* Small answers need small buffers: a thousand transfers then cost 10 MB. */
#define SMALL_ANSWER (64 * 1024)

struct AvuFetcher {
	AvuAddressPolicy policy;
	CURLM *multi;
	int epoll_fd;
	GSource *source;
	AvuTimer *timer;    /* curl's */
	AvuTimer *deferred; /* reports what failed before it began */
	GQueue good;        /* waiting for a place */
	GQueue suspect;     /* the same, peers that failed last time */
	GQueue running;
	GQueue stillborn;
	unsigned places;
	unsigned running_suspects;
	GHashTable *failed_peers; /* "address port" */
	unsigned calling;         /* depth of done() calls */
	bool freed;               /* within such a call */
};

struct AvuFetch {
	AvuFetcher *fetcher;
	GQueue *queue; /* the one it is in */
	GList link;
	AvuUrl *url;
	char *method;
	struct curl_slist *lines;
	HttpBuffer body;
	size_t max_answer;
	int64_t timeout_ns;
	int64_t queued_ns;
	int64_t deadline_ns; /* set at admission */
	unsigned redirects;
	bool status_only;
	AvuFetchDone done;
	void *user_data;

	CURL *easy;
	HttpCurlGuard guard;
	HttpHead head;
	HttpBuffer answer;
	bool over_limit;
	bool was_suspect;
	char *peer; /* key of failed_peers */
	GError *error;
};

static void pump(AvuFetcher *fetcher);

static void
move(AvuFetch *fetch, GQueue *queue)
{
	if (fetch->queue != NULL) {
		g_queue_unlink(fetch->queue, &fetch->link);
	}
	fetch->queue = queue;
	if (queue != NULL) {
		g_queue_push_tail_link(queue, &fetch->link);
	}
}

static void
free_fetch(AvuFetch *fetch)
{
	AvuFetcher *fetcher = fetch->fetcher;

	if (fetch->queue == &fetcher->running && fetch->was_suspect) {
		fetcher->running_suspects--;
	}
	move(fetch, NULL);
	if (fetch->easy != NULL) {
		/* Not within a call-back of curl's: done() is called after those. */
		curl_multi_remove_handle(fetcher->multi, fetch->easy);
		curl_easy_cleanup(fetch->easy);
	}
	curl_slist_free_all(fetch->lines);
	http_head_clear(&fetch->head);
	http_buffer_clear(&fetch->body);
	http_buffer_clear(&fetch->answer);
	avu_url_free(fetch->url);
	g_clear_error(&fetch->error);
	g_free(fetch->peer);
	g_free(fetch->method);
	g_free(fetch);
}

static size_t
on_header(char *octets, size_t size, size_t n, void *data)
{
	AvuFetch *fetch = data;

	if (!http_head_take(&fetch->head, octets, size * n)) {
		fetch->over_limit = true;
		return 0;
	}
	return size * n;
}

static size_t
on_body(char *octets, size_t size, size_t n, void *data)
{
	AvuFetch *fetch = data;

	/* Counted here: curl 7.88 does not limit a body of unknown length. */
	if (!http_buffer_append(&fetch->answer, octets, size * n, fetch->max_answer)) {
		fetch->over_limit = true;
		return 0;
	}
	return size * n;
}

static void
set_options(AvuFetch *fetch)
{
	CURL *easy = fetch->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, fetch);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, fetch);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, fetch);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fetch->lines);
	curl_easy_setopt(
		easy, CURLOPT_BUFFERSIZE, fetch->max_answer > SMALL_ANSWER ? 16384L : 4096L);
	if (fetch->body.data != NULL) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, fetch->body.data);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)fetch->body.len);
	}
	if (strcmp(fetch->method, "HEAD") == 0) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	} else {
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, fetch->method);
	}
}

/* (Re)starts the transfer to fetch->url with what is left of the time. */
static bool
launch(AvuFetch *fetch, GError **error)
{
	int64_t left_ms = (fetch->deadline_ns - avu_now_ns()) / AVU_NS_PER_MS;
	AvuAddress target;

	if (strcmp(avu_url_get_scheme(fetch->url), "http") != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_DENIED, "scheme '%s' is not fetched",
			avu_url_get_scheme(fetch->url));
		return false;
	}
	if (!http_curl_literal(fetch->url, &target, error)) {
		return false;
	}
	curl_easy_setopt(fetch->easy, CURLOPT_URL, avu_url_get_text(fetch->url));
	curl_easy_setopt(fetch->easy, CURLOPT_TIMEOUT_MS, (long)MAX(left_ms, 1));
	http_head_clear(&fetch->head);
	http_head_init(&fetch->head);
	http_buffer_clear(&fetch->answer);
	if (curl_multi_add_handle(fetch->fetcher->multi, fetch->easy) != CURLM_OK) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_FAILED, "curl refuses the transfer");
		return false;
	}
	return true;
}

static void
defer_failure(AvuFetch *fetch, GError *error)
{
	fetch->error = error;
	move(fetch, &fetch->fetcher->stillborn);
	avu_timer_set(fetch->fetcher->deferred, 0);
}

static void
admit(AvuFetch *fetch, bool suspect)
{
	AvuFetcher *fetcher = fetch->fetcher;
	GError *error = NULL;

	fetch->easy = http_curl_new("http", &fetch->guard);
	if (fetch->easy == NULL) {
		defer_failure(
			fetch, g_error_new(AVU_ERROR, AVU_ERROR_LIMIT, "no memory for a transfer"));
		return;
	}
	set_options(fetch);
	fetch->deadline_ns = avu_now_ns() + fetch->timeout_ns;
	if (!launch(fetch, &error)) {
		defer_failure(fetch, error);
		return;
	}
	fetch->was_suspect = suspect;
	fetcher->running_suspects += suspect;
	move(fetch, &fetcher->running);
}

/* Admits while there are places: good peers first, unless a suspect has waited long enough. */
static void
pump(AvuFetcher *fetcher)
{
	unsigned suspect_places = MAX(fetcher->places / SUSPECT_SHARE, 1);

	while (fetcher->running.length < fetcher->places) {
		AvuFetch *good = g_queue_peek_head(&fetcher->good);
		AvuFetch *suspect = fetcher->running_suspects < suspect_places
					    ? g_queue_peek_head(&fetcher->suspect)
					    : NULL;

		if (suspect != NULL && good != NULL &&
			avu_now_ns() - suspect->queued_ns < SUSPECT_PATIENCE_NS) {
			suspect = NULL;
		}
		if (suspect == NULL && good == NULL) {
			return;
		}
		admit(suspect != NULL ? suspect : good, suspect != NULL);
	}
}

static void
remember(AvuFetch *fetch, bool failed)
{
	GHashTable *peers = fetch->fetcher->failed_peers;

	if (!failed) {
		g_hash_table_remove(peers, fetch->peer);
		return;
	}
	if (g_hash_table_size(peers) >= FAILED_PEERS_MAX) {
		g_hash_table_remove_all(peers);
	}
	g_hash_table_add(peers, g_strdup(fetch->peer));
}

static void
read_address(CURL *easy, CURLINFO ip_info, CURLINFO port_info, AvuAddress *ret)
{
	const char *ip = NULL;
	long port = 0;

	if (curl_easy_getinfo(easy, ip_info, &ip) == CURLE_OK && ip != NULL &&
		avu_address_parse(ip, ret) &&
		curl_easy_getinfo(easy, port_info, &port) == CURLE_OK) {
		ret->port = (uint16_t)port;
	}
}

/* Tells the caller and frees. The caller may start and cancel others, and free the fetcher. */
static void
report(AvuFetch *fetch, const GError *error)
{
	AvuFetcher *fetcher = fetch->fetcher;
	AvuFetchAnswer answer = { 0 };

	if (error == NULL) {
		answer.status = fetch->head.status;
		answer.body = fetch->answer.data != NULL ? fetch->answer.data : "";
		answer.body_len = fetch->answer.len;
		answer.headers = fetch->head.headers;
		read_address(fetch->easy, CURLINFO_LOCAL_IP, CURLINFO_LOCAL_PORT, &answer.local);
		read_address(fetch->easy, CURLINFO_PRIMARY_IP, CURLINFO_PRIMARY_PORT, &answer.peer);
	}
	if (fetch->queue == &fetcher->running && fetch->was_suspect) {
		fetcher->running_suspects--;
	}
	move(fetch, NULL); /* neither cancel nor free of the fetcher finds it any more */
	fetcher->calling++;
	fetch->done(error == NULL ? &answer : NULL, error, fetch->user_data);
	fetcher->calling--;
	free_fetch(fetch);
}

/* @return true when the answer was a redirect and the transfer goes on elsewhere */
static bool
follow(AvuFetch *fetch, GError **error)
{
	bool repeatable = fetch->body.data == NULL || fetch->head.status >= 307;
	g_autoptr(AvuUrl) to = NULL;

	if (fetch->redirects == 0 || !repeatable) {
		return false;
	}
	to = http_curl_redirect(fetch->url, &fetch->head, error);
	if (to == NULL) {
		return false;
	}
	fetch->redirects--;
	avu_url_free(fetch->url);
	fetch->url = g_steal_pointer(&to);
	return launch(fetch, error);
}

static void
finish(AvuFetch *fetch, CURLcode code)
{
	g_autoptr(GError) error = NULL;
	const bool answered = fetch->status_only && fetch->head.complete;

	curl_multi_remove_handle(fetch->fetcher->multi, fetch->easy);
	if (code != CURLE_OK && !answered) {
		http_curl_set_error(&error, code, &fetch->guard, fetch->over_limit, fetch->url);
	} else if (fetch->head.ambiguous) {
		g_set_error(&error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"%s: a header line stands twice with two values",
			avu_url_get_text(fetch->url));
	} else if (follow(fetch, &error)) {
		return;
	}
	remember(fetch, g_error_matches(error, AVU_ERROR, AVU_ERROR_TIMEOUT) ||
				g_error_matches(error, AVU_ERROR, AVU_ERROR_UNREACHABLE));
	report(fetch, error);
}

static void
destroy(AvuFetcher *fetcher)
{
	GQueue *queues[] = { &fetcher->good, &fetcher->suspect, &fetcher->running,
		&fetcher->stillborn };

	for (size_t i = 0; i < G_N_ELEMENTS(queues); i++) {
		while (queues[i]->length > 0) {
			free_fetch(g_queue_peek_head(queues[i]));
		}
	}
	if (fetcher->source != NULL) {
		g_source_destroy(fetcher->source);
		g_source_unref(fetcher->source);
	}
	/* Closing its connections curl still calls for its sockets and its timer. */
	curl_multi_cleanup(fetcher->multi);
	avu_timer_free(fetcher->timer);
	avu_timer_free(fetcher->deferred);
	avu_fd_cleanup(&fetcher->epoll_fd);
	g_hash_table_unref(fetcher->failed_peers);
	g_free(fetcher);
}

/* To be called after done() may have run. @return false when the fetcher is gone */
static bool
still_there(AvuFetcher *fetcher)
{
	if (fetcher->freed && fetcher->calling == 0) {
		destroy(fetcher);
		return false;
	}
	return !fetcher->freed;
}

static void
drain(AvuFetcher *fetcher)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(fetcher->multi, &left)) != NULL) {
		AvuFetch *fetch = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE) {
			continue;
		}
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&fetch);
		finish(fetch, code);
		if (!still_there(fetcher)) {
			return;
		}
	}
	pump(fetcher);
}

static bool
on_epoll(int fd, GIOCondition condition, void *data)
{
	AvuFetcher *fetcher = data;
	struct epoll_event events[BATCH];
	int n = epoll_wait(fd, events, BATCH, 0);
	int running;

	(void)condition;
	for (int i = 0; i < n; i++) {
		int what = ((events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) ? CURL_CSELECT_IN
										 : 0) |
			   ((events[i].events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) ? CURL_CSELECT_OUT
										  : 0);

		curl_multi_socket_action(fetcher->multi, events[i].data.fd, what, &running);
	}
	drain(fetcher);
	return true;
}

static void
on_timer(void *data)
{
	AvuFetcher *fetcher = data;
	int running;

	curl_multi_socket_action(fetcher->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	drain(fetcher);
}

static void
on_deferred(void *data)
{
	AvuFetcher *fetcher = data;

	while (fetcher->stillborn.length > 0) {
		AvuFetch *fetch = g_queue_peek_head(&fetcher->stillborn);
		g_autoptr(GError) error = g_steal_pointer(&fetch->error);

		report(fetch, error);
		if (!still_there(fetcher)) {
			return;
		}
	}
	pump(fetcher);
}

static int
on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
	AvuFetcher *fetcher = data;
	struct epoll_event event = { .data.fd = fd };

	(void)easy;
	(void)socket_data;
	if (what == CURL_POLL_REMOVE) {
		/* Closing it may have removed it already. */
		(void)epoll_ctl(fetcher->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events =
		((what & CURL_POLL_IN) ? EPOLLIN : 0u) | ((what & CURL_POLL_OUT) ? EPOLLOUT : 0u);
	if (epoll_ctl(fetcher->epoll_fd, EPOLL_CTL_MOD, fd, &event) != 0) {
		(void)epoll_ctl(fetcher->epoll_fd, EPOLL_CTL_ADD, fd, &event);
	}
	return 0;
}

static int
on_curl_timer(CURLM *multi, long timeout_ms, void *data)
{
	AvuFetcher *fetcher = data;

	(void)multi;
	avu_timer_set(fetcher->timer, timeout_ms < 0 ? AVU_TIME_NONE : timeout_ms * AVU_NS_PER_MS);
	return 0;
}

AvuFetcher *
avu_fetcher_new(GMainContext *context, const AvuAddressPolicy *policy)
{
	AvuFetcher *fetcher = g_new0(AvuFetcher, 1);

	if (policy != NULL) {
		fetcher->policy = *policy;
	}
	fetcher->places = AVU_LIMIT_FETCHES;
	fetcher->failed_peers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	fetcher->timer = avu_timer_new(context, AVU_TIME_NONE, on_timer, fetcher);
	fetcher->deferred = avu_timer_new(context, AVU_TIME_NONE, on_deferred, fetcher);
	/* Two small kernel and heap objects at start: without them no program works. */
	fetcher->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	fetcher->multi = curl_multi_init();
	g_assert(fetcher->epoll_fd >= 0 && fetcher->multi != NULL);
	curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
	curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETDATA, fetcher);
	curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
	curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERDATA, fetcher);
	fetcher->source = avu_watch_fd(context, fetcher->epoll_fd, G_IO_IN, on_epoll, fetcher);
	return fetcher;
}

const AvuAddressPolicy *
avu_fetcher_get_policy(const AvuFetcher *fetcher)
{
	return &fetcher->policy;
}

void
avu_fetcher_set_places(AvuFetcher *fetcher, unsigned at_once)
{
	fetcher->places = MAX(at_once, 1);
	pump(fetcher);
}

void
avu_fetcher_free(AvuFetcher *fetcher)
{
	if (fetcher == NULL) {
		return;
	}
	fetcher->freed = true;
	(void)still_there(fetcher);
}

/* Everything about the request that can be wrong. */
static bool
prepare(AvuFetch *fetch, const AvuFetchRequest *request, GError **error)
{
	AvuAddress target;
	g_autofree char *host = NULL;

	fetch->url = avu_url_parse_own(request->url, error);
	if (fetch->url == NULL || !http_curl_literal(fetch->url, &target, error)) {
		return false;
	}
	fetch->lines = http_curl_lines(request->headers, request->body != NULL, error);
	if (fetch->lines == NULL) {
		return false;
	}
	host = avu_address_format(&target);
	fetch->peer = g_strdup_printf("%s %u", host, target.port);
	if (fetch->fetcher->good.length + fetch->fetcher->suspect.length >= WAITING_MAX ||
		(request->body != NULL && !http_buffer_append(&fetch->body, request->body,
						  request->body_len, request->body_len))) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "too many requests are waiting");
		return false;
	}
	return true;
}

AvuFetch *
avu_fetch(AvuFetcher *fetcher, const AvuFetchRequest *request, AvuFetchDone done, void *user_data)
{
	AvuFetch *fetch = g_new0(AvuFetch, 1);
	GError *error = NULL;

	fetch->fetcher = fetcher;
	fetch->link.data = fetch;
	fetch->method = g_strdup(request->method != NULL ? request->method : "GET");
	fetch->max_answer = request->max_answer;
	fetch->status_only = request->status_only;
	fetch->timeout_ns = request->timeout_ns != 0 ? request->timeout_ns : AVU_LIMIT_FETCH_NS;
	fetch->redirects = request->redirects;
	fetch->guard.policy = fetcher->policy;
	fetch->queued_ns = avu_now_ns();
	fetch->done = done;
	fetch->user_data = user_data;
	if (!prepare(fetch, request, &error)) {
		defer_failure(fetch, error);
		return fetch;
	}
	move(fetch, g_hash_table_contains(fetcher->failed_peers, fetch->peer) ? &fetcher->suspect
									      : &fetcher->good);
	pump(fetcher);
	return fetch;
}

void
avu_fetch_cancel(AvuFetch *fetch)
{
	AvuFetcher *fetcher = fetch->fetcher;

	free_fetch(fetch);
	/* Its place may be for another; not from here, since a cancel must start nothing. */
	avu_timer_set(fetcher->deferred, 0);
}
