// Messages as the memory store keeps them: nothing of them is lost, whatever their length.
#include <catch2/catch.hpp>

#include "store/packed_message.hpp"

#include <optional>
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
  {
    message_blocks blocks;
    seq_t seq = 0;
    // Some fill a block to its last byte, some are too long for any.
    for (const std::size_t bytes : {0, 10, 900, 944, 945, 1'000, 50, 16'000, 16'370, 16'376, 16'377,
                                    16'384, 30'000, 5, 1'000'000, 1}) {
      messages.push_back(message(++seq, bytes));
      packed.push_back(blocks.pack(messages.back()));
    }
    for (int i = 0; i < 2'000; ++i) {
      ++seq;
      messages.push_back(message(seq, 300 + seq % 200));
      packed.push_back(blocks.pack(messages.back()));
    }
  }
  for (std::size_t i = 0; i < messages.size(); ++i) check_same(packed[i].unpack(), messages[i]);
}
