"""The program starts from any folder, and its migrations are those that were released."""

from pathlib import Path

from tests.program import Program


def test_it_says_its_version_from_any_folder(program: Program, tmp_path: Path) -> None:
    strange = tmp_path / "a folder with %41 # ? ü"
    strange.mkdir()
    shown = program.run("--version", cwd=strange)
    assert (shown.returncode, shown.stdout.split()[:1]) == (0, ["${name}"])


def test_its_migrations_make_what_its_models_say(program: Program, tmp_path: Path) -> None:
    document = tmp_path / "new${suffix}"
    program.run("new", document, check=True)
    compared = program.run("schema", "compare", document)
    assert compared.returncode == 0, compared.stdout + compared.stderr
