/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A resource to play, as the control process described it. Main thread. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/error.h>

#include "source.h"
#include "track.h"

Track *
track_new(uint32_t token, char *mime, int64_t start_ns, const int fds[AVU_RING_FDS])
{
	Track *track = g_new0(Track, 1);

	track->token = token;
	track->mime = mime;
	track->start_ns = start_ns;
	track->origin_ns = AVU_TIME_NONE;
	memcpy(track->fds, fds, sizeof(track->fds));
	for (size_t i = 0; i < AVU_RING_FDS; i++) {
		track->side_fds[i] = -1;
	}
	return track;
}

void
track_free(Track *track)
{
	if (track == NULL) {
		return;
	}
	for (size_t i = 0; i < AVU_RING_FDS; i++) {
		if (track->fds[i] >= 0) {
			(void)close(track->fds[i]);
		}
		if (track->side_fds[i] >= 0) {
			(void)close(track->side_fds[i]);
		}
	}
	g_clear_pointer(&track->subtitles, g_bytes_unref);
	g_clear_pointer(&track->cover, g_bytes_unref);
	track_describe(track, NULL, NULL, NULL);
	g_free(track->mime);
	g_free(track);
}

void
track_describe(Track *track, const char *title, const char *artist, const char *album)
{
	g_free(track->title);
	g_free(track->artist);
	g_free(track->album);
	track->title = g_strdup(title);
	track->artist = g_strdup(artist);
	track->album = g_strdup(album);
}

bool
track_is_video(const Track *track)
{
	return track->mime != NULL && g_ascii_strncasecmp(track->mime, "video/", 6) == 0;
}

bool
track_is_image(const Track *track)
{
	return track->mime != NULL && g_ascii_strncasecmp(track->mime, "image/", 6) == 0;
}

void
track_take_side(Track *track, const int fds[AVU_RING_FDS])
{
	memcpy(track->side_fds, fds, sizeof(track->side_fds));
}

bool
track_has_side(const Track *track)
{
	return track->side_fds[0] >= 0;
}

bool
track_dup_fds(const Track *track, bool side, int fds[AVU_RING_FDS], GError **error)
{
	const int *from = side ? track->side_fds : track->fds;
	bool whole = true;

	for (size_t i = 0; i < AVU_RING_FDS; i++) {
		fds[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 0);
		whole = whole && fds[i] >= 0;
	}
	if (!whole) {
		avu_set_errno(error, errno, "descriptors of a media ring");
		for (size_t i = 0; i < AVU_RING_FDS; i++) {
			if (fds[i] >= 0) {
				(void)close(fds[i]);
			}
		}
	}
	return whole;
}

void *
track_open(const Track *track, bool side, GError **error)
{
	int fds[AVU_RING_FDS];

	return track_dup_fds(track, side, fds, error) ? av_source_new(fds, error) : NULL;
}
