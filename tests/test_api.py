"""The public API: lazy, complete, and safe from modules that are imported later."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import onrecord

HEAVY = ("pyarrow", "duckdb", "pydantic", "pandas", "polars", "yaml", "click", "rich", "edtf", "frictionless")


def run(code: str) -> str:
    """What a new interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


def test_import_brings_in_no_heavy_library() -> None:
    code = f"import sys, onrecord; print([m for m in {HEAVY} if m in sys.modules])"
    assert run(code) == "[]"


def test_import_opens_no_file_of_the_dataset() -> None:
    code = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import onrecord
print([f for f in opened if f.endswith((".parquet", ".json", ".csv", ".yaml"))])
"""
    assert run(code) == "[]"


def test_load_brings_in_no_heavy_library_until_a_table_is_asked_for(crane: Path) -> None:
    code = (
        f"import sys, onrecord; onrecord.load({str(crane)!r}).version; print([m for m in {HEAVY} if m in sys.modules])"
    )
    assert run(code) == "[]"


def test_reading_a_table_and_a_record_imports_neither_pandas_nor_duckdb(crane: Path) -> None:
    code = f"""
import sys, onrecord
ds = onrecord.load({str(crane)!r})
ds.claim("crane-fell"), ds.chain("crane.s2"), ds.cite("crane.s2")
print([m for m in ("pandas", "polars", "duckdb", "click", "frictionless") if m in sys.modules])
"""
    assert run(code) == "[]"


def test_import_brings_in_nothing_but_the_standard_library_and_itself() -> None:
    """What makes importing quick, told without a clock; `benchmarks/bundled.py` has the time."""
    code = """
import sys
before = set(sys.modules)
import onrecord
new = {name.split(".")[0] for name in set(sys.modules) - before} - {"onrecord"}
print(sorted(new - sys.stdlib_module_names), sorted(name for name in sys.modules if name.startswith("onrecord.")))
"""
    assert run(code) == "[] []"


def test_every_public_name_resolves() -> None:
    for name in onrecord.__all__:
        assert getattr(onrecord, name) is not None, name
    assert set(onrecord.__all__) <= set(dir(onrecord))


def test_the_lists_of_public_names_agree() -> None:
    tree = ast.parse(Path(str(onrecord.__file__)).read_text(encoding="utf-8"))
    typed = {
        (node.module, alias.name)
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    homes = {(module, name) for module, names in onrecord._HOMES.items() for name in names}
    assert typed == homes
    assert {name for _, name in homes} | {"__version__"} == set(onrecord.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = onrecord.nothing


def test_public_names_survive_the_import_of_every_module(crane: Path) -> None:
    code = f"""
import importlib, pkgutil, onrecord
names = [m.name for m in pkgutil.walk_packages(onrecord.__path__, "onrecord.") if not m.name.endswith("__main__")]
for name in names:
    importlib.import_module(name)
print(len(names) > 20, onrecord.load({str(crane)!r}).name)
print(sorted(set(onrecord.__all__) & {{name.split(".")[1] for name in names}}))
"""
    assert run(code).splitlines() == ["True crane", "[]"]


def test_version_is_that_of_the_installed_package() -> None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        assert onrecord.__version__ == version("onrecord")
    except PackageNotFoundError:  # run from a folder that was never installed
        assert onrecord.__version__ == "0"


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(str(onrecord.__file__)).parent / "py.typed").is_file()


def test_errors_have_one_root() -> None:
    for name in onrecord.__all__:
        value = getattr(onrecord, name)
        if isinstance(value, type) and issubclass(value, Exception):
            assert issubclass(value, onrecord.OnrecordError), name


@pytest.mark.skipif(os.name == "nt", reason="permissions work differently on Windows")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read every file")
def test_a_dataset_that_may_not_be_read_is_an_error_with_help(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{}")
    (tmp_path / "datapackage.json").chmod(0)
    with pytest.raises(onrecord.LoadError, match="cannot read"):
        _ = onrecord.load(tmp_path).name
