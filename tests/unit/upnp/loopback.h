/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A control point made of bare sockets, on a thread of its own, while the main loop runs. Nothing of
 * the product's HTTP client is in it. */
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/mailbox.h>

/* How long a test waits for what must come, and for what must not. */
#define MUST_NS (10 * AVU_NS_PER_S)
#define MUST_NOT_NS (400 * AVU_NS_PER_MS)

/* source: last octet of the address to come from, 127.0.0.source. */
static inline int
connect_from(uint8_t source, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in from = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	from.sin_addr.s_addr = htonl((INADDR_LOOPBACK & ~UINT32_C(0xff)) | source);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&from, sizeof(from)), ==, 0);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&to, sizeof(to)), ==, 0);
	return fd;
}

static inline int
connect_to(uint16_t port)
{
	return connect_from(1, port);
}

/* One message with its body, by Content-Length, or until the peer closes. */
static inline char *
read_message(int fd)
{
	GString *in = g_string_new(NULL);
	char buffer[4096];
	ssize_t n;

	while ((n = recv(fd, buffer, sizeof(buffer), 0)) > 0) {
		const char *end;

		g_string_append_len(in, buffer, n);
		end = strstr(in->str, "\r\n\r\n");
		if (end != NULL) {
			g_autofree char *head = g_ascii_strdown(in->str, end - in->str);
			const char *length = strstr(head, "content-length:");
			size_t want = length != NULL ? (size_t)atoi(length + 15) : 0;

			/* Requests without a body may leave the length out. */
			bool ended = length != NULL || !g_str_has_prefix(in->str, "HTTP/");

			if (ended && in->len >= (size_t)(end + 4 - in->str) + want) {
				break;
			}
		}
	}
	return g_string_free(in, FALSE);
}

static inline void
send_all(int fd, const char *text)
{
	g_assert_cmpint(send(fd, text, strlen(text), MSG_NOSIGNAL), ==, (ssize_t)strlen(text));
}

/* Value of a header line, or NULL; g_free() it. */
static inline char *
header_of(const char *message, const char *name)
{
	g_auto(GStrv) lines = g_strsplit(message, "\r\n", -1);
	size_t len = strlen(name);

	for (size_t i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
		if (g_ascii_strncasecmp(lines[i], name, len) == 0 && lines[i][len] == ':') {
			return g_strstrip(g_strdup(lines[i] + len + 1));
		}
	}
	return NULL;
}

static inline int
status_of(const char *message)
{
	return strlen(message) > 12 ? atoi(message + 9) : 0;
}

static inline const char *
body_of(const char *message)
{
	const char *end = strstr(message, "\r\n\r\n");

	return end != NULL ? end + 4 : "";
}

/* Runs the default main context until *flag or the time is over. */
static inline bool
run_until(const bool *flag, int64_t at_most_ns)
{
	int64_t end_ns = avu_now_ns() + at_most_ns;

	while (!*flag && avu_now_ns() < end_ns) {
		if (!g_main_context_iteration(NULL, FALSE)) {
			g_usleep(500);
		}
	}
	return *flag;
}

typedef struct {
	AvuMailbox *mailbox;
	uint8_t source;
	uint16_t port;
	const char *request;
	char *answer;
	bool done;
} Exchange;

static inline void
exchange_done(void *data)
{
	((Exchange *)data)->done = true;
}

static inline void *
exchange_thread(void *data)
{
	Exchange *exchange = data;
	int fd = connect_from(exchange->source, exchange->port);

	send_all(fd, exchange->request);
	exchange->answer = read_message(fd);
	(void)close(fd);
	avu_mailbox_post(exchange->mailbox, exchange_done, exchange, NULL);
	return NULL;
}

/* Sends a request and returns the whole answer, while the main loop runs. */
static inline char *
exchange_from(uint8_t source, AvuMailbox *mailbox, uint16_t port, const char *request)
{
	Exchange self = { .mailbox = mailbox, .source = source, .port = port, .request = request };
	pthread_t thread;

	g_assert_cmpint(pthread_create(&thread, NULL, exchange_thread, &self), ==, 0);
	g_assert_true(run_until(&self.done, MUST_NS));
	(void)pthread_join(thread, NULL);
	return self.answer;
}

static inline char *
exchange(AvuMailbox *mailbox, uint16_t port, const char *request)
{
	return exchange_from(1, mailbox, port, request);
}

/* A peer that listens: for NOTIFY, or for SUBSCRIBE in the place of a device. */
typedef struct {
	AvuMailbox *mailbox;
	int fd;
	uint16_t port;
	int status; /* answered; 0: never */
	const char
		*extra; /* header lines of the answer; set before the first request; may be NULL */
	pthread_mutex_t gate; /* held: answers wait */
	bool ending;          /* atomic */
	pthread_t thread;
	GPtrArray *events; /* char*, whole messages; main thread */
} Listener;

typedef struct {
	Listener *listener;
	char *message;
} Heard;

static inline void
on_heard(void *data)
{
	Heard *heard = data;

	g_ptr_array_add(heard->listener->events, heard->message);
	g_free(heard);
}

static inline void *
listener_thread(void *data)
{
	Listener *listener = data;
	GArray *silent = g_array_new(FALSE, FALSE, sizeof(int));

	for (;;) {
		int fd = accept(listener->fd, NULL, NULL);
		Heard *heard;

		if (fd < 0 || __atomic_load_n(&listener->ending, __ATOMIC_ACQUIRE)) {
			break;
		}
		heard = g_new0(Heard, 1);
		heard->listener = listener;
		heard->message = read_message(fd);
		avu_mailbox_post(listener->mailbox, on_heard, heard, NULL);
		if (listener->status == 0) {
			g_array_append_val(silent, fd);
			continue;
		}
		g_autofree char *answer = g_strdup_printf(
			"HTTP/1.1 %d x\r\n%sContent-Length: 0\r\nConnection: close\r\n\r\n",
			listener->status, listener->extra != NULL ? listener->extra : "");

		(void)pthread_mutex_lock(&listener->gate);
		(void)pthread_mutex_unlock(&listener->gate);

		send_all(fd, answer);
		(void)close(fd);
	}
	for (guint i = 0; i < silent->len; i++) {
		(void)close(g_array_index(silent, int, i));
	}
	g_array_unref(silent);
	return NULL;
}

static inline Listener *
listener_new(AvuMailbox *mailbox, int status)
{
	Listener *listener = g_new0(Listener, 1);
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener->mailbox = mailbox;
	listener->status = status;
	(void)pthread_mutex_init(&listener->gate, NULL);
	listener->events = g_ptr_array_new_with_free_func(g_free);
	listener->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(listener->fd, (struct sockaddr *)&at, sizeof(at)), ==, 0);
	g_assert_cmpint(listen(listener->fd, 64), ==, 0);
	g_assert_cmpint(getsockname(listener->fd, (struct sockaddr *)&at, &len), ==, 0);
	listener->port = ntohs(at.sin_port);
	g_assert_cmpint(pthread_create(&listener->thread, NULL, listener_thread, listener), ==, 0);
	return listener;
}

static inline void
listener_free(Listener *listener)
{
	__atomic_store_n(&listener->ending, true, __ATOMIC_RELEASE);
	int fd = connect_to(listener->port); /* wakes accept */

	(void)pthread_join(listener->thread, NULL);
	(void)close(fd);
	(void)close(listener->fd);
	/* What it posted last. */
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	g_ptr_array_unref(listener->events);
	g_free(listener);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Listener, listener_free)

static inline void
listener_hold(Listener *listener)
{
	(void)pthread_mutex_lock(&listener->gate);
}

static inline void
listener_release(Listener *listener)
{
	(void)pthread_mutex_unlock(&listener->gate);
}

/* The n-th event, waited for. */
static inline const char *
wait_event(Listener *listener, guint n)
{
	int64_t end_ns = avu_now_ns() + MUST_NS;

	while (listener->events->len <= n && avu_now_ns() < end_ns) {
		if (!g_main_context_iteration(NULL, FALSE)) {
			g_usleep(500);
		}
	}
	g_assert_cmpuint(listener->events->len, >, n);
	return g_ptr_array_index(listener->events, n);
}

static inline void
run_for(int64_t span_ns)
{
	bool never = false;

	(void)run_until(&never, span_ns);
}

static inline void
assert_seq(const char *event, const char *sid, const char *seq)
{
	g_autofree char *event_sid = header_of(event, "SID");
	g_autofree char *event_seq = header_of(event, "SEQ");

	g_assert_cmpstr(event_sid, ==, sid);
	g_assert_cmpstr(event_seq, ==, seq);
}
