# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who asks gets what it plays: players of many makers choose what they would (tests/devices/players.choices), and
the administrator has the last word."""

import fnmatch
import json
import os
import pathlib
import re
import shutil
import signal
import tempfile
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import SERVER
from house import wait_until
from media import counter_wav, ffmpeg
from test_avcp_queue import Fake
from test_server import DIDL, DC, url_of

SEC, PV = "{http://www.sec.co.kr/}", "{http://www.pv.com/pvns/}"
CHOICES = pathlib.Path(__file__).parent.parent / "devices/players.choices"
ENVELOPE = """<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>
<u:{action} xmlns:u="urn:schemas-upnp-org:service:ContentDirectory:1">{words}<Filter>*</Filter>
<StartingIndex>{start}</StartingIndex><RequestedCount>{count}</RequestedCount><SortCriteria></SortCriteria>
</u:{action}></s:Body></s:Envelope>"""
SEARCH = ('<ContainerID>{}</ContainerID><SearchCriteria>upnp:class derivedfrom "object.item"</SearchCriteria>')
BROWSE = "<ObjectID>{}</ObjectID><BrowseFlag>BrowseDirectChildren</BrowseFlag>"
# The way from the root to an object of players.choices.
WAYS = {"flac": ("Music", "All tracks"), "hevc": ("Video", "All videos"), "avc": ("Video", "All videos"),
        "photo": ("Pictures", "All pictures")}
# Each of these has to find, choose, fetch and go on in what it plays, and to be told of subtitles (or not) in its way.
SCREENS = {"Samsung TV of 2015", "Samsung Tizen", "LG webOS", "Sony Bravia", "Panasonic Viera", "Philips", "Xbox 360",
           "PlayStation 3", "PlayStation 4", "VLC", "Kodi", "BubbleUPnP"}
SPEAKERS = {"Sonos", "Denon", "Bare DLNA 1.0 radio"}
CUES = {"avc": "1\n00:00:00,500 --> 00:00:01,500\nPříliš žluťoučký kůň\n\n",
        "hevc": "1\n00:00:00,500 --> 00:00:01,500\nHello there\n\n"}
OTHER = ("*/art/*", "*/subtitle/*")


@pytest.fixture(scope="module")
def things():
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-things-"))
    scratch.chmod(0o755)
    film = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=3", "-f", "lavfi", "-i", "sine=duration=3",
            "-ac", "2", "-ar", "48000", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    (scratch / "avc.cs.srt").write_bytes(CUES["avc"].encode("cp1250"))
    inner = scratch / "inner.srt"
    inner.write_text(CUES["hevc"])
    ffmpeg("-i", inner, *film, "-map", "1", "-map", "2", "-map", "0", "-c:s", "ass", "-metadata:s:s:0", "language=eng",
           "-c:v", "libx265", "-x265-params", "log-level=none", scratch / "hevc.mkv")
    inner.unlink()
    ffmpeg(*film, "-c:v", "libx264", "-preset", "ultrafast", scratch / "avc.mkv")
    counter_wav(scratch / "x.wav", 44100 * 3)
    ffmpeg("-i", scratch / "x.wav", "-metadata", "date=2013-05-04T10:11:12+02:00", "-metadata", "artist=Björk",
           scratch / "flac.flac")
    (scratch / "x.wav").unlink()
    ffmpeg("-f", "lavfi", "-i", "color=red:size=2000x1500:duration=1", "-frames:v", "1", scratch / "photo.jpg")
    yield scratch
    shutil.rmtree(scratch)


def read_choices():
    """[(name, headers, profile, [(object, globs, codecs)], [(object, forms, type)], [(object, date)], [(container, object)],
    [(text, is it there)], pages)]"""
    players = []
    for line in CHOICES.read_text().splitlines():
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if line.startswith("["):
            players.append((line.strip("[]"), [], [], [], [], [], [], [], []))
        elif words[0] == "header":
            players[-1][1].append(line.split(None, 1)[1])
        elif words[0] == "profile":
            players[-1][2].append(line.split(None, 1)[1])
        elif words[0] == "pages":
            players[-1][8].append(int(words[1]))
        elif words[0] == "date":
            players[-1][5].append((words[1], words[2]))
        elif words[0] == "ids":
            players[-1][6].append((words[1], words[2]))
        elif words[0] in ("shows", "hides"):
            players[-1][7].append((line.split(None, 1)[1], words[0] == "shows"))
        elif words[0] == "captions":
            cut = words.index("=")
            players[-1][4].append((words[1], words[2:cut], words[cut + 1]))
        else:
            cut = words.index("=")
            players[-1][3].append((words[0], words[1:cut], words[cut + 1:]))
    return players


def curl(house, headers, *words, host="tv"):
    flags = [word for header in headers for word in ("-H", header)]
    return house.hosts[host].run(["curl", "-s", "--max-time", "60", *flags, *words], seconds=90).stdout


def ask(house, base, headers, action, words, host="tv", start=0, count=0):
    """(Result, TotalMatches)"""
    answer = curl(house, headers, "-H", "Content-Type: text/xml",
                  "-H", f'SOAPAction: "urn:schemas-upnp-org:service:ContentDirectory:1#{action}"', "--data",
                  ENVELOPE.format(action=action, words=words, start=start, count=count), f"{base}/control/ContentDirectory",
                  host=host)
    found = {e.tag: e.text for e in ElementTree.fromstring(answer).iter()}
    return found["Result"], int(found["TotalMatches"])


def listing(house, base, headers, host="tv", container="0"):
    """All items below a container, as text."""
    return ask(house, base, headers, "Search", SEARCH.format(container), host)[0]


def children(house, base, headers, container, page):
    """Elements by title, by so many pages as it takes."""
    found, total = [], 1
    while len(found) < total:
        result, total = ask(house, base, headers, "Browse", BROWSE.format(container), start=len(found), count=page)
        more = list(ElementTree.fromstring(result))
        assert 0 < len(more) <= (page or total), (container, page, len(more), total)
        found += more
    return {e.findtext(f"{DC}title"): e for e in found}


def browse(house, base, headers, wanted, page):
    """What is wanted, by title, as somebody finds it who goes there from the root."""
    found, known = {}, {}

    def look(container):
        if container not in known:
            known[container] = children(house, base, headers, container, page)
        return known[container]

    for thing in wanted:
        container = "0"
        for title in WAYS[thing]:
            container = look(container)[title].get("id")
        found[thing] = next(e for title, e in look(container).items() if title.split(".")[0] == thing)
    return found


def search(house, base, headers, host="tv", container="0"):
    """Elements by title."""
    result = listing(house, base, headers, host, container)
    return {item.findtext(f"{DC}title").split(".")[0]: item for item in ElementTree.fromstring(result)}


def offers(house, base, headers, host="tv"):
    """{title: [(protocolInfo, URL)]} of what is played, in the order of the answer"""
    return {title: media_of(item) for title, item in search(house, base, headers, host).items()}


def media_of(item):
    return [(res.get("protocolInfo"), res.text) for res in item.findall(f"{DIDL}res")
            if not any(fnmatch.fnmatch(res.text, pattern) for pattern in OTHER)]


def captions_of(house, headers, item):
    """{form: URL} of all forms in which this player is told of subtitles."""
    media = item.find(f"{DIDL}res")
    asked, unasked = (dict(line.split(": ", 1) for line in curl(
        house, [*headers, *more], "-I", media.text).splitlines() if ": " in line)
        for more in (["getCaptionInfo.sec: 1"], []))
    own = [res.text for res in item.findall(f"{DIDL}res") if "/subtitle/" in res.text]
    found = {"resource": own[0] if own else None, "element": item.findtext(f"{SEC}CaptionInfoEx"),
             "attribute": media.get(f"{PV}subtitleFileUri"), "header": unasked.get("CaptionInfo.sec"),
             "asked": asked.get("CaptionInfo.sec")}
    if found["header"]:  # then it is there for who asks, too
        del found["asked"]
    return {form: url for form, url in found.items() if url}


def check_captions(house, headers, item, title, forms, kind):
    """All that it is told of is the same text, in UTF-8 with the mark that old sets want."""
    found = captions_of(house, headers, item)
    wanted = {form for form in forms if form != "none" and not (form == "asked" and "header" in forms)}
    assert set(found) == wanted, found
    for url in set(found.values()):
        assert url.endswith("." + kind), url
        number, _, said = curl(house, headers, url).split("\n")[:3]  # times are those of the film, whose sound begins first
        assert (number, said) == ("\ufeff1", CUES[title].split("\n")[2]), url


def codecs_of(house, headers, resource, folder):
    """What is in it, fetched whole by this player; and its headers agree with what was offered."""
    protocol_info, url = resource
    path = folder / "fetched"
    head = curl(house, [*headers, "getcontentFeatures.dlna.org: 1"], "-D", "-", "-o", str(path), url)
    lines = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    _, _, mime, features = protocol_info.split(":", 3)
    assert lines["Content-Type"] == mime
    assert lines["contentFeatures.dlna.org"] == features
    raw = ["-f", "s16be", "-ar", "44100", "-ch_layout", "stereo"] if mime.startswith("audio/L16") else []
    found = house.hosts["tv"].run(["ffprobe", "-v", "error", *raw, "-show_entries", "stream=codec_name", "-of",
                                   "csv=p=0", str(path)]).stdout
    return [line.strip(",") for line in found.split() if line.strip(",") != "ass"]


def check_seeks(house, headers, resource, name):
    """It goes on where it wants, in each way that it was promised: a part of the octets, the film from a time on."""
    protocol_info, url = resource
    fourth = dict(word.split("=", 1) for word in protocol_info.split(":", 3)[3].split(";") if "=" in word)
    whole, part = (house.folder / "fetched").read_bytes(), house.folder / "part"
    # the files that are looked at have all ways; what is made has what its size and its coder allow
    by_time, by_octets = fourth.get("DLNA.ORG_OP", "00")
    assert (by_time, by_octets) != ("0", "0"), (name, protocol_info)
    if by_octets == "1":
        head = curl(house, headers, "-r", "2000-2999", "-D", "-", "-o", str(part), url)
        assert " 206 " in head.splitlines()[0] and part.stat().st_size == 1000, (name, url, head)
        # what is coded anew from there is not the same to the bit
        exact = fourth.get("DLNA.ORG_CI", "0") == "0" or "audio/L16" in protocol_info or "image/" in protocol_info
        assert not exact or part.read_bytes() == whole[2000:3000], (name, url)
    if by_time == "1":
        head = curl(house, [*headers, "TimeSeekRange.dlna.org: npt=2-"], "-D", "-", "-o", str(part), url)
        begin = re.search(r"TimeSeekRange.dlna.org: npt=([0-9.]+)-", head)
        assert " 200 " in head.splitlines()[0], (name, url, head, part.read_bytes()[:200])
        assert 0 <= float(begin[1]) <= 2, (name, url, head)
        assert 500 < part.stat().st_size <= len(whole), (name, url, head)
        assert float(begin[1]) < 0.1 or part.stat().st_size < len(whole), (name, url, head)


def verb(house, *words, code=0):
    result = house.hosts["server"].run(
        [SERVER, "--state-dir", house.folder / "state-Attic", *words], check=False)
    assert result.returncode == code, result.stderr
    return result


def test_players_choose_what_they_play(house, things, start_server):
    base = url_of(house, start_server(things))
    players = read_choices()
    assert SCREENS | SPEAKERS <= {player[0] for player in players}
    for name, headers, profile, choices, captions, dates, ids, texts, pages in players:
        things_of = {thing for thing, *_ in choices + captions + dates}
        if name in SCREENS | SPEAKERS:
            assert pages and {"flac"} <= {thing for thing, *_ in choices}, name
        if name in SCREENS:
            assert captions and {"photo"} < {t for t, *_ in choices} & {"photo", "hevc", "avc"}, name
        items = browse(house, base, headers, sorted(things_of), pages[0] if pages else 0)
        told = {title: media_of(item) for title, item in items.items()}
        whole = curl(house, headers, f"{base}/description.xml") + listing(house, base, headers) if texts else ""
        seen = json.loads(verb(house, "--json", "clients").stdout)[0]
        assert [seen["profile"]] == profile, (name, seen)
        for thing, globs, codecs in choices:
            taken = [r for r in told[thing] if any(fnmatch.fnmatchcase(r[0], glob) for glob in globs)]
            assert taken, (name, thing, told[thing])
            got = codecs_of(house, headers, taken[0], house.folder)
            assert set(got) <= set(codecs) and got, (name, thing, taken[0], got)
            check_seeks(house, headers, taken[0], name)
        for title, forms, kind in captions:
            check_captions(house, headers, items[title], title, forms, kind)
        for title, date in dates:
            assert items[title].findtext(f"{DC}date") == date, name
        for container, title in ids:
            assert title in search(house, base, headers, container=container), (name, container)
        for text, there in texts:
            assert (text in whole) == there, (name, text)
        # another player at this address: what was known is not its own
        verb(house, "clients", "unset", house.hosts["tv"].addresses["living"])


def check_explained(house, base, agent, address, title):
    """Conversions are explained by the names that they are told by."""
    told = [offer[0] for offer in offers(house, base, agent)[title]]
    why = json.loads(verb(house, "--json", "explain", address, title).stdout)["offers"]
    made = [offer["protocol_info"] for offer in why if offer["kind"] == "conversion"]
    assert made and set(made) <= set(told), (made, told)


def test_administrator_has_the_last_word(house, things, start_server):
    server = start_server(things)
    base, agent = url_of(house, server), ["User-Agent: somebody/1.0"]
    address = house.hosts["tv"].addresses["living"]
    assert offers(house, base, agent)["hevc"][0][0].startswith("http-get:*:video/x-matroska:")
    verb(house, "clients", "set", address, "Samsung TV")
    assert offers(house, base, agent)["hevc"][0][0].startswith("http-get:*:video/mpeg:")
    why = verb(house, "explain", address, "hevc").stdout
    assert 'profile "Samsung TV", the administrator says so' in why and "1. conversion" in why
    check_explained(house, base, agent, address, "hevc")
    verb(house, "clients", "set", address, "Philips")
    check_explained(house, base, agent, address, "hevc")
    verb(house, "clients", "set", address, "Samsung TV")
    # what was refused is told, of files and of conversions
    url = offers(house, base, agent)["flac"][0][1]
    refused = [(curl(house, agent, "-o", "/dev/null", "-w", "%{http_code}", *words), words[-1].rpartition("/media/")[2])
               for words in (["-r", "99999999-", url], [url.rpartition(".")[0] + "/nothing.mp3"])]
    assert [status for status, _ in refused] == ["416", "404"]
    seen = next(c for c in json.loads(verb(house, "--json", "clients").stdout) if c["address"] == address)
    assert seen["why"] == "the administrator says so"
    assert seen["refused"] == {"count": 2, "last": "404 for " + refused[1][1]}
    shown = verb(house, "clients").stdout
    assert "refused 2, last 404 for " + refused[1][1] in shown and "why: the administrator says so\n" in shown
    wrong = verb(house, "clients", "set", address, "Samsun TV", code=2)
    assert 'did you mean "Samsung TV"?' in wrong.stderr
    server.stop()
    base = url_of(house, start_server(things))
    wait_until("it is kept, and what converts is up again",
               lambda: offers(house, base, agent)["hevc"][0][0].startswith("http-get:*:video/mpeg:"))
    verb(house, "clients", "unset", address)
    assert offers(house, base, agent)["hevc"][0][0].startswith("http-get:*:video/x-matroska:")


def test_profiles_are_read_again(house, things, start_server):
    own = house.folder / ".config/av-upnp/clients"
    own.mkdir(parents=True)
    own.chmod(0o755)
    start = start_server(things, env={"XDG_CONFIG_HOME": str(house.folder / ".config")})
    base, agent = url_of(house, start), ["User-Agent: odd/1.0"]
    assert "audio/flac" in offers(house, base, agent)["flac"][0][0]
    (own / "90-odd.client").write_text("[Odd]\nMatch.User-Agent = odd/\nMime = audio/flac > audio/x-odd\n"
                                       "Subtitles.Charset = windows-1250\nMax.Width = 160\n"
                                       "[Bad]\nMatch.User-Agnt = x\n")
    wait_until("the profile is used", lambda: "audio/x-odd" in offers(house, base, agent)["flac"][0][0], 10)
    assert 'unknown thing to match "User-Agnt", did you mean "User-Agent"?' in start.log()
    text, url = house.folder / "text", captions_of(house, agent, search(house, base, agent)["avc"])["resource"]
    curl(house, agent, "-o", str(text), url)
    assert CUES["avc"].split("\n")[2].encode("cp1250") in text.read_bytes()
    # what is made for a small screen is as small as it was offered
    made = search(house, base, agent)["hevc"].find(f"{DIDL}res")
    assert ":video/mpeg:" in made.get("protocolInfo") and made.get("resolution") == "160x120"
    curl(house, agent, "-o", str(text), made.text)
    assert house.hosts["tv"].run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height",
                                  "-of", "csv=p=0", str(text)]).stdout.split()[0].strip(",") == "160,120"


def test_formats_of_ones_own(house, things, start_server):
    """Names of the user's folder, for files that are looked at; read again when they change."""
    own = house.folder / ".config/av-upnp/formats"
    own.mkdir(parents=True)
    own.chmod(0o755)
    text = "[audio ANY]\nCodec = flac\n[HOUSE_{}]\nContainer = flac\nMime = audio/x-house\nAudio = ANY\n"
    (own / "90-own.profile").write_text(text.format("ONE"))
    shared = house.folder / "shared"
    shared.mkdir(mode=0o755)
    shutil.copy(things / "flac.flac", shared / "first.flac")
    start = start_server(shared, env={"XDG_CONFIG_HOME": str(house.folder / ".config")})
    base = url_of(house, start)
    assert "audio/x-house:DLNA.ORG_PN=HOUSE_ONE;" in offers(house, base, [])["first"][0][0]
    (own / "90-own.profile").write_text(text.format("TWO") + "[HOUSE_BAD]\nContainr = flac\n")
    wait_until("they are read", lambda: 'did you mean "Container"?' in start.log(), 30)
    shutil.copy(things / "flac.flac", shared / "second.flac")
    second = wait_until("the second file", lambda: offers(house, base, []).get("second"), 30)
    assert "DLNA.ORG_PN=HOUSE_TWO;" in second[0][0]


def test_what_is_dropped_at_once_is_converted(house, things, start_server):
    """Who says nothing and opens three films only to leave them after their heads is offered them in another form
    first; others are not."""
    shared = house.folder / "shared"
    shared.mkdir(mode=0o755)
    for n in range(4):  # longer than what could be read whole without being played: an element that says nothing
        (shared / f"{n}.mkv").write_bytes((things / "hevc.mkv").read_bytes() + b"\xec\x01" + (2 << 20).to_bytes(7, "big") +
                                          bytes(2 << 20))
    base, agent = url_of(house, start_server(shared)), ["User-Agent: somebody/1.0"]

    def first(host):
        return offers(house, base, agent, host)["0"][0][0].split(":")[2]

    films = wait_until("conversions", lambda: (lambda told: told if len(told["0"]) > 1 else None)(offers(house, base, agent)), 60)
    assert (len(films), first("tv"), first("phone")) == (4, "video/x-matroska", "video/x-matroska")
    for n in range(4):
        assert first("tv") == "video/x-matroska", n
        curl(house, agent, "-r", "0-65535", "-o", str(house.folder / "head"), films[str(n)][0][1])
    wait_until("another form", lambda: first("tv") == "video/mpeg", 60)
    assert first("phone") == "video/x-matroska"
    seen = json.loads(verb(house, "explain", "--json", house.hosts["tv"].addresses["living"], "0").stdout)["offers"]
    assert any("dropped video/x-matroska hevc aac at once" in offer["why"] for offer in seen), seen


def test_renderers_are_asked_what_they_play(house, things, start_server, start_renderer):
    asked = start_renderer(host="tv")
    start_server(things)

    def renderer():
        seen = json.loads(verb(house, "--json", "clients").stdout)
        return next((c for c in seen if c["device"] and c["device"]["name"] == "Parlour" and c["formats_said"]), None)

    found = wait_until("the renderer is asked", renderer, 30)
    assert found["address"] == house.hosts["tv"].addresses["living"]
    address = house.hosts["tv"].addresses["living"]
    os.kill(asked.pid, signal.SIGSTOP)  # what it said is kept: nobody asks again
    try:
        why = json.loads(verb(house, "--json", "explain", address, "flac").stdout)
    finally:
        os.kill(asked.pid, signal.SIGCONT)
    assert why["offers"][0]["kind"] == "file" and "its own list" in why["offers"][0]["why"]


def test_renderers_with_one_format(house, things, start_server, avcp):
    """Who takes one format only gets that, of FLAC and of HEVC: fetched by the renderer's host, it is what it says."""
    start_server(things)
    for port, (habit, title, codecs, raw) in enumerate((
            ("lpcm", "flac", {"pcm_s16be"}, ["-f", "s16be", "-ar", "48000", "-ch_layout", "stereo"]),
            ("gapless", "flac", {"mp3"}, []), ("mpeg2", "hevc", {"mpeg2video", "mp2", "ac3"}, [])), 7200):
        fake = Fake(house, port, habit, 30)
        avcp("-r", fake.url, "play", f"Attic:/{'Music/All tracks' if title == 'flac' else 'Video/All videos'}/{title}", json=False)
        taken = wait_until(f"{habit} plays", fake.begun, 30)[0]
        path = house.folder / "taken"
        curl(house, [], "-o", str(path), taken)
        found = house.hosts["tv"].run(["ffprobe", "-v", "error", *raw, "-show_entries", "stream=codec_name:format=duration",
                                       "-of", "csv=p=0", str(path)]).stdout.split()
        assert {word.strip(",") for word in found[:-1]} <= codecs and len(found) > 1, (habit, taken, found)
        assert 2.5 < float(found[-1]) < 3.5, (habit, found)
