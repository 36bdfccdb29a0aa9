/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* errno as an error a caller can act on; allocation of foreign sizes. */
#include <errno.h>

#include <av-upnp/error.h>

static const struct {
	int errnum;
	int code;
} rows[] = {
	{ ENOENT, AVU_ERROR_NOT_FOUND },
	{ EACCES, AVU_ERROR_DENIED },
	{ EADDRINUSE, AVU_ERROR_BUSY },
	{ ECONNREFUSED, AVU_ERROR_UNREACHABLE },
	{ EPIPE, AVU_ERROR_GONE },
	{ ENOSPC, AVU_ERROR_IO },
};

static void
test_errno(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		avu_set_errno(&error, rows[i].errnum, "folder '%s'", "/x");
		g_assert_error(error, AVU_ERROR, rows[i].code);
		g_assert_true(g_str_has_prefix(error->message, "folder '/x': "));
	}
	g_assert_cmpint(AVU_ERROR, !=, AVU_UPNP_ERROR);
}

static void
test_alloc(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *memory = avu_try_alloc(16, 16, &error);
	g_autofree char *none = avu_try_alloc(0, 16, &error);

	g_assert_no_error(error);
	g_assert_nonnull(none);
	for (size_t i = 0; i < 16; i++) {
		g_assert_cmpint(memory[i], ==, 0);
	}
	g_assert_null(avu_try_alloc(17, 16, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/error/errno", test_errno);
	g_test_add_func("/error/alloc", test_alloc);
	return g_test_run();
}
