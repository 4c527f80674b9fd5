"""The console command: its arguments, its output, and its sentences for errors."""
