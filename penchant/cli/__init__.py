"""The command line: ``penchant``."""

from __future__ import annotations

import json
import sys

from penchant.errors import InputError, PenchantError


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 findings, 2 the caller's mistake, 3 a failure, 130 interrupted."""
    from penchant.cli.app import app

    words = sys.argv[1:] if arguments is None else arguments
    try:
        _demand_text(words)
        app(words)
    except PenchantError as error:
        if "--json" in words:
            sys.stderr.write(json.dumps(error.as_dict(), ensure_ascii=False) + "\n")
        else:
            sys.stderr.write(f"penchant: {error}\n")
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.stderr.write("penchant: interrupted; what was written is safe, run the same command again to go on\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _demand_text(words: list[str]) -> None:
    """Bytes of the command line that are no text would fail somewhere deep in the house."""
    for word in words:
        try:
            word.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InputError(
                f"{word.encode('utf-8', 'backslashreplace').decode()!r} is not valid UTF-8",
                expected="text",
                where="the command line",
            ) from error
