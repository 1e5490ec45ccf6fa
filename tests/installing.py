"""Building the project and installing it into new environments, without the network where it can be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from conftest import write_records
from onrecord.package import build

PROJECT = Path(__file__).parent.parent
ANYWHERE = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "*.egg-info", ".onrecord*")
AT_THE_TOP = {"build", "dist", "site"}
VENDOR = "src/onrecord/browser/vendor"


def left_out(folder: str, names: list[str]) -> set[str]:
    """What no copy of the project takes along."""
    made = AT_THE_TOP if Path(folder) == PROJECT else {"node_modules"}
    return ANYWHERE(folder, names) | (made & {*names})


def run(*command: str | Path, cwd: Path, offline: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command as a user would: the project's sources are not on its path."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "NO_COLOR": "1"} | ({"PIP_NO_INDEX": "1"} if offline else {})
    return subprocess.run([*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, timeout=500)


def succeed(*command: str | Path, cwd: Path, offline: bool = True) -> str:
    """Run a command that must succeed; what it prints."""
    done = run(*command, cwd=cwd, offline=offline)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def copy_project(target: Path) -> Path:
    """A copy of the project; with the example dataset in it as long as none is built here."""
    shutil.copytree(PROJECT, target, ignore=left_out)
    if not (target / "datapackage.json").is_file():
        shutil.rmtree(target / "claims", ignore_errors=True)
        build(write_records(target), target, frictionless=False)
    if not (target / VENDOR).is_dir():  # as long as `make vendor` did not run here
        (target / VENDOR).mkdir()
        (target / VENDOR / "minisearch.js").write_text("export default class {}\n")
    return target


def build_wheel(project: Path, out: Path) -> Path:
    """Build a wheel with the build backend that is installed here."""
    succeed(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", out, project, cwd=project)
    (wheel,) = out.glob("*.whl")
    return wheel


@dataclass(frozen=True, slots=True)
class Environment:
    """A new virtual environment."""

    root: Path

    @property
    def scripts(self) -> Path:
        """Where its commands are."""
        return self.root / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.scripts / "python"

    def install(self, *what: str | Path, offline: bool = True) -> subprocess.CompletedProcess[str]:
        """Install with the pip that is here; the environment has none of its own."""
        command = (sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet", *what)
        return run(*command, cwd=self.root, offline=offline)

    def borrow_dependencies(self) -> None:
        """Let it see the packages installed here, for which editable ones do not count."""
        purelib = succeed(self.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=self.root)
        (Path(purelib) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")


def environment(root: Path, python: str | Path = sys.executable) -> Environment:
    """Make a new environment without pip."""
    succeed(python, "-m", "venv", "--without-pip", root, cwd=root.parent)
    return Environment(root)
