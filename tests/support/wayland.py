# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Wayland compositor without a screen (weston), and pictures of what would stand on one."""

import os
import re
import subprocess

from house import wait_until
from xserver import Screen


def options():
    """They got other names."""
    version = subprocess.run(["weston", "--version"], capture_output=True, text=True).stdout
    young = int(re.search(r"(\d+)", version).group(1)) >= 12
    return ["--backend=headless", "--renderer=pixman"] if young else ["--backend=headless-backend.so", "--use-pixman"]


class WaylandServer:
    def __init__(self, house, host, width, height):
        self.host, self.width, self.height = house.hosts[host], width, height
        self.folder = house.folder / "wayland"
        self.folder.mkdir()
        # With its path, since a renderer that gave up root has no XDG_RUNTIME_DIR; that of the server is house.folder.
        socket = house.folder / "wayland-of-test"
        self.name = str(socket)
        self.process = self.host.start(
            ["weston", *options(), f"--width={width}", f"--height={height}", "--debug", "--no-config", "--idle-time=0",
             f"--socket={socket.name}"], name="weston")
        wait_until("the Wayland server", socket.exists, 30)
        os.chmod(socket, 0o777)  # for a renderer that gave up root

    def look(self):
        for old in self.folder.glob("*.png"):
            old.unlink()
        self.host.run(["sh", "-c", 'cd "$0" && exec weston-screenshooter', self.folder],
                      env={"WAYLAND_DISPLAY": self.name})
        shot, = self.folder.glob("*.png")
        pixels = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", shot, "-f", "rawvideo", "-pix_fmt", "bgra", "-"],
                                capture_output=True, check=True).stdout
        return Screen(pixels, self.width * 4, self.width, self.height)
