"""What is asked: settings, policies, the comparison, and the points of a sweep; checked before anything runs."""
