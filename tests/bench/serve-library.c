/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* serve-library DIR [TRACKS]: the catalogue in DIR behind ContentDirectory, for bench-browse. With
 * TRACKS the catalogue is first filled with so many, described as a scan would, 12 to an album, 60 to
 * an artist. Prints port, seconds from the start until it can be browsed, and rows/s of filling; serves
 * until standard input ends. No scan runs: there are no files. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <av-upnp/clock.h>

#include "mediaserver/content/content.h"
#include "mediaserver/library/describe.h"

#define PER_FOLDER 12
#define PER_ARTIST 60
#define PER_TRANSACTION 2000
#define ROOT "00000000-0000-4000-8000-00000000bec4"

static const char syllables[][3] = { "ba", "be", "bi", "bo", "da", "de", "di", "do", "fa", "fe",
	"fi", "fo", "ga", "ge", "gi", "go", "ka", "ke", "ki", "ko", "la", "le", "li", "lo", "ma",
	"me", "mi", "mo", "na", "ne", "ni", "no" };

/* One word per number, always the same. */
static char *
word(unsigned number, unsigned length)
{
	GString *text = g_string_new(NULL);

	for (unsigned i = 0; i < length; i++, number /= G_N_ELEMENTS(syllables)) {
		g_string_append(text, syllables[number % G_N_ELEMENTS(syllables)]);
	}
	return g_string_free(text, FALSE);
}

/* About 100 titles in a million share the first word, about 2 000 the second. */
static void
fill_tags(ProbeResult *tags, unsigned i)
{
	g_autofree char *rare = word(i % 10007 * 13, 4);
	g_autofree char *common = word(i * 7 % 499 * 2, 2);
	g_autofree char *where = word(i / PER_FOLDER * 5, 3);
	g_autofree char *who = word(i / PER_ARTIST * 3, 3);

	probe_result_init(tags);
	tags->outcome = PROBE_OK;
	tags->container = g_strdup("flac");
	tags->audio_codec = g_strdup("flac");
	tags->title = g_strdup_printf("%s su%s %u", rare, common, i % 97);
	tags->artist = g_strdup_printf("The %s %u", who, i / PER_ARTIST);
	tags->album_artist = g_strdup(tags->artist);
	tags->album = g_strdup_printf("Album %s %u", where, i / PER_FOLDER);
	tags->genre = g_strdup_printf("Genre %u", i / PER_FOLDER % 30);
	tags->date = g_strdup_printf("%u", 1960 + i / PER_FOLDER % 60);
	tags->track = i % PER_FOLDER + 1;
	tags->duration_ns = (int64_t)(120 + i % 400) * AVU_NS_PER_S;
	tags->bitrate_bps = 900000;
	tags->sample_hz = 44100;
	tags->channels = 2;
	tags->bits = 16;
}

static bool
put_track(Catalogue *catalogue, unsigned i, GError **error)
{
	g_autofree char *path = g_strdup_printf("%u/%u", i / PER_ARTIST, i / PER_FOLDER);
	g_autofree char *above = g_strdup_printf("%u", i / PER_ARTIST);
	g_autofree char *name = g_strdup_printf("%02u Track %u.flac", i % PER_FOLDER + 1, i);
	const CatalogueFolder folders[] = { { ROOT, "Music", "" }, { ROOT, "Music", above },
		{ ROOT, "Music", path } };
	const struct stat st = { .st_ino = i + 1, .st_size = 20000000 + i, .st_mtime = 1600000000 };
	g_auto(ProbeResult) tags = { 0 };
	g_auto(Description) description = { 0 };

	fill_tags(&tags, i);
	description_init(&description, &folders[2], name, &st, &tags);
	for (unsigned f = 0; i % PER_FOLDER == 0 && f < G_N_ELEMENTS(folders); f++) {
		if (!catalogue_put_folder(catalogue, &folders[f], error)) {
			return false;
		}
	}
	return catalogue_put_item(catalogue, &folders[2], &description.item, error);
}

static bool
fill(Catalogue *catalogue, unsigned from, unsigned to, GError **error)
{
	for (unsigned i = from; i < to; i++) {
		if ((i % PER_TRANSACTION == 0 || i == from) && !catalogue_begin(catalogue, error)) {
			return false;
		}
		if (!put_track(catalogue, i, error)) {
			return false;
		}
		if (((i + 1) % PER_TRANSACTION == 0 || i + 1 == to) &&
			!catalogue_commit(catalogue, error)) {
			return false;
		}
	}
	bool more = true;

	for (bool first = true; more; first = false) { /* as a scan does */
		if (!catalogue_tidy(catalogue, first, &more, error)) {
			return false;
		}
	}
	return true;
}

static gboolean
on_input(GIOChannel *source, GIOCondition condition, void *loop)
{
	(void)source, (void)condition;
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

static bool
always(const AvuAddress *address, void *data)
{
	(void)address, (void)data;
	return true;
}

static int
serve(Catalogue *catalogue, int64_t began_ns, double rate)
{
	const AvuDeviceInfo info = {
		.type_base = "urn:schemas-upnp-org:device:MediaServer",
		.version = 1,
		.udn = "uuid:" ROOT,
		.friendly_name = "bench",
		.model_name = "bench",
		.model_description = "bench",
		.dlna_doc = "DMS-1.50",
	};
	const AvuAddressPolicy policy = { always, NULL };
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GIOChannel) input = g_io_channel_unix_new(STDIN_FILENO);
	g_autoptr(GError) error = NULL;
	AvuMailbox *mailbox = avu_mailbox_new(NULL);
	AvuFetcher *fetcher = avu_fetcher_new(NULL, &policy);
	AvuHttpServer *http = avu_http_server_new();
	AvuDeviceHost *host = avu_device_host_new(http, mailbox, fetcher, NULL, &info, NULL);
	Content *content = content_new(catalogue);
	const AvuContentStore store = content_get_store(content);
	AvuContentDirectory *directory = avu_content_directory_new(host, 1, &store, content);
	AvuAddress loopback;

	avu_device_host_start(host);
	if (!avu_address_parse("127.0.0.1", &loopback) ||
		!avu_http_server_start(http, 0, 0, &error) ||
		!avu_http_server_set_addresses(http, &loopback, 1, &error)) {
		fprintf(stderr, "serve-library: %s\n",
			error != NULL ? error->message : "no address");
		return 1;
	}
	printf("%u %.3f %.0f\n", avu_http_server_get_port(http),
		(double)(avu_now_ns() - began_ns) / (double)AVU_NS_PER_S, rate);
	fflush(stdout);
	(void)g_io_add_watch(input, G_IO_IN | G_IO_HUP, on_input, loop);
	g_main_loop_run(loop);
	avu_mailbox_close(mailbox);
	avu_http_server_free(http);
	avu_content_directory_free(directory);
	avu_device_host_free(host);
	avu_fetcher_free(fetcher);
	content_free(content);
	avu_mailbox_unref(mailbox);
	return 0;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	int64_t began_ns = avu_now_ns();
	double rate = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: serve-library DIR [TRACKS]\n");
		return 2;
	}
	g_autoptr(State) state = state_open(argv[1], &error);
	g_autoptr(Catalogue) catalogue =
		state != NULL ? catalogue_open(argv[1], state, &error) : NULL;
	unsigned wanted = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;

	if (catalogue != NULL && wanted > catalogue_count_items(catalogue)) {
		unsigned from = (unsigned)catalogue_count_items(catalogue);
		bool good = fill(catalogue, from, wanted, &error);

		rate = (double)(wanted - from) * (double)AVU_NS_PER_S /
		       (double)(avu_now_ns() - began_ns);
		if (!good) {
			g_clear_pointer(&catalogue, catalogue_close);
		}
	}
	if (catalogue == NULL) {
		fprintf(stderr, "serve-library: %s\n", error->message);
		return 1;
	}
	return serve(catalogue, began_ns, rate);
}
