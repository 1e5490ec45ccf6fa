"""Exceptions: the run cannot go on. Faults in data are findings, not exceptions."""

from __future__ import annotations


class OnrecordError(Exception):
    """Root of every exception the package raises on purpose.

    `help` says in one sentence what the user can do about it.
    """

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class LoadError(OnrecordError):
    """A records folder, package or file cannot be read at all."""


class SchemaError(OnrecordError):
    """The model itself is at fault: a constraint has no columnar form, a table is unknown."""


class EngineError(OnrecordError):
    """A SELECT could not be run."""


class BuildError(OnrecordError):
    """A build was refused or failed; what was built before is untouched."""


class ReleaseError(OnrecordError):
    """A version cannot be released; nothing was written."""


class SourceError(OnrecordError):
    """A source text cannot be read or is not the edition the records were made from."""


class DraftError(OnrecordError):
    """The records of a document cannot be started."""


class SeekError(OnrecordError):
    """What is asked for cannot be looked for in a text."""


class ExtraMissing(OnrecordError, ImportError):
    """A library that is an optional extra is not installed; `help` names the extra."""


class MissingExtra(ExtraMissing):
    """The library `library` is not installed; it comes with the extra `extra`."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(f"{library} is not installed", help=f"pip install 'onrecord[{extra}]'")


class RecordNotFound(OnrecordError, KeyError):
    """No record has that id; `help` offers the nearest ones."""

    __str__ = Exception.__str__
