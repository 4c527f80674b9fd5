"""The estimators of published studies, as functions of a sample of people."""
