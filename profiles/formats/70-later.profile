# Additions of 2014 to 2016. Limits of them could not be sourced, but for one that other servers give to any
# HEVC in MP4 with these sounds; names that hobby programs made up (HEVC_TS_NA_ISO …) are not here.
# HEVC in Matroska or a transport stream, VP9, AV1, Opus, Vorbis, FLAC and ALAC have no profile: their
# MIME type says what they are.

[video HEVC]
Codec = hevc
Max = 4096x2176
RateMax = 60

[DASH_HEVC_MP4_UHD_NA]
Mime = video/mp4
Container = mp4
Video = HEVC
Audio = AC3 EAC3 HEAACv2_L3 HEAAC_L3 MPEG1_L2

[DASH_AVC_TS_SD_ISO]
Mime = video/mp2t
Guess = no

[DASH_AVC_TS_HD_ISO]
Mime = video/mp2t
Guess = no

[DASH_AVC_MP4_SD]
Mime = video/mp4
Guess = no

[DASH_AVC_MP4_HD]
Mime = video/mp4
Guess = no

[DASH_AVC_MP4_SD_HEAACv2_L4]
Mime = video/mp4
Guess = no

[DASH_AVC_MP4_HD_HEAACv2_L4]
Mime = video/mp4
Guess = no

[DASH_AVC_MP4_HD_HEAACv2_L6]
Mime = video/mp4
Guess = no

# a media collection: a DIDL-Lite fragment
[DIDL_S]
Mime = text/xml
Guess = no
