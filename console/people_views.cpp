// Users, their connections, and what operators did, for people.
#include "console/field.hpp"
#include "console/figures.hpp"
#include "console/views.hpp"

namespace atrium::console {

namespace {

std::string rtt_text(json::slice connection) {
  auto ms = number_in(connection, "rttMs");
  return ms ? latency_text(*ms * 1000) : "-";
}

std::string wire_text(json::slice connection) {
  auto protocol = text_in(connection, "protocol");
  return text_in(connection, "transport") == "polling" ? protocol + " polling" : protocol;
}

} // namespace

std::string connections_table(const std::vector<json::slice>& connections, const look& l) {
  table t{{{"CONNECTION"},
           {"USER", false, true},
           {"WIRE"},
           {"ADDRESS"},
           {"AGE", true},
           {"RTT", true},
           {"ROOMS", true},
           {"QUEUED", true},
           {"DROPPED", true},
           {"SENT", true},
           {"IN/S", true},
           {""}}};
  for (auto c : connections) {
    auto queued = number_in(c, "queuedBytes").value_or(0);
    auto dropped = integer_in(c, "dropped");
    t.add({{text_in(c, "id")},
           {text_in(c, "userId"), style::strong},
           {wire_text(c)},
           {text_in(c, "address")},
           {age_text(integer_in(c, "connectedAt"), l.now_ms)},
           {rtt_text(c)},
           {count_text(integer_in(c, "rooms"))},
           {bytes_text(queued), queued > 0 ? style::warning : style::plain},
           {count_text(dropped), dropped > 0 ? style::warning : style::plain},
           {bytes_text(number_in(c, "bytesSent").value_or(0))},
           {rate_text(number_in(c, "eventsPerSecond").value_or(0))},
           {flag_in(c, "isBehind") ? "behind" : "", style::bad}});
  }
  return t.text(l);
}

std::string connections_view(json::slice answer, const look& l) {
  auto connections = items_in(answer, "connections");
  if (connections.empty()) return "No connections.\n";
  return connections_table(connections, l) + rest_of_list(answer, "connections", l);
}

std::string users_view(json::slice answer, const look& l) {
  auto users = items_in(answer, "users");
  if (users.empty()) return "Nobody is online.\n";
  table t{{{"USER", false, true},
           {"NAME", false, true},
           {"CONNS", true},
           {"ONLINE FOR", true},
           {"LAST SEEN", true},
           {"ADDRESS"}}};
  for (auto user : users)
    t.add({{text_in(user, "userId"), style::strong},
           {text_in(user, "username")},
           {count_text(integer_in(user, "connections"))},
           {age_text(integer_in(user, "connectedAt"), l.now_ms)},
           {age_text(integer_in(user, "lastSeen"), l.now_ms)},
           {text_in(user, "ipAddress")}});
  return t.text(l) + rest_of_list(answer, "users", l);
}

std::string user_view(json::slice answer, const look& l) {
  auto user = object_in(answer, "user");
  sheet s;
  s.add("user", {text_in(user, "userId"), style::strong});
  if (auto name = text_in(user, "username"); !name.empty()) s.add("name", {name});
  bool is_online = flag_in(user, "isOnline");
  s.add("status", {is_online ? "online" : "offline", is_online ? style::good : style::dim});
  auto last = integer_in(user, "lastActivity");
  s.add("last activity", {last > 0 ? age_text(last, l.now_ms) + " ago" : "-"});
  s.add("queued messages", {count_text(integer_in(user, "queueLength"))});
  std::string rooms;
  for (auto room : items_in(user, "rooms"))
    if (room.is(json::kind::string)) rooms += (rooms.empty() ? "" : " ") + json::to_text(room);
  s.add("rooms", {rooms.empty() ? "none" : rooms});
  auto connections = items_in(user, "connections");
  return s.text(l) + (connections.empty() ? "" : "\n" + connections_table(connections, l));
}

std::string audit_view(json::slice answer, const look& l) {
  auto entries = items_in(answer, "entries");
  if (entries.empty()) return "No operator has changed anything yet.\n";
  table t{{{"AGO", true},
           {"WHO", false, true},
           {"ACTION"},
           {"TARGET", false, true},
           {"DETAIL", false, true},
           {"FROM"},
           {"OUTCOME"}}};
  for (auto entry : entries) {
    auto outcome = text_in(entry, "outcome");
    // Details are free to be of any form.
    auto detail = text_in(entry, "detail");
    if (auto object = member(entry, "detail", json::kind::object)) detail = object->raw;
    t.add({{age_text(integer_in(entry, "at"), l.now_ms)},
           {text_in(entry, "who"), style::strong},
           {text_in(entry, "action")},
           {text_in(entry, "target")},
           {detail},
           {text_in(entry, "from")},
           {outcome, outcome == "ok" ? style::good : style::bad}});
  }
  return t.text(l) + rest_of_list(answer, "entries", l);
}

} // namespace atrium::console
