/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A worker that lies, for test-pool and test-hostile: the hint of a batch's first file, of a job or of a conversion
 * says how. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <av-upnp/spawner.h>

#include "mediaserver/workers/convert-request.h"
#include "mediaserver/workers/index-result.h"
#include "mediaserver/workers/job.h"
#include "mediaserver/workers/probe-result.h"
#include "tests/unit/mediaserver/workers/stub-scripts.h"

static void
send_number(uint16_t type, uint32_t number)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	(void)avu_frame_send(AVU_HELPER_FD, type, &payload, NULL, 0, NULL);
}

static void
put_result(AvuFrameWriter *payload, int64_t file)
{
	g_auto(AvuFrameWriter) one = { NULL };
	ProbeResult result;

	probe_result_init(&result);
	result.file = file;
	result.outcome = PROBE_OK;
	result.title = (char *)"told";
	avu_frame_writer_init(&one);
	probe_result_put(&result, &one);
	avu_frame_put_bytes(payload, one.bytes->data, one.bytes->len);
}

/* Of n files in one frame, and cut octets less than that. */
static void
send_results(uint32_t number, int64_t first, uint32_t n, unsigned cut)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	for (uint32_t i = 0; i < n; i++) {
		put_result(&payload, first + i);
	}
	g_byte_array_set_size(payload.bytes, payload.bytes->len - cut);
	(void)avu_frame_send(AVU_HELPER_FD, WORKER_RESULT, &payload, NULL, 0, NULL);
}

static void
send_result(uint32_t number, int64_t file)
{
	send_results(number, file, 1, 0);
}

static void
serve(uint32_t number, uint32_t n, const char *how)
{
	if (g_str_equal(how, "die")) {
		_exit(1);
	}
	if (g_str_equal(how, "beyond")) {
		send_result(number, n);
	} else if (g_str_equal(how, "twice")) {
		send_result(number, 0);
		send_result(number, 0);
	} else if (g_str_equal(how, "number")) {
		send_result(number + 1, 0);
	} else if (g_str_equal(how, "type")) {
		send_number(99, number);
	} else if (g_str_equal(how, "short")) {
		send_number(WORKER_RESULT, number);
	} else if (g_str_equal(how, "cut")) {
		send_results(number, 0, n, 1);
	} else if (g_str_equal(how, "together")) {
		send_results(number, 0, n, 0);
		send_number(WORKER_DONE, number);
	} else if (g_str_equal(how, "part")) {
		send_result(number, 0);
		send_number(WORKER_DONE, number);
	} else {
		for (uint32_t i = 0; i < n; i++) {
			send_result(number, i);
		}
		send_number(WORKER_DONE, number);
	}
}

static void
send_answer(uint16_t type, uint32_t number, uint32_t outcome, bool whole)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	avu_frame_put_u32(&payload, outcome);
	if (whole) {
		avu_frame_put_bytes(&payload, "told", 4);
	}
	(void)avu_frame_send(AVU_HELPER_FD, type, &payload, NULL, 0, NULL);
}

/* Of 9 s, with points at octets 100 and 200. */
static void
send_index(uint32_t number)
{
	IndexPoint points[] = { { AVU_NS_PER_S, 100 }, { 2 * AVU_NS_PER_S, 200 } };
	const IndexResult result = { .duration_ns = 9 * AVU_NS_PER_S, .n = 2, .points = points };
	g_auto(AvuFrameWriter) answer = { NULL };
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&answer);
	index_result_put(&result, &answer);
	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	avu_frame_put_u32(&payload, WORKER_OK);
	avu_frame_put_bytes(&payload, answer.bytes->data, answer.bytes->len);
	(void)avu_frame_send(AVU_HELPER_FD, WORKER_ANSWER, &payload, NULL, 0, NULL);
}

/* Until who asked moves the offset, which is his, too; writing would make another file of it. */
static void
wait_for_offset(int fd)
{
	while (lseek(fd, 0, SEEK_CUR) == 0) {
		g_usleep(1000);
	}
}

/* One that takes long, and one that takes for ever. */
static bool
serve_long_job(uint32_t number, uint32_t kind, int fd, const char *how)
{
	const bool never = g_str_equal(how, "never");

	if (!never && !g_str_equal(how, "late")) {
		return false;
	}
	if (never || kind != WORKER_SUBTITLE_LONG) {
		send_answer(WORKER_ANSWER, number, WORKER_UNFINISHED, true);
	} else {
		wait_for_offset(fd);
		send_index(number);
	}
	return true;
}

static void
serve_job(uint32_t number, const char *how)
{
	if (g_str_equal(how, "die")) {
		_exit(1);
	}
	if (g_str_equal(how, "number")) {
		send_answer(WORKER_ANSWER, number + 1, WORKER_OK, true);
	} else if (g_str_equal(how, "type")) {
		send_answer(WORKER_RESULT, number, WORKER_OK, true);
	} else if (g_str_equal(how, "short")) {
		send_answer(WORKER_ANSWER, number, WORKER_OK, false);
	} else if (g_str_equal(how, "outcome")) {
		send_answer(WORKER_ANSWER, number, WORKER_OUTCOMES, true);
	} else if (g_str_equal(how, "none")) {
		send_answer(WORKER_ANSWER, number, WORKER_UNSUITABLE, true);
	} else if (g_str_equal(how, "io")) {
		send_answer(WORKER_ANSWER, number, WORKER_UNREADABLE, true);
	} else if (g_str_equal(how, "index")) {
		send_index(number);
	} else {
		send_answer(WORKER_ANSWER, number, WORKER_OK, true);
	}
}

static unsigned measurements_fail;

static void
send_outcome(uint32_t number, uint32_t outcome)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	avu_frame_put_u32(&payload, outcome);
	avu_frame_put_bytes(&payload, NULL, 0);
	(void)avu_frame_send(AVU_HELPER_FD, WORKER_ANSWER, &payload, NULL, 0, NULL);
}

/* In capitals: what comes out is known, and is not what went in. */
static void
copy_in_capitals(int to, int from)
{
	char octets[4096];
	ssize_t got;

	while ((got = read(from, octets, sizeof(octets))) > 0) {
		for (ssize_t i = 0; i < got; i++) {
			octets[i] = g_ascii_toupper(octets[i]);
		}
		if (write(to, octets, (size_t)got) < 0) {
			return;
		}
	}
}

/* "flac" is made something else; "wav" ends the worker's child before its first octet. */
static void
serve_conversion(AvuFrame *frame, uint32_t number)
{
	AvuFrameReader reader = avu_frame_reader(frame);
	g_auto(ConvertRequest) request = { 0 };
	uint32_t seed;

	(void)avu_frame_take_u32(&reader);
	if (!convert_request_take(&reader, &request)) {
		return;
	}
	if (script_parse(request.hint, &seed)) {
		script_convert(seed, number, frame->fds[0]);
		frame->fds[0] = -1;
		return;
	}
	const bool able = g_strcmp0(request.hint, "flac") == 0;

	if (able) {
		copy_in_capitals(frame->fds[0], frame->fds[1]);
	}
	avu_frame_close_fds(frame);
	send_outcome(number, able ? WORKER_OK : WORKER_DIED);
}

/* The niceness of the command line says how many measurements fail, in three ways. */
static void
serve_measurement(AvuFrame *frame, uint32_t number)
{
	static const int64_t good[] = { 100000000, 40000000, 50000000, 60000000, 70000000 };
	static const int64_t nonsense[] = { -1, 1, 1, 1, 1 };
	static unsigned n;
	const unsigned nth = n++;
	const bool fails = nth < measurements_fail;
	const int64_t *figures = fails && nth % 3 == 0 ? nonsense : good;
	const size_t len = fails && nth % 3 == 1 ? sizeof(good) - 1 : sizeof(good);

	if (!fails || nth % 3 != 2) {
		(void)!write(frame->fds[0], figures, len);
	}
	avu_frame_close_fds(frame);
	send_outcome(number, fails && nth % 3 != 0 ? WORKER_DIED : WORKER_OK);
}

static void
serve_frame(AvuFrame *frame)
{
	AvuFrameReader reader = avu_frame_reader(frame);
	uint32_t number = avu_frame_take_u32(&reader);
	uint32_t n = avu_frame_take_u32(&reader);
	g_autofree char *how = avu_frame_take_string(&reader, PROBE_HINT_MAX);
	uint32_t seed;

	if (frame->type == WORKER_MEASURE) {
		serve_measurement(frame, number);
	} else if (frame->type == WORKER_CONVERT) {
		serve_conversion(frame, number);
	} else if (frame->type == WORKER_CONVERT_END) {
		return;
	} else if (script_parse(how, &seed)) {
		script_answer(seed, frame->type == WORKER_JOB ? n : 0, number, n);
	} else if (frame->type == WORKER_JOB) {
		if (!serve_long_job(number, n, frame->fds[0], how != NULL ? how : "")) {
			serve_job(number, how != NULL ? how : "");
		}
	} else {
		serve(number, n, how != NULL ? how : "");
	}
}

int
main(int argc, char **argv)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	AvuFrame frame = { 0 };

	avu_helper_begin("worker");
	(void)signal(SIGPIPE, SIG_IGN); /* who reads what is made may leave */
	if (argc > 1 && g_str_equal(argv[1], "convert")) {
		const ConvertAbility ability = { 0 };
		g_auto(AvuFrameWriter) payload = { NULL };

		measurements_fail = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
		avu_frame_writer_init(&payload);
		convert_ability_put(&ability, &payload);
		(void)avu_frame_send(AVU_HELPER_FD, WORKER_ABLE, &payload, NULL, 0, NULL);
	}
	while (avu_frame_receive(AVU_HELPER_FD, buffer, &frame, NULL)) {
		serve_frame(&frame);
		avu_frame_close_fds(&frame);
	}
	return EXIT_SUCCESS;
}
