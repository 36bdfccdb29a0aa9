/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ended its worker twice is not tried a third time, as long as it is the same. */
#include <glib.h>

#include <av-upnp/clock.h>

#include "mediaserver/convert/deadly-files.h"

#define HOUR_NS (3600 * AVU_NS_PER_S)

static const struct {
	int64_t stream, at_ns;
	bool known;
	const char *why;
} streams[] = {
	{ 7, HOUR_NS + AVU_NS_PER_S, true, "the same, a moment later, through another pipe" },
	{ 8, HOUR_NS, false, "another one" },
	{ 7, 2 * HOUR_NS, false, "an hour later" },
	{ -7, HOUR_NS, false, "ids use all bits" },
};

static void
test_streams(void)
{
	DeadlyFiles files = { 0 };
	const DeadlyFile deadly = deadly_file_of_stream(7, HOUR_NS);

	deadly_files_note(&files, &deadly);
	g_assert_false(deadly_files_has(&files, &deadly)); /* once is by chance */
	deadly_files_note(&files, &deadly);
	for (size_t i = 0; i < G_N_ELEMENTS(streams); i++) {
		const DeadlyFile stream =
			deadly_file_of_stream(streams[i].stream, streams[i].at_ns);

		g_test_message("%s", streams[i].why);
		g_assert_cmpint(deadly_files_has(&files, &stream), ==, streams[i].known);
	}
}

static void
test_none(void)
{
	DeadlyFiles files = { 0 };
	const DeadlyFile none = { 0 };

	deadly_files_note(&files, &none);
	deadly_files_note(&files, &none);
	g_assert_cmpuint(files.n, ==, 0);
}

/* A station that ends workers all day long does not push out what is known of files. */
static void
test_room(void)
{
	DeadlyFiles files = { 0 };
	const DeadlyFile file = { .device = 1, .inode = 2, .size = 3 };
	const DeadlyFile stream = deadly_file_of_stream(7, HOUR_NS);

	for (unsigned i = 0; i < 2; i++) {
		deadly_files_note(&files, &file);
	}
	for (unsigned i = 0; i < 2 * DEADLY_FILES_MAX; i++) {
		deadly_files_note(&files, &stream);
	}
	g_assert_true(deadly_files_has(&files, &file));
	g_assert_cmpuint(files.n, ==, 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/deadly-files/streams", test_streams);
	g_test_add_func("/deadly-files/none", test_none);
	g_test_add_func("/deadly-files/room", test_room);
	return g_test_run();
}
