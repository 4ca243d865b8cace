"""Work on paper: the reference of a task, carried out in four significant digits.

Students round at different places: some only what they write down, some after every operation. A task is fair
if both arrive.
"""

import ast

DIGITS = 4


def rounded(x):
    """A number in four significant digits; numbers in a tuple likewise."""
    if isinstance(x, tuple):
        return tuple(map(rounded, x))
    if isinstance(x, (int, float)):
        return float(f"{x:.{DIGITS - 1}e}")
    return x


class EachStep(ast.NodeTransformer):
    """Rounds what is assigned or returned."""

    def visit_Assign(self, statement):
        statement.value = in_digits(statement.value)
        return statement

    visit_Return = visit_Assign


class EachOperation(ast.NodeTransformer):
    """Rounds what every operator and every function gives."""

    def visit_BinOp(self, operation):
        self.generic_visit(operation)
        return in_digits(operation)

    visit_Call = visit_BinOp


def in_digits(expression):
    return ast.Call(ast.Name("rounded", ast.Load()), [expression], [])


def carried_out(task):
    """The reference in four digits, in each of the ways of rounding: functions of the same arguments."""
    functions = []
    for way in (EachStep(), EachOperation()):
        tree = ast.fix_missing_locations(way.visit(ast.parse(task.source)))
        functions.append(task.compiled(ast.unparse(tree), rounded=rounded))
    return functions
