# SPDX-License-Identifier: LGPL-2.1-or-later
"""Foreign programs from Debian in the same house: what they make of us and we of them."""

import hashlib
import importlib.util
import json
import pathlib
import re
import shutil

import pytest

import media as media_maker
from conftest import PYTHON
from house import wait_until
from test_renderer import LOOSE, Remote, origin  # noqa: F401

MEDIA_FILES = 8  # audio, video and pictures of the library
ASYNC_DMR = pathlib.Path(__file__).parent.parent / "support/async_dmr.py"
GUPNP = pathlib.Path(__file__).parent.parent / "support/gupnp_client.py"


def need(program):
    if shutil.which(program) is None and not pathlib.Path(f"/usr/sbin/{program}").exists():
        pytest.skip(f"needs {program}")


@pytest.fixture
def minidlna(house, library):
    """minidlna on the server host, sharing the library; ready when its first scan is over."""
    need("minidlnad")
    configuration = house.folder / "minidlna.conf"
    configuration.write_text(
        f"media_dir={library}\ndb_dir={house.folder}/minidlna-db\nlog_dir={house.folder}\n"
        "friendly_name=Cellar\nport=8200\ninotify=no\nnotify_interval=30\n")
    process = house.hosts["server"].start(
        ["minidlnad", "-S", "-f", configuration, "-P", house.folder / "minidlna.pid"])
    fetch = "import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:8200/', timeout=5).read())"

    def scanned():
        # Its log is buffered from 1.3.3 on; its status page counts what it has found.
        page = house.hosts["server"].run([PYTHON, "-c", fetch], check=False).stdout
        counts = [int(number) for number in re.findall(r"files</td><td>(\d+)", page)]
        return sum(counts) == MEDIA_FILES

    wait_until("minidlna has scanned", scanned, 30)
    return process


@pytest.fixture
def gmediarender(house):
    """gmediarender on the tv, its sound in a file."""
    need("gmediarender")
    capture = house.folder / "gmediarender.raw"
    tv = house.hosts["tv"]
    process = tv.start(
        ["gmediarender", "--friendly-name", "Gramophone", "--interface-name", "eth0",
         "--port", "49494", "--gstout-audiopipe",
         f"audioconvert ! audio/x-raw,format=S16LE,channels=2 ! filesink location={capture} sync=false"])
    return process, capture


def walk(avcp, path):
    for entry in avcp("ls", path):
        below = path.rstrip("/") + "/" + entry["title"].replace("\\", "\\\\").replace("/", "\\/")
        if entry["container"]:
            yield from walk(avcp, below)
        else:
            yield below, entry


def test_gupnp_browses_and_reads_our_server(house, library, start_server):
    start_server(library)
    result = house.hosts["phone"].run_json(
        ["/usr/bin/python3", "-W", "ignore", GUPNP, "eth0", "Attic"], seconds=90)
    assert result["name"] == "Attic"
    by_hash = {}
    for item in result["items"]:
        by_hash.setdefault(item["sha256"], []).append(item)
    files = [p for p in library.rglob("*") if p.suffix in {".flac", ".mp3", ".m4a", ".wav", ".mp4", ".jpg"}
             and not p.name.startswith(".")]
    assert files
    for path in files:
        items = by_hash.get(hashlib.sha256(path.read_bytes()).hexdigest())
        assert items, f"{path} was not delivered unchanged"
        assert all(item["size"] == path.stat().st_size for item in items), path
    titles = {item["title"] for item in result["items"]}
    assert {"Hidden Place", "Spoon & Fork <live>", "Test Card"} <= titles


def test_gupnp_searches_our_server(house, library, start_server):
    start_server(library)
    audio = 'upnp:class derivedfrom "object.item.audioItem" and @refID exists false'
    found = house.hosts["phone"].run_json(
        ["/usr/bin/python3", "-W", "ignore", GUPNP, "eth0", "Attic", "--search", audio,
         f'{audio} and dc:title contains "FORK <"', 'dc:title = "hidden place" and @refID exists false',
         'dc:title contains "no such"', 'upnp:class derivedfrom "object"'], seconds=90)["found"]
    assert {"Hidden Place", "Spoon & Fork <live>"} <= set(found[0])
    assert "Test Card" not in found[0], "a film"
    assert found[1:4] == [["Spoon & Fork <live>"], ["Hidden Place"], []]
    assert len(found[4]) > 7 and {"Music", "Test Card", *found[0]} <= set(found[4]), "in several pages"


def test_gupnp_plays_our_server_on_our_renderer(house, library, start_server, start_renderer):
    capture = house.folder / "capture.raw"
    start_server(library)
    start_renderer(capture=capture)
    states = house.hosts["phone"].run_json(
        ["/usr/bin/python3", "-W", "ignore", GUPNP, "eth0", "Attic", "--play", "Cocoon", "--on", "Parlour"],
        seconds=60)["states"]
    assert states[-1] == "STOPPED"
    assert capture.read_bytes() == media_maker.decode(library / "Music/Björk/Vespertine/02 Cocoon.flac")


@pytest.mark.skipif(importlib.util.find_spec("async_upnp_client") is None,
                    reason="python3-async-upnp-client is not installed (Debian 12 has none)")
def test_async_upnp_client_drives_our_renderer(house, library, start_renderer, origin):  # noqa: F811
    """Strict about descriptions, values and events; everything that can be asked is asked."""
    tv = Remote(house, start_renderer())
    phone = house.hosts["phone"]
    result = json.loads(phone.run([PYTHON, "-B", ASYNC_DMR, f"{tv.url}/description.xml", phone.addresses["living"],
                                   origin.url(LOOSE)], seconds=120).stdout)
    assert result["name"] == "Parlour"
    assert {action for action, answer in result["asked"].items() if "error" in answer} == set()
    assert {"AVTransport.GetMediaInfo_Ext", "RenderingControl.GetVolumeDBRange", "RenderingControl.GetTransforms",
            "ConnectionManager.GetRendererItemInfo", "ConnectionManager.GetFeatureList"} <= set(result["asked"])
    assert (result["state"], result["title"], result["duration"]) == ("PAUSED_PLAYBACK", "Hidden Place", 10)
    assert (result["volume"], result["muted"]) == (0.4, True) and {"play", "stop", "seek_rel_time"} <= set(result["can"])
    states = result["told"]["TransportState"]
    assert [state for state in states if state != "TRANSITIONING"][-3:] == ["PLAYING", "PAUSED_PLAYBACK", "STOPPED"]
    assert result["told"]["Volume"][-1] == "40" and result["told"]["Mute"][-1] == "True"
    assert any(":audio/flac:" in entry for entry in result["sink"])


def test_our_control_point_browses_minidlna(minidlna, library, avcp):
    items = dict(walk(avcp, "Cellar:/Browse Folders"))
    titles = {entry["title"] for entry in items.values()}
    assert {"Hidden Place", "Cocoon", "Pinch"} <= titles
    for entry in items.values():
        assert entry["resources"][0]["url"].startswith("http://10.71.0.")


def test_our_renderer_plays_minidlna(house, minidlna, library, start_renderer, avcp, eventually):
    capture = house.folder / "capture.raw"
    start_renderer(capture=capture)
    path = next(p for p, e in walk(avcp, "Cellar:/Browse Folders") if e["title"] == "Cocoon")
    avcp("-r", "Parlour", "play", "--no-wait", path, json=False)
    eventually("the track has ended",
               lambda: avcp("-r", "Parlour", "status")["state"] in ("stopped", "no-media"), 20)
    expected = media_maker.decode(library / "Music/Björk/Vespertine/02 Cocoon.flac")
    heard = capture.read_bytes()
    assert (len(heard), hashlib.sha256(heard).hexdigest()) == (
        len(expected), hashlib.sha256(expected).hexdigest())


def check_heard(capture, path, avcp):
    """Once it is, it ends, too."""
    expected = media_maker.decode(path)
    wait_until("it is heard", lambda: capture.exists() and expected[:4000] in capture.read_bytes()[:200000])
    wait_until("the track has ended", lambda: avcp("-r", "Gramophone", "status")["state"] in ("stopped", "no-media"))


def test_three_boxes_minidlna_to_gmediarender(minidlna, gmediarender, library, avcp):
    _, capture = gmediarender
    path = next(p for p, e in walk(avcp, "Cellar:/Browse Folders") if e["title"] == "Hidden Place")
    avcp("-r", "Gramophone", "play", "--no-wait", path, json=False)
    check_heard(capture, library / "Music/Björk/Vespertine/01 Hidden Place.flac", avcp)


def test_three_boxes_our_server_to_gmediarender(start_server, gmediarender, library, avcp):
    start_server(library)
    _, capture = gmediarender
    path = next(p for p, e in walk(avcp, "Attic:/Music") if e["title"] == "Cocoon")
    avcp("-r", "Gramophone", "play", "--no-wait", path, json=False)
    check_heard(capture, library / "Music/Björk/Vespertine/02 Cocoon.flac", avcp)
