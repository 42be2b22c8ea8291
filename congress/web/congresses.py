"""Pages of congresses."""

from flask import Blueprint

bp = Blueprint("congresses", __name__)
