#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A foreign control point made of GUPnP: finds a media server, walks its tree, reads its resources.

    gupnp_client.py INTERFACE SERVER [--seconds S] [--play TITLE --on RENDERER] [--time PATH]
                    [--search CRITERIA …] [--upload FILE --title TITLE]

Prints one JSON object: {name, udn, sort_capabilities, items: [{id, title, path, class, uri, protocol_info,
size, sha256}]}. With --play it gives the item of that title to the renderer and waits for its end instead;
the object is {states: [TransportState, …]}. With --time it lists the container of that path in large pages; the
object is {seconds, n}; with --search {found: [titles of each]}; with --upload {id}, of an audio item in
DLNA.ORG_AnyContainer. Exits with 3 when a device does not appear, 4 when a call
fails.
"""

import argparse
import hashlib
import json
import sys
import time
import urllib.request

import gi

gi.require_version("GUPnP", "1.6")
gi.require_version("GUPnPAV", "1.0")
from gi.repository import GLib, GObject, GUPnP, GUPnPAV  # noqa: E402

SERVER = "urn:schemas-upnp-org:device:MediaServer:1"
RENDERER = "urn:schemas-upnp-org:device:MediaRenderer:1"
TRANSPORT = "urn:schemas-upnp-org:service:AVTransport"
DIRECTORY = "urn:schemas-upnp-org:service:ContentDirectory"
PAGE = 7  # small and odd, so that paging is walked even in a small library
LARGE_PAGE = 250  # as avcp asks
ITEMS_MAX = 5000


def find_device(context, kind, name, seconds):
    loop = GLib.MainLoop()
    found = []

    def available(_point, proxy):
        if proxy.get_friendly_name() == name:
            found.append(proxy)
            loop.quit()

    point = GUPnP.ControlPoint.new(context, kind)
    point.connect("device-proxy-available", available)
    point.set_active(True)
    GLib.timeout_add_seconds(seconds, loop.quit)
    loop.run()
    return (found[0] if found else None), point


def call(service, name, arguments, results):
    names, values = zip(*arguments) if arguments else ((), ())
    action = GUPnP.ServiceProxyAction.new_from_list(name, list(names), list(values))
    service.call_action(action, None)
    if not results:
        return []
    ok, values = action.get_result_list(results, [GObject.TYPE_STRING] * len(results))
    if not ok:
        raise RuntimeError(f"{name} gave no result")
    return values


def parse(didl):
    objects = []
    parser = GUPnPAV.DIDLLiteParser()
    parser.connect("object-available", lambda _p, o: objects.append(o))
    parser.parse_didl(didl)
    return objects


def pages(service, action, which, page=PAGE):
    start = total = 0
    while start == 0 or start < total:
        didl, returned, matches, _ = call(
            service,
            action,
            [*which, ("Filter", "*"), ("StartingIndex", str(start)), ("RequestedCount", str(page)), ("SortCriteria", "")],
            ["Result", "NumberReturned", "TotalMatches", "UpdateID"],
        )
        objects = parse(didl) if returned != "0" else []  # GUPnP-AV calls a document without objects an error
        if len(objects) != int(returned):
            raise RuntimeError(f"{which}: {len(objects)} objects, NumberReturned says {returned}")
        yield from objects
        total = int(matches)
        if not objects:
            return
        start += len(objects)


def children(service, container, page=PAGE):
    return pages(service, "Browse", [("ObjectID", container), ("BrowseFlag", "BrowseDirectChildren")], page)


def search(service, criteria):
    return [o.get_title() for o in pages(service, "Search", [("ContainerID", "0"), ("SearchCriteria", criteria)])]


def upload(service, path, title):
    writer = GUPnPAV.DIDLLiteWriter.new(None)
    item = writer.add_item()
    item.set_parent_id("DLNA.ORG_AnyContainer")
    item.set_id("")
    item.set_restricted(False)
    item.set_title(title)
    item.set_upnp_class("object.item.audioItem.musicTrack")
    item.add_resource().set_protocol_info(GUPnPAV.ProtocolInfo.new_from_string("http-get:*:audio/flac:*"))
    object_id, didl = call(
        service, "CreateObject", [("ContainerID", "DLNA.ORG_AnyContainer"), ("Elements", writer.get_string())],
        ["ObjectID", "Result"])
    target = parse(didl)[0].get_resources()[0].get_import_uri()
    with open(path, "rb") as file:
        request = urllib.request.Request(target, file.read(), {"Content-Type": "audio/flac"}, method="POST")
    urllib.request.urlopen(request, timeout=60).close()
    return object_id


def walk(service, container="0", path=""):
    for child in children(service, container):
        below = f"{path}/{child.get_title()}"
        if isinstance(child, GUPnPAV.DIDLLiteContainer):
            yield from walk(service, child.get_id(), below)
        else:
            yield below, child


def describe(path, item):
    resource = item.get_resources()[0]
    with urllib.request.urlopen(resource.get_uri(), timeout=20) as answer:
        data = answer.read()
    return {
        "id": item.get_id(),
        "title": item.get_title(),
        "path": path,
        "class": item.get_upnp_class(),
        "uri": resource.get_uri(),
        "protocol_info": resource.get_protocol_info().to_string(),
        "size": resource.get_size64(),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def play(directory, renderer, title, seconds):
    """The states that the renderer goes through, from Play to its end."""
    transport = renderer.get_service(TRANSPORT)
    item = next(item for _, item in walk(directory) if item.get_title() == title)
    instance = ("InstanceID", "0")
    call(transport, "SetAVTransportURI",
         [instance, ("CurrentURI", item.get_resources()[0].get_uri()), ("CurrentURIMetaData", "")], [])
    call(transport, "Play", [instance, ("Speed", "1")], [])
    states = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and (not states or states[-1] != "STOPPED"):
        state = call(transport, "GetTransportInfo", [instance], ["CurrentTransportState"])[0]
        if not states or states[-1] != state:
            states.append(state)
        time.sleep(0.05)
    return states


def time_listing(service, path):
    container = "0"
    for title in path.strip("/").split("/"):
        container = next(c for c in children(service, container) if c.get_title() == title).get_id()
    begin = time.monotonic()
    n = sum(1 for _ in children(service, container, page=LARGE_PAGE))
    return {"seconds": time.monotonic() - begin, "n": n}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("interface")
    parser.add_argument("name")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--play")
    parser.add_argument("--on")
    parser.add_argument("--time")
    parser.add_argument("--search", nargs="+")
    parser.add_argument("--upload")
    parser.add_argument("--title")
    arguments = parser.parse_args()
    context = GUPnP.Context(interface=arguments.interface)
    context.init(None)
    # The control points must live as long as the devices that they found.
    device, _point = find_device(context, SERVER, arguments.name, arguments.seconds)
    renderer, _point2 = find_device(context, RENDERER, arguments.on, arguments.seconds) if arguments.on else (None, None)
    if device is None or (arguments.on and renderer is None):
        print(f"no '{arguments.name if device is None else arguments.on}'", file=sys.stderr)
        return 3
    service = device.get_service(DIRECTORY)
    try:
        if arguments.play:
            result = {"states": play(service, renderer, arguments.play, arguments.seconds)}
        elif arguments.time:
            result = time_listing(service, arguments.time)
        elif arguments.search:
            result = {"found": [search(service, criteria) for criteria in arguments.search]}
        elif arguments.upload:
            result = {"id": upload(service, arguments.upload, arguments.title)}
        else:
            sort = call(service, "GetSortCapabilities", [], ["SortCaps"])[0]
            items = [describe(path, item) for _, (path, item) in zip(range(ITEMS_MAX), walk(service))]
            result = {"name": device.get_friendly_name(), "udn": device.get_udn(),
                      "sort_capabilities": sort, "items": items}
    except (GLib.Error, RuntimeError, OSError) as error:
        print(f"call failed: {error}", file=sys.stderr)
        return 4
    json.dump(result, sys.stdout)
    return 0


sys.exit(main())
