"""Everything a person sees: `style` holds the taste, figures and components draw, tabs lay out."""
