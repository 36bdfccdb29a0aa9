/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp devices: servers and renderers on the network. Main thread. */
#include "address/finder.h"
#include "commands/command.h"
#include "commands/device-record.h"

static bool
run_devices(Run *run, GError **error)
{
	g_autoptr(GPtrArray) devices = finder_list(run->session, AVU_DEVICE_OTHER, error);

	if (devices == NULL) {
		return false;
	}
	output_begin(run->output, &run->command->schema);
	for (guint i = 0; i < devices->len; i++) {
		output_record(run->output, device_record(devices->pdata[i]));
	}
	output_end(run->output);
	return true;
}

static const OutputColumn columns[] = {
	{ "type", "type", output_cell_text },
	{ "name", "name", output_cell_text },
	{ "address", "address", output_cell_text },
	{ "model", "model", output_cell_text },
	{ "udn", "udn", output_cell_text },
	{ NULL },
};

const Command command_devices = {
	.name = "devices",
	.operands = "",
	.summary = "list the media servers and renderers on the network",
	.help = "Searches every interface, waits about a second and a half for answers, and lists "
		"the\n"
		"servers and renderers that gave any. A name from this list, a part of it that no "
		"other\n"
		"has, the UDN or the address is what -r and -s take.\n"
		"\n"
		"With --json: an array of\n"
		"  {udn, name, type: \"server\" or \"renderer\", location, address, model}\n"
		"\n"
		"Examples:\n"
		"  avcp devices\n"
		"  avcp --interface eth0 devices\n",
	.schema = { OUTPUT_LIST, columns },
	.run = run_devices,
};
