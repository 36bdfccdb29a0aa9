/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the television is told and when; how is the affair of the helper cec. */

#include "television.h"

#include <av-upnp/error.h>
#include <av-upnp/loop.h>

#include "../cec/protocol.h"
#include "../rendering/volume-curve.h"

#define TEXT_MAX 1024

struct Television {
	AvuSupervised *helper;
	const AvuEngine *engine;
	void *engine_self;
	const LocalDevice *device; /* NULL: not there yet */
	void (*value_changed)(AvuValue value, AvuChannel channel, int32_t number, void *data);
	void *data;
	int64_t standby_ns; /* 0: never */
	AvuTimer *timer;    /* until standby */
	bool has_volume;
	bool in_engine; /* the engine may be louder and quieter in its place */
	bool ready;     /* an adapter is there */
	bool active;    /* something plays, or is about to */
	bool owes_wake; /* that was not told, since the helper was down */
	unsigned volume;
	int32_t volume_db; /* the same, as it was set */
	bool mute;
	char *argv[3];
};

/* ---- to the helper */

static void
send_number(Television *tv, CecFrame type, uint32_t number)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	avu_supervised_send(tv->helper, (uint16_t)type, &payload, NULL, 0);
}

static void
on_started(AvuSupervised *helper, void *data)
{
	Television *tv = data;

	tv->helper = helper;
	tv->ready = false;
	if (tv->has_volume) {
		send_number(tv, CEC_BELIEVE, tv->volume);
		send_number(tv, CEC_PLAYS, tv->active);
	}
	/* Not again: who turned it off in the middle of a film wants it off. */
	if (tv->owes_wake) {
		tv->owes_wake = false;
		avu_supervised_send(helper, CEC_WAKE, NULL, NULL, 0);
	}
}

/* Without an adapter nobody else is there to be louder or mute. */
static void
hand_to_engine(Television *tv)
{
	if (tv->has_volume && tv->in_engine) {
		tv->engine->set_value(tv->engine_self, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER,
			tv->ready ? 0 : tv->volume_db);
		tv->engine->set_value(tv->engine_self, AVU_VALUE_MUTE, AVU_CHANNEL_MASTER,
			!tv->ready && tv->mute);
	}
}

/* Until an adapter is there the television is left as it was found. */
static void
on_set_value(void *data, AvuValue value, AvuChannel channel, int32_t number)
{
	Television *tv = data;
	const bool ours = tv->has_volume && channel == AVU_CHANNEL_MASTER &&
			  (value == AVU_VALUE_VOLUME || value == AVU_VALUE_MUTE);

	if (!ours) {
		tv->engine->set_value(tv->engine_self, value, channel, number);
		return;
	}
	if (value == AVU_VALUE_MUTE) {
		tv->mute = number != 0;
		if (tv->ready) {
			send_number(tv, CEC_MUTE, tv->mute);
		}
	} else {
		tv->volume_db = number;
		tv->volume = volume_curve_find((int16_t)MAX(number, INT16_MIN));
		send_number(tv, tv->ready ? CEC_VOLUME : CEC_BELIEVE, tv->volume);
	}
	if (!tv->ready) {
		hand_to_engine(tv);
	}
}

const AvuEngine *
television_get_engine(void)
{
	static const AvuEngine functions = { .set_value = on_set_value };

	return &functions;
}

/* ---- from the helper */

static bool
toggle(const LocalDevice *device, GError **error)
{
	g_auto(LocalFacts) facts = { NULL };

	local_facts_get(device, &facts);
	return strcmp(facts.state, "PLAYING") == 0
		       ? local_device_call(device->transport, "Pause", NULL, NULL, error)
		       : local_device_play(device, error);
}

static const struct {
	const char *action;
	bool (*press)(const LocalDevice *device, GError **error); /* NULL: the action alone */
} keys[CEC_N_KEYS] = {
	[CEC_KEY_PLAY] = { "Play", local_device_play },
	[CEC_KEY_PAUSE] = { "Pause", NULL },
	[CEC_KEY_TOGGLE] = { "Pause or Play", toggle },
	[CEC_KEY_STOP] = { "Stop", NULL },
	[CEC_KEY_NEXT] = { "Next", NULL },
	[CEC_KEY_PREVIOUS] = { "Previous", NULL },
};

static void
take_key(Television *tv, AvuFrameReader *reader)
{
	const uint32_t key = avu_frame_take_u32(reader);
	g_autoptr(GError) error = NULL;

	if (!avu_frame_reader_finish(reader) || key >= CEC_N_KEYS || tv->device == NULL) {
		return;
	}
	const bool done = keys[key].press != NULL ? keys[key].press(tv->device, &error)
						  : local_device_call(tv->device->transport,
							    keys[key].action, NULL, NULL, &error);

	if (!done) {
		g_info("remote control: %s: %s", keys[key].action, error->message);
	}
}

static void
take_audio(Television *tv, AvuFrameReader *reader)
{
	const uint32_t volume = avu_frame_take_u32(reader);
	const uint32_t mute = avu_frame_take_u32(reader);

	if (!avu_frame_reader_finish(reader) || volume > CEC_VOLUME_MAX || !tv->has_volume ||
		tv->value_changed == NULL) {
		return;
	}
	tv->volume = volume;
	tv->volume_db = volume == 0 ? AVU_VOLUME_SILENT : volume_curve_get(volume);
	tv->mute = mute != 0;
	tv->value_changed(AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, tv->volume_db, tv->data);
	tv->value_changed(AVU_VALUE_MUTE, AVU_CHANNEL_MASTER, mute != 0, tv->data);
}

/* An adapter came or went: from here on it is louder, or the engine again. */
static void
take_adapter(Television *tv, AvuFrameReader *reader, bool ready)
{
	g_autofree char *text = avu_frame_take_string(reader, TEXT_MAX);

	if (text == NULL || !avu_frame_reader_finish(reader)) {
		return;
	}
	if (ready) {
		g_message("HDMI-CEC by %s", text);
	} else {
		g_warning("%s", text);
	}
	tv->ready = ready;
	hand_to_engine(tv);
	if (ready && tv->has_volume && tv->mute) {
		send_number(tv, CEC_MUTE, true);
	}
}

static void
on_received(AvuSupervised *helper G_GNUC_UNUSED, AvuFrame *frame, void *data)
{
	Television *tv = data;
	AvuFrameReader reader = avu_frame_reader(frame);

	switch (frame->type) {
	case CEC_READY:
	case CEC_ABSENT:
		take_adapter(tv, &reader, frame->type == CEC_READY);
		break;
	case CEC_KEY:
		take_key(tv, &reader);
		break;
	case CEC_AUDIO:
		take_audio(tv, &reader);
		break;
	default:
		break;
	}
}

/* ---- what plays */

static void
on_idle(void *data)
{
	avu_supervised_send(((Television *)data)->helper, CEC_STANDBY, NULL, NULL, 0);
}

void
television_note_change(Television *tv)
{
	if (tv == NULL || tv->device == NULL) {
		return;
	}
	g_autofree char *state = avu_variables_dup(
		avu_service_get_variables(tv->device->transport), 0, NULL, "TransportState");
	const bool active = strcmp(state, "PLAYING") == 0 || strcmp(state, "TRANSITIONING") == 0;

	if (active == tv->active) {
		return;
	}
	tv->active = active;
	if (tv->has_volume) {
		send_number(tv, CEC_PLAYS, active);
	}
	avu_timer_set(tv->timer, active || tv->standby_ns == 0 ? AVU_TIME_NONE : tv->standby_ns);
	tv->owes_wake = active && !avu_supervised_is_up(tv->helper);
	if (active) {
		avu_supervised_send(tv->helper, CEC_WAKE, NULL, NULL, 0);
	}
}

/* ---- life */

Television *
television_new(const TelevisionSpec *spec)
{
	static const char *const keep_env[] = { "AV_UPNP_CEC_LIBRARY", "AV_UPNP_LOG",
		"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", NULL };
	const AvuSettings *settings = spec->settings;
	const char *port = avu_settings_get_string(settings, "CecPort");

	if (strcmp(avu_settings_get_string(settings, "Cec"), "no") == 0) {
		return NULL;
	}
	Television *tv = g_new0(Television, 1);
	const AvuSupervisedSpec helper = {
		.name = CEC_HELPER,
		.argv = (const char *const *)tv->argv,
		.keep_env = keep_env,
		.started = on_started,
		.received = on_received,
		.refused = spec->refused,
		.refused_data = spec->refused_data,
	};

	tv->engine = spec->engine;
	tv->engine_self = spec->self;
	tv->has_volume = television_has_volume(settings);
	tv->in_engine = !avu_settings_get_bool(settings, "BitPerfect");
	tv->standby_ns = avu_settings_get_int(settings, "CecStandby");
	tv->timer = avu_timer_new(NULL, AVU_TIME_NONE, on_idle, tv);
	tv->argv[0] = g_strdup(spec->name);
	tv->argv[1] = g_strdup(port != NULL ? port : "");
	tv->helper = avu_supervisor_add(spec->supervisor, &helper, tv);
	return tv;
}

void
television_free(Television *tv)
{
	if (tv == NULL) {
		return;
	}
	avu_supervised_remove(tv->helper);
	avu_timer_free(tv->timer);
	g_free(tv->argv[0]);
	g_free(tv->argv[1]);
	g_free(tv);
}

void
television_set_listener(Television *tv,
	void (*value_changed)(AvuValue value, AvuChannel channel, int32_t number, void *data),
	void *data)
{
	tv->value_changed = value_changed;
	tv->data = data;
}

void
television_set_device(Television *tv, const LocalDevice *device)
{
	if (tv != NULL) {
		tv->device = device;
	}
}
