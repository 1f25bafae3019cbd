"""atriumctl as scripts use it: JSON, exit codes, paging, pipes."""
import json
import os
import socket
import subprocess
import tempfile
import unittest
import xml.dom.minidom

from console import PROGRAM, TOKEN, WithServer, eventually


class Looking(WithServer):
    def test_tables_and_json_say_the_same(self):
        ann = self.person("ann")
        ann.call("chat:message", message="hello operators")
        rooms = eventually("the room in the list", lambda: [
            r for r in self.json_of("rooms", "--all")["rooms"]
            if r["id"] == self.room["id"] and r["participants"] == 1])
        self.assertEqual(rooms[0]["name"], "Maths")
        table = self.run_ctl("rooms", "--search", self.room["id"])
        self.assertRegex(table, rf"{self.room['id']}\s+Maths\s+1 ")
        room = self.json_of("room", self.room["id"])
        self.assertEqual(room["participants"][0]["userId"], "ann")
        self.assertIn("ann", self.run_ctl("room", self.room["code"]))
        self.assertEqual(self.json_of("participants", self.room["id"])["count"], 1)
        self.assertIn("hello operators", self.run_ctl("messages", self.room["id"]))
        self.assertEqual(self.json_of("messages", self.room["id"])["messages"][0]["message"],
                         "hello operators")
        self.assertEqual(self.json_of("stats", self.room["id"])["stats"]["messageCount"], 1)
        self.assertIn("totalRooms", self.json_of("stats"))
        self.assertEqual(self.json_of("health")["status"], "healthy")
        self.assertTrue(self.json_of("log-level")["level"])
        self.assertIn("connections", self.json_of("connections"))
        self.assertTrue(self.json_of("writers")["success"])
        self.assertTrue(self.json_of("redis-info")["success"])
        user = self.json_of("user", "ann")["user"]
        self.assertTrue(user["isOnline"])
        eventually("ann among those who are online", lambda: [
            u for u in self.json_of("users", "--search", "an")["users"] if u["userId"] == "ann"])
        for command in ("connections", "users", "writers", "redis-info", "audit", "stats",
                        "health"):
            self.assertTrue(self.run_ctl(command))
        self.assertIn("ann", self.run_ctl("user", "ann"))

    def test_json_in_a_pipe_is_the_server_s_own(self):
        answer = self.rest(f"/api/rooms/{self.room['id']}/stats")
        self.assertEqual(self.json_of("stats", self.room["id"])["stats"]["room"]["id"],
                         answer["stats"]["room"]["id"])
        self.assertEqual(self.run_ctl("board", self.room["id"], "--json").strip(),
                         '{"success":true,"whiteboard":{"elements":[],"version":0}}')

    def test_lists_page_by_themselves(self):
        made = {self.server.create_room(name="paged")["id"] for _ in range(230)}
        found = eventually("all rooms in the list", lambda: (
            lambda answer: answer if answer["count"] == 230 else None)(
                self.json_of("rooms", "--search", "paged", "--sort", "name", "--all")))
        self.assertEqual({room["id"] for room in found["rooms"]}, made)
        self.assertNotIn("cursor", found)
        some = self.json_of("rooms", "--search", "paged", "--limit", "210")
        self.assertEqual((some["count"], len(some["rooms"])), (210, 210))
        self.assertIn("cursor", some)
        self.assertIn("210 of 230 rooms", self.run_ctl("rooms", "--search", "paged", "--limit",
                                                       "210"))

    def test_messages_page_backwards(self):
        ann = self.person("ann")
        for i in range(220):
            ann.call("chat:message", message=f"line {i}")
        whole = self.json_of("messages", self.room["id"], "--all")
        self.assertEqual([m["message"] for m in whole["messages"]],
                         [f"line {i}" for i in range(220)])
        self.assertFalse(whole["hasMore"])
        last = self.json_of("messages", self.room["id"], "--limit", "3")
        self.assertEqual([m["message"] for m in last["messages"]],
                         ["line 217", "line 218", "line 219"])
        found = self.json_of("messages", self.room["id"], "--search", "line 21", "--limit", "2")
        self.assertEqual(found["count"], 2)

    def test_a_board_is_a_picture(self):
        elements = [
            {"id": "a", "version": 1, "versionNonce": 1, "type": "rectangle", "x": 0, "y": 0,
             "width": 80, "height": 48},
            {"id": "b", "version": 1, "versionNonce": 1, "type": "text", "x": 8, "y": 16,
             "text": "</svg><script>alert(1)</script>"}]
        self.person("ann").call("whiteboard:patch", elements=elements)
        picture = self.run_ctl("board", self.room["id"])
        self.assertIn("+---------+", picture)
        self.assertIn("2 elements, version", picture)
        svg = self.run_ctl("board", self.room["id"], "--svg")
        document = xml.dom.minidom.parseString(svg)
        self.assertEqual(len(document.getElementsByTagName("script")), 0)
        self.assertEqual(document.getElementsByTagName("tspan")[0].firstChild.data,
                         "</svg><script>alert(1)</script>")


class ExitCodes(WithServer):
    def test_no_is_1(self):
        self.run_ctl("room", "999999", code=1)
        self.assertIn("room_not_found", self.done.stderr)
        answer = self.json_of("room", "999999", code=1)
        self.assertEqual(answer["code"], "room_not_found")

    def test_wrong_words_are_2(self):
        for words in ([], ["nonsense"], ["room"], ["rooms", "--sort", "colour"], ["tail"],
                      ["--url", "ftp://x", "rooms"], ["--timeout", "0", "rooms"],
                      ["--token-file", "/nonexistent", "rooms"], ["disconnect"],
                      ["top", "--interval", "0"]):
            self.run_ctl(*words, code=2)
            self.assertEqual(self.done.stdout, "")
            self.assertTrue(self.done.stderr)

    def test_nobody_there_is_3(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{closed.getsockname()[1]}"
            self.run_ctl("rooms", code=3, ATRIUM_URL=url)
            self.run_ctl("rooms", "--url", url, code=3)
            self.run_ctl("top", "--count", "1", "--url", url, code=3)

    def test_whoever_never_answers_is_3(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            self.run_ctl("rooms", "--url", url, "--timeout", "0.3", code=3)
            self.assertIn("no answer in time", self.done.stderr)

    def test_without_rights_is_4(self):
        self.run_ctl("rooms", code=4, ATRIUM_ADMIN_TOKEN="")
        self.assertIn("--token-file", self.done.stderr)
        self.run_ctl("rooms", "--token", "wrong", code=4)
        self.run_ctl("tail", self.room["id"], "--token", "wrong", code=4)

    def test_a_token_may_stand_in_a_file(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(TOKEN + "\r\n")
            file.flush()
            self.run_ctl("rooms", "--token-file", file.name, ATRIUM_ADMIN_TOKEN="")

    def test_help_is_0_and_tells_the_codes(self):
        text = self.run_ctl("--help")
        self.assertIn("Exit codes:", text)
        for line in text.split("Looking:")[1].split("Exit codes:")[0].splitlines():
            if line.startswith("  "):
                self.assertIn("Example:\n  atriumctl", self.run_ctl(line.split()[0], "--help"))
        self.assertEqual(self.run_ctl("help", "rooms"), self.run_ctl("rooms", "--help"))


class Streams(WithServer):
    def test_a_tail_is_a_document_a_line(self):
        tail = self.started("tail", self.room["id"], "--json")
        first = json.loads(tail.stdout.readline())
        self.assertEqual((first["type"], first["roomId"]), ("tail", self.room["id"]))
        ann = self.person("ann")
        ann.call("chat:message", message="seen?")
        while True:
            event = json.loads(tail.stdout.readline())
            if event["type"] == "chat:message":
                break
        self.assertEqual(event["message"], "seen?")
        self.assertEqual(self.interrupted(tail), 0)

    def test_a_tail_ends_with_its_room(self):
        tail = self.started("tail", self.room["id"], "--json")
        tail.stdout.readline()
        self.run_ctl("close", self.room["id"], "--yes")
        lines = [json.loads(line) for line in tail.stdout]
        self.assertIn("room:closed", [line["type"] for line in lines])
        self.assertEqual(tail.wait(), 0)

    def test_a_tail_of_a_user_shows_what_it_says(self):
        tail = self.started("tail", "--user", "ann", "--json")
        self.assertEqual(json.loads(tail.stdout.readline())["type"], "tail")
        ann = self.person("ann")
        ann.call("chat:message", message="hello")
        came = []
        while "chat:message" not in [c.get("event") for c in came]:
            came.append(json.loads(tail.stdout.readline()))
        self.assertIn("connected", [c["type"] for c in came])
        self.assertEqual(self.interrupted(tail), 0)

    def test_so_many_lines_and_no_more(self):
        self.assertEqual(len(self.run_ctl("tail", self.room["id"], "--count", "1").splitlines()), 1)

    def test_following_goes_on_where_the_history_ends(self):
        ann = self.person("ann")
        for i in range(5):
            ann.call("chat:message", message=f"old {i}")
        follow = self.started("messages", self.room["id"], "--follow", "--limit", "2", "--json")
        self.assertEqual([json.loads(follow.stdout.readline())["message"] for _ in range(2)],
                         ["old 3", "old 4"])
        ann.call("chat:message", message="new")
        self.assertEqual(json.loads(follow.stdout.readline())["message"], "new")
        self.assertEqual(self.interrupted(follow), 0)

    def test_frames_of_top_into_a_pipe(self):
        frames = self.run_ctl("top", "--count", "2", "--interval", "0.1")
        self.assertEqual(frames.count("atriumd "), 2)
        self.assertNotIn("\x1b", frames)
        lines = self.run_ctl("top", "--count", "2", "--interval", "0.1", "--json").splitlines()
        self.assertEqual([json.loads(line)["success"] for line in lines], [True, True])

    def test_the_shell_takes_commands_from_a_pipe(self):
        out = self.run_ctl("shell", input="# a comment\nhealth\nroom 999999\nstats\nexit\nrooms\n",
                           code=1)
        self.assertIn("healthy", out)
        self.assertIn("users online", out)
        self.assertNotIn("Maths", out)
        self.run_ctl("shell", input="health\n'unfinished\n", code=2)
        self.run_ctl("shell", input="log-level\nhealth", code=0)
        # Nobody is there to be asked.
        self.run_ctl("shell", input=f"close {self.room['id']}\n", code=2)
        self.run_ctl("room", self.room["id"])


class Completion(WithServer):
    def completed(self, *words):
        """What bash would offer for the last word."""
        line = " ".join(f"'{word}'" for word in ("atriumctl", *words))
        script = (f'eval "$(atriumctl completion bash)"; COMP_WORDS=({line}); '
                  f"COMP_CWORD={len(words)}; _atriumctl; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.symlink(os.path.abspath(PROGRAM), os.path.join(folder.name, "atriumctl"))
        path = folder.name + os.pathsep + self.env["PATH"]
        done = subprocess.run(["bash", "-ec", script], env={**self.env, "PATH": path},
                              capture_output=True, text=True, timeout=30)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_bash_completes_commands_options_and_rooms(self):
        self.assertEqual(self.completed("conn"), ["connections"])
        self.assertEqual(self.completed("rooms", "--so"), ["--sort"])
        self.assertEqual(self.completed("rooms", "--sort", "me"), ["members"])
        self.assertEqual(self.completed("--json", "log-level", "de"), ["debug"])
        eventually("the room among the words",
                   lambda: self.room["id"] in self.run_ctl("words", "CODE").split())
        self.assertIn(self.room["id"], self.completed("kick", self.room["id"][:3]))

    def test_names_that_a_shell_would_run_are_not_offered(self):
        mean = "$(touch${IFS}pwned)"
        self.person("ann-the-first")
        self.person(mean)
        eventually("ann among the words",
                   lambda: "ann-the-first" in self.run_ctl("words", "USER").split())
        self.assertIn(mean, [u["userId"] for u in self.json_of("users", "--all")["users"]])
        self.assertNotIn("touch", self.run_ctl("words", "USER"))
        self.assertEqual(self.completed("user", "ann-the"), ["ann-the-first"])

    def test_every_shell_has_a_script(self):
        for shell in ("bash", "zsh", "fish"):
            script = self.run_ctl("completion", shell)
            self.assertIn("connections", script)
        self.run_ctl("completion", "csh", code=2)


if __name__ == "__main__":
    unittest.main()
