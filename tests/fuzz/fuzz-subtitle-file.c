/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-17: subtitle files as the child reads them, FFmpeg's readers included. The first octet chooses type
 * and form, the rest is the file. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mediaserver/worker/subtitle.h"
#include "mediaserver/workers/subtitle-request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "srt", "vtt", "ass", "smi", "sub" };
	SubtitleRequest request = { .track = -1, .charset = -1, .frame_rate_mhz = 25000 };
	const int fd = memfd_create("fuzz", MFD_CLOEXEC);
	g_auto(AvuFrameWriter) answer = { NULL };

	g_assert_true(fd >= 0);
	if (size > 0) {
		request.form = (SubtitleForm)(data[0] % SUBTITLE_FORMS);
		(void)g_strlcpy(request.type, types[data[0] / SUBTITLE_FORMS % G_N_ELEMENTS(types)],
			sizeof(request.type));
		g_assert_true(pwrite(fd, data + 1, size - 1, 0) == (ssize_t)size - 1);
	}
	g_autoptr(GBytes) question = subtitle_request_to_question(&request);
	gsize len;
	const uint8_t *octets = g_bytes_get_data(question, &len);
	AvuFrameReader reader = { .at = octets, .end = octets + len };

	avu_frame_writer_init(&answer);
	if (subtitle_run(fd, NULL, &reader, &answer) == WORKER_OK) {
		AvuFrameReader back = { .at = answer.bytes->data,
			.end = answer.bytes->data + answer.bytes->len };
		g_autoptr(GBytes) text = subtitle_answer_take(&back);

		g_assert_nonnull(text);
	}
	(void)close(fd);
	return 0;
}
