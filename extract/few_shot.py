"""A prompt for models that were not tuned: what to do, and eight worked examples (of our own)."""

from __future__ import annotations

from typing import Final

from penchant.extract.answer import written

INSTRUCTION: Final = (
    "Write what the user likes, dislikes, wants, is interested in or is neutral about, as literal quotes from the "
    "user's text, each with one word: likes, dislikes, wants, interested or neutral. Facts, questions and what other "
    "people think do not count; then write none."
)
EXAMPLES: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    ("I love old westerns but gore is not for me.", (("westerns", "likes"), ("gore", "dislikes"))),
    ("The shop opens at nine.", ()),
    ("Can you find me a light raincoat?", (("raincoat", "wants"),)),
    ("My cousin collects stamps.", ()),
    ("I've heard of Persona and would like to see it.", (("Persona", "interested"),)),
    ("Tofu is okay, I don't mind either way.", (("Tofu", "neutral"),)),
    ("Never show me golf again, but I can't get enough of chess.", (("golf", "dislikes"), ("chess", "likes"))),
    ("Did you see The Birds last night?", ()),
)


def prefix() -> str:
    """Everything before the passage, the same for all passages."""
    shown = "\n\n".join(f"User: {text}\nPreferences:{written(pairs)}" for text, pairs in EXAMPLES)
    return f"{INSTRUCTION}\n\n{shown}\n\n"
