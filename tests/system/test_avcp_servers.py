# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control point's verbs at foreign media servers: minidlna, Gerbera and Rygel."""

import contextlib
import json
import os
import pathlib
import re
import signal
import tempfile

import pytest

import media as media_maker
from conftest import AVCP
from house import wait_until
from test_peers import need

COCOON = "Music/Björk/Vespertine/02 Cocoon.flac"


def start_minidlna(house, folder):
    need("minidlnad")
    own = pathlib.Path(tempfile.mkdtemp(dir=house.folder))
    (own / "minidlna.conf").write_text(
        f"media_dir={folder}\ndb_dir={own}/db\nlog_dir={own}\nfriendly_name=Cellar\nport=8200\ninotify=no\n")
    return house.hosts["server"].start(["minidlnad", "-S", "-f", own / "minidlna.conf", "-P", own / "minidlna.pid"])


def start_gerbera(house, folder):
    """Debian's configuration, but with a home of its own."""
    need("gerbera")
    original = pathlib.Path("/etc/gerbera/config.xml")
    own = pathlib.Path(tempfile.mkdtemp(dir=house.folder))
    try:
        text = original.read_text()
    except OSError as error:
        pytest.skip(f"needs Debian's configuration of Gerbera: {error}")
    text = re.sub(r"<home>.*?</home>", f"<home>{own}</home>", text)
    text = re.sub(r"<udn/>", "<udn>uuid:00000000-0000-4000-8000-000000000001</udn>", text)
    (own / "config.xml").write_text(re.sub(r"<name>.*?</name>", "<name>Barn</name>", text, count=1))
    return house.hosts["server"].start(
        ["gerbera", "-c", own / "config.xml", "-m", own, "-i", house.hosts["server"].addresses["living"],
         "-p", "49483", "-a", folder])


def start_rygel(house, folder):
    """With its own scanner of files, which needs no other service."""
    need("rygel")
    need("dbus-run-session")
    if not list(pathlib.Path("/usr/lib").glob("*/rygel-*/plugins/librygel-media-export.so")):
        pytest.skip("needs Rygel's media-export plugin")
    own = pathlib.Path(tempfile.mkdtemp(dir=house.folder))
    places = {name: own / name.lower() for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    for place in places.values():
        place.mkdir()
    # there, not by --config: then its plugins see nothing of it
    (places["XDG_CONFIG_HOME"] / "rygel.conf").write_text(
        "[general]\ninterface=eth0\nenable-transcoding=false\n[Playbin]\nenabled=false\n"
        f"[MediaExport]\nenabled=true\ntitle=Granary\nuris={folder}\nmonitor-changes=false\n")
    return house.hosts["server"].start(["dbus-run-session", "rygel"],
                                       env={name: str(place) for name, place in places.items()})


def came_up(search):
    """Does a media server answer searches that are not ours? What does not is no server to be tried with."""
    with contextlib.suppress(AssertionError):
        return wait_until("a server answers", lambda: search("urn:schemas-upnp-org:device:MediaServer:1"), 60)
    return False


def end(process):
    with contextlib.suppress(AssertionError):
        process.stop()
    with contextlib.suppress(ProcessLookupError):  # what dbus-run-session left behind
        os.killpg(process.pid, signal.SIGKILL)


def has_items(house, name):
    """Does the server itself list anything that is no folder? One that does not answer may have something."""
    result = house.hosts["phone"].run([AVCP, "--json", "find", f"{name}:/"], check=False)
    return result.returncode != 0 or not all(entry["container"] for entry in json.loads(result.stdout or "[]"))


@pytest.fixture
def scanned(house, search):
    """scanned(start, folder, name, looked_for) → what looked_for() finds once the server has scanned.

    Rygel at times answers and never scans: then it gets a second life, and what says of itself that it has nothing even
    then is no server to be tried with. One that has something else than what is looked for fails the test."""

    def wait(start, folder, name, looked_for):
        for _ in range(2):
            process = start(house, folder)
            if not came_up(search):
                pytest.skip(f"{name} does not come up here")
            with contextlib.suppress(AssertionError):
                return wait_until(f"{name} has scanned", looked_for, 60)
            empty = not has_items(house, name)
            if not empty:
                break
            end(process)
        if empty:
            pytest.skip(f"{name} was started twice and says that it has no items")
        return wait_until(f"{name} has scanned", looked_for, 60)

    return wait


# name → (how it is started, where all music is listed)
SERVERS = {"Cellar": (start_minidlna, "Music/All Music"), "Barn": (start_gerbera, "Audio/All Audio"),
           "Granary": (start_rygel, "Music/All")}


@pytest.mark.parametrize("name", SERVERS)
def test_all_that_one_does_with_a_server(house, library, start_renderer, avcp, scanned, name):
    start, folder = SERVERS[name]
    folder = f"{name}:/{folder}"

    def songs():
        result = house.hosts["phone"].run([AVCP, "--json", "ls", folder], check=False)
        titles = {entry["title"] for entry in json.loads(result.stdout)} if result.returncode == 0 else ()
        return {"Cocoon", "Hidden Place", "Pinch"} <= set(titles)

    scanned(start, library, name, songs)
    capture = house.folder / "capture.raw"
    start_renderer(capture=capture)
    assert avcp("-s", name, "info")["type"] == "server"
    path = f"{folder}/Cocoon"
    (item,) = avcp("ls", path)
    assert "flac" in json.dumps(item["resources"]), item
    assert "Cocoon" in {entry["title"] for entry in avcp("-s", name, "search", "cocoon")}
    assert path.split(":")[1] in {entry["path"].split(":")[-1] for entry in avcp("find", folder, "cocoon")}
    assert ">Cocoon</dc:title>" in avcp("cat", "--didl", path, json=False).stdout
    original = library / COCOON
    avcp("get", path, house.folder / "fetched", json=False)
    assert (house.folder / "fetched").read_bytes() == original.read_bytes()
    avcp("-r", "Parlour", "play", "--no-wait", path, json=False)
    wait_until("the track has ended",
               lambda: avcp("-r", "Parlour", "status")["state"] in ("stopped", "no-media"), 60)
    assert capture.read_bytes() == media_maker.decode(original)
    refused = avcp("-s", name, "ls", "--object", "987654321", code=4, json=False).stderr
    assert f'"{name}" refused Browse' in refused, "Gerbera with 501, the others with 701"


@pytest.fixture
def films(house):
    """A black film with white words beside it; where the servers of the test look for media."""
    folder = house.folder / "films"
    folder.mkdir(mode=0o755)
    media_maker.ffmpeg("-f", "lavfi", "-i", f"color=black:size={WIDTH}x{HEIGHT}:rate=5:duration=4", "-c:v", "mpeg4",
                       folder / "Night.mkv")
    (folder / "Night.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nWords in the night\n\n")
    return folder


WIDTH, HEIGHT = 640, 360


def frames(path):
    """How bright the brightest point of each picture is."""
    data = path.read_bytes() if path.exists() else b""
    size = WIDTH * HEIGHT
    return [max(data[at:at + size]) for at in range(0, len(data) - size + 1, size)]


# name → (how it is started, the form in which it tells of subtitles)
SUBTITLED = {"Cellar": (start_minidlna, "http-get:*:text/srt:*"), "Granary": (start_rygel, "pv:subtitleFileUri")}


@pytest.mark.parametrize("name", SUBTITLED)
def test_subtitles_of_foreign_servers(house, films, start_renderer, avcp, scanned, name):
    """Minidlna tells them as a resource, Rygel in makers' ways; the renderer gets and shows them."""
    start, form = SUBTITLED[name]

    def film():
        result = house.hosts["phone"].run([AVCP, "--json", "find", f"{name}:/", "Night"], check=False)
        entries = json.loads(result.stdout or "[]") if result.returncode == 0 else []
        return next((entry for entry in entries if not entry["container"]), None)

    found = scanned(start, films, name, film)
    capture = house.folder / "pictures"
    start_renderer(options=[
        "--video-sink", f"videoconvert ! video/x-raw,format=GRAY8 ! filesink location={capture} sync=true"])
    assert form in avcp("-s", name, "cat", "--didl", "--", found["id"])["didl"]
    avcp("-r", "Parlour", "-s", name, "play", "--object", "--", found["id"])
    (metadata,) = [entry["value"] for entry in avcp("-r", "Parlour", "call", "AVTransport", "GetMediaInfo")
                   if entry["argument"] == "CurrentURIMetaData"]
    url = re.search(r"<sec:CaptionInfoEx[^>]*>([^<]+)<", metadata)[1]
    for word in (f'<sec:CaptionInfo sec:type="srt">{url}<', f'pv:subtitleFileUri="{url}"', f">{url}</res>"):
        assert word in metadata, f"{name}: {word} in {metadata}"
    wait_until("the film is over", lambda: avcp("-r", "Parlour", "status")["state"] == "stopped", 60)
    seen = frames(capture)
    assert len(seen) == 20, seen
    assert [at for at, most in enumerate(seen) if most > 200] == list(range(5, 15)), seen
