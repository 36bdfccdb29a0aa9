/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sandbox of the media process (SEC-184).
 *
 * GStreamer, its plug-ins and the sound and display libraries use too many system calls for a list
 * of allowed ones that holds on every driver. So files are guarded by Landlock's list of what may be
 * opened, and system calls by a list of what may not: sockets other than AF_UNIX, io_uring (it makes
 * sockets behind the filter's back), programs, tracing, mounts, kernel interfaces. */

#include <errno.h>
#include <sys/socket.h>

#include <seccomp.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/sandbox.h>

#include "confine.h"

#define CONFINE_FDS 1024

/* Beside what is refused to every helper that may call what it likes. */
static const int forbidden[] = { -1 };

static const AvuSandboxPath fixed_paths[] = {
	{ "/usr", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
	{ "/lib", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
	{ "/lib64", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
	{ "/etc", AVU_SANDBOX_READ },
	{ "/proc/self", AVU_SANDBOX_READ },
	{ "/proc/cpuinfo", AVU_SANDBOX_READ },
	{ "/proc/meminfo", AVU_SANDBOX_READ },
	{ "/proc/asound", AVU_SANDBOX_READ },
	{ "/sys", AVU_SANDBOX_READ },
	{ "/dev/null", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ "/dev/urandom", AVU_SANDBOX_READ },
	{ "/dev/snd", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ "/dev/dri", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	/* screens and their memory where the maker's own drivers are in use */
	{ "/dev/nvidiactl", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ "/dev/nvidia0", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ "/dev/nvidia-modeset", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ "/dev/mali0", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ "/dev/dma_heap", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ "/dev/shm", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ "/run", AVU_SANDBOX_READ },
	{ "/var/cache/fontconfig", AVU_SANDBOX_READ },
	{ "/var/lib/alsa", AVU_SANDBOX_READ },
	{ "/tmp/.X11-unix", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
};

/* Folders named by the session. */
static const struct {
	const char *variable;
	const char *below; /* NULL: the folder itself */
	unsigned access;
} session_paths[] = {
	{ "XDG_RUNTIME_DIR", NULL, AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ "HOME", ".config/pulse", AVU_SANDBOX_READ },
	{ "HOME", ".asoundrc", AVU_SANDBOX_READ },
	{ "WAYLAND_DISPLAY", NULL, AVU_SANDBOX_READ | AVU_SANDBOX_WRITE }, /* may be a path */
	{ "XAUTHORITY", NULL, AVU_SANDBOX_READ },
	{ "ALSA_CONFIG_PATH", NULL, AVU_SANDBOX_READ },
	{ "GST_PLUGIN_SYSTEM_PATH_1_0", NULL, AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
};

static void
confine_add(GArray *paths, const char *path, unsigned access)
{
	const AvuSandboxPath entry = { path, access };

	g_array_append_val(paths, entry);
}

/* @param strings  owns what paths borrows */
static void
confine_add_session(GArray *paths, GPtrArray *strings)
{
	for (size_t i = 0; i < G_N_ELEMENTS(session_paths); i++) {
		const char *folder = g_getenv(session_paths[i].variable);

		if (folder == NULL || folder[0] != '/') {
			continue;
		}
		char *path = session_paths[i].below == NULL
				     ? g_strdup(folder)
				     : g_build_filename(folder, session_paths[i].below, NULL);

		g_ptr_array_add(strings, path);
		confine_add(paths, path, session_paths[i].access);
	}
}

/* A second filter beside the profile's: that one knows calls, not their arguments. */
static bool
confine_sockets(GError **error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int result = filter == NULL ? -ENOMEM : 0;

	if (result == 0) {
		result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1,
			SCMP_A0(SCMP_CMP_NE, AF_UNIX));
	}
	if (result == 0) {
		result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	}
	if (result == 0) {
		result = seccomp_load(filter);
	}
	if (filter != NULL) {
		seccomp_release(filter);
	}
	if (result != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"this kernel takes no filter of system calls (%s)", g_strerror(-result));
	}
	return result == 0;
}

bool
confine_media(const Sinks *sinks, GError **error)
{
	g_autoptr(GArray) paths =
		g_array_new(/* zero_terminated = */ TRUE, TRUE, sizeof(AvuSandboxPath));
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) folders = sinks_list_folders(sinks);

	for (size_t i = 0; i < G_N_ELEMENTS(fixed_paths); i++) {
		confine_add(paths, fixed_paths[i].path, fixed_paths[i].access);
	}
	confine_add_session(paths, strings);
	for (size_t i = 0; folders[i] != NULL; i++) {
		g_message("the sink may write below %s", folders[i]);
		confine_add(paths, folders[i], AVU_SANDBOX_READ | AVU_SANDBOX_WRITE);
	}
	AvuSandboxProfile profile = {
		.name = "media",
		.refused = forbidden,
		.paths = (const AvuSandboxPath *)(const void *)paths->data,
		.allow_threads = true,
		.abstract_sockets = g_getenv("DISPLAY") != NULL,
		.rlimits = {
			/* no RLIMIT_AS: drivers map the card's memory, shared, which is not counted
			 * here */
			{ RLIMIT_DATA, AVU_LIMIT_RENDER_MEMORY },
			{ RLIMIT_NOFILE, CONFINE_FDS },
			{ RLIMIT_CORE, 0 },
		},
	};

	if (!avu_sandbox_enter(&profile, error) || !confine_sockets(error)) {
		return false;
	}
	g_autofree char *held = avu_sandbox_describe();

	g_info("sandbox: %s", held);
	return true;
}
