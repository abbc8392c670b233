"""Plain data as JSON; NaN and infinity become null."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any


def json_text(plain: Mapping[str, Any]) -> str:
    """Plain data as one JSON object that ends in a new line; NaN and infinity are null."""
    return json.dumps(finite(plain), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def finite(value: Any) -> Any:
    """The value as plain data at any depth, with None in place of NaN and infinity."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    if is_dataclass(value):
        return {field.name: finite(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    return value
