/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp volume: ask, set, step. Main thread. */
#include "commands/amount.h"
#include "commands/command.h"
#include "commands/renderer-state.h"

static bool
set_volume(Run *run, AvuRemoteDevice *renderer, int64_t volume, GError **error)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, volume);
	const char *const arguments[] = { "Channel", "Master", "DesiredVolume", text, NULL };

	return run_call(
		run, renderer, &avu_service_rendering_control, "SetVolume", arguments, error);
}

/* The volume after the verb's work is done. */
static bool
change_volume(Run *run, AvuRemoteDevice *renderer, const Amount *amount, int64_t *ret_volume,
	GError **error)
{
	int64_t volume = 0;

	if ((amount == NULL || amount->relative) &&
		!renderer_get_volume(run, renderer, &volume, error)) {
		return false;
	}
	if (amount != NULL) {
		volume = amount_apply(amount, volume, 0, UINT16_MAX);
		if (!set_volume(run, renderer, volume, error)) {
			return false;
		}
	}
	*ret_volume = volume;
	return true;
}

static bool
run_volume(Run *run, GError **error)
{
	Amount amount = { 0, false };
	int64_t volume = 0;

	if (run->n_operands > 0 &&
		!amount_parse_number(run->operands[0], UINT16_MAX, "a volume", &amount, error)) {
		return false;
	}
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL || !change_volume(run, renderer, run->n_operands > 0 ? &amount : NULL,
					&volume, error)) {
		return false;
	}
	json_t *record = json_object();

	record_set_count(record, "volume", volume);
	run_report(run, renderer, record);
	return true;
}

static const OutputColumn columns[] = {
	{ "volume", "Volume", output_cell_text },
	{ NULL },
};

const Command command_volume = {
	.name = "volume",
	.operands = "[N|+N|-N]",
	.summary = "show or change the volume",
	.help = "Without N: shows the volume. N sets it, +N and -N step from where it is. The unit "
		"is the\n"
		"renderer's own: 0 to 100 on most, less on some; it refuses what is out of its "
		"range.\n"
		"\n"
		"With --json: {volume, renderer, udn}.\n"
		"\n"
		"Examples:\n"
		"  avcp volume\n"
		"  avcp -r kitchen volume +5\n",
	.max_operands = 1,
	.schema = { OUTPUT_ONE, columns },
	.run = run_volume,
};
