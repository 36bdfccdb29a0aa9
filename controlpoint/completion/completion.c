/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Candidates for the word being typed. CANDIDATES_MAX of them at most; who has more types on. */
#include <string.h>

#include <net/if.h>

#include <av-upnp/object-path.h>
#include <av-upnp/text.h>

#include "address/content.h"
#include "address/device-cache.h"
#include "address/names.h"
#include "completion/completion.h"
#include "completion/typed.h"
#include "settings.h"
#include "usage.h"

#define CANDIDATES_MAX 1000
#define SERVER_MARK ":/"

typedef struct {
	Session *session;
	const Typed *typed;
	char *word; /* what was typed, folded */
	char *head; /* goes in front of each candidate again */
	Completion *completion;
} Finding;

/* @return false: enough */
static bool
add(Finding *finding, const char *text)
{
	GPtrArray *candidates = finding->completion->candidates;
	g_autofree char *folded = avu_text_fold(text);
	g_autofree char *clean = avu_text_for_display(text, strlen(text));

	if (g_str_has_prefix(folded, finding->word) && strcmp(clean, text) == 0) {
		g_ptr_array_add(candidates, g_strconcat(finding->head, text, NULL));
	}
	return candidates->len < CANDIDATES_MAX;
}

/* Devices */

typedef struct {
	Finding *finding;
	const char *suffix;
} NameSink;

static void
add_alias(const char *alias, const char *udn, void *data)
{
	const NameSink *sink = data;
	g_autofree char *text = g_strconcat(alias, sink->suffix, NULL);

	(void)udn;
	(void)add(sink->finding, text);
}

static void
add_seen(const DeviceLabel *label, void *data)
{
	add_alias(label->name, label->udn, data);
}

static void
add_devices(Finding *finding, AvuDeviceKind kind, const char *suffix)
{
	NameSink sink = { finding, suffix };
	g_autoptr(Names) names = names_load(NULL);
	g_autoptr(DeviceCache) cache = device_cache_load(NULL);

	names_each(names, add_alias, &sink);
	device_cache_each(cache, kind, add_seen, &sink);
}

static void
find_devices(Finding *finding)
{
	add_devices(finding, AVU_DEVICE_OTHER, "");
}

static void
find_renderers(Finding *finding)
{
	add_devices(finding, AVU_DEVICE_RENDERER, "");
}

static void
find_servers(Finding *finding)
{
	add_devices(finding, AVU_DEVICE_SERVER, "");
}

/* Objects */

typedef struct {
	Finding *finding;
	const char *folder;
} ChildSink;

static bool
add_child(const AvuObject *object, void *data)
{
	const ChildSink *sink = data;
	g_autofree char *title = avu_object_path_escape(object->title);
	g_autofree char *text =
		g_strconcat(sink->folder, title, object->container ? "/" : "", NULL);

	return add(sink->finding, text);
}

/* Behind the last slash that parts two titles. */
static size_t
folder_length(const char *path)
{
	size_t n = 0;

	for (size_t i = 0; path[i] != '\0'; i++) {
		if (path[i] == '\\' && path[i + 1] != '\0') {
			i++;
		} else if (path[i] == '/') {
			n = i + 1;
		}
	}
	return n;
}

static void
find_objects(Finding *finding)
{
	const char *word = finding->typed->word;
	g_autofree char *folder = g_strndup(word, folder_length(word));
	ChildSink sink = { finding, folder };
	g_auto(ContentPlace) place = { NULL, NULL };

	if (!avu_object_path_looks_like(folder)) {
		add_devices(finding, AVU_DEVICE_SERVER, SERVER_MARK);
	} else if (content_find(finding->session, folder, finding->typed->server, &place, NULL)) {
		(void)content_browse(finding->session, &place, "dc:title", add_child, &sink, NULL);
	}
}

/* A word with a slash and no server in front is both a path on the server of -s and one of this host. */
static void
find_playable(Finding *finding)
{
	find_objects(finding);
	finding->completion->files =
		finding->completion->candidates->len == 0 || finding->typed->word[0] == '\0';
}

static void
find_files(Finding *finding)
{
	finding->completion->files = true;
}

/* Services */

static void
find_services(Finding *finding)
{
	const AvuServiceSpec *const *all = avu_services();

	for (size_t i = 0; all[i] != NULL; i++) {
		(void)add(finding, all[i]->name);
	}
}

static const AvuServiceSpec *
typed_service(const Typed *typed)
{
	const AvuServiceSpec *const *all = avu_services();

	for (size_t i = 0; typed->operands[0] != NULL && all[i] != NULL; i++) {
		if (g_ascii_strcasecmp(all[i]->name, typed->operands[0]) == 0) {
			return all[i];
		}
	}
	return NULL;
}

static void
find_actions(Finding *finding)
{
	const AvuServiceSpec *service = typed_service(finding->typed);

	for (const AvuActionSpec *action = service != NULL ? service->actions : NULL;
		action != NULL && action->name != NULL; action++) {
		(void)add(finding, action->name);
	}
}

static void
add_argument(Finding *finding, const AvuServiceSpec *service, const AvuArgumentSpec *argument)
{
	const AvuVariableSpec *variable = avu_service_find_variable(service, argument->variable);
	g_autofree char *text = g_strconcat(argument->name, "=", NULL);

	if (variable->allowed == NULL || variable->allowed[0] == NULL) {
		(void)add(finding, text);
	}
	for (size_t i = 0; variable->allowed != NULL && variable->allowed[i] != NULL; i++) {
		g_autofree char *valued = g_strconcat(text, variable->allowed[i], NULL);

		(void)add(finding, valued);
	}
}

static void
find_arguments(Finding *finding)
{
	const AvuServiceSpec *service = typed_service(finding->typed);
	const char *wanted = finding->typed->operands[1];

	for (const AvuActionSpec *action = service != NULL ? service->actions : NULL;
		action != NULL && action->name != NULL; action++) {
		if (g_ascii_strcasecmp(action->name, wanted) != 0) {
			continue;
		}
		for (const AvuArgumentSpec *a = action->arguments; a != NULL && a->name != NULL;
			a++) {
			if (a->direction == AVU_IN) {
				add_argument(finding, service, a);
			}
		}
	}
}

static void (*const finders[OPERAND_KINDS])(Finding *finding) = {
	[OPERAND_OBJECT] = find_objects,
	[OPERAND_PLAYABLE] = find_playable,
	[OPERAND_FILE] = find_files,
	[OPERAND_DEVICE] = find_devices,
	[OPERAND_RENDERER] = find_renderers,
	[OPERAND_SERVER] = find_servers,
	[OPERAND_SERVICE] = find_services,
	[OPERAND_ACTION] = find_actions,
	[OPERAND_ARGUMENT] = find_arguments,
};

static void
find_operand(Finding *finding)
{
	const Typed *typed = finding->typed;

	if (typed->index >= typed->command->max_operands) {
		return;
	}
	const OperandSpec *spec =
		&typed->command->operand_specs[MIN(typed->index, COMMAND_OPERANDS - 1)];

	for (size_t i = 0; spec->get_word != NULL && spec->get_word(i) != NULL; i++) {
		(void)add(finding, spec->get_word(i));
	}
	if (finders[spec->kind] != NULL) {
		finders[spec->kind](finding);
	}
}

/* Options and verbs */

static void
find_interfaces(Finding *finding)
{
	struct if_nameindex *list = if_nameindex();

	for (size_t i = 0; list != NULL && list[i].if_name != NULL; i++) {
		(void)add(finding, list[i].if_name);
	}
	if_freenameindex(list);
}

static void
find_value(Finding *finding)
{
	static const struct {
		const char *key;
		void (*find)(Finding *finding);
	} values[] = {
		{ "Renderer", find_renderers },
		{ "Server", find_servers },
		{ "Interface", find_interfaces },
		{ "Report", find_files },
		{ "Config", find_files },
	};
	const AvuSettingSpec *option = finding->typed->option;

	for (size_t i = 0; option->allowed != NULL && option->allowed[i] != NULL; i++) {
		(void)add(finding, option->allowed[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		if (strcmp(values[i].key, option->key) == 0) {
			values[i].find(finding);
		}
	}
}

static void
find_options(Finding *finding)
{
	for (const AvuSettingSpec *spec = control_point_settings; spec->key != NULL; spec++) {
		g_autofree char *flag = g_strconcat("--", spec->flag, NULL);

		if (spec->flag != NULL && usage_knows_option(finding->typed->command, spec->key)) {
			(void)add(finding, flag);
		}
	}
}

static void
find_verbs(Finding *finding)
{
	for (size_t i = 0; commands[i] != NULL; i++) {
		(void)add(finding, commands[i]->name);
	}
}

void
completion_find(Session *session, const char *const *words, Completion *ret_completion)
{
	const Typed typed = typed_read(words);
	const char *last = typed.word - typed.n_head;
	g_autofree char *word = avu_text_fold(typed.word);
	g_autofree char *head = g_strndup(last, (gsize)typed.n_head);
	Finding finding = { session, &typed, word, head, ret_completion };

	*ret_completion = (Completion){ .candidates = g_ptr_array_new_with_free_func(g_free) };
	if (typed.option != NULL) {
		find_value(&finding);
	} else if (typed.word[0] == '-' && !typed.operands_only) {
		find_options(&finding);
	} else if (!typed.verb_given) {
		find_verbs(&finding);
	} else if (typed.command != NULL) {
		find_operand(&finding);
	}
}

void
completion_clear(Completion *completion)
{
	g_clear_pointer(&completion->candidates, g_ptr_array_unref);
}
