"""The workloads: what the generator is told for each, and which of its figures are kept.

A workload is a function from a Bench, the name of a peer and a Pace to a flat dictionary of
figures. All have `faults` (lost, doubled, reordered …: must be empty), `foreign` and, where a
server's memory was watched, `memory_idle` and `memory_after`. To add one: a function with
`@workload(…)`, and its rows in targets.py.
"""
import json
import subprocess

from . import machine
from .load import Watch
from .redis import Redis

OURS = ("atrium", "atrium_memory")
ALL = (*OURS, "raw", "node")
FAULTS = ("lost", "doubled", "out_of_order", "order_differs", "misrouted", "acks_lost",
          "acks_doubled", "refused", "gone")
WORKLOADS = {}


class Pace:
    """How long runs take."""

    def __init__(self, quick):
        self.warmup, self.duration = (0.5, 1) if quick else (1.5, 3)
        self.precision = 0.25 if quick else 0.06

    def times(self, stretch=1.0):
        return ["--warmup", self.warmup, "--duration", self.duration * stretch]


def workload(name, peers=ALL):
    def keep(measure):
        WORKLOADS[name] = (measure, peers)
        return measure
    return keep


def faults_of(report):
    found = {name: report[name] for name in FAULTS if report[name]}
    if not report["clean"] and not found:
        found["unclean"] = 1
    return found


def figures(report):
    """What every run has, in one spelling."""
    kept = {name: report[name] for name in report
            if name.startswith(("latency_", "ack_", "join_", "handshake_", "lag_", "memory_"))}
    for name in ("deliveries_per_s", "acks_per_s", "joins_per_s", "connects_per_s", "foreign",
                 "generator_share", "bytes_per_read"):
        kept[name] = report[name]
    if report["deliveries"]:
        million = report["deliveries"] / 1e6
        kept["cpu_s_per_1m"] = report["cpu_s"][0] / million
        kept["cpu_s_per_1m_with_store"] = sum(report["cpu_s"]) / million
    kept["memory_loaded"] = report["resident_loaded"][0]
    kept["failure"] = report["failure"]
    return with_faults(kept, faults_of(report))


def with_faults(kept, faults):
    """`kept` with these faults beside those that it has."""
    kept["faults"] = {**kept.get("faults", {}), **faults}
    kept["fault_count"] = sum(kept["faults"].values())
    return kept


def one_room_load(window, pace):
    return ["--connections", 100, "--rooms", 1, "--window", window, "--payload", 200,
            *pace.times()]


def one_room(window, dialect=None):
    def measure(bench, peer, pace):
        return figures(bench.run(peer, one_room_load(window, pace), dialect=dialect))
    return measure


for _window in (1, 16, 128):
    workload(f"W1.w{_window}")(one_room(_window))
    if _window > 1:
        workload(f"W1.w{_window}.socketio", OURS)(one_room(_window, "atrium_socketio"))


def many_rooms(rate):
    """100 rooms of 10, all of whom send: `rate` messages a second, ten deliveries each."""
    return ["--connections", 1000, "--rooms", 100, "--senders", 10, "--payload", 200,
            "--rate", rate]


@workload("W2.lat")
def steady(bench, peer, pace):
    return figures(bench.run(peer, [*many_rooms(1000), *pace.times(1.5)]))


# Where the search for the highest rate begins; it goes on from what was found last.
FIRST_RATE = {"atrium": 40_000, "atrium_memory": 80_000, "raw": 200_000, "node": 2000}


def at_rate(rate, pace):
    return [*many_rooms(rate), *pace.times(0.7), "--drain", 3]


def holds(bench, peer, rate, pace):
    """The figures of a run at `rate`, and whether it was kept up with p99 < 20 ms."""
    for _ in range(2):  # one failure may be noise
        kept = figures(bench.run(peer, at_rate(rate, pace), watch_memory=False))
        good = (not kept["faults"] and kept["latency_p99_us"] < 20_000
                and kept["deliveries_per_s"] > 0.97 * rate * 10)
        if good or kept["latency_p99_us"] > 200_000:
            break
    return good, kept


@workload("W2.max")
def highest_rate(bench, peer, pace):
    rate, low, high, best = FIRST_RATE[peer], 0, None, None
    while high is None or (high - low) / high > pace.precision:
        good, kept = holds(bench, peer, rate, pace)
        if good:
            low, best = rate, kept
        elif rate < 100:
            break
        else:
            high = rate
        rate = low * 1.4 if high is None else (low + high) / 2 if low else high / 1.8
    if best is None:
        return {**kept, "deliveries_per_s": 0.0, "faults": {}, "fault_count": 0}
    FIRST_RATE[peer] = low
    # Once more, for what the server keeps afterwards.
    again = bench.run(peer, at_rate(low, pace))
    best.update(memory_idle=again["memory_idle"], memory_after=again["memory_after"])
    return with_faults(best, faults_of(again))


@workload("W3")
def idle_connections(bench, peer, pace):
    """Memory on a server that has met ten clients, when what joining took is given back; speed on one
    that has met a thousand."""
    count = 5000
    everybody = ["--connections", count, "--rooms", 500, "--duration", 0]
    report = bench.run(peer, [*everybody, "--settle", 3])
    start = report["resident_start"][0]
    rated = bench.run(peer, everybody,
                      warm=["--connections", 1000, "--rooms", 100, "--duration", 0])
    kept = figures(report)
    kept.update(idle_bytes=(report["resident_connected"][0] - start) / count,
                joined_bytes=(report["resident_joined"][0] - start) / count,
                connects_per_s=rated["connects_per_s"])
    return with_faults(kept, faults_of(rated))


@workload("W4")
def join_storm(bench, peer, pace):
    storm = ["--connections", 1001, "--rooms", 1, "--prefill", 100, "--payload", 200,
             "--duration", 0]
    return figures(bench.run(peer, storm, warm=storm))


@workload("W5.max")
def whiteboards(bench, peer, pace):
    return figures(bench.run(peer, ["--kind", "whiteboard", "--connections", 20, "--rooms", 1,
                                    "--window", 4, "--payload", 10_000, *pace.times()]))


WALKERS, STEPS_PER_S = 300, 30
# Deliveries of one step, which depend on who sees whom, in Atrium's last run: the broadcaster, which
# knows no places, is to do as many.
SEEN_BY = {"anybody": 50}


def as_many_deliveries(pace):
    """Rooms of about as many as see a step, all of whom send, in frames as long."""
    rooms = max(1, round(WALKERS / SEEN_BY["anybody"]))
    rate = STEPS_PER_S * SEEN_BY["anybody"] * rooms
    return ["--connections", WALKERS, "--rooms", rooms, "--senders", WALKERS,
            "--rate", rate, "--payload", 36, *pace.times()]


@workload("W9", peers=(*OURS, "raw"))
def one_space(bench, peer, pace):
    """300 users walk in a space of 100 × 100, each with 30 steps a second of its own. Places may be
    skipped, but everybody has to know everybody's last one in the end."""
    if peer == "raw":
        return figures(bench.run(peer, as_many_deliveries(pace)))
    report = bench.run(peer, ["--kind", "space", "--connections", WALKERS, "--rooms", 1,
                              "--senders", WALKERS, "--rate", WALKERS * STEPS_PER_S,
                              *pace.times(), "--drain", 10])
    kept = figures(report)
    kept["seen_by"] = report["deliveries_per_s"] / (WALKERS * STEPS_PER_S)
    SEEN_BY["anybody"] = kept["seen_by"]
    return kept


def archived(server):
    """How many messages the archives in Redis have, all rooms together."""
    with Redis(server.redis_port) as redis:
        rooms = redis.ask("KEYS", "room_messages:*")
        return {"archived": sum(redis.ask("ZCARD", room) for room in rooms)}


@workload("W6", peers=("atrium",))
def durable_acks(bench, peer, pace):
    """10 rooms of 10, one of whom sends 500 messages a second and wants each confirmed. When the
    last ack is there, Redis is asked how many messages it has."""
    load = ["--connections", 100, "--rooms", 10, "--rate", 5000, "--payload", 200, *pace.times()]
    durable = bench.run(peer, [*load, "--durable", "--keep-rooms"], check=archived)
    plain = bench.run(peer, [*load, "--acks"])
    kept = figures(durable)
    kept.update(share_of_plain=durable["acks_per_s"] / plain["acks_per_s"],
                plain_ack_p99_us=plain["ack_p99_us"],
                memory_idle=plain["memory_idle"], memory_after=plain["memory_after"])
    missing = durable["sent"] - durable["archived"]
    faults = {"not_in_redis": missing} if missing > 0 else {}
    return with_faults(kept, {**faults_of(plain), **faults})


@workload("W8", peers=("atrium",))
def backlog(bench, peer, pace):
    """The writer pool by itself: 200,000 messages of 100 rooms that are waiting already."""
    def measure():
        with bench.server("redis") as server:
            with Watch(server.pids) as watch:
                done = subprocess.run([bench.programs["writers"], server.redis_url],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                      preexec_fn=machine.pin(bench.load_cpu))
            if not done.stdout.strip():
                raise RuntimeError(f"atrium_writers: {done.stderr[-300:]}")
            report = json.loads(done.stdout)
            report.update(foreign=watch.foreign, failure=done.stderr)
            faults = {"faulty_rooms": report["faulty_rooms"],
                      "not_drained": 1 - report["is_drained"]}
            return with_faults(report, {name: n for name, n in faults.items() if n})
    return bench.undisturbed(measure)
