# Pictures: the smallest that fits. Sections with Guess = no are names of the standard that no original
# gets: thumbnails are always made, icons only constrain the device description. Pictures above the largest
# size keep their MIME type alone. TIFF is a format of the standard whose name could not be sourced; JPEG_RES_W_H
# is one picture's own size, which res@resolution tells. "baseline" is of JPEG what its first edition asks
# (the expansion of colours, 4:2:2 or 4:2:0, is not sourced and not looked at), of PNG no interlace and at
# most 24 bits of colour.

[JPEG_SM_ICO]
Mime = image/jpeg
Guess = no

[JPEG_LRG_ICO]
Mime = image/jpeg
Guess = no

[JPEG_TN]
Mime = image/jpeg
Guess = no

[JPEG_SM]
Mime = image/jpeg
Container = jpeg
Picture = baseline
Max = 640x480
Mandatory = yes

[JPEG_MED]
Mime = image/jpeg
Container = jpeg
Picture = baseline
Max = 1024x768

[JPEG_LRG]
Mime = image/jpeg
Container = jpeg
Picture = baseline
Max = 4096x4096

[PNG_SM_ICO]
Mime = image/png
Guess = no

[PNG_LRG_ICO]
Mime = image/png
Guess = no

[PNG_TN]
Mime = image/png
Guess = no

[PNG_LRG]
Mime = image/png
Container = png
Picture = baseline
Max = 4096x4096

[GIF_LRG]
Mime = image/gif
Container = gif
Picture = *
Max = 1600x1200
