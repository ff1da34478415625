"""Learn the weights of linking and of spotting names: ``extract/link_weights.json`` and ``extract/spot_weights.json``.

    python benchmarks/learn_linking.py DATA [--work FOLDER]

DATA is the folder of the public sets.  Learned from, all of it training parts (see ``docs/linking.md``):

- ReDial: film titles as they are, in small letters, with the year, and misspelt; one film in five is not in the index.
- ConEL-2: linked mentions of the training file, weight 1.5.
- ReDial's plain words that some thing has as its name and no speaker marked: none of them, weight 0.7.
- What the rules alone say, where they are sure, of genres and people in ReDial's messages (weight 0.6) and of titles
  cut short (weight 0.4), so that learning from film titles does not unlearn these.

A conditional logit and a logistic regression, both with an L2 penalty; the penalty pulls the weight of the rules' score
to the temperature that they were made for, and all else to nought.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from penchant.extract import link_model, spotting
from penchant.extract.evaluation import link_set
from penchant.extract.evaluation.link_cases import Case, Turn
from penchant.extract.link_features import kinds_spoken_of, of_candidates, of_none
from penchant.extract.link_score import CANDIDATES, Mention, Scored, Scorer
from penchant.extract.linking import NIL_THRESHOLD, TEMPERATURE, Linker
from penchant.kg import normalise
from penchant.kg.label_index import LabelIndex

TITLES = {"plain": 1500, "small": 1500, "year": 700, "misspelt": 1800}
PLAIN_WORDS, SILVER, CUT_SHORT, DIALOGUES = 700, 800, 1500, 2000
PEOPLE = frozenset({"actor", "director", "author", "person", "band"})
# Weights by these are kept near what the rules say: titles in ReDial are whole.
KEPT = ("start", "part", "surname", "filler", "phrase")


@dataclass(frozen=True, slots=True)
class Known:
    """A mention with the features of its answers, which is right (CANDIDATES for none of them), and its weight."""

    candidates: Sequence[Mapping[str, float]]
    none: Mapping[str, float]
    right: int
    weight: float


def main() -> None:
    """Learn both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    chance = random.Random(0)
    known: list[Known] = []
    spoken: dict[str, Sequence[Turn]] = {}
    for name, weight in (("redial", 1.0), ("conel", 1.5)):
        asked, index = getattr(link_set, name)(given.data, "train", _made(given.work / name))
        cases = list(asked.cases)
        if name == "redial":
            by_form = {form: [c for c in cases if c.groups.get("form") == form] for form in TITLES}
            drawn = [c for form, most in TITLES.items() for c in chance.sample(by_form[form], most)]
            known += [_known(c, index, weight) for c in drawn]
            known += [_known(c, index, w) for c, w in _silver(cases, index, chance)]
            turns = _turns([c for form in ("plain", "small") for c in by_form[form]])
            chance.shuffle(turns)
            spoken[name] = turns[:DIALOGUES]
        else:
            known += [_known(c, index, weight) for c in cases]
            spoken[name] = asked.turns
        index.close()
    print(f"{len(known)} mentions")
    _write(link_model.WEIGHTS, "Weights of the conditional logit in link_model.py", _linking(known))
    link_model.shipped.cache_clear()  # how sure a link is, spotting asks the weights just learned
    runs: list[tuple[Mapping[str, float], bool, float]] = []
    for name, turns in spoken.items():
        _, index = getattr(link_set, name)(given.data, "train", given.work / name)
        runs += _runs(turns, index, films=name == "redial")
        index.close()
    print(f"{len(runs)} runs of words")
    _write(spotting.WEIGHTS, "Weights of the logistic regression in spotting.py", {"weights": _spotting(runs)})


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _known(case: Case, index: LabelIndex, weight: float) -> Known:
    scorer = Scorer(index)
    mention = Mention(case.quote, case.text, case.start, case.end)
    scored = scorer.candidates(mention) if mention.form.form else []
    topic = kinds_spoken_of([*case.context[-4:], case.text])
    right = next((at for at, s in enumerate(scored) if s.entry.iri == case.gold), CANDIDATES)
    return Known(of_candidates(mention, scored, topic, scorer.top), of_none(mention, scored, topic), right, weight)


def _silver(cases: Sequence[Case], index: LabelIndex, chance: random.Random) -> Iterator[tuple[Case, float]]:
    """Plain words; genres and people as the rules link them; titles cut short."""
    turns = _turns([c for c in cases if c.groups.get("form") in ("plain", "small")])
    chance.shuffle(turns)
    scorer = Scorer(index)
    plain, others = 0, {"genre": 0, "people": 0}
    for turn in turns:
        words = list(re.finditer(r"[\w'’-]+", turn.text))
        free = [w for w in words if not any(w.start() < k.end and k.start < w.end() for k in turn.links or ())]
        if plain < PLAIN_WORDS and turn.text != turn.text.lower() and free:
            word = chance.choice(free)
            if any(m.entry.hints for m in index.exact(word[0])):
                plain += 1
                yield _case(turn, word.start(), word.end(), ""), 0.7
        for start, end in _places(turn.text, free):
            best = _by_rules(scorer, turn.text, start, end)
            kinds = set(best.entry.hints) if best else set()
            group = "genre" if "genre" in kinds else "people" if kinds & PEOPLE else ""
            lone = " " not in turn.text[start:end] and turn.text[start].islower()
            if best and group and others[group] < SILVER and (group == "genre" or not lone):
                others[group] += 1
                yield _case(turn, start, end, best.entry.iri), 0.6
    for case in chance.sample([c for c in cases if c.groups.get("form") == "plain"], CUT_SHORT):
        words_of = case.quote.split()
        short = (
            chance.choice(case.quote.split(": ")) if ": " in case.quote else " ".join(words_of[: chance.choice((1, 2))])
        )
        if len(words_of) > 2 and len(short) > 3:
            text = case.text[: case.start] + short + case.text[case.end :]
            cut = replace(case, text=text, end=case.start + len(short))
            best = _by_rules(scorer, text, cut.start, cut.end)
            if best or chance.random() < 0.5:
                yield replace(cut, gold=best.entry.iri if best else ""), 0.4


def _places(text: str, free: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Places of ``horror movies``, ``horror``, ``Orla Quimby`` and ``Quimby``."""
    for word in free:
        if word[0].islower() and normalise.singular(word[0]) == word[0]:
            yield word.span()
    for one, two in pairwise(free):
        words = text[one.start() : two.end()]
        of_a_kind = normalise.without_head(normalise.singular(words.casefold())) != words.casefold()
        if two.start() == one.end() + 1 and (words.istitle() or of_a_kind):
            yield one.start(), two.end()
            if words.istitle():
                yield two.span()


def _by_rules(scorer: Scorer, text: str, start: int, end: int) -> Scored | None:
    mention = Mention(text[start:end], text, start, end)
    scored = scorer.candidates(mention) if mention.form.form else []
    likely, _ = link_model.shares([s.score / TEMPERATURE for s in scored], NIL_THRESHOLD / TEMPERATURE)
    return scored[0] if likely and likely[0] > 0.5 else None


def _case(turn: Turn, start: int, end: int, gold: str) -> Case:
    return Case(turn.conversation, turn.text, start, end, gold, turn.context)


def _turns(cases: Sequence[Case]) -> list[Turn]:
    """Messages with all films that they name."""
    from penchant.extract.evaluation.link_cases import Link

    at: dict[tuple[str, str, tuple[str, ...]], list[Link]] = {}
    for case in cases:
        at.setdefault((case.conversation, case.text, case.context), []).append(Link(case.start, case.end, case.gold))
    return [Turn(conversation, text, said, tuple(links), ()) for (conversation, text, said), links in at.items()]


def _runs(
    turns: Sequence[Turn], index: LabelIndex, *, films: bool
) -> Iterator[tuple[Mapping[str, float], bool, float]]:
    """Runs of words; of messages of which only the films are marked, those that are films or overlap one."""
    linker = Linker(index)
    for turn in turns:
        if turn.links is None:  # nobody said what it names
            continue
        right = {(link.start, link.end, link.iri) for link in turn.links}
        for run in spotting.possible(turn.text, linker, turn.context):
            film = any(name.startswith("film:") for name in run.features)
            if not films or film or any(a < run.end and run.start < b for a, b, _ in right):
                yield run.features, (run.start, run.end, run.decision.link) in right, 1.0 if films else 2.0


def _linking(known: Sequence[Known], strength: float = 1.0) -> dict[str, dict[str, float]]:
    names = sorted({name for k in known for features in k.candidates for name in features})
    nones = sorted({name for k in known for name in k.none})
    x = np.zeros((len(known), CANDIDATES, len(names)), np.float32)
    z = np.zeros((len(known), len(nones)), np.float32)
    there = np.zeros((len(known), CANDIDATES), bool)
    for row, each in enumerate(known):
        z[row] = [each.none.get(name, 0.0) for name in nones]
        for at, features in enumerate(each.candidates):
            there[row, at] = True
            x[row, at] = [features.get(name, 0.0) for name in names]
    right = np.array([k.right for k in known])
    weight = np.array([k.weight for k in known])
    start = np.zeros(len(names) + len(nones))
    start[names.index("score")] = 1 / TEMPERATURE
    start[len(names) + nones.index("one")] = NIL_THRESHOLD / TEMPERATURE
    pull = np.full_like(start, strength)
    pull[[at for at, name in enumerate(names) if any(kept in name for kept in KEPT)]] *= 5
    pull[names.index("score")], pull[len(names) + nones.index("one")] = 0.05 * strength, 0.01
    rows, flat = np.arange(len(known)), x.reshape(-1, len(names))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        strengths = (flat @ w[: len(names)].astype(np.float32)).reshape(len(known), CANDIDATES).astype(float)
        strengths[~there] = -1e9
        all_of = np.concatenate([strengths, (z @ w[len(names) :])[:, None]], 1)
        all_of -= all_of.max(1, keepdims=True)
        likely = np.exp(all_of)
        likely /= likely.sum(1, keepdims=True)
        error = likely * weight[:, None]
        error[rows, right] -= weight
        inner = np.where(there, error[:, :CANDIDATES], 0.0).reshape(-1).astype(np.float32)
        slope = np.concatenate([flat.T @ inner, z.T @ error[:, CANDIDATES]])
        away = w - start
        value = -(weight * np.log(likely[rows, right] + 1e-12)).sum() + 0.5 * (pull * away * away).sum()
        return float(value), slope + pull * away

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return {"candidate": _named(names, found), "none": _named(nones, found[len(names) :])}


def _spotting(runs: Sequence[tuple[Mapping[str, float], bool, float]]) -> dict[str, float]:
    names = sorted({name for features, _, _ in runs for name in features})
    x = np.array([[features.get(name, 0.0) for name in names] for features, _, _ in runs], np.float32)
    right = np.array([ok for _, ok, _ in runs], float)
    weight = np.array([w for *_, w in runs])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        likely = 1 / (1 + np.exp(-(x @ w)))
        value = -(weight * (right * np.log(likely + 1e-9) + (1 - right) * np.log(1 - likely + 1e-9))).sum()
        return float(value + 0.5 * w @ w), x.T @ (weight * (likely - right)) + w

    return _named(names, minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x)


def _named(names: Sequence[str], weights: np.ndarray) -> dict[str, float]:
    rounded = (round(float(w), 3) for w in weights[: len(names)])
    return {name: w for name, w in zip(names, rounded, strict=True) if w}


def _write(path: Path, what: str, weights: Mapping[str, object]) -> None:
    about = f"{what}, learned by benchmarks/learn_linking.py from training parts alone; see docs/linking.md"
    path.write_text(json.dumps({"about": about, **weights}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
