/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/content-writer.h: what a content store offers beyond reading
 *
 * ContentDirectory looks at what is asked (grammar of DIDL-Lite and tag lists, restricted objects and
 * parents, classes, current values); a function here is called when all of that holds, and does it.
 * A function that is NULL: its actions are not offered. All may be called from several threads at
 * once, may wait, and have done what they did, on the disk, when they return true. Failing:
 * AVU_UPNP_ERROR with the codes named, 720 (cannot process), or any other error, answered as 501. */
#pragma once

#include <av-upnp/address.h>
#include <av-upnp/object.h>

G_BEGIN_DECLS

/* Container id of CreateObject that leaves the choice to the store (DLNA 7.3.120) */
#define AVU_CONTENT_ANY_CONTAINER "DLNA.ORG_AnyContainer"

typedef struct {
	AvuProperty property;
	const char *value; /* as in AvuObject, as text; NULL: the object has it no longer */
} AvuContentEdit;

typedef enum {
	AVU_TRANSFER_IN_PROGRESS,
	AVU_TRANSFER_COMPLETED,
	AVU_TRANSFER_ERROR,
	AVU_TRANSFER_STOPPED,
} AvuTransferStatus;

typedef struct {
	AvuTransferStatus status;
	uint64_t done_bytes;
	uint64_t total_bytes; /* 0: not known */
} AvuTransfer;

typedef struct {
	/* One item or container. object: id "", parent_id container_id (or AVU_CONTENT_ANY_CONTAINER),
	 * title and class there; a resource whose uri is "" is still to come.
	 * @param peer  who asks: only from there the content is taken
	 * @return id of the new object, g_free() it; NULL with 710, 712, 713 */
	char *(*create)(void *self, const char *container_id, const AvuObject *object,
		const AvuAddress *peer, GError **error);
	/* @param item_id  no reference itself  @return id of the reference, g_free() it; NULL with 713 */
	char *(*create_reference)(
		void *self, const char *container_id, const char *item_id, GError **error);
	/* With all that is below it and references to it. @return false with 711, 714, 715 */
	bool (*destroy)(void *self, const char *object_id, GError **error);
	/* All or none of them. @return false with 703 */
	bool (*update)(void *self, const char *object_id, const AvuContentEdit *edits, unsigned n,
		GError **error);
	AvuPropertySet edit_properties; /* what update takes; others are read-only */
	/* Those of them that change also in objects that are restricted: where playing stopped is said
	 * by televisions of every object. */
	AvuPropertySet free_properties;
	/* @return id that the object has now, g_free() it; NULL with 722, 723 */
	char *(*move)(void *self, const char *object_id, const char *parent_id, GError **error);
	/* Every resource with that address. @return false with 714, 715 */
	bool (*delete_resource)(void *self, const char *uri, GError **error);

	/* Transfers. Both give the id of one that has begun, or fail with 714 to 716, 718, 719. */
	bool (*import_resource)(void *self, const char *source_uri, const char *destination_uri,
		uint32_t *ret_id, GError **error);
	bool (*export_resource)(void *self, const char *source_uri, const char *destination_uri,
		uint32_t *ret_id, GError **error);
	/* Kept for 30 s after its end. @return false with 717 */
	bool (*get_transfer)(void *self, uint32_t id, AvuTransfer *ret_transfer, GError **error);
	/* @return false with 717 */
	bool (*stop_transfer)(void *self, uint32_t id, GError **error);
	/* "3,7": those in progress; g_free() it */
	char *(*dup_transfer_ids)(void *self);
} AvuContentWriter;

G_END_DECLS
