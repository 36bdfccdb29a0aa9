/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sandbox of the helper: octets of the bus come from whatever is plugged into the television.
 *
 * Adapters are /dev/cec* or a serial port that may be plugged in later, so all of /dev may be opened;
 * which of it the user may open is up to its groups. */

#include "confine.h"

#include <seccomp.h>
#include <stdlib.h>
#include <sys/auxv.h>

#include <av-upnp/sandbox.h>

#define CONFINE_FDS 64

static const int forbidden[] = { SCMP_SYS(socket), -1 };

bool
confine_cec(GError **error)
{
	const char *library = getauxval(AT_SECURE) == 0 ? getenv("AV_UPNP_CEC_LIBRARY") : NULL;
	const AvuSandboxPath paths[] = {
		{ "/usr", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
		{ "/lib", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
		{ "/lib64", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
		{ "/etc", AVU_SANDBOX_READ },
		{ "/proc/self", AVU_SANDBOX_READ },
		{ "/sys", AVU_SANDBOX_READ },
		{ "/run/udev", AVU_SANDBOX_READ },
		{ "/run/lock", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE }, /* of serial ports */
		{ "/dev", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
		{ library, AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
		{ NULL, 0 },
	};
	const AvuSandboxProfile profile = {
		.name = "cec",
		.refused = forbidden,
		.paths = paths,
		.allow_threads = true,
		.rlimits = { { RLIMIT_NOFILE, CONFINE_FDS }, { RLIMIT_CORE, 0 } },
	};

	return avu_sandbox_enter(&profile, error);
}
