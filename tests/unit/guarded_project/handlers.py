"""Handlers: what is refused, spelt in every way, and what goes on working."""

# Each line is a spelling that users write; what a linter would rather have is what is tried here.
# ruff: noqa: B009, DTZ001, DTZ002, DTZ003, DTZ007, DTZ011, E501, E721, ICN001, PLC3002, PLW0108, PLW1510, PTH110, PTH116
# ruff: noqa: PTH118, PTH119, PTH123, PTH207, PTH208, RUF015, S311, S607, SIM115

from __future__ import annotations

import asyncio
import contextlib
import datetime
import functools
import glob
import json
import logging
import math
import os
import os.path as paths
import pathlib
import random
import re
import secrets
import socket
import subprocess
import tempfile
import threading
import time
import time as clock
import urllib.request
import uuid
from collections import deque, namedtuple
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, timedelta
from datetime import datetime as dt
from itertools import count, islice
from os import environ, getenv
from pathlib import Path, PurePosixPath
from random import Random, choice
from random import random as chance
from time import monotonic, sleep
from time import time as now
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pydantic import BaseModel, TypeAdapter

from tests.unit.guarded_project import helpers
from tests.unit.guarded_project import helpers as h
from tests.unit.guarded_project.deep import rates
from tests.unit.guarded_project.helpers import (
    Clock,
    cached,
    either,
    factorial,
    is_even,
    make_clock,
    named,
    seeded,
    shown,
    stamp,
    timed,
    traced,
)  # fmt: skip
from tests.unit.guarded_project.helpers import (
    count as count_up,
)
from tests.unit.guarded_project.models import CLIENT, Line, Order, Plan, Row

log = logging.getLogger(__name__)
PARTIAL = functools.partial(clock.time)
PARTIAL_HELPER = functools.partial(stamp)
PARTIAL_KEYWORD = functools.partial(lambda read: read(), read=clock.time)
CLOSURE = make_clock()
BOUND = Clock().read
LAMBDA: Callable[[], float] = lambda: clock.time()  # noqa: E731 - a spelling
TOTAL = 0
Point = namedtuple("Point", "x y")


def _default(read: Callable[[], float] = clock.time) -> float:
    return read()


def _keyword_default(*, read: Callable[[], float] = clock.time) -> float:
    return read()


@traced
def _decorated() -> float:
    return clock.time()


def _yields() -> Any:
    yield clock.time()


def _nested() -> float:
    def inner() -> float:
        return [clock.time() for _ in range(1)][0]

    return inner()


def _import_module() -> float:
    import time as mine

    return mine.time()


def _import_name() -> float:
    from time import time as mine

    return mine()


def _import_class() -> datetime.datetime:
    from datetime import datetime as mine

    return mine.now()  # noqa: DTZ005 - a spelling


def _import_dotted() -> bool:
    import os.path

    return os.path.exists("/")


def _import_own() -> float:
    from tests.unit.guarded_project.helpers import stamp as mine

    return mine()


def _import_own_module() -> float:
    import tests.unit.guarded_project.helpers as mine

    return mine.stamp()


def _context() -> float:
    with timed() as at:
        return at


DO_NOW, DO_RANDOM, ACTION = "do.now()", "do.random()", "an action: await do.action.run(...)"
AT_ONCE = "do.parallel(...) for work at once"
ENVIRONMENT = "the input or an action: a later deploy may have another environment"

REFUSED: dict[str, tuple[Callable[[], Any], str, str]] = {
    "a module's attribute": (lambda: time.time(), "time.time", DO_NOW),
    "a module under another name": (lambda: clock.time_ns(), "time.time_ns", DO_NOW),
    "a name from a module": (lambda: now(), "time.time", DO_NOW),
    "a name that others import too": (lambda: monotonic(), "time.monotonic", DO_NOW),
    "perf_counter": (lambda: time.perf_counter(), "time.perf_counter", DO_NOW),
    "localtime": (lambda: time.localtime(), "time.localtime", DO_NOW),
    "gmtime": (lambda: time.gmtime(), "time.gmtime", DO_NOW),
    "strftime": (lambda: time.strftime("%Y"), "time.strftime", DO_NOW),
    "ctime": (lambda: time.ctime(), "time.ctime", DO_NOW),
    "sleep": (lambda: time.sleep(0), "time.sleep", "await do.sleep(...)"),
    "sleep by name": (lambda: sleep(0), "time.sleep", "await do.sleep(...)"),
    "datetime.now": (lambda: dt.now(UTC), "datetime.datetime.now", DO_NOW),
    "datetime.utcnow": (lambda: dt.utcnow(), "datetime.datetime.utcnow", DO_NOW),
    "datetime.today": (lambda: datetime.datetime.today(), "datetime.datetime.today", DO_NOW),
    "date.today": (lambda: date.today(), "datetime.date.today", DO_NOW),
    "a method without its call": (lambda: (lambda read: read())(dt.now), "datetime.datetime.now", DO_NOW),
    "random": (lambda: random.random(), "random.random", DO_RANDOM),
    "random by name": (lambda: chance(), "random.random", DO_RANDOM),
    "choice": (lambda: choice([1]), "random.choice", DO_RANDOM),
    "shuffle": (lambda: random.shuffle([1]), "random.shuffle", DO_RANDOM),
    "Random without a seed": (lambda: random.Random().random(), "random.Random() without a seed", DO_RANDOM),
    "Random by name": (lambda: Random(), "random.Random() without a seed", DO_RANDOM),
    "SystemRandom": (lambda: random.SystemRandom(), "random.SystemRandom", DO_RANDOM),
    "secrets": (lambda: secrets.token_hex(), "secrets.token_hex", "do.random() for chance, an action for secrets"),
    "uuid4": (lambda: uuid.uuid4(), "uuid.uuid4", "do.uuid()"),
    "uuid4 by name": (lambda: uuid4(), "uuid.uuid4", "do.uuid()"),
    "urandom": (lambda: os.urandom(1), "os.urandom", ACTION),
    "os.environ": (lambda: os.environ["PATH"], "os.environ", ENVIRONMENT),
    "environ by name": (lambda: environ["PATH"], "os.environ", ENVIRONMENT),
    "environ.get": (lambda: os.environ.get("PATH"), "os.environ.get", ENVIRONMENT),
    "in environ": (lambda: "PATH" in environ, "os.environ", ENVIRONMENT),
    "getenv": (lambda: getenv("PATH"), "os.getenv", ENVIRONMENT),
    "open": (lambda: open(os.devnull), "builtins.open", ACTION),
    "input": (lambda: input(), "builtins.input", "await do.wait_for_approval(...) or an action"),
    "Path.read_text": (lambda: Path("x").read_text(), "pathlib.Path.read_text", ACTION),
    "Path.exists": (lambda: pathlib.Path("/").exists(), "pathlib.Path.exists", ACTION),
    "Path.cwd": (lambda: Path.cwd(), "pathlib.Path.cwd", ACTION),
    "os.listdir": (lambda: os.listdir("/"), "os.listdir", ACTION),
    "os.stat": (lambda: os.stat("/"), "os.stat", ACTION),
    "os.path.exists": (lambda: os.path.exists("/"), "os.path.exists", ACTION),
    "os.path under another name": (lambda: paths.exists("/"), "os.path.exists", ACTION),
    "glob": (lambda: glob.glob("*"), "glob.glob", ACTION),
    "tempfile": (lambda: tempfile.mkdtemp(), "tempfile.mkdtemp", ACTION),
    "socket": (lambda: socket.socket(), "socket.socket", ACTION),
    "subprocess": (lambda: subprocess.run(["true"]), "subprocess.run", ACTION),
    "urlopen": (lambda: urllib.request.urlopen("http://127.0.0.1:1"), "urllib.request.urlopen", ACTION),
    "a thread": (lambda: threading.Thread(target=print), "threading.Thread", AT_ONCE),
    "a lock": (lambda: threading.Lock(), "threading.Lock", AT_ONCE),
    "a pool": (lambda: ThreadPoolExecutor(), "concurrent.futures.ThreadPoolExecutor", AT_ONCE),
    "setting a module's attribute": (lambda: setattr(time, "zone", 1), "setting time.zone", ACTION),
    "a helper": (lambda: stamp(), "time.time", DO_NOW),
    "a helper by its module": (lambda: helpers.stamp(), "time.time", DO_NOW),
    "a helper by another name of its module": (lambda: h.today(), "datetime.datetime.now", DO_NOW),
    "a helper's module's module": (lambda: helpers.time.time(), "time.time", DO_NOW),  # type: ignore[attr-defined]
    "a helper two folders down": (lambda: rates.stamp(), "time.time", DO_NOW),
    "a partial": (lambda: PARTIAL(), "time.time", DO_NOW),
    "a partial of a helper": (lambda: PARTIAL_HELPER(), "time.time", DO_NOW),
    "a partial's keyword": (lambda: PARTIAL_KEYWORD(), "time.time", DO_NOW),
    "a closure": (lambda: CLOSURE(), "time.time", DO_NOW),
    "a default": (lambda: _default(), "time.time", DO_NOW),
    "a keyword's default": (lambda: _keyword_default(), "time.time", DO_NOW),
    "a decorated function": (lambda: _decorated(), "time.time", DO_NOW),
    "a cached function": (lambda: cached(), "time.time", DO_NOW),
    "a context manager": (lambda: _context(), "time.time", DO_NOW),
    "a bound method": (lambda: BOUND(), "time.time", DO_NOW),
    "a lambda": (lambda: LAMBDA(), "time.time", DO_NOW),
    "a nested function": (lambda: _nested(), "time.time", DO_NOW),
    "a generator": (lambda: next(_yields()), "time.time", DO_NOW),
    "a comprehension": (lambda: {n: clock.time() for n in range(1)}, "time.time", DO_NOW),
    "getattr": (lambda: getattr(clock, "time")(), "time.time", DO_NOW),
    "an import within": (lambda: _import_module(), "time.time", DO_NOW),
    "a name imported within": (lambda: _import_name(), "time.time", DO_NOW),
    "a class imported within": (lambda: _import_class(), "datetime.datetime.now", DO_NOW),
    "a dotted import within": (lambda: _import_dotted(), "os.path.exists", ACTION),
    "a helper imported within": (lambda: _import_own(), "time.time", DO_NOW),
    "a helper's module imported within": (lambda: _import_own_module(), "time.time", DO_NOW),
}


def _local_model() -> Any:
    class Local(BaseModel):
        at: dt

    return Local.model_validate({"at": "2027-01-01T00:00:00Z"}).at == dt(2027, 1, 1, tzinfo=UTC)


def _rebind() -> int:
    global TOTAL  # noqa: PLW0603 - that is what is tried
    TOTAL += 1
    return TOTAL


def _by_type(value: Any) -> str:
    return {dt: "a time", int: "a number"}.get(type(value), "something")


def _with_name() -> str:
    with named("a") as name, contextlib.suppress(KeyError):
        raise KeyError(name)
    return name


WORKING: dict[str, tuple[Callable[[], Any], Any]] = {
    "arithmetic of times": (lambda: dt(2027, 1, 2, tzinfo=UTC) - dt(2027, 1, 1, tzinfo=UTC), timedelta(days=1)),
    "times are plain": (lambda: [type(dt(2027, 1, 1)), type(date(2027, 1, 1))], [datetime.datetime, datetime.date]),
    "times by text": (lambda: dt.fromisoformat("2027-01-01") == dt.strptime("2027", "%Y"), True),
    "times together": (lambda: dt.combine(date(2027, 1, 1), datetime.time(1)).hour, 1),
    "isinstance": (lambda: [isinstance(dt(2027, 1, 1), dt), isinstance(dt(2027, 1, 1), date), isinstance(1, dt)], [True, True, False]),
    "issubclass": (lambda: [issubclass(dt, date), issubclass(int, dt)], [True, False]),
    "type is compared": (lambda: [type(dt(2027, 1, 1)) == dt, _by_type(dt(2027, 1, 1)), _by_type(1)], [True, "a time", "a number"]),
    "match": (lambda: [either(dt(2027, 1, 1)), either(1), either("a")], ["a time in 2027", "a number", "something"]),
    "time zones": (lambda: dt(2027, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")).utcoffset(), timedelta(hours=2)),
    "times written": (lambda: time.strftime("%Y", time.gmtime(0)), "1970"),
    "models with times": (lambda: Order.model_validate_json('{"id": 1, "at": "2027-01-01T00:00:00Z"}').at.year, 2027),
    "a model made within": (lambda: _local_model(), True),
    "a type adapter": (lambda: TypeAdapter(list[dt]).validate_python(["2027-01-01"])[0].year, 2027),
    "dataclasses": (lambda: Line("a") == Line("a", 1), True),
    "enumerations": (lambda: [Plan("pro") is Plan.PRO, Order(id=1, at=dt(2027, 1, 1)).plan], [True, Plan.FREE]),
    "classes keep their identity": (lambda: [Order, Row, Line, Plan], [Order, Row, Line, Plan]),
    "tables": (lambda: Row(id=1, note="a").note, "a"),
    "a client is there": (lambda: CLIENT.is_closed, False),
    "json": (lambda: json.loads(json.dumps({"a": [1]})), {"a": [1]}),
    "re": (lambda: re.sub(r"\d", "x", "a1"), "ax"),
    "math": (lambda: math.floor(math.pi), 3),
    "paths are put together": (lambda: [str(Path("a") / "b"), str(PurePosixPath("a/b").parent), paths.join("a", "b")], ["a/b", "a", "a/b"]),
    "paths are taken apart": (lambda: [os.path.basename("a/b"), os.fspath(Path("a")), os.sep, Path("a.txt").suffix], ["b", "a", "/", ".txt"]),
    "a path is one": (lambda: [isinstance(Path("a"), Path), isinstance(Path("a"), os.PathLike)], [True, True]),
    "chance with a seed": (lambda: [Random(7).random(), random.Random(7).random(), seeded()], [Random(7).random()] * 3),
    "a source of chance is one": (lambda: isinstance(Random(7), random.Random), True),
    "ids from names": (lambda: [UUID(int=1), uuid.uuid5(uuid.NAMESPACE_DNS, "a")], [UUID(int=1), uuid.uuid5(uuid.NAMESPACE_DNS, "a")]),
    "what standard modules import": (lambda: [Point(1, 2).x, list(deque([1])), list(islice(count(), 2)), quote("a b"), urlsplit("a://b/c").path], [1, [1], [0, 1], "a%20b", "/c"]),
    "abstract classes": (lambda: [isinstance({}, Mapping), isinstance([], Sequence), isinstance(1, Mapping)], [True, True, False]),
    "errors of restricted modules": (lambda: [socket.timeout, subprocess.CalledProcessError, threading.ThreadError], [socket.timeout, subprocess.CalledProcessError, threading.ThreadError]),
    "constants of restricted modules": (lambda: [socket.AF_INET, time.timezone is not None], [socket.AF_INET, True]),
    "recursion": (lambda: [factorial(5), is_even(10), helpers.is_odd(10)], [120, True, False]),
    "context managers": (lambda: _with_name(), "a"),
    "dispatch by type": (lambda: [shown(1), shown("a")], ["a number", "something"]),
    "partials, lambdas and maps": (lambda: list(map(functools.partial(lambda a, b: a + b, 1), [1, 2])), [2, 3]),
    "eval": (lambda: eval("1 + 1"), 2),  # noqa: S307 - a spelling
    "a class defined within": (lambda: type("Local", (), {"a": 1})().a, 1),
}  # fmt: skip


async def coroutines() -> list[Any]:
    """Async comprehensions, generators, gather and tasks."""

    async def numbers() -> Any:
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    async def twice(number: int) -> int:
        return number * 2

    async with contextlib.AsyncExitStack():
        found = [number async for number in numbers()]
    return [found, await asyncio.gather(*(twice(number) for number in found)), await asyncio.ensure_future(twice(7))]


def rebinding() -> list[int]:
    """Rebind globals here and in a helper's module, and see both."""
    return [_rebind(), _rebind(), TOTAL, count_up(), helpers.count(), helpers.COUNTER]


def setting() -> list[int]:
    """Set a global of a helper's module, and let the helper see it."""
    helpers.COUNTER = 10
    return [helpers.COUNTER, helpers.count(), count_up()]


def speaks() -> str:
    """Log and print."""
    log.warning("logged")
    logging.getLogger("of.another").warning("logged too")
    print("printed")
    return log.name


class Service:
    """A handler as a method."""

    def run(self) -> float:
        """The clock."""
        return clock.time()


def by_a_class() -> float:
    """A method of a class of the project: beyond the guard's reach."""
    return Clock().read()
