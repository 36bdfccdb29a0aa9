/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names and stats of files that are being probed. They belong to the library's thread; the main
 * thread only hands the pointer back. */
#include "mediaserver/library/candidate.h"

#include <av-upnp/text.h>

#define DISPLAY_MAX 200

DiskFolder *
disk_folder_new(const Root *root, DiskFolder *parent, const char *name)
{
	DiskFolder *folder = g_new0(DiskFolder, 1);

	folder->refs = 1;
	folder->root = root;
	folder->parent = parent != NULL ? disk_folder_ref(parent) : NULL;
	folder->path = parent != NULL && parent->path[0] != '\0'
			       ? g_strconcat(parent->path, "/", name, NULL)
			       : g_strdup(name);
	return folder;
}

DiskFolder *
disk_folder_ref(DiskFolder *folder)
{
	folder->refs++;
	return folder;
}

void
disk_folder_unref(DiskFolder *folder)
{
	while (folder != NULL && --folder->refs == 0) {
		DiskFolder *parent = folder->parent;

		companions_unref(folder->companions);
		g_clear_pointer(&folder->changed, g_ptr_array_unref);
		g_free(folder->path);
		g_free(folder);
		folder = parent;
	}
}

CatalogueFolder
disk_folder_describe(const DiskFolder *folder)
{
	return (CatalogueFolder){ folder->root->uuid, folder->root->title, folder->path };
}

char *
disk_folder_name_for_display(const DiskFolder *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder->root->path, folder->path, name, NULL);

	return avu_text_for_display(path, DISPLAY_MAX);
}

Cargo *
cargo_new(void *library)
{
	Cargo *cargo = g_new0(Cargo, 1);

	cargo->library = library;
	return cargo;
}

void
cargo_add(Cargo *cargo, const Candidate *file)
{
	Candidate *copy = &cargo->files[cargo->n++];

	*copy = *file;
	copy->folder = disk_folder_ref(file->folder);
	copy->name = g_strdup(file->name);
}

void
cargo_free(Cargo *cargo)
{
	if (cargo == NULL) {
		return;
	}
	for (unsigned i = 0; i < cargo->n; i++) {
		disk_folder_unref(cargo->files[i].folder);
		g_free(cargo->files[i].name);
	}
	g_free(cargo);
}
