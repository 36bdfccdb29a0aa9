/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fetching is bounded: a server that sends more than it should, or for ever, fills no disk (LIM-20). */
#include "config.h"

#include <sys/stat.h>

#include <glib/gstdio.h>

#include <av-upnp/error.h>

#include "commands/download.h"
#include "../net/fake-peer.h"

#define MOST 100000

static bool
allow(const AvuAddress *address, void *data)
{
	(void)address;
	(void)data;
	return true;
}

/* Of the session there is nothing else that fetching wants. */
const AvuAddressPolicy *
session_get_policy(const Session *session)
{
	static const AvuAddressPolicy policy = { allow, NULL };

	(void)session;
	return &policy;
}

static void
say_body(int fd, size_t len)
{
	g_autofree char *body = g_strnfill(len, 'x');

	(void)fake_send(fd, body, len);
}

static void
behave(FakePeer *peer, int fd, const char *request)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n";

	(void)fake_say(fd, head);
	if (g_str_has_prefix(request, "GET /fits ")) {
		(void)fake_say(fd, "Content-Length: 100000\r\n\r\n");
		say_body(fd, MOST);
	} else if (g_str_has_prefix(request, "GET /announced ")) {
		(void)fake_say(fd, "Content-Length: 100001\r\n\r\n");
		say_body(fd, MOST + 1);
	} else if (g_str_has_prefix(request, "GET /unknown ")) {
		(void)fake_say(fd, "Connection: close\r\n\r\n");
		say_body(fd, MOST + 1);
	} else {
		(void)fake_say(fd, "Transfer-Encoding: chunked\r\n\r\n");
		fake_say_forever(peer, fd, "8\r\n12345678\r\n");
	}
}

static void
test_bounds(void)
{
	static const struct {
		const char *path;
		int code; /* -1: it is fetched */
		off_t least, most;
		const char *why;
	} rows[] = {
		{ "/fits", -1, MOST, MOST, "as much as may be" },
		{ "/announced", AVU_ERROR_LIMIT, 0, 0,
			"one more, and it says so: nothing is taken" },
		{ "/unknown", AVU_ERROR_LIMIT, 0, MOST, "one more than it may, unannounced" },
		{ "/endless", AVU_ERROR_LIMIT, 1, MOST, "chunks without an end" },
	};
	g_autofree char *folder = g_dir_make_tmp("av-upnp-download-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "file", NULL);
	g_autofree char *part = g_strconcat(path, ".part", NULL);
	FakePeer *peer = fake_peer_new(behave);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *url =
			g_strdup_printf("http://127.0.0.1:%u%s", peer->port, rows[i].path);
		g_autoptr(GError) error = NULL;
		uint64_t had = 0;
		struct stat st;

		g_test_message("%s", rows[i].why);
		g_assert_true(download_to_file(NULL, url, path, true, -1, MOST, NULL, &had,
				      &error) == (error == NULL));
		g_assert_cmpint(error != NULL ? error->code : -1, ==, rows[i].code);
		g_assert_cmpint(stat(error != NULL ? part : path, &st), ==, 0);
		g_assert_cmpint(st.st_size, >=, rows[i].least);
		g_assert_cmpint(st.st_size, <=, rows[i].most);
		g_assert_cmpint(g_remove(error != NULL ? part : path), ==, 0);
	}
	fake_peer_free(peer);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/controlpoint/download/bounds", test_bounds);
	return g_test_run();
}
