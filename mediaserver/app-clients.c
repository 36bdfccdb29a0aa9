/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is asked about clients over the control socket. Main thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/hash.h>
#include <av-upnp/text.h>

#include "mediaserver/app-private.h"
#include "mediaserver/content/object-id.h"
#include "mediaserver/local/explain.h"

typedef struct {
	App *app;
	const ClientView *client;
	char *answer; /* NULL: the item was not found */
} Explanation;

static void
explain_item(const Item *item, void *data)
{
	Explanation *explanation = data;
	ConvertMachine machine;
	Conversions *conversions = explanation->app->conversions;

	if (conversions != NULL) {
		conversions_get_machine(conversions, &machine);
	}
	g_free(explanation->answer);
	explanation->answer = explain_format_json(
		explanation->client, item, conversions != NULL ? &machine : NULL);
}

static void
skip_container(const Container *container, void *data)
{
	(void)container, (void)data; /* a folder is offered to all alike */
}

/* By object id, by a path in a shared folder. @return 0: it is neither */
static int64_t
find_id(const App *app, const char *what)
{
	const char *below;
	const Root *root = what[0] == '/' ? roots_find_path(app->roots, what, &below) : NULL;
	ObjectId id;

	if (root != NULL) {
		const int64_t moved = state_find_settled(app->state, root->uuid, below);

		return moved != 0 ? moved : avu_hash_strings(60, "item", root->uuid, below, NULL);
	}
	return strlen(what) < OBJECT_ID_MAX && object_id_parse(what, &id) ? id.item : 0;
}

/* By title, the first of that name. */
static void
search_title(Explanation *explanation, const char *title)
{
	const CatalogueSink sink = { skip_container, explain_item, explanation };
	const CataloguePage page = { .count = 1 };
	const AvuPropertySet known = catalogue_get_search_properties();
	g_autoptr(GString) escaped = g_string_new(title);
	AvuContentResult result;
	ObjectId root = { 0 };

	(void)object_id_parse("0", &root);
	(void)g_string_replace(escaped, "\\", "\\\\", 0);
	(void)g_string_replace(escaped, "\"", "\\\"", 0);
	g_autofree char *text = g_strdup_printf(
		"upnp:class derivedfrom \"object.item\" and dc:title = \"%s\"", escaped->str);
	g_autoptr(AvuQuery) query = avu_query_parse(text, &known, NULL);

	if (query != NULL) { /* nothing found: told by who asks */
		(void)catalogue_search(explanation->app->catalogue, root.container, query, &page,
			&sink, &result, NULL);
	}
}

/* "WHO\tITEM" */
static char *
answer_explain(App *app, const char *operands)
{
	const char *tab = strchr(operands, '\t');
	g_autofree char *who = g_strndup(operands, strcspn(operands, "\t"));
	g_autoptr(GError) error = NULL;
	g_autoptr(ClientView) client = clients_find(app->clients, who, &error);
	Explanation explanation = { app, client, NULL };
	const CatalogueSink sink = { skip_container, explain_item, &explanation };

	if (client == NULL || tab == NULL) {
		return g_strdup(client == NULL ? error->message : "explain CLIENT ITEM");
	}
	int64_t id = find_id(app, tab + 1);

	if (id != 0) {
		(void)catalogue_get_item(app->catalogue, id, 0, &sink, NULL);
	} else {
		search_title(&explanation, tab + 1);
	}
	if (explanation.answer == NULL) {
		g_autofree char *shown = avu_text_for_display(tab + 1, APP_NAME_MAX_BYTES);

		return g_strdup_printf(
			"%s is no item: name it by its object id, its path or its title", shown);
	}
	return explanation.answer;
}

/* "KEY\tPROFILE"; without a profile it is recognised again */
static char *
answer_set(App *app, const char *operands)
{
	const char *tab = strchr(operands, '\t');
	g_autofree char *key = g_strndup(operands, strcspn(operands, "\t"));
	g_autoptr(GError) error = NULL;

	return clients_override(app->clients, key, tab != NULL ? tab + 1 : NULL, &error)
		       ? g_strdup(SERVER_OK)
		       : g_strdup(error->message);
}

char *
app_answer_clients(App *app, const char *request)
{
	static const struct {
		const char *word;
		char *(*answer)(App *app, const char *operands);
	} rows[] = {
		{ SERVER_CLIENTS_SET " ", answer_set },
		{ SERVER_EXPLAIN " ", answer_explain },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (g_str_has_prefix(request, rows[i].word)) {
			return rows[i].answer(app, request + strlen(rows[i].word));
		}
	}
	return g_str_equal(request, SERVER_CLIENTS) ? clients_format_json(app->clients) : NULL;
}
