/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a client calls things. Pure; any thread. */
#include "mediaserver/clients/client-view.h"

static void
clear(void *data)
{
	ClientView *view = data;

	avu_client_profiles_unref(view->profiles);
	if (view->sink != NULL) {
		g_ptr_array_unref(view->sink);
	}
	g_free(view->address);
	g_free(view->why);
}

void
client_view_unref(ClientView *view)
{
	if (view != NULL) {
		g_atomic_rc_box_release_full(view, clear);
	}
}

const AvuClientProfile *
client_view_get_profile(const ClientView *view)
{
	static const AvuClientProfile plain = { .name = "",
		.subtitles = AVU_SUBTITLES_ALL,
		.subtitle_types = AVU_SUBTITLE_SRT | AVU_SUBTITLE_OWN };

	return view != NULL ? view->profile : &plain;
}

NegotiateClient
client_view_get_witnesses(const ClientView *view)
{
	const AvuClientProfile *profile = client_view_get_profile(view);
	/* what a renderer at its address plays says nothing of the one that it chooses for */
	const bool own = view != NULL && !avu_client_has(profile, AVU_CLIENT_CONTROL_POINT);

	return (NegotiateClient){
		.profile = profile,
		.sink = own ? view->sink : NULL,
		.history = own ? &view->history : NULL,
	};
}

void
client_view_name(const ClientView *view, ItemKind kind, const char **mime, AvuDlnaParameters *dlna)
{
	const AvuClientProfile *profile = client_view_get_profile(view);
	const char *other = avu_client_rule_find(profile->mimes, *mime);
	/* a file without a profile can be given one by its type */
	const char *name =
		avu_client_rule_find(profile->names, dlna->profile != NULL ? dlna->profile : *mime);

	if (other != NULL && other[0] != '\0') {
		*mime = other;
	}
	if (name != NULL) {
		dlna->profile = name[0] != '\0' ? name : NULL;
	}
	if (avu_client_has(profile, AVU_CLIENT_NO_FLAGS)) {
		dlna->flags = 0;
	}
	if (avu_client_has(profile, AVU_CLIENT_TIME_SEEK_ONLY) && dlna->op_time) {
		dlna->op_range = false;
	}
	if (avu_client_has(profile, AVU_CLIENT_NO_PICTURE_CI) && kind == ITEM_IMAGE) {
		dlna->no_ci = true;
	}
	if (avu_client_has(profile, AVU_CLIENT_NO_DLNA)) {
		*dlna = (AvuDlnaParameters){ .profile = NULL };
	}
}

void
client_view_name_converted(
	const ClientView *view, ItemKind kind, const char **mime, AvuDlnaParameters *dlna)
{
	const char *seek = client_view_get_profile(view)->converted_seek;

	client_view_name(view, kind, mime, dlna);
	/* less than there is, never more */
	if (g_strcmp0(seek, "none") == 0 || g_strcmp0(seek, "bytes") == 0) {
		dlna->op_time = false;
	}
	if (g_strcmp0(seek, "none") == 0 || g_strcmp0(seek, "time") == 0) {
		dlna->op_range = false;
	}
}

void
client_view_complete_plan(const ClientView *view, ConvertPlan *plan)
{
	if (g_strcmp0(client_view_get_profile(view)->converted_size, "estimate") == 0) {
		convert_plan_estimate(plan);
	}
}

bool
client_view_name_extra(const ClientView *view, unsigned n, ItemKind kind, const char **mime,
	AvuDlnaParameters *dlna)
{
	const AvuClientRule *rule =
		avu_client_rule_nth(client_view_get_profile(view)->extra, *mime, dlna->profile, n);

	if (rule == NULL) {
		return false;
	}
	client_view_name(view, kind, mime, dlna);
	if (rule->mime != NULL) {
		*mime = rule->mime;
	}
	dlna->profile = rule->to;
	dlna->converted = true;
	return true;
}
