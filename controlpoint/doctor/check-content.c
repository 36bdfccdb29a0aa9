/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor: does a server list something, does it give its octets, does a renderer play them? Main
 * thread. What a server lists is walked over ITEMS_MAX objects at most. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/playback.h>

#include "address/content.h"
#include "address/finder.h"
#include "doctor/doctor.h"
#include "fetch.h"

#define CONTAINERS_MAX 40
#define PART_BYTES 1024
#define PART_HEADER "Range: bytes=0-1023"

/* One item with octets, from the root down: the first container first. */
typedef struct {
	GQueue containers; /* char *: ids still to look into */
	unsigned n_containers;
	char *item; /* id; NULL: not met yet */
} Quest;

static bool
has_octets(const AvuObject *object)
{
	return !object->container && object->id != NULL && avu_playback_choose(object, "") >= 0;
}

static bool
on_object(const AvuObject *object, void *data)
{
	Quest *quest = data;

	if (has_octets(object)) {
		quest->item = g_strdup(object->id);
	} else if (object->container && object->id != NULL &&
		   quest->n_containers < CONTAINERS_MAX) {
		/* deep rather than wide: views of the same items stand side by side */
		g_queue_push_head(&quest->containers, g_strdup(object->id));
		quest->n_containers++;
	}
	return quest->item == NULL;
}

/* @return false with error when the server failed */
static bool
search_item(Doctor *doctor, AvuRemoteDevice *server, Quest *quest, GError **error)
{
	bool good = true;

	g_queue_push_head(&quest->containers, g_strdup(CONTENT_ROOT));
	while (good && quest->item == NULL && !g_queue_is_empty(&quest->containers)) {
		g_autofree char *id = g_queue_pop_head(&quest->containers);
		const ContentPlace place = { server, id };

		good = content_browse(
			doctor->session, &place, "dc:title,res", on_object, quest, error);
	}
	g_queue_clear_full(&quest->containers, g_free);
	return good;
}

static Verdict
browse_server(Doctor *doctor, AvuRemoteDevice *server)
{
	g_autoptr(GError) why = NULL;
	Quest quest = { .containers = G_QUEUE_INIT };

	if (!search_item(doctor, server, &quest, &why)) {
		g_free(quest.item);
		doctor_prove(doctor, "%s", why->message);
		doctor_advise(doctor, "restart the server; look into its log");
		return doctor_fail(doctor, DOCTOR_CONTENT, "\"%s\" does not list what it has",
			avu_remote_device_get_name(server));
	}
	g_autofree char *id = quest.item;
	const ContentPlace place = { server, id };

	if (id != NULL && doctor->item == NULL) {
		doctor->item = content_get(doctor->session, &place, NULL, NULL);
	}
	return VERDICT_OK;
}

Verdict
check_browse(Doctor *doctor)
{
	unsigned n_servers = 0;

	for (guint i = 0; i < doctor->devices->len; i++) {
		AvuRemoteDevice *device = doctor->devices->pdata[i];

		if (avu_remote_device_get_kind(device) != AVU_DEVICE_SERVER) {
			continue;
		}
		n_servers++;
		if (browse_server(doctor, device) == VERDICT_FAILED) {
			return VERDICT_FAILED;
		}
	}
	if (n_servers == 0) {
		return doctor_skip(doctor, "no server to list");
	}
	if (doctor->item == NULL) {
		doctor_advise(doctor, "share a folder with music, films or pictures; a server that "
				      "still reads its folders fills up by itself");
		return doctor_warn(
			doctor, "no server has an item in the first %d folders", CONTAINERS_MAX);
	}
	return doctor_ok(doctor, "servers list what they have");
}

/* Octets */

static Verdict
judge_part(Doctor *doctor, const char *url, const Fetched *fetched, const GError *why)
{
	const char *range = fetched->headers != NULL
				    ? g_hash_table_lookup(fetched->headers, "content-range")
				    : NULL;

	doctor_prove(doctor, "GET %s with %s: %s", url, PART_HEADER,
		why != NULL ? why->message : "answered");
	if (g_error_matches(why, AVU_ERROR, AVU_ERROR_LIMIT) ||
		(why == NULL && fetched->status == 200)) {
		doctor_advise(doctor, "renderers that seek, and all that play MP4, need ranges: "
				      "update the server");
		return doctor_fail(doctor, DOCTOR_MEDIA,
			"the server ignores byte ranges and sends everything");
	}
	if (why != NULL) {
		doctor_advise(doctor, "see whether a firewall lets TCP through to the port in that "
				      "URL; renderers fetch it themselves");
		return doctor_fail(doctor, DOCTOR_MEDIA, "the octets of an item cannot be fetched");
	}
	if (fetched->status != 206 || range == NULL) {
		doctor_prove(
			doctor, "GET %s with %s: status %u", url, PART_HEADER, fetched->status);
		doctor_advise(doctor, "let the server read its folders anew: it lists what it "
				      "cannot open");
		return doctor_fail(doctor, DOCTOR_MEDIA, "the octets of an item cannot be fetched");
	}
	return doctor_ok(doctor, "octets of an item can be fetched, from any place");
}

Verdict
check_resource(Doctor *doctor)
{
	const AvuObject *item = doctor->item != NULL ? avu_didl_get(doctor->item, 0) : NULL;
	const int chosen = item != NULL ? avu_playback_choose(item, "") : -1;
	g_auto(Fetched) fetched = { 0 };
	g_autoptr(GError) why = NULL;

	if (chosen < 0) {
		return doctor_skip(doctor, "no item to fetch");
	}
	const char *url = item->resources[chosen].uri;

	(void)fetch_and_wait(doctor->session, url, PART_HEADER, PART_BYTES, &fetched, &why);
	return judge_part(doctor, url, &fetched, why);
}

/* Format */

/* The one that was chosen, or the first. @return NULL, without error when there is none to choose from */
static AvuRemoteDevice *
find_renderer(const Doctor *doctor, GError **error)
{
	if (doctor->renderer != NULL) {
		return finder_find(doctor->session, AVU_DEVICE_RENDERER, doctor->renderer, error);
	}
	for (guint i = 0; i < doctor->devices->len; i++) {
		if (avu_remote_device_get_kind(doctor->devices->pdata[i]) == AVU_DEVICE_RENDERER) {
			return avu_remote_device_ref(doctor->devices->pdata[i]);
		}
	}
	return NULL;
}

static Verdict
match_format(Doctor *doctor, const AvuObject *item, AvuRemoteDevice *renderer)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(AvuRemoteAnswer) answer = session_call(doctor->session, renderer,
		&avu_service_connection_manager, "GetProtocolInfo", NULL, &why);
	const char *name = avu_remote_device_get_name(renderer);

	if (answer == NULL) {
		doctor_prove(doctor, "%s", why->message);
		doctor_advise(doctor, "restart the renderer");
		return doctor_fail(
			doctor, DOCTOR_FORMAT, "\"%s\" does not say what it plays", name);
	}
	if (avu_playback_choose(item, avu_remote_answer_get(answer, "Sink")) < 0) {
		doctor_prove(doctor, "\"%s\" is offered as %s, which is not in the list of \"%s\"",
			item->title, item->resources[0].protocol_info, name);
		doctor_advise(doctor,
			"have the server convert, or keep the item in a form that the "
			"renderer plays: \"avcp info\" lists them");
		return doctor_fail(doctor, DOCTOR_FORMAT,
			"\"%s\" plays no form that the server has of an item", name);
	}
	return doctor_ok(doctor, "\"%s\" plays what the server has", name);
}

Verdict
check_format(Doctor *doctor)
{
	const AvuObject *item = doctor->item != NULL ? avu_didl_get(doctor->item, 0) : NULL;
	g_autoptr(GError) why = NULL;
	g_autoptr(AvuRemoteDevice) renderer = item != NULL ? find_renderer(doctor, &why) : NULL;

	if (why != NULL) {
		doctor_prove(doctor, "%s", why->message);
		doctor_advise(doctor, "switch it on, or name another one with --renderer");
		return doctor_warn(doctor,
			"whether \"%s\" plays what the server has cannot be said",
			doctor->renderer);
	}
	return renderer != NULL ? match_format(doctor, item, renderer)
				: doctor_skip(doctor, "there is no item and renderer to match");
}
