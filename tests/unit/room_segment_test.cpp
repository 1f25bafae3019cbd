// Coalescing: what melts together, what must not, and which commands come of it.
#include <catch2/catch.hpp>

#include "store/room_commands.hpp"

#include <algorithm>

using namespace atrium;
using namespace atrium::store;

namespace {

const auto meta = [] {
  auto m = std::make_shared<room_meta>();
  m->id.value = m->code = "123456";
  m->name = "n";
  m->ttl = std::chrono::seconds{600};
  return m;
}();
const auto epoch = std::make_shared<const std::string>("e1");

room_write write_of(room_change change, write_ticket ticket) {
  return {meta, epoch, ticket, std::move(change), {}};
}

stored_message message(seq_t seq) {
  const auto text = "m" + std::to_string(seq);
  return {text, seq, user_id{"ann"}, {}, std::make_shared<const std::string>(text)};
}

replace_message edit(seq_t of, const std::string& text, seq_t seq) {
  auto m = message(of);
  m.json = std::make_shared<const std::string>(text);
  return {std::move(m), seq};
}

board_view drawing(std::int64_t version) {
  const auto element = std::make_shared<const std::string>("{}");
  return {std::make_shared<const std::vector<shared_text>>(1, element), version, 2};
}

// The words of each command.
std::vector<std::vector<std::string>> words_of(const command_buffer& commands) {
  std::vector<std::vector<std::string>> all;
  const auto& bytes = commands.bytes();
  std::size_t at = 0;
  const auto number = [&] {
    const auto end = bytes.find("\r\n", at);
    const auto value = std::stoul(bytes.substr(at + 1, end - at - 1));
    at = end + 2;
    return value;
  };
  while (at < bytes.size()) {
    auto& command = all.emplace_back();
    for (auto left = number(); left > 0; --left) {
      const auto size = number();
      command.push_back(bytes.substr(at, size));
      at += size + 2;
    }
  }
  return all;
}

std::vector<std::vector<std::string>> commands_of(const std::deque<room_segment>& queue,
                                                  std::size_t hot_messages = 100) {
  command_plan plan;
  room_layout layout;
  layout.chat.hot_messages = hot_messages;
  for (const auto& segment : queue) append_commands(plan, layout, segment);
  CHECK(plan.checks.size() == plan.commands.count());
  return words_of(plan.commands);
}

std::size_t count_of(const std::vector<std::vector<std::string>>& commands, const char* name) {
  return static_cast<std::size_t>(std::count_if(commands.begin(), commands.end(),
                                                [&](const auto& c) { return c.front() == name; }));
}

} // namespace

TEST_CASE("ten messages are one LPUSH with ten values, one LTRIM, one refresh", "[store]") {
  std::deque<room_segment> queue;
  for (seq_t i = 1; i <= 10; ++i) {
    enqueue(queue, write_of(append_message{message(i)}, static_cast<write_ticket>(i)));
    enqueue(queue, write_of(refresh_ttl{i}, static_cast<write_ticket>(i)));
  }
  REQUIRE(queue.size() == 1);
  CHECK(queue.front().last_ticket == 10);
  const auto commands = commands_of(queue);
  const auto push = std::find_if(commands.begin(), commands.end(),
                                 [](const auto& c) { return c.front() == "LPUSH"; });
  REQUIRE(push != commands.end());
  CHECK(push->size() == 12);
  CHECK(push->at(2) == "m1");
  CHECK(push->back() == "m10");
  CHECK(count_of(commands, "LPUSH") == 1);
  CHECK(count_of(commands, "LTRIM") == 1);
  CHECK(count_of(commands, "ZADD") == 1);
  CHECK(count_of(commands, "HSET") == 1);
  CHECK(count_of(commands, "SET") == 10);
}

TEST_CASE("no more is pushed than the hot list keeps", "[store]") {
  std::deque<room_segment> queue;
  for (seq_t i = 1; i <= 10; ++i) enqueue(queue, write_of(append_message{message(i)}, 1));
  const auto commands = commands_of(queue, 3);
  const auto push = std::find_if(commands.begin(), commands.end(),
                                 [](const auto& c) { return c.front() == "LPUSH"; });
  REQUIRE(push != commands.end());
  CHECK(*push == std::vector<std::string>{"LPUSH", "room:123456:messages", "m8", "m9", "m10"});
}

TEST_CASE("a board that was superseded is not sent", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(put_board{drawing(1), 1}, 1));
  enqueue(queue, write_of(put_board{drawing(2), 2}, 2));
  const auto commands = commands_of(queue);
  CHECK(count_of(commands, "SET") == 1);
  CHECK(queue.front().board->version == 2);
  CHECK(queue.front().seq == 2);
}

TEST_CASE("of a participant only the newest state is sent", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(put_participant{user_id{"ann"}, "Ann", 1}, 1));
  enqueue(queue, write_of(put_participant{user_id{"bob"}, "Bob", 2}, 2));
  enqueue(queue, write_of(drop_participant{user_id{"ann"}, 1}, 3));
  const auto commands = commands_of(queue);
  const auto gone = std::vector<std::string>{"HDEL", "room:123456:participants", "ann"};
  const auto come = std::vector<std::string>{"HSET", "room:123456:participants", "bob", "Bob"};
  CHECK(std::count(commands.begin(), commands.end(), gone) == 1);
  CHECK(std::count(commands.begin(), commands.end(), come) == 1);
  CHECK(queue.front().participant_count == 1);
}

TEST_CASE("a lock is a field of the hash, and only the newest is sent", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(put_lock{true}, 1));
  enqueue(queue, write_of(append_message{message(1)}, 2));
  enqueue(queue, write_of(put_lock{false}, 3));
  REQUIRE(queue.size() == 1);
  const auto commands = commands_of(queue);
  const auto fields = std::find_if(commands.begin(), commands.end(), [](const auto& c) {
    return c.front() == "HSET" && c.at(1) == "room:123456";
  });
  REQUIRE(fields != commands.end());
  const auto locked = std::find(fields->begin(), fields->end(), "locked");
  REQUIRE(locked != fields->end());
  CHECK(*(locked + 1) == "false");
  CHECK(std::count(fields->begin(), fields->end(), "locked") == 1);
}

TEST_CASE("nothing melts across a rewrite or a hand-back", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(append_message{message(1)}, 1));
  enqueue(queue, write_of(rewrite_room{1, {message(1)}, {}, {}, 5}, 2));
  enqueue(queue, write_of(append_message{message(2)}, 3));
  enqueue(queue, write_of(hand_back{2}, 4));
  enqueue(queue, write_of(append_message{message(3)}, 5));
  REQUIRE(queue.size() == 5);
  CHECK(queue[1].what == room_segment::kind::rewrite);
  CHECK(queue[3].what == room_segment::kind::hand_back);
}

TEST_CASE("a removal makes what was queued before it superfluous", "[store]") {
  std::deque<room_segment> queue;
  auto held = enqueue(queue, write_of(append_message{message(1)}, 1));
  held += enqueue(queue, write_of(hand_back{1}, 2));
  held += enqueue(queue, write_of(remove_room{}, 3));
  REQUIRE(queue.size() == 1);
  CHECK(queue.front().what == room_segment::kind::removal);
  CHECK(held == static_cast<std::ptrdiff_t>(queue.front().bytes));
}

TEST_CASE("a large backlog is cut into segments with tickets of their own", "[store]") {
  std::deque<room_segment> queue;
  std::ptrdiff_t held = 0;
  for (write_ticket i = 1; i <= 40'000; ++i) {
    held += enqueue(queue, write_of(append_message{message(static_cast<seq_t>(i))}, i));
  }
  CHECK(queue.size() > 2);
  CHECK(queue.back().last_ticket == 40'000);
  std::ptrdiff_t sum = 0;
  for (const auto& s : queue) sum += static_cast<std::ptrdiff_t>(s.bytes);
  CHECK(sum == held);
}

TEST_CASE("every key that a rewrite creates gets a ttl", "[store]") {
  std::deque<room_segment> queue;
  rewrite_room whole{3, {message(1), message(2)}, drawing(1), {{user_id{"ann"}, "Ann"}}, 5};
  whole.members = {user_id{"ann"}};
  enqueue(queue, write_of(std::move(whole), 1));
  const auto commands = commands_of(queue);
  // Hash, hot list, participants, archive, and the two sets of a member.
  CHECK(count_of(commands, "EXPIRE") == 6);
  CHECK(count_of(commands, "MULTI") == count_of(commands, "EXEC"));
  for (const auto& c : commands) {
    if (c.front() == "SET") CHECK(c[3] == "EX");
  }
}

TEST_CASE("a refresh sets the ttl of every list, also of one that was created anew", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(append_message{message(1)}, 1));
  enqueue(queue, write_of(refresh_ttl{7}, 2));
  queue.front().sets_ttl = false;
  const auto commands = commands_of(queue);
  auto has_expire = [&](const std::string& part) {
    return std::any_of(commands.begin(), commands.end(), [&](const auto& c) {
      return c[0] == "EXPIRE" && c[1].find(part) != std::string::npos;
    });
  };
  CHECK(has_expire("room_messages:"));
  CHECK(has_expire(":messages"));
}

TEST_CASE("between refreshes a message costs no commands for ttls but the check of its room",
          "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(append_message{message(1)}, 1));
  queue.front().sets_ttl = false;
  const auto commands = commands_of(queue);
  CHECK(count_of(commands, "EXPIRE") == 1);
  CHECK(count_of(commands, "ZCARD") == 0);
}

TEST_CASE("a message that is replaced while it waits is sent in its new text alone", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(append_message{message(1)}, 1));
  enqueue(queue, write_of(append_message{message(2)}, 2));
  const auto grown = enqueue(queue, write_of(edit(1, "new", 3), 3));
  CHECK(grown <= 10);
  REQUIRE(queue.size() == 1);
  CHECK(queue.front().seq == 3);
  CHECK(queue.front().replaced.empty());
  const auto commands = commands_of(queue);
  for (const auto& c : commands) CHECK(std::count(c.begin(), c.end(), "m1") <= 1);
  CHECK(count_of(commands, "EVAL") == 0);
  const std::vector<std::string> push{"LPUSH", "room:123456:messages", "new", "m2"};
  CHECK(std::count(commands.begin(), commands.end(), push) == 1);
}

TEST_CASE("of a message's replacements the newest is sent, after new messages", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(edit(1, "new", 3), 1));
  const auto grown = enqueue(queue, write_of(edit(1, "newer", 4), 2));
  CHECK(grown <= 10);
  enqueue(queue, write_of(append_message{message(5)}, 3));
  REQUIRE(queue.size() == 1);
  CHECK(queue.front().seq == 5);
  const auto commands = commands_of(queue);
  const std::vector<std::string> set{"SET", "message:m1", "newer", "XX", "KEEPTTL"};
  CHECK(std::count(commands.begin(), commands.end(), set) == 1);
  CHECK(count_of(commands, "EVAL") == 1);
  const auto at = [&](const char* name) {
    return std::find_if(commands.begin(), commands.end(),
                        [&](const auto& c) { return c.front() == name; });
  };
  CHECK(at("LPUSH") < at("EVAL"));
  const std::vector<std::string> arguments{"1", "room:123456:messages", "m1", "newer"};
  CHECK(std::vector<std::string>(at("EVAL")->begin() + 2, at("EVAL")->end()) == arguments);
}

TEST_CASE("replacements don't melt into what a rewrite says", "[store]") {
  std::deque<room_segment> queue;
  rewrite_room whole{9, {message(8)}, {}, {}, 5};
  whole.changed = {edit(1, "new", 9).message};
  enqueue(queue, write_of(std::move(whole), 1));
  enqueue(queue, write_of(edit(8, "newer", 10), 2));
  REQUIRE(queue.size() == 2);
  const auto commands = commands_of(queue);
  const std::vector<std::string> changed{"SET", "message:m1", "new", "XX", "KEEPTTL"};
  const std::vector<std::string> replaced{"SET", "message:m8", "newer", "XX", "KEEPTTL"};
  CHECK(std::count(commands.begin(), commands.end(), changed) == 1);
  CHECK(std::count(commands.begin(), commands.end(), replaced) == 1);
}

TEST_CASE("of a user's membership the newest state is sent, to both sets", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(change_members{{user_id{"ann"}, user_id{"bob"}}, {}}, 1));
  enqueue(queue, write_of(change_members{{}, {user_id{"ann"}}}, 2));
  const auto commands = commands_of(queue);
  const auto has = [&](const std::vector<std::string>& c) {
    return std::count(commands.begin(), commands.end(), c) == 1;
  };
  CHECK(has({"SREM", "ws:room_participants:123456", "ann"}));
  CHECK(has({"SADD", "ws:room_participants:123456", "bob"}));
  CHECK(has({"EXPIRE", "ws:room_participants:123456", "600"}));
  CHECK(has({"SREM", "ws:user_rooms:ann", "123456"}));
  CHECK(has({"SADD", "ws:user_rooms:bob", "123456"}));
  CHECK(has({"EXPIRE", "ws:user_rooms:bob", "2592000"}));
}

namespace {

put_places places(std::vector<std::pair<std::string, double>> placed,
                  std::vector<std::string> gone = {}) {
  put_places change;
  for (auto& [user, x] : placed) {
    change.placed.push_back({user_id{user}, "N", {x, 2.5}, "c1", 1'700'000'000'123});
  }
  for (auto& user : gone) change.gone.push_back(user_id{user});
  return change;
}

} // namespace

TEST_CASE("of a user's places the newest is sent, all users in one command", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(places({{"ann", 1}, {"bob", 2}, {"cleo", 3}}), 1));
  enqueue(queue, write_of(places({{"bob", 4}}, {"ann"}), 2));
  enqueue(queue, write_of(places({{"cleo", 5}}, {"dora"}), 3));
  REQUIRE(queue.size() == 1);
  const auto commands = commands_of(queue);
  const auto has = [&](const std::vector<std::string>& c) {
    return std::count(commands.begin(), commands.end(), c) == 1;
  };
  const std::string key = "space:123456:users";
  CHECK(has({"HDEL", key, "ann", "dora"}));
  const auto text = [](const char* x) {
    return std::string{R"({"username":"N","x":)"} + x
           + R"(,"y":2.5,"connectionId":"c1","lastUpdated":1700000000123})";
  };
  CHECK(has({"HSET", key, "bob", text("4"), "cleo", text("5")}));
  CHECK(has({"EXPIRE", key, "3600"}));
}

TEST_CASE("users that move all the time don't fill a segment", "[store]") {
  std::deque<room_segment> queue;
  std::ptrdiff_t held = 0;
  for (write_ticket i = 1; i <= 20'000; ++i) {
    held += enqueue(queue, write_of(places({{"user-" + std::to_string(i % 100), 1}}), i));
  }
  CHECK(held < 5'000'000);
  std::size_t sum = 0;
  for (const auto& segment : queue) sum += segment.bytes;
  CHECK(held == static_cast<std::ptrdiff_t>(sum));
}

TEST_CASE("a refresh of a room does not keep its places alive", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(refresh_ttl{7}, 1));
  for (const auto& command : commands_of(queue)) CHECK(command[1] != "space:123456:users");
  bool keeps_members = false;
  for (const auto& command : commands_of(queue)) {
    keeps_members = keeps_members || command[1] == "ws:joined_room_participants:123456";
  }
  CHECK(keeps_members);
}

TEST_CASE("a rewrite of a space replaces its places, that of another room none", "[store]") {
  rewrite_room whole{1, {}, {}, {}, 5};
  whole.places = places({{"ann", 1}}).placed;
  std::deque<room_segment> queue;
  enqueue(queue, write_of(whole, 1));
  for (const auto& command : commands_of(queue)) {
    for (const auto& word : command) CHECK(word != "space:123456:users");
  }
  auto space = std::make_shared<room_meta>(*meta);
  space->kind = "space";
  queue.clear();
  auto write = write_of(whole, 1);
  write.meta = space;
  enqueue(queue, std::move(write));
  const auto commands = commands_of(queue);
  const auto at = std::find(commands.begin(), commands.end(),
                            std::vector<std::string>{"DEL", "space:123456:users"});
  REQUIRE(at != commands.end());
  CHECK((at - 1)->front() == "MULTI");
  CHECK((at + 1)->front() == "HSET");
  CHECK(*(at + 2) == std::vector<std::string>{"EXPIRE", "space:123456:users", "3600"});
  CHECK((at + 3)->front() == "EXEC");
}

TEST_CASE("of a user's typing the newest is sent, with its own lifetime", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(put_typing{user_id{"ann"}, true}, 1));
  enqueue(queue, write_of(put_typing{user_id{"bob"}, true}, 2));
  enqueue(queue, write_of(put_typing{user_id{"ann"}, false}, 3));
  const auto commands = commands_of(queue);
  const auto has = [&](const std::vector<std::string>& c) {
    return std::count(commands.begin(), commands.end(), c) == 1;
  };
  CHECK(has({"UNLINK", "typing:123456:ann"}));
  CHECK(has({"SET", "typing:123456:bob", "1", "PX", "10000"}));
  CHECK(count_of(commands, "SET") == 1);
}

TEST_CASE("the mark in a room's hash is that of the process", "[store]") {
  std::deque<room_segment> queue;
  enqueue(queue, write_of(append_message{message(1)}, 1));
  command_plan plan;
  room_layout layout;
  layout.process = "p1";
  append_commands(plan, layout, queue.front());
  const auto commands = words_of(plan.commands);
  const auto hash = std::find_if(commands.begin(), commands.end(),
                                 [](const auto& c) { return c.front() == "HSET"; });
  REQUIRE(hash != commands.end());
  const auto mark = std::find(hash->begin(), hash->end(), "loaded");
  REQUIRE(mark != hash->end());
  CHECK(*(mark + 1) == "p1");
}
