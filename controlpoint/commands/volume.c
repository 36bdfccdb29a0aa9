/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp volume: ask, set, step, in the renderer's own unit or in decibels, at once or bit by bit. Main
 * thread. */
#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>

#include "commands/amount.h"
#include "commands/command.h"
#include "commands/renderer-state.h"
#include "commands/value-range.h"

#define RAMP_STEP_NS (100 * AVU_NS_PER_MS)

/* The two scales that RenderingControl knows. */
typedef struct {
	const char *get, *set; /* actions */
	int64_t min, max;      /* of the service's table */
	bool decibels;
} Scale;

static const Scale own_unit = { "GetVolume", "SetVolume", 0, UINT16_MAX, false };
static const Scale decibels = { "GetVolumeDB", "SetVolumeDB", INT16_MIN + 1, INT16_MAX, true };

static bool
get_volume(Run *run, AvuRemoteDevice *renderer, const Scale *scale, int64_t *ret_volume,
	GError **error)
{
	static const char *const master[] = { "Channel", "Master", NULL };
	g_autoptr(AvuRemoteAnswer) answer = session_call(
		run->session, renderer, &avu_service_rendering_control, scale->get, master, error);

	if (answer == NULL) {
		return false;
	}
	if (!avu_parse_int(avu_remote_answer_get(answer, "CurrentVolume"), scale->min, scale->max,
		    ret_volume)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"\"%s\" gives no volume that can be read",
			avu_remote_device_get_name(renderer));
		return false;
	}
	return true;
}

static bool
set_volume(Run *run, AvuRemoteDevice *renderer, const Scale *scale, int64_t volume, GError **error)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, volume);
	const char *const arguments[] = { "Channel", "Master", "DesiredVolume", text, NULL };

	return run_call(
		run, renderer, &avu_service_rendering_control, scale->set, arguments, error);
}

/* In equal steps of time; each is set once, and the last one is the target. */
static bool
ramp(Run *run, AvuRemoteDevice *renderer, const Scale *scale, int64_t from, int64_t to,
	int64_t ramp_ns, GError **error)
{
	const int64_t begin_ns = avu_now_ns();
	int64_t volume = from;

	while (volume != to) {
		const int64_t passed_ns = MIN(avu_now_ns() - begin_ns, ramp_ns);
		const int64_t next = from + (to - from) * (passed_ns / AVU_NS_PER_MS) /
						    MAX(ramp_ns / AVU_NS_PER_MS, 1);

		if (next != volume && !set_volume(run, renderer, scale, next, error)) {
			return false;
		}
		volume = next;
		if (volume != to) {
			(void)session_wait(run->session, avu_now_ns() + RAMP_STEP_NS, NULL, NULL);
		}
	}
	return true;
}

/* The volume after the verb's work is done. */
static bool
change_volume(Run *run, AvuRemoteDevice *renderer, const Scale *scale, const Amount *amount,
	int64_t *ret_volume, GError **error)
{
	const int64_t ramp_ns = avu_settings_get_int(run->settings, "Ramp");
	int64_t volume = 0;

	if ((amount == NULL || amount->relative || ramp_ns > 0) &&
		!get_volume(run, renderer, scale, &volume, error)) {
		return false;
	}
	*ret_volume =
		amount != NULL ? amount_apply(amount, volume, scale->min, scale->max) : volume;
	if (amount == NULL) {
		return true;
	}
	g_autoptr(GError) why = NULL;
	const bool done = ramp_ns > 0
				  ? ramp(run, renderer, scale, volume, *ret_volume, ramp_ns, &why)
				  : set_volume(run, renderer, scale, *ret_volume, &why);

	/* A step ends where the scale does; who names a volume is told that there is none such. */
	if (!done && amount->relative &&
		value_range_limit(run, renderer, scale->set, "DesiredVolume", why, ret_volume)) {
		return set_volume(run, renderer, scale, *ret_volume, error);
	}
	if (!done) {
		g_propagate_error(error, g_steal_pointer(&why));
	}
	return done;
}

static bool
run_volume(Run *run, GError **error)
{
	const char *operand = run->n_operands > 0 ? run->operands[0] : NULL;
	const Scale *scale = operand != NULL && amount_is_decibels(operand) ? &decibels : &own_unit;
	Amount amount = { 0, false };
	int64_t volume = 0;

	if (operand != NULL && !(scale->decibels ? amount_parse_decibels(operand, &amount, error)
						 : amount_parse_number(operand, UINT16_MAX,
							   "a volume", &amount, error))) {
		return false;
	}
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL || !change_volume(run, renderer, scale,
					operand != NULL ? &amount : NULL, &volume, error)) {
		return false;
	}
	json_t *record = json_object();

	if (scale->decibels) {
		(void)json_object_set_new(record, "volume_db", json_real((double)volume / 256.0));
	} else {
		record_set_count(record, "volume", volume);
	}
	run_report(run, renderer, record);
	return true;
}

static const char *const options[] = { "Ramp", NULL };

static const OutputColumn columns[] = {
	{ "volume", "Volume", output_cell_text },
	{ "volume_db", "Volume in dB", output_cell_text },
	{ NULL },
};

const Command command_volume = {
	.name = "volume",
	.operands = "[N|+N|-N|NdB|NdB+|NdB-]",
	.summary = "show or change the volume",
	.help = "Without N: shows the volume. N sets it, +N and -N step from where it is, no "
		"further than\n"
		"the renderer can. The unit is its own: 0 to 100 on most, less on some; it refuses "
		"an N\n"
		"that is out of its range.\n"
		"-12dB sets it in decibels, 3dB+ and 3dB- are steps, where the renderer has that.\n"
		"\n"
		"  --ramp TIME   change it bit by bit in that time\n"
		"\n"
		"With --json: {volume, renderer, udn}; for decibels volume_db in place of volume.\n"
		"\n"
		"Examples:\n"
		"  avcp volume\n"
		"  avcp -r kitchen volume +5\n"
		"  avcp volume 0 --ramp 10s\n",
	.max_operands = 1,
	.options = options,
	.schema = { OUTPUT_ONE, columns },
	.run = run_volume,
};
