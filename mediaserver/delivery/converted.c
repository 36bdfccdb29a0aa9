/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a URL to a conversion. The name is looked up in the table of recipes and goes no further
 * (SEC-160). Runs on the connection's thread. */
#include "mediaserver/delivery/converted.h"

#include <string.h>

#include <av-upnp/delivery.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/convert/convert-source.h"
#include "mediaserver/convert/kept-source.h"
#include "mediaserver/convert/speed-source.h"
#include "mediaserver/delivery/subtitle-files.h"

/* One request. */
typedef struct {
	const Converted *converted;
	int64_t item;
	const Recipe *recipe;
	const AvuClientProfile *client;
	bool planned;
	bool full; /* it could be made, but not now */
	ConvertSourceSpec spec;
} Question;

static const Recipe *
parse_name(const char *name)
{
	g_autofree char *recipe = g_strndup(name, strcspn(name, "."));

	return recipe_find(recipe);
}

/* The item is only there while this runs. */
static void
on_item(const Item *item, void *data)
{
	Question *question = data;
	ConvertMachine whole, machine;

	conversions_get_machine(question->converted->conversions, &whole);
	machine = convert_machine_for(&whole, question->client);
	question->planned = convert_plan(question->recipe, item, &machine, &question->spec.plan);
	if (!question->planned) {
		/* is it the machine that has no room? */
		machine.able = conversions_get_ability(question->converted->conversions);
		question->full =
			convert_plan(question->recipe, item, &machine, &question->spec.plan);
	}
	question->spec.start_ns = MAX(item->start_ns, 0);
	question->spec.piece = item->start_ns >= 0;
}

static void
on_container(const Container *container, void *data)
{
	(void)container, (void)data; /* no conversion of a folder */
}

static AvuHttpResponse *
refuse_busy(void)
{
	AvuHttpResponse *response =
		avu_http_response_new_error(503, "as much is converted as this machine can");

	avu_http_response_set_header(response, "Retry-After", "10");
	return response;
}

/* One that was kept. */
typedef struct {
	FileAnswers *indexes;
	int fd;      /* -1: there is none */
	bool making; /* it is being made, and can be read with who does */
	uint64_t size_octets;
	const char *extension;
} KeptFile;

static AvuTimeIndex *
get_index(void *data, GError **error)
{
	const KeptFile *file = data;
	struct stat st;

	if (fstat(file->fd, &st) < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "it cannot be looked at");
		return NULL;
	}
	return file_answers_get(
		file->indexes, file->fd, &st, file->extension, /* question = */ NULL, error);
}

/* @return what makes it, or what was kept of it when that was made before */
static AvuMediaSource *
choose_source(Question *question, const struct stat *st, KeptFile *file)
{
	Kept *kept = conversions_get_kept(question->converted->conversions);
	const ConvertPlan *plan = &question->spec.plan;
	char key[KEPT_KEY_LEN + 1];

	if (kept == NULL) {
		return convert_source_new(&question->spec);
	}
	kept_make_key(st, question->spec.hint, question->spec.piece ? question->spec.start_ns : -1,
		plan, key);
	question->spec.key = key;
	AvuMediaSource *made = convert_source_new(&question->spec);

	question->spec.key = NULL; /* copied */
	file->fd = kept_open(kept, key, &file->size_octets);
	if (file->fd < 0) {
		file->making =
			makings_has(conversions_get_makings(question->converted->conversions), key);
		return made;
	}
	return kept_source_new(made, file->fd, file->size_octets, plan, get_index, file);
}

/* @param fd  the source's, if it has one */
static AvuMediaSource *
add_speeds(const Question *question, AvuMediaSource *plain, int fd)
{
	g_auto(ConvertRequest) request = { 0 };

	convert_source_ask(&question->spec, &request);
	return speed_source_new(
		plain, question->spec.conversions, fd, question->spec.player, &request);
}

static AvuHttpResponse *
deliver(const AvuHttpRequest *request, const ClientView *client, Question *question,
	CurrentFile *current, const char *log_name)
{
	const char *dot = strrchr(current->file->path, '.');
	g_autofree char *hint = dot != NULL ? g_ascii_strdown(dot + 1, -1) : NULL;

	client_view_complete_plan(client, &question->spec.plan);
	const ConvertPlan plan = question->spec.plan;
	AvuDlnaParameters dlna = convert_plan_get_dlna(&plan);
	const ItemKind kind = plan.recipe->kind == RECIPE_AUDIO ? ITEM_AUDIO : ITEM_VIDEO;
	const char *mime = plan.mime;

	/* as it was offered: content/emission.c */
	client_view_name_converted(client, kind, &mime, &dlna);
	g_autofree char *features = avu_dlna_format_features(&dlna);
	g_autofree char *caption = subtitle_files_dup_url(
		request, client_view_get_profile(client), question->item, current->file->subtitles);

	question->spec.conversions = question->converted->conversions;
	question->spec.fd = avu_steal_fd(&current->fd);
	question->spec.player = avu_http_request_get_socket(request);
	question->spec.hint = hint != NULL && strlen(hint) <= CONVERT_HINT_MAX ? hint : NULL;
	KeptFile file = { question->converted->indexes, -1, false, 0, plan.recipe->extension };
	AvuMediaSource *source = choose_source(question, &current->st, &file);

	if (file.fd < 0 && !file.making && !question->planned) {
		avu_media_source_free(source);
		return refuse_busy();
	}
	if (dlna.speeds != NULL) {
		source = add_speeds(question, source, question->spec.fd);
	}
	const AvuDelivery delivery = {
		.source = source,
		.kind = kind == ITEM_AUDIO ? AVU_MEDIA_AUDIO : AVU_MEDIA_VIDEO,
		.mime = mime,
		.client = client_view_get_profile(client),
		.content_features = features,
		.modified_s = current->st.st_mtim.tv_sec,
		.duration_ns = plan.duration_ns,
		.bitrate_bps = plan.bitrate_bps,
		.caption_url = caption,
		.log_name = log_name,
	};

	return avu_deliver(request, &delivery);
}

AvuHttpResponse *
converted_deliver(const AvuHttpRequest *request, const Converted *converted, int64_t item,
	const char *name, const char *log_name)
{
	Question question = { .converted = converted, .item = item, .recipe = parse_name(name) };
	const CatalogueSink sink = { on_container, on_item, &question };
	g_auto(CurrentFile) current = CURRENT_FILE_NONE;
	g_autoptr(ClientView) client = clients_identify_request(converted->clients, request);
	g_autoptr(GError) error = NULL;

	question.client = client_view_get_profile(client);
	if (question.recipe == NULL || converted->conversions == NULL) {
		return avu_http_response_new_error(404, "no such resource");
	}
	/* the file first: what is planned is planned of what was probed of it */
	AvuHttpResponse *wrong =
		current_file_open(converted->files, item, CURRENT_FILE_WAIT_NS, &current);

	if (wrong != NULL) {
		return wrong;
	}
	if (!catalogue_get_item(converted->catalogue, item, 0, &sink, &error)) {
		return g_error_matches(error, AVU_UPNP_ERROR, 701)
			       ? avu_http_response_new_error(404, "no such resource")
			       : avu_http_response_new_error(503, "the catalogue is busy");
	}
	if (!question.planned && !question.full) {
		return avu_http_response_new_error(404, "no such resource");
	}
	return deliver(request, client, &question, &current, log_name);
}
