# Sound: components, which films use too, then the profiles of sound alone, the narrower ones first.
# The names _192 and _128 are in few players' lists while _320 is in most, and what fits them fits _320:
# they stand behind it.

[audio AAC]
Codec = aac
Type = 2 17
Channels = 1-2
Hz = 8000 11025 12000 16000 22050 24000 32000 44100 48000
BitRate = 0-576000

[audio AAC_320]
Like = AAC
BitRate = 0-320000

[audio AAC_192]
Like = AAC
BitRate = 0-192000

[audio AAC_MULT5]
Like = AAC
Channels = 1-6
BitRate = 0-1440000

[audio AAC_LTP]
Codec = aac
Type = 4 19
Channels = 1-2
Hz = 8000-48000
BitRate = 0-576000

[audio AAC_LTP_MULT5]
Like = AAC_LTP
Channels = 1-6
Hz = 8000-96000
BitRate = 0-2880000

[audio AAC_LTP_MULT7]
Like = AAC_LTP
Channels = 1-8
Hz = 8000-96000
BitRate = 0-4032000

# The standard bounds the core, 24 kHz; a probe says what comes out, which is twice that.
[audio HEAAC_L2]
Codec = aac
Type = 5
Channels = 1-2
Hz = 16000-48000
BitRate = 0-576000

[audio HEAAC_L2_320]
Like = HEAAC_L2
BitRate = 0-320000

[audio HEAAC_L2_128]
Like = HEAAC_L2
BitRate = 0-128000

[audio HEAAC_L3]
Like = HEAAC_L2
Hz = 8000-48000

[audio HEAAC_L4]
Like = HEAAC_L3
Channels = 1-6
BitRate = 0-1440000

[audio HEAAC_MULT5]
Like = HEAAC_L4

# in one name only; its bounds could not be sourced, nor those of HE-AAC at level 4 and 6
[audio HEAAC_MULT7]
Like = HEAAC_L4
Channels = 1-8

[audio HEAACv2_L2]
Like = HEAAC_L2
Type = 29

[audio HEAACv2_L2_320]
Like = HEAACv2_L2
BitRate = 0-320000

[audio HEAACv2_L2_128]
Like = HEAACv2_L2
BitRate = 0-128000

[audio HEAACv2_L3]
Like = HEAAC_L3
Type = 29

[audio HEAACv2_L4]
Like = HEAACv2_L3
Channels = 1-6

[audio HEAACv2_L6]
Like = HEAACv2_L3
Channels = 1-8

[audio HEAACv2_MULT5]
Like = HEAACv2_L4
BitRate = 0-2880000

[audio BSAC]
Codec = aac
Type = 22
Channels = 1-2
Hz = 16000-48000
BitRate = 0-128000

[audio BSAC_MULT5]
Like = BSAC
Channels = 3-6

[audio MPEG1_L3]
Codec = mp3
Channels = 1-2
Hz = 32000 44100 48000
BitRate = 32000-320000

[audio MPEG1_L3X]
Codec = mp3
Channels = 1-2
Hz = 16000 22050 24000 32000 44100 48000
BitRate = 8000-320000

[audio MPEG1_L2]
Codec = mp2
Channels = 1-2
Hz = 32000 44100 48000
BitRate = 32000-448000

[audio MP2_48]
Like = MPEG1_L2
Channels = 2
Hz = 48000
BitRate = 64000-384000

[audio MP2_48_MONO]
Like = MP2_48
Channels = 1
BitRate = 64000-192000

[audio MP2_224]
Like = MPEG1_L2
Channels = 2
Hz = 44100
BitRate = 224000-224000

# players of Europe take layers 1 and 2
[audio MP1_EU]
Codec = mp1
Channels = 1-2
Hz = 16000 22050 24000 32000 44100 48000
BitRate = 32000-448000

[audio MP2_EU]
Like = MP1_EU
Codec = mp2
BitRate = 32000-384000

[audio AC3_ALONE]
Codec = ac3
Channels = 1-6
Hz = 32000 44100 48000
BitRate = 32000-640000

[audio AC3]
Codec = ac3
Channels = 1-6
Hz = 32000 44100 48000
BitRate = 0-448000

[audio AC3_48]
Like = AC3
Hz = 48000

[audio AC3_PS]
Like = AC3_48
BitRate = 64000-448000

[audio XAC3]
Codec = ac3
Channels = 1-6
Hz = 48000
BitRate = 448001-640000
Known = yes

[audio EAC3]
Codec = eac3
Channels = 1-6
Hz = 32000 44100 48000
BitRate = 32000-3024000

[audio EAC3_ALONE]
Like = EAC3
BitRate = 32000-6144000

[audio AMR]
Codec = amrnb amr_nb
Channels = 1
Hz = 8000
BitRate = 4750-12200

# its decoders take AMR-WB, too
[audio AMR_WBplus]
Codec = amrwb amr_wb
Channels = 1-2
Hz = 8000 16000 24000 32000 48000
BitRate = 5200-48000

[audio LPCM16]
Codec = pcm_s16be
Channels = 1-2
Hz = 44100 48000
Bits = 16

[audio LPCM_LOW]
Like = LPCM16
Hz = 8000-32000

[audio LPCM_PS]
Codec = pcm_dvd pcm_s16be
Channels = 1-2
Hz = 48000
Bits = 16 unknown

# bounds of the disc's standard: DLNA's could not be sourced
[audio LPCM_TS]
Codec = pcm_bluray
Channels = 1-8
Hz = 48000-192000

# what cameras write; its bounds could not be sourced
[audio LPCM_MP4]
Codec = pcm_s16be pcm_s16le
Channels = 1-2
Hz = 48000

[audio WMA_BASE]
Codec = wmav1 wmav2
Channels = 1-2
Hz = 1-48000
BitRate = 0-192999

[audio WMA_FULL]
Like = WMA_BASE
BitRate = 0-385000

[audio WMA_PRO]
Codec = wmapro
Channels = 1-8
Hz = 1-96000
BitRate = 0-1500000

[audio WMA_LSL]
Codec = wmalossless
Channels = 1-2
Hz = 1-48000
Bits = 16

[audio WMA_LSL_MULT5]
Codec = wmalossless
Channels = 1-6
Hz = 1-96000
Bits = 16 24

[audio WMA]
Codec = wmav1 wmav2 wmapro
Channels = 1-8
Hz = 1-96000
BitRate = 0-1500000

# its bounds could not be sourced
[audio ATRAC3plus]
Codec = atrac3p atrac3p_al
Channels = 1-8
Hz = 1-48000

[audio G726]
Codec = adpcm_g726 g726
Channels = 1
Hz = 8000
BitRate = 0-32000

[LPCM]
Mime = audio/L16
Container = l16
Audio = LPCM16
Mandatory = yes

[LPCM_low]
Mime = audio/L16
Container = l16
Audio = LPCM_LOW

[MP3]
Mime = audio/mpeg
Container = mp3
Audio = MPEG1_L3
Mandatory = yes

[MP3X]
Mime = audio/mpeg
Container = mp3
Audio = MPEG1_L3X

[AAC_ISO_320]
Mime = audio/mp4
Mime.3gp = audio/3gpp
Container = mp4 3gp
Audio = AAC_320

[AAC_ISO_192]
Mime = audio/mp4
Mime.3gp = audio/3gpp
Container = mp4 3gp
Audio = AAC_192

[AAC_ISO]
Mime = audio/mp4
Mime.3gp = audio/3gpp
Container = mp4 3gp
Audio = AAC

[AAC_MULT5_ISO]
Mime = audio/mp4
Mime.3gp = audio/3gpp
Container = mp4 3gp
Audio = AAC_MULT5

[AAC_ADTS_320]
Mime = audio/vnd.dlna.adts
Container = adts
Audio = AAC_320

[AAC_ADTS_192]
Mime = audio/vnd.dlna.adts
Container = adts
Audio = AAC_192

[AAC_ADTS]
Mime = audio/vnd.dlna.adts
Container = adts
Audio = AAC

[AAC_MULT5_ADTS]
Mime = audio/vnd.dlna.adts
Container = adts
Audio = AAC_MULT5

[AAC_LTP_ISO]
Mime = audio/mp4
Container = mp4
Audio = AAC_LTP

[AAC_LTP_MULT5_ISO]
Mime = audio/mp4
Container = mp4
Audio = AAC_LTP_MULT5

[AAC_LTP_MULT7_ISO]
Mime = audio/mp4
Container = mp4
Audio = AAC_LTP_MULT7

[HEAAC_L2_ADTS_320]
Mime = audio/vnd.dlna.adts
Container = adts
Audio = HEAAC_L2_320

[HEAAC_L2_ADTS_128]
Mime = audio/vnd.dlna.adts
Container = adts
Audio = HEAAC_L2_128

[HEAAC_L2_ADTS]
Mime = audio/vnd.dlna.adts
Container = adts
Audio = HEAAC_L2

[HEAAC_L3_ADTS]
Mime = audio/vnd.dlna.adts
Container = adts
Audio = HEAAC_L3

[HEAAC_MULT5_ADTS]
Mime = audio/vnd.dlna.adts
Container = adts
Audio = HEAAC_MULT5

[HEAAC_L2_ISO_320]
Mime = audio/mp4
Container = mp4
Audio = HEAAC_L2_320

[HEAAC_L2_ISO_128]
Mime = audio/mp4
Container = mp4
Audio = HEAAC_L2_128

[HEAAC_L2_ISO]
Mime = audio/mp4
Container = mp4
Audio = HEAAC_L2

[HEAAC_L3_ISO]
Mime = audio/mp4
Container = mp4
Audio = HEAAC_L3

[HEAAC_MULT5_ISO]
Mime = audio/mp4
Container = mp4
Audio = HEAAC_MULT5

[HEAACv2_L2_320]
Mime = audio/mp4
Mime.adts = audio/vnd.dlna.adts
Container = mp4 adts
Audio = HEAACv2_L2_320

[HEAACv2_L2_128]
Mime = audio/mp4
Mime.adts = audio/vnd.dlna.adts
Container = mp4 adts
Audio = HEAACv2_L2_128

[HEAACv2_L2]
Mime = audio/mp4
Mime.adts = audio/vnd.dlna.adts
Container = mp4 adts
Audio = HEAACv2_L2

[HEAACv2_L3]
Mime = audio/mp4
Mime.adts = audio/vnd.dlna.adts
Container = mp4 adts
Audio = HEAACv2_L3

[HEAACv2_MULT5]
Mime = audio/mp4
Mime.adts = audio/vnd.dlna.adts
Container = mp4 adts
Audio = HEAACv2_MULT5

[BSAC_ISO]
Mime = audio/mp4
Container = mp4
Audio = BSAC

[BSAC_MULT5_ISO]
Mime = audio/mp4
Container = mp4
Audio = BSAC_MULT5

# the names are taken by components, too: sections of components have their kind in front
[AC3]
Mime = audio/vnd.dolby.dd-raw
Container = ac3
Audio = AC3_ALONE

[EAC3]
Mime = audio/eac3
Container = ac3
Audio = EAC3_ALONE

[AMR_3GPP]
Mime = audio/mp4
Mime.3gp = audio/3gpp
Container = mp4 3gp
Audio = AMR

[AMR_WBplus]
Mime = audio/3gpp
Container = 3gp
Audio = AMR_WBplus

[ATRAC3plus]
Mime = audio/x-sony-oma
Container = oma
Audio = ATRAC3plus

[WMABASE]
Mime = audio/x-ms-wma
Container = asf
Audio = WMA_BASE

[WMAFULL]
Mime = audio/x-ms-wma
Container = asf
Audio = WMA_FULL

[WMAPRO]
Mime = audio/x-ms-wma
Container = asf
Audio = WMA_PRO

[WMALSL]
Mime = audio/x-ms-wma
Container = asf
Audio = WMA_LSL

[WMALSL_MULT5]
Mime = audio/x-ms-wma
Container = asf
Audio = WMA_LSL_MULT5
