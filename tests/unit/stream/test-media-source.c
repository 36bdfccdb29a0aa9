/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plain sources: what they say can be done, and the octets they give. */
#include "config.h"

#include <string.h>
#include <sys/mman.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/media-source.h>
#include <av-upnp/time-index.h>

static int
file_with(const char *text)
{
	int fd = memfd_create("media", MFD_CLOEXEC);

	g_assert_cmpint(write(fd, text, strlen(text)), ==, (ssize_t)strlen(text));
	return fd;
}

/* Reads a body as delivery would, in pieces of at most max octets. */
static char *
drain(const AvuMediaBody *body, size_t max)
{
	GString *out = g_string_new(NULL);
	char buffer[64];
	ssize_t got;

	do {
		size_t want = MIN(max, sizeof(buffer));

		if (body->fd >= 0) {
			want = (size_t)MIN((uint64_t)want, body->length - out->len);
			got = pread(body->fd, buffer, want, (off_t)(body->offset + out->len));
		} else {
			got = body->read(body->data, out->len, buffer, want);
		}
		g_assert_cmpint(got, >=, 0);
		g_string_append_len(out, buffer, got);
	} while (got > 0);
	return g_string_free(out, FALSE);
}

/* The octets [first, end) of a source, or NULL. */
static char *
octets(AvuMediaSource *source, uint64_t first, uint64_t end)
{
	const AvuMediaPart part = {
		.first_byte = first, .end_byte = end, .speed = AVU_PLAY_SPEED_NORMAL
	};
	g_auto(AvuMediaBody) body = { .fd = -1 };

	g_assert_true(avu_media_source_open(source, &part, &body, NULL));
	return drain(&body, 3);
}

static AvuTimeIndex *
get_index(void *data, GError **error)
{
	const AvuTimePoint point = { AVU_NS_PER_S, 4 };

	if (data == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "none");
		return NULL;
	}
	return avu_time_index_new(&point, 1, 0, 10, 2 * AVU_NS_PER_S);
}

static void
test_file(void)
{
	AvuMediaSpan span;
	g_autoptr(AvuMediaSource) source = avu_media_source_new_file(
		file_with("0123456789"), 10, 2 * AVU_NS_PER_S, get_index, &span);
	g_autoptr(AvuMediaSource) plain =
		avu_media_source_new_file(file_with("0123456789"), 10, AVU_TIME_NONE, NULL, NULL);
	AvuMediaPart part = { .timed = true, .from_ns = AVU_NS_PER_S + 5, .to_ns = AVU_TIME_NONE };

	avu_media_source_get_span(plain, &span);
	g_assert_cmpuint(span.seek, ==, AVU_SEEK_BYTES);
	g_assert_cmpuint(span.end_byte, ==, 10);
	g_assert_cmpint(span.end_ns, ==, AVU_TIME_NONE);
	avu_media_source_get_span(source, &span);
	g_assert_cmpuint(span.seek, ==, AVU_SEEK_BYTES | AVU_SEEK_TIME);
	g_assert_false(span.limited || span.start_moves || span.end_moves);
	g_assert_true(avu_media_source_locate(source, &part, NULL));
	g_assert_cmpuint(part.first_byte, ==, 4);
	g_assert_cmpint(part.from_ns, ==, AVU_NS_PER_S);
	g_assert_true(avu_media_source_has_speed(source, AVU_PLAY_SPEED_NORMAL));
	g_assert_false(avu_media_source_has_speed(source, (AvuPlaySpeed){ 2, 1 }));

	g_autofree char *rest = octets(source, part.first_byte, part.end_byte);

	g_assert_cmpstr(rest, ==, "456789");
}

/* Nobody looks into a file for its very start, and a file without an index says so. */
static void
test_file_without_index(void)
{
	g_autoptr(AvuMediaSource) source = avu_media_source_new_file(
		file_with("0123456789"), 10, 2 * AVU_NS_PER_S, get_index, NULL);
	AvuMediaPart start = { .timed = true, .to_ns = AVU_TIME_NONE };
	AvuMediaPart later = { .timed = true, .from_ns = 1, .to_ns = AVU_TIME_NONE };
	g_autoptr(GError) error = NULL;

	g_assert_true(avu_media_source_locate(source, &start, NULL));
	g_assert_cmpuint(start.first_byte, ==, 0);
	g_assert_cmpuint(start.end_byte, ==, 10);
	g_assert_cmpint(start.to_ns, ==, 2 * AVU_NS_PER_S);
	g_assert_false(avu_media_source_locate(source, &later, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
}

static void
test_slice(void)
{
	static const struct {
		uint64_t first, end;
		const char *expected;
		const char *why;
	} rows[] = {
		{ 0, 9, "HEAD34567", "the whole" },
		{ 0, 4, "HEAD", "the header alone" },
		{ 0, 2, "HE", "a part of the header" },
		{ 3, 5, "D3", "across the seam" },
		{ 4, 9, "34567", "from the seam on" },
		{ 8, 9, "7", "the last octet" },
		{ 2, 100, "AD34567", "an end beyond" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(AvuMediaSource) source = avu_media_source_new_slice(
			g_bytes_new_static("HEAD", 4), file_with("0123456789"), 3, 5);
		AvuMediaSpan span;

		g_test_message("%s", rows[i].why);
		avu_media_source_get_span(source, &span);
		g_assert_cmpuint(span.end_byte, ==, 9);
		g_assert_cmpuint(span.seek, ==, AVU_SEEK_BYTES);

		g_autofree char *got = octets(source, rows[i].first, rows[i].end);

		g_assert_cmpstr(got, ==, rows[i].expected);
	}
}

static void
test_slice_without_head(void)
{
	g_autoptr(AvuMediaSource) source =
		avu_media_source_new_slice(NULL, file_with("0123456789"), 3, 5);
	g_autofree char *got = octets(source, 1, 3);

	g_assert_cmpstr(got, ==, "45");
}

/* What is missing is not made up: the connection is cut. */
static void
test_slice_of_a_file_that_shrank(void)
{
	g_autoptr(AvuMediaSource) source =
		avu_media_source_new_slice(g_bytes_new_static("HEAD", 4), file_with("01234"), 3, 5);
	const AvuMediaPart part = { .end_byte = 9, .speed = AVU_PLAY_SPEED_NORMAL };
	g_auto(AvuMediaBody) body = { .fd = -1 };
	char buffer[16];

	g_assert_true(avu_media_source_open(source, &part, &body, NULL));
	g_assert_cmpuint(body.length, ==, 9);
	g_assert_cmpint(body.read(body.data, 4, buffer, sizeof(buffer)), ==, 2);
	g_assert_cmpint(body.read(body.data, 6, buffer, sizeof(buffer)), ==, -1);
}

static int looks;

/* Asked for the third time, the recorder has written its last octets and is done. */
static bool
writes_until_third_look(int fd)
{
	if (++looks == 3) {
		g_assert_cmpint(pwrite(fd, "end", 3, 4), ==, 3);
	}
	return looks < 3;
}

static void
test_growing(void)
{
	int fd = file_with("0123");
	g_autoptr(AvuMediaSource) source =
		avu_media_source_new_growing(fd, writes_until_third_look);
	AvuMediaSpan span;

	looks = 0;
	avu_media_source_get_span(source, &span);
	g_assert_true(span.end_moves);
	g_assert_false(span.start_moves || span.limited);
	g_assert_cmpuint(span.end_byte, ==, 4);

	g_autofree char *got = octets(source, 2, AVU_LENGTH_UNKNOWN);

	g_assert_cmpstr(got, ==, "23end");
}

static void
test_growing_part(void)
{
	g_autoptr(AvuMediaSource) source =
		avu_media_source_new_growing(file_with("0123"), writes_until_third_look);

	looks = 0;
	g_autofree char *got = octets(source, 1, 3);

	g_assert_cmpstr(got, ==, "12");
	g_assert_cmpint(looks, ==, 0); /* what is there is not waited for */
}

static void
test_pipe(void)
{
	int ends[2];
	AvuMediaSpan span;

	g_assert_cmpint(pipe(ends), ==, 0);
	g_assert_cmpint(write(ends[1], "piped", 5), ==, 5);
	g_assert_cmpint(close(ends[1]), ==, 0);

	g_autoptr(AvuMediaSource) source = avu_media_source_new_pipe(ends[0]);

	avu_media_source_get_span(source, &span);
	g_assert_cmpuint(span.seek, ==, 0);
	g_assert_cmpuint(span.end_byte, ==, AVU_LENGTH_UNKNOWN);

	g_autofree char *got = octets(source, 0, AVU_LENGTH_UNKNOWN);

	g_assert_cmpstr(got, ==, "piped");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/media-source/file", test_file);
	g_test_add_func("/stream/media-source/file-without-index", test_file_without_index);
	g_test_add_func("/stream/media-source/slice", test_slice);
	g_test_add_func("/stream/media-source/slice-without-head", test_slice_without_head);
	g_test_add_func("/stream/media-source/slice-shrank", test_slice_of_a_file_that_shrank);
	g_test_add_func("/stream/media-source/growing", test_growing);
	g_test_add_func("/stream/media-source/growing-part", test_growing_part);
	g_test_add_func("/stream/media-source/pipe", test_pipe);
	return g_test_run();
}
