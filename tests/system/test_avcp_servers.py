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
    """Its own scanner of files, which needs no other service."""
    need("rygel")
    need("dbus-run-session")
    if not list(pathlib.Path("/usr/lib").glob("*/rygel-*/plugins/librygel-media-export.so")):
        pytest.skip("needs Rygel's media-export plugin")
    places = {name: house.folder / name.lower() for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    for place in places.values():
        place.mkdir()
    # there, not by --config: then its plugins see nothing of it
    (places["XDG_CONFIG_HOME"] / "rygel.conf").write_text(
        "[general]\ninterface=eth0\nenable-transcoding=false\n[Playbin]\nenabled=false\n"
        f"[MediaExport]\nenabled=true\ntitle=Granary\nuris={library}\nmonitor-changes=false\n")
    house.hosts["server"].start(["dbus-run-session", "rygel"], name="rygel",
                                env={name: str(place) for name, place in places.items()})
    return "Granary"


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
