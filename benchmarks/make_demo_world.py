"""Cut the demo's world, catalogue and events out of public data, so that anyone can check them.

Reads ``kg_codex_wikidata`` (CoDEx: MIT, its Wikidata facts CC0), ``rec_mindreader_wikidata`` (the Wikidata names
and slice beside the MindReader ratings) and ``kg_wikidata_arnold_slice`` (labels of places only), and the hand-made
choices in ``demo_choices.json``: films wanted whatever their fame, other names, corrected names, people's tastes.
Sentences are no part of this: ``texts.jsonl`` is written by hand.

Run ``python benchmarks/make_demo_world.py --data DIR``; with ``--check`` it only compares with what stands.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import lzma
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from demo_events import made_up_events

HERE: Final = Path(__file__).resolve().parent
TARGET: Final = HERE.parent / "penchant" / "demo" / "data"
WD: Final = "http://www.wikidata.org/entity/"
WDT: Final = "http://www.wikidata.org/prop/direct/"
LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"
ALT_LABEL: Final = "http://www.w3.org/2004/02/skos/core#altLabel"

FILMS: Final = 200
PER_GENRE: Final = 8
#: What is told about a film: kind, origin, director, genre, cast, author, creator, composer, language, place, subject.
FILM_PROPERTIES: Final = frozenset(["P31", "P495", "P57", "P136", "P161", "P50", "P170", "P86", "P364", "P840", "P921"])
#: What is told between two people of the slice: spouse, child, sibling, influenced by.
PEOPLE_PROPERTIES: Final = frozenset(["P26", "P40", "P3373", "P737"])
PLACE_PROPERTIES: Final = frozenset(["P495", "P840"])
CODEX_FILES: Final = ["s-train", "s-valid", "s-test", "m-valid", "m-test", "l-valid", "l-test"]
CLAIM: Final = re.compile(rf"<{WD}(Q\d+)> <{WDT}(P\d+)> <{WD}(Q\d+)> \.")

Fact = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """What the public data say: facts, names of films and concepts, labels of places and kinds, fame."""

    facts: frozenset[Fact]
    names: Mapping[str, str]
    films: frozenset[str]
    genres: frozenset[str]
    places: Mapping[str, str]
    kinds: Mapping[str, str]
    relations: Mapping[str, tuple[str, str]]
    fame: Mapping[str, int]


def _facts(data: Path) -> Iterator[Fact]:
    codex = data / "kg_codex_wikidata"
    texts = [(codex / f"{name}.txt").read_text(encoding="utf-8") for name in CODEX_FILES]
    texts.append(lzma.decompress((codex / "m-train.txt.xz").read_bytes()).decode())
    for text in texts:
        for line in text.splitlines():
            subject, relation, target = line.split()
            yield subject, relation, target
    with gzip.open(data / "rec_mindreader_wikidata" / "wikidata_slice.nt.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if found := CLAIM.match(line):
                yield found[1], found[2], found[3]


def _fame(data: Path) -> dict[str, int]:
    """How many people rated a thing in MindReader's training part; used only to put films in order of fame."""
    folder = data / "rec_mindreader_wikidata"
    index = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["e_idx_map"]
    name = {number: iri.rsplit("/", 1)[-1] for iri, number in index.items()}
    split = json.loads(lzma.decompress((folder / "split.json.xz").read_bytes()))
    return Counter(name[rating["e_idx"]] for _, ratings in split["training"] for rating in ratings)


def _place_labels(data: Path) -> Iterator[tuple[str, str]]:
    path = data / "kg_wikidata_arnold_slice" / "labels.en.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            node, _, label, _ = line.rstrip("\n").split("\t")
            if node.startswith("Q") and label.endswith("'@en"):
                yield node, label[1:-4].replace("\\'", "'").replace('\\"', '"')


def read_source(data: Path, choices: Mapping[str, Any]) -> Source:
    """Read all that is needed from the folder of public data sets."""
    names: dict[str, str] = {}
    kinds: dict[str, set[str]] = {}
    with (data / "rec_mindreader_wikidata" / "entities.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            qid = row["uri"].rsplit("/", 1)[-1]
            names[qid], kinds[qid] = row["name"], set(row["labels"].split("|"))
    genres = frozenset(qid for qid, kind in kinds.items() if "Genre" in kind)
    films = frozenset(qid for qid, kind in kinds.items() if "Movie" in kind)
    for qid in genres:  # the names are title-cased there; Wikidata writes genres in lower case
        names[qid] = names[qid].lower().replace("lgbt", "LGBT").replace("christmas", "Christmas")
    names.update(choices["corrected_labels"])
    english, chinese, types = (
        json.loads((data / "kg_codex_wikidata" / name).read_text(encoding="utf-8"))
        for name in ("relations_en_relations.json", "relations_zh_relations.json", "types_en_types.json")
    )
    return Source(
        facts=frozenset(_facts(data)),
        names=names,
        films=films,
        genres=genres,
        places=dict(_place_labels(data)),
        kinds={qid: entry["label"] for qid, entry in types.items()},
        relations={pid: (english[pid]["label"], chinese[pid]["label"]) for pid in english} | choices["relation_labels"],
        fame=_fame(data),
    )


def label_of(source: Source, relation: str, target: str) -> str | None:
    """The English label of what a film's fact points to, from the one place that is trusted for its kind."""
    if relation in PLACE_PROPERTIES:
        return source.places.get(target)
    if relation == "P31":
        return source.kinds.get(target)
    return source.names.get(target)


def choose_films(source: Source, choices: Mapping[str, Any]) -> list[str]:
    """The wanted films, then thin genres up to ``PER_GENRE``, then the best known, up to ``FILMS``."""
    about: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for film, relation, target in source.facts:
        if film in source.films and relation in {"P57", "P136", "P161"} and target in source.names:
            about[film].add((relation, target))
    able = [
        film
        for film, facts in about.items()
        if len(facts) >= 4 and {"P57", "P136"} <= {relation for relation, _ in facts}
    ]
    able.sort(key=lambda film: (-source.fame.get(film, 0), int(film[1:])))
    chosen = list(choices["wanted_films"])
    if wrong := [film for film, name in choices["wanted_films"].items() if source.names[film] != name]:
        sys.exit(f"wanted films whose names differ in the source: {wrong}")
    for genre in choices["thin_genres"]:
        has = sum(("P136", genre) in about[film] for film in chosen)
        more = [film for film in able if ("P136", genre) in about[film] and film not in chosen]
        chosen += more[: max(0, PER_GENRE - has)]
    chosen += [film for film in able if film not in chosen][: FILMS - len(chosen)]
    return chosen


def cut_facts(source: Source, films: Iterable[str], choices: Mapping[str, Any]) -> set[Fact]:
    """Facts about the films whose object has a label, and family ties and influence between people among them."""
    wanted, left_out = set(films), set(choices["left_out_concepts"])
    facts = {
        fact
        for fact in source.facts
        if fact[0] in wanted and fact[1] in FILM_PROPERTIES and fact[2] not in left_out and label_of(source, *fact[1:])
    }
    people = {target for _, relation, target in facts if relation in {"P57", "P161"}}
    return facts | {
        fact for fact in source.facts if fact[1] in PEOPLE_PROPERTIES and fact[0] in people and fact[2] in people
    }


def _literal(text: str, language: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{language}'


def world_lines(source: Source, facts: set[Fact], choices: Mapping[str, Any]) -> list[str]:
    """The slice as sorted N-Triples lines."""
    lines = {f"<{WD}{s}> <{WDT}{p}> <{WD}{o}> ." for s, p, o in facts}
    labels = {subject: source.names[subject] for subject, _, _ in facts}
    for _, relation, target in facts:
        if label := label_of(source, relation, target):
            labels.setdefault(target, label)
    lines |= {f"<{WD}{qid}> <{LABEL}> {_literal(label, 'en')} ." for qid, label in labels.items()}
    for qid, label in labels.items():
        if qid not in source.films:  # a film's other names stand in the catalogue
            lines |= {
                f"<{WD}{qid}> <{ALT_LABEL}> {_literal(name, 'en')} ." for name in choices["other_names"].get(label, ())
            }
    for relation in {relation for _, relation, _ in facts}:
        english, chinese = source.relations[relation]
        lines |= {f"<{WDT}{relation}> <{LABEL}> {_literal(*label)} ." for label in ((english, "en"), (chinese, "zh"))}
    return sorted(lines)


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower().replace("'", "")
    return "film-" + re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def catalogue(source: Source, films: Iterable[str], choices: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The shop's items in order of their ids."""
    items = []
    for film in films:
        item: dict[str, Any] = {"id": _slug(source.names[film]), "label": source.names[film], "iri": WD + film}
        item |= {"type": "https://schema.org/Movie", "alt_labels": choices["other_names"].get(source.names[film], [])}
        if source.names[film] in choices["unavailable"]:
            item["available"] = False
        items.append(item)
    if len({item["id"] for item in items}) != len(items):
        sys.exit("two films share an id: leave one out or give it another name in demo_choices.json")
    if gone := set(choices["unavailable"]).difference(item["label"] for item in items):
        sys.exit(f"not in the catalogue, so it cannot be unavailable: {sorted(gone)}")
    return sorted(items, key=lambda item: str(item["id"]))


def touched(source: Source, facts: set[Fact], choices: Mapping[str, Any]) -> dict[str, set[str]]:
    """Everything that a film has to do with, itself included, by label: what the people's tastes are matched with."""
    about: dict[str, set[str]] = defaultdict(set)
    for subject, relation, target in facts:
        about[subject] |= {source.names[subject], label_of(source, relation, target) or target}
    wanted = {name for taste in choices["tastes"].values() for names in taste.values() for name in names}
    if unknown := wanted.difference(*about.values()):
        sys.exit(f"tastes for what is not in the slice: {sorted(unknown)}")
    return about


def build(data: Path) -> dict[str, str]:
    """The text of every made file by name (``world.nt`` not yet compressed)."""
    choices = json.loads((HERE / "demo_choices.json").read_text(encoding="utf-8"))
    source = read_source(data, choices)
    films = choose_films(source, choices)
    facts = cut_facts(source, films, choices)
    items = catalogue(source, films, choices)
    about = touched(source, facts, choices)
    return {
        "world.nt": "\n".join(world_lines(source, facts, choices)) + "\n",
        "items.jsonl": "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items),
        "events.csv": made_up_events(
            {item["id"]: about[item["iri"].removeprefix(WD)] for item in items},
            {item["id"]: source.fame.get(item["iri"].removeprefix(WD), 0) for item in items},
            choices["tastes"],
            choices["odd_events"],
        ),
    }


def _standing(name: str) -> str | None:
    packed = TARGET / f"{name}.gz"
    if packed.exists():
        return gzip.decompress(packed.read_bytes()).decode()
    return (TARGET / name).read_text(encoding="utf-8") if (TARGET / name).exists() else None


def main() -> int:
    """Write the files, or with ``--check`` compare them with what stands."""
    parser = argparse.ArgumentParser(description="Cut the demo's data out of public data sets.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the public data sets")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    arguments = parser.parse_args()
    changed = []
    for name, text in build(arguments.data).items():
        if _standing(name) == text:
            continue
        changed.append(name)
        if not arguments.check and name == "world.nt":
            (TARGET / "world.nt.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        elif not arguments.check:
            (TARGET / name).write_text(text, encoding="utf-8")
    print("changed: " + (", ".join(changed) or "nothing"))
    return int(arguments.check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
