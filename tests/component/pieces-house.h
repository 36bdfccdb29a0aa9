/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pieces-house.h: a jitter buffer that reads a stream in pieces, /main of a server on loopback, and who reads its
 * ring. What is sent and what is read is the test's. */
#pragma once

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/jitter-buffer.h>
#include <av-upnp/loop.h>

#include "fake-peer.h"
#include "ring-of.h"

#define WAIT_NS (60 * AVU_NS_PER_S)

static inline bool
answer_with(int fd, const char *type, const void *octets, size_t len)
{
	g_autofree char *head = g_strdup_printf(
		"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", type, len);

	return fake_say(fd, head) && fake_send(fd, octets, len);
}

typedef struct {
	AvuJitterGroup *group;
	AvuJitterBuffer *buffer;
	AvuRingReader *reader;
	pthread_t thread;
	atomic_bool over;
	AvuRingResult end;
	GString *read; /* what the test makes of it */
	char *trouble; /* NULL: none */
} Player;

static inline void
on_opened(AvuJitterBuffer *buffer, void *user_data G_GNUC_UNUSED)
{
	avu_jitter_buffer_set_playing(buffer, true);
}

static inline void
on_failed(AvuJitterBuffer *buffer G_GNUC_UNUSED, const GError *error, void *user_data)
{
	((Player *)user_data)->trouble = g_strdup(error->message);
}

static inline void
on_starved(AvuJitterBuffer *buffer G_GNUC_UNUSED, bool starved G_GNUC_UNUSED,
	void *user_data G_GNUC_UNUSED)
{
	/* Counted by the buffer; whoever waits for a live list does. */
}

static inline void
on_title(AvuJitterBuffer *buffer G_GNUC_UNUSED, const char *title G_GNUC_UNUSED,
	void *user_data G_GNUC_UNUSED)
{
	g_assert_not_reached();
}

static inline bool
allow_all(const AvuAddress *address G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return true;
}

/** @param read  a thread that reads player->reader to its end; then it sets player->end and player->over */
static inline void
player_open(Player *player, uint16_t port, void *(*read)(void *player))
{
	static const AvuJitterListener listener = { on_opened, on_failed, on_starved, on_title,
		NULL, NULL };
	const AvuAddressPolicy policy = { allow_all, NULL };
	g_autofree char *uri = g_strdup_printf("http://127.0.0.1:%u/main", port);
	const AvuJitterSource source = { .uri = uri, .duration_ns = AVU_TIME_NONE };
	g_autoptr(GError) error = NULL;

	*player = (Player){ .read = g_string_new(NULL) };
	player->group = avu_jitter_group_new(&policy, &listener, NULL);
	player->buffer = avu_jitter_buffer_new(player->group, &source, player, &error);
	g_assert_no_error(error);
	player->reader = ring_of(player->buffer);
	g_assert_cmpint(pthread_create(&player->thread, NULL, read, player), ==, 0);
}

static inline void
on_too_long(void *data)
{
	g_error("%s: waited in vain", (const char *)data);
}

/** Until all is read, and, if it fails, that was told. @param why  for who waits in vain */
static inline void
player_wait(Player *player, bool fails, const char *why)
{
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, (void *)why);

	while (!atomic_load(&player->over) || (fails && player->trouble == NULL)) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	avu_timer_free(timer);
	(void)pthread_join(player->thread, NULL);
}

static inline void
player_close(Player *player)
{
	avu_jitter_buffer_free(player->buffer);
	avu_jitter_group_free(player->group);
	avu_ring_reader_free(player->reader);
	g_string_free(player->read, TRUE);
	g_free(player->trouble);
}
