"""A map of the spectra: neighbours in the features drawn as neighbours in the plane."""
