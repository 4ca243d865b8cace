"""A graded task is a row of data: a reference, inputs to try it on, points, hints, and the mistakes that
occur in it.

The reference is an ordinary function, and its text is data as well:

    a mistake   a piece of that text and what a student writes in its place, ``wrong("bias_not_summed",
                ".sum(axis=0)", "")``; two mistakes at once are both replacements, one after the other
    a stage     a variable that the reference assigns and returns; with a student's own value put in its
                place, the lines after it show what should have followed from it

So nobody writes a wrong function: each one is the right function with one line spoiled.
"""

import ast
import inspect
import math
import textwrap
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .pieces import MOST_ROUNDS, counting
from .results import unpack

ON_PAPER = "Carry four significant digits from step to step; that many are enough in the answers."
TASKS = {}  # id → task; filled when a set is imported
VISIBLE = 0  # the seed of the instances that students see


@dataclass(frozen=True, eq=False)
class Wrong:
    """One way to spoil a reference. edits: ((text, replacement), …); factor: a function of the arguments, by
    which all results are multiplied instead. say: the message for this task, where the catalogue's own is too
    general.
    """

    key: str
    edits: tuple = ()
    factor: Callable | None = None
    say: str | None = None


def wrong(key, *texts, say=None):
    """`wrong(key, old, new, old, new, …)`: in the text of the reference, each `old` becomes `new`."""
    return Wrong(key, tuple(zip(texts[::2], texts[1::2])), say=say)


def wrong_anywhere(key, *texts, say=None):
    """A mistake that can be made at each of several places: at all of them, and at each one alone."""
    edits = tuple(zip(texts[::2], texts[1::2]))
    yield Wrong(key, edits, say=say)
    for edit in edits:
        yield Wrong(key, (edit,), say=say)


def wrong_constant(key, constants, *texts, say=None):
    """A mistake with a constant in it, for each of these: `EPS` stands for it in the replacements."""
    for constant in constants.split():
        yield wrong(key, *(text.replace("EPS", constant) for text in texts), say=say)


# What it is called to be a factor too big, and what it is called to be that factor too small.
FACTOR_KEYS = {
    "N": ("missing_batch_mean", "batch_mean_twice"),
    "K": ("class_factor_included", "mean_over_classes"),
}


# What to say of them where no prediction is compared with a target,
NO_LOSS = {
    "sign_flipped": "{what}: every sign is opposite, there is a minus too many.",
    "factor_two": "{what} is exactly 2 times too big.",
}
# where the loss has logarithms,
NO_SQUARE = {"factor_two": "{what} is exactly 2 times too big: there is no square in this loss."}
# and where the gradient arrives from above: there is no mean either.
FROM_ABOVE = NO_LOSS | {
    "missing_batch_mean": "{what} is exactly {factor} times too big in every entry, and {factor} is the "
    "batch size: what arrives from above carries every mean already.",
    "batch_mean_twice": "{what} is exactly {factor} times too small in every entry, and {factor} is the "
    "batch size: what arrives from above carries every mean already.",
}


def factor_mistakes(factors, say):
    """The mistakes that multiply all results: by −1, 2, ½, by the numbers that the task knows, by one over
    them. say: {key: message} in place of the catalogue's.
    """
    known = [
        ("sign_flipped", lambda given: -1.0),
        ("factor_two", lambda given: 2.0),
        ("factor_half", lambda given: 0.5),
    ]
    for symbol, size in factors.items():
        too_big, too_small = FACTOR_KEYS[symbol]
        known.append((too_big, size))
        known.append((too_small, lambda given, size=size: 1 / size(given)))
    for key, factor in known:
        yield Wrong(key, factor=factor, say=say.get(key))


# What a student reads of a task. The rest has to be there to judge, and is not what one should meet first.
FOR_READERS = ("id", "title", "statement", "signature", "kind", "possible", "hidden", "minutes", "difficulty")


@dataclass(frozen=True, eq=False, repr=False)
class Task:
    """What is asked for, and all that the engine needs to judge it.

    kind: "function", or "numbers": the answer is what `reference` returns for the student's own numbers.
    draw(rng): yields one dict of arguments for each instance. Sizes differ from each other, so that no wrong
    axis fits; edge sizes come after ordinary ones.
    draw_hidden(rng): the same for the instances that students do not see, with sizes, labels and pairings
    that the visible ones do not have; None draws them as the visible ones.
    returns: names of the results in order; points: for each of them, visible; hidden: for all of them on
        hidden instances.
    factors: {symbol: function of the arguments} that a result may wrongly be multiplied or divided by.
    observe(function, arguments): how the function is called and what is looked at; by default its result.
    canonical(results, arguments): brings results that are equally right (ties, layouts) to one form before
    they are compared.
    changes_input: the function is meant to change its arguments. quiet: a numpy warning is a fault. once: it
    takes long, and is not called a second time to see whether it keeps a state.
    patient: in the bug clinic, the mistake that the function to be repaired is given with.
    """

    id: str
    title: str
    reference: Callable
    draw: Callable
    returns: tuple
    points: tuple
    hidden: int = 0
    hints: tuple = ()
    mistakes: tuple = ()
    factors: dict = field(default_factory=dict)
    kind: str = "function"
    observe: Callable = lambda function, arguments: function(*arguments.values())
    canonical: Callable = lambda results, arguments: results
    tolerance: float | None = None
    seconds: float = 2.0
    changes_input: bool = False
    quiet: bool = False
    minutes: int = 10
    difficulty: int = 1
    once: bool = False
    patient: str | None = None
    draw_hidden: Callable | None = None

    @property
    def possible(self):
        return sum(self.points)

    @property
    def name(self):
        return self.reference.__name__

    @property
    def signature(self):
        return f"{self.name}{inspect.signature(self.reference)}"

    @property
    def statement(self):
        """What is asked: the docstring of the reference."""
        asked = inspect.cleandoc(self.reference.__doc__ or "")
        return f"{asked}\n\n{ON_PAPER}" if self.kind == "numbers" else asked

    @cached_property
    def parameters(self):
        """Names of the arguments. An instance may hold more than these, for `observe` alone."""
        return tuple(inspect.signature(self.reference).parameters)

    def __repr__(self):
        return card(self)

    def __dir__(self):
        return FOR_READERS

    def instances(self, seed=0):
        """The same inputs for everybody; `seed` is 0 for those that students see."""
        rng = np.random.default_rng([zlib.crc32(self.id.encode()), seed])
        if seed != VISIBLE and self.draw_hidden:
            return list(self.draw_hidden(rng))
        return list(self.draw(rng))

    def results(self, answer, arguments):
        """The results in order, in the form in which they are compared. What has not the structure of an
        answer stays one thing, and matches no answer.
        """
        return self.in_one_form(unpack(answer, self.returns), arguments)

    def in_one_form(self, values, arguments):
        if len(values) != len(self.returns):
            return values
        try:
            return list(self.canonical(values, arguments))
        except Exception:  # not even of the kind that could be brought into that form
            return values

    # ------------------------------------------------------------------------------ the reference as text

    @cached_property
    def source(self):
        """The function without decorator and docstring."""
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.reference))).body[0]
        tree.decorator_list = []
        if ast.get_docstring(tree) is not None:
            del tree.body[0]
        return ast.unparse(tree)

    @cached_property
    def mutants(self):
        """The mistakes of this task, and the factors that a gradient can have."""
        own = {mistake.key for mistake in self.mistakes}
        return (*self.mistakes, *(m for m in self.known_factors if m.key not in own))

    @cached_property
    def known_factors(self):
        """What all results may be multiplied by."""
        is_gradient = any(name.lower().lstrip("∂").startswith("d") for name in self.returns)
        if not self.factors and not (self.kind == "function" and is_gradient):
            return ()
        return tuple(factor_mistakes(self.factors, self.factors_in_words))

    @property
    def factors_in_words(self):
        """{key: message} for the factors, where the catalogue speaks of a square that this task has not."""
        if {"upstream", "delta"} & set(self.parameters):
            return FROM_ABOVE
        if "log" in self.statement:
            return NO_SQUARE
        return {} if "½(" in self.statement or "½‖" in self.statement else NO_LOSS

    def spoiled(self, *mistakes):
        """The reference with these mistakes in it, as text; None if one no longer fits after another."""
        text = self.source
        for mistake in mistakes:
            for old, new in mistake.edits:
                if old not in text:
                    return None
                text = text.replace(old, new)
        return text

    def mutant(self, *mistakes, pieces=None):
        """The reference with these mistakes in it, as a function; None if they do not go together. pieces:
        where the code of its statements is kept, for whoever wants many of them.
        """
        text = self.spoiled(*mistakes)
        function = text and (pieces and pieces.function(text) or self.compiled(text))
        factors = [mistake.factor for mistake in mistakes if mistake.factor]
        if not function or not factors:
            return function

        def scaled(*values):
            given = dict(zip(self.parameters, values))
            k = math.prod(factor(given) for factor in factors)
            return times(float(k), function(*values))

        return scaled

    def compiled(self, text, **known):
        try:
            head, body = counting(text).split("\n", 1)
            text = f"{head}\n    rounds_ = iter(range({MOST_ROUNDS}))\n{body}"
            code = compile(text, f"<{self.id} spoiled>", "exec")
        except SyntaxError:  # two edits that meet in one expression
            return None
        namespace = self.reference.__globals__ | known
        exec(code, namespace)
        return namespace[self.name]

    @cached_property
    def staged(self):
        """The reference with one argument more: {stage: value to go on with in place of its own}. Names of
        stages are the variables that it returns; on paper, all that it assigns.
        """
        tree = ast.parse(self.source)
        function = tree.body[0]
        body = []
        for statement in function.body:
            body.append(statement)
            for node in ast.walk(statement):
                is_assigned = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                if is_assigned and (node.id in self.returns or self.kind == "numbers"):
                    body += ast.parse(f"{node.id} = given_.get({node.id!r}, {node.id})").body
        function.body = body
        function.args.kwonlyargs.append(ast.arg("given_"))
        function.args.kw_defaults.append(None)
        return self.compiled(ast.unparse(ast.fix_missing_locations(tree)))


def times(k, result):
    if isinstance(result, dict):
        return {key: times(k, value) for key, value in result.items()}
    if isinstance(result, (tuple, list)):
        return type(result)(times(k, value) for value in result)
    return k * result


def task(id, title, *, draw, returns, points, mistakes=(), hints=(), **rest):
    """Decorator: the function is the reference of the task. `returns` and `points` are words in one text."""
    names, numbers = tuple(returns.split()), tuple(map(int, points.split()))
    if len(names) != len(numbers):
        raise ValueError(f"task {id}: {len(numbers)} points for {len(names)} results")

    def register(function):
        TASKS[id] = Task(
            id, title, function, draw, names, numbers, mistakes=tuple(mistakes), hints=tuple(hints), **rest
        )
        return function

    return register


@dataclass(frozen=True, eq=False, repr=False)
class Formula:
    """A task whose answer is a formula, judged by `check_derivation`: ∂output/∂wrt of `graph()`.

    mistakes: {key of the catalogue: the formula that this mistake leads to, or several, parted by " | "}.
    say: {key: message} where the catalogue's own does not fit. answer: one right formula.
    """

    id: str
    title: str
    statement: str
    graph: Callable
    wrt: str
    answer: str
    possible: int
    mistakes: dict
    hints: tuple = ()
    say: dict = field(default_factory=dict)
    minutes: int = 10
    difficulty: int = 1
    hidden = 0
    kind = "formula"
    signature = "a formula, as text"

    def __repr__(self):
        return card(self)

    def __dir__(self):
        return FOR_READERS

    @property
    def forms(self):
        """(key, formula) of all mistakes."""
        return [(key, text) for key, texts in self.mistakes.items() for text in texts.split(" | ")]


def formula(id, title, statement, *, graph, wrt, answer, points, mistakes, hints, **rest):
    TASKS[id] = Formula(id, title, statement, graph, wrt, answer, points, mistakes, tuple(hints), **rest)


# What holds for every function, unless its task says otherwise.
RULES = (
    "Do not change the arguments. A list or a tuple of numbers counts as an array, and several results may "
    "come in order or as a dict by name. Shapes count: (n,) is not (n, 1), and one number is not an array "
    "with one entry."
)


def card(task):
    """What a student reads before starting."""
    hidden = f" and {task.hidden} for hidden tests" if task.hidden else ""
    worth = f"{task.possible} points{hidden}, about {task.minutes} minutes"
    rules = f"\n\n{RULES}" if task.kind == "function" and not task.changes_input else ""
    return f"{task.id} {task.title} ({worth})\n{task.signature}\n\n{task.statement}{rules}"
