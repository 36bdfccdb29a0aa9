/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/cursor.h: taking foreign text apart. Every take moves the cursor only on success. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	const char *at;
	const char *end;
} AvuCursor;

AVU_API AvuCursor avu_cursor(const char *text, size_t len);
AVU_API AvuCursor avu_cursor_string(const char *text); /* until its NUL */
AVU_API bool avu_cursor_at_end(const AvuCursor *in);
AVU_API bool avu_cursor_take_char(AvuCursor *in, char c);
/** Takes text exactly; _ci ignores ASCII case. */
AVU_API bool avu_cursor_take(AvuCursor *in, const char *text);
AVU_API bool avu_cursor_take_ci(AvuCursor *in, const char *text);
/** Decimal digits only, no sign; value ≤ max. */
AVU_API bool avu_cursor_take_uint(AvuCursor *in, uint64_t max, uint64_t *ret_value);
/** Optional sign; min ≤ value ≤ max. */
AVU_API bool avu_cursor_take_int(AvuCursor *in, int64_t min, int64_t max, int64_t *ret_value);
/** The (possibly empty) run before the first octet of stop, or the rest; borrowed, not NUL-ended. */
AVU_API AvuCursor avu_cursor_take_until(AvuCursor *in, const char *stop);
/** The next one of a list with commas, without the blanks around it; may be empty. Goes behind its comma. */
AVU_API AvuCursor avu_cursor_take_list_item(AvuCursor *in);
/** Spaces and tabs; @return how many. */
AVU_API size_t avu_cursor_skip_blank(AvuCursor *in);
AVU_API size_t avu_cursor_len(const AvuCursor *in);
AVU_API bool avu_cursor_equal(const AvuCursor *in, const char *text);
AVU_API bool avu_cursor_equal_ci(const AvuCursor *in, const char *text);
/** Copy of what is left; g_free() it. Only for lengths already bounded. */
AVU_API char *avu_cursor_dup(const AvuCursor *in);

/** Whole-string forms: false unless text is exactly one number in the range. */
AVU_API bool avu_parse_uint(const char *text, uint64_t max, uint64_t *ret_value);
AVU_API bool avu_parse_int(const char *text, int64_t min, int64_t max, int64_t *ret_value);

G_END_DECLS
