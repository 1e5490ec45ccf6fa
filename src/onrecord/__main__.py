"""Entry point of the command line; answers `--version` without loading anything else."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        if sys.argv[1:] == ["--version"]:
            from .version import versions

            print(versions())
            return
        for stream in (sys.stdout, sys.stderr):  # a character the terminal cannot show is no reason to fail
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        from .cli import program

        program(prog_name="onrecord")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
