/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pure, any thread, both ends. */
#include "mediaserver/workers/subtitle-request.h"

#include <string.h>

#include "mediaserver/workers/charsets.h"

#define FRAME_RATE_MAX_MHZ 1000000

GBytes *
subtitle_request_to_question(const SubtitleRequest *request)
{
	g_auto(AvuFrameWriter) question = { NULL };

	avu_frame_writer_init(&question);
	avu_frame_put_i64(&question, request->track);
	avu_frame_put_u32(&question, request->form);
	avu_frame_put_i64(&question, request->charset);
	avu_frame_put_i64(&question, request->frame_rate_mhz);
	avu_frame_put_i64(&question, request->wait_s);
	avu_frame_put_string(&question, request->type);
	avu_frame_put_string(&question, request->language);
	return g_bytes_new(question.bytes->data, question.bytes->len);
}

static bool
is_language(const char *text)
{
	for (; *text != '\0'; text++) {
		if (!g_ascii_isalnum(*text) && *text != '-') {
			return false;
		}
	}
	return true;
}

bool
subtitle_request_take(AvuFrameReader *reader, SubtitleRequest *ret_request)
{
	SubtitleRequest *request = ret_request;
	const char *const *charsets = charsets_list();

	*request = (SubtitleRequest){ .track = avu_frame_take_i64(reader) };
	request->form = (SubtitleForm)avu_frame_take_u32(reader);
	request->charset = avu_frame_take_i64(reader);
	request->frame_rate_mhz = avu_frame_take_i64(reader);
	request->wait_s = avu_frame_take_i64(reader);
	g_autofree char *type = avu_frame_take_string(reader, SUBTITLE_TYPE_MAX);
	g_autofree char *language = avu_frame_take_string(reader, SUBTITLE_LANGUAGE_MAX);

	if (!avu_frame_reader_finish(reader) || type == NULL || language == NULL ||
		!is_language(language)) {
		return false;
	}
	(void)g_strlcpy(request->type, type, sizeof(request->type));
	(void)g_strlcpy(request->language, language, sizeof(request->language));
	return request->track >= -1 && request->track < SUBTITLE_TRACKS_MAX &&
	       request->form < SUBTITLE_FORMS &&
	       (request->track < 0 || request->form != SUBTITLE_SAME) && request->charset >= -1 &&
	       request->charset < (int64_t)g_strv_length((char **)(uintptr_t)charsets) &&
	       request->frame_rate_mhz >= -1 && request->frame_rate_mhz <= FRAME_RATE_MAX_MHZ &&
	       request->wait_s >= 0 && request->wait_s <= SUBTITLE_WAIT_MAX_S;
}

GBytes *
subtitle_answer_take(AvuFrameReader *reader)
{
	const size_t len = (size_t)(reader->end - reader->at);
	const char *text = (const char *)reader->at;

	if (len == 0 || len > SUBTITLE_OCTETS_MAX || !g_utf8_validate_len(text, len, NULL)) {
		return NULL;
	}
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < 0x20 && text[i] != '\t' && text[i] != '\n') {
			return NULL;
		}
	}
	return g_bytes_new(text, len);
}
