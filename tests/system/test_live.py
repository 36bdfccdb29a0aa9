# SPDX-License-Identifier: LGPL-2.1-or-later
"""Radio stations and pipes that playlists name, sent on by the server: the octets, who shares what, titles, faults."""

import hashlib
import json
import os
import pathlib
import re
import threading
import urllib.parse

import pytest

from conftest import PYTHON
from house import wait_until
from test_server import Client, url_of

RADIO = pathlib.Path(__file__).parent.parent / "support/radio.py"
LIVE = "http-get:*:audio/mpeg:DLNA.ORG_CI=0;DLNA.ORG_FLAGS=2D100000000000000000000000000000"
KEPT = (64 << 10) + (64 << 10) + 4096  # of a pipe, of its reader, and of a writer under way


def pattern(length):
    """Octets of which four in a row are found in one place only."""
    return b"".join(number.to_bytes(4, "big") for number in range(length // 4))


class Air:
    """A station, the server that passes it on, and who listens on the phone."""

    def __init__(self, house, start_server, source=None):
        self.house = house
        self.data = source.read_bytes() if source else pattern(4_000_000)
        if source is None:
            source = house.folder / "air"
            source.write_bytes(self.data)
        guest = house.hosts["tv"]
        self.station = guest.start([PYTHON, "-B", RADIO, "station", guest.addresses["living"], source], name="station")
        port = wait_until("the station", lambda: self.station.output().partition("\n")[0])
        self.base = f"http://{guest.addresses['living']}:{port}"
        self.folder = house.folder / "lists"
        self.folder.mkdir(mode=0o755)
        self.start_server = start_server

    def share(self, *entries, options=()):
        """entries: (title, address); → their objects by title"""
        lines = [f"#EXTINF:-1,{title}\n{address}" for title, address in entries]
        (self.folder / "Live.m3u").write_text("#EXTM3U\n" + "\n".join(lines) + "\n")
        self.server = self.start_server(self.folder, options=options)
        self.client = Client(self.house, url_of(self.house, self.server), "phone")
        return self.objects()

    def objects(self):
        return {path[-1]: found for path, found in self.client.walk() if path[:-1] == ("Music", "Playlists", "Live")}

    def start(self, url, octets, *options, name=None):
        where = urllib.parse.urlsplit(url)
        return self.house.hosts["phone"].start(
            [PYTHON, "-B", RADIO, "listen", where.netloc, where.path, str(octets), *options], name=name)

    def heard(self, process):
        assert process.popen.wait(60) == 0, process.log()
        return json.loads(process.output())

    def listen(self, url, octets, *options):
        return self.heard(self.start(url, octets, *options))

    def connections(self, path, word="GET"):
        return self.station.output().splitlines().count(f"{word} {path}")

    def own(self, found):
        """The address at this server."""
        url, = [res["url"] for res in found["res"] if "/live/i" in res["url"] and "CI=1" not in res["protocolInfo"]]
        return url


@pytest.fixture
def air(house, start_server):
    return Air(house, start_server)


def test_addresses_of_a_station(air):
    stations = air.share(("One", f"{air.base}/air"), ("File", f"{air.base}/file.mp3"), ("Safe", "https://a.example/b.mp3"),
                         options=("--convert=no",))
    told = {title: [(res["protocolInfo"], urllib.parse.urlsplit(res["url"]).path) for res in found["res"]]
            for title, found in stations.items()}
    own = {title: "/live/" + found["id"].rpartition(".")[2] + ".mp3" for title, found in stations.items()}
    plain = "http-get:*:audio/mpeg:*"
    # what may be a file comes from where it is, what no player can open through us
    assert told == {"One": [(LIVE, own["One"]), (plain, "/air")],
                    "File": [(plain, "/file.mp3"), (LIVE, own["File"])],
                    "Safe": [(LIVE, own["Safe"]), (plain, "/b.mp3")]}


def test_one_connection_for_all(air):
    found = air.share(("One", f"{air.base}/air"))["One"]
    first = air.start(air.own(found), 200_000, "--save", air.house.folder / "first", name="first")
    wait_until("the first one's connection", lambda: air.connections("/air"))
    second = air.listen(air.own(found), 100_000, "--save", air.house.folder / "second")
    assert air.heard(first)["octets"] == 200_000
    for name in ("first", "second"):  # without a gap, wherever it begins
        assert (air.house.folder / name).read_bytes() in air.data
    assert second["headers"]["content-type"] == "audio/mpeg" and "content-length" not in second["headers"]
    assert second["headers"]["icy-name"] == "House Radio" and "icy-metaint" not in second["headers"]
    assert air.connections("/air") == 1
    wait_until("nobody listens, nobody is connected", lambda: air.connections("/air", "END") == 1, 20)


def test_titles(air):
    found = air.share(("One", f"{air.base}/air"))["One"]
    with_titles = air.start(air.own(found), 500_000, "--titles", "--save", air.house.folder / "media", name="titles")
    told = wait_until("what is played, in the list", lambda: re.search(
        "<upnp:programTitle>(Song [0-9]+)<", air.client.browse(found["id"], "BrowseMetadata")["Result"]), 20)
    heard = air.heard(with_titles)
    assert (air.house.folder / "media").read_bytes() in air.data
    songs = [int(re.fullmatch("StreamTitle='Song ([0-9]+)';", title).group(1)) for title in heard["titles"]]
    assert len(songs) >= 20 and songs == sorted(set(songs)) and int(told.group(1).split()[1]) <= songs[-1] + 20
    wait_until("and not after that", lambda: "programTitle" not in air.client.browse(
        found["id"], "BrowseMetadata")["Result"], 20)


def test_a_little_is_kept_of_what_was_on_the_air(air):
    """Limited random access, mode 0: places of what the server has, by octet, as long as somebody listens."""
    url = air.own(air.share(("One", f"{air.base}/air"))["One"])
    air.start(url, 1 << 30, name="first")

    def ask(octets, *lines):
        said = air.listen(url, octets, "--save", air.house.folder / "part", *[word for line in lines for word in ("--header", line)])
        return said, said["headers"], (air.house.folder / "part").read_bytes()

    def look():
        """→ what is said of it, and a place in the midst of what there is"""
        said, told, _ = ask(1000, "getAvailableSeekRange.dlna.org: 1", "getcontentFeatures.dlna.org: 1")
        first, last = map(int, re.fullmatch("0 bytes=([0-9]+)-([0-9]+)", told["availableseekrange.dlna.org"]).groups())
        assert said["status"] == 200 and "FLAGS=2D1" in told["contentfeatures.dlna.org"] and 0 <= first <= last
        return last - first >= 100_000 and (told["etag"], last - 80_000)

    def begins(part, place):
        """where in the station's octets the first one of the server's is"""
        assert part in air.data
        return air.data.index(part) - place

    tag, place = wait_until("enough to go back to", look)
    said, told, part = ask(60_000, f"Range: bytes={place}-{place + 59_999}", "Icy-MetaData: 1", f"If-Range: {tag}")
    assert (said["status"], told["content-range"], told["content-length"], told["etag"]) == (
        206, f"bytes {place}-{place + 59_999}/*", "60000", tag) and "icy-metaint" not in told
    begin = begins(part, place)
    _, place = look()
    said, told, part = ask(150_000, f"Range: bytes={place}-9007199254740991")  # all there will be: RFC 8673
    assert (said["status"], told["content-range"]) == (206, f"bytes {place}-9007199254740991/*")
    assert "content-length" not in told and begins(part, place) == begin
    said, told, _ = ask(1000, "Range: bytes=99999999-")
    assert said["status"] == 416 and told["availableseekrange.dlna.org"].startswith("0 bytes=")
    said, told, _ = ask(1000, f"Range: bytes={place}-", 'If-Range: "another"')
    assert said["status"] == 200 and "content-range" not in told and air.connections("/air") == 1


def test_a_station_that_breaks_off_goes_on(air):
    found = air.share(("One", f"{air.base}/broken"))["One"]
    heard = air.listen(air.own(found), 80_000, "--save", air.house.folder / "media")
    assert heard["octets"] == 80_000 and air.connections("/broken") >= 3
    assert (air.house.folder / "media").read_bytes() in air.data


def test_a_file_is_for_each_from_its_beginning(air):
    found = air.share(("File", f"{air.base}/file.mp3"))["File"]
    listeners = [air.start(air.own(found), 1 << 30, name=f"listener-{n}") for n in range(2)]
    digest = hashlib.sha256(air.data).hexdigest()
    assert [(heard["octets"], heard["sha256"]) for heard in map(air.heard, listeners)] == [(len(air.data), digest)] * 2
    assert air.connections("/file.mp3") == 2


def test_what_is_no_station(air):
    addresses = {
        "a page": f"{air.base}/page", "not found": f"{air.base}/nothing", "nobody there": "http://10.71.0.250/none",
        "the server itself": "http://127.0.0.1:1/a", "public": "http://198.51.100.1/a", "no pipe": "pipe:None.mp3"}
    found = air.share(*addresses.items(), options=("--internet=no",))
    listeners = {title: air.start(air.own(found[title]), 1000, name=title.replace(" ", "-")) for title in addresses}
    assert {title: air.heard(listener)["status"] for title, listener in listeners.items()} == dict.fromkeys(
        addresses, 502) | {"no pipe": 404}
    assert air.server.popen.poll() is None


def test_nothing_is_passed_on(air):
    found = air.share(("One", f"{air.base}/air"), ("Line", "pipe:Line.mp3"), options=("--relay-stations=no",))
    assert [res["url"] for res in found["One"]["res"]] == [f"{air.base}/air"] and found["Line"]["res"] == []


class Writer:
    """Writes into a pipe as long as somebody reads."""

    def __init__(self, path, data):
        self.path, self.data, self.written = path, data, 0
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        with open(self.path, "wb", buffering=0) as pipe:
            while self.written < len(self.data):
                self.written += pipe.write(self.data[self.written:self.written + 4096])


def held_up(writer):
    """How far it came before it was."""
    seen = []

    def stands():
        seen.append(writer.written)
        return len(seen) > 10 and seen[-1] == seen[-10]

    wait_until("it is held up", stands, 30)
    assert seen[-1] < len(writer.data)
    return seen[-1]


def test_a_pipe(air):
    pipe = air.folder / "Line.mp3"
    os.mkfifo(pipe)
    pipe.chmod(0o644)
    found = air.share(("Line in", "pipe:Line.mp3"), ("Out", "pipe:../air"))
    assert found["Line in"]["res"][0]["protocolInfo"] == LIVE and "Out" not in found
    data = pattern(16_000_000)  # more than all who listen take, and what is read ahead for them
    writer = Writer(pipe, data)
    first = air.listen(air.own(found["Line in"]), 300_000, "--save", air.house.folder / "first")
    assert first["status"] == 200 and (air.house.folder / "first").read_bytes() in data
    # the writer is held up, not killed, while nobody listens; what comes then is new
    at = held_up(writer)
    second = air.listen(air.own(found["Line in"]), 300_000, "--save", air.house.folder / "second")
    again = (air.house.folder / "second").read_bytes()
    assert second["octets"] == 300_000 and again in data and data.index(again) > at - KEPT
    # its end is theirs
    last = air.listen(air.own(found["Line in"]), 1 << 30)
    assert last["status"] == 200 and last["octets"] > 0 and not writer.thread.is_alive()
