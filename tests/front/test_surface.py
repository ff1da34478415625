"""The public surface of ``import penchant`` is exactly this, and importing it costs nothing."""

import subprocess
import sys

import penchant

SURFACE = {
    "AddReport",
    "Answer",
    "BadLine",
    "EventRecord",
    "Explanation",
    "ItemRecord",
    "Penchant",
    "PenchantError",
    "ReadingSettings",
    "Recommendation",
    "Recommendations",
    "TextRecord",
    "TextsReport",
    "__version__",
    "create",
    "migrate",
    "open",
    "restore",
}
HEAVY = {"torch", "transformers", "pykeen", "pandas", "rdflib", "owlready2", "pyshacl", "scipy", "sklearn", "pyarrow"}


def test_public_names_are_exactly_these_and_all_are_there():
    assert set(penchant.__all__) == SURFACE
    assert set(dir(penchant)) == SURFACE
    for name in SURFACE:
        assert getattr(penchant, name) is not None


def test_every_public_name_is_explained():
    for name in SURFACE - {"__version__"}:
        assert (getattr(penchant, name).__doc__ or "").strip(), name


def loaded_after(code):
    said = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*{{m.split('.')[0] for m in sys.modules}})"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(said.stdout.split())


def test_importing_and_asking_pull_in_nothing_heavy(tmp_path):
    assert not loaded_after("import penchant") & {*HEAVY, "pyoxigraph", "numpy", "typer"}
    asking = f"import penchant\nwith penchant.create({str(tmp_path / 'w')!r}) as p: p.ask('ASK {{}}'); p.status()"
    assert not loaded_after(asking) & {*HEAVY, "numpy"}


def test_the_command_line_starts_without_anything_heavy():
    assert not loaded_after("from penchant.cli import app") & {*HEAVY, "numpy", "rich"}
