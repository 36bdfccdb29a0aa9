/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which device files an adapter may have, and that one which comes later is noticed. */
#include <glib/gstdio.h>

#include "cec/nodes.h"

typedef struct {
	char *folder;
} Dev;

static char *
path_of(const Dev *dev, const char *name)
{
	return g_build_filename(dev->folder, name, NULL);
}

static void
make(const Dev *dev, const char *name)
{
	g_autofree char *path = path_of(dev, name);

	g_assert_true(g_file_set_contents(path, name, -1, NULL));
}

static void
take_away(const Dev *dev, const char *name)
{
	g_autofree char *path = path_of(dev, name);

	g_assert_cmpint(g_unlink(path), ==, 0);
}

static bool
has(const CecNodes *nodes, const Dev *dev, const char *name)
{
	g_autofree char *path = path_of(dev, name);

	for (size_t i = 0; i < cec_nodes_get_n(nodes); i++) {
		if (g_str_equal(cec_nodes_get_path(nodes, i), path)) {
			return true;
		}
	}
	return false;
}

static void
test_names(void)
{
	static const struct {
		const char *name;
		bool adapter;
		const char *why;
	} rows[] = {
		{ "cec0", true, "of the kernel" },
		{ "cec1", true, "another" },
		{ "ttyACM0", true, "at USB" },
		{ "ttyUSB3", true, "at USB" },
		{ "ttyAMA0", true, "of a board" },
		{ "aocec", true, "of a board" },
		{ "vchiq", true, "of a board" },
		{ "sda", false, "a disk" },
		{ "mem", false, "the memory" },
		{ "tty0", false, "the console" },
		{ "input", false, "keyboards" },
		{ "", false, "the folder" },
	};
	const Dev dev = { (char *)"/dev" };
	g_autoptr(CecNodes) nodes = cec_nodes_new(dev.folder, "");
	g_autoptr(CecNodes) one = cec_nodes_new(dev.folder, "/dev/serial/by-id/x");

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s: %s", rows[i].name, rows[i].why);
		g_assert_cmpint(has(nodes, &dev, rows[i].name), ==, rows[i].adapter);
	}
	g_assert_cmpuint(cec_nodes_get_n(one), ==, 1);
	g_assert_cmpstr(cec_nodes_get_path(one, 0), ==, "/dev/serial/by-id/x");
}

static void
test_come(void)
{
	g_autoptr(GError) error = NULL;
	const Dev dev = { g_dir_make_tmp("av-upnp-nodes-XXXXXX", &error) };

	g_assert_no_error(error);
	make(&dev, "cec0");
	g_autofree char *port = path_of(&dev, "my-adapter");
	g_autoptr(CecNodes) nodes = cec_nodes_new(dev.folder, "");
	g_autoptr(CecNodes) one = cec_nodes_new(dev.folder, port);

	g_assert_false(cec_nodes_have_come(nodes));
	make(&dev, "sda"); /* none of ours */
	g_assert_false(cec_nodes_have_come(nodes));
	take_away(&dev, "cec0");
	g_assert_false(cec_nodes_have_come(nodes));
	make(&dev, "cec0"); /* plugged in again: a file of its own */
	g_assert_true(cec_nodes_have_come(nodes));
	take_away(&dev, "cec0");
	g_assert_false(cec_nodes_have_come(nodes));
	make(&dev, "ttyACM1");
	g_assert_true(cec_nodes_have_come(nodes));
	g_assert_false(cec_nodes_have_come(one));
	make(&dev, "my-adapter");
	g_assert_true(cec_nodes_have_come(one));

	take_away(&dev, "my-adapter");
	take_away(&dev, "ttyACM1");
	take_away(&dev, "sda");
	g_assert_cmpint(g_rmdir(dev.folder), ==, 0);
	g_free(dev.folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cec-nodes/names", test_names);
	g_test_add_func("/cec-nodes/come", test_come);
	return g_test_run();
}
