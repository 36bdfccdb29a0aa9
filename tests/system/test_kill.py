# SPDX-License-Identifier: LGPL-2.1-or-later
"""av-mediaserver killed at any moment of a scan, while the disk changes: what anybody was told holds.

AV_UPNP_KILLS is how often; the default fits into an ordinary run.
"""

import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
import xml.etree.ElementTree as ElementTree

import pytest

import soap
from conftest import SERVER
from house import SANITIZER_MARKS, wait_until
from test_server import make_track

KILLS = int(os.environ.get("AV_UPNP_KILLS", "100"))
TRACKS = 60
DC = "{http://purl.org/dc/elements/1.1/}"


class Server:
    """On the loopback, with a state that outlives it."""

    def __init__(self, top, library, helpers):
        self.log_path = top / "log"
        env = dict(os.environ, AV_UPNP_LIBEXECDIR=str(helpers), AV_UPNP_DATADIR=str(helpers), LC_ALL="C.UTF-8")
        with open(self.log_path, "wb") as log:
            self.popen = subprocess.Popen(
                [str(SERVER), "--interface", "lo", "--state-dir", str(top / "state"), "--log-target", "stderr",
                 str(library)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def url(self):
        assert self.popen.poll() is None, self.log()
        return re.search(r"http://127\.0\.0\.1:\d+", self.log())

    def ask(self, action, arguments):
        return soap.call(urllib.parse.urlsplit(self.url().group(0)), "ContentDirectory", action, arguments)

    def tracks(self):
        """Title → id"""
        reply = self.ask("Browse", {"ObjectID": "music-tracks", "BrowseFlag": "BrowseDirectChildren",
                                    "Filter": "dc:title", "StartingIndex": 0, "RequestedCount": 0,
                                    "SortCriteria": ""})
        if "error" in reply:  # not one track yet
            return {}
        found = ElementTree.fromstring(reply["Result"])
        return {element.findtext(f"{DC}title"): element.get("id") for element in found}

    def update_id(self):
        return int(self.ask("GetSystemUpdateID", {})["Id"])

    def kill(self):
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()
        log = self.log()
        assert not any(mark in log for mark in SANITIZER_MARKS), log


@pytest.fixture
def top():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-kill-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


class Disk:
    """A library that changes; each file's title says which one it is, whatever its name is."""

    def __init__(self, folder, rng):
        self.folder, self.rng, self.number = folder, rng, 0
        folder.mkdir()
        make_track(folder.parent / "base.flac", "Title 000000", 1)
        self.base = (folder.parent / "base.flac").read_bytes()
        self.files = {}  # title → path
        # Since all was last seen. What was touched and moved while nobody looked is another file.
        self.touched, self.moved = set(), set()
        for _ in range(TRACKS):
            self.add()

    def place(self):
        path = self.folder / f"D{self.rng.randrange(6)}/f{self.rng.randrange(10 ** 6)}.flac"
        path.parent.mkdir(exist_ok=True)
        return path

    def add(self):
        self.number += 1
        title = f"Title {self.number:06}"
        self.files[title] = self.place()
        self.files[title].write_bytes(self.base.replace(b"Title 000000", title.encode()))

    def move(self, titles, target):
        """target: from the old path to the new one."""
        if not self.touched & titles:
            self.files.update({title: target(self.files[title]) for title in titles})
            self.moved |= titles

    def move_folder(self, folder):
        target = folder.with_name(f"D{10 + self.rng.randrange(10 ** 6)}")
        inside = {title for title, path in self.files.items() if path.parent == folder}
        if not self.touched & inside:
            folder.rename(target)
            self.move(inside, lambda path: target / path.name)

    def change(self):
        """One of what users do."""
        title = self.rng.choice(sorted(self.files))
        path = self.files[title]
        what = self.rng.randrange(5)
        if what == 0:
            self.add()
        elif what == 1 and len(self.files) > TRACKS // 2:
            path.unlink()
            del self.files[title]
        elif what == 2 and title not in self.moved:
            os.utime(path)
            self.touched.add(title)
        elif what == 3:
            self.move_folder(path.parent)
        elif what == 4:
            self.move({title}, lambda old: old.rename(self.place()))


def test_killed_while_scanning(top, helpers):
    seed = int(os.environ.get("AV_UPNP_SEED", "20240607"))
    print(f"seed {seed}")
    rng = random.Random(seed)
    disk = Disk(top / "library", rng)
    told, update_id = {}, 0
    for number in range(KILLS + 1):
        # Now and then the catalogue is lost, too. What moves before it has seen all, before or after, nobody
        # can know again.
        phase = number % 25
        sees_all, still = phase in (0, 22), phase in (22, 23, 24)
        if phase == 23:
            for path in (top / "state").glob("library.db*"):
                path.unlink()
        server = Server(top, disk.folder, helpers)
        try:
            wait_until("it serves", server.url, 30, 0.005)
            now = server.update_id()
            assert now >= update_id, f"{number}: SystemUpdateID went back"
            update_id = now
            last = number == KILLS
            if sees_all:
                wait_until("it has seen all", lambda: "scan finished" in server.log(), 60)
                disk.touched, disk.moved = set(), set()
            if last:
                wait_until("all is found", lambda: set(server.tracks()) == set(disk.files), 60)
            elif not sees_all:
                time.sleep(rng.random() * 0.25)
            changes = 0 if last or still else rng.randrange(3)
            for _ in range(changes):
                disk.change()
            if last or rng.random() < 0.5:
                seen = server.tracks()
                for title in seen.keys() & told.keys():
                    assert seen[title] == told[title], f"{number}: {title} has another id"
                assert len(set(seen.values())) == len(seen), f"{number}: two have one id"
                told.update(seen)
                update_id = max(update_id, server.update_id())
        finally:
            server.kill()
    assert set(disk.files) <= set(told)
