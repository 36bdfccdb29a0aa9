#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A device that misbehaves: rogue_device.py ADDRESS MODE [COUNT]

Answers searches on the interface of ADDRESS, COUNT times over with as many identities, and serves a
description on ADDRESS. That may be one of IPv6, a link-local one with its zone: fe80::1%eth0. MODE says how. Renderers:
  plain    an ordinary description; actions are refused with 714 and a text full of escape sequences
  hostile  a name full of escape sequences
  astray   a control URL on another host
  tarpit   accepts connections and never answers
  endless  a description that does not end
  broken   plays nothing: Play succeeds, then ERROR_OCCURRED
  elsewhere  announces itself in a network that is not there
  nowhere  announces itself by a name that nobody knows
  garbled  a description that is none
Servers with one item:
  speechless  Browse fails
  rangeless   byte ranges are ignored
  hollow      the item's octets are gone
  aside       the item is at another port
  exotic      the item is of a type that nobody plays
  shortlived  to be forgotten after 4 s and not announced again, with a clock of long ago; else in order
  punctual    to be forgotten after 4 s and announced every second
  drowsy      to be forgotten after 12 s and never announced
  wakeful     to be forgotten after 12 s and announced every second
  wordless    its ContentDirectory is described with nothing but Browse
Each call of an action is a line "ASKED POST PATH ACTION"; each description that was fetched "ASKED GET PATH".
Prints READY when it listens.
"""

import html
import http.server
import socket
import socketserver
import struct
import sys
import threading

GROUP = ("239.255.255.250", 1900)
GROUP6 = "ff02::c"
RENDERER = "urn:schemas-upnp-org:device:MediaRenderer:1"
SERVER = "urn:schemas-upnp-org:device:MediaServer:1"
SERVERS = ("speechless", "rangeless", "hollow", "aside", "exotic", "shortlived", "punctual", "drowsy", "wakeful", "wordless")
WORDLESS = ('<scpd xmlns="urn:schemas-upnp-org:service-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>'
            "<actionList><action><name>Browse</name></action></actionList></scpd>")
OCTETS = bytes(range(256)) * 64
ESCAPES = "\x9b2J\u202eevil\u2028"


def type_of(mode):
    return SERVER if mode in SERVERS else RENDERER


def services_of(mode):
    if mode in SERVERS:
        return ("ContentDirectory", "ConnectionManager")
    return ("AVTransport", "RenderingControl", "ConnectionManager")


def description(mode, number, address):
    name = "Rogue &#x9b;2J\u202egnp.exe" if mode == "hostile" else f"Rogue {number}"
    host = "http://192.0.2.66" if mode == "astray" else ""
    services = "".join(
        f"<service><serviceType>urn:schemas-upnp-org:service:{service}:1</serviceType>"
        f"<serviceId>urn:upnp-org:serviceId:{service}</serviceId><SCPDURL>/scpd</SCPDURL>"
        f"<controlURL>{host if service == 'AVTransport' else ''}/control</controlURL>"
        f"<eventSubURL>/event</eventSubURL></service>"
        for service in services_of(mode))
    return (f'<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major>'
            f"<minor>0</minor></specVersion><device><deviceType>{type_of(mode)}</deviceType>"
            f"<friendlyName>{name}</friendlyName><manufacturer>M</manufacturer><modelName>R</modelName>"
            f"<UDN>{udn(number, address)}</UDN><serviceList>{services}</serviceList></device></root>")


def udn(number, address):
    last = address.partition("%")[0].replace(":", ".").split(".")[-1]
    return f"uuid:00000000-0000-4000-8000-{int(last, 16):06d}{number:06d}"


def envelope(body):
    return ('<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
            f"<s:Body>{body}</s:Body></s:Envelope>")


def fault(code, text):
    return 500, envelope(
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>"
        f'<UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>{code}</errorCode>'
        f"<errorDescription>{text}</errorDescription></UPnPError></detail></s:Fault>")


def browse(mode, address):
    """The one item, whatever is asked for."""
    port = 7001 if mode == "aside" else 7000
    mime = "audio/x-exotic" if mode == "exotic" else "audio/mpeg"
    didl = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/">'
            '<item id="1" parentID="0" restricted="1"><dc:title>Only one</dc:title>'
            "<upnp:class>object.item.audioItem.musicTrack</upnp:class>"
            f'<res protocolInfo="http-get:*:{mime}:*" size="{len(OCTETS)}">http://{host_of(address)}:{port}/media/1</res>'
            "</item></DIDL-Lite>")
    return (f"<Result>{html.escape(didl)}</Result><NumberReturned>1</NumberReturned>"
            "<TotalMatches>1</TotalMatches><UpdateID>1</UpdateID>")


def answer(mode, action, address):
    if mode in SERVERS:
        if mode == "speechless" or action != "Browse":
            return fault(501, "no")
        return 200, envelope(f'<u:BrowseResponse xmlns:u="urn:x">{browse(mode, address)}</u:BrowseResponse>')
    if mode != "broken":
        return fault(714, ESCAPES)
    values = {"GetTransportInfo": "<CurrentTransportState>STOPPED</CurrentTransportState>"
              "<CurrentTransportStatus>ERROR_OCCURRED</CurrentTransportStatus>"}
    return 200, envelope(f'<u:{action}Response xmlns:u="urn:x">{values.get(action, "")}</u:{action}Response>')


def handler(mode, address):
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def send(self, status, text):
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", 'text/xml; charset="utf-8"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp=None):
            return super().date_time_string(0 if mode == "shortlived" else timestamp)

        def send_media(self):
            begin, end = 0, len(OCTETS)
            wanted = self.headers.get("Range")
            if mode == "hollow":
                return self.send(404, "gone")
            if wanted and mode != "rangeless":
                first, last = wanted.removeprefix("bytes=").split("-")
                begin, end = int(first), min(int(last or end) + 1, end)
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{len(OCTETS)}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(end - begin))
            self.end_headers()
            return self.wfile.write(OCTETS[begin:end])

        def do_GET(self):
            if self.path.startswith("/media/"):
                return self.send_media()
            if mode == "garbled":
                return self.send(200, "<html><body>Welcome<br>to the setup page</body>")
            if mode == "endless":
                print("ASKED GET", self.path, flush=True)
                self.send_response(200)
                self.end_headers()
                while True:
                    self.wfile.write(b"<!-- more -->" * 1000)
            if self.path == "/scpd":
                return self.send(200, WORDLESS) if mode == "wordless" else self.send(404, "none")
            print("ASKED GET", self.path, flush=True)
            return self.send(200, description(mode, int(self.path.split("/")[-1]), address))

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            print("ASKED POST", self.path, self.headers["SOAPACTION"].strip('"').split("#")[1], flush=True)
            self.send(*answer(mode, self.headers["SOAPACTION"].strip('"').split("#")[1], address))

    return Handler


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address, port, *args):
        self.address_family, _, _, _, where = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        super().__init__(where, *args)

    def handle_error(self, *_):
        pass


def open_sockets(address):
    """(listener on the group, sender)"""
    if ":" in address:
        return open_sockets6(address)
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(GROUP)
    listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                        struct.pack("4s4s", socket.inet_aton(GROUP[0]), socket.inet_aton(address)))
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind((address, 0))
    sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
    return listener, sender


def open_sockets6(address):
    where = socket.getaddrinfo(address, 0, type=socket.SOCK_DGRAM)[0][4]
    listener = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((GROUP6, GROUP[1], 0, where[3]))
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                        socket.inet_pton(socket.AF_INET6, GROUP6) + struct.pack("@I", where[3]))
    sender = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sender.bind(where)
    return listener, sender


def host_of(address):
    """As it stands in a URL."""
    return f"[{address.partition('%')[0]}]" if ":" in address else address


def answer_searches(mode, address, port, count):
    listener, sender = open_sockets(address)
    print("READY", flush=True)
    age = {"shortlived": 4, "punctual": 4, "drowsy": 12, "wakeful": 12}.get(mode, 1800)
    far = "[2001:db8::66]" if ":" in address else "192.0.2.66"
    home = {"elsewhere": far, "nowhere": "set-top-box"}.get(mode) or host_of(address)
    kind = type_of(mode)
    if mode in ("punctual", "wakeful"):
        listener.settimeout(1)
    while True:
        try:
            data, peer = listener.recvfrom(4096)
        except TimeoutError:
            sender.sendto(
                f"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age={age}\r\n"
                f"LOCATION: http://{home}:{port}/0\r\nSERVER: a/1 UPnP/1.0 b/1\r\nNTS: ssdp:alive\r\n"
                f"NT: {kind}\r\nUSN: {udn(0, address)}::{kind}\r\n\r\n".encode(), GROUP)
            continue
        if not data.startswith(b"M-SEARCH") or type_of(mode).encode() not in data:
            continue
        for number in range(count):
            sender.sendto(
                f"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age={age}\r\nEXT:\r\n"
                f"LOCATION: http://{home}:{port + number % 8}/{number}\r\nSERVER: a/1 UPnP/1.0 b/1\r\n"
                f"ST: {kind}\r\nUSN: {udn(number, address)}::{kind}\r\n\r\n".encode(), peer)


def main():
    address, mode = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    tarpits = []
    for offset in range(8):
        if mode == "tarpit":
            tarpits.append(socket.create_server((address, 7000 + offset), backlog=1000))
        else:
            server = Server(address, 7000 + offset, handler(mode, address))
            threading.Thread(target=server.serve_forever, daemon=True).start()
    answer_searches(mode, address, 7000, count)


if __name__ == "__main__":
    main()
