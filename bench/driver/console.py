"""What it costs the hot path that operators look on: W1.w16 on a server with 20,000 rooms in memory
and 5,000 idle connections, in turns with and without `atriumctl top` every second and a whole list of
rooms and of connections every other.
"""
import http.client
import json
import subprocess
import tempfile
import time
from statistics import median

from . import machine
from .load import Watch
from .workloads import OURS, figures, one_room_load, with_faults, workload

ROOMS, CONNECTIONS, TURNS = 20_000, 5_000, 5
TOKEN = "token-of-the-bench"
SETTINGS = {"ATRIUM_ADMIN_TOKEN": TOKEN, "ATRIUM_ROOMS_IDLE_MS": "3600000"}


def fill(server):
    """Rooms that stay in memory, over one connection."""
    door = http.client.HTTPConnection("127.0.0.1", server.port)
    for i in range(ROOMS):
        body = json.dumps({"name": f"Room {i}", "createdBy": "bench"})
        door.request("POST", "/api/rooms", body, {"Content-Type": "application/json"})
        answer = door.getresponse()
        answer.read()
        if answer.status != 201:
            raise RuntimeError(f"room {i} was not created: {answer.status}")
    door.close()


def wait_for_connections(server, count):
    door = http.client.HTTPConnection("127.0.0.1", server.port)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        door.request("GET", "/api/admin/overview", headers={"Authorization": f"Bearer {TOKEN}"})
        if json.loads(door.getresponse().read())["connections"]["total"] >= count:
            return door.close()
        time.sleep(0.2)
    raise RuntimeError(f"{count} connections did not come")


class Operators:
    """`with Operators(…)`: they look on. Their own work is done on the generator's CPU, so what the
    generator loses by it counts against the server, too."""

    COMMANDS = (["top", "--interval", "1"],
                ["top", "--interval", "2", "--list", "connections", "--sort", "sent"])

    def __init__(self, bench, server):
        self.program, self.cpu = bench.programs["atriumctl"], bench.load_cpu
        self.url, self.running = f"http://127.0.0.1:{server.port}", []

    def __enter__(self):
        for command in self.COMMANDS:
            self.running.append(subprocess.Popen(
                [self.program, "--url", self.url, "--token", TOKEN, *command],
                stdin=subprocess.DEVNULL, stdout=tempfile.TemporaryFile(),
                stderr=subprocess.STDOUT, preexec_fn=machine.pin(self.cpu)))

    def __exit__(self, *_):
        for process in self.running:
            if process.poll() is not None:
                raise RuntimeError(f"atriumctl ended by itself: {process.returncode}")
            process.terminate()
            process.wait()


def taken_in_turns(bench, server, arguments):
    """Reports without and with operators, in the order A B B A …, so that a drift hits both."""
    alone, watched = [], []
    for turn in range(TURNS):
        for is_watched in (False, True) if turn % 2 == 0 else (True, False):
            if is_watched:
                with Operators(bench, server):
                    watched.append(bench.load(server, arguments))
            else:
                alone.append(bench.load(server, arguments))
    return alone, watched


@workload("W10", OURS)
def looked_at(bench, peer, pace):
    with bench.server(peer, SETTINGS) as server:
        fill(server)
        crowd = bench.start_load(server, ["--room-prefix", "crowd-", "--connections", CONNECTIONS,
                                          "--rooms", 500, "--rate", 1, "--duration", 600,
                                          "--limit", 700])
        try:
            wait_for_connections(server, CONNECTIONS)
            with Watch([*server.pids, crowd.pid]) as watch:
                alone, watched = taken_in_turns(bench, server, one_room_load(16, pace))
        finally:
            crowd.kill()
            crowd.communicate()
        rates = [[r["deliveries_per_s"] for r in reports] for reports in (alone, watched)]
        kept = figures({**watched[-1], "foreign": watch.foreign, "memory_idle": 0,
                        "memory_after": 0})
        kept["share_of_unwatched"] = median(rates[1]) / median(rates[0])
        for report in (*alone, *watched):
            kept = with_faults(kept, {name: n for name, n in figures(
                {**report, "foreign": 0})["faults"].items()})
        return kept
