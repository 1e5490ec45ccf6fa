"""The site, step by step, each in a process of its own: seconds, processor time, peak of memory.

    python benchmarks/site.py [FOLDER] [DOCUMENTS]

FOLDER holds a dataset; without it the bundled one is taken. With DOCUMENTS, the dataset is copied under
new ids until it has so many documents, with twelve statements of each; ten copies share agents and claims.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STATEMENTS, SHARE = 12, 10
SHARED = ("agents", "claims", "quantities", "relations")  # by ten copies each
SAME = ("topics", "terms")  # by all copies
LEFT_OUT = ("matches", "changes", "agreement", "overview")
Row = dict[str, Any]


def kept(dataset: Any) -> dict[str, list[Row]]:
    """The rows of a dataset with the first statements of each document, and nothing that points to others."""
    from onrecord.column import columns
    from onrecord.model import TABLES

    rows = {table: dataset.table(table).to_pylist() for table in TABLES if table not in LEFT_OUT}
    rows["statements"] = [row for row in rows["statements"] if row["number"] <= STATEMENTS]
    stated = {row["claim_id"] for row in rows["statements"]} | {row["claim_id"] for row in rows["replies"]}
    rows["claims"] = [row for row in rows["claims"] if row["id"] in stated]
    there = {table: {row.get("id") for row in rows[table]} for table in ("statements", "claims")}
    for table, model in TABLES.items():
        for col in columns(model):
            if table in rows and col.references in there:
                known = {*there[col.references], None}
                rows[table] = [row for row in rows[table] if row[col.name] in known]
    everything = {row.get("id") for held in rows.values() for row in held}
    rows["reviews"] = [row for row in rows["reviews"] if row["record_id"] in everything and not row["successor_id"]]
    return rows


def copied(dataset: Any, documents: int) -> Any:
    """The tables of a dataset that holds so many documents."""
    from onrecord.engine import with_overview
    from onrecord.model import TABLES
    from onrecord.tables import as_line, from_json_lines, in_order

    rows = kept(dataset)
    copies = -(-documents // len(rows["documents"]))
    found: dict[str, list[str]] = {table: [] for table in TABLES}
    for copy in range(copies):
        for table, held in rows.items():
            if (table in SAME and copy) or (table in SHARED and copy % SHARE):
                continue
            renamed = renaming(table, copy)
            found[table] += [as_line(renamed(row)) for row in held]
    schemas = {table: dataset.table(table).schema for table in TABLES}
    tables = {table: in_order(table, from_json_lines(found[table], schemas[table])) for table in TABLES}
    return with_overview({table: rows for table, rows in tables.items() if table != "overview"})


def renaming(table: str, copy: int) -> Callable[[Row], Row]:
    """What gives a row of a table the ids that it has in a copy."""
    from onrecord.column import columns
    from onrecord.model import TABLES

    own = [col for col in columns(TABLES[table]) if col.name == "id" or col.references]

    def renamed(row: Row) -> Row:
        said = {col.name: name(col.references or table, row[col.name], copy) for col in own if row[col.name]}
        if table == "reviews":
            said |= {"record_id": name(row["record_table"], row["record_id"], copy)}
            said |= {"number": row["number"] + copy * 100_000, "previous_sha256": None}
        return row | said

    return renamed


def name(table: str, key: str, copy: int) -> str:
    """An id in a copy."""
    if table in SAME:
        return key
    return f"g{copy // SHARE}.{key}" if table in SHARED else f"c{copy}.{key}"


def written(folder: Path, tables: Any, said: Any) -> None:
    """Write a package of these tables, as far as reading it needs."""
    from onrecord.descriptor import descriptor, table_file
    from onrecord.formats import write_parquet
    from onrecord.info import PackageInfo
    from onrecord.model import TABLES

    for table, rows in tables.items():
        file = folder / table_file(table, "parquet")
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            write_parquet(table, rows, out, {})
    files = {table_file(table, suffix): ("0" * 64, 0) for table in TABLES for suffix in ("csv", "parquet")}
    known = {key: said[key] for key in PackageInfo.model_fields if key in said and key != "created"}
    text = json.dumps(descriptor(PackageInfo.model_validate(known), tables, files))
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def made(at: str, folder: Path, documents: int) -> None:
    """Copy a dataset if it has to be larger; say where it lies and how large it is."""
    import onrecord
    from onrecord.opening import opened

    dataset = onrecord.load(at or None)
    if documents:
        written(folder / "package", copied(dataset, documents), opened(dataset.root).describe())
        dataset = onrecord.load(folder / "package")
    counted = ("documents", "statements", "claims", "agents")
    print(dataset.root)
    print(", ".join(f"{dataset.table(one).num_rows:,} {one}" for one in counted))


def measure(what: str, command: list[str]) -> None:
    """Run one step and print what it took. This process stays small: a child begins with the memory of its parent."""
    start = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawn(sys.executable, [sys.executable, *command], os.environ, file_actions=quiet)
    _, status, used = os.wait4(pid, 0)
    seconds, memory = time.perf_counter() - start, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if status:
        raise SystemExit(f"{what} failed")
    spent = used.ru_utime + used.ru_stime
    print(f"{what:16} {seconds:8.1f} s  {spent:8.1f} s processor  {memory / 2**20:7,.0f} MiB", flush=True)


def main(at: str, documents: int) -> None:
    """Build the site and print each step."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    )
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place, "tree")
        make = [sys.executable, __file__, "--make", at, place, str(documents)]
        root, size = subprocess.run(make, check=True, capture_output=True, text=True).stdout.splitlines()
        print(size, flush=True)
        site = ["-m", "onrecord", "site"]
        config = ["--config-file", str(tree / "mkdocs.yml")]
        measure("tree", [*site, "--at", root, "--output", str(tree)])
        measure("tree, unchanged", [*site, "--at", root, "--output", str(tree)])
        measure("MkDocs", ["-m", "mkdocs", "build", "--quiet", "--strict", *config])
        measure("sealing", [*site, "--seal", str(tree / "site")])
        measure("sealing, sealed", [*site, "--seal", str(tree / "site")])
        pages = sum(1 for _ in (tree / "site").rglob("*.html"))
        index = (tree / "site" / "search" / "search_index.json").stat().st_size
        data = (tree / "docs" / "data" / "statements.json").stat().st_size
        print(f"{pages:,} pages; search index {index / 2**20:.1f} MiB, explorer {data / 2**20:.1f} MiB", flush=True)
        measure("Zensical", ["-m", "zensical", "build", *config])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        made(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
        folders = [one for one in sys.argv[1:] if not one.isdigit()]
        main(folders[0] if folders else "", numbers[0] if numbers else 0)
