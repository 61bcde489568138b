"""Benchmarks are scripts that import each other by name, here as on the command line."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

# Runs in an environment of its own, which the benchmark makes; here there is no Keras.
collect_ignore = ["keras_peer.py"]
