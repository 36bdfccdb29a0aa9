/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables of makers (dlna-device-quirks.md 3, dlna-http-transport.md 14). Pure; any thread. */
#include "config.h"

#include <string.h>

#include "vendor-headers.h"

#define MICROSOFT "Microsoft"
/* DLNA allows 64 octets for friendlyName; agents are longer. */
#define NAME_MAX_BYTES 128

static char *
compose_caption(const AvuDelivery *delivery)
{
	return g_strdup(delivery->caption_url);
}

static char *
compose_media_info(const AvuDelivery *delivery)
{
	return delivery->duration_ns > 0 ? g_strdup_printf("SEC_Duration=%" G_GINT64_FORMAT ";",
						   delivery->duration_ns / AVU_NS_PER_MS)
					 : NULL;
}

static char *
compose_available(const AvuDelivery *delivery)
{
	int64_t ms = delivery->duration_ns / AVU_NS_PER_MS;

	return delivery->duration_ns > 0 ? g_strdup_printf("1 npt=0.000-%" G_GINT64_FORMAT ".%03d",
						   ms / 1000, (int)(ms % 1000))
					 : NULL;
}

/* compose gives NULL when there is nothing to say. */
static const struct {
	const char *maker;  /* NULL: whoever asks */
	unsigned subtitles; /* AvuSubtitleForm that the player must have; 0: any */
	const char *asked;  /* request header that must be there; NULL: none */
	const char *value;  /* of it; NULL: any */
	const char *name;   /* of the answer, spelt as the players compare it */
	char *(*compose)(const AvuDelivery *delivery);
} answers[] = {
	{ NULL, AVU_SUBTITLES_ASKED, "getCaptionInfo.sec", "1", "CaptionInfo.sec",
		compose_caption },
	{ NULL, 0, "getMediaInfo.sec", "1", "MediaInfo.sec", compose_media_info },
	{ NULL, AVU_SUBTITLES_HEADER, NULL, NULL, "CaptionInfo.sec", compose_caption },
	{ MICROSOFT, 0, "getAvailableSeekRange.dlna.org", "1", "X-AvailableSeekRange",
		compose_available },
};

void
vendor_add_headers(const AvuDelivery *delivery, const AvuClientProfile *client, HeaderGetter header,
	const void *request, void (*add)(void *data, const char *name, const char *value),
	void *data)
{
	const unsigned subtitles = client != NULL ? client->subtitles : (unsigned)AVU_SUBTITLES_ALL;
	bool told = false; /* asked for, and unasked */

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		const char *asked =
			answers[i].asked != NULL ? header(request, answers[i].asked) : NULL;

		if ((answers[i].asked != NULL && asked == NULL) ||
			(answers[i].value != NULL && strcmp(asked, answers[i].value) != 0) ||
			(answers[i].subtitles & ~subtitles) != 0 ||
			(answers[i].subtitles != 0 && told) ||
			(answers[i].maker != NULL &&
				(client == NULL ||
					g_strcmp0(client->maker, answers[i].maker) != 0))) {
			continue;
		}
		told = told || answers[i].subtitles != 0;
		g_autofree char *value = answers[i].compose(delivery);

		if (value != NULL) {
			add(data, answers[i].name, value);
		}
	}
}

/* mn="BRAVIA KDL-40EX503" of Sony's list of parameters. */
static char *
dup_model(const char *value)
{
	const char *start = strstr(value, "mn=\"");

	if (start == NULL) {
		return NULL;
	}
	start += strlen("mn=\"");
	return g_strndup(start, MIN(strcspn(start, "\""), NAME_MAX_BYTES));
}

char *
vendor_dup_client_name(HeaderGetter header, const void *request)
{
	static const char *const names[] = { "friendlyName.dlna.org", "DLNADeviceName.lge.com",
		"X-AV-Client-Info", "User-Agent" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = header(request, names[i]);

		if (value == NULL) {
			continue;
		}
		char *name =
			names[i][0] == 'X' ? dup_model(value) : g_strndup(value, NAME_MAX_BYTES);

		if (name != NULL) {
			return name;
		}
	}
	return NULL;
}
