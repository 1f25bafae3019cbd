// Messages as the memory store keeps them: nothing of them is lost, whatever their length.
#include <catch2/catch.hpp>

#include "store/packed_message.hpp"

#include <deque>
#include <string>
#include <vector>

using namespace atrium;
using namespace atrium::store;

namespace {

stored_message message(seq_t seq, std::size_t json_bytes) {
  stored_message m;
  m.id = "m" + std::to_string(seq);
  m.seq = seq;
  m.user.value = "user" + std::to_string(seq % 7);
  if (seq % 3 == 0) m.client_message_id = "c" + std::to_string(seq);
  m.json = std::make_shared<const std::string>(json_bytes, static_cast<char>('a' + seq % 26));
  m.timestamp = 1'000 + static_cast<unix_ms>(seq);
  return m;
}

void check_same(const stored_message& one, const stored_message& other) {
  CHECK(one.id == other.id);
  CHECK(one.seq == other.seq);
  CHECK(one.user == other.user);
  CHECK(one.client_message_id == other.client_message_id);
  REQUIRE((one.json == nullptr) == (other.json == nullptr));
  if (one.json) CHECK(*one.json == *other.json);
  CHECK(one.timestamp == other.timestamp);
  CHECK(one.is_text == other.is_text);
  CHECK(one.is_system == other.is_system);
  CHECK(one.is_deleted == other.is_deleted);
}

} // namespace

TEST_CASE("a packed message is the same when it is unpacked") {
  auto m = message(3, 200);
  SECTION("with all of it") {}
  SECTION("a system message") {
    m.is_text = false, m.is_system = true;
  }
  SECTION("a tombstone") {
    m.is_deleted = true;
  }
  SECTION("of which only the rest is remembered") {
    m.json.reset();
  }
  SECTION("with an empty text") {
    m.json = std::make_shared<const std::string>();
  }
  SECTION("empty") {
    m = {};
  }
  CHECK(packed_message{m}.id() == m.id);
  check_same(packed_message{m}.unpack(), m);
}

TEST_CASE("messages of a room's blocks keep to themselves, and outlive the blocks' owner") {
  std::vector<stored_message> messages;
  std::vector<packed_message> packed;
  const auto pack = [&](message_blocks& blocks, std::size_t json_bytes) {
    messages.push_back(message(messages.size() + 1, json_bytes));
    packed.push_back(blocks.pack(messages.back(), packed.size()));
  };
  {
    message_blocks blocks;
    for (std::size_t i = 0; i < 2'000; ++i) pack(blocks, 300 + i % 200);
    // As long as is packed, and longer.
    for (const std::size_t bytes : {0, 16'370, 16'380, 16'400, 30'000, 1'000'000, 1})
      pack(blocks, bytes);
  }
  for (std::size_t i = 0; i < messages.size(); ++i) check_same(packed[i].unpack(), messages[i]);
}

TEST_CASE("a block is filled to its last byte, and not further") {
  const auto spare = GENERATE(0, 1);
  message_blocks blocks;
  const auto first = message(1, 100);
  const auto kept = blocks.pack(first, 0);
  auto second = message(2, 0);
  const auto rest = blocks.block_bytes() - first.id.size() - first.user.value.size() - 100;
  second.json = std::make_shared<const std::string>(
      rest - second.id.size() - second.user.value.size() + static_cast<std::size_t>(spare), 'x');
  const auto before = blocks.block_bytes();
  const auto last = blocks.pack(second, 1);
  CHECK((blocks.block_bytes() == before) == (spare == 0));
  check_same(kept.unpack(), first);
  check_same(last.unpack(), second);
}

TEST_CASE("blocks are as large as what is kept, however much was written") {
  constexpr std::size_t kept_count = 10;
  std::deque<packed_message> kept;
  message_blocks blocks;
  for (seq_t seq = 1; seq <= 10'000; ++seq) {
    kept.push_back(blocks.pack(message(seq, 300), kept.size()));
    if (kept.size() > kept_count) kept.pop_front();
  }
  CHECK(blocks.block_bytes() < 2 * (kept_count + 2) * 350);
}
