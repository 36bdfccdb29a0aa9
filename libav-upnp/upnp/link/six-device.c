/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/six-device.c: libupnp announces one LOCATION, so over IPv6 it is not asked: what it announced over
 * IPv4 says what there is to announce and to be searched for. Limits: budget.c, and so many answers that
 * wait for their time at once; more than that are given at once, so that nobody takes the places of all. */
#include <arpa/inet.h>
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "gate.h"
#include "six-device.h"
#include "six.h"
#include "spread.h"
#include "ssdp-six.h"

#define SKIP_MAX 64 /* so many searches are looked at before frames get their turn */
#define WAITING_MAX 512

typedef struct {
	int64_t due_ns;
	GString *datagram;
	struct in6_addr from;
	struct sockaddr_in6 to;
} Answer;

/* What a search asks for, and who asked. */
typedef struct {
	AvuCursor target;
	unsigned mx_s;
	struct sockaddr_in6 from;
} Search;

static GArray *waiting; /* Answer; main thread alone */

void
six_device_announce(const GString *datagram)
{
	const SsdpLink link = gate_get_link();
	const struct in6_addr *of_link = ssdp_six_of_link(&link),
			      *of_site = ssdp_six_of_site(&link);
	const struct {
		SixSocket group;
		const struct in6_addr *from;
	} ways[] = {
		{ SIX_GROUP_LINK, of_link != NULL ? of_link : of_site },
		{ SIX_GROUP_SITE, of_site },
	};

	for (unsigned i = 0; six_get_fd(SIX_DEVICE) >= 0 && i < G_N_ELEMENTS(ways); i++) {
		const struct sockaddr_in6 to = six_group(ways[i].group);
		g_autoptr(GString) out = g_string_sized_new(AVU_LIMIT_SSDP_VALUE);

		if (ways[i].from != NULL) {
			ssdp_six_notify(
				&link, datagram, ways[i].from, six_group_name(ways[i].group), out);
			six_send(SIX_DEVICE, out, ways[i].from, &to);
		}
	}
}

static void
answer_clear(void *data)
{
	Answer *answer = data;

	(void)g_string_free(g_steal_pointer(&answer->datagram), TRUE);
}

static void
plan_answers(const Search *search)
{
	const SsdpLink link = gate_get_link();
	const struct in6_addr *from = ssdp_six_towards(&link, &search->from.sin6_addr);
	const int64_t now_ns = avu_now_ns();

	if (waiting == NULL) {
		waiting = g_array_new(FALSE, FALSE, sizeof(Answer));
		g_array_set_clear_func(waiting, answer_clear);
	}
	for (guint i = 0; from != NULL && i < gate_count_alive(); i++) {
		g_autoptr(GString) out = g_string_sized_new(AVU_LIMIT_SSDP_VALUE);

		if (!ssdp_six_reply(&link, gate_get_alive(i), &search->target, from,
			    avu_wall_ns() / AVU_NS_PER_S, out)) {
			continue;
		}
		if (!gate_spend_reply(&search->from.sin6_addr)) {
			return;
		}
		if (waiting->len >= WAITING_MAX) {
			six_send(SIX_DEVICE, out, from, &search->from);
			continue;
		}
		const Answer answer = { .due_ns = now_ns + link_random_below(search->mx_s * 1000) *
								   AVU_NS_PER_MS,
			.datagram = g_steal_pointer(&out),
			.from = *from,
			.to = search->from };

		g_array_append_val(waiting, answer);
	}
}

/* The gate writes down what passes: MX and ST are there, and right. */
static bool
take_search(const GString *passed, Search *ret)
{
	SsdpMessage message;
	uint64_t mx_s;

	if (!ssdp_message_parse(passed->str, passed->len, &message) ||
		message.kind != SSDP_SEARCH || message.fields[SSDP_FIELD_ST].at == NULL ||
		message.fields[SSDP_FIELD_MX].at == NULL) {
		return false;
	}
	AvuCursor mx = message.fields[SSDP_FIELD_MX];

	ret->target = message.fields[SSDP_FIELD_ST];
	if (!avu_cursor_take_uint(&mx, AVU_LIMIT_SSDP_MX_S, &mx_s)) {
		return false;
	}
	ret->mx_s = (unsigned)mx_s;
	return true;
}

void
six_device_receive(void)
{
	char data[AVU_LIMIT_SSDP_DATAGRAM + 1];
	g_autoptr(GString) out = g_string_sized_new(AVU_LIMIT_SSDP_VALUE);

	for (unsigned n = 0; n < SKIP_MAX; n++) {
		struct in6_addr source;
		SsdpArrival arrival;
		Search search;
		uint16_t port;
		const size_t len =
			six_receive(SIX_DEVICE, data, sizeof data, &source, &port, &arrival);

		if (len == 0) {
			return;
		}
		if (gate_admit(&arrival, data, len, out) == SSDP_PASS &&
			take_search(out, &search)) {
			search.from = (struct sockaddr_in6){ .sin6_family = AF_INET6,
				.sin6_port = htons(port),
				.sin6_addr = source };
			plan_answers(&search);
		}
	}
}

void
six_device_answer(int64_t now_ns)
{
	for (guint i = waiting != NULL ? waiting->len : 0; i-- > 0;) {
		const Answer *answer = &g_array_index(waiting, Answer, i);

		if (answer->due_ns <= now_ns) {
			six_send(SIX_DEVICE, answer->datagram, &answer->from, &answer->to);
			g_array_remove_index_fast(waiting, i);
		}
	}
}

int64_t
six_device_next(void)
{
	int64_t next_ns = AVU_TIME_NONE;

	for (guint i = 0; waiting != NULL && i < waiting->len; i++) {
		const int64_t due_ns = g_array_index(waiting, Answer, i).due_ns;

		if (next_ns == AVU_TIME_NONE || due_ns < next_ns) {
			next_ns = due_ns;
		}
	}
	return next_ns;
}
