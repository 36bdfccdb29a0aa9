# SPDX-License-Identifier: LGPL-2.1-or-later
"""Servers that keep av-renderer waiting (threats.md FLT-59, SEC-185, ROB-019). A file of its own: it waits half a
minute, while others work."""

import time

from house import wait_until
from test_hostile import hostile, media_pid  # noqa: F401 (a fixture)
from test_renderer import HIDDEN_PLACE, LOOSE, remote  # noqa: F401 (a fixture)

TRANSITIONING_S = 35  # ROB-019


def prepare(tv):
    answer = tv.call("ConnectionManager:3", "PrepareForConnection", RemoteProtocolInfo="http-get:*:audio/flac:*",
                     PeerConnectionManager="", PeerConnectionID=-1, Direction="Input")
    return int(answer["AVTransportID"])


def test_none_of_them_hangs(house, remote, hostile, library):
    """ROB-019, FLT-59, SEC-185: a server that is silent, one of an octet in a second, one that stops in the middle and
    one that says more than it has, at once: each is given up in time, and questions are answered all along."""
    tv = remote(options=["--instances", "4"])
    manners = ["mute", "drip", "stuck", "short"]
    instances = [0] + [prepare(tv) for _ in manners[1:]]
    for instance, manner in zip(instances, manners):
        url = hostile.url(manner, LOOSE if manner == "stuck" else HIDDEN_PLACE)
        assert tv.call("AVTransport:3", "SetAVTransportURI", InstanceID=instance, CurrentURI=url,
                       CurrentURIMetaData="") == {}
        assert tv.call("AVTransport:3", "Play", InstanceID=instance, Speed=1) == {}
    since, longest, over, answers = {}, dict.fromkeys(manners, 0), {}, []
    deadline = time.monotonic() + 240
    while len(over) < len(manners) and time.monotonic() < deadline:
        began = time.monotonic()
        infos = tv.ask(*[["AVTransport:3", "GetTransportInfo", {"InstanceID": i}] for i in instances])
        now = time.monotonic()
        answers.append(now - began)
        for manner, info in zip(manners, infos):
            state = info["CurrentTransportState"]
            if state != "TRANSITIONING":
                since.pop(manner, None)
            since.setdefault(manner, began)  # of the question, so that it is never shorter than it was
            if state == "TRANSITIONING":
                longest[manner] = max(longest[manner], now - since[manner])
            if state == "STOPPED":
                over[manner] = info["CurrentTransportStatus"]
        wait_until("some time", lambda: time.monotonic() > now + 0.2)
    print("longest in TRANSITIONING:", {m: round(s, 1) for m, s in longest.items()}, "answers:",
          f"{sorted(answers)[len(answers) // 2] * 1000:.0f} ms")
    assert over == dict.fromkeys(manners, "ERROR_OCCURRED")
    # the time of a question that begins an interpreter, on a machine that does much else, comes on top
    assert max(longest.values()) < TRANSITIONING_S + 2 * max(answers) + 1, longest
    assert sorted(answers)[len(answers) // 2] < 5 * 0.5
    assert media_pid(tv)
