# H.264. Profile numbers: 66 baseline, 578 constrained baseline, 77 main, 100 high. Constrained baseline is
# main, too. Levels are level_idc. Where the tables have a set of sizes (CIF, D1) the largest of it counts:
# the pictures of films are cut in many ways, and players scale them.

[sizes BL_SD]
Size = 720x576@-25 720x480@-29.97 640x480@-30 640x360@-30

[sizes CIF15]
Size = 352x288@-15 352x240@-18 320x240@-20 320x180@-26 240x180@-30 240x135@-30 208x160@-30
Size = 176x144@-30 176x120@-30 160x120@-30 160x112@-30 160x90@-30 128x96@-30

[sizes HD_50]
Size = 1920x1080@50 1920x1080@25i 1440x1080@50 1440x1080@25i 1280x720@50 720x576@25i 720x576@50

[sizes HD_60]
Size = 1920x1080@29.97i 1440x1080@29.97i 720x480@29.97i 1280x720@59.94

# level 1b is 11 with a flag; the tables name none, its rates are theirs
[video BL_QCIF15]
Codec = h264
Profile = 66 578
Level = 11
Max = 352x288
RateMax = 15
BitRate = 0-128000

# by the size of its name: no picture of level 1b is larger
[video BL_L1B_QCIF15]
Codec = h264
Profile = 66 578
Level = 11
Max = 176x144
RateMax = 15
BitRate = 0-128000

[video BL_L12_CIF15]
Codec = h264
Profile = 66 578
Level = 12
Max = 320x240
RateMax = 15
BitRate = 0-384000

[video BL_CIF15]
Codec = h264
Profile = 578
Level = 12
Sizes = CIF15
BitRate = 0-384000

[video BL_L2_CIF30]
Codec = h264
Profile = 66 578
Level = 20
Max = 352x288
RateMax = 30
BitRate = 0-2000000

[video BL_CIF30]
Codec = h264
Profile = 66 578
Level = 30
Max = 352x288
RateMax = 30
BitRate = 0-2000000

[video BL_L3L_SD]
Codec = h264
Profile = 578
Level = 30
Sizes = BL_SD
BitRate = 0-4500000

[video BL_L3_SD]
Codec = h264
Profile = 66 578
Level = 30
Sizes = BL_SD
BitRate = 0-4000000

[video BL_L31_HD]
Codec = h264
Profile = 66 578
Level = 31
Max = 1280x720
RateMax = 60
BitRate = 0-15000000

[video BL_L32_HD]
Codec = h264
Profile = 66 578
Level = 32
Max = 1280x720
RateMax = 60
BitRate = 0-21000000

[video MP_SD]
Codec = h264
Profile = 77 578
Level = 30
Max = 720x576
RateMax = 30
BitRate = 0-10000000

# the level that these pictures need: the tables name none
[video MP_SD_EAC3_30]
Codec = h264
Profile = 77 578
Level = 31
Max = 864x576
RateMax = 30
BitRate = 0-10000000

[video MP_SD_EAC3_50]
Like = MP_SD_EAC3_30
Max = 720x576
RateMax = 50

[video MP_SD_EAC3_60]
Like = MP_SD_EAC3_30
Max = 720x480
RateMax = 60

[video MP_HD_720p]
Codec = h264
Profile = 77
Level = 31
Max = 1280x720
RateMax = 30
BitRate = 0-14000000

[video MP_HD_480p]
Like = MP_HD_720p
Max = 640x480
RateMax = 60

# Whether it is interlaced is not in the head of an MP4; who weaves fields of level 4 shows frames, too.
[video MP_HD_1080i]
Codec = h264
Profile = 77
Level = 40
Max = 1920x1080
RateMax = 30
BitRate = 0-20000000

[video MP_HD_720p60]
Like = MP_HD_1080i
Max = 1280x720
RateMax = 60

[video MP_HD]
Codec = h264
Profile = 77 578
Level = 40
Max = 1920x1152
RateMax = 60
BitRate = 0-20000000

# bounds of level 3: DLNA's could not be sourced
[video HP_SD]
Codec = h264
Profile = 100
Level = 30
Max = 720x576
RateMax = 30
BitRate = 0-12500000

[video HP_HD_MP4]
Codec = h264
Profile = 100
Level = 40
Max = 1920x1080
RateMax = 60
BitRate = 0-25000000

[video HP_HD_EAC3_30]
Like = HP_HD_MP4
RateMax = 29.97

[video HP_HD_EAC3_60]
Like = HP_HD_MP4
Max = 1280x720
RateMax = 59.94

[video HP_HD]
Codec = h264
Profile = 100
Level = 40
Max = 1920x1152
RateMax = 60
BitRate = 0-30000000

[video HP_HD_MKV_25]
Like = HP_HD
RateMax = 25

[video HP_HD_MKV_30]
Like = HP_HD
Max = 1920x1080
RateMax = 30

[video HP_HD_MKV_60]
Like = HP_HD
Max = 1280x720
RateMax = 60

# bit rate and level are those of the discs and cameras that these names are of: DLNA's could not be sourced
[video HD_50]
Codec = h264
Profile = 77 100
Level = 42
Sizes = HD_50
BitRate = 0-30000000

[video HD_60]
Codec = h264
Profile = 77 100
Level = 42
Sizes = HD_60
BitRate = 0-30000000

[AVC_3GPP_BL_QCIF15]
Mime = video/3gpp
Container = 3gp
Video = BL_QCIF15
System = 256000
Tail.AAC = AAC_128
Tail.AAC_LTP = AAC_LTP
Tail.HEAAC = HEAAC_L2
Tail.AMR_WBplus = AMR_WBplus
Tail.AMR = AMR

[AVC_3GPP_BL_CIF15]
Mime = video/3gpp
Container = 3gp
Video = BL_CIF15
System = 600000
Tail.AMR_WBplus = AMR_WBplus

[AVC_3GPP_BL_CIF30]
Mime = video/3gpp
Container = 3gp
Video = BL_CIF30
System = 3000000
Tail.AMR_WBplus = AMR_WBplus

[AVC_MP4_BL_L1B_QCIF15]
Mime = video/mp4
Container = mp4
Video = BL_L1B_QCIF15
System = 256000
Tail.HEAAC = HEAAC_L2
Tail.HEAACv2_L2 = HEAACv2_L2

# _AAC_520 is what every mobile player knows; _350 fits it, and is in few lists: it stands behind
[AVC_MP4_BL_CIF15]
Mime = video/mp4
Container = mp4
Video = BL_CIF15
System = 600000
Tail.AAC_520 = AAC_128 520000
Tail.AAC_350 = AAC_128 350000
Tail.AAC = AAC_200
Tail.HEAAC = HEAAC_L2
Tail.HEAAC_350 = HEAAC_L2 350000
Tail.HEAACv2_L2 = HEAACv2_L2
Tail.AMR = AMR
Tail.AAC_LTP_520 = AAC_LTP 520000
Tail.AAC_LTP = AAC_LTP
Tail.BSAC = BSAC

[AVC_MP4_BL_L12_CIF15]
Mime = video/mp4
Container = mp4
Video = BL_L12_CIF15
System = 600000
Tail.HEAACv2_350 = HEAACv2_L2 350000
Tail.HEAACv2_L2 = HEAACv2_L2
Tail.HEAAC = HEAAC_L2

[AVC_MP4_BL_L2_CIF30]
Mime = video/mp4
Container = mp4
Video = BL_L2_CIF30
System = 1300000
Tail.AAC = AAC

[AVC_MP4_BL_CIF30]
Mime = video/mp4
Container = mp4
Video = BL_CIF30
System = 3000000
Tail.AAC_940 = AAC 940000
Tail.AAC_MULT5 = AAC_MULT5
Tail.HEAAC_L2 = HEAAC_L2
Tail.HEAACv2_L2 = HEAACv2_L2
Tail.MPEG1_L3 = MPEG1_L3
Tail.AC3 = AC3
Tail.AAC_LTP = AAC_LTP
Tail.AAC_LTP_MULT5 = AAC_LTP_MULT5
Tail.BSAC = BSAC
Tail.BSAC_MULT5 = BSAC_MULT5

[AVC_MP4_BL_L3_SD]
Mandatory = yes
Mime = video/mp4
Container = mp4
Video = BL_L3_SD
Tail.AAC = AAC_256

[AVC_MP4_BL_L3L_SD]
Mime = video/mp4
Container = mp4
Video = BL_L3L_SD
System = 5000000
Tail.AAC = AAC_256
Tail.HEAAC = HEAAC_L2

# the name without a tail is of 2014; what it is for has had a longer one since 2006
[AVC_MP4_MP_SD]
Mime = video/mp4
Container = mp4
Video = MP_SD
Tail.AAC_MULT5 = AAC_MULT5
Tail.HEAAC_L2 = HEAAC_L2
Tail.HEAAC_L4 = HEAAC_L4
Tail.MPEG1_L3 = MPEG1_L3
Tail.AC3 = AC3
Tail.AAC_LTP = AAC_LTP
Tail.AAC_LTP_MULT5 = AAC_LTP_MULT5
Tail.AAC_LTP_MULT7 = AAC_LTP_MULT7
Tail.ATRAC3plus = ATRAC3plus
Tail.BSAC = BSAC
Audio = AAC

[AVC_MP4_MP_SD_EAC3]
Mime = video/mp4
Container = mp4
Video = MP_SD_EAC3_30 MP_SD_EAC3_50 MP_SD_EAC3_60
Audio = EAC3

[AVC_MP4_BL_L31_HD]
Mime = video/mp4
Container = mp4
Video = BL_L31_HD
System = 15000000
Tail.AAC = AAC

[AVC_MP4_BL_L32_HD]
Mime = video/mp4
Container = mp4
Video = BL_L32_HD
System = 21000000
Tail.AAC = AAC

[AVC_MP4_MP_HD_720p]
Mime = video/mp4
Container = mp4
Video = MP_HD_720p MP_HD_480p
Tail.AAC = AAC

[AVC_MP4_MP_HD_1080i]
Mime = video/mp4
Container = mp4
Video = MP_HD_1080i MP_HD_720p60
Tail.AAC = AAC

[AVC_MP4_HP_SD]
Mime = video/mp4
Container = mp4
Video = HP_SD
Tail.HEAACv2_L4 = HEAACv2_L4

[AVC_MP4_HP_HD]
Mime = video/mp4
Container = mp4
Video = HP_HD_MP4
Tail.AAC = AAC
Tail.HEAAC_L2 = HEAAC_L2
Tail.HEAAC_MULT7 = HEAAC_MULT7
Tail.HEAACv2_L4 = HEAACv2_L4

[AVC_MP4_HP_HD_EAC3]
Mime = video/mp4
Container = mp4
Video = HP_HD_EAC3_30 HP_HD_EAC3_60
Audio = EAC3

[AVC_MP4_LPCM]
Mime = video/mp4
Container = mp4
Video = MP_HD HP_HD_MP4
Audio = LPCM_MP4

# wider than one of the above, and without a bound of their own
[AVC_MP4_MP_SD_AAC_LC]
Mime = video/mp4
Guess = no

[AVC_MP4_HD_HEAACv2_L6]
Mime = video/mp4
Guess = no

[AVC_MP4_EU]
Mime = video/mp4
Guess = no

[AVC_TS_HD_60]
Container = ts
Forms = iso stamped zero
Video = HD_60
Tail.AC3 = AC3_48

[AVC_TS_HD_50]
Container = ts
Forms = iso stamped zero
Video = HD_50
Tail.AC3 = AC3_48

[AVC_TS_HD_60_LPCM]
Container = ts
Forms = stamped
Video = HD_60
Audio = LPCM_TS

[AVC_TS_HD_50_LPCM]
Container = ts
Forms = stamped
Video = HD_50
Audio = LPCM_TS

# its sizes could not be sourced
[AVC_TS_HD_24]
Forms = iso stamped zero
Guess = no
Tail.AC3 = AC3_48

[AVC_TS_HD_24_LPCM]
Forms = stamped
Guess = no

# with two languages in two channels, which no probe tells
[AVC_TS_HD_24_AC3_X]
Forms = stamped
Guess = no

[AVC_TS_HD_50_AC3_X]
Forms = stamped
Guess = no

[AVC_TS_HD_60_AC3_X]
Forms = stamped
Guess = no

# with DTS: names of other servers' lists, which no edition that could be read has
[AVC_TS_HD_DTS]
Forms = iso stamped zero
Guess = no

[AVC_TS_BL_CIF15]
Container = ts
Forms = iso stamped zero
Video = BL_CIF15
System = 600000
Tail.AAC_540 = AAC 540000
Tail.AAC = AAC
Tail.AAC_LTP = AAC_LTP
Tail.BSAC = BSAC

[AVC_TS_BL_CIF30]
Container = ts
Forms = iso stamped zero
Video = BL_CIF30
System = 3000000
Tail.AAC_940 = AAC 940000
Tail.AAC_MULT5 = AAC_MULT5
Tail.HEAAC_L2 = HEAAC_L2
Tail.MPEG1_L3 = MPEG1_L3
Tail.AC3 = AC3
Tail.AAC_LTP = AAC_LTP
Tail.AAC_LTP_MULT5 = AAC_LTP_MULT5

[AVC_TS_MP_SD]
Container = ts
Forms = iso stamped zero
Video = MP_SD
Tail.AC3 = AC3
Tail.MPEG1_L3 = MPEG1_L3
Tail.AAC_MULT5 = AAC_MULT5
Tail.HEAAC_L2 = HEAAC_L2
Tail.AAC_LTP = AAC_LTP
Tail.AAC_LTP_MULT5 = AAC_LTP_MULT5
Tail.AAC_LTP_MULT7 = AAC_LTP_MULT7
Tail.BSAC = BSAC
Tail.EAC3 = EAC3
Tail.MPEG1_L2 = MPEG1_L2

[AVC_TS_MP_HD]
Container = ts
Forms = iso stamped zero
Video = MP_HD
Tail.AC3 = AC3
Tail.MPEG1_L3 = MPEG1_L3
Tail.AAC_MULT5 = AAC_MULT5
Tail.HEAAC_L2 = HEAAC_L2
Tail.AAC_LTP = AAC_LTP
Tail.AAC_LTP_MULT5 = AAC_LTP_MULT5
Tail.AAC_LTP_MULT7 = AAC_LTP_MULT7
Tail.EAC3 = EAC3
Tail.MPEG1_L2 = MPEG1_L2

# what they are for has the name with MULT5, too, which more players know
[AVC_TS_MP_HD_AAC]
Forms = iso stamped zero
Guess = no

[AVC_TS_MP_SD_AAC]
Forms = iso stamped zero
Guess = no

[AVC_TS_HP_SD]
Container = ts
Forms = iso stamped
Video = HP_SD
Tail.AC3 = AC3
Tail.MPEG1_L2 = MPEG1_L2

[AVC_TS_HP_HD]
Container = ts
Forms = iso stamped
Video = HP_HD
Tail.AC3 = AC3
Tail.MPEG1_L2 = MPEG1_L2

# with other sounds: from one list only, and unverified
[AVC_TS_HP]
Forms = iso stamped
Guess = no
Tail.SD_AAC_MULT5 = AAC_MULT5
Tail.SD_AAC = AAC
Tail.SD_MPEG1_L3 = MPEG1_L3
Tail.SD_HEAACv2_L4 = HEAACv2_L4
Tail.SD_EAC3 = EAC3
Tail.HD_AAC_MULT5 = AAC_MULT5
Tail.HD_AAC = AAC
Tail.HD_MPEG1_L3 = MPEG1_L3
Tail.HD_HEAACv2_L4 = HEAACv2_L4
Tail.HD_EAC3 = EAC3

[AVC_TS_JP_AAC]
Container = ts
Forms = stamped
Video = MP_HD HP_HD
Audio = AAC_MULT5

# by the tables of broadcasters, which no probe reads
[AVC_TS_EU]
Forms = iso stamped
Guess = no

[AVC_TS_SD_EU]
Forms = iso stamped
Guess = no

[AVC_TS_HD_EU]
Forms = iso stamped
Guess = no

[AVC_TS_NA]
Forms = iso stamped
Guess = no

[AVC_TS_NA_3DFC]
Forms = iso
Guess = no

[AVC_TS_SHP_HD_EU_AC3]
Forms = stamped
Guess = no

[AVC_TS_SHP_HD_EU_HEAACv2_L4]
Forms = stamped
Guess = no

[AVC_MKV_MP_HD]
Mime = video/x-matroska
Container = mkv
Video = MP_HD
Tail.AAC_MULT5 = AAC_MULT5
Tail.AC3 = AC3
Tail.EAC3 = EAC3
Tail.MPEG1_L3 = MPEG1_L3
Tail.HEAAC_L4 = HEAAC_L4

[AVC_MKV_HP_HD]
Mime = video/x-matroska
Container = mkv
Video = HP_HD_MKV_25 HP_HD_MKV_30 HP_HD_MKV_60
Tail.AAC_MULT5 = AAC_MULT5
Tail.AC3 = AC3
Tail.EAC3 = EAC3
Tail.MPEG1_L3 = MPEG1_L3
Tail.HEAAC_L4 = HEAAC_L4
