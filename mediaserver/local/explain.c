/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The decision in one document: scripts read the JSON, people the lines made from it. */
#include "mediaserver/local/explain.h"

#include <stdlib.h>

#include <jansson.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "mediaserver/content/object-id.h"
#include "mediaserver/content/sides.h"
#include "mediaserver/negotiate/negotiate.h"

#define SHOWN_MAX 160

static const char *const verdicts[] = {
	[VERDICT_NO] = "no",
	[VERDICT_UNSURE] = "unsure",
	[VERDICT_YES] = "yes",
};

static json_t *
describe_offer(const ClientView *client, const Item *item, const Offer *offer)
{
	static const char *const kinds[] = {
		[OFFER_ORIGINAL] = "file",
		[OFFER_CONVERSION] = "conversion",
		[OFFER_PICTURES] = "pictures",
	};
	const bool converted = offer->kind == OFFER_CONVERSION;
	AvuDlnaParameters dlna = { .profile = "JPEG_LRG" };
	const char *mime = "image/jpeg";
	ConvertPlan plan; /* says what mime is */

	if (converted && item_is_live(item)) {
		mime = offer->plan.mime;
		dlna = sides_describe_live_plan(client, &offer->plan, &mime);
	} else if (item_is_live(item)) {
		mime = item->mime;
		dlna = sides_describe_live(client, sides_get_live_kind(item->kind), &mime);
	} else if (converted) { /* as it is told and sent: content/emission.c */
		plan = offer->plan;
		client_view_complete_plan(client, &plan);
		dlna = convert_plan_get_dlna(&plan);
		mime = plan.mime;
		client_view_name_converted(client,
			plan.recipe->kind == RECIPE_AUDIO ? ITEM_AUDIO : ITEM_VIDEO, &mime, &dlna);
	} else if (offer->kind == OFFER_ORIGINAL) {
		dlna = content_dlna_parameters((ItemKind)item->kind, item->mime, item->profile,
			item->start_ns < 0 ? item->duration_ns : AVU_TIME_NONE);
		if (item_is_growing(item)) {
			content_dlna_set_growing(&dlna);
		}
		mime = item->mime;
		client_view_name(client, (ItemKind)item->kind, &mime, &dlna);
	}
	g_autofree char *protocol_info = avu_protocol_info_format(mime, &dlna);

	return json_pack("{s:s, s:s?, s:s, s:s, s:s}", "kind", kinds[offer->kind], "conversion",
		converted ? offer->plan.recipe->name : NULL, "protocol_info", protocol_info,
		"plays", verdicts[offer->verdict], "why", offer->why);
}

char *
explain_format_json(const ClientView *client, const Item *item, const ConvertMachine *machine)
{
	const Negotiation asked = {
		.item = item,
		.client = client_view_get_witnesses(client),
		.machine = machine,
		.explain = true,
	};
	Offer offers[NEGOTIATE_OFFERS_MAX];
	const unsigned n = negotiate(&asked, offers);
	json_t *list = json_array();
	char id[OBJECT_ID_MAX];

	for (unsigned i = 0; i < n; i++) {
		(void)json_array_append_new(list, describe_offer(client, item, &offers[i]));
	}
	object_id_format_item(id, item->id);
	json_t *document = json_pack("{s:{s:s, s:s, s:s, s:s}, s:{s:s, s:s, s:s, s:s?}, s:o}",
		"client", "address", client->address, "profile", client->profile->name, "why",
		client->why, "file", client->profile->file, "item", "id", id, "title", item->title,
		"mime", item->mime, "dlna_profile", item->profile, "offers", list);
	char *text = json_dumps(document, JSON_COMPACT);
	char *copy = g_strdup(text != NULL ? text : "{}");

	free(text);
	json_decref(document);
	return copy;
}

static const char *
text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

char *
explain_format_text(const char *json, GError **error)
{
	json_t *document = json_loads(json, 0, NULL);
	const json_t *client = json_object_get(document, "client");
	const json_t *item = json_object_get(document, "item");
	const json_t *offers = json_object_get(document, "offers"), *offer;
	size_t i;

	if (!json_is_array(offers)) {
		json_decref(document);
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "the server explained nothing");
		return NULL;
	}
	GString *out = g_string_new(NULL);
	g_autofree char *title = avu_text_for_display(text_at(item, "title"), SHOWN_MAX);
	g_autofree char *why = avu_text_for_display(text_at(client, "why"), SHOWN_MAX);

	g_string_append_printf(out, "%s (%s %s)\nfor %s: profile \"%s\", %s\n", title,
		text_at(item, "mime"), text_at(item, "dlna_profile"),
		text_at(client, "address")[0] != '\0' ? text_at(client, "address") : "whoever",
		text_at(client, "profile"), why);
	json_array_foreach(offers, i, offer)
	{
		const char *name = text_at(offer, "conversion");
		g_autofree char *reason = avu_text_for_display(text_at(offer, "why"), SHOWN_MAX);

		g_string_append_printf(out, "%zu. %s%s%s: %s\n   %s\n", i + 1,
			text_at(offer, "kind"), name[0] != '\0' ? " " : "", name, reason,
			text_at(offer, "protocol_info"));
	}
	json_decref(document);
	return g_string_free(out, FALSE);
}
