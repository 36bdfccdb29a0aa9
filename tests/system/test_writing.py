# SPDX-License-Identifier: LGPL-2.1-or-later
"""What control points may change: uploads, folders, lists, edits, moves, removals; off unless switched on."""

import html
import json
import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from house import wait_until
from test_server import DC, DIDL, SOAP, UPNP, make_track, url_of

PYTHON = "/usr/bin/python3"
GUPNP = pathlib.Path(__file__).parent.parent / "support/gupnp_client.py"
DLNA = "{urn:schemas-dlna-org:metadata-1-0/}"
HEAD = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/" xmlns:dlna="urn:schemas-dlna-org:metadata-1-0/">')
WRITING = ["CreateObject", "CreateReference", "DestroyObject", "MoveObject", "ImportResource", "ExportResource",
           "DeleteResource", "GetTransferProgress", "StopTransferResource"]


class Writer:
    """Asks a server from a host of the house."""

    def __init__(self, house, url, host="phone"):
        self.house, self.url, self.host = house, url, host

    def ask(self, *questions):
        return json.loads(self.house.hosts[self.host].ask([PYTHON, "-B", str(SOAP), self.url], json.dumps(questions)))

    def call(self, action, **arguments):
        return self.ask(["ContentDirectory:4", action, arguments])[0]

    def browse(self, object_id, flag="BrowseDirectChildren"):
        reply = self.call("Browse", ObjectID=object_id, BrowseFlag=flag, Filter="*", StartingIndex=0, RequestedCount=0,
                          SortCriteria="")
        return reply if "error" in reply else list(ElementTree.fromstring(reply["Result"]))

    def metadata(self, object_id):
        answer = self.browse(object_id, "BrowseMetadata")
        return answer if isinstance(answer, dict) else answer[0]

    def find(self, *titles):
        object_id = "0"
        for title in titles:
            object_id = {e.findtext(f"{DC}title"): e.get("id") for e in self.browse(object_id)}[title]
        return object_id

    def create(self, container, title, upnp_class, mime=None):
        kind = "container" if upnp_class.startswith("object.container") else "item"
        res = f'<res protocolInfo="http-get:*:{mime}:*"/>' if mime else ""
        return self.call("CreateObject", ContainerID=container, Elements=(
            f'{HEAD}<{kind} id="" parentID="{container}" restricted="0"><dc:title>{html.escape(title)}</dc:title>'
            f"<upnp:class>{upnp_class}</upnp:class>{res}</{kind}></DIDL-Lite>"))

    def send(self, path, method="POST", **options):
        return self.ask([method, path, options])[0]["status"]


@pytest.fixture
def writable(house):
    """A shared folder that the server may write to: one track, one picture folder."""
    folder = house.folder / "writable"
    (folder / "A").mkdir(parents=True)
    make_track(folder / "A/01.flac", "Song 1", 1)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777)
    return folder


@pytest.fixture
def start_writing(house, start_server, writable):
    def start(*options, state=None):
        server = start_server(writable, options=["--writable", writable, *options], state=state)
        return server, Writer(house, url_of(house, server))

    return start


def path_of(url):
    return "/" + url.split("/", 3)[3]


def res_of(element):
    return element.find(f"{DIDL}res")


def test_nothing_can_be_changed_by_default(house, start_server, writable):
    server = start_server(writable)
    ask = Writer(house, url_of(house, server))
    for action in WRITING:
        assert ask.call(action, ObjectID="0", ContainerID="0", Elements="", NewParentID="0", SourceURI="http://a/",
                        DestinationURI="http://b/", ResourceURI="http://c/", TransferID=1)["error"] in (401, 602), action
    assert ask.send("/upload/i0123456789abcde", text="x") == 404
    assert "X_DLNACAP" not in ask.ask(["GET", "/description.xml", {}])[0]["text"]
    folder = ask.find("Music", "Folders", "writable")
    assert ask.metadata(folder).get("restricted") == "1"
    song = ask.browse(ask.find("Music", "Folders", "writable", "A"))[0]
    assert song.get("restricted") == "1"
    # where playing stopped is told all the same
    update = {"ObjectID": song.get("id"), "CurrentTagValue": "",
              "NewTagValue": "<upnp:lastPlaybackPosition>0:00:30</upnp:lastPlaybackPosition>"}
    assert ask.call("UpdateObject", **update) == {}
    assert ask.metadata(song.get("id")).findtext(f"{UPNP}lastPlaybackPosition") == "P00:00:30"
    update = {"ObjectID": song.get("id"), "CurrentTagValue": "<dc:title>Song 1</dc:title>",
              "NewTagValue": "<dc:title>Other</dc:title>"}
    assert ask.call("UpdateObject", **update) == {"error": 705}


def test_upload(house, start_writing, writable):
    _, ask = start_writing()
    assert "image-upload" in ask.ask(["GET", "/description.xml", {}])[0]["text"]
    picture = house.folder / "sent.jpg"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=s=64x48:d=1", "-frames:v", "1",
                    str(picture)], check=True)
    reply = ask.create("DLNA.ORG_AnyContainer", "Sunset: 1/2", "object.item.imageItem.photo", "image/jpeg")
    assert "error" not in reply, reply
    made = ElementTree.fromstring(reply["Result"])[0]
    assert made.get("id") == reply["ObjectID"] and made.get("restricted") == "0"
    assert made.get(f"{DLNA}dlnaManaged") is not None
    res = res_of(made)
    assert not res.text and res.get("importUri").startswith(ask.url) and res.get(f"{DLNA}resumeUpload") == "1"
    upload = path_of(res.get("importUri"))
    # another host may not send it, nothing is taken for what nobody announced
    assert Writer(house, ask.url, "tv").send(upload, text="x") == 403
    assert ask.send("/upload/i0123456789abcde", text="x") == 404
    # by hand, since the octets must be right: POST with the real picture
    sent = house.hosts["phone"].run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary",
                                     f"@{picture}", "-H", "Content-Type: image/jpeg", res.get("importUri")])
    assert sent.stdout == "200"
    item = ask.metadata(reply["ObjectID"])
    assert res_of(item).get("resolution") == "64x48", ElementTree.tostring(item)
    assert res_of(item).get("size") == str(picture.stat().st_size) and res_of(item).get("importUri") is None
    # as of a file that was found: byte seek, and what DLNA 1.5 has of pictures (interactive, background, stalling)
    assert res_of(item).get("protocolInfo") == ("http-get:*:image/jpeg:DLNA.ORG_PN=JPEG_SM;DLNA.ORG_OP=01;DLNA.ORG_CI=0;"
                                                "DLNA.ORG_FLAGS=00F00000000000000000000000000000")
    stored = writable / "Sunset_ 1_2.jpg"
    assert stored.read_bytes() == picture.read_bytes()
    assert not [p for p in writable.iterdir() if p.name.startswith(".av-upnp")]
    # it has its content: no more is taken
    assert ask.send(upload, text="x") == 404
    # the same title again is another file
    again = ask.create("DLNA.ORG_AnyContainer", "Sunset: 1/2", "object.item.imageItem.photo", "image/jpeg")
    assert again["ObjectID"] != reply["ObjectID"]
    # what is to come stands where it will stand, without its article
    for title in ("The Bee", "Cat"):
        assert "error" not in ask.create("DLNA.ORG_AnyContainer", title, "object.item.imageItem.photo", "image/jpeg")
    shown = [e.findtext(f"{DC}title") for e in ask.browse(ask.find("Pictures", "Folders", "writable"))]
    assert shown.index("The Bee") < shown.index("Cat"), shown


def test_resume(start_writing, writable):
    server, ask = start_writing()
    reply = ask.create("DLNA.ORG_AnyContainer", "Long", "object.item.audioItem", "audio/wav")
    res = res_of(ElementTree.fromstring(reply["Result"])[0])
    upload = path_of(res.get("importUri"))
    part = {"headers": {"Content-Range": "bytes 5-9/10"}, "text": "fghij"}
    assert ask.send(upload, **part) == 406, "nothing is there to go on from"
    # half of it, then the connection breaks
    ask.house.hosts["phone"].run(
        ["bash", "-c", f"exec 3<>/dev/tcp/{ask.url.split('//')[1].replace(':', '/')}; printf "
         f"'POST {upload} HTTP/1.1\\r\\nHost: {ask.url.split('//')[1]}\\r\\nContent-Length: 10\\r\\n\\r\\nabcde' >&3; sleep 0.5"])
    wait_until("five octets are there", lambda: res_of(ask.metadata(reply["ObjectID"])).get(
        f"{DLNA}uploadedSize") == "5")
    wait_until("the broken one is over", lambda: ask.send(
        upload, headers={"Content-Range": "bytes 4-9/10"}, text="efghij") == 406)
    assert ask.send(upload, headers={"Content-Range": "bytes 5-8/10"}, text="fghi") == 406
    assert ask.send(upload, headers={"transferMode.dlna.org": "Slow"}, text="x") == 400
    assert ask.send(upload, method="PUT", **part) == 200
    assert (writable / "Long.wav").read_bytes() == b"abcdefghij"


def test_upload_survives_a_kill(start_writing, house, writable):
    state = house.folder / "state-kill"
    server, ask = start_writing(state=state)
    done = ask.create("DLNA.ORG_AnyContainer", "Done", "object.item.audioItem", "audio/wav")
    upload = path_of(res_of(ElementTree.fromstring(done["Result"])[0]).get("importUri"))
    assert ask.send(upload, text="octets") == 200
    waiting = ask.create("DLNA.ORG_AnyContainer", "Waiting", "object.item.audioItem", "audio/wav")
    server.stop(9)
    assert (writable / "Done.wav").read_bytes() == b"octets"
    _, ask = start_writing(state=state)
    assert ask.metadata(done["ObjectID"]).findtext(f"{DC}title") == "Done"
    promised = ask.metadata(waiting["ObjectID"])
    upload = path_of(res_of(promised).get("importUri"))
    assert ask.send(upload, text="late") == 200
    assert (writable / "Waiting.wav").read_bytes() == b"late"


def test_quota_and_what_is_no_media(start_writing, writable):
    _, ask = start_writing("--upload-quota", "1")
    reply = ask.create("DLNA.ORG_AnyContainer", "Big", "object.item.audioItem", "audio/wav")
    upload = path_of(res_of(ElementTree.fromstring(reply["Result"])[0]).get("importUri"))
    assert ask.send(upload, size=2 * 1024 * 1024, fill="x") == 507
    assert ask.send(upload, size=1024, fill="x") == 200
    for upnp_class, mime in (("object.item.textItem", "text/plain"), ("object.item.audioItem", "application/x-sh"),
                             ("object.item.audioItem", "image/jpeg"), ("object.item.imageItem", "*")):
        assert ask.create("DLNA.ORG_AnyContainer", "T", upnp_class, mime) == {"error": 712}, (upnp_class, mime)


def test_folders_and_moving(start_writing, writable):
    _, ask = start_writing()
    root = ask.find("Music", "Folders", "writable")
    song = ask.browse(ask.find("Music", "Folders", "writable", "A"))[0].get("id")
    made = ask.create(root, "New/..", "object.container.storageFolder")
    assert (writable / "New").is_dir(), made
    assert ask.metadata(made["ObjectID"]).get("restricted") == "0"
    assert ask.create(root, "P", "object.item.imageItem.photo", "image/jpeg") == {"error": 712}, "not in Music"
    moved = ask.call("MoveObject", ObjectID=song, NewParentID=made["ObjectID"])
    assert moved == {"NewObjectID": song}
    assert (writable / "New/01.flac").exists() and not (writable / "A/01.flac").exists()
    assert ask.metadata(song).get("parentID") == made["ObjectID"]
    # into itself, or where something of that name is: nothing moves
    other = ask.create(root, "Other", "object.container.storageFolder")["ObjectID"]
    assert ask.call("MoveObject", ObjectID=made["ObjectID"], NewParentID=made["ObjectID"]) == {"error": 723}
    (writable / "Other/New").mkdir()
    assert ask.call("MoveObject", ObjectID=made["ObjectID"], NewParentID=other) == {"error": 723}
    assert (writable / "New/01.flac").exists()


def test_lists(start_writing):
    _, ask = start_writing()
    song = ask.browse(ask.find("Music", "Folders", "writable", "A"))[0].get("id")
    first = ask.create("DLNA.ORG_AnyContainer", "Mix", "object.container.playlistContainer")["ObjectID"]
    second = ask.create("DLNA.ORG_AnyContainer", "Mix 2", "object.container.playlistContainer")["ObjectID"]
    reference = ask.call("CreateReference", ContainerID=first, ObjectID=song)["NewID"]
    shown = ask.browse(first)
    assert [(e.get("id"), e.get("refID")) for e in shown] == [(reference, song)]
    moved = ask.call("MoveObject", ObjectID=reference, NewParentID=second)["NewObjectID"]
    assert ask.browse(first) == [] and [e.get("id") for e in ask.browse(second)] == [moved]
    assert ask.call("DestroyObject", ObjectID=moved) == {} and ask.browse(second) == []
    update = {"CurrentTagValue": "<dc:title>Mix</dc:title>", "NewTagValue": "<dc:title>Party, late</dc:title>"}
    assert ask.call("UpdateObject", ObjectID=first, **update) == {}
    assert ask.metadata(first).findtext(f"{DC}title") == "Party, late"
    assert ask.call("CreateReference", ContainerID="music", ObjectID=song) == {"error": 713}
    # lists in a list go with it, and what they refer to stays
    inner = ask.create(first, "Inner", "object.container.playlistContainer")["ObjectID"]
    ask.call("CreateReference", ContainerID=inner, ObjectID=song)
    assert ask.call("DestroyObject", ObjectID=first) == {} and ask.metadata(first) == {"error": 701}
    assert ask.metadata(inner) == {"error": 701}
    assert ask.metadata(song).get("id") == song


def test_edits_survive(start_writing, house):
    state = house.folder / "state-edits"
    server, ask = start_writing(state=state)
    song = ask.browse(ask.find("Music", "Folders", "writable", "A"))[0].get("id")
    update = {"ObjectID": song, "CurrentTagValue": "<dc:title>Song 1</dc:title>,",
              "NewTagValue": "<dc:title>Höhe</dc:title>,<upnp:rating>80</upnp:rating>"}
    assert ask.call("UpdateObject", **update) == {}
    assert ask.call("UpdateObject", **update) == {"error": 702}
    played = {"ObjectID": song, "CurrentTagValue": ",",
              "NewTagValue": "<upnp:playbackCount>3</upnp:playbackCount>,"
                             "<upnp:lastPlaybackPosition>0:00:42</upnp:lastPlaybackPosition>"}
    assert ask.call("UpdateObject", **played) == {}
    # all or nothing: there is no such day
    half = {"ObjectID": song, "CurrentTagValue": "<upnp:rating>80</upnp:rating>,",
            "NewTagValue": "<upnp:rating>20</upnp:rating>,<upnp:lastPlaybackTime>2024-02-31</upnp:lastPlaybackTime>"}
    assert ask.call("UpdateObject", **half) == {"error": 703}
    server.stop(9)
    (state / "library.db").unlink()
    _, ask = start_writing(state=state)
    element = ask.metadata(song)
    assert element.findtext(f"{DC}title") == "Höhe" and element.findtext(f"{UPNP}rating") == "80"
    assert element.findtext(f"{UPNP}playbackCount") == "3"
    assert element.findtext(f"{UPNP}lastPlaybackPosition") == "P00:00:42"


def test_destroy_hides_or_deletes(start_writing, house, writable):
    server, ask = start_writing()
    song = ask.browse(ask.find("Music", "Folders", "writable", "A"))[0].get("id")
    assert ask.call("DestroyObject", ObjectID=song) == {}
    assert ask.metadata(song) == {"error": 701}
    assert (writable / "A/01.flac").exists(), "the file stays without the second switch"
    server.stop()
    server, ask = start_writing("--allow", "create", "--allow", "destroy", "--allow", "delete-files")
    assert ask.metadata(song) == {"error": 701}, "what was hidden stays so"
    make_track(writable / "A/02.flac", "Song 2", 2)
    server.popen.send_signal(1)
    wait_until("the second song is there", lambda: len(ask.browse("music-tracks")) == 1)
    second = ask.browse(ask.find("Music", "Folders", "writable", "A"))[0]
    for other in (res_of(second).text + "x", res_of(second).text.replace("http://10.", "http://11.")):
        assert ask.call("DeleteResource", ResourceURI=other) == {"error": 714}
    assert ask.call("DeleteResource", ResourceURI=res_of(second).text) == {}
    assert not (writable / "A/02.flac").exists() and ask.metadata(second.get("id")) == {"error": 701}
    # the way back that the man page names: another name
    (writable / "A/01.flac").rename(writable / "A/01 again.flac")
    wait_until("what was hidden is shown", lambda: len(ask.browse("music-tracks")) == 1)


@pytest.mark.parametrize("allowed", [[], ["--allow", "create", "--allow", "destroy", "--allow", "delete-files"]])
def test_folders_go_with_all_in_them(start_writing, writable, allowed):
    """But for what nobody was shown: a file that is no media, and its folder."""
    (writable / "B/C").mkdir(parents=True)
    for path in (writable / "B/1.flac", writable / "B/C/2.flac"):
        shutil.copy(writable / "A/01.flac", path)
    (writable / "B/notes.txt").write_text("kept")
    (writable / "B/1.cue").write_text('FILE "1.flac" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n')
    for path in (writable / "B", *(writable / "B").rglob("*")):
        path.chmod(0o777)
    server, ask = start_writing(*allowed)
    folder = ask.find("Music", "Folders", "writable", "B")
    songs = [e.get("refID") for e in ask.browse("music-tracks")]
    assert len(songs) == 4
    assert ask.call("DestroyObject", ObjectID=folder) == {}
    wait_until("its songs are gone", lambda: len(ask.browse("music-tracks")) == 1)
    assert [ask.metadata(song) == {"error": 701} for song in songs].count(True) == 3
    assert ask.metadata(folder) == {"error": 701}
    left = sorted(str(path.relative_to(writable / "B")) for path in (writable / "B").rglob("*"))
    assert left == (["1.cue", "notes.txt"] if allowed else ["1.cue", "1.flac", "C", "C/2.flac", "notes.txt"])


def test_tracks_of_a_sheet_leave_their_file(start_writing, writable):
    make_track(writable / "whole.flac", "Whole", 1)
    (writable / "whole.cue").write_text('FILE "whole.flac" WAVE\n' + "".join(
        f'  TRACK {n:02} AUDIO\n    TITLE "Part {n}"\n    INDEX 01 00:00:{(n - 1) * 30:02}\n' for n in (1, 2)))
    _, ask = start_writing("--allow", "create", "--allow", "destroy", "--allow", "delete-files", "--allow", "move")
    tracks = {e.findtext(f"{DC}title"): e for e in ask.browse("music-tracks")}
    part = tracks["Part 2"].get("refID")
    assert ask.call("DeleteResource", ResourceURI=res_of(tracks["Part 2"]).text) == {"error": 715}
    assert ask.call("MoveObject", ObjectID=part, NewParentID=ask.find("Music", "Folders", "writable", "A")) == {
        "error": 721}
    assert ask.call("DestroyObject", ObjectID=part) == {"error": 713}
    assert (writable / "whole.flac").exists()


def test_every_transfer_is_a_connection(start_writing, house, writable):
    """Sound leaves at three times its rate after ten seconds of it, and curl takes it more slowly than that: none of the
    transfers ends by itself."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=duration=400", "-ac", "2", "-ar", "48000",
                    str(writable / "long.wav")], check=True)
    server, ask = start_writing("--prepare-connections")
    item = next(e for e in ask.browse("music-tracks") if e.findtext(f"{DC}title") == "long")
    url, protocol = res_of(item).text, res_of(item).get("protocolInfo")

    def manager(action, **arguments):
        return ask.ask(["ConnectionManager:3", action, arguments])[0]

    def fetch(host, name, *headers):
        """The running transfer and the head of its answer."""
        path = house.folder / f"head-{name}"
        told = [word for header in headers for word in ("-H", header)]
        process = house.hosts[host].start(["curl", "-s", "-o", "/dev/null", "--limit-rate", "20k", "-D", path, *told, url],
                                          name=name)
        wait_until(f"the head of {name}", lambda: path.exists() and "\n\n" in path.read_text())
        return process, path.read_text()

    assert manager("GetCurrentConnectionIDs") == {"ConnectionIDs": "0"}
    assert manager("GetFeatureList")["FeatureList"].startswith("<Features")
    prepared = manager("PrepareForConnection", RemoteProtocolInfo=protocol, PeerConnectionManager="",
                       PeerConnectionID=-1, Direction="Output")["ConnectionID"]
    peer = "uuid:1/urn:upnp-org:serviceId:ConnectionManager"
    own, own_head = fetch("tv", "own", f"peerManager.dlna.org: {peer}")
    named, named_head = fetch("tv", "named", f"scid.dlna.org: {prepared}", "friendlyName.dlna.org: Den")
    # a third is of who prepared the second, who need not say so
    same, _ = fetch("phone", "same")
    ids = manager("GetCurrentConnectionIDs")["ConnectionIDs"].split(",")
    assert ids[:2] == ["0", prepared] and len(ids) == 3
    info = manager("GetCurrentConnectionInfo", ConnectionID=ids[2])
    assert info["ProtocolInfo"] == protocol and info["Direction"] == "Output" and info["Status"] == "OK"
    assert info["PeerConnectionManager"] == peer
    assert manager("GetCurrentConnectionInfo", ConnectionID=prepared)["PeerConnectionManager"] == "Den"
    assert f"\nscid.dlna.org: {ids[2]}\n" in own_head
    assert f"\nscid.dlna.org: {prepared}\n" in named_head
    for process in (own, named, same):
        process.stop()
    wait_until("they are over", lambda: manager("GetCurrentConnectionIDs")["ConnectionIDs"] == f"0,{prepared}")
    assert manager("ConnectionComplete", ConnectionID=prepared) == {}
    assert manager("GetCurrentConnectionIDs") == {"ConnectionIDs": "0"}
    assert manager("GetCurrentConnectionInfo", ConnectionID=prepared) == {"error": 706}
    # Samsung's way to say where it stopped
    song = item.get("refID")
    assert ask.call("X_SetBookmark", CategoryType=0, RID=0, ObjectID=item.get("id"), PosSecond=42) == {}
    assert "BM=42" in ask.metadata(song).findtext("{http://www.sec.co.kr/}dcmInfo")


def test_a_gupnp_client_uploads(start_writing, house, writable):
    """CreateObject with a DIDL-Lite document of GUPnP-AV's making, then the octets to importUri."""
    _, ask = start_writing("--allow", "create")
    song = house.folder / "own.flac"
    make_track(song, "Of its own", 8)
    made = house.hosts["phone"].run_json(
        [PYTHON, "-W", "ignore", GUPNP, "eth0", "Attic", "--upload", song, "--title", "Ours & <theirs>"], seconds=90)
    found = ask.metadata(made["id"])
    assert found.findtext(f"{DC}title") == "Of its own", "it says so itself"
    assert song.read_bytes() in [path.read_bytes() for path in writable.rglob("*.flac")]


def test_gupnp_uploads(start_writing, house, writable):
    """Debian's gupnp-upload serves the file itself and has it imported."""
    if shutil.which("gupnp-upload") is None:
        pytest.skip("gupnp-tools is not installed")
    _, ask = start_writing("--allow", "create", "--allow", "import")
    song = house.folder / "sent.flac"  # it does not escape blanks
    make_track(song, "Sent by GUPnP", 7)
    folder = ask.find("Music", "Folders", "writable")
    description = ask.ask(["GET", "/description.xml", {}])[0]["text"]
    udn = re.search(r"<UDN>(uuid:[^<]+)</UDN>", description).group(1)
    for container, name in (("DLNA.ORG_AnyContainer", "Any"), (folder, "Named")):
        sent = house.hosts["phone"].run(
            ["gupnp-upload", "-t", "10", "-e", "eth0", "-u", udn, "-c", container, "-i", name, song],
            seconds=40, check=False)
        assert "Done." in sent.stdout, sent  # on Debian 12 it frees something twice when it is done
        assert (writable / f"{name}.flac").read_bytes() == song.read_bytes()
    titles = sorted(e.findtext(f"{DC}title") for e in ask.browse("music-tracks"))
    assert titles == ["Sent by GUPnP", "Sent by GUPnP", "Song 1"], titles
