/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import/writer-private.h: the functions of the writer, and what they share */
#pragma once

#include "mediaserver/catalogue/overlay.h"
#include "mediaserver/content/object-id.h"
#include "mediaserver/import/writer.h"

enum {
	WRITER_NO_OBJECT = 701,
	WRITER_BAD_VALUE = 703,
	WRITER_READ_ONLY = 705,
	WRITER_NO_CONTAINER = 710,
	WRITER_RESTRICTED = 711,
	WRITER_BAD_METADATA = 712,
	WRITER_RESTRICTED_PARENT = 713,
	WRITER_NO_RESOURCE = 714,
	WRITER_RESOURCE_DENIED = 715,
	WRITER_CANNOT_PROCESS = 720,
	WRITER_ILLEGAL_DESTINATION = 723,
};

/** The Writer behind a content store's self. */
Writer *writer_of(void *self);
/** @return false, error set */
bool writer_refuse(GError **error, int code, const char *what);
/** What the disk or a limit said, as a code for control points. @return false */
bool writer_cannot(GError *cause, int code, GError **error);

/* A container as the writer needs it; owns its strings. */
typedef struct {
	int64_t id, parent;
	ItemKind kind;
	ContainerMade made;
	char *root, *path; /* of a folder; NULL: none */
} Place;
void place_clear(Place *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)
/** @return false with 710 */
bool writer_find_container(const Writer *writer, int64_t id, Place *ret_place, GError **error);
/** @return false with 701 */
bool writer_parse_id(const char *text, ObjectId *ret_id, GError **error);

/** A track of a sheet: its file is not its own. */
static inline bool
writer_is_piece(const CatalogueFile *file)
{
	return file->start_ns >= 0;
}

char *writer_create(void *self, const char *container_id, const AvuObject *object,
	const AvuAddress *peer, GError **error);
char *writer_create_reference(
	void *self, const char *container_id, const char *item_id, GError **error);
bool writer_destroy(void *self, const char *object_id, GError **error);
bool writer_update(
	void *self, const char *object_id, const AvuContentEdit *edits, unsigned n, GError **error);
char *writer_move(void *self, const char *object_id, const char *parent_id, GError **error);
bool writer_delete_resource(void *self, const char *uri, GError **error);
/** Removes the file of an item and waits until the item is gone. @return false with 701, 715 */
bool writer_delete_file(Writer *writer, int64_t item, GError **error);
