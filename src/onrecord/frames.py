"""Tables for the libraries that people analyse with: pandas, polars, pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from .errors import ExtraMissing

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from pyarrow.dataset import Dataset

    from .tables import Source

    PandasFrame: TypeAlias = pd.DataFrame
    PolarsFrame: TypeAlias = pl.DataFrame
    PolarsLazyFrame: TypeAlias = pl.LazyFrame


def pandas_frame(rows: pa.Table) -> PandasFrame:
    """Rows as a pandas frame whose columns keep their Arrow types."""
    try:
        import pandas
    except ImportError as error:
        raise missing("pandas") from error
    frame: PandasFrame = rows.to_pandas(types_mapper=pandas.ArrowDtype)
    return frame


def polars_frame(rows: pa.Table) -> PolarsFrame:
    """Rows as a polars frame."""
    try:
        import polars
    except ImportError as error:
        raise missing("polars") from error
    return polars.DataFrame(rows)


def polars_scan(source: Source) -> PolarsLazyFrame:
    """A table as a polars frame that reads nothing until it is collected."""
    import pyarrow as pa
    from pyarrow.fs import LocalFileSystem

    try:
        import polars
    except ImportError as error:
        raise missing("polars") from error
    if isinstance(source, pa.Table):
        return polars.DataFrame(source).lazy()
    if isinstance(source.filesystem, LocalFileSystem):
        return polars.scan_parquet(source.files, glob=False, hive_partitioning=False)
    return polars.scan_pyarrow_dataset(source)


def arrow_dataset(source: Source) -> Dataset:
    """A table as an Arrow dataset."""
    import pyarrow as pa
    import pyarrow.dataset as pads

    return pads.dataset(source) if isinstance(source, pa.Table) else source


def missing(extra: str) -> ExtraMissing:
    """The error for a library that is not installed."""
    return ExtraMissing(f"{extra} is not installed", help=f'pip install "onrecord[{extra}]"')
