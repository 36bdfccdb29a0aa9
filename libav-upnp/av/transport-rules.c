/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVTransport's state machine: which action is allowed when, and which state is shown. Pure.
 * @clause AVTransport:1 2.4 (each action's effect on state), spec/upnp-av-avtransport.md 5 */
#include "transport-rules.h"

#define NO_TRANSITION 701
#define NO_CONTENTS 702
#define INCORRECT_LENGTH 735

/* Where the standard leaves the choice ("may answer 701"), what people do decides: seeking while
 * paused or while it is still loading, pausing before the first sample. Pausing what is paused stays
 * an error, so that nobody takes it for a toggle. */
static const int checks[TRANSPORT_N_ACTIONS][TRANSPORT_N_STATES] = {
	/*                          no media        stopped        playing, paused, transitioning */
	[TRANSPORT_SET_URI] = { 0, 0, 0, 0, 0 },
	[TRANSPORT_SET_NEXT_URI] = { 0, 0, 0, 0, 0 },
	[TRANSPORT_PLAY] = { NO_CONTENTS, 0, 0, 0, 0 },
	[TRANSPORT_PAUSE] = { NO_TRANSITION, NO_TRANSITION, 0, NO_TRANSITION, 0 },
	[TRANSPORT_STOP] = { NO_TRANSITION, 0, 0, 0, 0 },
	[TRANSPORT_SEEK] = { NO_TRANSITION, 0, 0, 0, 0 },
	[TRANSPORT_NEXT] = { NO_TRANSITION, 0, 0, 0, 0 },
	[TRANSPORT_PREVIOUS] = { NO_TRANSITION, 0, 0, 0, 0 },
	[TRANSPORT_SET_MODE] = { 0, 0, 0, 0, 0 },
	[TRANSPORT_PUSH] = { 0, 0, 0, 0, 0 },
};

/* "transport action before the total was reached"; another URI or list may take its place. */
static const int checks_arriving[TRANSPORT_N_ACTIONS] = {
	[TRANSPORT_PLAY] = INCORRECT_LENGTH,
	[TRANSPORT_PAUSE] = INCORRECT_LENGTH,
	[TRANSPORT_STOP] = INCORRECT_LENGTH,
	[TRANSPORT_SEEK] = INCORRECT_LENGTH,
	[TRANSPORT_NEXT] = INCORRECT_LENGTH,
	[TRANSPORT_PREVIOUS] = INCORRECT_LENGTH,
};

/* By wish and by what the engine does. A pause shows when it is done, or when nothing sounds yet that
 * could be paused; waiting to play is TRANSITIONING, whatever the engine does meanwhile. */
static const TransportState shown[][4] = {
	[TRANSPORT_WISH_STOP] = {
		[AVU_ENGINE_STOPPED] = TRANSPORT_STOPPED,
		[AVU_ENGINE_TRANSITIONING] = TRANSPORT_STOPPED,
		[AVU_ENGINE_PLAYING] = TRANSPORT_STOPPED,
		[AVU_ENGINE_PAUSED] = TRANSPORT_STOPPED,
	},
	[TRANSPORT_WISH_PLAY] = {
		[AVU_ENGINE_STOPPED] = TRANSPORT_TRANSITIONING,
		[AVU_ENGINE_TRANSITIONING] = TRANSPORT_TRANSITIONING,
		[AVU_ENGINE_PLAYING] = TRANSPORT_PLAYING,
		[AVU_ENGINE_PAUSED] = TRANSPORT_TRANSITIONING,
	},
	[TRANSPORT_WISH_PAUSE] = {
		[AVU_ENGINE_STOPPED] = TRANSPORT_PAUSED_PLAYBACK,
		[AVU_ENGINE_TRANSITIONING] = TRANSPORT_PAUSED_PLAYBACK,
		[AVU_ENGINE_PLAYING] = TRANSPORT_PLAYING,
		[AVU_ENGINE_PAUSED] = TRANSPORT_PAUSED_PLAYBACK,
	},
};

static const char *const names[TRANSPORT_N_STATES] = {
	[TRANSPORT_NO_MEDIA_PRESENT] = "NO_MEDIA_PRESENT",
	[TRANSPORT_STOPPED] = "STOPPED",
	[TRANSPORT_PLAYING] = "PLAYING",
	[TRANSPORT_PAUSED_PLAYBACK] = "PAUSED_PLAYBACK",
	[TRANSPORT_TRANSITIONING] = "TRANSITIONING",
};

/* In the order of the standard's list, in the case field devices use. */
static const struct {
	TransportAction action;
	const char *name;
	unsigned needs; /* TransportFacts */
} offered[] = {
	{ TRANSPORT_PLAY, "Play", 0 },
	{ TRANSPORT_STOP, "Stop", 0 },
	{ TRANSPORT_PAUSE, "Pause", 0 },
	{ TRANSPORT_SEEK, "Seek", TRANSPORT_IS_SEEKABLE },
	{ TRANSPORT_NEXT, "Next", TRANSPORT_HAS_NEXT },
	{ TRANSPORT_PREVIOUS, "Previous", TRANSPORT_HAS_PREVIOUS },
};

int
transport_rules_check(TransportState state, TransportAction action)
{
	return action == TRANSPORT_ASK ? 0 : checks[action][state];
}

int
transport_rules_check_arriving(TransportAction action)
{
	return action == TRANSPORT_ASK ? 0 : checks_arriving[action];
}

TransportState
transport_rules_show(bool has_media, TransportWish wish, AvuEngineState engine)
{
	return has_media ? shown[wish][engine] : TRANSPORT_NO_MEDIA_PRESENT;
}

const char *
transport_rules_name(TransportState state)
{
	return names[state];
}

char *
transport_rules_format_actions(TransportState state, unsigned facts)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(offered); i++) {
		if (checks[offered[i].action][state] == 0 &&
			(offered[i].needs & facts) == offered[i].needs) {
			g_string_append(out, out->len > 0 ? "," : "");
			g_string_append(out, offered[i].name);
		}
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}
