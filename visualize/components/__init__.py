"""What moves or is clicked: factories around `gr.HTML`, each with its JavaScript beside it."""
