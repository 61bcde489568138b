"""The candidates: a table with its provenance, and what is written of it."""
