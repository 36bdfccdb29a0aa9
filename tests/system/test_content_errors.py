# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every error code of ContentDirectory:4 that this server can give: one row is an action, what is wrong with
its arguments, and the code that the standard has for that (ContentDirectory:4 tables of 5.5; UDA 1.0 3.2.2).

Not among them: 707 and 724 to 741 belong to FreeFormQuery, device mode and content protection, which are not
offered; 720 is in the tests of the catalogue, where a query can be made slow; 716 is in test_transfers.py.
"""

import xml.etree.ElementTree as ElementTree

import pytest

from house import wait_until
from test_server import DC, Client, make_track, url_of
from test_writing import HEAD, Writer, res_of, start_writing, writable  # noqa: F401 (fixtures)

ALLOW = [word for allowed in ("create", "update", "move", "destroy", "delete-files", "import", "export")
         for word in ("--allow", allowed)]
BROWSE = {"ObjectID": "0", "BrowseFlag": "BrowseDirectChildren", "Filter": "*", "StartingIndex": 0,
          "RequestedCount": 1, "SortCriteria": ""}
SEARCH = {"ContainerID": "0", "SearchCriteria": "*", "Filter": "*", "StartingIndex": 0, "RequestedCount": 1,
          "SortCriteria": ""}


def element(kind="item", id_="", parent="{folder}", restricted="0", title="<dc:title>T</dc:title>",
            upnp_class="object.item.audioItem", rest='<res protocolInfo="http-get:*:audio/wav:*"/>', more=""):
    return (f'{HEAD}<{kind} id="{id_}" parentID="{parent}" restricted="{restricted}"{more}>{title}'
            f"<upnp:class>{upnp_class}</upnp:class>{rest}</{kind}></DIDL-Lite>")


def create(container="{folder}", **parts):
    return {"ContainerID": container, "Elements": element(parent=container, **parts)}


def update(object_id, current, new):
    return {"ObjectID": object_id, "CurrentTagValue": current, "NewTagValue": new}


TITLE = "<dc:title>Song 1</dc:title>"
OTHER = "<dc:title>Other</dc:title>"
FOLDER = "object.container.storageFolder"

# {name} stands for what the fixture made: song, folder (writable), inner (in it), picture and pictures (its
# folder), list, reference (to song, in list), closed (a folder that is not writable), song of it; url of song.
ROWS = [
    # what every action answers
    ("Nonsense", {}, 401, "no such action"),
    ("Browse", {**BROWSE, "ObjectID": None}, 402, "an argument is missing"),
    ("Browse", {**BROWSE, "BrowseFlag": "BrowseAll"}, (402, 600, 601), "not an allowed value"),
    ("Browse", {**BROWSE, "StartingIndex": "x"}, (402, 600), "not a number"),
    # looking
    ("Browse", {**BROWSE, "ObjectID": "nothing"}, 701, "no such object"),
    ("Browse", {**BROWSE, "ObjectID": ""}, 701, "no id at all"),
    ("Browse", {**BROWSE, "ObjectID": "x' OR 1=1 --"}, 701, "no such object, whatever is in its name"),
    ("Browse", {**BROWSE, "ObjectID": "{song}"}, (701, 710), "children of an item"),
    ("Browse", {**BROWSE, "BrowseFlag": "BrowseMetadata", "ObjectID": "i000000000000000"}, 701, "no such item"),
    ("Browse", {**BROWSE, "SortCriteria": "+dc:nothing"}, 709, "not in SortCapabilities"),
    ("Browse", {**BROWSE, "SortCriteria": "dc:title"}, 709, "no modifier"),
    ("Browse", {**BROWSE, "SortCriteria": "~dc:title"}, 709, "unsupported modifier"),
    ("Browse", {**BROWSE, "SortCriteria": "+dc:title,,"}, 709, "empty members"),
    ("Search", {**SEARCH, "SearchCriteria": ""}, 708, "nothing is no criteria"),
    ("Search", {**SEARCH, "SearchCriteria": 'dc:title contains "a'}, 708, "no closing quote"),
    ("Search", {**SEARCH, "SearchCriteria": '(dc:title contains "a"'}, 708, "no closing parenthesis"),
    ("Search", {**SEARCH, "SearchCriteria": 'dc:title like "a"'}, 708, "no such operator"),
    ("Search", {**SEARCH, "SearchCriteria": 'dc:title = "a" and'}, 708, "half a conjunction"),
    ("Search", {**SEARCH, "SearchCriteria": 'not dc:title = "a"'}, 708, "no unary operators"),
    ("Search", {**SEARCH, "SearchCriteria": 'upnp:nothing = "a"'}, 708, "not in SearchCapabilities"),
    ("Search", {**SEARCH, "SearchCriteria": "dc:title exists maybe"}, 708, "exists takes true or false"),
    ("Search", {**SEARCH, "SearchCriteria": "* and *"}, 708, "the star is the whole criteria"),
    ("Search", {**SEARCH, "SortCriteria": "+dc:nothing"}, 709, "not in SortCapabilities"),
    ("Search", {**SEARCH, "ContainerID": "nothing"}, 710, "no such container"),
    ("Search", {**SEARCH, "ContainerID": "{song}"}, 710, "an item is no container"),
    # CreateObject
    ("CreateObject", create("nothing"), 710, "no such container"),
    ("CreateObject", create("{song}"), 710, "an item is no container"),
    ("CreateObject", create("{closed}"), 713, "a folder that may not be changed"),
    ("CreateObject", create("music-artists"), 713, "a view"),
    ("CreateObject", {"ContainerID": "{folder}", "Elements": "x"}, 712, "not XML"),
    ("CreateObject", {"ContainerID": "{folder}", "Elements": ""}, 712, "nothing"),
    ("CreateObject", {"ContainerID": "{folder}", "Elements": f"{HEAD}</DIDL-Lite>"}, 712, "no object"),
    ("CreateObject", create(id_="x"), 712, "an id of its own"),
    ("CreateObject", {"ContainerID": "{folder}", "Elements": element(parent="0")}, 712, "another parent"),
    ("CreateObject", create(restricted="1"), 712, "restricted"),
    ("CreateObject", create(title=""), 712, "no title"),
    ("CreateObject", create(title="<dc:title> </dc:title>"), 712, "an empty title"),
    ("CreateObject", create(upnp_class="object.container"), 712, "an item of a container's class"),
    ("CreateObject", create(kind="container", rest=""), 712, "a container of an item's class"),
    ("CreateObject", create(upnp_class="object.item.imageItem"), 712, "not of the folder's upnp:createClass"),
    ("CreateObject", create(rest='<res protocolInfo="x"/>'), 712, "no protocolInfo"),
    ("CreateObject", create(rest='<res protocolInfo="http-get:*:audio/wav:*">http://192.0.2.1/x</res>'), 712,
     "content elsewhere: what is listed here is on this server's disks"),
    ("CreateObject", create(more=' refID="{song}"'), 712, "a reference"),
    ("CreateObject", create(kind="container", upnp_class=FOLDER), 712, "a folder with a resource"),
    ("CreateObject", create(title="<dc:title>draft</dc:title>"), 713, "it would be kept and never listed: excluded"),
    ("CreateObject", create(kind="container", upnp_class=FOLDER, rest="", title="<dc:title>draft</dc:title>"), 713,
     "the same of a folder"),
    # CreateReference
    ("CreateReference", {"ContainerID": "{list}", "ObjectID": "i000000000000000"}, 701, "no such item"),
    ("CreateReference", {"ContainerID": "{list}", "ObjectID": "{inner}"}, 701, "a reference to a container"),
    ("CreateReference", {"ContainerID": "nothing", "ObjectID": "{song}"}, 710, "no such container"),
    ("CreateReference", {"ContainerID": "{song}", "ObjectID": "{song}"}, 710, "an item is no container"),
    ("CreateReference", {"ContainerID": "music-artists", "ObjectID": "{song}"}, 713, "a view"),
    # DestroyObject
    ("DestroyObject", {"ObjectID": "nothing"}, 701, "no such object"),
    ("DestroyObject", {"ObjectID": "{closed_song}"}, 711, "of a folder that may not be changed"),
    ("DestroyObject", {"ObjectID": "music"}, 711, "a view"),
    ("DestroyObject", {"ObjectID": "{folder}"}, (711, 713), "a shared folder itself"),
    ("DestroyObject", {"ObjectID": "0"}, (711, 713), "the root"),
    # UpdateObject
    ("UpdateObject", update("nothing", TITLE, OTHER), 701, "no such object"),
    ("UpdateObject", update("{song}", "<dc:title>Song 2</dc:title>", OTHER), 702, "it has another title"),
    ("UpdateObject", update("{song}", "<upnp:genre>None</upnp:genre>", "<upnp:genre>A</upnp:genre>"), 702,
     "it has no genre"),
    ("UpdateObject", update("{song}", "", "<upnp:rating>much</upnp:rating>"), 703, "no number"),
    ("UpdateObject", update("{song}", "<upnp:originalTrackNumber>1</upnp:originalTrackNumber>",
                            "<upnp:originalTrackNumber>one</upnp:originalTrackNumber>"), 703, "no number"),
    ("UpdateObject", update("{song}", TITLE, ""), 704, "every object has a title"),
    ("UpdateObject", update("{song}", "", "<upnp:objectUpdateID>1</upnp:objectUpdateID>"), 705, "the server's own"),
    ("UpdateObject", update("{reference}", TITLE, OTHER), 705, "a reference has nothing of its own"),
    ("UpdateObject", update("{in_view}", TITLE, OTHER), 713, "in a view"),
    ("UpdateObject", update("{song}", f"{TITLE},{TITLE}", OTHER), 706, "two for one"),
    ("UpdateObject", update("{song}", TITLE, f"{OTHER},"), 706, "one for two"),
    ("UpdateObject", update("{closed_song}", TITLE, OTHER), 711, "of a folder that may not be changed"),
    ("UpdateObject", update("{song}", "<dc:title>", OTHER), (702, 712), "not well-formed"),
    ("UpdateObject", update("{song}", TITLE, "<dc:title>"), (703, 712), "not well-formed"),
    ("UpdateObject", update("{song}", TITLE, "text"), (703, 712), "not an element"),
    # MoveObject
    ("MoveObject", {"ObjectID": "nothing", "NewParentID": "{inner}"}, 701, "no such object"),
    ("MoveObject", {"ObjectID": "{song}", "NewParentID": "nothing"}, 710, "no such container"),
    ("MoveObject", {"ObjectID": "{song}", "NewParentID": "{song}"}, 710, "an item is no container"),
    ("MoveObject", {"ObjectID": "{closed_song}", "NewParentID": "{inner}"}, 711, "may not be changed"),
    ("MoveObject", {"ObjectID": "{song}", "NewParentID": "{closed}"}, 713, "there it may not go"),
    ("MoveObject", {"ObjectID": "{folder}", "NewParentID": "{inner}"}, (721, 723), "its parent is a view"),
    ("MoveObject", {"ObjectID": "{song}", "NewParentID": "{pictures}"}, 722, "sound among pictures"),
    ("MoveObject", {"ObjectID": "{inner}", "NewParentID": "{inner}"}, 723, "into itself"),
    # resources
    ("DeleteResource", {"ResourceURI": "http://192.0.2.1/x"}, 714, "not ours"),
    ("DeleteResource", {"ResourceURI": "nothing"}, 714, "no address"),
    ("DeleteResource", {"ResourceURI": "{url}x/y/z"}, 714, "not one that is there"),
    ("DeleteResource", {"ResourceURI": "{closed_url}"}, 715, "of a folder that may not be changed"),
    ("ImportResource", {"SourceURI": "nothing", "DestinationURI": "{import}"}, 714, "no address"),
    ("ImportResource", {"SourceURI": "ftp://192.0.2.1/x", "DestinationURI": "{import}"}, 714, "not HTTP"),
    ("ImportResource", {"SourceURI": "http://127.0.0.1/x", "DestinationURI": "{import}"}, 715, "our own host"),
    ("ImportResource", {"SourceURI": "http://10.71.0.9/x", "DestinationURI": "http://192.0.2.1/x"}, 718, "not ours"),
    ("ImportResource", {"SourceURI": "http://10.71.0.9/x", "DestinationURI": "{url}"}, 718, "no importUri"),
    ("ImportResource", {"SourceURI": "http://10.71.0.9/x", "DestinationURI": "{full}"}, 719, "the quota is used up"),
    ("ExportResource", {"SourceURI": "http://192.0.2.1/x", "DestinationURI": "http://10.71.0.9/x"}, 714, "not ours"),
    ("ExportResource", {"SourceURI": "{lost_url}", "DestinationURI": "http://10.71.0.9/x"}, 715, "cannot be read"),
    ("ExportResource", {"SourceURI": "{url}", "DestinationURI": "nothing"}, 718, "no address"),
    ("ExportResource", {"SourceURI": "{url}", "DestinationURI": "http://127.0.0.1/x"}, 719, "our own host"),
    ("GetTransferProgress", {"TransferID": 999}, 717, "no such transfer"),
    ("StopTransferResource", {"TransferID": 999}, 717, "no such transfer"),
]


@pytest.fixture
def made(house, start_server, writable):
    """(Writer, what the rows name)"""
    closed = house.folder / "closed"
    closed.mkdir()
    make_track(closed / "c.flac", "Song 1", 1)
    make_track(writable / "A/lost.flac", "Lost", 2)
    (writable / "P").mkdir()
    (writable / "P/p.jpg").write_bytes((house.folder / "p.jpg").read_bytes() if (house.folder / "p.jpg").exists()
                                       else b"\xff\xd8\xff\xd9")
    for path in (writable / "P", writable / "P/p.jpg"):
        path.chmod(0o777)
    server = start_server(writable, closed, options=["--writable", writable, "--upload-quota", "1", "--exclude", "draft*", *ALLOW])
    ask = Writer(house, url_of(house, server))
    there = {"folder": ask.find("Music", "Folders", "writable"), "closed": ask.find("Music", "Folders", "closed"),
             "pictures": ask.find("Pictures", "Folders", "writable", "P")}
    there["inner"] = ask.find("Music", "Folders", "writable", "A")
    songs = {e.findtext(f"{DC}title"): e for e in ask.browse(there["inner"])}
    closed_song = ask.browse(there["closed"])[0]
    (writable / "A/lost.flac").chmod(0)
    there |= {"song": songs["Song 1"].get("id"), "url": res_of(songs["Song 1"]).text,
              "lost_url": res_of(songs["Lost"]).text, "closed_song": closed_song.get("id"),
              "closed_url": res_of(closed_song).text}
    there["list"] = ask.create("DLNA.ORG_AnyContainer", "Mix", "object.container.playlistContainer")["ObjectID"]
    there["reference"] = ask.call("CreateReference", ContainerID=there["list"], ObjectID=there["song"])["NewID"]
    there["in_view"] = next(e.get("id") for e in ask.browse("music-tracks") if e.get("refID") == there["song"])
    for name, title in (("import", "I"), ("full", "F"), ("filler", "X")):
        reply = ask.create("DLNA.ORG_AnyContainer", title, "object.item.audioItem", "audio/wav")
        there[name] = res_of(ElementTree.fromstring(reply["Result"])[0]).get("importUri")
    assert ask.send("/" + there["filler"].split("/", 3)[3], size=1024 * 1024, fill="x") == 200
    return ask, there


def fill_in(value, there):
    for name, text in there.items():
        value = value.replace(f"{{{name}}}", text) if isinstance(value, str) else value
    return value


def test_every_error(made):
    ask, there = made
    before = ask.call("GetSystemUpdateID")
    answers = ask.ask(*(
        ["ContentDirectory:4", action, {k: fill_in(v, there) for k, v in words.items() if v is not None}]
        for action, words, _, _ in ROWS))
    wrong = [(action, words, why, codes, answer) for (action, words, codes, why), answer in zip(ROWS, answers)
             if answer.get("error") not in (codes if isinstance(codes, tuple) else (codes,))]
    assert not wrong, "\n".join(map(str, wrong))
    # what is refused changes nothing
    assert ask.call("GetSystemUpdateID") == before
    given = {answer["error"] for answer in answers}
    assert {701, 702, 703, 704, 705, 706, 708, 709, 710, 711, 712, 713, 714, 715, 717, 718, 719, 722, 723} <= given
