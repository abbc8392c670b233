"""Plain data as JSON: what is not a number becomes null."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["finite", "json_text"]


def json_text(plain: Mapping[str, Any]) -> str:
    """Plain data as one JSON object, ending in a new line; what is no number is null."""
    return json.dumps(finite(plain), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def finite(value: Any) -> Any:
    """The value with None where a number is none."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(inner) for inner in value]
    return value
