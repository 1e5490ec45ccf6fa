"""The same rules on Spark: one DuckDB text for each, transpiled; the only importers of PySpark and sqlglot."""
