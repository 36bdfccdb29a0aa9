/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A peer on loopback that answers as the path asks: well, badly, or never. */
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>

#define FAKE_MAX 512

typedef struct FakePeer FakePeer;

typedef struct {
	FakePeer *peer;
	int fd;
	pthread_t thread;
} FakeConnection;

struct FakePeer {
	int listen_fd;
	uint16_t port;
	pthread_t thread;
	atomic_bool stopping;
	atomic_int open;
	atomic_int most_open;
	/* request: head and, with Content-Length, body; fd is closed after the return */
	void (*behave)(FakePeer *peer, int fd, const char *request);
	FakeConnection connections[FAKE_MAX];
	int n_connections;
};

/* @return false when the other side is gone */
static inline bool
fake_send(int fd, const void *octets, size_t len)
{
	return send(fd, octets, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static inline bool
fake_say(int fd, const char *text)
{
	return fake_send(fd, text, strlen(text));
}

/* Sends piece until the other side goes away. */
static inline void
fake_say_forever(FakePeer *peer, int fd, const char *piece)
{
	while (!peer->stopping && fake_say(fd, piece)) {
	}
}

/* Keeps the connection without a word until the other side closes. */
static inline void
fake_stay_silent(FakePeer *peer, int fd)
{
	char octet;

	while (!peer->stopping) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };

		if (poll(&ready, 1, 20) == 1 && recv(fd, &octet, 1, 0) <= 0) {
			return;
		}
	}
}

static inline bool
fake_is_whole(const GString *request)
{
	const char *end = strstr(request->str, "\r\n\r\n");
	const char *length = strstr(request->str, "Content-Length: ");
	size_t body = length != NULL ? (size_t)g_ascii_strtoull(length + 16, NULL, 10) : 0;

	return end != NULL && request->len >= (size_t)(end + 4 - request->str) + body;
}

static inline void *
fake_serve(void *data)
{
	FakeConnection *connection = data;
	FakePeer *peer = connection->peer;
	GString *request = g_string_new(NULL);
	char buffer[4096];
	int open = ++peer->open;

	if (open > peer->most_open) {
		peer->most_open = open;
	}
	while (!peer->stopping && !fake_is_whole(request)) {
		struct pollfd ready = { .fd = connection->fd, .events = POLLIN };
		ssize_t got = poll(&ready, 1, 20) == 1
				      ? recv(connection->fd, buffer, sizeof(buffer), 0)
				      : -2;

		if (got == 0 || got == -1) {
			break;
		}
		if (got > 0) {
			g_string_append_len(request, buffer, got);
		}
	}
	if (fake_is_whole(request)) {
		peer->behave(peer, connection->fd, request->str);
	}
	peer->open--;
	(void)shutdown(connection->fd, SHUT_RDWR);
	(void)close(connection->fd);
	g_string_free(request, TRUE);
	return NULL;
}

static inline void *
fake_accept(void *data)
{
	FakePeer *peer = data;

	while (!peer->stopping) {
		struct pollfd ready = { .fd = peer->listen_fd, .events = POLLIN };
		FakeConnection *connection = &peer->connections[peer->n_connections];

		if (poll(&ready, 1, 20) != 1) {
			continue;
		}
		g_assert_cmpint(peer->n_connections, <, FAKE_MAX);
		connection->peer = peer;
		connection->fd = accept4(peer->listen_fd, NULL, NULL, SOCK_CLOEXEC);
		g_assert_cmpint(
			pthread_create(&connection->thread, NULL, fake_serve, connection), ==, 0);
		peer->n_connections++;
	}
	return NULL;
}

static inline FakePeer *
fake_peer_new(void (*behave)(FakePeer *peer, int fd, const char *request))
{
	FakePeer *peer = g_new0(FakePeer, 1);
	struct sockaddr_in where = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(where);

	peer->behave = behave;
	peer->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(peer->listen_fd, (struct sockaddr *)&where, len), ==, 0);
	g_assert_cmpint(listen(peer->listen_fd, 128), ==, 0);
	g_assert_cmpint(getsockname(peer->listen_fd, (struct sockaddr *)&where, &len), ==, 0);
	peer->port = ntohs(where.sin_port);
	g_assert_cmpint(pthread_create(&peer->thread, NULL, fake_accept, peer), ==, 0);
	return peer;
}

static inline void
fake_peer_free(FakePeer *peer)
{
	peer->stopping = true;
	pthread_join(peer->thread, NULL);
	for (int i = 0; i < peer->n_connections; i++) {
		pthread_join(peer->connections[i].thread, NULL);
	}
	(void)close(peer->listen_fd);
	g_free(peer);
}
