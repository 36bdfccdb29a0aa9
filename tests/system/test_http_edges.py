# SPDX-License-Identifier: LGPL-2.1-or-later
"""Numbers at their edges and heads that are none, said to av-mediaserver as they are written here."""

import json
import pathlib
import subprocess

import pytest

from test_delivery import PYTHON, WAV_RATE, authority, film, serve

assert film and serve  # fixtures

RAW = pathlib.Path(__file__).parent.parent / "support/raw_http.py"
SIZE = 60 * WAV_RATE + 44
BROWSE = """<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>
<u:Browse xmlns:u="urn:schemas-upnp-org:service:ContentDirectory:1"><ObjectID>0</ObjectID>
<BrowseFlag>BrowseDirectChildren</BrowseFlag><Filter></Filter><StartingIndex>%s</StartingIndex>
<RequestedCount>%s</RequestedCount><SortCriteria></SortCriteria></u:Browse></s:Body></s:Envelope>"""
ACTION = 'SOAPAction: "urn:schemas-upnp-org:service:ContentDirectory:1#Browse"\r\nContent-Type: text/xml\r\n'
CONTROL = "/control/ContentDirectory"

# (header lines, statuses): 64 bits are enough for all that can be asked for, and nothing wraps.
RANGES = [(f"Range: bytes={text}", status) for text, status in (
    ("0-0", 206), (f"{SIZE - 1}-", 206), (f"{SIZE}-", 416), (f"0-{SIZE}", 206), (f"5-{2 ** 63}", 206),
    (f"5-{2 ** 64}", 206), (f"{2 ** 63 - 1}-", 416), (f"{2 ** 63}-", 416), (f"{2 ** 64 - 1}-", 416),
    (f"{2 ** 64}-", 416), (f"{2 ** 64 + 5}-{2 ** 64 + 9}", 416), ("5-4", 400), ("-1", 400), ("-0", 400), ("+5-", 400),
    ("0x5-", 400))]
TIMES = [(f"TimeSeekRange.dlna.org: npt={text}", status) for text, status in (
    ("0-", 200), ("59-", 200), ("61-", 416), (f"{2 ** 63 // 10 ** 9}-", 416), (f"{2 ** 63}-", 416), (f"{2 ** 64}-", 416),
    ("2562047:47:16.854-", 416), (f"{2 ** 63}:00:00-", 416), ("0:60:00-", 400), ("0:00:60-", 400), ("5-5", 400),
    ("-5", 400), ("1e1-", 400))]
LENGTHS = [(f"Content-Length: {text}", status) for text, status in (
    (2 ** 63 - 1, 413), (2 ** 63, 400), (2 ** 64, 400), (2 ** 64 + 5, 400), ("-1", 400), ("+5", 400), ("5, 5", 400),
    ("0x5", 400), ("5\r\nContent-Length: 5", 400), ("5\r\nTransfer-Encoding: chunked", 400))]
CHUNKS = [(f"{text}\r\nabcde\r\n0\r\n\r\n", (400, 413)) for text in ("F" * 17, "-1", "+5", "0x5", "5 5", "")]
# sizes that 64 bits hold: what counts is what comes
CHUNKS += [(f"{text}\r\n" + "x" * (1 << 20), 413) for text in ("F" * 16, "8" + "0" * 15, "7" + "F" * 15)]
PAGES = [((0, 2 ** 32 - 1), 200), ((2 ** 32 - 1, 2 ** 32 - 1), 200), ((2 ** 32, 1), 500), ((0, 2 ** 64), 500),
         ((-1, 1), 500), ((2 ** 32 - 1, 1), 200)]

# (head, statuses; 0: closed without a word); HOST and PATH are put in.
HEADS = [
    ("GET PATH HTTP/1.1\r\nRange: bytes=0-9\r\nX-Other: 1\r\nHOST\r\nConnection: close\r\n\r\n", (206,)),
    ("GET PATH HTTP/1.0\r\nRange: bytes=0-9\r\n\r\n", (206,)),
    ("GET PATH HTTP/1.1\r\nHOST\r\nX-Other: 1\r\nX-Other: 2\r\nRange: bytes=0-9\r\nConnection: close\r\n\r\n", (206,)),
    ("GET PATH HTTP/1.1\r\nRange: bytes=0-9\r\n\r\n", (400,)),
    ("GET PATH HTTP/1.1\r\nHOST\r\nHOST\r\n\r\n", (400,)),
    ("GET PATH HTTP/1.1\r\nHOST\r\nRange: bytes=0-9\r\nRange: bytes=0-9\r\n\r\n", (400,)),
    ("GET PATH HTTP/1.1\r\nHOST\r\nRange: bytes=0-\r\n 9\r\n\r\n", (400,)),
    ("GET PATH HTTP/1.1\r\n HOST\r\n\r\n", (400,)),
    ("GET PATH HTTP/1.1\r\nHOST\r\nRange : bytes=0-9\r\n\r\n", (400,)),
    ("GET PATH HTTP/1.1\r\nHOST\r\n: none\r\n\r\n", (400,)),
    ("GET PATH HTTP/1.1\r\nHOST\r\nnone\r\n\r\n", (400,)),
    ("GET\tPATH HTTP/1.1\r\nHOST\r\n\r\n", (400,)),
    ("GET PATH HTTP/1.1\r\nHOST\r\nX: a\0b\r\n\r\n", (400,)),
    ("GET PATH HTTP/1.1\r\nHOST\r\nX: a\rb\r\n\r\n", (400,)),
    ("get PATH HTTP/1.1\r\nHOST\r\n\r\n", (501,)),
    ("Get PATH HTTP/1.1\r\nHOST\r\n\r\n", (501,)),
    ("TRACE PATH HTTP/1.1\r\nHOST\r\n\r\n", (501,)),
    ("CONNECT example.org:80 HTTP/1.1\r\nHOST\r\n\r\n", (501,)),
    ("PUT PATH HTTP/1.1\r\nHOST\r\nContent-Length: 0\r\n\r\n", (405,)),
    ("GET PATH HTTP/1.2\r\nHOST\r\n\r\n", (505,)),
    ("GET PATH HTTP/2.0\r\nHOST\r\n\r\n", (505,)),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 505)),
    ("GET PATH http/1.1\r\nHOST\r\n\r\n", (400, 505)),
    ("GET PATH\r\n\r\n", (0, 400, 505)),
    ("GET  PATH HTTP/1.1\r\nHOST\r\n\r\n", (400,)),
    ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", (0, 400, 505)),
]


@pytest.fixture
def say(house, serve):
    """Sends heads as they stand; returns their statuses."""
    _, where, path = serve("--pace", "0")
    address, port = where.split(":")

    def run(heads):
        questions = [{"head": head.replace("HOST", f"Host: {where}").replace("PATH", path)} for head in heads]
        ended = subprocess.run(house.hosts["phone"].prefix + [PYTHON, "-B", RAW, address, port],
                               input=json.dumps(questions), capture_output=True, text=True, timeout=120, check=True)
        return json.loads(ended.stdout)

    return run


def compare(cases, answers):
    """Each as expected, none after a wait for more than what was sent."""
    wrong = []
    for (what, wanted), answer in zip(cases, answers, strict=True):
        if answer["status"] not in (wanted if isinstance(wanted, tuple) else (wanted,)) or answer["seconds"] > 9:
            wrong.append((str(what)[:60], wanted, answer["status"], answer["seconds"]))
    assert not wrong, wrong


def test_edges_of_numbers(say):
    """FLT-54: Range, times, lengths, chunks and counts at 2^32, 2^63 and 2^64."""
    for cases in (RANGES, TIMES):
        compare(cases, say([f"GET PATH HTTP/1.1\r\nHOST\r\n{line}\r\nConnection: close\r\n\r\n" for line, _ in cases]))
    compare(LENGTHS, say([f"POST {CONTROL} HTTP/1.1\r\nHOST\r\n{ACTION}{line}\r\n\r\n" for line, _ in LENGTHS]))
    compare(CHUNKS, say([f"POST {CONTROL} HTTP/1.1\r\nHOST\r\n{ACTION}Transfer-Encoding: chunked\r\n\r\n{body}"
                         for body, _ in CHUNKS]))
    bodies = [BROWSE % page for page, _ in PAGES]
    compare(PAGES, say([f"POST {CONTROL} HTTP/1.1\r\nHOST\r\n{ACTION}Content-Length: {len(body)}\r\nConnection: close"
                        f"\r\n\r\n{body}" for body in bodies]))


def test_nothing_is_written(say, film):
    """SEC-047: whatever is sent to whatever is here, and to what might be, the files are what they were."""
    def files():
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in film.rglob("*")}

    before = files()
    paths = ("/", "/description.xml", "PATH", "PATH/new.wav", "/media/", "/media/new.wav", "/media/../new.wav", "/icon/48.png",
             "/scpd/ContentDirectory.xml", CONTROL, "/event/ContentDirectory", "/art/new.jpg", "/upload/new.wav",
             "/import/new.wav", "/new.wav", "/metrics", "/healthz")
    heads = [f"{method} {path} HTTP/1.1\r\nHOST\r\nContent-Type: audio/wav\r\nContent-Length: 4\r\n"
             "Connection: close\r\n\r\nRIFF"
             for method in ("POST", "PUT", "DELETE", "PATCH", "MKCOL", "MOVE") for path in paths]
    answers = say(heads)
    wrong = [(head.split("\r")[0], answer["status"]) for head, answer in zip(heads, answers, strict=True)
             if answer["status"] not in (400, 404, 405, 415, 501)]
    assert not wrong, wrong
    assert files() == before


def test_heads_that_are_none(say):
    """FLT-55: lines twice, absent, in another order, folded; other versions, lower-case methods."""
    compare(HEADS, say([head for head, _ in HEADS]))
    # what stands behind a refused head is no request
    two = "GET PATH HTTP/1.1\r\nHOST\r\nHOST\r\n\r\nGET PATH HTTP/1.1\r\nHOST\r\nRange: bytes=0-9\r\n\r\n"
    answer = say([two])[0]
    assert answer["status"] == 400 and answer["length"] < 200, answer
