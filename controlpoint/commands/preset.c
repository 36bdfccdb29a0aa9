/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp preset: settings of sound and picture kept by the renderer under a name. Main thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "commands/command.h"

/* The comma list of PresetNameList. g_strfreev() it. */
static char **
get_presets(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	g_autoptr(AvuRemoteAnswer) answer = session_call(
		run->session, renderer, &avu_service_rendering_control, "ListPresets", NULL, error);

	if (answer == NULL) {
		return NULL;
	}
	char **names = g_strsplit(avu_remote_answer_get(answer, "CurrentPresetNameList"), ",", -1);

	for (size_t i = 0; names[i] != NULL; i++) {
		(void)g_strstrip(names[i]);
	}
	return names;
}

/* As the renderer spells it: names are compared without case. */
static const char *
choose_preset(char *const *names, const char *wanted, const char *renderer, GError **error)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		if (g_ascii_strcasecmp(names[i], wanted) == 0) {
			return names[i];
		}
	}
	g_autofree char *list = g_strjoinv(", ", (char **)names);
	g_autofree char *there = avu_text_for_display(list, 200);
	g_autofree char *shown = avu_text_for_display(wanted, 40);

	g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "\"%s\" has no preset '%s'; it has %s",
		renderer, shown, there[0] != '\0' ? there : "none");
	return NULL;
}

static json_t *
preset_record(AvuRemoteDevice *renderer, const char *name)
{
	json_t *record = json_object();

	record_set_text(record, "preset", name);
	record_set_text(record, "renderer", avu_remote_device_get_name(renderer));
	record_set_text(record, "udn", avu_remote_device_get_udn(renderer));
	return record;
}

static bool
select_preset(Run *run, AvuRemoteDevice *renderer, char *const *names, GError **error)
{
	const char *name =
		choose_preset(names, run->operands[0], avu_remote_device_get_name(renderer), error);
	const char *const arguments[] = { "PresetName", name, NULL };

	if (name == NULL || !run_call(run, renderer, &avu_service_rendering_control, "SelectPreset",
				    arguments, error)) {
		return false;
	}
	output_begin(run->output, &run->command->schema);
	output_record(run->output, preset_record(renderer, name));
	output_end(run->output);
	return true;
}

static bool
run_preset(Run *run, GError **error)
{
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);
	g_auto(GStrv) names = renderer != NULL ? get_presets(run, renderer, error) : NULL;

	if (names == NULL) {
		return false;
	}
	if (run->n_operands > 0) {
		return select_preset(run, renderer, names, error);
	}
	output_begin(run->output, &run->command->schema);
	for (size_t i = 0; names[i] != NULL; i++) {
		if (names[i][0] != '\0') {
			output_record(run->output, preset_record(renderer, names[i]));
		}
	}
	output_end(run->output);
	return true;
}

static const OutputColumn columns[] = {
	{ "preset", "preset", output_cell_text },
	{ NULL },
};

const Command command_preset = {
	.name = "preset",
	.operands = "[NAME]",
	.summary = "list presets of sound and picture, or select one",
	.help = "Without NAME: the presets that the renderer knows. Every renderer has "
		"FactoryDefaults.\n"
		"\n"
		"With --json: an array of {preset, renderer, udn}; with NAME the one selected.\n"
		"\n"
		"Examples:\n"
		"  avcp preset\n"
		"  avcp preset FactoryDefaults\n",
	.max_operands = 1,
	.schema = { OUTPUT_LIST, columns },
	.run = run_preset,
};
