"""What all tabs share: session state, events, lessons, links, sidebar, downloads, training queue.

May import: `makemore`, `visualize.components`, `visualize.figures`. Never a tab.
"""
