// What redis-cli shows: exactly the keys of contract §5, each with its type and its TTL, and
// nothing left over.
#include <catch2/catch.hpp>

#include "support/redis_server.hpp"
#include "support/store_bench.hpp"

#include <map>
#include <thread>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

settings one_each(const redis_server& server) {
  auto config = server.config();
  config.redis.writers = 1;
  config.redis.readers = 1;
  return config;
}

std::map<std::string, std::string> hash_of(redis_server& server, const std::string& key) {
  const auto lines = server.command({"HGETALL", key});
  std::map<std::string, std::string> fields;
  for (std::size_t i = 0; i + 1 < lines.size(); i += 2) fields[lines[i]] = lines[i + 1];
  return fields;
}

// Claims a room with an own id, with two messages, a board and one participant.
std::unique_ptr<fake_room> furnished_room(store_bench& bench) {
  const auto meta = bench.create("office", "e1", [](room_meta& m) { m.ttl = 600s; });
  auto room = bench.open(meta, "e1");
  room->say(1);
  room->say(2);
  room->write(put_board{make_board(1), 3});
  room->write(put_participant{user_id{"ann"}, "Ann", 1});
  REQUIRE(room->wait_persisted(room->write(refresh_ttl{1'700'000'000'777})));
  return room;
}

} // namespace

TEST_CASE("a room in Redis looks as the contract says", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto room = furnished_room(bench);
  const auto code = room->meta().code;
  const auto m1 = make_message_id(1, "e1");
  const auto m2 = make_message_id(2, "e1");
  std::vector<std::string> expected{"message:" + m1,
                                    "message:" + m2,
                                    "room:office",
                                    "room:office:messages",
                                    "room:office:participants",
                                    "room:office:whiteboard",
                                    "room_code:" + code,
                                    "room_messages:office",
                                    "rooms:active"};
  std::sort(expected.begin(), expected.end());
  CHECK(server.keys() == expected);

  const auto hash = hash_of(server, "room:office");
  CHECK(hash.at("id") == "office");
  CHECK(hash.at("code") == code);
  CHECK(hash.at("name") == "A room");
  CHECK(hash.at("createdBy") == "ann");
  CHECK(hash.at("createdAt") == "1700000000000");
  CHECK(hash.at("participantCount") == "1");
  CHECK(hash.at("maxParticipants") == "50");
  CHECK(hash.at("kind") == "room");
  CHECK(hash.at("lastActivity") == "1700000000777");
  CHECK(hash.at("epoch") == "e1");
  CHECK(hash.at("seq") == "3");
  CHECK(hash.count("passwordHash") == 0);

  const auto hot = server.command({"LRANGE", "room:office:messages", "0", "-1"});
  CHECK(hot == std::vector{*room->said()[1].json, *room->said()[0].json});
  CHECK(server.ask({"GET", "message:" + m1}) == hot[1]);
  CHECK(server.command({"ZRANGE", "room_messages:office", "0", "-1", "WITHSCORES"})
        == std::vector<std::string>{m1, "1", m2, "2"});
  CHECK(server.ask({"GET", "room:office:whiteboard"}) == to_json(make_board(1)));
  CHECK(hash_of(server, "room:office:participants")
        == std::map<std::string, std::string>{{"ann", "Ann"}});
  CHECK(server.ask({"GET", "room_code:" + code}) == "office");
  CHECK(server.command({"ZREVRANGE", "rooms:active", "0", "-1", "WITHSCORES"})
        == std::vector<std::string>{"office", "1700000000000"});
}

TEST_CASE("every key has its ttl, and a refresh renews those of the room", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto room = furnished_room(bench);
  const auto ttl = [&](const std::string& key) { return std::stol(server.ask({"TTL", key})); };
  const std::vector<std::string> of_room{"room:office", "room:office:messages",
                                         "room:office:whiteboard", "room:office:participants",
                                         "room_code:" + room->meta().code};
  for (const auto& key : server.keys()) {
    INFO(key);
    if (key == "rooms:active")
      CHECK(ttl(key) == -1);
    else if (std::count(of_room.begin(), of_room.end(), key) > 0)
      CHECK(ttl(key) > 590);
    else
      CHECK(ttl(key) > 2'591'000);
  }
  for (const auto& key : of_room) server.ask({"EXPIRE", key, "100"});
  REQUIRE(room->wait_persisted(room->write(refresh_ttl{1'700'000'001'777})));
  for (const auto& key : of_room) {
    INFO(key);
    CHECK(ttl(key) > 590);
  }
}

TEST_CASE("nothing is left of a removed room", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  {
    const auto room = furnished_room(bench);
    for (seq_t i = 3; i <= 1'700; ++i) room->say(i);
    server.command({"SADD", "ws:room_participants:office", "ann"});
    server.command({"SADD", "ws:joined_room_participants:office", "ann"});
    server.command({"HSET", "space:office:users", "ann", "{}"});
    // What a room says after its removal brings nothing back.
    const auto removed = room->write(remove_room{});
    room->write(refresh_ttl{1});
    REQUIRE(room->wait_persisted(removed));
  }
  CHECK(bench.finish_writes_now().lost_rooms == 0);
  CHECK(server.keys().empty());
}

TEST_CASE("claiming a name removes what an expired room of it left", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  {
    const auto room = furnished_room(bench);
    for (seq_t i = 3; i <= 1'200; ++i) room->say(i);
    REQUIRE(room->wait_persisted(room->write(refresh_ttl{1})));
  }
  server.command({"SADD", "ws:room_participants:office", "ann"});
  server.command({"DEL", "room:office"});
  const auto meta = bench.create("office", "e2");
  const auto keys = server.keys();
  CHECK(std::count(keys.begin(), keys.end(), "room:office") == 1);
  for (const auto& key : keys) {
    INFO(key);
    CHECK(key.find("message") == std::string::npos);
    CHECK(key.find("participants") == std::string::npos);
    CHECK(key.find("whiteboard") == std::string::npos);
  }
}

TEST_CASE("a hand-back empties the room and takes its mark", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto room = furnished_room(bench);
  CHECK(hash_of(server, "room:office").count("loaded") == 1);
  REQUIRE(room->wait_persisted(room->write(hand_back{3})));
  const auto hash = hash_of(server, "room:office");
  CHECK(hash.count("loaded") == 0);
  CHECK(hash.at("participantCount") == "0");
  CHECK(server.ask({"EXISTS", "room:office:participants"}) == "0");
}

TEST_CASE("loading believes both the hot list and the archive", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto room = furnished_room(bench);
  for (seq_t i = 3; i <= 6; ++i) room->say(i);
  REQUIRE(room->wait_persisted(room->write(refresh_ttl{1})));
  server.command({"HSET", "room:office", "seq", "2"});
  SECTION("a message that only the hot list has") {
    server.command({"ZREM", "room_messages:office", make_message_id(6, "e1")});
    const auto loaded = bench.load("office");
    REQUIRE(loaded);
    CHECK(loaded->messages.size() == 6);
    CHECK(loaded->seq == 6);
  }
  SECTION("messages that only the archive has") {
    server.command({"DEL", "room:office:messages"});
    const auto loaded = bench.load("office");
    REQUIRE(loaded);
    CHECK(loaded->messages.size() == 6);
    CHECK(loaded->seq == 6);
  }
  SECTION("an archive that is gone") {
    server.command({"DEL", "room_messages:office"});
    CHECK(bench.load("office")->messages.size() == 6);
  }
  SECTION("messages that aged out are dropped from the archive") {
    server.command({"DEL", "room:office:messages", "message:" + make_message_id(1, "e1"),
                    "message:" + make_message_id(2, "e1")});
    const auto loaded = bench.load("office");
    REQUIRE(loaded);
    CHECK(loaded->messages.size() == 4);
    CHECK(loaded->message_count == 4);
    CHECK(server.ask({"ZCARD", "room_messages:office"}) == "4");
  }
  CHECK(server.ask({"EXISTS", "room:office:participants"}) == "0");
}

TEST_CASE("a half-finished claim is no room and can be claimed when it expired",
          "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  server.command({"HSET", "room:office", "id", "office"});
  CHECK_FALSE(bench.load("office"));
  room_meta meta;
  meta.id.value = "office";
  meta.name = "n";
  CHECK(bench.ask<claim_reply>(claim_room{meta, "e", false}).outcome == claim_outcome::exists);
  server.command({"DEL", "room:office"});
  CHECK(bench.ask<claim_reply>(claim_room{meta, "e", false}).outcome == claim_outcome::created);
}

TEST_CASE("a prefix goes before all keys", "[store][integration]") {
  redis_server server;
  auto config = one_each(server);
  config.redis.prefix = "a:";
  store_bench bench{config};
  const auto room = furnished_room(bench);
  for (const auto& key : server.keys()) CHECK(key.starts_with("a:"));
  CHECK(bench.load("office"));
}

TEST_CASE("a password and a database are used, over TCP too", "[store][integration]") {
  redis_server server{{"--requirepass", "se:cret"}};
  auto config = one_each(server);
  config.redis.url = "redis://:se%3Acret@127.0.0.1:" + std::to_string(server.port()) + "/3";
  {
    store_bench bench{config};
    CHECK(bench.ask<store_health>(ping_store{}).status == store_status::ok);
    const auto room = furnished_room(bench);
  }
  config.redis.url = "redis://:wrong@127.0.0.1:" + std::to_string(server.port());
  store_bench bench{config};
  CHECK(bench.ask<store_health>(ping_store{}).status == store_status::unavailable);
}

TEST_CASE("a key of the wrong type is a defect of that room alone", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto sick = bench.open(bench.create("sick", "e1"), "e1");
  const auto well = bench.open(bench.create("well", "e1"), "e1");
  server.command({"SET", "room:sick:messages", "not a list"});
  sick->say(1);
  REQUIRE(well->wait_persisted(well->say(1)));
  REQUIRE(sick->told().wait([](const auto& told) {
    return !told.empty() && told.front().what == told_log::entry::kind::defect;
  }));
  CHECK(bench.counts().value(counter::store_errors_defect) > 0);
  server.command({"DEL", "room:sick:messages"});
  CHECK(sick->wait_persisted(sick->say(2)));
}

TEST_CASE("the hot list follows a change, in place and for the message's own id alone",
          "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  auto room = furnished_room(bench);
  // Another message that speaks of the first one's id.
  auto quoting = make_message(room->meta(), 4, "e1", "see " + make_message_id(1, "e1"));
  REQUIRE(room->wait_persisted(room->write(append_message{quoting})));
  const auto now = make_message(room->meta(), 1, "e1", "edited");
  const auto archived = "message:" + now.id;
  server.ask({"EXPIRE", archived, "5000"});
  server.ask({"EXPIRE", "room:office:messages", "500"});
  REQUIRE(room->wait_persisted(room->write(replace_message{now, 5})));
  const auto hot = server.command({"LRANGE", "room:office:messages", "0", "-1"});
  CHECK(hot == std::vector{*quoting.json, *room->said()[1].json, *now.json});
  CHECK(server.ask({"GET", archived}) == *now.json);
  CHECK(std::stol(server.ask({"TTL", archived})) <= 5'000);
  CHECK(std::stol(server.ask({"TTL", "room:office:messages"})) <= 500);
  CHECK(server.ask({"HGET", "room:office", "seq"}) == "5");
  // Neither list nor message is created by a change.
  server.command({"DEL", archived, "room:office:messages"});
  REQUIRE(room->wait_persisted(room->write(replace_message{now, 6})));
  CHECK(server.ask({"EXISTS", archived, "room:office:messages"}) == "0");
}

TEST_CASE("many changes of one round trip all reach the hot list", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  for (seq_t i = 1; i <= 90; ++i) room->say(i);
  REQUIRE(room->wait_persisted(90));
  write_ticket last = 0;
  for (seq_t i = 1; i <= 90; ++i) {
    last = room->write(replace_message{make_message(room->meta(), i, "e1", "edited"), 90 + i});
  }
  REQUIRE(room->wait_persisted(last));
  const auto hot = server.command({"LRANGE", "room:office:messages", "0", "-1"});
  REQUIRE(hot.size() == 90);
  for (seq_t i = 1; i <= 90; ++i) {
    CHECK(hot[static_cast<std::size_t>(90 - i)]
          == *make_message(room->meta(), i, "e1", "edited").json);
  }
}

TEST_CASE("a member is in the room's set and the room in the member's", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  auto room = furnished_room(bench);
  const auto members = [&] {
    auto all = server.command({"SMEMBERS", "ws:room_participants:office"});
    std::sort(all.begin(), all.end());
    return all;
  };
  const user_id ann{"ann"};
  const user_id bob{"bob"};
  REQUIRE(room->wait_persisted(room->write(change_members{{ann, bob}, {}})));
  CHECK(members() == std::vector<std::string>{"ann", "bob"});
  CHECK(server.command({"SMEMBERS", "ws:user_rooms:ann"}) == std::vector<std::string>{"office"});
  CHECK(std::stol(server.ask({"TTL", "ws:room_participants:office"})) > 590);
  CHECK(std::stol(server.ask({"TTL", "ws:user_rooms:ann"})) > 2'591'000);
  server.ask({"EXPIRE", "ws:room_participants:office", "100"});
  REQUIRE(room->wait_persisted(room->write(refresh_ttl{1})));
  CHECK(std::stol(server.ask({"TTL", "ws:room_participants:office"})) > 590);
  REQUIRE(room->wait_persisted(room->write(change_members{{}, {ann}})));
  CHECK(members() == std::vector<std::string>{"bob"});
  CHECK(server.ask({"EXISTS", "ws:user_rooms:ann"}) == "0");
  SECTION("and neither is left of a removed room") {
    std::vector<user_id> many;
    for (int i = 0; i < 1'200; ++i) many.push_back(user_id{"user-" + std::to_string(i)});
    room->write(change_members{many, {}});
    server.command({"SADD", "ws:user_rooms:bob", "kitchen"});
    REQUIRE(room->wait_persisted(room->write(remove_room{})));
    CHECK(server.keys() == std::vector<std::string>{"ws:user_rooms:bob"});
    CHECK(server.command({"SMEMBERS", "ws:user_rooms:bob"}) == std::vector<std::string>{"kitchen"});
  }
  SECTION("and neither is left of an expired one when its name is claimed") {
    server.command({"DEL", "room:office"});
    bench.create("office", "e2");
    CHECK(server.ask({"EXISTS", "ws:user_rooms:bob", "ws:room_participants:office"}) == "0");
  }
}

TEST_CASE("what is cached stands under its key for seconds", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  caf::anon_send(bench.reader(), write_cache{"stats", "{}", 5s});
  caf::anon_send(bench.reader(), write_cache{"never", "{}", 0s});
  CHECK(bench.ask<cached_text>(read_cache{"stats"}).text == "{}");
  CHECK(server.keys() == std::vector<std::string>{"cache:stats"});
  const auto ttl = std::stol(server.ask({"TTL", "cache:stats"}));
  CHECK(ttl > 3);
  CHECK(ttl <= 5);
}
