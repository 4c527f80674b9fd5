"""How it runs: replicates on executors and launchers, checkpoints of finished pieces, the store of results."""
