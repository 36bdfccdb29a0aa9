/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-mediaserver with a state directory of its own below the daemon's. It shares the stage and nothing
 * else, and reads no configuration. Main thread. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/error.h>

#include "convert/own-server.h"
#include "convert/stage.h"

#define PROGRAM "av-mediaserver"
#define HELPER "own-server"

struct OwnServer {
	GPtrArray *argv; /* NULL-ended; the supervisor reads it at each start */
	AvuSupervised *helper;
};

/* Beside this program, as installed; else where the shell would look. */
static char *
find_program(GError **error)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : NULL;
	g_autofree char *beside = folder != NULL ? g_build_filename(folder, PROGRAM, NULL) : NULL;

	if (beside != NULL && access(beside, X_OK) == 0) {
		return g_steal_pointer(&beside);
	}
	char *found = g_find_program_in_path(PROGRAM);

	if (found == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			PROGRAM ", which converts, is not installed");
	}
	return found;
}

static bool
make_directory(const char *path, GError **error)
{
	if (g_mkdir_with_parents(path, S_IRWXU) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "%s: %s", path, g_strerror(errno));
		return false;
	}
	return true;
}

/* It is asked over its control socket, not over the channel. */
static void
on_started(AvuSupervised *helper, void *user_data)
{
	(void)user_data;
	g_debug(PROGRAM " is process %d", (int)avu_supervised_get_pid(helper));
}

static void
on_received(AvuSupervised *helper, AvuFrame *frame, void *user_data)
{
	(void)helper, (void)frame, (void)user_data; /* it has nothing to say there */
}

static bool
add_helper(OwnServer *server, Session *session, const char *program, GError **error)
{
	static const char *const keep_env[] = { "HOME", "PATH", "LANG", "LC_ALL", "TMPDIR",
		"XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "AV_UPNP_LIBEXECDIR",
		"AV_UPNP_DATADIR", NULL };
	g_autofree char *files = stage_files_directory();
	g_autofree char *state = stage_server_directory();
	GPtrArray *argv = server->argv;
	const char *const fixed[] = { program, "--config=/dev/null", "--announce=no",
		"--ask-renderers=no", "--resume=no", "--log-level=warning",
		"--name=Conversions of avcp", "--state-dir", state };
	const char *const *interfaces = session_get_interfaces(session);

	for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++) {
		g_ptr_array_add(argv, g_strdup(fixed[i]));
	}
	for (size_t i = 0; interfaces != NULL && interfaces[i] != NULL; i++) {
		g_ptr_array_add(argv, g_strconcat("--interface=", interfaces[i], NULL));
	}
	g_ptr_array_add(argv, g_strdup(files));
	g_ptr_array_add(argv, NULL);
	const AvuSupervisedSpec spec = { .name = HELPER,
		.argv = (const char *const *)argv->pdata,
		.keep_env = keep_env,
		.started = on_started,
		.received = on_received };

	if (!make_directory(files, error) || !make_directory(state, error)) {
		return false;
	}
	server->helper = avu_supervisor_add(session_get_supervisor(session), &spec, server);
	return true;
}

OwnServer *
own_server_new(Session *session, GError **error)
{
	g_autofree char *program = find_program(error);
	OwnServer *server = g_new0(OwnServer, 1);

	server->argv = g_ptr_array_new_with_free_func(g_free);
	if (geteuid() == 0) {
		/* it gives up root, and could not read the user's files then */
		g_clear_error(error);
		g_set_error(error, AVU_ERROR, AVU_ERROR_DENIED,
			"conversions on this host are not made as root; run avcp as an ordinary "
			"user");
	} else if (program != NULL && add_helper(server, session, program, error)) {
		return server;
	}
	own_server_free(server);
	return NULL;
}

void
own_server_free(OwnServer *server)
{
	if (server != NULL) {
		if (server->helper != NULL) {
			avu_supervised_remove(server->helper);
		}
		g_ptr_array_unref(server->argv);
		g_free(server);
	}
}
