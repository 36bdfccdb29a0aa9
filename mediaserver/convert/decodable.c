/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the worker's decoders (worker/convert-codec.c) read, by the names of codecs. A constant table; any
 * thread, both ends. */
#include "mediaserver/convert/decodable.h"

static const char *const codecs[] = {
	/* pictures */
	"h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "msmpeg4v2", "msmpeg4v3", "h263",
	"vc1", "wmv1", "wmv2", "wmv3", "vp8", "vp9", "av1", "theora", "mjpeg", "flv1", "vp6f",
	/* of cameras, editors and old collections */
	"dvvideo", "prores", "dnxhd", "huffyuv", "ffvhuff", "ffv1", "utvideo", "svq1", "svq3",
	"cinepak", "msmpeg4v1", "rawvideo",
	/* sound */
	"aac", "aac_latm", "mp1", "mp2", "mp3", "ac3", "eac3", "dts", "truehd", "mlp", "flac",
	"vorbis", "opus", "wmav1", "wmav2", "wmapro", "wmalossless", "alac", "amr_nb", "amr_wb",
	"wavpack", "ape", "tta", "musepack7", "musepack8", "dsd_lsbf", "dsd_msbf",
	"dsd_lsbf_planar", "dsd_msbf_planar", "adpcm_swf", "adpcm_ms", "adpcm_ima_wav",
	"adpcm_ima_qt", "nellymoser", "speex", "pcm_bluray", "pcm_dvd", "pcm_s8", "pcm_u8",
	"pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le",
	"pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw"
};

G_STATIC_ASSERT(G_N_ELEMENTS(codecs) <= DECODABLE_MAX);

const char *
decodable_nth(unsigned n)
{
	return n < G_N_ELEMENTS(codecs) ? codecs[n] : NULL;
}

bool
decodable_is_missing(const DecodableGaps *gaps, unsigned n)
{
	return (gaps->missing[n / 64] & UINT64_C(1) << n % 64) != 0;
}

void
decodable_set_missing(DecodableGaps *gaps, unsigned n)
{
	gaps->missing[n / 64] |= UINT64_C(1) << n % 64;
}

bool
decodable_has(const DecodableGaps *gaps, const char *codec)
{
	for (unsigned n = 0; codec != NULL && n < G_N_ELEMENTS(codecs); n++) {
		if (g_str_equal(codecs[n], codec)) {
			return !decodable_is_missing(gaps, n);
		}
	}
	return false;
}
