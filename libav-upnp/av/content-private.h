/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/content-private.h: what the parts of ContentDirectory share
 *
 * content-directory.c  the service itself, what it says of itself
 * content-browse.c     Browse, Search
 * content-tracking.c   ContainerUpdateIDs, LastChange
 * content-features.c   GetFeatureList
 * content-look.c       what must be known of an object before it is changed
 * content-create.c     CreateObject, CreateReference
 * content-change.c     DestroyObject, UpdateObject (tag-list.c), MoveObject, DeleteResource
 * content-samsung.c    X_GetFeatureList, X_SetBookmark
 * content-transfer.c   ImportResource, ExportResource, their progress */
#pragma once

#include <av-upnp/content-directory.h>

#define CONTENT_ROOT_ID "0"

enum {
	CONTENT_NO_OBJECT = 701,
	CONTENT_NO_SORT = 709,
	CONTENT_NO_CONTAINER = 710,
};

typedef struct Tracking Tracking;

struct AvuContentDirectory {
	const AvuContentStore *store;
	void *self;
	AvuService *service;
	AvuVariables *variables;
	Tracking *tracking; /* NULL: changes are not tracked */
	GArray *bindings;   /* AvuBinding; the host borrows them */
};

/** "http://192.0.2.1:8200": the address at which the control point reached us, since on a host with
 *  two interfaces the other one may be out of its reach. g_free() it. */
char *content_base_url(const AvuCall *call);
/** What UpdateID of Browse and Search says, by the version that asks. */
uint32_t content_update_id(const AvuCall *call, const AvuContentDirectory *directory,
	const AvuContentQuery *query, const AvuContentResult *result);

/* Handlers; object is the AvuContentDirectory. */
bool content_browse(AvuCall *call, void *object, GError **error);
bool content_search(AvuCall *call, void *object, GError **error);
/* The same; the store has a writer with the function. */
bool content_create_object(AvuCall *call, void *object, GError **error);
bool content_create_reference(AvuCall *call, void *object, GError **error);
bool content_destroy_object(AvuCall *call, void *object, GError **error);
bool content_update_object(AvuCall *call, void *object, GError **error);
bool content_move_object(AvuCall *call, void *object, GError **error);
bool content_delete_resource(AvuCall *call, void *object, GError **error);
bool content_import_resource(AvuCall *call, void *object, GError **error);
bool content_export_resource(AvuCall *call, void *object, GError **error);
bool content_get_transfer_progress(AvuCall *call, void *object, GError **error);
bool content_stop_transfer_resource(AvuCall *call, void *object, GError **error);

bool content_x_get_feature_list(AvuCall *call, void *object, GError **error);
bool content_x_set_bookmark(AvuCall *call, void *object, GError **error);

/** @param variables  outlives it */
Tracking *tracking_new(AvuVariables *variables);
void tracking_free(Tracking *tracking);
/** Takes what the store says has changed into ContainerUpdateIDs and LastChange. @thread main */
void tracking_update(Tracking *tracking, const AvuContentStore *store, void *self);

/** The Features document; g_free() it. @param shortcuts  name NULL ends; may be NULL */
char *features_format(const AvuContentShortcut *shortcuts);
/** Samsung's. g_free() it. */
char *samsung_format_features(const AvuContentShortcut *shortcuts);
