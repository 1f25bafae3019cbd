"""What operators do with atriumctl, as it reaches people, and nothing without a yes."""
import unittest

from console import WithServer, eventually


class Acting(WithServer):
    def test_a_kicked_user_is_told_why(self):
        bob = self.person("bob")
        self.run_ctl("kick", self.room["id"], "bob", "--reason", "be kind", "--yes")
        kicked = bob.until(lambda e: e["type"] == "kicked")
        self.assertEqual((kicked["roomId"], kicked["reason"]), (self.room["id"], "be kind"))

    def test_nothing_is_done_without_a_yes(self):
        bob = self.person("bob")
        room = self.room["id"]
        for words in (["kick", room, "bob"], ["close", room], ["disconnect", "bob"],
                      ["disconnect", "--connection", "1"], ["redact", room, "1"],
                      ["forget", "bob"], ["drain"], ["cleanup"], ["announce", "hello"]):
            self.run_ctl(*words, code=2)
            self.assertIn("--yes", self.done.stderr)
        bob.call("chat:message", message="still here")

    def test_somebody_at_a_terminal_is_asked(self):
        bob = self.person("bob")
        asked = self.screen("kick", self.room["id"], "bob")
        asked.until(r"\[y/N\] ")
        asked.type("\n")
        asked.until("nothing was done")
        self.assertEqual(asked.ended(), 2)
        asked = self.screen("kick", self.room["id"], "bob")
        asked.until(r"\[y/N\] ")
        asked.type("y\n")
        bob.until(lambda e: e["type"] == "kicked")
        self.assertEqual(asked.ended(), 0)

    def test_a_locked_room_is_read_only(self):
        ann = self.person("ann")
        self.run_ctl("lock", self.room["id"])
        ann.until(lambda e: e["type"] == "room:locked" and e["locked"])
        ann.say("chat:message", message="?", ref=2)
        self.assertEqual(ann.until(lambda e: e["type"] == "ack")["code"], "forbidden")
        self.run_ctl("unlock", self.room["id"])
        ann.until(lambda e: e["type"] == "room:locked" and not e["locked"])
        ann.call("chat:message", message="!")

    def test_announcements_are_heard(self):
        ann = self.person("ann")
        self.run_ctl("announce", "--room", self.room["id"], "to this room")
        said = ann.until(lambda e: e["type"] == "announce")
        self.assertEqual((said["message"], said["roomId"]), ("to this room", self.room["id"]))
        out = self.run_ctl("announce", "to everybody", "--yes")
        self.assertEqual(ann.until(lambda e: e["type"] == "announce")["message"], "to everybody")
        self.assertRegex(out, r"Announced to [1-9]\d* connections")

    def test_a_redacted_message_is_a_tombstone(self):
        ann = self.person("ann")
        message = ann.call("chat:message", message="my number is 5")["message"]
        self.run_ctl("redact", self.room["id"], message["id"], "--yes")
        ann.until(lambda e: e["type"] == "chat:deleted")
        self.assertNotIn("my number", self.run_ctl("messages", self.room["id"], "--json"))
        self.assertIn("(deleted)", self.run_ctl("messages", self.room["id"]))
        self.run_ctl("redact", self.room["id"], "nonsense", "--yes", code=1)

    def test_users_and_connections_are_closed(self):
        ann, bob = self.person("ann"), self.person("bob")
        out = self.run_ctl("disconnect", "ann", "--yes")
        self.assertIn("Closed 1 connections of ann", out)
        self.assertEqual(ann.until_closed(), 4403)
        connection = self.json_of("user", "bob")["user"]["connections"][0]["id"]
        self.run_ctl("disconnect", "--connection", connection, "--yes")
        self.assertEqual(bob.until_closed(), 4403)

    def test_a_forgotten_user_is_gone(self):
        ann = self.person("ann")
        self.run_ctl("forget", "ann", "--yes")
        self.assertEqual(ann.until_closed(), 4403)
        eventually("ann to be offline", lambda: not any(
            u["userId"] == "ann" for u in self.json_of("users", "--all")["users"]))

    def test_what_operators_did_is_kept(self):
        self.run_ctl("lock", self.room["id"], "--operator", "olga")
        self.run_ctl("kick", "999999", "bob", "--yes", "--operator", "olga", code=1)
        entries = self.json_of("audit", "--limit", "2")["entries"]
        self.assertEqual([e["action"] for e in entries], ["kick", "lock"])
        self.assertEqual([e["who"] for e in entries], ["olga", "olga"])
        self.assertEqual([e["outcome"] for e in entries], ["room_not_found", "ok"])
        self.assertIn("olga", self.run_ctl("audit"))

    def test_the_log_can_be_louder(self):
        before = self.json_of("log-level")["level"]
        self.assertEqual(self.run_ctl("log-level", "debug"), "debug\n")
        self.assertEqual(self.run_ctl("log-level"), "debug\n")
        self.run_ctl("log-level", before)

    def test_a_closed_room_is_gone(self):
        ann = self.person("ann")
        self.run_ctl("close", self.room["id"], "--reason", "over", "--yes")
        self.assertEqual(ann.until(lambda e: e["type"] == "room:closed")["reason"], "over")
        self.run_ctl("room", self.room["id"], code=1)


class Ending(WithServer):
    def test_cleanup_asks_twice_and_leaves_nothing(self):
        counted = self.json_of("cleanup", "--dry-run")
        self.assertTrue(counted["success"])
        asked = self.screen("cleanup")
        asked.until(r"\[y/N\] ")
        asked.type("y\n")
        asked.until("Type the word `remove`")
        asked.type("yes\n")
        asked.until("nothing was done")
        self.assertEqual(asked.ended(), 2)
        self.run_ctl("room", self.room["id"])
        # A room must be in the list before it can be closed by it.
        eventually("the room in the list", lambda: self.json_of("rooms")["count"] == 1)
        asked = self.screen("cleanup")
        asked.until(r"\[y/N\] ")
        asked.type("y\n")
        asked.until("Type the word `remove`")
        asked.type("remove\n")
        asked.until(r"Closed 1 rooms and removed \d+ keys")
        self.assertEqual(asked.ended(), 0)
        self.run_ctl("room", self.room["id"], code=1)

    def test_drain_ends_the_server(self):
        ann = self.person("ann")
        self.run_ctl("drain", "--yes")
        ann.until(lambda e: e["type"] == "server:shutdown")
        self.server.ended()
        type(self).setUpClass()


if __name__ == "__main__":
    unittest.main()
