/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers of makers: dlna-http-transport.md 14. */
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
	static const AvuClientProfile philips = { .maker = "Philips",
		.subtitles = AVU_SUBTITLES_ASKED | AVU_SUBTITLES_HEADER };
	static const AvuClientProfile microsoft = { .maker = "Microsoft" };
	static const AvuClientProfile samsung = { .maker = "Samsung",
		.subtitles = AVU_SUBTITLES_ASKED };
	static const AvuClientProfile nobody = { .subtitles = AVU_SUBTITLES_ALL };
	static const struct {
		const AvuDelivery *delivery;
		const AvuClientProfile *client;
		const char *lines[3];
		const char *expected;
		const char *why;
	} rows[] = {
		{ &full, NULL, { "getCaptionInfo.sec: 1" },
			"CaptionInfo.sec: http://10.0.0.1/s.srt\n", "subtitles" },
		{ &full, NULL, { "getMediaInfo.sec: 1" }, "MediaInfo.sec: SEC_Duration=3723004;\n",
			"milliseconds" },
		{ &full, NULL, { "getCaptionInfo.sec: 0" }, "", "only 1 asks" },
		{ &full, &samsung, { NULL }, "", "only who asks" },
		{ &bare, NULL, { "getCaptionInfo.sec: 1", "getMediaInfo.sec: 1" }, "",
			"nothing to say" },
		{ &full, &philips, { NULL }, "CaptionInfo.sec: http://10.0.0.1/s.srt\n",
			"unasked" },
		{ &full, &microsoft, { "getAvailableSeekRange.dlna.org: 1" },
			"X-AvailableSeekRange: 1 npt=0.000-3723.004\n", "Microsoft" },
		{ &full, NULL, { "getAvailableSeekRange.dlna.org: 1" }, "", "others" },
		{ &full, &nobody, { NULL }, "", "nobody asks" },
		{ &full, &philips, { "getCaptionInfo.sec: 1" },
			"CaptionInfo.sec: http://10.0.0.1/s.srt\n", "once, also when it asks" },
		{ &full, &microsoft, { "getCaptionInfo.sec: 1" }, "", "reads no subtitles" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) got = g_string_new(NULL);

		g_test_message("%s", rows[i].why);
		vendor_add_headers(
			rows[i].delivery, rows[i].client, find_line, rows[i].lines, add, got);
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
	g_test_add_func("/stream/vendor-headers/answers", test_answers);
	g_test_add_func("/stream/vendor-headers/names", test_names);
	return g_test_run();
}
