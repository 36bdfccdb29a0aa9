/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NFO files, and names of episodes and subtitles. All texts that come out are UTF-8; what goes into the
 * column of subtitles comes out of it. */
#include <string.h>

#include "mediaserver/library/nfo.h"
#include "mediaserver/library/series-name.h"
#include "mediaserver/library/subtitles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text)
{
	g_assert_true(text == NULL || g_utf8_validate(text, -1, NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autofree char *name = g_strndup((const char *)data, MIN(size, 255));
	g_autoptr(Nfo) nfo = nfo_parse(bytes, NULL);
	g_auto(SeriesName) series = { 0 };
	Subtitle subtitle;

	if (nfo != NULL) {
		check_text(nfo->title);
		check_text(nfo->plot);
		check_text(nfo->actor);
		g_assert_true(nfo->rating >= -1 && nfo->rating <= 100);
	}
	if (series_name_parse(name, &series)) {
		check_text(series.series);
		check_text(series.title);
		g_assert_true(series.season >= 0 && series.episode >= 0);
	}
	if (subtitle_parse(name, "Film.mkv", &subtitle)) {
		g_autoptr(GString) column = g_string_new(NULL);
		Subtitle again;

		subtitles_append(column, &subtitle);
		const char *at = column->str;

		g_assert_true(subtitles_next(&at, &again));
		g_assert_cmpstr(again.type, ==, subtitle.type);
		g_assert_cmpmem(again.path, again.path_len, subtitle.path, subtitle.path_len);
		g_assert_false(subtitles_next(&at, &again));
	}
	return 0;
}
