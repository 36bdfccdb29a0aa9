/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A worker is as hostile as the file it read: every field out of range is refused (SEC-144). */
#include <string.h>

#include <av-upnp/error.h>

#include "mediaserver/workers/probe-result.h"

static AvuFrame
frame_of(const AvuFrameWriter *writer, size_t len)
{
	return (AvuFrame){ .type = WORKER_RESULT, .data = writer->bytes->data, .len = len };
}

static bool
take(const AvuFrameWriter *writer, size_t len, ProbeResult *result)
{
	AvuFrame frame = frame_of(writer, len);
	AvuFrameReader reader = avu_frame_reader(&frame);

	probe_result_init(result);
	return probe_result_take(&reader, result, NULL);
}

static void
test_all_fields_arrive(void)
{
	ProbeResult sent;
	g_auto(ProbeResult) got = { 0 };
	g_auto(AvuFrameWriter) writer = { NULL };

	probe_result_init(&sent);
	sent.file = 7;
	sent.outcome = PROBE_OK;
	sent.duration_ns = 205120000000;
	sent.sample_hz = 96000;
	sent.track = 3;
	sent.container = (char *)"flac";
	sent.title = (char *)"Jóga";
	avu_frame_writer_init(&writer);
	probe_result_put(&sent, &writer);
	g_assert_true(take(&writer, writer.bytes->len, &got));
	g_assert_cmpint(got.file, ==, 7);
	g_assert_cmpint(got.duration_ns, ==, 205120000000);
	g_assert_cmpint(got.sample_hz, ==, 96000);
	g_assert_cmpint(got.track, ==, 3);
	g_assert_cmpint(got.disc, ==, -1);
	g_assert_cmpstr(got.container, ==, "flac");
	g_assert_cmpstr(got.title, ==, "Jóga");
	g_assert_null(got.album);
}

static void
test_sender_drops_nonsense(void)
{
	ProbeResult sent;
	g_auto(ProbeResult) got = { 0 };
	g_auto(AvuFrameWriter) writer = { NULL };
	g_autofree char *endless = g_strnfill(5000, 'x');

	probe_result_init(&sent);
	sent.sample_hz = -44100;
	sent.width = 1 << 20;
	sent.title = endless;
	avu_frame_writer_init(&writer);
	probe_result_put(&sent, &writer);
	g_assert_true(take(&writer, writer.bytes->len, &got));
	g_assert_cmpint(got.sample_hz, ==, -1);
	g_assert_cmpint(got.width, ==, -1);
	g_assert_cmpuint(strlen(got.title), ==, 1024);
}

static void
test_refused(void)
{
	/* place of the value among the numbers, each 8 octets */
	static const struct {
		size_t place;
		int64_t value;
		const char *why;
	} rows[] = {
		{ 0, 64, "file beyond the batch" },
		{ 0, -1, "file before it" },
		{ 1, 4, "an outcome that is none" },
		{ 2, -5, "negative duration" },
		{ 4, INT64_MAX, "sample rate" },
		{ 8, 65536, "width" },
		{ 16, 0, "track 0" },
	};
	ProbeResult sent;

	probe_result_init(&sent);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(AvuFrameWriter) writer = { NULL };
		g_auto(ProbeResult) got = { 0 };

		g_test_message("%s", rows[i].why);
		avu_frame_writer_init(&writer);
		probe_result_put(&sent, &writer);
		memcpy(writer.bytes->data + 8 * rows[i].place, &rows[i].value, 8);
		g_assert_false(take(&writer, writer.bytes->len, &got));
	}
}

static void
test_every_cut_is_refused(void)
{
	ProbeResult sent;
	g_auto(AvuFrameWriter) writer = { NULL };

	probe_result_init(&sent);
	sent.title = (char *)"title";
	avu_frame_writer_init(&writer);
	probe_result_put(&sent, &writer);
	for (size_t len = 0; len < writer.bytes->len; len++) {
		g_auto(ProbeResult) got = { 0 };

		g_assert_false(take(&writer, len, &got));
	}
	avu_frame_put_u32(&writer, 1); /* and something behind the end */
	g_auto(ProbeResult) got = { 0 };

	g_assert_false(take(&writer, writer.bytes->len, &got));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/workers/probe-result/fields", test_all_fields_arrive);
	g_test_add_func("/workers/probe-result/nonsense", test_sender_drops_nonsense);
	g_test_add_func("/workers/probe-result/refused", test_refused);
	g_test_add_func("/workers/probe-result/cut", test_every_cut_is_refused);
	return g_test_run();
}
