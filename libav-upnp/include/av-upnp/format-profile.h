/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/format-profile.h: DLNA's media format profiles as data, and the name that a file's contents
 * deserve. Files *.profile; their grammar is in profiles/README.md.
 *
 * A file that surely conforms gets a name; all others go out with their MIME type alone, which every
 * tolerant player takes, while a wrong name makes a strict one fail. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* What was found in a file. Numbers: -1 unknown; strings: NULL unknown or none. */
typedef struct {
	const char *container; /* "mp4", "3gp", "ts", "mpeg", "mkv", "asf", "mp3", "jpeg" … */
	const char *audio_codec, *video_codec; /* FFmpeg's names; of a picture "baseline" … */
	int64_t audio_profile;                 /* AAC: object type */
	int64_t channels, sample_hz, bits, audio_bps;
	int64_t video_profile, video_level, width, height;
	int64_t frame_rate_mhz; /* frames per 1000 s */
	int64_t interlaced;     /* 1, 0 */
	int64_t video_bps;
	int64_t bitrate_bps;    /* of all */
	int64_t packet_size;    /* of a transport stream: 188, 192 */
	int64_t packet_stamped; /* 1: the four octets before a 192 packet are not all zero */
} AvuFormatProbe;

/** All unknown. */
AVU_API void avu_format_probe_init(AvuFormatProbe *probe);

typedef struct {
	const char *name; /* DLNA.ORG_PN */
	const char *mime;
} AvuFormatName;

typedef struct AvuFormatProfiles AvuFormatProfiles; /* immutable, counted */

/** As avu_client_profiles_load(). */
AVU_API AvuFormatProfiles *avu_format_profiles_load(
	const char *const *folders, GPtrArray *problems);
AVU_API AvuFormatProfiles *avu_format_profiles_parse(
	const char *file, const char *text, size_t len, GPtrArray *problems);
AVU_API AvuFormatProfiles *avu_format_profiles_ref(AvuFormatProfiles *profiles);
AVU_API void avu_format_profiles_unref(AvuFormatProfiles *profiles);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuFormatProfiles, avu_format_profiles_unref)

/** The first profile that fits; names are the set's.
 *  @return false: none @thread any; some hundred nanoseconds
 *  @clause IEC 62481-2 */
AVU_API bool avu_format_profiles_guess(
	const AvuFormatProfiles *profiles, const AvuFormatProbe *probe, AvuFormatName *ret_name);
/** Any name that there is, also of those that no file gets. @return its MIME type; NULL: unknown */
AVU_API const char *avu_format_profiles_find_mime(
	const AvuFormatProfiles *profiles, const char *name);
/** How many names there are. */
AVU_API unsigned avu_format_profiles_get_n(const AvuFormatProfiles *profiles);
/** Names of what IEC 62457 makes mandatory. @param each  is told each */
AVU_API void avu_format_profiles_list_mandatory(const AvuFormatProfiles *profiles,
	void (*each)(const AvuFormatName *name, void *data), void *data);

G_END_DECLS
