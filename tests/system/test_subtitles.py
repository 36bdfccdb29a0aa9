# SPDX-License-Identifier: LGPL-2.1-or-later
"""Subtitles: what the worker makes of files and of tracks in films, and in which forms the server offers them."""

import array
import os
import pathlib
import re
import socket
import struct
import xml.etree.ElementTree as ElementTree

import pytest

from house import wait_until
from media import ffmpeg
from test_server import DIDL, Client, url_of
from test_worker import Worker

JOB, ANSWER, SUBTITLE = 4, 5, 4
MADE, UNSUITABLE, UNREADABLE, DIED, UNFINISHED = range(5)
LONG = 5  # the job without haste
SAME, SRT, VTT = range(3)
SEC, PV = "{http://www.sec.co.kr/}", "{http://www.pv.com/pvns/}"
CZECH = "Příliš žluťoučký kůň"
LINES = f"1\n00:00:00,500 --> 00:00:01,500\n{CZECH}\n\n2\n00:00:01,600 --> 00:00:02,500\n<i>Yes</i> & <no\n\n"
WEB = (f"WEBVTT\n\n00:00:00.500 --> 00:00:01.500\n{CZECH}\n\n"
       "00:00:01.600 --> 00:00:02.500\n<i>Yes</i> &amp; &lt;no\n\n")
ASS = f"""[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.60,0:00:02.50,Default,,0,0,0,,{{\\i1}}Yes{{\\i0}} & <no
Dialogue: 0,0:00:00.50,0:00:01.50,Default,,0,0,0,,{{\\an8\\c&HFF00&}}{CZECH}
"""
SAMI = f"<SAMI><BODY>\n<SYNC Start=500><P Class=CC>{CZECH}\n<SYNC Start=1500><P Class=CC>&nbsp;\n</BODY></SAMI>\n"


def ask(worker, path, form, track=-1, kind="", language="", charset=-1, rate=-1, wait=8, job=SUBTITLE):
    """(outcome, text)"""
    def text(value):
        return struct.pack("=I", len(value)) + value.encode()

    file = os.open(path, os.O_RDONLY)
    question = struct.pack("=qIqqq", track, form, charset, rate, wait) + text(kind) + text(language)
    payload = struct.pack("=IIII", 7, job, 0, len(question)) + question
    frame = struct.pack("=IHH", len(payload), JOB, 1) + payload
    worker.channel.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]))])
    os.close(file)
    answer, data = worker.receive()
    number, outcome, length = struct.unpack_from("=III", data)
    assert (answer, number, length) == (ANSWER, 7, len(data) - 12)
    return outcome, data[12:].decode()


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.process.kill()
    worker.process.wait()


def write(path, text, charset="utf-8"):
    path.write_bytes(text.encode(charset))
    return path


def film_with(path, *inputs, options=()):
    """Three seconds with subtitles of these files in it."""
    words = [word for name in inputs for word in ("-i", name)]
    maps = [word for n in range(len(inputs) + 1) for word in ("-map", str(n))]
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=3", *words, *maps, "-c:v", "mpeg4", *options, path)
    return path


def test_files_become_what_players_read(worker, tmp_path):
    srt, ass = write(tmp_path / "a.srt", LINES), write(tmp_path / "a.ass", ASS)
    vtt, smi = write(tmp_path / "a.vtt", WEB), write(tmp_path / "a.smi", SAMI)
    one = LINES.split("2\n00:")[0]
    for path, kind, form, wanted in (
            (srt, "srt", SAME, LINES), (srt, "srt", SRT, LINES), (srt, "srt", VTT, WEB), (vtt, "vtt", SRT, LINES),
            (vtt, "vtt", SAME, WEB), (ass, "ass", SRT, LINES), (ass, "ssa", VTT, WEB), (ass, "ass", SAME, ASS),
            (smi, "smi", SRT, one), (smi, "smi", SAME, SAMI)):
        assert ask(worker, path, form, kind=kind) == (MADE, wanted), (kind, form)
    # MicroDVD counts frames: those of the film when it does not say them itself
    frames = write(tmp_path / "a.sub", f"{{25}}{{75}}{CZECH}|two\n")
    timed = f"1\n00:00:01,000 --> 00:00:03,000\n{CZECH}\ntwo\n\n"
    assert ask(worker, frames, SRT, kind="sub", rate=25000) == (MADE, timed)
    write(frames, f"{{1}}{{1}}25.000\n{{25}}{{75}}{CZECH}|two\n")
    assert ask(worker, frames, SRT, kind="sub", rate=50000) == (MADE, timed)


def test_encodings(worker, tmp_path):
    """In the sandbox, where iconv can open nothing."""
    path = tmp_path / "a.srt"
    for charset, language, said in (
            ("cp1250", "cs", CZECH), ("iso8859-2", "cs", CZECH), ("utf-16", "", CZECH), ("utf-16-be", "", CZECH),
            ("utf-8-sig", "", CZECH), ("cp1251", "ru", "Где вы были?"), ("cp1253", "el", "Τι κάνεις;"),
            ("big5", "zh-TW", "今天天氣怎麼樣"), ("gb18030", "zh", "今天天气怎么样"), ("cp932", "ja", "いろはにほへと"),
            ("cp949", "ko", "나는 유리를")):
        text = LINES.replace(CZECH, said)
        write(path, text, charset)
        assert ask(worker, path, SAME, kind="srt", language=language) == (MADE, text), charset
        assert ask(worker, path, VTT, kind="srt", language=language)[1].split("\n")[3] == said, charset
    # nothing says it but the setting: number 3 of workers/charsets.c
    write(path, "1\n00:00:00,500 --> 00:00:01,500\nΤι;\n\n", "cp1253")
    assert "Τι;" in ask(worker, path, SAME, kind="srt", charset=3)[1]


def test_tracks_of_films(worker, tmp_path):
    srt, ass = write(tmp_path / "a.srt", LINES), write(tmp_path / "a.ass", ASS)
    matroska = film_with(tmp_path / "a.mkv", srt, ass, options=["-c:s:0", "srt", "-c:s:1", "ass"])
    for track in (1, 2):
        assert ask(worker, matroska, SRT, track) == (MADE, LINES), track
        assert ask(worker, matroska, VTT, track) == (MADE, WEB), track
    assert ask(worker, film_with(tmp_path / "a.mp4", srt, options=["-c:s", "mov_text"]), SRT, 1) == (MADE, LINES)
    for track in (0, 3, 1000):  # the pictures; nothing
        assert ask(worker, matroska, SRT, track) == (UNSUITABLE, "")
    assert worker.probe([matroska])["a.mkv"]["text_tracks"] == "1 -- und\n2 -- und"
    # one who does not wait as long as it takes, and one who does
    assert ask(worker, matroska, SRT, 1, wait=0) == (UNFINISHED, "")
    assert ask(worker, matroska, SRT, 1, wait=0, job=LONG) == (MADE, LINES)
    assert ask(worker, srt, SRT, kind="srt", job=LONG) == (UNSUITABLE, ""), "a file is never long"


def test_what_is_no_subtitle(worker, tmp_path):
    for name, data in {
            "empty": b"", "zeros": b"\0" * 100000, "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
            "no end": b"1\n00:00:00,500 --> 00:00:01,500\n" + b"x" * 500_000,
            "arrows": b"00:00:01,000 --> 00:00:02,000\n" * 20_000,
            "braces": b"1\n00:00:01,000 --> 00:00:02,000\n" + b"{\\i1}" * 100_000,
            "tags": b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<i>" * 100_000,
            "playlist": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n",
            "ass": b"[Events]\n" + b"Dialogue: 0,0:00:01.00,0:00:02.00,x\n" * 5_000,  # sorted in the sandbox
            "huge": b"1\n00:00:00,500 --> 00:00:01,500\nx\n\n" * 300_000}.items():
        path = tmp_path / "bad"
        path.write_bytes(data)
        for kind in ("srt", "vtt", "ass", "smi", "sub"):
            for form in (SAME, SRT):
                outcome, text = ask(worker, path, form, kind=kind)
                assert outcome in (MADE, UNSUITABLE), (name, kind, form, outcome)
                assert len(text.encode()) < 1 << 20
    for wrong in ({"form": 3}, {"form": SAME, "track": 0}, {"form": SRT, "track": 1024}, {"form": SRT, "track": -2},
                  {"form": SRT, "kind": "../x"}, {"form": SRT, "language": "a;b"}, {"form": SRT, "charset": 29},
                  {"form": SRT, "rate": 1 << 40}, {"form": SRT, "wait": 16}, {"form": SRT, "wait": -1}):
        assert ask(worker, write(tmp_path / "a.srt", LINES), **{"kind": "srt", **wrong}) == (UNSUITABLE, ""), wrong


@pytest.fixture
def films(house):
    folder = house.folder / "films"
    folder.mkdir()
    write(house.folder / "a.srt", LINES)
    write(house.folder / "a.ass", ASS)
    film_with(folder / "inside.mkv", house.folder / "a.srt", house.folder / "a.ass",
              options=["-c:s:0", "srt", "-c:s:1", "ass", "-metadata:s:s:0", "language=ger", "-disposition:s:0",
                       "forced", "-metadata:s:s:1", "language=cze"])
    film_with(folder / "beside.avi")
    write(folder / "beside.cs.srt", LINES, "cp1250")
    write(folder / "beside.en.ass", ASS, "utf-16")
    film_with(folder / "frames.avi")
    write(folder / "frames.sub", "{25}{75}two\n")
    return folder


def fetch(house, url, *options):
    """(headers, text)"""
    answer = house.hosts["phone"].run(["curl", "-s", "-i", "--max-time", "60", *options, url], seconds=90).stdout
    head, _, body = answer.replace("\r\n", "\n").partition("\n\n")
    return dict(line.lower().split(": ", 1) for line in head.split("\n")[1:]), body


def items_of(ask):
    return {item.findtext("{http://purl.org/dc/elements/1.1/}title"): item
            for item in ElementTree.fromstring(ask.browse("video-all")["Result"])}


def subtitles_of(item):
    return [res for res in item.findall(f"{DIDL}res") if "/subtitle/" in res.text]


def test_offered_in_every_form(house, films, start_server):
    """Who is unknown is told in all of them, of what lies beside a film and of what is in it."""
    base = url_of(house, start_server(films))
    ask = Client(house, base, "phone")
    items = items_of(ask)
    for title, names in (("beside", ["0.cs.srt", "1.en.srt", "1.en.ass"]),
                         ("inside", ["0.de.forced.srt", "1.cs.srt"])):
        item = items[title]
        own = subtitles_of(item)
        assert [res.text.rsplit("/", 1)[1] for res in own] == names
        assert [res.get("protocolInfo").split(":")[2] for res in own] == [
            "text/x-ssa" if name.endswith("ass") else "text/srt" for name in names]
        # the first that is more than single words, for who knows one only
        url = own[0 if title == "beside" else 1].text
        media = item.find(f"{DIDL}res")
        assert (media.get(f"{PV}subtitleFileUri"), media.get(f"{PV}subtitleFileType")) == (url, "SRT")
        extended = item.find(f"{SEC}CaptionInfoEx")
        assert (extended.text, extended.get(f"{SEC}type")) == (url, "srt")
        assert item.findtext(f"{SEC}CaptionInfo") == url
        assert fetch(house, media.text, "-H", "getCaptionInfo.sec: 1", "-r", "0-1")[0]["captioninfo.sec"] == url
        for res in own:
            headers, text = fetch(house, res.text)
            assert headers["content-type"] == res.get("protocolInfo").split(":")[2]
            assert text == "\ufeff" + (ASS if res.text.endswith("ass") else LINES), res.text
        headers, text = fetch(house, re.sub("srt$", "vtt", url))
        assert (headers["content-type"], text) == ("text/vtt", "\ufeff" + WEB)
    # what counts frames counts those of its film
    assert "00:00:01,000 --> 00:00:03,000" in fetch(house, subtitles_of(items["frames"])[0].text)[1]
    good = subtitles_of(items["inside"])[0].text
    for wrong in ("", "x", "9.srt", "1", "1.exe", "1.ass", "1.srtt", "01x.srt", "1.cs", "-1.srt", "1/../0.srt"):
        status = house.hosts["phone"].run(["curl", "-s", "-o", "/dev/null", "--path-as-is", "-w", "%{http_code}",
                                           good.rsplit("/", 1)[0] + "/" + wrong]).stdout
        assert status in ("400", "404"), wrong
    # what was made is kept, what changes is made anew
    kept = house.folder / "state-Attic/subtitles"
    assert sum(path.is_file() for path in kept.rglob("*")) >= 4
    write(films / "beside.cs.srt", LINES.replace(CZECH, "Změněno"), "cp1250")
    assert "Změněno" in fetch(house, subtitles_of(items["beside"])[0].text)[1]


def test_a_track_that_takes_long(house, films, start_server):
    """Here: any time at all. It is read in the background, once; who asks again gets it, or is told when to come."""
    base = url_of(house, start_server(films, options=("--subtitle-wait", "0s")))
    own = subtitles_of(items_of(Client(house, base, "phone"))["inside"])
    urls = [re.sub("srt$", form, res.text) for res in own for form in ("srt", "vtt")]
    seen = []

    def is_there(url):
        headers, text = fetch(house, url)
        seen.append("retry-after" in headers)
        return text if headers["content-type"].startswith("text/") and not seen[-1] else None

    for url in urls:
        text = wait_until("a text", lambda url=url: is_there(url), 60)
        assert text == "\ufeff" + (WEB if url.endswith("vtt") else LINES), url
    assert any(seen), "nobody was told to wait"
    kept = house.folder / "state-Attic/subtitles"
    wait_until("all are kept", lambda: sum(path.is_file() for path in kept.rglob("*")) == len(urls), 60)
    assert len(seen) - sum(seen) == len(urls), "one that was there is not any more"
