"""What a year does to people beside the market: ageing, entry, research, beliefs, ties, and the ledger."""
