/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Accepts connections on a thread of its own and keeps each until the whole head of its first request
 * lies in the kernel's buffer; only then is it worth a thread. A peer that sends half a head, or
 * nothing, costs one descriptor here and is closed after LIM-06, or earlier when it is the oldest and too
 * many wait (LIM-08) or have sent a part only (LIM-09). Limits from limits.h. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>
#include <av-upnp/neighbour.h>

#include "http-acceptor.h"
#include "http-lines.h"
#include "http-listeners.h"
#include "http-thread.h"

#define BATCH 64
/* Descriptors of those the process may have that no connection gets (ROB-013). */
#define RESERVED_FDS 64
#define SWEEP_NS (500 * AVU_NS_PER_MS)
/* Connections that are a crowd: when most of one have gone, their memory is the system's again. */
#define CROWD 64
#define CROWD_REST 8
/* Without descriptors for newcomers, look again after this. */
#define EXHAUSTED_NS (100 * AVU_NS_PER_MS)

typedef struct {
	int fd;
	AvuAddress peer;
	AvuAddress local;
	int64_t since_ns;
	bool half;  /* a part of its head is here */
	GList link; /* in waiting */
	GList half_link;
} Waiting;

struct HttpAcceptor {
	HttpTable *table;
	HttpLinger *linger;
	HttpAcceptorCalls calls;
	pthread_t thread;
	int epoll_fd;
	int wake_fd;
	int reserve_fd; /* from this number on descriptors are the rest of the program's (ROB-013) */
	bool looks_ahead; /* was once that near to it: it costs two calls for each connection */
	char *head;       /* AVU_LIMIT_HTTP_HEAD octets to look into; the thread's */
	size_t crowd;     /* most connections since memory was given back; the thread's */

	pthread_mutex_t lock;
	bool stopping;            /* guarded by lock */
	HttpListeners *listeners; /* guarded by lock */
	GQueue waiting;           /* Waiting, oldest first; guarded by lock */
	GQueue half;              /* those with a part of a head; guarded by lock */
	int64_t resume_ns; /* listeners are deaf until then; AVU_TIME_NONE: they are not; guarded by lock */
};

static void
free_waiting(HttpAcceptor *acceptor, Waiting *waiting)
{
	g_queue_unlink(&acceptor->waiting, &waiting->link);
	if (waiting->half) {
		g_queue_unlink(&acceptor->half, &waiting->half_link);
	}
	g_free(waiting);
}

static void
drop_waiting(HttpAcceptor *acceptor, Waiting *waiting)
{
	(void)close(waiting->fd); /* leaves the epoll by itself */
	avu_counter_add(acceptor->calls.counters->half, 1);
	free_waiting(acceptor, waiting);
}

/* Says it without taking a thread. */
static void
answer_at_once(HttpLinger *linger, int fd, const char *status)
{
	http_linger_say(fd, status);
	http_linger_add(linger, fd);
	(void)close(fd);
}

/* @param head_len  of what is in acceptor->head */
static void
hand_over(HttpAcceptor *acceptor, Waiting *waiting, size_t head_len)
{
	int fd = waiting->fd;
	struct sockaddr_storage peer;
	socklen_t len = avu_address_to_sockaddr(&waiting->peer, &peer);

	(void)epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	waiting->fd = -1;
	if (!http_check_raw(acceptor->head, head_len)) {
		avu_counter_add(acceptor->calls.counters->statuses[4], 1);
		answer_at_once(acceptor->linger, fd, "400 Bad Request");
		return;
	}
	if (!http_table_make_room(acceptor->table, &waiting->peer)) {
		avu_counter_add(acceptor->calls.counters->busy, 1);
		answer_at_once(acceptor->linger, fd, "503 Service Unavailable\r\nRetry-After: 5");
		return;
	}
	http_table_add(acceptor->table, fd, &waiting->peer, &waiting->local);
	const HttpFirst first = { fd, (struct sockaddr *)&peer, len, acceptor->head, head_len };

	if (!acceptor->calls.serve(&first, acceptor->calls.data)) {
		http_table_remove(acceptor->table, fd);
	}
}

static void
note_half(HttpAcceptor *acceptor, Waiting *waiting)
{
	if (!waiting->half) {
		waiting->half = true;
		waiting->half_link.data = waiting;
		g_queue_push_tail_link(&acceptor->half, &waiting->half_link);
	}
}

/* Looks without taking. @param last  nothing more will come
 *  @return true when the connection left the queue and is freed */
static bool
look_at(HttpAcceptor *acceptor, Waiting *waiting, bool last)
{
	bool whole;
	ssize_t got =
		recv(waiting->fd, acceptor->head, AVU_LIMIT_HTTP_HEAD, MSG_PEEK | MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return false;
	}
	/* A head that fills the limit is handed over too: to be refused in words. */
	whole = got == AVU_LIMIT_HTTP_HEAD ||
		(got > 0 && http_lines_find_end(acceptor->head, (size_t)got, 0) > 0);
	if (got > 0 && !whole && !last) {
		note_half(acceptor, waiting);
		return false;
	}
	if (whole) {
		hand_over(acceptor, waiting, (size_t)got);
	}
	if (waiting->fd >= 0) {
		drop_waiting(acceptor, waiting);
	} else {
		free_waiting(acceptor, waiting);
	}
	return true;
}

static void
admit(HttpAcceptor *acceptor, int fd, const AvuAddress *peer, const AvuAddress *local)
{
	Waiting *waiting = g_new0(Waiting, 1);
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET,
		.data.ptr = waiting };

	waiting->fd = fd;
	waiting->peer = *peer;
	waiting->local = *local;
	waiting->since_ns = avu_now_ns();
	waiting->link.data = waiting;
	g_queue_push_tail_link(&acceptor->waiting, &waiting->link);
	if (!look_at(acceptor, waiting, false) &&
		epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
		drop_waiting(acceptor, waiting);
	}
	if (acceptor->waiting.length > AVU_LIMIT_HTTP_WAITING) {
		drop_waiting(acceptor, g_queue_peek_head(&acceptor->waiting));
	}
}

/* Not where they are noted: events of theirs may be in the same batch. */
static void
trim_half(HttpAcceptor *acceptor)
{
	while (acceptor->half.length > AVU_LIMIT_HTTP_HALF) {
		drop_waiting(acceptor, g_queue_peek_head(&acceptor->half));
	}
}

/* Of a process that may have few descriptors half of them is ours. */
static int
find_reserve(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= INT_MAX) {
		return INT_MAX;
	}
	return (int)(limit.rlim_cur - MIN(RESERVED_FDS, limit.rlim_cur / 2));
}

/* The next connection would have a number below the reserve. */
static bool
has_descriptors(const HttpAcceptor *acceptor)
{
	avu_autofd int next = fcntl(acceptor->wake_fd, F_DUPFD_CLOEXEC, 0);

	return next >= 0 && next < acceptor->reserve_fd;
}

static void
set_deaf(HttpAcceptor *acceptor, bool deaf)
{
	acceptor->resume_ns = deaf ? avu_now_ns() + EXHAUSTED_NS : AVU_TIME_NONE;
	http_listeners_set_deaf(acceptor->listeners, deaf);
}

/* Newcomers wait in the kernel until somebody has gone: the oldest that waits here, or one that is served and has
 * nothing to do, whose thread will notice. */
static void
make_place(HttpAcceptor *acceptor)
{
	Waiting *oldest = g_queue_peek_head(&acceptor->waiting);

	if (oldest != NULL) {
		drop_waiting(acceptor, oldest);
	} else {
		http_table_cut_idle(acceptor->table);
	}
	set_deaf(acceptor, true);
}

static bool
endpoints(int fd, const struct sockaddr_storage *from, socklen_t from_len, AvuAddress *ret_peer,
	AvuAddress *ret_local)
{
	struct sockaddr_storage here;
	socklen_t here_len = sizeof(here);

	return avu_address_from_sockaddr((const struct sockaddr *)from, from_len, ret_peer) &&
	       getsockname(fd, (struct sockaddr *)&here, &here_len) == 0 &&
	       avu_address_from_sockaddr((struct sockaddr *)&here, here_len, ret_local);
}

static void
accept_some(HttpAcceptor *acceptor, int listen_fd)
{
	for (int i = 0; i < BATCH; i++) {
		if (acceptor->looks_ahead && !has_descriptors(acceptor)) {
			make_place(acceptor);
			return;
		}
		struct sockaddr_storage from;
		socklen_t len = sizeof(from);
		avu_autofd int fd = accept4(
			listen_fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		AvuAddress peer, local;

		if (fd < 0) {
			if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
				errno == ENOMEM) {
				make_place(acceptor);
			}
			if (errno != ECONNABORTED && errno != EINTR) {
				return;
			}
			continue;
		}
		/* The kernel gives the lowest number that is free: all below are taken. */
		acceptor->looks_ahead |= fd + 1 >= acceptor->reserve_fd;
		if (endpoints(fd, &from, len, &peer, &local) &&
			acceptor->calls.accept(&peer, &local, acceptor->calls.data)) {
			avu_counter_add(acceptor->calls.counters->accepted, 1);
			avu_neighbour_note(&peer);
			admit(acceptor, avu_steal_fd(&fd), &peer, &local);
		} else {
			avu_counter_add(acceptor->calls.counters->foreign, 1);
		}
	}
}

/* Newcomers last: admitting them may drop connections whose events are in the same batch. */
static void
handle_events(HttpAcceptor *acceptor, const struct epoll_event *events, int n)
{
	for (int i = 0; i < n; i++) {
		if ((events[i].data.u64 & 1) == 0) {
			(void)look_at(acceptor, events[i].data.ptr,
				(events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
		}
	}
	for (int i = 0; i < n; i++) {
		const int fd =
			(events[i].data.u64 & 1) != 0
				? http_listeners_find(acceptor->listeners, events[i].data.u64)
				: -1;

		if (fd >= 0) {
			accept_some(acceptor, fd);
		}
	}
}

/* Free pieces of thousands of connections lie between those of others, where the allocator keeps them for good. */
static void
give_back(HttpAcceptor *acceptor)
{
	const size_t now = http_table_count(acceptor->table) + acceptor->waiting.length;

	acceptor->crowd = MAX(acceptor->crowd, now);
	if (acceptor->crowd >= CROWD && now <= acceptor->crowd / CROWD_REST) {
		(void)malloc_trim(0);
		acceptor->crowd = now;
	}
}

/* @return when to be called again; AVU_TIME_NONE: nobody has a deadline */
static int64_t
sweep(HttpAcceptor *acceptor)
{
	int64_t now = avu_now_ns();
	int64_t next;
	Waiting *oldest;

	trim_half(acceptor);
	while ((oldest = g_queue_peek_head(&acceptor->waiting)) != NULL &&
		now - oldest->since_ns > AVU_LIMIT_HTTP_HEAD_NS) {
		drop_waiting(acceptor, oldest);
	}
	if (acceptor->resume_ns != AVU_TIME_NONE && now >= acceptor->resume_ns) {
		set_deaf(acceptor, false);
	}
	next = http_table_sweep(acceptor->table, now);
	/* After the table: who leaves it to linger does so before it leaves. */
	if (http_linger_run(acceptor->linger, now) > 0 || acceptor->waiting.length > 0) {
		next = next != AVU_TIME_NONE ? MIN(next, now + SWEEP_NS) : now + SWEEP_NS;
	}
	give_back(acceptor);
	if (acceptor->resume_ns != AVU_TIME_NONE) {
		next = next != AVU_TIME_NONE ? MIN(next, acceptor->resume_ns) : acceptor->resume_ns;
	}
	return next;
}

/* Of the table. An edge for each: nobody has to read it. */
static void
wake(void *data)
{
	const uint64_t one = 1;

	(void)!write(((HttpAcceptor *)data)->wake_fd, &one, sizeof(one)); /* cannot overflow */
}

static int
milliseconds_until(int64_t when_ns)
{
	if (when_ns == AVU_TIME_NONE) {
		return -1;
	}
	return (int)((MAX(when_ns - avu_now_ns(), 0) + AVU_NS_PER_MS - 1) / AVU_NS_PER_MS);
}

static void *
run(void *data)
{
	HttpAcceptor *acceptor = data;
	struct epoll_event events[BATCH];
	int64_t next_ns = AVU_TIME_NONE;
	bool stopping = false;

	while (!stopping) {
		int n = epoll_wait(acceptor->epoll_fd, events, BATCH, milliseconds_until(next_ns));

		pthread_mutex_lock(&acceptor->lock);
		handle_events(acceptor, events, n);
		next_ns = sweep(acceptor);
		stopping = acceptor->stopping;
		pthread_mutex_unlock(&acceptor->lock);
	}
	return NULL;
}

/* Those that came in where nobody listens any more. */
static void
shut_strays(HttpAcceptor *acceptor)
{
	for (GList *l = acceptor->waiting.head; l != NULL; l = l->next) {
		Waiting *waiting = l->data;

		if (!http_listeners_have(acceptor->listeners, &waiting->local)) {
			(void)shutdown(waiting->fd, SHUT_RDWR); /* the thread then drops it */
		}
	}
}

bool
http_acceptor_listen(HttpAcceptor *acceptor, const AvuAddress *addresses, size_t n, GError **error)
{
	/* Only callers add or remove listeners, and they are one thread: no lock for a look. */
	g_autoptr(GArray) fresh = http_listeners_open(acceptor->listeners, addresses, n, error);

	if (fresh == NULL) {
		return false;
	}
	pthread_mutex_lock(&acceptor->lock);
	http_listeners_commit(acceptor->listeners, addresses, n, fresh);
	shut_strays(acceptor);
	pthread_mutex_unlock(&acceptor->lock);
	http_table_keep_local(acceptor->table, addresses, n);
	return true;
}

static bool
start_thread(HttpAcceptor *acceptor, GError **error)
{
	const int failed = http_thread_start(&acceptor->thread, 0, run, acceptor);

	if (failed != 0) {
		avu_set_errno(error, failed, "thread for connections");
	}
	return failed == 0;
}

HttpAcceptor *
http_acceptor_new(
	HttpTable *table, HttpLinger *linger, const HttpAcceptorCalls *calls, GError **error)
{
	g_autoptr(HttpAcceptor) acceptor = g_new0(HttpAcceptor, 1);
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = HTTP_LISTENERS_NONE };
	struct epoll_event edge = { .events = EPOLLIN | EPOLLET, .data.u64 = HTTP_LISTENERS_NONE };

	acceptor->table = table;
	acceptor->linger = linger;
	acceptor->calls = *calls;
	acceptor->head = g_malloc(AVU_LIMIT_HTTP_HEAD);
	acceptor->resume_ns = AVU_TIME_NONE;
	acceptor->reserve_fd = find_reserve();
	g_queue_init(&acceptor->waiting);
	g_queue_init(&acceptor->half);
	pthread_mutex_init(&acceptor->lock, NULL);
	acceptor->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	acceptor->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	acceptor->listeners = http_listeners_new(acceptor->epoll_fd);
	if (acceptor->wake_fd < 0 || acceptor->epoll_fd < 0 ||
		epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_ADD, acceptor->wake_fd, &edge) != 0 ||
		epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_ADD, http_linger_get_fd(linger), &event) !=
			0) {
		avu_set_errno(error, errno, "epoll for connections");
		return NULL;
	}
	http_table_set_wake(table, wake, acceptor);
	return start_thread(acceptor, error) ? g_steal_pointer(&acceptor) : NULL;
}

size_t
http_acceptor_count(HttpAcceptor *acceptor)
{
	size_t count;

	pthread_mutex_lock(&acceptor->lock);
	count = acceptor->waiting.length;
	pthread_mutex_unlock(&acceptor->lock);
	return count;
}

void
http_acceptor_stop(HttpAcceptor *acceptor)
{
	if (acceptor == NULL) {
		return;
	}
	http_table_set_wake(acceptor->table, NULL, NULL);
	if (acceptor->thread != 0) {
		pthread_mutex_lock(&acceptor->lock);
		acceptor->stopping = true;
		pthread_mutex_unlock(&acceptor->lock);
		wake(acceptor);
		pthread_join(acceptor->thread, NULL);
		acceptor->thread = 0;
	}
	pthread_mutex_lock(&acceptor->lock);
	while (acceptor->waiting.length > 0) {
		drop_waiting(acceptor, g_queue_peek_head(&acceptor->waiting));
	}
	pthread_mutex_unlock(&acceptor->lock);
	g_clear_pointer(&acceptor->listeners, http_listeners_free);
}

void
http_acceptor_free(HttpAcceptor *acceptor)
{
	if (acceptor == NULL) {
		return;
	}
	http_acceptor_stop(acceptor);
	avu_fd_cleanup(&acceptor->wake_fd);
	avu_fd_cleanup(&acceptor->epoll_fd);
	pthread_mutex_destroy(&acceptor->lock);
	g_free(acceptor->head);
	g_free(acceptor);
}
