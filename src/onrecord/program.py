"""How every command runs: where it looks, how it prints, and what it says when it cannot go on."""

from __future__ import annotations

import os
import signal
import sys
import threading
from _thread import interrupt_main
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .errors import LoadError, OnrecordError, RecordNotFound

if TYPE_CHECKING:
    from rich.text import Text

    from .dataset import Dataset

TRACEBACK = "ONRECORD_TRACEBACK"
STOPPED, BROKEN_PIPE = 130, 141
JOURNAL = ".onrecord/journal.json"  # of files that are being put in place

_LOOKED_IN = "onrecord.looked_in"  # where a command keeps the folder it works on


class PathParam(click.Path):
    """A path. An empty one is refused: it would stand for the folder that one happens to be in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path as such."""
        if value == "":
            self.fail("it is empty; name a file or folder, this one as `.`", param, ctx)
        return super().convert(value, param, ctx)


FOLDER = PathParam(path_type=Path)
AT_PROJECT = click.option(
    "--at", "path", type=FOLDER, help="A project or records folder; by default the one around here."
)
AT_DATASET = click.option(
    "--at",
    "path",
    type=FOLDER,
    help="A package, project or records folder; by default the one around here, else the dataset that comes along.",
)


def path_or_at(run: Callable[..., None]) -> Callable[..., None]:
    """Let a command take its folder as PATH or with --at, as commands without PATH do; not both."""

    @click.argument("path", required=False, type=FOLDER)
    @click.option("--at", type=FOLDER, help="PATH by its name, as every command takes it.")
    @wraps(run)
    def located(path: Path | None, at: Path | None, **said: Any) -> None:
        if path is not None and at is not None:
            raise click.UsageError(f"two folders are given: PATH `{path}` and --at `{at}`; leave one of them out")
        run(path=at or path, **said)

    return located


class Program(click.Group):
    """A group of commands that never ends in a traceback: findings exit 1, what cannot run exits 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what goes wrong into words and an exit code."""
        with interruptions() as noted:
            try:
                return super().invoke(ctx)
            except (click.exceptions.Exit, click.ClickException, click.Abort, SystemExit):
                raise
            except KeyboardInterrupt:
                ctx.exit(_stopped(noted))
            except BaseException as error:
                if noted:
                    ctx.exit(_stopped(noted))
                if not isinstance(error, Exception):
                    raise
                ctx.exit(_ended(error, ctx.meta.get(_LOOKED_IN)))

    @staticmethod
    def show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        """Print both versions and stop."""
        if wanted:
            from .versions import versions

            click.echo(versions())
            ctx.exit()


def _stopped(noted: list[int]) -> int:
    """The exit code of a run that was stopped: 130 for Ctrl-C, as shells count."""
    return 128 + noted[0] if noted else STOPPED


@contextmanager
def interruptions() -> Iterator[list[int]]:
    """Note every Ctrl-C and every request to end: a library may turn what it raises into an error of another name."""
    noted: list[int] = []

    def note(number: int, _: object) -> None:
        noted.append(number)
        raise KeyboardInterrupt

    def lost(said: sys.UnraisableHookArgs) -> None:
        if not noted or not issubclass(said.exc_type, KeyboardInterrupt):
            shown(said)
            return
        again = threading.Timer(0.01, _interrupt_again, noted[:1])
        again.daemon = True
        again.start()

    if threading.current_thread() is not threading.main_thread():
        yield noted  # only the main thread is told of signals
        return
    before = {number: signal.signal(number, note) for number in _heeded()}
    # What is raised where nothing can be raised, as in a call from a library, Python only prints.
    shown, sys.unraisablehook = sys.unraisablehook, lost
    try:
        yield noted
    finally:
        sys.unraisablehook = shown
        for number, action in before.items():
            signal.signal(number, action)


def _interrupt_again(number: signal.Signals) -> None:
    """Send the main thread a signal, which ends what it waits for; where that cannot be, it hears of it later."""
    main = threading.main_thread().ident
    if main is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, number)
    else:
        interrupt_main(number)


def _heeded() -> list[signal.Signals]:
    """The signals that end a run: Ctrl-C, a request to end, a terminal that closes, unless they are to be ignored."""
    ends = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    return [signal.SIGINT, *(number for number in ends if signal.getsignal(number) == signal.SIG_DFL)]


def _ended(error: Exception, folder: Path | None) -> int:
    """Say what kept a command from going on; returns its exit code."""
    match error:
        case RecordNotFound():
            _refuse(error)
            _say_where(folder)
        case OnrecordError():
            _refuse(error)
        case BrokenPipeError():
            _drop_output()
            return BROKEN_PIPE
        case OSError():
            _refuse(_plain(error))
        case _:
            _surprise(error)
    return 2


def _refuse(error: OnrecordError) -> None:
    """Say why the run cannot go on; where findings are the reason, they come first."""
    from .lettering import visible, visible_lines

    findings = getattr(error, "findings", ())
    if findings:
        from .report import render_findings

        say(render_findings(findings))
    message = visible_lines(error.message.strip()).replace("\n", "\n  ")
    click.echo(f"error: {message}", err=True)
    if error.help:
        click.echo(f"  help: {visible(error.help)}", err=True)
    if findings:
        raise SystemExit(1)


def _say_where(folder: Path | None) -> None:
    """Say in which folder a record was looked for: it may well be in another one."""
    from .lettering import visible

    if folder is not None:
        click.echo(f"  looked in: {visible(str(folder.absolute()))}; --at PATH names another folder", err=True)


def _plain(error: OSError) -> OnrecordError:
    where = f": {error.filename}" if error.filename else ""
    return OnrecordError(f"{error.strerror or error}{where}", help="check the path, its permissions and the space left")


def _surprise(error: BaseException) -> None:
    """Say that the program itself is at fault, without a traceback unless one is asked for."""
    from .lettering import visible

    if os.environ.get(TRACEBACK):
        import traceback

        traceback.print_exception(error)
    click.echo(f"error: onrecord itself failed: {type(error).__name__}: {visible(str(error))[:500]}", err=True)
    click.echo(f"  help: please report this with the command you ran; {TRACEBACK}=1 shows where it happened", err=True)


def _drop_output() -> None:
    """Nobody reads on: let what is still buffered go nowhere, so that closing does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):
            continue


def say(lines: Iterable[str | Text]) -> None:
    """Print lines as they are; styled text keeps its colours on a terminal only, unless NO_COLOR is set."""
    for line in lines:
        if isinstance(line, str):
            click.echo(line)
        else:
            click.echo(line.plain if not _coloured() else _painted(line))


def _coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _painted(line: Text) -> str:
    from rich.console import Console

    console = Console(force_terminal=True, markup=False, emoji=False, highlight=False, soft_wrap=True)
    with console.capture() as captured:
        console.print(line, end="")
    return captured.get()


def shorten(path: Path) -> Path:
    """A path as seen from the current folder, where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except (ValueError, OSError):
        return path


def _upward(marks: tuple[str, ...]) -> Path | None:
    here = Path.cwd()
    found = next((f for f in (here, *here.parents) if any((f / mark).exists() for mark in marks)), None)
    return None if found is None else shorten(found)


def _finish(root: Path) -> Path:
    """Finish what a command that was killed had begun to put in place, before anybody reads half of it."""
    for pattern in (f"*/{JOURNAL}", f"claims/records/{JOURNAL}", f"claims/records/*/{JOURNAL}"):
        for journal in root.glob(pattern):
            from .staging import settle

            settle(journal.parent.parent)
    return root


def _looked_in(root: Path) -> Path:
    """Keep the folder that a command works on, to be named when something is not found there."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_LOOKED_IN] = root
    return root


def project(path: Path | None) -> Path:
    """The project or records folder to work on: the one given, or the one around the current folder."""
    found = path or _upward(("claims/records",))
    if found is None:
        raise LoadError(
            "there is no claims/records here or in a folder above",
            help="run this inside a project, or give the path of one",
        )
    return _looked_in(_finish(found))


def project_or_here() -> Path:
    """The project around the current folder, or the current folder itself."""
    return _upward(("claims/records",)) or Path()


def dataset(path: Path | None) -> Dataset:
    """The dataset to read: the one given, the one around the current folder, or the one that comes along."""
    from .dataset import load

    found = path or _upward(("datapackage.json", "claims/records"))
    records = load(found and _finish(found))
    _looked_in(records.root)
    return records
