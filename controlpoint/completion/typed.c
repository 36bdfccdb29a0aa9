/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line's grammar, forgiving: what cannot be right is passed over. */
#include <string.h>

#include "completion/typed.h"
#include "settings.h"

/* @param ret_value  what follows "=", or NULL */
static const AvuSettingSpec *
find_option(const char *word, const char **ret_value)
{
	const char *equals = strchr(word, '=');
	const size_t n = equals != NULL ? (size_t)(equals - word) : strlen(word);

	*ret_value = equals != NULL ? equals + 1 : NULL;
	for (const AvuSettingSpec *spec = control_point_settings; spec->key != NULL; spec++) {
		const bool is_short = n == 2 && word[1] == spec->short_flag;
		const bool is_long = n > 2 && spec->flag != NULL && word[1] == '-' &&
				     strlen(spec->flag) == n - 2 &&
				     strncmp(spec->flag, word + 2, n - 2) == 0;

		if (is_short || is_long) {
			return spec;
		}
	}
	return NULL;
}

static void
keep_value(Typed *typed, const AvuSettingSpec *option, const char *value)
{
	if (strcmp(option->key, "Server") == 0) {
		typed->server = value;
	} else if (strcmp(option->key, "Renderer") == 0) {
		typed->renderer = value;
	}
}

static void
pass_operand(Typed *typed, const char *word)
{
	if (!typed->verb_given) {
		typed->verb_given = true;
		typed->command = commands_find(word);
		return;
	}
	if (typed->index < G_N_ELEMENTS(typed->operands)) {
		typed->operands[typed->index] = word;
	}
	typed->index++;
}

/* A word that is complete. */
static void
pass(Typed *typed, const char *word)
{
	const char *value = NULL;

	if (typed->option != NULL) {
		keep_value(typed, typed->option, word);
		typed->option = NULL;
	} else if (typed->operands_only || word[0] != '-' || word[1] == '\0' ||
		   g_ascii_isdigit(word[1])) {
		pass_operand(typed, word);
	} else if (strcmp(word, "--") == 0) {
		typed->operands_only = true;
	} else {
		const AvuSettingSpec *option = find_option(word, &value);

		if (option != NULL && value != NULL) {
			keep_value(typed, option, value);
		} else if (option != NULL && option->type != AVU_SETTING_BOOL) {
			typed->option = option;
		}
	}
}

Typed
typed_read(const char *const *words)
{
	Typed typed = { .word = NULL };
	size_t i = 0;
	const char *value = NULL;

	for (; words[i + 1] != NULL; i++) {
		pass(&typed, words[i]);
	}
	typed.word = words[i];
	if (typed.option == NULL && !typed.operands_only && g_str_has_prefix(words[i], "--")) {
		typed.option = find_option(words[i], &value);
		if (value == NULL) {
			typed.option = NULL;
		} else {
			typed.word = value;
			typed.n_head = (int)(value - words[i]);
		}
	}
	return typed;
}
