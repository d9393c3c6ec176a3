"""Plain data, as JSON gives it, back to frozen dataclasses, with the type of every value checked.

A checkpoint's card may come from a stranger, and `Recipe(**data)` would take anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def from_dict(record: type[Record], data: Any) -> Record:
    """A dataclass from a dict of plain values; what the dict leaves out keeps its default.

    Raises ValueError, which names the value that does not fit.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"{record.__name__} is {_shown(data)}, not a record")
    kinds = get_type_hints(record)
    for name in set(data) - set(kinds):
        raise ValueError(f"{record.__name__} has no value {_shown(name)}")
    values = {name: validate(value, kinds[name], name=name) for name, value in data.items()}
    try:
        return record(**values)
    except TypeError as error:  # a field without default is missing
        raise ValueError(f"{record.__name__} lacks a value: {error}") from error


def validate(value: Any, kind: Any, *, name: str) -> Any:
    """The value as this kind: str, bool, int (63 bits), float (no NaN), a dataclass, a tuple or
    dict of these, or one of several kinds. Raises ValueError.
    """
    if isinstance(kind, type) and is_dataclass(kind):
        return from_dict(kind, value)
    if get_origin(kind) is tuple and isinstance(value, (list, tuple)):
        return _tuple(value, get_args(kind), name)
    if get_origin(kind) is dict and isinstance(value, Mapping):
        return {key: validate(part, get_args(kind)[1], name=name) for key, part in value.items()}
    if isinstance(kind, UnionType):  # int | None
        kind = next((one for one in get_args(kind) if _is_a(value, one)), kind)
    if not _is_a(value, kind):
        raise ValueError(f"{name} is {_shown(value)}, which it cannot be")
    return float(value) if kind is float else value


def _tuple(value: list | tuple, kinds: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    if kinds[1:] == (...,):
        kinds = kinds[:1] * len(value)
    if len(kinds) != len(value):
        raise ValueError(f"{name} has {len(value)} values, not {len(kinds)}")
    return tuple(validate(part, kind, name=name) for part, kind in zip(value, kinds))


def _is_a(value: Any, kind: Any) -> bool:
    """Whether a plain value is of a plain kind; True is no number here, and a whole one a float."""
    if not isinstance(kind, type) or (isinstance(value, bool) and kind is not bool):
        return False
    if kind in (int, float) and isinstance(value, int):
        return abs(value) < 2**63
    return isinstance(value, kind) and value == value  # NaN is not equal to itself


def _shown(value: Any) -> str:
    """Short enough for a message."""
    if isinstance(value, (list, tuple, Mapping)):
        return f"a {type(value).__name__}"
    if isinstance(value, int) and abs(value) >= 2**63:
        return "a huge number"
    text = ascii(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
