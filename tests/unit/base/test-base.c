/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who we say we are: three tokens as UDA 1.0 wants them in SERVER,
 * and nothing of the host or the user: SEC-324. */
#include <string.h>
#include <sys/utsname.h>

#include <av-upnp/base.h>
#include <av-upnp/clock.h>

static void
test_token(void)
{
	g_auto(GStrv) tokens = g_strsplit(avu_product_token(), " ", -1);
	g_autofree char *own = g_strconcat("av-upnp/", avu_version(), NULL);
	struct utsname system;

	g_assert_cmpuint(g_strv_length(tokens), ==, 3);
	g_assert_true(g_str_has_prefix(tokens[0], "Linux/"));
	g_assert_cmpstr(tokens[1], ==, "UPnP/1.0");
	g_assert_cmpstr(tokens[2], ==, own);
	/* Major and minor of this kernel, and no more of it. */
	g_assert_cmpint(uname(&system), ==, 0);
	g_assert_true(g_str_has_prefix(system.release, tokens[0] + strlen("Linux/")));
	g_assert_nonnull(strchr(tokens[0], '.'));
	g_assert_true(strchr(tokens[0], '.') == strrchr(tokens[0], '.'));
}

static void
test_clocks(void)
{
	int64_t before = avu_now_ns();

	g_usleep(2000);
	g_assert_cmpint(avu_clock_now_ns(avu_clock_monotonic()) - before, >=, 2 * AVU_NS_PER_MS);
	g_assert_cmpint(avu_wall_ns() / AVU_NS_PER_S - g_get_real_time() / G_USEC_PER_SEC, <=, 1);
	g_assert_cmpint(avu_wall_ns() / AVU_NS_PER_S - g_get_real_time() / G_USEC_PER_SEC, >=, -1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/token", test_token);
	g_test_add_func("/base/clocks", test_clocks);
	return g_test_run();
}
