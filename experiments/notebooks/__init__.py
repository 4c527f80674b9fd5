"""Notebooks for analysts, as readable sources, and what runs and shows them."""
