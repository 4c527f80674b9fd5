"""Tests of the programs that use the model: notebooks and examples."""
