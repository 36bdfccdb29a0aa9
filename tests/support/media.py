# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real media, made by ffmpeg once per build folder."""

import fcntl
import hashlib
import pathlib
import shutil
import subprocess
import wave
from array import array

RATE = 44100


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, words)], check=True)


def counter_wav(path, frames, start=0):
    """Stereo 16-bit PCM whose left channel counts up and whose right one counts down: every lost,
    doubled or changed sample shows."""
    samples = array("h")
    for n in range(start, start + frames):
        samples.append((n & 0xFFFF) - 32768)
        samples.append(32767 - (n & 0xFFFF))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())


def decode(path):
    """Samples of the first audio stream, S16LE interleaved, as octets."""
    return subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-map", "0:a:0", "-f", "s16le", "-"],
        check=True, capture_output=True).stdout


TRACKS = [
    # path, tags, number of frames; lengths are no multiple of any block
    ("Music/Björk/Vespertine/01 Hidden Place.flac",
     {"title": "Hidden Place", "artist": "Björk", "album": "Vespertine", "genre": "Electronic",
      "date": "2001", "track": "1"}, 132307),
    ("Music/Björk/Vespertine/02 Cocoon.flac",
     {"title": "Cocoon", "artist": "Björk", "album": "Vespertine", "genre": "Electronic", "date": "2001",
      "track": "2"}, 88217),
    ("Music/Can/Ege Bamyasi/01 Pinch.mp3",
     {"title": "Pinch", "artist": "Can", "album": "Ege Bamyasi", "genre": "Krautrock", "date": "1972",
      "track": "1"}, 176413),
    ("Music/Can/Ege Bamyasi/10 Spoon & Fork <live>.m4a",
     {"title": "Spoon & Fork <live>", "artist": "Can", "album": "Ege Bamyasi", "genre": "Krautrock",
      "date": "1972", "track": "10"}, 132307),
    ("Music/loose.wav", {}, 441009),
]


def make_library(folder):
    """A folder with music, a video, pictures, and the usual things that are no media."""
    folder = pathlib.Path(folder)
    scratch = folder / "counter.wav"
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, tags, frames) in enumerate(TRACKS):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".wav":
            counter_wav(path, frames)
            continue
        counter_wav(scratch, frames, start=number * 1000)
        metadata = [word for key, value in tags.items() for word in ("-metadata", f"{key}={value}")]
        ffmpeg("-i", scratch, *metadata, path)
    scratch.unlink(missing_ok=True)
    (folder / "Videos").mkdir()
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=4", "-f", "lavfi", "-i",
           "sine=frequency=440:duration=4", "-pix_fmt", "yuv420p", "-metadata", "title=Test Card",
           folder / "Videos/Test Card.mp4")
    (folder / "Pictures").mkdir()
    for name in ("red", "blue"):
        ffmpeg("-f", "lavfi", "-i", f"color={name}:size=640x480:duration=1", "-frames:v", "1",
               folder / f"Pictures/{name}.jpg")
    (folder / "Music/notes.txt").write_text("no media\n")
    (folder / "Music/.hidden.mp3").write_bytes(b"hidden\n")
    return folder


def copy_library(folder, build):
    """The same in a folder of one's own, copied from the build folder, where the first who wants it makes it."""
    kept = pathlib.Path(build) / f"library-{hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()[:16]}"
    with open(f"{kept}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            half = kept.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            make_library(half).rename(kept)
    return pathlib.Path(shutil.copytree(kept, folder))
