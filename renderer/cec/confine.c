/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sandbox of the helper: octets of the bus come from whatever is plugged into the television.
 *
 * Of /dev only what may be an adapter: the one that was named, or those of the names in nodes.c. */

#include "confine.h"

#include <seccomp.h>
#include <stdlib.h>
#include <sys/auxv.h>

#include <av-upnp/sandbox.h>

#define CONFINE_FDS 64

static const int forbidden[] = { SCMP_SYS(socket), -1 };

bool
confine_cec(const CecNodes *nodes, GError **error)
{
	const char *library = getauxval(AT_SECURE) == 0 ? getenv("AV_UPNP_CEC_LIBRARY") : NULL;
	const AvuSandboxPath places[] = {
		{ "/usr", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
		{ "/lib", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
		{ "/lib64", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
		{ "/etc", AVU_SANDBOX_READ },
		{ "/proc/self", AVU_SANDBOX_READ },
		{ "/sys", AVU_SANDBOX_READ },
		{ "/run/udev", AVU_SANDBOX_READ },
		{ "/run/lock", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE }, /* of serial ports */
		{ "/dev/null", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
		{ "/dev/urandom", AVU_SANDBOX_READ },
	};
	const AvuSandboxPath end = { NULL, 0 };
	g_autoptr(GArray) paths = g_array_new(FALSE, FALSE, sizeof(AvuSandboxPath));
	g_array_append_vals(paths, places, G_N_ELEMENTS(places));
	for (size_t i = 0; i < cec_nodes_get_n(nodes); i++) {
		const AvuSandboxPath node = { cec_nodes_get_path(nodes, i),
			AVU_SANDBOX_READ | AVU_SANDBOX_WRITE };

		g_array_append_val(paths, node);
	}
	if (library != NULL) {
		const AvuSandboxPath named = { library, AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE };

		g_array_append_val(paths, named);
	}
	g_array_append_val(paths, end);

	const AvuSandboxProfile profile = {
		.name = "cec",
		.refused = forbidden,
		.paths = (const AvuSandboxPath *)(const void *)paths->data,
		.allow_threads = true,
		.rlimits = { { RLIMIT_NOFILE, CONFINE_FDS }, { RLIMIT_CORE, 0 } },
	};

	return avu_sandbox_enter(&profile, error);
}
