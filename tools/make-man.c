/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Build-time program: puts the options of the settings table into the man page's text, in place of
 * the line @OPTIONS@, and the version in place of @VERSION@.
 *
 *     make-man PAGE.IN > PAGE
 *
 * Built once per program: MAN_HEADER names its settings header, MAN_PROGRAM and MAN_SPECS what is in
 * there. */
#include <stdio.h>
#include <stdlib.h>

#include <av-upnp/settings.h>

#include MAN_HEADER

int
main(int argc, char **argv)
{
	g_autoptr(AvuSettings) settings = avu_settings_new(MAN_PROGRAM, MAN_SPECS);
	g_autofree char *options = avu_settings_format_man(settings);
	g_autofree char *page = NULL;

	if (argc != 2 || !g_file_get_contents(argv[1], &page, NULL, NULL)) {
		(void)fprintf(stderr, "make-man: cannot read the page\n");
		return EXIT_FAILURE;
	}
	g_auto(GStrv) parts = g_strsplit(page, "@OPTIONS@\n", -1);
	g_autofree char *whole = g_strjoinv(options, parts);
	g_auto(GStrv) pieces = g_strsplit(whole, "@VERSION@", -1);
	g_autofree char *text = g_strjoinv(AVU_VERSION, pieces);

	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
