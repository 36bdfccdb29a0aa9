/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Byte ranges as DLNA narrows them: "bytes=" first "-" [last]. Pure function, any thread. */
#include <av-upnp/cursor.h>
#include <av-upnp/media-range.h>

/* Digits of any number; a value beyond 64 bits stays at the end of the scale, where no resource
 * reaches. */
static bool
take_position(AvuCursor *in, uint64_t *ret_position)
{
	AvuCursor before = *in;

	if (avu_cursor_take_uint(in, UINT64_MAX, ret_position)) {
		return true;
	}
	*in = before;
	while (!avu_cursor_at_end(in) && g_ascii_isdigit(*in->at)) {
		in->at++;
	}
	*ret_position = UINT64_MAX;
	return in->at > before.at;
}

static bool
take_range(AvuCursor *in, uint64_t *ret_first, uint64_t *ret_last)
{
	uint64_t last = UINT64_MAX;

	if (!take_position(in, ret_first) || !avu_cursor_take_char(in, '-')) {
		return false;
	}
	if (!avu_cursor_at_end(in) && g_ascii_isdigit(*in->at) && !take_position(in, &last)) {
		return false;
	}
	*ret_last = last;
	return last >= *ret_first;
}

AvuRangeResult
avu_range_parse(const char *value, uint64_t size_bytes, uint64_t *ret_offset, uint64_t *ret_length)
{
	AvuCursor in = avu_cursor_string(value != NULL ? value : "");
	uint64_t first, last, other_first, other_last;

	if (value == NULL) {
		return AVU_RANGE_NONE;
	}
	avu_cursor_skip_blank(&in);
	if (!avu_cursor_take_ci(&in, "bytes=") || !take_range(&in, &first, &last)) {
		return AVU_RANGE_MALFORMED;
	}
	avu_cursor_skip_blank(&in);
	while (avu_cursor_take_char(&in, ',')) {
		avu_cursor_skip_blank(&in);
		if (!take_range(&in, &other_first, &other_last)) {
			return AVU_RANGE_MALFORMED;
		}
		avu_cursor_skip_blank(&in);
	}
	if (!avu_cursor_at_end(&in)) {
		return AVU_RANGE_MALFORMED;
	}
	if (first >= size_bytes) {
		return AVU_RANGE_NOT_SATISFIABLE;
	}
	*ret_offset = first;
	*ret_length = MIN(last, size_bytes - 1) - first + 1;
	return AVU_RANGE_PART;
}
