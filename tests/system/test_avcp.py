# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control point between our own server and renderer: what it prints, and how it ends."""

import json
import re
import signal

import pytest

import avcp_schema
from conftest import AVCP
from house import SOON_S, wait_until

DEVICE_KEYS = {"udn", "name", "type", "location", "address", "model"}
OBJECT_KEYS = {"id", "parent", "title", "class", "container", "children", "resources"}
RESOURCE_KEYS = {"url", "protocol_info", "size", "duration_s"}
STATUS_KEYS = {"state", "position_s", "duration_s", "title", "uri", "format", "buffer", "volume", "mute"}


def by_title(entries):
    return {entry["title"]: entry for entry in entries}


def test_devices(house, library, start_server, start_renderer, avcp):
    start_server(library)
    start_renderer()
    devices = {device["name"]: device for device in avcp("devices")}
    assert set(devices) == {"Attic", "Parlour"}
    assert all(set(device) >= DEVICE_KEYS for device in devices.values())
    assert devices["Attic"]["type"] == "server"
    assert devices["Parlour"]["type"] == "renderer"
    # each host is told the address on its own network
    assert devices["Attic"]["address"] == house.hosts["server"].addresses["living"]
    assert devices["Attic"]["location"].startswith(f"http://{devices['Attic']['address']}:")
    assert devices["Attic"]["location"].endswith(".xml")
    guest = {device["name"]: device for device in avcp("devices", host="guest")}
    assert set(guest) == {"Attic"}
    assert guest["Attic"]["address"] == house.hosts["server"].addresses["attic"]
    assert guest["Attic"]["udn"] == devices["Attic"]["udn"]


def test_devices_in_a_pipe(start_server, library, avcp):
    start_server(library)
    lines = avcp("devices", json=False).stdout.splitlines()
    assert len(lines) == 1
    assert lines[0].split("\t")[:2] == ["server", "Attic"]


def test_devices_come_and_go(house, library, start_server, start_renderer, avcp):
    start_server(library)
    follow = house.hosts["phone"].start([AVCP, "--json", "devices", "--follow"], name="follow")

    def events():
        whole = follow.output().rpartition("\n")[0]
        entries = [json.loads(line) for line in whole.splitlines()]
        avcp_schema.check(["devices", "--follow"], entries)
        return [(entry["event"], entry["name"]) for entry in entries]

    wait_until("the server is shown", lambda: ("appeared", "Attic") in events())
    renderer = start_renderer()
    wait_until("the renderer came", lambda: ("appeared", "Parlour") in events())
    renderer.stop()
    wait_until("it went", lambda: ("vanished", "Parlour") in events())
    assert follow.stop(signal.SIGINT)[0] == 0


def test_ls(library, start_server, avcp):
    start_server(library)
    top = by_title(avcp("ls", "Attic:/"))
    assert all(set(entry) >= OBJECT_KEYS for entry in top.values())
    assert {"Music", "Pictures"} <= set(top)
    assert top["Music"]["container"] is True
    assert top["Music"]["resources"] == []
    url = avcp("devices")[0]["location"]
    assert avcp("-s", url, "ls", "/") == avcp("ls", "Attic:/")
    assert avcp("-s", "att", "ls") == avcp("ls", "Attic:")  # part of a name, and no path
    assert by_title(avcp("-s", "Attic", "ls", top["Music"]["id"])) == by_title(avcp("ls", "Attic:/Music"))


def find_item(avcp, path, title):
    for entry in avcp("ls", path):
        if entry["title"] == title:
            return path, entry
        if entry["container"]:
            below = path.rstrip("/") + "/" + entry["title"].replace("\\", "\\\\").replace("/", "\\/")
            found = find_item(avcp, below, title)
            if found is not None:
                return found
    return None


def test_ls_item(library, start_server, avcp):
    start_server(library)
    folder, item = find_item(avcp, "Attic:/Music", "Hidden Place")
    assert item["container"] is False
    assert item["children"] is None
    resource = item["resources"][0]
    assert set(resource) >= RESOURCE_KEYS
    path = library / "Music/Björk/Vespertine/01 Hidden Place.flac"
    assert resource["size"] == path.stat().st_size
    assert resource["duration_s"] == pytest.approx(132307 / 44100, abs=0.002)
    assert resource["protocol_info"].startswith("http-get:*:audio/")
    assert by_title(avcp("ls", f"{folder}/Hidden Place"))["Hidden Place"]["id"] == item["id"]
    assert by_title(avcp("ls", f"{folder}/hidden place"))["Hidden Place"]["id"] == item["id"]
    assert len(avcp("ls", folder, "--limit", "1")) == 1


def test_search(library, start_server, avcp):
    start_server(library)
    found = avcp("search", "hidden", "PLACE")
    assert [entry["title"] for entry in found] == ["Hidden Place"]
    assert found[0]["server"] == "Attic"
    assert avcp("-s", "Attic", "search", "no such title") == []
    # what a shell user may type is no syntax of the search language
    assert avcp("search", 'a" or dc:title contains "Hidden') == []
    assert [entry["title"] for entry in avcp("search", "--criteria", 'dc:title contains "Hidden"')] == ["Hidden Place"]
    assert avcp("search", "--criteria", 'dc:title = "Hidden"') == []
    assert "708" in avcp("search", "--criteria", "Hidden", code=4, json=False).stderr


def test_play_and_control(library, start_server, start_renderer, avcp):
    start_server(library)
    start_renderer()
    folder, item = find_item(avcp, "Attic:/Music", "loose")
    avcp("play", f"{folder}/loose")  # with one renderer on the network, -r is not needed

    def parlour(*words):
        return avcp("-r", "Parlour", *words)

    status = avcp("status")
    assert set(status) >= STATUS_KEYS
    assert status["state"] == "playing"
    assert status["title"] == "loose"
    assert status["uri"] == item["resources"][0]["url"]
    assert status["duration_s"] == pytest.approx(441009 / 44100, abs=0.05)
    assert (status["format"]["codec"], status["format"]["sample_hz"], status["format"]["channels"]) == ("LPCM", 44100, 2)
    wait_until("all of so short a song is read", lambda: parlour("status")["buffer"]["complete"])
    shown = avcp("-r", "Parlour", "status", json=False).stdout
    assert re.search(r"Format\W+LPCM, 44\.1 kHz, ", shown) and re.search(r"Buffer\W+all that is left", shown), shown
    parlour("pause")
    wait_until("paused", lambda: parlour("status")["state"] == "paused")
    parlour("seek", "0:00:05")
    wait_until("at 5 s", lambda: 4.9 <= (parlour("status")["position_s"] or 0) < 6)
    parlour("seek", "+2")
    wait_until("at 7 s", lambda: 6.9 <= (parlour("status")["position_s"] or 0) < 8)
    parlour("seek", "-4")
    wait_until("at 3 s", lambda: 2.9 <= (parlour("status")["position_s"] or 0) < 4)
    parlour("play")
    assert parlour("status")["state"] == "playing"
    parlour("volume", "30")
    assert parlour("volume")["volume"] == 30
    assert parlour("volume", "+5")["volume"] == 35
    assert parlour("volume", "-10")["volume"] == 25
    parlour("mute", "on")
    assert parlour("mute")["mute"] is True
    assert parlour("status")["mute"] is True
    assert parlour("mute", "toggle")["mute"] is False
    assert parlour("status")["volume"] == 25
    parlour("stop")
    wait_until("stopped", lambda: parlour("status")["state"] == "stopped")


def test_deeds_are_quiet_in_a_pipe(library, start_server, start_renderer, avcp):
    start_server(library)
    start_renderer()
    folder, _ = find_item(avcp, "Attic:/Music", "Cocoon")
    result = avcp("-r", "parl", "play", f"{folder}/Cocoon", json=False)
    assert result.stdout == ""
    assert result.stderr == ""


def test_exit_codes(house, library, start_server, start_renderer, avcp):
    start_server(library)
    start_renderer()
    for words in (["fly"], [], ["seek"], ["--nonsense", "devices"], ["seek", "soon"]):
        assert avcp(*words, code=2, json=False).stderr.count("\n") == 1
    assert '"Attic"' in avcp("ls", "Cellar:/", code=3, json=False).stderr  # what there is, is said
    assert '"Attic"' in avcp("ls", "Atic:/", code=3, json=False).stderr
    told = avcp("ls", "Attic:/Music/Artsits/Bjork", code=3, json=False).stderr
    assert told == 'avcp: nothing called "Artsits" in "Music"; nearest: "Artists"\n', told
    assert '; nearest: "Björk"' in avcp("ls", "Attic:/Music/Artists/Bjork", code=3, json=False).stderr
    avcp("-r", "nobody", "status", code=3, json=False)
    refused = avcp("-s", "Attic", "ls", "no-such-id", code=4, json=False)
    assert "701" in refused.stderr and "such object" in refused.stderr.lower()
    for verb in (["ls"], ["play"], ["queue", "add"]):  # a server's ids are no files, options and URLs of the user
        for looks in ("./", "--config=/x", "http://10.71.0.1/x.mp3"):
            refused = avcp("-r", "Parlour", "-s", "Attic", *verb, "--object", "--", looks, code=4, json=False)
            assert "701" in refused.stderr, f"{verb} {looks}"
    assert avcp("-s", "Attic", "ls", "--object", "0") == avcp("ls", "Attic:/")
    assert "701" in avcp("seek", "9:00:00", code=4, json=False).stderr  # nothing is loaded
    nobody = f"http://{house.hosts['tv'].addresses['living']}:9/description.xml"
    avcp("-r", nobody, "status", code=5, json=False)
    avcp("--interface", "eth7", "devices", code=5, json=False)


def test_ambiguous_names(library, start_server, avcp):
    start_server(library)
    start_server(library, host="phone", name="Attic two")
    both = avcp("-s", "att", "ls", code=3, json=False).stderr
    assert "Attic two" in both and both.count("uuid:") == 2
    assert avcp("-s", "Attic", "ls") != []  # a whole name is not ambiguous
    assert "2 servers" in avcp("ls", code=3, json=False).stderr


def test_names_and_defaults(library, start_server, start_renderer, avcp):
    start_server(library)
    start_server(library, host="phone", name="Attic two")
    start_renderer()
    start_renderer(host="server", name="Study")
    assert avcp("alias") == []
    udn = avcp("alias", "tv", "parl")[0]["udn"]
    assert avcp("-r", "TV", "status")["udn"] == udn
    avcp("alias", "box", "Attic two")
    assert avcp("ls", "box:/Music") == avcp("ls", "Attic two:/Music")
    avcp("status", code=3, json=False)  # two renderers, none named
    avcp("default", "renderer", "tv")
    assert avcp("status")["udn"] == udn
    assert avcp("-r", "Study", "status")["udn"] != udn  # what is named goes before
    avcp("default", "renderer", "-")
    avcp("status", code=3, json=False)
    avcp("alias", "tv", "-")
    assert [entry["alias"] for entry in avcp("alias")] == ["box"]
    avcp("alias", "http://x/", "Parlour", code=2, json=False)
    avcp("default", "toaster", "Parlour", code=2, json=False)


class Watch:
    """avcp watch on a host, and what it has printed so far."""

    def __init__(self, house, host, *options):
        self.process = house.hosts[host].start(
            [AVCP, "--json", *options, "watch"], name=f"watch-{host}")

    def events(self):
        whole = self.process.output().rpartition("\n")[0]  # the last line may be half written
        events = [json.loads(line) for line in whole.splitlines()]
        avcp_schema.check(["watch"], events)
        return events

    def values(self, variable):
        return [event["value"] for event in self.events() if event["variable"] == variable]


def test_watch(house, library, start_server, start_renderer, avcp):
    start_server(library)
    start_renderer()
    watch = Watch(house, "phone", "-r", "Parlour")
    # first everything as it is
    wait_until("the first events", lambda: watch.values("TransportState") and watch.values("Volume"))
    volume = next(event for event in watch.events() if event["variable"] == "Volume")
    assert volume["channel"] == "Master" and volume["instance"] == 0
    assert volume["service"] == "RenderingControl" and volume["device"] == "Parlour"
    avcp("-r", "Parlour", "volume", "17")
    wait_until("the change", lambda: watch.values("Volume")[-1] == "17")
    folder, _ = find_item(avcp, "Attic:/Music", "loose")
    avcp("-r", "Parlour", "play", f"{folder}/loose")
    wait_until("it plays", lambda: "PLAYING" in watch.values("TransportState"))
    code, seconds = watch.process.stop(signal.SIGINT)
    assert code == 0
    assert seconds < SOON_S
    few = avcp("-s", "Attic", "watch", "--count", "1", json=False).stdout
    assert few.count("\n") == 1 and "\tAttic\t" in few


def test_two_watch_the_same(house, start_renderer, avcp):
    start_renderer()
    watches = [Watch(house, host, "-r", "Parlour") for host in ("phone", "server")]
    wait_until("both hear how it is", lambda: all(watch.values("Volume") for watch in watches))
    for volume in ("21", "22", "23"):
        avcp("-r", "Parlour", "volume", volume)
        wait_until(f"both hear of {volume}",
                   lambda: all(watch.values("Volume")[-1] == volume for watch in watches))
    # one leaves, the other goes on hearing
    assert watches[0].process.stop(signal.SIGINT)[0] == 0
    avcp("-r", "Parlour", "mute", "on")
    wait_until("the other hears of it", lambda: watches[1].values("Mute")[-1] in ("1", "true"))


def test_loopback_needs_a_url(library, start_server, avcp):
    start_server(library, host="phone", options=("--interface", "lo"))
    assert "URL" in avcp("--interface", "lo", "devices", code=5, json=False).stderr


def test_written_where_there_is_no_room(house, library, start_server):
    start_server(library)
    result = house.hosts["phone"].run(["sh", "-c", f"{AVCP} devices > /dev/full"], check=False)
    assert result.returncode == 1
    assert "output" in result.stderr


def test_url_of_a_server_needs_no_discovery(library, start_server, avcp):
    server = start_server(library, host="phone", options=("--interface", "lo"))
    url = next(word for word in server.log().split() if word.startswith("http://127."))
    by_name = avcp("-s", url, "ls", "Attic:/Music")
    assert {"Artists", "Albums"} <= {entry["title"] for entry in by_name}
    assert avcp("-s", url, "ls", "/Music") == by_name
    assert '"Cellar"' in avcp("-s", url, "ls", "Cellar:/Music", code=2, json=False).stderr


def test_source_address(house, start_renderer, avcp):
    """The renderer hears nothing from the first of two addresses of one interface."""
    start_renderer()
    phone = house.hosts["phone"]
    second = "10.71.0.200"
    phone.ip("addr", "add", f"{second}/24", "dev", "eth0")
    house.hosts["tv"].run(["nft", "table inet deaf { chain input { type filter hook input priority 0; "
                           f"ip saddr {phone.addresses['living']} drop; }}; }}"])
    assert avcp("devices") == []
    assert [device["name"] for device in avcp("devices", "--source", second)] == ["Parlour"]
    avcp("-r", "Parlour", "volume", "20", "--source", second)
    watch = phone.start([AVCP, "--json", "--source", second, "-r", "Parlour", "watch", "--count", "1"], name="watch")
    assert watch.wait(30) == 0, watch.log()
    assert "--source" in avcp("devices", "--source", "10.71.0.201", code=5, json=False).stderr
    assert "--source" in avcp("devices", "--source", "nowhere", code=2, json=False).stderr
