/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Device files by their names: the sandbox lets nobody list /dev, but ask what a name stands for. */

#include "nodes.h"

#include <sys/stat.h>

#define NUMBERS 16 /* of a kind; nobody has as many adapters */

/* Of the kernel's CEC, of boards whose libcec has a driver of its own, and serial ports: adapters at USB. */
static const struct {
	const char *name;
	bool numbered;
} kinds[] = {
	{ "cec", true },
	{ "aocec", false },
	{ "vchiq", false },
	{ "ttyACM", true },
	{ "ttyUSB", true },
	{ "ttyAMA", true },
};

typedef struct {
	char *path;
	bool there;
	dev_t device;
	ino_t inode;
	struct timespec changed;
} Node;

struct CecNodes {
	GArray *all; /* Node */
};

static void
clear_node(void *data)
{
	g_free(((Node *)data)->path);
}

static Node
look_at(const char *path)
{
	Node node = { 0 };
	struct stat status;

	if (stat(path, &status) == 0) {
		node.there = true;
		node.device = status.st_dev;
		node.inode = status.st_ino;
		node.changed = status.st_ctim;
	}
	return node;
}

static void
add(CecNodes *nodes, char *take_path)
{
	Node node = look_at(take_path);

	node.path = take_path;
	g_array_append_val(nodes->all, node);
}

CecNodes *
cec_nodes_new(const char *folder, const char *port)
{
	CecNodes *nodes = g_new0(CecNodes, 1);

	nodes->all = g_array_new(FALSE, FALSE, sizeof(Node));
	g_array_set_clear_func(nodes->all, clear_node);
	if (*port != '\0') {
		add(nodes, g_strdup(port));
		return nodes;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!kinds[i].numbered) {
			add(nodes, g_build_filename(folder, kinds[i].name, NULL));
		}
		for (unsigned n = 0; kinds[i].numbered && n < NUMBERS; n++) {
			add(nodes, g_strdup_printf("%s/%s%u", folder, kinds[i].name, n));
		}
	}
	return nodes;
}

void
cec_nodes_free(CecNodes *nodes)
{
	if (nodes != NULL) {
		g_array_unref(nodes->all);
		g_free(nodes);
	}
}

size_t
cec_nodes_get_n(const CecNodes *nodes)
{
	return nodes->all->len;
}

const char *
cec_nodes_get_path(const CecNodes *nodes, size_t i)
{
	return g_array_index(nodes->all, Node, i).path;
}

bool
cec_nodes_have_come(const CecNodes *nodes)
{
	for (guint i = 0; i < nodes->all->len; i++) {
		const Node *then = &g_array_index(nodes->all, Node, i);
		const Node now = look_at(then->path);

		if (now.there &&
			(!then->there || now.device != then->device || now.inode != then->inode ||
				now.changed.tv_sec != then->changed.tv_sec ||
				now.changed.tv_nsec != then->changed.tv_nsec)) {
			return true;
		}
	}
	return false;
}
