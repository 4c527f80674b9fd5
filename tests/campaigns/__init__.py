"""Campaigns against silent mistakes: thousands of generated requests, files, stops and pairs, each with what is owed.

`python -m tests.campaigns KIND --number N --seed S`, or `make campaigns`.
"""
