// Queues of members who are away, as values: what waits for Redis and how little of it is held,
// which commands come of it, and when a message that no archive has may still be delivered.
#include <catch2/catch.hpp>

#include "store/queue_commands.hpp"

using namespace atrium;
using namespace atrium::store;

namespace {

stored_message message(seq_t seq, const std::string& room = "office", std::size_t padding = 0) {
  const auto id = make_message_id(seq, "e1");
  const auto text = "hello" + std::string(padding, '.');
  chat_message m;
  m.id = id;
  m.room = room;
  m.seq = seq;
  m.user = "ann";
  m.text = text;
  m.timestamp = 1'000 + seq;
  return {id, seq, user_id{"ann"}, {}, std::make_shared<const std::string>(to_json(m))};
}

queue_message queued(const std::vector<std::string>& users, const stored_message& m) {
  std::vector<user_id> ids;
  for (const auto& user : users) ids.push_back(user_id{user});
  return {std::make_shared<const std::vector<user_id>>(std::move(ids)), m,
          make_queue_entry(m).room};
}

std::vector<seq_t> waiting(const queue_backlog& backlog, const std::string& user) {
  std::vector<seq_t> seqs;
  if (const auto* changes = backlog.of(user_id{user})) {
    for (const auto& entry : changes->messages) seqs.push_back(entry->message.seq);
  }
  return seqs;
}

std::string commands_for(const queue_backlog& backlog, const std::string& user) {
  command_buffer out;
  append_queue_commands(out, key_space{}, user_id{user}, *backlog.of(user_id{user}));
  return out.bytes();
}

std::size_t count_of(const std::string& bytes, const std::string& word) {
  const auto spelled = "\r\n" + word + "\r\n";
  std::size_t count = 0;
  for (auto at = bytes.find(spelled); at != std::string::npos; at = bytes.find(spelled, at + 1)) {
    ++count;
  }
  return count;
}

} // namespace

TEST_CASE("a message for many users is held once", "[store][queue]") {
  queue_backlog backlog{1'000'000};
  std::vector<std::string> users;
  for (int i = 0; i < 100; ++i) users.push_back("user-" + std::to_string(i));
  CHECK(backlog.push(queued(users, message(1, "office", 10'000))) == 0);
  CHECK(backlog.message_count() == 100);
  CHECK(backlog.bytes() < 100'000);
  for (const auto& user : backlog.users(1'000)) CHECK(backlog.settle(user) == 1);
  CHECK(backlog.empty());
  CHECK(backlog.bytes() == 0);
  CHECK(backlog.message_count() == 0);
}

TEST_CASE("of a user's messages the newest hundred wait, in their order", "[store][queue]") {
  queue_backlog backlog{1'000'000};
  for (seq_t i = 1; i <= 250; ++i) CHECK(backlog.push(queued({"bob"}, message(i))) == 0);
  const auto seqs = waiting(backlog, "bob");
  REQUIRE(seqs.size() == 100);
  CHECK(seqs.front() == 151);
  CHECK(seqs.back() == 250);
  backlog.settle(user_id{"bob"});
  CHECK(backlog.bytes() == 0);
}

TEST_CASE("what finds no place in the backlog is told", "[store][queue]") {
  queue_backlog backlog{5'000};
  CHECK(backlog.push(queued({"bob"}, message(1, "office", 4'400))) == 0);
  CHECK(backlog.push(queued({"bob", "cleo"}, message(2))) == 2);
  CHECK(waiting(backlog, "bob") == std::vector<seq_t>{1});
  // A drop that finds no place takes at least what waits here.
  backlog.drop(drop_queued{user_id{"bob"}, {message(1).id}});
  CHECK(waiting(backlog, "bob").empty());
  CHECK(backlog.push(queued({"bob"}, message(3))) == 0);
}

TEST_CASE("drops take what waits, and go before what comes later", "[store][queue]") {
  queue_backlog backlog{1'000'000};
  for (seq_t i = 1; i <= 4; ++i) backlog.push(queued({"bob"}, message(i)));
  backlog.push(queued({"bob"}, message(9, "kitchen")));
  backlog.drop(drop_queued_room{user_id{"bob"}, room_id{"office"}, 3});
  backlog.drop(drop_queued{user_id{"bob"}, {message(1).id}});
  CHECK(waiting(backlog, "bob") == std::vector<seq_t>{2, 9});
  backlog.push(queued({"bob"}, message(5)));
  CHECK(waiting(backlog, "bob") == std::vector<seq_t>{2, 9, 5});
  const auto commands = commands_for(backlog, "bob");
  CHECK(commands.find("EVAL") < commands.find("LPUSH"));
  // A thousand joins of a room are one drop.
  const auto bytes = backlog.bytes();
  for (int i = 0; i < 1'000; ++i)
    backlog.drop(drop_queued_room{user_id{"bob"}, room_id{"office"}, 100 + i});
  CHECK(backlog.bytes() == bytes);
  CHECK(backlog.of(user_id{"bob"})->dropped_rooms.at(room_id{"office"}) == 3);
}

TEST_CASE("messages of a user are one push, bounded and mortal", "[store][queue]") {
  queue_backlog backlog{1'000'000};
  for (seq_t i = 1; i <= 3; ++i) backlog.push(queued({"bob"}, message(i)));
  const auto first = commands_for(backlog, "bob");
  CHECK(count_of(first, "LPUSH") == 1);
  CHECK(count_of(first, "LREM") == 0);
  CHECK(count_of(first, "LTRIM") == 1);
  CHECK(count_of(first, "99") == 1);
  CHECK(count_of(first, "2592000") == 1);
  CHECK(count_of(first, *message(2).json) == 1);
  // After a broken connection Redis may have them.
  backlog.mark_sent(user_id{"bob"});
  CHECK(count_of(commands_for(backlog, "bob"), "LREM") == 3);
}

TEST_CASE("a message that the archive lacks is on its way, gone, or another room's",
          "[store][queue]") {
  const auto entry = make_queue_entry(message(7));
  CHECK(entry.room.value == "office");
  CHECK(entry.timestamp == 1'007);
  // Same epoch: the hash's seq tells.
  CHECK(is_under_way(entry, {"e1", 6, 500}));
  CHECK_FALSE(is_under_way(entry, {"e1", 7, 500}));
  // The clock of the maker does not matter then.
  CHECK(is_under_way(entry, {"e1", 6, 5'000}));
  // The hash has not learned of the epoch after a crash.
  CHECK(is_under_way(entry, {"e0", 6, 500}));
  CHECK_FALSE(is_under_way(entry, {"e0", 8, 500}));
  // Another room of the same name, made later.
  CHECK_FALSE(is_under_way(entry, {"e2", 0, 2'000}));
}

TEST_CASE("an entry of a queue is read back, a damaged one is none", "[store][queue]") {
  const auto m = message(7);
  const auto entry = read_queue_entry(*m.json);
  REQUIRE(entry);
  CHECK(entry->message.id == m.id);
  CHECK(entry->room.value == "office");
  CHECK_FALSE(is_tombstone(entry->message));
  CHECK_FALSE(read_queue_entry("{"));
  CHECK_FALSE(read_queue_entry(R"({"type":"text","id":"a","message":"no room"})"));
  const auto deleted = read_queue_entry(
      R"({"type":"text","id":"a","roomId":"office","seq":1,"message":"","deletedAt":5})");
  REQUIRE(deleted);
  CHECK(is_tombstone(deleted->message));
}
