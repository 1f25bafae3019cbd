// Who is told of which moves, and at which place among what else it is told.
#include "net/channels.hpp"
#include "net/space_view.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace atrium;
using namespace atrium::net;

namespace {

constexpr room_key hall = 1;
constexpr room_key studio = 2;

frame bytes(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// A move of the user with this letter, which is its key and what its frames say.
mover moved(char user, double x, double y, bool for_all = false) {
  mover m;
  m.key = static_cast<std::uint64_t>(user);
  m.place = {x, y};
  m.for_all = for_all;
  m.bytes[static_cast<std::size_t>(wire::native_space)] = bytes({user});
  m.bytes[static_cast<std::size_t>(wire::socketio_space)] = bytes({'4', '2', user});
  return m;
}

/// The letters of those whose moves are seen, in alphabetical order.
std::string letters(std::span<const told_move> moves) {
  std::string out;
  for (const auto& m : moves) out += **m.bytes;
  std::sort(out.begin(), out.end());
  return out;
}

std::string seen(visible_moves& moves, double x, double y, char user = 0) {
  viewpoint here{{x, y}, {}};
  if (user != 0) here.user = static_cast<std::uint64_t>(user);
  return letters(moves.from(&here));
}

/// A session that writes down what it is told.
class walker final : public session {
public:
  std::string heard;
  std::vector<std::uint64_t> forgotten;

  void on_result(std::uint32_t, command_result&&) override {}
  void deliver(const op::event&) override {}
  bool deliver_batch(room_key, const merged_frames& broadcasts) override {
    heard += *broadcasts.bytes;
    return true;
  }
  void offer_latest(room_key, const frame&, std::uint64_t) override { heard += '?'; }
  void offer_moves(room_key, std::span<const told_move> moves) override {
    heard += "(" + letters(moves) + ")";
  }
  void forget_latest(room_key, std::uint64_t key) override { forgotten.push_back(key); }
  void resume(room_key) override {}
  void close(std::uint16_t, std::string_view) override {}
  void drain() override {}
  void abort() override {}
  void on_timer(time_point) override {}
};

struct space {
  channels rooms;
  walker ann, bob, eve;

  space() {
    for (auto* who : {&ann, &bob, &eve})
      rooms.subscribe(*who, hall, wire::native_space, audience::full_board);
  }
  ~space() {
    for (auto* who : {&ann, &bob, &eve}) rooms.leave_all(*who);
  }
  void move(std::vector<mover> movers, double radius = 0) {
    rooms.publish(
        op::moves{hall, std::make_shared<const move_batch>(move_batch{std::move(movers), radius})});
  }
  void say(const std::string& text, std::uint64_t key = 0) {
    op::publish p{hall, {}, 0, audience::all, delivery::reliable, key, no_seq};
    p.bytes[static_cast<std::size_t>(wire::native_space)] = bytes(text);
    rooms.publish(p, nullptr);
  }
};

} // namespace

TEST_CASE("those around are seen, and those that all are told of", "[space]") {
  move_batch batch{{moved('e', 90, 10), moved('a', 10, 10), moved('c', 13, 14),
                    moved('d', 15.1, 10), moved('b', 10, 14.9), moved('f', 99, 99, true)},
                   5};
  visible_moves moves;
  moves.begin(batch, wire::native_space);
  // On the edge is inside.
  CHECK(seen(moves, 10, 10) == "abcf");
  CHECK(seen(moves, 90, 10) == "ef");
  CHECK(seen(moves, 50, 50) == "f");
  CHECK(seen(moves, 95.5, 10) == "f");
  CHECK(seen(moves, 15.1, 10) == "cdf");
  SECTION("never one's own") {
    CHECK(seen(moves, 10, 10, 'a') == "bcf");
    CHECK(seen(moves, 10, 10, 'f') == "abc");
    CHECK(seen(moves, 50, 50, 'f').empty());
  }
  SECTION("who has no place sees everything") {
    CHECK(letters(moves.from(nullptr)) == "abcdef");
  }
  SECTION("without a radius everybody does, but for its own") {
    batch.radius = 0;
    moves.begin(batch, wire::native_space);
    CHECK(seen(moves, 10, 10) == "abcdef");
    CHECK(seen(moves, 10, 10, 'c') == "abdef");
  }
  SECTION("each wire has its frames") {
    moves.begin(batch, wire::socketio_space);
    viewpoint there{{90, 10}, {}};
    CHECK(letters(moves.from(&there)) == "2244ef");
    moves.begin(batch, wire::native);
    CHECK(moves.empty());
    CHECK(moves.from(&there).empty());
  }
}

TEST_CASE("moves in a crowd are found as by looking at each", "[space]") {
  move_batch batch;
  batch.radius = 12.5;
  std::uint32_t state = 7;
  auto next = [&state] {
    return static_cast<double>((state = state * 1'664'525 + 1'013'904'223) >> 16) / 655.36;
  };
  for (int i = 0; i < 500; ++i) {
    auto m = moved('x', next(), next(), i % 50 == 0);
    m.key = static_cast<std::uint64_t>(i);
    batch.movers.push_back(std::move(m));
  }
  visible_moves moves;
  moves.begin(batch, wire::native_space);
  for (int i = 0; i < 100; ++i) {
    viewpoint here{{next(), next()}, static_cast<std::uint64_t>(i)};
    std::vector<std::uint64_t> expected, found;
    for (const auto& m : batch.movers) {
      auto dx = m.place.x - here.place.x;
      auto dy = m.place.y - here.place.y;
      bool is_near = dx * dx + dy * dy <= batch.radius * batch.radius;
      if ((is_near || m.for_all) && m.key != here.user) expected.push_back(m.key);
    }
    for (const auto& m : moves.from(&here)) found.push_back(m.key);
    std::sort(found.begin(), found.end());
    CHECK(found == expected);
  }
}

TEST_CASE("a session sees from where its user went", "[space]") {
  space s;
  const double radius = 5;
  s.move({moved('x', 0, 0)}, radius);
  CHECK(s.ann.heard == "(x)");
  channels::see_from(s.ann, hall, {0, 0});
  channels::see_from(s.bob, hall, {50, 50});
  s.move({moved('y', 1, 0)}, radius);
  CHECK(s.ann.heard == "(x)(y)");
  CHECK(s.bob.heard == "(x)");
  // Ann's user has gone to Bob's, and is told to him.
  channels::see_from(s.ann, hall, {50, 51}, 'a');
  s.move({moved('a', 50, 51), moved('z', 1, 1)}, radius);
  CHECK(s.ann.heard == "(x)(y)");
  CHECK(s.bob.heard == "(x)(a)");
  s.move({moved('a', 50, 52), moved('z', 50, 53)}, radius);
  CHECK(s.ann.heard == "(x)(y)(z)");
  CHECK(s.bob.heard == "(x)(a)(az)");
  // Where a room takes a session's place anew, its user stays who it is.
  channels::see_from(s.ann, hall, {0, 0});
  s.move({moved('a', 0, 0), moved('z', 0, 1)}, radius);
  CHECK(s.ann.heard == "(x)(y)(z)(z)");
  // In a room where it is not, a session has no place.
  channels::see_from(s.ann, studio, {0, 0});
  CHECK(s.ann.subscription_to(studio) == nullptr);
  // A place is given up with the subscription.
  s.rooms.unsubscribe(s.ann, hall);
  s.rooms.subscribe(s.ann, hall, wire::native_space, audience::full_board);
  s.move({moved('a', 90, 90)}, radius);
  CHECK(s.ann.heard == "(x)(y)(z)(z)(a)");
}

TEST_CASE("a place is kept when a session hears the room in other words", "[space]") {
  space s;
  channels::see_from(s.ann, hall, {0, 0}, 'a');
  s.rooms.subscribe(s.ann, hall, wire::native, audience::full_board);
  s.move({moved('a', 0, 0), moved('z', 0, 1)}, 5);
  CHECK(s.ann.heard.empty());
  s.rooms.subscribe(s.ann, hall, wire::socketio_space, audience::patch_board);
  s.move({moved('a', 0, 0), moved('z', 0, 1), moved('y', 9, 9)}, 5);
  CHECK(s.ann.heard == "(24z)");
}

TEST_CASE("moves come behind what was said before them", "[space]") {
  space s;
  s.say("[z came]");
  s.move({moved('z', 0, 0)});
  s.say("[z left]", 'z');
  s.move({moved('y', 0, 0)});
  s.rooms.deliver_pending();
  CHECK(s.ann.heard == "[z came](z)[z left](y)");
  CHECK(s.eve.heard == s.ann.heard);
  // What waited of z would come after its leaving.
  CHECK(s.ann.forgotten == std::vector<std::uint64_t>{'z'});
}

TEST_CASE("moves of a room that nobody here is in are nobody's", "[space]") {
  space s;
  s.rooms.publish(
      op::moves{studio, std::make_shared<const move_batch>(move_batch{{moved('z', 0, 0)}, 0})});
  s.move({});
  s.rooms.deliver_pending();
  CHECK(s.ann.heard.empty());
}
