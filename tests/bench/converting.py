# SPDX-License-Identifier: LGPL-2.1-or-later
"""bench-stream's part `converting`: two films are converted, as fast as they can be, while a hundred players take a file
at its rate; and how soon the processes are gone when nobody takes the films any more."""

import pathlib
import threading
import time
import urllib.request

import media
import servers

PLAYERS, RATE, FILMS = 100, 1000000, 2
GONE_S = 2


class Taker(threading.Thread):
    """One film after the other, from its start, until the end."""

    def __init__(self, url):
        super().__init__()
        self.url, self.octets, self.first_s, self.over = url, 0, [], False
        self.start()

    def run(self):
        while not self.over:
            begun = time.monotonic()
            with urllib.request.urlopen(self.url, timeout=60) as answer:
                while not self.over and (part := answer.read1(65536)):
                    if not self.octets:
                        self.first_s.append(time.monotonic() - begun)
                    self.octets += len(part)


def processes(server):
    """Of conversions: what the worker for them has as children."""
    count = 0
    for member in server.family():
        try:
            words = pathlib.Path(f"/proc/{member}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        count += b"convert" in words
    return max(count - 1, 0)  # the worker itself


def run(bench, target):
    seconds = bench.arguments.seconds
    print(f"converting: {FILMS} films of 1080p and {PLAYERS} players at 8 Mbit/s for {seconds} s")
    media.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=25:duration=20,noise=alls=6:allf=t", "-f", "lavfi", "-i",
                 "sine=duration=20:sample_rate=48000", "-c:v", "libx264", "-preset", "superfast", "-g", "100", "-pix_fmt",
                 "yuv420p", "-b:v", "6M", "-c:a", "ac3", bench.media / "large.mkv")
    server = bench.start("av-upnp", ["--films", FILMS])
    try:
        film = servers.find_media(f"http://{servers.HOST}:{server.port}/description.xml", "video").rpartition(".")[0]
        url = f"http://{servers.HOST}:{server.port}{film}/avc-ts-ac3.ts"
        takers = [Taker(url) for _ in range(FILMS)]
        result = bench.load("players", server, PLAYERS, RATE, seconds)
        running = processes(server)
        for taker in takers:
            taker.over = True
        left = time.monotonic()
        while processes(server) and time.monotonic() - left < 60:
            time.sleep(0.02)
        gone = time.monotonic() - left
        for taker in takers:
            taker.join()
    finally:
        server.stop()
    first = " and ".join(f"{1000 * s:.0f} ms" for taker in takers for s in taker.first_s[:1])
    print(f"  first octet after {first}, {sum(taker.octets for taker in takers) >> 20} MiB converted")
    target(f"{running} conversions were under way ({FILMS})", running == FILMS)
    target(f"{result['stalls']} stalls, {result['silent']} without an answer (none)",
           result["stalls"] == 0 and result["silent"] == 0)
    target(f"gone {gone:.2f} s after their players (at most {GONE_S})", gone <= GONE_S)
