"""Made-up stars and LAMOST-like files with known truth, and lines to inject."""
