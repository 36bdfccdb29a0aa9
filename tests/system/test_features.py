# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is said of a resource when it is fetched is what was said when it was offered: of every kind there is (of
recordings in progress: test_tracks.py)."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import PYTHON
from house import wait_until
from media import ffmpeg
from test_clients import curl
from test_live import RADIO
from test_server import DC, DIDL, UPNP, url_of
from test_sources import measured_as_fast
from test_writing import Writer, res_of

SRT = "1\n00:00:00,500 --> 00:00:01,500\nHello there\n\n"
SHEET = ('FILE "album.flac" WAVE\n  TRACK 01 AUDIO\n    TITLE "one"\n    INDEX 01 00:00:00\n'
         '  TRACK 02 AUDIO\n    TITLE "two"\n    INDEX 01 00:02:00\n')
SEARCH = ["ContentDirectory", "Search", {
    "ContainerID": "0", "SearchCriteria": 'upnp:class derivedfrom "object.item" and @refID exists false', "Filter": "*",
    "StartingIndex": 0, "RequestedCount": 0, "SortCriteria": ""}]
# Who asks: nothing is known of the first; the others have rules for names, types, CI, flags, seek and sizes.
PLAYERS = {
    "somebody": "User-Agent: somebody/1.0",
    "Blu-ray player": 'X-AV-Client-Info: av=5.0; cn="Sony Corporation"; mn="Blu-ray Disc Player"; mv="2.0"',
    "Samsung": "User-Agent: DLNADOC/1.50 SEC_HHP_[TV] UE65JU7000/1.0 UPnP/1.0",
    "Panasonic": "User-Agent: Panasonic MIL DLNA CP UPnP/1.0 DLNADOC/1.50",
    "Philips": "User-Agent: PhilipsIntelSDK/1.4 DLNADOC/1.50",
    "old radio": "User-Agent: DLNADOC/1.00 Kitchen Radio",
}
# (title of the item, part of an address) of what has to be among what "somebody" is offered
KINDS = {
    ("song", "/media/"), ("song", "/lpcm"), ("two", "/media/"), ("two", "/mp3"), ("film", "/media/"),
    ("film", "/subtitle/"), ("film", "/mpeg-ps-pal"), ("film", "tn.jpg"), ("photo", "/media/"), ("photo", "med.jpg"),
    ("photo", "tn.jpg"), ("packets", "/media/"), ("Station", "/live/"), ("Station", "/lpcm"),
    ("sent", "/media/"),
}


@pytest.fixture
def everything(house):
    """A folder with something of each kind."""
    folder = house.folder / "everything"
    folder.mkdir()
    film = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=3", "-f", "lavfi", "-i", "sine=duration=3",
            "-ac", "2", "-ar", "48000", "-pix_fmt", "yuv420p"]
    ffmpeg("-f", "lavfi", "-i", "sine=duration=3", folder / "song.flac")
    ffmpeg("-f", "lavfi", "-i", "sine=duration=4", folder / "album.flac")
    (folder / "album.cue").write_text(SHEET)
    ffmpeg(*film, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", folder / "film.mkv")
    (folder / "film.en.srt").write_text(SRT)
    ffmpeg(*film, "-c:v", "mpeg2video", "-c:a", "ac3", "-mpegts_m2ts_mode", "1", "-f", "mpegts", folder / "packets.m2ts")
    ffmpeg("-f", "lavfi", "-i", "color=red:size=2000x1500:duration=1", "-frames:v", "1", folder / "photo.jpg")
    (house.folder / "air").write_bytes(bytes(1_000_000))
    guest = house.hosts["tv"]
    station = guest.start([PYTHON, "-B", RADIO, "station", guest.addresses["living"], house.folder / "air"], name="station")
    port = wait_until("the station", lambda: station.output().partition("\n")[0])
    (folder / "Live.m3u").write_text(
        f"#EXTM3U\n#EXTINF:-1,Station\nhttp://{guest.addresses['living']}:{port}/live.mp3\n")
    for path in (folder, *folder.iterdir()):
        path.chmod(0o777)
    return folder


def offers(house, base, header):
    """[(title, protocolInfo, URL)] of all that this player is offered; covers as pictures of their profile."""
    words = "".join(f"<{name}>{str(value).replace('<', '&lt;')}</{name}>" for name, value in SEARCH[2].items())
    answer = curl(house, [header], "-H", "Content-Type: text/xml", "-H",
                  'SOAPAction: "urn:schemas-upnp-org:service:ContentDirectory:1#Search"', "--data",
                  '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
                  's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:Search '
                  f'xmlns:u="urn:schemas-upnp-org:service:ContentDirectory:1">{words}</u:Search></s:Body></s:Envelope>',
                  f"{base}/control/ContentDirectory")
    found = {e.tag: e.text for e in ElementTree.fromstring(answer).iter()}
    for item in ElementTree.fromstring(found["Result"]):
        for res in item.findall(f"{DIDL}res"):
            yield item.findtext(f"{DC}title"), res.get("protocolInfo"), res.text


def heads(house, header, urls):
    """{URL: headers} of as many HEADs on one connection."""
    said = curl(house, [header, "getcontentFeatures.dlna.org: 1"], "-I", *urls)
    blocks = [block for block in re.split(r"\r?\n\r?\n", said) if block.startswith("HTTP/")]
    assert len(blocks) == len(urls), said
    return dict(zip(urls, ([line.partition(": ")[::2] for line in block.splitlines()] for block in blocks)))


def check(house, base, header):
    """Each of what this player is offered; → (title, URL) of all."""
    told = [offer for offer in offers(house, base, header) if offer[2] and offer[2].startswith(base)]
    answers = heads(house, header, [url for _, _, url in told])
    for title, protocol_info, url in told:
        said = dict(answers[url])
        protocol, network, mime, fourth = protocol_info.split(":", 3)
        status = answers[url][0][0]
        assert (protocol, network) == ("http-get", "*") and " 200" in status, (title, url, status)
        assert said["Content-Type"].split(";")[0] == mime.split(";")[0], (title, url, said)
        if mime.startswith("audio/L16"):
            assert said["Content-Type"] == mime, (title, url, said)
        assert said.get("contentFeatures.dlna.org", "*") == fourth, (title, url, said)
    return [(title, url) for title, _, url in told]


def check_covers(house, ask):
    """albumArtURI and what is fetched there: the profile that the attribute names."""
    reply = ask.ask(SEARCH)[0]
    covers = {art.text: next(v for k, v in art.attrib.items() if k.endswith("profileID"))
              for art in ElementTree.fromstring(reply["Result"]).iter(f"{UPNP}albumArtURI")}
    assert {"JPEG_TN", "JPEG_SM", "JPEG_MED", "PNG_TN"} == set(covers.values())
    for url, said in heads(house, PLAYERS["somebody"], list(covers)).items():
        said = dict(said)
        assert said["Content-Type"] == ("image/png" if covers[url].startswith("PNG") else "image/jpeg"), (url, said)
        assert said["contentFeatures.dlna.org"] == (  # a picture that is made, and can be asked for in parts
            f"DLNA.ORG_PN={covers[url]};DLNA.ORG_OP=01;DLNA.ORG_CI=1;DLNA.ORG_FLAGS=00F00000{'0' * 24}"), (url, said)


def test_said_as_offered(house, everything, start_server):
    """Files, pieces of files, what was sent just now, what is made, stations, pictures, subtitles: type
    and features are those of the listing, for players of many manners."""
    measured_as_fast(house)
    server = start_server(everything, options=["--writable", everything])
    ask = Writer(house, url_of(house, server))
    base = url_of(house, server)
    reply = ask.create("DLNA.ORG_AnyContainer", "sent", "object.item.imageItem.photo", "image/jpeg")
    upload = res_of(ElementTree.fromstring(reply["Result"])[0]).get("importUri")
    curl(house, ["Content-Type: image/jpeg"], "--data-binary", f"@{everything / 'photo.jpg'}", upload, host="phone")
    found = check(house, base, PLAYERS["somebody"])
    missing = {(title, part) for title, part in KINDS if not any(t == title and part in u for t, u in found)}
    assert not missing, found
    check_covers(house, ask)  # before the others: who says nothing is taken for who was there last
    extra = check(house, base, PLAYERS["Blu-ray player"])
    assert sum(".x0" in url or ".x1" in url for title, url in extra if title == "film") == 2, extra
    for name in ("Samsung", "Panasonic", "Philips", "old radio"):
        assert check(house, base, PLAYERS[name]), name
