"""atriumctl beside a server, for tests: commands as scripts run them, and as somebody at a terminal
does. Nothing of the caller's environment that would change what it does is passed on.
"""
import codecs
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "python"))

import websocket  # noqa: E402

from atriumd import PATIENCE, Atriumd  # noqa: E402

PROGRAM = os.environ.get("ATRIUMCTL",
                         os.path.join(HERE, "..", "..", "..", "build", "dev", "atriumctl"))
TOKEN = "an-operator-s-token"
OURS = re.compile(r"(ATRIUM|NO_COLOR|COLUMNS|LINES|XDG_STATE_HOME|TERM$)")
# What must never reach a terminal from a user: C0, DEL, C1, and marks that turn text round.
WILD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# What the console itself sends to a terminal: colours and moves of the cursor.
OWN_SEQUENCES = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")
EVIL = "Ev\x1b[31mil\x07\u009b2J\u202egnp"


def environment(url, **more):
    env = {k: v for k, v in os.environ.items() if not OURS.match(k)}
    return {**env, "ATRIUM_URL": url, "ATRIUM_ADMIN_TOKEN": TOKEN, "LC_ALL": "C.UTF-8", **more}


def eventually(what, fits):
    """Lists are up to two seconds old: asks until it fits; the last thing that `fits` gave."""
    deadline = time.monotonic() + PATIENCE
    while True:
        got = fits()
        if got:
            return got
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
        time.sleep(0.05)


class Person:
    """A client on the native wire, in a room; `until` reads on."""

    def __init__(self, url, room, user, name=None):
        self.came = []
        self.socket = websocket.create_connection(url.replace("http", "ws") + "/ws",
                                                  timeout=PATIENCE)
        self.room = room
        self.user = user
        self.call("join", userId=user, username=name or user.capitalize())

    def call(self, event, **fields):
        self.say(event, ref=1, **fields)
        ack = self.until(lambda e: e["type"] == "ack")
        assert ack["success"], ack
        return ack

    def say(self, event, **fields):
        self.socket.send(json.dumps({"type": event, "roomId": self.room["id"], **fields}))

    def until(self, fits):
        while True:
            text = self.socket.recv()
            if not text:
                raise AssertionError(f"the connection is closed; came: {self.came}")
            event = json.loads(text)
            self.came.append(event)
            if fits(event):
                return event

    def until_closed(self):
        """The close code."""
        while True:
            opcode, data = self.socket.recv_data()
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                return struct.unpack("!H", data[:2])[0]

    def close(self):
        self.socket.close()


# Stays when the program ends, so that the terminal does, and tells whether it is as it was. Signals
# of the terminal reach both; a caught one is the default again in the program.
AROUND = """trap : INT TERM HUP
before=$(stty -g)
"$@"
code=$?
[ "$(stty -g)" = "$before" ] && echo "ended with $code" || echo "ended with another terminal"
read -r line"""


class Screen:
    """A program in a pseudo-terminal. `text` is all that it wrote."""

    def __init__(self, arguments, env, rows=24, columns=100, term="xterm"):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._changed = threading.Condition()
        self.text = ""
        self.process = subprocess.Popen(
            ["sh", "-c", AROUND, "sh", PROGRAM, *arguments], stdin=slave, stdout=slave,
            stderr=slave, env={**env, "TERM": term}, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        while True:
            try:
                came = os.read(self.master, 65536)
            except OSError:
                return
            with self._changed:
                self.text += decoder.decode(came)
                self._changed.notify_all()

    def type(self, text):
        os.write(self.master, text.encode())

    def until(self, pattern, after=0):
        """Waits until what came behind the first `after` characters matches; where that ends."""
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            while True:
                found = re.compile(pattern, re.S).search(self.text, after)
                if found:
                    return found.end()
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"{pattern} did not come; came: {self.text[after:]!r}")
                self._changed.wait(left)

    def send(self, number):
        """A signal to the program."""
        os.killpg(self.process.pid, number)

    def ended(self):
        """The exit code; the terminal has to be as it was."""
        end = self.until(r"ended with [^\r]*\r\n")
        said = re.search(r"ended with (.*)\r\n$", self.text[:end]).group(1)
        self.text = self.text[:self.text.rindex("ended with")]
        return int(said) if said.isdigit() else said

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self._reader.join(PATIENCE)
        os.close(self.master)


class WithServer(unittest.TestCase):
    """A server with an operator's token for all tests of a class, and atriumctl."""

    @classmethod
    def setUpClass(cls):
        cls.server = Atriumd({"ADMIN_TOKEN": TOKEN, "LIMITS_REQUESTS_PER_SECOND": 0,
                              "LIMITS_ROOMS_CREATED_PER_MINUTE": 0,
                              "LIMITS_EVENTS_PER_SECOND": 0})

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        state = tempfile.TemporaryDirectory()
        self.addCleanup(state.cleanup)
        self.state = state.name
        self.env = environment(self.server.url, XDG_STATE_HOME=self.state)
        self.room = self.server.create_room()

    def run_ctl(self, *arguments, code=0, input="", **env):
        """Runs a command to its end; what it wrote to standard output. Its exit code must fit."""
        self.done = subprocess.run([PROGRAM, *arguments], env={**self.env, **env}, input=input,
                                   capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(self.done.returncode, code,
                         f"{arguments}: {self.done.stdout}\n{self.done.stderr}")
        return self.done.stdout

    def json_of(self, *arguments, code=0):
        return json.loads(self.run_ctl(*arguments, "--json", code=code))

    def screen(self, *arguments, **how):
        made = Screen(arguments, self.env, **how)
        self.addCleanup(made.close)
        return made

    def person(self, user, name=None, room=None):
        made = Person(self.server.url, room or self.room, user, name)
        self.addCleanup(made.close)
        return made

    def started(self, *arguments):
        """A command that goes on; standard output is a pipe of lines."""
        process = subprocess.Popen([PROGRAM, *arguments], env=self.env, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)

        def end():
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdout.close()
        self.addCleanup(end)
        return process

    def interrupted(self, process):
        process.send_signal(signal.SIGINT)
        return process.wait(PATIENCE)

    def rest(self, path):
        request = urllib.request.Request(self.server.url + path,
                                         headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def assert_tame(self, text):
        """Nothing of a user's moves the cursor or turns the text round."""
        wild = WILD.search(OWN_SEQUENCES.sub("", text).replace("\r\n", "\n"))
        self.assertIsNone(wild, repr(text))
        self.assertNotIn("\x1b[31mil", text)
