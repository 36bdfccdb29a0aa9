/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* soap-load PORT PATH THREADS SECONDS < REQUESTS: calls of ContentDirectory against 127.0.0.1, for
 * bench-browse. REQUESTS are "ACTION\nBODY" with a NUL behind each; the threads take them in turn, from
 * the beginning again when all are used. A connection is kept as long as the server keeps it. Prints
 * calls per second, median, 99th hundredth and the longest, in milliseconds, and octets per answer;
 * ends with code 1 when an answer was no 200. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <av-upnp/clock.h>

#define CALLS_MAX 4000000
#define ANSWER_MAX (8 * 1024 * 1024)

static struct {
	uint16_t port;
	GPtrArray *requests; /* whole HTTP requests */
	int64_t until_ns;
	_Atomic size_t next;
	_Atomic uint64_t octets;
	_Atomic bool failed;
	_Atomic size_t n_taken;
	int64_t *taken_ns;
} load;

static int
connect_to(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(load.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		perror("soap-load");
		exit(1);
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

/* Length of a whole answer, 0: there is more to come, SIZE_MAX: until the end of the connection. */
static size_t
whole(const char *answer, size_t len)
{
	const char *end = memmem(answer, len, "\r\n\r\n", 4);

	if (end == NULL) {
		return 0;
	}
	const char *field = strcasestr(answer, "\r\nContent-Length:");

	if (field == NULL || field > end) {
		return SIZE_MAX;
	}
	size_t total = (size_t)(end + 4 - answer) + strtoul(field + 17, NULL, 10);

	return len >= total ? total : 0;
}

/* @return false: the connection was over before anything came */
static bool
call(int *fd, const char *request, char *answer)
{
	size_t len = strlen(request), got = 0, total = 0;

	if (send(*fd, request, len, MSG_NOSIGNAL) != (ssize_t)len) {
		return false;
	}
	while (total == 0 || total == SIZE_MAX) {
		ssize_t n = recv(*fd, answer + got, ANSWER_MAX - 1 - got, 0);

		if (n <= 0) {
			if (got == 0) {
				return false;
			}
			break;
		}
		got += (size_t)n;
		answer[got] = '\0';
		total = whole(answer, got);
	}
	if (strncmp(answer, "HTTP/1.1 200", 12) != 0 && strncmp(answer, "HTTP/1.0 200", 12) != 0) {
		if (!atomic_exchange(&load.failed, true)) {
			fprintf(stderr, "soap-load: %.400s\n", answer);
		}
	}
	atomic_fetch_add(&load.octets, got);
	const char *end = strstr(answer, "\r\n\r\n");

	if (total == SIZE_MAX ||
		(end != NULL && strcasestr(answer, "\r\nConnection: close") != NULL &&
			strcasestr(answer, "\r\nConnection: close") < end)) {
		close(*fd);
		*fd = connect_to();
	}
	return true;
}

static void *
run(void *unused)
{
	g_autofree char *answer = g_malloc(ANSWER_MAX);
	int fd = connect_to();

	(void)unused;
	while (avu_now_ns() < load.until_ns) {
		size_t i = atomic_fetch_add(&load.next, 1);
		int64_t began_ns = avu_now_ns();
		const char *request = g_ptr_array_index(load.requests, i % load.requests->len);

		if (!call(&fd, request, answer)) {
			close(fd);
			fd = connect_to();
			continue;
		}
		size_t at = atomic_fetch_add(&load.n_taken, 1);

		if (at < CALLS_MAX) {
			load.taken_ns[at] = avu_now_ns() - began_ns;
		}
	}
	close(fd);
	return NULL;
}

static void
read_requests(const char *path)
{
	g_autoptr(GString) input = g_string_new(NULL);
	char part[65536];
	size_t n;

	while ((n = fread(part, 1, sizeof(part), stdin)) > 0) {
		g_string_append_len(input, part, (gssize)n);
	}
	load.requests = g_ptr_array_new_with_free_func(g_free);
	for (const char *at = input->str; at < input->str + input->len; at += strlen(at) + 1) {
		size_t name = strcspn(at, "\n");
		const char *body = at + name + 1;

		g_ptr_array_add(load.requests,
			g_strdup_printf(
				"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
				"Content-Type: text/xml; charset=\"utf-8\"\r\n"
				"SOAPACTION: \"urn:schemas-upnp-org:service:"
				"ContentDirectory:1#%.*s\"\r\nContent-Length: %zu\r\n\r\n%s",
				path, load.port, (int)name, at, strlen(body), body));
	}
}

static int
by_size(const void *a, const void *b)
{
	const int64_t *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

int
main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: soap-load PORT PATH THREADS SECONDS < REQUESTS\n");
		return 2;
	}
	int n_threads = atoi(argv[3]);
	double seconds = atof(argv[4]);
	g_autofree pthread_t *threads = g_new(pthread_t, (size_t)n_threads);

	load.port = (uint16_t)atoi(argv[1]);
	load.taken_ns = g_new(int64_t, CALLS_MAX);
	read_requests(argv[2]);
	int64_t began_ns = avu_now_ns();

	load.until_ns = began_ns + (int64_t)(seconds * (double)AVU_NS_PER_S);
	for (int i = 0; i < n_threads; i++) {
		(void)pthread_create(&threads[i], NULL, run, NULL);
	}
	for (int i = 0; i < n_threads; i++) {
		(void)pthread_join(threads[i], NULL);
	}
	double took = (double)(avu_now_ns() - began_ns) / (double)AVU_NS_PER_S;
	size_t n = MIN(atomic_load(&load.n_taken), (size_t)CALLS_MAX);

	if (n == 0) {
		return 1;
	}
	qsort(load.taken_ns, n, sizeof(load.taken_ns[0]), by_size);
	printf("%.0f %.3f %.3f %.3f %.0f\n", (double)n / took, (double)load.taken_ns[n / 2] / 1e6,
		(double)load.taken_ns[n * 99 / 100] / 1e6, (double)load.taken_ns[n - 1] / 1e6,
		(double)atomic_load(&load.octets) / (double)n);
	return atomic_load(&load.failed) ? 1 : 0;
}
