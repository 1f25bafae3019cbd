"""One run: a fresh server, a warm-up, the generator, and what the server's memory does afterwards.

A run that others disturbed is repeated, and the least disturbed one is kept.
"""
import json
import resource
import subprocess
import time

from . import machine
from .servers import PEERS, Server

# A server that was never spoken to has not even touched its code: idle is measured after this.
FIRST_TOUCH = ["--connections", 10, "--rate", 200, "--warmup", 0, "--duration", 0.3]
# How long memory may take to come back after everybody left, and how far it has to come. Rooms that
# nobody is in stay in memory for `rooms.idle_ms`, a minute.
RETURN_S = 72
RETURN_LIMIT = 1.2


class Watch:
    """How many CPUs others used between enter and exit: `foreign`."""

    def __init__(self, server_pids):
        self.server_pids, self.foreign = server_pids, 0.0

    def _ours(self):
        # Children are in the books when they have ended; servers are still running.
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return (sum(u.ru_utime + u.ru_stime for u in used)
                + sum(map(machine.cpu_s, self.server_pids)))

    def __enter__(self):
        self.began = time.monotonic(), machine.busy_s(), self._ours()
        return self

    def __exit__(self, *_):
        began, busy, ours = self.began
        others = (machine.busy_s() - busy) - (self._ours() - ours)
        self.foreign = round(max(0.0, others / (time.monotonic() - began)), 3)


def settled(server):
    """Resident bytes when they have stopped changing, or after two seconds."""
    last = server.resident_bytes()
    for _ in range(10):
        time.sleep(0.2)
        now = server.resident_bytes()
        if abs(now - last) < last / 100:
            return now
        last = now
    return last


def returned(server, idle):
    """Resident bytes as soon as they are near `idle` again, or after RETURN_S."""
    end = time.monotonic() + RETURN_S
    while server.resident_bytes() > idle * RETURN_LIMIT and time.monotonic() < end:
        time.sleep(0.2)
    return server.resident_bytes()


class Bench:
    """How runs are made: with which programs, on which CPUs, how quiet the machine has to be."""

    def __init__(self, programs, pinned=True, quiet=0.15, wait_s=25, tries=3):
        self.programs, self.quiet, self.wait_s, self.tries = programs, quiet, wait_s, tries
        self.server_cpu, self.load_cpu = machine.cpu_pair(pinned)

    def server(self, peer_name, env=None, dialect=None):
        return Server(PEERS[peer_name], self.programs, self.server_cpu, env, dialect)

    def start_load(self, server, arguments):
        """Starts the generator; `report_of` waits for it."""
        command = [self.programs["load"], "--dialect", server.dialect, "--port", server.port,
                   "--pids", ",".join(map(str, server.pids)), *arguments]
        return subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True,
                                preexec_fn=machine.pin(self.load_cpu))

    def report_of(self, server, process):
        out, err = process.communicate()
        if server.died():
            raise RuntimeError(f"{server.peer.name} ended by itself: {server.last_words()}")
        if not out.strip():
            raise RuntimeError(f"{server.peer.name}: {err[-300:]} {server.last_words()}")
        return json.loads(out)

    def load(self, server, arguments):
        return self.report_of(server, self.start_load(server, arguments))

    def undisturbed(self, measure):
        """What `measure` returns, made again while its `foreign` is too high."""
        best = None
        for _ in range(self.tries):
            machine.wait_until_quiet(self.quiet, self.wait_s)
            result = measure()
            if best is None or result["foreign"] < best["foreign"]:
                best = result
            if best["foreign"] <= self.quiet:
                break
        return best

    def run(self, peer_name, arguments, warm=None, check=None, watch_memory=True, dialect=None):
        """One run on a fresh server: the generator's report with `foreign` (CPUs), `memory_idle`
        and `memory_after` (bytes; 0: not watched), and what `check(server)` adds while the server
        still runs."""
        def measure():
            with self.server(peer_name, dialect=dialect) as server:
                self.load(server, ["--room-prefix", "first-", *FIRST_TOUCH])
                if warm:
                    self.load(server, ["--room-prefix", "warm-", *warm])
                idle = settled(server)
                with Watch(server.pids) as watch:
                    report = self.load(server, arguments)
                if check:
                    report.update(check(server))
                is_watched = watch_memory and server.peer.has_to_return
                after = returned(server, idle) if is_watched else 0
                report.update(foreign=watch.foreign, memory_idle=idle, memory_after=after)
                return report
        return self.undisturbed(measure)
