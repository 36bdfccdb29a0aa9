/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* completion/line.h: a command line that is still being typed, in the quoting of a POSIX shell. Pure. */
#pragma once

#include <av-upnp/base.h>

typedef struct {
	char **words; /* unquoted, NULL-ended, at least one: the last is the one being typed */
	/* Octets of the last word that bash takes for another word: its own words end at each colon and
	 * equals sign that is not quoted, and a completion replaces the last of them only. */
	size_t n_settled;
} Line;

/** Nothing is expanded; a quote that is still open ends with the text. Assignments in front of the
 *  command are left out. */
Line line_parse(const char *text);
void line_clear(Line *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Line, line_clear)
