#include <catch2/catch.hpp>

#include "net/rest.hpp"

#include <string>
#include <vector>

using namespace atrium;
using namespace atrium::net;

namespace {

settings with_operators() {
  settings s;
  s.admin.token = "secret";
  return s;
}

rest_asker chief() {
  rest_asker who;
  who.is_operator = true;
  return who;
}

rest_call call(const std::string& method, const std::string& path, const std::string& body = {},
               const rest_asker& who = chief(), std::optional<std::string_view> name = {},
               const settings& config = with_operators()) {
  auto target = parse_target("/api/admin/" + path);
  REQUIRE(target);
  return read_rest_call({method, "application/json", body, *target, who, name}, config);
}

template <class Command>
Command command_of(rest_call c) {
  if (const auto* no = std::get_if<rest_refusal>(&c)) FAIL(no->status << " " << no->why.sentence);
  auto& command = std::get<admin_call>(c).command;
  REQUIRE(std::holds_alternative<Command>(command));
  return std::get<Command>(std::move(command));
}

template <class Command>
Command desk_command_of(rest_call c) {
  return std::get<Command>(command_of<desk_command>(std::move(c)));
}

template <class Command>
Command room_command_of(rest_call c) {
  auto order = command_of<room_order>(std::move(c));
  CHECK(order.room == "123456");
  return std::get<Command>(order.command);
}

operator_action deed_of(const rest_call& c) {
  const auto* call = std::get_if<admin_call>(&c);
  REQUIRE(call);
  REQUIRE(call->deed);
  return *call->deed;
}

unsigned status_of_refusal(const rest_call& c) {
  const auto* no = std::get_if<rest_refusal>(&c);
  return no == nullptr ? 0 : no->status;
}

} // namespace

TEST_CASE("operators' paths lead to commands") {
  command_of<look_over>(call("GET", "overview"));
  command_of<look_over>(call("HEAD", "overview/"));
  room_command_of<inspect_room>(call("GET", "rooms/123456"));
  room_command_of<delete_message>(call("DELETE", "rooms/123456/messages/m1"));
  desk_command_of<list_writers>(call("GET", "writers"));
  desk_command_of<ask_store_info>(call("GET", "redis"));
  CHECK(desk_command_of<list_audit>(call("GET", "audit?limit=7&cursor=c")).limit == 7);
  CHECK(command_of<look_at_user>(call("GET", "users/ann")).user.value == "ann");
  command_of<get_log_level>(call("GET", "log-level"));
  command_of<drain_server>(call("POST", "drain"));
  command_of<drain_server>(call("POST", "drain", "{}"));
  auto tail = command_of<open_tail>(call("GET", "rooms/123456/tail"));
  CHECK(tail.room == "123456");
  tail = command_of<open_tail>(call("GET", "users/ann/tail"));
  CHECK(tail.room.empty());
  CHECK(tail.user.value == "ann");
}

TEST_CASE("lists of operators are read with all their parameters") {
  auto rooms = desk_command_of<list_live_rooms>(
      call("GET", "rooms?sort=rate&order=asc&q=Stand&kind=space&flag=password&limit=9&cursor=c"));
  CHECK(rooms.sort == list_live_rooms::sort_by::rate);
  CHECK_FALSE(rooms.descending);
  CHECK(rooms.text == "Stand");
  CHECK(rooms.kind == "space");
  CHECK(rooms.only == list_live_rooms::flag::password);
  CHECK(rooms.limit == 9);
  CHECK(rooms.cursor == "c");
  rooms = desk_command_of<list_live_rooms>(call("GET", "rooms?kind=&flag="));
  CHECK(rooms.sort == list_live_rooms::sort_by::members);
  CHECK(rooms.descending);
  CHECK(rooms.kind.empty());
  CHECK(rooms.only == list_live_rooms::flag::none);

  auto connections
      = command_of<list_connections>(call("GET", "connections?sort=rtt&order=asc&q=ann&cursor=-1.7"));
  CHECK(connections.sort == list_connections::sort_by::rtt);
  CHECK(connections.text == "ann");
  REQUIRE(connections.after);
  CHECK(connections.after->figure == -1);
  CHECK(connections.after->id == 7);

  auto users = command_of<list_online_users>(call("GET", "users?q=an&cursor=ann&limit=999"));
  CHECK(users.prefix == "an");
  CHECK(users.cursor == "ann");
  CHECK(users.limit == 200);

  for (const auto* wrong :
       {"rooms?sort=size", "rooms?order=up", "rooms?kind=hall", "rooms?flag=empty", "rooms?limit=x",
        "connections?sort=members", "connections?cursor=x", "connections?cursor=1.x"})
    CHECK(status_of_refusal(call("GET", wrong)) == 400);
  CHECK(status_of_refusal(call("GET", "users?q=" + std::string(257, 'x'))) == 400);
}

TEST_CASE("what acts is read with what is recorded of it") {
  auto kick = call("POST", "rooms/123456/kick", R"({"userId":"ann","reason":"spam"})");
  CHECK(deed_of(kick).action == "kick");
  CHECK(deed_of(kick).target == "123456/ann");
  CHECK(deed_of(kick).detail == "spam");
  CHECK(deed_of(kick).who == "operator");
  CHECK(room_command_of<kick_user>(std::move(kick)).reason == "spam");

  CHECK(room_command_of<delete_room>(call("POST", "rooms/123456/close")).reason == "closed");
  auto close = call("POST", "rooms/123456/close", R"({"reason":"over"})");
  CHECK(deed_of(close).action == "close");
  CHECK(room_command_of<delete_room>(std::move(close)).reason == "over");

  CHECK(deed_of(call("POST", "rooms/123456/lock", R"({"locked":true})")).action == "lock");
  auto unlock = call("POST", "rooms/123456/lock", R"({"locked":false})");
  CHECK(deed_of(unlock).action == "unlock");
  CHECK_FALSE(room_command_of<lock_room>(std::move(unlock)).is_locked);

  std::string text;
  for (int i = 0; i < 120; ++i) text += "ä";
  auto said = call("POST", "announce", R"({"message":")" + text + "\"}");
  CHECK(deed_of(said).detail == text.substr(0, 200));
  CHECK(deed_of(said).target.empty());
  CHECK(command_of<announce_to_all>(std::move(said)).message == text);
  said = call("POST", "rooms/123456/announce", R"({"message":"soon"})");
  CHECK(deed_of(said).target == "123456");
  CHECK(room_command_of<announce_to_room>(std::move(said)).message == "soon");

  auto redact = call("DELETE", "rooms/123456/messages/m1");
  CHECK(deed_of(redact).action == "redact");
  CHECK(deed_of(redact).target == "123456/m1");

  auto cut = call("POST", "connections/4294967297/disconnect", R"({"reason":"r"})");
  CHECK(deed_of(cut).target == "4294967297");
  CHECK(command_of<cut_connection>(std::move(cut)).connection == 4'294'967'297);
  auto gone = command_of<user_order>(call("POST", "users/ann/disconnect"));
  CHECK(gone.user.value == "ann");
  CHECK(std::holds_alternative<disconnect_user>(gone.command));
  CHECK(deed_of(call("DELETE", "users/ann")).action == "forget");
  CHECK(deed_of(call("POST", "drain")).action == "drain");
  CHECK(deed_of(call("PUT", "log-level", R"({"level":"debug"})")).detail == "debug");
}

TEST_CASE("a dry run acts on nothing") {
  auto counted = call("POST", "cleanup", R"({"dryRun":true})");
  CHECK_FALSE(std::get<admin_call>(counted).deed);
  auto removed = call("POST", "cleanup", R"({"dryRun":false,"cursor":"12"})");
  CHECK(deed_of(removed).action == "cleanup");
  auto command = desk_command_of<clean_store>(std::move(removed));
  CHECK_FALSE(command.is_dry_run);
  CHECK(command.cursor == "12");
}

TEST_CASE("what looks is not recorded") {
  for (const auto* path : {"overview", "rooms", "rooms/123456", "connections", "users", "users/ann",
                           "writers", "redis", "audit", "rooms/123456/tail", "log-level"})
    CHECK_FALSE(std::get<admin_call>(call("GET", path)).deed);
}

TEST_CASE("operators' bodies are checked for form") {
  const std::string long_reason = R"({"userId":"u","reason":")" + std::string(201, 'x') + "\"}";
  const std::string long_message = R"({"message":")" + std::string(1'001, 'x') + "\"}";
  const std::vector<std::vector<std::string>> wrong{
      {"POST", "rooms/123456/kick", "{}"},
      {"POST", "rooms/123456/kick", R"({"userId":""})"},
      {"POST", "rooms/123456/kick", long_reason},
      {"POST", "rooms/123456/kick", "[]"},
      {"POST", "rooms/123456/kick", "{"},
      {"POST", "rooms/123456/lock", "{}"},
      {"POST", "rooms/123456/lock", R"({"locked":1})"},
      {"POST", "rooms/123456/announce", R"({"message":""})"},
      {"POST", "announce", long_message},
      {"POST", "announce", "{}"},
      {"POST", "users/u/disconnect", R"({"reason":7})"},
      {"POST", "rooms/123456/close", "no json"},
      {"PUT", "log-level", R"({"level":"loud"})"},
      {"PUT", "log-level", "{}"},
      {"POST", "cleanup", "{}"},
  };
  for (const auto& w : wrong) {
    INFO(w[0] << " " << w[1] << " " << w[2]);
    CHECK(status_of_refusal(call(w[0], w[1], w[2])) == 400);
  }
}

TEST_CASE("operators are told what is not there") {
  CHECK(status_of_refusal(call("GET", "")) == 404);
  CHECK(status_of_refusal(call("GET", "nothing")) == 404);
  CHECK(status_of_refusal(call("GET", "rooms/no%20room")) == 404);
  CHECK(status_of_refusal(call("GET", "rooms//tail")) == 404);
  CHECK(status_of_refusal(call("GET", "users//tail")) == 404);
  CHECK(status_of_refusal(call("GET", "users/a%00b")) == 404);
  CHECK(status_of_refusal(call("POST", "connections/x/disconnect")) == 404);
  CHECK(status_of_refusal(call("POST", "connections/99999999999999999999/disconnect")) == 404);
  CHECK(status_of_refusal(call("POST", "overview")) == 405);
  CHECK(status_of_refusal(call("HEAD", "rooms/123456/tail")) == 405);
  CHECK(std::get<rest_refusal>(call("PATCH", "users/ann")).allow == "GET, HEAD, DELETE");
}

TEST_CASE("an operator may say its name") {
  CHECK(deed_of(call("POST", "drain", {}, chief(), "Kim Jäger")).who == "Kim Jäger");
  for (std::string_view wrong : {std::string_view{""}, std::string_view{"a\tb"}, std::string_view{"\xff"}})
    CHECK(status_of_refusal(call("POST", "drain", {}, chief(), wrong)) == 400);
  CHECK(status_of_refusal(call("POST", "drain", {}, chief(), std::string(65, 'x'))) == 400);
  auto by_token = chief();
  token_claims says;
  says.user.value = "kim";
  says.is_operator = true;
  by_token.token = std::make_shared<const token_claims>(says);
  CHECK(deed_of(call("POST", "drain", {}, by_token, "somebody else")).who == "kim");
}

TEST_CASE("strangers are told the same whatever is asked for") {
  const std::vector<std::string> paths{"overview", "nothing", "rooms/123456", "rooms/no%20room", ""};
  rest_asker user;
  token_claims says;
  says.user.value = "ann";
  user.token = std::make_shared<const token_claims>(says);
  for (const auto& path : paths)
    for (const auto* method : {"GET", "POST", "PATCH"}) {
      INFO(method << " " << path);
      CHECK(status_of_refusal(call(method, path, {}, {})) == 401);
      CHECK(status_of_refusal(call(method, path, {}, user)) == 403);
      CHECK(status_of_refusal(call(method, path, {}, {}, {}, settings{})) == 404);
      // Nobody is an operator where there are none.
      CHECK(status_of_refusal(call(method, path, {}, chief(), {}, settings{})) == 404);
    }
  for (const auto& path : paths) {
    auto preflight = std::get<options_call>(call("OPTIONS", path, {}, {}));
    CHECK(preflight.allow == "GET, HEAD, POST, PUT, DELETE, OPTIONS");
    CHECK(status_of_refusal(call("OPTIONS", path, {}, {}, {}, settings{})) == 404);
  }
}
