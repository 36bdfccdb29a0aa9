# SPDX-License-Identifier: LGPL-2.1-or-later
"""Television by multicast, and sent to the server, as the playlists of IPTV have it: joined while somebody watches, passed
on whole."""

import pytest

from house import wait_until
from media import ffmpeg
from test_convert_films import FILM_S, RISE_Y, DARK, times_of_pictures
from test_dlna import probe
from test_live import Air
from test_television import LIVE, PACKET, converted

GROUP, OTHER, SILENT = "239.71.0.1", "239.71.0.2", "239.71.0.3"
OCTETS = 188 * 600


@pytest.fixture
def aerial(house, start_server):
    """A host that sends a film, again and again, in each way; and one who must not."""
    air = Air(house, start_server)
    film = house.folder / "film.ts"
    picture = f"color=black:size=160x90:rate=25:duration={FILM_S},geq=lum='{DARK}+{RISE_Y}*T':cb=128:cr=128"
    ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=duration={FILM_S}", "-c:v", "libx264", "-preset",
           "ultrafast", "-bf", 0, "-g", 25, "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "mpegts", film)
    own = house.hosts["tv"].addresses["living"]
    air.server_address = house.hosts["server"].addresses["living"]
    film_in = ["ffmpeg", "-v", "error", "-nostdin", "-readrate", "2", "-stream_loop", "-1", "-i", film, "-c", "copy"]

    def send(name, muxer, to):
        air.house.hosts["tv"].start([*film_in, "-f", muxer, to], name=name)

    def start():
        send("packets", "mpegts", f"udp://{GROUP}:5400?localaddr={own}&pkt_size=1316")
        send("rtp", "rtp_mpegts", f"rtp://{OTHER}:5402?localaddr={own}&pkt_size=1328")
        send("to-us", "mpegts", f"udp://{air.server_address}:5404?pkt_size=1316")

    air.begin, air.film = start, film
    return air


def groups_of(host):
    """What the kernel has joined there."""
    said = host.run(["cat", "/proc/net/igmp"]).stdout
    return [".".join(str(int(word[at:at + 2], 16)) for at in (6, 4, 2, 0))
            for word in (line.split()[0] for line in said.splitlines() if line.startswith("\t\t\t\t"))]


def check_packets(path):
    data = path.read_bytes()
    assert len(data) == OCTETS and set(data[::PACKET]) == {0x47}
    pictures = times_of_pictures(path)
    first, shown_first = pictures[0]
    assert pictures[-1][0] - first > 1, "hardly anything came"
    for stamp, shown in pictures[::5]:
        off = (stamp - first - (shown - shown_first)) % FILM_S
        assert min(off, FILM_S - off) < 0.6, (path, stamp, shown)
    kinds = [stream["codec_name"] for stream in probe(path, "-show_entries", "stream=codec_name")["streams"]]
    assert sorted(kinds) == ["aac", "h264"]


def test_what_is_sent_to_a_group(aerial):
    """Each arrives whole, however it is packed; who is silent is given up, who is foreign is not heard."""
    ways = {"Packets": f"udp://@{GROUP}:5400", "As FFmpeg": f"udp://{GROUP}:5400", "Rtp": f"rtp://@{OTHER}:5402",
            "To us": "udp://@:5404", "One sender": f"udp://{aerial.house.hosts['tv'].addresses['living']}@{GROUP}:5400"}
    nothing = {"Silent": f"udp://@{SILENT}:5400", "Another sender": f"rtp://10.9.9.9@{OTHER}:5402",
               "Not ours": "udp://@198.51.100.7:5404", "Link": "udp://@224.0.0.1:5400"}
    found = aerial.share(*ways.items(), *nothing.items())
    assert sorted(found) == sorted([*ways, *nothing][:-1]), "a link's own group is no station"
    assert "1 left out whose address" in aerial.server.log()
    for one in found.values():  # no player could go there itself
        assert one["class"] == "object.item.videoItem.videoBroadcast"
        assert [res["protocolInfo"] for res in one["res"]][0] == f"http-get:*:video/mpeg:{LIVE}"
        assert all(res["url"].startswith("http://") for res in one["res"])
    refused = {title: aerial.start(aerial.own(found[title]), 1, name=title.replace(" ", "-")) for title in [*nothing][:-1]}
    wait_until("the group is joined", lambda: SILENT in groups_of(aerial.house.hosts["server"]), 30)
    aerial.begin()
    for title in ways:
        listener = aerial.start(aerial.own(found[title]), OCTETS, "--save", aerial.house.folder / title, name=title)
        heard = aerial.heard(listener)
        assert heard["status"] == 200 and heard["headers"]["content-type"] == "video/mpeg", (title, aerial.server.log())
        check_packets(aerial.house.folder / title)
    assert {title: aerial.heard(listener)["status"] for title, listener in refused.items()} == dict.fromkeys(refused, 502)
    wait_until("all groups are left", lambda: not {GROUP, OTHER, SILENT} & set(groups_of(aerial.house.hosts["server"])), 20)


def test_a_group_in_another_form(aerial):
    found = aerial.share(("Packets", f"udp://@{GROUP}:5400"), options=("--pace", "0"))
    aerial.begin()
    one = wait_until("the conversions", lambda: len(aerial.objects()["Packets"]["res"]) > 1 and aerial.objects()["Packets"], 60)
    heard = aerial.listen(converted(one, "avc-ts-ac3.ts"), OCTETS, "--save", aerial.house.folder / "made")
    assert heard["status"] == 200 and found
    kinds = [stream["codec_name"] for stream in probe(
        aerial.house.folder / "made", "-show_entries", "stream=codec_name")["streams"]]
    assert sorted(kinds) == ["ac3", "h264"]
