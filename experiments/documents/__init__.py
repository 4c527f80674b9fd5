"""Documents that are made from the code and the data: parts of the model description, and the site."""
