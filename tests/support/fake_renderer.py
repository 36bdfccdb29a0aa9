#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A renderer that only pretends: fake_renderer.py ADDRESS PORT HABIT [SECONDS]

Every track lasts SECONDS (5). It fetches nothing; each track that begins is a line "BEGIN URI" on standard
output, each end "END URI", each description that is fetched "ASKED PATH", each action
that changes something "CALLED ACTION". HABIT is what becomes of SetNextAVTransportURI, or another peculiarity:
  gapless   plays on
  stops     plays on after a second of STOPPED
  drops     takes the URI and forgets it
  missing   602
  nameless  plays on, but never says what
  stubborn  takes no other URI unless it is stopped; has no next
  refuses   every second URI cannot be played
  deaf      never begins the second track when that comes as the next one, ERROR_OCCURRED instead
  lpcm      plays on; of sound it takes uncompressed only, of films Matroska
  mpeg2     plays on; takes MPEG-2 program streams only; all others MP3 only
Others play on, and are odd in what they say:
  swapped   the arguments of its answers stand the other way round
  untidy    what it says is nearly XML: Latin-1, ampersands as they are, octets behind the end
  relative  its URLs are relative to that of its description
  based     its URLs are relative to its URLBase
  absolute  its URLs are whole
  twins     two services of each kind; the first ones are not the standard's and refuse everything
  newer     services of version 3
  eventless  no eventSubURL
  lit       none but for its lamp, whose level is an event when it is subscribed to
  slow      plays on; takes half a second to stop
  unstoppable  plays on, and refuses to be stopped
  mute      takes subscriptions and never sends an event
  lazy      takes all orders and never plays
  brief     each track is over before the answer to Play has arrived
  sparse    has no action that is optional, and does not know where it is in a track; forgets what comes next
No discovery: it is named by its URL, http://ADDRESS:PORT/0; at /1 to /90 are others like it. There are no events.
"""

import http.server
import html
import re
import socket
import socketserver
import sys
import threading
import time
import urllib.request

from rogue_device import description, envelope, fault, udn


SINKS = {"lpcm": ["audio/L16;rate=48000;channels=2:*", "video/x-matroska:*"],
         "mpeg2": ["video/mpeg:DLNA.ORG_PN=MPEG_PS_PAL", "video/mpeg:DLNA.ORG_PN=MPEG_PS_NTSC"]}


PLAY_ON = ("gapless", "nameless", "deaf", "lpcm", "mpeg2", "swapped", "untidy", "relative", "based", "absolute", "twins",
           "newer", "eventless", "lit", "slow", "unstoppable", "mute")
REQUIRED = ("SetAVTransportURI", "Play", "Stop", "GetTransportInfo", "GetPositionInfo", "GetProtocolInfo")


class Transport:
    def __init__(self, habit, seconds):
        self.habit, self.seconds = habit, seconds
        self.lock = threading.Lock()
        self.state, self.uri, self.next, self.begun = "NO_MEDIA_PRESENT", "", "", 0.0
        self.light, self.volume = "10", "20"
        self.held = 0.0  # position while paused
        self.failed = False
        self.gap_until = 0.0
        self.seen = 0

    def begin(self, uri, is_next=False):
        self.uri, self.begun, self.state, self.failed = uri, time.monotonic(), "PLAYING", False
        self.seen += 1
        if self.habit == "deaf" and is_next and self.seen == 2:
            self.state, self.failed = "STOPPED", True
            return
        if self.habit == "lazy":
            self.state = "STOPPED"
            return
        print("BEGIN", uri, flush=True)
        if self.habit == "brief":
            self.state = "STOPPED"
            print("END", uri, flush=True)

    def advance(self):
        """What has happened since the last look."""
        now = time.monotonic()
        if self.gap_until and now >= self.gap_until:
            self.gap_until, uri, self.next = 0.0, self.next, ""
            self.begin(uri)
        if self.state != "PLAYING" or now - self.begun < self.seconds:
            return
        print("END", self.uri, flush=True)
        if self.next and self.habit in PLAY_ON:
            uri, self.next = self.next, ""
            self.begin(uri, is_next=True)
        elif self.next and self.habit == "stops":
            self.state, self.gap_until = "STOPPED", now + 1
        else:
            self.state, self.next = "STOPPED", ""

    def position(self):
        return time.monotonic() - self.begun if self.state == "PLAYING" else self.held

    # actions; None: no answer of its own

    def set_uri(self, uri):
        if self.habit == "stubborn" and self.state == "PLAYING":
            return fault(705, "Transport is locked")
        if self.habit == "refuses" and uri.endswith("2.mp3"):
            return fault(714, "Illegal MIME-type")
        self.uri, self.state, self.next, self.gap_until = uri, "STOPPED", "", 0.0
        return None

    def set_next(self, uri):
        if self.habit in ("missing", "stubborn"):
            return fault(602, "Optional Action Not Implemented")
        if self.habit == "refuses" and uri.endswith("2.mp3"):
            return fault(714, "Illegal MIME-type")
        self.next = "" if self.habit == "drops" else uri
        return None

    def position_info(self):
        uri = "NOT_IMPLEMENTED" if self.habit == "nameless" else self.uri
        if self.habit == "sparse":
            return [("Track", "0"), ("TrackDuration", "NOT_IMPLEMENTED"), ("TrackURI", uri),
                    ("RelTime", "NOT_IMPLEMENTED")]
        return [("Track", "1"), ("TrackDuration", f"0:00:{self.seconds:06.3f}"), ("TrackURI", uri),
                ("RelTime", f"0:00:{int(self.position()):02d}")]

    def call(self, action, arguments):
        with self.lock:
            self.advance()
            out = []
            failure = None
            if self.habit == "sparse" and action not in REQUIRED:
                failure = fault(401, "Invalid Action")
            elif action == "SetAVTransportURI":
                failure = self.set_uri(arguments.get("CurrentURI", ""))
            elif action == "SetNextAVTransportURI":
                failure = self.set_next(arguments.get("NextURI", ""))
            elif action == "Play" and self.state != "PLAYING":
                self.begin(self.uri)
            elif action == "Stop" and self.habit == "unstoppable":
                failure = fault(701, "Transition not available")
            elif action == "Stop":
                self.state, self.next, self.gap_until = "STOPPED", "", 0.0
            elif action == "GetTransportInfo":
                out = [("CurrentTransportState", self.state),
                       ("CurrentTransportStatus", "ERROR_OCCURRED" if self.failed else "OK"), ("CurrentSpeed", "1")]
            elif action == "GetPositionInfo":
                out = self.position_info()
            elif action == "GetVolume":
                out = [("CurrentVolume", self.volume)]
            elif action == "SetVolume":
                self.volume = arguments["DesiredVolume"]
            elif action == "GetMute":
                out = [("CurrentMute", "0")]
            elif action == "Shine":
                out = [("Before", self.light)]
                self.light = arguments["Level"]
            elif action == "GetProtocolInfo":
                out = [("Source", ""), ("Sink", ",".join(
                    f"http-get:*:{kind}" for kind in SINKS.get(self.habit, ["audio/mpeg:*"])))]
            return failure or (200, envelope(f'<u:{action}Response xmlns:u="urn:x">{self.write(out)}</u:{action}Response>'))

    def write(self, out):
        quote = (lambda text: text) if self.habit == "untidy" else html.escape
        return "".join(f"<{name}>{quote(value)}</{name}>" for name, value in (
            reversed(out) if self.habit == "swapped" else out))


# a service that no standard knows, with its arguments in an order of its own
LAMP = ('<scpd xmlns="urn:schemas-upnp-org:service-1-0"><actionList><action><name>Shine</name><argumentList>'
        "<argument><name>Before</name><direction>out</direction><relatedStateVariable>Level</relatedStateVariable>"
        "</argument><argument><name>Level</name><direction>in</direction>"
        "<relatedStateVariable>Level</relatedStateVariable></argument></argumentList></action></actionList>"
        "<serviceStateTable><stateVariable><name>Level</name><dataType>ui1</dataType><allowedValueRange>"
        "<minimum>5</minimum><maximum>90</maximum></allowedValueRange></stateVariable></serviceStateTable></scpd>")
LAMP_SERVICE = ("<service><serviceType>urn:example-com:service:Lamp:2</serviceType>"
                "<serviceId>urn:example-com:serviceId:TopLight</serviceId><SCPDURL>/lamp</SCPDURL>"
                "<controlURL>/control</controlURL><eventSubURL/></service>")


SECOND = "".join(f"<service><serviceType>urn:schemas-upnp-org:service:{name}:1</serviceType>"
                 f"<serviceId>urn:example-com:serviceId:{name}2</serviceId><SCPDURL>/scpd</SCPDURL>"
                 "<controlURL>/other</controlURL><eventSubURL>/other</eventSubURL></service>"
                 for name in ("AVTransport", "RenderingControl", "ConnectionManager"))


def describe(transport, address, port):
    """What the renderer says of itself, and where its actions are then called."""
    text = (description("plain", transport.number, address).replace("Rogue", f"Fake {transport.habit}")
            .replace("</serviceList>", f"{LAMP_SERVICE}</serviceList>"))
    if transport.habit == "untidy":
        text = text.replace('"1.0"', '"1.0" encoding="ISO-8859-1"', 1)
        return "\ufeff" + text.replace("Fake untidy", "Fake untidy & S\xf6hne") + "\r\n0\r\n", "/control"
    if transport.habit == "relative":
        return text.replace("URL>/", "URL>./"), "/control"
    if transport.habit == "based":
        base = f"<URLBase>http://{address}:{port}/far/away/</URLBase>"
        return text.replace("URL>/", "URL>").replace("<device>", f"{base}<device>", 1), "/far/away/control"
    if transport.habit == "absolute":
        return text.replace("URL>/", f"URL>http://{address}:{port}/"), "/control"
    if transport.habit == "twins":
        return text.replace("<serviceList>", f"<serviceList>{SECOND}"), "/control"
    if transport.habit == "newer":
        return text.replace(":1</serviceType>", ":3</serviceType>"), "/control"
    if transport.habit in ("eventless", "lit"):
        text = re.sub("<eventSubURL>[^<]*</eventSubURL>", "", text)
        told = "<eventSubURL>/lit</eventSubURL>" if transport.habit == "lit" else ""
        return text.replace("<eventSubURL/>", told), "/control"
    return text, "/control"


def handler(address, port, transport):
    told, control = describe(transport, address, port)

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def send(self, status, text):
            body = text.encode("latin-1" if transport.habit == "untidy" and "\ufeff" not in text else "utf-8")
            if transport.habit == "untidy":
                body = body.replace("\xf6".encode(), b"\xf6")
            self.send_response(status)
            self.send_header("Content-Type", 'text/xml; charset="utf-8"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            print("ASKED", self.path, flush=True)
            number = self.path.strip("/")
            self.send(200, LAMP if self.path.endswith("/lamp") else told.replace(
                udn(port, address), udn(port + 1000 * int(number if number.isdigit() else 0), address)))

        def do_SUBSCRIBE(self):
            if self.path != "/lit" and transport.habit != "mute":
                self.send_error(412)
                return
            self.send_response(200)
            for name, value in (("SID", "uuid:lamp"), ("TIMEOUT", "Second-1800"), ("Content-Length", "0")):
                self.send_header(name, value)
            self.end_headers()
            if transport.habit == "mute":
                return
            where = re.search("<(http://[^>]+)>", self.headers["CALLBACK"])[1]
            told = ('<e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0"><e:property>'
                    f"<Level>{transport.light}</Level></e:property></e:propertyset>")
            urllib.request.urlopen(urllib.request.Request(where, told.encode(), {
                "Content-Type": 'text/xml; charset="utf-8"', "NT": "upnp:event", "NTS": "upnp:propchange",
                "SID": "uuid:lamp", "SEQ": "0"}, method="NOTIFY"), timeout=20).read()

        def do_UNSUBSCRIBE(self):
            self.send(200, "")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            action = self.headers["SOAPACTION"].strip('"').split("#")[1]
            arguments = {name: html.unescape(value)
                         for name, value in re.findall(r"<(\w+)>([^<]*)</\1>", body)}
            if self.path != control:
                self.send(*fault(501, "not here"))
                return
            if not action.startswith("Get"):
                print("CALLED", action, flush=True)
            if transport.habit == "slow" and action == "Stop":
                time.sleep(0.5)
            self.send(*transport.call(action, arguments))

    return Handler


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True

    def __init__(self, address, *rest):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, *rest)

    allow_reuse_address = True

    def handle_error(self, *_):
        pass


def main():
    address, port, habit = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    transport = Transport(habit, float(sys.argv[4]) if len(sys.argv) > 4 else 5)
    transport.number = port
    server = Server((address, port), handler(address, port, transport))
    print("READY", flush=True)

    def watch():  # borders pass whether anybody asks or not
        while True:
            time.sleep(0.02)
            with transport.lock:
                transport.advance()

    threading.Thread(target=watch, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
