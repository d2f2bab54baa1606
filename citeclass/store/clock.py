"""The time that rows are stamped with."""

from datetime import UTC, datetime


def now() -> str:
    """The time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
