# Windows Media. FFmpeg's profile numbers of WMV3 and VC-1: 0 simple, 1 main, 3 advanced.

[video WMV_SPLL]
Codec = wmv3
Profile = 0
Max = 176x144
RateMax = 15
BitRate = 0-96000

[video WMV_SPML]
Codec = wmv3
Profile = 0
Max = 240x176
RateMax = 30
BitRate = 0-384000

[video WMV_SPML_15]
Like = WMV_SPML
Max = 352x288
RateMax = 15

[video WMV_MPML]
Codec = wmv3
Profile = 0 1 unknown
Max = 720x480
RateMax = 30
BitRate = 0-10000000

[video WMV_MPML_25]
Like = WMV_MPML
Max = 720x576
RateMax = 25

[video WMV_MPHL]
Codec = wmv3
Profile = 0 1 unknown
Max = 1920x1080
RateMax = 30
BitRate = 0-20000000

[video VC1_L1]
Codec = vc1
Max = 720x576
RateMax = 30
BitRate = 0-10000000

[video VC1_L2]
Codec = vc1
Max = 1280x720
RateMax = 30
BitRate = 0-20000000

[video VC1_L2_60]
Like = VC1_L2
Max = 720x480
RateMax = 60

# 24 frames, or fields; the head of the file does not say which they are
[video VC1_L3]
Codec = vc1
Max = 1920x1080
RateMax = 30
BitRate = 0-45000000

[video VC1_L3_60]
Like = VC1_L3
Max = 1280x720
RateMax = 60

[WMVSPLL]
Mime = video/x-ms-wmv
Container = asf
Video = WMV_SPLL
Tail.BASE = WMA_BASE

[WMVSPML]
Mime = video/x-ms-wmv
Container = asf
Video = WMV_SPML WMV_SPML_15
Tail.BASE = WMA_BASE
Tail.MP3 = MPEG1_L3

[WMVMED]
Mime = video/x-ms-wmv
Container = asf
Video = WMV_MPML WMV_MPML_25
Tail.BASE = WMA_BASE
Tail.FULL = WMA_FULL
Tail.PRO = WMA_PRO

[WMVHIGH]
Mime = video/x-ms-wmv
Container = asf
Video = WMV_MPHL
Tail.FULL = WMA_FULL
Tail.PRO = WMA_PRO

# HighMAT: a disc's way of putting files
[WMVHM_BASE]
Mime = video/x-ms-wmv
Guess = no

[VC1_ASF_AP_L1]
Mime = video/x-ms-asf
Container = asf
Video = VC1_L1
Tail.WMA = WMA

[VC1_ASF_AP_L2]
Mime = video/x-ms-asf
Container = asf
Video = VC1_L2 VC1_L2_60
Tail.WMA = WMA

[VC1_ASF_AP_L3]
Mime = video/x-ms-asf
Container = asf
Video = VC1_L3 VC1_L3_60
Tail.WMA = WMA

[VC1_TS_AP_L1]
Container = ts
Forms = iso
Video = VC1_L1
Tail.AC3 = AC3
Tail.WMA = WMA

[VC1_TS_AP_L2]
Container = ts
Forms = iso
Video = VC1_L2 VC1_L2_60
Tail.AC3 = AC3
Tail.WMA = WMA

# with DTS: names of other servers' lists, which no edition that could be read has
[VC1_TS_HD_DTS]
Forms = iso stamped zero
Guess = no

[VC1_PS_HD_DTS]
Mime = video/mpeg
Guess = no
