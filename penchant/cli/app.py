"""The command tree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from penchant.extract.modes import Mode
from penchant.settings import DEFAULT_WORKSPACE, WORKSPACE_VARIABLE

app = typer.Typer(
    name="penchant",
    help="Learn what people care about from what they write and do, and say what they will care about next, and why.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@dataclass(frozen=True, slots=True)
class Common:
    """What every command is given."""

    workspace: Path | None
    model: str | None
    mode: Mode
    encoder: bool


@app.callback()
def common(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "-w", "--workspace", help=f"Workspace folder [default: ./{DEFAULT_WORKSPACE}]", envvar=WORKSPACE_VARIABLE
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="What reads: smollm2 (default), rules, a folder that transformers can load, or openai:URL#MODEL"
        ),
    ] = None,
    mode: Annotated[
        Mode, typer.Option(help="How the readers that ship are joined: fast, balanced (in between) or best")
    ] = "best",
    encoder: Annotated[bool, typer.Option(help="Re-rank links with MiniLM; off is faster and links worse")] = True,
) -> None:
    """Take the options that all commands share."""
    context.obj = Common(workspace, model, mode, encoder)


from penchant.cli import (  # noqa: E402  (commands register themselves)
    adding,
    answers,
    backup,
    demo,
    evaluate,
    evaluate_link,
    evaluate_road,
    ledger,
    link,
    models,
    ontology,
    person,
    tune,
    upkeep,
    vectors,
)

__all__ = [
    "adding",
    "answers",
    "app",
    "backup",
    "demo",
    "evaluate",
    "evaluate_link",
    "evaluate_road",
    "ledger",
    "link",
    "models",
    "ontology",
    "person",
    "tune",
    "upkeep",
    "vectors",
]
