/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be behind catalogue.h. test-conformance, -catalogue, -groups, -identity, -kill, -listed, -made, -overlay,
 * -search-model and -view-reload know nothing else of a catalogue than catalogue.h, overlay.h, listed.h and
 * disk.h: together they are the suite that each row passes. AV_UPNP_CATALOGUE names the row. */
#pragma once

#include <string.h>

#include <glib/gstdio.h>

#include "mediaserver/catalogue/catalogue.h"

typedef struct {
	const char *name;
	Catalogue *(*open)(const char *directory, State *state, GError **error);
	void (*lose)(const char *directory); /* all that can be rebuilt is gone */
} CatalogueBackend;

static inline void
lose_sqlite(const char *directory)
{
	static const char *const names[] = { "library.db", "library.db-wal", "library.db-shm" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(directory, names[i], NULL);

		(void)g_unlink(path); /* may not be there */
	}
}

static const CatalogueBackend catalogue_backends[] = {
	{ "sqlite", catalogue_open, lose_sqlite },
};

static inline const CatalogueBackend *
catalogue_backend(void)
{
	const char *wanted = g_getenv("AV_UPNP_CATALOGUE");

	for (size_t i = 0; i < G_N_ELEMENTS(catalogue_backends); i++) {
		if (wanted == NULL || g_str_equal(catalogue_backends[i].name, wanted)) {
			return &catalogue_backends[i];
		}
	}
	g_error("AV_UPNP_CATALOGUE: there is no %s", wanted);
}
