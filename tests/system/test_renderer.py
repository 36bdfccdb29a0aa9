# SPDX-License-Identifier: LGPL-2.1-or-later
"""av-renderer alone, driven by plain SOAP: what comes out of it, to the sample, and what it does when servers,
control points and its own helper misbehave."""

import array
import json
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

import media as media_maker
from conftest import RENDERER
from house import SOON_S, wait_until

SUPPORT = pathlib.Path(__file__).parent.parent / "support"
PYTHON = "/usr/bin/python3"
AVT_NAMESPACE = "urn:schemas-upnp-org:metadata-1-0/AVT/"


class Remote:
    """A control point on the host `phone` that knows one renderer."""

    def __init__(self, house, process, host="phone"):
        self.house, self.process, self.host = house, process, host
        address = re.escape(house.hosts["tv"].addresses["living"])
        self.url = re.search(rf"http://{address}:\d+", process.log()).group(0)

    def ask(self, *questions):
        return json.loads(self.house.hosts[self.host].ask([PYTHON, "-B", str(SUPPORT / "soap.py"), self.url], json.dumps(questions)))

    def call(self, service, action, **arguments):
        return self.ask([service, action, arguments])[0]

    def transport(self, action, **arguments):
        return self.call("AVTransport", action, InstanceID=0, **arguments)

    def volume(self, action, **arguments):
        return self.call("RenderingControl", action, InstanceID=0, Channel="Master", **arguments)

    def set_uri(self, uri, metadata=""):
        return self.transport("SetAVTransportURI", CurrentURI=uri, CurrentURIMetaData=metadata)

    def play(self, uri=None):
        if uri is not None:
            assert self.set_uri(uri) == {}
        answer = self.transport("Play", Speed=1)
        # what could not be loaded is known by now, or only soon
        assert answer == {} or (answer["error"] in (501, 703, 704, 714, 716) and self.status() == "ERROR_OCCURRED")

    def state(self):
        return self.transport("GetTransportInfo")["CurrentTransportState"]

    def status(self):
        return self.transport("GetTransportInfo")["CurrentTransportStatus"]

    def position_s(self):
        hours, minutes, seconds = self.transport("GetPositionInfo")["RelTime"].split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)

    def wait_state(self, *states, seconds=15):
        return wait_until(f"state {states}", lambda: (s := self.state()) in states and s, seconds)

    def wait_error(self, seconds=20):
        wait_until("ERROR_OCCURRED", lambda: self.status() == "ERROR_OCCURRED", seconds)
        assert self.state() == "STOPPED"


@pytest.fixture
def remote(house, start_renderer):
    """remote(…) → Remote of a renderer started with these options of start_renderer."""

    def start(**options):
        return Remote(house, start_renderer(**options))

    return start


@pytest.fixture
def origin(house, library):
    """Serves the library on the host `server` at origin.url; origin.requests() are those it got."""
    process = house.hosts["server"].start(
        [PYTHON, "-B", SUPPORT / "origin.py", house.hosts["server"].addresses["living"], library], name="origin")
    port = wait_until("port of the origin", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    process.base = f"http://{house.hosts['server'].addresses['living']}:{port}"
    process.url = lambda name, fault="plain": f"{process.base}/{fault}/{name.replace(' ', '%20')}"
    process.requests = lambda: process.output().splitlines()[1:]
    return process


HIDDEN_PLACE = "Music/Björk/Vespertine/01 Hidden Place.flac"
COCOON = "Music/Björk/Vespertine/02 Cocoon.flac"
LOOSE = "Music/loose.wav"
VIDEO = "Videos/Test Card.mp4"


def capture_of(house):
    return house.folder / "samples"


def check_samples(house, *names, library):
    expected = b"".join(media_maker.decode(library / name) for name in names)
    got = capture_of(house).read_bytes()
    assert len(got) == len(expected)
    assert got == expected


def test_loudness_by_what_the_server_tells(house, remote, origin, library):
    """Neither file has tags: an album, and so what is in it, is four times too loud by the facts of av-mediaserver."""
    tv = remote(capture=capture_of(house), options=["--replay-gain", "album"])
    for name, kind in ((VIDEO, "videoItem"), (LOOSE, "audioItem")):
        metadata = (
            '<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/">'
            '<item id="1" parentID="0" restricted="1"><dc:title>x</dc:title>'
            f'<upnp:class>object.item.{kind}</upnp:class><desc id="f" nameSpace="urn:av-upnp:facts">'
            '<av:facts xmlns:av="urn:av-upnp:facts"><av:replayGainTrack>-3.00 dB</av:replayGainTrack>'
            '<av:replayGainAlbum>-12.04 dB</av:replayGainAlbum></av:facts></desc>'
            f'<res protocolInfo="http-get:*:{"video/mp4" if name == VIDEO else "audio/wav"}:*">{origin.url(name)}</res>'
            '</item></DIDL-Lite>')
        assert tv.set_uri(origin.url(name), metadata) == {}
        tv.play()
        tv.wait_state("PLAYING", "STOPPED", seconds=60)
        tv.wait_state("STOPPED", seconds=60)
        assert tv.status() == "OK"
        soft, loud = (array.array("h", octets) for octets in (
            capture_of(house).read_bytes(), media_maker.decode(library / name)))
        ratio = (sum(map(abs, soft)) / len(soft)) / (sum(map(abs, loud)) / len(loud))
        assert ratio == pytest.approx(0.25, rel=0.04), (name, len(soft), len(loud))


@pytest.mark.parametrize("fault", ["plain", "cut", "whole", "endless", "silent"])
def test_samples_are_those_of_the_file(house, remote, origin, library, fault):
    tv = remote(capture=capture_of(house))
    tv.play(origin.url(HIDDEN_PLACE, fault))
    tv.wait_state("PLAYING", "STOPPED")
    tv.wait_state("STOPPED", seconds=30)
    assert tv.status() == "OK"
    check_samples(house, HIDDEN_PLACE, library=library)


def test_wav_and_next_track_without_a_gap(house, remote, origin, library):
    tv = remote(capture=capture_of(house), live=True)
    tv.play(origin.url(COCOON))
    assert tv.transport("SetNextAVTransportURI", NextURI=origin.url(HIDDEN_PLACE), NextURIMetaData="") == {}
    tv.wait_state("PLAYING")
    wait_until("the second track", lambda: HIDDEN_PLACE.split("/")[-1].split(" ")[-1] in tv.transport(
        "GetPositionInfo")["TrackURI"])
    assert tv.state() == "PLAYING"
    tv.wait_state("STOPPED")
    check_samples(house, COCOON, HIDDEN_PLACE, library=library)


def test_bad_next_track_leaves_the_current_one_alone(house, remote, origin, library):
    tv = remote(capture=capture_of(house), live=True)
    tv.play(origin.url(COCOON))
    tv.transport("SetNextAVTransportURI", NextURI=origin.url("Music/notes.txt"), NextURIMetaData="")
    tv.wait_state("PLAYING")
    tv.transport("SetNextAVTransportURI", NextURI=origin.url("Music/nothing.flac"), NextURIMetaData="")
    tv.wait_state("STOPPED")
    check_samples(house, COCOON, library=library)


def test_position_pause_and_seek(remote, origin):
    tv = remote()
    tv.play(origin.url(LOOSE))
    tv.wait_state("PLAYING")
    assert tv.transport("GetMediaInfo")["MediaDuration"].startswith("0:00:10")
    wait_until("position grows", lambda: tv.position_s() >= 1)
    assert tv.transport("Pause") == {}
    tv.wait_state("PAUSED_PLAYBACK")
    before = tv.position_s()
    assert tv.transport("Seek", Unit="REL_TIME", Target="0:00:07") == {}
    tv.wait_state("PAUSED_PLAYBACK")
    assert before < 4 and tv.position_s() == 7
    # nobody said how large it is but its server: 44 octets of head, and four for each sample
    assert tv.transport("Seek", Unit="X_DLNA_REL_BYTE", Target=44 + 4 * 6 * 44100) == {}
    wait_until("at 6 s", lambda: tv.state() == "PAUSED_PLAYBACK" and tv.position_s() in (5, 6))
    assert tv.transport("Play", Speed=1) == {}
    tv.wait_state("PLAYING")
    seek, look = (["AVTransport", action, {"InstanceID": 0, **words}] for action, words in (
        ("Seek", {"Unit": "ABS_TIME", "Target": "0:00:09"}), ("GetPositionInfo", {})))
    done, there = tv.ask(seek, look)
    assert done == {} and there["RelTime"] in ("0:00:09", "0:00:10")
    tv.wait_state("STOPPED")
    assert tv.transport("Seek", Unit="REL_TIME", Target="0:01:00") == {"error": 711}
    assert tv.transport("Pause") == {"error": 701}


def test_video_plays_with_sound(house, remote, origin):
    tv = remote(capture=capture_of(house), live=True)
    tv.play(origin.url(VIDEO))
    tv.wait_state("PLAYING")
    wait_until("position grows", lambda: tv.position_s() >= 1)
    tv.wait_state("STOPPED")
    seconds = capture_of(house).stat().st_size / (4 if capture_of(house).stat().st_size > 500_000 else 2) / 44100
    assert 3.5 < seconds < 4.5


def test_picture_stays_and_music_follows_a_video(remote, origin):
    tv = remote()
    tv.play(origin.url("Pictures/red.jpg"))
    tv.wait_state("PLAYING")
    assert "Seek" not in tv.transport("GetCurrentTransportActions")["Actions"].split(",")
    assert tv.transport("Stop") == {}
    tv.wait_state("STOPPED")
    tv.play(origin.url(VIDEO))
    assert tv.transport("SetNextAVTransportURI", NextURI=origin.url(COCOON), NextURIMetaData="") == {}
    wait_until("the music", lambda: "Cocoon" in tv.transport("GetPositionInfo")["TrackURI"])
    tv.wait_state("PLAYING")
    tv.wait_state("STOPPED")
    assert tv.status() == "OK"


def test_what_cannot_be_played_is_an_error_and_no_more(house, remote, origin, library):
    tv = remote(capture=capture_of(house))
    for bad in (origin.url("Music/nothing.flac"), origin.url("Music/notes.txt"),
                f"http://{house.hosts['server'].addresses['living']}:1/closed.flac"):
        tv.play(bad)
        tv.wait_error()
    for refused in ("file:///etc/passwd", "http://user:word@10.71.0.9/a.flac", "concat:a|b", "not an address"):
        assert tv.set_uri(refused)["error"] in (714, 716), refused
    tv.play(origin.url(HIDDEN_PLACE))
    tv.wait_state("STOPPED", seconds=30)
    assert tv.status() == "OK"
    check_samples(house, HIDDEN_PLACE, library=library)
    assert "notes.txt" in tv.process.log()


def test_reads_only_from_neighbours(house, remote, origin):
    """SEC-181: loopback, link-local and private addresses elsewhere are not asked, nor by a redirect."""
    tv = remote()
    spy = house.hosts["tv"].start(
        [PYTHON, "-B", SUPPORT / "origin.py", "127.0.0.1", house.folder], name="spy")
    port = wait_until("port of the spy", lambda: spy.output().split("\n")[0] if "\n" in spy.output() else 0)
    for target in (f"http://127.0.0.1:{port}/plain/a.wav", "http://169.254.169.254/latest",
                   "http://192.168.77.1/a.wav"):
        tv.play(target)
        tv.wait_error()
        tv.play(f"{origin.base}/away/x?to={target}")
        tv.wait_error()
    assert spy.output().splitlines()[1:] == []


def test_volume_is_kept(house, remote, start_renderer):
    tv = remote()
    assert tv.volume("GetVolume")["CurrentVolume"] == "100"
    assert tv.volume("SetVolume", DesiredVolume=37) == {}
    assert tv.volume("SetVolume", DesiredVolume=101)["error"] == 601
    assert tv.volume("SetMute", DesiredMute=1) == {}
    assert tv.volume("GetMute")["CurrentMute"] == "1"
    code, seconds = tv.process.stop()
    assert code == 0 and seconds < SOON_S
    again = remote()
    assert again.volume("GetVolume")["CurrentVolume"] == "37"
    assert again.url == tv.url  # the port is kept, too


def test_sound_is_scaled_by_the_volume(house, remote, origin, library):
    tv = remote(capture=capture_of(house))
    tv.volume("SetMute", DesiredMute=1)
    tv.play(origin.url(HIDDEN_PLACE))
    tv.wait_state("PLAYING", "STOPPED")
    tv.wait_state("STOPPED", seconds=30)
    assert not any(capture_of(house).read_bytes())


def test_formats_come_from_what_is_installed(remote):
    tv = remote()
    sink = tv.call("ConnectionManager", "GetProtocolInfo")["Sink"].split(",")
    for mime in ("audio/flac", "audio/mpeg", "audio/x-wav", "video/mp4", "image/jpeg"):
        assert any(entry.startswith(f"http-get:*:{mime}:") for entry in sink), mime
    metadata = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
                'xmlns:dc="http://purl.org/dc/elements/1.1/" '
                'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/"><item id="1" parentID="0" restricted="1">'
                '<dc:title>t</dc:title><upnp:class>object.item</upnp:class>'
                '<res protocolInfo="http-get:*:application/x-unheard-of:*">http://10.71.0.1/a</res></item></DIDL-Lite>')
    assert tv.set_uri("http://10.71.0.1/a", metadata) == {"error": 714}


def last_change(line):
    return line["variables"].get("LastChange") or ""


class Ear:
    """A subscriber on a host."""

    def __init__(self, house, host, url, *manner):
        self.path = house.folder / "-".join(("ear", host, *manner))
        self.popen = subprocess.Popen(
            house.hosts[host].prefix
            + [PYTHON, "-B", str(SUPPORT / "gena.py"), house.hosts[host].addresses["living"], url, *manner],
            stdin=subprocess.PIPE, stdout=self.path.open("wb"))

    def events(self):
        lines = self.path.read_text().splitlines(keepends=True)
        return [event for event in map(json.loads, filter(lambda l: l.endswith("\n"), lines)) if "seq" in event]

    def subscribed(self):
        return '"status": 200' in self.path.read_text()

    def close(self):
        self.popen.stdin.close()
        self.popen.wait(10)


def read_by_gupnp(ear, *names):
    """What GUPnP-AV's parser finds of these names in each LastChange that came, closed ear or not; None: it is not there."""
    result = subprocess.run([PYTHON, "-B", SUPPORT / "gupnp_last_change.py", *names], text=True, capture_output=True,
                            input=json.dumps([last_change(event) for event in ear.events()]), timeout=60)
    assert result.returncode in (0, 3), result.stderr
    return json.loads(result.stdout) if result.returncode == 0 else None


def told_in(ear, volume, change):
    """Seconds from the beginning of change() until this volume of Master is told."""
    since = time.monotonic()
    change()
    wait_until(f"{volume} is told", lambda: f'<Volume channel="Master" val="{volume}"/>' in last_change(ear.events()[-1]))
    return time.monotonic() - since


def check_noticed(ear, tv, foreign, is_set):
    """is_set(volume): the card has what a control point set; before that the next one would be the earlier of two.
    foreign: (what another program does, the volume that this is). Told within half a second more than what a control
    point changes, on the same machine, as busy as it is. One that looks now and then is lucky once: the change after a
    look waits for the whole time until the next. So the middle one of several counts."""
    own, others = [], []
    for change, volume in foreign:
        others.append(told_in(ear, volume, change))
        mine = volume - 7
        own.append(told_in(ear, mine, lambda: tv.volume("SetVolume", DesiredVolume=mine)))
        wait_until(f"{mine} is set", lambda: is_set(mine))
    print(f"told after {', '.join(f'{s * 1000:.0f} ms' for s in others)}; our own after {', '.join(f'{s * 1000:.0f} ms' for s in own)}")
    assert sorted(others)[len(others) // 2] < 0.5 + max(own)


def test_two_subscribers_see_the_same(house, remote, origin):
    tv = remote()
    ears = [Ear(house, host, f"{tv.url}/event/AVTransport") for host in ("phone", "server")]
    for ear in ears:
        first = wait_until("the first event", ear.events)[0]
        assert first["seq"] == 0 and AVT_NAMESPACE in last_change(first)
        for name in ("TransportState", "CurrentTrackURI", "CurrentPlayMode", "PossiblePlaybackStorageMedia"):
            assert f"<{name} " in last_change(first)  # the first one is complete
    tv.play(origin.url(COCOON))
    for ear in ears:
        wait_until("STOPPED after PLAYING", lambda: re.search(
            r"PLAYING.*STOPPED", " ".join(last_change(e) for e in ear.events()[1:]), re.S), 20)
        assert [e["seq"] for e in ear.events()] == list(range(len(ear.events())))
        ear.close()


def media_pid(tv):
    """The media process: child of the spawner, which is a child of the program (or of `ip`)."""
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
            if "(media)" in text:
                parent = int(text.rsplit(")", 1)[1].split()[1])
                above = int(pathlib.Path(f"/proc/{parent}/stat").read_text().rsplit(")", 1)[1].split()[1])
                if above == tv.process.pid:
                    return int(text.split()[0])
        except OSError:
            continue
    raise AssertionError("no media process")


def test_a_helper_that_hangs_or_dies(house, remote, origin):
    tv = remote()
    tv.play(origin.url(LOOSE))
    tv.wait_state("PLAYING")
    os.kill(media_pid(tv), signal.SIGSTOP)
    started = time.monotonic()
    answers = tv.ask(*[["AVTransport", action, {"InstanceID": 0}] for action in (
        "GetTransportInfo", "GetPositionInfo", "Pause", "GetMediaInfo", "Stop")])
    assert time.monotonic() - started < 1 + 5 * 0.5 and not any("error" in a for a in answers)  # SEC-185
    os.kill(media_pid(tv), signal.SIGKILL)
    tv.play(origin.url(LOOSE))
    tv.wait_state("PLAYING")
    os.kill(media_pid(tv), signal.SIGKILL)
    wait_until("it goes on", lambda: tv.state() == "PLAYING" and tv.position_s() >= 2, 60)


def test_helper_is_confined(remote):
    """SEC-184"""
    tv = remote()
    status = pathlib.Path(f"/proc/{media_pid(tv)}/status").read_text()
    assert "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status
    assert not re.search(r"^Uid:\s+0\b", status, re.M)


def run_to_end(house, *options):
    result = subprocess.run(house.hosts["tv"].prefix + [str(RENDERER), *map(str, options)], env=house.env,
                            capture_output=True, text=True, timeout=20)
    return result.returncode, result.stderr.strip()


def test_start_that_fails_is_one_sentence(house, remote):
    tv = remote()
    state = house.folder / "state-Parlour"
    code, text = run_to_end(house, "--state-dir", state)
    assert code == 3 and str(state) in text and "\n" not in text
    port = tv.url.rsplit(":", 1)[1]
    code, text = run_to_end(house, "--state-dir", house.folder / "other", "--port", port)
    assert code == 3 and port in text
    config = house.folder / "bad.conf"
    config.write_text("[Renderer]\nFriendlyNam = x\n")
    code, text = run_to_end(house, "--check-config", "--config", config)
    assert code == 2 and "bad.conf:2" in text and "FriendlyName" in text
    code, text = run_to_end(house, "--audoi-sink", "x")
    assert code == 2 and "--audio-sink" in text
    code, text = run_to_end(house, "--state-dir", house.folder / "third", "--port", "0", "surplus")
    assert code == 2 and "surplus" in text


def test_without_a_network_it_waits_and_says_so(house, start_renderer):
    house.host("alone")
    process = start_renderer(host="alone", name="Alone")
    process.wait_log("waiting for a network interface")
    house.plug(house.hosts["alone"], "living")
    address = house.hosts["alone"].addresses["living"]
    process.wait_log(address)
    code, seconds = process.stop()
    assert code == 0 and seconds < SOON_S
