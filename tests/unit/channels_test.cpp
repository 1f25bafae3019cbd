#include <catch2/catch.hpp>

#include "net/channels.hpp"

#include <memory>
#include <string>
#include <vector>

using namespace atrium;
using namespace atrium::net;

namespace {

constexpr room_key lobby = 1;
constexpr room_key studio = 2;

frame bytes(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// A session that writes down what it is told, entry by entry.
class listener_double final : public session {
public:
  std::string heard;
  std::string volatile_heard;
  /// The bytes of the last entry.
  frame last;
  /// Of each entry.
  std::vector<seq_t> seqs;
  unsigned entries = 0;
  bool is_muted = false;

  void on_result(std::uint32_t, command_result&&) override {}
  void deliver(const op::event&) override {}
  bool deliver_batch(room_key, const merged_frames& broadcasts) override {
    if (is_muted) return false;
    heard += *broadcasts.bytes;
    last = broadcasts.bytes;
    seqs.push_back(broadcasts.seq);
    ++entries;
    return true;
  }
  void offer_latest(room_key, const frame& b, std::uint64_t) override { volatile_heard += *b; }
  /// One that reads too slowly for passing events is told as in the base class.
  void offer_passing(room_key room, const frame& b, std::uint64_t key) override {
    if (is_slow) return session::offer_passing(room, b, key);
    heard += *b;
    ++entries;
  }
  bool is_slow = false;
  void resume(room_key) override { is_muted = false; }
  void close(std::uint16_t, std::string_view) override {}
  void drain() override {}
  void abort() override {}
  void on_timer(time_point) override {}

  /// As a session tells its client something of its own.
  void say(channels& rooms, const std::string& text) {
    rooms.catch_up(*this);
    heard += text;
  }
};

op::publish broadcast(room_key room, const std::string& text, audience who = audience::all,
                      delivery how = delivery::reliable, seq_t seq = no_seq) {
  return {room, {bytes(text)}, 0, who, how, 0, seq};
}

struct people {
  channels rooms;
  listener_double alice, bob, carol;

  people() {
    for (auto* who : {&alice, &bob, &carol})
      rooms.subscribe(*who, lobby, wire::native, audience::full_board);
  }
  void publish(const std::string& text, session* except = nullptr) {
    rooms.publish(broadcast(lobby, text), except);
  }
  void publish_at(seq_t seq, const std::string& text, session* except = nullptr) {
    rooms.publish(broadcast(lobby, text, audience::all, delivery::reliable, seq), except);
  }
};

} // namespace

TEST_CASE("a turn's broadcasts reach each subscriber as one entry, in order") {
  people p;
  for (const auto* text : {"a", "b", "c"}) p.publish(text);
  CHECK(p.alice.heard.empty());
  p.rooms.deliver_pending();
  CHECK(p.alice.heard == "abc");
  CHECK(p.alice.entries == 1);
  CHECK(p.bob.heard == "abc");
  p.rooms.deliver_pending();
  CHECK(p.alice.heard == "abc");
  p.publish("d");
  p.rooms.deliver_pending();
  CHECK(p.carol.heard == "abcd");
}

TEST_CASE("rooms have their turns in the order in which they had something to say") {
  people p;
  listener_double guest;
  p.rooms.subscribe(guest, studio, wire::native, audience::full_board);
  CHECK(p.rooms.deliver_next() == 0);
  CHECK_FALSE(p.rooms.has_pending());
  p.publish("1");
  p.rooms.publish(broadcast(studio, "one"), nullptr);
  p.publish("2");
  REQUIRE(p.rooms.first_wait() == 1);
  CHECK(p.rooms.last_wait() == 2);

  CHECK(p.rooms.deliver_next() == 1);
  CHECK(p.alice.heard == "12");
  CHECK(guest.heard.empty());

  // What comes now waits behind the other room.
  p.publish("3");
  CHECK(p.rooms.first_wait() == 2);
  CHECK(p.rooms.last_wait() == 3);
  p.rooms.publish(broadcast(studio, "two"), nullptr);
  CHECK(p.rooms.deliver_next() == 2);
  CHECK(guest.heard == "onetwo");
  CHECK(guest.entries == 1);
  CHECK(p.alice.heard == "12");
  CHECK(p.rooms.deliver_next() == 3);
  CHECK(p.alice.heard == "123");
  CHECK_FALSE(p.rooms.has_pending());
  CHECK(p.rooms.first_wait() > p.rooms.last_wait());

  SECTION("one that closes gives its turn away") {
    p.publish("4");
    p.rooms.publish(broadcast(studio, "three"), nullptr);
    p.rooms.forget(lobby);
    CHECK(p.alice.heard == "1234");
    CHECK(p.rooms.first_wait() == 5);
    CHECK(p.rooms.deliver_next() == 5);
    CHECK(guest.heard == "onetwothree");
  }
}

TEST_CASE("who is written to before its room's turn is told once") {
  people p;
  p.publish("1");
  p.rooms.catch_up(p.alice);
  CHECK(p.alice.heard == "1");
  p.publish("2");
  p.rooms.deliver_pending();
  CHECK(p.alice.heard == "12");
  CHECK(p.alice.entries == 2);
  CHECK(p.bob.heard == "12");
  CHECK(p.bob.entries == 1);
}

TEST_CASE("what a session is told in between keeps its place among the broadcasts") {
  people p;
  p.publish("1");
  p.alice.say(p.rooms, "(ack 1)");
  p.publish("2");
  p.publish("3");
  p.alice.say(p.rooms, "(ack 3)");
  p.bob.say(p.rooms, "(hello)");
  p.publish("4");
  p.rooms.deliver_pending();
  CHECK(p.alice.heard == "1(ack 1)23(ack 3)4");
  CHECK(p.bob.heard == "123(hello)4");
  CHECK(p.carol.heard == "1234");
  CHECK(p.carol.entries == 1);
}

TEST_CASE("those who are written to before their room's turn share one copy") {
  people p;
  p.publish("1");
  p.publish("2");
  p.rooms.catch_up(p.alice);
  p.rooms.catch_up(p.bob);
  CHECK(p.alice.heard == "12");
  CHECK(p.bob.last == p.alice.last);

  p.publish("3");
  p.publish("4");
  p.rooms.catch_up(p.alice);
  p.rooms.catch_up(p.carol);
  p.rooms.catch_up(p.bob);
  CHECK(p.alice.heard == "1234");
  CHECK(p.carol.heard == "1234");
  CHECK(p.bob.heard == "1234");
  CHECK(*p.bob.last == "34");
  p.rooms.deliver_pending();
  p.publish("5");
  p.publish("6");
  p.rooms.catch_up(p.bob);
  CHECK(*p.bob.last == "56");
}

TEST_CASE("a broadcast leaves its sender out and nobody else") {
  people p;
  p.publish("1");
  p.publish("2", &p.alice);
  p.publish("3", &p.bob);
  p.publish("4", &p.alice);
  p.rooms.deliver_pending();
  CHECK(p.alice.heard == "13");
  CHECK(p.bob.heard == "124");
  CHECK(p.carol.heard == "1234");

  SECTION("large ones as well") {
    const std::string scene(20'000, 's');
    p.publish("5");
    p.publish(scene, &p.alice);
    p.publish("6");
    p.rooms.deliver_pending();
    CHECK(p.alice.heard == "1356");
    CHECK(p.bob.heard == "1245" + scene + "6");
  }
  SECTION("and who is elsewhere is not left out of anything") {
    listener_double dan;
    p.rooms.subscribe(dan, studio, wire::native, audience::full_board);
    p.publish("5", &dan);
    p.rooms.publish(broadcast(studio, "s"), &p.alice);
    p.rooms.deliver_pending();
    CHECK(p.alice.heard == "135");
    CHECK(dan.heard == "s");
    p.rooms.leave_all(dan);
  }
}

TEST_CASE("who comes in a turn hears what is said afterwards, who leaves what was said before") {
  people p;
  listener_double dan;
  p.publish("1");
  p.rooms.subscribe(dan, lobby, wire::native, audience::full_board);
  p.publish("2");
  p.rooms.unsubscribe(p.alice, lobby);
  p.publish("3");
  p.rooms.deliver_pending();
  CHECK(dan.heard == "23");
  CHECK(p.alice.heard == "12");
  CHECK(p.carol.heard == "123");

  SECTION("a socket that ends hears nothing more") {
    p.publish("4");
    p.rooms.leave_all(p.bob);
    p.rooms.deliver_pending();
    CHECK(p.bob.heard == "123");
    CHECK(dan.heard == "234");
  }
  SECTION("an empty room is forgotten, whatever was pending") {
    p.publish("4");
    for (auto* who : {&dan, &p.bob, &p.carol}) p.rooms.leave_all(*who);
    CHECK(p.rooms.count() == 0);
    p.rooms.deliver_pending();
    CHECK(p.carol.heard == "123");
  }
}

TEST_CASE("boards go to those who asked for this kind, chat to both, in one order") {
  people p;
  p.rooms.subscribe(p.bob, lobby, wire::native, audience::patch_board);
  p.publish("1");
  p.rooms.publish(broadcast(lobby, "(board)", audience::full_board), nullptr);
  p.rooms.publish(broadcast(lobby, "(patch)", audience::patch_board), nullptr);
  p.publish("2");
  p.rooms.deliver_pending();
  CHECK(p.alice.heard == "1(board)2");
  CHECK(p.bob.heard == "1(patch)2");
}

TEST_CASE("volatile broadcasts go their own way") {
  people p;
  p.publish("1");
  p.rooms.publish(broadcast(lobby, "cursor", audience::all, delivery::latest), &p.alice);
  CHECK(p.bob.volatile_heard == "cursor");
  CHECK(p.alice.volatile_heard.empty());
}

TEST_CASE("passing broadcasts come behind what was said before, to those who keep up") {
  people p;
  p.bob.is_slow = true;
  p.publish("1");
  p.rooms.publish(broadcast(lobby, "(a)", audience::all, delivery::passing), nullptr);
  p.rooms.publish(broadcast(lobby, "(b)", audience::all, delivery::passing), &p.carol);
  p.publish("2");
  p.rooms.deliver_pending();
  CHECK(p.alice.heard == "1(a)(b)2");
  CHECK(p.carol.heard == "1(a)2");
  CHECK(p.bob.heard == "12");
  CHECK(p.bob.volatile_heard == "(a)(b)");
}

TEST_CASE("very much in one turn is delivered in between") {
  people p;
  std::string all;
  for (int i = 0; i < 1'000; ++i) {
    auto text = std::to_string(i) + std::string(200, '.');
    all += text;
    p.publish(text);
  }
  CHECK(p.alice.heard.size() > 100'000);
  p.rooms.deliver_pending();
  CHECK(p.alice.heard == all);
  CHECK(p.alice.entries < 10);
}

TEST_CASE("a room that closes tells its last word to those it passed by, too") {
  people p;
  p.publish("1");
  p.rooms.deliver_pending();
  p.bob.is_muted = true;
  p.bob.subscription_to(lobby)->muted = true;
  p.publish("2");
  p.publish("(closed)");
  p.rooms.forget(lobby);
  CHECK(p.alice.heard == "12(closed)");
  CHECK(p.bob.heard == "1(closed)");
  CHECK(p.rooms.count() == 0);
  CHECK(p.bob.subscription_to(lobby) == nullptr);
  p.rooms.deliver_pending();
  CHECK(p.alice.heard == "12(closed)");
}

TEST_CASE("merged broadcasts are as far in the room's sequence as the last one that has a place") {
  using seqs = std::vector<seq_t>;
  people p;
  p.publish_at(4, "a");
  p.publish_at(5, "b");
  p.publish("typing");
  p.rooms.deliver_pending();
  CHECK(p.alice.seqs == seqs{5});
  p.publish("typing");
  p.rooms.deliver_pending();
  CHECK(p.alice.seqs == seqs{5, no_seq});

  SECTION("who is told something in between is no further than what it got") {
    p.publish_at(6, "c");
    p.alice.say(p.rooms, "(ack)");
    p.publish_at(7, "d");
    p.publish_at(8, "e");
    p.rooms.deliver_pending();
    CHECK(p.alice.seqs == seqs{5, no_seq, 6, 8});
    CHECK(p.bob.seqs == seqs{5, no_seq, 8});
  }
  SECTION("who is left out isn't either") {
    p.publish_at(6, "c");
    p.publish_at(7, "d", &p.alice);
    p.rooms.deliver_pending();
    CHECK(p.alice.seqs == seqs{5, no_seq, 6});
    CHECK(p.bob.seqs == seqs{5, no_seq, 7});
  }
  SECTION("who comes in a turn starts with what is said afterwards") {
    listener_double dan;
    p.publish_at(6, "c");
    p.rooms.subscribe(dan, lobby, wire::native, audience::full_board);
    p.rooms.deliver_pending();
    CHECK(dan.seqs.empty());
    p.publish_at(7, "d");
    p.rooms.deliver_pending();
    CHECK(dan.seqs == seqs{7});
    p.rooms.leave_all(dan);
  }
  SECTION("large ones have their own") {
    p.publish_at(6, "c");
    p.publish_at(7, std::string(20'000, 's'));
    p.publish_at(8, "d");
    p.rooms.deliver_pending();
    CHECK(p.alice.seqs == seqs{5, no_seq, 6, 7, 8});
  }
}

TEST_CASE("a batch knows how far its frames go, and nothing of those that were taken") {
  frame_batch batch;
  batch.add(bytes("a"));
  CHECK(batch.after({}).seq == no_seq);
  batch.add(bytes("b"), 7);
  batch.add(bytes("c"));
  auto middle = batch.end();
  CHECK(batch.after({}).seq == 7);
  batch.add(bytes("d"), 9);
  CHECK(batch.after(middle).seq == 9);
  CHECK(batch.after(batch.end()).seq == no_seq);
  CHECK(batch.take().seq == 9);
  batch.add(bytes("e"));
  CHECK(batch.take().seq == no_seq);
  batch.add(bytes("f"), 0);
  CHECK(batch.take().seq == 0);
  CHECK(batch.take().seq == no_seq);
}

TEST_CASE("a batch shares what stands alone and copies what is merged") {
  frame_batch batch;
  auto one = bytes("one");
  batch.add(one);
  auto middle = batch.end();
  CHECK(batch.after({}).bytes == one);
  CHECK(batch.after(middle).count == 0);
  batch.add(bytes("two"));
  CHECK(*batch.after(middle).bytes == "two");
  batch.add(bytes("three"));
  CHECK(*batch.after(middle).bytes == "twothree");
  CHECK(batch.after(middle).count == 2);
  auto all = batch.take();
  CHECK(*all.bytes == "onetwothree");
  CHECK(all.count == 3);
  CHECK(batch.empty());
  batch.add(one);
  CHECK(batch.take().bytes == one);
}
