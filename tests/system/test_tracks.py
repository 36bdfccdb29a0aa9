# SPDX-License-Identifier: LGPL-2.1-or-later
"""Objects that are not one whole file: tracks of a CUE sheet, cut out of theirs, and recordings that are sent and listed
while they are written."""

import os
import pathlib
import struct
import threading
import time
import urllib.parse

from house import wait_until
from media import counter_wav, decode, ffmpeg
from test_dlna import HEADERS, RATE, SECONDS, Player, ask_worker, headers_of, probe
from test_server import Client, url_of
from test_worker import Worker

# As a sheet says them: 75 in a second, 588 samples each.
PLACES = [0, (3 * 75 + 20) * 588, (7 * 75 + 50) * 588, 10 * RATE]


def ask_piece(worker, path, begin, end):
    """(header and octets of the file, duration in ns), or (outcome, None)."""
    place = struct.pack("=qq", begin * 10**9 // RATE, -2**63 if end is None else end * 10**9 // RATE)
    outcome, answer = ask_worker(worker, path, 3, place)
    if outcome != 0:
        return outcome, None
    offset, length, duration, _ = struct.unpack_from("=qqqI", answer)
    parts = []
    answer = answer[24:]
    while answer:
        size = struct.unpack_from("=I", answer)[0]
        parts.append(answer[4:4 + size])
        answer = answer[4 + size:]
    if len(parts) == 3:  # a long table is sent in half of its octets
        parts[1] = b"".join(b"\0\0" + parts[1][i:i + 2] for i in range(0, len(parts[1]), 2))
    assert len(parts) in (1, 3)
    return b"".join(parts) + path.read_bytes()[offset:offset + length], duration


def test_tracks_are_pieces_of_their_file(tmp_path):
    """To the sample in WAV and MP4, to the frame in FLAC and MP3; each can be decoded by itself."""
    counter_wav(tmp_path / "wave.wav", 10 * RATE)
    samples = decode(tmp_path / "wave.wav")
    ffmpeg("-i", tmp_path / "wave.wav", "-frame_size", "4096", tmp_path / "flac.flac")
    ffmpeg("-i", tmp_path / "wave.wav", "-b:a", "128k", tmp_path / "mp3.mp3")
    ffmpeg("-i", tmp_path / "wave.wav", "-c:a", "alac", tmp_path / "apple.m4a")
    ffmpeg("-f", "lavfi", "-i", f"sine=sample_rate={RATE}:duration=10", "-i", tmp_path / "wave.wav", "-map", "1:a", "-map",
           "0:a", "-c:a:0", "alac", "-c:a:1", "aac", tmp_path / "between.m4a")
    ffmpeg("-i", tmp_path / "wave.wav", "-b:a", "128k", tmp_path / "aac.m4a")
    # its index is in pieces too: a fragment tells its own frames; others lie between
    ffmpeg("-f", "lavfi", "-i", f"sine=sample_rate={RATE}:duration=10", "-i", tmp_path / "wave.wav", "-map", "1:a", "-map",
           "0:a", "-b:a", "128k", "-movflags", "frag_keyframe+empty_moov", "-frag_duration", "1000000",
           tmp_path / "fragments.m4a", "-map", "1:a", "-map", "0:a", "-b:a", "128k", "-movflags", "dash+global_sidx",
           "-frag_duration", "1000000", tmp_path / "listed.m4a")
    fragments = (tmp_path / "fragments.m4a").read_bytes()
    assert fragments.count(b"moof") >= 9 and b"mvex" in fragments[:4096] and b"sidx" not in fragments
    assert b"sidx" in (tmp_path / "listed.m4a").read_bytes()[:4096], "that FFmpeg leaves fragments unread for"
    (tmp_path / "cut.m4a").write_bytes(fragments[:len(fragments) // 2])
    ffmpeg("-i", tmp_path / "wave.wav", tmp_path / "apple.aiff")
    ffmpeg("-i", tmp_path / "wave.wav", "-c:a", "pcm_s16le", "-f", "aiff", "-tag:a", "sowt", tmp_path / "sowt.aifc")
    ffmpeg("-i", tmp_path / "wave.wav", "-c:a", "libvorbis", tmp_path / "vorbis.ogg")
    ffmpeg("-i", tmp_path / "wave.wav", "-c:a", "libopus", tmp_path / "opus.opus")
    (tmp_path / "bad.flac").write_bytes((tmp_path / "flac.flac").read_bytes()[:60] + bytes(5000))
    wholes = {name: decode(tmp_path / name) for name in ("apple.m4a", "between.m4a", "aac.m4a", "fragments.m4a", "listed.m4a")}
    worker = Worker()
    for begin, end in (*zip(PLACES, PLACES[1:]), (PLACES[2], None)):
        wanted = (end or PLACES[3]) - begin
        for name, slack in (("wave.wav", 0), ("apple.aiff", 0), ("sowt.aifc", 0), ("flac.flac", 4096),
                            ("mp3.mp3", 2 * 1152)):
            octets, duration = ask_piece(worker, tmp_path / name, begin, end)
            piece = tmp_path / f"piece{pathlib.Path(name).suffix}"
            piece.write_bytes(octets)
            heard = decode(piece)
            assert 0 <= duration * RATE / 10**9 - wanted + 88 <= slack + 176, "75ths and milliseconds of frames"
            if name == "mp3.mp3":  # what the decoder makes of the first frame is its own affair
                assert abs(len(heard) // 4 - wanted) <= slack
                continue
            assert abs(len(heard) // 4 - duration * RATE / 10**9) < 1
            place = samples.index(heard[:4096], 4 * max(begin - slack, 0)) // 4  # they repeat after 65536
            assert begin - slack <= place <= begin + (88 if slack else 0)
            assert heard == samples[4 * place:4 * place + len(heard)]
        for name, whole in wholes.items():  # to the sample: what comes before is in no list
            octets, duration = ask_piece(worker, tmp_path / name, begin, end)
            (tmp_path / "piece.m4a").write_bytes(octets)
            heard = decode(tmp_path / "piece.m4a")
            if name == "fragments.m4a" and end is None:  # no list says that the encoder's delay is not heard
                wanted += 1024
            assert round(duration * RATE / 10**9) == wanted and 0 <= len(heard) // 4 - wanted < 4096
            assert heard[:4 * wanted] == whole[4 * begin:4 * (begin + wanted)]
            length = float(probe(tmp_path / "piece.m4a", "-show_entries", "format=duration")["format"]["duration"])
            assert abs(length - wanted / RATE) < 0.001, "what is behind is in no list either"
    for name, rate in (("vorbis.ogg", RATE), ("opus.opus", 48000)):  # to the page, which is a second of Opus
        pieces = []
        for begin, end in (*zip((0, *PLACES[1:]), PLACES[1:3]), (PLACES[2], None)):
            octets, duration = ask_piece(worker, tmp_path / name, begin, end)
            piece = tmp_path / f"piece{pathlib.Path(name).suffix}"
            piece.write_bytes(octets)
            heard, wanted = len(decode(piece)) / 4 / rate, ((end or 10 * RATE) - begin) / RATE
            assert abs(heard - wanted) < 1.1, (name, heard, wanted)
            assert abs(duration / 10**9 - heard) < 0.1, (name, duration, heard)
            pieces.append(octets)
        # One goes on where the other ends: what is there more than once is the head.
        whole = (tmp_path / name).read_bytes()
        head = (sum(map(len, pieces)) - len(whole)) // (len(pieces) - 1)
        assert pieces[0] + b"".join(octets[head:] for octets in pieces[1:]) == whole
    assert ask_piece(worker, tmp_path / "cut.m4a", 8 * RATE, None)[0] == 1
    assert ask_piece(worker, tmp_path / "bad.flac", 0, RATE)[0] == 1
    assert ask_piece(worker, tmp_path / "wave.wav", 11 * RATE, None)[0] == 1
    assert ask_piece(worker, tmp_path / "wave.wav", RATE, RATE)[0] == 1
    assert worker.end() == 0


def test_a_track_of_an_hour_and_more_is_a_piece(tmp_path):
    """Its table of frames is more than a worker says at once; silence, so that the file is small."""
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=96000:cl=mono", "-t", "60", "-c:a", "aac", "-b:a", "8k", tmp_path / "minute.m4a")
    for name, words in (("whole.m4a", []), ("fragments.m4a", ["-movflags", "dash+global_sidx", "-frag_duration", "60000000"])):
        ffmpeg("-stream_loop", "54", "-i", tmp_path / "minute.m4a", "-c", "copy", *words, tmp_path / name)
        worker = Worker()
        octets, duration = ask_piece(worker, tmp_path / name, 10 * RATE, 3290 * RATE)
        assert worker.end() == 0
        assert duration == 3280 * 10**9
        (tmp_path / "piece.m4a").write_bytes(octets)
        frames = probe(tmp_path / "piece.m4a", "-count_packets", "-show_entries", "stream=nb_read_packets")["streams"][0]
        assert abs(int(frames["nb_read_packets"]) - 3280 * 96000 / 1024) < 4 and len(octets) > 1 << 20


SHEET = """PERFORMER "Someone"
TITLE "{name}"
FILE "{file}" WAVE
  TRACK 01 AUDIO
    TITLE "{name} one"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "{name} two"
    INDEX 01 00:03:20
  TRACK 03 AUDIO
    TITLE "{name} three"
    INDEX 01 00:07:50
"""


def test_tracks_of_a_sheet_are_pieces_of_their_file(house, start_server):
    """To the sample in WAV and MP4, to the frame in FLAC and MP3; each with a header of its own."""
    folder = house.folder / "sheets"
    folder.mkdir(mode=0o755)
    counter_wav(folder / "wave.wav", 10 * RATE)
    samples = decode(folder / "wave.wav")
    ffmpeg("-i", folder / "wave.wav", "-frame_size", "4096", folder / "flac.flac")
    ffmpeg("-i", folder / "wave.wav", "-b:a", "128k", folder / "mp3.mp3")
    ffmpeg("-i", folder / "wave.wav", "-c:a", "alac", folder / "alac.m4a")
    for name, file in (("wave", "wave.wav"), ("flac", "flac.flac"), ("mp3", "mp3.mp3"), ("alac", "alac.m4a")):
        (folder / f"{name}.cue").write_text(SHEET.format(name=name, file=file))
    server = start_server(folder)
    client = Client(house, url_of(house, server), "phone")
    player = Player(house, client.url)
    items = {o["title"]: o["res"][0] for o in client.items()}
    for number, word in enumerate(("one", "two", "three")):
        begin, end = PLACES[number], PLACES[number + 1]
        for name, slack in (("wave", 1), ("flac", 4096), ("mp3", 2 * 1152), ("alac", 4096)):
            assert f"{name} {word}" in items, sorted(items)
            res = items[f"{name} {word}"]
            assert "DLNA.ORG_OP=01" in res["protocolInfo"], res
            path = urllib.parse.urlsplit(res["url"]).path
            whole, part = player.ask(("GET", path, [], "1.1"), ("GET", path, [("Range", "bytes=30-99")], "1.1"))
            assert whole["status"] == 200 and part["status"] == 206
            assert player.get(path, time="npt=1-")["status"] == 406, "not promised, not done"
            data = whole["body"].read_bytes()
            assert int(headers_of(whole)["Content-Length"]) == len(data)
            assert part["body"].read_bytes() == data[30:100]
            heard = decode(whole["body"])
            assert len(heard) // 4 <= end - begin + slack
            if name == "wave":
                assert heard == samples[4 * begin:4 * end]
            elif name == "alac":
                assert heard[:4 * (end - begin)] == samples[4 * begin:4 * end]
            elif name == "flac":
                place = samples.index(heard[:4096], 4 * max(begin - slack, 0)) // 4
                assert begin - 4096 < place <= begin + 88 and heard == samples[4 * place:4 * place + len(heard)]
            else:
                assert abs(len(heard) // 4 - (end - begin)) <= slack + 1152


def test_recording_in_progress_is_followed(house, start_server):
    """A file that grew since its scan is sent while it grows, and says that its end moves; lists say the same until
    it is whole."""
    folder = house.folder / "recordings"
    folder.mkdir(mode=0o755)
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=320x240:rate=25:duration={SECONDS}", "-b:v", "1500k", folder / "show.ts")
    data = (folder / "show.ts").read_bytes()
    (folder / "show.ts").write_bytes(data[:len(data) // 2])
    server = start_server(folder)
    client = Client(house, url_of(house, server), "phone")

    def listed():
        return next(o["res"][0] for o in client.items())

    res = listed()
    assert "DLNA.ORG_OP=11" in res["protocolInfo"] and int(res["size"]) == len(data) // 2
    player, path = Player(house, client.url), urllib.parse.urlsplit(res["url"]).path
    # As a recorder does, which closes it at the end only.
    with open(folder / "show.ts", "ab", buffering=0) as recorder:
        recorder.write(data[len(data) // 2:len(data) // 2 + 1880])
        asked = [(HEADERS["features"], "1"), ("getAvailableSeekRange.dlna.org", "1")]
        said = headers_of(player.ask(("HEAD", path, asked, "1.1"))[0])
        assert "DLNA.ORG_FLAGS=05700000" in said["contentFeatures.dlna.org"], said
        assert "Content-Length" not in said and "ETag" not in said
        assert said["availableSeekRange.dlna.org"] == f"1 bytes=0-{len(data) // 2 + 1879}"
        res = wait_until("lists say it", lambda: (now := listed()) != res and now)
        assert res["protocolInfo"].split(":", 3)[3] == said["contentFeatures.dlna.org"]
        assert "size" not in res and "duration" not in res, res
        assert not any("CI=1" in r["protocolInfo"] and "image/" not in r["protocolInfo"] for o in client.items()
                       for r in o["res"]), "a conversion would end where that ends now"
        writer = threading.Thread(target=write_slowly, args=(recorder, data[len(data) // 2 + 1880:]))
        writer.start()
        followed = player.ask(("GET", path, [], "1.1"))[0]
        writer.join()
    assert followed["chunked"] and followed["body"].read_bytes() == data
    res = wait_until("it is whole", lambda: (now := listed()) != res and now)
    assert "DLNA.ORG_OP=11" in res["protocolInfo"] and "FLAGS=01700000" in res["protocolInfo"]
    assert int(res["size"]) == len(data) and res["duration"].startswith("0:00:1")


def test_recordings_are_listed_while_they_are_written(house, start_server):
    """What a receiver records is there before it is whole; of what needs its end, nothing is."""
    folder = house.folder / "recordings"
    folder.mkdir(mode=0o755)
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=320x240:rate=25:duration={SECONDS}", "-b:v", "1500k", folder / "show.ts")
    data = (folder / "show.ts").read_bytes()
    (folder / "film.mkv").write_bytes(data)
    going = threading.Event()
    going.set()

    def record():
        with open(folder / "show.ts", "wb", buffering=0) as recorder, open(folder / "film.mkv", "ab") as other:
            recorder.write(data[:len(data) // 2])
            for at in range(len(data) // 2, len(data), 188):
                if going.is_set():
                    recorder.write(data[at:at + 188])
                    os.utime(other.fileno())
                    time.sleep(0.05)

    thread = threading.Thread(target=record)
    thread.start()
    try:
        client = Client(house, url_of(house, start_server(folder)), "phone")

        def listed():
            return [(o["title"], o["res"][0]) for o in client.items()]

        (title, res), = wait_until("it is listed", listed)
        assert title == "show" and "size" not in res
        assert "DLNA.ORG_OP=01" in res["protocolInfo"] and "FLAGS=05700000" in res["protocolInfo"], res
        said = headers_of(Player(house, client.url).ask(
            ("HEAD", urllib.parse.urlsplit(res["url"]).path, [(HEADERS["features"], "1")], "1.1"))[0])
        assert said["contentFeatures.dlna.org"] == res["protocolInfo"].split(":", 3)[3]
    finally:
        going.clear()
        thread.join()
    wait_until("both are whole", lambda: len(listed()) == 2 and all("size" in res for _, res in listed()))


def write_slowly(file, data):
    """In ten pieces over two seconds, each behind what a reader has already got."""
    step = len(data) // 10 + 1
    for at in range(0, len(data), step):
        time.sleep(0.2)
        file.write(data[at:at + step])
