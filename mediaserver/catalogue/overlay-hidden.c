/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are in the shared folders and not in the tree. Whole operations of any thread that may
 * wait; asking is part of the writer's transaction. */
#include <av-upnp/error.h>
#include <av-upnp/hash.h>

#include "mediaserver/catalogue/disk.h"
#include "mediaserver/catalogue/overlay-private.h"

#define NO_SUCH_OBJECT 701
#define PLACE_BITS 60

static int64_t
place_of(const char *root, const char *path, const char *name)
{
	return avu_hash_strings(PLACE_BITS, "hidden", root, path, name, NULL);
}

bool
overlay_is_hidden(Catalogue *catalogue, const CatalogueFolder *folder, const char *name)
{
	return overlay_state_has_any(catalogue->state) &&
	       overlay_state_is_hidden(
		       catalogue->state, place_of(folder->root, folder->path, name));
}

bool
overlay_show(Catalogue *catalogue, const CatalogueFolder *folder, const char *name, GError **error)
{
	return !overlay_is_hidden(catalogue, folder, name) ||
	       overlay_state_show(
		       catalogue->state, place_of(folder->root, folder->path, name), error);
}

static bool
hide(Catalogue *catalogue, int64_t item, GError **error)
{
	g_auto(CataloguePlace) place = { 0 };

	if (!catalogue_find_place(catalogue, item, &place, error)) {
		return false;
	}
	if (place.known.id == 0) {
		g_set_error(error, AVU_UPNP_ERROR, NO_SUCH_OBJECT, "no such item");
		return false;
	}
	return overlay_state_hide(
		       catalogue->state, place_of(place.root, place.path, place.name), error) &&
	       catalogue_remove_item(catalogue, item, error);
}

bool
overlay_hide(Catalogue *catalogue, int64_t item, GError **error)
{
	return overlay_begin(catalogue, error) &&
	       overlay_end(catalogue, hide(catalogue, item, error), error);
}
