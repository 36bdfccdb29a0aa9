/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/settings-value.c: values of each type from text and back. Pure; any thread. */
#include <inttypes.h>
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "settings-private.h"

static const struct {
	const char *word;
	bool value;
} bool_words[] = {
	{ "yes", true },
	{ "no", false },
	{ "true", true },
	{ "false", false },
	{ "1", true },
	{ "0", false },
};

/* Longest first where one is the end of another; the empty one is what a bare number means. */
static const struct {
	const char *word;
	int64_t ns;
} units[] = {
	{ "h", 3600 * AVU_NS_PER_S },
	{ "min", 60 * AVU_NS_PER_S },
	{ "s", AVU_NS_PER_S },
	{ "ms", AVU_NS_PER_MS },
	{ "", AVU_NS_PER_S },
};

void
avu_setting_value_clear(AvuSettingValue *value)
{
	g_clear_pointer(&value->text, g_free);
	g_clear_pointer(&value->list, g_ptr_array_unref);
}

static bool
refuse(const char *text, GError **error, const char *wanted)
{
	g_autofree char *shown = avu_text_for_display(text, 80);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "\"%s\" is not %s", shown, wanted);
	return false;
}

static bool
parse_string(const AvuSettingSpec *spec, const char *text, const char *folder,
	AvuSettingValue *value, GError **error)
{
	(void)spec;
	(void)folder;
	if (!g_utf8_validate(text, -1, NULL)) {
		return refuse(text, error, "UTF-8 text");
	}
	value->text = text[0] != '\0' ? g_strdup(text) : NULL;
	return true;
}

/* A path is octets: it need not be UTF-8. */
static bool
parse_path(const AvuSettingSpec *spec, const char *text, const char *folder, AvuSettingValue *value,
	GError **error)
{
	(void)spec;
	(void)error;
	if (text[0] == '~' && (text[1] == '/' || text[1] == '\0')) {
		g_autofree char *whole = g_strconcat(g_get_home_dir(), text + 1, NULL);

		value->text = g_canonicalize_filename(whole, "/");
	} else if (text[0] != '\0') {
		value->text = g_canonicalize_filename(text, folder);
	}
	return true;
}

static bool
parse_bool(const AvuSettingSpec *spec, const char *text, const char *folder, AvuSettingValue *value,
	GError **error)
{
	(void)spec;
	(void)folder;
	for (size_t i = 0; i < G_N_ELEMENTS(bool_words); i++) {
		if (g_ascii_strcasecmp(text, bool_words[i].word) == 0) {
			value->number = bool_words[i].value;
			return true;
		}
	}
	return refuse(text, error, "yes or no");
}

static char *
format_number(const AvuSettingSpec *spec, int64_t number)
{
	if (spec->type == AVU_SETTING_BOOL) {
		return g_strdup(number != 0 ? "yes" : "no");
	}
	if (spec->type == AVU_SETTING_INT) {
		return g_strdup_printf("%" PRId64, number);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (number != 0 && number % units[i].ns == 0) {
			return g_strdup_printf(
				"%" PRId64 "%s", number / units[i].ns, units[i].word);
		}
	}
	return g_strdup("0s");
}

/* min and max both 0 mean: any. */
static bool
check_range(const AvuSettingSpec *spec, const char *text, int64_t number, GError **error)
{
	if ((spec->min == 0 && spec->max == 0) || (number >= spec->min && number <= spec->max)) {
		return true;
	}

	g_autofree char *min = format_number(spec, spec->min);
	g_autofree char *max = format_number(spec, spec->max);
	g_autofree char *wanted = g_strdup_printf("from %s to %s", min, max);

	return refuse(text, error, wanted);
}

static bool
parse_int(const AvuSettingSpec *spec, const char *text, const char *folder, AvuSettingValue *value,
	GError **error)
{
	(void)folder;
	if (!avu_parse_int(text, INT64_MIN, INT64_MAX, &value->number)) {
		return refuse(text, error, "a number");
	}
	return check_range(spec, text, value->number, error);
}

static bool
parse_duration(const AvuSettingSpec *spec, const char *text, const char *folder,
	AvuSettingValue *value, GError **error)
{
	AvuCursor in = avu_cursor_string(text);
	uint64_t count;

	(void)folder;
	if (avu_cursor_take_uint(&in, INT64_MAX, &count)) {
		(void)avu_cursor_skip_blank(&in);
		for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
			if (avu_cursor_equal(&in, units[i].word) &&
				count <= (uint64_t)(INT64_MAX / units[i].ns)) {
				value->number = (int64_t)count * units[i].ns;
				return check_range(spec, text, value->number, error);
			}
		}
	}
	return refuse(text, error, "a duration such as 500ms, 10s, 5min or 1h");
}

static bool
parse_enum(const AvuSettingSpec *spec, const char *text, const char *folder, AvuSettingValue *value,
	GError **error)
{
	(void)folder;
	if (g_strv_contains(spec->allowed, text)) {
		value->text = g_strdup(text);
		return true;
	}

	g_autofree char *words = g_strjoinv(", ", (char **)spec->allowed);
	g_autofree char *wanted = g_strdup_printf("one of %s", words);

	return refuse(text, error, wanted);
}

/* ';' parts, "\;" and "\\" are themselves, empty parts vanish, blanks round a part too. */
static bool
parse_list(const AvuSettingSpec *spec, const char *text, const char *folder, AvuSettingValue *value,
	GError **error)
{
	g_autoptr(GString) part = g_string_new(NULL);

	(void)spec;
	(void)folder;
	(void)error;
	value->list = g_ptr_array_new_with_free_func(g_free);
	for (const char *p = text;; p++) {
		if (*p == '\\' && (p[1] == ';' || p[1] == '\\')) {
			g_string_append_c(part, *++p);
		} else if (*p != ';' && *p != '\0') {
			g_string_append_c(part, *p);
		} else {
			g_strstrip(part->str);
			if (part->str[0] != '\0') {
				g_ptr_array_add(value->list, g_strdup(part->str));
			}
			g_string_truncate(part, 0);
			if (*p == '\0') {
				break;
			}
		}
	}
	g_ptr_array_add(value->list, NULL);
	return true;
}

typedef bool (*ParseFn)(const AvuSettingSpec *spec, const char *text, const char *folder,
	AvuSettingValue *value, GError **error);

static const ParseFn parsers[] = {
	[AVU_SETTING_STRING] = parse_string,
	[AVU_SETTING_PATH] = parse_path,
	[AVU_SETTING_BOOL] = parse_bool,
	[AVU_SETTING_INT] = parse_int,
	[AVU_SETTING_DURATION] = parse_duration,
	[AVU_SETTING_ENUM] = parse_enum,
	[AVU_SETTING_LIST] = parse_list,
};

bool
avu_setting_parse(const AvuSettingSpec *spec, const char *text, const char *folder,
	AvuSettingValue *ret_value, GError **error)
{
	AvuSettingValue value = { 0 };

	if (!parsers[spec->type](spec, text, folder, &value, error)) {
		avu_setting_value_clear(&value);
		return false;
	}
	*ret_value = value;
	return true;
}

static char *
format_list(const GPtrArray *list)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i + 1 < list->len; i++) {
		const char *part = g_ptr_array_index(list, i);

		if (i > 0) {
			g_string_append(text, "; ");
		}
		for (; *part != '\0'; part++) {
			if (*part == ';' || (*part == '\\' && (part[1] == ';' || part[1] == '\\' ||
								      part[1] == '\0'))) {
				g_string_append_c(text, '\\');
			}
			g_string_append_c(text, *part);
		}
	}
	return g_string_free(text, FALSE);
}

char *
avu_setting_format(const AvuSettingSpec *spec, const AvuSettingValue *value)
{
	if (spec->type == AVU_SETTING_LIST) {
		return format_list(value->list);
	}
	if (spec->type == AVU_SETTING_BOOL || spec->type == AVU_SETTING_INT ||
		spec->type == AVU_SETTING_DURATION) {
		return format_number(spec, value->number);
	}
	return g_strdup(value->text != NULL ? value->text : "");
}
