/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the server can send, for GetProtocolInfo. Any thread; no state. */
#include "mediaserver/content/content.h"

#include <string.h>

static void
add_protocol(const char *mime, const char *profile, ItemKind kind, void *data)
{
	GPtrArray *entries = data;
	/* of the best file of this format (spec/dlna-protocolinfo.md 6) */
	AvuDlnaParameters dlna = content_dlna_parameters(kind, mime, profile, 1);

	g_ptr_array_add(entries, avu_protocol_info_format(mime, &dlna));
}

/* An empty library says what it can serve (spec/dlna-protocolinfo.md 6). */
static void
add_common_protocols(GPtrArray *entries)
{
	static const struct {
		const char *mime, *profile;
		ItemKind kind;
	} common[] = {
		{ "audio/mpeg", "MP3", ITEM_AUDIO },
		{ "audio/mp4", "AAC_ISO_320", ITEM_AUDIO },
		{ "image/jpeg", "JPEG_SM", ITEM_IMAGE },
		{ "image/jpeg", "JPEG_MED", ITEM_IMAGE },
		{ "image/jpeg", "JPEG_LRG", ITEM_IMAGE },
		{ "audio/flac", NULL, ITEM_AUDIO },
		{ "audio/wav", NULL, ITEM_AUDIO },
		{ "video/mp4", NULL, ITEM_VIDEO },
		{ "video/x-matroska", NULL, ITEM_VIDEO },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(common); i++) {
		add_protocol(common[i].mime, common[i].profile, common[i].kind, entries);
	}
}

static bool
is_listed(GPtrArray *entries, const char *entry)
{
	return g_ptr_array_find_with_equal_func(entries, entry, g_str_equal, NULL);
}

/* What can be made, too: those that have a name whatever the film is. Of samples both rates. */
static void
add_converted(const ConvertMachine *machine, GPtrArray *entries)
{
	for (const Recipe *recipe = recipe_list(); recipe->name != NULL; recipe++) {
		g_autofree char *mime = recipe->container == RECIPE_RAW
						? g_strdup_printf("%s;rate=%d;channels=2",
							  recipe->mime, (int)recipe->rates_hz[0])
						: g_strdup(recipe->mime);
		/* a profile alone, or all there is of it (7.3.7.3): of one film it says too little */
		g_autofree char *entry =
			g_strdup_printf("http-get:*:%s:DLNA.ORG_PN=%s", mime, recipe->profile);

		if ((machine->able & 1u << recipe_index(recipe)) != 0 && recipe->profile != NULL &&
			strchr(recipe->profile, '%') == NULL && !is_listed(entries, entry)) {
			g_ptr_array_add(entries, g_steal_pointer(&entry));
		}
	}
}

char *
content_format_protocols(Catalogue *catalogue, const ConvertMachine *machine, GError **error)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(g_free);

	if (catalogue != NULL && !catalogue_list_formats(catalogue, add_protocol, entries, error)) {
		return NULL;
	}
	if (entries->len == 0) {
		add_common_protocols(entries);
	}
	if (machine != NULL) {
		add_converted(machine, entries);
	}
	g_ptr_array_add(entries, NULL);
	return avu_protocol_info_format_list((const char *const *)entries->pdata);
}
