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
Max = 352x288
RateMax = 30
BitRate = 0-384000

[video WMV_MPML]
Codec = wmv3
Profile = 0 1 unknown
Max = 720x576
RateMax = 30
BitRate = 0-10000000

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

[video VC1_L3]
Codec = vc1
Max = 1920x1080
RateMax = 60
BitRate = 0-45000000

[WMVSPLL]
Mime = video/x-ms-wmv
Container = asf
Video = WMV_SPLL
Tail.BASE = WMA_BASE

[WMVSPML]
Mime = video/x-ms-wmv
Container = asf
Video = WMV_SPML
Tail.BASE = WMA_BASE
Tail.MP3 = MPEG1_L3

[WMVMED]
Mime = video/x-ms-wmv
Container = asf
Video = WMV_MPML
Tail.BASE = WMA_BASE
Tail.FULL = WMA_FULL
Tail.PRO = WMA_PRO

[WMVHIGH]
Mime = video/x-ms-wmv
Container = asf
Video = WMV_MPHL
Tail.FULL = WMA_FULL
Tail.PRO = WMA_PRO

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
Video = VC1_L2
Tail.WMA = WMA

[VC1_ASF_AP_L3]
Mime = video/x-ms-asf
Container = asf
Video = VC1_L3
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
Video = VC1_L2
Tail.AC3 = AC3
Tail.WMA = WMA

[VC1_TS_HD_DTS]
Forms = iso stamped zero
Guess = no
