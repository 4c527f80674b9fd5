"""Imported by the fork server: importing it warms the process up that workers are copied from."""

from experiments.run.worker import warm_up

warm_up()
