"""The archive of prepared spectra on disk: the only place that knows HDF5."""
