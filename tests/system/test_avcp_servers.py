# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control point's verbs at foreign media servers: minidlna, Gerbera and Rygel."""

import contextlib
import json
import pathlib
import re

import pytest

import media as media_maker
from conftest import AVCP
from house import wait_until
from test_peers import minidlna, need  # noqa: F401 (minidlna is a fixture)

COCOON = "Music/Björk/Vespertine/02 Cocoon.flac"


@pytest.fixture
def cellar(minidlna):  # noqa: F811
    """Name of the server, ready."""
    return "Cellar"


@pytest.fixture
def gerbera(house, library):
    """Debian's configuration, but with a home of its own."""
    need("gerbera")
    original = pathlib.Path("/etc/gerbera/config.xml")
    home = house.folder / "gerbera"
    home.mkdir()
    try:
        text = original.read_text()
    except OSError as error:
        pytest.skip(f"needs Debian's configuration of Gerbera: {error}")
    text = re.sub(r"<home>.*?</home>", f"<home>{home}</home>", text)
    text = re.sub(r"<udn/>", "<udn>uuid:00000000-0000-4000-8000-000000000001</udn>", text)
    (home / "config.xml").write_text(re.sub(r"<name>.*?</name>", "<name>Barn</name>", text, count=1))
    house.hosts["server"].start(
        ["gerbera", "-c", home / "config.xml", "-m", home, "-i", house.hosts["server"].addresses["living"],
         "-p", "49483", "-a", library], name="gerbera")
    return "Barn"


@pytest.fixture
def rygel(house, library):
    need("rygel")
    need("dbus-run-session")
    if not list(pathlib.Path("/usr/lib").glob("*/rygel-*/plugins/librygel-media-export.so")):
        pytest.skip("needs Rygel's media-export plugin")
    start_rygel(house, library)
    return "Granary"


def start_rygel(house, folder):
    """With its own scanner of files, which needs no other service."""
    places = {name: house.folder / name.lower() for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    for place in places.values():
        place.mkdir()
    # there, not by --config: then its plugins see nothing of it
    (places["XDG_CONFIG_HOME"] / "rygel.conf").write_text(
        "[general]\ninterface=eth0\nenable-transcoding=false\n[Playbin]\nenabled=false\n"
        f"[MediaExport]\nenabled=true\ntitle=Granary\nuris={folder}\nmonitor-changes=false\n")
    house.hosts["server"].start(["dbus-run-session", "rygel"], name="rygel",
                                env={name: str(place) for name, place in places.items()})


def came_up(search):
    """Does a media server answer searches that are not ours? What does not is no server to be tried with."""
    with contextlib.suppress(AssertionError):
        return wait_until("a server answers", lambda: search("urn:schemas-upnp-org:device:MediaServer:1"), 60)
    return False


# fixture → where all music is listed
SERVERS = {"cellar": "Music/All Music", "gerbera": "Audio/All Audio", "rygel": "Music/All"}


@pytest.mark.parametrize("server", SERVERS)
def test_all_that_one_does_with_a_server(house, library, start_renderer, avcp, search, request, server):
    name = request.getfixturevalue(server)
    if not came_up(search):
        pytest.skip(f"{server} does not come up here")
    capture = house.folder / "capture.raw"
    start_renderer(capture=capture)
    folder = f"{name}:/{SERVERS[server]}"

    def scanned():
        result = house.hosts["phone"].run([AVCP, "--json", "ls", folder], check=False)
        titles = {entry["title"] for entry in json.loads(result.stdout)} if result.returncode == 0 else ()
        return {"Cocoon", "Hidden Place", "Pinch"} <= set(titles)

    wait_until(f"{name} has scanned", scanned, 120)
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
    avcp("-r", "Parlour", "play", path, json=False)
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


def start_minidlna(house, folder):
    (house.folder / "minidlna.conf").write_text(
        f"media_dir={folder}\ndb_dir={house.folder}/minidlna-db\nlog_dir={house.folder}\n"
        "friendly_name=Cellar\nport=8200\ninotify=no\n")
    house.hosts["server"].start(
        ["minidlnad", "-S", "-f", house.folder / "minidlna.conf", "-P", house.folder / "minidlna.pid"])


# name → (how it is started, what it needs, the form in which it tells of subtitles)
SUBTITLED = {"Cellar": (start_minidlna, ["minidlnad"], "http-get:*:text/srt:*"),
             "Granary": (start_rygel, ["rygel", "dbus-run-session"], "pv:subtitleFileUri")}


@pytest.mark.parametrize("name", SUBTITLED)
def test_subtitles_of_foreign_servers(house, films, start_renderer, avcp, search, name):
    """Minidlna tells them as a resource, Rygel in makers' ways; the renderer gets and shows them."""
    start, needed, form = SUBTITLED[name]
    for program in needed:
        need(program)
    start(house, films)
    if not came_up(search):
        pytest.skip(f"{name} does not come up here")
    capture = house.folder / "pictures"
    start_renderer(options=[
        "--video-sink", f"videoconvert ! video/x-raw,format=GRAY8 ! filesink location={capture} sync=true"])

    def film():
        result = house.hosts["phone"].run([AVCP, "--json", "find", f"{name}:/", "Night"], check=False)
        entries = json.loads(result.stdout or "[]") if result.returncode == 0 else []
        return next((entry for entry in entries if not entry["container"]), None)

    found = wait_until(f"{name} has scanned", film, 120)
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
