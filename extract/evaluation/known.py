"""Write ``known_conversations.txt``: ``python -m penchant.extract.evaluation.known DIR``.

The file tells which conversations stood in the folders that train, so that any other conversation of the same format
is known to have neither trained nor tuned.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from penchant.extract.evaluation import public_sets
from penchant.extract.evaluation.folder import rows
from penchant.extract.evaluation.parts import KNOWN, fingerprint


def fingerprints(folder: Path) -> list[str]:
    """Fingerprints of all conversations of all sets below ``folder``, official tests included, sorted.

    Raises:
        SourceError: a set is not there.
    """
    found = {
        fingerprint(known.conversation(each.row))
        for name, known in public_sets.SETS.items()
        for each in rows(folder, name, known.fits, known.form)
    }
    return sorted(found)


def main(arguments: Sequence[str]) -> None:
    """Write the file anew from the folder that is named."""
    (folder,) = arguments
    KNOWN.write_text("\n".join(fingerprints(Path(folder))) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
