"""Which rows of the catalogue: a small language, such as ``snr_r > 20 and z < 0.1``.

It is written as Python is, and read by Python's parser, but never run: what it may hold
is listed here, and becomes an expression of Arrow.

* columns of the catalogue by name, numbers, and text in quotes;
* ``< <= > >= == !=``, also chained: ``5 < snr_r <= 20``;
* ``in`` and ``not in`` with a list: ``subclass in ['M1', 'M2']``;
* ``and``, ``or``, ``not``, parentheses; ``+ - * /``;
* ``abs(x)``, ``startswith(x, 'M')``, ``contains(x, 'em')``;
* ``missing(x)``, or ``x is missing`` and ``x is not missing``.

A comparison with a missing value is neither true nor false: such a row is not selected,
neither by ``z > 1`` nor by ``not z > 1``, as in SQL.
"""

import ast
import operator
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from specoracle.errors import SelectionError

LONGEST = 10_000
"""Most characters; longer ones are lists of spectra, which are better joined."""

_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_COMPUTED: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: pc.add,
    ast.Sub: pc.subtract,
    ast.Mult: pc.multiply,
    ast.Div: pc.divide,
}
_MISSING = "missing"
_ONE = {"abs": pc.abs, _MISSING: lambda value: value.is_null()}
_TEXT = {"startswith": pc.starts_with, "contains": pc.match_substring}


def parse(text: str, schema: pa.Schema) -> pc.Expression:
    """Understand an expression over the columns of ``schema``.

    Parameters
    ----------
    text
        The expression; untrusted.
    schema
        Columns of the catalogue, with their types.

    Raises
    ------
    SelectionError
        If it holds anything but what is listed above, or compares what cannot be
        compared.

    Examples
    --------
    >>> parse("5 < snr and snr <= 20", pa.schema({"snr": pa.float64()}))
    <pyarrow.compute.Expression ((5 < snr) and (snr <= 20))>
    """
    if not text.strip() or len(text) > LONGEST:
        raise _refused(text[:40], f"1 to {LONGEST} characters", f"{len(text)}")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        expression = _Reader(text.strip(), schema).read(tree.body)
    except SyntaxError as reason:
        raise _refused(
            text, "an expression such as snr_r > 20", f"{reason.msg}"
        ) from reason
    except (RecursionError, MemoryError, OverflowError, ValueError, TypeError) as reason:
        if isinstance(reason, SelectionError):
            raise
        raise _refused(text, "an expression of ordinary size", str(reason)) from reason
    _check(text, expression, schema)
    return expression


class _Reader:
    """Turns the nodes that are allowed into expressions; refuses all others."""

    def __init__(self, text: str, schema: pa.Schema) -> None:
        self._text = text
        self._schema = schema

    def read(self, node: ast.expr) -> Any:
        match node:
            case ast.BoolOp(op=op, values=values):
                return self._joined(op, [self.read(value) for value in values])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return ~self.read(operand)
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._chain([left, *others], ops)
        return self._value(node)

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return pc.negate(self._number(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _COMPUTED:
                return _COMPUTED[type(op)](self._number(left), self._number(right))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(node, name, args)
            case ast.Name(id=name):
                return self._column(name)
            case ast.Constant(value=bool() | int() | float() | str() as value):
                return pc.scalar(value)
        raise self._unknown(node)

    def _joined(self, op: ast.boolop, values: list[Any]) -> Any:
        whole = values[0]
        for value in values[1:]:
            whole = whole & value if isinstance(op, ast.And) else whole | value
        return whole

    def _number(self, node: ast.expr) -> Any:
        text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if isinstance(node, ast.Name) and node.id in self._schema.names:
            text = pa.types.is_string(self._schema.field(node.id).type)
        if text:
            raise _refused(self._text, "numbers to compute with", ast.unparse(node))
        # As float64, or small whole numbers such as the quality would run over.
        return self.read(node).cast(pa.float64())

    def _chain(self, nodes: list[ast.expr], ops: list[ast.cmpop]) -> Any:
        pairs = zip(nodes, ops, nodes[1:], strict=False)
        return self._joined(ast.And(), [self._compare(*pair) for pair in pairs])

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Any:
        if isinstance(op, ast.Is | ast.IsNot):
            if not isinstance(right, ast.Name) or right.id != _MISSING:
                raise self._unknown(right)
            null = self.read(left).is_null()
            return null if isinstance(op, ast.Is) else ~null
        if isinstance(op, ast.In | ast.NotIn):
            return self._among(left, right, inside=isinstance(op, ast.In))
        return _COMPARED[type(op)](self.read(left), self.read(right))

    def _among(self, left: ast.expr, right: ast.expr, *, inside: bool) -> Any:
        """Membership as equalities, so that types are compared as ``==`` does."""
        if not isinstance(right, ast.List | ast.Tuple) or not right.elts:
            raise self._unknown(right)
        value = self.read(left)
        listed = [value == self.read(element) for element in right.elts]
        found = self._joined(ast.Or(), listed)
        return found if inside else ~found

    def _call(self, node: ast.expr, name: str, args: list[ast.expr]) -> Any:
        if name in _ONE and len(args) == 1:
            return _ONE[name](self.read(args[0]))
        match args:
            case [column, ast.Constant(value=str() as pattern)] if name in _TEXT:
                return _TEXT[name](self.read(column), pattern)
        raise self._unknown(node)

    def _column(self, name: str) -> Any:
        if name not in self._schema.names:
            known = ", ".join(n for n in self._schema.names if n != "row")
            raise _refused(self._text, f"columns out of {known}", name)
        return pc.field(name)

    def _unknown(self, node: ast.expr) -> SelectionError:
        found = ast.get_source_segment(self._text, node) or type(node).__name__
        wanted = (
            "columns, numbers, text, comparisons, in [...], and, or, not, + - * /, "
            f"{', '.join([*_ONE, *_TEXT])}"
        )
        return _refused(self._text, wanted, found[:80])


def _check(text: str, expression: Any, schema: pa.Schema) -> None:
    """Try it on no rows at all: types that do not fit show here."""
    try:
        schema.empty_table().filter(expression)
    except (pa.ArrowException, TypeError) as reason:
        wanted = "comparisons of numbers with numbers and of text with text"
        raise _refused(text, wanted, str(reason).splitlines()[0]) from reason


def _refused(text: str, wanted: str, found: str) -> SelectionError:
    return SelectionError(
        f"{text.strip()!r}: expected {wanted}, got {found}. Correct the expression."
    )
