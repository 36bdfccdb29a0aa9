/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp cat: the octets of an item, or what the server says of an object, to standard output. Main
 * thread. */
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/playback.h>

#include "address/content.h"
#include "commands/command.h"
#include "commands/download.h"

static bool
write_octets(Run *run, const AvuObject *object, GError **error)
{
	const int chosen = avu_playback_choose(object, "");

	if (object->container || chosen < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"it has no octets to print; --didl prints what the server says of it");
		return false;
	}
	if (isatty(STDOUT_FILENO) == 1) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"media is not written to a terminal; send it to a file or a program, or "
			"use --didl");
		return false;
	}
	return download_to_fd(
		run->session, object->resources[chosen].uri, STDOUT_FILENO, NULL, error);
}

static bool
run_cat(Run *run, GError **error)
{
	g_auto(ContentPlace) place = { NULL, NULL };
	g_autofree char *text = NULL;

	if (!content_find(run->session, run->operands[0], run_get_server(run), &place, error)) {
		return false;
	}
	g_autoptr(AvuDidl) didl = content_get(run->session, &place, &text, error);

	if (didl == NULL) {
		return false;
	}
	if (!avu_settings_get_bool(run->settings, "Didl")) {
		return write_octets(run, avu_didl_get(didl, 0), error);
	}
	json_t *record = json_object();

	record_set_text(record, "didl", text);
	run_write_one(run, record);
	return true;
}

static const char *const options[] = { "Didl", NULL };

static const OutputColumn columns[] = {
	{ "didl", "DIDL-Lite", output_cell_text },
	{ NULL },
};

const Command command_cat = {
	.name = "cat",
	.operands = "PATH|ID",
	.summary = "write an item's octets to standard output",
	.help = "The first resource that can be fetched goes to standard output as it comes, for "
		"another\n"
		"program to read. Nothing is written to a terminal.\n"
		"\n"
		"  --didl   the server's own DIDL-Lite document of the object instead\n"
		"\n"
		"With --json and --didl: {didl}.\n"
		"\n"
		"Examples:\n"
		"  avcp cat \"NAS:/Music/Artists/Björk/Post/Hyperballad\" | ffplay -i -\n"
		"  avcp cat --didl NAS:/Music\n",
	.min_operands = 1,
	.max_operands = 1,
	.operand_specs = { { OPERAND_OBJECT } },
	.options = options,
	.schema = { OUTPUT_ONE, columns },
	.run = run_cat,
};
