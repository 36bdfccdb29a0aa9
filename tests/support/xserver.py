# SPDX-License-Identifier: LGPL-2.1-or-later
"""An X server whose screen is a file, and what stands on it: the light of each point, looked at by region and compared
with texts that another program (ffmpeg) draws. What windows there are is asked of the server."""

import ctypes
import functools
import os
import socket
import struct
import subprocess
import threading
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


def connect_within(pid, name):
    """To the socket of this name in the network namespace of that process. First to the one without a file: the file may
    be that of a server in another namespace, which has the same number."""
    libc = ctypes.CDLL(None, use_errno=True)
    spaces = [os.open(f"/proc/{of}/ns/net", os.O_RDONLY | os.O_CLOEXEC) for of in ("thread-self", pid)]
    try:
        assert libc.setns(spaces[1], 0) == 0, os.strerror(ctypes.get_errno())
        connection = socket.socket(socket.AF_UNIX)
        assert libc.setns(spaces[0], 0) == 0, os.strerror(ctypes.get_errno())
    finally:
        for space in spaces:
            os.close(space)
    try:
        connection.connect("\0" + name)
    except ConnectionRefusedError:  # servers to come have the file alone
        connection.connect(name)
    return connection


class XClient:
    """As much of the protocol as tells of windows. Little-endian; one thread."""

    CONFIGURE_REQUEST, MAP_REQUEST = 23, 20

    def __init__(self, server):
        self.socket = connect_within(server.process.pid, f"/tmp/.X11-unix/X{server.name[1:]}")
        self.socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        success, _, _, _, length = struct.unpack("<BBHHH", self.take(8))
        setup = self.take(length * 4)
        assert success == 1, setup
        vendor, formats = struct.unpack_from("<H", setup, 16)[0], setup[21]
        self.root, = struct.unpack_from("<I", setup, 32 + (vendor + 3) // 4 * 4 + formats * 8)
        self.events = []

    def take(self, n):
        octets = b""
        while len(octets) < n:
            more = self.socket.recv(n - len(octets))
            if not more:
                raise EOFError("the X server is gone")
            octets += more
        return octets

    def send(self, opcode, small=0, data=b""):
        data += b"\0" * (-len(data) % 4)
        self.socket.sendall(struct.pack("<BBH", opcode, small, 1 + len(data) // 4) + data)

    def next(self):
        """An event, or None and the answer or error that came."""
        head = self.take(32)
        return (None, head + self.take(struct.unpack_from("<I", head, 4)[0] * 4)) if head[0] == 1 else \
            (None, head) if head[0] == 0 else (head, None)

    def ask(self, opcode, small=0, data=b""):
        """None: an error came."""
        self.send(opcode, small, data)
        while True:
            event, answer = self.next()
            if event is None:
                return answer if answer[0] == 1 else None
            self.events.append(event)

    def atom(self, name):
        return struct.unpack_from("<I", self.ask(16, 0, struct.pack("<Hxx", len(name)) + name.encode()), 8)[0]

    def property(self, window, name):
        answer = self.ask(20, 0, struct.pack("<5I", window, self.atom(name), 0, 0, 1024))
        return answer[32:32 + struct.unpack_from("<I", answer, 16)[0] * answer[1] // 8] if answer else b""

    def geometry(self, window):
        answer = self.ask(14, 0, struct.pack("<I", window))
        return Box(*struct.unpack_from("<hhHH", answer, 12)) if answer else None  # place and size, here

    def shown(self):
        """Numbers and places of the windows that are seen, lowest first."""
        answer = self.ask(15, 0, struct.pack("<I", self.root))
        count, = struct.unpack_from("<H", answer, 16)
        windows = struct.unpack_from(f"<{count}I", answer, 32)
        looks = ((window, self.ask(3, 0, struct.pack("<I", window))) for window in windows)
        return [(window, self.geometry(window)) for window, look in looks if look and look[26] == 2]

    def tell_size(self, width, height):
        """To all that listen: the root has this size now, as after a change of mode."""
        event = struct.pack("<BxHIIIhhHHHB5x", 22, 0, self.root, self.root, 0, 0, 0, width, height, 0, 0)
        self.send(25, 0, struct.pack("<II", self.root, 1 << 17) + event)  # SendEvent, StructureNotify

    def extension(self, name):
        answer = self.ask(98, 0, struct.pack("<Hxx", len(name)) + name.encode())
        assert answer[8], f"the X server has no {name}"
        return answer[9]

    def untouched_s(self):
        """So long ago somebody touched a key, as screen savers count."""
        answer = self.ask(self.extension("MIT-SCREEN-SAVER"), 1, struct.pack("<I", self.root))
        return struct.unpack_from("<I", answer, 16)[0] / 1000

    def pointer(self):
        """Opacity of each point of what stands at the pointer's place."""
        fixes = self.extension("XFIXES")
        self.ask(fixes, 0, struct.pack("<II", 4, 0))
        answer = self.ask(fixes, 4)
        width, height = struct.unpack_from("<HH", answer, 12)
        return [point >> 24 for point in struct.unpack_from(f"<{width * height}I", answer, 32)]


class WindowManager(threading.Thread):
    """Gives the whole root to those that ask for it, and a corner to all others."""

    CORNER = Box(40, 60, 320, 200)  # place and size

    def __init__(self, server):
        super().__init__(daemon=True)
        self.client = XClient(server)
        self.client.send(2, 0, struct.pack("<III", self.client.root, 1 << 11, 1 << 20))  # SubstructureRedirect
        self.whole = self.client.geometry(self.client.root)
        self.mapped = 0
        self.start()

    def run(self):
        fullscreen = struct.pack("<I", self.client.atom("_NET_WM_STATE_FULLSCREEN"))
        try:
            while True:
                event = self.client.events.pop(0) if self.client.events else self.client.next()[0]
                if event is not None and event[0] & 0x7f == XClient.MAP_REQUEST:
                    window, = struct.unpack_from("<I", event, 8)
                    asks = self.client.property(window, "_NET_WM_STATE") == fullscreen
                    place = self.whole if asks else self.CORNER
                    self.client.send(12, 0, struct.pack("<IHxx4I", window, 15, *place))
                    self.client.send(8, 0, struct.pack("<I", window))
                    self.mapped += 1
        except (EOFError, OSError):
            pass  # the server ended with its test


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
