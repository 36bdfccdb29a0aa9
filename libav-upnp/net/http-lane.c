/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of a request for media: a thread per connection reads heads, asks the handler and sends, with as few calls
 * of the kernel as that takes. A head is looked at without taking it from the socket; only when it is a GET or HEAD of
 * a direct route and http-check has nothing against it, it is taken. One that is too long or of no sound lines is
 * refused here; whatever else comes finds its head unread in libmicrohttpd, for good. The waiting has no end of its
 * own: the table's deadlines end a connection by shutdown(). Limits from limits.h. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "http-lane.h"
#include "http-lines.h"
#include "http-sender.h"
#include "http-thread.h"

#define TEXT_OCTETS 1024

struct HttpLane {
	const HttpRequestContext *context;
	HttpLinger *linger;
	HttpLaneHandOn hand_on;
	void *hand_on_data;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	size_t running; /* guarded by lock */
};

/* One connection; its thread's. */
typedef struct {
	HttpLane *lane;
	HttpConnection *link;
	int fd;
	struct sockaddr_storage peer;
	socklen_t peer_len;
	GString *text;
	HttpLine *lines; /* AVU_LIMIT_HTTP_HEADER_LINES */
	char *octets;    /* AVU_LIMIT_HTTP_HEAD and one */
} Ride;

typedef enum {
	GO_ON,
	END,
	HAND_ON, /* to libmicrohttpd */
} Next;

HttpLane *
http_lane_new(
	const HttpRequestContext *context, HttpLinger *linger, HttpLaneHandOn hand_on, void *data)
{
	HttpLane *lane = g_new0(HttpLane, 1);

	lane->context = context;
	lane->linger = linger;
	lane->hand_on = hand_on;
	lane->hand_on_data = data;
	pthread_mutex_init(&lane->lock, NULL);
	pthread_cond_init(&lane->ended, NULL);
	return lane;
}

void
http_lane_free(HttpLane *lane)
{
	if (lane == NULL) {
		return;
	}
	pthread_mutex_lock(&lane->lock);
	while (lane->running > 0) {
		pthread_cond_wait(&lane->ended, &lane->lock);
	}
	pthread_mutex_unlock(&lane->lock);
	pthread_cond_destroy(&lane->ended);
	pthread_mutex_destroy(&lane->lock);
	g_free(lane);
}

bool
http_lane_wants(const HttpLane *lane, const char *octets, size_t len)
{
	AvuCursor in = avu_cursor(octets, len);
	const HttpRoute *route;

	if (!avu_cursor_take(&in, "GET ") && !avu_cursor_take(&in, "HEAD ")) {
		return false;
	}
	AvuCursor target = avu_cursor_take_until(&in, " ?\r\n");
	g_autofree char *path = avu_cursor_dup(&target);

	route = http_routes_find(lane->context->routes, path);
	return route != NULL && route->route.direct;
}

/* Waits for a whole head, and leaves it where it is. From its first octets on it has LIM-06.
 * @param ret_len  of it; 0: so long that it is not whole
 * @return false: there will be none */
static bool
wait_for_head(Ride *ride, size_t *ret_len)
{
	size_t seen = 0;

	*ret_len = 0;
	while (*ret_len == 0 && seen < AVU_LIMIT_HTTP_HEAD) {
		/* for the rest of it: until there is more than before */
		ssize_t got =
			seen == 0 ? recv(ride->fd, ride->octets, AVU_LIMIT_HTTP_HEAD, MSG_PEEK)
				  : recv(ride->fd, ride->octets, seen + 1, MSG_PEEK | MSG_WAITALL);

		if (got > 0 && seen > 0 && (size_t)got > seen) {
			got = recv(ride->fd, ride->octets, AVU_LIMIT_HTTP_HEAD,
				MSG_PEEK | MSG_DONTWAIT);
		}
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0 || (size_t)got <= seen) {
			return false;
		}
		*ret_len = http_lines_find_end(ride->octets, (size_t)got, seen);
		if (*ret_len == 0 && seen == 0) {
			http_table_mark(ride->lane->context->table, ride->link, HTTP_IDLE,
				avu_now_ns() + AVU_LIMIT_HTTP_HEAD_NS);
		}
		seen = (size_t)got;
	}
	return true;
}

/* The head was looked at: away with it. @return false: it is not there, though it was */
static bool
take_head(Ride *ride, size_t len)
{
	while (len > 0) {
		/* TCP counts and forgets it: nothing is written, and what lies there is in use. */
		ssize_t got = recv(ride->fd, ride->octets, len, MSG_TRUNC | MSG_DONTWAIT);

		if (got <= 0 && !(got < 0 && errno == EINTR)) {
			return false;
		}
		len -= (size_t)MAX(got, 0);
	}
	return true;
}

/* A token of any of its Connection lines. */
static bool
wants_close(const AvuHttpRequest *request)
{
	for (size_t i = 0; i < request->n_lines; i++) {
		const HttpLine *line = &request->lines[i];
		AvuCursor in = avu_cursor(line->value, line->value_len);

		if (line->name_len != strlen("Connection") ||
			g_ascii_strcasecmp(line->name, "Connection") != 0) {
			continue;
		}
		while (!avu_cursor_at_end(&in)) {
			const AvuCursor item = avu_cursor_take_list_item(&in);

			if (avu_cursor_equal_ci(&item, "close")) {
				return true;
			}
		}
	}
	return false;
}

/* @param response  taken */
static Next
send_answer(Ride *ride, AvuHttpRequest *request, AvuHttpResponse *response, bool close)
{
	HttpSender sender = {
		.fd = ride->fd,
		.text = ride->text,
		.head = request->method == AVU_HTTP_HEAD,
		.http10 = request->http10,
		.close = close,
	};
	HttpTransfer transfer;
	HttpSendEnd end;

	(void)http_request_mark(request, response, &transfer);
	end = http_sender_send(&sender, response);
	request->given = sender.octets;
	http_request_end(request, end != HTTP_SEND_DONE
					  ? http_request_explain(request,
						    end == HTTP_SEND_SHRUNK ? "file-shrunk" : NULL)
					  : NULL);
	return end == HTTP_SEND_DONE && !close ? GO_ON : END;
}

static Next
answer(Ride *ride, AvuHttpRequest *request)
{
	AvuHttpResponse *response;

	http_table_mark(request->context->table, ride->link, HTTP_ANSWER, AVU_TIME_NONE);
	response = request->route->route.handler(request, request->route->user_data);
	return send_answer(ride, request, response, request->http10 || wants_close(request));
}

/* A head of which not even the first line is taken for good. It stays unread: nothing behind it may be a request. */
static Next
refuse(Ride *ride, AvuHttpRequest *request, unsigned status, const char *why)
{
	request->target = "";
	ride->link->linger = true;
	return send_answer(ride, request, avu_http_response_new_error(status, why), true);
}

/* Is it a request for the lane? Fills request, of which path and query are to be freed either way. */
static bool
accept_head(Ride *ride, size_t len, AvuHttpRequest *request)
{
	HttpHead head = { .local = ride->link->local };
	HttpVerdict verdict;

	if (!http_lines_split(ride->octets, len, ride->lines, AVU_LIMIT_HTTP_HEADER_LINES, &head)) {
		return false;
	}
	verdict = http_check(&head);
	if (verdict.status != 0 || verdict.has_body ||
		http_lines_find(head.lines, head.n_lines, "Expect") != NULL) {
		return false;
	}
	request->target = head.target;
	request->lines = head.lines;
	request->n_lines = head.n_lines;
	request->http10 = verdict.http10;
	http_request_take_verdict(request, &verdict);
	return request->route != NULL && request->route->route.direct &&
	       (request->route->route.methods & request->method) != 0;
}

static Next
serve_next(Ride *ride)
{
	AvuHttpRequest request = {
		.context = ride->lane->context, .link = ride->link, .fd = ride->fd
	};
	size_t len;

	if (!wait_for_head(ride, &len)) {
		return END;
	}
	request.begin_ns = avu_now_ns();
	if (!http_check_raw(ride->octets, len > 0 ? len : AVU_LIMIT_HTTP_HEAD)) {
		return refuse(ride, &request, 400, "this is no request");
	}
	if (len == 0) {
		return refuse(ride, &request, 431, "the head is too long");
	}
	if (!accept_head(ride, len, &request)) {
		g_free(request.path);
		g_free(request.query);
		return HAND_ON;
	}
	if (!take_head(ride, len)) {
		http_request_end(&request, "client-left");
		return END;
	}
	return answer(ride, &request);
}

/* Its answers block; libmicrohttpd's do not. */
static void
set_blocking(int fd, bool blocking)
{
	const int no_delay = 1;
	const int flags = fcntl(fd, F_GETFL);

	(void)fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof(no_delay));
}

static void
end_ride(Ride *ride)
{
	http_linger_follow(ride->lane->linger, ride->link);
	http_table_end(ride->lane->context->table, ride->link);
	(void)close(ride->fd);
}

static void
free_ride(Ride *ride)
{
	(void)g_string_free(ride->text, TRUE);
	g_free(ride);
}

static void
hand_on(Ride *ride)
{
	HttpLane *lane = ride->lane;
	uint64_t serial;

	set_blocking(ride->fd, false);
	serial = http_table_hand_on(lane->context->table, ride->link);
	if (!lane->hand_on(ride->fd, (const struct sockaddr *)&ride->peer, ride->peer_len,
		    lane->hand_on_data)) {
		avu_counter_add(lane->context->counters.busy, 1);
		http_table_forget(lane->context->table, ride->fd, serial);
	}
}

/* A head lies on the stack: what a crowd took of it the kernel has back when its threads end, while the allocator keeps
 * what lies between others' pieces. */
static void *
run(void *data)
{
	char octets[AVU_LIMIT_HTTP_HEAD + 1];
	HttpLine lines[AVU_LIMIT_HTTP_HEADER_LINES];
	Ride *ride = data;
	HttpLane *lane = ride->lane;
	Next next = GO_ON;

	ride->octets = octets;
	ride->lines = lines;
	set_blocking(ride->fd, true);
	while (next == GO_ON) {
		next = serve_next(ride);
	}
	if (next == HAND_ON) {
		hand_on(ride);
	} else {
		end_ride(ride);
	}
	free_ride(ride);
	pthread_mutex_lock(&lane->lock);
	lane->running--;
	pthread_cond_signal(&lane->ended);
	pthread_mutex_unlock(&lane->lock);
	return NULL;
}

bool
http_lane_serve(HttpLane *lane, int fd, const struct sockaddr *peer, socklen_t len, size_t stack)
{
	Ride *ride = g_new0(Ride, 1);

	ride->lane = lane;
	ride->fd = fd;
	memcpy(&ride->peer, peer, len);
	ride->peer_len = len;
	ride->text = g_string_sized_new(TEXT_OCTETS);
	ride->link = http_table_start(lane->context->table, fd);
	pthread_mutex_lock(&lane->lock);
	lane->running++;
	pthread_mutex_unlock(&lane->lock);
	if (http_thread_start(NULL, stack, run, ride) == 0) {
		return true;
	}
	pthread_mutex_lock(&lane->lock);
	lane->running--;
	pthread_mutex_unlock(&lane->lock);
	avu_counter_add(lane->context->counters.busy, 1);
	http_linger_say(fd, "503 Service Unavailable\r\nRetry-After: 5");
	http_linger_add(lane->linger, fd);
	http_table_end(lane->context->table, ride->link);
	(void)close(fd);
	free_ride(ride);
	return false;
}
