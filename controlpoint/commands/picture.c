/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp picture: brightness, contrast and the other controls of the screen. Main thread. */
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "commands/amount.h"
#include "commands/command.h"
#include "commands/renderer-state.h"
#include "commands/value-range.h"

/* Variable of RenderingControl, between Get or Set and the end of the action's name. */
static const struct {
	const char *word;
	const char *variable;
	int64_t min, max; /* of the service table */
} controls[] = {
	{ "brightness", "Brightness", 0, UINT16_MAX },
	{ "contrast", "Contrast", 0, UINT16_MAX },
	{ "sharpness", "Sharpness", 0, UINT16_MAX },
	{ "red-gain", "RedVideoGain", 0, UINT16_MAX },
	{ "green-gain", "GreenVideoGain", 0, UINT16_MAX },
	{ "blue-gain", "BlueVideoGain", 0, UINT16_MAX },
	{ "red-black", "RedVideoBlackLevel", 0, UINT16_MAX },
	{ "green-black", "GreenVideoBlackLevel", 0, UINT16_MAX },
	{ "blue-black", "BlueVideoBlackLevel", 0, UINT16_MAX },
	{ "color-temperature", "ColorTemperature", 0, UINT16_MAX },
	{ "horizontal-keystone", "HorizontalKeystone", INT16_MIN, INT16_MAX },
	{ "vertical-keystone", "VerticalKeystone", INT16_MIN, INT16_MAX },
};

static const char *
get_control_word(size_t i)
{
	return i < G_N_ELEMENTS(controls) ? controls[i].word : NULL;
}

static bool
find_control(const char *word, size_t *ret_at, GError **error)
{
	const char *words[G_N_ELEMENTS(controls) + 1] = { NULL };

	for (size_t i = 0; i < G_N_ELEMENTS(controls); i++) {
		words[i] = controls[i].word;
		if (g_ascii_strcasecmp(words[i], word) == 0) {
			*ret_at = i;
			return true;
		}
	}
	const char *nearest = avu_text_nearest(word, words);
	g_autofree char *shown = avu_text_for_display(word, 40);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "'%s' is no control of a picture%s%s%s",
		shown, nearest != NULL ? ", did you mean \"" : "; avcp picture --help lists them",
		nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
	return false;
}

static bool
get_control(Run *run, AvuRemoteDevice *renderer, size_t at, int64_t *ret_value, GError **error)
{
	g_autofree char *action = g_strconcat("Get", controls[at].variable, NULL);
	g_autofree char *argument = g_strconcat("Current", controls[at].variable, NULL);
	g_autoptr(AvuRemoteAnswer) answer = session_call(
		run->session, renderer, &avu_service_rendering_control, action, NULL, error);

	if (answer == NULL) {
		return false;
	}
	if (!avu_parse_int(avu_remote_answer_get(answer, argument), controls[at].min,
		    controls[at].max, ret_value)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"\"%s\" gives no %s that can be read", avu_remote_device_get_name(renderer),
			controls[at].word);
		return false;
	}
	return true;
}

static bool
set_control(Run *run, AvuRemoteDevice *renderer, size_t at, int64_t value, GError **error)
{
	g_autofree char *action = g_strconcat("Set", controls[at].variable, NULL);
	g_autofree char *argument = g_strconcat("Desired", controls[at].variable, NULL);
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);
	const char *const arguments[] = { argument, text, NULL };

	return run_call(run, renderer, &avu_service_rendering_control, action, arguments, error);
}

static json_t *
control_record(AvuRemoteDevice *renderer, size_t at, int64_t value)
{
	json_t *record = json_object();

	record_set_text(record, "control", controls[at].word);
	(void)json_object_set_new(record, "value", json_integer(value));
	record_set_text(record, "renderer", avu_remote_device_get_name(renderer));
	record_set_text(record, "udn", avu_remote_device_get_udn(renderer));
	return record;
}

/* All that the renderer has; those it lacks are left out. */
static bool
show_all(Run *run, AvuRemoteDevice *renderer, GError **error)
{
	bool good = true;

	output_begin(run->output, &run->command->schema);
	for (size_t i = 0; good && i < G_N_ELEMENTS(controls); i++) {
		g_autoptr(GError) why = NULL;
		int64_t value;

		if (get_control(run, renderer, i, &value, &why)) {
			output_record(run->output, control_record(renderer, i, value));
		} else if (!renderer_error_is_missing(why)) {
			g_propagate_error(error, g_steal_pointer(&why));
			good = false;
		}
	}
	output_end(run->output);
	return good;
}

static bool
change(Run *run, AvuRemoteDevice *renderer, size_t at, const Amount *amount, int64_t *ret_value,
	GError **error)
{
	int64_t now = 0;

	if ((amount == NULL || amount->relative) && !get_control(run, renderer, at, &now, error)) {
		return false;
	}
	*ret_value = amount != NULL ? amount_apply(amount, now, controls[at].min, controls[at].max)
				    : now;
	g_autoptr(GError) why = NULL;

	if (amount == NULL || set_control(run, renderer, at, *ret_value, &why)) {
		return true;
	}
	g_autofree char *action = g_strconcat("Set", controls[at].variable, NULL);
	g_autofree char *argument = g_strconcat("Desired", controls[at].variable, NULL);

	/* A step ends where the scale does. */
	if (amount->relative &&
		value_range_limit(run, renderer, action, argument, why, ret_value)) {
		return set_control(run, renderer, at, *ret_value, error);
	}
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

static bool
run_picture(Run *run, GError **error)
{
	Amount amount = { 0, false };
	size_t at = 0;
	int64_t value;

	if ((run->n_operands > 0 && !find_control(run->operands[0], &at, error)) ||
		(run->n_operands > 1 && !amount_parse_number(run->operands[1], UINT16_MAX,
						controls[at].word, &amount, error))) {
		return false;
	}
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL) {
		return false;
	}
	if (run->n_operands == 0) {
		return show_all(run, renderer, error);
	}
	if (!change(run, renderer, at, run->n_operands > 1 ? &amount : NULL, &value, error)) {
		return false;
	}
	output_begin(run->output, &run->command->schema);
	output_record(run->output, control_record(renderer, at, value));
	output_end(run->output);
	return true;
}

static const OutputColumn columns[] = {
	{ "control", "control", output_cell_text },
	{ "value", "value", output_cell_text },
	{ NULL },
};

const Command command_picture = {
	.name = "picture",
	.operands = "[CONTROL [N|+N|-N]]",
	.summary = "show or change brightness, contrast, …",
	.help = "Without CONTROL: every one that the renderer has. N sets it, +N and -N step from "
		"where it\n"
		"is, no further than the renderer can. The unit is its own, mostly 0 to 100.\n"
		"CONTROL is brightness, contrast, sharpness, red-gain, green-gain, blue-gain, "
		"red-black,\n"
		"green-black, blue-black, color-temperature, horizontal-keystone or "
		"vertical-keystone.\n"
		"\n"
		"With --json: an array of {control, value, renderer, udn}.\n"
		"\n"
		"Examples:\n"
		"  avcp picture\n"
		"  avcp -r living picture brightness +10\n",
	.max_operands = 2,
	.operand_specs = { { OPERAND_WORD, get_control_word } },
	.schema = { OUTPUT_LIST, columns },
	.run = run_picture,
};
