"""A table of texts and numbers, any letters in them; its heads can sort, its rows be picked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from visualize.components.base import clean, component

TEMPLATE = (
    '<div class="lab-table">'
    '<p class="lab-title" hidden></p>'
    '<div class="lab-table-box"><table><thead><tr></tr></thead><tbody></tbody></table></div>'
    '<p class="lab-note" hidden></p>'
    "</div>"
)
KINDS = ("text", "number", "letters")
MAX_ROWS = 200


def table(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "table",
    **options: Any,
) -> gr.HTML:
    """A table of `table_value(...)`; None shows nothing.

    Event: `.pick(fn)` with `evt.index`, a row as it was sent, if the rows can be picked.
    """
    return component(
        __file__, value, template=TEMPLATE, elem_id=elem_id, label=label,
        **options,
    )  # fmt: skip


def table_value(
    rows: Sequence[Sequence[str]],
    *,
    columns: Sequence[tuple[str, str]],
    version: int,
    title: str = "",
    note: str = "",
    strong: int | None = None,
    sortable: bool = False,
    pickable: Sequence[bool] = (),
) -> dict[str, Any]:
    """What a table shows, for its value.

    rows: texts, one for each column. columns: (heading, kind) each; kinds: "text", "number" (set
    flush right) or "letters" (in mono, blanks kept). Without any heading there is no head line.
    note: a sentence below. strong: index of the row that is set bold.

    sortable: a click on a heading sorts, numbers from the smallest, then the other way round.
    pickable: for each row, whether its first cell is a button that picks it.

    The first 200 rows are sent. Raises ValueError where a row does not fit the columns.
    """
    kinds = [kind for _, kind in columns]
    if any(kind not in KINDS for kind in kinds):
        raise ValueError(f"kinds of columns are {', '.join(KINDS)}, not {kinds}")
    if any(len(row) != len(columns) for row in rows):
        raise ValueError(f"every row needs {len(columns)} texts")
    return {
        "version": int(version),
        "title": clean(title),
        "note": clean(note),
        "heads": [clean(head) for head, _ in columns],
        "kinds": kinds,
        "rows": [[clean(cell) for cell in row] for row in rows[:MAX_ROWS]],
        "strong": strong,
        "sortable": bool(sortable),
        "pickable": [bool(one) for one in pickable],
    }
