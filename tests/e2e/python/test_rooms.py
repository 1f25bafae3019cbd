"""Rooms with python3-socketio, a client written independently of the JavaScript one: its handlers
take exactly the arguments that they declare, so an argument too many is an error here.

Each person keeps what came, in order; waiting has a limit and never sleeps for a guessed time.
"""
import threading
import time
import unittest

import socketio

from atriumd import PATIENCE, Atriumd

EVENTS = ["chat:message", "chat:history", "whiteboard:state", "whiteboard-update",
          "presence:update", "typing", "error", "server:shutdown"]


class Person:
    """One connected client. `log` holds (event, payload) in order of arrival."""

    def __init__(self, name, url, transports):
        self.user = {"userId": name.lower(), "username": name}
        self.log = []
        self._changed = threading.Condition()
        self.client = socketio.Client(reconnection=False)
        for event in EVENTS:
            self.client.on(event, self._keeper(event))
        self.client.on("disconnect", lambda: self._keep("disconnect", None))
        self.client.connect(url, transports=transports, wait_timeout=PATIENCE)

    def _keeper(self, event):
        return lambda payload: self._keep(event, payload)

    def _keep(self, event, payload):
        with self._changed:
            self.log.append((event, payload))
            self._changed.notify_all()

    def call(self, event, room, **fields):
        return self.client.call(event, {"roomId": room["id"], **self.user, **fields},
                                timeout=PATIENCE)

    def emit(self, event, room, **fields):
        self.client.emit(event, {"roomId": room["id"], **fields})

    def got(self, event):
        with self._changed:
            return [payload for name, payload in self.log if name == event]

    def wait_for(self, event, fits=lambda payload: True, after=0):
        """The first payload of this event that fits, of those behind the first `after` of `log`."""
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            while True:
                for name, payload in self.log[after:]:
                    if name == event and fits(payload):
                        return payload
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"{event} did not come; came: {[n for n, _ in self.log]}")
                self._changed.wait(left)


class Rooms:
    """The tests; each subclass plays them by other transports."""

    transports = None
    transport_in_the_end = "websocket"

    @classmethod
    def setUpClass(cls):
        cls.server = Atriumd()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        self.room = self.server.create_room()

    def person(self, name):
        made = Person(name, self.server.url, self.transports)
        self.addCleanup(made.client.disconnect)
        return made

    def two_in_the_room(self):
        ann, bob = self.person("Ann"), self.person("Bob")
        self.assertTrue(ann.call("join", self.room)["success"])
        self.assertTrue(bob.call("join", self.room)["success"])
        ann.wait_for("presence:update", lambda p: p["count"] == 2)
        return ann, bob

    def test_connects_as_told(self):
        ann = self.person("Ann")
        self.assertEqual(ann.client.transport(), self.transport_in_the_end)

    def test_join_gives_history_and_board_then_the_result(self):
        ann, _ = self.two_in_the_room()
        ann.call("chat:message", self.room, message="before")
        carl = self.person("Carl")
        joined = carl.call("join", self.room)
        self.assertEqual((joined["success"], joined["count"], joined["seq"]), (True, 3, 1))
        history = carl.wait_for("chat:history")
        self.assertEqual([m["message"] for m in history["messages"]], ["before"])
        self.assertEqual(carl.wait_for("whiteboard:state")["elements"], [])

    def test_chat_reaches_everybody_and_is_acknowledged(self):
        ann, bob = self.two_in_the_room()
        result = ann.call("chat:message", self.room, message="Grüße 🎈")
        self.assertTrue(result["success"])
        for person in (ann, bob):
            message = person.wait_for("chat:message")
            self.assertEqual(message, result["message"])
            self.assertEqual(message["message"], "Grüße 🎈")

    def test_much_chat_arrives_once_and_in_order(self):
        ann, bob = self.two_in_the_room()
        lines = [f"line {i}" for i in range(50)]
        for line in lines:
            ann.emit("chat:message", self.room, message=line)
        bob.wait_for("chat:message", lambda _: len(bob.got("chat:message")) == len(lines))
        # The client runs each handler on a thread of its own; the server's order is in `seq`.
        by_seq = sorted(bob.got("chat:message"), key=lambda m: m["seq"])
        self.assertEqual([m["seq"] for m in by_seq], list(range(1, len(lines) + 1)))
        self.assertEqual([m["message"] for m in by_seq], lines)

    def test_board_reaches_the_others(self):
        ann, bob = self.two_in_the_room()
        elements = [{"id": "a", "version": 1, "versionNonce": 1, "type": "line"}]
        result = ann.call("whiteboard-change", self.room, elements=elements)
        self.assertTrue(result["success"])
        self.assertEqual(bob.wait_for("whiteboard-update")["elements"], elements)

    def test_binary_metadata_arrives_as_bytes(self):
        ann, bob = self.two_in_the_room()
        thumb = bytes(range(256))
        result = ann.call("chat:message", self.room, message="look", metadata={"thumb": thumb})
        self.assertTrue(result["success"], result)
        self.assertEqual(bob.wait_for("chat:message")["metadata"], {"thumb": thumb})

    def test_errors_come_in_the_ack_or_as_event(self):
        ann = self.person("Ann")
        result = ann.call("join", {"id": "000000"})
        self.assertEqual((result["success"], result["code"]), (False, "room_not_found"))
        ann.emit("join", {"id": "000000"}, **ann.user)
        error = ann.wait_for("error")
        self.assertEqual((error["event"], error["code"]), ("join", "room_not_found"))

    def test_disconnect_is_seen_by_the_others(self):
        ann, bob = self.two_in_the_room()
        seen = len(ann.log)
        bob.client.disconnect()
        bob.wait_for("disconnect")
        ann.wait_for("presence:update", lambda p: p["count"] == 1, after=seen)

    def test_comes_back_after_a_disconnect(self):
        ann, _ = self.two_in_the_room()
        ann.client.disconnect()
        again = self.person("Ann")
        self.assertTrue(again.call("join", self.room)["success"])
        self.assertEqual(again.call("presence:list", self.room)["count"], 2)


class RoomsByPolling(Rooms, unittest.TestCase):
    transports = ["polling"]
    transport_in_the_end = "polling"


class RoomsByWebSocket(Rooms, unittest.TestCase):
    transports = ["websocket"]


class RoomsAsItComes(Rooms, unittest.TestCase):
    """Polling first, then the upgrade."""


class Shutdown(unittest.TestCase):
    def test_is_told_and_ends_the_connection(self):
        server = Atriumd()
        people = [Person("Ann", server.url, [t]) for t in ("polling", "websocket")]
        server.stop()
        for person in people:
            person.wait_for("server:shutdown")
            person.wait_for("disconnect")


if __name__ == "__main__":
    unittest.main()
