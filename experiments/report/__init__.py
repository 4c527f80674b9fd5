"""What a reader gets: tables and their schemas, figures, pages, explanations."""
