"""Tests of what is read from runs."""
