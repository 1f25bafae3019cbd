"""The machine a benchmark runs on: which CPUs, how busy others keep them, what a process uses.

Everything is read from /proc. Nothing here starts or ends a process.
"""
import os
import time

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def cpu_pair(pinned):
    """The CPU for servers and the CPU for the generator; None twice when there is no choice."""
    cpus = sorted(os.sched_getaffinity(0))
    return (cpus[0], cpus[1]) if pinned and len(cpus) > 1 else (None, None)


def pin(cpu):
    """For preexec_fn: binds the new process to a CPU, and it ends should this one be killed."""
    import ctypes
    import signal

    def bind():
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        if cpu is not None:
            os.sched_setaffinity(0, {cpu})
    return bind


def take_precedence():
    """Puts this session before all others; raises PermissionError without root. With autogroups nice
    counts within a session only, so it becomes one of its own. Not by as much as there is: servers
    put some of their threads before others."""
    try:
        os.setsid()
    except OSError:
        pass  # it leads its session already
    try:
        with open("/proc/self/autogroup", "w") as f:
            f.write("-20")
    except OSError:
        pass  # no autogroups here
    os.setpriority(os.PRIO_PROCESS, 0, -15)


def busy_s():
    """CPU seconds that anybody used on any CPU since the machine started."""
    with open("/proc/stat") as f:
        user, nice, system, _idle, _wait, irq, softirq = map(int, f.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS_PER_S


def cpu_s(pid):
    """CPU seconds of a process; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S
    except OSError:
        return 0.0


def resident_bytes(pid):
    """Resident memory of a process; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/statm") as f:
            return int(f.read().split()[1]) * PAGE_BYTES
    except OSError:
        return 0


def wait_until_quiet(limit, timeout_s):
    """Waits until all processes together use less than `limit` CPUs for half a second."""
    end = time.monotonic() + timeout_s
    while True:
        before, began = busy_s(), time.monotonic()
        time.sleep(0.5)
        if (busy_s() - before) / (time.monotonic() - began) < limit or time.monotonic() > end:
            return


def description():
    """What a reader of the results wants to know about the machine."""
    model = "unknown"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"cpu": model, "cpus": len(os.sched_getaffinity(0)), "kernel": os.uname().release}
