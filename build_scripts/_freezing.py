"""Makes the bundle, step by step, for freeze.py, run.py and test.py."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import _archive
import _bundle
import _elf
import _trimming
from _environment import BUILD, ROOT, clean, locked, same, say
from freeze_hooks import FreezeError, Needs, merged
from freeze_hooks.migrations import imports
from myapp.errors import MyappError
from myapp.product import NAME, PACKAGE, SUFFIX
from myapp.schema.manifest import Manifest
from myapp.schema.order import revision_order

BUNDLE = ROOT / "dist" / NAME
WORK = ".freezing-"
PROBE_BUNDLE = BUILD / "probe" / NAME
SOURCES = (PACKAGE, "migrations", "freeze_hooks", "setup.py", "pyproject.toml", "LICENSE")
BUILDERS = (
    "_freezing.py",
    "_bundle.py",
    "_bytecode.py",
    "_elf.py",
    "_trimming.py",
    "_archive.py",
    "_environment.py",
    "constraints.txt",
)

BLANK = f"blank{SUFFIX}"
MAKE_BLANK = (
    f"import sys; from {PACKAGE}.application import document_format; "
    f"from {PACKAGE}.document.create import make_blank; make_blank(sys.argv[1], document_format())"
)

IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(name, error, sep="\\t")
"""


def ensure_bundle(*, force: bool = False) -> Path:
    """Return the folder of the bundle; freeze it and the bundle of the tests first if a source changed."""
    stamp = BUILD / "freeze.stamp"
    with locked("freeze"):
        digest = source_digest()
        if force or not BUNDLE.is_dir() or not PROBE_BUNDLE.is_dir() or not same(stamp, digest):
            say(f"freezing {BUNDLE} (about ten seconds) …")
            stamp.unlink(missing_ok=True)
            for folder in BUNDLE.parent.glob(f"{WORK}*"):  # left by a freeze that was killed
                shutil.rmtree(folder)
            freeze(BUNDLE, PROBE_BUNDLE)
            stamp.write_text(digest, encoding="utf-8")
    return BUNDLE


def source_digest() -> str:
    """Return a digest of everything a bundle is made from, including Python and whether there is `strip`."""
    digest = hashlib.sha256(f"{sys.version}\0{shutil.which('strip') is not None}".encode())
    files = [file for name in SOURCES for file in _files(ROOT / name)]
    for file in [*files, *(ROOT / "build_scripts" / name for name in BUILDERS)]:
        digest.update(f"{file.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def freeze(bundle: Path, probe_bundle: Path | None = None) -> None:
    """Make a bundle and replace the last one with it once it is complete."""
    bundle.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=WORK, dir=bundle.parent) as work:
        made = Path(work) / "probe" / NAME
        needs = merged(ROOT)  # first, because the freezer's own messages do not name the importing file
        _build(made, Path(work), needs)
        _finish(made, needs)
        shipped = Path(work) / NAME
        _bundle.without_probe(made, shipped)
        _archive.normalize(shipped, _archive.source_time())
        _replace(bundle, shipped, Path(work) / "old")
        if probe_bundle:
            probe_bundle.parent.mkdir(parents=True, exist_ok=True)
            _replace(probe_bundle, made, Path(work) / "old-probe")


def _build(made: Path, work: Path, needs: Needs) -> None:
    command = [sys.executable, "-sB", "setup.py", "egg_info", "--egg-base", os.fspath(work)]
    command += ["build_exe", "--build-exe", os.fspath(made)]
    # the freezer would ship the file of certificates that SSL_CERT_FILE names
    environment = clean() | _bundle.COMPILING | {"TZ": "UTC", "SSL_CERT_FILE": ""}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    (BUILD / "freeze.log").write_text(done.stdout, encoding="utf-8")
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-12:])
        raise FreezeError(f"the freezer failed (the whole log: {BUILD / 'freeze.log'})\n{tail}")
    _bundle.demand_no_missing(done.stdout, [*needs.optional, *needs.excludes])


def _finish(made: Path, needs: Needs) -> None:
    _bundle.trim(made)
    _trimming.keep_only(made, needs.kept_files)
    _bundle.add_licenses(made, needs.licenses)
    _bundle.forget_the_builder(made, needs.documented)
    _elf.bring_libraries(made, needs.system_libraries)
    _elf.share_libraries(made, needs.shared_libraries)
    _elf.unlink_libraries(made, needs.aborting_libraries)
    _elf.search_bundle_first(made, needs.desktop_libraries)
    _elf.strip(made)
    _demand_imports(made, needs.includes)
    sqlite = _bundle.run_script(made, "import sqlite3; print(sqlite3.sqlite_version)").strip()
    write_manifest(made / "migrations", made / "lib" / PACKAGE / "manifest.sha256", sqlite=sqlite)
    _bundle.run_script(made, MAKE_BLANK, os.fspath(made / "lib" / PACKAGE / BLANK))


def _demand_imports(made: Path, names: list[str]) -> None:
    """Import all modules that hooks and migrations name, in the bundle, by its own interpreter."""
    importers = imports(ROOT / "migrations")
    for line in _bundle.run_script(made, IMPORT_ALL, *sorted(set(names))).splitlines():
        name, reason = line.split("\t", 1)
        importer = importers.get(name, "a freeze hook")
        raise FreezeError(f"{importer} imports {name}, which does not work in the bundle: {reason}")


def write_manifest(migrations: Path, target: Path, **bundled: str) -> None:
    """Write the complete manifest of a migrations directory, with the versions of the bundled libraries.

    Those of SQLAlchemy and Alembic are always in it; `bundled` are further ones. The order is that of the
    checkout's manifest, with the revisions that are not released yet at its end.
    """
    versions = {name: version(name) for name in ("sqlalchemy", "alembic")} | bundled
    released = Manifest.read(ROOT / PACKAGE / "manifest.sha256")
    try:
        order = revision_order(ROOT / "migrations", released)
    except MyappError as error:
        raise FreezeError(str(error)) from error
    manifest = Manifest.of(migrations, order, complete=True, dropped=released.dropped, facts=versions)
    target.write_text(manifest.text(), encoding="utf-8")


def _replace(target: Path, new: Path, old: Path) -> None:
    if target.exists():
        target.rename(old)
    new.rename(target)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and _is_source(file))


def _is_source(file: Path) -> bool:
    return "__pycache__" not in file.parts and file.name != BLANK  # made at first use
