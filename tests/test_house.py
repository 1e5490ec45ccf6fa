"""The rules of the house, over every file that is committed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parent.parent
SOURCES = Path(os.environ.get("ONRECORD_SOURCES") or PROJECT.parent / "shared" / "sources")
MAX_BYTES = 3_000_000
MAX_RUN = 12

# Written in pieces, so that this file passes its own test.
ADDRESSES = re.compile(
    "|".join(
        [
            r"index-" + r"url",
            r"(pypi|pythonhosted|npmjs|yarnpkg|anaconda|conda)" + r"\.(org|io|com)\b",
            r'"resolved": *"' + "http",
            r'registry *= *"?' + "http",
            r"/simple" + "/? *$",
        ]
    ),
    re.MULTILINE,
)
MACHINE_PATHS = re.compile(r"(?<![\w.:/-])/(?:work|root|home|tmp|Users|mnt|opt)" + r"/\w+|\b[A-Z]:\\\\?Users")


def tracked() -> list[Path]:
    """The files of the project: those git knows, or all of them where there is no repository."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True)
    if done.returncode == 0 and done.stdout:
        return [path for name in done.stdout.split("\0") if name and (path := PROJECT / name).is_file()]
    hidden = {".git", ".venv", "build", "dist", "site"}
    files = (path for path in PROJECT.rglob("*") if path.is_file())
    return [path for path in files if not {*path.relative_to(PROJECT).parts} & hidden and "cache" not in str(path)]


FILES = tracked()


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def named(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def test_no_file_names_an_index_or_its_host() -> None:
    found = {named(path): m.group() for path in FILES if (m := ADDRESSES.search(text_of(path)))}
    assert found == {}


def test_no_file_names_a_path_of_some_machine() -> None:
    found = {named(path): m.group() for path in FILES if (m := MACHINE_PATHS.search(text_of(path)))}
    assert found == {}


@pytest.mark.parametrize(
    "said",
    ["--index-" + "url https://x", "https://files.pythonhosted" + ".org/a.whl", "index-" + "url = 'https://x'"],
)
def test_the_search_for_addresses_finds_them(said: str) -> None:
    assert ADDRESSES.search(said)


@pytest.mark.parametrize("said", ["at /home" + "/ada/x.py", "(/root" + "/x)", "C:\\" + "Users\\ada"])
def test_the_search_for_machine_paths_finds_them(said: str) -> None:
    assert MACHINE_PATHS.search(said)


@pytest.mark.parametrize("said", ["claims/tables/x", "https://example.org/home/page", "src/work/x", "../tmp/x"])
def test_the_search_for_machine_paths_leaves_others_alone(said: str) -> None:
    assert not MACHINE_PATHS.search(said)


def test_no_file_is_large() -> None:
    assert {named(path): path.stat().st_size for path in FILES if path.stat().st_size > MAX_BYTES} == {}


def test_lock_files_pin_every_package_with_hashes() -> None:
    for name in ("core.lock", "dev.lock", "bench.lock"):
        entries = re.split(r"\n(?=\S)", (PROJECT / "requirements" / name).read_text().strip())
        for entry in entries:
            assert re.match(r"[a-z0-9-]+==\S+", entry), entry.splitlines()[0]
            assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_the_core_lock_is_part_of_the_whole_one() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+)", (PROJECT / "requirements" / name).read_text(), re.MULTILINE))

    assert pins("core.lock") <= pins("dev.lock")


def test_citation_file_gives_the_version_and_the_licences() -> None:
    said = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    info = yaml.safe_load((PROJECT / "claims" / "records" / "package.yaml").read_text(encoding="utf-8"))
    assert said["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(said)
    assert said["version"] == info["version"]
    assert set(said["license"]) == {licence["name"] for licence in info["licenses"]}


# Source texts


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of words that is one too long."""
    said = words(text)
    return {tuple(said[i : i + MAX_RUN + 1]) for i in range(len(said) - MAX_RUN)}


def test_a_run_of_words_is_found_whatever_stands_between_them() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve thirteen"
    assert runs(text) & runs("ZERO, " + text.replace(" ", " – ").upper())
    assert not runs(text) & runs(text.replace("seven", "7"))


def test_no_file_holds_more_than_twelve_words_of_a_source_in_a_row() -> None:
    texts = sorted(SOURCES.glob("*.txt"))
    if not texts:
        pytest.skip("there are no source texts: put them into ../shared/sources, or name a folder in ONRECORD_SOURCES")
    theirs = set().union(*(runs(path.read_text(encoding="utf-8")) for path in texts))
    found = {named(path): " ".join(min(common)) for path in FILES if (common := runs(stripped(path)) & theirs)}
    assert found == {}


def stripped(path: Path) -> str:
    """A file's text without the titles and addresses of the documents, which may be given in full."""
    text = text_of(path)
    for said in allowed():
        text = text.replace(said, " | ")
    return text


def allowed() -> set[str]:
    documents = (PROJECT / "claims" / "records").glob("*/document.yaml")
    said = [yaml.safe_load(path.read_text(encoding="utf-8"))["document"] for path in documents]
    return {value for one in said for key in ("title", "source_url") if (value := one.get(key))}
