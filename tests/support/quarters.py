# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures of which every corner is known, and what became of them, pixel by pixel."""

import pathlib
import struct
import subprocess

from media import ffmpeg

RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)
CORNERS = (RED, GREEN, BLUE, YELLOW)  # top left, top right, bottom left, bottom right
# EXIF's orientation: which corner of the file is where in the upright picture
UPRIGHT = {1: (0, 1, 2, 3), 2: (1, 0, 3, 2), 3: (3, 2, 1, 0), 4: (2, 3, 0, 1),
           5: (0, 2, 1, 3), 6: (2, 0, 3, 1), 7: (3, 1, 2, 0), 8: (1, 3, 0, 2)}

# the same as filters of ffmpeg
TURNS = {1: "null", 2: "hflip", 3: "hflip,vflip", 4: "vflip", 5: "transpose=0", 6: "transpose=1", 7: "transpose=3",
         8: "transpose=2"}


def make_quarters(path, width, height, *options, seconds=None):
    """A picture, or a film, of four colours, one in each corner, and much that is small in the middle."""
    half = f"{width // 2}x{height // 2}"
    inputs = []
    for colour in ("red", "lime", "blue", "yellow"):
        length = f":d={seconds}:r=10" if seconds else ""
        inputs += ["-f", "lavfi", "-i", f"color={colour}:s={half}{length}"]
    inputs += ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=10"]
    middle = f"[4]trim=end_frame=1,scale={max(width // 2, 2)}:{max(height // 2, 2)},loop=-1:1"
    layout = (f"[0][1]hstack[t];[2][3]hstack[b];[t][b]vstack[q];{middle}[m];"
              f"[q][m]overlay={width // 4}:{height // 4}:format=gbrp:shortest=1,format=yuvj444p")
    if pathlib.Path(path).suffix in (".png", ".gif", ".webp", ".tiff", ".bmp"):
        layout = layout.replace("format=yuvj444p", "format=rgb24")
    if seconds:
        layout = layout.replace("yuvj444p", "yuv420p")
    frames = [] if seconds else ["-frames:v", "1"]
    ffmpeg(*inputs, "-filter_complex", layout, *frames, "-q:v", "2", *options, path)


def add_orientation(path, orientation):
    """An EXIF segment behind SOI."""
    data = path.read_bytes()
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:])


def decode(data):
    """(width, height, pixel(x, y)) of a coded picture, by ffmpeg."""
    probe = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height,pix_fmt",
                            "-of", "default=nw=1", "-i", "-"], input=data, check=True, capture_output=True)
    fields = dict(line.split("=") for line in probe.stdout.decode().split())
    width, height = int(fields["width"]), int(fields["height"])
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                         input=data, check=True, capture_output=True).stdout
    assert len(raw) == width * height * 3

    def pixel(x, y):
        at = (y * width + x) * 3
        return tuple(raw[at:at + 3])

    return width, height, pixel, fields


def pixels(*options, data=None):
    return subprocess.run(["ffmpeg", "-v", "error", "-nostdin" if data is None else "-y", *options, "-frames:v", "1",
                           "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                          input=data, check=True, capture_output=True).stdout


def likeness(data, source, filters="null"):
    """Correlation of what was made with what ffmpeg makes of the source, both made smaller, 1 at best; and
    by how much they differ in the mean, of 255; and how large it was."""
    width, height = decode(data)[:2]
    side = min(80, max(width, height) // 2)
    size = f"scale={width * side // max(width, height)}:{height * side // max(width, height)}:flags=area"
    made = pixels("-i", "-", "-vf", size, data=data)
    wanted = pixels("-noautorotate", "-i", str(source), "-vf", f"{filters},format=rgb24,{size}")
    assert len(made) == len(wanted)
    n, mean, other = len(made), sum(made) / len(made), sum(wanted) / len(wanted)
    product = sum(a * b for a, b in zip(made, wanted)) / n - mean * other
    squares = [sum(a * a for a in one) / n - middle * middle for one, middle in ((made, mean), (wanted, other))]
    return product / (squares[0] * squares[1]) ** 0.5, sum(abs(a - b) for a, b in zip(made, wanted)) / n, max(width, height)


def check_like(data, source, filters="null"):
    """A mirror image of these has less than 0.2; colours of another matrix or brightness differ by 8 and more. In very small
    ones half of the colours are those of the neighbours."""
    correlation, difference, side = likeness(data, source, filters)
    small = side < 100
    assert correlation > (0.95 if small else 0.98), (source, filters, correlation)
    assert difference < (16 if small else 7), (source, filters, difference)


def near(colour, wanted):
    return all(abs(a - b) < 48 for a, b in zip(colour, wanted))


def corners(data):
    """Which of CORNERS is in each corner."""
    width, height, pixel, _ = decode(data)
    found = []
    for x, y in ((1, 1), (width - 2, 1), (1, height - 2), (width - 2, height - 2)):
        found.append(next((i for i, wanted in enumerate(CORNERS) if near(pixel(x, y), wanted)), pixel(x, y)))
    return tuple(found)
