/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Datagrams as senders make them: RFC 3550, 5.1 and RFC 2250, 2. */
#include <string.h>

#include "mediaserver/live/live-datagram.h"

#define PACKET LIVE_PACKET_OCTETS
#define RTP                \
	"\x80\x21\x00\x01" \
	"time"             \
	"from"

static const struct {
	const char *head;
	size_t head_len;
	unsigned packets;
	const char *tail;
	size_t tail_len;
	unsigned taken; /* packets */
	const char *why;
} rows[] = {
	{ "", 0, 7, "", 0, 7, "packets alone" },
	{ "", 0, 2, "12345", 5, 2, "and what is none" },
	{ "", 0, 0, "G", 1, 0, "less than one" },
	{ "", 0, 0, "", 0, 0, "empty" },
	{ "x", 1, 1, "", 0, 0, "something else" },
	{ RTP, 12, 7, "", 0, 7, "RTP" },
	{ RTP, 12, 0, "", 0, 0, "its head alone" },
	{ RTP, 12, 0, "x", 1, 0, "with something else in it" },
	{ RTP, 11, 1, "", 0, 0, "an octet too few: the head takes one of the packet" },
	{ "\x40\x21\x00\x01"
	  "timefrom",
		12, 1, "", 0, 0, "another version" },
	{ "\x82\x21\x00\x01"
	  "timefrom"
	  "onextwox",
		20, 1, "", 0, 1, "of two that were mixed" },
	{ "\x90\x21\x00\x01"
	  "timefrom"
	  "ab\x00\x01"
	  "word",
		20, 1, "", 0, 1, "an extension" },
	{ "\x90\x21\x00\x01"
	  "timefrom"
	  "ab\xff\xff",
		16, 1, "", 0, 0, "one that is too long" },
	{ "\x90\x21\x00\x01"
	  "timefrom"
	  "ab",
		14, 0, "", 0, 0, "half of its head" },
	{ "\xa0\x21\x00\x01"
	  "timefrom",
		12, 1, "\x00\x02", 2, 1, "filled up" },
	{ "\xa0\x21\x00\x01"
	  "timefrom",
		12, 1, "\xff", 1, 0, "with more than there is" },
};

static GByteArray *
make(size_t i)
{
	GByteArray *data = g_byte_array_new();

	g_byte_array_append(data, (const guint8 *)rows[i].head, (guint)rows[i].head_len);
	for (unsigned n = 0; n < rows[i].packets; n++) {
		uint8_t packet[PACKET];

		memset(packet, (int)n, sizeof(packet));
		packet[0] = 'G';
		g_byte_array_append(data, packet, sizeof(packet));
	}
	g_byte_array_append(data, (const guint8 *)rows[i].tail, (guint)rows[i].tail_len);
	return data;
}

static void
test_forms(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) data = make(i);
		/* of its own length, so that reading behind it is seen */
		g_autofree uint8_t *exact = g_memdup2(data->data, data->len);
		LiveDatagrams datagrams = { false };
		size_t len;
		const uint8_t *got = live_datagram_take(&datagrams, exact, data->len, &len);

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(len, ==, rows[i].taken * PACKET);
		for (unsigned n = 0; n < rows[i].taken; n++) {
			g_assert_cmpint(got[n * PACKET], ==, 'G');
			g_assert_cmpint(got[n * PACKET + 1], ==, n);
		}
	}
}

static const struct {
	unsigned number;
	char sender;
	bool taken;
	const char *why;
} sent[] = {
	{ 65534, 'a', true, "the first" },
	{ 65535, 'a', true, "the next" },
	{ 65535, 'a', false, "twice" },
	{ 2, 'a', true, "two are lost, and it counts from 0 again" },
	{ 0, 'a', false, "one of them, late" },
	{ 65535, 'a', false, "late by more" },
	{ 3, 'a', true, "it goes on" },
	{ 3, 'b', true, "another sender" },
	{ 40000, 'b', true, "it began anew, ahead" },
	{ 39901, 'b', false, "the latest that is late" },
	{ 39900, 'b', true, "it began anew, behind" },
};

static void
test_order(void)
{
	LiveDatagrams datagrams = { false };
	uint8_t data[12 + PACKET] = { 0x80, 33, [12] = 'G' };

	for (size_t i = 0; i < G_N_ELEMENTS(sent); i++) {
		size_t len;

		data[2] = (uint8_t)(sent[i].number >> 8);
		data[3] = (uint8_t)sent[i].number;
		data[11] = (uint8_t)sent[i].sender;
		(void)live_datagram_take(&datagrams, data, sizeof(data), &len);
		g_test_message("%s", sent[i].why);
		g_assert_cmpint(len > 0, ==, sent[i].taken);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/live-datagram/forms", test_forms);
	g_test_add_func("/live-datagram/order", test_order);
	return g_test_run();
}
