# SPDX-License-Identifier: LGPL-2.1-or-later
"""Media of many formats with the same tags, by ffmpeg where it can, else by hand."""

import struct

from media import ffmpeg

TAGS = {
    "title": "Halleluhwah", "artist": "Can;Faust", "album_artist": "Can", "album": "Tago Mago", "genre": "Krautrock",
    "composer": "Liebezeit", "date": "1971-02-05", "track": "3/7", "disc": "1/2", "comment": "loud",
    "CONDUCTOR": "Nobody", "show": "The Show", "season_number": "2", "episode_sort": "5",
}
SOUND = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=1"]
PICTURE = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=1"]

AUDIO = {  # file: encoder and options
    "a.mp3": ["libmp3lame"], "a.flac": ["flac"], "a.ogg": ["libvorbis"], "a.opus": ["libopus"], "a.m4a": ["aac"],
    "alac.m4a": ["alac"], "a.wav": ["pcm_s16le"], "a.aiff": ["pcm_s16be", "-write_id3v2", "1"], "a.wv": ["wavpack"],
    "a.wma": ["wmav2"], "a.aac": ["aac", "-write_id3v2", "1"], "a.mka": ["flac"], "a.tta": ["tta"],
}
VIDEO = {  # file: video encoder, audio encoder
    "v.mp4": ("libx264", "aac"), "v.mkv": ("libx264", "ac3"), "v.webm": ("libvpx", "libvorbis"),
    "v.ts": ("libx264", "aac"), "v.mpg": ("mpeg2video", "mp2"), "v.avi": ("mpeg4", "libmp3lame"),
    "v.mov": ("libx264", "aac"), "v.wmv": ("wmv2", "wmav2"), "v.3gp": ("h263", "aac"),
}
STILLS = ["p.jpg", "p.png", "p.gif", "p.webp", "p.tiff", "p.avif"]


def id3v2(*frames):
    """A tag of version 2.4; frames are (name, body)."""
    body = b"".join(name + struct.pack(">BBBB", *(len(b) >> n & 127 for n in (21, 14, 7, 0))) + b"\0\0" + b
                    for name, b in frames)
    return b"ID3\4\0\0" + struct.pack(">BBBB", *(len(body) >> n & 127 for n in (21, 14, 7, 0))) + body


def text(value):
    return b"\3" + value.encode()


def dsf(path):
    """A second of silence in DSD64, two channels, with a tag at its end."""
    channels, rate, block = 2, 2822400, 4096
    samples = block * channels * 86
    fmt = b"fmt " + struct.pack("<QIIIIIIQII", 52, 1, 0, 2, channels, rate, 1, block * 86 * 8, block, 0)
    data = b"data" + struct.pack("<Q", 12 + samples) + b"\x69" * samples
    tag = id3v2((b"TIT2", text("Halleluhwah")), (b"TPE1", text("Can\0Faust")), (b"TALB", text("Tago Mago")))
    start = 28 + len(fmt) + len(data)
    path.write_bytes(b"DSD " + struct.pack("<QQQ", 28, start + len(tag), start) + fmt + data + tag)


def dff(path):
    """The same as DSDIFF."""
    def chunk(name, body):
        return name + struct.pack(">Q", len(body)) + body + b"\0" * (len(body) & 1)

    prop = (b"SND " + chunk(b"FS  ", struct.pack(">I", 2822400)) + chunk(b"CHNL", struct.pack(">H", 2) + b"SLFTSRGT")
            + chunk(b"CMPR", b"DSD \x0enot compressed\0"))
    body = (b"DSD " + chunk(b"FVER", struct.pack(">I", 0x01050000)) + chunk(b"PROP", prop)
            + chunk(b"DSD ", b"\x69" * (2822400 // 8 * 2))
            + chunk(b"ID3 ", id3v2((b"TIT2", text("Halleluhwah")), (b"TPE1", text("Can\0Faust")))))
    path.write_bytes(chunk(b"FRM8", body))


def rated_mp3(path, plain):
    """Values that ffmpeg cannot write: several in one frame, stars, tags for sorting."""
    path.write_bytes(id3v2(
        (b"TIT2", text("Rated")), (b"TPE1", text("Can\0Faust")), (b"TCON", text("Rock\0Kraut")),
        (b"TSOP", text("Aaa")), (b"POPM", b"a@b\0\xc4\0\0\0\1"), (b"TDRC", text("1971"))) + plain)


def ape(path):
    """A second of Monkey's Audio as its header says it (nobody can decode these frames), with an APEv2 tag."""
    descriptor = b"MAC \x8c\x0f\0\0" + struct.pack("<7I", 52, 24, 4, 44, 0, 64, 0) + b"\0" * 16
    header = struct.pack("<HHIIIHHI", 2000, 0, 73728, 44100, 1, 16, 2, 44100)
    items = {"Title": "Halleluhwah", "Artist": "Can\0Faust", "Album": "Tago Mago", "Album Artist": "Can",
             "Genre": "Krautrock", "Composer": "Liebezeit", "Conductor": "Nobody", "Year": "1971-02-05",
             "Track": "3/7", "Disc": "1/2", "BPM": "126", "Comment": "loud",
             "REPLAYGAIN_TRACK_GAIN": "-6.54 dB"}
    body = b"".join(struct.pack("<II", len(value.encode()), 0) + name.encode() + b"\0" + value.encode()
                    for name, value in items.items())

    def frame(flags):
        return b"APETAGEX" + struct.pack("<IIII", 2000, len(body) + 32, len(items), flags) + b"\0" * 8

    sound = struct.pack("<I", 52 + 24 + 4 + 44) + b"\0" * 44 + b"\x55" * 64
    path.write_bytes(descriptor + header + sound + frame(0xA0000000) + body + frame(0x80000000))


def hdr10(path):
    """A film that says how bright it was mastered, with chapters, two languages of sound and one of subtitles."""
    notes = path.with_suffix(".txt")
    notes.write_text(";FFMETADATA1\n" + "".join(
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={n * 300}\nEND={n * 300 + 300}\ntitle=Part {n}\n" for n in range(3)))
    subtitles = path.with_suffix(".srt")
    subtitles.write_text("1\n00:00:00,000 --> 00:00:00,500\nHi\n")
    ffmpeg(*PICTURE, "-i", notes, "-i", subtitles, *SOUND, "-map", "0:v", "-map", "3:a", "-map", "3:a", "-map", "2:s",
           "-map_metadata", "1", "-c:a", "flac", "-metadata:s:a:0", "language=fre", "-metadata:s:a:1", "language=jpn",
           "-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params",
           "log-level=error:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:"
           "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400",
           "-c:s", "srt", "-metadata:s:s:0", "language=fin", path)
    notes.unlink()
    subtitles.unlink()


def grown(data, path, more):
    """Boxes with more at the end of the innermost one; the size of each on the way there is another."""
    at, out = 0, b""
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        inside = data[at + 8:at + size]
        if name == path[0]:
            head, deeper = (8, inside[8:]) if name == b"stsd" else (0, inside)
            inside = inside[:head] + (grown(deeper, path[1:], more) if path[1:] else deeper + more)
        out += struct.pack(">I4s", 8 + len(inside), name) + inside
        at += size
    return out


def hlg_and_dolby(hlg, dolby):
    """Two other ways to be brighter: by the transfer function alone, and as a box of the sample entry says."""
    small = ["-t", "0.2", "-c:v", "libx264", "-pix_fmt", "yuv420p"]
    # said of the pictures, too, which FFmpeg 7 asks before the options
    ffmpeg(*PICTURE, "-vf", "setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc", *small,
           "-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc", hlg)
    ffmpeg(*PICTURE, *small, dolby)
    # version 1.0, profile 8, level 1, with metadata, a base layer that others can show
    says = struct.pack(">I4sBBHB19x", 32, b"dvvC", 1, 0, 8 << 9 | 1 << 3 | 5, 1 << 4)
    data = dolby.read_bytes()
    assert data.index(b"mdat") < data.index(b"moov"), "places of samples do not change"
    dolby.write_bytes(grown(data, [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1"], says))


def exif(make, model, date, orientation):
    """An APP1 segment: maker, model, turn, date in the second directory, and a place."""
    def ascii_field(tag, value, at):
        return struct.pack("<HHII", tag, 2, len(value), at), value

    heap, entries = b"", []
    base = 8 + 2 + 12 * 5 + 4
    for tag, value in ((0x10F, make), (0x110, model)):
        entry, data = ascii_field(tag, value, base + len(heap))
        entries.append(entry)
        heap += data
    entries.append(struct.pack("<HHIHH", 0x112, 3, 1, orientation, 0))
    sub = base + len(heap)
    date_at = sub + 2 + 12 + 4
    exif_directory = struct.pack("<H", 1) + struct.pack("<HHII", 0x9003, 2, 20, date_at) + b"\0" * 4 + date
    gps = sub + len(exif_directory)
    parts = gps + 2 + 12 * 4 + 4
    gps_directory = struct.pack("<H", 4) + struct.pack("<HHI4s", 1, 2, 2, b"N") + struct.pack(
        "<HHII", 2, 5, 3, parts) + struct.pack("<HHI4s", 3, 2, 2, b"E") + struct.pack(
        "<HHII", 4, 5, 3, parts + 24) + b"\0" * 4 + struct.pack("<12I", 48, 1, 51, 1, 0, 1, 2, 1, 17, 1, 0, 1)
    entries += [struct.pack("<HHII", 0x8769, 4, 1, sub), struct.pack("<HHII", 0x8825, 4, 1, gps)]
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<H", 5) + b"".join(entries) + b"\0" * 4 + heap
    body = b"Exif\0\0" + tiff + exif_directory + gps_directory
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def heic(path, date):
    """What a telephone writes, less the pixels: the picture is listed with its size and when it was taken."""
    def box(name, body):
        return struct.pack(">I", 8 + len(body)) + name + body

    def build(exif_at):
        ispe = box(b"ispe", struct.pack(">III", 0, 4032, 3024))
        ipma = box(b"ipma", struct.pack(">IIHBB", 0, 1, 1, 1, 1))
        infe = b"".join(box(b"infe", struct.pack(">IHH", 2 << 24, item, 0) + kind + b"\0")
                        for item, kind in ((1, b"hvc1"), (2, b"Exif")))
        iloc = struct.pack(">IHH", 0, 0x4400, 2) + b"".join(
            struct.pack(">HHHII", item, 0, 1, at, size) for item, at, size in ((1, exif_at + len(item_2), 64),
                                                                               (2, exif_at, len(item_2))))
        meta = box(b"meta", b"\0" * 4 + box(b"pitm", struct.pack(">IH", 0, 1)) + box(b"iinf", struct.pack(">IH", 0, 2) + infe)
                   + box(b"iloc", iloc) + box(b"iprp", box(b"ipco", ispe) + ipma))
        return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta

    item_2 = struct.pack(">I", 6) + exif(b"Annie\0", b"Annie P9\0", date, 1)[4:]
    path.write_bytes(build(len(build(0)) + 8) + box(b"mdat", item_2 + b"\0" * 64))


def make(folder):
    """All of it into folder."""
    folder.mkdir(parents=True)
    tags = [word for key, value in TAGS.items() for word in ("-metadata", f"{key}={value}")]
    for name, (encoder, *options) in AUDIO.items():
        ffmpeg(*SOUND, *tags, "-c:a", encoder, *options, folder / name)
    for name, (video, audio) in VIDEO.items():
        size = ["-s", "352x288"] if name == "v.3gp" else []
        ffmpeg(*PICTURE, *SOUND, *tags, "-metadata:s:a:0", "language=ger", "-c:v", video, "-pix_fmt", "yuv420p",
               "-c:a", audio, *size, folder / name)
    for name in STILLS:
        ffmpeg(*PICTURE, "-frames:v", "1", folder / name)
    dsf(folder / "d.dsf")
    dff(folder / "d.dff")
    ffmpeg(*SOUND, "-c:a", "libmp3lame", "-id3v2_version", "0", "-write_xing", "0", folder / "plain.mp3")
    rated_mp3(folder / "rated.mp3", (folder / "plain.mp3").read_bytes())
    (folder / "plain.mp3").unlink()
    jpeg = (folder / "p.jpg").read_bytes()
    (folder / "taken.jpg").write_bytes(
        jpeg[:2] + exif(b"Annie\0", b"Annie X100\0", b"2019:03:01 10:20:30\0", 6) + jpeg[2:])
    heic(folder / "h.heic", b"2020:06:07 08:09:10\0")
    ape(folder / "a.ape")
    hdr10(folder / "hdr.mkv")
    hlg_and_dolby(folder / "hlg.mkv", folder / "dolby.mp4")
    ffmpeg(*SOUND, "-metadata", "title=Loud", "-metadata", "REPLAYGAIN_TRACK_GAIN=-6.54 dB",
           "-metadata", "REPLAYGAIN_ALBUM_GAIN=+1.20 dB", "-metadata", "BPM=126", "-metadata", "LYRICS=La la la",
           "-metadata", "compilation=1", "-metadata", "track=3", "-metadata", "tracktotal=7",
           "-metadata", "ORIGINALDATE=1969-05-01", folder / "facts.flac")
    return folder
