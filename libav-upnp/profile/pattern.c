/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of profile files against foreign text: no backtracking, so no text is slow. Pure; any
 * thread. */
#include "pattern.h"

#include <string.h>

/* Does the piece (of len) stand at text? */
static bool
stands_at(const char *text, const char *piece, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool same = piece[i] == '#' ? g_ascii_isdigit(text[i]) : piece[i] == text[i];

		if (!same) { /* also at the end of text */
			return false;
		}
	}
	return true;
}

bool
pattern_is_in(const char *pattern, const char *text)
{
	/* the pieces between stars stand in the text in this order */
	while (*pattern != '\0') {
		size_t len = strcspn(pattern, "*");

		while (!stands_at(text, pattern, len)) {
			if (*text++ == '\0') {
				return false;
			}
		}
		text += len;
		pattern += len + (pattern[len] == '*' ? 1 : 0);
	}
	return true;
}

bool
pattern_is(const char *pattern, const char *text)
{
	size_t len = strcspn(pattern, "*");

	if (strncmp(pattern, text, len) != 0) {
		return false;
	}
	text += len;
	pattern += len;
	while (*pattern == '*') {
		pattern++;
		len = strcspn(pattern, "*");
		if (pattern[len] == '\0') { /* the last piece stands at the end */
			size_t left = strlen(text);

			return left >= len && strcmp(text + left - len, pattern) == 0;
		}
		while (strncmp(pattern, text, len) != 0) {
			if (*text++ == '\0') {
				return false;
			}
		}
		text += len;
		pattern += len;
	}
	return *text == '\0';
}
