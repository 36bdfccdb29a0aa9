/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables of makers (dlna-device-quirks.md 3, dlna-http-transport.md 14). Pure; any thread. */
#include "config.h"

#include <string.h>

#include "vendor-headers.h"

#define SAMSUNG "Samsung"
#define LG "LG"
#define SONY "Sony"
#define PANASONIC "Panasonic"
#define MICROSOFT "Microsoft"
#define PHILIPS "Philips"
/* DLNA allows 64 octets for friendlyName; agents are longer. */
#define NAME_MAX_BYTES 128

/* From the particular to the general; the first that fits counts. In a pattern * is any text, also
 * before and after, and # a digit. */
static const VendorClient clients[] = {
	{ SAMSUNG, "User-Agent", "SEC_HHP_[PC]", 0 }, /* AllShare: a plain client */
	{ SAMSUNG, "User-Agent", "SEC_HHP_", VENDOR_INTERACTIVE_VIDEO | VENDOR_LENIENT_SEEK },
	{ SAMSUNG, "User-Agent", "SamsungWiselinkPro",
		VENDOR_INTERACTIVE_VIDEO | VENDOR_LENIENT_SEEK },
	{ SAMSUNG, "User-Agent", "Samsung", VENDOR_INTERACTIVE_VIDEO | VENDOR_LENIENT_SEEK },
	/* no seeking at all without the features on each answer */
	{ LG, "DLNADeviceName.lge.com", "*", VENDOR_ALWAYS_FEATURES },
	{ LG, "User-Agent", "WebOS TV", VENDOR_ALWAYS_FEATURES },
	{ LG, "User-Agent", "webOSTV", VENDOR_ALWAYS_FEATURES },
	{ LG, "User-Agent", "LG Smart TV", VENDOR_ALWAYS_FEATURES },
	{ LG, "User-Agent", "LGE_DLNA_SDK", VENDOR_ALWAYS_FEATURES },
	{ SONY, "X-AV-Client-Info", "PLAYSTATION 3", VENDOR_LENIENT_SEEK },
	{ SONY, "User-Agent", "PLAYSTATION 3", VENDOR_LENIENT_SEEK },
	{ SONY, "X-AV-Client-Info", "*", 0 },
	{ SONY, "X-AV-Physical-Unit-Info", "*", 0 },
	{ SONY, "User-Agent", "PLAYSTATION", 0 },
	{ PANASONIC, "X-PANASONIC-DMP-Profile", "*", 0 },
	{ PANASONIC, "User-Agent", "Panasonic MIL DLNA", 0 },
	{ MICROSOFT, "User-Agent", "Xbox", 0 },
	{ MICROSOFT, "User-Agent", "NSPlayer", 0 },
	{ MICROSOFT, "User-Agent", "Windows-Media-Player", 0 },
	{ MICROSOFT, "User-Agent", "Microsoft-DLNA", 0 },
	{ PHILIPS, "User-Agent", "Android TV*Philips", 0 },
	{ PHILIPS, "User-Agent", "##PUS####", 0 },
	{ "Western Digital", "User-Agent", "alphanetworks", VENDOR_LENIENT_SEEK },
	{ "Western Digital", "User-Agent", "INTEL_NMPR/2.1", VENDOR_LENIENT_SEEK },
	{ "Onkyo", "User-Agent", "Mediabolic-IMHTTP", VENDOR_LENIENT_SEEK },
	{ "Sharp", "User-Agent", "SHARP-AQUOS-DMP", VENDOR_LENIENT_SEEK },
	{ "Yamaha", "User-Agent", "KnOS/", VENDOR_LENIENT_SEEK },
	{ "Reciva", "User-Agent", "Reciva", VENDOR_LENIENT_SEEK },
	{ "Reciva", "User-Agent", "EC-IRADIO/", VENDOR_LENIENT_SEEK },
	{ "Frontier Silicon", "User-Agent", "FSL DLNADOC", VENDOR_LENIENT_SEEK },
};

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
	const char *maker; /* NULL: whoever asks */
	const char *asked; /* request header that must be there; NULL: none */
	const char *value; /* of it; NULL: any */
	const char *name;  /* of the answer, spelt as the players compare it */
	char *(*compose)(const AvuDelivery *delivery);
} answers[] = {
	{ NULL, "getCaptionInfo.sec", "1", "CaptionInfo.sec", compose_caption },
	{ NULL, "getMediaInfo.sec", "1", "MediaInfo.sec", compose_media_info },
	{ PHILIPS, NULL, NULL, "CaptionInfo.sec", compose_caption },
	{ MICROSOFT, "getAvailableSeekRange.dlna.org", "1", "X-AvailableSeekRange",
		compose_available },
};

const VendorClient *
vendor_get_clients(size_t *ret_n)
{
	*ret_n = G_N_ELEMENTS(clients);
	return clients;
}

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

/* The pieces between stars stand in the text in this order. */
static bool
contains(const char *text, const char *pattern)
{
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

const VendorClient *
vendor_find_client(HeaderGetter header, const void *request)
{
	const char *value = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(clients); i++) {
		if (i == 0 || strcmp(clients[i].header, clients[i - 1].header) != 0) {
			value = header(request, clients[i].header);
		}
		if (value != NULL && contains(value, clients[i].pattern)) {
			return &clients[i];
		}
	}
	return NULL;
}

void
vendor_add_headers(const AvuDelivery *delivery, const VendorClient *client, HeaderGetter header,
	const void *request, void (*add)(void *data, const char *name, const char *value),
	void *data)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		const char *asked =
			answers[i].asked != NULL ? header(request, answers[i].asked) : NULL;

		if ((answers[i].asked != NULL && asked == NULL) ||
			(answers[i].value != NULL && strcmp(asked, answers[i].value) != 0) ||
			(answers[i].maker != NULL &&
				(client == NULL || strcmp(client->maker, answers[i].maker) != 0))) {
			continue;
		}
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
