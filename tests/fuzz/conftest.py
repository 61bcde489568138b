"""The campaigns are scripts that import each other by name, here as on the command line."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
