"""What came back has another structure than what is asked for: how many results, which names, which
container.
"""

from .catalogue import message
from .results import by_name
from .same import FINE, flat, near, same, short

# Not numbers yet, by the name of the type: what such a thing is.
NOT_COMPUTED = {
    "generator": "a generator, in which nothing has been computed yet: `list(…)` around it, or `[…]` in "
    "place of `(…)`; a `yield` makes the whole function one",
    "map": "a `map`, in which nothing has been computed yet: `list(…)` around it makes the numbers",
    "filter": "a `filter`, in which nothing has been computed yet: `list(…)` around it makes the numbers",
    "zip": "a `zip`, in which nothing has been computed yet: `list(…)` around it makes the numbers",
    "coroutine": "a coroutine, the promise of a result: write `def` in place of `async def`",
    "async_generator": "an asynchronous generator: write `def` in place of `async def`",
    "function": "a function, not what it returns: call it, with its arguments in parentheses",
    "method": "a method, not what it returns: the parentheses of the call are missing",
    "builtin_function_or_method": "a method, not what it returns: the parentheses of the call are missing",
    "partial": "a function, not what it returns: call it, with its arguments in parentheses",
    "type": "a class, not an object of it and no number",
    "module": "a module, not a number",
    "set": "a set, which has no order and no repetitions: return a tuple",
    "frozenset": "a set, which has no order and no repetitions: return a tuple",
    "complex": "a complex number: the results of this course are real",
}
MOST_RESULTS = 20  # that are looked at
COUNTED = "no one two three four five six seven eight nine ten".split()


def not_computed(names, results):
    """(name, what it is) of the first result that is no number yet; (None, None) if there is none."""
    if len(results) != len(names):
        names = ["the result"] * len(results)
    for name, result in zip(names, results):
        for place, what in result.structure.items():
            words = NOT_COMPUTED.get(what.split(" ", 1)[-1])
            if words:
                return f"{name}{place}", words
    return None, None


def wrong_answer(task, answer, right):
    """(key, text) for an answer that does not unpack into the results of the task; `right` are those."""
    names, named = task.returns, by_name(answer)
    if named is not None:
        yours = ", ".join(map(str, named)) or "none"
        return "wrong_names", message("wrong_names", what=yours, factor=", ".join(names))
    results, is_itself = [answer], ""
    if isinstance(answer, (list, tuple)):
        results, is_itself = answer, "with "
        found = f"{counted(len(answer))} results" if len(answer) != 1 else "one result"
    else:
        found = container(flat(answer))
    found = found[0].upper() + found[1:]
    laid = [flat(x) for x in results[:MOST_RESULTS]]
    there = [name for name, due in zip(names, right) if any(near(x, due, task.tolerance) for x in laid)]
    due = f"{counted(len(names))}: {', '.join(names)}"
    if there:
        found += f" ({is_itself}the right {', '.join(there)})"
    text = message("wrong_number_of_results", what=found, factor=due)
    return "wrong_number_of_results", text


def has_all_numbers(task, answer, right):
    """Are all right results in an answer of another number or with other names?"""
    values = list((by_name(answer) or {}).values()) or answer
    if not isinstance(values, (list, tuple)):
        return False
    results = [flat(x) for x in values[:MOST_RESULTS]]
    return all(any(near(x, due, task.tolerance) for x in results) for due in right)


def counted(n):
    return COUNTED[n] if n < len(COUNTED) else str(n)


def same_numbers(yours, right, tolerance=None):
    """Are these the right numbers, one after the other, whatever they are packed into?"""
    if yours.numbers.size != right.numbers.size or not right.numbers.size:
        return False
    y, e = flat(yours.numbers), flat(right.numbers)
    return near(y, e, max(tolerance or FINE, yours.tolerance))


def in_other_form(yours, right, tolerance=None):
    """(key, words) if a result has the right numbers in a structure that is not asked for; (None, None) if
    not.
    """
    if yours.structure == right.structure:
        return None, None
    if yours.array is not None and right.array is not None:
        return in_other_shape(yours.array, right.array, tolerance)
    found, due = container(yours), container(right)
    if found != due and same_numbers(yours, right, tolerance):
        return "wrong_container", f"{found} where {due} is asked for"
    return None, None


def in_other_shape(yours, right, tolerance):
    shapes = f"{shape_in_words(yours)} where {shape_in_words(right)} is asked for"
    axes = "A row is not a column"
    if yours.ndim != right.ndim:
        axes = "An axis of length 1 is an axis" + (
            ", and this one is not asked for" if yours.ndim > right.ndim else ""
        )
    numbers_are_right = same(yours.ravel(), right.ravel(), tolerance)
    if numbers_are_right and squeezed(yours.shape) == squeezed(right.shape):
        return "size_one_axis", f"{shapes}. {axes}"
    if numbers_are_right:
        return "wrong_shape", shapes
    extra = len(yours) - len(right) if yours.ndim and right.ndim else 0
    if extra > 0 and yours.shape[1:] == right.shape[1:]:
        elements = "one element" if extra == 1 else f"{counted(extra)} elements"
        if same(yours[: len(right)], right, tolerance):
            return "extra_elements", f"{elements} too many at its end"
        if same(yours[extra:], right, tolerance):
            return "extra_elements", f"{elements} too many at its beginning"
    return None, None


def shape_in_words(array):
    return str(array.shape) if array.ndim else "a single number"


def squeezed(shape):
    return [n for n in shape if n != 1]


def container(result):
    """What a result is packed into, in words."""
    if result.array is not None:
        return f"an array or list of shape {result.array.shape}" if result.array.ndim else "a single number"
    words = result.structure[""]
    if words.startswith("keys "):
        return f"a dict with the {words}"
    if words.startswith("shape "):
        return f"an array of {words}"
    if words.startswith(("'", '"', "['", '["')):
        return f"text, {short(words, 40)}"
    return words
