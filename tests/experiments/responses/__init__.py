"""Tests of replications of published studies."""
