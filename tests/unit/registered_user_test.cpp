// A user's sessions while they are given what was queued.
#include "actors/registered_user.hpp"
#include "actors/shard_room.hpp"

#include "support/participants.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using next = registered_user::next;

namespace {

std::vector<stored_message> messages(std::initializer_list<const char*> ids) {
  std::vector<stored_message> out;
  for (const auto* id : ids) {
    stored_message m;
    m.id = id;
    out.push_back(m);
  }
  return out;
}

outlet out(session_id id) {
  return {nullptr, id, wire::native_messenger};
}

bool nobody_hears(session_id) {
  return false;
}

} // namespace

TEST_CASE("with nothing queued a session is live after one read", "[members]") {
  registered_user u;
  u.add(out(1));
  CHECK(u.is_delivered_to());
  CHECK(u.start_read());
  CHECK_FALSE(u.start_read());
  CHECK(u.on_read({}) == next::settle);
  CHECK(u.go_live(true).size() == 1);
  CHECK(u.is_live());
  CHECK_FALSE(u.is_delivered_to());
  CHECK_FALSE(u.start_read());
}

TEST_CASE("a batch is dropped once it was written, and the queue is read again", "[members]") {
  registered_user u;
  auto& s = u.add(out(1));
  REQUIRE(u.start_read());
  REQUIRE(u.on_read(messages({"a", "b"})) == next::send);
  s.receipt = 7;
  CHECK_FALSE(u.start_read());
  CHECK(u.on_written(1, 6).empty());
  CHECK(u.on_written(2, 7).empty());
  CHECK(u.on_written(1, 7) == std::vector<std::string>{"a", "b"});
  CHECK(u.on_written(1, 7).empty());
  CHECK(u.start_read());

  SECTION("what the store has not dropped yet is not sent twice") {
    CHECK(u.on_read(messages({"b", "c"})) == next::send);
    REQUIRE(u.batch().size() == 1);
    CHECK(u.batch()[0].id == "c");
  }
  SECTION("nothing but that: settled") {
    CHECK(u.on_read(messages({"a", "b"})) == next::settle);
  }
  SECTION("queued while it was read: once more") {
    u.note_queued();
    CHECK(u.on_read({}) == next::read);
    CHECK(u.start_read());
    CHECK(u.on_read({}) == next::settle);
  }
}

TEST_CASE("a batch that nobody is left to write stays queued", "[members]") {
  registered_user u;
  u.add(out(1)).receipt = 0;
  u.add(out(2));
  REQUIRE(u.start_read());
  REQUIRE(u.on_read(messages({"a"})) == next::send);
  u.find(1)->receipt = 1;
  u.find(2)->receipt = 2;
  u.remove(1);
  CHECK(u.batch().size() == 1);
  u.remove(2);
  CHECK(u.batch().empty());
  u.add(out(3));
  CHECK(u.start_read());
  CHECK(u.on_read(messages({"a"})) == next::send);
}

TEST_CASE("while the store is away a session is live and still owed", "[members]") {
  registered_user u;
  u.add(out(1));
  REQUIRE(u.start_read());
  u.on_unavailable();
  CHECK(u.go_live(false).size() == 1);
  CHECK(u.is_owed());
  auto pause = u.next_pause();
  CHECK(u.next_pause() > pause);
  for (int i = 0; i < 20; ++i) (void)u.next_pause();
  CHECK(u.next_pause() <= std::chrono::seconds{30});
  CHECK(u.start_read());
}

TEST_CASE("what others hear is held, up to a bound", "[members]") {
  registered_user u;
  u.add(out(1));
  room_id room{"r"};
  for (seq_t i = 1; i <= 100; ++i) u.hold({room, nullptr, i}, nobody_hears);
  u.hold({room, nullptr, 200}, [](session_id id) { return id == 1; });
  CHECK(u.find(1)->held.size() == 100);
  u.forget_held(1, room, 51);
  CHECK(u.find(1)->held.size() == 50);
  for (seq_t i = 101; i <= 151; ++i) u.hold({room, nullptr, i}, nobody_hears);
  CHECK(u.find(1)->held.empty());
  CHECK(u.has_missed());
  CHECK(u.find(1)->missed.contains(room));
}

TEST_CASE("who is absent from a room is made anew only after a change", "[members]") {
  shard_room room;
  for (int i = 0; i < 4; ++i) room.add(test::user(i));
  auto nobody = [](const user_id&) { return false; };
  auto first = room.absent(1, nobody)[0];
  REQUIRE(first->size() == 4);
  CHECK(room.absent(1, nobody)[0] == first);

  CHECK(room.enter(test::user(1), 7));
  CHECK_FALSE(room.enter(test::user(1), 7));
  CHECK_FALSE(room.enter(test::user(9), 8));
  CHECK(room.absent(1, nobody)[0]->size() == 3);
  auto before = room.absent(1, nobody)[0];
  CHECK(room.enter(test::user(1), 8));
  CHECK(room.leave(test::user(1), 7));
  CHECK(room.absent(1, nobody)[0] == before);
  CHECK(room.leave(test::user(1), 8));
  CHECK(room.absent(1, nobody)[0]->size() == 4);

  room.forget_absent();
  auto everybody = [](const user_id&) { return true; };
  CHECK(room.absent(1, everybody)[0] == nullptr);
}
