/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where tags come from, best source first: our readers see all values and ratings, FFmpeg has what
 * they leave out. Runs in the sandboxed child. */
#include "mediaserver/worker/tags.h"

#include "mediaserver/worker/ape-tag.h"
#include "mediaserver/worker/id3v2.h"
#include "mediaserver/worker/mp4-tags.h"
#include "mediaserver/worker/tag-table.h"

/* Containers whose last octets may be an APEv2 tag. */
static const char *const ape_tagged[] = { "ape", "wv", "mpc", "mp3", "tta", NULL };

static void
add(const char *name, const char *value, void *data)
{
	tag_taker_add(data, name, value);
}

static void
add_dictionary(TagTaker *taker, const AVDictionary *tags)
{
	const AVDictionaryEntry *tag = NULL;

	while ((tag = av_dict_get(tags, "", tag, AV_DICT_IGNORE_SUFFIX)) != NULL) {
		tag_taker_add(taker, tag->key, tag->value);
	}
}

/* Ogg has its tags at the stream; of Matroska and QuickTime those are names of the tracks. */
static const AVDictionary *
stream_tags(const AVFormatContext *context)
{
	for (unsigned i = 0; i < context->nb_streams; i++) {
		if (context->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
			return context->streams[i]->metadata;
		}
	}
	return NULL;
}

void
tags_take(const ReadAt *file, const char *container, const AVFormatContext *context,
	ProbeResult *result)
{
	TagTaker taker;
	uint64_t id3;

	tag_taker_init(&taker, result, container);
	if (id3v2_find(file, container, &id3)) {
		id3v2_read(file, id3, add, &taker);
	}
	if (g_strv_contains(ape_tagged, container)) {
		tag_taker_next_source(&taker);
		ape_tag_read(file, add, &taker);
	}
	if (g_str_equal(container, "mp4")) {
		mp4_tags_read(file, add, &taker);
	}
	tag_taker_next_source(&taker);
	add_dictionary(&taker, context->metadata);
	if (g_str_equal(container, "ogg")) {
		tag_taker_next_source(&taker);
		add_dictionary(&taker, stream_tags(context));
	}
}
