/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stations on loopback, from their first answer to who listens: what is in several pieces comes as one, and who
 * listens to the same shares a connection. */
#include <av-upnp/error.h>

#include "../../net/fake-peer.h"
#include "mediaserver/live/live-hub.h"

#define LIST(lines)                                                                       \
	"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\n\r\n#EXTM3U\n" \
	"#EXT-X-TARGETDURATION:1\n" lines
#define OCTETS "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n"
#define DASH(sound)                                                                             \
	"HTTP/1.1 200 OK\r\nContent-Type: application/dash+xml\r\n\r\n"                         \
	"<MPD mediaPresentationDuration=\"PT2S\"><Period><AdaptationSet contentType=\"video\">" \
	"<Representation id=\"v\" bandwidth=\"1\"><BaseURL>p1</BaseURL></Representation>"       \
	"</AdaptationSet>" sound "</Period></MPD>"
#define SOUND                                                                            \
	"<AdaptationSet contentType=\"audio\"><Representation id=\"a\" bandwidth=\"1\">" \
	"<BaseURL>p2</BaseURL></Representation></AdaptationSet>"

#define BINARY "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n"
#define KEYED(uri) \
	"#EXT-X-KEY:METHOD=AES-128,URI=\"" uri "\",IV=0x000102030405060708090a0b0c0d0e0f\n"
/* TEXT by `openssl enc -aes-128-cbc -K 2b7e… -iv 0001…` */
#define TEXT "thirty-three octets of plain text"
#define TEXT_BLOCK "thirty-three oct"

static const char key[] = "\x2b\x7e\x15\x16\x28\xae\xd2\xa6\xab\xf7\x15\x88\x09\xcf\x4f\x3c";
static const char secret[] = "\x20\x34\xa9\xdc\x75\xa1\x99\x65\xaf\x71\xb2\x7d\x89\x16\x23\xca"
			     "\x0f\xa8\xd7\xcc\x71\x5c\x00\xdf\x96\xe1\xb0\x09\xe3\x4d\xa8\x31"
			     "\x0a\x73\xfc\x53\x7e\x55\xfc\xf9\xa2\x12\x1d\x57\x1f\x9c\x3d\xc8";

static const struct {
	const char *path, *answer;
	bool endless;       /* more comes behind it, for ever */
	int times;          /* then the next row of that path; 0: always */
	const char *octets; /* behind it; NULL: none */
	size_t len;
} files[] = {
	/* encrypted, with a head that is, too, and then not any more */
	{ "secret.m3u8",
		LIST(KEYED(
			"key") "#EXT-X-MAP:URI=\"secret\"\n#EXTINF:1,\nsecret\n#EXTINF:1,\nsecret\n"
			       "#EXT-X-KEY:METHOD=NONE\n#EXT-X-MAP:URI=\"h2\"\n#EXTINF:1,\np1\n"
			       "#EXT-X-ENDLIST\n") },
	{ "key", BINARY, .octets = key, .len = 16 },
	{ "secret", BINARY, .octets = secret, .len = 48 },
	/* in the middle of a file, of a server that knows no parts */
	{ "within.m3u8",
		LIST(KEYED("key") "#EXTINF:1,\n#EXT-X-BYTERANGE:48@4\nwithin\n#EXT-X-ENDLIST\n") },
	{ "within", BINARY "----", true, .octets = secret, .len = 48 },
	/* one that is cut off is not waited for; the key might be a new one */
	{ "cut.m3u8", LIST(KEYED("key") "#EXTINF:1,\ncut\n#EXTINF:1,\nsecret\n#EXT-X-ENDLIST\n") },
	{ "cut", BINARY, .octets = secret, .len = 40 },
	/* the first key is another one */
	{ "renewed.m3u8",
		LIST(KEYED("renewed") "#EXTINF:1,\nblock\n#EXTINF:1,\nsecret\n#EXT-X-ENDLIST\n") },
	{ "renewed", BINARY, false, 1, secret, 16 },
	{ "renewed", BINARY, .octets = key, .len = 16 },
	{ "block", BINARY, .octets = secret, .len = 16 },
	{ "no-key.m3u8", LIST(KEYED("gone") "#EXTINF:1,\nsecret\n#EXT-X-ENDLIST\n") },
	{ "bad-key.m3u8", LIST(KEYED("cut") "#EXTINF:1,\nsecret\n#EXT-X-ENDLIST\n") },
	/* the sound is a stream of its own */
	{ "apart.m3u8",
		LIST("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x\",URI=\"heads.m3u8\"\n"
		     "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\nheads.m3u8\n") },
	/* parts of a file of a server that knows none */
	{ "parts.m3u8",
		LIST("#EXTINF:1,\n#EXT-X-BYTERANGE:4@2\nfile\n"
		     "#EXTINF:1,\n#EXT-X-BYTERANGE:3@6\nfile\n#EXT-X-ENDLIST\n"),
		false },
	{ "file", OCTETS "01234567a", true },
	/* one head for two pieces, another one for the third; one that is gone is left out */
	{ "heads.m3u8",
		LIST("#EXT-X-MAP:URI=\"h1\"\n#EXTINF:1,\np1\n#EXTINF:1,\ngone\n#EXTINF:1,\np2\n"
		     "#EXT-X-MAP:URI=\"h2\"\n#EXTINF:1,\np3\n#EXT-X-ENDLIST\n"),
		false },
	{ "h1", OCTETS "<h1>", false },
	{ "h2", OCTETS "<h2>", false },
	{ "p1", OCTETS "(1)", false },
	{ "p2", OCTETS "(2)", false },
	{ "p3", OCTETS "(3)", false },
	/* of five pieces that are there the last three, and then what is new; who asks first looks what it is */
	{ "live.m3u8",
		LIST("#EXT-X-MEDIA-SEQUENCE:100\n#EXTINF:1,\ngone\n#EXTINF:1,\ngone\n"
		     "#EXTINF:1,\np1\n#EXTINF:1,\np2\n#EXTINF:1,\np3\n"),
		false, 2 },
	{ "live.m3u8",
		LIST("#EXT-X-MEDIA-SEQUENCE:103\n#EXTINF:1,\np2\n#EXTINF:1,\np3\n"
		     "#EXTINF:1,\np1\n#EXT-X-ENDLIST\n"),
		false },
	/* a server that was started again counts from the beginning */
	{ "again.m3u8", LIST("#EXT-X-MEDIA-SEQUENCE:1000\n#EXTINF:1,\np1\n"), false, 2 },
	{ "again.m3u8", LIST("#EXTINF:1,\np2\n#EXTINF:1,\np3\n#EXT-X-ENDLIST\n"), false },
	/* one that was read when half of it was there */
	{ "half.m3u8", LIST("#EXTINF:1,\np1\n"), false, 2 },
	{ "half.m3u8", "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\n\r\n#EXT",
		false, 1 },
	{ "half.m3u8", LIST("#EXTINF:1,\np1\n#EXTINF:1,\np2\n#EXT-X-ENDLIST\n"), false },
	{ "lists.m3u8", LIST("#EXT-X-STREAM-INF:BANDWIDTH=1\nlists.m3u8\n"), false },
	{ "one.mpd", DASH(""), false },
	{ "both.mpd", DASH(SOUND), false },
	/* the last, whose connections are counted */
	{ "radio", "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n", true },
};

static atomic_int asked[G_N_ELEMENTS(files)];

static void
behave(FakePeer *peer, int fd, const char *request)
{
	const char *name = request + strlen("GET /");
	const size_t len = strcspn(name, " ");

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		const bool over = files[i].times > 0 && asked[i] == files[i].times;

		if (over || strlen(files[i].path) != len ||
			strncmp(files[i].path, name, len) != 0) {
			continue;
		}
		asked[i]++;
		fake_say(fd, files[i].answer);
		if (files[i].octets != NULL) {
			(void)fake_send(fd, files[i].octets, files[i].len);
		}
		if (files[i].endless) {
			fake_say_forever(peer, fd, "----");
		}
		return;
	}
	fake_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
}

static bool
allow(const AvuAddress *address, void *data)
{
	(void)address, (void)data;
	return true;
}

static const AvuAddressPolicy policy = { .allow = allow };

static LiveListener *
join(LiveHub *hub, const FakePeer *peer, const char *path, GError **error)
{
	g_auto(CatalogueStation) station = { 0 };

	station.kind = ITEM_TELEVISION;
	station.url = g_strdup_printf("http://127.0.0.1:%u/%s", peer->port, path);
	station.mime = g_strdup("video/mpeg");
	return live_hub_join(hub, 1, &station, NULL, error);
}

static const struct {
	const char *path, *octets; /* NULL: it is refused */
	int code;                  /* of the refusal */
} streams[] = {
	{ "parts.m3u8", "234567a", 0 },
	{ "heads.m3u8", "<h1>(1)(2)<h2>(3)", 0 },
	{ "live.m3u8", "(1)(2)(3)(1)", 0 },
	{ "again.m3u8", "(1)(3)", 0 },
	{ "half.m3u8", "(1)(2)", 0 },
	{ "one.mpd", "(1)", 0 },
	{ "both.mpd", NULL, AVU_ERROR_UNSUPPORTED },
	{ "apart.m3u8", NULL, AVU_ERROR_UNSUPPORTED },
	{ "secret.m3u8", TEXT TEXT TEXT "<h2>(1)", 0 },
	{ "within.m3u8", TEXT, 0 },
	{ "cut.m3u8", TEXT_BLOCK TEXT, 0 },
	{ "renewed.m3u8", TEXT, 0 },
	{ "no-key.m3u8", NULL, AVU_ERROR_UNREACHABLE },
	{ "bad-key.m3u8", NULL, AVU_ERROR_SYNTAX },
	{ "lists.m3u8", NULL, AVU_ERROR_UNSUPPORTED },
	{ "nothing.m3u8", NULL, AVU_ERROR_UNREACHABLE },
};

static void
test_pieces(void)
{
	FakePeer *peer = fake_peer_new(behave);
	g_autoptr(LiveHub) hub = live_hub_new(NULL, &policy, &policy, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(streams); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(LiveListener) listener = join(hub, peer, streams[i].path, &error);
		g_autoptr(GString) heard = g_string_new(NULL);
		char octet;
		ssize_t got;

		g_test_message("%s", streams[i].path);
		if (streams[i].octets == NULL) {
			g_assert_error(error, AVU_ERROR, streams[i].code);
			continue;
		}
		g_assert_no_error(error);
		while ((got = live_listener_read(listener, &octet, 1)) > 0) {
			g_string_append_c(heard, octet);
		}
		g_assert_cmpint(got, ==, 0);
		g_assert_cmpstr(heard->str, ==, streams[i].octets);
	}
	live_hub_stop(hub);
	fake_peer_free(peer);
}

/* One connection for all, and none for who only wants to join others. */
static void
test_shared(void)
{
	const ConvertPlan plan = { .recipe = recipe_nth(0) };
	FakePeer *peer = fake_peer_new(behave);
	g_autoptr(LiveHub) hub = live_hub_new(NULL, &policy, &policy, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(LiveListener) first = join(hub, peer, "radio", NULL);
	g_autoptr(LiveListener) second = join(hub, peer, "radio", NULL);
	g_auto(CatalogueStation)
		station = { .url = g_strdup("http://127.0.0.1/"), .mime = g_strdup("audio/mpeg") };

	g_assert_true(first != NULL && second != NULL);
	g_assert_cmpint(asked[G_N_ELEMENTS(files) - 1], ==, 1);
	g_assert_null(live_hub_join_others(hub, 1, &station, &plan, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	g_assert_cmpuint(live_hub_get_recipes(hub, 1), ==, 0);
	live_hub_stop(hub);
	g_assert_null(join(hub, peer, "radio", NULL)); /* nobody any more */
	fake_peer_free(peer);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/live-hub/pieces", test_pieces);
	g_test_add_func("/live-hub/shared", test_shared);
	return g_test_run();
}
