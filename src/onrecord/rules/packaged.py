"""OR9xx: the data package as a whole. No SELECT: these judge `package.yaml` while a build reads it,
and the files of a built, installed or checked-out package."""

from __future__ import annotations

from .rule import Rule

DESCRIPTOR = "datapackage.json"

PACKAGE_FIELD = Rule(
    code="OR901",
    name="package-field",
    what="`package.yaml`, which describes the dataset as a whole, is missing or has a field at fault.",
    why="Without a name, a version and a licence nobody can cite the dataset or know what may be done with it.",
    message="`{field}`: {problem}",
    mend="{hint}",
    example_file="package.yaml",
    bad="name: My Dataset\n",
    good="name: my-dataset\n",
)
PUBLICATION_INTERRUPTED = Rule(
    code="OR902",
    name="publication-interrupted",
    what="A build was cut short, or is under way, while its files were being put in place.",
    why="Files of two releases may stand side by side.",
    message="{file} says that a build has not finished putting its files in place",
    mend="run `onrecord build`; it finishes or repeats the work",
    example_file=DESCRIPTOR,
    bad="A package with a journal that a stopped build left, in a folder that cannot be written.\n",
    good="A package without one.\n",
)
DESCRIPTOR_UNREADABLE = Rule(
    code="OR903",
    name="descriptor-unreadable",
    what="`datapackage.json` is missing, is not JSON, or does not list resources with name, path, size and hash.",
    why="It says what belongs to the package; without it nothing can be compared.",
    message="cannot be read as a package descriptor: {problem}",
    mend="get the package again, or run `onrecord build` where its records are",
    example_file=DESCRIPTOR,
    bad='{"resources": "claims.csv"}\n',
    good='{"resources": [{"name": "claims", "path": "claims/tables/claims.csv", "bytes": 0, "hash": "sha256:..."}]}\n',
)
UNSAFE_PATH = Rule(
    code="OR904",
    name="unsafe-path",
    what="A resource's path is absolute, an address, listed twice, or leads through `..`, a hidden folder or a link.",
    why="Reading it would read, or publish, something that is not part of the package.",
    message="the path `{path}` is not allowed: {problem}",
    mend="use plain files under the package's own folder",
    example_file=DESCRIPTOR,
    bad='"path": "../claims.csv"\n',
    good='"path": "claims/tables/claims.csv"\n',
)
RESOURCE_MISSING = Rule(
    code="OR905",
    name="resource-missing",
    what="A file that the descriptor lists is not there.",
    why="A part of the dataset is lost.",
    message="`{path}` is not there",
    mend="get the package again, or run `onrecord build` where its records are",
    example_file=DESCRIPTOR,
    bad="A package whose `claims/tables/claims.csv` was deleted.\n",
    good="A package with every file that it lists.\n",
)
WRONG_SIZE = Rule(
    code="OR906",
    name="wrong-size",
    what="A file has another size than the descriptor says.",
    why="It was cut short or changed; a table cut at a line's end looks whole.",
    message="`{path}` has {found} bytes, the descriptor says {wanted}",
    mend="get the package again, or run `onrecord build` where its records are",
    example_file=DESCRIPTOR,
    bad='"bytes": 1024, for a file of 1000 bytes\n',
    good='"bytes": 1000, for a file of 1000 bytes\n',
)
WRONG_HASH = Rule(
    code="OR907",
    name="wrong-hash",
    what="A file's SHA-256 is not the one in the descriptor.",
    why="It is not the file that was published.",
    message="`{path}` has SHA-256 {found}, the descriptor says {wanted}",
    mend="get the package again, or run `onrecord build` where its records are",
    example_file=DESCRIPTOR,
    bad='"hash": "sha256:00...", for a file whose SHA-256 begins with 9f\n',
    good='"hash": "sha256:9f...", for a file whose SHA-256 begins with 9f\n',
)
UNKNOWN_HASH = Rule(
    code="OR908",
    name="unknown-hash",
    what="A resource has no hash, or one that is not a SHA-256.",
    why="A hash that nobody checks protects nothing, and MD5 can be forged.",
    message="`{path}` has no SHA-256 but {said}",
    mend="write the hash as `sha256:` and 64 hex digits",
    example_file=DESCRIPTOR,
    bad='"hash": "sha512:..."\n',
    good='"hash": "sha256:..."\n',
)
TABLE_UNREADABLE = Rule(
    code="OR909",
    name="table-unreadable",
    what="A CSV or Parquet file cannot be read, or would grow beyond all measure.",
    why="Damaged or hostile files must not reach an analysis.",
    message="`{path}` cannot be read: {problem}",
    mend="get the package again, or run `onrecord build` where its records are",
    example_file=DESCRIPTOR,
    bad="A Parquet file in which one bit was flipped.\n",
    good="A Parquet file as it was written.\n",
)
COLUMNS_DIFFER = Rule(
    code="OR910",
    name="columns-differ",
    what="A table has other columns or types than this version of the model.",
    why="Code that relies on the model would fail or, worse, misread it.",
    message="`{path}`: {problem}",
    mend="use the version of `onrecord` that the package was built with, or build it anew",
    example_file=DESCRIPTOR,
    bad="`claims.parquet` with a column `propositon`.\n",
    good="`claims.parquet` with the columns of the model, in their order.\n",
)
WRONG_ROW_COUNT = Rule(
    code="OR911",
    name="wrong-row-count",
    what="A table has another number of rows than the descriptor says.",
    why="Rows were lost or added after the release.",
    message="`{path}` has {found} rows, the descriptor says {wanted}",
    mend="get the package again, or run `onrecord build` where its records are",
    example_file=DESCRIPTOR,
    bad='"rows": 20, for a table of 19\n',
    good='"rows": 19, for a table of 19\n',
)
FORMATS_DIFFER = Rule(
    code="OR912",
    name="formats-differ",
    what="The CSV and the Parquet file of a table do not hold the same values, or the overview is not what follows "
    "from the other tables.",
    why="Two readers of one release would come to different results.",
    message="`{path}` differs from {other}: {problem}",
    mend="get the package again, or run `onrecord build` where its records are",
    example_file=DESCRIPTOR,
    bad="`claims.csv` with a proposition that is worded otherwise in `claims.parquet`.\n",
    good="`claims.csv` with the same cells as `claims.parquet`.\n",
)
UNLISTED_FILE = Rule(
    code="OR913",
    name="unlisted-file",
    what="There is a file among the tables that the descriptor does not list.",
    why="Its origin is unknown, and a reader could take it for a part of the dataset.",
    message="`{path}` is not listed in the descriptor",
    mend="remove the file, or build the package anew",
    example_file=DESCRIPTOR,
    bad="A file `claims/tables/claims (1).csv`.\n",
    good="Only files that the descriptor lists.\n",
)
TABLE_MISSING = Rule(
    code="OR914",
    name="table-missing",
    what="The descriptor does not list the CSV or the Parquet file of a table of the model, or its parts.",
    why="A part of the dataset is lost.",
    message="the table `{table}` has no resource `{path}`",
    mend="use the version of `onrecord` that the package was built with, or build it anew",
    example_file=DESCRIPTOR,
    bad="A descriptor without the resource `claims`.\n",
    good="A descriptor with a CSV and a Parquet resource for each table.\n",
)
PART_OUT_OF_ORDER = Rule(
    code="OR915",
    name="part-out-of-order",
    what="The rows of a part are not in the order of their keys, or not those that the descriptor places in it.",
    why="Whoever looks for a record opens only the part in which it should be, and would not find it.",
    message="`{path}`: {problem}",
    mend="get the package again, or build it anew from its input",
    example_file=DESCRIPTOR,
    bad='"first": "fire.s1", for a part whose first statement is `harbour.s1`\n',
    good='"first": "harbour.s1", for a part whose first statement is `harbour.s1`\n',
)

PACKAGE_RULES: tuple[Rule, ...] = (
    PACKAGE_FIELD,
    PUBLICATION_INTERRUPTED,
    DESCRIPTOR_UNREADABLE,
    UNSAFE_PATH,
    RESOURCE_MISSING,
    WRONG_SIZE,
    WRONG_HASH,
    UNKNOWN_HASH,
    TABLE_UNREADABLE,
    COLUMNS_DIFFER,
    WRONG_ROW_COUNT,
    FORMATS_DIFFER,
    UNLISTED_FILE,
    TABLE_MISSING,
    PART_OUT_OF_ORDER,
)
