"""The command line: commands that work on the text of a source."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
