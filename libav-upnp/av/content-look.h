/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/content-look.h: a look at one object before something is done to it */
#pragma once

#include "content-private.h"

/* What the actions that change something must know of an object; owns its strings. */
typedef struct {
	char *id, *parent_id, *ref_id; /* ref_id NULL: no reference */
	char *upnp_class;
	char *create_class; /* NULL: all */
	bool container, restricted;
} Look;

void look_clear(Look *look);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, look_clear)

/** @param use  called with the whole object, whose strings live until it returns; may be NULL
 *  @return false with 701 or 720 */
bool content_look(const AvuCall *call, const AvuContentDirectory *directory, const char *id,
	Look *ret_look, void (*use)(const AvuObject *object, void *data), void *data,
	GError **error);
/** The same for what must be a container. @return false with 710 */
bool content_look_container(const AvuCall *call, const AvuContentDirectory *directory,
	const char *id, Look *ret_look, GError **error);
/** @return false with the code when look is restricted */
bool content_unrestricted(const Look *look, int code, GError **error);
/** Looks at the container that the object is in. @return false with 720 or, when that is restricted,
 *  with code */
bool content_parent_unrestricted(const AvuCall *call, const AvuContentDirectory *directory,
	const Look *look, int code, GError **error);
/** May an object of that class be put in there? */
bool content_takes_class(const Look *container, const char *upnp_class);
/** The object as a document, everything told. g_free() it; NULL with error. */
char *content_format(
	const AvuCall *call, const AvuContentDirectory *directory, const char *id, GError **error);
