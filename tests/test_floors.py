"""The floors of the package: imports go down only, and some libraries have one importer."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import onrecord

ROOT = Path(str(onrecord.__file__)).parent

# A module may import from lower floors and from earlier modules of its own floor. A drawer
# (`model`, `rules`) is one entry; within it, anything may import anything but in circles.
FLOORS = [
    floor.split()
    for floor in (
        "errors finding version",
        "vocabulary column span model form constraints",
        "reviewlog verdicts rules yamltext yamledit faults records info tables chronology preselected views",
        "engine",
        "decoding extract source characters quotations numerals dates segment seek "
        "places copies relocation standing anchor coverage logend pairs difference check likeness matching",
        "lettering lock staging formats schemas descriptor bulk survey parts verify package packing spark "
        "opening remote sides versions voices comparison codebook citation frames lookup holdings "
        "dataset reviewing todo "
        "answering reassigning linking guide report drawing printing inspection proof contrast "
        "numbering notices release anchoring placeholders edition suggestions draft agreement watching site",
        "__init__",
        "program cli_bulk cli_pack cli_read cli_text cli_difference cli_reviewing cli_agreement cli_compare "
        "cli_matching cli_site cli __main__",
    )
]
ORDER = [name for floor in FLOORS for name in floor]
PLACE = {name: (number, ORDER.index(name)) for number, floor in enumerate(FLOORS) for name in floor}

# library -> the only modules that import it
SOLE_IMPORTERS = {
    "duckdb": {"engine"},
    "pyspark": {
        f"spark.{name}" for name in ("building", "closures", "cluster", "edtf", "findings", "reading", "session")
    },
    "sqlglot": {"spark.dialect"},
    "yaml": {"yamltext", "yamledit", "rules.example"},
    "edtf": {"chronology"},
    "trafilatura": {"extract"},
    "krippendorff": {"agreement.measures"},
    "pypdfium2": {"extract"},
    "vl_convert": {"site.charts.picture"},
    "networkx": {"site.charts.entities"},
    "pandas": {"frames"},
    "polars": {"frames"},
    "jinja2": {"site.pages"},
    "griffe": {"site.api"},
}

MODULES = sorted(ROOT.rglob("*.py"))
MAX_MODULE, MAX_FUNCTION = 400, 60
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def entry_of(module: str) -> str:
    """The entry of the list that a module belongs to: its drawer, or itself."""
    first = module.split(".")[0]
    return first if first in PLACE or first == module else module


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """The modules a file imports, absolute and without the package's own name where they are its own."""
    package = ["onrecord", *path.relative_to(ROOT).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *(node.module or "").split(".")]).rstrip(".")
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield (inner if is_module(inner) else module), node.lineno


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split(".")[1:])
    return name.startswith("onrecord.") and (path.with_suffix(".py").is_file() or path.is_dir())


def own_imports(path: Path) -> Iterator[tuple[str, int]]:
    for module, line in imports(path):
        if module == "onrecord":
            yield "__init__", line
        elif module.startswith("onrecord."):
            yield module.removeprefix("onrecord."), line


def test_every_module_has_a_floor() -> None:
    entries = {entry_of(name_of(path).removesuffix(".__init__")) for path in MODULES}
    assert entries - set(PLACE) == set(), "add the module to FLOORS, on the lowest floor it can stand on"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down(path: Path) -> None:
    me = entry_of(name_of(path).removesuffix(".__init__"))
    upward = [
        f"{path.name}:{line} imports {module}"
        for module, line in own_imports(path)
        if entry_of(module) != me and PLACE[entry_of(module)] > PLACE[me]
    ]
    assert upward == []


def test_a_drawer_has_no_circles() -> None:
    for drawer in ("model", "rules"):
        needs = {
            name_of(path): {module for module, _ in own_imports(path) if module.startswith(f"{drawer}.")}
            for path in MODULES
            if name_of(path).startswith(f"{drawer}.") and path.name != "__init__.py"
        }
        while needs:
            free = {name for name, wanted in needs.items() if not wanted & set(needs) - {name}}
            assert free, f"these import one another in a circle: {sorted(needs)}"
            needs = {name: wanted for name, wanted in needs.items() if name not in free}


@pytest.mark.parametrize("library", SOLE_IMPORTERS)
def test_a_library_with_one_importer_has_no_other(library: str) -> None:
    importers = {name_of(path) for path in MODULES for module, _ in imports(path) if module.split(".")[0] == library}
    assert importers == SOLE_IMPORTERS[library]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MAX_FUNCTION, f"{path.name}:{node.lineno} {node.name}"


def test_names_say_what_a_module_or_function_is_for() -> None:
    for path in MODULES:
        assert not set(name_of(path).split(".")) & NAMES_THAT_SAY_NOTHING, path.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                assert node.name.strip("_").lower() not in NAMES_THAT_SAY_NOTHING, f"{path.name}:{node.lineno}"


def test_the_checks_above_see_every_form_of_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "engine.py").touch()
    sample = tmp_path / "sample.py"
    sample.write_text(
        "import duckdb.typing\nfrom . import engine\nfrom .engine import Engine\nimport onrecord.engine\n"
        "if TYPE_CHECKING:\n    from onrecord.engine import Engine\n"
        "def f():\n    from onrecord import engine\n"
    )
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert [module for module, _ in imports(sample)] == ["duckdb.typing", *["onrecord.engine"] * 5]
