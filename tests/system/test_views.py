# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tree that a user describes: a view of one's own, shipped ones hidden, letters, and what a change of it
leaves as it was."""

import signal

from conftest import SERVER
from house import wait_until
from media import ffmpeg
from test_server import Client, titles, url_of

VIEWS = """[own-eras]
Title = By decade
Parent = music
Items = audio
Filter = duration >= 1 and genre != "Talk"
Level1 = decade
Level1.Name = The %s
Level1.Sort = -year
Sort = -year, title
[music-genres]
Title = Genres
Parent = music
Items = audio
Level1 = genre
Show = no
"""


def make_songs(folder):
    folder.mkdir()
    for title, artist, date, genre in (("Old", "The Ants", "1978", "Pop"), ("Older", "Bees", "1972", "Pop;Rock"),
                                       ("New", "Émile", "1983", "Rock"), ("Said", "Cats", "1983", "Talk")):
        ffmpeg("-f", "lavfi", "-i", "sine=d=2", "-metadata", f"title={title}", "-metadata", f"artist={artist}",
               "-metadata", f"date={date}", "-metadata", f"genre={genre}", folder / f"{title}.flac")


def test_views_of_ones_own(house, start_server):
    make_songs(house.folder / "songs")
    own = house.folder / ".config/av-upnp/views.conf"
    own.parent.mkdir(parents=True)
    own.write_text(VIEWS)
    process = start_server(house.folder / "songs", options=["--letters-above", "2"])
    ask = Client(house, url_of(house, process), "phone")
    music = titles(ask.children("music"))
    assert "By decade" in music and "Genres" not in music
    eras = ask.children("own-eras")
    assert [(era["title"], era["children"]) for era in eras] == [("The 1980s", 1), ("The 1970s", 2)]
    assert titles(ask.children(eras[1]["id"])) == ["Old", "Older"]
    # four artists are more than two; articles and accents do not count
    letters = ask.children("music-artists")
    assert titles(letters) == ["A", "B", "C", "E"]
    assert titles(ask.children(letters[0]["id"])) == ["The Ants"]
    # and so are four tracks, of a list without groups
    wait_until("the list is divided", lambda: len(ask.children("music-tracks")) == 3)
    tracks = ask.children("music-tracks")
    assert [(track["title"], track["children"]) for track in tracks] == [("N", 1), ("O", 2), ("S", 1)]
    assert titles(ask.children(tracks[1]["id"])) == ["Old", "Older"]
    list(ask.walk("music"))  # parents, counts and ids fit together everywhere
    ants = ask.children(letters[0]["id"])[0]["id"]
    process.stop()
    # without the file, and without letters: the rest keeps its ids
    own.unlink()
    process = start_server(house.folder / "songs")
    ask = Client(house, url_of(house, process), "phone")
    music = titles(ask.children("music"))
    assert "By decade" not in music and "Genres" in music
    artists = ask.children("music-artists")
    assert titles(artists) == ["The Ants", "Bees", "Cats", "Émile"]
    assert artists[0]["id"] == ants
    wait_until("the list is whole", lambda: titles(ask.children("music-tracks")) == ["New", "Old", "Older", "Said"])
    assert ask.browse("own-eras")["error"] == 701
    own.write_text("[own]\nTitle = X\nItms = audio\n")
    result = house.hosts["server"].run([SERVER, "--check-views"], check=False)
    assert result.returncode == 2
    assert f'{own}:3:1: unknown key "Itms", did you mean "Items"?' in result.stderr


def test_views_change_while_it_runs(house, start_server):
    """As soon as the file is another one, and on SIGHUP, as with `rescan`: no file is read again, what did not
    change keeps its ids and counts."""
    make_songs(house.folder / "songs")
    own = house.folder / ".config/av-upnp/views.conf"
    process = start_server(house.folder / "songs")
    ask = Client(house, url_of(house, process), "phone")
    before = {path: o["id"] for path, o in ask.walk("music")}
    own.parent.mkdir(parents=True)
    own.write_text(VIEWS)
    process.wait_log("views changed", 30)
    eras = ask.children("own-eras")
    assert [(era["title"], era["children"]) for era in eras] == [("The 1980s", 1), ("The 1970s", 2)]
    after = {path: o["id"] for path, o in ask.walk("music")}
    gone = {path for path in before if path[0] == "Genres"}
    assert after.items() >= {(p, i) for p, i in before.items() if p not in gone} and not after.keys() & gone
    assert process.log().count("scan finished") == 1, "no folder was looked through"
    # a mistake is told, and changes nothing
    own.write_text("[own]\nTitle = X\nItms = audio\n")
    process.wait_log(f'{own}:3:1: unknown key "Itms"', 30)
    assert {path: o["id"] for path, o in ask.walk("music")} == after
    own.write_text("[own]\nTitle = X\nItms = video\n")
    process.popen.send_signal(signal.SIGHUP)
    wait_until("it is told again", lambda: process.log().count('unknown key "Itms"') >= 2, 30)
    own.unlink()
    wait_until("the views are the shipped ones", lambda: process.log().count("views changed") == 2)
    assert {path: o["id"] for path, o in ask.walk("music")} == before
    # where files live may be called otherwise; what is in there stays what it is
    own.write_text("[music-folders]\nParent = music\nTitle = On the disk\nItems = audio\nFolders = yes\n")
    wait_until("folders have another title", lambda: "On the disk" in titles(ask.children("music")))
    renamed = {path: o["id"] for path, o in ask.walk("music")}
    assert sorted(renamed.values()) == sorted(before.values()) and not any(path[0] == "Folders" for path in renamed)


def test_lists_are_divided_as_they_grow(house, start_server):
    folder = house.folder / "songs"
    make_songs(folder)
    process = start_server(folder, options=["--letters-above", "4"])
    ask = Client(house, url_of(house, process), "phone")
    assert titles(ask.children("music-tracks")) == ["New", "Old", "Older", "Said"]
    (folder / "Old.flac").rename(house.folder / "Old.flac")
    wait_until("it left", lambda: len(ask.children("music-tracks")) == 3)
    for number in range(2):
        ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-metadata", f"title={number} more", folder / f"more{number}.flac")
    wait_until("five stand under letters", lambda: titles(ask.children("music-tracks")) == ["0\u20139", "N", "O", "S"])
    list(ask.walk("music"))
    # a letter comes and goes with its songs; a quarter less is waited for
    (folder / "Said.flac").unlink()
    wait_until("S is gone", lambda: titles(ask.children("music-tracks")) == ["0\u20139", "N", "O"])
    process.stop()
    # a start finds it as it was
    process = start_server(folder, options=["--letters-above", "4"])
    ask = Client(house, url_of(house, process), "phone")
    assert titles(ask.children("music-tracks")) == ["0\u20139", "N", "O"]
    assert "(0 new or changed" in process.log()
    (folder / "more0.flac").unlink()
    wait_until("three are whole again", lambda: titles(ask.children("music-tracks")) == ["1 more", "New", "Older"])
    list(ask.walk("music"))
