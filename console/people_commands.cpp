// Commands that look at users and their connections.
#include "console/command_line.hpp"
#include "console/views.hpp"

#include <CLI/CLI.hpp>

namespace atrium::console {

namespace {

struct people_options {
  list_length length;
  std::string sort;
  std::string order;
  std::string search;
};

void add_connections(command_line& line) {
  auto* command = line.add("connections", looking, "All connections",
                           "connections --sort queued --limit 10");
  auto o = std::make_shared<people_options>();
  command->add_option("--sort", o->sort, "By what; queued, the bytes that wait for the client")
      ->check(CLI::IsMember({"queued", "rtt", "dropped", "sent", "received", "age"}))
      ->type_name("KEY");
  command->add_option("--order", o->order, "desc, or asc")
      ->check(CLI::IsMember({"desc", "asc"}))
      ->type_name("ORDER");
  command->add_option("--search", o->search, "Only those with this in user id or address")
      ->type_name("TEXT");
  add_list_length(*command, o->length);
  line.on_run(command, [o](context& c) {
    return c.show(c.server.list("/api/admin/connections",
                                {{"sort", o->sort}, {"order", o->order}, {"q", o->search}},
                                "connections", o->length.most()),
                  connections_view);
  });
}

void add_users(command_line& line) {
  auto* command = line.add("users", looking, "Who is online, by id", "users --search ann");
  auto o = std::make_shared<people_options>();
  command->add_option("--search", o->search, "Only those whose id begins so")->type_name("TEXT");
  add_list_length(*command, o->length);
  line.on_run(command, [o](context& c) {
    return c.show(c.server.list("/api/admin/users", {{"q", o->search}}, "users", o->length.most()),
                  users_view);
  });
}

void add_user(command_line& line) {
  auto* command = line.add("user", looking, "One user: rooms, connections, queue", "user ann");
  auto user = std::make_shared<std::string>();
  add_user_word(*command, *user);
  line.on_run(command, [user](context& c) {
    return c.show(c.server.get(path_of("/api/admin/users/", *user)), user_view);
  });
}

void add_audit(command_line& line) {
  auto* command = line.add("audit", looking, "What operators changed, newest first",
                           "audit --limit 20");
  auto length = std::make_shared<list_length>();
  add_list_length(*command, *length);
  line.on_run(command, [length](context& c) {
    return c.show(c.server.list("/api/admin/audit", {}, "entries", length->most()), audit_view);
  });
}

} // namespace

void add_people_commands(command_line& line) {
  add_connections(line);
  add_users(line);
  add_user(line);
  add_audit(line);
}

} // namespace atrium::console
