#!/usr/bin/env python3
"""Measures Atrium beside its references, prints a table, writes a JSON file.

  run.py                                   everything, three repetitions: about half an hour
  run.py --quick                           everything once and short
  run.py --only W1.w16,W4 --peers atrium,raw
  run.py --soak 60                         steady load for an hour, memory watched

Every run has a fresh server. Servers run on the first CPU, the generator on the second. Exit code
1: something was lost, doubled or reordered, or memory did not come back. Missed targets are
reported, and count with --strict. scripts/bench builds what this needs and calls it.
"""
import argparse
import json
import os
import sys
import time

from driver import console, machine, soak, targets  # noqa: F401 (console registers W10)
from driver.load import Bench
from driver.workloads import ALL, WORKLOADS, Pace

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def parsed():
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--quick", action="store_true", help="short runs, one repetition")
    p.add_argument("--only", default=",".join(WORKLOADS), help="workloads, separated by commas")
    p.add_argument("--peers", default=",".join(ALL), help="servers: " + ", ".join(ALL))
    p.add_argument("--reps", type=int, help="repetitions (3; --quick: 1); medians are reported")
    p.add_argument("--soak", type=float, metavar="MINUTES",
                   help="instead of the workloads, or after those of --only")
    p.add_argument("--strict", action="store_true", help="missed targets count as failure")
    p.add_argument("--build", default=os.path.join(ROOT, "build", "bench"), metavar="DIR")
    p.add_argument("--atriumd", metavar="FILE", help="the server to measure (DIR/atriumd)")
    p.add_argument("--out", metavar="FILE", help="results (DIR/results.json)")
    p.add_argument("--unpinned", action="store_true", help="leave it to the kernel who runs where")
    p.add_argument("--urgent", action="store_true",
                   help="take precedence over all other processes (root)")
    p.add_argument("--foreign", type=float, default=0.15, metavar="CPUS",
                   help="what others may use before a run is repeated (0.15)")
    p.add_argument("--patience", type=float, default=25, metavar="SECONDS",
                   help="how long to wait for a quiet machine before a run (25)")
    p.add_argument("--tries", type=int, help="attempts at a quiet run (3; --quick: 1)")
    return p.parse_args()


def programs(options):
    built = {"atriumd": options.atriumd or os.path.join(options.build, "atriumd")}
    for name, path in (("load", "bench/atrium_load"), ("raw", "bench/raw_broadcaster"),
                       ("writers", "bench/atrium_writers"), ("atriumctl", "atriumctl")):
        built[name] = os.path.join(options.build, path)
    return built


def told(workload, peer, repetition, figures):
    """One line of progress."""
    shown = [f"{label} {targets.human(figures[name])}" for name, label in (
        ("deliveries_per_s", "deliveries/s"), ("latency_p50_us", "p50 µs"),
        ("latency_p99_us", "p99 µs"), ("cpu_s_per_1m", "CPU s/1M"), ("joins_per_s", "joins/s"),
        ("connects_per_s", "connects/s"), ("idle_bytes", "bytes idle"),
        ("joined_bytes", "bytes joined"), ("acks_per_s", "acks/s"), ("ack_p99_us", "ack p99 µs"),
        ("messages_per_s", "messages/s"), ("generator_share", "generator"),
        ("foreign", "foreign")) if figures.get(name)]
    faults = f" FAULTS {figures['faults']}" if figures["faults"] else ""
    print(f"{time.strftime('%H:%M:%S')} {workload:16} {peer:14} {repetition}: {', '.join(shown)}"
          f"{faults}", file=sys.stderr, flush=True)


def measure(options, bench):
    """All runs: {workload: {peer: [figures of each repetition]}}."""
    pace, runs = Pace(options.quick), {}
    wanted = [w for w in WORKLOADS if w in options.only.split(",")]
    for repetition in range(1, options.reps + 1):
        for workload in wanted:
            function, peers = WORKLOADS[workload]
            for peer in [p for p in options.peers.split(",") if p in peers]:
                figures = function(bench, peer, pace)
                runs.setdefault(workload, {}).setdefault(peer, []).append(figures)
                told(workload, peer, repetition, figures)
    return runs


def measure_soak(options, bench):
    results = {}
    for peer in [p for p in options.peers.split(",") if p.startswith("atrium")]:
        results[peer] = soak.soak(bench, peer, options.soak)
        r = results[peer]
        print(f"soak {peer}: {options.soak:g} min, {targets.human(r['deliveries_per_s'])} "
              f"deliveries/s, p99 {targets.human(r['latency_p99_us'])} µs, memory "
              f"{targets.human(r['memory_settled'])} bytes after a tenth, growth "
              f"{r['growth']:.2f} ×", file=sys.stderr, flush=True)
    return results


def check(options):
    """Ends the program with a sentence when it cannot do what it is asked."""
    known = {"--only": (options.only, set(WORKLOADS) | {"W7", ""}),
             "--peers": (options.peers, set(ALL))}
    for name, (given, allowed) in known.items():
        strange = set(given.split(",")) - allowed
        if strange:
            sys.exit(f"{name}: there is no {', '.join(sorted(strange))}")
    needless = set() if "W8" in options.only.split(",") else {"writers"}
    if "W10" not in options.only.split(","):
        needless.add("atriumctl")
    if "raw" not in options.peers.split(","):
        needless.add("raw")
    for name, path in programs(options).items():
        if name not in needless and not os.access(path, os.X_OK):
            sys.exit(f"{path} is missing ({name}): build it with scripts/bench")


def main():
    options = parsed()
    if options.soak and options.only == ",".join(WORKLOADS):
        options.only = ""
    given = options.only.split(",")
    needed = [targets.COMPARED_WITH[w] for w in given if w in targets.COMPARED_WITH]
    options.only = ",".join(dict.fromkeys([*given, *needed]))
    options.reps = options.reps or (1 if options.quick else 3)
    options.tries = options.tries or (1 if options.quick else 3)
    check(options)
    if options.urgent:
        try:
            machine.take_precedence()
        except PermissionError:
            sys.exit("--urgent: only root may")
    bench = Bench(programs(options), not options.unpinned, options.foreign, options.patience,
                  options.tries)
    runs = measure(options, bench)
    soaked = measure_soak(options, bench) if options.soak else {}
    figures = targets.medians(runs)
    lines = targets.table(figures)
    problems = targets.problems(runs)
    for peer, result in soaked.items():
        problems += soak.problems(peer, result)
    out = options.out or os.path.join(options.build, "results.json")
    with open(out, "w") as f:
        json.dump({"machine": machine.description(), "options": vars(options), "table": lines,
                   "problems": problems, "medians": figures, "runs": runs, "soak": soaked}, f,
                  indent=1)
    if lines:
        print(targets.printed(lines))
    for problem in problems:
        print("PROBLEM", problem)
    missed = any(t["met"] is False for line in lines for t in line["targets"])
    sys.exit(1 if problems or (missed and options.strict) else 0)


if __name__ == "__main__":
    main()
