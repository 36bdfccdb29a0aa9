/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One stream on its way: set to a pace, looked at twice a second, and ended when it makes no sense any more.
 * sendfile() tells nobody how far it is; TCP_INFO does. Any thread, under the table's lock. */
#include "config.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <av-upnp/limits.h>

#include "http-flow.h"

/* LIM-17: from nine tenths of the places on, a stream that has not moved for so long gives way. */
#define STALLED_MS 60000
#define GONE_MS 60000
#define GONE_PROBES 3
/* A burst that was not over at the first look: the client is the slow one. */
#define BURST_CHECK_NS (200 * AVU_NS_PER_MS)
/* Or the look was a moment early, which shows of a short burst. */
#define BURST_CHECK_SOON_NS (20 * AVU_NS_PER_MS)
/* What a paced stream keeps unsent, so that a change of pace shows at once (spec/home-qos.md 3). */
#define LOW_WATER (256 * 1024)

static bool
look(const HttpConnection *connection, struct tcp_info *info)
{
	socklen_t len = sizeof(*info);

	*info = (struct tcp_info){ 0 };
	return getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, info, &len) == 0;
}

/* A peer whose power is out. One that pauses acknowledges all it has, and the questions whether it has
 * room again; the kernel's own time-out for those would end it too, so none is set. */
static bool
is_gone(const struct tcp_info *info)
{
	return info->tcpi_last_ack_recv > GONE_MS &&
	       (info->tcpi_unacked > 0 || info->tcpi_probes >= GONE_PROBES);
}

/* Something of its answers is still here. */
static bool
has_unread(const struct tcp_info *info)
{
	return info->tcpi_notsent_bytes > 0 || info->tcpi_unacked > 0;
}

/* Nothing is taken of what lies ready: by our clock, from the last octet that was taken. */
static bool
stands_still(HttpConnection *connection, const struct tcp_info *info, int64_t now_ns)
{
	if (info->tcpi_bytes_acked != connection->taken_octets || !has_unread(info)) {
		connection->taken_octets = info->tcpi_bytes_acked;
		connection->taken_ns = now_ns;
	}
	return now_ns - connection->taken_ns >= AVU_LIMIT_STREAM_STALL_S * AVU_NS_PER_S;
}

/* The end of an answer that lies in the kernel nobody looks after; the kernel does. */
bool
http_flow_is_stalled(const HttpConnection *connection, int64_t now_ns)
{
	struct tcp_info info;

	if (connection->state == HTTP_STREAM) {
		return now_ns - connection->taken_ns > STALLED_MS * AVU_NS_PER_MS;
	}
	return connection->state == HTTP_IDLE && look(connection, &info) &&
	       info.tcpi_last_data_sent > STALLED_MS && has_unread(&info);
}

bool
http_flow_has_tail(const HttpConnection *connection)
{
	struct tcp_info info;

	return look(connection, &info) && has_unread(&info) && !is_gone(&info);
}

void
http_flow_forget(HttpConnection *connection)
{
	connection->transfer = (HttpTransfer){ .file_fd = -1 };
	connection->pace.check_ns = AVU_TIME_NONE;
	connection->pace.watch = (HttpPaceWatch){ 0 };
	if (connection->pace.raised) {
		/* the next answer finds the socket as the marks of the last one left it */
		avu_socket_raise(connection->fd, false);
		connection->pace.raised = false;
	}
}

uint64_t
http_flow_count_heard(const HttpConnection *connection)
{
	struct tcp_info info;

	return look(connection, &info) ? info.tcpi_bytes_received : 0;
}

/* What fits into the burst is not paced at all: no call for small answers. */
void
http_flow_begin(const AvuHttpQos *qos, HttpConnection *connection)
{
	const int low_water = LOW_WATER;
	uint64_t media = connection->transfer.media_octets_per_s;
	uint64_t burst = http_pace_burst_octets(qos, media);
	struct tcp_info info;

	connection->taken_ns = connection->since_ns;
	connection->pace.wanted = AVU_PACE_NONE;
	if (http_pace_steady(qos, media) == AVU_PACE_NONE || connection->transfer.length <= burst ||
		!look(connection, &info)) {
		return;
	}
	if (!connection->pace.low_water) {
		(void)setsockopt(connection->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &low_water,
			sizeof(low_water));
		connection->pace.low_water = true;
	}
	connection->pace.wanted = http_pace_burst_rate(qos, media);
	connection->pace.burst_end = info.tcpi_bytes_sent + info.tcpi_notsent_bytes + burst;
	connection->pace.check_ns = connection->since_ns + http_pace_burst_ns(qos, media);
}

void
http_flow_set_pace(HttpConnection *connection, uint64_t octets_per_s)
{
	if (connection->pace.set != octets_per_s) {
		avu_socket_set_pace(connection->fd, octets_per_s);
		connection->pace.set = octets_per_s;
	}
}

void
http_flow_divide(const AvuHttpQos *qos, HttpConnection **streams, size_t n)
{
	g_autofree HttpPaceShare *shares = g_new0(HttpPaceShare, n);

	for (size_t i = 0; i < n; i++) {
		shares[i].client = &streams[i]->peer;
		shares[i].wanted = streams[i]->pace.wanted;
	}
	http_pace_divide(qos, shares, n);
	for (size_t i = 0; i < n; i++) {
		http_flow_set_pace(streams[i], shares[i].granted);
	}
}

/* @return true: the burst is over, and the steady pace is wanted */
static bool
check_pace(const AvuHttpQos *qos, HttpConnection *connection, const struct tcp_info *info,
	int64_t now_ns)
{
	if (connection->pace.check_ns == AVU_TIME_NONE || now_ns < connection->pace.check_ns) {
		return false;
	}
	if (info->tcpi_bytes_sent < connection->pace.burst_end) {
		connection->pace.check_ns = now_ns + CLAMP((now_ns - connection->since_ns) / 2,
							     BURST_CHECK_SOON_NS, BURST_CHECK_NS);
		return false;
	}
	connection->pace.check_ns = AVU_TIME_NONE;
	connection->pace.wanted = http_pace_steady(qos, connection->transfer.media_octets_per_s);
	return true;
}

static void
note_losses(HttpConnection *connection, const struct tcp_info *info, int64_t now_ns)
{
	double elapsed_s = (double)(now_ns - connection->seen_ns) / (double)AVU_NS_PER_S;

	avu_tfrc_history_add(&connection->history, info->tcpi_segs_out - connection->seen_segments,
		info->tcpi_total_retrans - connection->seen_losses, elapsed_s,
		info->tcpi_rtt / 1e6);
	connection->seen_segments = info->tcpi_segs_out;
	connection->seen_losses = info->tcpi_total_retrans;
	connection->seen_ns = now_ns;
}

/* libmicrohttpd would ask sendfile() for what is not there any more, again and again, and a peer that reads slowly
 * would be told late. What the kernel knows will do: nobody may wait here for the disk of one stream. */
static bool
has_shrunk(const HttpConnection *connection)
{
	struct statx now;

	return connection->transfer.file_fd >= 0 &&
	       statx(connection->transfer.file_fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
		       STATX_SIZE, &now) == 0 &&
	       now.stx_size < connection->transfer.file_end;
}

/* The pace is none of its troubles then; the priority may be. */
static void
feed_starved(const AvuHttpQos *qos, HttpConnection *connection, const struct tcp_info *info,
	int64_t now_ns)
{
	const HttpPaceSight sight = { now_ns, info->tcpi_bytes_sent, info->tcpi_notsent_bytes,
		info->tcpi_rwnd_limited };

	if (http_pace_watch(
		    &connection->pace.watch, &sight, connection->transfer.media_octets_per_s) &&
		qos->priority) {
		avu_socket_raise(connection->fd, true);
		connection->pace.raised = true;
	}
}

HttpCut
http_flow_look(const AvuHttpQos *qos, HttpConnection *connection, int64_t now_ns, bool *ret_changed)
{
	struct tcp_info info;

	if (has_shrunk(connection)) {
		return HTTP_CUT_SHRUNK;
	}
	if (!look(connection, &info)) {
		return HTTP_CUT_NONE;
	}
	note_losses(connection, &info, now_ns);
	if (is_gone(&info)) {
		return HTTP_CUT_GONE;
	}
	if (stands_still(connection, &info, now_ns)) {
		return HTTP_CUT_STALLED;
	}
	*ret_changed = check_pace(qos, connection, &info, now_ns);
	feed_starved(qos, connection, &info, now_ns);
	return HTTP_CUT_NONE;
}

AvuHttpTransfer
http_flow_describe(const HttpConnection *connection)
{
	double loss = avu_tfrc_history_loss(&connection->history);
	struct tcp_info info;

	(void)look(connection, &info); /* else zeroes: it has just ended */
	return (AvuHttpTransfer){
		.client = connection->peer,
		.object = g_strdup(connection->transfer.object),
		.since_ns = connection->since_ns,
		.acked_octets = info.tcpi_bytes_acked,
		.media_octets_per_s = connection->transfer.media_octets_per_s,
		.pace_octets_per_s = connection->pace.set,
		.delivery_octets_per_s = info.tcpi_delivery_rate,
		.rtt_us = info.tcpi_rtt,
		.loss = loss,
		.tfrc_octets_per_s = avu_tfrc_rate(info.tcpi_snd_mss, info.tcpi_rtt / 1e6, loss),
	};
}
