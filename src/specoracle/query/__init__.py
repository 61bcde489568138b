"""Whom to ask: acquisition functions and query strategies over arrays of scores."""
