"""The server under test, for Python clients: the program that ATRIUMD names, on a free port of
127.0.0.1, rooms in memory unless `store` says otherwise. It dies with the test, even when that is
killed (setpriv sets PR_SET_PDEATHSIG). stop() demands the exit code 0.
"""
import json
import os
import re
import subprocess
import threading
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.environ.get("ATRIUMD", os.path.join(HERE, "..", "..", "..", "build", "dev", "atriumd"))
# No test lasts this long; only one that fails waits for it. Seconds.
PATIENCE = 20
OURS = re.compile(r"(ATRIUM_|REDIS_|PORT$|HOST$)")
BANNER = re.compile(r"listens on (http://127\.0\.0\.1:\d+)")


class Atriumd:
    def __init__(self, settings=None, store=("--store", "memory")):
        env = {k: v for k, v in os.environ.items() if not OURS.match(k)}
        env.update({f"ATRIUM_{k}": str(v) for k, v in (settings or {}).items()})
        self._output = ""
        self._is_listening = threading.Event()
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", PROGRAM, "--host", "127.0.0.1", "--port", "0",
             *store],
            env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._is_listening.wait(PATIENCE)
        banner = BANNER.search(self._output)
        if not banner:
            self._process.kill()
            raise RuntimeError(f"the server does not listen:\n{self._output}")
        self.url = banner.group(1)

    def create_room(self, **fields):
        """The room, as REST gives it."""
        body = json.dumps({"name": "Maths", "createdBy": "teacher", **fields}).encode()
        request = urllib.request.Request(f"{self.url}/api/rooms/create", body,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["room"]

    def stop(self):
        self._process.terminate()
        self.ended()

    def ended(self):
        """Waits for an end that something else brought about."""
        try:
            code = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._reader.join(PATIENCE)
        self._process.stdout.close()
        if code != 0:
            raise AssertionError(f"the server ended with {code}:\n{self._output}")

    def _read(self):
        for line in self._process.stdout:
            self._output += line
            if BANNER.search(line):
                self._is_listening.set()
        self._is_listening.set()
