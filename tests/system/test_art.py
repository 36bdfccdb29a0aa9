# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures that stand for media: what the server offers and serves, what it remembers, and what it does when a file or
a worker is of no use."""

import os
import signal
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from house import wait_until
from media import ffmpeg
from quarters import add_orientation, check_like, corners, decode, GREEN, make_quarters, near, TURNS, UPRIGHT
from test_server import DIDL, UPNP, Client, url_of


def fetch(house, url, *options, host="phone"):
    """(status, headers, octets)"""
    answer = subprocess.run([*house.hosts[host].prefix, "curl", "-s", "-i", "--max-time", "60", *options, url],
                            check=True, capture_output=True).stdout
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return int(lines[0].split()[1]), headers, body


def objects_of(ask, object_id):
    """Elements by title."""
    reply = ask.browse(object_id)
    return {element.findtext("{http://purl.org/dc/elements/1.1/}title"): element
            for element in ElementTree.fromstring(reply["Result"])}


def art_of(element):
    """profile → URL"""
    return {art.get("{urn:schemas-dlna-org:metadata-1-0/}profileID"): art.text
            for art in element.findall(f"{UPNP}albumArtURI")}


def resources_of(element):
    return [(res.get("protocolInfo"), res.get("resolution"), res.text) for res in element.findall(f"{DIDL}res")]


@pytest.fixture
def gallery(house):
    """Pictures, a film and songs, readable for everybody and changeable."""
    folder = house.folder / "gallery"
    for name in ("Bare", "Covered", "Boxed"):
        (folder / name).mkdir(parents=True)
    make_quarters(folder / "large.jpg", 1600, 1200)
    make_quarters(folder / "turned.jpg", 1600, 1200)
    add_orientation(folder / "turned.jpg", 6)
    make_quarters(folder / "small.jpg", 100, 80)
    make_quarters(folder / "drawing.png", 300, 200)
    make_quarters(folder / "film.mp4", 320, 160, "-c:v", "mpeg4", seconds=2)
    make_quarters(house.folder / "cover.jpg", 500, 500)
    for name, cover in (("Bare", False), ("Covered", True), ("Boxed", False)):
        inputs = ["-i", house.folder / "cover.jpg", "-map", "0", "-map", "1", "-c:v", "copy"] if cover else []
        ffmpeg("-f", "lavfi", "-i", "sine=d=1", *inputs, "-metadata", f"album={name}", "-metadata",
               f"title=Song {name}", "-metadata", "artist=A", folder / name / "1.mp3")
    return folder


@pytest.fixture
def ask(house, gallery, start_server):
    process = start_server(gallery)
    client = Client(house, url_of(house, process), "phone")
    client.process = process
    return client


def test_pictures_come_in_all_sizes(house, ask, gallery):
    shown = objects_of(ask, "pictures-all")
    resources = resources_of(shown["turned"])
    profiles = [info.split("DLNA.ORG_PN=")[1].split(";")[0] for info, _, _ in resources]
    assert profiles == ["JPEG_LRG", "JPEG_MED", "JPEG_SM", "JPEG_TN"]  # the file first, the thumbnail last
    for (info, resolution, url), size in zip(resources[1:], ((576, 768), (360, 480), (120, 160))):
        assert "DLNA.ORG_CI=1" in info and resolution == f"{size[0]}x{size[1]}"
        status, headers, data = fetch(house, url, "-H", "getcontentFeatures.dlna.org: 1",
                                      "-H", "transferMode.dlna.org: Interactive")
        assert status == 200 and headers["content-type"] == "image/jpeg"
        assert headers["contentfeatures.dlna.org"] == info.split(":", 3)[3]
        assert headers["transfermode.dlna.org"] == "Interactive"
        assert decode(data)[:2] == size and corners(data) == UPRIGHT[6]
        check_like(data, gallery / "turned.jpg", TURNS[6])
    # smaller than a form is offered as it is, and still has its thumbnail
    assert [r[1] for r in resources_of(shown["small"])] == ["100x80", "100x80"]
    # what is no JPEG can be had as one
    drawing = resources_of(shown["drawing"])
    assert [("JPEG" in info, size) for info, size, _ in drawing][1:] == [(True, "300x200")] * 3 + [(True, "160x107")]
    data = fetch(house, drawing[2][2])[2]
    assert decode(data)[:2] == (300, 200)
    check_like(data, gallery / "drawing.png")
    png = fetch(house, art_of(shown["large"])["PNG_TN"])[2]
    assert png[:4] == b"\x89PNG" and decode(png)[:2] == (160, 120) and corners(png) == (0, 1, 2, 3)
    check_like(png, gallery / "large.jpg")
    large = fetch(house, art_of(shown["large"])["PNG_TN"].replace("-tn.png", "-lrg.png"))[2]
    assert large[:4] == b"\x89PNG" and decode(large)[:2] == (1600, 1200)
    check_like(large, gallery / "large.jpg")


def test_covers_films_and_albums(house, ask, gallery):
    film = objects_of(ask, "video-all")["film"]
    info, _, url = resources_of(film)[-1]
    assert "DLNA.ORG_PN=JPEG_TN" in info and "DLNA.ORG_CI=1" in info
    data = fetch(house, url)[2]
    assert decode(data)[:2] == (160, 80) and corners(data) == (0, 1, 2, 3)
    check_like(data, gallery / "film.mp4")
    songs = objects_of(ask, "music-tracks")
    data = fetch(house, art_of(songs["Song Covered"])["JPEG_TN"])[2]
    assert decode(data)[:2] == (160, 160) and corners(data) == (0, 1, 2, 3)
    assert art_of(songs["Song Bare"]) == {}
    albums = objects_of(ask, "music-albums")
    data = fetch(house, art_of(albums["Covered"])["JPEG_SM"])[2]
    assert decode(data)[:2] == (480, 480) and corners(data) == (0, 1, 2, 3)
    check_like(data, house.folder / "cover.jpg")
    assert art_of(albums["Bare"]) == {}


def test_microsofts_way_to_a_cover(house, ask):
    """The item's own URL with ?albumArt=true; whatever else stands there, the item itself."""
    songs = objects_of(ask, "music-tracks")
    covered, bare = songs["Song Covered"], songs["Song Bare"]
    url = resources_of(covered)[0][2]
    thumbnail = fetch(house, art_of(covered)["JPEG_TN"])[2]
    for query in ("albumArt=true", "x=1&albumArt=true"):
        status, headers, data = fetch(house, f"{url}?{query}")
        assert (status, headers["content-type"], data) == (200, "image/jpeg", thumbnail)
    for query in ("albumArt=false", "albumArt=true1", "xalbumArt=true", ""):
        assert fetch(house, f"{url}?{query}")[1]["content-type"] == "audio/mpeg"
    assert fetch(house, f"{resources_of(bare)[0][2]}?albumArt=true")[0] == 404


def test_art_beside_a_film_and_changes(house, ask, gallery):
    url = art_of(objects_of(ask, "video-all")["film"])["JPEG_TN"]
    first = fetch(house, url)
    # what is known is not asked for again
    assert fetch(house, url, "-H", f"If-None-Match: {first[1]['etag']}")[0] == 304
    make_quarters(gallery / "film-poster.jpg", 80, 160)
    poster = fetch(house, url)
    assert decode(poster[2])[:2] == (80, 160) and poster[1]["etag"] != first[1]["etag"]
    ffmpeg("-f", "lavfi", "-i", "color=lime:s=200x100", "-frames:v", "1", gallery / "film-poster.jpg")
    changed = fetch(house, url)[2]
    assert decode(changed)[:2] == (160, 80) and near(decode(changed)[2](80, 40), GREEN)


def test_bad_urls_and_files(house, ask, gallery):
    good = art_of(objects_of(ask, "pictures-all")["large"])["JPEG_TN"]
    base, name = good.rsplit("/", 1)
    for wrong in ("", "x", "-", "tn.jpg", "i000000000000001-0-tn.jpg", name.replace("tn", "xx"),
                  name.replace("-tn", "tn"), "../media/" + name, "%2e%2e/" + name, "c0-0-tn.jpg", "music--tn.jpg",
                  "9" * 300 + "-0-tn.jpg"):
        assert fetch(house, f"{base}/{wrong}", "--path-as-is")[0] in (400, 404), wrong
    (gallery / "large.jpg").write_bytes((gallery / "large.jpg").read_bytes()[:200])
    assert fetch(house, good)[0] == 404
    assert fetch(house, good)[0] == 404  # and it is not tried again
    (gallery / "large.jpg").unlink()
    assert fetch(house, good)[0] == 404


def test_the_cache_stays_small_and_survives(house, gallery, start_server):
    # noise, of which little fits into one MiB
    for number in range(8):
        ffmpeg("-f", "lavfi", "-i", f"nullsrc=s=1600x1200,geq=random({number})*255:128:128", "-frames:v", "1",
               "-q:v", "3", gallery / f"noise{number}.jpg")
    process = start_server(gallery, options=["--art-cache", "1"])
    ask = Client(house, url_of(house, process), "phone")
    art = house.folder / "state-Attic/art"
    urls = [art_of(element)["JPEG_MED"] for title, element in objects_of(ask, "pictures-all").items()
            if title.startswith("noise")]
    assert len(urls) == 8
    total = 0
    for url in urls:
        answer = fetch(house, url)
        assert answer[0] == 200
        total += len(answer[-1])
    assert total > 1024 * 1024  # so something had to go
    used = sum(path.stat().st_size for path in art.rglob("*") if path.is_file())
    assert 0 < used <= 1024 * 1024
    kept = {path.name for path in art.rglob("*") if path.is_file()}
    assert fetch(house, urls[-1])[0] == 200
    assert {path.name for path in art.rglob("*") if path.is_file()} == kept  # it was there


def test_a_dead_worker_costs_one_try(house, ask):
    """Worker processes that die while pictures are asked for end neither the server nor the answers."""
    urls = [art_of(element)["JPEG_SM"] for element in objects_of(ask, "pictures-all").values()]
    waiting = [subprocess.Popen([*house.hosts["phone"].prefix, "curl", "-s", "-o", os.devnull, "-w", "%{http_code}",
                                 "--max-time", "90", url], stdout=subprocess.PIPE) for url in urls * 4]
    children = wait_until("workers", lambda: [pid for pid, path in house.hosts["server"].inside().items()
                                              if path.endswith("/worker")])
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    codes = {process.communicate()[0].decode() for process in waiting}
    assert codes <= {"200", "404", "503"} and "200" in codes, codes
    assert fetch(house, urls[0])[0] in (200, 404)
    assert ask.process.popen.poll() is None


def test_icons(house, ask):
    """Two sizes in two forms, as the description says (DLNA guidelines 7.2.27)."""
    device = "{urn:schemas-upnp-org:device-1-0}"
    description = ElementTree.fromstring(fetch(house, f"{ask.url}/description.xml")[2])
    icons = {(icon.findtext(f"{device}mimetype"), icon.findtext(f"{device}width"), icon.findtext(f"{device}height"),
              icon.findtext(f"{device}depth")): icon.findtext(f"{device}url") for icon in description.iter(f"{device}icon")}
    assert set(icons) == {(f"image/{form}", size, size, "24") for form in ("jpeg", "png") for size in ("48", "120")}
    for (mime, size, _, _), path in icons.items():
        status, headers, data = fetch(house, ask.url + path)
        assert status == 200 and headers["content-type"] == mime
        assert headers["transfermode.dlna.org"] == "Interactive"
        width, height, pixel, _ = decode(data)
        assert (width, height) == (int(size), int(size))
        middle, edge, corner = pixel(width // 2, height // 2), pixel(width // 2, height // 10), pixel(0, 0)
        assert near(middle, (255, 204, 64)) and near(edge, (23, 71, 107)) and near(corner, (255, 255, 255))
    assert fetch(house, f"{ask.url}/icon/other.png")[0] == 404
