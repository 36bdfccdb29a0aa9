/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is declared of a resource against the limits of SEC-188 (LIM-46: 8192×4320, 768 kHz, 32 channels; stills 16384 a side, 64 Mi pixels),
 * each at the limit and one above. */
#include <av-upnp/error.h>
#include <av-upnp/resource-check.h>

#define JPEG "http-get:*:image/jpeg:DLNA.ORG_PN=JPEG_LRG"

static const struct {
	AvuResource resource;
	int code; /* 0: nothing speaks against it */
	const char *why;
} rows[] = {
	{ { .width = -1, .height = -1, .sample_hz = -1, .channels = -1, .bitrate_Bps = -1 }, 0,
		"nothing is declared" },
	{ { .width = 3840, .height = 2160, .sample_hz = 192000, .channels = 8 }, 0, "a film" },
	{ { .width = 8192, .height = 4320 }, 0, "the largest" },
	{ { .width = 4320, .height = 8192 }, 0, "standing" },
	{ { .width = 8193, .height = 1 }, 704, "wider" },
	{ { .width = 1, .height = 8193 }, 704, "higher" },
	{ { .width = 8192, .height = 4321 }, 704, "one row more" },
	{ { .width = INT32_MAX, .height = INT32_MAX }, 704, "no overflow" },
	{ { .protocol_info = JPEG, .width = 8160, .height = 6120 }, 0,
		"a telephone's 50 megapixels" },
	{ { .protocol_info = JPEG, .width = 9248, .height = 6936 }, 0, "64" },
	{ { .protocol_info = JPEG, .width = 8192, .height = 8192 }, 0, "the most pixels" },
	{ { .protocol_info = JPEG, .width = 8192, .height = 8193 }, 704, "one row more" },
	{ { .protocol_info = JPEG, .width = 16384, .height = 4096 }, 0,
		"the longest side, the most pixels" },
	{ { .protocol_info = JPEG, .width = 16384, .height = 1 }, 0, "the longest side" },
	{ { .protocol_info = JPEG, .width = 16385, .height = 1 }, 704, "longer" },
	{ { .protocol_info = JPEG, .width = 1, .height = 16385 }, 704, "and standing" },
	{ { .protocol_info = JPEG, .width = INT32_MAX, .height = INT32_MAX }, 704, "no overflow" },
	{ { .protocol_info = "http-get:*:video/mp4:*", .width = 8160, .height = 6120 }, 704,
		"a film of that size" },
	{ { .protocol_info = "http-get", .width = 8160, .height = 6120 }, 704,
		"nobody knows what" },
	{ { .sample_hz = 768000 }, 0, "768 kHz" },
	{ { .sample_hz = 768001 }, 704, "more" },
	{ { .sample_hz = INT64_MAX }, 704, "far more" },
	{ { .protocol_info = "http-get:*:audio/dsd:*", .sample_hz = 2822400 }, 0,
		"DSD, whose samples are bits" },
	{ { .protocol_info = "http-get:*:audio/x-dff:*", .sample_hz = 24576000 }, 0,
		"the fastest" },
	{ { .protocol_info = "http-get:*:audio/x-dsf:*", .sample_hz = 24576001 }, 704, "faster" },
	{ { .protocol_info = "http-get:*:audio/flac:*", .sample_hz = 2822400 }, 704, "not DSD" },
	{ { .channels = 32 }, 0, "32 channels" },
	{ { .channels = 33 }, 704, "33" },
	{ { .bitrate_Bps = 1250000000 }, 0, "10 Gbit/s" },
	{ { .bitrate_Bps = 1250000001 }, 704, "more" },
	{ { .protection = "" }, 0, "by nothing" },
	{ { .protection = "DTCP", .width = 9000 }, 719, "protected, whatever its size" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(
			avu_resource_check(&rows[i].resource, &error), ==, rows[i].code == 0);
		if (rows[i].code == 0) {
			g_assert_no_error(error);
		} else {
			g_assert_error(error, AVU_UPNP_ERROR, rows[i].code);
		}
		g_assert_cmpint(avu_resource_check(&rows[i].resource, NULL), ==, rows[i].code == 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/resource-check/rows", test_rows);
	return g_test_run();
}
