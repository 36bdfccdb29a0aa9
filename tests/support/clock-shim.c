/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded into a program by test_delivery_faults.py and test_delivery_gone.py: its monotonic clocks run AV_CLOCK_RATE
 * times as fast from its start on, and its polls end so much earlier: an hour of waiting takes a minute. The kernel's
 * own clocks (TCP) are as they were, but with AV_CLOCK_KERNEL the program asks them for so much less, and hears of
 * them so much more. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S INT64_C(1000000000)

static int64_t rate, kernel_rate;
static int64_t began_ns[CLOCK_BOOTTIME + 1]; /* 0: a clock that is not touched */

static int64_t
read_ns(clockid_t clock, struct timespec *time)
{
	return syscall(SYS_clock_gettime, clock, time) == 0
		       ? (int64_t)time->tv_sec * NS_PER_S + time->tv_nsec
		       : -1;
}

__attribute__((constructor)) static void
begin(void)
{
	static const clockid_t clocks[] = { CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW,
		CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME };
	const char *text = getenv("AV_CLOCK_RATE");
	struct timespec time;

	rate = text != NULL ? strtol(text, NULL, 10) : 0;
	kernel_rate = getenv("AV_CLOCK_KERNEL") != NULL ? rate : 0;
	for (size_t i = 0; rate > 1 && i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		began_ns[clocks[i]] = read_ns(clocks[i], &time);
	}
}

__attribute__((visibility("default"))) int
clock_gettime(clockid_t clock, struct timespec *time)
{
	int64_t now_ns = read_ns(clock, time);

	if (now_ns >= 0 && clock >= 0 && clock <= CLOCK_BOOTTIME && began_ns[clock] > 0) {
		now_ns = began_ns[clock] + (now_ns - began_ns[clock]) * rate;
		time->tv_sec = now_ns / NS_PER_S;
		time->tv_nsec = now_ns % NS_PER_S;
	}
	return now_ns >= 0 ? 0 : -1;
}

/* Of a wait in milliseconds; what is waited for less than a minute is work, which takes its time. */
static int
shorten(int timeout_ms)
{
	return timeout_ms > 60000 && rate > 1 ? (int)(timeout_ms / rate) : timeout_ms;
}

__attribute__((visibility("default"))) int
poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	const int ms = shorten(timeout_ms);
	struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

	return (int)syscall(SYS_ppoll, fds, n, ms < 0 ? NULL : &time, NULL, 0);
}

__attribute__((visibility("default"))) int
epoll_wait(int fd, struct epoll_event *events, int n, int timeout_ms)
{
	return (int)syscall(SYS_epoll_pwait, fd, events, n, shorten(timeout_ms), NULL, 0);
}

static int
is_seconds(int name)
{
	return name == TCP_KEEPIDLE || name == TCP_KEEPINTVL;
}

__attribute__((visibility("default"))) int
setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	int seconds;

	if (kernel_rate > 1 && level == IPPROTO_TCP && is_seconds(name) && len == sizeof(seconds)) {
		seconds = (int)(*(const int *)value / kernel_rate);
		seconds = seconds > 0 ? seconds : 1;
		value = &seconds;
	}
	return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
}

__attribute__((visibility("default"))) int
getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	const int status = (int)syscall(SYS_getsockopt, fd, level, name, value, len);

	if (status == 0 && kernel_rate > 1 && level == IPPROTO_TCP && name == TCP_INFO &&
		*len >= offsetof(struct tcp_info, tcpi_rtt)) {
		struct tcp_info *info = value;

		info->tcpi_last_data_sent *= (uint32_t)kernel_rate;
		info->tcpi_last_ack_recv *= (uint32_t)kernel_rate;
	}
	return status;
}
