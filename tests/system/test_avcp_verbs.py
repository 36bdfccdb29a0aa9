# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control point's verbs beyond playing: looking around, fetching, calling, setting."""

import hashlib
import json
import pathlib
import re
import signal
import time
import xml.etree.ElementTree as ElementTree

import pytest

import avcp_schema
from conftest import AVCP
from house import wait_until

FAKE = pathlib.Path(__file__).parent.parent / "support/fake_renderer.py"

HIDDEN_PLACE = "Music/Björk/Vespertine/01 Hidden Place.flac"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find_path(avcp, title):
    """The path of the first object of that title below /Music."""
    found = avcp("find", "Attic:/Music", title, "--limit", "1")
    assert found, f"{title} is not there"
    return found[0]["path"]


def at(renderer, avcp):
    """avcp with that renderer: named in full, it is remembered, and nothing is searched."""
    return lambda *words, **options: avcp("-r", renderer, *words, **options)


def test_info(library, start_server, start_renderer, avcp):
    start_server(library)
    start_renderer()
    renderer = avcp("info", "parl")
    assert renderer["type"] == "renderer" and renderer["name"] == "Parlour"
    assert any(entry.startswith("http-get:*:audio/") for entry in renderer["plays"])
    assert "FactoryDefaults" in renderer["presets"]
    types = [service["type"] for service in renderer["services"]]
    assert any("AVTransport" in kind for kind in types)
    assert avcp("-r", "Parlour", "info")["udn"] == renderer["udn"]
    server = avcp("-s", "Attic", "info")
    assert server["type"] == "server"
    assert "dc:title" in server["search"]
    assert "update_id" in server
    icons = {(icon["mime"], icon["width"], icon["height"]): icon["url"] for icon in server["icons"]}
    assert {("image/png", 48, 48), ("image/jpeg", 120, 120)} <= set(icons)  # as DLNA wants them
    host = server["location"].removesuffix("/description.xml")
    assert all(url.startswith(f"{host}/") for url in icons.values())
    text = avcp("info", "Attic", json=False).stdout
    assert "Name: Attic" in text and "ContentDirectory:" in text


def test_tree_and_find(library, start_server, avcp):
    start_server(library)
    tree = avcp("tree", "Attic:/Music", "--depth", "2")
    assert {entry["depth"] for entry in tree} == {1, 2}
    # an object is followed by what is below it
    for before, entry in zip(tree, tree[1:]):
        assert entry["depth"] <= before["depth"] + 1
    whole = avcp("find", "Attic:/Music")
    paths = [entry["path"] for entry in whole if entry["title"] == "Hidden Place"]
    assert paths
    for path in paths:  # every path printed is one that the verbs take
        assert avcp("ls", path)[0]["title"] == "Hidden Place"
    found = {entry["title"] for entry in avcp("find", "Attic:/Music", "HIDDEN")}
    assert found == {"Hidden Place"}
    assert {entry["title"] for entry in avcp("find", "Attic:/Music", "h?dden p*")} == {"Hidden Place"}
    lines = avcp("tree", "Attic:/Music", "--depth", "2", json=False).stdout.splitlines()
    assert len(lines) == len(tree)
    assert [line.startswith("  ") for line in lines] == [entry["depth"] == 2 for entry in tree]


def test_cat(house, library, start_server, avcp):
    start_server(library)
    path = find_path(avcp, "Hidden Place")
    copy = house.folder / "copy.flac"
    result = house.hosts["phone"].run(["sh", "-c", f'"$0" cat "$1" > {copy}', AVCP, path], check=False)
    assert result.returncode == 0, result.stderr
    assert digest(copy) == digest(library / HIDDEN_PLACE)
    shown = house.hosts["phone"].run(["script", "-qec", f"'{AVCP}' cat '{path}'", "/dev/null"], check=False)
    assert shown.returncode == 2 and "not written to a terminal" in shown.stdout
    document = ElementTree.fromstring(avcp("cat", "--didl", path)["didl"])
    assert document[0].find("{http://purl.org/dc/elements/1.1/}title").text == "Hidden Place"
    assert "--didl" in avcp("cat", "Attic:/Music", code=4, json=False).stderr  # a folder has no octets


def test_get(house, library, start_server, avcp):
    start_server(library)
    target = house.folder / "got"
    target.mkdir()
    path = find_path(avcp, "Hidden Place")
    done = avcp("get", path, str(target))
    file = target / "Hidden Place.flac"
    assert [entry["file"] for entry in done] == [str(file)]
    assert digest(file) == digest(library / HIDDEN_PLACE)
    # what is whole is left alone
    again = avcp("get", path, str(target))
    assert again[0]["had"] == file.stat().st_size
    # what was begun is gone on with: the first octets are not fetched again
    octets = file.read_bytes()
    file.unlink()
    part = target / "Hidden Place.flac.part"
    part.write_bytes(bytes(1000) + octets[1000:5000])
    assert avcp("get", path, str(target))[0]["had"] == 5000
    assert file.read_bytes() == bytes(1000) + octets[1000:]
    assert not part.exists()
    # what is something else goes only when it is said, also where the file is named
    own = house.folder / "own.flac"
    own.write_text("mine")
    assert "--overwrite" in avcp("get", path, str(own), code=1, json=False).stderr
    assert own.read_text() == "mine"
    avcp("get", "--overwrite", path, str(own))
    assert digest(own) == digest(library / HIDDEN_PLACE)


def test_get_folder(house, library, start_server, avcp):
    start_server(library)
    target = house.folder / "album"
    album = next(entry["path"] for entry in avcp("find", "Attic:/Music", "Vespertine")
                 if entry["container"])
    avcp("get", album, str(target))
    sources = {digest(file) for file in (library / "Music/Björk/Vespertine").glob("*.flac")}
    assert sources and sources <= {digest(file) for file in target.rglob("*.flac")}


def test_call(library, start_server, start_renderer, avcp):
    start_server(library)
    start_renderer()
    avcp("-r", "Parlour", "volume", "33")
    answer = avcp("-r", "Parlour", "call", "renderingcontrol", "getvolume", "channel=Master")
    assert answer == [{"argument": "CurrentVolume", "value": "33"}]
    avcp("-r", "Parlour", "call", "RenderingControl", "SetVolume", "Channel=Master", "DesiredVolume=11")
    assert avcp("-r", "Parlour", "volume")["volume"] == 11
    actions = {entry["action"]: entry for entry in avcp("-r", "Parlour", "call", "AVTransport")}
    assert [argument["name"] for argument in actions["Seek"]["in"]] == ["InstanceID", "Unit", "Target"]
    assert "REL_TIME" in actions["Seek"]["in"][1]["allowed"]
    services = {entry["service"] for entry in avcp("-s", "Attic", "call")}
    assert {"ContentDirectory", "ConnectionManager"} <= services
    browse = avcp("-s", "Attic", "call", "ContentDirectory", "Browse", "ObjectID=0",
                  "BrowseFlag=BrowseMetadata", "Filter=*", "StartingIndex=0", "RequestedCount=0",
                  "SortCriteria=")
    assert dict((entry["argument"], entry["value"]) for entry in browse)["TotalMatches"] == "1"
    # said before anything is sent
    assert "GetVolume" in avcp("call", "RenderingControl", "GetVolum", code=2, json=False).stderr
    assert "Name=Value" in avcp("call", "AVTransport", "Stop", "x", code=2, json=False).stderr
    avcp("call", "AVTransports", code=2, json=False)
    # what the device says that it forbids is not asked of it
    assert "from 0 to 100" in avcp("-r", "Parlour", "call", "RenderingControl", "SetVolume", "Channel=Master",
                                   "DesiredVolume=60000", code=4, json=False).stderr
    avcp("-r", "Parlour", "call", "RenderingControl", "SetVolume", "Channel=Master", "DesiredVolume=x",
         code=4, json=False)


def test_call_of_what_only_the_device_knows(house, avcp):
    tv = house.hosts["tv"]
    fake = tv.start(["/usr/bin/python3", FAKE, tv.addresses["living"], 7100, "gapless"], name="fake")
    wait_until("the fake listens", lambda: "READY" in fake.output())
    url = f"http://{tv.addresses['living']}:7100/0"
    services = {entry["service"]: entry["version"] for entry in avcp("-r", url, "call")}
    assert services["urn:example-com:service:Lamp:2"] == 2
    for name in ("Lamp", "toplight", "urn:example-com:service:Lamp:2"):
        actions = avcp("-r", url, "call", name)
        assert [(entry["action"], [argument["name"] for argument in entry["in"]]) for entry in actions] == [
            ("Shine", ["Level"])]
    assert avcp("-r", url, "call", "Lamp", "shine", "level=90") == [{"argument": "Before", "value": "10"}]
    assert avcp("-r", url, "call", "Lamp", "Shine", "Level=5") == [{"argument": "Before", "value": "90"}]
    assert "from 5 to 90" in avcp("-r", url, "call", "Lamp", "Shine", "Level=91", code=4, json=False).stderr
    assert "Shine" in avcp("-r", url, "call", "Lamp", "Shin", code=2, json=False).stderr
    # its AVTransport is described by no SCPD: the standard's table serves
    assert avcp("-r", url, "call", "AVTransport", "GetTransportInfo")[0]["value"] == "NO_MEDIA_PRESENT"


def test_toggle(library, start_server, start_renderer, avcp):
    start_server(library)
    start_renderer()
    parlour = at("Parlour", avcp)
    parlour("play", find_path(avcp, "loose"))
    assert parlour("toggle")["done"] == "pause"
    wait_until("paused", lambda: parlour("status")["state"] == "paused")
    assert parlour("toggle")["done"] == "play"
    wait_until("plays", lambda: parlour("status")["state"] == "playing")


def test_status_goes_on(house, library, start_server, start_renderer, avcp):
    start_server(library)
    start_renderer()
    parlour = at("Parlour", avcp)
    path = find_path(avcp, "loose")
    parlour("play", path)
    parlour("mode", "repeat-one")  # however late we look
    follow = house.hosts["phone"].start([AVCP, "--json", "-r", "Parlour", "status", "--follow"], name="follow")

    def positions():
        whole = follow.output().rpartition("\n")[0]
        records = [json.loads(line) for line in whole.splitlines()]
        avcp_schema.check(["status", "--follow"], records)
        return [record["position_s"] for record in records]

    wait_until("it moves", lambda: any(b > a for a, b in zip(positions(), positions()[1:])))
    assert follow.stop(signal.SIGINT)[0] == 0
    parlour("play", path)
    parlour("pause")
    parlour("seek", "50%")
    wait_until("in the middle", lambda: 4.5 <= (parlour("status")["position_s"] or 0) < 7)


def test_volume_changes_bit_by_bit(start_renderer, avcp):
    start_renderer()
    parlour = at("Parlour", avcp)
    parlour("volume", "80")
    begin = time.monotonic()
    assert parlour("volume", "20", "--ramp", "1s")["volume"] == 20
    assert time.monotonic() - begin >= 1
    assert parlour("volume")["volume"] == 20
    for step, end in (("+95", 100), ("+1", 100), ("-300", 0), ("+3", 3)):
        assert parlour("volume", step)["volume"] == end
        assert parlour("volume")["volume"] == end
    told = parlour("volume", "101", code=4, json=False).stderr
    assert "601" in told and "from 0 to 100" in told
    parlour("volume", "90")
    assert parlour("volume", "+40", "--ramp", "200ms")["volume"] == 100
    parlour("volume", "loud", code=2, json=False)
    parlour("volume", "3dBx", code=2, json=False)


def test_volume_in_decibels(start_renderer, avcp):
    """A level and steps, as the renderer has them: 1/256 dB."""
    start_renderer()
    parlour = at("Parlour", avcp)

    def told():
        (answer,) = parlour("call", "RenderingControl", "GetVolumeDB", "Channel=Master")
        return int(answer["value"]) / 256

    assert parlour("volume", "-12dB")["volume_db"] == -12
    assert told() == pytest.approx(-12, abs=0.3)  # it has no more than a hundred and one steps
    before = told()
    assert parlour("volume", "6dB-")["volume_db"] == pytest.approx(before - 6)
    assert told() == pytest.approx(before - 6, abs=0.5)
    before = told()
    parlour("volume", "3.5dB+")
    assert told() == pytest.approx(before + 3.5, abs=0.5)
    assert parlour("volume", "-20dB", json=False).stdout == "Volume in dB: -20\n"
    assert parlour("volume", "90dB+")["volume_db"] == told() == 0
    assert "601" in parlour("volume", "90dB", code=4, json=False).stderr


def test_settings_of_the_renderer(start_renderer, avcp):
    start_renderer()
    parlour = at("Parlour", avcp)
    assert "shuffle" in parlour("mode", "shuffel", code=2, json=False).stderr
    for mode in ("repeat-all", "SHUFFLE", "normal"):
        parlour("mode", mode)
        assert parlour("mode")["mode"] == mode.lower()
    assert parlour("speed")["speed"] == "1"
    assert "702" in parlour("speed", "1/3", code=4, json=False).stderr
    parlour("speed", "quick", code=2, json=False)
    assert "FactoryDefaults" in [entry["preset"] for entry in parlour("preset")]
    parlour("volume", "12")
    assert parlour("preset", "factorydefaults")[0]["preset"] == "FactoryDefaults"
    assert parlour("volume")["volume"] != 12
    assert "FactoryDefaults" in parlour("preset", "cinema", code=3, json=False).stderr
    assert "brightness" in parlour("picture", "brightnes", code=2, json=False).stderr
    for operand, value in (("61", 61), ("+7", 68), ("-20", 48)):
        assert parlour("picture", "brightness", operand)[0]["value"] == value
    parlour("picture", "red-black", "9")
    controls = {entry["control"]: entry["value"] for entry in parlour("picture")}
    assert (controls["brightness"], controls["red-black"], controls["contrast"]) == (48, 9, 50)
    # a step ends where the range does, a value that is named is there or not
    assert parlour("picture", "contrast", "+90")[0]["value"] == 100
    assert parlour("picture", "contrast")[0]["value"] == 100
    told = parlour("picture", "contrast", "101", code=4, json=False).stderr
    assert "601" in told and "from 0 to 100" in told
    for words, form in ((["picture", "x"], "picture [CONTROL [N|+N|-N]]"), (["mode", "--limit", "3"], "mode [MODE]"),
                        (["sleep", "-5m"], "sleep [TIME|off]"), (["seek"], "seek POSITION")):
        told = parlour(*words, code=2, json=False).stderr
        assert told.endswith(f"; usage: avcp {form}\n") and told.count("\n") == 1, told


def test_speed(library, start_server, start_renderer, avcp):
    start_server(library)
    start_renderer()
    parlour = at("Parlour", avcp)
    parlour("mode", "repeat-one")
    parlour("play", find_path(avcp, "loose"))
    for speed, told in (("2", "2"), ("0.5", "1/2"), ("1", "1")):
        assert parlour("speed", speed)["speed"] == told
        assert parlour("speed")["speed"] == told


def test_next_and_previous_of_the_device(house, avcp):
    """Where no queue plays they are the renderer's own actions."""
    url = fake_of(house, "gapless")
    fake = next(process for process in house.processes if process.name == "fake-gapless")
    avcp("-r", url, "next")
    avcp("-r", url, "prev")
    assert re.findall(r"CALLED (Next|Previous)", fake.output()) == ["Next", "Previous"]


SLEEPER = """
import socket, sys
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("", 9))
print("sleeping", flush=True)
packet = listener.recv(200)
print(packet.hex(), flush=True)
"""


@pytest.mark.parametrize("queued", [False, True])
def test_a_renderer_that_sleeps_is_woken(house, library, start_server, start_renderer, avcp, queued):
    start_server(library)
    awake = start_renderer()
    words = ["play", avcp("search", "loose")[0]["id"]]
    avcp("devices")
    if queued:
        daemon = house.hosts["phone"].start([AVCP, "daemon"], ready=True, name="daemon")
        avcp("-r", "Parlour", "-s", "Attic", "queue", "add", words[1])
        words = ["queue", "play"]
    awake.stop()
    tv = house.hosts["tv"]
    sleeper = tv.start(["/usr/bin/python3", "-c", SLEEPER], name="sleeper")
    wait_until("it sleeps", lambda: "sleeping" in sleeper.output())
    play = house.hosts["phone"].start([AVCP, "--json", "-r", "Parlour", "-s", "Attic", *words],
                                      name="play")
    wait_until("the packet came", lambda: len(sleeper.output().split()) == 2, 20)
    card = tv.run(["ip", "-o", "link"]).stdout.partition("link/ether ")[2].split()[0]
    assert sleeper.output().split()[1] == "ff" * 6 + card.replace(":", "") * 16
    start_renderer(name="Parlour")
    wait_until("it plays", lambda: play.popen.poll() is not None, 30)
    assert play.popen.returncode == 0, play.log()
    if queued:
        wait_until("it has begun", lambda: avcp("-r", "Parlour", "status")["state"] != "no-media", 30)
        assert daemon.stop(signal.SIGTERM)[0] == 0
    else:
        assert avcp("wake", "Parlour")["mac"] == card
        avcp("wake", "Nobody", code=3, json=False)


def test_config(house, avcp):
    path = house.folder / ".config/av-upnp/av-controlpoint.conf"
    values = {entry["key"]: entry for entry in avcp("config")}
    assert values["Timeout"]["value"] == "5s" and values["Timeout"]["set"] is False
    assert avcp("config", "timeout", "7s")[0]["value"] == "7s"
    path.write_text("# mine\n" + path.read_text())
    assert avcp("config", "Renderer", "Living room")[0]["set"] is True
    assert {entry["key"]: entry["value"] for entry in avcp("config")}["Timeout"] == "7s"
    before = path.read_text()
    assert before.startswith("# mine\n[Network]\nTimeout = 7s\n")
    # what cannot be is refused, and the file is as it was
    told = avcp("config", "Timeout", "soon", code=2, json=False).stderr
    assert "Timeout" in told and f"{path}:" in told  # not that of a trial that is gone
    assert "Timeout" in avcp("config", "Timeot", "1s", code=2, json=False).stderr
    assert path.read_text() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    avcp("config", "timeout", "-")
    assert "Timeout" not in path.read_text()


def fake_of(house, habit, port=7100):
    """A renderer with that habit; its URL."""
    tv = house.hosts["tv"]
    fake = tv.start(["/usr/bin/python3", FAKE, tv.addresses["living"], port, habit], name=f"fake-{habit}")
    wait_until("the fake listens", lambda: "READY" in fake.output())
    return f"http://{tv.addresses['living']}:{port}/0"


# what devices are like in what they say → their name
ODD = {"swapped": "Fake swapped", "untidy": "Fake untidy & Söhne", "relative": "Fake relative", "based": "Fake based",
       "absolute": "Fake absolute", "twins": "Fake twins", "newer": "Fake newer", "eventless": "Fake eventless",
       "sparse": "Fake sparse"}


def test_odd_renderers_are_understood(house, avcp):
    song = "http://192.0.2.7/a&b=/1.mp3"
    for number, (habit, name) in enumerate(ODD.items()):
        url = fake_of(house, habit, 7100 + number)
        assert avcp("-r", url, "play", song)["renderer"] == f"{name} {7100 + number}"
        status = avcp("-r", url, "status")
        assert (status["state"], status["uri"]) == ("playing", song), habit
        if habit == "sparse":
            assert (status["position_s"], status["volume"], status["mute"]) == (None, None, None)
            assert "401" in avcp("-r", url, "volume", "30", code=4, json=False).stderr
            assert avcp("-r", url, "info")["type"] == "renderer"
        else:
            assert (status["duration_s"], status["mute"]) == (5, False), habit
            avcp("-r", url, "volume", "30")
            assert avcp("-r", url, "volume")["volume"] == 30, habit


def test_refusals_say_what_is_allowed(house, library, start_server, start_renderer, avcp):
    """Code, its meaning, and what the device itself says that it allows."""
    start_server(library)
    start_renderer()

    def refused(*words):
        told = avcp(*words, code=4, json=False).stderr
        assert told.count("\n") == 1
        return told

    told = refused("-r", "Parlour", "seek", "9:00:00")
    assert "701 Transition not available" in told and 'its state is "no-media"' in told
    avcp("play", find_path(avcp, "loose"))
    told = refused("-r", "Parlour", "seek", "9:00:00")
    assert "711 Illegal seek target" in told and 'its state is "playing"; it allows ' in told
    assert re.search(r"it allows .*\bPause\b.* now", told) and "Stop" in told and "Record" not in told
    told = refused("-r", "Parlour", "speed", "1/7")
    assert "717 " in told and re.search(r"Speed may be .*\b1\b", told)
    told = refused("search", "--criteria", 'upnp:toc contains "x"')
    assert "708 " in told and re.search(r"it can be searched by .*dc:title", told)
    # without the question's answer it is the refusal alone
    url = fake_of(house, "sparse")
    told = refused("-r", url, "next")
    assert "401 Invalid Action" in told and told.endswith('its state is "no-media"\n')


@pytest.mark.parametrize("habit", ["eventless", "gapless", "mute"])
def test_watch_without_events(house, avcp, habit):
    """It says that it has none, refuses to be subscribed to, or never sends one: it is asked."""
    url = fake_of(house, habit)
    watch = house.hosts["phone"].start([AVCP, "--json", "-r", url, "watch"], name="watch")

    def values(variable):
        events = [json.loads(line) for line in watch.output().rpartition("\n")[0].splitlines()]
        avcp_schema.check(["watch"], events)
        return [event["value"] for event in events if event["variable"] == variable]

    wait_until("how it is", lambda: values("TransportState") and values("Volume"), 30)
    assert values("Volume") == ["20"]
    avcp("-r", url, "volume", "31")
    avcp("-r", url, "play", "http://192.0.2.7/1.mp3")
    wait_until("the changes", lambda: values("Volume") == ["20", "31"] and "PLAYING" in values("TransportState"), 30)
    assert values("CurrentTrackURI") == ["http://192.0.2.7/1.mp3"]
    assert watch.stop(signal.SIGINT)[0] == 0
    assert watch.log().count("asking it") == (0 if habit == "eventless" else 2), watch.log()


def test_watch_of_what_only_the_device_knows(house, avcp):
    """All of its services: one of no standard sends events, the others are asked."""
    url = fake_of(house, "lit")
    watch = house.hosts["phone"].start([AVCP, "--json", "-r", url, "watch"], name="watch")

    def seen():
        return {(event["service"], event["variable"], event["value"]) for event in map(
            json.loads, watch.output().rpartition("\n")[0].splitlines())}

    wait_until("the lamp and the rest", lambda: {
        ("Lamp", "Level", "10"), ("RenderingControl", "Volume", "20")} <= seen(), 30)
    assert watch.stop(signal.SIGINT)[0] == 0
