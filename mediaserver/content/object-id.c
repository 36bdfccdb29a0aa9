/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text of object ids: short, ASCII, without comma, quote or blank (spec/upnp-av-cds-objects.md 8).
 * They say nothing about files (SEC-104). Pure. */
#include "mediaserver/content/object-id.h"

#include <string.h>

#define HEX_DIGITS 15 /* 60 bits */

static bool
parse_number(const char *text, size_t len, char letter, int64_t *ret_value)
{
	int64_t value = 0;

	if (len != 1 + HEX_DIGITS || text[0] != letter) {
		return false;
	}
	for (size_t i = 1; i < len; i++) {
		int digit = g_ascii_xdigit_value(text[i]);

		if (digit < 0 || g_ascii_isupper(text[i])) {
			return false;
		}
		value = value << 4 | digit;
	}
	*ret_value = value;
	return value != 0;
}

static bool
parse_container(const char *text, size_t len, int64_t *ret_id)
{
	char name[OBJECT_ID_MAX];

	if (parse_number(text, len, 'c', ret_id)) {
		return true;
	}
	if (len >= sizeof(name)) {
		return false;
	}
	memcpy(name, text, len);
	name[len] = '\0';
	const View *view = view_find(name);

	if (view == NULL) {
		return false;
	}
	*ret_id = view_get_container(view);
	return true;
}

bool
object_id_parse(const char *text, ObjectId *ret_id)
{
	const char *dot = strchr(text, '.');
	const char *item = dot != NULL ? dot + 1 : text;
	ObjectId id = { 0 };

	if (dot != NULL && !parse_container(text, (size_t)(dot - text), &id.container)) {
		return false;
	}
	if (!parse_number(item, strlen(item), 'i', &id.item) &&
		(dot != NULL || !parse_container(text, strlen(text), &id.container))) {
		return false;
	}
	*ret_id = id;
	return true;
}

/* Several for each object of an answer: by hand, in a tenth of printf's time. */
static void
write_number(char text[OBJECT_ID_MAX], char letter, int64_t id)
{
	uint64_t rest = (uint64_t)id;

	text[0] = letter;
	for (size_t i = HEX_DIGITS; i > 0; i--, rest >>= 4) {
		text[i] = "0123456789abcdef"[rest & 15];
	}
	text[1 + HEX_DIGITS] = '\0';
}

void
object_id_format_container(char text[OBJECT_ID_MAX], int64_t id, const View *view)
{
	if (view != NULL) {
		(void)g_strlcpy(text, view->id, OBJECT_ID_MAX);
	} else {
		write_number(text, 'c', id);
	}
}

void
object_id_format_any_container(char text[OBJECT_ID_MAX], int64_t id)
{
	object_id_format_container(text, id, view_find_container(id));
}

void
object_id_format_item(char text[OBJECT_ID_MAX], int64_t id)
{
	write_number(text, 'i', id);
}
