"""Percentiles, the way every table here has them."""

from collections.abc import Sequence

import numpy as np


def percentile(values: Sequence[float], which: float) -> float:
    """Return a percentile, interpolated; NaN when there are no values."""
    return float(np.percentile(values, which)) if values else float("nan")
