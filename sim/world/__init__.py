"""The world around the researchers: tables, behavioural parameters and the calibrated ensemble."""
