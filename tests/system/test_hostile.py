# SPDX-License-Identifier: LGPL-2.1-or-later
"""Servers and control points that mean harm to av-renderer (threats.md FLT-59, FLT-60, SEC-180 to SEC-188): each
gets the right error, what plays is left alone where the standard says so, and nothing hangs."""

import re
import struct
import subprocess
import zlib

import pytest

import media as media_maker
from conftest import RENDERER
from house import wait_until
from test_renderer import (  # noqa: F401 (fixtures)
    COCOON, HIDDEN_PLACE, LOOSE, PYTHON, SUPPORT, Remote, capture_of, check_samples, media_pid, origin,
    remote)

FLAC = "http-get:*:audio/flac:*"


@pytest.fixture
def hostile(house, library):
    """hostile.url(manner, name) → address of a file of the library, served in that manner (hostile_origin.py)."""
    server = house.hosts["server"]
    process = server.start(
        [PYTHON, "-B", SUPPORT / "hostile_origin.py", server.addresses["living"], library], name="hostile")
    port = wait_until("its port", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    process.url = lambda manner, name=HIDDEN_PLACE: (
        f"http://{server.addresses['living']}:{port}/{manner}/{name.replace(' ', '%20')}")
    process.requests = lambda: process.output().splitlines()[1:]
    return process


@pytest.fixture
def spy(house):
    """A web server on loopback of the renderer's host, that nobody may ask."""
    process = house.hosts["tv"].start([PYTHON, "-B", SUPPORT / "origin.py", "127.0.0.1", house.folder], name="spy")
    port = wait_until("port of the spy", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    process.base = f"http://127.0.0.1:{port}"
    process.requests = lambda: process.output().splitlines()[1:]
    return process


def didl(resource, inside="", title="x"):
    return ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/" '
            'xmlns:sec="http://www.sec.co.kr/" xmlns:pv="http://www.pv.com/pvns/">'
            f'<item id="1" parentID="0" restricted="1"><dc:title>{title}</dc:title>'
            f'<upnp:class>object.item.audioItem</upnp:class>{inside}{resource}</item></DIDL-Lite>')


def res(uri, protocol_info=FLAC, attributes=""):
    return f'<res protocolInfo="{protocol_info}" {attributes}>{uri}</res>'


# How it is served, and what Play says when it comes after the failure (AVTransport:3 2.4.9: 704 format, 714 type,
# 716 not found).
SERVED = [("status-404", 716), ("status-403", 716), ("status-500", 716), ("empty", 704), ("page", 714),
          ("circle", 716), ("head", 716), ("heads", 716), ("no-http", 716), ("noise", 704), ("forever", 704),
          ("hurry?to=file:///etc/passwd", 716), ("hurry?to=gopher://10.71.0.11/1", 716), ("hurry?to=//", 716)]


def test_servers_that_mean_harm(house, remote, hostile, origin, library):
    """FLT-59: wrong type, endless redirect, endless heads, noise (SEC-180, SEC-182): an error, and soon."""
    tv = remote(capture=capture_of(house))
    closed = f"http://{house.hosts['server'].addresses['living']}:1/x.flac"
    cases = [(hostile.url(*manner.split("?")[:1]) + "".join("?" + q for q in manner.split("?")[1:]), code)
             for manner, code in SERVED]
    for url, code in [*cases, (closed, 716), ("http://10.71.0.250/x.flac", 716)]:
        assert tv.set_uri(url) == {}, url
        wait_until(f"the failure of {url}", lambda: tv.status() == "ERROR_OCCURRED", 30)
        # who asks again is not refused out of hand, and learns the same
        play = ["AVTransport", "Play", {"InstanceID": 0, "Speed": 1}]
        assert tv.ask(play, play) == [{"error": code}, {}], url
        wait_until(f"the failure of {url}", lambda: tv.transport("GetTransportInfo") == {
            "CurrentTransportState": "STOPPED", "CurrentTransportStatus": "ERROR_OCCURRED", "CurrentSpeed": "1"}, 30)
    asked = [line for line in hostile.requests() if "/circle/" in line]
    assert len(asked) == 2 * 4  # three redirects each
    tv.play(origin.url(HIDDEN_PLACE))
    tv.wait_state("STOPPED", seconds=30)
    assert tv.status() == "OK"
    check_samples(house, HIDDEN_PLACE, library=library)


@pytest.mark.parametrize("manner, status", [("grows", "ERROR_OCCURRED"), ("swaps", "ERROR_OCCURRED"), ("poison", "OK")])
def test_what_changes_while_it_plays(house, remote, hostile, origin, library, manner, status):
    """FLT-59: another length or another file behind the same address is no continuation: nothing of it is heard. Noise
    in the middle of samples cannot be told from them: the sound before it is right."""
    tv = remote(capture=capture_of(house))
    tv.play(hostile.url(manner, LOOSE))
    tv.wait_state("STOPPED", seconds=60)
    assert tv.status() == status
    got = capture_of(house).read_bytes()
    right = media_maker.decode(library / LOOSE)
    same = 200_000 if status != "OK" else len(right) // 2 - 44
    assert got[:same] == right[:min(len(got), same)]
    assert len(got) == len(right) if status == "OK" else len(got) <= same
    tv.play(origin.url(COCOON))
    tv.wait_state("STOPPED", seconds=30)
    assert tv.status() == "OK"


def test_what_is_refused_leaves_what_plays_alone(house, remote, hostile, origin, library):
    """FLT-60, SEC-180, SEC-188: no other schemes, no names of users, no types and sizes that are not played. The old
    track is heard to its last sample."""
    tv = remote(capture=capture_of(house), live=True)
    good = origin.url(HIDDEN_PLACE)
    refused = [(uri, "", 716) for uri in (
        "file:///etc/passwd", "fd://0", "resource:///x", "concat:a|b", "data:audio/wav;base64,AAAA", "gopher://10.71.0.11/1",
        "ftp://10.71.0.11/a.flac", "rtsp://10.71.0.11/a", "javascript:alert(1)", "http://user:word@10.71.0.11/a.flac",
        "http://user@10.71.0.11/a.flac", "http:///a.flac", "http://10.71.0.11:0/a.flac", "http://10.71.0.11:65536/a.flac",
        "not an address", "http://10.71.0.11/\x7f")]
    refused += [(good, didl(res(good, "http-get:*:application/x-unheard-of:*")), 714)]
    refused += [(good, didl(res(good, attributes=words)), 704) for words in (
        'resolution="20000x20000"', 'sampleFrequency="10000000"', 'nrAudioChannels="200"', 'bitrate="4000000000"')]
    refused += [(good, didl(res(good, attributes='protection="DTCP"')), 719)]
    tv.play(good)
    tv.wait_state("PLAYING")
    for uri, metadata, code in refused:
        assert tv.ask(
            ["AVTransport", "SetAVTransportURI", {"InstanceID": 0, "CurrentURI": uri, "CurrentURIMetaData": metadata}],
            ["AVTransport", "SetNextAVTransportURI", {"InstanceID": 0, "NextURI": uri, "NextURIMetaData": metadata}],
        ) == 2 * [{"error": code}], (uri, metadata)
    info = tv.transport("GetMediaInfo")
    assert (info["CurrentURI"], info["NextURI"], tv.status()) == (good, "", "OK")
    tv.wait_state("STOPPED")
    check_samples(house, HIDDEN_PLACE, library=library)


HARM = {
    "no XML": "<DIDL-Lite><item",
    "not ours": "<html><body>x</body></html>",
    "billion laughs": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + didl("<x>&b;</x>"),
    "an external entity": '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + didl("<x>&a;</x>"),
    "deep": didl("<a>" * 2000 + "</a>" * 2000),
    "many resources": didl(res("http://10.71.0.11/a") * 400),
    "many attributes": didl("<a " + " ".join(f'a{i}="x"' for i in range(2000)) + "/>"),
    "a long title": didl("", title="x" * 50_000),
    "control characters": didl("", title="&#x202e;&#x200f;\u0085 &#10;&#13;"),
    "markup in a title": didl("", title="&lt;/Event&gt;&lt;x val=&quot;1&quot;/&gt;"),
    "numbers": didl(res("http://10.71.0.11/a", attributes='duration="99999999999999999:00:00" size="-1" bitrate="x"')),
}


def test_metadata_that_means_harm(house, remote, hostile, origin, spy, library):
    """FLT-60, SEC-183: metadata that cannot be read only tells nothing; pictures and subtitles that it names are
    fetched by the rules of media."""
    tv = remote(capture=capture_of(house))
    good = origin.url(COCOON)
    for what, text in HARM.items():
        answers = tv.ask(
            ["AVTransport", "SetAVTransportURI", {"InstanceID": 0, "CurrentURI": good, "CurrentURIMetaData": text}],
            ["AVTransport", "GetMediaInfo", {"InstanceID": 0}])
        assert answers[0] == {} and answers[1]["CurrentURIMetaData"][:9] == text[:9], what
    wait_until("it is loaded", lambda: tv.transport("GetPositionInfo")["TrackDuration"] != "0:00:00")
    # larger than any request may be: not even read
    answers = tv.ask(["AVTransport", "SetAVTransportURI",
                      {"InstanceID": 0, "CurrentURI": good, "CurrentURIMetaData": "x" * 5_000_000}])
    assert answers[0].get("error", 0) != 0
    links = [f"{spy.base}/plain/a.jpg", "file:///etc/passwd", f"{origin.base}/away/a.jpg?to={spy.base}/plain/a.jpg",
             "http://169.254.169.254/latest", hostile.url("circle", "a.jpg"), hostile.url("forever", "a.jpg")]
    for link in links:
        inside = (f"<upnp:albumArtURI>{link}</upnp:albumArtURI><sec:CaptionInfoEx sec:type=\"srt\">{link}"
                  "</sec:CaptionInfoEx>")
        tv.play()
        assert tv.set_uri(good, didl(res(good, attributes=f'pv:subtitleFileUri="{link}"'), inside)) == {}, link
    wait_until("its server was asked", lambda: any("/away/a.jpg" in line for line in origin.requests()))
    tv.wait_state("STOPPED", seconds=60)
    assert tv.status() == "OK"
    assert spy.requests() == []


def png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes(8_000_000))) + chunk(b"IEND", b""))


def wav(rate, channels):
    body = bytes(500_000)
    return (b"RIFF" + struct.pack("<I", 36 + len(body)) + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * channels * 2, channels * 2, 16)
            + b"data" + struct.pack("<I", len(body)) + body)


def test_headers_that_mean_harm(house, remote):
    """SEC-188: what is too large by its own header is not decoded: eight kilobytes of it would want a gigabyte. A
    telephone's photo of 50 megapixels is none of that."""
    folder = house.folder / "headers"
    folder.mkdir()
    files = {"wide.png": png(16000, 16000), "line.png": png(60000, 10), "fast.wav": wav(1_000_000, 2),
             "many.wav": wav(44100, 40)}
    for name, data in [*files.items(), ("good.wav", wav(8000, 2))]:
        (folder / name).write_bytes(data)
    media_maker.ffmpeg("-f", "lavfi", "-i", "color=gray:s=8160x6120", "-frames:v", "1", folder / "photo.jpg")
    server = house.hosts["server"]
    process = server.start([PYTHON, "-B", SUPPORT / "origin.py", server.addresses["living"], folder], name="headers")
    port = wait_until("its port", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    tv = remote()
    for name in files:
        assert tv.set_uri(f"http://{server.addresses['living']}:{port}/plain/{name}") == {}, name
        wait_until(f"it is refused: {name}", lambda: tv.status() == "ERROR_OCCURRED", 30)
        assert tv.transport("Play", Speed=1) == {"error": 704}, name
    tv.play(f"http://{server.addresses['living']}:{port}/plain/photo.jpg")
    tv.wait_state("PLAYING", seconds=60)
    log = tv.process.log()
    assert log.count("The picture is larger than") == 2 and "768000" in log and "32 channels" in log
    peak = int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{media_pid(tv)}/status").read())[1])
    assert peak < 400_000, peak
    assert "the media process ended" not in log
    lie_of_size(folder, "liar.webm")
    check_memory(tv, f"http://{server.addresses['living']}:{port}/plain")


def lie_of_size(folder, name):
    """A film of 64 x 64 points, says Matroska; its one key frame has 9000 x 9000, which only VP8's decoder reads."""
    film = folder / name
    media_maker.ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=1", "-c:v", "libvpx", film)
    data = bytearray(film.read_bytes())
    at = data.find(b"\x9d\x01\x2a")
    assert at > 0
    data[at + 3:at + 7] = struct.pack("<HH", 9000, 9000)
    film.write_bytes(data)


def check_memory(tv, base):
    """What no header told has a bound of its own: the decoder gives up or its process ends, and nothing else.
    Sanitizers leave that bound out, since their own memory is more; the film is refused when it is decoded."""
    pid = media_pid(tv)
    if b"__asan_init" not in RENDERER.read_bytes():
        assert re.search(r"Max data size +(\S+)", open(f"/proc/{pid}/limits").read())[1] == str(2 << 30)
        status = open(f"/proc/{pid}/status").read()
        used, user, group = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) for name in ("VmData", "Uid", "Gid"))
        # only who it is may make it less
        subprocess.run(["prlimit", "--pid", str(pid), f"--data={(used << 10) + (100 << 20)}"], check=True, user=user,
                       group=group, extra_groups=[])
    assert tv.transport("Stop") == {}  # what fails while it is to play is no answer to Play
    assert tv.set_uri(f"{base}/liar.webm") == {}
    wait_until("it is refused", lambda: tv.status() == "ERROR_OCCURRED", 60)
    assert tv.transport("Play", Speed=1) == {"error": 704}
    assert tv.process.popen.poll() is None
    # the next one plays
    assert tv.set_uri(f"{base}/good.wav") == {}
    assert tv.transport("Play", Speed=1) == {}
    tv.wait_state("PLAYING", seconds=60)


FROM = """
import socket, sys
host, port = sys.argv[1:3]
connection = socket.create_connection((host, int(port)), 20, source_address=(sys.argv[3], 0) if sys.argv[3] else None)
connection.settimeout(20)
try:
    connection.sendall(b"GET /description.xml HTTP/1.1\\r\\nHost: %s:%s\\r\\n\\r\\n" % (host.encode(), port.encode()))
    print(len(connection.recv(1000)))
except ConnectionError:
    print(0)
"""


def test_who_may_control(house, remote):
    """SEC-187: hosts of the same link; whoever comes from another prefix gets nothing, though packets get through."""
    tv = remote()
    host, port = re.search(r"http://([\d.]+):(\d+)", tv.url).groups()
    house.hosts["phone"].ip("address", "add", "10.99.0.5/32", "dev", "eth0")
    house.hosts["tv"].ip("route", "add", "10.99.0.5", "dev", "eth0")
    answers = [int(house.hosts["phone"].run([PYTHON, "-c", FROM, host, port, source]).stdout)
               for source in ("10.99.0.5", "")]
    assert answers[0] == 0 and answers[1] > 0
