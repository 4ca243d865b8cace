"""Call a student's function so that nothing it does can hurt: endless loops, exceptions, prints, changed
inputs.
"""

import contextlib
import copy
import dis
import io
import linecache
import signal
import sys
import threading
import time
import traceback
import warnings
from dataclasses import dataclass, field

import numpy as np


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
        signal.setitimer(
            signal.ITIMER_REAL, seconds, 0.05
        )  # again and again, in case a bare `except:` catches one
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
    """One call: what came back, or why nothing did."""

    result: object = None
    error: BaseException | None = None
    line: str = ""  # the line of the student's code that raised
    traceback: str = ""
    printed: str = ""
    warned: str = ""
    changed: tuple = ()  # arguments that the call modified
    returned_input: tuple = ()  # arguments whose memory the result shares
    arguments: dict = field(default_factory=dict)
    raw: object = None  # the result itself, of which `result` is a copy: a later call may overwrite it

    @property
    def ok(self):
        return self.error is None

    @property
    def overwritten(self):
        return not same(self.raw, self.result)


def call(task, function, arguments, limited=True):
    """One call on copies of the arguments. The result is copied too: a function may reuse its memory at the
    next call.
    """
    given = copy.deepcopy(arguments)
    run, printed = Run(arguments=arguments), io.StringIO()
    limit = time_limit(task.seconds) if limited else contextlib.nullcontext()
    with (
        warnings.catch_warnings(record=True) as warned,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        warnings.simplefilter("always")
        try:
            with limit:
                result = task.observe(function, given)
            run.raw, run.result = result, copied(result)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            run.error = error
            run.line, run.traceback = where_raised(error, function)
    run.printed = printed.getvalue()
    run.warned = next((str(w.message) for w in warned if issubclass(w.category, RuntimeWarning)), "")
    if not task.changes_input:
        run.changed = tuple(name for name in given if not same(given[name], arguments[name]))
        run.returned_input = tuple(name for name, x in given.items() if shares(run.raw, x))
    return run


def copied(result):
    try:
        return copy.deepcopy(result)
    except Exception:  # an object of the student's own that cannot be copied
        return result


def quiet_call(task, function, arguments):
    """A call of our own code: reference or mutant. Returns the result, or the exception that it raised."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(None):
                return task.observe(function, copy.deepcopy(arguments))
    except Exception as error:
        return error


def same(a, b):
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if not isinstance(a, type(b)) or a.shape != b.shape or a.dtype != b.dtype:
            return False
        # nudged and put back, an entry may differ in the last digit
        return (
            bool((a == b).all())
            or a.dtype.kind == "f"
            and np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True)
        )
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    plain = (int, float, str, bool, type(None))
    return (
        a == b or a != a if isinstance(a, plain) else True
    )  # objects of the task's own are looked at by `observe`


def shares(result, argument):
    arrays = (
        result
        if isinstance(result, (tuple, list))
        else result.values()
        if isinstance(result, dict)
        else [result]
    )
    if not isinstance(argument, np.ndarray):
        return False
    return any(isinstance(x, np.ndarray) and np.shares_memory(x, argument) for x in arrays)


def where_raised(error, function):
    """The last line of the student's own code on the way to the error, and the traceback from there on."""
    own = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = traceback.extract_tb(error.__traceback__)
    last = next((frame for frame in reversed(frames) if frame.filename == own), None)
    first = next((i for i, frame in enumerate(frames) if frame.filename == own), 0)
    text = "".join(traceback.format_list(frames[first:])) + "".join(traceback.format_exception_only(error))
    if last is None:
        return "", text
    code = last.line or linecache.getline(last.filename, last.lineno).strip()
    return f"line {last.lineno}" + (f": {code}" if code else ""), text


IDLE = set(
    """RESUME NOP CACHE COPY_FREE_VARS PUSH_NULL PRECALL CALL LOAD_CONST LOAD_SMALL_INT LOAD_GLOBAL LOAD_COMMON_CONSTANT
    RAISE_VARARGS POP_TOP RETURN_CONST RETURN_VALUE NOT_TAKEN""".split()
)


def is_stub(function):
    """A function whose body does nothing yet: `pass`, `...`, a docstring, `raise NotImplementedError`."""
    code = getattr(function, "__code__", None)
    return code is not None and {step.opname for step in dis.get_instructions(code)} <= IDLE
