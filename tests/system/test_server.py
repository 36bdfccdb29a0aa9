# SPDX-License-Identifier: LGPL-2.1-or-later
"""av-mediaserver alone: its tree against the disk, its ids over time, and what it does with bad input."""

import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import SERVER
from house import SOON_S, wait_until
from media import counter_wav

SUPPORT = pathlib.Path(__file__).parent.parent / "support"
SOAP = SUPPORT / "soap.py"
PYTHON = "/usr/bin/python3"
DIDL = "{urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/}"
DC = "{http://purl.org/dc/elements/1.1/}"
UPNP = "{urn:schemas-upnp-org:metadata-1-0/upnp/}"
MEDIA_SUFFIXES = {".flac", ".mp3", ".m4a", ".wav", ".mp4", ".jpg"}


class Client:
    """Asks a server from a host of the house."""

    def __init__(self, house, url, host):
        self.house, self.url, self.host = house, url, host

    def ask(self, *questions):
        return json.loads(self.house.hosts[self.host].ask([PYTHON, "-B", str(SOAP), self.url], json.dumps(questions)))

    def browse(self, object_id, flag="BrowseDirectChildren", sort="", start=0, count=0, filter_="*"):
        return self.ask(["ContentDirectory", "Browse", {
            "ObjectID": object_id, "BrowseFlag": flag, "Filter": filter_, "StartingIndex": start,
            "RequestedCount": count, "SortCriteria": sort}])[0]

    def children(self, object_id, **options):
        """Objects as dictionaries: id, parent, ref, container, title, class, children, res."""
        reply = self.browse(object_id, **options)
        assert "error" not in reply, (object_id, reply)
        objects = [read_object(element) for element in ElementTree.fromstring(reply["Result"])]
        assert len(objects) == int(reply["NumberReturned"])
        return objects

    def items(self):
        """All items, each where its file is, by one question; no shared folder has so many here that it needs two."""
        reply = self.ask(["ContentDirectory", "Search", {
            "ContainerID": "0", "SearchCriteria": 'upnp:class derivedfrom "object.item" and @refID exists false',
            "Filter": "*", "StartingIndex": 0, "RequestedCount": 0, "SortCriteria": ""}])[0]
        assert "error" not in reply, reply
        objects = [read_object(element) for element in ElementTree.fromstring(reply["Result"])]
        assert len(objects) == int(reply["TotalMatches"])
        return objects

    def walk(self, object_id="0", path=()):
        """All (path of titles, object) below; checks what must hold everywhere."""
        for child in self.children(object_id):
            assert child["parent"] == object_id, child
            below = (*path, child["title"])
            yield below, child
            if child["container"]:
                seen = list(self.walk(child["id"], below))
                assert len({o["id"] for p, o in seen if len(p) == len(below) + 1}) == child["children"], child
                yield from seen


def read_object(element):
    container = element.tag == f"{DIDL}container"
    return {
        "id": element.get("id"), "parent": element.get("parentID"), "ref": element.get("refID"),
        "container": container, "title": element.findtext(f"{DC}title"), "class": element.findtext(f"{UPNP}class"),
        "artist": element.findtext(f"{UPNP}artist"), "track": element.findtext(f"{UPNP}originalTrackNumber"),
        "children": int(element.get("childCount")) if container else None,
        "res": [dict(res.attrib, url=res.text) for res in element.findall(f"{DIDL}res")],
    }


def url_of(house, process, host="phone", network="living"):
    """URL of the server as it stands in its log for that network."""
    address = house.hosts["server"].addresses[network]
    return re.search(rf"http://{re.escape(address)}:\d+", process.log()).group(0)


@pytest.fixture
def client(house):
    return lambda process, host="phone", network="living": Client(house, url_of(house, process, host, network), host)


@pytest.fixture
def own_library(house):
    """A library that a test may change: three small tracks, readable for everybody."""
    folder = house.folder / "own"
    (folder / "A").mkdir(parents=True)
    for number in (1, 2, 3):
        make_track(folder / f"A/{number:02}.flac", f"Song {number}", number)
    return folder


def make_track(path, title, number):
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", f"sine=frequency={300 + number}:duration=1",
         "-metadata", f"title={title}", "-metadata", "artist=Someone", "-metadata", f"track={number}", str(path)],
        check=True)


def scans(process):
    return process.log().count("scan finished")


def rescan(process):
    before = scans(process)
    process.popen.send_signal(signal.SIGHUP)
    wait_until("the rescan ended", lambda: scans(process) > before, 30)


def titles(objects):
    return [o["title"] for o in objects]


def test_tree_is_the_disk(house, library, start_server, client):
    server = start_server(library)
    ask = client(server)
    everything = list(ask.walk())
    items = {o["id"]: (p, o) for p, o in everything if not o["container"] and o["ref"] is None}
    files = [p for p in library.rglob("*") if p.suffix in MEDIA_SUFFIXES and not p.name.startswith(".")]
    assert len(items) == len(files)
    # Folder views: each file under its folder's own names, and its octets behind its URL.
    on_disk = {(p.parent.relative_to(library.parent).parts, hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_size)
               for p in files}
    paths = {o["id"]: p[2:-1] for p, o in items.values()}
    urls = [o["res"][0]["url"] for _, o in items.values()]
    assert all(url.startswith(ask.url) for url in urls), urls
    answers = ask.ask(*(["GET", url.removeprefix(ask.url), {}] for url in urls))
    served = {(paths[object_id], answer["sha256"], answer["length"])
              for object_id, answer in zip(items, answers)}
    assert served == on_disk
    # Every reference is an item, and each item is found in its view of everything.
    references = [o["ref"] for _, o in everything if o["ref"]]
    assert set(references) <= set(items)
    views = {p: o for p, o in everything}
    assert ("Music", "Artists", "Björk", "Vespertine", "Hidden Place") in views
    assert ("Video", "Genres") not in views, "what is empty is not shown"
    assert ("Music", "Albums", "Ege Bamyasi", "Spoon & Fork <live>") in views
    assert ("Music", "Genres", "Krautrock", "Pinch") in views
    assert len([p for p in views if p[:2] == ("Music", "All tracks")]) == 6
    assert titles(ask.children(views["Music", "Artists", "Björk", "Vespertine"]["id"])) == ["Hidden Place", "Cocoon"]


def test_both_networks_get_their_own_urls(house, library, start_server, client):
    server = start_server(library)
    for host, network in (("phone", "living"), ("guest", "attic")):
        ask = client(server, host, network)
        tracks = ask.children("music-tracks")
        assert tracks and all(o["res"][0]["url"].startswith(ask.url) for o in tracks)
        description = ask.ask(["GET", "/description.xml", {}])[0]
        assert description["status"] == 200 and "MediaServer:4" in description["text"]


@pytest.mark.parametrize("version, services", [(1, (1, 1)), (2, (2, 2)), (3, (3, 2))])
def test_the_version_can_be_lowered(library, start_server, client, version, services):
    ask = client(start_server(library, options=["--upnp-version", version]))
    text = ask.ask(["GET", "/description.xml", {}])[0]["text"]
    assert f"MediaServer:{version}<" in text
    assert f"ContentDirectory:{services[0]}<" in text and f"ConnectionManager:{services[1]}<" in text
    reset = ask.ask([f"ContentDirectory:{version}", "GetServiceResetToken", {}])[0]
    assert ("error" in reset) == (version < 3)


def test_resources_say_what_they_are(library, start_server, client):
    ask = client(start_server(library))
    found = {o["title"]: o["res"][0] for p, o in ask.walk() if not o["container"]}
    dlna = "DLNA.ORG_OP=11;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000" + 24 * "0"
    flac, mp3, jpeg = found["Cocoon"], found["Pinch"], found["red"]
    assert flac["protocolInfo"] == f"http-get:*:audio/flac:{dlna}"
    # 88 217 frames at 44 100 Hz
    assert (flac["duration"], flac["sampleFrequency"], flac["bitsPerSample"], flac["nrAudioChannels"]) == (
        "0:00:02.000", "44100", "16", "2")
    assert mp3["protocolInfo"] == f"http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;{dlna}"
    assert jpeg["resolution"] == "640x480"
    assert jpeg["protocolInfo"].startswith("http-get:*:image/jpeg:DLNA.ORG_PN=JPEG_SM;")
    # The same features in the transfer's own header.
    answer = ask.ask(["GET", mp3["url"].removeprefix(ask.url), {"getcontentFeatures.dlna.org": "1"}])[0]
    assert answer["headers"]["contentfeatures.dlna.org"] == mp3["protocolInfo"].split(":", 3)[3]
    assert answer["headers"]["content-type"] == "audio/mpeg"


def test_paging_sorting_and_errors(library, start_server, client):
    ask = client(start_server(library))
    everything = titles(ask.children("music-tracks"))
    pages = [titles(ask.children("music-tracks", start=at, count=2)) for at in (0, 2, 4)]
    assert sum(pages, []) == everything
    assert titles(ask.children("music-tracks", sort="-dc:title")) == everything[::-1]
    assert titles(ask.children("music-tracks", sort="+upnp:originalTrackNumber,+dc:title"))[0] == "loose"
    assert ask.browse("nothing")["error"] == 701
    assert ask.ask(["ContentDirectory", "Destroy", {}])[0]["error"] == 401
    narrow = ElementTree.fromstring(ask.browse("music-tracks", filter_="res@size")["Result"])
    assert {child.tag for child in narrow[0]} == {f"{DC}title", f"{UPNP}class", f"{DIDL}res"}
    assert set(narrow[0].find(f"{DIDL}res").attrib) == {"protocolInfo", "size"}
    assert ask.browse("c00000000000000a")["error"] in (701, 710)
    assert ask.browse("music-tracks", sort="+dc:unheard")["error"] == 709
    assert ask.browse("0", flag="BrowseUp")["error"] in (402, 600, 601)
    assert ask.ask(["ContentDirectory", "Browse", {"ObjectID": "0"}])[0]["error"] == 402
    assert ask.ask(["ContentDirectory", "Search", {
        "ContainerID": "0", "SearchCriteria": 'dc:title contains "spoon"', "Filter": "*", "StartingIndex": 0,
        "RequestedCount": 0, "SortCriteria": ""}])[0]["TotalMatches"] == "1"


# What televisions and consoles ask before they browse, and what they wait for.
ENTRY_ROWS = [
    ("ContentDirectory:2", "GetSortExtensionCapabilities", {}, {"SortExtensionCaps": "+,-,TIME+,TIME-"}),
    ("X_MS_MediaReceiverRegistrar", "IsAuthorized", {"DeviceID": ""}, {"Result": "1"}),
    ("X_MS_MediaReceiverRegistrar", "IsValidated", {"DeviceID": "uuid:1"}, {"Result": "1"}),
    ("X_MS_MediaReceiverRegistrar", "RegisterDevice", {"RegistrationReqMsg": "AAAA"}, {"RegistrationRespMsg": ""}),
]


def test_what_is_asked_before_browsing(library, start_server, client):
    ask = client(start_server(library))
    answers = ask.ask(*([service, action, words] for service, action, words, _ in ENTRY_ROWS))
    assert answers == [expected for *_, expected in ENTRY_ROWS]
    # offered by a setting, since DLNA forbids it
    prepare = {"RemoteProtocolInfo": "http-get:*:audio/flac:*", "PeerConnectionManager": "", "PeerConnectionID": -1,
               "Direction": "Output"}
    assert ask.ask(["ConnectionManager:3", "PrepareForConnection", prepare])[0]["error"] in (401, 602)
    assert "PrepareForConnection" not in ask.ask(["GET", "/scpd/ConnectionManager.xml", {}])[0]["text"]
    # Samsung's: where the entries of its menu lead to
    features = ElementTree.fromstring(ask.ask(["ContentDirectory", "X_GetFeatureList", {}])[0]["FeatureList"])
    avs = "{urn:schemas-upnp-org:av:avs}"
    assert [f.get("name") for f in features.findall(f"{avs}Feature")] == ["samsung.com_BASICVIEW"]
    entries = [(e.get("type"), ask.children(e.get("id"), flag="BrowseMetadata")[0])
               for e in features.iter(f"{avs}container")]
    assert [(kind, o["title"], o["parent"]) for kind, o in entries] == [
        ("object.item.audioItem", "Music", "0"), ("object.item.videoItem", "Video", "0"),
        ("object.item.imageItem", "Pictures", "0")]


def test_restart_keeps_identity(library, start_server, client):
    server = start_server(library)
    ask = client(server)
    before = {o["id"]: p for p, o in ask.walk()}
    description = ask.ask(["GET", "/description.xml", {}])[0]["text"]
    update_id = int(ask.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"])
    code, seconds = server.stop()
    assert code == 0 and seconds < SOON_S
    again = start_server(library)
    after = client(again)
    assert after.url == ask.url, "the port was kept"
    assert after.ask(["GET", "/description.xml", {}])[0]["text"] == description
    assert {o["id"]: p for p, o in after.walk()} == before
    assert int(after.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"]) == update_id
    assert "0 new or changed" in again.log()


def test_kill_keeps_ids_and_counts_on(library, start_server, client):
    """ROB-005, ROB-006."""
    server = start_server(library)
    ask = client(server)
    before = {o["id"]: p for p, o in ask.walk()}
    update_id = int(ask.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"])
    server.popen.send_signal(signal.SIGKILL)
    server.popen.wait()
    after = client(start_server(library))
    assert {o["id"]: p for p, o in after.walk()} == before
    assert int(after.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"]) > update_id


def test_rescan_follows_the_disk(own_library, start_server, client):
    server = start_server(own_library)
    ask = client(server)
    first = {o["title"]: o["id"] for o in ask.children("music-tracks")}
    assert sorted(first) == ["Song 1", "Song 2", "Song 3"]
    update_id = int(ask.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"])
    rescan(server)
    assert int(ask.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"]) == update_id, "nothing changed"
    (own_library / "B").mkdir()
    make_track(own_library / "B/new.flac", "New", 9)
    make_track(own_library / "A/01.flac", "Song 1 again", 1)
    (own_library / "A/02.flac").unlink()
    rescan(server)
    second = {o["title"]: o["id"] for o in ask.children("music-tracks")}
    assert sorted(second) == ["New", "Song 1 again", "Song 3"]
    assert second["Song 1 again"] == first["Song 1"] and second["Song 3"] == first["Song 3"]
    assert int(ask.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"]) > update_id
    for path in (own_library / "A").iterdir():
        path.unlink()
    (own_library / "A").rmdir()
    rescan(server)
    paths = {p for p, _ in ask.walk()}
    assert ("Music", "Folders", "own", "B", "New") in paths and ("Music", "Folders", "own", "A") not in paths


def test_bad_files_cost_only_themselves(own_library, start_server, client, house):
    secret = house.folder / "secret.flac"
    make_track(secret, "Secret", 7)
    good = (own_library / "A/01.flac").read_bytes()
    bad = {
        "cut.flac": good[:200], "junk.mp3": os.urandom(5000), "empty.wav": b"", "lie.mp4": good,
        "list.avi": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/etc/hostname\n",
        "concat.mkv": b"ffconcat version 1.0\nfile '/etc/hostname'\n", "\xe4.flac": good,
    }
    for name, data in bad.items():
        (own_library / name.encode("latin-1").decode("utf-8", "surrogateescape")).write_bytes(data)
    os.mkfifo(own_library / "pipe.flac")
    (own_library / "closed.flac").write_bytes(good)
    (own_library / "closed.flac").chmod(0)
    (own_library / "shut").mkdir(mode=0)
    (own_library / "link.flac").symlink_to(secret)
    (own_library / "up").symlink_to(house.folder)
    (own_library / "loop").symlink_to(own_library)
    server = start_server(own_library)
    ask = client(server)
    found = titles(o for p, o in ask.walk() if not o["container"] and o["ref"] is None)
    assert sorted(found) == sorted(
        # lie.mp4 is a FLAC file, whatever its name
        ["Song 1", "Song 1", "Song 1", "Song 2", "Song 3", "concat", "cut", "empty", "junk", "list"])
    log = server.log()
    for name in ("cut.flac", "junk.mp3", "empty.wav", "list.avi", "concat.mkv", "closed.flac", "shut"):
        assert log.count(f"/{name}:") == 1, f"{name} is named once\n{log}"
    for name in ("pipe.flac", "Secret"):
        assert name not in log
    assert log.count("a symbolic link, and these are not followed") == 1, "one stands for all three"
    rescan(server)
    assert server.log().count("/closed.flac:") == 1


@pytest.fixture
def subscribe(house):
    """subscribe(URL, host, network) → function that gives the events heard so far."""
    started = []

    def start(url, host, network):
        own = house.hosts[host].addresses[network]
        process = subprocess.Popen(
            house.hosts[host].prefix + [PYTHON, "-B", str(SUPPORT / "gena.py"), own, url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        answer = json.loads(process.stdout.readline())
        assert answer["status"] == 200 and answer["timeout"] == "Second-300", answer
        lines = []
        threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True).start()
        return lambda: [json.loads(line) for line in list(lines)]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_subscribers_hear_of_changes(own_library, start_server, client, subscribe):
    server = start_server(own_library)
    heard = []
    for host, network in (("phone", "living"), ("guest", "attic")):
        ask = client(server, host, network)
        heard.append(subscribe(f"{ask.url}/event/ContentDirectory", host, network))
    before = ask.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"]
    for events in heard:
        first = wait_until("the first event", lambda: events() and events()[0])
        assert first["seq"] == 0 and first["variables"]["SystemUpdateID"] == before
    make_track(own_library / "A/new.flac", "New", 9)
    rescan(server)
    after = ask.ask(["ContentDirectory", "GetSystemUpdateID", {}])[0]["Id"]
    assert after != before
    for events in heard:
        wait_until("the change is evented",
                   lambda: events()[-1]["variables"].get("SystemUpdateID") == after)
        assert [e["seq"] for e in events()] == list(range(len(events())))


def test_says_byebye(house, own_library, start_server):
    """ROB-009."""
    listener = house.hosts["phone"].start(
        [PYTHON, "-B", SUPPORT / "ssdp.py", "listen", house.hosts["phone"].addresses["living"]], name="listener")
    wait_until("the listener listens", lambda: "listening" in listener.output())
    server = start_server(own_library)
    udn = re.search(r'"udn":"(uuid:[^"]*)"', house.hosts["server"].run(
        [SERVER, "--state-dir", house.folder / "state-Attic", "--json", "status"]).stdout).group(1)
    wait_until("it is announced", lambda: udn in listener.output())
    code, seconds = server.stop()
    assert code == 0 and seconds < SOON_S
    wait_until("byebye", lambda: any(
        udn in line and "ssdp:byebye" in line for line in listener.output().splitlines()), 3)


def test_browse_while_scanning(house, own_library, start_server, client):
    data = (own_library / "A/01.flac").read_bytes()
    for number in range(3000):
        folder = own_library / f"many/{number // 100}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.flac").write_bytes(data)
    server = start_server(own_library, scanned=False, options=["--letters-above", "0"])
    ask = client(server)
    counts = []
    while "scan finished" not in server.log():
        counts.append(int(ask.browse("music-tracks", count=1)["TotalMatches"]))
    assert counts == sorted(counts) and len(counts) > 1, counts
    assert int(ask.browse("music-tracks", count=1)["TotalMatches"]) == 3003


def test_dead_workers_are_replaced(house, own_library, start_server, client):
    """SEC-151, FLT-02: whoever reads media dies, all at once and again and again, while a song is on its way: the song
    is whole, the next start waits longer each time, what died is counted, and then everything is as ever."""
    counter_wav(own_library / "A/99.wav", 3_000_000)  # more than what is on its way between server and player
    server = start_server(own_library, options=["--pace", "0"])
    ask = client(server)

    def workers():
        listing = subprocess.run(["ps", "-eo", "pid,ppid,comm", "--no-headers"], capture_output=True, text=True)
        rows = [line.split(None, 2) for line in listing.stdout.splitlines()]
        spawners = {pid for pid, parent, _ in rows if parent == server_pid(server)}
        return {int(pid) for pid, parent, name in rows if parent in spawners and name == "worker"}

    long = next(o for o in ask.children("music-tracks") if o["title"] == "99")
    player = subprocess.Popen([*house.hosts["phone"].prefix, "curl", "-s", "--max-time", "300", long["res"][0]["url"]],
                              stdout=subprocess.PIPE)
    heard = player.stdout.read(1000)
    killed = set()
    for _ in range(4):
        alive = wait_until("two that read, one for pictures, one that converts", lambda: (
            lambda found: found if len(found) == 4 and not found & killed else None)(workers()), 60)
        for pid in alive:
            os.kill(pid, signal.SIGKILL)
        killed |= alive
    make_track(own_library / "A/04.flac", "Song 4", 4)
    rescan(server)
    assert "Song 4" in titles(ask.children("music-tracks"))
    heard += player.communicate()[0]
    assert heard == (own_library / "A/99.wav").read_bytes() and player.returncode == 0
    pauses = [int(ms) for ms in re.findall(r"worker ended .* the next starts in (\d+) ms", server.log())]
    assert sorted(pauses) == sorted([100, 200, 400, 800] * 4), pauses
    counted = json.loads(house.hosts["server"].run(
        [SERVER, "--state-dir", house.folder / "state-Attic", "metrics"]).stdout)["counters"]
    assert counted["av_helpers_ended_total"]["worker"] == len(killed) == 16
    assert server.popen.poll() is None


def server_pid(server):
    """`ip netns exec` becomes the program it starts."""
    return str(server.pid)


def test_a_cable_is_pulled_and_put_in_again(house, own_library, start_server, client, listen):
    """FLT-30: announced anew by the same process, and a song that was on its way comes whole."""
    counter_wav(own_library / "A/99.wav", 3_000_000)  # more than what is on its way between server and player
    heard = listen("phone", "living")
    server = start_server(own_library, options=["--pace", "0"])
    long = next(o for o in client(server).children("music-tracks") if o["title"] == "99")
    player = subprocess.Popen([*house.hosts["phone"].prefix, "curl", "-s", "--max-time", "300", long["res"][0]["url"]],
                              stdout=subprocess.PIPE)
    song = player.stdout.read(1000)
    announced = lambda: [d["fields"].get("BOOTID.UPNP.ORG") for d in heard()  # noqa: E731
                         if d["fields"].get("NTS") == "ssdp:alive"]
    house.hosts["server"].ip("link", "set", "eth0", "down")
    address = house.hosts["server"].addresses["living"]
    wait_until("its going is noticed", lambda: address not in house.hosts["server"].run(["ss", "-Htln"]).stdout)
    before = len(announced())
    house.hosts["server"].ip("link", "set", "eth0", "up")
    wait_until("it is announced", lambda: len(announced()) > before)
    assert song + player.communicate()[0] == (own_library / "A/99.wav").read_bytes()
    assert len(set(announced())) == 1 and server.popen.poll() is None


def test_how_long_it_is_remembered(own_library, start_server, search):
    start_server(own_library, options=["--max-age", "90s"])
    answers = wait_until("it answers", lambda: search("upnp:rootdevice"))
    assert [answer["fields"]["CACHE-CONTROL"] for answer in answers] == ["max-age=90"]


def test_startup_faults(house, own_library, start_server):
    server = start_server(own_library)
    port = re.search(r"http://[\d.]+:(\d+)", server.log()).group(1)

    def run(*words):
        result = house.hosts["server"].run([SERVER, *words], check=False)
        lines = [line for line in result.stderr.splitlines() if "serving on" not in line]
        return result.returncode, lines

    code, lines = run("--state-dir", house.folder / "state-Attic", own_library)
    assert code == 3 and len(lines) == 1 and "in use" in lines[0]
    code, lines = run("--state-dir", house.folder / "other", "--port", port, own_library)
    assert code == 3 and len(lines) == 1 and port in lines[0]
    code, lines = run("--state-dir", house.folder / "third", house.folder / "nowhere")
    assert code == 2 and "nowhere" in lines[0]
    private = house.folder / "private"
    private.mkdir(mode=0o700)
    code, lines = run("--state-dir", house.folder / "fourth", private)
    assert code == 2 and len(lines) == 1
    assert all(word in lines[0] for word in ("nobody", str(private), "--user")), lines
    code, lines = run("--state-dir", "/proc/nowhere", own_library)
    assert code == 1 and "/proc/nowhere" in lines[0]
    code, lines = run()
    assert code == 2 and len(lines) == 1
    configuration = house.folder / "bad.conf"
    configuration.write_text("[Server]\nFreindlyName = X\n")
    code, lines = run("--config", configuration, "--check-config")
    assert code == 2 and ":2:" in lines[0] and "FriendlyName" in lines[0]


def test_waits_for_an_interface(house, own_library):
    house.host("island")
    island = house.hosts["island"]
    server = island.start([SERVER, "--state-dir", house.folder / "island-state", own_library], ready=True)
    server.wait_log("waiting for a network interface")
    server.wait_log("scan finished")
    house.plug(island, "living")
    server.wait_log(f"http://{island.addresses['living']}:")
    status = island.run_json([SERVER, "--state-dir", house.folder / "island-state", "--json", "status"])
    assert [place["prefix"] for place in status["locations"]] == ["10.71.0.0/24"]
    assert status["items"] == 3 and status["scanning"] is False
    assert server.stop()[0] == 0


def test_several_roots(house, own_library, start_server, client):
    other = house.folder / "second/own"
    other.mkdir(parents=True)
    make_track(other / "x.flac", "Elsewhere", 5)
    server = start_server(own_library, other, own_library)
    paths = [p for p, o in client(server).walk() if p[:2] == ("Music", "Folders")]
    assert ("Music", "Folders", "own", "A", "Song 1") in paths
    assert ("Music", "Folders", "own (second)", "Elsewhere") in paths
    assert len([p for p in paths if p[-1] == "Song 1"]) == 1, "a folder named twice is one"
