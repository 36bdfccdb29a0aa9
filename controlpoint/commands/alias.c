/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp alias, default: names of the user's own, and the devices meant when none is named. Main thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "address/finder.h"
#include "address/names.h"
#include "commands/command.h"

/* alias */

static void
emit_alias(const char *alias, const char *udn, void *data)
{
	json_t *record = json_object();

	record_set_text(record, "alias", alias);
	record_set_text(record, "udn", udn);
	output_record(data, record);
}

static bool
set_alias(Run *run, Names *names, GError **error)
{
	const char *alias = run->operands[0];

	if (strcmp(run->operands[1], "-") == 0) {
		return names_set(names, alias, NULL, error) && names_save(names, error);
	}
	/* a name that cannot be is said before the network is asked */
	if (!names_set(names, alias, NULL, error)) {
		return false;
	}
	g_autoptr(AvuRemoteDevice) device =
		finder_find(run->session, AVU_DEVICE_OTHER, run->operands[1], error);

	if (device == NULL || !names_set(names, alias, avu_remote_device_get_udn(device), error) ||
		!names_save(names, error)) {
		return false;
	}
	emit_alias(alias, avu_remote_device_get_udn(device), run->output);
	return true;
}

static bool
run_alias(Run *run, GError **error)
{
	g_autoptr(Names) names = names_load(NULL);
	bool good = true;

	if (run->n_operands == 1) {
		const char *udn = names_find(names, run->operands[0]);

		if (udn == NULL) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
				"no device has that name; avcp alias lists them");
			return false;
		}
		output_begin(run->output, &run->command->schema);
		emit_alias(run->operands[0], udn, run->output);
		output_end(run->output);
		return true;
	}
	output_begin(run->output, &run->command->schema);
	if (run->n_operands == 0) {
		names_each(names, emit_alias, run->output);
	} else {
		good = set_alias(run, names, error);
	}
	output_end(run->output);
	return good;
}

static const OutputColumn alias_columns[] = {
	{ "alias", "name", output_cell_text },
	{ "udn", "udn", output_cell_text },
	{ NULL },
};

const Command command_alias = {
	.name = "alias",
	.operands = "[NAME [DEVICE|-]]",
	.summary = "give a device a name of your own",
	.help = "From then on NAME is what -r and -s and the beginning of a path take, whatever "
		"the "
		"device\n"
		"calls itself and wherever it is. \"-\" takes the name away; without operands all "
		"names are\n"
		"listed.\n"
		"\n"
		"With --json: an array of {alias, udn}.\n"
		"\n"
		"Examples:\n"
		"  avcp alias tv \"[TV] Samsung 7 Series (55)\"\n"
		"  avcp -r tv pause\n"
		"  avcp alias tv -\n",
	.max_operands = 2,
	.operand_specs = { { OPERAND_OTHER }, { OPERAND_DEVICE } },
	.schema = { OUTPUT_LIST, alias_columns },
	.run = run_alias,
};

/* default */

static const struct {
	const char *word;
	AvuDeviceKind kind;
} roles[] = {
	{ "renderer", AVU_DEVICE_RENDERER },
	{ "server", AVU_DEVICE_SERVER },
};

static const char *
get_role(size_t i)
{
	return i < G_N_ELEMENTS(roles) ? roles[i].word : NULL;
}

static void
emit_default(Run *run, const Names *names, size_t role)
{
	json_t *record = json_object();

	record_set_text(record, "role", roles[role].word);
	record_set_text(record, "udn", names_get_default(names, roles[role].kind));
	output_record(run->output, record);
}

static bool
find_role(const char *word, size_t *ret_role, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
		if (strcmp(roles[i].word, word) == 0) {
			*ret_role = i;
			return true;
		}
	}
	g_autofree char *shown = avu_text_for_display(word, 40);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
		"'%s': a default is set for \"renderer\" or \"server\"", shown);
	return false;
}

static bool
set_default(Run *run, Names *names, size_t role, GError **error)
{
	g_autoptr(AvuRemoteDevice) device = NULL;

	if (strcmp(run->operands[1], "-") != 0) {
		device = finder_find(run->session, roles[role].kind, run->operands[1], error);
		if (device == NULL) {
			return false;
		}
	}
	names_set_default(
		names, roles[role].kind, device != NULL ? avu_remote_device_get_udn(device) : NULL);
	return names_save(names, error);
}

static bool
run_default(Run *run, GError **error)
{
	g_autoptr(Names) names = names_load(NULL);
	size_t role = 0;

	if ((run->n_operands > 0 && !find_role(run->operands[0], &role, error)) ||
		(run->n_operands > 1 && !set_default(run, names, role, error))) {
		return false;
	}
	output_begin(run->output, &run->command->schema);
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
		if (run->n_operands == 0 || i == role) {
			emit_default(run, names, i);
		}
	}
	output_end(run->output);
	return true;
}

static const OutputColumn default_columns[] = {
	{ "role", "role", output_cell_text },
	{ "udn", "udn", output_cell_text },
	{ NULL },
};

const Command command_default = {
	.name = "default",
	.operands = "[renderer|server [DEVICE|-]]",
	.summary = "choose the device that is meant when none is named",
	.help = "Without a default, the only renderer or server there is. -r and -s, and [Devices] "
		"in the\n"
		"configuration, go before it. \"-\" takes it away.\n"
		"\n"
		"With --json: an array of {role, udn}; udn is null where there is none.\n"
		"\n"
		"Example:\n"
		"  avcp default renderer kitchen\n",
	.max_operands = 2,
	.operand_specs = { { OPERAND_WORD, get_role }, { OPERAND_DEVICE } },
	.schema = { OUTPUT_LIST, default_columns },
	.run = run_default,
};
