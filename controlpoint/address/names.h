/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* address/names.h: names that the user has given to devices, and the devices meant when none is named.
 * A small JSON file of the user's. Main thread. */
#pragma once

#include <av-upnp/remote-device.h>

typedef struct Names Names;

/** Reads the user's file; without one there are no names.
 *  @param path  NULL: avcp.json in the user's folder of configuration */
Names *names_load(const char *path);
void names_free(Names *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Names, names_free)
/** @return false with IO, DENIED */
bool names_save(Names *names, GError **error);

/** UDN of the device that has this name, without regard to case; NULL: nobody. Borrowed. */
const char *names_find(const Names *names, const char *alias);
/** @param udn  NULL: the name goes @return false with LIMIT (more than 256) or USAGE (a name that is an
 *              address, a URL, a UDN or empty) */
bool names_set(Names *names, const char *alias, const char *udn, GError **error);
/** In the order of the names. */
void names_each(const Names *names, void (*emit)(const char *alias, const char *udn, void *data),
	void *data);

/** UDN of the server or renderer meant when none is named; NULL: none chosen. Borrowed. */
const char *names_get_default(const Names *names, AvuDeviceKind kind);
/** @param udn  NULL: none */
void names_set_default(Names *names, AvuDeviceKind kind, const char *udn);

/** What a word on the command line stands for: the UDN behind a name, the default where word is NULL, or
 *  the word itself. @return g_free() it; NULL: nothing named and no default */
char *names_resolve(const Names *names, AvuDeviceKind kind, const char *word);
