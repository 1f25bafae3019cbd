"""What the figures should be, and the table that says whether they are.

A row is one figure of one workload. A target compares Atrium's figure with a number, or with
another peer's figure of the same call times a factor.
"""
from dataclasses import dataclass
from statistics import median

from .load import RETURN_LIMIT
from .servers import PEERS


@dataclass
class Target:
    sign: str  # ">=" or "<="
    factor: float
    peer: str = ""  # empty: `factor` is the figure itself

    def text(self):
        if not self.peer:
            return f"{self.sign} {human(self.factor)}"
        if self.factor < 0.5 and self.sign == "<=":
            return f"{self.sign} 1/{1 / self.factor:.0f} {self.peer}"
        return f"{self.sign} {self.factor:g} × {self.peer}"

    def is_met(self, value, others):
        """None: what it is compared with was not measured."""
        base = others.get(self.peer) if self.peer else 1.0
        if base is None:
            return None
        limit = base * self.factor
        return value >= limit if self.sign == ">=" else value <= limit


@dataclass
class Row:
    workload: str
    figure: str
    label: str
    targets: list
    peer: str = "atrium"


def at_least(factor, peer=""):
    return Target(">=", factor, peer)


def at_most(factor, peer=""):
    return Target("<=", factor, peer)


CPU = "cpu_s_per_1m"
# The same load as of another workload, over Socket.IO.
NATIVE = {"W1.w16.socketio": "W1.w16", "W1.w128.socketio": "W1.w128"}
# Workloads that mean nothing without another one of the same call.
COMPARED_WITH = {**NATIVE, "W7": "W1.w16"}


def traffic(workload, targets):
    """The rows of a workload that delivers messages; `targets` by figure."""
    figures = (("deliveries_per_s", "deliveries/s"), ("latency_p50_us", "p50, µs"),
               ("latency_p99_us", "p99, µs"), ("latency_p999_us", "p99.9, µs"),
               (CPU, "server CPU s / 1M"), (CPU + "_with_store", "… with its Redis"),
               ("memory_loaded", "resident bytes"), ("fault_count", "faults"))
    return [Row(workload, figure, label, targets.get(figure, [])) for figure, label in figures]


def over_socketio(workload):
    """The rows of a workload that is in NATIVE."""
    deliveries, *others = traffic(workload, {})
    share = Row(workload, "share_of_native", "… of native", [at_least(0.9)])
    return [deliveries, share, *others]


ROWS = [
    *traffic("W1.w1", {"deliveries_per_s": [at_least(0.9, "raw")],
                       "latency_p50_us": [at_most(1.3, "raw")]}),
    *traffic("W1.w16", {"deliveries_per_s": [at_least(0.85, "raw"), at_least(10, "node")],
                        CPU: [at_most(1.35, "raw"), at_most(1 / 10, "node")]}),
    *over_socketio("W1.w16.socketio"),
    *traffic("W1.w128", {"deliveries_per_s": [at_least(0.3, "raw"), at_least(12, "node")]}),
    *over_socketio("W1.w128.socketio"),
    *traffic("W2.lat", {"latency_p50_us": [at_most(1.3, "raw")],
                        "latency_p99_us": [at_most(2, "raw")],
                        CPU: [at_most(1.8, "raw"), at_most(1 / 3, "node")]}),
    *traffic("W2.max", {"deliveries_per_s": [at_least(0.15, "raw"), at_least(15, "node")]}),
    Row("W2.max", "deliveries_per_s", "deliveries/s, in memory", [at_least(0.4, "raw")],
        "atrium_memory"),
    Row("W3", "idle_bytes", "bytes a connection, idle", [at_most(8192)]),
    Row("W3", "joined_bytes", "bytes a connection, joined", [at_most(10240)]),
    Row("W3", "connects_per_s", "connects/s", [at_least(0.6, "raw")]),
    Row("W3", "fault_count", "faults", []),
    Row("W4", "joins_per_s", "joins/s", [at_least(0.3, "raw"), at_least(12, "node")]),
    Row("W4", "join_p99_us", "p99, µs", [at_most(1 / 10, "node")]),
    Row("W4", "fault_count", "faults", []),
    *traffic("W5.max", {"deliveries_per_s": [at_least(0.4, "raw"), at_least(4, "node")]}),
    Row("W6", "acks_per_s", "acks/s", []),
    Row("W6", "share_of_plain", "… of those not durable", [at_least(0.8)]),
    Row("W6", "ack_p50_us", "ack p50, µs", []),
    Row("W6", "ack_p99_us", "ack p99, µs", [at_most(10_000)]),
    Row("W6", "plain_ack_p99_us", "… not durable", []),
    Row("W6", "fault_count", "faults", []),
    Row("W7", "deliveries_per_s", "deliveries/s", [at_least(0.9, "atrium_memory")]),
    Row("W8", "messages_per_s", "messages/s", [at_least(150_000)]),
    Row("W8", "fault_count", "faults", []),
    *traffic("W9", {"latency_p99_us": [at_most(50_000)]}),
    Row("W9", "seen_by", "deliveries of a step", []),
    *traffic("W10", {}),
    Row("W10", "share_of_unwatched", "of the same without operators", [at_least(0.95)]),
]


def human(value):
    """Three digits."""
    if value is None:
        return ""
    # 999.5 would be spelled 1e+03.
    for limit, unit in ((999_500, " M"), (9995, " k")):
        if abs(value) >= limit:
            scaled = value / (1e6 if unit == " M" else 1e3)
            return f"{scaled:.0f}{unit}" if scaled >= 99.95 else f"{scaled:.3g}{unit}"
    return f"{value:.0f}" if abs(value) >= 99.95 else f"{value:.3g}"


def medians(runs):
    """Of each figure over the repetitions: {workload: {peer: {figure: median}}}, and what follows
    from two workloads together."""
    result = {}
    for workload, peers in runs.items():
        for peer, repetitions in peers.items():
            numbers = [name for name, value in repetitions[0].items()
                       if isinstance(value, (int, float))]
            result.setdefault(workload, {})[peer] = {
                name: median(r[name] for r in repetitions) for name in numbers
                if all(name in r for r in repetitions)}
    if "atrium" in result.get("W1.w16", {}) and "atrium_memory" in result["W1.w16"]:
        result["W7"] = result["W1.w16"]
    for workload, native in NATIVE.items():
        if workload in result and native in result:
            compare_with_native(result[workload], result[native])
    return result


def compare_with_native(socketio, native):
    """Adds `share_of_native`, and the reference's figures: it speaks nothing but Socket.IO."""
    for peer in socketio.keys() & native.keys():
        base = native[peer]["deliveries_per_s"]
        if base:
            socketio[peer]["share_of_native"] = socketio[peer]["deliveries_per_s"] / base
    if "node" in native:
        socketio["node"] = native["node"]


def judged(row, figures):
    """The row with values by peer, ratios, targets and whether they are met; or None."""
    values = {peer: f[row.figure] for peer, f in figures.get(row.workload, {}).items()
              if row.figure in f}
    if not values:
        return None
    value = values.get(row.peer)
    measured = values.get("atrium_memory") if value is None else value
    ratios = {peer: measured / values[peer] for peer in ("raw", "node")
              if measured is not None and values.get(peer)}
    verdicts = [(t.text(), None if value is None else t.is_met(value, values))
                for t in row.targets]
    return {"workload": row.workload, "figure": row.label, "peer": row.peer, "values": values,
            "ratios": ratios, "targets": [{"target": t, "met": met} for t, met in verdicts]}


def table(figures):
    return [line for line in (judged(row, figures) for row in ROWS) if line]


def printed(lines):
    """The table as text."""
    peers = [p for p in PEERS if any(p in line["values"] for line in lines)]
    head = ["", "figure", *(PEERS[p].label for p in peers), "× raw", "× node", "target", ""]
    rows = [head]
    previous = ""
    for line in lines:
        if previous and previous != line["workload"]:
            rows.append([""] * len(head))
        cells = [line["workload"] if previous != line["workload"] else "", line["figure"]]
        previous = line["workload"]
        cells += [human(line["values"].get(p)) for p in peers]
        cells += [human(line["ratios"].get(p)) for p in ("raw", "node")]
        met = {True: "met", False: "NOT MET", None: "?"}
        cells += [", ".join(t["target"] for t in line["targets"]),
                  ", ".join(met[t["met"]] for t in line["targets"])]
        rows.append(cells)
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    left = {0, 1, len(head) - 2, len(head) - 1}
    text = ["  ".join(cell.ljust(w) if i in left else cell.rjust(w)
                      for i, (cell, w) in enumerate(zip(row, widths))).rstrip() for row in rows]
    return "\n".join([text[0], "-" * max(map(len, text)), *text[1:]])


def problems(runs):
    """What must not be, whatever the speed: sentences."""
    found = []
    for workload, peers in runs.items():
        for peer, repetitions in peers.items():
            for run in repetitions:
                if run["faults"]:
                    found.append(f"{workload} {peer}: {run['faults']} {run.get('failure', '')}")
            found += memory_problems(workload, peer, repetitions)
    return found


def memory_problems(workload, peer, repetitions):
    watched = [r for r in repetitions if r.get("memory_after")]
    if not watched:
        return []
    idle = median(r["memory_idle"] for r in watched)
    after = median(r["memory_after"] for r in watched)
    if after <= idle * RETURN_LIMIT:
        return []
    return [f"{workload} {peer}: memory was {human(idle)} bytes idle and is {human(after)} "
            f"({after / idle:.2f} ×) after everybody left"]
