/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists that a server has: what is in them, what they name, and where reading ends. Against a server on loopback; linked
 * with --wrap of avu_now_ns. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/playlist.h>

#include "tests/unit/net/fake-peer.h"
#include "renderer/transport/documents.h"

#define FETCHED_MAX 32 /* of one list */
#define RUNNING_MAX 8
#define READ_S 20
#define M3U "audio/x-mpegurl"
#define SINK "http-get:*:audio/flac:*"
#define DIDL(inside)                                                         \
	"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\" " \
	"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "                     \
	"xmlns:upnp=\"urn:schemas-upnp-org:metadata-1-0/upnp/\">" inside "</DIDL-Lite>"
#define ITEM(res)                                                               \
	"<item id=\"1\" parentID=\"0\" restricted=\"1\"><dc:title>a</dc:title>" \
	"<upnp:class>object.item.audioItem</upnp:class>" res "</item>"
#define FLAC(uri) "<res protocolInfo=\"" SINK "\">" uri "</res>"

int64_t __real_avu_now_ns(void);
int64_t __wrap_avu_now_ns(void);

static _Atomic int64_t ahead_ns;

int64_t
__wrap_avu_now_ns(void)
{
	return __real_avu_now_ns() + atomic_load(&ahead_ns);
}

/* ---- the server */

static const struct {
	const char *path, *mime, *text;
} pages[] = {
	{ "/plain.m3u", M3U, "one.mp3\n#EXTINF:7,Two\n/two.mp3\nhttp://192.0.2.1/three.mp3\n" },
	{ "/type.pls", M3U, "one.mp3\n" },
	{ "/named.pls", "text/plain", "[playlist]\nFile1=one.mp3\n" },
	{ "/outer.m3u", M3U, "one.mp3\nplain.m3u\nmissing.m3u\ntwo.mp3\n" },
	{ "/radio.m3u", M3U, "station.pls\n" },
	{ "/station.pls", "audio/mpeg", "\xff\xfb\x90\x64" },
	{ "/hls.m3u8", "application/vnd.apple.mpegurl",
		"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\npiece.ts\n" },
	{ "/empty.m3u", M3U, "#EXTM3U\n" },
	{ "/loop.m3u", M3U, "loop.m3u\none.mp3\n" },
	{ "/wide.m3u", M3U, NULL }, /* names a hundred others */
	{ "/some.xml", "text/xml", DIDL(ITEM(FLAC("a.flac")) ITEM(FLAC("b.flac"))) },
	{ "/none.xml", "text/xml",
		DIDL(ITEM("<res protocolInfo=\"http-get:*:audio/x:*\">a</res>")) },
	{ "/broken.xml", "text/xml", "<DIDL-Lite" },
};

static atomic_uint asked, silent;

static void
say(int fd, const char *mime, const char *body, size_t len)
{
	g_autofree char *head = g_strdup_printf(
		"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", mime, len);

	(void)(fake_say(fd, head) && fake_send(fd, body, len));
}

static char *
make_wide(void)
{
	GString *text = g_string_new(NULL);

	for (unsigned i = 0; i < 100; i++) {
		g_string_append_printf(text, "type.pls?%u\n", i);
	}
	return g_string_free(text, FALSE);
}

/* An octet at a time; the clock of who reads it goes on by a second with each. */
static void
drip(FakePeer *peer, int fd)
{
	(void)fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: " M3U "\r\n\r\n");
	while (!peer->stopping && fake_say(fd, "#")) {
		atomic_fetch_add(&ahead_ns, AVU_NS_PER_S);
		g_usleep(20 * 1000);
	}
}

static void
behave(FakePeer *peer, int fd, const char *request)
{
	g_auto(GStrv) words = g_strsplit(request, " ", 3);
	const size_t len = strcspn(words[1], "?");

	atomic_fetch_add(&asked, 1);
	if (g_str_equal(words[1], "/drip.m3u")) {
		drip(peer, fd);
		return;
	}
	if (g_str_has_prefix(words[1], "/silent.m3u")) {
		atomic_fetch_add(&silent, 1);
		fake_stay_silent(peer, fd);
		return;
	}
	if (g_str_equal(words[1], "/large.m3u")) {
		g_autofree char *body = g_strnfill(AVU_PLAYLIST_BYTES_MAX + 1, '#');

		say(fd, M3U, body, AVU_PLAYLIST_BYTES_MAX + 1);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
		if (strncmp(words[1], pages[i].path, len) == 0 && pages[i].path[len] == '\0') {
			g_autofree char *wide = pages[i].text == NULL ? make_wide() : NULL;
			const char *text = wide != NULL ? wide : pages[i].text;

			say(fd, pages[i].mime, text, strlen(text));
			return;
		}
	}
	(void)fake_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
}

/* ---- who reads */

typedef struct {
	FakePeer *peer;
	Documents *documents;
	GString *told; /* paths of what came, or why nothing did */
	bool done;
	int code;
} House;

static bool
allow_all(const AvuAddress *address G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return true;
}

static void
house_init(House *house)
{
	const AvuAddressPolicy policy = { allow_all, NULL };

	*house = (House){ .peer = fake_peer_new(behave),
		.documents = documents_new(&policy),
		.told = g_string_new(NULL) };
	atomic_store(&asked, 0);
	atomic_store(&silent, 0);
	atomic_store(&ahead_ns, 0);
}

static void
house_clear(House *house)
{
	documents_free(house->documents);
	fake_peer_free(house->peer);
	g_string_free(house->told, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(House, house_clear)

static void
on_read(ListItems *take_items, const GError *error, void *data)
{
	House *house = data;

	house->done = true;
	house->code = error != NULL ? error->code : -1;
	for (guint i = 0; take_items != NULL && i < take_items->items->len; i++) {
		const char *uri = g_array_index(take_items->items, AvuTransportItem, i).uri;

		g_string_append_printf(house->told, "%s ", strrchr(uri, '/') + 1);
	}
	list_items_free(take_items);
}

static Document *
begin(House *house, const char *path, ListKind kind, GError **error)
{
	g_autofree char *uri = g_strdup_printf("http://127.0.0.1:%u%s", house->peer->port, path);

	house->done = false;
	g_string_truncate(house->told, 0);
	return documents_read(house->documents, uri, kind, NULL, SINK, on_read, house, error);
}

static void
wait_for(House *house, const char *path, ListKind kind)
{
	g_assert_nonnull(begin(house, path, kind, NULL));
	while (!house->done) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
}

static const struct {
	const char *path;
	ListKind kind;
	const char *told;
	int code; /* -1: it is a list, or something that is none */
	const char *why;
} rows[] = {
	{ "/plain.m3u", LIST_PLAYLIST, "one.mp3 two.mp3 three.mp3 ", -1, "as seen from the list" },
	{ "/type.pls", LIST_PLAYLIST, "one.mp3 ", -1,
		"what the server says is better than the name" },
	{ "/named.pls", LIST_PLAYLIST, "one.mp3 ", -1, "which is better than nothing" },
	{ "/outer.m3u", LIST_PLAYLIST, "one.mp3 one.mp3 two.mp3 three.mp3 two.mp3 ", -1,
		"another is read where it stands; one that is not there is left out" },
	{ "/radio.m3u", LIST_PLAYLIST, "station.pls ", -1, "a station with the name of a list" },
	{ "/station.pls", LIST_PLAYLIST, "", -1, "and by itself: no list" },
	{ "/hls.m3u8", LIST_PLAYLIST, "", -1, "the pieces of a stream: no list" },
	{ "/empty.m3u", LIST_PLAYLIST, "", AVU_ERROR_NOT_FOUND, "nothing in it" },
	{ "/missing.m3u", LIST_PLAYLIST, "", AVU_ERROR_NOT_FOUND, "not there" },
	{ "/large.m3u", LIST_PLAYLIST, "", AVU_ERROR_LIMIT, "too large" },
	{ "/some.xml", LIST_DIDL, "a.flac b.flac ", -1, "a collection" },
	{ "/none.xml", LIST_DIDL, "", AVU_ERROR_NOT_FOUND, "nothing that is played here" },
	{ "/broken.xml", LIST_DIDL, "", AVU_ERROR_SYNTAX, "no DIDL-Lite" },
	{ "/drip.m3u", LIST_PLAYLIST, "", AVU_ERROR_TIMEOUT, "an octet a second" },
};

static void
test_rows(void)
{
	g_auto(House) house;

	house_init(&house);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		wait_for(&house, rows[i].path, rows[i].kind);
		g_assert_cmpstr(house.told->str, ==, rows[i].told);
		g_assert_cmpint(house.code, ==, rows[i].code);
	}
	g_assert_cmpint(atomic_load(&ahead_ns) / AVU_NS_PER_S, >=, READ_S);
}

/* Lists that name themselves, or very many others. */
static void
test_bounds(void)
{
	g_auto(House) house;

	house_init(&house);
	wait_for(&house, "/loop.m3u", LIST_PLAYLIST);
	g_assert_cmpint(house.code, ==, -1);
	g_assert_cmpuint(atomic_load(&asked), ==, AVU_PLAYLIST_NESTING_MAX);
	g_assert_cmpuint(house.told->len, ==, AVU_PLAYLIST_NESTING_MAX * strlen("one.mp3 "));
	atomic_store(&asked, 0);
	wait_for(&house, "/wide.m3u", LIST_PLAYLIST);
	g_assert_cmpuint(atomic_load(&asked), ==, FETCHED_MAX);
	g_assert_cmpuint(house.told->len, ==, (FETCHED_MAX - 1) * strlen("one.mp3 "));
}

/* Servers that say nothing hold up so many, and no more; who does not want them any more is told nothing. */
static void
test_cancelled(void)
{
	g_autoptr(GError) error = NULL;
	Document *all[RUNNING_MAX];
	g_auto(House) house;

	house_init(&house);
	for (unsigned i = 0; i < RUNNING_MAX; i++) {
		all[i] = begin(&house, "/silent.m3u", LIST_PLAYLIST, NULL);
		g_assert_nonnull(all[i]);
	}
	g_assert_null(begin(&house, "/plain.m3u", LIST_PLAYLIST, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	while (atomic_load(&silent) < RUNNING_MAX) {
		g_thread_yield();
	}
	for (unsigned i = 0; i < RUNNING_MAX; i++) {
		document_cancel(all[i]);
	}
	/* there is room again as soon as they have noticed */
	while (begin(&house, "/plain.m3u", LIST_PLAYLIST, NULL) == NULL) {
		(void)g_main_context_iteration(NULL, TRUE);
		g_assert_false(house.done);
	}
	while (!house.done) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	g_assert_cmpstr(house.told->str, ==, "one.mp3 two.mp3 three.mp3 ");
	/* and one that is under way ends with all */
	g_assert_nonnull(begin(&house, "/silent.m3u", LIST_PLAYLIST, NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/documents/rows", test_rows);
	g_test_add_func("/documents/bounds", test_bounds);
	g_test_add_func("/documents/cancelled", test_cancelled);
	return g_test_run();
}
