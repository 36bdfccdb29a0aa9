/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp config: the settings in effect, and changing them in the user's file. Main thread. */
#include <string.h>

#include <glib/gstdio.h>

#include <av-upnp/data-dir.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/text.h>

#include "commands/command.h"
#include "commands/config-text.h"
#include "settings.h"

#define FILE_BYTES_MAX (1024 * 1024)
#define FILE_NAME "av-controlpoint.conf"
#define REMOVE "-"

/* Keys that stand in files, one after the other; NULL behind the last. */
static const AvuSettingSpec *
next_spec(const AvuSettingSpec *after)
{
	const AvuSettingSpec *spec = after != NULL ? after + 1 : control_point_settings;

	while (spec->key != NULL && spec->section == NULL) {
		spec++;
	}
	return spec->key != NULL ? spec : NULL;
}

static const char *
get_key(size_t i)
{
	const AvuSettingSpec *spec = next_spec(NULL);

	for (; spec != NULL && i > 0; i--) {
		spec = next_spec(spec);
	}
	return spec != NULL ? spec->key : NULL;
}

static const AvuSettingSpec *
find_spec(const char *word, GError **error)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();

	for (const AvuSettingSpec *spec = next_spec(NULL); spec != NULL; spec = next_spec(spec)) {
		if (g_ascii_strcasecmp(spec->key, word) == 0) {
			return spec;
		}
		g_ptr_array_add(keys, (void *)spec->key);
	}
	g_ptr_array_add(keys, NULL);
	const char *nearest = avu_text_nearest(word, (const char *const *)keys->pdata);
	g_autofree char *shown = avu_text_for_display(word, 40);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "there is no setting '%s'%s%s%s", shown,
		nearest != NULL ? ", did you mean \"" : "; avcp config lists them",
		nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
	return NULL;
}

/* The file that is changed: the one given, else the user's own. g_free() it. */
static char *
target_path(const Run *run)
{
	const char *given = avu_settings_get_string(run->settings, "Config");
	g_auto(GStrv) places = avu_dup_config_paths(FILE_NAME);

	return g_strdup(given != NULL ? given : places[0]);
}

/* What is in effect now: the user's own file hides those of the system, so it begins as their copy. */
static char *
read_current(const char *path)
{
	g_auto(GStrv) places = avu_dup_config_paths(FILE_NAME);
	g_autoptr(GBytes) bytes = avu_file_read(path, FILE_BYTES_MAX, NULL);

	for (size_t i = 0; bytes == NULL && places[i] != NULL; i++) {
		bytes = avu_file_read(places[i], FILE_BYTES_MAX, NULL);
	}
	return bytes != NULL ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes))
			     : g_strdup("");
}

/* The settings that a text makes; NULL when it makes none. */
static AvuSettings *
try_text(const char *path, const char *text, GError **error)
{
	g_autoptr(AvuSettings) settings =
		avu_settings_new("av-controlpoint", control_point_settings);
	g_autofree char *trial = g_strconcat(path, ".new", NULL);
	g_autoptr(GError) why = NULL;
	const bool good = avu_file_replace(trial, text, strlen(text), &why) &&
			  avu_settings_load(settings, trial, &why);

	(void)g_unlink(trial);
	if (!good) {
		/* the trial is nobody's file: its lines are those of the real one */
		const size_t len = strlen(trial);
		const bool named = why->message != NULL && g_str_has_prefix(why->message, trial);

		g_set_error(error, why->domain, why->code, "%s%s", named ? path : "",
			named ? why->message + len : why->message);
		return NULL;
	}
	return g_steal_pointer(&settings);
}

/* @return what is in the file then; NULL: it was left as it is */
static AvuSettings *
change(const Run *run, const AvuSettingSpec *spec, const char *value, GError **error)
{
	g_autofree char *path = target_path(run);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *before = read_current(path);
	g_autofree char *after = config_text_set(
		before, spec->section, spec->key, strcmp(value, REMOVE) != 0 ? value : NULL);
	g_autoptr(AvuSettings) settings =
		avu_directory_make(folder, error) ? try_text(path, after, error) : NULL;

	if (settings == NULL || !avu_file_replace(path, after, strlen(after), error)) {
		return NULL;
	}
	return g_steal_pointer(&settings);
}

static void
emit(Run *run, const AvuSettings *settings, const AvuSettingSpec *spec)
{
	g_autofree char *value = avu_settings_format_value(settings, spec->key);
	json_t *record = json_object();

	record_set_text(record, "section", spec->section);
	record_set_text(record, "key", spec->key);
	record_set_text(record, "value", value);
	(void)json_object_set_new(
		record, "set", json_boolean(avu_settings_is_set(settings, spec->key)));
	record_set_text(record, "help", spec->help);
	output_record(run->output, record);
}

static bool
run_config(Run *run, GError **error)
{
	g_autoptr(AvuSettings) changed = NULL;
	const AvuSettingSpec *wanted = NULL;

	if ((run->n_operands > 0 && (wanted = find_spec(run->operands[0], error)) == NULL) ||
		(run->n_operands > 1 &&
			(changed = change(run, wanted, run->operands[1], error)) == NULL)) {
		return false;
	}
	output_begin(run->output, &run->command->schema);
	for (const AvuSettingSpec *spec = next_spec(NULL); spec != NULL; spec = next_spec(spec)) {
		if (wanted == NULL || spec == wanted) {
			emit(run, changed != NULL ? changed : run->settings, spec);
		}
	}
	output_end(run->output);
	return true;
}

static const OutputColumn columns[] = {
	{ "key", "setting", output_cell_text },
	{ "value", "value", output_cell_text },
	{ "help", "meaning", output_cell_text },
	{ NULL },
};

const Command command_config = {
	.name = "config",
	.operands = "[SETTING [VALUE|-]]",
	.summary = "show the settings, or change one for good",
	.help = "VALUE goes into your configuration file (or that of --config), where all else "
		"stays as it\n"
		"is; \"-\" takes the setting out of it. Options of the command line go before the "
		"file.\n"
		"\n"
		"With --json: an array of {section, key, value, set, help}; set tells whether the "
		"file or the\n"
		"  command line has it.\n"
		"\n"
		"Examples:\n"
		"  avcp config timeout 10s\n"
		"  avcp config renderer \"Living room\"\n",
	.max_operands = 2,
	.operand_specs = { { OPERAND_WORD, get_key } },
	.schema = { OUTPUT_LIST, columns },
	.run = run_config,
};
