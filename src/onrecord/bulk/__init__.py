"""Input that is too large for one look: Parquet tables, JSON Lines, files at an address."""

from __future__ import annotations
