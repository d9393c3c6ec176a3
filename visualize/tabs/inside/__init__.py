"""Inside: a real batch on its way through a net, forward and back (makemore lectures 3 and 5)."""

from __future__ import annotations

from visualize.page.section import Builder, build_sections
from visualize.page.state import AppContext
from visualize.tabs.inside import batchnorm, layers, start, tree, updates

SECTIONS: dict[str, Builder] = {
    "Layers": layers.build,
    "First weights": start.build,
    "Pace of learning": updates.build,
    "BatchNorm": batchnorm.build,
    "WaveNet tree": tree.build,
}


def build(app: AppContext) -> None:
    """Lay out the tab and wire it."""
    build_sections(app, "inside", SECTIONS, switch_id="inside-part")
