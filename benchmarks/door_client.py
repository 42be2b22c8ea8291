"""A hall of phones in a process of its own: posts scans over kept connections and tells how long each took.

Reads one JSON document from stdin: {port, path, keys, bodies}, one phone for each device key, one request for each body; writes
{seconds, took, results} to stdout, `took` in seconds.
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
    took: list[float] = []
    together = threading.Barrier(len(work["keys"]) + 1)

    def be_a_phone(key: str) -> None:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept": "application/json"}
        connection = HTTPConnection("127.0.0.1", work["port"], timeout=PATIENCE)
        connection.connect()
        together.wait()
        while True:
            with lock:
                body = next(waiting, None)
            if body is None:
                break
            begun = perf_counter()
            connection.request("POST", work["path"], body, headers)
            answer = connection.getresponse()
            text = answer.read()
            seconds = perf_counter() - begun
            told = [each["result"] for each in json.loads(text)] if answer.status == 200 else [str(answer.status)]
            with lock:
                took.append(seconds)
                results.update(told)
        connection.close()

    phones = [threading.Thread(target=be_a_phone, args=(key,)) for key in work["keys"]]
    for phone in phones:
        phone.start()
    together.wait()
    start = perf_counter()
    for phone in phones:
        phone.join()
    return {"seconds": perf_counter() - start, "took": took, "results": results}


if __name__ == "__main__":
    json.dump(post_all(json.load(sys.stdin)), sys.stdout)
