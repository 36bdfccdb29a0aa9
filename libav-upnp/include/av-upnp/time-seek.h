/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/time-seek.h: TimeSeekRange.dlna.org and availableSeekRange.dlna.org, both directions.
 *
 * Times are nanoseconds since the start of the content; three decimals of a second travel. A number too
 * large for 63 bits is read as the end of the scale, where no content reaches. Pure; any thread. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** "npt=" time "-" [time]. Order of the two is the caller's to check: it depends on the play speed.
 *  @param ret_to_ns  AVU_TIME_NONE: open @return false: 400 @clause DLNA 7.8.24.4 */
AVU_API bool avu_time_seek_parse_request(
	const char *value, int64_t *ret_from_ns, int64_t *ret_to_ns);
/** g_free() it. @param to_ns  AVU_TIME_NONE: open */
AVU_API char *avu_time_seek_format_request(int64_t from_ns, int64_t to_ns);

typedef struct {
	int64_t from_ns;
	int64_t to_ns;       /* AVU_TIME_NONE: not said */
	int64_t duration_ns; /* AVU_TIME_NONE: "*" */
	bool has_bytes;
	uint64_t first_byte, last_byte;
	uint64_t size_bytes; /* UINT64_MAX: "*" */
} AvuTimeSeekAnswer;

/** "npt=299.880-3599.999/3600.000 bytes=412345676-4948000123/4948000124".
 *  @return false when it is not one, or ends before it starts */
AVU_API bool avu_time_seek_parse_answer(const char *value, AvuTimeSeekAnswer *ret_answer);
/** g_free() it. */
AVU_API char *avu_time_seek_format_answer(const AvuTimeSeekAnswer *answer);

typedef struct {
	bool start_fixed; /* mode 1: sending starts at s0 without a seek; mode 0: at the live end */
	bool has_time, has_bytes;
	int64_t from_ns, to_ns; /* inclusive */
	uint64_t first_byte, last_byte;
} AvuAvailableRange;

/** "0 npt=1803.480-7200.000 bytes=1500000000-5990000000" @clause spec/dlna-http-transport.md 7 */
AVU_API bool avu_available_range_parse(const char *value, AvuAvailableRange *ret_range);
/** g_free() it. */
AVU_API char *avu_available_range_format(const AvuAvailableRange *range);

/** "DLNA.ORG_TLAG=" time | "*", of realTimeInfo.dlna.org. @param ret_ns  AVU_TIME_NONE: "*" */
AVU_API bool avu_real_time_info_parse(const char *value, int64_t *ret_ns);

G_END_DECLS
