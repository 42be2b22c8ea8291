"""The door through real servers in processes of their own: crowds, cut connections, `kill -9`; nothing is lost, nobody is in twice.

SQLite behind waitress as `run.py` starts it, PostgreSQL behind two workers of gunicorn.
"""

import importlib.util
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from benchmarks.province import add_delegates
from benchmarks.serving import GUNICORN, WAITRESS, free_port, start_server, stop_server
from congress.models import Attendance, Device, Gate, Scan, ScanConflict, Sitting, db
from congress.operations.badges import issue_badges, tokens_of
from tests.conftest import DATABASES, SETTINGS, close, migrate
from tests.databases import postgresql_database
from tests.world import NOW, World

PEOPLE, CLIENTS = 200, 16
PATIENCE = 20  # seconds for one answer
SCANS = "/api/gate/scans"
Body = dict[str, Any]


class Hall:
    """A congress with a crowd before its doors, and a server; each test takes a sitting of its own."""

    def __init__(self, app: Flask, folder: Path, url: str) -> None:
        self.app, self.folder, self.url = app, folder, url
        self.command = WAITRESS if url.startswith("sqlite") else GUNICORN
        self.port = free_port()
        with app.app_context():
            self.congress_id, sealer = World().congress.id, app.extensions["sealer"]
            congress = db.session.get_one(World.__annotations__.get("congress", Congress), self.congress_id)
