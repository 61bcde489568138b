"""How good a round is, as far as labels tell."""
