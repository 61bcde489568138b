"""Tables of no known survey: which column is what, and one module a format."""
