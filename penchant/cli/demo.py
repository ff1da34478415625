"""The demo as a command."""

from __future__ import annotations

import typer

from penchant.cli.app import app


@app.command()
def demo(context: typer.Context) -> None:
    """Tell one story, from people's sentences to explained recommendations, in a workspace of its own."""
    from rich.console import Console

    from penchant.demo.story import tell
    from penchant.settings import workspace_folder

    tell(workspace_folder(context.obj.workspace), Console(highlight=False, soft_wrap=True))
