/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cec: speaks to the television over HDMI for av-renderer.
 *
 * One thread that does one thing at a time, since calls to the bus wait for it; frames that came
 * meanwhile are taken before the next, so that of twenty wishes of a slider the last one counts.
 * Threads of libcec write a note of one octet to a pipe. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/frame.h>
#include <av-upnp/log.h>
#include <av-upnp/spawner.h>

#include "bus.h"
#include "confine.h"
#include "steps.h"

#define NOTE_LOST 0xff               /* others are keys */
#define AGAIN_NS (10 * AVU_NS_PER_S) /* looks for an adapter */
/* Asks how loud it is: a question and its answer take a sixth of a second of the bus. Rarely where nobody
 * answers, or nothing plays: then the television may be off, and some wake at every word. */
#define LOOK_NS AVU_NS_PER_S
#define LOOK_RARELY_NS (30 * AVU_NS_PER_S)

typedef struct {
	CecBus *bus; /* NULL: there will be none */
	const char *port;
	bool open;
	bool outdated; /* what may be opened was settled before an adapter came */
	int notes[2];
	const CecNodes *nodes;
	bool wants_wake, wants_standby, watches, plays;
	int wanted_mute; /* -1: nothing is wanted */
	CecSteps steps;
	CecAudio told;
	char *sentence; /* told last; NULL: none */
	int64_t due_ns; /* next look for an adapter, or for the volume */
} Helper;

static void
on_key(CecKey key, void *data)
{
	const uint8_t note = (uint8_t)key;

	/* a full pipe: nobody presses keys so fast */
	(void)!write(((const Helper *)data)->notes[1], &note, 1);
}

static void
on_lost(void *data)
{
	const uint8_t note = NOTE_LOST;

	(void)!write(((const Helper *)data)->notes[1], &note, 1);
}

/* ---- what is told */

static void
send_frame(CecFrame type, const AvuFrameWriter *payload)
{
	/* a channel that is closed ends the helper when it reads from it */
	(void)avu_frame_send(AVU_HELPER_FD, (uint16_t)type, payload, NULL, 0, NULL);
}

static void
send_text(CecFrame type, const char *text)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, text);
	send_frame(type, &payload);
}

static void
tell_absent(Helper *helper, const GError *error)
{
	if (g_strcmp0(helper->sentence, error->message) != 0) {
		g_free(helper->sentence);
		helper->sentence = g_strdup(error->message);
		send_text(CEC_ABSENT, helper->sentence);
	}
	helper->wants_wake = false; /* not in ten minutes, when somebody plugs it in */
	helper->wants_standby = false;
	helper->wanted_mute = -1;
	helper->steps.wanted = -1;
}

static void
tell_key(uint32_t key)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, key);
	send_frame(CEC_KEY, &payload);
}

static void
send_audio(CecAudio audio)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, (uint32_t)audio.volume);
	avu_frame_put_u32(&payload, audio.mute);
	send_frame(CEC_AUDIO, &payload);
}

/* Not on the way to a volume, and once. */
static void
tell_audio(Helper *helper, CecAudio audio)
{
	cec_steps_know(&helper->steps, audio.volume);
	if (audio.volume < 0 || helper->steps.wanted >= 0 ||
		(audio.volume == helper->told.volume && audio.mute == helper->told.mute)) {
		return;
	}
	helper->told = audio;
	send_audio(audio);
}

/* ---- what is heard */

static void
take_frame(Helper *helper, const AvuFrame *frame)
{
	AvuFrameReader reader = avu_frame_reader(frame);
	const bool of_volume = frame->type >= CEC_BELIEVE && frame->type <= CEC_MUTE;
	const bool has_number = of_volume || frame->type == CEC_PLAYS;
	const uint32_t number = has_number ? avu_frame_take_u32(&reader) : 0;

	if (!avu_frame_reader_finish(&reader) || number > CEC_VOLUME_MAX) {
		return;
	}
	helper->watches |= of_volume;
	switch (frame->type) {
	case CEC_WAKE:
		helper->wants_wake = true;
		helper->wants_standby = false;
		break;
	case CEC_STANDBY:
		helper->wants_standby = true;
		break;
	case CEC_BELIEVE:
		cec_steps_believe(&helper->steps, (int)number);
		break;
	case CEC_VOLUME:
		cec_steps_want(&helper->steps, (int)number);
		helper->told.volume = -1; /* where it ends is told in any case */
		break;
	case CEC_MUTE:
		helper->wanted_mute = number != 0;
		break;
	case CEC_PLAYS:
		helper->plays = number != 0;
		helper->due_ns = MIN(helper->due_ns, avu_now_ns() + (helper->open ? 0 : AGAIN_NS));
		break;
	default:
		break;
	}
}

static void
take_notes(Helper *helper)
{
	uint8_t note;

	while (read(helper->notes[0], &note, 1) == 1) {
		if (note < CEC_N_KEYS) {
			tell_key(note);
		} else if (helper->open) {
			cec_bus_close(helper->bus);
			helper->open = false;
			helper->due_ns = avu_now_ns();
		}
	}
}

/* ---- what is done */

static void
open_bus(Helper *helper)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *adapter = NULL;

	helper->open = cec_bus_open(helper->bus, helper->port, &adapter, &error);
	helper->due_ns = avu_now_ns() + (helper->open ? 0 : AGAIN_NS);
	if (!helper->open) {
		tell_absent(helper, error);
		helper->outdated = cec_nodes_have_come(helper->nodes);
		return;
	}
	g_clear_pointer(&helper->sentence, g_free);
	helper->told = (CecAudio){ -1, false };
	send_text(CEC_READY, adapter);
}

static void
look(Helper *helper)
{
	const CecAudio audio = cec_bus_get_audio(helper->bus);

	tell_audio(helper, audio);
	helper->due_ns =
		avu_now_ns() + (audio.volume >= 0 && helper->plays ? LOOK_NS : LOOK_RARELY_NS);
}

/* One thing. @return there was one */
static bool
work(Helper *helper)
{
	int direction;

	if (helper->wants_wake) {
		helper->wants_wake = false;
		if (cec_bus_wake(helper->bus)) {
			g_message("the television was in standby: it is woken");
		}
	} else if (helper->wants_standby) {
		helper->wants_standby = false;
		if (cec_bus_standby(helper->bus)) {
			g_message("nothing plays: the television goes to standby");
		}
	} else if (helper->wanted_mute >= 0) {
		const bool mute = helper->wanted_mute != 0;

		helper->wanted_mute = -1;
		tell_audio(helper, cec_bus_mute(helper->bus, mute));
	} else if (helper->steps.wanted >= 0) {
		direction = cec_steps_next(&helper->steps);
		if (direction == 0) {
			look(helper);
			return true;
		}
		cec_steps_pressed(&helper->steps, cec_bus_step(helper->bus, direction).volume);
	} else {
		return false;
	}
	return true;
}

static void
turn(Helper *helper)
{
	const bool due = avu_now_ns() >= helper->due_ns;

	if (helper->bus == NULL) {
		return;
	}
	if (!helper->open) {
		if (due) {
			open_bus(helper);
		}
	} else if (!work(helper) && helper->watches && due) {
		look(helper);
	}
}

static int
wait_ms(const Helper *helper)
{
	if (helper->bus == NULL || (helper->open && !helper->watches && !helper->wants_wake)) {
		return -1;
	}
	return (int)(MAX(helper->due_ns - avu_now_ns(), 0) / AVU_NS_PER_MS) + 1;
}

static bool
is_busy(const Helper *helper)
{
	return helper->open && (helper->wants_wake || helper->wants_standby ||
				       helper->wanted_mute >= 0 || helper->steps.wanted >= 0);
}

static void
run(Helper *helper)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	struct pollfd fds[] = { { AVU_HELPER_FD, POLLIN, 0 }, { helper->notes[0], POLLIN, 0 } };

	while (!helper->outdated) { /* the program starts it anew */
		AvuFrame frame;
		const int n = poll(fds, G_N_ELEMENTS(fds), is_busy(helper) ? 0 : wait_ms(helper));

		if (n < 0 && errno != EINTR) {
			return;
		}
		if (n > 0 && fds[0].revents != 0) {
			if (!avu_frame_receive(AVU_HELPER_FD, buffer, &frame, NULL)) {
				return;
			}
			avu_frame_close_fds(&frame);
			take_frame(helper, &frame);
		} else if (n > 0) {
			take_notes(helper);
		} else {
			turn(helper);
		}
	}
}

int
main(int argc, char **argv)
{
	static const CecBusEvents events = { on_key, on_lost };
	Helper helper = { .wanted_mute = -1, .told = { -1, false } };
	g_autoptr(GError) error = NULL;

	avu_helper_begin(CEC_HELPER);
	(void)avu_log_init("av-renderer cec", AVU_LOG_AUTO, g_getenv("AV_UPNP_LOG"), NULL);
	if (argc != 3 || pipe2(helper.notes, O_CLOEXEC | O_NONBLOCK) != 0) {
		return EXIT_FAILURE;
	}
	g_autoptr(CecNodes) nodes = cec_nodes_new("/dev", argv[2]);

	if (!confine_cec(nodes, &error)) {
		g_warning("%s", error->message);
		return EXIT_FAILURE;
	}
	cec_steps_init(&helper.steps);
	helper.nodes = nodes;
	helper.port = argv[2];
	helper.bus = cec_bus_new(argv[1], &events, &helper, &error);
	if (helper.bus == NULL) {
		tell_absent(&helper, error);
	}
	run(&helper);
	cec_bus_free(helper.bus);
	g_free(helper.sentence);
	return EXIT_SUCCESS;
}
