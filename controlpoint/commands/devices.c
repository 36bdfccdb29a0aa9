/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp devices: servers and renderers on the network, each as it answers. Main thread. */
#include <av-upnp/error.h>

#include "address/finder.h"
#include "commands/command.h"
#include "commands/device-record.h"

typedef struct {
	Output *output;
	bool follow;
	GHashTable *shown; /* UDNs */
} Listing;

static void
show(Listing *listing, const AvuRemoteDevice *device, const char *event)
{
	json_t *record = device_record(device);

	if (listing->follow) {
		record_set_text(record, "event", event);
	}
	output_record(listing->output, record);
}

static void
appeared(AvuRemoteDevice *device, void *data)
{
	Listing *listing = data;
	const bool known =
		!g_hash_table_add(listing->shown, g_strdup(avu_remote_device_get_udn(device)));

	if (avu_remote_device_get_kind(device) != AVU_DEVICE_OTHER && (!known || listing->follow)) {
		show(listing, device, known ? "changed" : "appeared");
	}
}

static void
vanished(AvuRemoteDevice *device, void *data)
{
	Listing *listing = data;

	if (listing->follow &&
		g_hash_table_remove(listing->shown, avu_remote_device_get_udn(device)) &&
		avu_remote_device_get_kind(device) != AVU_DEVICE_OTHER) {
		show(listing, device, "vanished");
	}
}

static bool
has_failed(void *data)
{
	const Listing *listing = data;

	return listing->output->failed;
}

static const OutputColumn columns[] = {
	{ "type", "type", output_cell_text, 8 },
	{ "name", "name", output_cell_text, 28 },
	{ "address", "address", output_cell_text, 15 },
	{ "model", "model", output_cell_text, 24 },
	{ "udn", "udn", output_cell_text },
	{ NULL },
};

static const OutputColumn follow_columns[] = {
	{ "event", "event", output_cell_text, 8 },
	{ "type", "type", output_cell_text, 8 },
	{ "name", "name", output_cell_text, 28 },
	{ "address", "address", output_cell_text, 15 },
	{ "model", "model", output_cell_text, 24 },
	{ "udn", "udn", output_cell_text },
	{ NULL },
};
static const OutputSchema follow_schema = { OUTPUT_STREAM, follow_columns };

static bool
list(Run *run, Listing *listing, GError **error)
{
	if (listing->follow) {
		session_catch_interrupt(run->session);
	}
	g_autoptr(GPtrArray) devices = finder_list(run->session, AVU_DEVICE_OTHER, error);

	if (devices == NULL) {
		return false;
	}
	if (listing->follow) {
		(void)session_wait(run->session, AVU_TIME_NONE, has_failed, listing);
	}
	return true;
}

static bool
run_devices(Run *run, GError **error)
{
	g_autoptr(GHashTable) shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Listing listing = { run->output, avu_settings_get_bool(run->settings, "Follow"), shown };

	session_set_listener(run->session, appeared, vanished, &listing);
	output_begin(run->output, listing.follow ? &follow_schema : &run->command->schema);
	const bool done = list(run, &listing, error);

	output_end(run->output);
	session_set_listener(run->session, NULL, NULL, NULL);
	return done;
}

static const char *const options[] = { "Follow", NULL };

const Command command_devices = {
	.name = "devices",
	.operands = "",
	.summary = "list the media servers and renderers on the network",
	.help = "Searches every interface and shows each server and renderer as it answers; ends "
		"when the\n"
		"network is quiet, after little more than a second. A name from this list, a part "
		"of it that\n"
		"no other has, the UDN or the address is what -r and -s take.\n"
		"\n"
		"  --follow   go on, and show who comes, changes and goes, until Ctrl-C\n"
		"\n"
		"With --json: an array of\n"
		"  {udn, name, type: \"server\" or \"renderer\", location, address, model};\n"
		"with --follow one object per line, with event: \"appeared\", \"changed\" or "
		"\"vanished\".\n"
		"\n"
		"Examples:\n"
		"  avcp devices\n"
		"  avcp --interface eth0 devices --follow\n",
	.options = options,
	.schema = { OUTPUT_LIVE, columns },
	.run = run_devices,
};
