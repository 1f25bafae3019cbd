"""A steady load for long: nothing may be lost, memory may not grow once the rooms are full."""
import time

from .load import Watch
from .workloads import faults_of, many_rooms

GROWTH_LIMIT = 1.2
# Clients connect and join; their rooms fill.
LEAD_IN_S = 4
# What a room keeps is bounded, but takes 100 seconds to fill at ten messages a second. A short soak
# takes smaller rooms; the memory store's archive, which Redis would keep, is bounded in any case.
SMALL_ROOMS = {"ATRIUM_ROOMS_WINDOW_COUNT": "10", "ATRIUM_CHAT_HOT_MESSAGES": "10",
               "ATRIUM_CHAT_JOIN_HISTORY": "10"}
ROOM_FILLS_S = 150


def settings(peer, seconds):
    small = seconds / 10 < ROOM_FILLS_S
    env = dict(SMALL_ROOMS) if small else {}
    if peer == "atrium_memory":
        env["ATRIUM_CHAT_ARCHIVE_MAX_MESSAGES"] = "10" if small else "1000"
    return env


def soak(bench, peer, minutes):
    """Figures as of a workload, and `samples` of resident bytes over the time."""
    seconds = minutes * 60
    arguments = [*many_rooms(1000), "--warmup", LEAD_IN_S, "--duration", seconds,
                 "--limit", seconds + 60]
    samples = []
    with bench.server(peer, settings(peer, seconds)) as server:
        with Watch(server.pids) as watch:
            process = bench.start_load(server, arguments)
            time.sleep(LEAD_IN_S)
            while process.poll() is None:
                time.sleep(max(0.25, seconds / 200))
                samples.append(server.resident_bytes())
            report = bench.report_of(server, process)
    return {**judge(samples), "samples": samples, "faults": faults_of(report),
            "failure": report["failure"], "foreign": watch.foreign,
            "deliveries_per_s": report["deliveries_per_s"],
            "latency_p99_us": report["latency_p99_us"]}


def judge(samples):
    """Resident bytes when the first tenth was over, the most since, and the last tenth's mean as a
    multiple of the former."""
    settled = samples[len(samples) // 10]
    last = samples[-max(1, len(samples) // 10):]
    return {"memory_settled": settled, "memory_most": max(samples[len(samples) // 10:]),
            "growth": sum(last) / len(last) / settled}


def problems(peer, result):
    found = []
    if result["faults"]:
        found.append(f"soak {peer}: {result['faults']} {result['failure']}")
    if result["growth"] > GROWTH_LIMIT:
        found.append(f"soak {peer}: memory grew {result['growth']:.2f} × after the first tenth")
    return found
