"""A run as a notebook: the exported script in cells, under the headings of the lectures."""

from __future__ import annotations

import re

HEADINGS = re.compile(r"^# --- (.+)$", re.MULTILINE)


def as_notebook(script: str) -> str:
    """The text of an .ipynb file for a script of `export.as_script`.

    The docstring becomes the first cell, each line `# --- heading` a heading with the code below
    it. Run from top to bottom it computes what the script computes.
    """
    import nbformat.v4 as v4  # late: the lab starts faster without it

    _, about, code = script.split('"""', 2)
    title, _, rest = about.strip().partition("\n")
    cells = [v4.new_markdown_cell(f"# {title}\n{rest}")]
    first, *parts = HEADINGS.split(code)
    cells.append(v4.new_code_cell(first.strip()))
    for heading, source in zip(parts[::2], parts[1::2]):
        cells.append(v4.new_markdown_cell(f"## {heading[0].upper()}{heading[1:]}"))
        cells.append(v4.new_code_cell(source.strip()))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # not random: the same run gives the same file
    language = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.writes(v4.new_notebook(cells=cells, metadata={"kernelspec": language})) + "\n"
