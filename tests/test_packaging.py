"""Wheel, sdist and editable install: each carries or finds the dataset, offline."""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from installing import PROJECT, Environment, build_wheel, copy_project, environment, succeed
from onrecord.model import TABLES

pytest.importorskip("build", reason="needs the packages of requirements/dev.lock")
pytest.importorskip("hatchling", reason="needs the packages of requirements/dev.lock")

NEEDED = [
    "pyproject.toml",
    "hatch_build.py",
    "Makefile",
    "README.md",
    "LICENSE",
    "LICENSE-DATA",
    "CITATION.cff",
    "datapackage.json",
    "schema",
    "docs",
    "claims/records/package.yaml",
    "claims/tables/claims.csv",
    "requirements/core.lock",
    "requirements/dev.lock",
    "src/onrecord/py.typed",
    "tests/test_packaging.py",
]

LOOK = """
import json, onrecord
ds = onrecord.load()
print(json.dumps({
    "root": str(ds.root), "module": onrecord.__file__, "code": onrecord.__version__, "data": ds.version,
    "rows": {name: ds.table(name).num_rows for name in ds.tables}, "faults": [f.message for f in ds.verify()],
}))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(tmp_path_factory.mktemp("packaging") / "project")


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(project, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    succeed(sys.executable, "-m", "build", "--no-isolation", "--sdist", "--outdir", out, project, cwd=project)
    (path,) = out.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist as somebody gets it: a folder without a repository."""
    out = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(out, filter="data")
    (root,) = out.iterdir()
    return root


def look(env: Environment, tmp_path: Path) -> dict[str, object]:
    """What an installed copy says of itself, asked from a folder that has nothing to do with it."""
    said: dict[str, object] = json.loads(succeed(env.python, "-c", LOOK, cwd=tmp_path))
    return said


def built_in(project: Path) -> dict[str, object]:
    said: dict[str, object] = json.loads((project / "datapackage.json").read_text(encoding="utf-8"))
    return said


def test_the_wheel_carries_every_file_of_the_dataset_unchanged(wheel: Path, project: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for item in built_in(project)["resources"]:  # type: ignore[attr-defined]
            content = archive.read(f"onrecord/data/{item['path']}")
            assert f"sha256:{hashlib.sha256(content).hexdigest()}" == item["hash"], item["path"]
        names = set(archive.namelist())
    for table in TABLES:
        assert {f"onrecord/data/claims/tables/{table}.{kind}" for kind in ("csv", "parquet")} <= names
    schemas = {path.relative_to(project).as_posix() for path in (project / "schema").rglob("*.json")}
    assert schemas
    assert {f"onrecord/data/{name}" for name in schemas} <= names


def test_the_wheel_is_typed_licensed_and_has_nothing_that_belongs_elsewhere(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (about,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(about).decode()
        scripts = archive.read(about.replace("METADATA", "entry_points.txt")).decode()
    info = about.removesuffix("METADATA")
    own = {"onrecord/py.typed", *(f"onrecord/browser/{name}" for name in ("canonical.js", "vendor/minisearch.js"))}
    assert own | {f"{info}licenses/LICENSE", f"{info}licenses/LICENSE-DATA"} <= set(names)
    assert "License-Expression: MIT AND CC-BY-4.0" in metadata
    assert "onrecord = onrecord.__main__:main" in scripts
    assert {name.split("/")[0] for name in names} == {"onrecord", info.strip("/")}
    assert [n for n in names if n.endswith((".yaml", ".yml", ".lock", ".pyc")) or "test" in n or "/." in n] == []


def test_the_sdist_has_what_is_needed_to_build_check_and_test(unpacked: Path) -> None:
    for name in NEEDED:
        assert (unpacked / name).exists(), name
    assert [p.name for p in unpacked.iterdir() if p.name in {".git", ".venv", "dist"}] == []


def test_a_wheel_built_from_the_sdist_is_the_same_wheel(unpacked: Path, wheel: Path, tmp_path: Path) -> None:
    assert build_wheel(unpacked, tmp_path).read_bytes() == wheel.read_bytes()


def test_an_installed_wheel_loads_and_verifies_its_dataset(wheel: Path, project: Path, tmp_path: Path) -> None:
    env = environment(tmp_path / "env")
    assert env.install("--no-deps", wheel).returncode == 0
    env.borrow_dependencies()
    said = look(env, tmp_path)
    assert str(said["root"]).startswith(str(env.root))
    assert said["faults"] == []
    assert said["data"] == built_in(project)["version"]
    assert said["code"] == tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    assert said["rows"]["statements"] > 0  # type: ignore[index]
    assert str(said["data"]) in succeed(env.scripts / "onrecord", "--version", cwd=tmp_path)


def test_an_installed_sdist_loads_its_dataset(sdist: Path, tmp_path: Path) -> None:
    env = environment(tmp_path / "env")
    env.borrow_dependencies()  # the build backend among them
    done = env.install("--no-deps", "--no-build-isolation", "--ignore-installed", sdist)
    assert done.returncode == 0, done.stderr
    said = look(env, tmp_path)
    assert str(said["root"]).startswith(str(env.root))
    assert said["faults"] == []


def test_an_editable_install_reads_the_checkouts_own_dataset(project: Path, tmp_path: Path) -> None:
    env = environment(tmp_path / "env")
    env.borrow_dependencies()
    done = env.install("--no-deps", "--no-build-isolation", "--ignore-installed", "--editable", project)
    assert done.returncode == 0, done.stderr
    said = look(env, tmp_path)
    assert (said["root"], said["faults"]) == (str(project), [])
    assert str(said["module"]).startswith(str(project / "src"))


def test_a_checkout_without_a_dataset_can_be_set_up_but_not_published(project: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    copy_project(bare)
    (bare / "datapackage.json").unlink()
    env = environment(tmp_path / "env")
    env.borrow_dependencies()
    done = env.install("--no-deps", "--no-build-isolation", "--ignore-installed", "--editable", bare)
    assert done.returncode == 0, done.stderr
    with pytest.raises(AssertionError, match=r"datapackage\.json"):
        build_wheel(bare, tmp_path / "out")
