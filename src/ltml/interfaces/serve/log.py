"""The server's log: one line an event on standard error. It names what happened, never what was said."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(*, debug: bool, as_json: bool) -> None:
    """Send log lines to standard error, and silence libraries that would tell of requests."""
    renderer = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if not as_json else "iso", utc=as_json),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if debug else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for name in ("uvicorn", "uvicorn.error", "httpx2", "httpcore2", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
