"""Work on what somebody sent, done in a process of its own with limits on memory and time.

A file can be made so that a parser fills the memory or dies. Here it takes the child along, and the
caller gets a sentence. The child is started afresh (it holds no lock, no open store, no secret of
this process), and what it answers is JSON, a line at a time: nothing of it is ever run.

Windows knows no limit on memory, only that on time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import IO, Any

from symbiosis.errors import DataError, Message, Problem, Problems, say

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MEMORY_MB = 700
"""Memory that a child may take beyond its own libraries, MB."""
SECONDS = 60
"""Time that a child may take."""
AT_ONCE = 2
"""Children that work at the same time; the next ones wait."""
_MOST_MB = 600
"""Largest answer of a child, MB."""
_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from symbiosis.child_process import serve; serve()"
)
_SLOTS = threading.BoundedSemaphore(AT_ONCE)


def in_child(
    function: str,
    content: bytes,
    options: Mapping[str, Any],
    *,
    file: str = "",
    memory_mb: float = MEMORY_MB,
    seconds: float = SECONDS,
) -> Iterator[Any]:
    """Yield what a generator function yields when it is run in a child process.

    Parameters
    ----------
    function
        Its module and name, ``module:name``; called with ``content`` and ``options``. What it
        yields is plain JSON.
    content
        The bytes to work on.
    options
        Its other parameters, plain JSON.
    file
        Name of the file, for the sentence if the child fails.
    memory_mb, seconds
        The limits.

    Raises
    ------
    DataError
        As raised by the function; or in its place if it takes more memory or time than it may, or
        if its process dies.
    """
    if not _SLOTS.acquire(timeout=seconds):
        problem = say("the server is reading the files of others")
        raise DataError([Problem(problem, say("send it again in a minute"), file=file)])
    try:
        request = {"function": function, "options": dict(options), "memory": memory_mb * 1e6}
        request["seconds"] = seconds
        yield from _answers(json.dumps(request).encode() + b"\n", content, file, seconds)
    finally:
        _SLOTS.release()


def _answers(request: bytes, content: bytes, file: str, seconds: float) -> Iterator[Any]:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-I", "-B", "-W", "ignore", "-c", _START, json.dumps(sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    late = threading.Event()
    watch = threading.Timer(seconds, _end, (process, late))
    watch.daemon = True
    watch.start()
    try:
        assert process.stdin is not None  # noqa: S101 - asked for above
        assert process.stdout is not None  # noqa: S101 - asked for above
        _send(process.stdin, request, content)
        yield from _received(process.stdout, file, late)
    finally:
        watch.cancel()
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # it ended before it had read everything
                    pipe.close()
        process.wait()


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _send(pipe: IO[bytes], request: bytes, content: bytes) -> None:
    with suppress(OSError):  # it died: what it answered, or that it did not, is read next
        pipe.write(request)
        pipe.write(content)
        pipe.close()


def _received(pipe: IO[bytes], file: str, late: threading.Event) -> Iterator[Any]:
    """Yield the items that a child answers; raise what it raised, or what became of it."""
    size, kind, value = 0, "", None
    for line in pipe:
        size += len(line)
        if size > _MOST_MB * 1e6:
            kind = "memory"
            break
        try:
            kind, value = json.loads(line)
        except ValueError:  # cut off in the middle of a line
            kind = ""
            break
        if kind != "item":
            break
        yield value
    if kind == "done":
        return
    if kind == "problems":
        raise DataError(_problems(value))
    raise DataError([_failure(kind, value, file, late=late.is_set())])


def _failure(kind: str, value: Any, file: str, *, late: bool) -> Problem:
    """Return the sentence for a child that did not come to an end."""
    if late:
        problem = say("reading this file takes more time than the server gives")
    elif kind == "fault":
        problem = say("this file cannot be read ({why})", why=value)
    else:
        problem = say("reading this file takes more memory than the server gives, or it is damaged")
    cure = say("split it, and save the parts as CSV")
    return Problem(problem, cure, file=file)


def _environment() -> dict[str, str]:
    """Return the environment of a child: without what was confided to this process."""
    secret = ("SYMBIOSIS_", "PG", "STREAMLIT_", "AWS_", "AZURE_", "GOOGLE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(secret)}


def serve() -> None:
    """Do in the child what was asked for on its input, within limits; answer on its output."""
    out = sys.stdout.buffer
    request = json.loads(sys.stdin.buffer.readline())
    module, _, name = request["function"].partition(":")
    work = getattr(import_module(module), name)
    _limit(request["memory"], request["seconds"])
    try:
        content = sys.stdin.buffer.read()
        for item in work(content, **request["options"]):
            out.write(_line("item", item))
        last = _line("done", None)
    except DataError as error:
        last = _line("problems", [_plain(problem) for problem in error.problems])
    except MemoryError:
        last = _line("memory", None)
    except RecursionError:
        last = _line("fault", "RecursionError")
    except Exception as error:  # noqa: BLE001 - of whatever kind, the caller must get a sentence
        last = _line("fault", type(error).__name__)
    out.write(last)
    out.flush()
    os._exit(0)  # nothing is left to tidy, and tidying could fail for want of memory


def _limit(memory: float, seconds: float) -> None:
    """Limit this process: its memory beyond what it has now, its time, and what it may write."""
    if resource is None:
        return
    limits = {
        resource.RLIMIT_CPU: int(seconds) + 1,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_AS: int(_address_space() + memory),
    }
    for kind, limit in limits.items():
        try:
            resource.setrlimit(kind, (limit, limit))
        except (OSError, ValueError):
            continue  # a system that knows no such limit, or a lower one already


def _address_space() -> int:
    """Return the bytes of address space that this process has; 1 GB where nothing tells."""
    try:
        with open("/proc/self/statm", encoding="ascii") as pages:  # noqa: PTH123
            return int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 1_000_000_000


def _line(kind: str, value: Any) -> bytes:
    return json.dumps([kind, value], ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _plain(problem: Problem) -> list[Any]:
    words = [_plain_message(problem.problem), _plain_message(problem.cure)]
    return [*words, problem.file, problem.row, problem.column, problem.value]


def _plain_message(message: Message) -> list[Any]:
    values = {
        name: {"message": _plain_message(value)} if isinstance(value, Message) else _scalar(value)
        for name, value in message.values.items()
    }
    return [message.template, values]


def _scalar(value: object) -> str | int | float | None:
    return value if isinstance(value, str | int | float) or value is None else str(value)


def _problems(rows: Any) -> Problems:
    return Problems(
        Problem(_message(problem), _message(cure), file, row, column, value)
        for problem, cure, file, row, column, value in rows
    )


def _message(plain: Any) -> Message:
    template, values = plain
    return say(
        template,
        **{
            name: _message(value["message"]) if isinstance(value, dict) else value
            for name, value in values.items()
        },
    )
