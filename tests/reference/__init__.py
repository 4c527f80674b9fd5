"""The fast model against the plain agents."""
