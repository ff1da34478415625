"""LAPS as a road, on conversations written for this: what is gold, what is named, what is known of films."""

import csv
import json
import lzma

import pytest

from penchant.errors import SettingError, SourceError
from penchant.extract.evaluation import parts
from penchant.road import laps
from penchant.road.cases import Deed, Label
from penchant.road.laps_films import Films, catalogue, iri_of
from penchant.road.laps_links import links, pages, taken, titles

HEAT, ALIEN, ALIENS, MATRIX, UP, NEW = (
    iri_of(n) for n in ("tt0113277", "tt0078748", "tt0090605", "tt0133093", "tt1049413", "tt99000001")
)
OLD_GRINCH, NEW_GRINCH, STAR_WARS, EMPIRE = (iri_of(n) for n in ("tt0170016", "tt2709692", "tt0076759", "tt0080684"))
KG = {
    "1": ("Heat (1995)", "tt0113277", ["crime"], ["Michael Mann"], ["Al Pacino"]),
    "2": ("Alien (1979)", "tt0078748", ["horror", "sci-fi"], ["Ridley Scott"], ["Sigourney Weaver"]),
    "3": ("Aliens (1986)", "tt0090605", ["action", "sci-fi"], ["James Cameron"], ["Sigourney Weaver"]),
    "4": ("The Grinch (2000)", "tt0170016", ["family"], ["Ron Howard"], ["Jim Carrey"]),
    "5": ("The Grinch (2018)", "tt2709692", ["animation"], ["Scott Mosier"], ["Benedict Cumberbatch"]),
    "6": ("The Thing (1951)", "tt0133093", ["horror"], ["Lana Wachowski"], ["Keanu Reeves"]),  # a wrong number
}
LENS = [
    ("10", "Matrix, The (1999)", "133093", "Action|Sci-Fi|Thriller"),
    ("11", "Up (2009)", "1049413", "Children|IMAX"),
    ("12", "Star Wars: Episode IV - A New Hope (1977)", "76759", "Sci-Fi"),
    ("13", "Star Wars: Episode V - The Empire Strikes Back (1980)", "80684", "Sci-Fi"),
    ("14", "Seven (a.k.a. Se7en) (1995)", "114369", "(no genres listed)"),
]


def _session(*turns, **memory):
    """Turns that start with ``>`` are the writer's."""
    dialogue = [
        {"role": "User" if t[0] == ">" else "Assistant", "turn_number": i, "message": t.lstrip(">")}
        for i, t in enumerate(turns)
    ]
    return {"dialogue": dialogue, "preferences": memory, "task_setting": "main"}


def _link(iri):
    return f"{iri}?ref_=x"


ANNA = [
    _session(
        "What do you like?",
        ">I adore Heat and star wars, and slow crime films.",
        f"Then watch Alien: {_link(ALIEN)}",
        ">Not sure, do you have another one?",
        movie_like=["Heat (for its pace)", "slow films"],
        movie_dislike=["Alien"],
        genre_preferences_like=["crime movies"],
        actor_dislike=["Tom Cruise (too loud)"],
        viewing_companions=["family"],
        frequently_watched=["Horror films", "sunsets"],
    ),
    _session(
        f"Try The Matrix {_link(MATRIX)} tonight.",
        ">That sounds perfect!",
        f"Or Aliens {_link(ALIENS)}",
        ">no thanks, something else?",
        movie_like=["Up", "Heat", "A Film Nobody Knows", "Zork Rising", "good soundtracks"],
    ),
    _session("Hello", ">hello", genre_preferences_like=["comedy"]),
]
BERT = [_session(">I saw Aliens.", movie_like=["Aliens", "Made Up Tale"], movie_dislike=["up"])]
CARL = [
    _session(">Hi there"),
    _session(f"See Quiet Lake {_link(NEW)} then.", ">I will watch it", movie_like=["Quiet Lake"]),
]


def _write(folder, people, name="anything.jsonl"):
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{"worker_id": w, "topic": "movie", "sessions": some} for w, some in people.items()]
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def world(tmp_path):
    """ReDial's and MovieLens's films, as they stand beside the set."""
    redial, lens = tmp_path / "redial" / "kg_imdb", tmp_path / "rec_ml_latest_small"
    redial.mkdir(parents=True)
    lens.mkdir()
    info = {
        number: {"name": n, "imdb_id": i, "genre": g, "director": d, "writer": d, "star": s, "plot": ""}
        for number, (n, i, g, d, s) in KG.items()
    }
    (redial / "id2info.json.xz").write_bytes(lzma.compress(json.dumps(info).encode()))
    mentions = [("movieId", "movieName", "nbMentions"), *((n, "x", 9 if n == "5" else 1) for n in KG)]
    _table(redial.parent / "movies_with_mentions.csv", mentions)
    _table(lens / "movies.csv", [("movieId", "title", "genres"), *((n, t, g) for n, t, _, g in LENS)])
    _table(lens / "links.csv", [("item_id", "imdbId", "tmdbId"), *((n, i, "") for n, _, i, _ in LENS)])
    return tmp_path


def _table(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture
def films(world) -> Films:
    return catalogue([world / "redial", world / "rec_ml_latest_small"])


@pytest.fixture
def as_parts(monkeypatch):
    """Bert's and Dora's conversations trained, the others did not."""
    known = frozenset(parts.fingerprint(f"laps:{name}") for name in ("bert", "dora"))
    monkeypatch.setattr(parts, "known", lambda: known)
    assert {parts.part(f"laps:{n}") for n in ("bert", "dora")} == {"train"}


@pytest.fixture
def road(world, as_parts):
    _write(world / "laps", {"anna": ANNA, "bert": BERT, "carl": CARL})
    return laps.load(world, "test")


def _case(road, person, turns):
    return next(c for c in road.cases if (c.person, c.turns) == (f"laps:{person}", turns))


def test_gold_is_what_the_memory_likes_and_what_a_reply_takes_up(road):
    assert _case(road, "anna", 4).gold == (UP, MATRIX)  # Heat was known, Aliens refused
    assert {c.person for c in road.cases} == {"laps:anna", "laps:carl"}
    assert [c for c in road.cases if c.turns == 8] == []  # nothing follows in the third session


def test_the_memory_alone_decides_where_replies_do_not_count(world, as_parts):
    _write(world / "laps", {"anna": ANNA})
    assert _case(laps.load(world, "test", replies=False), "anna", 4).gold == (UP,)


def test_what_is_disliked_is_no_gold_whatever_the_reply(world, as_parts):
    second = _session(f"{_link(UP)}", ">sounds great", movie_dislike=["Up"], movie_like=["Heat", "Up"])
    _write(world / "laps", {"anna": [_session(">hi"), second]})
    assert laps.load(world, "test").cases[0].gold == (HEAT,)


def test_named_are_films_of_both_sides_in_order(road):
    # "Heat" because the memory vouches for it; "star wars" lacks its capitals; the link and its title count once
    assert _case(road, "anna", 4).named == (HEAT, ALIEN)


def test_what_comes_later_is_not_named(road):
    assert not {UP, MATRIX} & {*_case(road, "anna", 4).named}


def test_titles_outside_the_catalogue_are_counted_not_gold(road):
    note = next(n for n in road.notes if "not in the catalogue" in n)
    assert note.startswith("not in gold: 1 names")  # Zork Rising; "A Film Nobody Knows" speaks of films
    assert "times 3/4" in note
    assert any("1 spoken of before" in n and "2 values" in n for n in road.notes)


def test_a_film_that_only_a_link_tells_of_is_in_the_catalogue(road):
    assert _case(road, "carl", 1).gold == (NEW,)
    item = next(i for i in road.items if i.iri == NEW)
    assert (item.id, item.label) == ("tt99000001", "Quiet Lake")
    assert any("1 are known only because LAPS links them" in n for n in road.notes)


def test_a_title_in_a_training_memory_is_in_the_catalogue_one_of_a_test_memory_is_not(road):
    iris = {item.iri for item in road.items}
    assert "urn:laps:film/made-up-tale" in iris
    assert "urn:laps:film/zork-rising" not in iris


def test_deeds_are_those_of_people_without_a_case_outside_the_test_part(world, road):
    assert {*road.deeds} == {
        Deed("laps:bert", ALIENS, True),
        Deed("laps:bert", "urn:laps:film/made-up-tale", True),
        Deed("laps:bert", UP, False),
    }
    lone = {"anna": ANNA, "eve": BERT}  # eve has no case, but is of the test part
    _write(world / "laps", lone)
    assert laps.load(world, "test").deeds == ()


def test_who_is_asked_gives_no_deeds(world, as_parts):
    _write(world / "laps", {"dora": [_session(">hi"), BERT[0]], "bert": BERT})
    road = laps.load(world, "train")
    assert {c.person for c in road.cases} == {"laps:dora"}
    assert {d.person for d in road.deeds} == {"laps:bert"}


def test_deeds_of_elsewhere_come_along(world, as_parts):
    _write(world / "laps", {"anna": ANNA})
    road = laps.load(world, "test", more_deeds=lambda films: [Deed("x", films.by_redial["1"], True)])
    assert road.deeds == (Deed("x", HEAT, True),)


def test_speakers_say_all_turns_in_order(road):
    speaker = road.speakers["laps:anna"]
    assert [t.own for t in speaker.turns] == [False, True] * 5
    assert [t.at for t in speaker.turns] == sorted({t.at for t in speaker.turns})
    assert (speaker.turns[4].at - speaker.turns[0].at).days == 7
    assert "laps:bert" not in road.speakers


def test_labels_are_the_memory_after_each_session(road):
    assert {*road.speakers["laps:anna"].labels} == {
        Label("likes", words="crime movies", turn=4),
        Label("likes", words="Heat", turn=4),
        Label("likes", words="slow films", turn=4),
        Label("dislikes", words="Alien", turn=4),
        Label("dislikes", words="Tom Cruise", turn=4),
        Label("wants", words="Horror films", turn=4),
        *(
            Label("likes", words=words, turn=8)
            for words in ("Up", "Heat", "A Film Nobody Knows", "Zork Rising", "good soundtracks")
        ),
        Label("likes", words="comedy", turn=10),
    }


def test_facts_names_and_kinds_come_from_both_sources(road):
    genre = "http://dbpedia.org/ontology/genre"
    assert {t for h, r, t in road.facts if h == MATRIX and r == genre} == {
        "urn:imdb:genre/action",
        "urn:imdb:genre/sci-fi",
        "urn:imdb:genre/thriller",
        "urn:imdb:genre/horror",
    }
    assert (ALIEN, "http://dbpedia.org/ontology/starring", "urn:imdb:person/sigourney-weaver") in road.facts
    assert {t for h, _, t in road.facts if h == UP} == {"urn:imdb:genre/family"}  # children's films; IMAX is none
    assert road.names["urn:imdb:genre/sci-fi"][:2] == ("sci-fi", "science fiction")
    assert road.names["urn:imdb:person/ridley-scott"] == ("Ridley Scott",)
    assert road.kinds["urn:imdb:person/sigourney-weaver"] == "actor"
    assert (road.kinds["urn:imdb:genre/crime"], road.kinds[HEAT]) == ("genre", "film")
    item = next(i for i in road.items if i.iri == MATRIX)
    assert item.label == "The Matrix"
    assert item.properties == (("year", ("1999",)),)


@pytest.mark.parametrize(
    ("words", "film"),
    [
        ("heat", HEAT),
        ("Matrix", MATRIX),
        ("The Matrix (seen twice)", MATRIX),
        ("The Thing", ""),  # its number belongs to another film
        ("the Grinch", NEW_GRINCH),  # the one that is named most
        ("The Grinch (2000)", OLD_GRINCH),
        ("The Grinch 2000", OLD_GRINCH),
        ("the original Grinch", OLD_GRINCH),
        ("new Grinch movie", NEW_GRINCH),
        ("Star Wars", STAR_WARS),  # the first of the series
        ("Heat 1", HEAT),
        ("se7en", iri_of("tt0114369")),
        ("Heat movies", ""),
        ("latest Grinch", ""),
        ("", ""),
    ],
)
def test_values_find_their_film(films, words, film):
    assert films.find(words) == film


def test_the_film_linked_in_the_conversation_is_meant(films):
    assert films.find("The Grinch", [OLD_GRINCH]) == OLD_GRINCH
    assert films.find("Star Wars", [EMPIRE]) == EMPIRE
    assert films.find("The Grinch (2018)", [OLD_GRINCH]) == NEW_GRINCH


@pytest.mark.parametrize(
    ("text", "linked", "found"),
    [
        ("We saw The Matrix and the grinch", [], [MATRIX]),
        ("the heat was on, and Heat was not", [], []),
        ("the heat was on, and Heat was not", [HEAT], [HEAT]),
        ("star wars episode iv a new hope", [], [STAR_WARS]),
        ("I like Star Wars, also Star Wars: Episode V - The Empire Strikes Back!", [], [STAR_WARS, EMPIRE]),
        ("The Grinch Returns", [], []),
        ("The Grinch, Returns", [], [NEW_GRINCH]),
        ("https://x.y/The_Matrix The Matrix", [], [MATRIX]),
        ("Michael Mann", [], []),
        ("", [], []),
    ],
)
def test_titles_in_a_message(films, text, linked, found):
    films.add(iri_of("tt0000009"), "Michael Mann")  # a film that bears a person's name
    assert titles(text, films, linked, {}) == found


def test_a_title_of_the_memory_counts_however_written(films):
    assert titles("up and matrix", films, [], {"up": UP, "matrix": MATRIX}) == [UP, MATRIX]


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("I would recommend Green Harbour https://www.imdb.com/title/tt7000001/", "Green Harbour"),
        ("How about 'The Slow Train'? It is here: https://imdb.com/title/tt7000001", "The Slow Train"),
        ("https://m.imdb.com/title/tt7000001/?ref_=a\nGreen Harbour is a film of 2021.", "Green Harbour"),
        ("Green Harbour and the Sea: https://www.imdb.com/title/tt7000001/", "Green Harbour and the Sea"),
        ("Have a look https://www.imdb.com/title/tt7000001/ and tell me.", ""),
        ("https://www.google.com/url?url=https%3A%2F%2Fwww.imdb.com%2Ftitle%2Ftt7000001%2F&u=1", ""),
    ],
)
def test_links_with_the_title_beside_them(message, title):
    (link,) = links(message)
    assert (link.iri, link.title) == (iri_of("tt7000001"), title)


def test_links_elsewhere_name_a_title_in_their_address():
    text = "https://en.wikipedia.org/wiki/Heat_(1995_film) https://www.rottentomatoes.com/m/star_wars?x https://a.b/c"
    assert [*links(text)] == []
    assert [*pages(text)] == ["Heat (1995 film)", "star wars"]


@pytest.mark.parametrize(
    "reply",
    [
        "That looks perfect!",
        "ok I'll watch it",
        "I have not seen it, but it sounds fun and great",
        "Sounds like what I want",
    ],
)
def test_a_reply_that_takes_it_up(reply):
    assert taken(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Thank you, bye",
        "Looks good. Any others?",
        "Nice, do you have another suggestion?",
        "It is not great",
        "I don't think we would like that",
        "Great, but something else please",
        "What is it like?",
        "That's nice of you",
    ],
)
def test_a_reply_that_does_not(reply):
    assert not taken(reply)


def test_of_several_links_the_reply_may_name_one(world, as_parts):
    offer = f"The Matrix {_link(MATRIX)} or Heat {_link(HEAT)}"
    _write(world / "laps", {"anna": [_session(">hi"), _session(offer, ">Heat sounds great")]})
    assert laps.load(world, "test").cases[0].gold == (HEAT,)
    _write(world / "laps", {"anna": [_session(">hi"), _session(offer, ">Both sound great")]})
    assert laps.load(world, "test").cases[0].gold == (MATRIX, HEAT)


@pytest.mark.parametrize("remembered", ["Harbour", "Green Harbor"])
def test_a_title_of_the_memory_and_one_beside_a_link_may_be_one_film(world, as_parts, remembered):
    offer = _session(f"Watch Green Harbour {_link(NEW)} now.", ">hm", movie_like=[remembered])
    _write(world / "laps", {"anna": [_session(">hi"), offer]})
    assert laps.load(world, "test").cases[0].gold == (NEW,)


def test_what_the_writer_links_is_no_recommendation(world, as_parts):
    later = _session(f">I saw {_link(MATRIX)}", ">sounds great", movie_like=["Heat"])
    _write(world / "laps", {"anna": [_session(">hi"), later]})
    assert laps.load(world, "test").cases[0].gold == (HEAT,)


def test_any_file_names_and_parts_will_do(tmp_path, as_parts):
    """No world beside it, two files for one writer, a session twice, a packed file, a damaged line."""
    first, second = CARL
    _write(tmp_path, {"carl": [first]}, "a.json.part.jsonl")
    rows = json.dumps({"worker_id": "carl", "topic": "movie", "sessions": [first, second, {"broken": 1}]})
    (tmp_path / "b.jsonl.xz").write_bytes(lzma.compress((rows + "\n{not json\n").encode()))
    other = {"worker_id": "carl", "topic": "recipe", "sessions": [_session(">Quiet Lake soup")]}
    (tmp_path / "c.jsonl").write_text(json.dumps(other), encoding="utf-8")
    road = laps.load(tmp_path, "test")
    assert [(c.turns, c.gold) for c in road.cases] == [(1, (NEW,))]
    assert len(road.speakers["laps:carl"].turns) == 3
    assert road.facts == ()


def test_it_is_the_same_whatever_the_order_of_the_rows(world, as_parts, road):
    _write(world / "laps", {"carl": CARL, "bert": BERT, "anna": ANNA})
    assert laps.load(world, "test") == road


def test_clear_errors(world, as_parts, tmp_path):
    with pytest.raises(SourceError, match="no file in it is of the format laps"):
        laps.load(world, "test")
    _write(world / "laps", {"bert": BERT})
    with pytest.raises(SourceError, match="no conversation of the split 'test'"):
        laps.load(world, "test")
    with pytest.raises(SourceError, match="no session of the split 'train' is followed"):
        laps.load(world, "train")
    with pytest.raises(SettingError, match="domain 'song'"):
        laps.load(world, "test", domain="song")
    with pytest.raises(SourceError, match="no such folder"):
        laps.load(tmp_path / "nowhere", "test")
    (world / "laps" / "anything.jsonl").write_text('{"worker_id": "a", "topic": "recipe", "sessions": []}\n')
    with pytest.raises(SourceError, match="of the topic 'movie'"):
        laps.load(world, "test")


SOUP = "https://www.some-kitchen.com/recipes/green-pea-soup?x=1"
COOKS = {
    "anna": [
        _session(
            "Hello",
            ">I love curries and Thai food.",
            dish_like=["curry"],
            cuisine_like=["Thai food"],
            allergies=["peas"],
            ingredient_availability=["peas", "some love"],
        ),
        _session(
            f"Try this: {SOUP}",
            ">That sounds great",
            dish_like=["Curries", "Pad Thai", "easy dishes", "goulash"],
            dish_dislike=["stew"],
        ),
    ],
    "bert": [
        _session(
            ">hm",
            dish_like=["pad thai", "Curry", "quick meals"],
            dish_dislike=["stews"],
            cuisine_like=["Thai"],
            ingredient_like=["peas"],
        )
    ],
}


@pytest.fixture
def kitchen(tmp_path, as_parts):
    rows = [{"worker_id": w, "topic": "recipe", "sessions": some} for w, some in COOKS.items()]
    (tmp_path / "cooks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return laps.load(tmp_path, "test", domain="recipe")


def test_dishes_go_the_same_way(kitchen):
    (case,) = kitchen.cases
    assert (case.turns, case.named) == (2, ("urn:laps:dish/curry",))
    assert case.gold == ("urn:laps:dish/pad-thai", "urn:laps:dish/green-pea-soup")
    assert {item.label for item in kitchen.items} == {"pad thai", "Curry", "stews", "green pea soup"}
    assert any(n.startswith("not in gold: 1 names") for n in kitchen.notes)  # goulash: only a test memory has it


def test_dishes_are_told_of_by_their_name_and_by_training_memories(kitchen):
    assert {*kitchen.facts} == {
        ("urn:laps:dish/green-pea-soup", "urn:laps:ingredient", "urn:laps:ingredient/pea"),
        ("urn:laps:dish/pad-thai", "urn:laps:cuisine", "urn:laps:cuisine/thai"),
        ("urn:laps:dish/curry", "urn:laps:cuisine", "urn:laps:cuisine/thai"),
    }
    assert kitchen.names["urn:laps:ingredient/pea"] == ("peas",)
    assert kitchen.kinds["urn:laps:dish/curry"] == "dish"


def test_allergies_are_no_wishes_and_what_is_in_the_house_is_one(kitchen):
    said = {(label.stance, label.words) for label in kitchen.speakers["laps:anna"].labels if label.turn == 2}
    assert said == {("likes", "curry"), ("likes", "Thai food"), ("wants", "peas")}


def test_deeds_about_dishes(kitchen):
    assert {(d.item.rpartition("/")[2], d.liked) for d in kitchen.deeds} == {
        ("pad-thai", True),
        ("curry", True),
        ("stew", False),
    }


@pytest.mark.data
@pytest.mark.slow
def test_the_real_set_is_read(public_data):
    road = laps.load(public_data, "test")
    items = {item.iri for item in road.items}
    assert len(road.cases) >= 20
    assert all(c.gold and {*c.gold, *c.named} <= items and not {*c.gold} & {*c.named} for c in road.cases)
    assert all(0 < c.turns < len(road.speakers[c.person].turns) for c in road.cases)
    assert not {d.person for d in road.deeds} & {*road.speakers}
