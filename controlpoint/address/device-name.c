/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices by name, fragment, UDN or address. Pure: no network, no globals. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "device-name.h"

#define LISTED_MAX 8
#define SHOWN_CHARS 64

static bool
is_udn(const char *udn, const char *wanted)
{
	static const char scheme[] = "uuid:";

	if (g_ascii_strncasecmp(udn, scheme, strlen(scheme)) == 0) {
		udn += strlen(scheme);
	}
	if (g_ascii_strncasecmp(wanted, scheme, strlen(scheme)) == 0) {
		wanted += strlen(scheme);
	}
	return g_ascii_strcasecmp(udn, wanted) == 0;
}

DeviceNameMatch
device_name_match(const DeviceLabel *label, const char *wanted)
{
	g_autofree char *name = avu_text_fold(label->name);
	g_autofree char *word = avu_text_fold(wanted);

	if (is_udn(label->udn, wanted) || strcmp(label->address, wanted) == 0 ||
		strcmp(name, word) == 0) {
		return DEVICE_NAME_WHOLE;
	}
	return strstr(name, word) != NULL ? DEVICE_NAME_PART : DEVICE_NAME_NONE;
}

static char *
list_labels(const DeviceLabel *labels, size_t n, const char *wanted, DeviceNameMatch at_least)
{
	GString *list = g_string_new(NULL);
	unsigned listed = 0;

	for (size_t i = 0; i < n; i++) {
		if (wanted != NULL && device_name_match(&labels[i], wanted) < at_least) {
			continue;
		}
		if (listed++ == LISTED_MAX) {
			g_string_append(list, ", …");
			break;
		}
		g_autofree char *name = avu_text_for_display(labels[i].name, SHOWN_CHARS);
		g_autofree char *udn = avu_text_for_display(labels[i].udn, SHOWN_CHARS);

		g_string_append_printf(list, "%s\"%s\" (%s, %s)", list->len > 0 ? ", " : "", name,
			labels[i].address, udn);
	}
	return g_string_free(list, false);
}

static void
set_not_found(
	const DeviceLabel *labels, size_t n, const char *wanted, const char *role, GError **error)
{
	g_autofree char *list = list_labels(labels, n, NULL, DEVICE_NAME_NONE);

	if (wanted == NULL || n == 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"no %s found on the network%s%s%s", role,
			wanted != NULL ? ", and so none called \"" : "",
			wanted != NULL ? wanted : "", wanted != NULL ? "\"" : "");
		return;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "no %s called \"%s\"; there is %s", role,
		wanted, list);
}

int
device_name_choose(const DeviceLabel *labels, size_t n, const char *wanted, const char *role,
	DeviceNameMatch *ret_match, GError **error)
{
	DeviceNameMatch best = DEVICE_NAME_NONE;
	size_t found = 0;
	int chosen = -1;

	for (size_t i = 0; i < n; i++) {
		const DeviceNameMatch match =
			wanted != NULL ? device_name_match(&labels[i], wanted) : DEVICE_NAME_PART;

		if (match == DEVICE_NAME_NONE || match < best) {
			continue;
		}
		found = match > best ? 1 : found + 1;
		best = match;
		chosen = (int)i;
	}
	if (found == 0) {
		set_not_found(labels, n, wanted, role, error);
		return -1;
	}
	if (found > 1) {
		g_autofree char *list = list_labels(labels, n, wanted, best);

		g_set_error(error, AVU_ERROR, AVU_ERROR_AMBIGUOUS, "%zu %ss %s%s%s: %s", found,
			role, wanted != NULL ? "match \"" : "found, name one",
			wanted != NULL ? wanted : "", wanted != NULL ? "\"" : "", list);
		return -1;
	}
	if (ret_match != NULL) {
		*ret_match = best;
	}
	return chosen;
}
