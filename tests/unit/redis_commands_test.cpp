// The Redis layout as values: keys, fields and commands, URLs, and which errors pass by themselves.
#include <catch2/catch.hpp>

#include "store/redis_commands.hpp"
#include "store/redis_reply.hpp"
#include "store/redis_url.hpp"

#include <set>

using namespace atrium;
using namespace atrium::store;

TEST_CASE("commands are spelled as arrays of bulk strings", "[store]") {
  command_buffer commands;
  commands.add("EXPIRE", std::string{"room:1"}, 60);
  commands.add("GET", "k\r\n");
  CHECK(commands.bytes()
        == "*3\r\n$6\r\nEXPIRE\r\n$6\r\nroom:1\r\n$2\r\n60\r\n*2\r\n$3\r\nGET\r\n$3\r\nk\r\n\r\n");
  CHECK(commands.count() == 2);
  commands.clear();
  CHECK(commands.bytes().empty());
  CHECK(commands.count() == 0);
}

TEST_CASE("keys are those of the contract, behind the prefix", "[store]") {
  const key_space keys;
  CHECK(keys.room("123456") == "room:123456");
  CHECK(keys.messages("123456") == "room:123456:messages");
  CHECK(keys.whiteboard("123456") == "room:123456:whiteboard");
  CHECK(keys.participants("123456") == "room:123456:participants");
  CHECK(keys.rooms_active() == "rooms:active");
  CHECK(keys.room_code("123456") == "room_code:123456");
  CHECK(keys.archive("office") == "room_messages:office");
  CHECK(keys.message("m1") == "message:m1");
  CHECK(keys.space_users("office") == "space:office:users");
  CHECK(keys.members("office") == "ws:room_participants:office");
  CHECK(keys.connected_members("office") == "ws:joined_room_participants:office");
  CHECK(keys.user_rooms("ann") == "ws:user_rooms:ann");
  CHECK(keys.typing("office", "a:b") == "typing:office:a:b");
  CHECK(keys.clients() == "ws:clients");
  CHECK(keys.online_users() == "ws:online_users");
  CHECK(keys.friends("ann") == "ws:friends:ann");
  CHECK(keys.friend_of("ann") == "ws:friend_of:ann");
  CHECK(keys.activity("ann") == "activity:ann");
  CHECK(keys.queue("ann") == "ws:offline_messages:ann");
  CHECK(keys.cache("stats") == "cache:stats");
  CHECK(key_space{"test:"}.rooms_active() == "test:rooms:active");
}

TEST_CASE("a room's hash reads back as it was written", "[store]") {
  room_meta meta;
  meta.id.value = "office";
  meta.code = "004211";
  meta.name = "Büro \"1\"";
  meta.created_by = "ann";
  meta.created_at = 1'700'000'000'123;
  meta.max_participants = 7;
  meta.kind = "space";
  meta.is_private = true;
  meta.locked = true;
  meta.password_hash = "hash";
  meta.ttl = std::chrono::seconds{90};
  meta.last_activity = 1'700'000'000'456;
  meta.width = 12.5;
  meta.height = 30;
  meta.spawn = room_point{0.1, 2};
  auto fields = room_fields(meta);
  fields.emplace_back("epoch", "e1");
  fields.emplace_back("seq", "17");
  CHECK(missing_room_fields(meta).empty());

  const auto read = read_room(fields);
  REQUIRE(read);
  CHECK(room_fields(read->meta) == room_fields(meta));
  CHECK(read->meta.spawn->x == 0.1);
  CHECK(read->epoch == "e1");
  CHECK(read->seq == 17);
  CHECK_FALSE(read->is_loaded);

  fields.emplace_back("loaded", "1");
  CHECK(read_room(fields)->is_loaded);
}

TEST_CASE("a room without optional fields names those that a rewrite must remove", "[store]") {
  const room_meta meta;
  CHECK(missing_room_fields(meta).size() == 5);
  for (const auto& [name, value] : room_fields(meta)) CHECK(name != "passwordHash");
}

TEST_CASE("what is no whole room, or was edited by hand, does no harm", "[store]") {
  using fields = std::vector<hash_field>;
  CHECK_FALSE(read_room(fields{}));
  CHECK_FALSE(read_room(fields{{"id", "123456"}}));
  CHECK_FALSE(read_room(fields{{"seq", "4"}, {"loaded", "1"}}));
  const auto odd = read_room(fields{{"id", "123456"},
                                    {"name", "n"},
                                    {"maxParticipants", "many"},
                                    {"ttlSeconds", "-5"},
                                    {"seq", ""},
                                    {"width", "wide"},
                                    {"unknown", "x"}});
  REQUIRE(odd);
  CHECK(odd->meta.max_participants == 50);
  CHECK(odd->meta.ttl == std::chrono::seconds{86'400});
  CHECK(odd->seq == 0);
  CHECK_FALSE(odd->meta.width);
}

TEST_CASE("random codes are six digits and differ", "[store]") {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const auto code = random_code();
    CHECK(is_room_code(code));
    seen.insert(code);
  }
  CHECK(seen.size() > 190);
}

TEST_CASE("errors of Redis are told apart by their first word", "[store]") {
  for (const auto* passing :
       {"LOADING Redis is loading the dataset in memory", "BUSY Redis is busy running a script.",
        "READONLY You can't write against a read only replica.",
        "MISCONF Redis is configured to save RDB snapshots",
        "OOM command not allowed when used memory > 'maxmemory'.", "TRYAGAIN Multiple keys",
        "CLUSTERDOWN The cluster is down", "MASTERDOWN Link with MASTER is down",
        "NOAUTH Authentication required.", "ERR max number of clients reached"}) {
    INFO(passing);
    CHECK(classify_error(passing) == reply_class::transient);
  }
  for (const auto* defect : {"WRONGTYPE Operation against a key holding the wrong kind of value",
                             "ERR wrong number of arguments for 'get' command",
                             "ERR unknown command", "NOSCRIPT", "LOADINGX", ""}) {
    INFO(defect);
    CHECK(classify_error(defect) == reply_class::defect);
  }
}

TEST_CASE("a view of no reply is nil all the way down", "[store]") {
  const redis_reply none;
  CHECK_FALSE(none);
  CHECK(none->is_nil());
  CHECK(none[3][4].text().empty());
  CHECK(none->integer() == 0);
  CHECK(none->pairs().empty());
  CHECK(none->classify() == reply_class::ok);
}

namespace {

redis_address address_of(std::string_view url) {
  const auto parsed = parse_redis_url(url);
  INFO(url);
  REQUIRE(std::holds_alternative<redis_address>(parsed));
  return std::get<redis_address>(parsed);
}

} // namespace

TEST_CASE("Redis URLs are read in both spellings", "[store]") {
  CHECK(address_of("redis://").host == "127.0.0.1");
  CHECK(address_of("redis://").port == 6379);
  const auto plain = address_of("redis://cache.local:7000/3");
  CHECK(plain.host == "cache.local");
  CHECK(plain.port == 7000);
  CHECK(plain.database == 3);
  const auto secret = address_of("redis://bob:p%40ss:w@host:1/0");
  CHECK(secret.user == "bob");
  CHECK(secret.password == "p@ss:w");
  CHECK(address_of("redis://:pw@host").password == "pw");
  CHECK(address_of("redis://:pw@host").user.empty());
  CHECK(address_of("redis://[::1]:7001").host == "::1");
  const auto local = address_of("unix:///run/redis.sock?db=5");
  CHECK(local.socket_path == "/run/redis.sock");
  CHECK(local.database == 5);
  CHECK(address_of("unix:///run/redis.sock").database == 0);
}

TEST_CASE("a bad Redis URL gets a sentence without its secrets", "[store]") {
  for (const auto* url :
       {"http://x", "rediss://:hunter2@h:1/0", "redis://:hunter2@h:port", "redis://:hunter2@h:0",
        "redis://:hunter2@h:99999", "redis://:hunter2@h:1/x", "redis://:hunter2@[::1", "unix://",
        "unix://relative", "unix:///a?db=x", "unix:///a?color=red", ""}) {
    INFO(url);
    const auto parsed = parse_redis_url(url);
    REQUIRE(std::holds_alternative<std::string>(parsed));
    CHECK(std::get<std::string>(parsed).find("hunter2") == std::string::npos);
    CHECK_FALSE(std::get<std::string>(parsed).empty());
  }
  CHECK(std::get<std::string>(parse_redis_url("rediss://h")).find("without TLS")
        != std::string::npos);
  CHECK(describe(address_of("redis://bob:hunter2@h:1/2")) == "h:1/2");
}
