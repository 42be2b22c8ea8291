"""One blueprint registered for /commune, /department, /district, /province."""

from flask import Flask


def register(app: Flask) -> None:
    """Register the four tiers."""
