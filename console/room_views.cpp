// Rooms, who is in them and what they said, for people.
#include "console/display.hpp"
#include "console/field.hpp"
#include "console/figures.hpp"
#include "console/views.hpp"

namespace atrium::console {

namespace {

std::string flags_of(json::slice room) {
  std::string out;
  auto add = [&](bool is_set, std::string_view word) {
    if (is_set) out += (out.empty() ? "" : " ") + std::string{word};
  };
  add(flag_in(room, "dirty"), "dirty");
  add(flag_in(room, "locked"), "locked");
  add(flag_in(room, "isPrivate"), "private");
  add(flag_in(room, "hasPassword"), "password");
  return out;
}

std::string count_in(json::slice object, std::string_view key) {
  return count_text(integer_in(object, key));
}

std::string bytes_in(json::slice object, std::string_view key) {
  return bytes_text(number_in(object, key).value_or(0));
}

void add_room(sheet& s, json::slice room, const look& l) {
  auto id = text_in(room, "id");
  auto code = text_in(room, "code");
  s.add("room", {id == code ? id : id + ", code " + code, style::strong});
  s.add("name", {text_in(room, "name")});
  auto kind = text_in(room, "kind");
  if (kind == "space") kind += ", " + text_in(room, "width") + " × " + text_in(room, "height");
  s.add("kind", {kind});
  auto flags = flags_of(room);
  if (!flags.empty()) s.add("flags", {flags, style::warning});
  s.add("created", {age_text(integer_in(room, "createdAt"), l.now_ms) + " ago by "
                    + text_in(room, "createdBy")});
  s.add("last activity", {age_text(integer_in(room, "lastActivity"), l.now_ms) + " ago"});
  s.add("participants",
        {count_in(room, "participantCount") + " of " + count_in(room, "maxParticipants")});
}

void add_live(sheet& s, json::slice live) {
  s.add("away", {count_in(live, "away")});
  s.add("connections", {count_in(live, "connections")});
  s.add("members", {count_in(live, "memberCount")});
  s.add("messages", {count_in(live, "messageCount")});
  s.add("changes a second", {rate_text(number_in(live, "perSecond").value_or(0))});
  s.add("epoch, seq", {text_in(live, "epoch") + ", " + text_in(live, "seq")});
  s.add("lives on for", {ttl_text(number_in(live, "ttl") ? integer_in(live, "ttl") : -1)});
  s.add("memory", {bytes_in(live, "memoryBytes")});
  auto window = object_in(live, "window");
  s.add("replay window", {count_in(window, "count") + " changes, " + bytes_in(window, "bytes")
                          + ", from seq " + text_in(window, "firstSeq")});
  auto board = object_in(live, "board");
  s.add("board", {count_in(board, "elements") + " elements, " + bytes_in(board, "bytes")
                  + ", version " + text_in(board, "version")});
  s.add("writer", {text_in(live, "writer")});
  auto unconfirmed = integer_in(live, "unconfirmed");
  s.add("unconfirmed writes",
        {count_text(unconfirmed), unconfirmed > 0 ? style::warning : style::plain});
  if (flag_in(live, "dirty")) s.add("store", {"dirty: changed while it was away", style::bad});
  if (auto tails = integer_in(live, "tails")) s.add("operators looking", {count_text(tails)});
}

style status_style(std::string_view status) {
  if (status == "online") return style::good;
  return status == "busy" ? style::warning : style::dim;
}

} // namespace

std::string rooms_view(json::slice answer, const look& l) {
  auto rooms = items_in(answer, "rooms");
  if (rooms.empty()) return "No rooms.\n";
  // What matters least stands where a narrow terminal cuts.
  table t{{{"ROOM", false, true},
           {"NAME", false, true},
           {"HERE", true},
           {"RATE/S", true},
           {"MSGS", true},
           {"MEMORY", true},
           {"AGE", true},
           {"TTL", true},
           {"FLAGS"},
           {"KIND"},
           {"CONNS", true},
           {"AWAY", true}}};
  for (auto room : rooms) {
    t.add({{text_in(room, "id"), style::strong},
           {text_in(room, "name")},
           {count_in(room, "participants")},
           {rate_text(number_in(room, "perSecond").value_or(0))},
           {count_in(room, "messages")},
           {bytes_in(room, "bytes")},
           {age_text(integer_in(room, "createdAt"), l.now_ms)},
           {ttl_text(number_in(room, "ttl") ? integer_in(room, "ttl") : -1)},
           {flags_of(room), flag_in(room, "dirty") ? style::bad : style::warning},
           {text_in(room, "kind")},
           {count_in(room, "connections")},
           {count_in(room, "away"), style::dim}});
  }
  return t.text(l) + rest_of_list(answer, "rooms", l);
}

std::string relays_view(json::slice answer, const look& l) {
  auto relays = items_in(answer, "relays");
  if (relays.empty()) return "No rooms of Excalidraw's protocol.\n";
  table t{{{"ROOM", false, true},
           {"HERE", true},
           {"RATE/S", true},
           {"BYTES/S", true},
           {"MSGS", true},
           {"VOLATILE", true},
           {"BYTES", true},
           {"AGE", true}}};
  for (auto room : relays) {
    t.add({{text_in(room, "id"), style::strong},
           {count_in(room, "members")},
           {rate_text(number_in(room, "messagesPerSecond").value_or(0))},
           {bytes_in(room, "bytesPerSecond")},
           {count_in(room, "messages")},
           {count_in(room, "volatileMessages"), style::dim},
           {bytes_in(room, "bytes")},
           {age_text(integer_in(room, "since"), l.now_ms)}});
  }
  return t.text(l) + rest_of_list(answer, "rooms", l);
}

std::string room_view(json::slice answer, const look& l) {
  sheet s;
  add_room(s, object_in(answer, "room"), l);
  add_live(s, object_in(answer, "live"));
  auto out = s.text(l);
  table t{{{"USER", false, true},
           {"NAME", false, true},
           {"STATUS"},
           {"SINCE", true},
           {"CONNECTION"},
           {"PROTOCOL"},
           {"WORDS"},
           {"ADDRESS"},
           {"QUEUED", true}}};
  for (auto participant : items_in(answer, "participants")) {
    auto connections = items_in(participant, "connections");
    // Whoever is away has none, and is shown all the same.
    if (connections.empty()) connections.push_back({"{}"});
    for (auto connection : connections) {
      auto status = text_in(participant, "status");
      t.add({{text_in(participant, "userId"), style::strong},
             {text_in(participant, "username")},
             {status, status_style(status)},
             {age_text(integer_in(participant, "joinedAt"), l.now_ms)},
             {text_in(connection, "id")},
             {text_in(connection, "protocol")},
             {text_in(connection, "vocabulary")},
             {text_in(connection, "address")},
             {connection.raw == "{}" ? "" : bytes_in(connection, "queuedBytes"),
              flag_in(connection, "isBehind") ? style::bad : style::plain}});
    }
  }
  if (t.row_count() == 0) return out + "\nNobody is in.\n";
  return out + "\n" + t.text(l) + rest_of_list(answer, "participants", l);
}

std::string participants_view(json::slice answer, const look& l) {
  auto participants = items_in(answer, "participants");
  if (participants.empty()) return "Nobody is in.\n";
  table t{{{"USER", false, true},
           {"NAME", false, true},
           {"STATUS"},
           {"TEXT", false, true},
           {"CONNS", true},
           {"SINCE", true},
           {"PLACE"}}};
  for (auto p : participants) {
    auto status = text_in(p, "status");
    auto x = text_in(p, "x");
    t.add({{text_in(p, "userId"), style::strong},
           {text_in(p, "username")},
           {status, status_style(status)},
           {text_in(p, "text")},
           {count_in(p, "connections")},
           {age_text(integer_in(p, "joinedAt"), l.now_ms)},
           {x.empty() ? "" : x + ", " + text_in(p, "y")}});
  }
  return t.text(l) + rest_of_list(answer, "participants", l);
}

cell message_cell(json::slice message) {
  if (member(message, "deletedAt", json::kind::number)) return {"(deleted)", style::dim};
  auto text = text_in(message, "message");
  auto metadata = object_in(message, "metadata");
  auto url = text_in(metadata, "url");
  if (!url.empty()) text += " <" + url + ">";
  if (member(message, "editedAt", json::kind::number)) text += " (edited)";
  return {text};
}

std::string messages_view(json::slice answer, const look& l) {
  auto messages = items_in(answer, "messages");
  if (messages.empty()) return "No messages.\n";
  table t{{{"ID"}, {"AGE", true}, {"WHO", false, true}, {"MESSAGE", false, true}}};
  for (auto message : messages) {
    auto name = text_in(message, "username");
    t.add({{text_in(message, "id"), style::dim},
           {age_text(integer_in(message, "timestamp"), l.now_ms)},
           {name.empty() ? text_in(message, "userId") : name, style::strong},
           message_cell(message)});
  }
  auto out = t.text(l);
  if (flag_in(answer, "hasMore"))
    out += painted("There are more; --limit and --all show them.\n", style::dim, l);
  return out;
}

std::string room_stats_view(json::slice answer, const look& l) {
  auto stats = object_in(answer, "stats");
  sheet s;
  add_room(s, object_in(stats, "room"), l);
  s.add("messages", {count_in(stats, "messageCount")});
  s.add("connected", {count_in(stats, "participantCount")});
  s.add("members", {count_in(stats, "memberCount")});
  s.add("seq", {text_in(stats, "seq")});
  s.add("lives on for", {ttl_text(number_in(stats, "ttl") ? integer_in(stats, "ttl") : -1)});
  return s.text(l);
}

std::string rest_of_list(json::slice answer, std::string_view what, const look& l) {
  if (!json::find(answer, "cursor")) return {};
  auto total = integer_in(answer, "total");
  auto shown = count_in(answer, "count")
               + (total > 0 ? " of " + count_text(total) + " " : std::string{" "});
  return painted(shown + std::string{what} + "; --limit and --all show more", style::dim, l) + "\n";
}

} // namespace atrium::console
