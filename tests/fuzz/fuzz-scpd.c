/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Foreign service descriptions: whatever is in them, every argument has a variable that takes or refuses a
 * value, and what goes in stands before what comes out. */
#include <string.h>

#include <av-upnp/scpd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_action(const AvuServiceSpec *spec, const AvuActionSpec *action)
{
	bool out = false;

	for (const AvuArgumentSpec *a = action->arguments; a->name != NULL; a++) {
		const AvuVariableSpec *variable = avu_service_find_variable(spec, a->variable);

		g_assert_true(a->name[0] != '\0' && variable != NULL);
		g_assert_true(!out || a->direction == AVU_OUT);
		out = a->direction == AVU_OUT;
		(void)avu_variable_check(variable, a->name, "17", NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(AvuScpd) scpd =
		avu_scpd_read("urn:x:service:Y:1", (const char *)data, size, NULL);
	const AvuServiceSpec *spec = scpd != NULL ? avu_scpd_get_spec(scpd) : NULL;

	for (const AvuActionSpec *action = spec != NULL ? spec->actions : NULL;
		action != NULL && action->name != NULL; action++) {
		check_action(spec, action);
	}
	return 0;
}
