"""Servers under test: how each is started, which of its processes counts as what, and that all of
them end. Every run gets a server of its own, on free ports of 127.0.0.1, in a folder of its own.
"""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from . import machine

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# What a benchmark asks of one address is not what a client may.
NO_LIMITS = {
    "ATRIUM_LIMITS_CONNECTIONS_PER_IP": "0",
    "ATRIUM_LIMITS_EVENTS_PER_SECOND": "0",
    "ATRIUM_LIMITS_REQUESTS_PER_SECOND": "0",
    "ATRIUM_LIMITS_ROOMS_CREATED_PER_MINUTE": "0",
}
# All servers give a joiner the same: the last 100 messages.
JOIN_HISTORY = 100


class Peer:
    """A kind of server. `command` may hold {atriumd}, {raw}, {port}, {redis}."""

    def __init__(self, name, label, dialect, command, env=None, redis=False):
        self.name, self.label, self.dialect = name, label, dialect
        self.command, self.env, self.redis = command, env or {}, redis
        # What is expected of ours: memory comes back when everybody has left.
        self.has_to_return = name.startswith("atrium")


PEERS = {p.name: p for p in [
    Peer("atrium", "Atrium, Redis", "atrium",
         ["{atriumd}", "--port", "{port}", "--log-level", "warn", "--redis", "{redis}"],
         {**NO_LIMITS, "ATRIUM_CHAT_JOIN_HISTORY": str(JOIN_HISTORY)}, redis=True),
    Peer("atrium_memory", "Atrium, memory", "atrium",
         ["{atriumd}", "--port", "{port}", "--log-level", "warn", "--store", "memory"],
         {**NO_LIMITS, "ATRIUM_CHAT_JOIN_HISTORY": str(JOIN_HISTORY)}),
    Peer("raw", "raw epoll", "raw", ["{raw}", "{port}", str(JOIN_HISTORY)]),
    Peer("node", "Socket.IO, Redis", "node",
         ["node", os.path.join(HERE, "reference", "node", "server.js"), "{port}", "{redis}"],
         {"NODE_ENV": "production", "JOIN_HISTORY": str(JOIN_HISTORY)}, redis=True),
    Peer("redis", "Redis alone", None, None, redis=True),
]}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A running peer, with its Redis if it has one: `with Server(…) as s`. `dialect`: how it is
    spoken to, if not as its peer usually is."""

    def __init__(self, peer, programs, cpu, env=None, dialect=None):
        self.peer, self.cpu, self.dialect = peer, cpu, dialect or peer.dialect
        self.port = free_port()
        self.redis_port = free_port() if peer.redis else None
        self.folder = tempfile.mkdtemp(prefix="atrium-bench-")
        self.log = os.path.join(self.folder, "log")
        self.programs = programs
        self.env = {**os.environ, **peer.env, **(env or {})}
        self.processes = []

    def __enter__(self):
        try:
            if self.redis_port:
                self._start(["redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1",
                             "--save", "", "--appendonly", "no", "--dir", self.folder],
                            self.redis_port)
            names = {**self.programs, "port": self.port, "redis": self.redis_url}
            if self.peer.command:
                self._start([word.format(**names) for word in self.peer.command], self.port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(12)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def redis_url(self):
        return f"redis://127.0.0.1:{self.redis_port}/0"

    @property
    def pids(self):
        """The server first, then its Redis."""
        return [p.pid for p in reversed(self.processes)]

    def resident_bytes(self):
        """Of the server alone."""
        return machine.resident_bytes(self.pids[0])

    def died(self):
        return any(p.poll() is not None for p in self.processes)

    def _start(self, command, port):
        with open(self.log, "ab") as log:
            process = subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log, preexec_fn=machine.pin(self.cpu))
        self.processes.append(process)
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    said = self.last_words()
                    raise RuntimeError(f"{command[0]} does not listen: {said}") from None
                time.sleep(0.02)

    def last_words(self):
        with open(self.log, errors="replace") as f:
            return f.read()[-500:]
