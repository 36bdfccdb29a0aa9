#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks of the tree itself: who includes whom, where foreign libraries come in, what each built file
links, what the shared object exports, and whether every header stands alone.

    check_tree.py SOURCE-ROOT BUILD-ROOT

Prints one TAP line per rule; the sizes of the largest files follow as comments.
"""

import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

LIBRARY = "libav-upnp"
PUBLIC = f"{LIBRARY}/include/av-upnp"

# Which folder a public header belongs to; the arrows below are between folders.
OWNERS = {
    "base": "base clock counters cursor data-dir error fd foreign-text keyfile limits log loop mailbox notify play-speed rendering-value settings state-dir text url",
    "crypto": "cipher hash random",
    "xml": "xml-reader xml-writer",
    "net": "address http-date http-download http-fetch http-server http-stream http-upload interface-watch"
    " metrics neighbour socket-mark tfrc",
    "process": "frame local-control privilege program ring sandbox spawner supervisor",
    "profile": "client-profile format-profile",
    "upnp": "action description device-host discovery gena scpd service soap variable",
    "av": "av-transport connection-manager content-directory content-writer didl duration engine media-receiver-registrar object playlist property protocol-info query resource-check"
    " rendering-control",
    "stream": "delivery icy jitter-buffer media-range media-request media-source piece-cipher piece-clock pieces time-index time-seek",
    "control": "last-change object-path playback registry remote-device",
}
ARROWS = {
    "base": "",
    "crypto": "base",
    "xml": "base",
    "process": "base",
    "net": "base crypto",
    "profile": "base",
    "upnp": "base xml net process crypto",
    "av": "base xml upnp net",  # net: only for the types in device-host.h
    "stream": "base xml net crypto process profile",  # process: only the ring; xml: lists of DASH
    "control": "base xml net process crypto upnp av stream profile",
}
# Foreign headers and the one place each may be included from.
DOORS = {
    r"libxml/": f"{LIBRARY}/xml/",
    r"microhttpd\.h": f"{LIBRARY}/net/http-",
    r"curl/": f"{LIBRARY}/net/http-",
    r"gnutls/": f"{LIBRARY}/crypto/",
    r"seccomp\.h": "",  # profiles name system calls; only sandbox.c loads a filter
    r"upnp/": f"{LIBRARY}/upnp/link/",
    r"sqlite3\.h": "mediaserver/catalogue/",
    r"lib(avformat|avcodec|avutil|swscale|swresample)/": "mediaserver/worker/",
    r"uchardet\.h": "mediaserver/worker/charset",
    r"gst/": "renderer/media/",
    r"alsa/": "renderer/media/",
    r"xcb/": "renderer/media/window.c",
    r"jansson\.h": "",
    r"gio/": "renderer/local/",
    r"libcec/": "renderer/cec/bus-libcec.c",
}
# Built file: libraries it must not be linked with, directly or through ours.
NEVER_LINKED = {
    "mediaserver/av-mediaserver": ["libavformat", "libavcodec", "libswscale", "libuchardet", "libgstreamer", "libupnp."],
    "mediaserver/worker/worker": ["libmicrohttpd", "libcurl", "libav-upnp", "libupnp.", "libsqlite"],
    "renderer/av-renderer": ["libgstreamer", "libavcodec", "libupnp.", "libsqlite", "libcec"],
    "renderer/media/media": ["libmicrohttpd", "libcurl", "libav-upnp", "libupnp."],
    "controlpoint/av-controlpoint": ["libgstreamer", "libavcodec", "libsqlite", "libupnp."],
    f"{LIBRARY}/upnp/link/link": ["libmicrohttpd", "libcurl", "libav-upnp.", "libgnutls", "libsqlite"],
}
# SEC-140: what reads no foreign media and talks to the network links these, and nothing else: no library for media,
# pictures, tags, subtitles or archives can come in by one that nobody thought of here.
ONLY_LINKED = {
    "mediaserver/av-mediaserver": "av-upnp glib-2.0 jansson sqlite3",
    "renderer/av-renderer": "av-upnp glib-2.0 gobject-2.0 gio-2.0 jansson",
    "controlpoint/av-controlpoint": "av-upnp glib-2.0 jansson",
    "controlpoint/avcp-ui": "glib-2.0 jansson ncursesw tinfo",
    f"{LIBRARY}/upnp/link/link": "glib-2.0 seccomp upnp ixml",
    f"{LIBRARY}/libav-upnp.so": "glib-2.0 curl-gnutls gnutls jansson microhttpd seccomp xml2",
}
LINKED_BY_ALL = "c m asan ubsan tsan gcc_s"  # and the loader itself
FORBIDDEN_WORDS = r"\b(TODO|FIXME|XXX)\b"
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def sources(root):
    for top in (LIBRARY, "mediaserver", "renderer", "controlpoint"):
        yield from (p for p in sorted((root / top).rglob("*.[ch]")))


def includes(path):
    return [(kind, name) for kind, name in INCLUDE.findall(path.read_text())]


def arrows(root):
    owner_of = {name: folder for folder, names in OWNERS.items() for name in names.split()}
    for path in sources(root):
        place = path.relative_to(root).as_posix()
        stem = path.stem
        if place.startswith(PUBLIC):
            folder = owner_of.get(stem)
            if folder is None:
                yield f"{place}: belongs to no folder (add it to OWNERS)"
                continue
        elif place.startswith(LIBRARY):
            folder = place.split("/")[1]
        else:
            for kind, name in includes(path):
                if name.startswith(LIBRARY) or "/../libav-upnp" in name:
                    yield f"{place}: reaches into the library: {name}"
            continue
        for kind, name in includes(path):
            if not name.startswith("av-upnp/"):
                continue
            target = owner_of.get(pathlib.PurePath(name).stem)
            if target is None:
                yield f"{place}: unknown public header {name}"
            elif target != folder and target not in ARROWS[folder].split():
                yield f"{place}: {folder} may not include {target} ({name})"


def doors(root):
    for path in sources(root):
        place = path.relative_to(root).as_posix()
        for kind, name in includes(path):
            for pattern, door in DOORS.items():
                if kind == "<" and re.match(pattern, name) and not place.startswith(door):
                    yield f"{place}: {name} comes in through {door} only"


def needed_by(built):
    listing = subprocess.run(["readelf", "-d", str(built)], check=True, capture_output=True, text=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.*)\]", listing)


def links(root, build):
    for name in sorted({*NEVER_LINKED, *ONLY_LINKED}):
        built = build / name
        if not built.exists():
            yield f"{name}: was not built"
            continue
        for library in needed_by(built):
            for prefix in NEVER_LINKED.get(name, []):
                if library.startswith(prefix):
                    yield f"{name}: links {library}"
            stem = re.sub(r"^lib|\.so[.0-9]*$", "", library)
            only = f"{ONLY_LINKED.get(name, stem)} {LINKED_BY_ALL}".split()
            if stem not in only and not library.startswith("ld-linux"):
                yield f"{name}: links {library}, which ONLY_LINKED does not allow it"


def symbols(root, build):
    shared = build / LIBRARY / "libav-upnp.so"
    listing = subprocess.run(
        ["nm", "-D", "--defined-only", str(shared)], check=True, capture_output=True, text=True
    ).stdout
    exported = {line.split()[-1].split("@")[0] for line in listing.splitlines() if line}
    strangers = {s for s in exported if not s.startswith("avu_")}
    # The sanitizers and the linker add names of their own.
    strangers -= {s for s in strangers if s.startswith(("__", "_init", "_fini", "_edata", "_end"))}
    for symbol in sorted(strangers):
        yield f"libav-upnp.so exports {symbol}"
    text = "\n".join(p.read_text() for p in (root / PUBLIC).glob("*.h"))
    declared = set(re.findall(r"AVU_API[^;{(]*?\b(avu_\w+)\s*(?:\(|;|\[)", text, re.S))
    for symbol in sorted((exported & {s for s in exported if s.startswith("avu_")}) - declared):
        yield f"libav-upnp.so exports {symbol}, which no public header declares"
    for symbol in sorted(declared - exported):
        yield f"public headers declare {symbol}, which libav-upnp.so does not export"


def headers_alone(root):
    flags = subprocess.run(
        ["pkg-config", "--cflags", "glib-2.0"], check=True, capture_output=True, text=True
    ).stdout
    with tempfile.TemporaryDirectory() as scratch:
        for header in sorted((root / PUBLIC).glob("*.h")):
            probe = pathlib.Path(scratch) / f"{header.stem}.c"
            probe.write_text(f"#include <av-upnp/{header.name}>\nint alone;\n")
            result = subprocess.run(
                ["cc", "-std=gnu17", "-D_GNU_SOURCE", "-fsyntax-only", f"-I{root}/{LIBRARY}/include"]
                + shlex.split(flags)
                + [str(probe)],
                capture_output=True,
                text=True,
            )
            if result.returncode != 0:
                yield f"{header.name} does not compile alone: {result.stderr.splitlines()[0]}"


def words(root):
    for path in sources(root):
        place = path.relative_to(root).as_posix()
        text = path.read_text()
        if not text.startswith("/* SPDX-License-Identifier: LGPL-2.1-or-later */"):
            yield f"{place}: first line is not the licence"
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(FORBIDDEN_WORDS, line):
                yield f"{place}:{number}: promise left open: {line.strip()}"


def main():
    root, build = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
    rules = {
        "arrows: folders include only what their layer allows": arrows(root),
        "doors: foreign libraries come in at one place": doors(root),
        "links: built files stay apart": links(root, build),
        "symbols: exported is what is declared": symbols(root, build),
        "headers: each compiles alone": headers_alone(root),
        "words: licence lines, no open promises": words(root),
    }
    print(f"1..{len(rules)}")
    for number, (rule, findings) in enumerate(rules.items(), 1):
        found = list(findings)
        print(f"{'not ok' if found else 'ok'} {number} - {rule}")
        for finding in found:
            print(f"# {finding}")
    lengths = sorted(((len(p.read_text().splitlines()), p) for p in sources(root)), reverse=True)
    for length, path in lengths[:10]:
        print(f"# {length:5} lines  {path.relative_to(root)}")


main()
