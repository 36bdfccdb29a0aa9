/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/settings-args.c: flags of the command line. Before the first thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "settings-private.h"

typedef struct {
	AvuSettings *settings;
	char **argv;
	int argc;
	int at; /* the word at hand */
} Arguments;

static bool
refuse_flag(const Arguments *args, const char *name, GError **error)
{
	g_autoptr(GPtrArray) flags = g_ptr_array_new();
	g_autofree char *shown = avu_text_for_display(name, 60);

	for (size_t i = 0; i < args->settings->n_specs; i++) {
		if (args->settings->specs[i].flag != NULL) {
			g_ptr_array_add(flags, (gpointer)args->settings->specs[i].flag);
		}
	}
	g_ptr_array_add(flags, NULL);

	const char *nearest = avu_text_nearest(name, (const char *const *)flags->pdata);

	if (nearest != NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"unknown option \"--%s\", did you mean \"--%s\"?", shown, nearest);
	} else {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "unknown option \"--%s\"", shown);
	}
	return false;
}

/* @param given  what follows '=' in the same word, or NULL */
static bool
take_value(Arguments *args, size_t spec_at, const char *name, const char *given, GError **error)
{
	bool is_bool = args->settings->specs[spec_at].type == AVU_SETTING_BOOL;

	if (given == NULL && is_bool) {
		given = "yes";
	} else if (given == NULL && args->at + 1 < args->argc) {
		given = args->argv[++args->at];
	} else if (given == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "option \"%s\" needs a value", name);
		return false;
	}
	if (!avu_settings_set(args->settings, spec_at, SETTING_FROM_FLAG, given,
		    /* folder = */ NULL, error)) {
		g_prefix_error(error, "option \"%s\": ", name);
		return false;
	}
	return true;
}

static bool
take_long(Arguments *args, const char *word, GError **error)
{
	const char *equals = strchr(word, '=');
	g_autofree char *name =
		equals != NULL ? g_strndup(word, (gsize)(equals - word)) : g_strdup(word);

	for (size_t i = 0; i < args->settings->n_specs; i++) {
		if (g_strcmp0(args->settings->specs[i].flag, name + 2) == 0) {
			return take_value(args, i, name, equals != NULL ? equals + 1 : NULL, error);
		}
	}
	return refuse_flag(args, name + 2, error);
}

static bool
take_short(Arguments *args, const char *word, GError **error)
{
	for (size_t i = 0; i < args->settings->n_specs; i++) {
		if (args->settings->specs[i].short_flag == word[1] && word[2] == '\0') {
			return take_value(args, i, word, NULL, error);
		}
	}

	g_autofree char *shown = avu_text_for_display(word, 60);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "unknown option \"%s\"", shown);
	return false;
}

bool
avu_settings_take_args(
	AvuSettings *settings, bool stop_at_operand, int *argc, char ***argv, GError **error)
{
	Arguments args = { settings, *argv, *argc, 1 };
	bool operands_only = false;
	int kept = MIN(1, *argc);

	for (; args.at < args.argc; args.at++) {
		char *word = args.argv[args.at];
		bool good = true;

		/* "-5" is a number, not an option */
		if (operands_only || word[0] != '-' || word[1] == '\0' ||
			g_ascii_isdigit(word[1])) {
			args.argv[kept++] = word;
			operands_only |= stop_at_operand;
		} else if (strcmp(word, "--") == 0) {
			operands_only = true;
		} else if (word[1] == '-') {
			good = take_long(&args, word, error);
		} else {
			good = take_short(&args, word, error);
		}
		if (!good) {
			return false;
		}
	}
	args.argv[kept] = NULL;
	*argc = kept;
	return true;
}
