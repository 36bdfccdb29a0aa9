# SPDX-License-Identifier: LGPL-2.1-or-later
"""Television that playlists name, sent on by the server: transport streams and lists of pieces, as they come."""

import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

from conftest import PYTHON
from house import wait_until
from media import ffmpeg
from test_convert import CHIRP, LOW_HZ, RISE_HZ, Served, decoded, hz_at
from test_convert_films import (
    DARK, FILM_S, RISE_Y, check_film, packet_length, streams_of, times_of_pictures)
from test_dlna import probe
from test_live import Air

ORIGIN = pathlib.Path(__file__).parent.parent / "support/origin.py"
LIVE = "DLNA.ORG_CI=0;DLNA.ORG_FLAGS=2D100000000000000000000000000000"
PACKET = 188
PIECES = 12


class Tv(Air):
    """The same with a transport stream, and a second origin with a list of its pieces."""

    def __init__(self, house, start_server, source=None):
        super().__init__(house, start_server, source)
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
                     ("File", "http://a.example/x.mp4"), ("Pipe", "pipe:x.ts"), options=("--convert=no",))
    more = {path[-1]: one for path, one in tv.client.walk() if path[:-1] == ("Music", "Playlists", "More")}
    broadcast, radio = ("object.item." + name for name in ("videoItem.videoBroadcast", "audioItem.audioBroadcast"))
    assert {title: one["class"] for title, one in (found | more).items()} == {
        "Packets": broadcast, "Pieces": broadcast, "File": broadcast, "Pipe": broadcast, "One": broadcast, "Two": radio}
    told = {title: [res["protocolInfo"] for res in one["res"]] for title, one in (found | more).items()}
    own = f"http-get:*:video/mpeg:{LIVE}"
    assert told["Packets"] == [own, "http-get:*:video/mpeg:*"] == told["One"]
    assert told["Pieces"] == [own, "http-get:*:application/vnd.apple.mpegurl:*"]
    assert told["File"] == ["http-get:*:video/mp4:*", f"http-get:*:video/mp4:{LIVE.replace('=2D', '=8D')}"]
    assert told["Pipe"] == [own] and told["Two"][0] == f"http-get:*:audio/mpeg:{LIVE}"


def test_packets_are_passed_on_whole(tv):
    found = tv.share(("TV", f"{tv.base}/once.ts"))["TV"]
    first = tv.start(tv.own(found), 400_000, "--save", tv.house.folder / "first", name="first")
    wait_until("the first one's connection", lambda: tv.connections("/once.ts"))
    second = tv.listen(tv.own(found), 200_000, "--save", tv.house.folder / "second")
    assert tv.heard(first)["octets"] == 400_000 and tv.data.startswith((tv.house.folder / "first").read_bytes())
    assert tv.data.index((tv.house.folder / "second").read_bytes()) % PACKET == 0
    assert second["headers"]["content-type"] == "video/mpeg" and tv.connections("/once.ts") == 1


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


def test_lists_of_dash_and_of_one_file(tv):
    """With one stream they are passed on; with the sound apart it would be lost, and where nothing is converted none is
    sent."""
    make_film(tv.pieces / "film.ts")
    ffmpeg("-i", tv.pieces / "film.ts", "-c", "copy", tv.pieces / "film.mp4")
    ways = {"both/x.mpd": ["-f", "dash", "-seg_duration", 1],
            "silent/x.mpd": ["-map", "0:v", "-f", "dash", "-seg_duration", 1, "-single_file", 1],
            "one/x.m3u8": ["-f", "hls", "-hls_playlist_type", "vod", "-hls_time", 1, "-hls_segment_type", "fmp4",
                           "-hls_flags", "single_file"]}
    for name, words in ways.items():
        (tv.pieces / name).parent.mkdir()
        ffmpeg("-i", tv.pieces / "film.mp4", "-c", "copy", *words, tv.pieces / name)
    found = tv.share(("Both", f"{tv.cut}/plain/both/x.mpd"), ("Silent", f"{tv.cut}/plain/silent/x.mpd"),
                     ("One", f"{tv.cut}/whole/one/x.m3u8"),  # of a server that knows no parts
                     options=("--convert=no",))
    assert tv.listen(tv.own(found["Both"]), 1)["status"] == 502
    for title, kinds in (("Silent", ["video"]), ("One", ["video", "audio"])):
        path = tv.house.folder / title
        heard = tv.listen(tv.own(found[title]), 1 << 30, "--save", path)
        told = probe(path, "-count_packets", "-show_entries", "stream=codec_type,nb_read_packets")["streams"]
        assert heard["headers"]["content-type"] == "video/mp4" and [stream["codec_type"] for stream in told] == kinds
        assert told[0]["nb_read_packets"] == str(25 * PIECES)


def test_heads_and_keys_of_lists(tv):
    """Live lists of MP4, whose head comes first, and of encrypted pieces."""
    make_film(tv.pieces / "film.ts")
    ffmpeg("-i", tv.pieces / "film.ts", "-c", "copy", tv.pieces / "film.mp4")
    key = tv.house.folder / "key.info"
    (tv.pieces / "key.bin").write_bytes(bytes(range(100, 116)))
    key.write_text(f"{tv.cut}/plain/key.bin\n{tv.pieces}/key.bin\n")
    cut = ["-c", "copy", "-f", "hls", "-hls_time", 2, "-hls_list_size", 0, "-hls_playlist_type", "vod"]
    for name, words in {"heads": ["-hls_segment_type", "fmp4"], "secret": ["-hls_key_info_file", key]}.items():
        (tv.pieces / name).mkdir()
        ffmpeg("-i", tv.pieces / ("film.mp4" if name == "heads" else "film.ts"), *cut, *words, tv.pieces / name / "x.m3u8")

    def pieces(name):
        said = (tv.pieces / name / "x.m3u8").read_text()
        found = re.findall(r'^#EXT-X-MAP:URI="(.*?)"', said, re.M) + re.findall(r"^\w+\.(?:ts|m4s)$", said, re.M)
        return b"".join((tv.pieces / name / piece).read_bytes() for piece in found)

    found = tv.share(("Heads", f"{tv.cut}/live/heads/x.m3u8"), ("Secret", f"{tv.cut}/live/secret/x.m3u8"))
    heard = {title: tv.listen(tv.own(found[title]), 1 << 30, "--save", tv.house.folder / title)
             for title in ("Heads", "Secret")}
    assert (tv.house.folder / "Heads").read_bytes() == pieces("heads")

    # where sound is cut is the muxer's affair
    assert pictures_of(tv.house.folder / "Secret", "-c", "copy") == pictures_of(tv.pieces / "film.ts", "-c", "copy")
    assert pieces("secret")[::188].count(b"G") < len(pieces("secret")) // 188 // 8, "it was a secret"
    assert [heard[title]["headers"]["content-type"] for title in heard] == ["video/mp4", "video/mpeg"]
    told = probe(tv.house.folder / "Heads", "-count_packets", "-show_entries", "stream=codec_type,nb_read_packets")
    assert [(s["codec_type"], s["nb_read_packets"]) for s in told["streams"]][0] == ("video", str(25 * PIECES))


def make_stations(folder):
    """A film whose brightness and sound say which time of it is shown, and the sound alone."""
    picture = f"color=black:size=320x180:rate=25:duration={FILM_S},geq=lum='{DARK}+{RISE_Y}*T':cb=128:cr=128"
    ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"aevalsrc={CHIRP}:s=48000:d={FILM_S}", "-c:v", "libx264",
           "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "25", "-c:a", "aac", "-b:a", "128k", folder / "film.ts")
    ffmpeg("-i", folder / "film.ts", "-map", "0:a", "-c", "copy", "-f", "adts", folder / "sound.aac")


@pytest.fixture(scope="module")
def stations():
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-stations-"))
    make_stations(scratch)
    yield scratch
    shutil.rmtree(scratch)


def converted(found, name):
    """The address of what it is converted to, as if it had been offered."""
    url, = [res["url"] for res in found["res"] if "/live/i" in res["url"] and "CI=0" in res["protocolInfo"]]
    return f"{url.rpartition('.')[0]}/{name}"


def seconds_heard(path, form=None, rate=None):
    """Where in the chirp each second of it is."""
    samples = decoded(path, form, rate)
    return [(hz_at(samples, at) - LOW_HZ) / RISE_HZ - 0.1 for at in range(1, len(samples) // 48000)]  # an encoder begins with silence


APART_S = 8


def cut_apart(film, folder):
    """The beginning of a film as lists with pictures and sound apart, a second a piece; titles and their addresses."""
    mp4 = folder / "film.mp4"
    ffmpeg("-i", film, "-t", APART_S, "-c", "copy", folder / "film.ts")
    ffmpeg("-i", folder / "film.ts", "-c", "copy", mp4)
    for name in ("apart", "times", "numbers", "other"):
        (folder / name).mkdir()
    dash = ["-f", "dash", "-seg_duration", 1]
    ffmpeg("-i", folder / "film.ts", "-i", mp4, "-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "hls", "-hls_time", 1,
           "-hls_list_size", 0, "-hls_playlist_type", "vod", "-var_stream_map", "v:0,agroup:s a:0,agroup:s", "-master_pl_name",
           "x.m3u8", folder / "apart/%v.m3u8",
           "-map", 1, "-c", "copy", *dash, folder / "times/x.mpd",
           "-map", 1, "-c", "copy", *dash, "-use_timeline", 0, folder / "numbers/x.mpd",
           "-map", 1, "-c:v", "copy", "-c:a", "flac", "-strict", -2, *dash, folder / "other/x.mpd")
    bare_sound(folder)
    return {"Lists": "plain/apart/x.m3u8", "Live lists": "live/apart/x.m3u8", "Dash": "plain/times/x.mpd",
            "Live dash": "live/times/x.mpd", "Live numbers": "live/numbers/x.mpd", "Bare": "plain/bare/x.m3u8",
            "Other": "plain/other/x.mpd"}


def bare_sound(folder):
    """As "apart", with sound in frames without a container: where each piece begins stands in front of it."""
    shutil.copytree(folder / "apart", folder / "bare")
    for piece in (folder / "bare").glob("1?*.ts"):
        first = probe(piece, "-show_entries", "packet=pts_time", "-read_intervals", "%+#1")["packets"][0]["pts_time"]
        frames = piece.with_suffix(".aac")
        ffmpeg("-i", piece, "-c", "copy", "-f", "adts", frames)
        piece.unlink()
        said = b"com.apple.streaming.transportStreamTimestamp\0" + round(float(first) * 90000).to_bytes(8, "big")
        frame = b"PRIV" + len(said).to_bytes(4, "big") + b"\0\0" + said
        frames.write_bytes(b"ID3\4\0\0" + len(frame).to_bytes(4, "big") + frame + frames.read_bytes())
    told = folder / "bare/1.m3u8"
    told.write_text(told.read_text().replace(".ts", ".aac"))


def test_sound_that_is_apart(house, start_server, stations):
    """What comes in two streams is heard and seen as one, in step, whole or live, however it is cut; nothing is coded anew."""
    tv = Tv(house, start_server, stations / "film.ts")
    addresses = cut_apart(stations / "film.ts", tv.pieces)
    found = tv.share(*((title, f"{tv.cut}/{address}") for title, address in addresses.items()),
                     options=("--pace", "0", "--films", "1"))  # it is no film that is converted
    listeners = {title: tv.start(tv.own(found[title]), 1 << 30, "--save", house.folder / title, name=title.replace(" ", "-"))
                 for title in addresses}
    known = pictures_of(tv.pieces / "film.ts")
    for title, listener in listeners.items():
        path = house.folder / title
        heard = tv.heard(listener)
        assert heard["status"] == 200, (title, heard, tv.server.log())
        # the same pictures to the last point, from where it begins
        seen = pictures_of(path)
        begin = next((n for n in range(len(known)) if known[n:n + len(seen) - 3] == seen[:-3]), None)
        assert begin == 0 or (begin is not None and title.startswith("Live")), (title, begin)
        check_film(path, begin / 25, APART_S, 0)
        assert [s["codec_name"] for s in streams_of(path)] == ["h264", "flac" if title == "Other" else "aac"]
        assert heard["headers"]["content-type"] == ("video/x-matroska" if title == "Other" else "video/mpeg")


def pictures_of(path, *words):
    """Sums of each, decoded; or as it was coded, with "-c", "copy"."""
    said = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-map", "0:v", *words, "-fps_mode", "passthrough", "-f",
                           "framemd5", "-"], check=True, capture_output=True, text=True).stdout
    return [line.split(",")[5] for line in said.splitlines() if not line.startswith("#")]  # behind it are those of side data


def steps_of(times):
    return [round(b - a, 1) for a, b in zip(times, times[1:])]


def test_radio_in_another_form(house, start_server, stations):
    radio = Tv(house, start_server, stations / "sound.aac")
    found = radio.share(("One", f"{radio.base}/once.aac"), options=("--pace", "0", "--convert-nice", "0"))["One"]
    found = wait_until("the conversions", lambda: len(radio.objects()["One"]["res"]) > 2 and radio.objects()["One"], 60)
    told = [res["protocolInfo"] for res in found["res"]]
    own = f"http-get:*:audio/vnd.dlna.adts:{LIVE}"
    assert told[0].endswith("adts:*") and told[1] == own  # what may be a file comes from where it is
    assert told[2:] == ["http-get:*:audio/L16;rate=44100;channels=2:DLNA.ORG_PN=LPCM;" + LIVE.replace("CI=0", "CI=1"),
                        "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;" + LIVE.replace("CI=0", "CI=1")], told
    # both forms at once, and one of them twice, of one connection
    wanted = {"one": ("mp3.mp3", 500_000), "two": ("mp3.mp3", 400_000), "raw": ("lpcm.l16", 2_000_000)}
    listeners = {name: radio.start(converted(found, form), octets, "--save", house.folder / name, name=name)
                 for name, (form, octets) in wanted.items()}
    heard = {name: radio.heard(listener) for name, listener in listeners.items()}
    assert [heard[name]["octets"] for name in wanted] == [octets for _, octets in wanted.values()]
    assert heard["raw"]["headers"]["content-type"] == "audio/L16;rate=44100;channels=2"
    assert heard["one"]["headers"]["content-type"] == "audio/mpeg" and "content-length" not in heard["one"]["headers"]
    for name in ("one", "two"):
        assert set(steps_of(seconds_heard(house.folder / name))) <= {0.9, 1.0, 1.1}
    assert set(steps_of(seconds_heard(house.folder / "raw", "s16be", (44100, 2)))) <= {0.9, 1.0, 1.1}
    assert radio.connections("/once.aac") == 1
    wait_until("nobody is connected", lambda: radio.connections("/once.aac", "END") == 1, 20)


def test_one_more_listener_takes_no_place(house, start_server, stations):
    tv = Tv(house, start_server, stations / "film.ts")
    forms = ["mpeg-ps-pal.mpg", "avc-ts-ac3.ts"]
    tv.share(("One", f"{tv.base}/once.ts"), options=("--pace", "0", "--films", "1"))
    found = wait_until("the conversions", lambda: len(tv.objects()["One"]["res"]) > 2 and tv.objects()["One"], 60)
    first = tv.start(converted(found, forms[0]), 1 << 30, name="first")
    wait_until("it takes the only place", lambda: Converting(house, tv.server).children()[1], 60)
    assert converted(found, forms[0]) in [res["url"] for res in tv.objects()["One"]["res"]]
    heard = {form: tv.listen(converted(found, form), 200_000) for form in forms}
    assert heard[forms[0]]["octets"] == 200_000 and heard[forms[1]]["status"] == 503
    first.popen.terminate()


def check_broadcast(path):
    """It shows what its time says, and goes on when the film begins again; the sound is in step with it."""
    pictures = times_of_pictures(path)
    first, last = pictures[0][0], pictures[-1][0]
    assert last - first > FILM_S + 1, "too little came to see how it goes on"
    for stamp, shown in pictures[::7]:
        off = (stamp - first - shown) % FILM_S
        assert min(off, FILM_S - off) < 0.6, (stamp, shown)
    steps = [b[0] - a[0] for a, b in zip(pictures, pictures[1:])]
    assert min(steps) > 0.015 and max(steps) < 0.2, (min(steps), max(steps))
    sound = probe(path, "-show_entries", "stream=codec_type,start_time")["streams"]
    sound_at, = [float(s["start_time"]) for s in sound if s["codec_type"] == "audio"][:1]
    samples = decoded(path)
    for at in (1, 10, FILM_S + 1):
        heard = (hz_at(samples, at) - LOW_HZ) / RISE_HZ - 0.1
        assert abs(heard + FILM_S * (at > FILM_S) - (sound_at + at - first)) < 0.15, (at, heard, sound_at, first)


class Converting(Served):
    """Its worker alone is looked at."""

    def __init__(self, house, server):
        self.house, self.server = house, server


def test_television_in_another_form(house, start_server, stations):
    tv = Tv(house, start_server, stations / "film.ts")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=6", "-c:v", "mpeg2video", "-g", 12, "-f", "hls",
           "-hls_time", 1, "-hls_playlist_type", "vod", tv.pieces / "old.m3u8")
    tv.share(("One", f"{tv.base}/once.ts"), ("Old", f"{tv.cut}/plain/old.m3u8"),
             options=("--pace", "0", "--convert-nice", "0", "--films", "4"))
    found = wait_until("the conversions", lambda: len(tv.objects()["One"]["res"]) > 2 and tv.objects()["One"], 60)
    assert found["res"][2]["protocolInfo"] == (
        "http-get:*:video/mpeg:DLNA.ORG_PN=MPEG_PS_PAL;" + LIVE.replace("CI=0", "CI=1"))
    # whose packets alone do not fit gets its pictures as they come; with stamps, and with other sound, too
    wanted = {"avc": ("avc-ts-ac3.ts", 1_500_000), "ps": ("mpeg-ps-pal.mpg", 2_000_000), "copy": ("copy-tts.m2ts", 960_000),
              "sound": ("copy-ts-ac3.ts", 1_500_000)}
    listeners = {name: tv.start(converted(found, form), octets, "--save", house.folder / name, name=name)
                 for name, (form, octets) in wanted.items()}
    assert [tv.heard(listener)["octets"] for listener in listeners.values()] == [octets for _, octets in wanted.values()]
    assert tv.connections("/once.ts") >= 2  # it began anew, and its clock with it
    for name in wanted:
        check_broadcast(house.folder / name)
    assert packet_length(house.folder / "copy") == 192
    assert [[stream["codec_name"] for stream in streams_of(house.folder / name)] for name in ("copy", "sound")] == [
        ["h264", "aac"], ["h264", "ac3"]]
    # what is not what stations are taken for is made anew instead
    assert tv.listen(converted(tv.objects()["Old"], "copy-ts.ts"), 1 << 30, "--save", house.folder / "old")["status"] == 200
    picture, = probe(house.folder / "old", "-count_packets", "-show_streams")["streams"]
    assert picture["codec_name"] == "h264" and int(picture["nb_read_packets"]) > 100
    wait_until("nobody is connected", lambda: tv.connections("/once.ts", "END") == tv.connections("/once.ts"), 20)
    wait_until("nothing is converted", lambda: Converting(house, tv.server).children()[1] == [], 20)
