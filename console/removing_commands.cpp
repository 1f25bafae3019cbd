// Commands that disconnect users, forget them, or end the server. All ask first.
#include "console/command_line.hpp"
#include "console/field.hpp"

#include <CLI/CLI.hpp>

namespace atrium::console {

namespace {

struct disconnect_words {
  std::string user;
  std::string connection;
  std::string reason;
};

exit_status disconnect(context& c, const disconnect_words& w) {
  std::string body;
  json::object_writer writer{body};
  if (!w.reason.empty()) writer.text("reason", w.reason);
  writer.end();
  if (!w.connection.empty()) {
    if (!c.may("Close connection " + w.connection + "?")) return exit_status::usage;
    auto path = path_of("/api/admin/connections/", w.connection, "/disconnect");
    return c.show_done(c.server.post(path, body), "Connection " + w.connection + " is closed.");
  }
  if (!c.may("Close all connections of " + w.user + "?")) return exit_status::usage;
  auto got = c.server.post(path_of("/api/admin/users/", w.user, "/disconnect"), body);
  return c.show_done(got, "Closed " + text_in(got.value, "connections") + " connections of "
                              + w.user + ".");
}

void add_disconnect(command_line& line) {
  auto* command = line.add("disconnect", acting, "Close a user's connections, or one connection",
                           "disconnect --connection 4294967297");
  auto w = std::make_shared<disconnect_words>();
  auto* user = add_user_word(*command, w->user)->required(false);
  auto* connection = command->add_option("--connection", w->connection, "Only this one")
                         ->type_name("ID")
                         ->excludes(user);
  user->excludes(connection);
  command->add_option("--reason", w->reason, "What they are told")->type_name("TEXT");
  line.on_run(command, [w](context& c) {
    if (!w->user.empty() || !w->connection.empty()) return disconnect(c, *w);
    c.screen.complain("disconnect whom? Give a user, or --connection");
    return exit_status::usage;
  });
}

void add_forget(command_line& line) {
  auto* command = line.add("forget", acting,
                           "Forget a user: connections, memberships, queue, friends; not messages",
                           "forget bob");
  auto user = std::make_shared<std::string>();
  add_user_word(*command, *user);
  line.on_run(command, [user](context& c) {
    if (!c.may("Forget all about " + *user + " but what they wrote, for good?"))
      return exit_status::usage;
    auto got = c.server.remove(path_of("/api/admin/users/", *user));
    return c.show_done(got, *user + " is forgotten; was a member of " + text_in(got.value, "rooms")
                                + " rooms.");
  });
}

void add_drain(command_line& line) {
  auto* command = line.add("drain", acting, "End the server: tell clients, store everything, stop",
                           "drain --yes");
  line.on_run(command, [](context& c) {
    if (!c.may("End the server at " + authority(c.server.options().url) + "?"))
      return exit_status::usage;
    return c.show_done(c.server.post("/api/admin/drain", "{}"), "The server is ending.");
  });
}

} // namespace

void add_removing_commands(command_line& line) {
  add_disconnect(line);
  add_forget(line);
  add_drain(line);
}

} // namespace atrium::console
