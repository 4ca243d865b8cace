"""An answer that is a formula, judged by the course's own check of derivations.

`check_derivation` shows the derivative itself: it is for the lessons. Here the answer stays to be found, and
what is told about a wrong one are numbers at a point, and in what the two differ.
"""

import inspect
import itertools
from fractions import Fraction
from functools import cached_property
from itertools import islice

from .catalogue import message
from .diagnosis import Diagnosis, fact
from .judging import judged, refused
from .running import OutOfTime, time_limit
from .same import digits, short

FACTORS = {"sign_flipped": -1, "factor_two": 2, "factor_half": Fraction(1, 2)}
SIGNED = {"factor_two": -2, "factor_half": Fraction(-1, 2)}  # with the sign flipped as well
VISIBLE = 1e-5  # a relative difference that one point shows
SECONDS = 2.0  # for a function
ENOUGH_POINTS, NEAR = 12, 1e-9  # for a function that gives numbers only
MOST_LETTERS = 10  # that are shown with their values


def of_formula(task, claim, student):
    # sympy takes half a second to import: only who asks for it waits
    from ..check.derivation import Derivation, Verdict

    derivation = Derivation(task.graph(), task.wrt)
    try:
        if callable(claim) and not hasattr(claim, "free_symbols"):
            names = letters_of(claim, derivation)
            with time_limit(SECONDS):
                formula = formula_of(claim, [derivation.symbols()[name] for name in names])
                if formula is None:
                    return of_its_numbers(task, derivation, claim, names)
            claim = formula
        verdict = Verdict(derivation, claim)
    except (ValueError, TypeError) as problem:
        return refused(task, sentence(str(problem)))
    except OutOfTime:
        return judged(task, fact("infinite_loop", factor=f"{SECONDS:g}"))
    if verdict.ok:
        return judged(task, passed=True)
    explanations = mistakes_behind(task, verdict)
    if explanations:
        words = " Or else: ".join(told(task, keys) for keys in explanations)
    else:
        words = f"Your formula is not ∂{derivation.output.name}/∂{task.wrt}."
    return judged(task, Diagnosis(tuple(explanations), words), verdict=Comment(task, derivation, verdict))


def sentence(words):
    """What check_derivation raises, as a sentence; the letters of a formula stay as they are."""
    if words.startswith(("a ", "the ", "there ", "this ", "your ")):
        words = words[0].upper() + words[1:]
    return words if words.endswith((".", "?")) else f"{words}."


def told(task, keys):
    """The messages of mistakes that were made together."""
    start = "Two mistakes at once explain your formula. " if len(keys) > 1 else ""
    texts = (message(key, task.say.get(key), "your formula") for key in keys)
    return start + " And also: ".join(texts)


# ------------------------------------------------------------------------------------ the mistake behind it


def mistakes_behind(task, verdict):
    """The sets of mistakes that lead to this very formula: one alone, a factor, or two at once."""
    known = [(key, formula, verdict.value_of(formula)) for key, formula in task.forms]
    alike = [(key, formula) for key, formula, value in known if looks_like(verdict, value)]
    alone = sorted({key for key, formula in alike if verdict.same_as(formula)})
    if alone:
        return [(key,) for key in alone]
    for key, factor in FACTORS.items():
        if verdict.factor == factor:
            return [(key,)]
    for key, factor in SIGNED.items():
        if verdict.factor == factor:
            return [(key, "sign_flipped")]
    found = []
    for keys, formula, value in two_at_once(task, known, verdict.value_of(task.answer)):
        if looks_like(verdict, value) and verdict.same_as(formula):
            found.append(keys)
    return found if len(found) <= 3 else []


def looks_like(verdict, value):
    """Does a formula with this value at one point deserve to be compared with the claim?"""
    yours = verdict.value_of()
    if yours is None or value is None:
        return True
    return abs(yours - value) <= VISIBLE * max(abs(yours), abs(value))


def two_at_once(task, known, right):
    """(two keys, the formula that both lead to, its value): a mistake and a factor; or two mistakes in
    different factors of a product, each of which multiplies the right formula by something.
    """
    others = [(key, formula, value) for key, formula, value in known if key not in FACTORS and value]
    for key, formula, value in others:
        for name, factor in FACTORS.items():
            keys = tuple(sorted((key, name)))
            yield keys, f"({factor})*({formula})", value * factor.numerator / factor.denominator
    if not right:
        return
    for (a, one, x), (b, other, y) in itertools.combinations(others, 2):
        if a != b:
            yield tuple(sorted((a, b))), f"({one})*({other})/({task.answer})", x * y / right


# ------------------------------------------------------------------------------------------ what is told


class Comment:
    """What a student reads about a wrong formula; it does not hold the right one in any form that is shown.

    factor, vanishes_at, point: as in the Verdict. yours, expected: both numbers at the point. missing,
    superfluous: letters.
    """

    def __init__(self, task, derivation, verdict):
        self._task, self._derivation, self._verdict = task, derivation, verdict
        self.ok = False
        self.wrt, self.vanishes_at = verdict.wrt, verdict.vanishes_at

    @cached_property
    def factor(self):
        """The constant factor; None where it would be the answer, because the formula has no letters."""
        return self._verdict.factor if self._letters_of_claim else None

    @cached_property
    def point(self):
        """{letter: number}, for the letters of the claim and those that are asked for."""
        return self._verdict.at_the_point(self._asked | self._letters_of_claim)

    @property
    def yours(self):
        return self._verdict.numbers[0]

    @property
    def expected(self):
        return self._verdict.numbers[1]

    def picture(self):
        """The graph with the numbers of the point; its gradients stay with the student to find."""
        return self._verdict.picture(gradients=False)

    @cached_property
    def _letters_of_claim(self):
        return self._derivation.letters_in(self._verdict.claim)

    @cached_property
    def _asked(self):
        return self._derivation.letters_in(self._task.answer)

    @property
    def missing(self):
        """Letters that are asked for and do not occur; nor does what they stand for."""
        leaves_in = self._derivation.leaves_in
        written_out = leaves_in(self._letters_of_claim)
        absent = self._asked - self._letters_of_claim
        return sorted(x for x in absent if leaves_in({x}) == {x} or not leaves_in({x}) <= written_out)

    @property
    def superfluous(self):
        """Letters that a right formula does without."""
        return sorted(self._letters_of_claim - self._asked - self._derivation.leaves_in(self._asked))

    def __str__(self):
        return "\n".join(self._sentences())

    __repr__ = __str__

    def _sentences(self):
        letters = [f"{letter} = {shown(digits(x))}" for letter, x in self.point.items()]
        letters[MOST_LETTERS:] = ["…"] if len(letters) > MOST_LETTERS else []
        yield f"At {', '.join(letters)}: your formula gives {self.yours}, the derivative is {self.expected}."
        if self.factor:
            yield f"Your formula is {shown(self.factor)} times the derivative, everywhere."
        elif self._verdict.factor == 0:
            yield "Your formula is 0 everywhere."
        yield from self._where_it_is_right()
        if self.missing:
            yield f"Your formula does not contain: {', '.join(self.missing)}."
        if self.superfluous:
            yield f"A right formula can do without: {', '.join(self.superfluous)}."

    def _where_it_is_right(self):
        if self._verdict.factor is not None:
            return
        places = [f"{name} = {shown(x)}" for name, x in self.vanishes_at if not name.startswith("Σ")]
        if places:
            where = " or ".join(places)
            yield f"Your formula is right where {where}: only a test elsewhere shows the difference."


def shown(factor):
    return str(factor).replace("-", "−")


# ------------------------------------------------------------------------- a function in place of a formula


def letters_of(function, derivation):
    """The letters that a function takes. ValueError if it takes anything else, or nothing."""
    known = derivation.symbols()
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        raise ValueError("this function does not say what it takes; write the formula as text") from None
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        what = f"{unknown[0]} is none of them" if unknown else "yours has no parameters"
        raise ValueError(f"a function for a formula takes letters of the task, {', '.join(known)}; {what}")
    return names


def formula_of(function, symbols):
    """What the function makes of letters; None if it only works with numbers, as np.exp does."""
    try:
        return function(*symbols)
    except Exception:
        return None


def of_its_numbers(task, derivation, function, names):
    """The Feedback for a function that gives numbers only: they are compared with the derivative's."""
    for given, due in islice(derivation.samples(names), ENOUGH_POINTS):
        try:
            yours = float(function(*given))
        except Exception as problem:
            words = f"Your function stopped with an error, {short(str(problem))}; write the formula as text."
            return refused(task, words)
        if not abs(yours - due) <= NEAR * max(abs(due), abs(yours)):
            where = ", ".join(f"{name} = {shown(digits(x))}" for name, x in zip(names, given))
            both = f"your function gives {shown(digits(yours))}, the derivative is {shown(digits(due))}"
            return refused(task, f"At {where} {both}.")
    return judged(task, passed=True)
