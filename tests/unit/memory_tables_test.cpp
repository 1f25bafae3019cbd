// The archive of the memory store: its order, and how it ages.
#include <catch2/catch.hpp>

#include "store/memory_tables.hpp"

#include <memory>
#include <string>
#include <vector>

using namespace atrium;
using namespace atrium::store;

namespace {

struct archived_room {
  unix_ms now = 1'000'000;
  settings config;
  memory_tables tables{config, [this] { return now; }};
  std::shared_ptr<room_meta> meta = std::make_shared<room_meta>();
  std::shared_ptr<const std::string> epoch = std::make_shared<const std::string>("e");
  write_ticket last_ticket = 0;

  archived_room() {
    meta->id.value = meta->code = "lobby";
    // The room outlives its messages.
    meta->ttl = 3 * config.chat.archive_ttl;
    REQUIRE(tables.claim({*meta, *epoch}).outcome == claim_outcome::created);
  }
  void post(seq_t seq) {
    stored_message m;
    m.seq = seq;
    m.id = "m" + std::to_string(seq);
    m.json = std::make_shared<const std::string>("{}");
    REQUIRE(tables.apply({meta, epoch, ++last_ticket, append_message{m}, {}}));
  }
  void pass(milliseconds time) { now += time.count(); }
  std::vector<seq_t> archived() {
    std::vector<seq_t> seqs;
    for (const auto& m : tables.page({meta->id, 100, {}, {}}).messages) seqs.push_back(m.seq);
    return seqs;
  }
};

using seqs = std::vector<seq_t>;

} // namespace

TEST_CASE("messages are archived in the room's order, however they come") {
  archived_room room;
  for (const seq_t seq : {2, 3, 1, 5, 3, 4}) room.post(seq);
  CHECK(room.archived() == seqs{1, 2, 3, 4, 5});
}

TEST_CASE("archived messages go one by one when their time is over") {
  archived_room room;
  const milliseconds ttl = room.config.chat.archive_ttl;
  room.post(1);
  room.pass(ttl / 2);
  room.post(2);
  room.pass(ttl / 4);
  room.post(3);
  CHECK(room.archived() == seqs{1, 2, 3});

  room.pass(ttl / 4);
  CHECK(room.archived() == seqs{2, 3});
  room.post(4);
  room.pass(ttl / 2 - milliseconds{1});
  CHECK(room.archived() == seqs{2, 3, 4});
  room.pass(milliseconds{1});
  CHECK(room.archived() == seqs{3, 4});
  room.pass(ttl);
  CHECK(room.archived().empty());

  SECTION("and those that come afterwards as well") {
    room.post(5);
    CHECK(room.archived() == seqs{5});
    room.pass(ttl);
    CHECK(room.archived().empty());
  }
}

TEST_CASE("a changed message is what is found and read, and its neighbours stay") {
  archived_room room;
  std::vector<stored_message> messages;
  for (seq_t seq = 1; seq <= 3; ++seq) {
    stored_message m;
    m.seq = seq;
    m.id = make_message_id(seq, *room.epoch);
    m.json = std::make_shared<const std::string>("text " + std::to_string(seq));
    REQUIRE(room.tables.apply({room.meta, room.epoch, ++room.last_ticket, append_message{m}, {}}));
    messages.push_back(m);
  }
  auto changed = messages[1];
  changed.json = std::make_shared<const std::string>("another, longer text");
  changed.is_deleted = true;
  REQUIRE(room.tables.apply(
      {room.meta, room.epoch, ++room.last_ticket, replace_message{changed, 4}, {}}));

  const auto found = room.tables.find({room.meta->id, {changed.id, messages[2].id}}).messages;
  REQUIRE(found[0]);
  CHECK(*found[0]->json == "another, longer text");
  CHECK(found[0]->is_deleted);
  REQUIRE(found[1]);
  CHECK(*found[1]->json == "text 3");
  std::vector<std::string> texts;
  for (const auto& m : room.tables.page({room.meta->id, 100, {}, {}}).messages)
    texts.push_back(*m.json);
  CHECK(texts == std::vector<std::string>{"text 1", "another, longer text", "text 3"});
}
