"""From wrong numbers to the mistake behind them.

A mistake is named only if the reference with that mistake in it gives the student's numbers on every
instance, and no other known mistake does. Facts that need no catalogue come next: a constant factor, a
transpose, results in the wrong order. Then all pairs of mistakes. If nothing fits, nothing is guessed: the
first wrong stage is shown, and which later stages follow correctly from it.

How far the search goes is counted, never timed: the same answer gets the same diagnosis on every computer.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from .catalogue import message
from .pieces import Pieces
from .running import quiet_call
from .same import all_near, near, same
from .structure import in_other_form, not_computed, wrong_answer

MOST_PAIRS = 500  # one takes a third of a millisecond
ENOUGH = 3  # different numbers, before a factor or a cut is a fact about them


@dataclass(frozen=True)
class Diagnosis:
    """explanations: the sets of mistakes that give these numbers, each a tuple of keys; () if none is known.
    text: what to tell the student."""

    explanations: tuple = ()
    text: str = ""

    @property
    def key(self):
        """The mistake, if one explanation stands alone; of two mistakes at once, the first."""
        return self.explanations[0][0] if len(self.explanations) == 1 else None


NOTHING = Diagnosis()


def fact(key, **words):
    return Diagnosis(((key,),), message(key, **words))


class Expected:
    """What the reference gives on some instances, and what it gives with mistakes in it: worked out when
    asked for, and kept. `found` is what a student's function gives: for each instance a list of flat results.
    """

    def __init__(self, task, instances):
        self.task, self.instances = task, instances
        self.right = [quiet_call(task, task.reference, arguments) for arguments in instances]
        self.pieces = Pieces(task)
        self.mutants, self.spoiled, self.order_matters = {}, {}, {}

    def spoiled_by(self, mistakes, i):
        """What these mistakes give on instance i; None if they do not go together."""
        if mistakes not in self.mutants:
            self.mutants[mistakes] = self.task.mutant(*mistakes, pieces=self.pieces)
        mutant = self.mutants[mistakes]
        if mutant is None:
            return None
        if (mistakes, i) not in self.spoiled:
            results = quiet_call(self.task, mutant, self.instances[i])
            if isinstance(results[0].value, NameError):  # it reads otherwise where the statements are apart
                results = quiet_call(self.task, self.task.mutant(*mistakes), self.instances[i])
            self.spoiled[mistakes, i] = results
        return self.spoiled[mistakes, i]

    def match(self, mistakes, found):
        """Do these mistakes give what was found, on every instance?"""
        for i, yours in enumerate(found):
            theirs = self.spoiled_by(mistakes, i)
            if theirs is None or not all_near(yours, theirs, self.task.tolerance):
                return False
        return True

    def in_some_order(self, pair, found):
        """The pair in the order in which it gives what was found, or None. Of two mistakes in the same line,
        the first to be made decides what the other one meets.
        """
        if self.match(pair, found):
            return pair
        reverse = pair[::-1]
        if pair not in self.order_matters:
            self.order_matters[pair] = self.task.spoiled(*reverse) != self.task.spoiled(*pair)
        return reverse if self.order_matters[pair] and self.match(reverse, found) else None

    def singles(self, found):
        return [(mistake,) for mistake in self.task.mutants if self.match((mistake,), found)]

    def pairs(self, found):
        """The pairs of mistakes that give what was found; none if there are too many to try all."""
        candidates = self.candidates(found[0])
        if len(candidates) > MOST_PAIRS:
            return []
        pairs = [self.in_some_order(pair, found) for pair in candidates]
        return [pair for pair in pairs if pair]

    def candidates(self, yours):
        """The pairs that can give the results `yours` of the first instance. A result that only one of the
        two changes must be as that one alone makes it, and a result that neither changes must be right.
        """
        alone = []
        for mistake in self.task.mutants:
            theirs = self.spoiled_by((mistake,), 0)
            if theirs is not None and len(theirs) == len(yours):
                changed = ~self.nears(theirs, self.right[0])
                alone.append((mistake, changed, self.nears(yours, theirs)))
        pairs = []
        for (a, a_changed, like_a), (b, b_changed, like_b) in itertools.combinations(alone, 2):
            explained = np.where(a_changed, like_a, like_b) | a_changed & b_changed
            if a.key != b.key and explained.all():
                pairs.append((a, b))
        return pairs

    def nears(self, yours, theirs):
        """Result by result: are they the same?"""
        return np.array([near(y, t, self.task.tolerance) for y, t in zip(yours, theirs)])

    def wrong(self, found):
        """Names of the results that are wrong on any instance."""
        return self.names_that_differ(found, self.right)

    def wrong_because_of(self, mistake, mistakes):
        """Names of the results that are different as soon as this one of the mistakes is mended."""
        others = tuple(other for other in mistakes if other is not mistake)
        instances = range(len(self.instances))
        with_it = [self.spoiled_by(mistakes, i) for i in instances]
        without = [self.spoiled_by(others, i) for i in instances] if others else self.right
        return [] if None in without else self.names_that_differ(with_it, without)

    def names_that_differ(self, found, others):
        alike = np.ones(len(self.task.returns), bool)
        for yours, theirs in zip(found, others):
            if not len(yours) == len(theirs) == len(alike):
                return []
            alike &= self.nears(yours, theirs)
        return [name for name, is_alike in zip(self.task.returns, alike) if not is_alike]


def diagnose(expected, found):
    """The diagnosis for what was found."""
    alone = expected.singles(found)
    if alone:
        return named(alone, expected)
    if any(isinstance(results[0].value, BaseException) for results in found):
        return NOTHING
    if expected.task.kind == "function":
        nothing_yet = uncomputed(expected, found)
        if nothing_yet.text:
            return nothing_yet
        if any(len(results) != len(expected.task.returns) for results in found):
            two = named(expected.pairs(found), expected)
            return two if two.text else other_answer(expected, found)
    wrong = expected.wrong(found)
    general = plain_fact(expected, found, wrong, in_words(wrong) or "the result")
    says_it_all = general.key in (None, "all_zero") or len(wrong) == len(expected.task.returns)
    if general.text and says_it_all:
        return general
    two = named(expected.pairs(found), expected)
    if not general.text:
        return two if two.text else other_factor(expected, found, wrong)
    if not two.explanations or any(general.key in keys for keys in two.explanations):
        return general
    both = (*general.explanations, *two.explanations)
    return Diagnosis(both, f"{general.text} (Or else: {two.text})")


def uncomputed(expected, found):
    """A generator, a function, a class: what came back is no number yet."""
    for results in found:
        name, words = not_computed(expected.task.returns, results)
        if name:
            return fact("not_computed", what=name, factor=words)
    return NOTHING


def other_answer(expected, found):
    """Not as many results as are asked for, or other names."""
    for results, right in zip(found, expected.right):
        if len(results) != len(right):
            key, text = wrong_answer(expected.task, results[0].value, right)
            return Diagnosis(((key,),), text)
    return NOTHING


def in_words(names):
    """dX, dW and db."""
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


def named(found, expected):
    """A diagnosis with these sets of mistakes, if they are few."""
    texts = {}
    for mistakes in found:
        keys = tuple(mistake.key for mistake in sorted(mistakes, key=expected.task.mutants.index))
        text = " And also: ".join(told(mistake, expected, mistakes) for mistake in mistakes)
        texts.setdefault(keys, text)
    if not 1 <= len(texts) <= 3:
        return NOTHING
    if len(texts) > 1:
        start = "Your numbers fit several mistakes, which look the same from outside: "
        listed = " ".join(f"({letter}) {text}" for letter, text in zip("abc", texts.values()))
        return Diagnosis(tuple(texts), start + listed)
    ((keys, text),) = texts.items()
    start = "Two mistakes at once explain all of your numbers. " if len(keys) > 1 else ""
    return Diagnosis((keys,), start + text)


def told(mistake, expected, mistakes):
    """The message of one of these mistakes, about the results that are wrong because of it."""
    wrong = expected.wrong_because_of(mistake, mistakes) or expected.wrong_because_of(mistake, (mistake,))
    return message(mistake.key, mistake.say, in_words(wrong), factor_in_words(mistake, expected))


def factor_in_words(mistake, expected):
    """The factor of a mistake on the first instance, or one over it."""
    if not mistake.factor:
        return ""
    k = abs(mistake.factor(expected.instances[0]))
    return f"{max(k, 1 / k):.4g}"


# ------------------------------------------------------------------------------- facts about the numbers


def plain_fact(expected, found, wrong, what):
    """What the numbers themselves say, whatever the task is: an order, zeros, a shape, a factor."""
    if len(wrong) > 1 and in_wrong_order(expected, found):
        return fact("outputs_in_wrong_order")
    columns = [expected.task.returns.index(name) for name in wrong]
    if expected.task.kind == "function":
        form = other_form(expected, found, columns)
        if form.text:
            return form
    results = [(results[c], right[c]) for results, right in zip(found, expected.right) for c in columns]
    if not results or any(y.structure != e.structure for y, e in results):
        return NOTHING
    if expected.task.kind == "function" and are_cut_off(results):
        return fact("integer_truncation", what=what)
    if all_zero(found):
        return fact("all_zero")
    if expected.task.kind != "function":
        return NOTHING
    if not any(y.numbers.any() for y, _ in results):
        return fact("left_at_zero", what=what)
    return factor_fact(expected, found, columns, what)


def are_cut_off(results):
    """Are these the right numbers without their decimals? Enough of them, so that it is no accident; if
    nothing but zeros is left of them, they have to be in arrays of integers.
    """
    cut = set()
    for yours, right in results:
        if yours.array is None or (yours.array != np.trunc(right.array)).any():
            return False
        cut.update(right.numbers[yours.numbers != right.numbers].tolist())
    if len(cut) < ENOUGH:
        return False
    return any(y.numbers.any() for y, _ in results) or all(is_of_integers(y.value) for y, _ in results)


def is_of_integers(value):
    return isinstance(value, np.ndarray) and value.dtype.kind in "iu"


def other_form(expected, found, columns):
    """All wrong results have the right numbers, in another shape or container than is asked for."""
    told_of = {}  # {(key, what it is): [names]}
    tolerance = expected.task.tolerance
    for c in columns:
        name = expected.task.returns[c]
        for results, right in zip(found, expected.right):
            if near(results[c], right[c], tolerance):
                continue
            key, words = form_of(name, results[c], right[c], tolerance)
            if key is None:
                return NOTHING
            if not any(name in names for names in told_of.values()):
                told_of.setdefault((key, words), []).append(name)
    if not told_of:
        return NOTHING
    texts = [message(key, what=in_words(names), factor=words) for (key, words), names in told_of.items()]
    keys = dict.fromkeys(key for key, _ in told_of)
    return Diagnosis((tuple(keys),), " ".join(texts))


def form_of(name, yours, right, tolerance):
    """(key, words) if a result has the right numbers in another form; (None, None) if not."""
    y, e = yours.array, right.array
    is_matrix = y is not None and e is not None and y.ndim == e.ndim == 2
    if name.startswith("dW") and is_matrix and same(y.T, e, tolerance):
        return "transposed_weight_gradient", ""
    key, words = in_other_form(yours, right, tolerance)
    if key == "size_one_axis" and name.startswith("db") and e.ndim == 1 and y.shape == (1, *e.shape):
        return "bias_keeps_axis", words
    return key, words


def arrays_of(found, columns):
    return [[results[c].array for c in columns] for results in found]


def all_zero(found):
    for result in itertools.chain(*found):
        if not result.numbers.size or result.numbers.any():
            return False
    return True


def in_wrong_order(expected, found):
    """Is each result the right one of another name?"""
    order = []
    for due in expected.right[0]:
        order += np.flatnonzero(expected.nears(found[0], [due] * len(found[0]))).tolist()[:1]
    if len(set(order)) < len(expected.task.returns) or order == sorted(order):
        return False
    for results, due in zip(found, expected.right):
        if not expected.nears([results[i] for i in order], due).all():
            return False
    return True


def factors_between(expected, found, columns):
    """By which factor the wrong results are away from right, on each instance; [] if it is no such number,
    or if there are too few numbers to tell.
    """
    yours, right = arrays_of(found, columns), arrays_of(expected.right, columns)
    pairs = list(zip(itertools.chain(*yours), itertools.chain(*right)))
    if any(y is None or e is None or y.shape != e.shape for y, e in pairs):
        return []
    factors = [common_factor(y, e, expected.task.tolerance) for y, e in zip(yours, right)]
    numbers = {abs(x) for _, e in pairs for x in e.ravel().tolist() if x}
    return [] if None in factors or len(numbers) < ENOUGH else factors


def known_factors(task):
    """The mistakes that multiply, in the task's own words where it has some."""
    known = {mistake.key: mistake for mistake in (*task.known_factors, *task.mutants) if mistake.factor}
    return list(known.values())


def factor_fact(expected, found, columns, what):
    """All wrong results are the same factor away from right, on each instance: is it a number that the task
    knows?
    """
    factors = factors_between(expected, found, columns)
    for mistake in known_factors(expected.task) if factors else ():
        if same(factors, factors_of((mistake,), expected)):
            return Diagnosis(((mistake.key,),), factor_text(mistake, expected, what))
    return NOTHING


def other_factor(expected, found, wrong):
    """All wrong results are the product of two known factors away from right, or the same number on each
    instance.
    """
    columns, what = [expected.task.returns.index(name) for name in wrong], in_words(wrong)
    factors = factors_between(expected, found, columns)
    if not factors or expected.task.kind != "function":
        return NOTHING
    is_constant = same(factors, [factors[0]] * len(factors))
    for pair in itertools.combinations(known_factors(expected.task), 2):
        if same(factors, factors_of(pair, expected)):
            text = " And also: ".join(factor_text(mistake, expected, what) for mistake in pair)
            keys = tuple(mistake.key for mistake in pair)
            return Diagnosis((keys,), f"Two mistakes at once explain all of your numbers. {text}")
    if len(factors) == 1 or not is_constant:
        return NOTHING
    verb = "are" if " and " in what else "is"
    text = (
        f"{what} {verb} exactly {factors[0]:.6g} times what it should be, in every entry and on every input."
    )
    return Diagnosis((), text)


def factors_of(mistakes, expected):
    """The product of what these mistakes multiply by, on each instance."""
    return [math.prod(mistake.factor(given) for mistake in mistakes) for given in expected.instances]


def factor_text(mistake, expected, what):
    return message(mistake.key, mistake.say, what, factor_in_words(mistake, expected))


def common_factor(yours, right, tolerance):
    """k if each of these arrays is k times the right one; None if there is no such number."""
    y = np.concatenate([array.ravel() for array in yours])
    e = np.concatenate([array.ravel() for array in right])
    if not np.isfinite(y).all() or not all(array.any() for array in right):
        return None
    k = float(y @ e / (e @ e))
    return k if k and all(same(y, k * e, tolerance) for y, e in zip(yours, right)) else None


# -------------------------------------------------------------------------------------------------- stages


def stages(expected, found):
    """For each result: "right", "wrong", or "follows": computed correctly from an earlier result that is
    wrong.
    """
    names, tolerance = expected.task.returns, expected.task.tolerance
    verdicts = dict.fromkeys(names, "right")
    for arguments, yours, right in zip(expected.instances, found, expected.right):
        if len(yours) != len(right) or isinstance(yours[0].value, BaseException):
            return dict.fromkeys(names, "wrong")
        given = {}
        for name, y, due in zip(names, yours, right):
            if near(y, due, tolerance):
                continue
            if not follows(expected.task, arguments, given, name, y):
                verdicts[name] = "wrong"
            elif verdicts[name] == "right":
                verdicts[name] = "follows"
            if one_can_go_on_with(y, due):
                given[name] = y.array
    return verdicts


def one_can_go_on_with(yours, right):
    """An array of the right shape, with numbers in it."""
    is_array = isinstance(right.value, np.ndarray) and yours.structure == right.structure
    return is_array and np.isfinite(yours.numbers).all() and yours.numbers.any()


def follows(task, arguments, given, name, yours):
    """Is this result what comes out if one goes on with the `given` ones?"""
    if not given or task.kind != "function":
        return False

    def going_on(*values):
        return task.staged(*values, given_=given)

    results = quiet_call(task, going_on, arguments)
    if len(results) < len(task.returns):
        return False
    return near(yours, results[task.returns.index(name)], task.tolerance)
