"""What is counted: outcomes, winners and losers, and the statistics that surveys would collect."""
