"""Call a student's function so that nothing it does can hurt: endless loops, exceptions, prints, changed
inputs.

What cannot be stopped within one process: a single call into C that takes hours, such as
`sum(range(10**14))`, a crash of the interpreter, a function that switches the alarm off. There the kernel has
to be restarted.
"""

import builtins
import contextlib
import copy
import ctypes
import dis
import functools
import inspect
import io
import linecache
import signal
import sys
import threading
import time
import traceback
import types
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .results import unpack
from .same import flat, is_unchanged, near, said_by, same, short

UNCHANGED = 1e-12  # nudged and put back, an entry may differ in the last digit
MOST_PRINTED = 2000  # characters that are kept
OURS = (__file__, contextlib.__file__, threading.__file__)


class OutOfTime(BaseException):
    """Not an Exception, so that a student's `except Exception` does not swallow it."""


def time_limit(seconds):
    """A context that raises `OutOfTime` in the code inside once the time is over, again and again: a loop may
    catch everything that is raised within it.

    A busy machine is not the student's fault: the time is over when half of it was spent computing, or when
    three times as long has passed. On the main thread of Linux and macOS an alarm looks, and costs nothing.
    Windows has no alarm, and other threads (a widget's, a test runner's) do not receive it: there a second
    thread does it.
    """
    on_main_thread = threading.current_thread() is threading.main_thread()
    return alarm(seconds) if on_main_thread and hasattr(signal, "setitimer") else watched(seconds)


def clock(seconds):
    """A function that says whether that time is over."""
    computed, began = time.process_time(), time.monotonic()

    def is_over():
        return time.process_time() - computed >= seconds / 2 or time.monotonic() - began >= 3 * seconds

    return is_over


@contextlib.contextmanager
def alarm(seconds):
    rung, is_over = [], clock(seconds)

    def ring(number, frame):
        if is_ours(frame) or not is_over():
            return
        rung.append(frame)
        if len(rung) == 10:  # all were caught: now so quickly that one comes outside of every `try`
            signal.setitimer(signal.ITIMER_REAL, 2e-5, 2e-5)
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for _ in range(1000 * (len(rung) >= 10)):
            pass  # the last one may still be on its way, and must find `ring`
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def watched(seconds):
    over, thrown, thread = threading.Event(), [], threading.get_ident()
    is_over = clock(seconds)

    def watch():
        wait = seconds
        while not over.wait(wait):
            if is_over() and not is_ours(sys._current_frames().get(thread)):
                throw_into(thread)
                thrown.append(thread)
            wait = 0.01 if thrown else 0.05

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        if thrown:
            catch_the_last(thread)


def is_ours(frame):
    """Is this no longer the student's code? Then nothing needs to be stopped."""
    return frame is None or frame.f_code.co_filename in OURS


def throw_into(thread):
    """Let a thread raise OutOfTime at its next step."""
    error = ctypes.py_object(OutOfTime)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)


def catch_the_last(thread):
    """One may still be on its way, and a new one takes its place. (To take it back without a new one leaves
    Python 3.11 with a flag that makes a profiler hang.)
    """
    try:
        throw_into(thread)
        while True:
            pass
    except OutOfTime:
        pass


# ------------------------------------------------------------------------- what a call may not leave behind

BUILTINS = """abs all any callable dict enumerate float getattr hasattr id int isinstance iter len list map
max min next range repr reversed round set sorted str sum tuple type vars zip""".split()
ORIGINALS = {
    builtins: {name: getattr(builtins, name) for name in BUILTINS},
    np: {name: x for name, x in vars(np).items() if callable(x) and name[0] != "_"},
}


def put_back():
    """Undo what a student has put in the place of Python's and numpy's own functions, which the judge uses;
    return their names.
    """
    replaced = []
    for module, functions in ORIGINALS.items():
        now = vars(module)
        for name, function in functions.items():
            if now.get(name) is not function:
                setattr(module, name, function)
                replaced.append(f"{module.__name__}.{name}")
    return tuple(replaced)


@contextlib.contextmanager
def as_before():
    """The settings that a function may change for everybody, as they were."""
    limit, tracing, profiling = sys.getrecursionlimit(), sys.gettrace(), sys.getprofile()
    try:
        with np.errstate():
            yield
    finally:
        sys.setrecursionlimit(limit)
        if sys.gettrace() is not tracing:
            SETTRACE(tracing)
        if sys.getprofile() is not profiling:
            SETPROFILE(profiling)


SETTRACE, SETPROFILE = sys.settrace, sys.setprofile


class Beginning(io.StringIO):
    """Keeps the beginning of what is written: a loop may print without end."""

    def write(self, text):
        if self.tell() < MOST_PRINTED:
            super().write(text[:MOST_PRINTED])
        return len(text)


# ------------------------------------------------------------------------------ one call


@dataclass
class Run:
    """One call. results: each laid flat; a single one, the exception, if one was raised."""

    arguments: dict
    results: list = field(default_factory=list)
    error: BaseException | None = None
    returned: Any = None
    values: list = field(default_factory=list)  # the results themselves, which a later call may overwrite
    at_once: list = field(default_factory=list)  # what they were at once, laid flat
    said: str = ""  # what the exception says
    line: str = ""  # the line of the student's code that raised
    traceback: str = ""
    printed: str = ""
    warned: str = ""
    changed: tuple = ()  # arguments that the call modified
    shared: tuple = ()  # arguments whose memory the result shares
    replaced: tuple = ()  # functions of Python and numpy that the call replaced

    @property
    def ok(self):
        return self.error is None

    @property
    def stopped(self):
        """By the clock or by the student: there is no point in going on."""
        return isinstance(self.error, (OutOfTime, KeyboardInterrupt))

    @property
    def overwritten(self):
        return self.ok and not all(map(is_still, self.values, self.at_once))


def is_still(value, before):
    """Is a result what it was when it was laid flat?"""
    return is_unchanged(value, before.array) or near(flat(value), before, UNCHANGED)


def is_given(now, before):
    """Is an argument what it was?"""
    return is_unchanged(now, before) or same(now, before, UNCHANGED)


def copied(arguments):
    """A deep copy; for arrays of numbers alone, which most arguments are, it need not be looked for more."""
    memo, copies = {}, {}
    for name, value in arguments.items():
        if type(value) is np.ndarray and value.dtype.kind in "fiub" and id(value) not in memo:
            memo[id(value)] = value.copy(order="K")
        copies[name] = copy.deepcopy(value, memo)
    return copies


def call(task, function, arguments):
    """One call of a student's function, on copies of the arguments."""
    given, run, printed = copied(arguments), Run(arguments), Beginning()
    with (
        as_before(),
        warnings.catch_warnings(record=True) as warned,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        warnings.simplefilter("default")
        try:
            with time_limit(task.seconds):
                run.returned = task.observe(function, given)
                run.values = unpack(run.returned, task.returns)
                run.at_once = [flat(value) for value in run.values]
                run.results = in_one_form(task, run, arguments)
        except BaseException as error:
            run.error = error
            look_at(error, run, function)
    for value in run.values:
        if inspect.iscoroutine(value):
            value.close()  # or Python complains that nobody has waited for it
    run.replaced = put_back()
    run.printed = printed.getvalue()
    run.warned = next((said_by(w.message) for w in warned if issubclass(w.category, RuntimeWarning)), "")
    if not task.changes_input:
        run.changed = tuple(name for name in given if not is_given(given[name], arguments[name]))
        run.shared = tuple(name for name, x in given.items() if shares_memory(run.values, x))
    return run


def in_one_form(task, run, arguments):
    """The results in the form in which they are compared, flat; those that have it already are."""
    known = {id(value): at_once for value, at_once in zip(run.values, run.at_once)}
    return [known.get(id(x)) or flat(x) for x in task.in_one_form(run.values, arguments)]


def look_at(error, run, function):
    """Note what an exception says, and where it came from; its text may be code of the student's as well."""
    run.said, run.results = f"{type(error).__name__} (its own text cannot be read)", [flat(RuntimeError())]
    with contextlib.suppress(BaseException), time_limit(1):
        run.results = [flat(error)]
        run.said = short(f"{type(error).__name__}: {said_by(error)}", 300)
        run.line, run.traceback = where_raised(error, function)


def quiet_call(task, function, arguments):
    """What a call of our own code gives, the reference or a mutant: flat results, or one flat exception."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(None):
                answer = task.observe(function, copied(arguments))
    except Exception as error:
        return [flat(error)]
    return [flat(result) for result in task.results(answer, arguments)]


def shares_memory(values, argument):
    if type(argument) is not np.ndarray:
        return False
    arrays = [np.asarray(x) for x in values if isinstance(x, np.ndarray)]
    return any(np.shares_memory(x, argument) for x in arrays)


def code_of(function):
    """The code that a function, a method, a partial or an object with `__call__` runs, or None."""
    try:
        function = inspect.unwrap(function)
        while isinstance(function, functools.partial):
            function = function.func
        code = getattr(function, "__code__", None) or getattr(type(function).__call__, "__code__", None)
    except Exception:  # an object of the student's own, of which an attribute raises
        return None
    return code if isinstance(code, types.CodeType) else None


def where_raised(error, function):
    """The last line of the student's own code on the way to the error, and the traceback from there on."""
    code = code_of(function)
    frames = traceback.extract_tb(error.__traceback__)
    places = [i for i, frame in enumerate(frames) if code and frame.filename == code.co_filename]
    first = places[0] if places else 0
    text = "".join(traceback.format_list(frames[first:])) + "".join(traceback.format_exception_only(error))
    if not places:
        return "", text
    last = frames[places[-1]]
    line = last.line or linecache.getline(last.filename, last.lineno).strip()
    return f"line {last.lineno}" + (f": {line}" if line else ""), text


IDLE = set(
    """RESUME NOP CACHE COPY_FREE_VARS PUSH_NULL PRECALL CALL LOAD_CONST LOAD_SMALL_INT LOAD_GLOBAL
    LOAD_COMMON_CONSTANT RAISE_VARARGS POP_TOP RETURN_CONST RETURN_VALUE NOT_TAKEN""".split()
)


def is_stub(function):
    """A function whose body does nothing yet: `pass`, `...`, a docstring, `raise NotImplementedError`."""
    code = code_of(function)
    return code is not None and {step.opname for step in dis.get_instructions(code)} <= IDLE
