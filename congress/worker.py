"""Work done ahead, beside the requests: the keys of gates' lists, some milliseconds for every badge.

The embedded server runs it in a thread, a server of several processes as `python3 run.py checkin worker --every 5`. Two workers
do no harm: whoever comes second finds the work done.
"""

import logging
from collections.abc import Callable
from threading import Event, Thread

from flask import Flask
from sqlalchemy import select

from .models import Congress, db
from .operations import snapshots
from .operations.snapshot_keys import find_salt

PAUSE = 5  # seconds between two looks
CHUNK = 50  # badges of one transaction
log = logging.getLogger(__name__)


def derive_ahead(app: Flask) -> int:
    """Derive the keys of every badge that has none, where a gate once carried a list; how many there were. Commits by chunks."""
    done = 0
    with app.app_context():
        carried = db.session.scalars(select(Congress.id).where(Congress.snapshot_salt != "").order_by(Congress.id)).all()
        db.session.rollback()
        for congress_id in carried:
            while badges := snapshots.badges_without_keys(congress_id, CHUNK):
                salt = find_salt(congress_id) or b""
                db.session.rollback()  # nothing is held while the keys are made
                rows = snapshots.derive_keys(badges, salt, app.extensions["sealer"])
                snapshots.keep_keys(rows)
                db.session.commit()
                done += len(rows)
            db.session.rollback()
        db.session.remove()
    return done


def work(app: Flask, ended: Event, pause: float = PAUSE) -> None:
    """Look for work until `ended` is set; a failure is told in the log and tried again."""
    while not ended.wait(pause):
        try:
            derive_ahead(app)
        except Exception as error:
            log.error("the worker met %s; it goes on in %s seconds", type(error).__name__, pause)


def start_worker(app: Flask) -> Callable[[], None]:
    """Work in a thread of this process; what is given back ends it."""
    ended = Event()
    thread = Thread(target=work, args=(app, ended), name="worker", daemon=True)
    thread.start()

    def stop() -> None:
        ended.set()
        thread.join(PAUSE)

    return stop
