"""Shorter forms of a Python expression that compute the same numbers, to the last bit."""

import ast


def simplified(expression):
    """The expression without factors of 1 and sums with 0, signs outwards, and (aᵀ b)ᵀ as bᵀ a."""
    if isinstance(expression, ast.UnaryOp) and isinstance(expression.op, ast.USub):
        return _negative(expression.operand)
    if isinstance(expression, ast.Attribute) and expression.attr == "T":
        return _transposed(expression.value)
    if isinstance(expression, ast.BinOp):
        return (
            _SIMPLER.get(type(expression.op), lambda left, right: None)(expression.left, expression.right)
            or expression
        )
    return expression


def _sum(left, right):
    if _is(right, 0):
        return left
    if _is(left, 0):
        return right
    without_sign = _minus(right)
    return without_sign and ast.BinOp(left, ast.Sub(), without_sign)


def _difference(left, right):
    if _is(right, 0):
        return left
    without_sign = _minus(right)
    return without_sign and ast.BinOp(left, ast.Add(), without_sign)


def _product(left, right):
    for factor, other in ((left, right), (right, left)):
        if _is(factor, 1):
            return other
        if _is(_minus(factor), 1):
            return _negative(other)
    without_sign = _minus(right)
    if without_sign is None or _begins_with_a_mask(left):
        return None
    return ast.BinOp(_negative(left), ast.Mult(), without_sign)


def _quotient(left, right):
    if _is(right, 1):
        return left
    without_sign = _minus(right)
    return without_sign and ast.BinOp(_negative(left), ast.Div(), without_sign)


def _power(left, right):
    return left if _is(right, 1) else None


_SIMPLER = {ast.Add: _sum, ast.Sub: _difference, ast.Mult: _product, ast.Div: _quotient, ast.Pow: _power}


def _minus(x):
    """x without its sign, if it begins with a minus; None otherwise."""
    if isinstance(x, ast.UnaryOp) and isinstance(x.op, ast.USub):
        return x.operand
    if isinstance(x, ast.BinOp) and isinstance(x.op, (ast.Mult, ast.Div)):
        left = _minus(x.left)
        return left and ast.BinOp(left, x.op, x.right)
    return None


def _negative(x):
    without_sign = _minus(x)
    if without_sign:
        return without_sign
    if isinstance(x, ast.BinOp) and isinstance(x.op, (ast.Mult, ast.Div)) and not _begins_with_a_mask(x):
        return ast.BinOp(_negative(x.left), x.op, x.right)
    return ast.UnaryOp(ast.USub(), x)


def _begins_with_a_mask(x):
    """Truth values have no sign: numpy refuses −(Z > 0)."""
    if isinstance(x, ast.BinOp):
        return _begins_with_a_mask(x.left)
    return isinstance(x, ast.Compare) or getattr(x, "is_mask", False)


def _transposed(x):
    if isinstance(x, ast.Attribute) and x.attr == "T":
        return x.value
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.MatMult):
        return ast.BinOp(_transposed(x.right), ast.MatMult(), _transposed(x.left))
    return ast.Attribute(x, "T", ast.Load())


def _is(x, number):
    return isinstance(x, ast.Constant) and x.value == number and not isinstance(x.value, bool)
