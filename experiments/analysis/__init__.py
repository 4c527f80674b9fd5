"""What is read from finished runs: paired effects, their variance, life courses."""
