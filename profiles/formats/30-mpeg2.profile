# MPEG-1 and MPEG-2. In a transport stream each name has up to three forms, by its packets: of 188 octets
# _ISO, of 192 with a time _T, of 192 with zeros none.

[sizes NTSC]
Size = 720x480@29.97 704x480@29.97 544x480@29.97 480x480@29.97 352x480@29.97 352x240@29.97

[sizes PAL]
Size = 720x576@25 704x576@25 544x576@25 480x576@25 352x576@25 352x288@25

[sizes MPEG1]
Size = 352x288@25 352x240@29.97 352x240@23.976

[sizes HD_NA]
Size = 1920x1080@23.976 1920x1080@24 1920x1080@29.97 1920x1080@30
Size = 1440x1080@23.976 1440x1080@24 1440x1080@29.97 1440x1080@30
Size = 1280x1080@23.976 1280x1080@24 1280x1080@29.97 1280x1080@30
Size = 1280x720@23.976 1280x720@24 1280x720@29.97 1280x720@30 1280x720@59.94 1280x720@60

[sizes SD_NA]
Size = 720x480@29.97
Size = 704x480@23.976 704x480@24 704x480@29.97 704x480@30
Size = 640x480@23.976 640x480@24 640x480@29.97 640x480@30
Size = 544x480@29.97 480x480@29.97 352x480@29.97

# of high level, with more bits
[sizes SD_NA_60P]
Size = 704x480@59.94 704x480@60 640x480@59.94 640x480@60

# 50 fields; frames sent as fields are such, and no probe tells them apart
[sizes SD_EU]
Size = 720x576@25 544x576@25 480x576@25 352x576@25 352x288@25

[sizes SD_50]
Size = 720x576@25

[sizes SD_60]
Size = 720x480@29.97

# sizes of HDV: those of the names HD_50 and HD_60 with L2 could not be sourced
[sizes HD_50_HDV]
Size = 1440x1080@25 1280x720@25 1280x720@50

[sizes HD_60_HDV]
Size = 1440x1080@29.97 1280x720@29.97 1280x720@59.94

[video MPEG1]
Codec = mpeg1video
Sizes = MPEG1
BitRate = 1150000-1152000

# FFmpeg's numbers of profiles: 4 main, 5 simple
[video MPEG2]
Codec = mpeg2video
Profile = 4 5 unknown

[video MPEG2_NTSC]
Like = MPEG2
Sizes = NTSC
BitRate = 0-9800000

[video MPEG2_PAL]
Like = MPEG2
Sizes = PAL
BitRate = 0-9800000

[video MPEG2_LL]
Like = MPEG2
Max = 352x288
RateMax = 30
BitRate = 0-4000000

[video MPEG2_SD_EU]
Like = MPEG2
Sizes = SD_EU
BitRate = 0-15000000

[video MPEG2_SD_NA]
Like = MPEG2
Sizes = SD_NA
BitRate = 0-15000000

[video MPEG2_SD_NA_60P]
Like = MPEG2
Sizes = SD_NA_60P
BitRate = 0-19392700

[video MPEG2_HD_NA]
Like = MPEG2
Sizes = HD_NA
BitRate = 0-19392700

[video MPEG2_SD_50]
Like = MPEG2
Sizes = SD_50
BitRate = 0-15000000

[video MPEG2_SD_60]
Like = MPEG2
Sizes = SD_60
BitRate = 0-15000000

[video MPEG2_HD_50]
Like = MPEG2
Sizes = HD_50_HDV
BitRate = 0-30000000

[video MPEG2_HD_60]
Like = MPEG2
Sizes = HD_60_HDV
BitRate = 0-30000000

# by main profile at its levels; the bit rates are ARIB's and of main level
[video MPEG2_JP]
Like = MPEG2
Max = 1920x1080
RateMax = 60
BitRate = 0-24000000

[video MPEG2_SD_JP]
Like = MPEG2
Max = 720x480
RateMax = 30
BitRate = 0-15000000

[MPEG1]
Mime = video/mpeg
Container = mpeg
Video = MPEG1
Audio = MP2_224

[MPEG_PS_NTSC]
Mime = video/mpeg
Container = mpeg
Video = MPEG2_NTSC
Audio = AC3_PS MP2_48 MP2_48_MONO LPCM_PS
System = 10080000
Mandatory = yes

[MPEG_PS_NTSC_XAC3]
Mime = video/mpeg
Container = mpeg
Video = MPEG2_NTSC
Audio = XAC3
System = 10080000

[MPEG_PS_PAL]
Mime = video/mpeg
Container = mpeg
Video = MPEG2_PAL
Audio = AC3_PS MP2_48 MP2_48_MONO LPCM_PS
System = 10080000
Mandatory = yes

[MPEG_PS_PAL_XAC3]
Mime = video/mpeg
Container = mpeg
Video = MPEG2_PAL
Audio = XAC3
System = 10080000

# elementary streams go over RTP only
[MPEG_ES_NTSC]
Mime = video/mpeg
Guess = no

[MPEG_ES_PAL]
Mime = video/mpeg
Guess = no

[MPEG_ES_NTSC_XAC3]
Mime = video/mpeg
Guess = no

[MPEG_ES_PAL_XAC3]
Mime = video/mpeg
Guess = no

[MPEG_TS_MP_LL_AAC]
Container = ts
Forms = iso stamped zero
Video = MPEG2_LL
Audio = AAC_256

# Europe's players need not know AC-3: its own name where there is one
[MPEG_TS_SD_EU_AC3]
Container = ts
Forms = iso stamped
Video = MPEG2_SD_EU
Audio = AC3_48

[MPEG_TS_SD_EU]
Container = ts
Forms = iso stamped zero
Video = MPEG2_SD_EU
Audio = MP1_EU MP2_EU AC3_ALONE

[MPEG_TS_HD_NA]
Container = ts
Forms = iso stamped zero
Video = MPEG2_HD_NA
Audio = AC3_48
System = 19392700

[MPEG_TS_HD_NA_XAC3]
Container = ts
Forms = iso stamped zero
Video = MPEG2_HD_NA
Audio = XAC3
System = 19392700

[MPEG_TS_SD_NA]
Container = ts
Forms = iso stamped zero
Video = MPEG2_SD_NA MPEG2_SD_NA_60P
Audio = AC3_48
System = 19392700

[MPEG_TS_SD_NA_XAC3]
Container = ts
Forms = iso stamped zero
Video = MPEG2_SD_NA MPEG2_SD_NA_60P
Audio = XAC3
System = 19392700

# North America's are a superset of Korea's: nothing in a file tells them apart
[MPEG_TS_SD_KO]
Forms = iso stamped zero
Guess = no

[MPEG_TS_SD_KO_XAC3]
Forms = iso stamped zero
Guess = no

[MPEG_TS_HD_KO]
Forms = iso stamped zero
Guess = no

[MPEG_TS_HD_KO_XAC3]
Forms = iso stamped zero
Guess = no

# Recorders' names. What is Europe's or North America's, too, has got that name above: players ask for it.
[MPEG_TS_HD_50_L2]
Container = ts
Forms = iso stamped
Video = MPEG2_HD_50
Audio = MP2_48 MP2_48_MONO

[MPEG_TS_HD_60_L2]
Container = ts
Forms = iso stamped
Video = MPEG2_HD_60
Audio = MP2_48 MP2_48_MONO

[MPEG_TS_SD_50_L2]
Container = ts
Forms = stamped
Video = MPEG2_SD_50
Audio = MP2_48 MP2_48_MONO

[MPEG_TS_SD_60_L2]
Container = ts
Forms = stamped
Video = MPEG2_SD_60
Audio = MP2_48 MP2_48_MONO

[MPEG_TS_SD_50_AC3]
Container = ts
Forms = stamped
Video = MPEG2_SD_50
Audio = AC3_48

[MPEG_TS_SD_60_AC3]
Container = ts
Forms = stamped
Video = MPEG2_SD_60
Audio = AC3_48

[MPEG_TS_SD_JP_MPEG1_L2]
Container = ts
Forms = stamped
Video = MPEG2_SD_JP
Audio = MPEG1_L2

[MPEG_TS_JP]
Container = ts
Forms = stamped
Video = MPEG2_JP
Audio = AAC_MULT5

# made for one operator's or one country's tables, which no probe reads
[MPEG_TS_NA]
Forms = iso
Guess = no

[MPEG_TS_NA_3DFC]
Forms = iso
Guess = no

# with DTS: names of other servers' lists, which no edition that could be read has
[MPEG_TS_DTS]
Forms = iso stamped
Guess = no

[MPEG_PS_NTSC_DTS]
Mime = video/mpeg
Guess = no

[MPEG_PS_PAL_DTS]
Mime = video/mpeg
Guess = no
