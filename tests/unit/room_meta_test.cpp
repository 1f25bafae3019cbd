// Room names and the JSON of a room (contract §1 and §4); the spelling of failure codes and
// counters.
#include "actors/room_meta.hpp"

#include "actors/counters.hpp"
#include "actors/failure.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <set>

using namespace atrium;

TEST_CASE("room: a code is six decimal digits", "[room_meta]") {
  CHECK(is_room_code("012345"));
  for (const std::string_view name : {"", "12345", "1234567", "12345a", "-12345", "１23456"})
    CHECK_FALSE(is_room_code(name));
}

TEST_CASE("room: a name is 1 to 64 letters, digits, underscores and dashes", "[room_meta]") {
  CHECK(is_room_name("123456"));
  CHECK(is_room_name("Team_A-1"));
  CHECK(is_room_name(std::string(64, 'x')));
  CHECK_FALSE(is_room_name(std::string(65, 'x')));
  for (const std::string_view name : {"", "a b", "a:b", "ä", "a\n", "a/b"})
    CHECK_FALSE(is_room_name(name));
}

TEST_CASE("room: clients see every field but the password's hash", "[room_meta]") {
  room_meta meta;
  meta.id.value = "team";
  meta.code = "123456";
  meta.name = "Té\"am";
  meta.created_by = "u1";
  meta.created_at = 1'696'425'600'000;
  meta.last_activity = 1'696'425'600'001;
  meta.password_hash = "secret";
  const auto json = nlohmann::json::parse(to_json(meta, 3));
  CHECK(json
        == nlohmann::json::parse(R"({"id":"team","code":"123456","name":"Té\"am","createdBy":"u1",
          "createdAt":1696425600000,"participantCount":3,"maxParticipants":50,"kind":"room",
          "isPrivate":false,"hasPassword":true,"locked":false,"ttlSeconds":86400,
          "lastActivity":1696425600001})"));
}

TEST_CASE("room: a space has its size and spawn point", "[room_meta]") {
  room_meta meta;
  meta.kind = "space";
  meta.width = 200;
  meta.height = 50.5;
  meta.spawn = room_point{10, 0.5};
  const auto json = nlohmann::json::parse(to_json(meta, 0));
  CHECK(json["width"] == 200);
  CHECK(json["height"] == 50.5);
  CHECK(json["spawn"] == nlohmann::json{{"x", 10}, {"y", 0.5}});
  CHECK(json["hasPassword"] == false);
}

TEST_CASE("failure codes have the contract's names, each its own", "[room_meta]") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < errc_count; ++i) names.insert(to_string(static_cast<errc>(i)));
  CHECK(names.size() == errc_count);
  CHECK(to_string(errc::bad_request) == "bad_request");
  CHECK(to_string(errc::edit_window_closed) == "edit_window_closed");
  CHECK(to_string(errc::internal) == "internal");
}

TEST_CASE("counters have a name and a sentence, each its own", "[room_meta]") {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  for (std::size_t i = 0; i < counter_count; ++i) {
    names.insert(to_string(static_cast<counter>(i)));
    sentences.insert(describe(static_cast<counter>(i)));
  }
  CHECK(names.size() == counter_count);
  CHECK(sentences.size() == counter_count);
  CHECK(to_string(counter::rooms_created) == "rooms_created");
}
