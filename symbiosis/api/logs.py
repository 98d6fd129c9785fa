"""Structured logs: one JSON object a line, with nothing in it that a firm confided."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

LOGGER = logging.getLogger("symbiosis")
# The only fields that a line may have: a quantity, a price, a name or a body has no place here.
FIELDS = ("event", "request", "method", "route", "status", "ms", "bytes", "account", "address",
          "error", "where")  # fmt: skip


class JsonLines(logging.Formatter):
    """Write a record as one line of JSON, only the fields of `FIELDS`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; the arguments of an exception are left out, for they quote values."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        given = record.__dict__
        line.update({name: given[name] for name in FIELDS if name in given and name != "event"})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _where(record: logging.LogRecord) -> str:
    """Return the files and lines of a traceback, innermost first, without any value."""
    trace = record.exc_info[2] if record.exc_info else None
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(places[-8:]))


def to_stderr(level: int = logging.INFO) -> None:
    """Send the package's, the server's and the app's logs to the standard error as JSON lines.

    Called by ``symbiosis serve``, never at import: a program that embeds the package keeps its own
    logging.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    # Each part of Streamlit writes for itself, values of its faults included, unless told not to.
    parts = [name for name in logging.root.manager.loggerDict if name.startswith("streamlit.")]
    for name in ("symbiosis", "uvicorn", "uvicorn.error", "streamlit", *parts):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level)
        logger.propagate = False
