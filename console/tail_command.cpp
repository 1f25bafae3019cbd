// `tail`: what happens in a room, or what a user does, as it happens.
#include "console/command_line.hpp"
#include "console/interruption.hpp"
#include "console/tail.hpp"

#include <CLI/CLI.hpp>

namespace atrium::console {

namespace {

struct tail_options {
  std::string room;
  std::string user;
  std::int64_t most = 0;
};

exit_status tail(context& c, const tail_options& o) {
  if (o.room.empty() && o.user.empty()) {
    c.screen.complain("tail what? Give a room, or --user");
    return exit_status::usage;
  }
  interruption_guard guard;
  auto path = o.user.empty() ? path_of("/api/admin/rooms/", o.room, "/tail")
                             : path_of("/api/admin/users/", o.user, "/tail");
  auto opened = c.server.open_stream(path);
  if (!opened.is_ok()) return c.tell_failure(opened);
  return show_tail(
      c, [](json::slice) { return true; }, o.most);
}

} // namespace

void add_tail_command(command_line& line) {
  auto* command = line.add("tail", looking,
                           "What happens in a room, or what a user does, until Ctrl-C",
                           "tail --user ann --json");
  auto o = std::make_shared<tail_options>();
  auto* room = add_room_word(*command, o->room)->required(false);
  auto* user = command->add_option("--user", o->user, "A user instead of a room")
                   ->type_name(std::string{user_word})
                   ->excludes(room);
  room->excludes(user);
  command->add_option("--count", o->most, "End after so many lines")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber);
  line.on_run(command, [o](context& c) { return tail(c, *o); });
}

} // namespace atrium::console
