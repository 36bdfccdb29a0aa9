# SPDX-License-Identifier: LGPL-2.1-or-later
"""Television that playlists name, sent on by the server: transport streams and lists of pieces, as they come."""

import pathlib
import re

import pytest

from conftest import PYTHON
from house import wait_until
from media import ffmpeg
from test_live import Air

ORIGIN = pathlib.Path(__file__).parent.parent / "support/origin.py"
LIVE = "DLNA.ORG_CI=0;DLNA.ORG_FLAGS=8D100000000000000000000000000000"
PACKET = 188
PIECES = 12


class Tv(Air):
    """The same with a transport stream, and a second origin with a list of its pieces."""

    def __init__(self, house, start_server):
        super().__init__(house, start_server)
        guest = house.hosts["tv"]
        self.pieces = house.folder / "pieces"
        self.pieces.mkdir(mode=0o755)
        origin = guest.start([PYTHON, "-B", ORIGIN, guest.addresses["living"], self.pieces], name="origin")
        port = wait_until("the origin", lambda: origin.output().partition("\n")[0])
        self.origin = origin
        self.cut = f"http://{guest.addresses['living']}:{port}"


def make_film(path):
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=160x90:rate=25:duration={PIECES}", "-f", "lavfi", "-i",
           f"sine=frequency=440:duration={PIECES}", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p",
           "-c:a", "aac", "-f", "mpegts", path)


@pytest.fixture
def tv(house, start_server):
    return Tv(house, start_server)


def test_what_a_television_entry_is(tv):
    (tv.folder / "More.m3u").write_text(
        "#EXTM3U\n#EXTINF:-1 tvg-id=\"one\" group-title=\"News\",One\nhttp://a.example/1/2\n"
        "#EXTINF:-1 tvg-id=\"two\" radio=\"true\",Two\nhttp://a.example/1/3\n")
    found = tv.share(("Packets", "http://a.example/x.ts"), ("Pieces", "http://a.example/x.m3u8?token=1"),
                     ("File", "http://a.example/x.mp4"), ("Pipe", "pipe:x.ts"))
    more = {path[-1]: one for path, one in tv.client.walk() if path[:-1] == ("Music", "Playlists", "More")}
    broadcast, radio = ("object.item." + name for name in ("videoItem.videoBroadcast", "audioItem.audioBroadcast"))
    assert {title: one["class"] for title, one in (found | more).items()} == {
        "Packets": broadcast, "Pieces": broadcast, "File": broadcast, "Pipe": broadcast, "One": broadcast, "Two": radio}
    told = {title: [res["protocolInfo"] for res in one["res"]] for title, one in (found | more).items()}
    own = f"http-get:*:video/mpeg:{LIVE}"
    assert told["Packets"] == [own, "http-get:*:video/mpeg:*"] == told["One"]
    assert told["Pieces"] == [own, "http-get:*:application/vnd.apple.mpegurl:*"]
    assert told["File"] == ["http-get:*:video/mp4:*", f"http-get:*:video/mp4:{LIVE}"]
    assert told["Pipe"] == [own] and told["Two"][0] == f"http-get:*:audio/mpeg:{LIVE}"


def test_packets_are_passed_on_whole(tv):
    found = tv.share(("TV", f"{tv.base}/tv?x.ts"))["TV"]
    first = tv.start(tv.own(found), 400_000, "--save", tv.house.folder / "first", name="first")
    wait_until("the first one's connection", lambda: tv.connections("/tv?x.ts"))
    second = tv.listen(tv.own(found), 200_000, "--save", tv.house.folder / "second")
    assert tv.heard(first)["octets"] == 400_000 and tv.data.startswith((tv.house.folder / "first").read_bytes())
    assert tv.data.index((tv.house.folder / "second").read_bytes()) % PACKET == 0
    assert second["headers"]["content-type"] == "video/mpeg" and tv.connections("/tv?x.ts") == 1


def test_pieces_are_one_stream(tv):
    make_film(tv.pieces / "film.ts")
    ffmpeg("-i", tv.pieces / "film.ts", "-c", "copy", "-f", "hls", "-hls_time", 1, "-hls_list_size", 0,
           "-hls_playlist_type", "vod", tv.pieces / "x.m3u8")
    names = re.findall(r"^x\d+\.ts$", (tv.pieces / "x.m3u8").read_text(), re.M)
    whole = b"".join((tv.pieces / name).read_bytes() for name in names)
    assert len(names) >= PIECES - 1
    found = tv.share(("Live", f"{tv.cut}/live/x.m3u8"), ("Whole", f"{tv.cut}/plain/x.m3u8"),
                     ("Gone", f"{tv.cut}/plain/none.m3u8"))
    heard = {title: tv.listen(tv.own(found[title]), 1 << 30, "--save", tv.house.folder / title) for title in ("Live", "Whole")}
    assert (tv.house.folder / "Whole").read_bytes() == whole == (tv.house.folder / "Live").read_bytes()
    assert heard["Live"]["headers"]["content-type"] == "video/mpeg" and tv.listen(tv.own(found["Gone"]), 1)["status"] == 502
    asked = [line.split()[1] for line in tv.origin.output().splitlines() if line.startswith("GET /live/")]
    assert [asked.count(f"/live/{name}") for name in names] == [1] * len(names) and asked.count("/live/x.m3u8") > 5
