"""Survey files in, spectra out: the only place that knows FITS."""
