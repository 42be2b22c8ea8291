"""A hall of phones in a process of its own: posts scans over kept connections and tells how long they took.

Reads one JSON document from stdin: {port, path, headers, bodies, connections}; writes {seconds, results} to stdout.
"""

import json
import sys
import threading
from collections import Counter
from http.client import HTTPConnection
from time import perf_counter
from typing import Any

PATIENCE = 20  # seconds for one answer


def post_all(work: dict[str, Any]) -> dict[str, Any]:
    """Post every body once; the clock runs from the moment all connections are open to the last answer."""
    waiting = iter([json.dumps(body) for body in work["bodies"]])
    lock = threading.Lock()
    results: Counter[str] = Counter()
    together = threading.Barrier(work["connections"] + 1)

    def be_a_phone() -> None:
        connection = HTTPConnection("127.0.0.1", work["port"], timeout=PATIENCE)
        connection.connect()
        together.wait()
        while True:
            with lock:
                body = next(waiting, None)
            if body is None:
                break
            connection.request("POST", work["path"], body, work["headers"])
            answer = connection.getresponse()
            text = answer.read()
            with lock:
                results[json.loads(text)["result"] if answer.status == 200 else str(answer.status)] += 1
        connection.close()

    phones = [threading.Thread(target=be_a_phone) for _ in range(work["connections"])]
    for phone in phones:
        phone.start()
    together.wait()
    start = perf_counter()
    for phone in phones:
        phone.join()
    return {"seconds": perf_counter() - start, "results": results}


if __name__ == "__main__":
    json.dump(post_all(json.load(sys.stdin)), sys.stdout)
