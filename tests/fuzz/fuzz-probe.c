/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-18: files as the probe's child reads them, FFmpeg's demuxers included; a target and seeds for each
 * family of containers. What is said of a file gets through the frames between worker and server. */
#include <sys/mman.h>
#include <unistd.h>

#include "mediaserver/worker/probe.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	probe_warm();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int fd = memfd_create("fuzz", MFD_CLOEXEC);
	g_auto(ProbeResult) result = { 0 }, again = { 0 };
	g_auto(AvuFrameWriter) writer = { NULL };

	g_assert_true(fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	probe_result_init(&result);
	probe_result_init(&again);
	avu_frame_writer_init(&writer);
	probe_file(fd, NULL, &result);
	(void)close(fd);
	g_assert_true(result.outcome != PROBE_OK || result.container != NULL);
	probe_result_put(&result, &writer);
	AvuFrameReader reader = { .at = writer.bytes->data,
		.end = writer.bytes->data + writer.bytes->len };

	g_assert_true(probe_result_take(&reader, &again, NULL));
	g_assert_cmpint(again.outcome, ==, result.outcome);
	return 0;
}
