# MPEG-4 part 2 and H.263. FFmpeg's profile numbers: 0 simple, 2 core, 15 advanced simple. Levels are not
# looked at: encoders write any, and sizes and rates are what they bound. Where the tables have a set of
# sizes (CIF, D1) the largest of it counts: the pictures of films are cut in many ways, and players scale them.

[sizes SP_L2]
Size = 352x288@-15 320x240@-15 320x180@-15 176x144@-30 128x96@-30

[video SP_L0B]
Codec = mpeg4
Profile = 0 unknown
Max = 176x144
RateMax = 15
BitRate = 0-128000

[video SP_L2]
Codec = mpeg4
Profile = 0 unknown
Sizes = SP_L2
BitRate = 0-128000

[video SP]
Codec = mpeg4
Profile = 0 unknown
Max = 352x288
RateMax = 30
BitRate = 0-384000

[video SP_VGA]
Codec = mpeg4
Profile = 0 unknown
Max = 640x480
RateMax = 30
BitRate = 0-3000000

[video SP_L5]
Codec = mpeg4
Profile = 0 unknown
Max = 720x576
RateMax = 30
BitRate = 0-8000000

[video SP_L6]
Codec = mpeg4
Profile = 0 unknown
Max = 1280x720
RateMax = 30
BitRate = 0-12000000

[video ASP]
Codec = mpeg4
Profile = 15
Max = 720x576
RateMax = 30
BitRate = 0-8000000

[video ASP_L4_SO]
Codec = mpeg4
Profile = 15
Max = 352x576
RateMax = 30
BitRate = 0-2000000

[video CO]
Codec = mpeg4
Profile = 2
Max = 352x288
RateMax = 30
BitRate = 0-2000000

[video H263_P0_L10]
Codec = h263
Max = 176x144
RateMax = 15
BitRate = 0-64000

# bounds of the level: DLNA's could not be sourced
[video H263_P0_L45]
Codec = h263
Max = 176x144
RateMax = 15
BitRate = 0-128000

[audio AAC_128]
Like = AAC
BitRate = 0-128000

[audio AAC_200]
Like = AAC
BitRate = 0-200000

[audio AAC_216]
Like = AAC
BitRate = 0-216000

[audio AAC_256]
Like = AAC
BitRate = 0-256000

[audio AAC_86]
Like = AAC
BitRate = 0-86000

[audio AAC_LTP_86]
Like = AAC_LTP
BitRate = 0-86000

[MPEG4_P2_3GPP_SP_L0B]
Mime = video/3gpp
Container = 3gp
Video = SP_L0B
Tail.AAC = AAC
Tail.AMR = AMR

[MPEG4_P2_MP4_SP_L2]
Mime = video/mp4
Container = mp4
Video = SP_L2
Tail.AAC = AAC_128
Tail.AMR = AMR

[MPEG4_P2_MP4_SP_L0B]
Mime = video/mp4
Container = mp4
Video = SP_L0B
Tail.HEAACv2_L2 = HEAACv2_L2

[MPEG4_P2_MP4_SP]
Mime = video/mp4
Container = mp4
Video = SP
System = 600000
Tail.AAC = AAC_216
Tail.HEAAC = HEAAC_L2
Tail.ATRAC3plus = ATRAC3plus
Tail.AAC_LTP = AAC_LTP
Tail.L3_HEAACv2_L2 = HEAACv2_L2

[MPEG4_P2_MP4_SP_VGA]
Mime = video/mp4
Container = mp4
Video = SP_VGA
Tail.AAC = AAC_256
Tail.HEAAC = HEAAC_L2

[MPEG4_P2_MP4_SP_L5]
Mime = video/mp4
Container = mp4
Video = SP_L5
Tail.AAC = AAC

[MPEG4_P2_MP4_SP_L6]
Mime = video/mp4
Container = mp4
Video = SP_L6
Tail.AAC = AAC
Tail.HEAAC_L2 = HEAAC_L2

# the plain names: nothing in a probe tells the restricted tool sets
[MPEG4_P2_MP4_ASP]
Mime = video/mp4
Container = mp4
Video = ASP
Tail.AAC = AAC
Tail.HEAAC = HEAAC_L2
Tail.HEAAC_MULT5 = HEAAC_MULT5
Tail.ATRAC3plus = ATRAC3plus

[MPEG4_P2_MP4_ASP_L5_SO]
Mime = video/mp4
Guess = no
Tail.AAC = AAC
Tail.HEAAC = HEAAC_L2
Tail.HEAAC_MULT5 = HEAAC_MULT5

[MPEG4_P2_MP4_ASP_L4_SO]
Mime = video/mp4
Guess = no
Tail.AAC = AAC
Tail.HEAAC = HEAAC_L2
Tail.HEAAC_MULT5 = HEAAC_MULT5

[MPEG4_H263_MP4_P0_L10]
Mime = video/3gpp
Container = mp4 3gp
Video = H263_P0_L10
System = 150000
Tail.AAC = AAC_86
Tail.AAC_LTP = AAC_LTP_86

[MPEG4_H263_MP4_P0_L45]
Mime = video/3gpp
Container = mp4 3gp
Video = H263_P0_L45
Tail.HEAACv2_L2 = HEAACv2_L2

[MPEG4_H263_3GPP_P0_L10]
Mime = video/3gpp
Container = 3gp
Video = H263_P0_L10
Tail.AMR_WBplus = AMR_WBplus
Tail.AMR = AMR

# profile 3: no probe tells the profiles of H.263
[MPEG4_H263_3GPP_P3_L10]
Mime = video/3gpp
Guess = no
Tail.AMR = AMR

[MPEG4_P2_TS_SP]
Container = ts
Forms = iso stamped zero
Video = SP
Tail.AAC = AAC
Tail.MPEG1_L3 = MPEG1_L3
Tail.AC3 = AC3
Tail.MPEG2_L2 = MPEG1_L2

[MPEG4_P2_TS_CO]
Container = ts
Forms = iso stamped zero
Video = CO
Tail.AC3 = AC3
Tail.MPEG2_L2 = MPEG1_L2

[MPEG4_P2_TS_ASP]
Container = ts
Forms = iso stamped zero
Video = ASP
Tail.AAC = AAC
Tail.MPEG1_L3 = MPEG1_L3
Tail.AC3 = AC3
Tail.MPEG2_L2 = MPEG1_L2

[MPEG4_P2_ASF_SP]
Mime = video/x-ms-asf
Container = asf
Video = SP
Tail.G726 = G726

[MPEG4_P2_ASF_ASP_L4_SO]
Mime = video/x-ms-asf
Container = asf
Video = ASP_L4_SO
Tail.G726 = G726

[MPEG4_P2_ASF_ASP_L5_SO]
Mime = video/x-ms-asf
Container = asf
Video = ASP
Tail.G726 = G726
