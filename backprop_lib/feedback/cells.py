"""The cells of a notebook that stopped with an error.

A name that such a cell was to define still has its older value, or the one of the blank. `check` would judge
that one as if nothing had happened; so the room looks at each cell after it has run.
"""

import re
import sys

# At the left margin: def name, class name, name = …, name, other = …
DEFINES = re.compile(r"^(?:async +)?(?:def|class) +(\w+)|^(\w+(?: *, *\w+)*) *=(?!=)", re.MULTILINE)

failed = {}  # {name: what the error of the cell says} where the cell did not get as far as defining it
_before = {}  # what the names of the cell that runs now stood for before


def watch():
    """Ask IPython, where there is one, to tell of each cell."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    if shell is not None:
        shell.events.register("pre_run_cell", lambda cell: remember(cell.raw_cell, shell.user_ns))
        shell.events.register("post_run_cell", lambda result: look_at(result, shell.user_ns))


def names_in(text):
    found = []
    for function, variables in DEFINES.findall(text or ""):
        found += [function] if function else re.split(r" *, *", variables)
    return found


def remember(text, notebook):
    _before.clear()
    _before.update({name: notebook.get(name) for name in names_in(text)})


def look_at(result, notebook):
    error = result.error_before_exec or result.error_in_exec
    for name, value in _before.items():
        failed.pop(name, None)
        if error is not None and notebook.get(name) is value:
            failed[name] = in_words(error)


def in_words(error):
    text = f"{type(error).__name__}: {getattr(error, 'msg', None) or error}"
    line = getattr(error, "lineno", None)
    return f"{text} in line {line}" if line else text


def stale(answer, notebook=None):
    """(name, what the error says) if this answer is what a cell that failed was to replace; else None."""
    notebook = vars(sys.modules["__main__"]) if notebook is None else notebook
    parts = [answer]
    if isinstance(answer, dict):
        parts += answer.values()
    if isinstance(answer, (tuple, list)):
        parts += answer
    for name, error in failed.items():
        value = notebook.get(name)
        is_one_of_a_kind = value is not None and not isinstance(value, int)  # Python has one 3 for everybody
        if is_one_of_a_kind and any(part is value for part in parts):
            return name, error
    return None
