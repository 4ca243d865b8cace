"""The program room: a graph as the code that one would have written by hand. Read it in this order:

    text.py        what the programs in both languages share
    writer.py      the lines of a program: which node gets one, and what it is called
    python.py      a formula of the table as Python
    simplify.py    no factor of 1, no sum with 0, (aᵀ b)ᵀ as bᵀ a
    compiled.py    the program as a function that can be called
    javascript.py  the program of a graph of single numbers, for a page that has no Python
    words.js       the words of the formulas that JavaScript lacks

The backward pass is a graph already (`graph.gradient_graph`), so nothing is left to do but to print it.
"""

from .compiled import Compiled
from .javascript import Script
from .text import chosen_leaves
from .writer import Writer


def source(output, wrt=None, language="python"):
    """The forward and the backward pass of `output` as a program: a text that prints, shows as code, and
    runs.

    wrt: leaves, or their names, whose gradients are wanted; all of them if not given. The program is a
        function of the leaves, in the order of their creation. It returns ``value, gradients``, the gradients
        as a tuple in the order of `wrt`.

    language: "python", or "javascript" for a graph whose nodes are all single numbers: a function expression
        that returns ``{value, gradients}``.

    In Python, formulas are those of the textbook; where numbers need a form that cannot overflow, a comment
    says so, and `bp.compile` runs that form. JavaScript is written in that form at once. Raises ValueError if
    `output` is no single number, if `wrt` names no leaf, and for another language.
    """
    if language not in ("python", "javascript"):
        raise ValueError(f"a program is written in 'python' or in 'javascript', not in {language!r}")
    if language == "javascript":
        return javascript(output, wrt, every=False)
    return Writer(output, wrt, textbook=True).program()


def compile(output, wrt=None):
    """The program of `output` as a function of its leaves, given in the order of their creation or by name.

    It returns ``value, gradients``, the gradients as a tuple in the order of `wrt` (leaves or their names,
    all of them if not given), with the numbers that the graph's own backward pass gives. A leaf that is not
    given keeps the value that it has in the graph. ``.source`` is the text that runs; a traceback shows its
    lines.

    A program belongs to the shapes it was written for: another shape raises ValueError. What was Python when
    the graph was built (an `if`, a loop, an index, a number such as 1/N) is part of the program.
    """
    return Compiled(Writer(output, wrt, textbook=False)).function()


def javascript(output, wrt=None, *, every=True):
    """The two passes through a graph of single numbers as a JavaScript function expression: a text.

    It is a function of the leaves, in the order of their creation, and returns

        {values: […], gradients: […]}    the value and the gradient of every node, in topological order
        {value, gradients: […]}          if `wrt` is given, or every=False: the value of `output`, and the
                                         gradients of the leaves in `wrt`, all of them if it is None

    The first form is for pictures, the second for training in a loop: it computes what these gradients need,
    and no more. A gradient is 0 where nothing arrives.

    Formulas are those of `bp.compile`, which do not overflow; the results are those of the graph, up to the
    rounding of Math.exp and its like. JavaScript raises nothing: as on the graph, log 0 is −Infinity, 1/0 is
    Infinity, and the square root of −1 is NaN. No upstream is no gradient there as well: 0 · Infinity is 0
    in a contribution. The second form says so only at gates whose derivative may be infinite; if a value
    overflows, a gradient may be NaN there where the graph says 0.

    Raises ValueError for a graph with arrays, and if `wrt` names no leaf; TypeError for symbols.
    """
    wanted = None if every and wrt is None else chosen_leaves(output, wrt)
    return Script(output, wanted).function()
