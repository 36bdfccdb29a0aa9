/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The test program as its own helper: a folder of links to it stands in for libexec. A program whose
 * argv[0] is one of these names behaves as that helper. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/fd.h>
#include <av-upnp/frame.h>
#include <av-upnp/spawner.h>

enum {
	ASK_REPORT = 1, /* answered with TELL_REPORT */
	ASK_EXIT,       /* u32 status */
	TELL_REPORT,    /* string argv[1], string $KEPT, string $NOT_KEPT, string cwd,
	              * string octets of descriptor 4, u32 open descriptors */
};

static inline void
helper_report(char **argv)
{
	g_auto(AvuFrameWriter) report = { 0 };
	g_autofree char *cwd = g_get_current_dir();
	char octets[16] = "";
	uint32_t n_fds = 0;

	for (int fd = 0; fd < 1024; fd++) {
		n_fds += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
	}
	if (fcntl(4, F_GETFD) >= 0) {
		(void)!read(4, octets, sizeof octets - 1);
	}
	avu_frame_writer_init(&report);
	avu_frame_put_string(&report, argv[1]);
	avu_frame_put_string(&report, getenv("KEPT"));
	avu_frame_put_string(&report, getenv("NOT_KEPT"));
	avu_frame_put_string(&report, cwd);
	avu_frame_put_string(&report, octets);
	avu_frame_put_u32(&report, n_fds);
	(void)avu_frame_send(AVU_HELPER_FD, TELL_REPORT, &report, NULL, 0, NULL);
}

/* What the file at this path says: to wait until it is gone, to lie, or nothing. */
static inline void
helper_obey(const char *path)
{
	g_autofree char *word = NULL;

	if (!g_file_get_contents(path, &word, NULL, NULL)) {
		return;
	}
	if (strcmp(word, "lie") == 0) {
		avu_helper_begin("somebody-else");
		(void)pause();
	}
	while (access(path, F_OK) == 0) {
		g_usleep(1000);
	}
}

static inline int
helper_serve(char **argv)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	AvuFrame frame;

	while (avu_frame_receive(AVU_HELPER_FD, buffer, &frame, NULL)) {
		AvuFrameReader reader = avu_frame_reader(&frame);

		if (frame.type == ASK_EXIT) {
			return (int)avu_frame_take_u32(&reader);
		}
		helper_report(argv);
	}
	return 0;
}

/* @return false when this process is the test itself */
static inline bool
helper_main(char **argv, int *ret_status)
{
	g_autofree char *name = g_path_get_basename(argv[0]);

	*ret_status = 0;
	if (strcmp(name, "echo") == 0) {
		avu_helper_begin("echo");
		*ret_status = helper_serve(argv);
	} else if (strcmp(name, "told") == 0) {
		helper_obey(argv[1]);
		avu_helper_begin("told");
		*ret_status = helper_serve(argv);
	} else if (strcmp(name, "liar") == 0) {
		avu_helper_begin("somebody-else");
		(void)pause();
	} else if (strcmp(name, "dying") == 0) {
		*ret_status = 3;
	} else if (strcmp(name, "short-lived") == 0) {
		avu_helper_begin("short-lived");
		*ret_status = 4;
	} else if (strcmp(name, "stubborn") == 0) {
		(void)signal(SIGTERM, SIG_IGN);
		avu_helper_begin("stubborn");
		for (;;) {
			(void)pause();
		}
	} else {
		return false;
	}
	return true;
}

/* Makes the folder and points AV_UPNP_LIBEXECDIR at it. @return its path; helper_folder_remove() */
static inline char *
helper_folder_make(void)
{
	static const char *const names[] = { "echo", "told", "liar", "dying", "short-lived",
		"stubborn" };
	char *folder = g_dir_make_tmp("avu-test-XXXXXX", NULL);
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *link = g_build_filename(folder, names[i], NULL);

		g_assert_cmpint(symlink(self, link), ==, 0);
	}
	g_autofree char *no_program = g_build_filename(folder, "no-program", NULL);

	g_assert_true(g_file_set_contents(no_program, "#! no\n", -1, NULL));
	g_setenv("AV_UPNP_LIBEXECDIR", folder, TRUE);
	return folder;
}

static inline void
helper_folder_remove(char *folder)
{
	g_autofree char *command = g_strdup_printf("rm -r '%s'", folder);

	(void)!system(command);
	g_free(folder);
}
