"""The documentation says what is there: commands, queries, links, labels."""

import re
from pathlib import Path

import pytest
import typer.main

from penchant.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(group=None, before=()):
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name), command


@pytest.mark.parametrize(
    ("words", "command"), list(commands()), ids=lambda v: " ".join(v) if isinstance(v, tuple) else ""
)
def test_every_command_is_in_the_readme_and_explains_itself(words, command):
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme[readme.index("## Commands") : readme.index("## Files it reads")]
    assert f"`penchant {' '.join(words)}" in table or f"`{' '.join(words)}" in table or f"`{words[-1]}`" in table
    assert command.help
    for parameter in command.params:
        if getattr(parameter, "help", None) is not None and parameter.name != "help":
            assert parameter.help, f"{words}: {parameter.name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere_and_nothing_is_left_to_fill_in(page):
    text = page.read_text("utf-8")
    assert "@@" not in text
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_make_targets_of_the_readme_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_files_named_in_the_contributing_guide_exist():
    for name in re.findall(r"`((?:ontology|kg|extract|recommend|queries)/[\w./]+)`", PAGES[1].read_text("utf-8")):
        assert (ROOT / name).exists(), name
