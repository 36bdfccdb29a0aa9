/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which interface an address without a zone is looked for on. */
#include <av-upnp/neighbour.h>

static AvuAddress
make(const char *text)
{
	AvuAddress address;

	g_assert_true(avu_address_parse(text, &address));
	return address;
}

static void
note(const char *text)
{
	const AvuAddress address = make(text);

	avu_neighbour_note(&address);
}

static uint32_t
find(const char *text)
{
	const AvuAddress address = make(text);

	return avu_neighbour_find(&address);
}

static void
test_heard(void)
{
	avu_neighbour_forget();
	g_assert_cmpuint(find("fe80::1"), ==, 0); /* nobody was heard */
	note("fe80::1%3");
	note("fe80::2%4");
	g_assert_cmpuint(find("fe80::1"), ==, 3);
	g_assert_cmpuint(find("fe80::2"), ==, 4);
	g_assert_cmpuint(find("fe80::9"), ==, 4); /* spoken of by the one heard last */
	note("fe80::1%5");                        /* plugged in elsewhere */
	g_assert_cmpuint(find("fe80::1"), ==, 5);
	g_assert_cmpuint(find("fe80::9"), ==, 5);
	g_assert_cmpuint(find("fe80::2"), ==, 4);
	/* of no interface, or of no link */
	note("fe80::1");
	note("2001:db8::1");
	note("169.254.0.1");
	g_assert_cmpuint(find("fe80::1"), ==, 5);
	g_assert_cmpuint(find("2001:db8::1"), ==, 0);
	g_assert_cmpuint(find("169.254.0.1"), ==, 0);
}

/* A network may say as many addresses as it likes. */
static void
test_bound(void)
{
	avu_neighbour_forget();
	note("fe80::1%3");
	for (unsigned i = 0; i < AVU_NEIGHBOURS_MAX - 1; i++) {
		g_autofree char *text = g_strdup_printf("fe80::2:%x%%7", i);

		note(text);
	}
	g_assert_cmpuint(find("fe80::1"), ==, 3);
	note("fe80::3%8");
	g_assert_cmpuint(find("fe80::1"), ==, 8); /* the oldest is forgotten */
	g_assert_cmpuint(find("fe80::2:1"), ==, 7);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/neighbour/heard", test_heard);
	g_test_add_func("/neighbour/bound", test_bound);
	return g_test_run();
}
