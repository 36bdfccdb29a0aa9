/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Main thread. As many as there can be devices; what comes later is not noted. */
#include "address/answers.h"

#include <string.h>

#include <av-upnp/limits.h>

struct Answers {
	GHashTable *kinds; /* location as avu_url_get_text() gives it → AvuDeviceKind */
};

Answers *
answers_new(void)
{
	Answers *answers = g_new0(Answers, 1);

	answers->kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return answers;
}

void
answers_free(Answers *answers)
{
	if (answers != NULL) {
		g_hash_table_unref(answers->kinds);
		g_free(answers);
	}
}

void
answers_note(Answers *answers, AvuDeviceKind kind, const char *location)
{
	g_autoptr(AvuUrl) url = avu_url_parse_own(location, NULL);

	if (url != NULL && g_hash_table_size(answers->kinds) < AVU_LIMIT_REMOTE_DEVICES) {
		g_hash_table_replace(answers->kinds, g_strdup(avu_url_get_text(url)),
			GUINT_TO_POINTER((guint)kind));
	}
}

static bool
is_among(const char *location, const GPtrArray *devices)
{
	for (guint i = 0; i < devices->len; i++) {
		if (strcmp(avu_remote_device_get_location(devices->pdata[i]), location) == 0) {
			return true;
		}
	}
	return false;
}

const char *
answers_find_silent(const Answers *answers, AvuDeviceKind kind, const GPtrArray *devices)
{
	GHashTableIter iter;
	void *location, *said;

	g_hash_table_iter_init(&iter, answers->kinds);
	while (g_hash_table_iter_next(&iter, &location, &said)) {
		if ((kind == AVU_DEVICE_OTHER || GPOINTER_TO_UINT(said) == (guint)kind) &&
			!is_among(location, devices)) {
			return location;
		}
	}
	return NULL;
}
