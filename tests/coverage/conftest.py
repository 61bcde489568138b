import sys
from pathlib import Path

# The study is no part of the package; its tests find its modules here.
sys.path.insert(0, str(Path(__file__).parent))
