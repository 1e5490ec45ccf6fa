"""A package whose tables lie in parts: cut, written, kept, described, opened and judged out of core."""

from __future__ import annotations
