"""Entry point of the command line; answers `--version` without loading anything else."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def _prepare(name: str) -> None:
    """A stream that is closed leads nowhere; a character that the terminal cannot show is no reason to fail."""
    stream = getattr(sys, name)
    if stream is None:
        setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the end
    elif hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """Run the command line."""
    try:
        if sys.argv[1:] == ["--version"]:
            from .versions import versions

            print(versions())
            return
        _prepare("stdout")
        _prepare("stderr")
        from .cli import program

        program(prog_name="onrecord")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
