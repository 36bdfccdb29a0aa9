/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A socket that is closed with octets unread sends a reset, and a reset makes the peer forget the
 * answer it has not read yet: a 413 in the middle of an upload would be seen as a broken line. So our
 * direction is shut and what comes is thrown away, by the kernel and without a copy, until the peer has
 * closed, or paused, or lasted too long. Any thread may add; the acceptor's runs it. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>

#include "http-linger.h"

#define BATCH 32
/* Of one connection before the others have their turn. */
#define GULP (1024 * 1024)

typedef struct {
	int fd;
	int64_t until_ns; /* absolute */
	int64_t idle_ns;  /* until something must have come */
	GList link;
} Lingering;

struct HttpLinger {
	int epoll_fd;
	pthread_mutex_t lock;
	GQueue queue; /* Lingering, oldest first; guarded by lock */
};

HttpLinger *
http_linger_new(GError **error)
{
	g_autoptr(HttpLinger) linger = g_new0(HttpLinger, 1);

	pthread_mutex_init(&linger->lock, NULL);
	g_queue_init(&linger->queue);
	linger->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (linger->epoll_fd < 0) {
		avu_set_errno(error, errno, "epoll for connections that end");
		return NULL;
	}
	return g_steal_pointer(&linger);
}

/* Under the lock. */
static void
drop(HttpLinger *linger, Lingering *lingering)
{
	g_queue_unlink(&linger->queue, &lingering->link);
	/* By hand: the other descriptor of this connection may still be open and would keep it there. */
	(void)epoll_ctl(linger->epoll_fd, EPOLL_CTL_DEL, lingering->fd, NULL);
	(void)close(lingering->fd);
	g_free(lingering);
}

void
http_linger_free(HttpLinger *linger)
{
	if (linger == NULL) {
		return;
	}
	while (linger->queue.length > 0) {
		drop(linger, g_queue_peek_head(&linger->queue));
	}
	avu_fd_cleanup(&linger->epoll_fd);
	pthread_mutex_destroy(&linger->lock);
	g_free(linger);
}

void
http_linger_add(HttpLinger *linger, int fd)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	struct epoll_event event = { .events = EPOLLIN };
	Lingering *lingering;

	if (own < 0) {
		return; /* no descriptor left for a courtesy */
	}
	(void)shutdown(own, SHUT_WR);
	lingering = g_new0(Lingering, 1);
	lingering->fd = own;
	lingering->until_ns = avu_now_ns() + AVU_LIMIT_HTTP_LINGER_NS;
	lingering->idle_ns = avu_now_ns() + AVU_LIMIT_HTTP_LINGER_IDLE_NS;
	lingering->link.data = lingering;
	event.data.ptr = lingering;
	pthread_mutex_lock(&linger->lock);
	g_queue_push_tail_link(&linger->queue, &lingering->link);
	if (epoll_ctl(linger->epoll_fd, EPOLL_CTL_ADD, own, &event) != 0) {
		drop(linger, lingering);
	} else if (linger->queue.length > AVU_LIMIT_HTTP_LINGERING) {
		drop(linger, g_queue_peek_head(&linger->queue));
	}
	pthread_mutex_unlock(&linger->lock);
}

void
http_linger_follow(HttpLinger *linger, const HttpConnection *link)
{
	char octet;
	ssize_t got = recv(link->fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT);

	/* Is more coming, or there unread? Then the answer needs time to arrive. */
	if (got > 0 || (got < 0 && errno == EAGAIN && link->linger)) {
		http_linger_add(linger, link->fd);
	}
}

void
http_linger_say(int fd, const char *status)
{
	g_autofree char *answer = g_strconcat(
		"HTTP/1.1 ", status, "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", NULL);

	(void)send(fd, answer, strlen(answer), MSG_DONTWAIT | MSG_NOSIGNAL);
}

int
http_linger_get_fd(const HttpLinger *linger)
{
	return linger->epoll_fd;
}

/* @return false: it has ended */
static bool
swallow(Lingering *lingering, int64_t now_ns)
{
	size_t eaten = 0;

	while (eaten < GULP) {
		/* TCP counts and forgets them. */
		ssize_t got = recv(lingering->fd, NULL, GULP, MSG_TRUNC | MSG_DONTWAIT);

		if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
			break;
		}
		if (got <= 0) {
			return false;
		}
		eaten += (size_t)got;
	}
	if (eaten > 0) {
		lingering->idle_ns = now_ns + AVU_LIMIT_HTTP_LINGER_IDLE_NS;
	}
	return true;
}

size_t
http_linger_run(HttpLinger *linger, int64_t now_ns)
{
	struct epoll_event events[BATCH];
	GList *next;
	size_t left;
	int n;

	pthread_mutex_lock(&linger->lock);
	n = epoll_wait(linger->epoll_fd, events, BATCH, 0);
	for (int i = 0; i < n; i++) {
		if (!swallow(events[i].data.ptr, now_ns)) {
			drop(linger, events[i].data.ptr);
		}
	}
	for (GList *l = linger->queue.head; l != NULL; l = next) {
		Lingering *lingering = l->data;

		next = l->next;
		if (now_ns >= lingering->until_ns || now_ns >= lingering->idle_ns) {
			drop(linger, lingering);
		}
	}
	left = linger->queue.length;
	pthread_mutex_unlock(&linger->lock);
	return left;
}
