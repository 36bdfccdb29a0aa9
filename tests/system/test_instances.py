# SPDX-License-Identifier: LGPL-2.1-or-later
"""Several things at once on one renderer (--instances): each has a queue, a volume, samples and events of its own."""

import struct

import pytest

from house import wait_until
from test_renderer import PYTHON, SUPPORT, Ear, Remote, last_change  # noqa: F401
from test_rendering import make_wav

RATE = 44100
SECONDS = 5  # so that both still play when the second has begun
MIME = "http-get:*:audio/wav:*"


@pytest.fixture
def origin(house):
    folder = house.folder / "media"
    folder.mkdir()
    make_wav(folder / "loud.wav", 20000, -12000, SECONDS)
    make_wav(folder / "soft.wav", 8000, 4000, SECONDS)
    server = house.hosts["server"]
    process = server.start([PYTHON, "-B", SUPPORT / "origin.py", server.addresses["living"], folder], name="origin")
    port = wait_until("port of the origin", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    return lambda name: f"http://{server.addresses['living']}:{port}/plain/{name}"


@pytest.fixture
def several(house, start_renderer):
    def start(*options):
        return Remote(house, start_renderer(options=(
            "--audio-sink", "audioconvert ! audio/x-raw,format=S16LE ! filesink sync=true "
            f"location={house.folder}/samples-%i", *options)))

    return start


def prepare(tv):
    return tv.call("ConnectionManager:3", "PrepareForConnection", RemoteProtocolInfo=MIME, PeerConnectionManager="",
                   PeerConnectionID=-1, Direction="Input")


def heard(house, instance):
    data = (house.folder / f"samples-{instance}").read_bytes()
    samples = struct.unpack(f"<{len(data) // 2}h", data)
    return samples[::2], samples[1::2]


def state(tv, instance):
    return tv.call("AVTransport:3", "GetTransportInfo", InstanceID=instance).get("CurrentTransportState")


def test_two_play_at_once(house, several, origin):
    tv = several("--instances", "2")
    assert [prepare(tv), prepare(tv)] == [{"ConnectionID": "1", "AVTransportID": "1", "RcsID": "1"}, {"error": 704}]
    info = tv.call("ConnectionManager:3", "GetCurrentConnectionInfo", ConnectionID=1)
    assert (info["RcsID"], info["AVTransportID"], info["ProtocolInfo"], info["Direction"]) == ("1", "1", MIME, "Input")
    assert tv.call("ConnectionManager:3", "GetCurrentConnectionIDs")["ConnectionIDs"] == "0,1"
    ear = Ear(house, "phone", f"{tv.url}/event/AVTransport")
    wait_until("the first event", ear.events)
    assert tv.call("RenderingControl:3", "SetVolume", InstanceID=1, Channel="Master", DesiredVolume=50) == {}
    for instance, name in ((0, "loud.wav"), (1, "soft.wav")):
        assert tv.call("AVTransport:3", "SetAVTransportURI", InstanceID=instance, CurrentURI=origin(name),
                       CurrentURIMetaData="") == {}
    for instance in (0, 1):
        assert tv.call("AVTransport:3", "Play", InstanceID=instance, Speed=1) == {}
    wait_until("both play", lambda: (state(tv, 0), state(tv, 1)) == ("PLAYING", "PLAYING"))
    # what one is told is nothing to the other
    assert tv.call("AVTransport:3", "Pause", InstanceID=0) == {}
    wait_until("one waits", lambda: state(tv, 0) == "PAUSED_PLAYBACK")
    wait_until("the other has ended", lambda: state(tv, 1) == "STOPPED")
    assert tv.call("AVTransport:3", "GetMediaInfo", InstanceID=1)["CurrentURI"] == origin("soft.wav")
    assert tv.call("AVTransport:3", "Play", InstanceID=0, Speed=1) == {}
    wait_until("and this one", lambda: state(tv, 0) == "STOPPED")
    for instance, gain, left, right in ((0, 1, 20000, -12000), (1, 0.125, 8000, 4000)):
        lefts, rights = heard(house, instance)
        assert len(lefts) == RATE * SECONDS, instance
        assert all(abs(s - left * gain) <= 1 for s in lefts), instance
        assert all(abs(s - right * gain) <= 1 for s in rights), instance
    volumes = [tv.call("RenderingControl:3", "GetVolume", InstanceID=i, Channel="Master")["CurrentVolume"] for i in (0, 1)]
    assert volumes == ["100", "50"]
    wait_until("the last event", lambda: '<TransportState val="STOPPED"' in last_change(ear.events()[-1]))
    events = "".join(map(last_change, ear.events()))
    ear.close()
    for instance, name in ((0, "loud.wav"), (1, "soft.wav")):
        parts = [part for part in events.split("<InstanceID ") if part.startswith(f'val="{instance}"')]
        assert any(f'<AVTransportURI val="{origin(name)}"' in part for part in parts)
        assert any('<TransportState val="PLAYING"' in part for part in parts)
    # the end of a connection is that of its instance; its number may come again, with nothing of the old one
    assert tv.call("ConnectionManager:3", "ConnectionComplete", ConnectionID=1) == {}
    assert tv.call("AVTransport:3", "GetTransportInfo", InstanceID=1) == {"error": 718}
    assert tv.call("RenderingControl:3", "GetVolume", InstanceID=1, Channel="Master") == {"error": 702}
    assert tv.call("ConnectionManager:3", "ConnectionComplete", ConnectionID=1) == {"error": 706}
    assert prepare(tv) == {"ConnectionID": "2", "AVTransportID": "1", "RcsID": "1"}
    assert state(tv, 1) == "NO_MEDIA_PRESENT"
    assert tv.call("RenderingControl:3", "GetVolume", InstanceID=1, Channel="Master") == {"CurrentVolume": "100"}
    refused = [tv.call("ConnectionManager:3", "PrepareForConnection", RemoteProtocolInfo=what, PeerConnectionManager="",
                       PeerConnectionID=-1, Direction=way) for what, way in ((MIME, "Output"), ("rtsp:*:x/y:*", "Input"))]
    assert refused == [{"error": 702}, {"error": 701}]


@pytest.mark.parametrize("options, offered", [((), False), (("--instances", "2"), True),
                                              (("--instances", "2", "--upnp-version", "1"), False)])
def test_offered_where_it_is(several, options, offered):
    tv = several(*options)
    assert ("PrepareForConnection" in tv.ask(["GET", "/scpd/ConnectionManager.xml", {}])[0]["text"]) == offered
