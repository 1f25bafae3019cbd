// Commands that look at rooms.
#include "console/command_line.hpp"
#include "console/views.hpp"

#include <CLI/CLI.hpp>

namespace atrium::console {

namespace {

struct rooms_options {
  list_length length;
  std::string sort;
  std::string order;
  std::string search;
  std::string kind;
  std::string flag;
};

void add_rooms(command_line& line) {
  auto* command = line.add("rooms", looking, "The rooms that are in memory",
                           "rooms --sort rate --limit 10");
  auto o = std::make_shared<rooms_options>();
  command->add_option("--sort", o->sort, "By what; members")
      ->check(CLI::IsMember({"members", "rate", "bytes", "age", "ttl", "name"}))
      ->type_name("KEY");
  command->add_option("--order", o->order, "desc, or asc")
      ->check(CLI::IsMember({"desc", "asc"}))
      ->type_name("ORDER");
  command->add_option("--search", o->search, "Only those with this in id, code or name")
      ->type_name("TEXT");
  command->add_option("--kind", o->kind, "Only rooms, or only spaces")
      ->check(CLI::IsMember({"room", "space"}))
      ->type_name("KIND");
  command->add_option("--flag", o->flag, "Only those that are so")
      ->check(CLI::IsMember({"dirty", "locked", "private", "password"}))
      ->type_name("FLAG");
  add_list_length(*command, o->length);
  line.on_run(command, [o](context& c) {
    return c.show(c.server.list("/api/admin/rooms",
                                {{"sort", o->sort},
                                 {"order", o->order},
                                 {"q", o->search},
                                 {"kind", o->kind},
                                 {"flag", o->flag}},
                                "rooms", o->length.most()),
                  rooms_view);
  });
}

void add_relays(command_line& line) {
  auto* command = line.add("relays", looking, "The rooms of Excalidraw's own protocol",
                           "relays --all");
  auto length = std::make_shared<list_length>();
  add_list_length(*command, *length);
  line.on_run(command, [length](context& c) {
    return c.show(c.server.list("/api/admin/relays", {}, "relays", length->most()), relays_view);
  });
}

struct one_room {
  std::string room;
  list_length length;
};

void add_room(command_line& line) {
  auto* command = line.add("room", looking, "One room whole: its figures, and who is in by what",
                           "room 123456");
  auto o = std::make_shared<one_room>();
  add_room_word(*command, o->room);
  add_list_length(*command, o->length);
  line.on_run(command, [o](context& c) {
    return c.show(
        c.server.list(path_of("/api/admin/rooms/", o->room), {}, "participants", o->length.most()),
        room_view);
  });
}

void add_participants(command_line& line) {
  auto* command = line.add("participants", looking, "Who is in a room",
                           "participants 123456 --all");
  auto o = std::make_shared<one_room>();
  add_room_word(*command, o->room);
  add_list_length(*command, o->length);
  line.on_run(command, [o](context& c) {
    return c.show(c.server.list(path_of("/api/rooms/", o->room, "/participants"), {},
                                "participants", o->length.most()),
                  participants_view);
  });
}

void add_stats(command_line& line) {
  auto* command = line.add("stats", looking, "Totals of the server, or of one room",
                           "stats 123456");
  auto room = std::make_shared<std::string>();
  add_room_word(*command, *room)->required(false);
  line.on_run(command, [room](context& c) {
    if (room->empty()) return c.show(c.server.get("/api/stats"), stats_view);
    return c.show(c.server.get(path_of("/api/rooms/", *room, "/stats")), room_stats_view);
  });
}

} // namespace

void add_room_commands(command_line& line) {
  add_rooms(line);
  add_relays(line);
  add_room(line);
  add_participants(line);
  add_stats(line);
}

} // namespace atrium::console
