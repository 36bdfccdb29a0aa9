/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of makers: agents as dlna-device-quirks.md 3 has them, headers of dlna-http-transport.md
 * 14. */
#include "config.h"

#include <string.h>

#include "libav-upnp/stream/vendor-headers.h"

static const char *
find_line(const void *request, const char *name)
{
	const char *const *lines = request;
	size_t len = strlen(name);

	for (; *lines != NULL; lines++) {
		if (g_ascii_strncasecmp(*lines, name, len) == 0 && (*lines)[len] == ':') {
			return *lines + len + 2;
		}
	}
	return NULL;
}

static void
test_clients(void)
{
	static const struct {
		const char *line;
		const char *maker; /* NULL: nobody */
		unsigned habits;
	} rows[] = {
		{ "User-Agent: DLNADOC/1.50 SEC_HHP_[TV] UE65JU7000/1.0 UPnP/1.0", "Samsung",
			VENDOR_INTERACTIVE_VIDEO | VENDOR_LENIENT_SEEK },
		{ "User-Agent: SEC_HHP_[PC]LPC001/1.0", "Samsung", 0 },
		{ "User-Agent: SamsungWiselinkPro/1.0", "Samsung",
			VENDOR_INTERACTIVE_VIDEO | VENDOR_LENIENT_SEEK },
		{ "User-Agent: Linux/3.0.13 UPnP/1.0 LGE_DLNA_SDK/1.6.0 DLNADOC/1.50", "LG",
			VENDOR_ALWAYS_FEATURES },
		{ "DLNADeviceName.lge.com: %5BTV%5D", "LG", VENDOR_ALWAYS_FEATURES },
		{ "X-AV-Client-Info: av=5.0; cn=\"Sony Corporation\"; mn=\"BRAVIA KDL-40EX503\"; "
		  "mv=\"1.7\";",
			"Sony", 0 },
		{ "User-Agent: PLAYSTATION 3", "Sony", VENDOR_LENIENT_SEEK },
		{ "User-Agent: PLAYSTATION 4", "Sony", 0 },
		{ "User-Agent: Panasonic MIL DLNA CP UPnP/1.0 DLNADOC/1.50", "Panasonic", 0 },
		{ "X-PANASONIC-DMP-Profile: MPEG_TS_SD_EU AVCHD", "Panasonic", 0 },
		{ "User-Agent: Xbox/2.0.17559.0 UPnP/1.0 Xbox/2.0.17559.0", "Microsoft", 0 },
		{ "User-Agent: NSPlayer/12.00.22621.2428 WMFSDK/12.00", "Microsoft", 0 },
		{ "User-Agent: 55PUS6162/12 DLNADOC/1.50", "Philips", 0 },
		{ "User-Agent: 5PUS6162/12", NULL, 0 },
		{ "User-Agent: 55PUS616", NULL, 0 },
		{ "User-Agent: Android TV 2021 Philips", "Philips", 0 },
		{ "User-Agent: Philips Android TV", NULL, 0 },
		{ "User-Agent: sec_hhp_", NULL, 0 },
		{ "User-Agent: VLC/3.0.18 LibVLC/3.0.18", NULL, 0 },
		{ "User-Agent: \xff\xfe", NULL, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *const lines[] = { rows[i].line, NULL };
		const VendorClient *client = vendor_find_client(find_line, lines);

		g_test_message("%s", rows[i].line);
		g_assert_cmpstr(client != NULL ? client->maker : NULL, ==, rows[i].maker);
		g_assert_cmpuint(client != NULL ? client->habits : 0, ==, rows[i].habits);
	}
}

/* A row that an earlier one always hides is a mistake. */
static void
test_every_row_is_reached(void)
{
	size_t n;
	const VendorClient *clients = vendor_get_clients(&n);

	for (size_t i = 0; i < n; i++) {
		g_autoptr(GString) value = g_string_new(clients[i].pattern);

		(void)g_string_replace(value, "#", "7", 0);
		g_autofree char *line = g_strconcat(clients[i].header, ": ", value->str, NULL);
		const char *const lines[] = { line, NULL };

		g_test_message("%s", line);
		g_assert_true(vendor_find_client(find_line, lines) == &clients[i]);
	}
}

static void
add(void *data, const char *name, const char *value)
{
	g_string_append_printf(data, "%s: %s\n", name, value);
}

static void
test_answers(void)
{
	static const AvuDelivery full = { .caption_url = "http://10.0.0.1/s.srt",
		.duration_ns = 3723004 * AVU_NS_PER_MS };
	static const AvuDelivery bare = { .duration_ns = AVU_TIME_NONE };
	static const struct {
		const AvuDelivery *delivery;
		const char *lines[3];
		const char *expected;
		const char *why;
	} rows[] = {
		{ &full, { "getCaptionInfo.sec: 1" }, "CaptionInfo.sec: http://10.0.0.1/s.srt\n",
			"subtitles" },
		{ &full, { "getMediaInfo.sec: 1" }, "MediaInfo.sec: SEC_Duration=3723004;\n",
			"milliseconds" },
		{ &full, { "getCaptionInfo.sec: 0" }, "", "only 1 asks" },
		{ &full, { "User-Agent: SEC_HHP_[TV]" }, "", "only who asks" },
		{ &bare, { "getCaptionInfo.sec: 1", "getMediaInfo.sec: 1" }, "", "nothing to say" },
		{ &full, { "User-Agent: Android TV Philips" },
			"CaptionInfo.sec: http://10.0.0.1/s.srt\n", "unasked" },
		{ &full, { "User-Agent: Xbox/2.0", "getAvailableSeekRange.dlna.org: 1" },
			"X-AvailableSeekRange: 1 npt=0.000-3723.004\n", "Microsoft" },
		{ &full, { "getAvailableSeekRange.dlna.org: 1" }, "", "others" },
		{ &full, { NULL }, "", "nobody asks" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) got = g_string_new(NULL);

		g_test_message("%s", rows[i].why);
		vendor_add_headers(rows[i].delivery, vendor_find_client(find_line, rows[i].lines),
			find_line, rows[i].lines, add, got);
		g_assert_cmpstr(got->str, ==, rows[i].expected);
	}
}

static void
test_names(void)
{
	static const struct {
		const char *lines[3];
		const char *name;
	} rows[] = {
		{ { "User-Agent: VLC/3" }, "VLC/3" },
		{ { "User-Agent: VLC/3", "friendlyName.dlna.org: Kitchen" }, "Kitchen" },
		{ { "X-AV-Client-Info: av=5.0; mn=\"BRAVIA KDL-40EX503\"; mv=\"1.7\";" },
			"BRAVIA KDL-40EX503" },
		{ { "X-AV-Client-Info: av=5.0", "User-Agent: Sony" }, "Sony" },
		{ { "X-AV-Client-Info: mn=\"cut" }, "cut" },
		{ { "DLNADeviceName.lge.com: Parlour", "User-Agent: x" }, "Parlour" },
		{ { NULL }, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = vendor_dup_client_name(find_line, rows[i].lines);

		g_assert_cmpstr(name, ==, rows[i].name);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/vendor-headers/clients", test_clients);
	g_test_add_func("/stream/vendor-headers/every-row", test_every_row_is_reached);
	g_test_add_func("/stream/vendor-headers/answers", test_answers);
	g_test_add_func("/stream/vendor-headers/names", test_names);
	return g_test_run();
}
