"""What is said when something goes wrong: one sentence on standard error, and the number the process ends with."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

import typer

from ltml.errors import LTMLError
from ltml.interfaces.chat.failing_open import describe_error
from ltml.interfaces.cli.saying import make_console, print_json, strip_terminal_codes

USAGE, DATA, STOPPED, BUG = 2, 3, 130, 1


def run_guarded(call: Callable[[], object], *, as_json: bool, debug: bool) -> int:
    """Call; return 0, what the call returned, or the number its error stands for, after saying what it was."""
    try:
        result = call()
    except LTMLError as exc:
        return _print_failure(exc, exc.exit_code, str(exc), as_json=as_json, debug=debug)
    except typer.TyperException as exc:
        return _print_failure(exc, USAGE, exc.format_message(), _usage_hint(exc), as_json=as_json, debug=debug)
    except (KeyboardInterrupt, typer.Abort):
        return _print_stopped(as_json=as_json)
    except OSError as exc:
        where = f"{exc.filename}: " if exc.filename else ""
        return _print_failure(exc, DATA, f"{where}{exc.strerror or exc}", as_json=as_json, debug=debug)
    code = result if isinstance(result, int) else 0
    return _print_stopped(as_json=as_json) if code == STOPPED else code


def report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one sentence that LTML has a bug (for `sys.excepthook`)."""
    last = traceback.extract_tb(trace)[-1:]
    where = "".join(f" ({frame.filename}:{frame.lineno})" for frame in last)
    del kind
    what = f"LTML met something it was not written for: {describe_error(error)}{where}"
    print_error(what, "LTML_DEBUG=1 in front of the command shows the whole story", as_json="--json" in sys.argv)


def report_bug_in_full(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show the whole story of a bug (for `sys.excepthook`)."""
    del kind, trace
    sys.stderr.write(format_traceback(error))


def format_traceback(error: BaseException) -> str:
    """Return where an error and what caused it came from, without words that a foreign error might quote."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    cause = f"{format_traceback(before)}\nThis led to:\n\n" if before else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{cause}Traceback (most recent call last):\n{frames}{describe_error(error)}\n"


def print_error(error: str, hint: str = "", *, as_json: bool) -> None:
    """Say what is wrong and what to do, on standard error."""
    if as_json:
        print_json({"error": error} | ({"hint": hint} if hint else {}), stderr=True)
        return
    err = make_console(stderr=True)
    err.print(f"ltml: {strip_terminal_codes(error)}", style="red" if err.is_terminal else "", soft_wrap=True)
    if hint:
        err.print(hint, style="dim", soft_wrap=True)


@contextmanager
def show_warnings(*, as_json: bool) -> Iterator[None]:
    """Say on standard error what the library warns of: as an object for programs, as a sentence for people."""
    handler = _WarningHandler(as_json)
    logger = logging.getLogger("ltml")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _WarningHandler(logging.Handler):
    def __init__(self, as_json: bool) -> None:
        super().__init__(logging.WARNING)
        self._as_json = as_json

    def emit(self, record: logging.LogRecord) -> None:
        """Say it."""
        if self._as_json:
            print_json({"warning": record.getMessage()}, stderr=True)
        else:
            make_console(stderr=True).print(f"ltml: {strip_terminal_codes(record.getMessage())}", soft_wrap=True)


def _print_stopped(*, as_json: bool) -> int:
    if sys.stderr.isatty():
        sys.stderr.write("\n")  # the terminal has written ^C in the middle of a line
    print_error("stopped", as_json=as_json)
    return STOPPED


def _print_failure(  # noqa: PLR0913 -- what happened, and how to say it
    exc: BaseException, code: int, error: str, hint: str = "", *, as_json: bool, debug: bool
) -> int:
    if debug:
        sys.stderr.write(format_traceback(exc))
    print_error(error, hint, as_json=as_json)
    return code


def _usage_hint(exc: typer.TyperException) -> str:
    context = getattr(exc, "ctx", None)
    return f"{context.command_path if context else 'ltml'} --help shows how it is used"
