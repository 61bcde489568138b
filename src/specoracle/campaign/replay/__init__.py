"""Campaigns whose oracle knows the truth, compared."""
