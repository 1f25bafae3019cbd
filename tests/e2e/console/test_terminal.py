"""atriumctl at a terminal: top, the shell, colours, and people who write escape sequences."""
import re
import signal
import unittest

from console import EVIL, OWN_SEQUENCES, WithServer, eventually


class Top(WithServer):
    def test_it_redraws_in_place_and_keys_choose(self):
        top = self.screen("top", "--interval", "0.2")
        at = top.until(r"\x1b\[\?1049h.*ROOM.*q quit")
        top.until(r"\x1b\[H.*q quit", at)
        top.type("r")
        at = top.until(r"\x1b\[1mr rate")
        top.type("2")
        at = top.until("(CONNECTION|No connections)", at)
        top.type("3")
        at = top.until("(WRITER|No writers)", at)
        top.type("1o")
        at = top.until("o asc", at)
        top.type("q")
        self.assertEqual(top.ended(), 0)
        self.assertTrue(top.text.endswith("\x1b[?25h\x1b[?1049l"), repr(top.text[-40:]))

    def test_no_line_is_wider_than_the_terminal(self):
        self.person("ann" * 15, "Ann" * 20)
        top = self.screen("top", "--interval", "0.2", rows=12, columns=40)
        top.until("q quit.*q quit")
        top.type("q")
        self.assertEqual(top.ended(), 0)
        frames = top.text.split("\x1b[H")[1:]
        for frame in frames:
            lines = OWN_SEQUENCES.sub("", frame).split("\r\n")
            self.assertLessEqual(len(lines), 12)
            for line in lines:
                self.assertLessEqual(len(line), 40, line)

    def test_ctrl_c_leaves_the_terminal_as_it_was(self):
        for how in (lambda t: t.type("\x03"), lambda t: t.send(signal.SIGTERM)):
            top = self.screen("top", "--interval", "30")
            top.until("q quit")
            how(top)
            self.assertEqual(top.ended(), 0)
            self.assertTrue(top.text.endswith("\x1b[?25h\x1b[?1049l"), repr(top.text[-40:]))

    def test_a_dumb_terminal_gets_frames(self):
        top = self.screen("top", "--interval", "0.1", "--count", "3", term="dumb")
        self.assertEqual(top.ended(), 0)
        top.until("atriumd .*atriumd .*atriumd ")
        self.assertNotIn("\x1b", top.text)


class Shell(WithServer):
    def test_commands_and_codes_are_completed(self):
        eventually("the room among the words",
                   lambda: self.room["id"] in self.run_ctl("words", "CODE").split())
        shell = self.screen("shell")
        at = shell.until("> ")
        shell.type("partici\t")
        at = shell.until("pants ", at)
        shell.type(self.room["id"][:5] + "\t\n")
        at = shell.until("Nobody is in", at)
        shell.type("rooms --sort mem\t\n")
        at = shell.until("Maths", at)
        shell.type("exit\n")
        self.assertEqual(shell.ended(), 0)

    def test_ctrl_c_ends_the_command_and_not_the_shell(self):
        shell = self.screen("shell")
        at = shell.until("> ")
        shell.type(f"tail {self.room['id']}\n")
        at = shell.until("looking at room", at)
        shell.type("\x03")
        at = shell.until("> ", at)
        # What Tab completes shows that the line is being edited: keys are no signals before.
        shell.type("hea\t")
        at = shell.until("lth", at)
        shell.type("\x03")
        at = shell.until("\n.*> ", at)
        shell.type("top\n")
        at = shell.until("q quit", at)
        shell.type("q")
        at = shell.until("> ", at)
        shell.type("health\n")
        at = shell.until("healthy.*> ", at)
        shell.type("hea\t")
        shell.until("lth", at)
        shell.type("\x15\x04")
        self.assertEqual(shell.ended(), 0)

    def test_lines_are_remembered_but_no_tokens(self):
        for line in ("stats", "health --token secret-in-a-line", "log-level"):
            shell = self.screen("shell")
            at = shell.until("> ")
            shell.type(line + "\n")
            shell.until("> ", shell.until("\n", at))
            shell.type("exit\n")
            self.assertEqual(shell.ended(), 0)
        with open(f"{self.state}/atriumctl/history", encoding="utf-8") as file:
            kept = file.read()
        self.assertIn("stats", kept)
        self.assertNotIn("secret-in-a-line", kept)
        shell = self.screen("shell")
        at = shell.until("> ")
        shell.type("hea\t")
        at = shell.until("lth", at)
        shell.type("\x15" + "\x1b[A" * 2 + "\n")
        shell.until("users online", at)
        shell.type("exit\n")
        self.assertEqual(shell.ended(), 0)

    def test_it_asks_as_the_program_does(self):
        shell = self.screen("shell")
        at = shell.until("> ")
        shell.type(f"close {self.room['id']}\n")
        at = shell.until(r"\[y/N\] ", at)
        shell.type("y\n")
        at = shell.until("is closed", at)
        shell.type(f"room {self.room['id']}\n")
        at = shell.until("room_not_found", at)
        shell.type("exit\n")
        self.assertEqual(shell.ended(), 0)


class Colours(WithServer):
    def test_only_on_a_terminal_and_not_with_no_color(self):
        coloured = self.screen("health")
        self.assertEqual(coloured.ended(), 0)
        coloured.until("\x1b\\[32mhealthy")
        self.env["NO_COLOR"] = "1"
        plain = self.screen("health")
        self.assertEqual(plain.ended(), 0)
        plain.until("healthy")
        self.assertNotIn("\x1b", plain.text)
        self.assertNotIn("\x1b", self.run_ctl("health"))

    def test_tables_fit_a_narrow_terminal(self):
        self.server.create_room(name="数学" * 40)
        eventually("the room in the list", lambda: "数学" in self.run_ctl("rooms"))
        narrow = self.screen("rooms", columns=60)
        self.assertEqual(narrow.ended(), 0)
        narrow.until("数学")
        for line in OWN_SEQUENCES.sub("", narrow.text).split("\r\n"):
            wide = len(re.findall("[数学]", line))
            self.assertLessEqual(len(line) + wide, 60, line)


class EscapeSequences(WithServer):
    """Somebody calls himself, and says, what would take a terminal over."""

    def setUp(self):
        super().setUp()
        self.evil_room = self.server.create_room(name=EVIL, createdBy=EVIL)
        self.ann = self.person("ann", EVIL, self.evil_room)
        self.ann.call("chat:message", message=f"{EVIL}\n{EVIL}")
        self.ann.call("whiteboard:patch", elements=[
            {"id": "a", "version": 1, "versionNonce": 1, "type": "text", "x": 0, "y": 0,
             "text": EVIL}])
        eventually("the room in the list",
                   lambda: self.evil_room["id"] in self.run_ctl("rooms", "--all"))

    def commands(self):
        room = self.evil_room["id"]
        return [["rooms", "--all"], ["room", room], ["participants", room], ["messages", room],
                ["messages", room, "--search", "gnp"], ["board", room], ["board", room, "--svg"],
                ["stats", room], ["connections"], ["users"], ["user", "ann"], ["audit"],
                ["top", "--count", "1"], ["tail", room, "--count", "1"], ["room", EVIL],
                ["rooms", "--json", "--all"], ["messages", room, "--json"], ["user", EVIL]]

    def test_nothing_of_it_reaches_a_terminal(self):
        for words in self.commands():
            shown = self.screen(*words)
            shown.ended()
            self.assert_tame(shown.text)

    def test_a_tail_tames_what_comes(self):
        shown = self.screen("tail", self.evil_room["id"])
        shown.until("looking at room")
        self.ann.call("chat:message", message=f"{EVIL} live")
        shown.until("live")
        shown.type("\x03")
        self.assertEqual(shown.ended(), 0)
        self.assert_tame(shown.text.replace("^C", ""))

    def test_it_is_spelled_out(self):
        self.assertIn(r"Ev\x1b[31mil\x07", self.run_ctl("messages", self.evil_room["id"]))


if __name__ == "__main__":
    unittest.main()
