/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Measures a connection by what it delivers while it is listened to. Pure: time is an argument. */

#include <av-upnp/clock.h>

#include "arrival.h"

#define ARRIVAL_SLOT_NS (8 * AVU_NS_PER_S)
/* Shorter stretches measure the socket's buffer, not the network. */
#define ARRIVAL_WINDOW_NS (250 * AVU_NS_PER_MS)

static void
arrival_turn(Arrival *self, int64_t now_ns)
{
	if (now_ns - self->slot_ns >= ARRIVAL_SLOTS * ARRIVAL_SLOT_NS) {
		for (unsigned i = 0; i < ARRIVAL_SLOTS; i++) {
			self->gaps_ns[i] = 0;
		}
		self->slot_ns = now_ns;
	}
	while (now_ns - self->slot_ns >= ARRIVAL_SLOT_NS) {
		self->slot = (self->slot + 1) % ARRIVAL_SLOTS;
		self->gaps_ns[self->slot] = 0;
		self->slot_ns += ARRIVAL_SLOT_NS;
	}
}

void
arrival_listen(Arrival *self, int64_t now_ns)
{
	if (!self->listening) {
		self->listening = true;
		self->last_ns = self->since_ns = now_ns;
		self->bytes = 0;
	}
}

void
arrival_rest(Arrival *self)
{
	self->listening = false;
}

static void
arrival_measure(Arrival *self, int64_t now_ns)
{
	int64_t window_ns = now_ns - self->since_ns;

	if (window_ns < ARRIVAL_WINDOW_NS) {
		return;
	}
	uint64_t bps = (uint64_t)((double)self->bytes * 8 * AVU_NS_PER_S / (double)window_ns);

	self->throughput_bps =
		self->throughput_bps == 0 ? bps : (3 * self->throughput_bps + bps) / 4;
	self->since_ns = now_ns;
	self->bytes = 0;
}

void
arrival_take(Arrival *self, size_t n_bytes, int64_t now_ns)
{
	arrival_listen(self, now_ns);
	arrival_turn(self, now_ns);
	self->gaps_ns[self->slot] = MAX(self->gaps_ns[self->slot], now_ns - self->last_ns);
	self->last_ns = now_ns;
	self->bytes += n_bytes;
	arrival_measure(self, now_ns);
}

int64_t
arrival_get_gap_ns(Arrival *self, int64_t now_ns)
{
	int64_t longest_ns = self->listening ? now_ns - self->last_ns : 0;

	arrival_turn(self, now_ns);
	for (unsigned i = 0; i < ARRIVAL_SLOTS; i++) {
		longest_ns = MAX(longest_ns, self->gaps_ns[i]);
	}
	return longest_ns;
}
