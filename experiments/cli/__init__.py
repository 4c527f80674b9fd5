"""The console command: what is typed, what is printed, and what is said of errors."""
