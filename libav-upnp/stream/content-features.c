/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* OP and FLAGS of a fourth field. What is written wrong is not there: nobody is refused a song for it.
 * Pure; any thread. */
#include <string.h>

#include <av-upnp/cursor.h>

#include "content-features.h"

#define FLAGS_DIGITS 8

/* "11", and the single digit that some write for "0x". */
static void
read_op(AvuCursor value, ContentFeatures *features)
{
	size_t len = avu_cursor_len(&value);

	for (const char *p = value.at; p < value.end; p++) {
		if (*p != '0' && *p != '1') {
			return;
		}
	}
	if (len == 1 || len == 2) {
		features->has_op = true;
		features->op_time = len == 2 && value.at[0] == '1';
		features->op_bytes = value.end[-1] == '1';
	}
}

static void
read_flags(AvuCursor value, ContentFeatures *features)
{
	uint32_t flags = 0;

	for (unsigned i = 0; i < FLAGS_DIGITS; i++) {
		if (value.at + i >= value.end || !g_ascii_isxdigit(value.at[i])) {
			return;
		}
		flags = flags << 4 | (uint32_t)g_ascii_xdigit_value(value.at[i]);
	}
	features->has_flags = true;
	features->flags = flags;
}

ContentFeatures
content_features_read(const char *text)
{
	static const struct {
		const char *name;
		void (*read)(AvuCursor value, ContentFeatures *features);
	} parameters[] = {
		{ "DLNA.ORG_OP", read_op },
		{ "DLNA.ORG_FLAGS", read_flags },
	};
	ContentFeatures features = { 0 };
	AvuCursor in = avu_cursor_string(text != NULL ? text : "");

	while (!avu_cursor_at_end(&in)) {
		AvuCursor value = avu_cursor_take_until(&in, ";");
		(void)avu_cursor_take_char(&in, ';');
		(void)avu_cursor_skip_blank(&value);
		const AvuCursor name = avu_cursor_take_until(&value, "=");

		if (!avu_cursor_take_char(&value, '=')) {
			continue;
		}
		for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++) {
			if (avu_cursor_equal_ci(&name, parameters[i].name)) {
				parameters[i].read(value, &features);
			}
		}
	}
	return features;
}
