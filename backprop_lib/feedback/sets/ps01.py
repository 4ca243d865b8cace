"""Problem set 01, gradient descent: the loop, the largest step, what a valley looks like."""
# ruff: noqa: E501

import numpy as np

from ..task import formula, task, wrong


def parabola(x):
    return 2 * (x - 4)


def two_valleys(x):
    return 2 * x**3 * (x - 4) * (3 * x - 8) / 50


def draw_descent(rng):
    for slope, x, lr, steps in (
        (parabola, 1.0, 0.1, 5),
        (parabola, 7.0, 0.9, 3),
        (two_valleys, 2.5, 0.05, 4),
        (parabola, 0.5, 1.1, 6),
        (two_valleys, 3.5, 0.1, 1),
        (parabola, 6.0, 0.2, 0),
    ):
        yield dict(slope=slope, x=x + float(rng.uniform(-0.3, 0.3)), lr=lr, steps=steps)


def as_a_path(results, arguments):
    """After no step a path has one place: a tuple of it is a path, not a number."""
    path = results[0]
    return [[path] if arguments["steps"] == 0 and np.ndim(path) == 0 else path]


def steep_bowl(x):
    return 40 * (x + 3)


def plain(x):
    return 0.7


def draw_other_descents(rng):
    for slope, x, steps in (
        (steep_bowl, -50.0, 7),
        (plain, 2.0, 2),
        (two_valleys, 0.0, 9),
        (parabola, 4.0, 8),
    ):
        yield dict(slope=slope, x=x, lr=float(rng.uniform(0.001, 0.04)), steps=steps)
    yield dict(slope=two_valleys, x=2, lr=0.3, steps=10)
    yield dict(slope=plain, x=-1.5, lr=0.5, steps=0)


@task(
    "01.1", "The loop of gradient descent", draw=draw_descent, draw_hidden=draw_other_descents, canonical=as_a_path, returns="path", points="4", hidden=1, minutes=10, difficulty=1,
    hints=("If the slope is positive, should x grow or shrink?", "Each step uses the slope where you stand now. The path begins with the start.", "With f' = 2x, x = 3 and lr = 0.1 the first step is 0.1·6 = 0.6: the path begins 3, 2.4. The next slope is 4.8, no longer 6, and the third number 1.92."),
    mistakes=(
        wrong("steps_uphill", "x = x - lr * slope(x)", "x = x + lr * slope(x)"),
        wrong("learning_rate_missing", "lr * slope(x)", "slope(x)"),
        wrong("gradient_not_used", "lr * slope(x)", "lr * np.sign(slope(x))"),
        wrong("gradient_not_used", "lr * slope(x)", "lr", say="Every step is lr, whatever the slope is: its size and its sign belong into the step."),
        wrong("start_slope_kept", "lr * slope(x)", "lr * slope(path[0])"),
        wrong("start_twice", "path = [x]", "path = [x, x]", say="The start stands twice at the beginning of the path."),
        wrong("start_left_out", "path = [x]", "path = []", "return path", "return path[0:]", say="The path lacks its first point: the start belongs to it."),
        wrong("one_step_missing", "range(steps)", "range(steps - 1)", say="One step too few: the path has the start and one point for each of the steps."),
        wrong("one_step_too_many", "range(steps)", "range(steps + 1)", say="One step too many: the path has the start and one point for each of the steps."),
        wrong("last_point_only", "return path", "return x", say="That is the last point; the whole path is asked for."),
        wrong("gradient_for_position", "x = x - lr * slope(x)", "x = lr * slope(x)", say="x became the step itself: the step is subtracted from where you are."),
        wrong("division_by_rate", "lr * slope(x)", "slope(x) / lr", say="The slope was divided by the learning rate."),
        wrong("start_twice", "x = x - lr * slope(x)\n        path.append(x)", "path.append(x)\n        x = x - lr * slope(x)"),
        wrong("steps_for_places", "x = x - lr * slope(x)\n        path.append(x)", "path.append(x - lr * slope(x) - x)\n        x = x - lr * slope(x)"),
        wrong("steps_for_places", "x = x - lr * slope(x)\n        path.append(x)", "path.append(slope(x))\n        x = x - lr * slope(x)",
              say="The path holds the slopes; asked for are the places."),
        wrong("one_step_for_n", "path.append(x)", "path.append(x)\n        return path", say="The loop ends after the first step: the return stands inside it."),
    ),
)  # fmt: skip
def descend(slope, x, lr, steps):
    """Return the path, a list of steps + 1 numbers: the start x, then the point after each step of gradient
    descent.

    slope(x) is f'(x), a number; lr > 0; steps is 0 or more, and without a step the path is [x].
    """
    path = [x]
    for _ in range(steps):
        x = x - lr * slope(x)
        path.append(x)
    return path


def steep_and_flat(p):
    return np.arange(1, len(p) + 1) * (p - 1)


def coupled(p):
    return 2 * p + np.roll(p, 1) - 3


def draw_starts(rng):
    yield dict(gradient=steep_and_flat, p=rng.uniform(-2, 3, 2), lr=0.3, steps=4)
    yield dict(gradient=coupled, p=rng.uniform(-2, 3, 3), lr=0.2, steps=3)
    yield dict(gradient=coupled, p=np.array([5, -2, 3, 8]), lr=0.15, steps=5)
    yield dict(gradient=steep_and_flat, p=rng.uniform(2, 3, 1), lr=0.6, steps=2)
    yield dict(gradient=coupled, p=rng.uniform(-2, 3, 3), lr=0.1, steps=0)


def tilted(p):
    return 0.5 * p + p[::-1] ** 2 - 2


def draw_other_starts(rng):
    yield dict(gradient=tilted, p=rng.uniform(-1, 2, 6), lr=0.07, steps=1)
    yield dict(gradient=steep_and_flat, p=100 * rng.uniform(-2, 3, 5), lr=0.25, steps=8)
    yield dict(gradient=coupled, p=np.array([7, 0]), lr=0.35, steps=6)
    yield dict(gradient=tilted, p=np.array([3]), lr=0.01, steps=7)
    yield dict(gradient=coupled, p=rng.uniform(-2, 3, 1), lr=0.2, steps=0)


@task(
    "01.2", "The same loop for n parameters", draw=draw_starts, draw_hidden=draw_other_starts, returns="path", points="4", hidden=1, minutes=10, difficulty=2,
    hints=(
        "Nothing changes in the formula: p and gradient(p) are arrays now. What changes if p is one and the same array in every step?",
        "`p -= …` changes the array that is in your list already, and the caller's; `p = p - …` makes a new one. The start may hold integers.",
        "With the slopes [2, −4] at p = [1, 1] and lr = 0.5 the rows are [1, 1] and [0, 3], and both must still be there after the next step: new = old - 0.5 * slopes makes an array of its own.",
    ),
    mistakes=(
        wrong("steps_uphill", "p - lr * gradient(p)", "p + lr * gradient(p)"),
        wrong("learning_rate_missing", "lr * gradient(p)", "gradient(p)"),
        wrong("gradient_not_used", "lr * gradient(p)", "lr * np.sign(gradient(p))"),
        wrong("start_slope_kept", "gradient(p)", "gradient(path[0])"),
        wrong("updated_weights_in_backward", "p = p - lr * gradient(p)", "p = p.copy()\n        for i in range(len(p)):\n            p[i] = p[i] - lr * gradient(p)[i]",
              say="The entries move one after the other, and each takes its slope at a place where the earlier ones have moved already. All slopes of a step belong to the old place."),
        wrong("first_input_only", "lr * gradient(p)", "lr * gradient(p) * (np.arange(len(p)) == 0)", say="Only the first parameter moves: every entry has its own slope."),
        wrong("result_overwritten", "p = p - lr * gradient(p)", "p -= lr * gradient(p)",
              say="Every row is the last place: the list holds the same array again and again, and `-=` changes it everywhere. Make a new array in each step."),
        wrong("input_modified", "p = p.astype(float)", "pass", "p = p - lr * gradient(p)", "p -= lr * gradient(p)",
              say="`-=` changes the array itself: the caller's p, and the one that is in your list already, so that every row is the last place. (And an array of integers refuses it.) Make a new array in each step."),
        wrong("integer_truncation", "p = p.astype(float)", "dtype = p.dtype", "p - lr * gradient(p)", "(p - lr * gradient(p)).astype(dtype)",
              say="Decimals are cut off in every step where the start holds integers: an array that was made from it holds integers too."),
        wrong("integer_truncation", "np.array(path)", "np.array(path, dtype=dtype)", "p = p.astype(float)", "dtype, p = (p.dtype, p.astype(float))",
              say="Decimals are cut off where the start holds integers: an array that was made from it holds integers too."),
        wrong("start_twice", "path = [p]", "path = [p, p]", say="The start stands twice at the beginning of the path."),
        wrong("start_left_out", "path = [p]", "path = []", "return np.array(path)", "return np.array(path[0:])", say="The first row is missing: the start belongs to the path."),
        wrong("one_step_missing", "range(steps)", "range(steps - 1)", say="One step too few: the path has the start and one row for each of the steps."),
        wrong("one_step_too_many", "range(steps)", "range(steps + 1)", say="One step too many: the path has the start and one row for each of the steps."),
        wrong("gradient_not_used", "lr * gradient(p)", "lr", say="Every step is lr in every entry, whatever the slopes are."),
        wrong("start_twice", "p = p - lr * gradient(p)\n        path.append(p)", "path.append(p)\n        p = p - lr * gradient(p)"),
        wrong("steps_for_places", "p = p - lr * gradient(p)\n        path.append(p)", "path.append(-lr * gradient(p))\n        p = p - lr * gradient(p)"),
        wrong("steps_for_places", "p = p - lr * gradient(p)\n        path.append(p)", "path.append(gradient(p))\n        p = p - lr * gradient(p)", say="The path holds the slopes; asked for are the places."),
        wrong("one_step_for_n", "path.append(p)", "path.append(p)\n        return np.array(path)", say="The loop ends after the first step: the return stands inside it."),
        wrong("rows_for_columns", "np.array(path)", "np.array(path).T", say="Each place is a column; asked for is one row for each place."),
        wrong("gradient_for_position", "p = p - lr * gradient(p)", "p = lr * gradient(p)", say="p became the step itself: the step is subtracted from where you are."),
        wrong("division_by_rate", "lr * gradient(p)", "gradient(p) / lr"),
        wrong("last_point_only", "np.array(path)", "p", say="That is the last place; the whole path is asked for."),
    ),
)  # fmt: skip
def descend_in_n_dimensions(gradient, p, lr, steps):
    """Return the path, an array (steps + 1, n): the start p, then the place after each step of gradient
    descent.

    gradient(p) takes an array (n,) and returns another one; n ≥ 1, steps ≥ 0. p may hold integers; the path
    holds decimals. The caller goes on using p: leave it as it was.
    """
    p = p.astype(float)
    path = [p]
    for _ in range(steps):
        p = p - lr * gradient(p)
        path.append(p)
    return np.array(path)


def draw_bowl(rng):
    for lr in (0.1, 0.3, 0.05):
        x, y, a, b, c = rng.uniform(0.5, 2, 5)
        yield dict(x=float(x), y=float(y), a=float(a), b=float(b), c=float(c), lr=lr)
    yield dict(x=0.0, y=-1.5, a=1.2, b=-0.8, c=0.7, lr=0.2)


def draw_other_bowls(rng):
    for size, lr in ((100, 0.02), (0.01, 1.0), (3, 0.7)):
        x, y, a, b, c = size * rng.uniform(-2, 2, 5)
        yield dict(x=float(x), y=float(y), a=float(a), b=float(b), c=float(c), lr=lr)
    yield dict(x=2.0, y=3.0, a=1.5, b=0.0, c=-0.4, lr=0.6)
    yield dict(x=1, y=0, a=0, b=3, c=2, lr=0.25)


@task(
    "01.3", "One step in two dimensions", draw=draw_bowl, draw_hidden=draw_other_bowls, returns="x_new y_new", points="2 2", hidden=1, minutes=10, difficulty=2,
    hints=("How does f change with x alone, and how with y alone?", "Both are taken at the old point: which x does the step of y use?", "For f = x²·y at (2, 3) with lr = 0.1: the slopes are 2·2·3 = 12 and 2² = 4, so the step leads to (2 − 1.2, 3 − 0.4). Its second number is not computed with x = 0.8."),
    mistakes=(
        wrong("updated_weights_in_backward", "y_new = y - lr * (b * x + c * y)", "y_new = y - lr * (b * x_new + c * y)", say="The step of y already uses the new x: compute both derivatives at the old point, then move."),
        wrong("updated_weights_in_backward", "x_new = x - lr * (a * x + b * y)\n    y_new = y - lr * (b * x + c * y)", "y_new = y - lr * (b * x + c * y)\n    x_new = x - lr * (a * x + b * y_new)",
              say="The step of x already uses the new y: compute both derivatives at the old point, then move."),
        wrong("steps_uphill", "x - lr", "x + lr", "y - lr", "y + lr"),
        wrong("steps_uphill", "x - lr", "x + lr", say="x goes uphill: its step is minus the learning rate times the slope, as y's is."),
        wrong("steps_uphill", "y - lr", "y + lr", say="y goes uphill: its step is minus the learning rate times the slope, as x's is."),
        wrong("learning_rate_missing", "lr * (a", "(a", "lr * (b", "(b"),
        wrong("learning_rate_missing", "lr * (a", "(a", say="The learning rate is missing in the step of x."),
        wrong("learning_rate_missing", "lr * (b", "(b", say="The learning rate is missing in the step of y."),
        wrong("gradient_for_position", "x - lr", "lr", "y - lr", "lr", say="Those are the steps; each is subtracted from where you are."),
        wrong("first_input_only", "y_new = y - lr * (b * x + c * y)", "y_new = y", say="Only x moves: y has a slope of its own, and steps at the same time."),
        wrong("half_kept", "a * x + b * y", "a / 2 * x + b * y", "b * x + c * y", "b * x + c / 2 * y"),
        wrong("half_kept", "a * x + b * y", "a / 2 * x + b * y", say="The step of x: the ½ was kept, and the 2 that the square brings down cancels it."),
        wrong("half_kept", "b * x + c * y", "b * x + c / 2 * y", say="The step of y: the ½ was kept, and the 2 that the square brings down cancels it."),
        wrong("mixed_term_missing", "a * x + b * y", "a * x", "b * x + c * y", "c * y", say="The mixed term b·x·y is missing in both derivatives."),
        wrong("mixed_term_missing", "a * x + b * y", "a * x", say="The mixed term b·x·y is missing in the derivative by x."),
        wrong("mixed_term_missing", "b * x + c * y", "c * y", say="The mixed term b·x·y is missing in the derivative by y."),
        wrong("factor_two_in_squares", "a * x + b * y", "2 * a * x + b * y", "b * x + c * y", "b * x + 2 * c * y", say="The ½ in front of the squares cancels the 2 of their derivatives."),
        wrong("factor_two_in_squares", "a * x + b * y", "2 * a * x + b * y", say="The step of x: the ½ in front of a·x² cancels the 2 of its derivative."),
        wrong("factor_two_in_squares", "b * x + c * y", "b * x + 2 * c * y", say="The step of y: the ½ in front of c·y² cancels the 2 of its derivative."),
        wrong("operands_swapped", "a * x + b * y", "a * x + b * x", "b * x + c * y", "b * y + c * y", say="∂(b·x·y)/∂x is b·y, and the other way round."),
        wrong("operands_swapped", "a * x + b * y", "a * x + b * x", say="The step of x: ∂(b·x·y)/∂x is b·y, not b·x."),
        wrong("operands_swapped", "b * x + c * y", "b * y + c * y", say="The step of y: ∂(b·x·y)/∂y is b·x, not b·y."),
        wrong("operands_swapped", "x - lr * (a * x + b * y)", "x - lr * (b * x + c * y)", "y - lr * (b * x + c * y)\n", "y - lr * (a * x + b * y)\n", say="The two derivatives are swapped: x steps with ∂f/∂x, y with ∂f/∂y."),
        wrong("returns_gradients", "x - lr * (a", "(a", "y - lr * (b", "(b"),
    ),
)  # fmt: skip
def step_in_a_bowl(x, y, a, b, c, lr):
    """f(x, y) = ½a·x² + b·x·y + ½c·y². Return (x_new, y_new) after one step of gradient descent with rate lr
    from (x, y).

    All are numbers, lr > 0; the others may be negative or 0.
    """
    x_new = x - lr * (a * x + b * y)
    y_new = y - lr * (b * x + c * y)
    return x_new, y_new


def draw_by_hand(rng):
    yield dict(
        a=float(rng.integers(2, 7)),
        c=float(rng.integers(4, 10)),
        x0=float(rng.integers(1, 16)),
        lr=float(rng.choice([0.02, 0.05, 0.1])),
    )


@task(
    "01.4", "By hand: two steps", kind="numbers", draw=draw_by_hand, returns="x1 x2", points="1 1", minutes=6, difficulty=1, tolerance=1e-3,
    hints=(
        "What is the slope of a·(x − c)² at x0, and which way does a step go?",
        "Outer derivative and inner derivative give the slope. The second step starts where the first has ended: its slope is the one there.",
        "With a = 8, c = 3, x0 = 5 and lr = 0.01: the slope at 5 is 2·8·(5 − 3) = 32, so x1 = 5 − 0.32 = 4.68; the slope there is 2·8·1.68 = 26.88, so x2 = 4.68 − 0.2688 = 4.411",
    ),
    mistakes=(
        wrong("steps_uphill", "x0 - lr", "x0 + lr", "x1 - lr", "x1 + lr"),
        wrong("factor_half", "2 * a * (x0", "a * (x0", "2 * a * (x1", "a * (x1", say="The 2 of the square is missing in the slope."),
        wrong("start_slope_kept", "2 * a * (x1 - c)", "2 * a * (x0 - c)"),
        wrong("learning_rate_missing", "lr * 2 * a * (x0", "2 * a * (x0", "lr * 2 * a * (x1", "2 * a * (x1"),
        wrong("scale_from_input", "2 * a * (x0", "2 * (x0", "2 * a * (x1", "2 * (x1"),
        wrong("gradient_not_used", "lr * 2 * a * (x0 - c)", "lr * np.sign(x0 - c)", "lr * 2 * a * (x1 - c)", "lr * np.sign(x1 - c)"),
    ),
)  # fmt: skip
def two_steps(a, c, x0, lr):
    """f(x) = a·(x − c)². Give x1 and x2, x after one and after two steps of gradient descent from x0 with
    learning rate lr.
    """
    x1 = x0 - lr * 2 * a * (x0 - c)
    x2 = x1 - lr * 2 * a * (x1 - c)
    return float(x1), float(x2)


def draw_curvature(rng):
    yield dict(a=float(rng.integers(11, 410)) / 10, c=float(rng.integers(2, 10)))


@task(
    "01.5", "Predict: the largest step that still converges", kind="numbers", draw=draw_curvature, returns="one_step_lr largest_lr", points="1 2", minutes=8,
    difficulty=2, tolerance=1e-3,
    hints=(
        "By which factor does x − c change in one step?",
        "Write the step as x − c → (…)·(x − c). One step lands in the minimum where the factor is 0; nothing converges any more where it is −1.",
        "For 50·(x − 1)² the slope is 100·(x − 1), so a step multiplies x − 1 by 1 − 100·lr: 0 at lr = 0.01, and −1 at lr = 0.02",
    ),
    mistakes=(
        wrong("factor_two", "1 / (2 * a)", "1 / a", "largest_lr = 1 / a", "largest_lr = 2 / a", say="Both are twice too large: the slope of a(x − c)² is 2a(x − c)."),
        wrong("factor_half", "1 / (2 * a)", "1 / (4 * a)", "largest_lr = 1 / a", "largest_lr = 1 / (2 * a)", say="Both are half of what they should be."),
        wrong("curvature_forgotten", "1 / (2 * a)", "1 / 2", "largest_lr = 1 / a", "largest_lr = 1.0", say="Those are the rates for a = 1: the steeper the valley, the smaller the largest step."),
        wrong("overshoot_forbidden", "largest_lr = 1 / a", "largest_lr = 1 / (2 * a)", say="That rate lands in the minimum at once. Beyond it the steps overshoot, and still converge for a while."),
        wrong("rate_grows_with_curvature", "1 / (2 * a)", "a / 2", "largest_lr = 1 / a", "largest_lr = a"),
    ),
)  # fmt: skip
def stable_rates(a, c):
    """f(x) = a·(x − c)². Give one_step_lr, the rate with which one step lands exactly in the minimum from
    anywhere, and largest_lr, the rate at which gradient descent stops converging.
    """
    one_step_lr = 1 / (2 * a)
    largest_lr = 1 / a
    return one_step_lr, largest_lr


def draw_valley(rng):
    yield dict(c=float(rng.integers(21, 500)) / 10)


@task(
    "01.6", "Find the error in Lecture 004: \"local minima\" of (x − 4)²x⁴", kind="numbers", draw=draw_valley, returns="f_at_0 f_at_c x_of_the_maximum", points="1 1 2",
    minutes=8, difficulty=2, tolerance=1e-3,
    hints=(
        "How deep is the valley at 0, how deep the one at c?",
        "At the maximum the slope is 0. Differentiate, and take out the factors x and x − c: what remains is straight in x.",
        "For (x − 6)²x², with x² in place of x⁴: the slope is 2(x − 6)x² + 2(x − 6)²x = 2x(x − 6)(2x − 6), so the maximum is at x = 3",
    ),
    mistakes=(
        wrong("middle_for_maximum", "2 * c / 3", "c / 2", say="The maximum is not in the middle: the two valleys have different widths."),
        wrong("other_third", "2 * c / 3", "c / 3", say="Nearer to c: x⁴ is flatter at 0 than (x − c)² at c."),
        wrong("end_for_maximum", "2 * c / 3", "c"),
        wrong("other_valley_deeper", "f_at_c = 0.0", "f_at_c = c ** 4", say="At x = c the factor (x − c)² is 0."),
    ),
)  # fmt: skip
def valleys(c):
    """The lecture shows (x − 4)²x⁴ as a function with a worse local minimum. For f(x) = (x − c)²x⁴ give
    f_at_0 = f(0), f_at_c = f(c), and the x of the maximum between the two. (Is one of the minima worse?)
    """
    f_at_0 = 0.0
    f_at_c = 0.0
    x_of_the_maximum = 2 * c / 3
    return f_at_0, f_at_c, x_of_the_maximum


def draw_linear(rng):
    yield dict(
        m=float(rng.choice([-1, 1]) * rng.integers(2, 10)),
        x0=float(rng.integers(5, 13)),
        lr=float(rng.choice([0.05, 0.1, 0.2, 0.25])),
        n=float(rng.choice([10, 15, 20, 30])),
    )


@task(
    "01.7", "Predict: a linear loss (Lecture 004, Q8)", kind="numbers", draw=draw_linear, returns="x_n loss_n", points="1 1", minutes=5, difficulty=1, tolerance=1e-3,
    hints=(
        "What is the slope of m·x, and where does it change?",
        "The slope is the same everywhere, so each of the n steps is the same.",
        "With m = 12, x0 = 1, lr = 0.01 and n = 50: each step is −0.01·12 = −0.12, so x_n = 1 − 50·0.12 = −5, and the loss there is 12·(−5) = −60",
    ),
    mistakes=(
        wrong("steps_uphill", "x0 - n", "x0 + n"),
        wrong("one_step_for_n", "n * lr * m", "lr * m", say="That is one step; n of them are asked for."),
        wrong("slope_follows_x", "x_n = x0 - n * lr * m", "x_n = x0 * (1 - lr * m) ** n", say="That is a parabola's descent; here the slope is m everywhere."),
        wrong("scale_from_input", "loss_n = m * x_n", "loss_n = x_n", say="The loss is m·x."),
        wrong("learning_rate_missing", "n * lr * m", "n * m"),
    ),
)  # fmt: skip
def linear_loss(m, x0, lr, n):
    """The loss is m·x. Give x_n and loss_n, x and the loss after n steps of gradient descent from x0 with
    rate lr. (Does such a loss make sense?)
    """
    x_n = x0 - n * lr * m
    loss_n = m * x_n
    return x_n, loss_n


def graph_of_valleys():
    from ...graph import Node

    x = Node(1.5, "x")
    f = (x - 4) ** 2 * x**4
    f.name = "f"
    return f


formula(
    "01.8", "The slope of (x − 4)²x⁴", "Give the derivative of f = (x − 4)²·x⁴ in x, in any form.",
    graph=graph_of_valleys, wrt="x", points=3, minutes=5, difficulty=1, answer="2*x**3*(x-4)*(3*x-8)",
    mistakes={"product_rule_half": "2*(x-4)*x**4", "product_rule_other_half": "(x-4)**2*4*x**3", "product_of_derivatives": "8*(x-4)*x**3"},
    hints=(
        "How many of the factors contain x?",
        "Two factors, so two terms: u′·v + u·v′.",
        "For (x + 1)³·x² it is 3(x + 1)²·x² + (x + 1)³·2x",
    ),
)  # fmt: skip
