/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ContentDirectory over a content store: the service itself and what it says of itself.
 *
 * Handlers run on the threads of the connections, several at once; _new, _changed and _free belong to
 * the main context's thread. */
#include <av-upnp/error.h>

#include "content-private.h"

char *
content_base_url(const AvuCall *call)
{
	const AvuAddress *local = avu_call_get_local(call);
	g_autofree char *host = avu_address_format(local);

	return g_strdup_printf("http://%s:%u", host, local->port);
}

static bool
get_system_update_id(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;

	(void)error;
	/* Not the variable: its events are moderated, an answer is not. */
	avu_call_reply_ui4(call, "Id", directory->store->get_system_update_id(directory->self));
	return true;
}

/* What the variables say. */
static bool
get_variables(AvuCall *call, void *object, GError **error)
{
	(void)call;
	(void)object;
	(void)error;
	return true;
}

static const AvuBinding required[] = {
	{ "GetSearchCapabilities", get_variables },
	{ "GetSortCapabilities", get_variables },
	{ "GetSystemUpdateID", get_system_update_id },
	{ "GetSortExtensionCapabilities", get_variables },
	{ "GetFeatureList", get_variables },
	{ "GetServiceResetToken", get_variables },
	{ "Browse", content_browse },
	{ "X_GetFeatureList", content_x_get_feature_list },
	{ NULL, NULL },
};
static const AvuBinding searching[] = {
	{ "Search", content_search },
	{ NULL, NULL },
};

static void
add_binding(
	AvuContentDirectory *directory, bool offered, const char *action, AvuActionHandler handler)
{
	const AvuBinding binding = { action, handler };

	if (offered) {
		g_array_append_val(directory->bindings, binding);
	}
}

static void
add_bindings(AvuContentDirectory *directory, const AvuBinding *bindings)
{
	for (; bindings->action != NULL; bindings++) {
		add_binding(directory, true, bindings->action, bindings->handler);
	}
}

static void
add_writing(AvuContentDirectory *directory, const AvuContentWriter *w)
{
	const bool transfers = w->import_resource != NULL || w->export_resource != NULL;

	add_binding(directory, w->create != NULL, "CreateObject", content_create_object);
	add_binding(directory, w->create_reference != NULL, "CreateReference",
		content_create_reference);
	add_binding(directory, w->destroy != NULL, "DestroyObject", content_destroy_object);
	add_binding(directory, w->update != NULL, "UpdateObject", content_update_object);
	add_binding(directory,
		w->update != NULL && avu_property_set_has(&w->free_properties,
					     AVU_PROPERTY_LAST_PLAYBACK_POSITION),
		"X_SetBookmark", content_x_set_bookmark);
	add_binding(directory, w->move != NULL, "MoveObject", content_move_object);
	add_binding(
		directory, w->delete_resource != NULL, "DeleteResource", content_delete_resource);
	add_binding(
		directory, w->import_resource != NULL, "ImportResource", content_import_resource);
	add_binding(
		directory, w->export_resource != NULL, "ExportResource", content_export_resource);
	add_binding(directory, transfers, "GetTransferProgress", content_get_transfer_progress);
	add_binding(directory, transfers, "StopTransferResource", content_stop_transfer_resource);
}

/* Another one after all numbers began anew, which may be while others look. */
static void
set_reset_token(AvuContentDirectory *directory)
{
	const AvuContentStore *store = directory->store;
	g_autofree char *token =
		store->dup_reset_token != NULL ? store->dup_reset_token(directory->self) : NULL;

	if (token != NULL) {
		avu_variables_set(directory->variables, 0, NULL, "ServiceResetToken", token);
	}
}

static void
set_constants(AvuContentDirectory *directory)
{
	const AvuContentStore *store = directory->store;
	g_autofree char *search_by = store->search != NULL
					     ? avu_property_set_format(&store->search_properties)
					     : g_strdup("");
	g_autofree char *sort_by = avu_property_set_format(&store->sort_properties);
	g_autofree char *features = features_format(store->shortcuts);

	avu_variables_set(directory->variables, 0, NULL, "SearchCapabilities", search_by);
	avu_variables_set(directory->variables, 0, NULL, "SortCapabilities", sort_by);
	avu_variables_set(directory->variables, 0, NULL, "SortExtensionCapabilities",
		store->sorts_time_of_day ? "+,-,TIME+,TIME-" : "+,-");
	avu_variables_set(directory->variables, 0, NULL, "FeatureList", features);
}

AvuContentDirectory *
avu_content_directory_new(
	AvuDeviceHost *host, unsigned version, const AvuContentStore *store, void *self)
{
	AvuContentDirectory *directory = g_new0(AvuContentDirectory, 1);

	g_return_val_if_fail(version < 3 || store->dup_reset_token != NULL, NULL);
	directory->store = store;
	directory->self = self;
	directory->bindings = g_array_new(TRUE, TRUE, sizeof(AvuBinding));
	add_bindings(directory, required);
	if (store->search != NULL) {
		add_bindings(directory, searching);
	}
	if (store->writer != NULL) {
		add_writing(directory, store->writer);
	}
	directory->service = avu_device_host_add_service(host, &avu_service_content_directory,
		version, (const AvuBinding *)(void *)directory->bindings->data,
		AVU_SERVICE_ANY_THREAD, directory);
	directory->variables = avu_service_get_variables(directory->service);
	if (store->take_changes != NULL) {
		avu_service_offer(directory->service, "ContainerUpdateIDs");
		if (version >= 3) {
			avu_service_offer(directory->service, "LastChange");
		}
		directory->tracking = tracking_new(directory->variables);
	}
	if (store->writer != NULL && store->writer->dup_transfer_ids != NULL) {
		avu_service_offer(directory->service, "TransferIDs");
	}
	set_constants(directory);
	avu_content_directory_changed(directory);
	return directory;
}

void
avu_content_directory_free(AvuContentDirectory *directory)
{
	if (directory == NULL) {
		return;
	}
	tracking_free(directory->tracking);
	g_array_unref(directory->bindings);
	g_free(directory);
}

void
avu_content_directory_changed(AvuContentDirectory *directory)
{
	avu_variables_begin(directory->variables);
	set_reset_token(directory);
	avu_variables_set_int(directory->variables, 0, NULL, "SystemUpdateID",
		directory->store->get_system_update_id(directory->self));
	if (directory->tracking != NULL) {
		tracking_update(directory->tracking, directory->store, directory->self);
	}
	avu_variables_commit(directory->variables);
}
