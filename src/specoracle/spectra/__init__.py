"""Spectra, wavelength scales, grids and recipes: arrays in, arrays out."""
