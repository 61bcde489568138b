"""Recipes: named steps that turn observed spectra into rows of an archive."""
