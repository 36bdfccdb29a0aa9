# SPDX-License-Identifier: LGPL-2.1-or-later
"""AVTransport of av-renderer over lists: playlists by URL, containers of servers, modes, and what of it outlives the
program. Sound is compared to the sample."""

import pathlib
import re
import signal
import time
import urllib.parse
from xml.sax.saxutils import escape

import pytest

import media as media_maker
from house import wait_until
from test_peers import minidlna, need  # noqa: F401 (minidlna is a fixture)
from test_renderer import (  # noqa: F401 (fixtures)
    COCOON, HIDDEN_PLACE, LOOSE, PYTHON, SUPPORT, Ear, capture_of, check_samples, last_change, origin,
    remote, read_by_gupnp)


@pytest.fixture
def lists(house, origin):
    """lists(name, text) → URL of a playlist on the host `server`; {media} in it is the origin of the media."""
    folder = house.folder / "lists"
    folder.mkdir()
    process = house.hosts["server"].start(
        [PYTHON, "-B", SUPPORT / "origin.py", house.hosts["server"].addresses["living"], folder], name="lists")
    port = wait_until("port of the lists", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    base = f"http://{house.hosts['server'].addresses['living']}:{port}"

    def make(name, text):
        (folder / name).write_text(text.replace("{media}", f"{origin.base}/plain").replace("{lists}", f"{base}/plain"))
        return f"{base}/plain/{name}"

    make.requests = lambda: process.output().splitlines()[1:]
    return make


def url_of(name):
    return "{media}/" + urllib.parse.quote(name)


def m3u(*names):
    return "#EXTM3U\n" + "".join(f"#EXTINF:3,{pathlib.Path(n).stem}\n{url_of(n)}\n" for n in names)


def pls(*names):
    return "[playlist]\n" + "".join(f"File{i}={url_of(n)}\n" for i, n in enumerate(names, 1))


def xspf(*names):
    tracks = "".join(f"<track><location>{url_of(n)}</location><title>{i}</title></track>" for i, n in enumerate(names))
    return f'<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>{tracks}</trackList></playlist>'


@pytest.mark.parametrize("form", [m3u, pls, xspf])
def test_a_playlist_is_played_without_gaps(house, remote, lists, library, form):
    tv = remote(capture=capture_of(house))
    tv.play(lists(f"list.{form.__name__}", form(COCOON, HIDDEN_PLACE, COCOON)))
    wait_until("three tracks", lambda: tv.transport("GetMediaInfo")["NrTracks"] == "3")
    tv.wait_state("STOPPED", seconds=30)
    assert tv.status() == "OK"
    check_samples(house, COCOON, HIDDEN_PLACE, COCOON, library=library)


def test_lists_in_lists_and_what_is_wrong_in_them(house, remote, lists, library):
    """Nested ones stand in their place; what is nowhere, elsewhere or no media is passed over (SEC-183)."""
    lists("inner.m3u", m3u(HIDDEN_PLACE))
    outer = lists("outer.m3u", "\n".join(
        ["file:///etc/passwd", "http://127.0.0.1:1/a.flac", url_of("Music/nothing.flac"), url_of(COCOON),
         "inner.m3u", "outer.m3u", "{lists}/missing.pls", "http://user:word@10.71.0.9/a.flac", url_of(COCOON)]))
    tv = remote(capture=capture_of(house))
    tv.play(outer)
    tv.wait_state("PLAYING", "STOPPED", seconds=60)
    tv.wait_state("STOPPED", seconds=60)
    # a list that names itself stands in itself as deep as lists may nest, and is fetched no more often than that
    assert len([r for r in lists.requests() if "outer" in r]) == 8
    check_samples(house, *[COCOON, HIDDEN_PLACE] * 7, COCOON, COCOON, *[COCOON] * 7, library=library)
    tv.play(lists("bad.xspf", "<playlist><track>"))
    tv.wait_error()
    tv.play(lists("empty.m3u", "#EXTM3U\n"))
    tv.wait_error()
    tv.play(lists("large.m3u", "#" * (1 << 20) + "\n" + m3u(COCOON)))
    tv.wait_error()


def test_a_station_with_the_name_of_a_playlist(house, remote, lists, origin, library):
    """What answers with sound is played, whatever its address ends in; also where a playlist names it."""
    tv = remote(capture=capture_of(house))
    station = origin.url(COCOON, "station") + "/listen.m3u"
    tv.play(station)
    tv.wait_state("PLAYING", "STOPPED")
    tv.wait_state("STOPPED", seconds=30)
    assert tv.status() == "OK"
    check_samples(house, COCOON, library=library)
    tv.play(lists("stations.m3u", f"#EXTM3U\n{station}\n{url_of(HIDDEN_PLACE)}\n"))
    wait_until("two tracks", lambda: tv.transport("GetMediaInfo")["NrTracks"] == "2")
    tv.wait_state("STOPPED", seconds=30)
    check_samples(house, COCOON, COCOON, HIDDEN_PLACE, library=library)  # the capture goes on


DIDL = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/">{}'
        '</DIDL-Lite>')


def item(title, uri, protocol_info):
    return (f'<item id="{title}" parentID="0" restricted="1"><dc:title>{title}</dc:title>'
            f'<upnp:class>object.item.audioItem</upnp:class>'
            f'<res protocolInfo="{protocol_info}">{escape(uri)}</res></item>')


@pytest.mark.parametrize("profile", ["DIDL_S", "DIDL_V"])
def test_a_media_collection_file(house, remote, lists, library, profile):
    """A DIDL-Lite document whose items are the tracks."""
    flac = "http-get:*:audio/flac:*"
    url = lists("album.xml", DIDL.format(
        item("one", url_of(COCOON), flac) + item("none", "http://10.71.0.1/x", "http-get:*:application/x-unheard-of:*")
        + item("two", url_of(HIDDEN_PLACE), flac)))
    tv = remote(capture=capture_of(house))
    collection = DIDL.format(item("album", url, f"http-get:*:text/xml:DLNA.ORG_PN={profile}"))
    assert tv.set_uri(url, collection) == {}
    tv.play()
    wait_until("two tracks", lambda: tv.transport("GetMediaInfo")["NrTracks"] == "2")
    tv.wait_state("STOPPED", seconds=30)
    check_samples(house, COCOON, HIDDEN_PLACE, library=library)
    assert tv.transport("GetMediaInfo")["CurrentURIMetaData"] == collection
    assert "<dc:title>one</dc:title>" in tv.transport("GetPositionInfo")["TrackMetaData"]


TOLD = ["TransportState", "TransportStatus", "CurrentTrack", "NumberOfTracks", "CurrentTrackURI", "AVTransportURI",
        "CurrentPlayMode", "CurrentTransportActions", "CurrentTrackMetaData", "CurrentTrackDuration"]


def test_events_are_what_a_foreign_parser_reads(house, remote, lists):
    """LastChange, read by GUPnP-AV: all events together say what the Get actions say."""
    tv = remote()
    ear = Ear(house, "phone", f"{tv.url}/event/AVTransport")
    wait_until("the first event", ear.events)
    tv.play(lists("list & more.m3u".replace(" & ", "-"), "#EXTM3U\n#EXTINF:10,<A> & \"B\"\n" + url_of(LOOSE) + "\n"
                  + m3u(COCOON)))
    tv.wait_state("PLAYING")
    # events are at most five a second: what lasts less may be told by nobody
    wait_until("it is told", lambda: any('TransportState val="PLAYING"' in last_change(e) for e in ear.events()))
    assert tv.transport("SetPlayMode", NewPlayMode="REPEAT_ALL") == {}
    assert tv.transport("Next") == {}
    tv.wait_state("PLAYING")
    assert tv.transport("Previous") == {}
    tv.wait_state("PLAYING")
    assert tv.transport("Pause") == {}
    tv.wait_state("PAUSED_PLAYBACK")
    wait_until("the last event", lambda: "PAUSED_PLAYBACK" in last_change(ear.events()[-1]))
    ear.close()
    read = read_by_gupnp(ear, *TOLD)
    if read is None:
        pytest.skip("needs libgupnp-av")
    assert set(read[0]) == set(TOLD)  # the first event is complete
    known = {name: value for event in read for name, value in event.items()}
    states = [event["TransportState"] for event in read if "TransportState" in event]
    assert "PLAYING" in states and states[0] == "NO_MEDIA_PRESENT"
    media, position = tv.transport("GetMediaInfo"), tv.transport("GetPositionInfo")
    assert known == {
        "TransportState": tv.state(), "TransportStatus": tv.status(), "CurrentTrack": position["Track"],
        "NumberOfTracks": media["NrTracks"], "CurrentTrackURI": position["TrackURI"],
        "AVTransportURI": media["CurrentURI"], "CurrentPlayMode": tv.transport("GetTransportSettings")["PlayMode"],
        "CurrentTransportActions": tv.transport("GetCurrentTransportActions")["Actions"],
        "CurrentTrackMetaData": position["TrackMetaData"], "CurrentTrackDuration": position["TrackDuration"]}
    assert position["Track"] == "1" and "&lt;A&gt; &amp;" in position["TrackMetaData"]


def test_verbs_of_the_control_point(remote, lists, avcp):
    remote()
    url = lists("list.m3u", m3u(LOOSE, LOOSE, COCOON))
    avcp("call", "AVTransport", "SetAVTransportURI", f"CurrentURI={url}", "CurrentURIMetaData=")
    state = lambda: avcp("status")["state"]  # noqa: E731
    track = lambda: next(a["value"] for a in avcp("call", "AVTransport", "GetPositionInfo")  # noqa: E731
                         if a["argument"] == "Track")
    avcp("play")
    wait_until("plays", lambda: state() == "playing")
    assert "711" in avcp("prev", code=4, json=False).stderr
    avcp("next")
    wait_until("the second", lambda: track() == "2" and state() == "playing")
    avcp("prev")
    wait_until("the first", lambda: track() == "1" and state() == "playing")
    for mode in ("shuffle", "normal"):
        assert avcp("mode", mode)["mode"] == mode
    assert avcp("mode")["mode"] == "normal"
    avcp("seek", "5")
    wait_until("at 5 s", lambda: 4 <= (avcp("status")["position_s"] or 0) <= 7)
    # slower, so that what is left of ten seconds outlasts a busy machine
    assert avcp("speed", "1/2")["speed"] == "1/2"
    assert avcp("speed")["speed"] == "1/2"
    assert "717" in avcp("speed", "1/3", code=4, json=False).stderr
    assert avcp("speed", "1")["speed"] == "1"
    speeds = next(a["allowed"] for entry in avcp("call", "AVTransport") if entry["action"] == "Play"
                  for a in entry["in"] if a["name"] == "Speed")
    assert {"1", "1/2", "2", "32"} <= set(speeds)
    avcp("stop")
    wait_until("stopped", lambda: state() == "stopped")


@pytest.mark.parametrize("version", [1, 3])
def test_the_version_that_is_announced(remote, avcp, version):
    remote(options=["--upnp-version", version])
    wait_until("it is seen", lambda: avcp("devices"))
    units = next(a["allowed"] for entry in avcp("call", "AVTransport") if entry["action"] == "Seek"
                 for a in entry["in"] if a["name"] == "Unit")
    assert ("REL_FRAME" in units) == (version > 1) and "X_DLNA_REL_BYTE" in units
    actions = {entry["action"] for entry in avcp("call", "AVTransport")}
    younger = {"GetMediaInfo_Ext", "GetDRMState", "GetStateVariables", "SetStateVariables", "SetStaticPlaylist",
               "SetStreamingPlaylist", "GetPlaylistInfo"}
    assert younger & actions == (younger if version > 1 else set())
    if version > 1:
        assert avcp("call", "AVTransport", "GetMediaInfo_Ext")[0] == {"argument": "CurrentType", "value": "NO_MEDIA"}
        assert avcp("call", "AVTransport", "GetDRMState")[0]["value"] == "UNKNOWN"
        pairs = avcp("call", "AVTransport", "GetStateVariables", "StateVariableList=*")[0]["value"]
        assert 'variableName="TransportState">NO_MEDIA_PRESENT<' in pairs
    assert not {"SyncPlay", "SyncStop", "SyncPause", "AdjustSyncOffset", "GetSyncOffset", "SetSyncOffset", "Record",
                "SetRecordQualityMode"} & actions
    if version == 3:
        steps = {a["name"]: a["allowed"] for entry in avcp("call", "AVTransport") for a in entry["in"]
                 if entry["action"] in ("SetStreamingPlaylist", "GetPlaylistInfo") and "allowed" in a}
        assert steps["PlaylistStep"] == ["Initial", "Continue", "Stop", "Reset"]
        assert steps["PlaylistType"] == ["Static", "Streaming"]


def test_lists_that_are_pushed(house, remote, origin, library):
    """SetStaticPlaylist, SetStreamingPlaylist, GetPlaylistInfo: a static list in two pieces, then one that grows while it is played."""
    tv = remote(capture=capture_of(house))
    transport = lambda action, **arguments: tv.call("AVTransport:3", action, InstanceID=0, **arguments)  # noqa: E731
    form = {"PlaylistMIMEType": "audio/x-mpegurl", "PlaylistExtendedType": "*"}

    def state_of(kind):
        info = transport("GetPlaylistInfo", PlaylistType=kind)["PlaylistInfo"]
        return re.search("<playlistState>(.*?)</playlistState>", info)[1]

    def push(step, text=""):
        return transport("SetStreamingPlaylist", PlaylistData=text, PlaylistDataLength=len(escape(text)),
                         PlaylistStep=step, **form)

    text = m3u(COCOON, HIDDEN_PLACE).replace("{media}", f"{origin.base}/plain") + "# & done\n"
    cut = text.index("#EXTINF", 20) + 9  # in the midst of a line
    offset = 0
    for piece in (text[:cut], text[cut:]):
        assert tv.state() == ("NO_MEDIA_PRESENT" if offset == 0 else "TRANSITIONING")
        assert transport("SetStaticPlaylist", PlaylistData=piece, PlaylistDataLength=len(escape(piece)),
                         PlaylistOffset=offset, PlaylistTotalLength=len(escape(text)), PlaylistStartObj="",
                         PlaylistStartGroup="", **form) == {}
        offset += len(escape(piece))
    assert (tv.state(), state_of("Static"), state_of("Streaming")) == ("STOPPED", "Ready", "Idle")
    tv.play()
    tv.wait_state("STOPPED", seconds=30)
    one, two = (m3u(name).replace("{media}", f"{origin.base}/plain") for name in (HIDDEN_PLACE, COCOON))
    assert push("Initial", one) == {}
    tv.play()
    tv.wait_state("PLAYING", "TRANSITIONING")  # the latter before it, or when the first track is over and waits
    assert (push("Continue", two), push("Stop"), push("Continue", one)) == ({}, {}, {"error": 736})
    assert tv.transport("GetMediaInfo")["NrTracks"] == "2"
    tv.wait_state("STOPPED", seconds=30)
    assert tv.status() == "OK"
    check_samples(house, COCOON, HIDDEN_PLACE, HIDDEN_PLACE, COCOON, library=library)


def test_next_previous_and_modes(remote, lists):
    tv = remote()
    tv.play(lists("list.m3u", m3u(LOOSE, COCOON, HIDDEN_PLACE)))
    tv.wait_state("PLAYING")
    number = lambda: tv.transport("GetPositionInfo")["Track"]  # noqa: E731
    assert number() == "1"
    assert tv.transport("Previous") == {"error": 711}
    assert tv.transport("Next") == {}
    tv.wait_state("PLAYING")
    assert number() == "2"
    actions = tv.transport("GetCurrentTransportActions")["Actions"].split(",")
    assert {"Next", "Previous", "Seek", "Pause", "Stop"} <= set(actions)
    assert tv.transport("Seek", Unit="TRACK_NR", Target=1) == {}
    tv.wait_state("PLAYING")
    assert number() == "1"
    assert tv.transport("SetPlayMode", NewPlayMode="REPEAT_ONE") == {}
    assert tv.transport("GetTransportSettings")["PlayMode"] == "REPEAT_ONE"
    assert tv.transport("SetPlayMode", NewPlayMode="BACKWARDS") == {"error": 712}
    assert tv.transport("Next") == {}
    tv.wait_state("PLAYING")
    wait_until("the track comes again", lambda: tv.position_s() >= 1)
    wait_until("the track comes again", lambda: tv.position_s() < 1)
    assert (number(), tv.state()) == ("2", "PLAYING")
    assert tv.transport("SetPlayMode", NewPlayMode="DIRECT_1") == {}
    tv.wait_state("STOPPED")
    assert (number(), tv.status()) == ("2", "OK")
    assert tv.transport("Record") == {"error": 602}


@pytest.mark.parametrize("remember", ["all", "queue", "nothing"])
def test_what_is_there_after_a_restart(remote, lists, remember):
    url = lists("list.m3u", m3u(COCOON, LOOSE, COCOON))
    tv = remote(options=["--remember", remember])
    tv.play(url)
    wait_until("the list", lambda: tv.transport("GetMediaInfo")["NrTracks"] == "3")
    assert tv.transport("SetPlayMode", NewPlayMode="REPEAT_ALL") == {}
    assert tv.transport("Seek", Unit="TRACK_NR", Target=2) == {}
    tv.wait_state("PLAYING")
    assert tv.transport("Seek", Unit="REL_TIME", Target="0:00:05") == {}
    tv.wait_state("PLAYING")
    assert tv.transport("Pause") == {}
    tv.wait_state("PAUSED_PLAYBACK")
    assert tv.process.stop()[0] == 0
    fetched = len(lists.requests())
    tv = remote(options=["--remember", remember])
    if remember == "nothing":
        assert tv.state() == "NO_MEDIA_PRESENT"
        return
    assert tv.state() == "STOPPED"
    assert tv.transport("GetMediaInfo")["CurrentURI"] == url
    assert tv.transport("GetTransportSettings")["PlayMode"] == "REPEAT_ALL"
    assert tv.transport("GetPositionInfo")["Track"] == "2"
    place = tv.position_s()  # where it paused, which is some time behind 5 s
    assert 5 <= place <= 9 if remember == "all" else place == 0
    assert len(lists.requests()) == fetched  # nothing is fetched before it is wanted
    tv.play()
    tv.wait_state("PLAYING")
    assert tv.transport("GetPositionInfo")["Track"] == "2"
    assert "loose" in tv.transport("GetPositionInfo")["TrackURI"]
    wait_until("it goes on", lambda: tv.position_s() > place)


def test_what_is_there_after_a_kill(house, remote, lists):
    """kill -9: what was set some seconds ago is on the disk, whole; one in the midst of writing harms nothing."""
    url = lists("list.m3u", m3u(COCOON, LOOSE, COCOON))
    tv = remote()
    assert tv.set_uri(url) == {}
    wait_until("the list", lambda: tv.transport("GetMediaInfo")["NrTracks"] == "3")
    assert tv.transport("SetPlayMode", NewPlayMode="SHUFFLE") == {}
    assert tv.transport("Seek", Unit="TRACK_NR", Target=2) == {}
    wait_until("its length is known", lambda: tv.transport("Seek", Unit="REL_TIME", Target="0:00:05") == {})
    assert tv.volume("SetVolume", DesiredVolume=37) == {} and tv.volume("SetMute", DesiredMute=1) == {}
    state = house.folder / "state-Parlour"
    kept = lambda name: (state / name).read_text() if (state / name).exists() else ""  # noqa: E731
    wait_until("the queue is kept", lambda: '"position_ms":5000' in kept("transport") and "SHUFFLE" in kept("transport"))
    wait_until("the volume is kept", lambda: re.search(r'"Mute.*1', kept("rendering"), re.S) and "37" in kept("rendering"))

    def is_whole(tv):
        position = tv.transport("GetPositionInfo")
        return (tv.transport("GetMediaInfo")["CurrentURI"] == url and position["Track"] == "2"
                and position["RelTime"] == "0:00:05"
                and tv.transport("GetTransportSettings")["PlayMode"] in ("SHUFFLE", "NORMAL", "REPEAT_ALL"))

    tv.process.stop(signal.SIGKILL)
    tv = remote()
    assert is_whole(tv) and tv.transport("GetTransportSettings")["PlayMode"] == "SHUFFLE"
    assert (tv.volume("GetVolume")["CurrentVolume"], tv.volume("GetMute")["CurrentMute"]) == ("37", "1")
    for number in range(2):
        before = kept("rendering")
        storm = [[service, action, {"InstanceID": 0, **more}] for i in range(40, 60) for service, action, more in (
            ("RenderingControl", "SetVolume", {"Channel": "Master", "DesiredVolume": i}),
            ("AVTransport", "SetPlayMode", {"NewPlayMode": ["NORMAL", "REPEAT_ALL", "SHUFFLE"][i % 3]}))]
        tv.ask(*storm[:20 + 10 * number])
        wait_until("it is written", lambda: kept("rendering") != before)
        tv.process.stop(signal.SIGKILL)
        tv = remote()
        assert is_whole(tv) and 40 <= int(tv.volume("GetVolume")["CurrentVolume"]) < 60


def play_container(udn, container, **parameters):
    words = {"sid": "urn:upnp-org:serviceId:ContentDirectory", "cid": container, **parameters}
    query = "&".join(f"{name}={urllib.parse.quote(str(value), safe='')}" for name, value in words.items())
    return f"dlna-playcontainer://{urllib.parse.quote(udn, safe='')}?{query}"


def udn_of(avcp, name):
    return wait_until(f"{name} is seen", lambda: next(
        (d["udn"] for d in avcp("devices") if d["name"] == name), None))


def test_a_container_of_our_server(house, remote, start_server, library, avcp):
    start_server(library)
    tv = remote(capture=capture_of(house))
    (album,) = [entry for entry in avcp("ls", "Attic:/Music/Albums") if entry["title"] == "Vespertine"]
    udn = udn_of(avcp, "Attic")
    tv.play(play_container(udn, album["id"], fii=0, sc="+upnp:originalTrackNumber", md=0))
    tv.wait_state("PLAYING", "STOPPED")
    info = tv.transport("GetMediaInfo")
    assert info["NrTracks"] == "2" and info["CurrentURI"].startswith("dlna-playcontainer://")
    tv.wait_state("STOPPED", seconds=30)
    check_samples(house, HIDDEN_PLACE, COCOON, library=library)
    # by id of the item to begin with, and everything below a folder in its place
    tracks = avcp("ls", "Attic:/Music/Albums/Vespertine")
    second = next(t["id"] for t in tracks if t["title"] == "Cocoon")
    assert tv.set_uri(play_container(udn, album["id"], fid=second, fii=0, sc="+upnp:originalTrackNumber")) == {}
    wait_until("the list", lambda: tv.transport("GetPositionInfo")["Track"] == "2")
    assert "Cocoon" in tv.transport("GetPositionInfo")["TrackMetaData"]
    (albums,) = [entry for entry in avcp("ls", "Attic:/Music") if entry["title"] == "Albums"]
    assert tv.set_uri(play_container(udn, albums["id"], md=1)) == {}
    wait_until("four tracks", lambda: int(tv.transport("GetMediaInfo")["NrTracks"]) == 4)
    assert tv.set_uri(f"dlna-playsingle://{urllib.parse.quote(udn, safe='')}?iid={urllib.parse.quote(second)}") == {}
    wait_until("one track", lambda: "Cocoon" in tv.transport("GetPositionInfo")["TrackMetaData"])
    assert tv.transport("GetMediaInfo")["NrTracks"] == "1"


def test_pictures_of_a_container_are_a_slide_show(remote, start_server, library, avcp):
    start_server(library)
    tv = remote(options=["--slide-time", "1s"])
    (folder,) = [entry for entry in avcp("ls", "Attic:/Pictures") if entry["title"] == "All pictures"]
    tv.play(play_container(udn_of(avcp, "Attic"), folder["id"]))
    tv.wait_state("PLAYING")
    assert tv.transport("GetMediaInfo")["NrTracks"] == "2"
    wait_until("the second picture", lambda: tv.transport("GetPositionInfo")["Track"] == "2")
    tv.wait_state("STOPPED")
    assert tv.status() == "OK"


def test_lists_are_read_from_neighbours_only(house, remote, origin):
    """SEC-181 to SEC-183: what a control point may not have played, it may not have read, nor by a redirect."""
    tv = remote()
    spy = house.hosts["tv"].start([PYTHON, "-B", SUPPORT / "origin.py", "127.0.0.1", house.folder], name="spy")
    port = wait_until("port of the spy", lambda: spy.output().split("\n")[0] if "\n" in spy.output() else 0)
    target = f"http://127.0.0.1:{port}/plain/a.m3u"
    for uri in (target, f"{origin.base}/away/x.m3u?to={target}", "http://192.168.77.1/a.pls"):
        tv.play(uri)
        tv.wait_error(30)
    for refused in ("file:///etc/list.m3u", "http://user:word@10.71.0.9/a.m3u", "ftp://10.71.0.9/a.xspf"):
        assert tv.set_uri(refused)["error"] == 716, refused
    assert spy.output().splitlines()[1:] == []


def test_a_storm_of_actions(house, remote, lists, origin):
    """FLT-60: whatever comes and however fast, the answers are right and the renderer lives."""
    tv = remote()
    uris = [lists("a.m3u", m3u(LOOSE, COCOON)), origin.url(COCOON), origin.url("Music/nothing.flac"),
            "dlna-playcontainer://uuid%3Anobody?cid=0", lists("b.pls", pls(COCOON)), "", "file:///etc/passwd",
            "http://127.0.0.1:1/a.flac", "http://169.254.169.254/"]
    storm = []
    for i in range(150):
        uri = uris[i * 7 % len(uris)]
        action = [("SetAVTransportURI", {"CurrentURI": uri, "CurrentURIMetaData": ""}), ("Play", {"Speed": 1}),
                  ("SetNextAVTransportURI", {"NextURI": uri, "NextURIMetaData": ""}), ("Next", {}), ("Stop", {}),
                  ("Seek", {"Unit": "REL_TIME", "Target": "0:00:01"}), ("Previous", {}), ("Pause", {}),
                  ("SetPlayMode", {"NewPlayMode": ["SHUFFLE", "NORMAL", "REPEAT_ALL"][i % 3]})][i * 5 % 9 if i % 4 else 0]
        storm.append(("AVTransport", action[0], {"InstanceID": 0, **action[1]}))
    answers = tv.ask(*storm)
    codes = {answer["error"] for answer in answers if "error" in answer}
    assert codes <= {701, 702, 711, 715, 716}, codes
    tv.transport("SetPlayMode", NewPlayMode="NORMAL")
    tv.play(origin.url(COCOON))
    tv.wait_state("PLAYING")
    tv.wait_state("STOPPED")
    assert tv.status() == "OK"
    assert tv.process.stop()[0] == 0


def test_containers_that_are_not_there(house, remote, start_server, library, avcp):
    start_server(library)
    tv = remote()
    assert tv.set_uri("dlna-playcontainer://uuid%3Ax?sid=y") == {"error": 716}
    tv.play(play_container(udn_of(avcp, "Attic"), "no-such-container"))
    tv.wait_error()
    tv.play(play_container("uuid:00000000-0000-4000-8000-000000000000", "0"))
    tv.wait_error(40)


def test_a_container_of_minidlna(house, remote, minidlna, library, avcp):
    tv = remote(capture=capture_of(house))
    udn = udn_of(avcp, "Cellar")
    (album,) = [entry for entry in avcp("ls", "Cellar:/Music/Album") if entry["title"] == "Vespertine"]
    tv.play(play_container(udn, album["id"], sc="+upnp:originalTrackNumber"))
    tv.wait_state("PLAYING", "STOPPED")
    tv.wait_state("STOPPED", seconds=30)
    check_samples(house, HIDDEN_PLACE, COCOON, library=library)


@pytest.fixture
def gerbera(house, library):
    need("gerbera")
    home = house.folder / "gerbera"
    home.mkdir()
    text = pathlib.Path("/etc/gerbera/config.xml").read_text()
    text = re.sub(r"<udn>.*?</udn>", "<udn>uuid:5a5a5a5a-1111-4222-8333-444444444444</udn>", text)
    text = re.sub(r"<name>[^<]*</name>", "<name>Barn</name>", text, count=1)
    text = re.sub(r"<home>.*?</home>", f"<home>{home}</home>", text)
    (home / "config.xml").write_text(text)
    return house.hosts["server"].start(
        ["gerbera", "-c", home / "config.xml", "-m", home, "-e", "eth0", "-p", "49499", "-a", library], name="gerbera")


def test_a_container_of_gerbera(house, remote, gerbera, library, avcp):
    tv = remote(capture=capture_of(house))
    udn = udn_of(avcp, "Barn")

    def album():
        result = avcp("ls", "Barn:/Audio/Albums")
        return next((entry["id"] for entry in result if entry["title"] == "Vespertine"), None)

    wait_until("its scan", lambda: len(avcp("-s", "Barn", "search", "Cocoon")) > 0, 30)
    tv.play(play_container(udn, wait_until("the album", album, 30), sc="+dc:title"))
    tv.wait_state("PLAYING", "STOPPED")
    tv.wait_state("STOPPED", seconds=30)
    check_samples(house, COCOON, HIDDEN_PLACE, library=library)


def test_a_film_at_the_speed_of_its_server(house, remote, start_server, avcp):
    """What our server offers (DLNA.ORG_PS) is asked for there; back at 1 it goes on where it was."""
    folder = house.folder / "films"
    folder.mkdir()
    media_maker.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=60", "-f", "lavfi", "-i", "sine=duration=60",
                       "-c:v", "libx264", "-g", "25", "-preset", "ultrafast", "-c:a", "aac", folder / "Long.mp4")
    start_server(folder)
    tv = remote(options=["--log-level", "debug"])
    udn_of(avcp, "Attic")
    (film,) = [entry for entry in avcp("-s", "Attic", "search", "Long") if entry["title"] == "Long"]
    assert "DLNA.ORG_PS=2,4" in film["resources"][0]["protocol_info"]
    tv.play(film["resources"][0]["url"])
    tv.wait_state("PLAYING", seconds=30)
    assert tv.transport("Play", Speed="4") == {}
    tv.process.wait_log("its server is asked for it at speed 4", 20)
    seen = []  # position, and when it was asked for and told

    def is_fast():
        """Within some time of the clock it came much further than at its own speed, up to 2 s of a key frame aside."""
        began = time.monotonic()
        seen.append((tv.position_s(), began, time.monotonic()))
        place, _, told = seen[-1]
        return any(place - earlier >= 6 and place - earlier - 2 > 1.5 * (told - asked) for earlier, asked, _ in seen)

    wait_until("it plays at that speed", lambda: tv.state() == "PLAYING", 30)
    wait_until("it is fast", is_fast, 60)
    assert tv.transport("GetTransportInfo")["CurrentSpeed"] == "4"
    assert tv.transport("Play", Speed="1") == {}
    before = tv.position_s()
    wait_until("it goes on", lambda: tv.state() == "PLAYING" and before <= tv.position_s() <= before + 20, 60)
    assert tv.transport("GetTransportInfo")["CurrentSpeed"] == "1"
    assert "not at the server's speed" not in tv.process.log()
