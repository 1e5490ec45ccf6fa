"""The package with its core dependencies alone, on every Python it says it runs on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import write_records
from installing import PROJECT, Environment, build_wheel, copy_project, environment, run, succeed

pytest.importorskip("build", reason="needs the packages of requirements/dev.lock")
pytest.importorskip("hatchling", reason="needs the packages of requirements/dev.lock")

PYTHONS = ("3.11", "3.12", "3.13")
UNREACHABLE = re.compile(
    r"No matching distribution|Connection|Max retries|Temporary failure|timed out|ProxyError", re.I
)


def interpreter(version: str) -> str | None:
    """An interpreter of this version: on the path, or among those that pyenv keeps."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    kept = sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"))
    for candidate in filter(None, [shutil.which(f"python{version}"), *map(str, kept)]):
        ask = [candidate, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]
        said = subprocess.run(ask, capture_output=True, text=True)
        if said.returncode == 0 and said.stdout.strip() == version:
            return candidate
    return None


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(tmp_path_factory.mktemp("smoke") / "project")


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(project, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module", params=PYTHONS)
def env(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A new environment with the locked core dependencies and the wheel, and nothing else."""
    python = interpreter(request.param)
    if python is None:
        pytest.skip(f"Python {request.param} is not installed here")
    env = environment(tmp_path_factory.mktemp("env") / "core", python)
    done = env.install("--require-hashes", "-r", PROJECT / "requirements" / "core.lock", offline=False)
    if done.returncode and UNREACHABLE.search(done.stderr) and "HASHES" not in done.stderr:
        pytest.skip("no package index can be reached; give pip one, or a folder of wheels (PIP_FIND_LINKS)")
    assert done.returncode == 0, done.stderr
    assert env.install("--no-deps", wheel).returncode == 0
    return env


def test_help_comes_up(env: Environment, tmp_path: Path) -> None:
    said = succeed(env.scripts / "onrecord", "--help", cwd=tmp_path)
    assert {"check", "build", "verify"} <= set(said.split())


def test_check_passes_sound_records_and_fails_broken_ones(env: Environment, tmp_path: Path) -> None:
    project = write_records(tmp_path)
    assert "0 problems" in succeed(env.scripts / "onrecord", "check", cwd=project)
    (project / "claims" / "records" / "agents.yaml").write_text("agents: [{id: 1}]\n")
    done = run(env.scripts / "onrecord", "check", cwd=project)
    assert done.returncode == 1
    assert "agents.yaml:1:" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_dataset_loads_and_answers(env: Environment, tmp_path: Path) -> None:
    code = """
import onrecord
ds = onrecord.load()
first = ds.table("statements").column("id")[0].as_py()
assert ds.chain(first)[0].level == 0
assert ds.sql("SELECT count(*) AS n FROM statements").column("n")[0].as_py() == ds.table("statements").num_rows
assert first in ds.cite(first)
assert ds.verify() == []
try:
    ds.to_pandas("claims")
except onrecord.ExtraMissing as error:
    print(error.help)
"""
    done = run(env.python, "-c", code, cwd=tmp_path)
    assert (done.stdout.strip(), done.stderr) == ('pip install "onrecord[pandas]"', "")
