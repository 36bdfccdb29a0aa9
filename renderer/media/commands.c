/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames in, player calls out, and back. Main thread.
 *
 * The control process is trusted to be ours, but its frames carry foreign text and are read like any
 * other: a frame that does not parse ends the process, which is started again. */

#include <math.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "../engine/protocol.h"
#include "commands.h"
#include "hardware-mixer.h"
#include "screen.h"
#include "sink-protocols.h"

#define COMMANDS_VOLUME_NS (2 * AVU_NS_PER_S) /* so long it is seen */

struct Commands {
	AvuFrameChannel *channel;
	AvuMailbox *mailbox;
	GMainLoop *loop;
	Sinks sinks;
	HardwareMixer *hardware; /* NULL: there is none, or it is not to be used */
	uint32_t seeks;          /* number of the last one */
	unsigned volume_percent; /* for the screen */
	bool mute;
	Player *player; /* NULL: not configured yet */
	bool (*configured)(const Sinks *sinks, GError **error);
};

static void
commands_send(Commands *commands, MediaFrame type, const AvuFrameWriter *payload)
{
	g_autoptr(GError) error = NULL;

	if (!avu_frame_channel_send(commands->channel, type, payload, NULL, 0, &error)) {
		g_warning("to av-renderer: %s", error->message);
		g_main_loop_quit(commands->loop);
	}
}

static void
commands_send_value(Commands *commands, MediaFrame type, uint32_t token, uint32_t value)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, token);
	avu_frame_put_u32(&payload, value);
	commands_send(commands, type, &payload);
}

static void
commands_send_time(Commands *commands, MediaFrame type, uint32_t token, int64_t time_ns)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, token);
	avu_frame_put_i64(&payload, time_ns);
	commands_send(commands, type, &payload);
}

static void
commands_send_token(Commands *commands, MediaFrame type, uint32_t token)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, token);
	commands_send(commands, type, &payload);
}

static void
commands_tell_state(uint32_t token, AvuEngineState state, void *user_data)
{
	commands_send_value(user_data, MEDIA_STATE, token, state);
}

static void
commands_tell_started(uint32_t token, void *user_data)
{
	commands_send_token(user_data, MEDIA_TRACK_STARTED, token);
}

static void
commands_tell_ended(uint32_t token, void *user_data)
{
	commands_send_token(user_data, MEDIA_ENDED, token);
}

static void
commands_tell_failed(uint32_t token, int code, const char *sentence, void *user_data)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, token);
	avu_frame_put_u32(&payload, (uint32_t)code);
	g_autofree char *text = avu_text_for_display(sentence, MEDIA_TEXT_MAX / 4);

	avu_frame_put_string(&payload, text);
	commands_send(user_data, MEDIA_FAILED, &payload);
}

static void
commands_tell_duration(uint32_t token, int64_t duration_ns, void *user_data)
{
	commands_send_time(user_data, MEDIA_DURATION, token, duration_ns);
}

static void
commands_tell_seekable(uint32_t token, bool seekable, void *user_data)
{
	commands_send_value(user_data, MEDIA_SEEKABLE, token, seekable);
}

static void
commands_tell_position(uint32_t token, int64_t position_ns, void *user_data)
{
	Commands *commands = user_data;
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, token);
	avu_frame_put_i64(&payload, position_ns);
	avu_frame_put_u32(&payload, commands->seeks);
	commands_send(commands, MEDIA_POSITION, &payload);
}

static void
commands_tell_speed(uint32_t token, AvuPlaySpeed speed, void *user_data)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, token);
	avu_frame_put_i64(&payload, speed.numerator);
	avu_frame_put_i64(&payload, speed.denominator);
	commands_send(user_data, MEDIA_SPEED_NOW, &payload);
}

static const AvuEngineListener commands_listener = {
	.state_changed = commands_tell_state,
	.track_started = commands_tell_started,
	.ended = commands_tell_ended,
	.failed = commands_tell_failed,
	.duration_known = commands_tell_duration,
	.seekable_known = commands_tell_seekable,
	.speed_changed = commands_tell_speed,
};

/* Rights go after everything that needs them is loaded, and before the first foreign octet. */
static bool
commands_configure(Commands *commands, GError **error)
{
	commands->player = player_new(commands->mailbox, &commands->sinks, &commands_listener,
		commands_tell_position, commands, error);
	if (commands->player == NULL || !commands->configured(&commands->sinks, error)) {
		return false;
	}
	g_auto(AvuFrameWriter) payload;
	g_autofree char *protocols = sink_protocols_list();

	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, protocols);
	commands_send(commands, MEDIA_PROTOCOLS, &payload);
	return true;
}

static void
commands_on_hardware(AvuValue value, int32_t number, void *user_data)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, value);
	avu_frame_put_i64(&payload, number);
	commands_send(user_data, MEDIA_VALUE_CHANGED, &payload);
}

/* Without it the volume is made in software, as far as that is allowed. */
static void
commands_open_hardware(Commands *commands, const char *card, const char *control)
{
	g_autoptr(GError) error = NULL;

	if (card == NULL || control == NULL) {
		return;
	}
	commands->hardware = hardware_mixer_new(
		&mixer_alsa, card, control, commands_on_hardware, commands, &error);
	if (commands->hardware == NULL) {
		g_warning("%s", error->message);
	}
}

static bool
commands_on_configure(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	g_autofree char *audio = avu_frame_take_string(in, MEDIA_SINK_MAX);
	g_autofree char *video = avu_frame_take_string(in, MEDIA_SINK_MAX);
	g_autofree char *device = avu_frame_take_string(in, MEDIA_TEXT_MAX);
	bool mixing = avu_frame_take_u32(in) != 0;
	g_autofree char *card = avu_frame_take_string(in, MEDIA_TEXT_MAX);
	g_autofree char *control = avu_frame_take_string(in, MEDIA_TEXT_MAX);
	bool screen = avu_frame_take_u32(in) != 0;
	uint32_t gain = avu_frame_take_u32(in);
	int64_t preamp_db = avu_frame_take_i64(in);
	bool dop = avu_frame_take_u32(in) != 0;
	g_autoptr(GError) error = NULL;

	if (!avu_frame_reader_finish(in) || commands->player != NULL || gain >= MEDIA_N_GAINS ||
		ABS(preamp_db) > MEDIA_PREAMP_MAX_DB) {
		return false;
	}
	commands->sinks.gain = (GainWish){ (MediaGain)gain, (int)preamp_db };
	commands->sinks.audio = g_steal_pointer(&audio);
	commands->sinks.video = g_steal_pointer(&video);
	commands->sinks.device = g_steal_pointer(&device);
	commands->sinks.exact = !mixing;
	commands->sinks.dop = dop;
	commands->sinks.mixer = mixing ? mixer_new() : NULL;
	sinks_choose_video(&commands->sinks);
	if (screen && !sinks_have_screen(&commands->sinks)) {
		g_message("no screen was found for --screen");
		screen = false;
	}
	commands->sinks.window = sinks_want_window(&commands->sinks) ? window_new() : NULL;
	commands_open_hardware(commands, card, control);
	commands->sinks.volume_bar = screen ? volume_bar_new() : NULL;
	commands->sinks.screen = screen ? screen_new(commands->mailbox, &commands->sinks) : NULL;
	if (!commands_configure(commands, &error)) {
		g_warning("%s", error->message);
		g_main_loop_quit(commands->loop);
	}
	return true;
}

static bool
commands_take_gain(AvuFrameReader *in, double *ret_db)
{
	const int64_t gain = avu_frame_take_i64(in);

	*ret_db = gain != MEDIA_NO_GAIN ? (double)gain / 100 : 0;
	return gain != MEDIA_NO_GAIN;
}

static Track *
commands_take_track(AvuFrameReader *in, AvuFrame *frame)
{
	uint32_t token = avu_frame_take_u32(in);
	g_autofree char *mime = avu_frame_take_string(in, MEDIA_TEXT_MAX);
	int64_t start_ns = avu_frame_take_i64(in);
	int64_t show_ns = avu_frame_take_i64(in);

	GainTags said = { .has_track = commands_take_gain(in, &said.track_db) };

	said.has_album = commands_take_gain(in, &said.album_db);
	bool side = frame->n_fds == 2 * AVU_RING_FDS;

	if (!avu_frame_reader_finish(in) || (frame->n_fds != AVU_RING_FDS && !side) || token == 0) {
		return NULL;
	}
	Track *track = track_new(token, g_steal_pointer(&mime), start_ns, frame->fds);

	track->show_ns = MAX(show_ns, 0);
	track->said = said;
	if (side) {
		track_take_side(track, frame->fds + AVU_RING_FDS);
	}
	for (size_t i = 0; i < frame->n_fds; i++) {
		frame->fds[i] = -1;
	}
	return track;
}

static bool
commands_on_load(Commands *commands, AvuFrameReader *in, AvuFrame *frame)
{
	Track *track = commands_take_track(in, frame);

	if (track != NULL) {
		player_load(commands->player, track);
	}
	return track != NULL;
}

static bool
commands_on_load_next(Commands *commands, AvuFrameReader *in, AvuFrame *frame)
{
	Track *track = commands_take_track(in, frame);

	if (track != NULL) {
		player_load_next(commands->player, track);
	}
	return track != NULL;
}

static bool
commands_on_drop_next(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	player_drop_next(commands->player, avu_frame_take_u32(in));
	return avu_frame_reader_finish(in);
}

static bool
commands_on_play(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	player_play(commands->player);
	return avu_frame_reader_finish(in);
}

static bool
commands_on_pause(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	player_pause(commands->player);
	return avu_frame_reader_finish(in);
}

static bool
commands_on_stop(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	player_stop(commands->player);
	return avu_frame_reader_finish(in);
}

static bool
commands_on_seek(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	uint32_t token = avu_frame_take_u32(in);
	uint32_t number = avu_frame_take_u32(in);
	int64_t position_ns = avu_frame_take_i64(in);

	if (!avu_frame_reader_finish(in) || position_ns < 0) {
		return false;
	}
	commands->seeks = number;
	player_seek(commands->player, token, position_ns);
	return true;
}

/* The position that equal steps of loudness have: the cube root of the gain. */
static void
commands_show_volume(Commands *commands, AvuValue value, int32_t number)
{
	if (value == AVU_VALUE_VOLUME) {
		commands->volume_percent =
			number == AVU_VOLUME_SILENT
				? 0
				: (unsigned)lround(
					  100 * cbrt(pow(10, MIN(number, 0) / 256.0 / 20)));
	} else if (value == AVU_VALUE_MUTE) {
		commands->mute = number != 0;
	} else {
		return;
	}
	if (commands->sinks.screen != NULL) {
		screen_set_volume(commands->sinks.screen, commands->volume_percent, commands->mute,
			COMMANDS_VOLUME_NS);
		volume_bar_show(commands->sinks.volume_bar, MIN(commands->volume_percent, 100u),
			commands->mute, COMMANDS_VOLUME_NS);
	}
}

static bool
commands_on_value(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	uint32_t value = avu_frame_take_u32(in);
	uint32_t channel = avu_frame_take_u32(in);
	int64_t number = avu_frame_take_i64(in);

	if (!avu_frame_reader_finish(in) || value >= AVU_N_VALUES || channel >= AVU_N_CHANNELS ||
		number < INT32_MIN || number > INT32_MAX) {
		return false;
	}
	if (commands->hardware != NULL && channel == AVU_CHANNEL_MASTER &&
		value <= AVU_VALUE_MUTE) {
		hardware_mixer_set(commands->hardware, (AvuValue)value, (int32_t)number);
	} else if (commands->sinks.mixer != NULL) {
		mixer_set(commands->sinks.mixer, (AvuValue)value, (AvuChannel)channel,
			(int32_t)number);
	}
	picture_set(commands->sinks.picture, (AvuValue)value, (int32_t)number);
	if (avu_value_get_spec((AvuValue)value)->picture) {
		player_redraw(commands->player);
	}
	if (channel == AVU_CHANNEL_MASTER) {
		commands_show_volume(commands, (AvuValue)value, (int32_t)number);
	}
	return true;
}

static bool
commands_on_speed(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	int64_t numerator = avu_frame_take_i64(in);
	int64_t denominator = avu_frame_take_i64(in);

	if (!avu_frame_reader_finish(in) || numerator == 0 || denominator <= 0 ||
		ABS(numerator) > INT16_MAX || denominator > INT16_MAX) {
		return false;
	}
	player_set_speed(
		commands->player, (AvuPlaySpeed){ (int32_t)numerator, (int32_t)denominator });
	return true;
}

static bool
commands_on_attach(Commands *commands, AvuFrameReader *in, AvuFrame *frame)
{
	uint32_t token = avu_frame_take_u32(in);
	uint32_t kind = avu_frame_take_u32(in);
	int64_t len = avu_frame_take_i64(in);

	if (!avu_frame_reader_finish(in) || frame->n_fds != 1 || kind >= MEDIA_N_ATTACHMENTS ||
		len <= 0 || (uint64_t)len > media_attachment_max((MediaAttachment)kind)) {
		return false;
	}
	g_autofree char *octets = g_malloc((size_t)len);

	if (pread(frame->fds[0], octets, (size_t)len, 0) != len) {
		return false;
	}
	player_attach(commands->player, token, (MediaAttachment)kind,
		g_bytes_new_take(g_steal_pointer(&octets), (size_t)len));
	return true;
}

static bool
commands_on_about(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	uint32_t token = avu_frame_take_u32(in);
	g_autofree char *title = avu_frame_take_string(in, MEDIA_TEXT_MAX);
	g_autofree char *artist = avu_frame_take_string(in, MEDIA_TEXT_MAX);
	g_autofree char *album = avu_frame_take_string(in, MEDIA_TEXT_MAX);

	if (!avu_frame_reader_finish(in)) {
		return false;
	}
	player_describe(commands->player, token, title, artist, album);
	return true;
}

static bool
commands_on_place(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	g_autofree char *name = avu_frame_take_string(in, MEDIA_TEXT_MAX);
	g_autofree char *place = avu_frame_take_string(in, MEDIA_TEXT_MAX);
	bool trouble = avu_frame_take_u32(in) != 0;

	if (!avu_frame_reader_finish(in) || name == NULL) {
		return false;
	}
	if (commands->sinks.screen != NULL) {
		screen_set_place(commands->sinks.screen, name, place, trouble);
	}
	return true;
}

static bool
commands_on_ping(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	commands_send(commands, MEDIA_PONG, NULL);
	return avu_frame_reader_finish(in);
}

static bool
commands_on_hold(Commands *commands, AvuFrameReader *in, AvuFrame *frame G_GNUC_UNUSED)
{
	uint32_t token = avu_frame_take_u32(in);
	bool hold = avu_frame_take_u32(in) != 0;

	player_hold(commands->player, token, hold);
	return avu_frame_reader_finish(in);
}

static const struct {
	MediaFrame type;
	bool (*apply)(Commands *commands, AvuFrameReader *in, AvuFrame *frame);
} command_table[] = {
	{ MEDIA_CONFIGURE, commands_on_configure },
	{ MEDIA_LOAD, commands_on_load },
	{ MEDIA_LOAD_NEXT, commands_on_load_next },
	{ MEDIA_DROP_NEXT, commands_on_drop_next },
	{ MEDIA_PLAY, commands_on_play },
	{ MEDIA_PAUSE, commands_on_pause },
	{ MEDIA_STOP, commands_on_stop },
	{ MEDIA_SEEK, commands_on_seek },
	{ MEDIA_VALUE, commands_on_value },
	{ MEDIA_SPEED, commands_on_speed },
	{ MEDIA_ATTACH, commands_on_attach },
	{ MEDIA_ABOUT, commands_on_about },
	{ MEDIA_PLACE, commands_on_place },
	{ MEDIA_PING, commands_on_ping },
	{ MEDIA_HOLD, commands_on_hold },
};

static void
commands_received(AvuFrame *frame, void *user_data)
{
	Commands *commands = user_data;
	AvuFrameReader in = avu_frame_reader(frame);
	bool good = false;

	for (size_t i = 0; i < G_N_ELEMENTS(command_table); i++) {
		if (command_table[i].type == frame->type &&
			(commands->player != NULL || frame->type == MEDIA_CONFIGURE)) {
			good = command_table[i].apply(commands, &in, frame);
		}
	}
	if (!good) {
		g_warning("frame %u of av-renderer is malformed or comes too early", frame->type);
		g_main_loop_quit(commands->loop);
	}
}

static void
commands_closed(const GError *error G_GNUC_UNUSED, void *user_data)
{
	Commands *commands = user_data;

	g_main_loop_quit(commands->loop);
}

Commands *
commands_new(int fd, GMainLoop *loop)
{
	static const AvuFrameHandler handler = { commands_received, commands_closed };
	Commands *commands = g_new0(Commands, 1);

	commands->loop = loop;
	commands->mailbox = avu_mailbox_new(NULL);
	commands->channel = avu_frame_channel_new(NULL, fd, &handler, commands);
	commands->sinks.picture = picture_new();
	return commands;
}

void
commands_set_configured(Commands *commands, bool (*configured)(const Sinks *sinks, GError **error))
{
	commands->configured = configured;
}

void
commands_free(Commands *commands)
{
	if (commands == NULL) {
		return;
	}
	player_free(commands->player);
	screen_free(commands->sinks.screen);
	avu_mailbox_close(commands->mailbox);
	avu_mailbox_unref(commands->mailbox);
	avu_frame_channel_free(commands->channel);
	hardware_mixer_free(commands->hardware);
	window_free(commands->sinks.window);
	volume_bar_free(commands->sinks.volume_bar);
	mixer_free(commands->sinks.mixer);
	picture_free(commands->sinks.picture);
	sinks_clear(&commands->sinks);
	g_free(commands);
}
