// How changes of presence are told: whole or as a delta, and as their net effect (contract §3,
// "Presence").
#include "actors/presence_journal.hpp"
#include "support/participants.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

/// A room of `count` users whose arrival has been told.
struct told_room {
  roster in{0, 30s};
  presence_journal journal;
  session_id next = 1;

  told_room(std::size_t full_limit, int count) : journal{full_limit} {
    for (int n = 0; n < count; ++n) arrive(user(n));
    tell();
    arrive({"last"});
    tell();
  }
  session_id arrive(const user_id& u) {
    in.join(next, u, "x", 0);
    journal.note_joined(*in.find(u));
    return next++;
  }
  void part(session_id s) {
    const participant who = *in.find(s);
    in.leave(s);
    journal.note_left(who);
  }
  std::optional<event> tell() { return journal.flush({"r"}, in); }
  presence_changed delta() {
    auto e = tell();
    REQUIRE(e);
    REQUIRE(std::holds_alternative<presence_changed>(*e));
    return std::get<presence_changed>(*e);
  }
};

bool is_whole(const std::optional<event>& e) {
  return e && std::holds_alternative<presence_updated>(*e);
}

} // namespace

TEST_CASE("presence: nothing happened, nothing is told", "[presence_journal]") {
  presence_journal journal{50};
  roster nobody{0, 30s};
  CHECK(journal.empty());
  CHECK_FALSE(journal.flush({"r"}, nobody));
}

TEST_CASE("presence: up to the limit everybody is told, above it only what changed",
          "[presence_journal]") {
  presence_journal journal{2};
  roster r{0, 30s};
  for (int n = 0; n < 4; ++n) {
    r.join(static_cast<session_id>(n + 1), user(n), "x", n);
    journal.note_joined(*r.find(user(n)));
    const auto e = journal.flush({"r"}, r);
    INFO(n);
    // The third crosses the limit: whole once more.
    CHECK(is_whole(e) == (n < 3));
    CHECK(journal.is_batched(r.size()) == (n >= 2));
    if (is_whole(e)) {
      CHECK(std::get<presence_updated>(*e).count == r.count());
      CHECK(ids(std::get<presence_updated>(*e).participants) == ids(r.participants()));
    }
  }
}

TEST_CASE("presence: crossing the limit downwards is whole", "[presence_journal]") {
  told_room room{3, 3};
  const auto fifth = room.arrive({"fifth"});
  CHECK(ids(room.delta().joined) == "fifth");
  room.part(fifth);
  const auto d = room.delta();
  CHECK(ids(d.left) == "fifth");
  CHECK(d.count == 4);
  room.part(1);
  CHECK(is_whole(room.tell()));
  room.arrive({"sixth"});
  CHECK(is_whole(room.tell()));
}

TEST_CASE("presence: a batch tells the net effect", "[presence_journal]") {
  told_room room{2, 5};
  SECTION("came and went: was never there") {
    room.part(room.arrive({"brief"}));
    CHECK(room.journal.empty());
    CHECK_FALSE(room.tell());
  }
  SECTION("went and came back: changed") {
    room.part(1);
    room.arrive(user(0));
    const auto d = room.delta();
    CHECK(ids(d.changed) == "u0");
    CHECK(d.joined.empty());
    CHECK(d.left.empty());
  }
  SECTION("went, came back and went: left") {
    room.part(1);
    room.part(room.arrive(user(0)));
    const auto d = room.delta();
    CHECK(ids(d.left) == "u0");
    CHECK(d.changed.empty());
  }
  SECTION("came and changed: joined, as it is now") {
    const auto s = room.arrive({"new"});
    room.in.join(s, {"new"}, "renamed", 0);
    room.journal.note_changed(*room.in.find(s));
    const auto d = room.delta();
    CHECK(ids(d.joined) == "new");
    CHECK(d.joined.at(0).username == "renamed");
    CHECK(d.changed.empty());
  }
  SECTION("a flush forgets") {
    room.arrive({"new"});
    CHECK(ids(room.delta().joined) == "new");
    CHECK_FALSE(room.tell());
  }
}

TEST_CASE("presence: who came and went is told of as gone if a joiner was shown it",
          "[presence_journal]") {
  told_room room{2, 3};
  const auto seen = room.arrive({"seen"});
  room.journal.note_shown();
  const auto unseen = room.arrive({"unseen"});
  room.part(seen);
  room.part(unseen);
  const auto d = room.delta();
  CHECK(ids(d.left) == "seen");
  CHECK(d.joined.empty());
  const auto stays = room.arrive({"stays"});
  room.journal.note_shown();
  CHECK(ids(room.delta().joined) == "stays");
  room.part(stays);
  CHECK(ids(room.delta().left) == "stays");
}
