# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every container with every codec that the library lists and ffmpeg writes reaches a player that knows MPEG-2, LPCM and
JPEG only: of each it gets something that decodes, as long and as large as it should be. A few by default, with
AV_UPNP_SOURCES=all each of them."""

import os
import pathlib
import shutil
import tempfile
import xml.etree.ElementTree as ElementTree

import pytest

from house import wait_until
from media import ffmpeg
from test_clients import curl, listing
from test_convert import make_dsf
from test_dlna import probe
from test_server import DC, DIDL, url_of

ALL = os.environ.get("AV_UPNP_SOURCES") == "all"
SECONDS = 2
NOBODY = 65534  # what the server is that root starts
OLD = """[Museum piece]
Match.User-Agent = museum/1
Plays.Video = video/mpeg : mpeg2video : mp2 ac3
Plays.Audio = audio/L16
Plays.Image = image/jpeg
Convert.Order = lpcm mpeg-ps-pal mpeg-ps-ntsc
"""
AGENT = ["User-Agent: museum/1.0"]
X264, FAST265 = "libx264 -preset ultrafast", "libx265 -preset ultrafast -x265-params log-level=none"
AV1, VP9 = "libsvtav1 -preset 12", "libvpx-vp9 -deadline realtime -cpu-used 8"

# file, picture, sound; what stands first of its kind is also tried where not all are
FILMS_FEW = [
    ("xvid.avi", "mpeg4 -vtag XVID", "libmp3lame"), ("wmv2.wmv", "wmv2", "wmav2"), ("flv1.flv", "flv", "libmp3lame"),
    ("vp9.webm", VP9, "libopus"), ("theora.ogv", "libtheora", "libvorbis"), ("mjpeg.mov", "mjpeg", "pcm_s16be"),
]
FILMS = [
    ("msmpeg4.avi", "msmpeg4", "libmp3lame"), ("mjpeg.avi", "mjpeg", "pcm_s16le"), ("h264.avi", X264, "ac3"),
    ("huffyuv.avi", "huffyuv", "pcm_s16le"), ("ffvhuff.avi", "ffvhuff", "pcm_s16le"), ("raw.avi", "rawvideo", "pcm_s16le"),
    ("dv.mov", "dvvideo -s 720x576 -pix_fmt yuv420p", "pcm_s16le"), ("utvideo.avi", "utvideo", "pcm_s16le"),
    ("dnxhd.mov", "dnxhd -s 1920x1080 -b:v 120M -pix_fmt yuv422p", "pcm_s16le"), ("svq1.mov", "svq1 -pix_fmt yuv410p", "aac"),
    ("cinepak.avi", "cinepak -pix_fmt rgb24", "pcm_s16le"), ("h264-10.mkv", X264 + " -pix_fmt yuv420p10le", "aac"),
    ("hevc-10.mkv", FAST265 + " -pix_fmt yuv420p10le", "aac"), ("xvid.divx", "mpeg4", "ac3 -f avi"), ("mpeg4mp2.avi", "mpeg4", "mp2"),
    ("wmv1.wmv", "wmv1", "wmav1"), ("msmpeg4.asf", "msmpeg4", "wmav2"), ("h264.flv", X264, "aac"), ("h264.f4v", X264, "aac"),
    ("h264.mov", X264, "aac"), ("prores.mov", "prores_ks", "pcm_s16le"), ("hevc.mov", FAST265 + " -tag:v hvc1", "alac"),
    ("h264.mp4", X264, "aac"), ("hevc.mp4", FAST265, "eac3"), ("mpeg4.mp4", "mpeg4", "libmp3lame"), ("av1.mp4", AV1, "libopus"),
    ("vp9.mp4", VP9, "flac -strict -2"), ("h264.m4v", X264, "ac3"), ("mpeg4.3gp", "mpeg4", "aac"), ("h264.3gp", X264, "aac"),
    ("h263.3gp", "h263 -s 176x144", "aac"), ("h264.3g2", X264, "aac"), ("vp8.webm", "libvpx -deadline realtime", "libvorbis"),
    ("av1.webm", AV1, "libopus"), ("hevc.mkv", FAST265, "flac"), ("h264.mkv", X264, "dca -strict -2"), ("av1.mkv", AV1, "libopus"),
    ("vp9.mkv", VP9, "libvorbis"), ("vp8.mkv", "libvpx -deadline realtime", "libvorbis"), ("mpeg4.mkv", "mpeg4", "eac3"),
    ("theora.mkv", "libtheora", "libvorbis"), ("mjpeg.mkv", "mjpeg", "pcm_s24le"), ("mpeg1.mkv", "mpeg1video", "mp2"),
    ("mpeg2.mkv", "mpeg2video", "truehd -strict -2"), ("ffv1.mkv", "ffv1", "alac"), ("wmv2.mkv", "wmv2", "wmav2"),
    ("flv1.mkv", "flv", "libmp3lame"), ("prores.mkv", "prores_ks", "pcm_s16le"), ("h264.mk3d", X264, "aac -f matroska"),
    ("mpeg1.mpg", "mpeg1video", "mp2"), ("mpeg2.mpg", "mpeg2video", "mp2"), ("mpeg2.mpeg", "mpeg2video", "ac3"),
    ("mpeg2.vob", "mpeg2video", "ac3"), ("mpeg2.ts", "mpeg2video", "mp2"), ("h264.ts", X264, "aac"), ("hevc.ts", FAST265, "ac3"),
    ("h264mp3.ts", X264, "libmp3lame"), ("mpeg4.ts", "mpeg4", "eac3"), ("opus.ts", X264, "libopus"),
    ("h264.m2ts", X264, "ac3 -mpegts_m2ts_mode 1"), ("mpeg2.m2ts", "mpeg2video", "ac3 -mpegts_m2ts_mode 1"),
    ("hevc.mts", FAST265, "eac3 -f mpegts -mpegts_m2ts_mode 1"),
]
SONGS_FEW = [("opus.opus", "libopus"), ("wma.wma", "wmav2"), ("tta.tta", "tta")]
SONGS = [
    ("mp3.mp3", "libmp3lame"), ("flac.flac", "flac"), ("s16.wav", "pcm_s16le"), ("s24.wav", "pcm_s24le"), ("f32.wav", "pcm_f32le"),
    ("u8.wav", "pcm_u8"), ("alaw.wav", "pcm_alaw"), ("adpcm.wav", "adpcm_ms"), ("ima.wav", "adpcm_ima_wav"), ("aac.m4a", "aac"),
    ("alac.m4a", "alac"), ("aac.m4b", "aac -f ipod"), ("vorbis.ogg", "libvorbis"), ("flac.oga", "flac"), ("opus.oga", "libopus"),
    ("speex.ogg", "libspeex"), ("aac.aac", "aac"), ("wma1.wma", "wmav1"), ("s16.aif", "pcm_s16be"), ("s24.aiff", "pcm_s24be"),
    ("wv.wv", "wavpack"), ("ac3.ac3", "ac3"), ("eac3.ac3", "eac3 -f eac3"), ("flac.mka", "flac"), ("opus.mka", "libopus"),
    ("dts.mka", "dca -strict -2"), ("truehd.mka", "truehd -strict -2"), ("pcm.mka", "pcm_s16le"), ("vorbis.mka", "libvorbis"),
    ("alac.caf", "alac"), ("pcm.caf", "pcm_s16be"), ("pcm.au", "pcm_s16be"), ("mp2.mp2", "mp2"), ("opus.webm", "libopus"),
    ("aac.3gp", "aac"),
]
PICTURES_FEW = [("webp.webp", "libwebp"), ("deep.tiff", "tiff -pix_fmt rgb48le")]
PICTURES = [
    ("jpeg.jpg", "mjpeg -pix_fmt yuvj420p"), ("444.jpeg", "mjpeg -pix_fmt yuvj444p"), ("png.png", "png"),
    ("deep.png", "png -pix_fmt rgba64be"), ("grey.png", "png -pix_fmt gray"), ("palette.png", "png -pix_fmt pal8"),
    ("gif.gif", "gif"), ("bmp.bmp", "bmp"), ("tiff.tif", "tiff"), ("lzw.tiff", "tiff -compression_algo lzw"),
    ("lossless.webp", "libwebp -lossless 1"), ("avif.avif", "libaom-av1 -still-picture 1 -cpu-used 8 -pix_fmt yuv420p"),
]


def place(folder, name):
    """A file whose title tells it from all others: "xvid-avi"."""
    return folder / (name.replace(".", "-") + pathlib.Path(name).suffix)


def make(folder):
    picture = ["-f", "lavfi", "-i", f"testsrc2=size=320x240:rate=25:duration={SECONDS}"]
    sound = ["-f", "lavfi", "-i", f"sine=440:sample_rate=48000:duration={SECONDS}"]
    for name, video, audio in FILMS_FEW + (FILMS if ALL else []):
        plain = [] if "-pix_fmt" in video or "prores" in video else ["-pix_fmt", "yuvj420p" if "mjpeg" in video else "yuv420p"]
        ffmpeg(*picture, *sound, "-ac", "2", *plain, "-c:v", *video.split(), "-c:a", *audio.split(), place(folder, name))
    for name, audio in SONGS_FEW + (SONGS if ALL else []):
        rate = [] if "opus" in audio else ["-ar", "44100"] if "speex" not in audio else ["-ar", "32000"]
        ffmpeg(*sound, "-ac", "2", *rate, "-c:a", *audio.split(), place(folder, name))
    for name, form in PICTURES_FEW + (PICTURES if ALL else []):
        ffmpeg("-f", "lavfi", "-i", "testsrc=size=1600x1200:rate=1:duration=1", "-frames:v", "1", "-c:v", *form.split(),
               *([] if name.endswith((".avif", ".gif", ".webp")) else ["-f", "image2"]), place(folder, name))
    if ALL:
        make_dsf(place(folder, "dsd.dsf"), SECONDS)


def measured_as_fast(house):
    """What a server finds that measured its machine before: a busy one would offer less."""
    model = [line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    state = house.folder / "state-Attic"
    state.mkdir(mode=0o700)
    kept = state / "convert-speed"
    kept.write_text(f"1{' 9000000000' * 5} {os.cpu_count()} {model[0] if model else 'unknown'}\n")
    for path in (state, kept):
        os.chown(path, NOBODY, NOBODY)


@pytest.fixture
def sources():
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-sources-"))
    scratch.chmod(0o755)
    make(scratch)
    yield scratch
    shutil.rmtree(scratch)


def first_resource(item):
    """What a player takes that does not look further: the first that is neither art nor text."""
    return next((res.get("protocolInfo"), res.text) for res in item.findall(f"{DIDL}res")
                if "/subtitle/" not in res.text and ("image/" in res.get("protocolInfo") or "/art/" not in res.text))


def check_film(name, info, path):
    assert ":video/mpeg:" in info, (name, info)
    found = probe(path, "-show_streams", "-show_format", "-count_frames")
    picture, = [s for s in found["streams"] if s["codec_type"] == "video"]
    sound, = [s for s in found["streams"] if s["codec_type"] == "audio"]
    assert (picture["codec_name"], sound["codec_name"] in ("mp2", "ac3")) == ("mpeg2video", True), (name, picture, sound)
    # a film of MPEG-2 as it is, or one of the sizes of MPEG_PS_PAL and _NTSC
    assert (picture["width"], picture["height"]) in ((320, 240), (720, 576), (720, 480)), (name, picture)
    num, den = map(int, picture["r_frame_rate"].split("/"))
    length = int(picture["nb_read_frames"]) * den / num
    assert abs(length - SECONDS) < 0.25 and abs(float(sound["duration"]) - SECONDS) < 0.3, (name, length, sound)


def check_song(name, info, path):
    assert ":audio/L16;rate=" in info and ":DLNA.ORG_PN=LPCM;" in info, (name, info)
    rate = int(info.split(";rate=")[1].split(";")[0])
    channels = int(info.split(";channels=")[1].split(":")[0])
    length = path.stat().st_size / 2 / rate / channels
    assert rate in (44100, 48000) and abs(length - SECONDS) < 0.15, (name, info, length)
    samples = path.read_bytes()
    middle = [int.from_bytes(samples[at:at + 2], "big", signed=True)
              for at in range(len(samples) // 4 & ~3, len(samples) // 2, 2 * channels)]
    assert 1000 < max(middle) < 32767, (name, "silence, or octets the wrong way round")
    crossings = sum((a < 0) != (b < 0) for a, b in zip(middle, middle[1:]))
    tone = crossings / 2 / (len(middle) / rate)
    assert abs(tone - (1000 if name.startswith("dsd") else 440)) < 20, (name, tone)


def check_picture(name, info, path):
    assert ":image/jpeg:" in info, (name, info)
    picture, = probe(path, "-show_streams")["streams"]
    assert (picture["codec_name"], picture["width"], picture["height"]) == ("mjpeg", 1600, 1200), (name, picture)


def test_an_old_player_gets_all(house, sources, start_server):
    own = house.folder / ".config/av-upnp/clients"
    own.mkdir(parents=True)
    own.chmod(0o755)
    (own / "90-museum.client").write_text(OLD)
    measured_as_fast(house)
    server = start_server(sources, options=("--pace", "0", "--convert-nice", "0"),
                          env={"XDG_CONFIG_HOME": str(house.folder / ".config")})
    base = url_of(house, server)

    def by_name():
        answer = {e.findtext(f"{DC}title"): e for e in ElementTree.fromstring(listing(house, base, AGENT))}
        return answer if any("CI=1" in res.get("protocolInfo") and "image/" not in res.get("protocolInfo")
                             for e in answer.values() for res in e.findall(f"{DIDL}res")) else None

    items = wait_until("conversions", by_name)
    fetched = house.folder / "fetched"
    wrong = []
    for path in sorted(sources.iterdir()):
        item = items.get(path.stem)
        if item is None:
            wrong.append((path.name, "is not listed"))
            continue
        info, url = first_resource(item)
        kind = item.findtext("{urn:schemas-upnp-org:metadata-1-0/upnp/}class").split(".")[2]
        status = curl(house, AGENT, "-o", str(fetched), "-w", "%{http_code}", url)
        try:
            assert status == "200", (path.name, info, url, status)
            {"videoItem": check_film, "audioItem": check_song, "imageItem": check_picture}[kind](path.name, info, fetched)
        except (AssertionError, KeyError, StopIteration, ValueError) as error:
            wrong.append((path.name, repr(error)[:500]))
    assert not wrong, "\n" + "\n".join(map(str, wrong))
