# SPDX-License-Identifier: LGPL-2.1-or-later
"""av-mediaserver killed at any moment of a scan, while the disk changes, and of what control points change: what
anybody was told holds.

AV_UPNP_KILLS is how often; the default fits into an ordinary run.
"""

import http.client
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
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

    def __init__(self, top, library, helpers, options=()):
        self.log_path = top / "log"
        env = dict(os.environ, AV_UPNP_LIBEXECDIR=str(helpers), AV_UPNP_DATADIR=str(helpers), LC_ALL="C.UTF-8")
        with open(self.log_path, "wb") as log:
            self.popen = subprocess.Popen(
                [str(SERVER), "--interface", "lo", "--state-dir", str(top / "state"), "--log-target", "stderr",
                 *options, str(library)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def url(self):
        assert self.popen.poll() is None, self.log()
        return re.search(r"http://127\.0\.0\.1:\d+", self.log())

    def ask(self, action, arguments):
        return soap.call(urllib.parse.urlsplit(self.url().group(0)), "ContentDirectory:4", action, arguments)

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
        assert self.popen.wait() == -signal.SIGKILL, self.log()
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
    """FLT-01."""
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


WRITING = [word for rule in ("create", "update", "move", "destroy") for word in ("--allow", rule)]
WRITES = max(60, KILLS // 2)
HEAD = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/">')


class Song:
    """What was acknowledged of an item, and of the one action that may have been done or not."""

    def __init__(self, object_id, title, parent):
        self.id, self.known, self.open = object_id, {"title": title, "parent": parent, "there": True}, None
        self.lists = set()

    def allows(self, seen):
        return seen in (self.known, {**self.known, **(self.open or {})})


class Writes:
    """Changes objects of a server until it dies."""

    def __init__(self, server, rng, songs, folders, lists):
        self.server, self.rng, self.songs, self.folders, self.lists = server, rng, songs, folders, lists

    def call(self, action, **arguments):
        reply = self.server.ask(action, arguments)
        assert "error" not in reply, (action, arguments, reply)
        return reply

    def change(self, song, action, change, **arguments):
        song.open = change
        self.call(action, ObjectID=song.id, **arguments)
        song.known.update(change)
        song.open = None

    def make_container(self, parent, upnp_class, into):
        title = f"N{self.rng.randrange(10 ** 9)}"
        into.append(self.call("CreateObject", ContainerID=parent, Elements=(
            f'{HEAD}<container id="" parentID="{parent}" restricted="0"><dc:title>{title}</dc:title>'
            f"<upnp:class>{upnp_class}</upnp:class></container></DIDL-Lite>"))["ObjectID"])

    def refer(self, song):
        into = self.rng.choice(self.lists)
        song.lists.add((into, self.call("CreateReference", ContainerID=into, ObjectID=song.id)["NewID"]))

    def one(self):
        there = [song for song in self.songs if song.known["there"]]
        song = self.rng.choice(there)
        what = self.rng.randrange(12)
        if what < 5:
            folder = self.rng.choice(self.folders)
            if folder != song.known["parent"]:
                self.change(song, "MoveObject", {"parent": folder}, NewParentID=folder)
        elif what < 8:
            title = f"T{self.rng.randrange(10 ** 9)}"
            self.change(song, "UpdateObject", {"title": title},
                        CurrentTagValue=f"<dc:title>{song.known['title']}</dc:title>",
                        NewTagValue=f"<dc:title>{title}</dc:title>")
        elif what == 8 and len(there) > 3:
            self.change(song, "DestroyObject", {"there": False})
        elif what == 9 and len(self.folders) < 6:
            self.make_container(self.folders[0], "object.container.storageFolder", self.folders)
        elif what == 10 and len(self.lists) < 4:
            self.make_container("DLNA.ORG_AnyContainer", "object.container.playlistContainer", self.lists)
        elif what == 11:
            self.refer(song)

    def until_killed(self):
        timer = threading.Timer(self.rng.random() * 0.3, self.server.kill)
        timer.start()
        try:
            while True:
                self.one()
        except (OSError, http.client.HTTPException):
            pass  # it is dead
        finally:
            timer.join()


def look(server, object_id, flag="BrowseMetadata"):
    reply = server.ask("Browse", {"ObjectID": object_id, "BrowseFlag": flag, "Filter": "*", "StartingIndex": 0,
                                  "RequestedCount": 0, "SortCriteria": ""})
    return [] if "error" in reply else list(ElementTree.fromstring(reply["Result"]))


def check_writes(server, number, songs, containers):
    for container in containers:
        assert look(server, container), f"{number}: container {container} is gone"
    for song in songs:
        found = look(server, song.id)
        seen = {**song.known, "there": bool(found)}
        if found:
            seen.update(title=found[0].findtext(f"{DC}title"), parent=found[0].get("parentID"))
        assert song.allows(seen), f"{number}: {seen} of {song.known} and {song.open}"
        song.known, song.open = seen, None
        for container, reference in song.lists if found else ():
            ids = [e.get("id") for e in look(server, container, "BrowseDirectChildren")]
            assert reference in ids, f"{number}: {reference} is gone"


def find_folder(server):
    """The shared folder's container among the music folders."""
    folders = next(e for e in look(server, "music", "BrowseDirectChildren") if e.findtext(f"{DC}title") == "Folders")
    return look(server, folders.get("id"), "BrowseDirectChildren")[0].get("id")


def test_killed_while_writing(top, helpers):
    """FLT-01, ROB-004."""
    seed = int(os.environ.get("AV_UPNP_SEED", "20240608"))
    print(f"seed {seed}")
    rng = random.Random(seed)
    library = top / "library"
    library.mkdir(mode=0o777)
    library.chmod(0o777)
    songs, lists, folders = [], [], []
    for n in range(12):
        make_track(library / f"{n}.flac", f"Song {n}", n + 1)
    for number in range(WRITES + 1):
        server = Server(top, library, helpers, ["--writable", str(library), *WRITING])
        try:
            wait_until("it serves", server.url, 30, 0.005)
            wait_until("it has seen all", lambda: "scan finished" in server.log(), 60)
            if not folders:
                folders = [find_folder(server)]
                songs = [Song(e.get("id"), e.findtext(f"{DC}title"), folders[0])
                         for e in look(server, folders[0], "BrowseDirectChildren")]
                assert len(songs) == 12
            check_writes(server, number, songs, folders + lists)
            writes = Writes(server, rng, songs, folders, lists)
            if not lists:
                writes.make_container("DLNA.ORG_AnyContainer", "object.container.playlistContainer", lists)
            if number < WRITES:
                writes.until_killed()
        finally:
            server.kill()
    assert sum(song.known["there"] for song in songs) < 12, "some were destroyed"
