# SPDX-License-Identifier: LGPL-2.1-or-later
"""An X server whose screen is a file, and what stands on it: the light of each point, looked at by region and compared
with texts that another program (ffmpeg) draws."""

import functools
import struct
import subprocess
from collections import namedtuple

from house import wait_until

Box = namedtuple("Box", "left top right bottom")  # the last two are outside
LIGHT = 90  # of 255: what counts as painted


class XServer:
    def __init__(self, house, host, width, height):
        folder = house.folder / "xserver"
        folder.mkdir()
        self.process = house.hosts[host].start(
            ["Xvfb", "-displayfd", "1", "-screen", "0", f"{width}x{height}x24", "-fbdir", folder, "-nolisten", "tcp",
             "-ac"], name="Xvfb")
        self.name = ":" + wait_until("the X server", lambda: self.process.output().strip())
        self.path = folder / "Xvfb_screen0"
        self.width, self.height = width, height

    def look(self):
        xwd = self.path.read_bytes()
        head = struct.unpack(">25I", xwd[:100])
        assert (head[4], head[5], head[11]) == (self.width, self.height, 32), "not the screen that was asked for"
        return Screen(xwd[head[0] + head[19] * 12:], head[12], self.width, self.height)


class Screen:
    """One moment. Rows of light (the green of each point) and points of colour."""

    def __init__(self, pixels, stride, width, height):
        """pixels: blue, green, red and another octet of each point"""
        self.pixels, self.stride = pixels, stride
        self.width, self.height = width, height

    def row(self, y, left=0, right=None):
        at = y * self.stride
        return self.pixels[at + 1 + left * 4:at + (right or self.width) * 4:4]

    def colour(self, x, y):
        blue, green, red = self.pixels[y * self.stride + x * 4:][:3]
        return red, green, blue

    def cut(self, box):
        return Picture([self.row(y, box.left, box.right) for y in range(box.top, box.bottom)])

    def find(self, box):
        """What is painted within box: where it stands, and its light."""
        inner = self.cut(box).bounds()
        if inner is None:
            return None, None
        found = Box(box.left + inner.left, box.top + inner.top, box.left + inner.right, box.top + inner.bottom)
        return found, self.cut(found)


class Picture:
    def __init__(self, rows):
        self.rows = rows
        self.height, self.width = len(rows), len(rows[0]) if rows else 0

    def bounds(self):
        rows = [y for y, row in enumerate(self.rows) if max(row) > LIGHT]
        if not rows:
            return None
        columns = [x for x in range(self.width) if max(row[x] for row in self.rows[rows[0]:rows[-1] + 1]) > LIGHT]
        return Box(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)

    def crop(self):
        box = self.bounds()
        return Picture([row[box.left:box.right] for row in self.rows[box.top:box.bottom]])

    def shrink(self, width, height):
        """To so many fields, each the mean of its points."""
        fields = []
        for j in range(height):
            rows = self.rows[j * self.height // height:max((j + 1) * self.height // height, j * self.height // height + 1)]
            for i in range(width):
                first, last = i * self.width // width, max((i + 1) * self.width // width, i * self.width // width + 1)
                fields.append(sum(sum(row[first:last]) for row in rows) / (len(rows) * (last - first)))
        return fields


@functools.cache
def draw_text(text, size, bold=False):
    """The text as ffmpeg sets it, cropped."""
    width, height = int(len(text) * size) + 40, int(size * 2)
    font = subprocess.run(["fc-match", "-f", "%{file}", "Sans:bold" if bold else "Sans"], capture_output=True, check=True,
                          text=True).stdout
    escaped = text.replace(":", r"\:")  # no text here has a quote
    drawn = subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", f"color=black:s={width}x{height}", "-vf",
         f"drawtext=fontfile='{font}':fontsize={size}:fontcolor=white:x=10:y=10:text='{escaped}'",
         "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"], capture_output=True, check=True).stdout
    return Picture([drawn[y * width:(y + 1) * width] for y in range(height)]).crop()


def likeness(one, other):
    """Correlation of two pictures brought to one size: 1 is the same, 0 nothing in common."""
    width = max(8, min(one.width, other.width) // 2)
    height = max(8, min(one.height, other.height) // 2)
    a, b = one.shrink(width, height), other.shrink(width, height)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    both = sum((p - mean_a) * (q - mean_b) for p, q in zip(a, b))
    power = sum((p - mean_a) ** 2 for p in a) * sum((q - mean_b) ** 2 for q in b)
    return both / power ** 0.5 if power else 0.0
