/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is asked about clients over the control socket. Main thread; what is read from the catalogue for
 * it, which may take as long as any query, on a thread beside. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/hash.h>
#include <av-upnp/text.h>

#include "mediaserver/app-private.h"
#include "mediaserver/content/object-id.h"
#include "mediaserver/local/explain.h"

/* At once; who asks is told at the socket when there are more. */
#define EXPLANATIONS_MAX 8

typedef struct {
	App *app;
	uint64_t ticket;
	ClientView *client;
	char *item;   /* as it was asked for */
	char *answer; /* NULL: not found yet */
} Explanation;

static void
explanation_free(void *data)
{
	Explanation *explanation = data;

	client_view_unref(explanation->client);
	g_free(explanation->item);
	g_free(explanation->answer);
	g_free(explanation);
}

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

static void
tell(void *data)
{
	const Explanation *explanation = data;

	if (explanation->app->control != NULL) { /* else it ends */
		avu_local_control_answer(
			explanation->app->control, explanation->ticket, explanation->answer);
	}
}

/* On the thread beside. */
static void
explain(void *data, void *user_data)
{
	Explanation *explanation = data;
	App *app = user_data;
	const CatalogueSink sink = { skip_container, explain_item, explanation };
	const int64_t id = find_id(app, explanation->item);

	if (id != 0) {
		(void)catalogue_get_item(app->catalogue, id, 0, &sink, NULL);
	} else {
		search_title(explanation, explanation->item);
	}
	if (explanation->answer == NULL) {
		g_autofree char *shown =
			avu_text_for_display(explanation->item, APP_NAME_MAX_BYTES);

		explanation->answer = g_strdup_printf(
			"%s is no item: name it by its object id, its path or its title", shown);
	}
	avu_mailbox_post(app->mailbox, tell, explanation, explanation_free);
}

/* "WHO\tITEM" */
static char *
answer_explain(App *app, const char *operands)
{
	const char *tab = strchr(operands, '\t');
	g_autofree char *who = g_strndup(operands, strcspn(operands, "\t"));
	g_autoptr(GError) error = NULL;
	g_autoptr(ClientView) client = clients_find(app->clients, who, &error);

	if (client == NULL || tab == NULL) {
		return g_strdup(client == NULL ? error->message : "explain CLIENT ITEM");
	}
	if (app->explainer == NULL) {
		app->explainer = g_thread_pool_new_full(
			explain, app, explanation_free, 1, /* exclusive = */ FALSE, NULL);
	}
	if (g_thread_pool_unprocessed(app->explainer) >= EXPLANATIONS_MAX) {
		return g_strdup("too much is asked at once");
	}
	Explanation *explanation = g_new0(Explanation, 1);

	explanation->app = app;
	explanation->ticket = avu_local_control_defer(app->control);
	explanation->client = g_steal_pointer(&client);
	explanation->item = g_strdup(tab + 1);
	(void)g_thread_pool_push(
		app->explainer, explanation, NULL); /* no thread: when there is one */
	return NULL;
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

bool
app_answer_clients(App *app, const char *request, char **ret_answer)
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
			*ret_answer = rows[i].answer(app, request + strlen(rows[i].word));
			return true;
		}
	}
	if (g_str_equal(request, SERVER_CLIENTS)) {
		*ret_answer = clients_format_json(app->clients);
		return true;
	}
	return false;
}
