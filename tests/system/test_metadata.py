# SPDX-License-Identifier: LGPL-2.1-or-later
"""What files say of themselves, and what lies beside them, as a control point sees it."""

import pathlib
import shutil
import tempfile
import xml.etree.ElementTree as ElementTree

import pytest

import media as media_maker
import tagged_media
from house import wait_until
from test_server import DC, DIDL, UPNP, Client, url_of

ROLES = {None: "artist", "AlbumArtist": "album_artist", "Conductor": "conductor", "Composer": "composer"}
VALUES = {
    "title": ["Halleluhwah"], "artist": ["Can", "Faust"], "album_artist": ["Can"], "album": ["Tago Mago"],
    "genre": ["Krautrock"], "composer": ["Liebezeit"], "date": ["1971-02-05"], "track": ["3"], "disc": ["1"],
    "conductor": ["Nobody"], "comment": ["loud"], "series": ["The Show"], "season": ["2"], "episode": ["5"],
    "language": ["de"],
}
ALL = set(VALUES) - {"series", "season", "episode", "language"}
FILM = ALL | {"series", "season", "episode", "language"}
# file: MIME type, which of VALUES the format can hold as ffmpeg writes it, res attributes
FORMATS = {
    "a.mp3": ("audio/mpeg", ALL, {"sampleFrequency": "44100", "nrAudioChannels": "1"}),
    "a.flac": ("audio/flac", ALL, {"sampleFrequency": "44100", "bitsPerSample": "16"}),
    "a.ogg": ("audio/ogg", ALL, {"sampleFrequency": "44100"}),
    "a.opus": ("audio/ogg", ALL, {"sampleFrequency": "48000"}),
    "a.m4a": ("audio/mp4", ALL - {"conductor"}, {"sampleFrequency": "44100"}),
    "alac.m4a": ("audio/mp4", ALL - {"conductor"}, {"bitsPerSample": "16"}),
    "a.wav": ("audio/wav", {"title", "artist", "album", "genre", "date", "track"}, {"sampleFrequency": "44100"}),
    "a.aiff": ("audio/x-aiff", ALL, {"sampleFrequency": "44100"}),
    "a.wv": ("audio/x-wavpack", ALL, {"bitsPerSample": "16"}),
    "a.wma": ("audio/x-ms-wma", ALL, {"sampleFrequency": "44100"}),
    "a.aac": ("audio/vnd.dlna.adts", ALL, {"sampleFrequency": "44100"}),
    "a.mka": ("audio/x-matroska", ALL, {"sampleFrequency": "44100"}),
    "a.tta": ("audio/x-tta", ALL, {"sampleFrequency": "44100"}),
    "a.ape": ("audio/x-ape", ALL, {"sampleFrequency": "44100", "bitsPerSample": "16", "nrAudioChannels": "2"}),
    "d.dsf": ("audio/dsd", {"title", "artist", "album"}, {"nrAudioChannels": "2"}),
    "d.dff": ("audio/dsd", {"title", "artist"}, {"nrAudioChannels": "2"}),
    "v.mp4": ("video/mp4", FILM - {"conductor"}, {"resolution": "320x240", "framerate": "25p"}),
    "v.mkv": ("video/x-matroska", FILM, {"resolution": "320x240", "framerate": "25p"}),
    "v.webm": ("video/webm", FILM, {"resolution": "320x240"}),
    "v.ts": ("video/mpeg", {"language"}, {"resolution": "320x240", "framerate": "25p"}),
    "v.mpg": ("video/mpeg", set(), {"resolution": "320x240"}),
    "v.avi": ("video/x-msvideo", {"title", "artist", "genre", "date", "track"}, {"resolution": "320x240"}),
    "v.mov": ("video/quicktime", {"title", "artist", "album", "genre", "date", "language"}, {"resolution": "320x240"}),
    "v.wmv": ("video/x-ms-wmv", FILM, {"resolution": "320x240"}),
    "v.3gp": ("video/3gpp", {"language"}, {"resolution": "352x288"}),
    "p.jpg": ("image/jpeg", set(), {"resolution": "320x240"}),
    "p.png": ("image/png", set(), {"resolution": "320x240"}),
    "p.gif": ("image/gif", set(), {"resolution": "320x240"}),
    "p.webp": ("image/webp", set(), {"resolution": "320x240"}),
    "p.tiff": ("image/tiff", set(), {"resolution": "320x240"}),
    "p.avif": ("image/avif", set(), {"resolution": "320x240"}),
    "h.heic": ("image/heic", set(), {"resolution": "4032x3024"}),
}
FACTS = "urn:av-upnp:facts"  # what no property of ContentDirectory is for
CLASSES = {"audio": "object.item.audioItem.musicTrack", "video": "object.item.videoItem",
           "image": "object.item.imageItem.photo"}


def read(element):
    """All properties of an object, each a list."""
    found = {"id": element.get("id"), "class": element.findtext(f"{UPNP}class")}

    def add(name, value):
        found.setdefault(name, []).append(value)

    names = {f"{DC}title": "title", f"{UPNP}album": "album", f"{UPNP}genre": "genre", f"{DC}date": "date",
             f"{UPNP}originalTrackNumber": "track", f"{UPNP}originalDiscNumber": "disc", f"{UPNP}rating": "rating",
             f"{UPNP}seriesTitle": "series", f"{UPNP}episodeSeason": "season", f"{UPNP}episodeNumber": "episode",
             f"{UPNP}userAnnotation": "note", f"{DC}language": "language", f"{DC}description": "comment",
             f"{UPNP}longDescription": "plot", f"{UPNP}director": "director"}
    for child in element:
        if child.tag in names:
            add(names[child.tag], child.text)
        elif child.tag in (f"{UPNP}artist", f"{UPNP}author"):
            add(ROLES.get(child.get("role"), "other"), child.text)
        elif child.tag == f"{DIDL}desc":
            assert child.get("nameSpace") == FACTS and child.get("id")
            found["facts"] = {fact.tag.removeprefix(f"{{{FACTS}}}"): fact.text for fact in child[0]}
        elif child.tag == f"{DIDL}res":
            add("res", dict(child.attrib, url=child.text))
    return found


def tree(client, object_id="0"):
    """All objects below: containers as (path, None), items as (path, properties)."""
    reply = client.browse(object_id)
    if reply.get("error") == 710:
        return  # it went since its parent was asked
    assert "error" not in reply, reply
    for element in ElementTree.fromstring(reply["Result"]):
        title = element.findtext(f"{DC}title")
        if element.tag == f"{DIDL}container":
            yield (title,), dict(read(element), parent=object_id)
            for path, item in tree(client, element.get("id")):
                yield (title, *path), item
        else:
            yield (title,), read(element)


def below(client, *start):
    """What is in the container with these titles: its children and theirs. Nothing when there is none."""
    object_id = "0"
    for title in start:
        inside = client.browse(object_id)
        if "error" in inside:
            return []
        found = [c.get("id") for c in ElementTree.fromstring(inside["Result"])
                 if c.tag == f"{DIDL}container" and c.findtext(f"{DC}title") == title]
        if not found:
            return []
        object_id = found[0]
    return list(tree(client, object_id))


@pytest.fixture(scope="module")
def formats():
    # not in pytest's own folder: each pytest that starts, of another test, closes that to all other users
    folder = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-formats-"))
    folder.chmod(0o755)
    yield tagged_media.make(folder / "library")
    shutil.rmtree(folder)


@pytest.fixture
def share(house, start_server):
    """share(folder, option, …) → Client of a server that has scanned it."""

    def run(folder, *options):
        process = start_server(folder, options=options)
        found = Client(house, url_of(house, process), "phone")
        found.process = process
        return found

    return run


def test_formats(formats, share):
    client = share(formats)
    found = {}
    for kind in ("Music", "Video", "Pictures"):
        for _, item in below(client, kind, "Folders"):
            if "res" in item:
                found[item["res"][0]["size"]] = item
    wrong = []
    for name, (mime, fields, attributes) in FORMATS.items():
        item = found.get(str((formats / name).stat().st_size))
        if item is None:
            wrong.append((name, "is not listed"))
            continue
        res = item["res"][0]
        if res["protocolInfo"].split(":")[2] != mime:
            wrong.append((name, res["protocolInfo"], mime))
        if item["class"] != CLASSES[mime.split("/")[0]]:
            wrong.append((name, item["class"]))
        for field in VALUES:
            expected = VALUES[field] if field in fields else None
            if field == "title" and expected is None:
                expected = [name.rsplit(".", 1)[0]]  # what it is called on the disk
            if item.get(field) != expected and expected is not None:
                wrong.append((name, field, item.get(field), expected))
        for attribute, value in attributes.items():
            if res.get(attribute) != value:
                wrong.append((name, attribute, res.get(attribute), value))
        if name[0] in "adv" and not res.get("duration", "").startswith(("0:00:00.9", "0:00:01")):
            wrong.append((name, "duration", res.get("duration")))
    assert not wrong, "\n".join(map(str, wrong))
    rated = found[str((formats / "rated.mp3").stat().st_size)]
    assert (rated["artist"], rated["genre"], rated["rating"], rated["date"]) == (
        ["Can", "Faust"], ["Rock", "Kraut"], ["80"], ["1971-01-01"])
    facts = found[str((formats / "facts.flac").stat().st_size)]["facts"]
    assert facts == {
        "replayGainTrack": "-6.54 dB", "replayGainAlbum": "1.20 dB", "beatsPerMinute": "126", "trackCount": "7",
        "compilation": "1", "lyrics": "1", "originalDate": "1969-05-01", "audioCodec": "flac"}
    assert found[str((formats / "a.ape").stat().st_size)]["facts"]["replayGainTrack"] == "-6.54 dB"
    facts = found[str((formats / "hdr.mkv").stat().st_size)]["facts"]
    assert (facts["hdr"], facts["chapters"], facts["videoCodec"], facts["subtitleLanguages"]) == (
        "HDR10", "3", "hevc", "fi")
    assert found[str((formats / "hdr.mkv").stat().st_size)]["language"] == ["fr", "ja"]
    others = [found[str((formats / name).stat().st_size)]["facts"]["hdr"] for name in ("hlg.mkv", "dolby.mp4")]
    assert others == ["HLG", "Dolby Vision"]
    taken = found[str((formats / "taken.jpg").stat().st_size)]
    assert taken["date"] == ["2019-03-01T10:20:30"]
    assert "note" not in taken  # where, is nobody's business
    shot = found[str((formats / "h.heic").stat().st_size)]
    assert shot["date"] == ["2020-06-07T08:09:10"]


def test_places_when_switched_on(formats, own, share):
    shutil.copy(formats / "taken.jpg", own)
    client = share(own, "--locations")
    # 48° 51', 2° 17'
    assert next(i for _, i in below(client, "Pictures", "Folders") if "res" in i)["note"] == ["geo:48.850000,2.283333"]
    assert titles(client, "Pictures", "Cameras") == ["Annie X100"]


@pytest.fixture
def own(house):
    """A folder that a test fills before it shares it."""
    folder = house.folder / "own"
    folder.mkdir()
    folder.chmod(0o755)
    return folder


def fetch(house, url):
    return house.hosts["phone"].run(["curl", "-sf", url]).stdout


def track(path, title, frames=44100, **tags):
    """A short FLAC with counting samples."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".tmp.wav")
    media_maker.counter_wav(scratch, frames)
    words = [w for key, value in {"title": title, **tags}.items() for w in ("-metadata", f"{key}={value}")]
    media_maker.ffmpeg("-i", scratch, *words, path)
    scratch.unlink()


def titles(client, *path):
    return [item["title"][0] for below_path, item in below(client, *path) if len(below_path) == 1]


def test_playlists(house, own, share):
    for number in (1, 2, 3):
        track(own / f"Music/t{number}.flac", f"Track {number}")
    lists = own / "Lists"
    lists.mkdir()
    (lists / "Mix.m3u8").write_text(
        "#EXTM3U\n#EXTINF:1,Two\n../Music/t2.flac\n#EXTINF:-1,Radio One\nhttp://radio.example/one.mp3\n"
        "../Music/t1.flac\n../../../etc/passwd\n/etc/passwd\nInner.xspf\nMix.m3u8\n../Music/late.flac\n")
    (lists / "Inner.xspf").write_text(
        "<playlist xmlns='http://xspf.org/ns/0/'><title>Inside</title><trackList><track>"
        "<location>../Music/t3.flac</location></track></trackList></playlist>")
    (lists / "Broken.xspf").write_text("<playlist>")
    (lists / "Stations.pls").write_text("[playlist]\nFile1=https://radio.example/two\nTitle1=Radio Two\n")
    (lists / "Old.asx").write_text(
        '<ASX VERSION="3.0"><TITLE>Of Windows</TITLE><Entry><Title>Radio Three</Title>'
        '<Ref HREF="http://radio.example/three.mp3?a=1&b=2"></ENTRY><entry><ref href="..\\Music\\t2.flac"/></entry></asx>')
    client = share(own)

    def content(*path):
        return ["/".join(p) for p, item in below(client, "Music", "Playlists", *path)]

    assert sorted(titles(client, "Music", "Playlists")) == ["Inside", "Mix", "Of Windows", "Stations"]
    assert content("Of Windows") == ["Radio Three", "Track 2"]
    three = next(item for p, item in below(client, "Music", "Playlists", "Of Windows") if p[-1] == "Radio Three")
    assert "http://radio.example/three.mp3?a=1&b=2" in [res["url"] for res in three["res"]]
    assert content("Mix") == ["Inside", "Inside/Track 3", "Track 2", "Radio One", "Track 1"]
    mix = {p[-1]: item for p, item in below(client, "Music", "Playlists", "Mix")}
    radio = mix["Radio One"]
    assert radio["class"] == "object.item.audioItem.audioBroadcast"
    assert (radio["res"][0]["url"], radio["res"][0]["protocolInfo"]) == (
        "http://radio.example/one.mp3", "http-get:*:audio/mpeg:*")
    # it follows its file, and the files it names
    track(own / "Music/late.flac", "Late")
    wait_until("a file that comes stands in the list", lambda: content("Mix")[-1:] == ["Late"], 20)
    (lists / "Inner.xspf").write_text(
        "<playlist><title>Inside</title><trackList><track><location>../Music/t1.flac</location></track>"
        "</trackList></playlist>")
    wait_until("a list in a list is read again", lambda: content("Mix")[:2] == ["Inside", "Inside/Track 1"], 20)
    (lists / "Mix.m3u8").write_text("../Music/t3.flac\n")
    wait_until("the list is read again", lambda: content("Mix") == ["Track 3"], 20)
    (lists / "Mix.m3u8").unlink()
    wait_until("the list goes", lambda: sorted(titles(client, "Music", "Playlists")) == [
        "Inside", "Of Windows", "Stations"], 20)


def test_addresses_of_other_kinds(own, share):
    """What no station comes by is left out of a list, which the log says; nothing else of it is lost."""
    track(own / "t1.flac", "Track 1")
    (own / "tv.m3u").write_text("#EXTM3U\n#EXTINF:-1,One\nmms://192.0.2.1/x\n#EXTINF:-1,Two\nrtsp://192.0.2.1/x\n"
                                "#EXTINF:-1,Three\nhttp://192.0.2.1/x\nt1.flac\n")
    client = share(own)
    assert titles(client, "Music", "Playlists", "tv") == ["Three", "Track 1"]
    assert client.process.log().count("the playlist tv.m3u: 2 left out") == 1 and "(mms)" in client.process.log()


def test_playlists_in_circles(own, share):
    track(own / "t.flac", "Track")
    for name, inside in (("A", "B"), ("B", "A")):
        (own / f"{name}.m3u").write_text(f"{inside}.m3u\nt.flac\n")
    crowd = own / "Crowd"
    crowd.mkdir()
    names = [f"L{n}.m3u" for n in range(8)]
    for name in names:  # each holds all others: 8! ways to nest them
        (crowd / name).write_text("\n".join(names))
    client = share(own)
    assert [p for p, _ in below(client, "Music", "Playlists", "A")] == [("B",), ("B", "Track"), ("Track",)]
    assert [p for p, _ in below(client, "Music", "Playlists", "B")] == [("A",), ("A", "Track"), ("Track",)]


def test_cue_sheet(house, own, share):
    track(own / "Album/Ege Bamyasi.flac", "All of it", frames=44100 * 4, album="Wrong")
    (own / "Album/Ege Bamyasi.cue").write_bytes(
        'PERFORMER "Can"\r\nTITLE "Ege Bamyas\u0131"\r\nREM DATE 1972\r\nFILE "Ege Bamyasi.wav" WAVE\r\n'
        'TRACK 01 AUDIO\r\nTITLE "Pinch"\r\nINDEX 01 00:00:00\r\n'
        'TRACK 02 AUDIO\r\nTITLE "Spoon"\r\nPERFORMER "Can & Guest"\r\nINDEX 01 00:01:37\r\n'
        'TRACK 03 AUDIO\r\nTITLE "Beyond"\r\nINDEX 01 09:00:00\r\n'.encode())
    client = share(own)

    def albums():
        return sorted(titles(client, "Music", "Albums"))

    assert albums() == ["Ege Bamyas\u0131"]  # and no album of the recording as a whole
    tracks = [item for _, item in below(client, "Music", "Albums", "Ege Bamyas\u0131")]
    assert [(t["title"], t["artist"], t["track"], t["date"]) for t in tracks] == [
        (["Pinch"], ["Can"], ["1"], ["1972-01-01"]), (["Spoon"], ["Can & Guest"], ["2"], ["1972-01-01"])]
    # 1 s and 37 of 75 frames; 4 s less that, cut to milliseconds
    assert [t["res"][0]["duration"] for t in tracks] == ["0:00:01.493", "0:00:02.506"]
    folder = [p for p, _ in below(client, "Music", "Folders", "own", "Album")]
    assert folder[0] == ("Ege Bamyas\u0131",) and ("All of it",) in folder
    (own / "Album/Ege Bamyasi.cue").unlink()
    wait_until("without its sheet the recording is itself again", lambda: albums() == ["Wrong"], 20)


def test_sidecars(house, own, share):
    film = own / "Films/Film.mkv"
    film.parent.mkdir()
    media_maker.ffmpeg(*tagged_media.PICTURE, "-c:v", "libx264", "-pix_fmt", "yuv420p", film)
    (own / "Films/Film.nfo").write_text(
        "<movie><title>The Film</title><plot>Long.</plot><genre>Drama</genre><year>1979</year>"
        "<director>A. T.</director></movie>\nhttps://example.com/film\n")
    (own / "Films/Film.de.srt").write_bytes("1\n00:00:00,000 --> 00:00:01,000\nGr\u00fc\u00dfe\n".encode("latin-1"))
    for name, octets in (("Film.fi.idx", b"# VobSub index file, v7\n"), ("Film.fi.sub", b"\0\0\1\xba" * 9)):
        (own / f"Films/{name}").write_bytes(octets)
    (own / "Films/Subs").mkdir()
    (own / "Films/Subs/English.vtt").write_text("WEBVTT\n")
    season = own / "Shows/My Show/Season 2"
    season.mkdir(parents=True)
    shutil.copy(film, season / "my.show.s02e05.the.end.720p.mkv")
    shutil.copy(film, season / "my.show.s02e06.mkv")
    (own / "Shows/My Show/tvshow.nfo").write_text("<tvshow><title>The Show</title></tvshow>")
    client = share(own)
    item = next(i for p, i in below(client, "Video", "Films") if p == ("The Film",))
    assert (item["plot"], item["genre"], item["date"], item["director"]) == (
        ["Long."], ["Drama"], ["1979-01-01"], ["A. T."])
    texts = [r for r in item["res"] if r["protocolInfo"].startswith("http-get:*:text/")]
    # what is no SRT is offered as that first; pictures cannot be, nor what their index leads to
    assert [(r["protocolInfo"].split(":")[2], r["url"].rsplit("/", 1)[1]) for r in texts] == [
        ("text/srt", "0.de.srt"), ("text/srt", "3.en.srt"), ("text/vobsub", "1.fi.idx"),
        ("text/x-microdvd", "2.fi.sub"), ("text/vtt", "3.en.vtt")]
    assert "Gr\u00fc\u00dfe" in fetch(house, texts[0]["url"])  # as UTF-8 whatever it is on the disk
    assert fetch(house, texts[4]["url"]).strip().endswith("WEBVTT")
    assert fetch(house, texts[2]["url"]) == "# VobSub index file, v7\n"
    picture = house.folder / "fi.sub"
    house.hosts["phone"].run(["curl", "-sf", "-o", picture, texts[3]["url"]])
    assert picture.read_bytes() == b"\0\0\1\xba" * 9
    assert below(client, "Video", "Series", "The Show", "Season 2")[0][1]["title"] == ["the end"]
    assert [i["episode"] for _, i in below(client, "Video", "Series", "The Show", "Season 2")] == [["5"], ["6"]]
    (own / "Films/Film.nfo").unlink()
    wait_until("without its NFO it has its own name", lambda: "Film" in titles(client, "Video", "Films"), 20)
