"""Call a student's function so that nothing it does can hurt: endless loops, exceptions, prints, changed
inputs.
"""

import contextlib
import copy
import dis
import inspect
import io
import linecache
import signal
import sys
import threading
import time
import traceback
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .same import flat, same

UNCHANGED = 1e-12  # nudged and put back, an entry may differ in the last digit


class OutOfTime(BaseException):
    """Not an Exception, so that a student's `except Exception` does not swallow it."""


@contextlib.contextmanager
def time_limit(seconds):
    """Raise `OutOfTime` in the code inside once the time is over.

    On the main thread of Linux and macOS an alarm does it, and costs nothing. Windows has no alarm, and other
    threads (a widget's, a test runner's) do not receive it: there each line that runs looks at the clock,
    which is slower and cannot interrupt a single long numpy call.
    """
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():

        def ring(number, frame):
            raise OutOfTime

        before = signal.signal(signal.SIGALRM, ring)
        again = 0.05  # and again, in case a bare `except:` catches one
        signal.setitimer(signal.ITIMER_REAL, seconds, again)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    else:
        end = time.monotonic() + seconds

        def look(frame, event, argument):
            if time.monotonic() > end:
                raise OutOfTime
            return look

        before = sys.gettrace()
        sys.settrace(look)
        try:
            yield
        finally:
            sys.settrace(before)


@dataclass
class Run:
    """One call. results: each laid flat; a single one, the exception, if one was raised."""

    arguments: dict
    results: list = field(default_factory=list)
    error: BaseException | None = None
    returned: Any = None  # the object itself, which a later call may overwrite
    copy: Any = None  # made at once
    line: str = ""  # the line of the student's code that raised
    traceback: str = ""
    printed: str = ""
    warned: str = ""
    changed: tuple = ()  # arguments that the call modified
    shared: tuple = ()  # arguments whose memory the result shares

    @property
    def ok(self):
        return self.error is None

    @property
    def overwritten(self):
        return self.ok and not same(self.returned, self.copy, UNCHANGED)


def call(task, function, arguments):
    """One call of a student's function, on copies of the arguments."""
    given, run, printed = copy.deepcopy(arguments), Run(arguments), io.StringIO()
    with (
        warnings.catch_warnings(record=True) as warned,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        warnings.simplefilter("always")
        try:
            with time_limit(task.seconds):
                run.returned = task.observe(function, given)
            run.copy = copied(run.returned)
            run.results = [flat(result) for result in task.results(run.copy, arguments)]
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            run.error, run.results = error, [flat(error)]
            run.line, run.traceback = where_raised(error, function)
    run.printed = printed.getvalue()
    run.warned = next((str(w.message) for w in warned if issubclass(w.category, RuntimeWarning)), "")
    if not task.changes_input:
        run.changed = tuple(name for name in given if not same(given[name], arguments[name], UNCHANGED))
        run.shared = tuple(name for name, x in given.items() if shares_memory(run.returned, x))
    return run


def copied(result):
    try:
        return copy.deepcopy(result)
    except Exception:  # an object of the student's own that cannot be copied
        return result


def quiet_call(task, function, arguments):
    """What a call of our own code gives, the reference or a mutant: flat results, or one flat exception."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(None):
                answer = task.observe(function, copy.deepcopy(arguments))
    except Exception as error:
        return [flat(error)]
    return [flat(result) for result in task.results(answer, arguments)]


def shares_memory(result, argument):
    if isinstance(result, dict):
        result = list(result.values())
    entries = result if isinstance(result, (tuple, list)) else [result]
    if not isinstance(argument, np.ndarray):
        return False
    return any(isinstance(x, np.ndarray) and np.shares_memory(x, argument) for x in entries)


def where_raised(error, function):
    """The last line of the student's own code on the way to the error, and the traceback from there on."""
    own = getattr(getattr(inspect.unwrap(function), "__code__", None), "co_filename", None)
    frames = traceback.extract_tb(error.__traceback__)
    places = [i for i, frame in enumerate(frames) if frame.filename == own]
    first = places[0] if places else 0
    text = "".join(traceback.format_list(frames[first:])) + "".join(traceback.format_exception_only(error))
    if not places:
        return "", text
    last = frames[places[-1]]
    code = last.line or linecache.getline(last.filename, last.lineno).strip()
    return f"line {last.lineno}" + (f": {code}" if code else ""), text


IDLE = set(
    """RESUME NOP CACHE COPY_FREE_VARS PUSH_NULL PRECALL CALL LOAD_CONST LOAD_SMALL_INT LOAD_GLOBAL
    LOAD_COMMON_CONSTANT RAISE_VARARGS POP_TOP RETURN_CONST RETURN_VALUE NOT_TAKEN""".split()
)


def is_stub(function):
    """A function whose body does nothing yet: `pass`, `...`, a docstring, `raise NotImplementedError`."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code is not None and {step.opname for step in dis.get_instructions(code)} <= IDLE
