/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/settings-text.c: the settings table as help, as a configuration file, as a man page. */
#include <string.h>

#include "settings-private.h"

#define HELP_COLUMN 30

static const char *
placeholder(const AvuSettingSpec *spec)
{
	return spec->placeholder != NULL ? spec->placeholder : "VALUE";
}

char *
avu_settings_format_help(const AvuSettings *settings)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < settings->n_specs; i++) {
		const AvuSettingSpec *spec = &settings->specs[i];
		g_autoptr(GString) flag = g_string_new("  ");

		if (spec->flag == NULL) {
			continue;
		}
		if (spec->short_flag != 0) {
			g_string_append_printf(flag, "-%c, ", spec->short_flag);
		}
		g_string_append_printf(flag, "--%s", spec->flag);
		if (spec->type != AVU_SETTING_BOOL) {
			g_string_append_printf(flag, " %s", placeholder(spec));
		}
		if (flag->len >= HELP_COLUMN) {
			g_string_append_printf(out, "%s\n%*s", flag->str, HELP_COLUMN, "");
		} else {
			g_string_append_printf(out, "%-*s", HELP_COLUMN, flag->str);
		}
		g_string_append(out, spec->help);
		if (spec->fallback != NULL && spec->type != AVU_SETTING_BOOL) {
			g_string_append_printf(out, " [%s]", spec->fallback);
		}
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}

char *
avu_settings_format_value(const AvuSettings *settings, const char *key)
{
	for (size_t i = 0; i < settings->n_specs; i++) {
		if (strcmp(settings->specs[i].key, key) == 0) {
			return avu_setting_format(&settings->specs[i], &settings->values[i]);
		}
	}
	g_return_val_if_reached(NULL);
}

char *
avu_settings_format_config(const AvuSettings *settings)
{
	g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);
	GString *out = g_string_new(NULL);

	/* A section's keys need not be neighbours in the table, but they are in the file. */
	for (size_t first = 0; first < settings->n_specs; first++) {
		const char *section = settings->specs[first].section;

		if (section == NULL || !g_hash_table_add(done, (gpointer)section)) {
			continue;
		}
		g_string_append_printf(out, "%s[%s]\n", out->len > 0 ? "\n" : "", section);
		for (size_t i = first; i < settings->n_specs; i++) {
			const AvuSettingSpec *spec = &settings->specs[i];
			const AvuSettingValue *value = &settings->values[i];
			g_autofree char *text = NULL;

			if (g_strcmp0(spec->section, section) != 0) {
				continue;
			}
			text = avu_setting_format(spec, value);
			g_string_append_printf(out, "# %s\n%s%s = %s\n", spec->help,
				value->origin == SETTING_FROM_DEFAULT ? "#" : "", spec->key, text);
		}
	}
	return g_string_free(out, FALSE);
}

/* What a roff reader would take as its own: backslashes, and '.' or ''' at the start of a line. */
static void
append_roff(GString *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		bool at_start = out->len == 0 || out->str[out->len - 1] == '\n';

		if (at_start && (*p == '.' || *p == '\'')) {
			g_string_append(out, "\\&");
		}
		if (*p == '\\') {
			g_string_append(out, "\\e");
		} else if (*p == '-') {
			g_string_append(out, "\\-");
		} else {
			g_string_append_c(out, *p);
		}
	}
}

static void
append_man_option(GString *out, const AvuSettingSpec *spec)
{
	g_string_append(out, ".TP\n");
	if (spec->short_flag != 0) {
		g_string_append_printf(out, "\\fB\\-%c\\fR, ", spec->short_flag);
	}
	g_string_append(out, "\\fB\\-\\-");
	append_roff(out, spec->flag);
	g_string_append(out, "\\fR");
	if (spec->type != AVU_SETTING_BOOL) {
		g_string_append(out, " \\fI");
		append_roff(out, placeholder(spec));
		g_string_append(out, "\\fR");
	}
	g_string_append_c(out, '\n');
	append_roff(out, spec->help);
	g_string_append_c(out, '\n');
}

static void
append_man_key(GString *out, const AvuSettingSpec *spec)
{
	g_string_append(out, ".TP\n\\fB");
	append_roff(out, spec->key);
	g_string_append(out, "\\fR (section [");
	append_roff(out, spec->section);
	g_string_append(out, "]");
	if (spec->fallback != NULL) {
		g_string_append(out, ", default \"");
		append_roff(out, spec->fallback);
		g_string_append(out, "\"");
	}
	g_string_append(out, ")\n");
	append_roff(out, spec->help);
	if (spec->type == AVU_SETTING_ENUM) {
		g_autofree char *words = g_strjoinv(", ", (char **)spec->allowed);

		g_string_append(out, "\nOne of: ");
		append_roff(out, words);
	}
	g_string_append_c(out, '\n');
}

char *
avu_settings_format_man(const AvuSettings *settings)
{
	GString *out = g_string_new(".SH OPTIONS\n");

	for (size_t i = 0; i < settings->n_specs; i++) {
		if (settings->specs[i].flag != NULL) {
			append_man_option(out, &settings->specs[i]);
		}
	}
	g_string_append(out, ".SH CONFIGURATION\n");
	for (size_t i = 0; i < settings->n_specs; i++) {
		if (settings->specs[i].section != NULL) {
			append_man_key(out, &settings->specs[i]);
		}
	}
	return g_string_free(out, FALSE);
}
