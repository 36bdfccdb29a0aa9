/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A server of a few lines on loopback; rows say what it does with an upload. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/http-upload.h>

#define LENGTH 200000

typedef enum {
	SERVER_TAKES,   /* all, then 201 */
	SERVER_REFUSES, /* 507 behind the head, then reads on */
	SERVER_RESETS,  /* in the middle */
	SERVER_STALLS,  /* reads nothing, says nothing */
	SERVER_ABSENT,  /* nobody listens */
} Kind;

typedef struct {
	Kind kind;
	int listener;
	GString *got; /* head and body */
	GMutex mutex; /* held until the client is through: a stalling server must not close */
} Server;

static void
read_all(Server *server, int fd, size_t body)
{
	char octets[65536];
	const char *end = NULL;

	while (end == NULL || server->got->len - (size_t)(end - server->got->str) < body) {
		const ssize_t n = read(fd, octets, sizeof octets);

		if (n <= 0) {
			return;
		}
		g_string_append_len(server->got, octets, n);
		end = strstr(server->got->str, "\r\n\r\n");
		end = end != NULL ? end + 4 : NULL;
	}
}

/* Who has gone hears nothing. */
static void
say(int fd, const char *text)
{
	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static void *
serve(void *data)
{
	static const struct linger at_once = { .l_onoff = 1 };
	Server *server = data;
	avu_autofd int fd = accept(server->listener, NULL, NULL);

	switch (server->kind) {
	case SERVER_TAKES:
		read_all(server, fd, LENGTH - 1000);
		say(fd, "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok");
		break;
	case SERVER_REFUSES:
		read_all(server, fd, 1);
		say(fd, "HTTP/1.1 507 Full\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
		read_all(server, fd, LENGTH);
		break;
	case SERVER_RESETS:
		read_all(server, fd, 1000);
		g_assert_cmpint(
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), ==, 0);
		break;
	case SERVER_STALLS:
		g_mutex_lock(&server->mutex);
		g_mutex_unlock(&server->mutex);
		break;
	case SERVER_ABSENT:
		break;
	}
	return NULL;
}

/* @return port */
static unsigned
listen_on_loopback(Server *server)
{
	struct sockaddr_in place = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof place;
	const int small = 4096; /* so that who reads nothing is noticed */

	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(
		setsockopt(server->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), ==, 0);
	g_assert_cmpint(bind(server->listener, (struct sockaddr *)&place, len), ==, 0);
	g_assert_cmpint(listen(server->listener, 1), ==, 0);
	g_assert_cmpint(getsockname(server->listener, (struct sockaddr *)&place, &len), ==, 0);
	if (server->kind == SERVER_ABSENT) {
		(void)close(server->listener);
	}
	return ntohs(place.sin_port);
}

static int
make_file(size_t size)
{
	g_autofree char *octets = g_malloc0(size);
	char path[] = "/tmp/av-upnp-upload-XXXXXX";
	const int fd = mkstemp(path);

	g_assert_cmpint(fd, >=, 0);
	(void)unlink(path);
	memset(octets, 'x', size);
	g_assert_cmpint(write(fd, octets, size), ==, (ssize_t)size);
	return fd;
}

static bool
deny(const AvuAddress *address, void *data)
{
	(void)address, (void)data;
	return false;
}

static bool
give_up(uint64_t octets, void *data)
{
	(void)octets, (void)data;
	return false;
}

static const struct {
	Kind kind;
	const char *host; /* NULL: loopback */
	size_t file;      /* octets it has; LENGTH are announced, less the first 1000 */
	bool denied, given_up;
	int code; /* AvuError; 0: an answer */
	unsigned status;
	const char *why;
} rows[] = {
	{ SERVER_TAKES, NULL, LENGTH, false, false, 0, 201, "taken" },
	{ SERVER_REFUSES, NULL, LENGTH, false, false, 0, 507, "refused on the way" },
	{ SERVER_RESETS, NULL, LENGTH, false, false, AVU_ERROR_UNREACHABLE, 0, "broken off" },
	{ SERVER_STALLS, NULL, 64 * LENGTH, false, false, AVU_ERROR_TIMEOUT, 0, "stalled" },
	{ SERVER_ABSENT, NULL, LENGTH, false, false, AVU_ERROR_UNREACHABLE, 0, "nobody listens" },
	{ SERVER_TAKES, NULL, LENGTH / 2, false, false, AVU_ERROR_IO, 0,
		"the file has become shorter" },
	{ SERVER_TAKES, NULL, LENGTH, true, false, AVU_ERROR_DENIED, 0, "not that address" },
	{ SERVER_TAKES, "localhost", LENGTH, false, false, AVU_ERROR_DENIED, 0,
		"names are not looked up" },
	{ SERVER_STALLS, NULL, 64 * LENGTH, false, true, AVU_ERROR_CANCELLED, 0, "ended by us" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Server server = { .kind = rows[i].kind, .got = g_string_new(NULL) };
		const unsigned port = listen_on_loopback(&server);
		const bool served =
			rows[i].kind != SERVER_ABSENT && !rows[i].denied && rows[i].host == NULL;
		g_autofree char *url = g_strdup_printf("http://%s:%u/import",
			rows[i].host != NULL ? rows[i].host : "127.0.0.1", port);
		avu_autofd int fd = make_file(rows[i].file);
		const AvuAddressPolicy policy = { rows[i].denied ? deny : NULL, NULL };
		const AvuUpload upload = {
			.method = "POST",
			.url = url,
			.fd = fd,
			.offset = 1000,
			.length = MAX(rows[i].file, (size_t)LENGTH) - 1000,
			.connect_timeout_ns = 60 * AVU_NS_PER_S,
			/* time enough, but where its end is what is looked at */
			.stall_timeout_ns = rows[i].code == AVU_ERROR_TIMEOUT ? 100 * AVU_NS_PER_MS
									      : 60 * AVU_NS_PER_S,
			.progress = rows[i].given_up ? give_up : NULL,
		};
		g_autoptr(GError) error = NULL;
		unsigned status = 0;

		g_test_message("%s", rows[i].why);
		g_mutex_init(&server.mutex);
		g_mutex_lock(&server.mutex);
		GThread *thread = served ? g_thread_new("server", serve, &server) : NULL;
		const bool answered = avu_http_upload(&policy, &upload, &status, &error);

		g_mutex_unlock(&server.mutex);
		if (thread != NULL) {
			/* who gave up before it was connected is not waited for */
			(void)shutdown(server.listener, SHUT_RDWR);
			(void)g_thread_join(thread);
		}
		g_assert_cmpint(answered, ==, rows[i].code == 0);
		if (rows[i].code != 0) {
			g_assert_error(error, AVU_ERROR, rows[i].code);
		} else {
			g_assert_cmpuint(status, ==, rows[i].status);
		}
		if (rows[i].status == 201) {
			g_assert_true(
				g_str_has_prefix(server.got->str, "POST /import HTTP/1.1\r\n"));
			g_assert_nonnull(strstr(server.got->str, "Content-Length: 199000\r\n"));
		}
		if (rows[i].kind != SERVER_ABSENT) {
			(void)close(server.listener);
		}
		g_mutex_clear(&server.mutex);
		(void)g_string_free(server.got, true);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http-upload/rows", test_rows);
	return g_test_run();
}
