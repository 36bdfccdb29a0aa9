/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a fuzz target over every file of the folder given, and over the empty input. */
#include <stdint.h>
#include <stdio.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
main(int argc, char **argv)
{
	g_autoptr(GDir) folder = argc == 2 ? g_dir_open(argv[1], 0, NULL) : NULL;
	const char *name;
	unsigned replayed = 0;

	if (folder == NULL) {
		fprintf(stderr, "usage: %s FOLDER-WITH-SEEDS\n", argv[0]);
		return 2;
	}
	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *path = g_build_filename(argv[1], name, NULL);
		g_autofree char *data = NULL;
		gsize len = 0;

		if (g_file_get_contents(path, &data, &len, NULL)) {
			(void)LLVMFuzzerTestOneInput((const uint8_t *)data, len);
			replayed++;
		}
	}
	/* A target without seeds would pass without having looked at anything. */
	return replayed > 0 ? 0 : 1;
}
