/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-19: pictures as the thumbnail's child reads them, FFmpeg's decoders included; a target and seeds for
 * each format. What is made is a picture that the server takes. */
#include <sys/mman.h>
#include <unistd.h>

#include "mediaserver/worker/thumb.h"
#include "mediaserver/workers/thumb-request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
make(int fd, const ThumbBox *box)
{
	g_autoptr(GBytes) question = thumb_box_to_question(box);
	g_auto(AvuFrameWriter) answer = { NULL };
	gsize len;
	const uint8_t *octets = g_bytes_get_data(question, &len);
	AvuFrameReader reader = { .at = octets, .end = octets + len };

	avu_frame_writer_init(&answer);
	if (thumb_run(fd, NULL, &reader, &answer) == WORKER_OK) {
		g_autoptr(GBytes) made = g_bytes_new(answer.bytes->data, answer.bytes->len);

		g_assert_true(thumb_answer_is_good(made, box->form));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const ThumbBox boxes[] = { { THUMB_JPEG, 160, 160 }, { THUMB_PNG, 48, 48 } };
	const int fd = memfd_create("fuzz", MFD_CLOEXEC);

	g_assert_true(fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	make(fd, &boxes[size & 1]);
	(void)close(fd);
	return 0;
}
