/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-17: text beside a film in any encoding, events of ASS, the request to a worker and its answer. What
 * comes out is UTF-8 that the server takes, and no cue ends before its time. The first octet chooses the
 * language and the default. */
#include <string.h>

#include <av-upnp/text.h>

#include "mediaserver/worker/charset.h"
#include "mediaserver/worker/cue-text.h"
#include "mediaserver/workers/charsets.h"
#include "mediaserver/workers/subtitle-request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CUE_BYTES 16384

static void
check_answer(const char *text, size_t len)
{
	AvuFrameReader reader = { .at = (const uint8_t *)text, .end = (const uint8_t *)text + len };
	g_autoptr(GBytes) answer = subtitle_answer_take(&reader);

	g_assert_true(answer != NULL || len == 0);
}

static void
check_cues(const char *event, SubtitleForm form)
{
	g_auto(CueText) cues = { 0 };

	cue_text_init(&cues, form, CUE_BYTES);
	cue_text_add(&cues, 0, 1000, event);
	cue_text_add(&cues, 1000, 2000, event);
	g_assert_cmpuint(cues.n, <=, 2);
	check_answer(cues.text->str, cues.text->len);
	/* a line that is empty is the end of a cue, and of nothing else */
	const char *body =
		form == SUBTITLE_VTT ? cues.text->str + strlen("WEBVTT\n\n") : cues.text->str;
	unsigned ends = 0;

	for (const char *at = strstr(body, "\n\n"); at != NULL; at = strstr(at + 2, "\n\n")) {
		ends++;
	}
	g_assert_cmpuint(ends, ==, cues.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const languages[] = { "", "cs", "ru", "el", "zh", "zh-TW", "ja", "ko" };
	SubtitleRequest request;
	size_t len;

	if (size == 0) {
		return 0;
	}
	AvuFrameReader reader = { .at = data, .end = data + size };

	if (subtitle_request_take(&reader, &request)) {
		g_assert_cmpuint(strlen(request.language), <=, SUBTITLE_LANGUAGE_MAX);
		g_assert_true(charsets_list()[MAX(request.charset, 0)] != NULL);
	}
	reader = (AvuFrameReader){ .at = data, .end = data + size };
	g_autoptr(GBytes) answer = subtitle_answer_take(&reader);

	g_assert_true(answer == NULL || g_utf8_validate_len((const char *)data, size, NULL));
	g_autofree char *text = charset_to_utf8((const char *)data + 1, size - 1,
		languages[data[0] & 7], data[0] < 128 ? -1 : data[0] % 29, &len);
	g_autofree char *clean = avu_text_sanitize(text, len, SUBTITLE_OCTETS_MAX);

	g_assert_true(g_utf8_validate(clean, -1, NULL));
	check_answer(clean, strlen(clean));
	check_cues(clean, SUBTITLE_SRT);
	check_cues(clean, SUBTITLE_VTT);
	return 0;
}
