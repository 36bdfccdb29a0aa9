/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* address/wake.h: Wake-on-LAN: whose network card has which number, and the packet that starts it */
#pragma once

#include "session.h"

#define WAKE_MAC_BYTES 6
#define WAKE_PACKET_BYTES (17 * WAKE_MAC_BYTES)

/** "a1:b2:c3:d4:e5:f6", also with '-'. Pure. @return false: it is none, or one of a group */
bool wake_parse_mac(const char *text, uint8_t ret_mac[WAKE_MAC_BYTES]);
/** Pure. */
void wake_make_packet(const uint8_t mac[WAKE_MAC_BYTES], uint8_t ret_packet[WAKE_PACKET_BYTES]);
/** The number behind an address in the kernel's table. Pure.
 *  @param table  as /proc/net/arp has it  @return g_free() it; NULL: not there, or not known yet */
char *wake_find_in_table(const char *table, const char *address);

/** The number of the card behind an address that was spoken with lately. @return g_free() it; NULL */
char *wake_learn(const char *address);
/** Sends the packet into every IPv4 network in use.
 *  @return false with USAGE (no such number), UNREACHABLE, IO */
bool wake_send(Session *session, const char *mac, GError **error);
