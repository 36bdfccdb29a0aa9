/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp seek: to a position in the current track. Main thread. */
#include <av-upnp/duration.h>
#include <av-upnp/error.h>

#include "commands/amount.h"
#include "commands/command.h"
#include "commands/renderer-state.h"

/* A step from here becomes a position: REL_TIME counts from the start of the track. */
static bool
resolve(Run *run, AvuRemoteDevice *renderer, const Amount *amount, int64_t *ret_ns, GError **error)
{
	g_auto(PositionInfo) now = { AVU_TIME_NONE, AVU_TIME_NONE, NULL, NULL };

	if (!amount->relative) {
		*ret_ns = amount->value;
		return true;
	}
	if (!position_info_get(run, renderer, &now, error)) {
		return false;
	}
	if (now.position_ns == AVU_TIME_NONE) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"\"%s\" does not tell its position, a step from there cannot be made",
			avu_remote_device_get_name(renderer));
		return false;
	}
	*ret_ns = amount_apply(amount, now.position_ns, 0,
		now.duration_ns != AVU_TIME_NONE ? now.duration_ns : INT64_MAX);
	return true;
}

/* A part of the whole, which the renderer must know. */
static bool
resolve_percent(
	Run *run, AvuRemoteDevice *renderer, int64_t percent, int64_t *ret_ns, GError **error)
{
	g_auto(PositionInfo) now = { AVU_TIME_NONE, AVU_TIME_NONE, NULL, NULL };

	if (!position_info_get(run, renderer, &now, error)) {
		return false;
	}
	if (now.duration_ns == AVU_TIME_NONE) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"\"%s\" does not tell how long the track is",
			avu_remote_device_get_name(renderer));
		return false;
	}
	*ret_ns = now.duration_ns / 100 * percent;
	return true;
}

static bool
run_seek(Run *run, GError **error)
{
	Amount amount = { 0, false };
	int64_t target_ns = 0;
	int64_t percent = 0;
	const bool part = amount_parse_percent(run->operands[0], &percent);

	if (!part && !amount_parse_time(run->operands[0], &amount, error)) {
		return false;
	}
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);

	if (renderer == NULL || !(part ? resolve_percent(run, renderer, percent, &target_ns, error)
				       : resolve(run, renderer, &amount, &target_ns, error))) {
		return false;
	}
	/* Without a fraction where there is none: some renderers read no other form. */
	g_autofree char *target = avu_duration_format(target_ns, target_ns % AVU_NS_PER_S != 0);
	const char *const arguments[] = { "Unit", "REL_TIME", "Target", target, NULL };

	if (!run_call(run, renderer, &avu_service_av_transport, "Seek", arguments, error)) {
		return false;
	}
	json_t *record = json_object();

	record_set_text(record, "done", "seek");
	record_set_duration(record, "position_s", target_ns);
	run_report(run, renderer, record);
	return true;
}

static const OutputColumn columns[] = {
	{ "renderer", "Renderer", output_cell_text },
	{ "position_s", "Position", output_cell_duration },
	{ NULL },
};

const Command command_seek = {
	.name = "seek",
	.operands = "POSITION",
	.summary = "go to a position in the current track",
	.help = "POSITION is H:MM:SS, M:SS or seconds, fractions allowed; with + or - in front it "
		"is a\n"
		"step from where the renderer is now. N% is that part of the track.\n"
		"\n"
		"With --json: {done, position_s, renderer, udn}.\n"
		"\n"
		"Examples:\n"
		"  avcp seek 1:02:03\n"
		"  avcp seek 90\n"
		"  avcp seek -10\n"
		"  avcp seek 50%\n",
	.min_operands = 1,
	.max_operands = 1,
	.schema = { OUTPUT_DEED, columns },
	.run = run_seek,
};
