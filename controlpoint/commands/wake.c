/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp wake: starts a device that sleeps. Main thread. */
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "address/finder.h"
#include "address/wake.h"
#include "commands/command.h"

static bool
run_wake(Run *run, GError **error)
{
	const char *word = run->n_operands > 0 ? run->operands[0]
					       : avu_settings_get_string(run->settings, "Renderer");
	uint8_t octets[WAKE_MAC_BYTES];
	g_autofree char *mac = word != NULL && wake_parse_mac(word, octets)
				       ? g_strdup(word)
				       : finder_find_mac(AVU_DEVICE_OTHER, word);

	if (mac == NULL) {
		g_autofree char *shown =
			avu_text_for_display(word != NULL ? word : "the default renderer", 60);

		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"the network card of '%s' is not known; it is learned when the device is "
			"seen awake (avcp devices), or name the card: avcp wake a1:b2:c3:d4:e5:f6",
			shown);
		return false;
	}
	if (!wake_send(run->session, mac, error)) {
		return false;
	}
	json_t *record = json_object();

	record_set_text(record, "done", "wake");
	record_set_text(record, "mac", mac);
	run_write_one(run, record);
	return true;
}

static const OutputColumn columns[] = {
	{ "mac", "Woken", output_cell_text },
	{ NULL },
};

const Command command_wake = {
	.name = "wake",
	.operands = "[DEVICE|MAC]",
	.summary = "start a device that sleeps",
	.help = "Sends the packet of Wake-on-LAN. The number of a device's network card is learned "
		"whenever\n"
		"it is seen; a renderer that does not answer is woken by \"avcp play\" and "
		"\"avcp queue play\".\n"
		"\n"
		"With --json: {done, mac}.\n"
		"\n"
		"Example:\n"
		"  avcp wake tv\n",
	.max_operands = 1,
	.operand_specs = { { OPERAND_DEVICE } },
	.schema = { OUTPUT_DEED, columns },
	.run = run_wake,
};
