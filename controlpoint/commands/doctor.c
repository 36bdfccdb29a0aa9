/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp doctor: tries each link of the chain in order and ends with the first that does not hold. Main
 * thread. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/program.h>

#include "commands/command.h"
#include "doctor/doctor.h"

static const char *const verdicts[] = {
	[VERDICT_OK] = "ok",
	[VERDICT_WARNING] = "warning",
	[VERDICT_FAILED] = "failed",
	[VERDICT_SKIPPED] = "skipped",
};

static json_t *
check_record(const Doctor *doctor, const DoctorCheck *check, Verdict verdict)
{
	json_t *record = json_object();

	record_set_text(record, "check", check->name);
	record_set_text(record, "verdict", verdicts[verdict]);
	record_set_text(record, "text", doctor->text);
	record_set_text(record, "proof", doctor->proof);
	record_set_text(record, "remedy", doctor->remedy);
	record_set_count(record, "code", doctor->cause);
	return record;
}

/* For people: what is odd and the cause once more, with all that is known of it. */
static const OutputColumn odd_columns[] = {
	{ "text", "Odd", output_cell_text },
	{ "proof", "Seen", output_cell_text },
	{ "remedy", "Remedy", output_cell_text },
	{ NULL },
};
static const OutputSchema odd_schema = { OUTPUT_ONE, odd_columns };
static const OutputColumn cause_columns[] = {
	{ "text", "Cause", output_cell_text },
	{ "proof", "Seen", output_cell_text },
	{ "remedy", "Remedy", output_cell_text },
	{ NULL },
};
static const OutputSchema cause_schema = { OUTPUT_ONE, cause_columns };

static void
conclude(Run *run, const json_t *records)
{
	if ((run->output->flags & OUTPUT_JSON) != 0) {
		return; /* the records have it */
	}
	for (size_t i = 0; i < json_array_size(records); i++) {
		json_t *record = json_array_get(records, i);
		const char *verdict = json_string_value(json_object_get(record, "verdict"));
		const bool failed = strcmp(verdict, verdicts[VERDICT_FAILED]) == 0;

		if (!failed && strcmp(verdict, verdicts[VERDICT_WARNING]) != 0) {
			continue;
		}
		output_text(run->output, "\n");
		output_begin(run->output, failed ? &cause_schema : &odd_schema);
		output_record(run->output, json_copy(record));
		output_end(run->output);
	}
}

/* All that was found, to be attached to a report. */
static bool
write_report(const Run *run, json_t *records, GError **error)
{
	const char *path = avu_settings_get_string(run->settings, "Report");
	json_auto_t *report = json_object();

	if (path == NULL || path[0] == '\0') {
		return true;
	}
	(void)json_object_set_new(report, "schema", json_integer(1));
	record_set_text(report, "version", avu_version());
	record_set_count(report, "time", avu_wall_ns() / AVU_NS_PER_S);
	(void)json_object_set(report, "checks", records);
	char *text = json_dumps(report, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	g_autofree char *whole = g_strconcat(text, "\n", NULL);
	g_autoptr(GError) why = NULL;

	free(text);
	if (!avu_file_replace(path, whole, strlen(whole), &why)) {
		/* this host's fault, whatever it is: no device is missing */
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "the report is not written: %s",
			why->message);
		return false;
	}
	return true;
}

/* @return the records; the run's exit code is set */
static json_t *
examine(Run *run, Doctor *doctor)
{
	json_t *records = json_array();
	Verdict verdict = VERDICT_OK;

	output_begin(run->output, &run->command->schema);
	for (const DoctorCheck *check = doctor_checks;
		check->name != NULL && verdict != VERDICT_FAILED; check++) {
		verdict = doctor_run(doctor, check);
		json_t *record = check_record(doctor, check, verdict);

		(void)json_array_append(records, record);
		output_record(run->output, record);
	}
	output_end(run->output);
	run->exit_code = (int)doctor->cause;
	conclude(run, records);
	return records;
}

static bool
run_doctor(Run *run, GError **error)
{
	const char *wanted = run->n_operands > 0 ? run->operands[0] : NULL;
	const char *renderer = avu_settings_get_string(run->settings, "Renderer");
	g_autoptr(Doctor) doctor = doctor_new(run->session, wanted,
		renderer != NULL && renderer[0] != '\0' ? renderer : NULL,
		avu_settings_get_int(run->settings, "Listen"));
	json_auto_t *records = examine(run, doctor);

	return write_report(run, records, error);
}

static const char *const options[] = { "Listen", "Report", NULL };

static const OutputColumn columns[] = {
	{ "verdict", "verdict", output_cell_text, 8 },
	{ "check", "check", output_cell_text, 14 },
	{ "text", "found", output_cell_text },
	{ NULL },
};

const Command command_doctor = {
	.name = "doctor",
	.operands = "[DEVICE]",
	.summary = "find out why something does not work",
	.help = "Tries each link of the chain in order - interfaces, multicast, firewall, search, "
		"description,\n"
		"events, listing, octets of an item, format - and ends with the first that does "
		"not "
		"hold: the\n"
		"cause, what was seen, and what to do. DEVICE (name, address or URL) looks at that "
		"one only;\n"
		"-r is the renderer that formats are matched with.\n"
		"As root it can also tell what a packet filter has dropped.\n"
		"\n"
		"  --listen S      listen to announcements so many seconds, at most until all is "
		"heard: devices\n"
		"                  have to come again within half of their max-age, mostly 900 s. "
		"A daemon that\n"
		"                  has run for so long knows at once (avcp daemon --stay)\n"
		"  --report FILE   write all that was found to FILE, as JSON\n"
		"\n"
		"Exit code: 0 healthy, 10 this host, 11 multicast, 12 firewall, 13 nobody "
		"answers,\n"
		"  14 description, 15 events, 16 listing, 17 octets, 18 format.\n"
		"With --json: an array of {check, verdict: ok, warning, failed or skipped, text, "
		"proof,\n"
		"  remedy, code}.\n",
	.max_operands = 1,
	.operand_specs = { { OPERAND_DEVICE } },
	.options = options,
	.schema = { OUTPUT_LIVE, columns },
	.run = run_doctor,
};
