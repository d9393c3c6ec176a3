"""Bigrams: counting, looking further back, and a net that finds the counts (makemore lecture 1)."""

from __future__ import annotations

from visualize.page.section import Builder, build_sections
from visualize.page.state import AppContext
from visualize.tabs.bigrams import net, orders, table

SECTIONS: dict[str, Builder] = {
    "The table": table.build,
    "More letters back": orders.build,
    "A net learns the table": net.build,
}


def build(app: AppContext) -> None:
    """Lay out the tab and wire it."""
    build_sections(app, "bigrams", SECTIONS, switch_id="bigram-part")
