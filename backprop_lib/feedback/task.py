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
import textwrap
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

TASKS = {}  # id → task; filled when a set is imported


@dataclass(frozen=True)
class Wrong:
    """One way to spoil a reference. edits: ((text, replacement), …); factor: an expression in the arguments,
    by which all results are multiplied instead. say: the message for this task, where the catalogue's own is
    too general.
    """

    key: str
    edits: tuple = ()
    factor: str | None = None
    say: str | None = None


def wrong(key, *texts, say=None):
    """`wrong(key, old, new, old, new, …)`: in the text of the reference, each `old` becomes `new`."""
    return Wrong(key, tuple(zip(texts[::2], texts[1::2])), say=say)


def card(task):
    """What a student reads before starting."""
    worth = f"{task.possible} points" + (f" and {task.hidden} for hidden tests" if task.hidden else "")
    return f"{task.id} {task.title} ({worth}, about {task.minutes} minutes)\n{task.signature}\n\n{task.statement}"


@dataclass(frozen=True, eq=False, repr=False)
class Task:
    """What a student is asked for, and all that the engine needs to judge it.

    kind: "function", or "numbers": the answer is what `reference` returns for the student's own numbers.
    draw(rng): yields one dict of arguments for each instance. Sizes differ from each other, so that no wrong
    axis fits.
    returns: names of the results in order; points: for each of them, visible; hidden: for all of them on
        hidden instances.
    factors: {symbol: expression in the arguments} that a result may wrongly be multiplied or divided by.
    observe(function, arguments): how the function is called and what is looked at; by default its result.
    canonical(results, arguments): brings results that are equally right (ties, layouts) to one form before
    they are compared.
    changes_input: the function is meant to change its arguments. quiet: a numpy warning is a fault.
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
    once: bool = (
        False  # long: called once for each instance, and not a second time to see whether it keeps a state
    )
    patient: str | None = None  # bug clinic: the mistake that the function to be repaired is given with

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
        return inspect.cleandoc(self.reference.__doc__ or "")

    @cached_property
    def parameters(self):
        """Names of the arguments. An instance may hold more than these, for `observe` alone."""
        return tuple(inspect.signature(self.reference).parameters)

    def __repr__(self):
        return card(self)

    def instances(self, seed=0):
        """The same inputs for everybody; `seed` is 0 for those that students see."""
        return list(self.draw(np.random.default_rng([zlib.crc32(self.id.encode()), seed])))

    # ------------------------------------------------------------------------------ the reference as text

    @cached_property
    def source(self):
        """The function without decorator and docstring."""
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.reference))).body[0]
        tree.decorator_list, tree.body = [], tree.body[ast.get_docstring(tree) is not None :]
        return ast.unparse(tree)

    @cached_property
    def mutants(self):
        """The mistakes of this task, and those that every result can have: a factor, a sign."""
        general = [("sign_flipped", "-1"), ("factor_two", "2"), ("factor_half", "1/2")]
        for symbol, expression in self.factors.items():
            times, over = FACTOR_KEYS[symbol]
            general += [(times, expression), (over, f"1/({expression})")]
        own = {mistake.key for mistake in self.mistakes}
        scaled = [Wrong(key, factor=factor) for key, factor in general if key and key not in own]
        return (*self.mistakes, *(scaled if self.factors or self.scalable else ()))

    @property
    def scalable(self):
        return self.kind == "function" and any(
            name.lower().lstrip("∂").startswith("d") for name in self.returns
        )

    def spoiled(self, *mistakes):
        """The reference with these mistakes in it, as text; None if one of them no longer fits after another."""
        text = self.source
        for mistake in mistakes:
            for old, new in mistake.edits:
                if old not in text:
                    return None
                text = text.replace(old, new)
        return text

    def mutant(self, *mistakes):
        """The reference with these mistakes in it, as a function; None if they do not go together."""
        text = self.spoiled(*mistakes)
        return text and scaled(self.compiled(text), [m.factor for m in mistakes if m.factor])

    def compiled(self, text):
        try:
            code = compile(text, f"<{self.id} spoiled>", "exec")
        except SyntaxError:  # two edits that meet in one expression
            return None
        namespace = dict(self.reference.__globals__)
        exec(code, namespace)
        return namespace[self.name]

    @cached_property
    def staged(self):
        """The reference with one argument more: {stage: value to go on with in place of its own}. Names of
        stages are the variables that it returns.
        """
        tree = ast.parse(self.source)
        function, last = tree.body[0], {}
        for position, statement in enumerate(function.body):
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in self.returns:
                    last.setdefault(position, []).append(node.id)
        for position in reversed(sorted(last)):
            for name in last[position]:
                function.body.insert(
                    position + 1, ast.parse(f"{name} = given_.get({name!r}, {name})").body[0]
                )
        function.args.kwonlyargs.append(ast.arg("given_"))
        function.args.kw_defaults.append(None)
        return self.compiled(ast.unparse(ast.fix_missing_locations(tree)))


# What it means to be a factor too big, and what it means to be that factor too small.
FACTOR_KEYS = {
    "N": ("missing_batch_mean", "batch_mean_twice"),
    "K": ("class_factor_included", "mean_over_classes"),
    "lr": ("learning_rate_included", None),
    "λ": ("lambda_included", "lambda_missing"),
}


def scaled(function, factors):
    if not factors or function is None:
        return function

    def scaled_function(*args, **kwargs):
        arguments = dict(zip(inspect.signature(function).parameters, args)) | kwargs
        k = float(np.prod([eval(factor, {"__builtins__": {"len": len}}, arguments) for factor in factors]))
        return times(k, function(*args, **kwargs))

    return scaled_function


def times(k, result):
    if isinstance(result, dict):
        return {key: times(k, value) for key, value in result.items()}
    if isinstance(result, (tuple, list)):
        return type(result)(times(k, value) for value in result)
    return k * result


def task(id, title, *, draw, returns, points, mistakes=(), hints=(), **rest):
    """Decorator: the function is the reference of the task. `returns` and `points` are words in one text."""

    def register(function):
        row = Task(
            id, title, function, draw, tuple(returns.split()), tuple(int(p) for p in str(points).split()),
            mistakes=tuple(mistakes), hints=tuple(hints), **rest,
        )  # fmt: skip
        if len(row.points) != len(row.returns):
            raise ValueError(f"task {id}: {len(row.points)} points for {len(row.returns)} results")
        TASKS[id] = row
        return function

    return register


@dataclass(frozen=True, eq=False, repr=False)
class Formula:
    """A task whose answer is a formula, judged by `check_derivation`: ∂output/∂wrt of `graph()`.

    mistakes: {key of the catalogue: the formula that this mistake leads to}. answer: one right formula.
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
    minutes: int = 10
    difficulty: int = 1
    hidden = 0
    kind = "formula"
    signature = "a formula, as text"

    def __repr__(self):
        return card(self)


def formula(id, title, statement, *, graph, wrt, answer, points, mistakes, hints, **rest):
    TASKS[id] = Formula(id, title, statement, graph, wrt, answer, points, mistakes, tuple(hints), **rest)
