/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SEC-188: what the media process may take, and that it cannot take more, or allow itself to. Built without sanitizers,
 * which take more than that for themselves. */

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/limits.h>

#include "renderer/media/confine.h"

#define BLOCK ((size_t)64 * 1024 * 1024)
#define BLOCKS 64u /* twice what is allowed */

/* A sink of the system's: there is no folder that it writes to. */
char **
sinks_list_folders(const Sinks *sinks G_GNUC_UNUSED)
{
	return g_new0(char *, 1);
}

/* What cannot be told by assertions, since nothing can be said any more. @return 0: all is as it should be */
static int
take_memory(void)
{
	const Sinks sinks = { 0 };
	struct rlimit limit;
	unsigned n = 0;

	if (!confine_media(&sinks, NULL)) {
		return 2;
	}
	if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur != AVU_LIMIT_RENDER_MEMORY ||
		limit.rlim_max != AVU_LIMIT_RENDER_MEMORY) {
		return 3;
	}
	while (n < BLOCKS && malloc(BLOCK) != NULL) {
		n++;
	}
	/* What is allowed but for what the program is itself: a picture's worth of it is not enough. */
	if (n * BLOCK > AVU_LIMIT_RENDER_MEMORY) {
		return 4;
	}
	return n * BLOCK + 4 * BLOCK < AVU_LIMIT_RENDER_MEMORY ? 5 : 0;
}

static void
test_memory(void)
{
	const pid_t child = fork();
	int status = 0;

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		_exit(take_memory());
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/confine/memory", test_memory);
	return g_test_run();
}
