/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Main thread. As many as there can be devices; what comes later is not noted. */
#include "address/answers.h"

#include <string.h>

#include <av-upnp/limits.h>

typedef struct {
	AvuDeviceKind kind;
	char udn[]; /* NUL-ended */
} Answer;

struct Answers {
	GHashTable *answers; /* location as avu_url_get_text() gives it → Answer */
};

Answers *
answers_new(void)
{
	Answers *answers = g_new0(Answers, 1);

	answers->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return answers;
}

void
answers_free(Answers *answers)
{
	if (answers != NULL) {
		g_hash_table_unref(answers->answers);
		g_free(answers);
	}
}

void
answers_note(Answers *answers, AvuDeviceKind kind, const char *udn, const char *location)
{
	g_autoptr(AvuUrl) url = avu_url_parse_own(location, NULL);
	const size_t size = strlen(udn) + 1;

	if (url != NULL && g_hash_table_size(answers->answers) < AVU_LIMIT_REMOTE_DEVICES) {
		Answer *answer = g_malloc(sizeof *answer + size);

		answer->kind = kind;
		(void)memcpy(answer->udn, udn, size);
		g_hash_table_replace(answers->answers, g_strdup(avu_url_get_text(url)), answer);
	}
}

/* By its UDN, too: one that is seen on several links or addresses is listed at one of these places. */
static bool
is_among(const char *location, const char *udn, const GPtrArray *devices)
{
	for (guint i = 0; i < devices->len; i++) {
		const AvuRemoteDevice *device = devices->pdata[i];

		if (strcmp(avu_remote_device_get_location(device), location) == 0 ||
			g_ascii_strcasecmp(avu_remote_device_get_udn(device), udn) == 0) {
			return true;
		}
	}
	return false;
}

const char *
answers_find_silent(const Answers *answers, AvuDeviceKind kind, const GPtrArray *devices)
{
	GHashTableIter iter;
	void *location, *value;

	g_hash_table_iter_init(&iter, answers->answers);
	while (g_hash_table_iter_next(&iter, &location, &value)) {
		const Answer *answer = value;

		if ((kind == AVU_DEVICE_OTHER || answer->kind == kind) &&
			!is_among(location, answer->udn, devices)) {
			return location;
		}
	}
	return NULL;
}
