/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A script is a list of frames: those of a good answer, then up to three changes. When the last frame is not
 * what it should be the worker ends after it, so that nobody waits for the rest. */
#include "tests/unit/mediaserver/workers/stub-scripts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <av-upnp/spawner.h>

#include "mediaserver/workers/convert-request.h"
#include "mediaserver/workers/index-result.h"
#include "mediaserver/workers/job.h"
#include "mediaserver/workers/piece-result.h"
#include "mediaserver/workers/probe-result.h"

#define FRAMES_MAX 12

typedef struct {
	uint16_t type;
	GByteArray *payload;
	bool changed;
	bool lies; /* of its length */
	bool with_fd;
} Frame;

typedef struct {
	GRand *random;
	Frame frames[FRAMES_MAX];
	unsigned n;
	bool lacks; /* a frame of the good answer */
} Script;

static unsigned
draw(Script *script, unsigned below)
{
	return below > 0 ? g_rand_int(script->random) % below : 0;
}

static void
add(Script *script, uint16_t type, AvuFrameWriter *payload)
{
	script->frames[script->n++] =
		(Frame){ .type = type, .payload = g_steal_pointer(&payload->bytes) };
}

bool
script_parse(const char *hint, uint32_t *ret_seed)
{
	char *end = NULL;

	if (hint == NULL || hint[0] != SCRIPT_LETTER) {
		return false;
	}
	*ret_seed = (uint32_t)strtoul(hint + 1, &end, 16);
	return *end == '\0';
}

/* Good answers */

static void
put_film(AvuFrameWriter *payload, int64_t file)
{
	g_auto(AvuFrameWriter) one = { NULL };
	ProbeResult result;

	probe_result_init(&result);
	result.file = file;
	result.outcome = PROBE_OK;
	result.duration_ns = 90 * AVU_NS_PER_S;
	result.sample_hz = 48000;
	result.channels = 6;
	result.width = 1920;
	result.height = 1080;
	result.orientation = 6;
	result.title = (char *)"told\nagain";
	result.text_tracks = (char *)"3 f- ger";
	result.location = (char *)"48.858370,2.294481";
	avu_frame_writer_init(&one);
	probe_result_put(&result, &one);
	avu_frame_put_bytes(payload, one.bytes->data, one.bytes->len);
}

static void
add_batch(Script *script, uint32_t number, uint32_t n, bool lies)
{
	AvuFrameWriter payload;
	unsigned wrong = lies ? draw(script, 2 * n)
			      : n; /* among so many octets chance would rarely hit it */

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	for (uint32_t i = 0; i < n; i++) {
		put_film(&payload, i == wrong ? (int64_t)draw(script, 70) : (int64_t)i);
	}
	add(script, WORKER_RESULT, &payload);
	script->frames[0].changed = wrong < n;
	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	add(script, WORKER_DONE, &payload);
}

static void
put_good(uint32_t kind, AvuFrameWriter *answer)
{
	IndexPoint points[] = { { AVU_NS_PER_S, 100 }, { 2 * AVU_NS_PER_S, 200 } };
	const IndexResult index = { .duration_ns = 9 * AVU_NS_PER_S, .n = 2, .points = points };
	const PieceResult piece = { .offset = 10, .length = 20, .duration_ns = AVU_NS_PER_S };

	if (kind == WORKER_INDEX) {
		index_result_put(&index, answer);
	} else if (kind == WORKER_PIECE) {
		piece_result_put(&piece, answer);
	} else if (kind == WORKER_THUMB) {
		g_byte_array_append(
			answer->bytes, (const uint8_t *)"\xff\xd8\xff\xe0 a picture", 14);
	} else {
		g_byte_array_append(answer->bytes,
			(const uint8_t *)"1\n00:00:01,000 --> 00:00:02,000\n\xc3\xa9\n", 35);
	}
}

static void
add_answer(Script *script, uint32_t kind, uint32_t number)
{
	g_auto(AvuFrameWriter) answer = { NULL };
	AvuFrameWriter payload;

	avu_frame_writer_init(&answer);
	if (kind != 0) {
		put_good(kind, &answer);
	}
	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	avu_frame_put_u32(&payload, WORKER_OK);
	avu_frame_put_bytes(&payload, answer.bytes->data, answer.bytes->len);
	add(script, WORKER_ANSWER, &payload);
}

static void
add_ability(Script *script)
{
	const ConvertAbility ability = { 0 };
	AvuFrameWriter payload;

	avu_frame_writer_init(&payload);
	convert_ability_put(&ability, &payload);
	add(script, WORKER_ABLE, &payload);
}

/* Changes */

static void
flip(Script *script, Frame *frame)
{
	for (unsigned i = draw(script, 4) + 1; i > 0 && frame->payload->len > 0; i--) {
		frame->payload->data[draw(script, frame->payload->len)] ^=
			(uint8_t)(draw(script, 255) + 1);
	}
}

static void
set_number(Script *script, Frame *frame)
{
	static const uint32_t extremes[] = { 0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
		0x10000, 0xffffff };
	const unsigned words = frame->payload->len / sizeof(uint32_t);

	if (words > 0) {
		memcpy(frame->payload->data + draw(script, words) * sizeof(uint32_t),
			&extremes[draw(script, G_N_ELEMENTS(extremes))], sizeof(uint32_t));
	}
}

static void
cut(Script *script, Frame *frame)
{
	g_byte_array_set_size(frame->payload, draw(script, frame->payload->len));
}

static void
lengthen(Script *script, Frame *frame)
{
	for (unsigned i = draw(script, 300) + 1; i > 0; i--) {
		const uint8_t octet = (uint8_t)draw(script, 256);

		g_byte_array_append(frame->payload, &octet, 1);
	}
}

static void
replace(Script *script, Frame *frame)
{
	g_byte_array_set_size(frame->payload, 0);
	lengthen(script, frame);
}

static void
change_type(Script *script, Frame *frame)
{
	frame->type = (uint16_t)(draw(script, 8) > 0 ? draw(script, 12) : draw(script, 65536));
}

static void
lie(Script *script, Frame *frame)
{
	(void)script;
	frame->lies = true;
}

static void
attach(Script *script, Frame *frame)
{
	(void)script;
	frame->with_fd = true;
}

static void
drop(Script *script, Frame *frame)
{
	g_byte_array_unref(frame->payload);
	*frame = script->frames[--script->n];
	script->lacks = true;
}

static void
repeat(Script *script, Frame *frame)
{
	if (script->n < FRAMES_MAX) {
		script->frames[script->n] = *frame;
		script->frames[script->n].payload = g_byte_array_append(
			g_byte_array_new(), frame->payload->data, frame->payload->len);
		script->n++;
	}
}

static void
change(Script *script)
{
	static void (*const changes[])(Script * script, Frame * frame) = { flip, flip, set_number,
		set_number, cut, lengthen, replace, change_type, lie, attach, drop, repeat };

	for (unsigned i = draw(script, 3) + 1; i > 0 && script->n > 0; i--) {
		Frame *frame = &script->frames[draw(script, script->n)];

		frame->changed = true;
		changes[draw(script, G_N_ELEMENTS(changes))](script, frame);
	}
}

/* Sending */

static void
send_frame(Script *script, const Frame *frame)
{
	const AvuFrameWriter writer = { frame->payload };
	const int fd = STDIN_FILENO;

	if (frame->lies) {
		const uint32_t len = draw(script, 2) > 0 ? UINT32_MAX : frame->payload->len + 1;
		const uint16_t words[] = { (uint16_t)len, (uint16_t)(len >> 16), frame->type,
			(uint16_t)draw(script, 3) };

		(void)send(AVU_HELPER_FD, words, sizeof(words), MSG_NOSIGNAL);
		(void)send(AVU_HELPER_FD, frame->payload->data, frame->payload->len, MSG_NOSIGNAL);
		return;
	}
	(void)avu_frame_send(
		AVU_HELPER_FD, frame->type, &writer, &fd, frame->with_fd ? 1 : 0, NULL);
}

/* @return whoever waits for the end of it has got it */
static bool
play(Script *script)
{
	bool whole = script->n > 0 && !script->lacks;

	for (unsigned i = 0; i < script->n; i++) {
		send_frame(script, &script->frames[i]);
		whole = whole && !script->frames[i].changed;
	}
	for (unsigned i = 0; i < script->n; i++) {
		g_byte_array_unref(script->frames[i].payload);
	}
	g_rand_free(script->random);
	return whole;
}

void
script_answer(uint32_t seed, uint32_t kind, uint32_t number, uint32_t n)
{
	Script script = { .random = g_rand_new_with_seed(seed) };

	if (kind == 0) {
		add_batch(&script, number, n, seed % SCRIPT_GOOD != 0);
	} else {
		add_answer(&script, kind, number);
	}
	if (seed % SCRIPT_GOOD != 0) {
		change(&script);
	}
	if (!play(&script)) {
		_exit(EXIT_SUCCESS);
	}
}

void
script_convert(uint32_t seed, uint32_t number, int fd)
{
	static const char octets[4096];
	Script script = { .random = g_rand_new_with_seed(seed) };

	for (unsigned i = draw(&script, 9); i > 0; i--) {
		(void)!write(fd, octets, sizeof(octets));
	}
	if (draw(&script, 2) > 0) {
		add_ability(&script);
	}
	add_answer(&script, 0, number);
	if (seed % SCRIPT_GOOD != 0) {
		change(&script);
	}
	(void)close(fd);
	if (!play(&script)) {
		_exit(EXIT_SUCCESS);
	}
}
