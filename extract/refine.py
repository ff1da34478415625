"""Sub-stances: refine what the model said by the nearest example.

The language model knows the shipped stances only.  An ontologist may add a special case of one (``pen:refines``) with
example sentences; whether a mention shows it is decided here, from those sentences alone.

What was said around the mention is encoded with the mention masked (``masking``), and a jury (``jury``) tells the
examples from plain sentences of the same stance (``plain_mentions``).  Examples don't mark their mention, so each
counts as the mean over all that could be it.  A wrong "yes" costs the shipped stance, so all jurors must agree.

Measured by ``benchmarks/refine.py`` with mention and shipped stance given, each sub-stance alone: on twenty unseen
sentences F1 is .62 to .97 on the six sub-stances that chose the method and .86 to .95 on six others; of twenty other
sentences each, 240 in all, 2 were taken for a sub-stance (5 with six sub-stances in the ontology at once).  The
readers come first, though, and what they don't find, or give another stance, is not refined: end to end, F1 on the six
others is .18, .33, .40, .65, .67 and .71.

Limits: English only, by the encoder.  A sub-stance that differs by knowledge of the world rather than by wording is
found seldom, and a plain sentence that repeats the examples' own words may be taken for one.  Examples that share a
topic teach the topic too: they should vary it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from penchant.errors import OntologyError
from penchant.extract.jury import Jury, convene, unit, whitening
from penchant.extract.masking import FILLERS, Span, guesses, in_latin_letters, masked, stretch
from penchant.extract.plain_mentions import FILE, Marked, plain_mentions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from penchant.kg.encoder import Encoder

#: Rises whenever the same examples would give other answers.
VERSION: Final = 1
#: English examples without which nothing can be learnt.
LEAST_EXAMPLES: Final = 5
#: Plain sentences, of all stances, that are put to every topic to see what a topic alone does.
_TOPIC_SENTENCES: Final = 30


@dataclass(frozen=True, slots=True)
class SubStance:
    """A special case of a shipped stance.

    Args:
        word: its ``pen:word``.
        refines: word of the shipped stance that it is a case of.
        examples: its ``skos:example`` sentences.  The encoder knows English: those in other scripts are left out, so
            hand in the English ones.
    """

    word: str
    refines: str
    examples: tuple[str, ...]


class Refiner:
    """Says which mentions of a shipped stance show a sub-stance.

    Learns at the first mention of a stance that has sub-stances: about a thousand sentences are encoded (4 to
    13 seconds of one core).  After that a mention costs three short sentences in one batch (about 20 ms); a mention of
    any other stance costs nothing.

    Args:
        encoder: turns sentences into vectors.
        sub_stances: what to look for; their order doesn't matter.
        shipped_examples: ``skos:example`` sentences of the shipped stances, by word; they join the plain sentences.

    Raises:
        OntologyError: a sub-stance has fewer than five English examples, refines a stance that the model never says, or
            shares its word with another.
    """

    def __init__(
        self, encoder: Encoder, sub_stances: Sequence[SubStance], shipped_examples: Mapping[str, Sequence[str]]
    ) -> None:
        self._encoder = encoder
        self._shipped = {word: tuple(sorted(set(rows))) for word, rows in sorted(shipped_examples.items())}
        self._subs = tuple(_ready(sub) for sub in sorted(sub_stances, key=lambda s: s.word))
        known = set(plain_mentions().sentences) & set(self._shipped)
        for sub, twin in zip(self._subs, self._subs[1:], strict=False):
            if sub.word == twin.word:
                raise OntologyError(f"two sub-stances share the word “{sub.word}”", remedy="Give one another pen:word")
        for sub in self._subs:
            if sub.word in known or sub.refines not in known:
                raise OntologyError(
                    f"the sub-stance “{sub.word}” refines “{sub.refines}”",
                    expected=f"a word of its own, and a stance that the model says: {', '.join(sorted(known))}",
                )
        self._white: NDArray[np.float64] | None = None
        self._juries: dict[str, tuple[tuple[str, Jury], ...]] = {}

    @property
    def fingerprint(self) -> str:
        """Changes with sub-stances, examples, plain sentences, encoder and version; empty without sub-stances."""
        if not self._subs:
            return ""
        held = [
            [[s.word, s.refines, s.examples] for s in self._subs],
            self._shipped,
            hashlib.sha256(FILE.read_bytes()).hexdigest(),
        ]
        digest = hashlib.sha256(json.dumps(held, ensure_ascii=False).encode()).hexdigest()[:16]
        return f"refine {VERSION}/{self._encoder.name}/{digest}"

    def refine(self, text: str, start: int, end: int, stance: str, others: Sequence[Span] | None = None) -> str:
        """The word of the sub-stance that the mention ``text[start:end]`` shows, else ``stance``.

        Args:
            text: the text as read, or a window of it.
            start: first code point of the mention.
            end: code point after it.
            stance: the word that the model said.
            others: spans of the other mentions in ``text``, if known: what is said of them is then kept apart.

        Raises:
            ModelError: the encoder cannot be loaded.
        """
        if not any(sub.refines == stance for sub in self._subs):
            return stance
        first, last = stretch(text, start, end, others)
        around = text[first:start] + text[end:last]
        if not in_latin_letters(around):
            return stance
        vector = self._vectors([masked(text[first:last], start - first, end - first)])[0]
        margins = [(jury.margin(vector), word) for word, jury in self._of(stance)]
        best, word = max(margins, key=lambda m: (m[0], m[1]))
        return word if best > 0 else stance

    def _of(self, stance: str) -> tuple[tuple[str, Jury], ...]:
        """The juries of a stance's sub-stances, trained when first asked for."""
        if stance not in self._juries:
            import numpy as np

            white = self._whitening()
            plain = self._vectors([masked(m.text, m.start, m.end) for m in plain_mentions().sentences[stance]])
            shipped = [self._versions(example).mean(axis=0) for example in self._shipped[stance]]
            background = np.stack([*plain, *map(unit, shipped)])
            subs = [sub for sub in self._subs if sub.refines == stance]
            versions = {sub.word: [self._versions(example) for example in sub.examples] for sub in subs}
            self._juries[stance] = tuple((sub.word, convene(versions[sub.word], background, white)) for sub in subs)
        return self._juries[stance]

    def _whitening(self) -> NDArray[np.float64]:
        if self._white is None:
            held = plain_mentions()
            every = [marked for rows in held.sentences.values() for marked in rows]
            some = every[:: max(1, len(every) // _TOPIC_SENTENCES)]
            said = [_with_topic(marked, topic) for marked in some for topic in held.topics]
            vectors = self._encoder.encode(said)
            size = len(held.topics)
            self._white = whitening([vectors[i : i + size] for i in range(0, len(said), size)])
        return self._white

    def _versions(self, example: str) -> NDArray[Any]:
        """Vectors of an example, one for each guess at its mention."""
        found = guesses(example)
        return self._vectors([masked(example, a, b) for a, b in found] or [[example] * len(FILLERS)])

    def _vectors(self, groups: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """One unit vector a group: the mean of its texts' vectors."""
        import numpy as np

        flat = self._encoder.encode([text for group in groups for text in group])
        mean = flat.astype(np.float64).reshape(len(groups), len(FILLERS), -1).mean(axis=1)
        return np.stack([unit(row) for row in mean])


def english(examples: Iterable[str]) -> tuple[str, ...]:
    """The examples that the encoder can read, each once, in an order that no ontology editor can change."""
    return tuple(sorted({e.strip() for e in examples if in_latin_letters(e)}))


def _ready(sub: SubStance) -> SubStance:
    """The same with its English examples only."""
    examples = english(sub.examples)
    if len(examples) < LEAST_EXAMPLES:
        raise OntologyError(
            f"the sub-stance “{sub.word}” has {len(examples)} English example sentences",
            expected=f"at least {LEAST_EXAMPLES}",
            remedy="Add skos:example sentences with @en",
        )
    return SubStance(sub.word, sub.refines, examples)


def _with_topic(marked: Marked, topic: str) -> str:
    return marked.text[: marked.start] + topic + marked.text[marked.end :]
