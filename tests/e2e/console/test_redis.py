"""atriumctl with a server that keeps its rooms in a Redis of the test's own."""
import os
import shutil
import socket
import subprocess
import tempfile
import unittest

from console import TOKEN, WithServer, eventually

from atriumd import Atriumd


class Redis:
    """On a Unix socket in a folder that goes with it; nothing is saved. It dies with the test."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="atrium-e2e-")
        self.path = os.path.join(self.folder, "redis.sock")
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", "redis-server", "--port", "0", "--unixsocket",
             self.path, "--dir", self.folder, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL)
        eventually("redis to listen", self._is_listening)

    def _is_listening(self):
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(self.path)
                return True
            except OSError:
                return False

    def keys(self):
        done = subprocess.run(["redis-cli", "-s", self.path, "--scan"], capture_output=True,
                              text=True, check=True)
        return done.stdout.split()

    def stop(self):
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class WithRedis(WithServer):
    @classmethod
    def setUpClass(cls):
        cls.redis = Redis()
        cls.server = Atriumd({"ADMIN_TOKEN": TOKEN},
                             ("--redis", f"unix://{cls.redis.path}?db=0"))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.redis.stop()

    def test_writers_and_redis_tell_how_they_are(self):
        self.person("ann").call("chat:message", message="kept", durable=True)
        writers = self.json_of("writers")["writers"]
        self.assertTrue(all(writer["connected"] for writer in writers))
        self.assertGreater(sum(writer["writes"] for writer in writers), 0)
        self.assertIn("connected", self.run_ctl("writers"))
        self.assertIn("redis_version", self.run_ctl("redis-info"))
        self.assertRegex(self.run_ctl("redis-info", "memory"), r"^used_memory +\d+\n")
        self.assertEqual(self.json_of("redis-info")["redis"]["kind"], "redis")

    def test_cleanup_removes_what_it_counted(self):
        self.person("ann").call("chat:message", message="kept", durable=True)
        before = self.redis.keys()
        self.assertIn(f"room:{self.room['id']}", before)
        counted = self.json_of("cleanup", "--dry-run")
        self.assertGreater(sum(counted["keys"].values()), 3)
        self.assertLessEqual(set(before), set(self.redis.keys()))
        self.assertRegex(self.run_ctl("cleanup", "--dry-run"), r"(?s)room:.*\nall +\d+\n$")
        # A room must be in the list before it can be closed by it.
        eventually("the room in the list", lambda: self.room["id"] in self.run_ctl("rooms"))
        self.assertRegex(self.run_ctl("cleanup", "--yes"), r"Closed \d+ rooms and removed \d+ keys")
        eventually("nothing of rooms to be left", lambda: not [
            key for key in self.redis.keys() if key.startswith(("room", "message:"))])
        self.run_ctl("room", self.room["id"], code=1)


if __name__ == "__main__":
    unittest.main()
