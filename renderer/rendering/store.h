/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/rendering/store.h: values and presets of RenderingControl as text, kept in the state
 * directory */
#pragma once

#include <av-upnp/rendering-control.h>
#include <av-upnp/state-dir.h>

G_BEGIN_DECLS

typedef struct {
	char *name;
	AvuValues values;
} StorePreset;

typedef struct {
	AvuValues now, defaults;
	GArray *presets; /* StorePreset */
} Store;

/** @param factory  what is not said in the text */
void store_init(Store *store, const AvuValues *factory);
void store_clear(Store *store);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Store, store_clear)

/** Takes what it understands of the text: names and numbers in their range; the rest stays.
 *  @return false: it is no such text at all */
bool store_parse(Store *store, const char *text, size_t len);
/** @param factory  what need not be said. @return one line; g_free() it */
char *store_format(const AvuRendering *rendering, const AvuValues *factory);

G_END_DECLS
