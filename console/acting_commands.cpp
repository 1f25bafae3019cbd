// Commands that steer rooms and what is said in them. Those that interrupt somebody ask first.
#include "console/command_line.hpp"
#include "console/field.hpp"

#include <CLI/CLI.hpp>

namespace atrium::console {

namespace {

struct words {
  std::string room;
  std::string user;
  std::string reason;
  std::string message;
};

void add_reason(CLI::App& command, std::string& reason) {
  command.add_option("--reason", reason, "What they are told")->type_name("TEXT");
}

/// A body of the members that are not empty.
std::string body_of(const std::vector<std::pair<std::string_view, std::string_view>>& members) {
  std::string out;
  json::object_writer writer{out};
  for (const auto& [key, value] : members)
    if (!value.empty()) writer.text(key, value);
  writer.end();
  return out;
}

void add_kick(command_line& line) {
  auto* command = line.add("kick", acting, "Remove a user from a room",
                           "kick 123456 bob --reason \"be kind\"");
  auto w = std::make_shared<words>();
  add_room_word(*command, w->room);
  add_user_word(*command, w->user);
  add_reason(*command, w->reason);
  line.on_run(command, [w](context& c) {
    if (!c.may("Remove " + w->user + " from room " + w->room + "?")) return exit_status::usage;
    auto got = c.server.post(path_of("/api/admin/rooms/", w->room, "/kick"),
                             body_of({{"userId", w->user}, {"reason", w->reason}}));
    return c.show_done(got, w->user + " is out of room " + w->room + ".");
  });
}

void add_close(command_line& line) {
  auto* command = line.add("close", acting, "Close a room and remove all that is in it",
                           "close 123456 --reason \"the lesson is over\"");
  auto w = std::make_shared<words>();
  add_room_word(*command, w->room);
  add_reason(*command, w->reason);
  line.on_run(command, [w](context& c) {
    if (!c.may("Close room " + w->room + " and remove its messages and its board for good?"))
      return exit_status::usage;
    auto got = c.server.post(path_of("/api/admin/rooms/", w->room, "/close"),
                             body_of({{"reason", w->reason}}));
    return c.show_done(got, "Room " + w->room + " is closed.");
  });
}

void add_lock(command_line& line, bool is_lock) {
  auto* command = is_lock
                      ? line.add("lock", acting, "Make a room read-only", "lock 123456")
                      : line.add("unlock", acting, "Make a room writable again", "unlock 123456");
  auto w = std::make_shared<words>();
  add_room_word(*command, w->room);
  line.on_run(command, [w, is_lock](context& c) {
    auto got = c.server.post(path_of("/api/admin/rooms/", w->room, "/lock"),
                             is_lock ? R"({"locked":true})" : R"({"locked":false})");
    return c.show_done(got, "Room " + w->room + (is_lock ? " is read-only." : " is writable."));
  });
}

exit_status announce(context& c, const words& w) {
  auto body = body_of({{"message", w.message}});
  if (!w.room.empty())
    return c.show_done(c.server.post(path_of("/api/admin/rooms/", w.room, "/announce"), body),
                       "Announced in room " + w.room + ".");
  if (!c.may("Announce this to everybody who is connected?")) return exit_status::usage;
  auto got = c.server.post("/api/admin/announce", body);
  return c.show_done(got, "Announced to " + text_in(got.value, "connections") + " connections.");
}

void add_announce(command_line& line) {
  auto* command = line.add("announce", acting, "Say something to a room, or to everybody",
                           "announce --room 123456 \"We close at noon\"");
  auto w = std::make_shared<words>();
  command->add_option("message", w->message, "1 to 1,000 characters")
      ->required()
      ->type_name("TEXT");
  command->add_option("--room", w->room, "Only this room")->type_name(std::string{room_word});
  line.on_run(command, [w](context& c) { return announce(c, *w); });
}

void add_redact(command_line& line) {
  auto* command = line.add("redact", acting, "Take a message's text away everywhere",
                           "redact 123456 000000000001-c1deb7b5716de271");
  auto w = std::make_shared<words>();
  add_room_word(*command, w->room);
  command->add_option("id", w->message, "The message's id, as `messages` shows it")
      ->required()
      ->type_name("ID");
  line.on_run(command, [w](context& c) {
    if (!c.may("Take the text of message " + w->message + " away for good?"))
      return exit_status::usage;
    auto path = path_of("/api/admin/rooms/", w->room, "/messages/") + percent_encoded(w->message);
    return c.show_done(c.server.remove(path), "The message has no text any more.");
  });
}

} // namespace

void add_acting_commands(command_line& line) {
  add_kick(line);
  add_close(line);
  add_lock(line, true);
  add_lock(line, false);
  add_announce(line);
  add_redact(line);
}

} // namespace atrium::console
