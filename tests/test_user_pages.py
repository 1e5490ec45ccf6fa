"""The pages for users: everything the program has is on them, and every snippet runs."""

from __future__ import annotations

import html
import json
import posixpath
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner

import onrecord
from onrecord.cli import program
from onrecord.column import columns
from onrecord.dataset import Dataset, load
from onrecord.errors import BuildError
from onrecord.guide import explain_rule
from onrecord.model import TABLES
from onrecord.package import build
from onrecord.rules import RETIRED, RULES
from onrecord.site import make, rulebook
from onrecord.site.commands import FURTHER
from onrecord.site.commands import pages as command_pages
from onrecord.site.encoding import plain
from onrecord.site.notebook import as_page
from onrecord.site.placing import placed
from onrecord.site.projectfiles import mended
from onrecord.site.prose import fenced, link, prose, verbatim
from onrecord.site.shelf import Shelf
from onrecord.vocabulary import TERMS, VOCABULARIES, terms_of

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "docs" / "tutorials" / "analysing-drift.ipynb"
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)

pytest.importorskip("jinja2", reason="pages need: pip install 'onrecord[docs]'")
pytest.importorskip("griffe", reason="pages need: pip install 'onrecord[docs]'")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The project's dataset, built in a folder of its own."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "claims" / "records", root / "claims" / "records")
    build(root, root, frictionless=False)
    return load(root)


@pytest.fixture(scope="module")
def tree(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the project's site, before they are built."""
    return make(dataset, tmp_path_factory.mktemp("site"), project=ROOT, program=program).output / "docs"


@pytest.fixture
def here(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The dataset's package as the current folder, and as the one that comes along."""
    monkeypatch.chdir(dataset.root)
    monkeypatch.setattr("onrecord.opening.bundled", lambda: dataset.root)
    return dataset.root


def shown(page: str) -> str:
    """What a reader sees of a page: without tags, on one line."""
    return plain(html.unescape(re.sub(r"</?[a-z][^>]*>", " ", page)))


def squeezed(text: str) -> str:
    """Text without white space and marks of code, in which pages and terminal differ."""
    return re.sub(r"[\s`]", "", text)


def text_of(tree: Path, path: str) -> str:
    return (tree / placed(path)).read_text(encoding="utf-8")


# The data dictionary


@pytest.mark.parametrize("table", TABLES)
def test_dictionary_has_every_column_with_its_type_and_meaning(table: str, tree: Path) -> None:
    page = text_of(tree, f"dictionary/{table}.md")
    rows = dict(re.findall(r'<tr><td><code id="(\w+)">(.*?)</tr>', page))
    assert list(rows) == [col.name for col in columns(TABLES[table])]
    for col in columns(TABLES[table]):
        said = shown(rows[col.name])
        assert squeezed(col.description) in squeezed(said)
        assert col.kind in said and ("may be null" in said) == col.nullable
        assert not col.references or f'<a href="../../dictionary/{col.references}/">' in rows[col.name]
        assert not col.vocabulary or f'<a href="../../vocabularies/#{col.vocabulary}">' in rows[col.name]


def test_dictionary_lists_every_table_with_its_rows(tree: Path, dataset: Dataset) -> None:
    said = shown(text_of(tree, "dictionary/index.md"))
    for name, model in TABLES.items():
        assert squeezed(f"{name}{model.__doc__}{dataset.table(name).num_rows:,}") in squeezed(said)


def test_dictionary_gives_examples_from_the_data_and_cuts_long_ones(tree: Path, dataset: Dataset) -> None:
    first = dataset.table("documents").to_pylist()[0]
    said = shown(text_of(tree, "dictionary/documents.md"))
    assert first["id"] in said and first["text_sha256"] in said
    assert "No row of this dataset has a value." in said  # the document states no date of its own


# Vocabularies


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_vocabulary_has_every_term_with_its_definition(vocabulary: str, tree: Path) -> None:
    page = text_of(tree, "vocabularies.md").split(f"## {vocabulary}\n")[1].split("\n## ")[0]
    rows = [squeezed(shown(row)) for row in re.findall("<tr><td>(.*?)</tr>", page)]
    assert len(rows) == len(terms_of(vocabulary))
    for row, term in zip(rows, [term for term in TERMS if term.vocabulary == vocabulary], strict=True):
        assert row.startswith(squeezed(f"{term.term}{term.label}{term.definition}"))
        assert squeezed(term.source if term.source != "onrecord" else "defined here") in row


def test_vocabulary_counts_the_uses_of_a_term(tree: Path, dataset: Dataset) -> None:
    columns = ("attributions.factuality", "overview.factuality", "overview.narrator_factuality")
    counts = [dataset.table(table).column(column).to_pylist().count("PS+") for table, column in map(_halves, columns)]
    page = text_of(tree, "vocabularies.md").split("## factuality\n")[1]
    assert all(name in shown(page) for name in columns)
    [row] = [shown(row) for row in re.findall("<tr><td>(.*?)</tr>", page) if shown(row).startswith("PS+")]
    assert int(row.split()[-1]) == sum(counts) > 0


def _halves(name: str) -> tuple[str, str]:
    table, _, column = name.partition(".")
    return table, column


# Rules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_has_a_page_with_what_explain_says(rule: rulebook.Rule, tree: Path) -> None:
    said = squeezed(shown(text_of(tree, f"rules/{rule.code}.md"))).lower()
    for line in explain_rule(rule.code):
        _label, _, words = line.partition(": ") if line[:5] in ("What:", "Why: ", "Mend:") else ("", "", line)
        if not re.match(r"(Bad|Good)\b.*:$", line):
            words = words.replace(f" ({rule.severity})", "")
            assert squeezed(plain(words)).lower() in said, line
    assert rule.severity.value in said[:200]
    assert f"[{rule.code}](../{rule.code}/index.md)" in text_of(tree, f"rules/{rule.name}.md")


def test_rules_are_listed_in_their_families(tree: Path) -> None:
    index = text_of(tree, "rules/index.md")
    for rule in RULES:
        assert index.count(f'<a href="../rules/{rule.code}/">') >= 1
    for key, (name, _) in RETIRED.items():
        assert f'<a href="../rules/{key}/">' in index
        assert "retired" in text_of(tree, f"rules/{key}.md")
        assert f"(../{key}/index.md)" in text_of(tree, f"rules/{name}.md")


def test_a_new_rule_has_its_pages_without_more_ado(
    tree: Path, monkeypatch: pytest.MonkeyPatch, dataset: Dataset
) -> None:
    rule = rulebook.Rule(
        code="OR999",
        name="made-up",
        what="A <b> is `bold`.",
        why="See OR202.",
        mend="",
        message="{it}",
        bad="",
        good="",
    )
    monkeypatch.setattr(rulebook, "RULES", (*RULES, rule))
    made = {page.path: page.data.decode() for page in rulebook.pages(Shelf(dataset))}
    assert "A &#60;b&#62; is <code>bold</code>&#46;" in made["rules/OR999.md"]
    assert '<a href="../../rules/OR202/">OR202</a>' in made["rules/OR999.md"]
    assert "(OR999.md)" in made["rules/made-up.md"] and "OR999" in made["rules/index.md"]


# Commands


def test_commands_are_told_alike_whatever_ran_before() -> None:
    """The library keeps a command's help option as it was first asked for, by whoever asked."""
    ran = click.Context(program, help_option_names=["-h", "--help"])
    group = click.Group("onrecord", commands={"shout": click.Command("shout", help="Shout.")})
    group.commands["shout"].get_help_option(click.Context(group.commands["shout"], parent=ran))
    fresh = click.Group("onrecord", commands={"shout": click.Command("shout", help="Shout.")})
    [after], [before] = command_pages(group), command_pages(fresh)
    assert after.data == before.data


@pytest.mark.parametrize("name", sorted(program.commands))
def test_command_is_explained_with_all_that_its_help_says(name: str, tree: Path) -> None:
    command = program.commands[name]
    page = text_of(tree, "commands.md").split(f"\n### {name}\n")[1].split("\n## ")[0].split("\n### ")[0]
    said = squeezed(shown(page))
    assert squeezed((command.help or "").replace("\b", "").replace("Example:", "")) in said.replace(
        "OptionMeaning", ""
    ) or all(
        squeezed(part) in said for part in re.split(r"\n\s*\n|\bExample:\n", (command.help or "").replace("\b", ""))
    )
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert all(squeezed(flag) in said for flag in option.opts)
            assert squeezed(option.help or "") in said
    assert f"onrecord {name}" in page


def test_a_command_of_an_unknown_module_comes_last() -> None:
    @click.command()
    @click.option("--loud", is_flag=True, help="Say it in `capitals`.")
    def shout() -> None:
        """Say it <b>again</b>."""

    group = click.Group("onrecord", commands={"shout": shout, "check": program.commands["check"]})
    [page] = command_pages(group)
    said = page.data.decode()
    assert said.index("### check") < said.index(FURTHER) < said.index("### shout")
    assert "<b>again" not in said and "<code>capitals</code>" in said


# Python


@pytest.mark.parametrize("name", [name for name in onrecord.__all__ if name != "__version__"])
def test_every_public_name_is_explained(name: str, tree: Path) -> None:
    page = text_of(tree, "api.md")
    part = page.split(f"\n### {name}\n")[1].split("\n### ")[0]
    one = getattr(onrecord, name)
    paragraphs = re.split(r"\n\s*\n", re.sub(r" *>>> (.|\n)*?(\n\s*\n|$)", "", one.__doc__))
    assert all(squeezed(said) in squeezed(shown(part)) for said in paragraphs)
    if isinstance(one, type):
        public = [key for key, value in vars(one).items() if key[0] != "_" and getattr(value, "__doc__", None)]
        slots = set(getattr(one, "__slots__", ()))
        missing = [key for key in public if key not in slots and f"#### {name}.{key}\n" not in part]
        assert [key for key in missing if key not in getattr(one, "__members__", ())] == []


def test_version_is_named_as_public(tree: Path) -> None:
    assert "onrecord.__version__" in text_of(tree, "api.md")


# Access and citing


def snippets(language: str) -> list[str]:
    """The snippets of the page as its template has them, for the names of the tests."""
    template = (ROOT / "src/onrecord/site/templates/access.md.jinja").read_text(encoding="utf-8")
    return [said for kind, said in BLOCK.findall(template) if kind == language]


def snippet(tree: Path, language: str, number: int) -> str:
    return [said for kind, said in BLOCK.findall(text_of(tree, "access.md")) if kind == language][number]


def test_access_has_a_section_for_every_choice(tree: Path) -> None:
    page = text_of(tree, "access.md")
    sections = {re.sub(r"\W+", "-", title.lower()) for title in re.findall("^## (.*)$", page, re.MULTILINE)}
    led = re.findall(r'<a href="\.\./access/#([\w-]+)">', page)
    assert set(led) == sections and len(led) == len(set(led))
    assert {kind for kind, _ in BLOCK.findall(page)} == {"python", "sql", "r", "sh"}


@pytest.mark.parametrize("number", range(len(snippets("python"))), ids=lambda n: snippets("python")[n].split("\n")[0])
def test_python_snippet_runs(number: int, tree: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = snippet(tree, "python", number)
    for library, extra in (("pandas", "pandas"), ("polars", "polars"), ("frictionless", "build")):
        if library in code:
            pytest.importorskip(library, reason=f"the snippet needs: pip install 'onrecord[{extra}]'")
    exec(compile(code, "access.md", "exec"), {})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("number", range(len(snippets("sql"))))
def test_sql_snippet_finds_rows(number: int, tree: Path, here: Path) -> None:
    assert duckdb.sql(snippet(tree, "sql", number)).fetchall()


def test_shell_snippets_run(tree: Path, here: Path) -> None:
    lines = [line for line in snippet(tree, "sh", 0).splitlines() if line]
    for line in lines:
        done = CliRunner().invoke(program, shlex.split(line)[1:])
        assert done.exit_code == 0 and done.stdout.strip(), f"{line}\n{done.output}"
    assert len(lines) > 3


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="there is no R here to run it with")
@pytest.mark.parametrize("number", range(len(snippets("r"))))
def test_r_snippet_runs(number: int, tree: Path, here: Path) -> None:
    code = snippet(tree, "r", number)
    needs = re.findall(r"library\((\w+)\)", code)
    for package in needs:
        if subprocess.run(["Rscript", "-e", f"library({package})"], capture_output=True, check=False).returncode:
            pytest.skip(f"the R package {package} is not installed")
    subprocess.run(["Rscript", "-"], input=code, text=True, check=True, cwd=here)


def test_citing_shows_what_the_command_prints(tree: Path, dataset: Dataset) -> None:
    said = shown(text_of(tree, "citing.md"))
    first = dataset.table("statements").column("id")[0].as_py()
    assert f"onrecord cite {first}" in said and dataset.cite(first) in said
    assert f"This is version {dataset.version} of the data" in said
    assert "@misc{" in said and "CITATION.cff" in said


# Files of the project


def test_project_files_are_pages_whose_links_fit(tree: Path) -> None:
    assert "[codebook](../codebook.md)" in text_of(tree, "contributing.md")
    assert "# Changelog" in text_of(tree, "changelog.md")


def test_links_of_project_files_lead_to_pages_or_become_words() -> None:
    said = "[a](docs/a.md#b) [c](CHANGELOG.md) [d](LICENSE) [e](https://example.org/e) [f](docs/gone.md) [g](#g)"
    assert mended(said, {"a.md"}) == "[a](a.md#b) [c](changelog.md) d [e](https://example.org/e) f [g](#g)"


# The notebook


def test_notebook_runs_and_prints_what_it_keeps(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient", reason="needs the packages of requirements/dev.lock")
    nbformat = pytest.importorskip("nbformat", reason="needs the packages of requirements/dev.lock")
    pytest.importorskip("pandas", reason="the notebook needs: pip install 'onrecord[pandas]'")
    kept = nbformat.read(NOTEBOOK, as_version=4)
    run = nbformat.read(NOTEBOOK, as_version=4)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    client = nbclient.NotebookClient(run, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    assert [printed(cell) for cell in run.cells] == [printed(cell) for cell in kept.cells], "keep it as it runs now"
    assert sum(bool(printed(cell)) for cell in kept.cells) > 5


def printed(cell: dict[str, object]) -> str:
    return "".join(output.get("text", "") for output in cell.get("outputs", ()))  # type: ignore[attr-defined]


def test_notebook_has_a_page_with_its_words_code_and_output(tree: Path) -> None:
    page = text_of(tree, "tutorials/analysing-drift.md")
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        assert "".join(cell["source"]).strip() in page
        for output in cell.get("outputs", ()):
            assert "".join(output["text"]).rstrip() in page
    assert "(../analysing-drift.ipynb)" in page and (tree / "tutorials/analysing-drift.ipynb").is_file()


def test_a_fence_in_output_cannot_end_its_block(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": "x", "outputs": [{"output_type": "stream", "text": "```\n<script>\n"}]}
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    assert "````text\n```\n<script>\n````" in as_page(file)


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(BuildError, match=r"a\.ipynb is not a notebook"):
        as_page(tmp_path / "a.ipynb")


# All of them


@pytest.mark.parametrize("whole", [True, False], ids=["project", "package"])
def test_links_within_generated_markup_lead_to_files(
    whole: bool, tree: Path, example_package: Path, tmp_path: Path
) -> None:
    docs = tree if whole else make(load(example_package), tmp_path / "site", program=program).output / "docs"
    names = ("access", "citing", "vocabularies", "commands", "api", "dictionary/*", "rules/*")
    files = [file for name in names for file in docs.glob(f"{name}/index.md")]
    assert len(files) > 300
    for file in files:
        page = file.relative_to(docs).as_posix()
        assert [
            target for target in targets(file.read_text(encoding="utf-8"), page) if not is_there(docs, target)
        ] == []


def targets(text: str, page: str) -> set[str]:
    """Where the links of a page lead, from the root of the site, as addresses or files."""
    place = page.removesuffix(".md").removesuffix("index").rstrip("/")
    addresses = {
        posixpath.normpath(f"{place}/{said.partition('#')[0]}") for said in re.findall(r'href="([^":]*)"', text)
    }
    written = re.findall(r"\]\(([^):#]+\.md)[^)]*\)", re.sub(BLOCK, "", text))
    return addresses | {posixpath.normpath(posixpath.join(posixpath.dirname(page), said)) for said in written}


def is_there(docs: Path, target: str) -> bool:
    names = (target, f"{target}.md", f"{target}/index.md")
    return any((docs / name).is_file() for name in names)


def test_worked_examples_of_the_codebook_use_the_terms_there_are() -> None:
    examples = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8").split("## Worked examples")[1]
    known = {term.term for term in TERMS} | {"2021-03-03", "presupposed: true", "demand"}
    used = re.findall("`([^`]+)`", examples)
    assert len(used) > 20 and set(used) <= known
    for row in re.findall(r"^\| \d \| [^|]+ \| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|", examples, re.MULTILINE):
        assert all(term in terms_of(name) for name, term in zip(("mode", "act", "factuality"), row, strict=True))


def test_ethics_names_terms_and_tables_that_there_are() -> None:
    page = (ROOT / "docs" / "ethics.md").read_text(encoding="utf-8")
    known = {term.term for term in TERMS}
    assert set(re.findall("`([^`]+)`", page)) <= known
    assert set(re.findall(r"\(dictionary/(\w+)\.md\)", page)) <= set(TABLES)
    assert "Being recorded is not endorsement" in page


def test_prose_marks_code_and_encodes_everything() -> None:
    assert prose("a `b<c` d.") == "a <code>b&#60;c</code> d&#46;"
    assert prose("`a` and `b`") == "<code>a</code> and <code>b</code>"
    assert fenced("a\n```\nb", "sh").startswith("````sh\n") and fenced("a") == "```text\na\n```"
    assert verbatim(["  <a>", "b"]) == "<pre><code>  &#60;a&#62;\nb\n</code></pre>"


def test_links_lead_from_where_the_page_stands() -> None:
    assert link("a", "dictionary/a.md#b", "rules/x.md") == '<a href="../../dictionary/a/#b">a</a>'
    assert link("a", "dictionary/index.md", "a.md") == '<a href="../dictionary/">a</a>'
    assert link("<a>", "codebook.md", "a.md", there=()) == "&#60;a&#62;"
