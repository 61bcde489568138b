"""The labelling desk: widgets, and the panels that compose them."""
