"""Candidates for the records of a document, each marked as a suggestion that nobody has confirmed."""

from __future__ import annotations

from .records import Named, Place, Suggested, Suggestion, named

__all__ = ["Named", "Place", "Suggested", "Suggestion", "named"]
