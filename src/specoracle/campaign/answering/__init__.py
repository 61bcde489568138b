"""One annotator at the open batch, without a screen."""
