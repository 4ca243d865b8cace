"""Two calls with the same arguments gave different results: were they drawn at random?"""

import contextlib
import random

import numpy as np

from .running import call, code_of
from .same import all_near

GENERATORS = np.random.Generator, np.random.RandomState, random.Random


def is_random(task, function, arguments):
    """Do two calls differ, and agree as soon as both begin with the same random numbers? Or does the function
    draw from a generator outside of itself?
    """
    if uses_a_generator(function):
        return True
    first, second = (call(task, function, arguments).results for _ in "12")
    if all_near(first, second, task.tolerance):
        return False
    with seeded():
        first = call(task, function, arguments).results
    with seeded():
        second = call(task, function, arguments).results
    return all_near(first, second, task.tolerance)


@contextlib.contextmanager
def seeded():
    """The same random numbers each time; afterwards everything is as it was."""
    states, default_rng = (random.getstate(), np.random.get_state()), np.random.default_rng
    random.seed(0)
    np.random.seed(0)
    np.random.default_rng = lambda seed=None: default_rng(0 if seed is None else seed)
    try:
        yield
    finally:
        np.random.default_rng = default_rng
        random.setstate(states[0])
        np.random.set_state(states[1])


def uses_a_generator(function):
    """Does it name a generator of the notebook, or keep one as a default or in a closure?"""
    code = code_of(function)
    if code is None:
        return False
    notebook = getattr(function, "__globals__", {})
    kept = [notebook.get(name) for name in code.co_names]
    kept += getattr(function, "__defaults__", None) or ()
    kept += [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    return any(isinstance(x, GENERATORS) for x in kept)
