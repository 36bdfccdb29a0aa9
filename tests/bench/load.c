/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clients for bench-stream, one thread with epoll so that they take little of the machine that they
 * measure; what arrives is counted and thrown away by the kernel (MSG_TRUNC). One line of JSON at the end.
 *
 *   load whole   HOST:PORT PATH                        seconds for all of it
 *   load ranges  HOST:PORT PATH SIZE CLIENTS SECONDS   64 KiB from random places, kept connections
 *   load players HOST:PORT PATH CLIENTS OCTETS/S SECONDS    players with 4 s of buffer that start with 1 s
 *   load carry   HOST:PORT PATH CLIENTS OCTETS/S SECONDS    such players that come one after the other, 400 a second,
 *                                              SECONDS after the last; the first stall ends it
 *   load seeks   HOST:PORT PATH SIZE CLIENTS SECONDS   all from a random place, on a new connection each, left after 4 KiB
 *   load fresh   HOST:PORT PATH PER-SECOND SECONDS     a connection each for the first 64 KiB
 *   load half    HOST:PORT N SECONDS                   heads that never end, an octet each 4 s
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <av-upnp/address.h>
#include <av-upnp/clock.h>
#include <av-upnp/fd.h>

#define BLOCK 65536
#define HEAD_MAX 4096
#define SIP 4096
#define BATCH 256
#define GULP (1024 * 1024)
#define TRICKLE_NS (4 * AVU_NS_PER_S)
#define BUFFER_S 4
#define START_S 1
#define COMING_PER_S 400

typedef struct {
	int fd;
	bool in_head;
	char head[HEAD_MAX];
	size_t head_len;
	uint64_t left;     /* of the body */
	uint64_t received; /* of bodies */
	int64_t asked_ns;
	int64_t first_ns;   /* player: first octet of the body, 0: none yet */
	int64_t stalled_ns; /* player: since when it has nothing to play, 0: it plays */
	bool full;          /* player: does not read */
} Client;

typedef struct {
	const char *host; /* with port */
	AvuAddress address;
	const char *path;
	uint64_t size;
	unsigned n;
	uint64_t rate;
	int64_t seconds;
	int64_t coming_ns; /* players: between one and the next, 0: all at once */
	int epoll_fd;
	Client *clients;
	GArray *first_us; /* unsigned: request to first octet */
	GArray *whole_us; /* unsigned: request to last octet */
	uint64_t errors;
	uint64_t stalls;
	int64_t stall_ns;
} Load;

static void
die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, g_strerror(errno));
	exit(1);
}

static int
dial(const Load *load)
{
	struct sockaddr_storage there;
	socklen_t len = avu_address_to_sockaddr(&load->address, &there);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&there, len) != 0 ||
		!avu_fd_set_nonblocking(fd, NULL)) {
		die("connect");
	}
	return fd;
}

static void
watch(const Load *load, Client *client, int operation, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = client };

	if (epoll_ctl(load->epoll_fd, operation, client->fd, &event) != 0) {
		die("epoll_ctl");
	}
}

/* @param length  0: all */
static void
ask(const Load *load, Client *client, uint64_t offset, uint64_t length)
{
	g_autofree char *range = length == 0 ? g_strdup("")
					     : g_strdup_printf("Range: bytes=%" G_GUINT64_FORMAT
							       "-%" G_GUINT64_FORMAT "\r\n",
						       offset, offset + length - 1);
	g_autofree char *request = g_strdup_printf(
		"GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", load->path, load->host, range);

	client->in_head = true;
	client->head_len = 0;
	client->asked_ns = avu_now_ns();
	if (send(client->fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request)) {
		die("send");
	}
}

/* The head and what came with it. @return false: the connection is of no more use */
static bool
take_head(Load *load, Client *client)
{
	ssize_t got = recv(
		client->fd, client->head + client->head_len, HEAD_MAX - 1 - client->head_len, 0);
	const char *end, *length;
	uint64_t with_it;

	if (got <= 0) {
		return got < 0 && errno == EAGAIN;
	}
	client->head_len += (size_t)got;
	client->head[client->head_len] = '\0';
	end = strstr(client->head, "\r\n\r\n");
	if (end == NULL) {
		return client->head_len < HEAD_MAX - 1;
	}
	length = strcasestr(client->head, "\r\nContent-Length:");
	if (!g_str_has_prefix(client->head, "HTTP/1.1 20") || length == NULL || length > end) {
		load->errors++;
		return false;
	}
	if (load->first_us != NULL) {
		unsigned us = (unsigned)((avu_now_ns() - client->asked_ns) / AVU_NS_PER_US);

		g_array_append_val(load->first_us, us);
	}
	client->left = strtoull(length + strlen("\r\nContent-Length:"), NULL, 10);
	with_it = client->head_len - (size_t)(end + 4 - client->head);
	client->left -= with_it;
	client->received += with_it;
	client->in_head = false;
	return true;
}

/* @return false: it ended, or nothing is left */
static bool
take(Load *load, Client *client, uint64_t max)
{
	while (client->in_head) {
		size_t before = client->head_len;

		if (!take_head(load, client)) {
			return false;
		}
		if (client->in_head && client->head_len == before) {
			return true;
		}
	}
	while (client->left > 0 && max > 0) {
		ssize_t got = recv(client->fd, NULL, MIN(MIN(client->left, max), GULP), MSG_TRUNC);

		if (got <= 0) {
			load->errors += got == 0 || errno != EAGAIN;
			return got < 0 && errno == EAGAIN;
		}
		client->left -= (uint64_t)got;
		client->received += (uint64_t)got;
		max -= (uint64_t)got;
	}
	return true;
}

static int
compare_unsigned(const void *a, const void *b)
{
	unsigned left = *(const unsigned *)a;
	unsigned right = *(const unsigned *)b;

	return left < right ? -1 : left > right;
}

static unsigned
percentile(GArray *values, double part)
{
	if (values->len == 0) {
		return 0;
	}
	qsort(values->data, values->len, sizeof(unsigned), compare_unsigned);
	return g_array_index(values, unsigned, (guint)floor(part * (values->len - 1)));
}

static void
open_all(Load *load)
{
	load->clients = g_new0(Client, load->n);
	for (unsigned i = 0; i < load->n; i++) {
		load->clients[i].fd = dial(load);
	}
}

static void
run_whole(Load *load)
{
	int64_t began;

	load->n = 1;
	open_all(load);
	watch(load, &load->clients[0], EPOLL_CTL_ADD, EPOLLIN);
	began = avu_now_ns();
	ask(load, &load->clients[0], 0, 0);
	do {
		struct epoll_event event;

		(void)epoll_wait(load->epoll_fd, &event, 1, -1);
		if (!take(load, &load->clients[0], UINT64_MAX)) {
			load->errors++;
			break;
		}
	} while (load->clients[0].in_head || load->clients[0].left > 0);
	printf("{\"seconds\":%.6f,\"octets\":%" G_GUINT64_FORMAT ",\"errors\":%" G_GUINT64_FORMAT
	       "}\n",
		(double)(avu_now_ns() - began) / (double)AVU_NS_PER_S, load->clients[0].received,
		load->errors);
}

static void
ask_block(const Load *load, Client *client)
{
	uint64_t blocks = load->size / BLOCK;
	uint64_t at = ((uint64_t)random() << 16 ^ (uint64_t)random()) % blocks;

	ask(load, client, at * BLOCK, BLOCK);
}

static void
note_whole(Load *load, const Client *client)
{
	unsigned us = (unsigned)((avu_now_ns() - client->asked_ns) / AVU_NS_PER_US);

	g_array_append_val(load->whole_us, us);
}

static void
run_ranges(Load *load)
{
	int64_t began, end;

	open_all(load);
	began = avu_now_ns();
	end = began + load->seconds * AVU_NS_PER_S;
	for (unsigned i = 0; i < load->n; i++) {
		watch(load, &load->clients[i], EPOLL_CTL_ADD, EPOLLIN);
		ask_block(load, &load->clients[i]);
	}
	while (avu_now_ns() < end) {
		struct epoll_event events[BATCH];
		int n = epoll_wait(load->epoll_fd, events, BATCH, 1000);

		for (int i = 0; i < n; i++) {
			Client *client = events[i].data.ptr;

			if (!take(load, client, UINT64_MAX)) {
				/* Some servers keep a connection for so many requests only. */
				(void)close(client->fd);
				client->fd = dial(load);
				watch(load, client, EPOLL_CTL_ADD, EPOLLIN);
				ask_block(load, client);
			} else if (!client->in_head && client->left == 0) {
				note_whole(load, client);
				ask_block(load, client);
			}
		}
	}
	printf("{\"per_s\":%.1f,\"first_p50_us\":%u,\"first_p99_us\":%u,\"p99_us\":%u,"
	       "\"errors\":%" G_GUINT64_FORMAT "}\n",
		load->whole_us->len / ((double)(avu_now_ns() - began) / (double)AVU_NS_PER_S),
		percentile(load->first_us, 0.5), percentile(load->first_us, 0.99),
		percentile(load->whole_us, 0.99), load->errors);
}

/* Away from what it plays, however much of that is still coming. */
static void
seek(const Load *load, Client *client)
{
	const uint64_t blocks = load->size / BLOCK;
	const uint64_t at = ((uint64_t)random() << 16 ^ (uint64_t)random()) % blocks * BLOCK;

	if (client->fd > 0) {
		(void)close(client->fd);
	}
	client->fd = dial(load);
	client->received = 0;
	watch(load, client, EPOLL_CTL_ADD, EPOLLIN);
	ask(load, client, at, load->size - at);
}

static void
run_seeks(Load *load)
{
	const int64_t began = avu_now_ns();
	const int64_t end = began + load->seconds * AVU_NS_PER_S;

	load->clients = g_new0(Client, load->n);
	for (unsigned i = 0; i < load->n; i++) {
		seek(load, &load->clients[i]);
	}
	while (avu_now_ns() < end) {
		struct epoll_event events[BATCH];
		const int n = epoll_wait(load->epoll_fd, events, BATCH, 1000);

		for (int i = 0; i < n; i++) {
			Client *client = events[i].data.ptr;

			if (!take(load, client, SIP)) {
				load->errors++;
				seek(load, client);
			} else if (client->received >= SIP) {
				note_whole(load, client);
				seek(load, client);
			}
		}
	}
	printf("{\"per_s\":%.1f,\"p50_us\":%u,\"p99_us\":%u,\"errors\":%" G_GUINT64_FORMAT "}\n",
		load->whole_us->len / ((double)(avu_now_ns() - began) / (double)AVU_NS_PER_S),
		percentile(load->whole_us, 0.5), percentile(load->whole_us, 0.99), load->errors);
}

/* What it has played until now. */
static uint64_t
played(const Load *load, const Client *client, int64_t now)
{
	int64_t ns = now - client->first_ns - START_S * AVU_NS_PER_S;

	return ns > 0 ? (uint64_t)((double)ns / (double)AVU_NS_PER_S * (double)load->rate) : 0;
}

/* Reads when there is room, notes whether it had to stop. */
static void
play(Load *load, Client *client, int64_t now)
{
	uint64_t behind = client->first_ns != 0 ? played(load, client, now) : 0;
	uint64_t wanted = behind + BUFFER_S * load->rate;

	if (client->received < wanted && !take(load, client, wanted - client->received)) {
		client->left = 0;
		(void)epoll_ctl(load->epoll_fd, EPOLL_CTL_DEL, client->fd, NULL);
		return;
	}
	if (client->first_ns == 0 && client->received > 0) {
		client->first_ns = now;
	} else if (client->first_ns != 0 && client->received < behind) {
		load->stalls += client->stalled_ns == 0;
		client->stalled_ns = client->stalled_ns != 0 ? client->stalled_ns : now;
	} else if (client->stalled_ns != 0) {
		load->stall_ns += now - client->stalled_ns;
		client->first_ns += now - client->stalled_ns; /* it goes on from where it stood */
		client->stalled_ns = 0;
	}
	if ((client->received >= wanted) != client->full) {
		client->full = !client->full;
		watch(load, client, EPOLL_CTL_MOD, client->full ? 0 : EPOLLIN);
	}
}

/* Those whose time it is. @return how many there are now */
static unsigned
let_come(const Load *load, unsigned there, int64_t since_ns)
{
	const unsigned due = load->coming_ns == 0 ? load->n
						  : (unsigned)MIN(since_ns / load->coming_ns + 1,
							    (int64_t)load->n);

	for (; there < due; there++) {
		Client *client = &load->clients[there];

		client->fd = dial(load);
		watch(load, client, EPOLL_CTL_ADD, EPOLLIN);
		ask(load, client, 0, 0);
	}
	return there;
}

static void
tell_players(const Load *load, double seconds)
{
	uint64_t received = 0;
	unsigned silent = 0;

	for (unsigned i = 0; i < load->n; i++) {
		received += load->clients[i].received;
		silent += load->clients[i].first_ns == 0;
	}
	printf("{\"stalls\":%" G_GUINT64_FORMAT ",\"stall_s\":%.1f,\"silent\":%u,"
	       "\"octets\":%" G_GUINT64_FORMAT ",\"errors\":%" G_GUINT64_FORMAT
	       ",\"seconds\":%.1f}\n",
		load->stalls, (double)load->stall_ns / (double)AVU_NS_PER_S, silent, received,
		load->errors, seconds);
}

static void
run_players(Load *load)
{
	const int64_t began = avu_now_ns();
	const int64_t end =
		began + load->seconds * AVU_NS_PER_S + (int64_t)load->n * load->coming_ns;
	const bool all = load->coming_ns == 0;
	int64_t next_ns = 0;
	unsigned there = 0;

	load->clients = g_new0(Client, load->n);
	for (int64_t now = began; now < end && (all || load->stalls == 0); now = avu_now_ns()) {
		struct epoll_event events[BATCH];

		there = let_come(load, there, now - began);
		const int n = epoll_wait(load->epoll_fd, events, BATCH, there < load->n ? 2 : 50);

		for (int i = 0; i < n; i++) {
			play(load, events[i].data.ptr, now);
		}
		/* Those that were full, and those that hear nothing. */
		for (unsigned i = 0; now >= next_ns && i < there; i++) {
			play(load, &load->clients[i], now);
		}
		next_ns = now >= next_ns ? now + 50 * AVU_NS_PER_MS : next_ns;
	}
	tell_players(load, (double)(avu_now_ns() - began) / (double)AVU_NS_PER_S);
}

static void
run_fresh(Load *load)
{
	int64_t end = avu_now_ns() + load->seconds * AVU_NS_PER_S;
	int64_t next = avu_now_ns();
	Client client = { 0 };

	while (next < end) {
		int64_t now = avu_now_ns();

		if (now < next) {
			g_usleep((gulong)((next - now) / AVU_NS_PER_US));
		}
		next += AVU_NS_PER_S / (int64_t)load->rate;
		now = avu_now_ns();
		client = (Client){ .fd = dial(load) };
		watch(load, &client, EPOLL_CTL_ADD, EPOLLIN);
		ask(load, &client, 0, BLOCK);
		client.asked_ns = now; /* with the handshake */
		do {
			struct epoll_event event;

			(void)epoll_wait(load->epoll_fd, &event, 1, -1);
		} while (take(load, &client, UINT64_MAX) && (client.in_head || client.left > 0));
		note_whole(load, &client);
		(void)close(client.fd);
	}
	printf("{\"gets\":%u,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u,\"errors\":"
	       "%" G_GUINT64_FORMAT "}\n",
		load->whole_us->len, percentile(load->whole_us, 0.5),
		percentile(load->whole_us, 0.99), percentile(load->whole_us, 1), load->errors);
}

static void
run_half(Load *load)
{
	int64_t end;
	int64_t next = 0;
	unsigned closed = 0;
	double oldest_s = 0;

	open_all(load);
	end = avu_now_ns() + load->seconds * AVU_NS_PER_S;
	for (unsigned i = 0; i < load->n; i++) {
		load->clients[i].asked_ns = avu_now_ns();
		(void)send(load->clients[i].fd, "GET /", 5, MSG_NOSIGNAL);
		watch(load, &load->clients[i], EPOLL_CTL_ADD, EPOLLIN | EPOLLRDHUP);
	}
	printf("open\n");
	fflush(stdout);
	for (int64_t now = avu_now_ns(); now < end && closed < load->n; now = avu_now_ns()) {
		struct epoll_event events[BATCH];
		int n = epoll_wait(load->epoll_fd, events, BATCH, 100);

		for (int i = 0; i < n; i++) {
			Client *client = events[i].data.ptr;
			double age_s = (double)(now - client->asked_ns) / (double)AVU_NS_PER_S;

			oldest_s = MAX(oldest_s, age_s);
			(void)close(client->fd);
			client->fd = -1;
			closed++;
		}
		for (unsigned i = 0; now >= next && i < load->n; i++) {
			if (load->clients[i].fd >= 0) {
				(void)send(load->clients[i].fd, "x", 1, MSG_NOSIGNAL);
			}
		}
		next = now >= next ? now + TRICKLE_NS : next;
	}
	printf("{\"closed\":%u,\"left\":%u,\"oldest_s\":%.2f}\n", closed, load->n - closed,
		oldest_s);
}

static uint64_t
number(char **argv, int i)
{
	return argv[i] != NULL ? strtoull(argv[i], NULL, 10) : 0;
}

int
main(int argc, char **argv)
{
	struct rlimit limit;
	Load load = { .epoll_fd = epoll_create1(EPOLL_CLOEXEC) };
	const char *verb = argc > 3 ? argv[1] : "";

	load.first_us = g_array_new(FALSE, FALSE, sizeof(unsigned));
	load.whole_us = g_array_new(FALSE, FALSE, sizeof(unsigned));
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	load.host = argc > 3 ? argv[2] : "";
	if (!avu_address_parse(load.host, &load.address)) {
		verb = "";
	}
	load.path = argc > 3 ? argv[3] : NULL;
	if (strcmp(verb, "whole") == 0 && argc == 4) {
		run_whole(&load);
	} else if ((strcmp(verb, "ranges") == 0 || strcmp(verb, "seeks") == 0) && argc == 7) {
		load.size = number(argv, 4);
		load.n = (unsigned)number(argv, 5);
		load.seconds = (int64_t)number(argv, 6);
		(verb[0] == 'r' ? run_ranges : run_seeks)(&load);
	} else if ((strcmp(verb, "players") == 0 || strcmp(verb, "carry") == 0) && argc == 7) {
		load.coming_ns = verb[0] == 'c' ? AVU_NS_PER_S / COMING_PER_S : 0;
		load.n = (unsigned)number(argv, 4);
		load.rate = number(argv, 5);
		load.seconds = (int64_t)number(argv, 6);
		run_players(&load);
	} else if (strcmp(verb, "fresh") == 0 && argc == 6) {
		load.rate = number(argv, 4);
		load.seconds = (int64_t)number(argv, 5);
		run_fresh(&load);
	} else if (strcmp(verb, "half") == 0 && argc == 5) {
		load.n = (unsigned)number(argv, 3);
		load.seconds = (int64_t)number(argv, 4);
		run_half(&load);
	} else {
		fprintf(stderr, "load: see the head of load.c\n");
		return 2;
	}
	g_free(load.clients);
	return 0;
}
