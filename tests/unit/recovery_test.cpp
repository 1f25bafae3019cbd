// Coming back after a lost connection, as values: the text of an offset, what a log knows of what was
// sent, where a client goes on in its rooms, and the table of those who may come back.
#include "net/recovery_log.hpp"
#include "net/recovery_offset.hpp"
#include "net/recovery_table.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace atrium;
using namespace atrium::net;
using namespace std::chrono_literals;

namespace {

constexpr room_key lobby = 1;
constexpr room_key studio = 2;
constexpr room_key attic = 3;
constexpr auto unknown = std::nullopt;

/// A log of what was sent, in this order.
recovery_log log_of(const std::vector<std::pair<room_key, seq_t>>& sent) {
  recovery_log log;
  for (const auto& [room, seq] : sent) log.note(room, seq);
  return log;
}

/// Lobby and studio by turns, each up to `last`; `log` held nothing of them.
void note_by_turns(recovery_log& log, seq_t last) {
  for (seq_t seq = 1; seq <= last; ++seq) {
    log.note(lobby, seq);
    log.note(studio, seq);
  }
}

lost_connection::room room(room_key key, const std::string& id, bool patch_board = false) {
  return {key, id, "epoch-of-" + id, patch_board, true};
}

lost_connection lost_in(std::vector<lost_connection::room> rooms, recovery_log log) {
  lost_connection lost;
  lost.rooms = std::move(rooms);
  lost.log = std::move(log);
  return lost;
}

lost_connection lost_with(const std::string& sid) {
  lost_connection lost;
  lost.sid = sid;
  return lost;
}

class client_double final : public recoverable {
public:
  bool give_up(const identity_claim&) override { return true; }
};

/// A table with room for two and a window of ten seconds.
struct small_table {
  socketio_settings config;
  recovery_table table{config};
  recovery_table::time_point start{1h};

  small_table() {
    config.recovery_sessions = 2;
    config.recovery_window = 10s;
  }
  void lose(const std::string& pid, const std::string& sid, std::chrono::nanoseconds after = 0s) {
    table.add(pid, lost_with(sid), start + after);
  }
  /// The `sid` of what was lost, "connected", or "nothing".
  std::string take(const std::string& pid, std::chrono::nanoseconds after = 0s) {
    auto found = table.take(pid, start + after);
    if (std::holds_alternative<recovery_table::connected>(found)) return "connected";
    auto* lost = std::get_if<lost_connection>(&found);
    return lost == nullptr ? "nothing" : lost->sid;
  }
};

} // namespace

TEST_CASE("an offset is an epoch and a number, and reads back as both") {
  std::string text{"before "};
  append_offset(text, {"e1", 5});
  CHECK(text == "before e1:5");
  for (std::string epoch : {"e", "0", "a:b", "a b"})
    for (seq_t seq : {seq_t{0}, seq_t{1}, seq_t{1'234}, std::numeric_limits<seq_t>::max()}) {
      std::string offset;
      append_offset(offset, {epoch, seq});
      auto at = read_offset(offset);
      REQUIRE(at);
      CHECK(at->epoch == epoch);
      CHECK(at->epoch.data() == offset.data());
      CHECK(at->seq == seq);
    }
}

TEST_CASE("what clients make up is no offset") {
  for (auto text :
       {"", ":", "e", "5", "e:", "e:x", "e:5x", "e:5 ", "e: 5", "e:+5", "e:-1", "e:1.5", "e:1e3",
        "e:5:", "e:0x5", "e:9223372036854775808", "e:99999999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(read_offset(text));
  }
  CHECK_FALSE(read_offset(std::string_view{"e:5\0", 4}));
}

TEST_CASE("of the room that the last event is of, the event itself tells") {
  auto log = log_of({{lobby, 1}, {lobby, 2}, {lobby, 5}});
  for (seq_t seq : {1, 2, 5}) CHECK(log.seen(lobby, lobby, seq) == seq);
  CHECK(log.seen(lobby, lobby, 6) == unknown);
  CHECK(log.seen(lobby, studio, 1) == unknown);
  CHECK(recovery_log{}.seen(lobby, lobby, 1) == unknown);
}

TEST_CASE("other rooms stand where they stood when the last event was sent") {
  auto log = log_of({{lobby, 1}, {studio, 11}, {lobby, 2}, {studio, 12}, {lobby, 3}, {attic, 21}});
  CHECK(log.seen(studio, lobby, 1) == unknown);
  CHECK(log.seen(studio, lobby, 2) == 11);
  CHECK(log.seen(studio, lobby, 3) == 12);
  CHECK(log.seen(lobby, studio, 11) == 1);
  CHECK(log.seen(lobby, studio, 12) == 2);
  CHECK(log.seen(lobby, attic, 21) == 3);
  CHECK(log.seen(studio, attic, 21) == 12);
  CHECK(log.seen(attic, lobby, 3) == unknown);
}

TEST_CASE("a run of one room is known at each of its events") {
  recovery_log log;
  log.note(studio, 7);
  for (seq_t seq = 1; seq <= 100'000; ++seq) log.note(lobby, seq);
  log.note(studio, 8);
  log.note(lobby, 100'001);
  for (seq_t seq : {1, 50'000, 100'000}) {
    CHECK(log.seen(studio, lobby, seq) == 7);
    CHECK(log.seen(lobby, lobby, seq) == seq);
  }
  CHECK(log.seen(studio, lobby, 100'001) == 8);
  CHECK(log.seen(lobby, studio, 8) == 100'000);

  SECTION("and stands at its highest number") {
    log.note(lobby, 90'000);
    log.note(studio, 9);
    CHECK(log.seen(lobby, studio, 9) == 100'001);
  }
}

TEST_CASE("what was sent of a room that was left still tells how far the others are") {
  auto log = log_of({{studio, 2}, {lobby, 5}, {studio, 3}, {studio, 4}});
  CHECK(log.seen(studio, lobby, 5) == 2);
  CHECK(log.seen(studio, studio, 4) == 4);
  CHECK(log.seen(lobby, studio, 4) == 5);
}

TEST_CASE("of very many events the older ones are forgotten, but not where rooms stood") {
  recovery_log log;
  log.note(attic, 77);
  note_by_turns(log, 1'000);
  CHECK(log.seen(studio, lobby, 1'000) == 999);
  CHECK(log.seen(lobby, studio, 1'000) == 1'000);
  CHECK(log.seen(attic, lobby, 1'000) == 77);
  // 256 entries are the last 128 turns.
  CHECK(log.seen(studio, lobby, 873) == 872);
  CHECK(log.seen(studio, lobby, 872) == unknown);
  CHECK(log.seen(lobby, studio, 873) == 873);
  CHECK(log.seen(lobby, studio, 872) == unknown);
  CHECK(log.seen(lobby, lobby, 872) == unknown);
  CHECK(log.seen(attic, attic, 77) == unknown);

  SECTION("and rooms of very long ago are not remembered at all") {
    for (room_key other = 100; other < 3'100; ++other) log.note(other, 1);
    log.note(lobby, 1'001);
    CHECK(log.seen(3'099, lobby, 1'001) == 1);
    CHECK(log.seen(attic, lobby, 1'001) == unknown);
  }
}

TEST_CASE("after events were thrown away nothing of before is known") {
  recovery_log log;
  log.note(attic, 77);
  note_by_turns(log, 1'000);
  log.clear();
  CHECK(log.seen(lobby, lobby, 1'000) == unknown);
  log.note(lobby, 2'000);
  CHECK(log.seen(lobby, lobby, 2'000) == 2'000);
  CHECK(log.seen(studio, lobby, 2'000) == unknown);
  CHECK(log.seen(attic, lobby, 2'000) == unknown);
  log.note(studio, 1'500);
  CHECK(log.seen(lobby, studio, 1'500) == 2'000);
}

TEST_CASE("a later log goes on behind an earlier one") {
  auto log = log_of({{studio, 3}, {lobby, 5}});
  log.append(log_of({{lobby, 6}, {studio, 4}, {lobby, 7}}));
  CHECK(log.seen(studio, lobby, 5) == 3);
  CHECK(log.seen(studio, lobby, 6) == 3);
  CHECK(log.seen(lobby, studio, 4) == 6);
  CHECK(log.seen(studio, lobby, 7) == 4);
  log.append({});
  CHECK(log.seen(studio, lobby, 7) == 4);
}

TEST_CASE("a lost client goes on in each of its rooms where it was there") {
  auto lost = lost_in({room(lobby, "lobby"), room(studio, "studio", true)},
                      log_of({{lobby, 1}, {studio, 11}, {lobby, 2}, {studio, 12}}));
  auto rooms = returns_of(lost, "epoch-of-lobby:2");
  REQUIRE(rooms);
  REQUIRE(rooms->size() == 2);
  CHECK(rooms->at(0).id == "lobby");
  CHECK(rooms->at(0).epoch == "epoch-of-lobby");
  CHECK(rooms->at(0).seq == 2);
  CHECK_FALSE(rooms->at(0).patch_board);
  CHECK(rooms->at(1).id == "studio");
  CHECK(rooms->at(1).epoch == "epoch-of-studio");
  CHECK(rooms->at(1).seq == 11);
  CHECK(rooms->at(1).patch_board);
  rooms = returns_of(lost, "epoch-of-studio:12");
  REQUIRE(rooms);
  CHECK(rooms->at(0).seq == 2);
  CHECK(rooms->at(1).seq == 12);
}

TEST_CASE("unless it is known of all its rooms, a lost client goes on in none") {
  auto lost = lost_in({room(lobby, "lobby"), room(studio, "studio")},
                      log_of({{lobby, 1}, {studio, 11}, {lobby, 2}}));
  for (auto offset : {"", "nonsense", "epoch-of-lobby", "epoch-of-attic:1", "epoch-of-lobby:1",
                      "epoch-of-lobby:3", "epoch-of-studio:12", "epoch-of-lobby:-1", ":2"}) {
    INFO(offset);
    CHECK_FALSE(returns_of(lost, offset));
  }
  CHECK(returns_of(lost, "epoch-of-lobby:2"));
}

TEST_CASE("the last event may be of a room that the client has left") {
  auto lost = lost_in({room(lobby, "lobby"), room(studio, "studio")},
                      log_of({{lobby, 1}, {studio, 11}, {lobby, 2}}));
  lost.rooms[1].is_joined = false;
  auto rooms = returns_of(lost, "epoch-of-studio:11");
  REQUIRE(rooms);
  REQUIRE(rooms->size() == 1);
  CHECK(rooms->at(0).id == "lobby");
  CHECK(rooms->at(0).seq == 1);
  lost.rooms[0].is_joined = false;
  for (auto offset : {"epoch-of-studio:11", "epoch-of-studio:99", "nonsense", ""}) {
    INFO(offset);
    rooms = returns_of(lost, offset);
    REQUIRE(rooms);
    CHECK(rooms->empty());
  }
}

TEST_CASE("a lost connection is given out whole, and once") {
  small_table t;
  auto lost = lost_in({room(lobby, "lobby")}, log_of({{lobby, 1}}));
  lost.sid = "sid";
  lost.who = {"u", "n"};
  lost.own = {4, 5};
  t.table.add("pid", std::move(lost), t.start);
  CHECK(t.take("another") == "nothing");
  auto found = t.table.take("pid", t.start + 1s);
  auto* back = std::get_if<lost_connection>(&found);
  REQUIRE(back != nullptr);
  CHECK(back->sid == "sid");
  CHECK(back->who.user == "u");
  CHECK(back->who.username == "n");
  CHECK(back->own == std::vector<session_id>{4, 5});
  CHECK(returns_of(*back, "epoch-of-lobby:1"));
  CHECK(t.take("pid", 1s) == "nothing");
}

TEST_CASE("a lost connection is kept for the window") {
  small_table t;
  t.lose("early", "e");
  t.lose("late", "l", 1s);
  SECTION("to its end") {
    CHECK(t.take("early", 10s - 1ns) == "e");
    CHECK(t.take("late", 11s - 1ns) == "l");
  }
  SECTION("and no longer") {
    CHECK(t.take("early", 10s) == "nothing");
    CHECK(t.take("late", 10s) == "l");
    CHECK(t.take("early") == "nothing");
  }
}

TEST_CASE("of more lost connections than allowed the oldest are forgotten") {
  small_table t;
  t.lose("a", "1");
  t.lose("b", "2", 1s);
  t.lose("c", "3", 2s);
  CHECK(t.take("a", 2s) == "nothing");
  CHECK(t.take("b", 2s) == "2");
  CHECK(t.take("c", 2s) == "3");

  t.config.recovery_sessions = 0;
  t.lose("d", "4", 3s);
  CHECK(t.take("d", 3s) == "nothing");
}

TEST_CASE("who is connected stays in the table until it is lost or removed") {
  small_table t;
  auto client = std::make_shared<client_double>();
  t.table.add("pid", {nullptr, client});
  for (auto after : {0s, 1s, 3'600s}) {
    auto found = t.table.take("pid", t.start + after);
    auto* other = std::get_if<recovery_table::connected>(&found);
    REQUIRE(other != nullptr);
    CHECK(other->session.lock() == client);
  }
  SECTION("lost") {
    t.lose("pid", "s");
    CHECK(t.take("pid") == "s");
    CHECK(t.take("pid") == "nothing");
  }
  SECTION("removed") {
    t.table.remove("pid");
    CHECK(t.take("pid") == "nothing");
  }
  SECTION("taken over by another session") {
    auto next = std::make_shared<client_double>();
    t.table.add("pid", {nullptr, next});
    auto found = t.table.take("pid", t.start);
    CHECK(std::get<recovery_table::connected>(found).session.lock() == next);
  }
}

TEST_CASE("who left on purpose can't come back") {
  small_table t;
  t.lose("pid", "s");
  t.lose("other", "o");
  t.table.remove("pid");
  t.table.remove("nobody");
  CHECK(t.take("pid") == "nothing");
  CHECK(t.take("other") == "o");
}

TEST_CASE("a client that is lost once more has its whole window again") {
  small_table t;
  t.lose("pid", "first");
  SECTION("after it came back") {
    CHECK(t.take("pid", 1s) == "first");
  }
  SECTION("before it came back") {}
  t.lose("pid", "second", 5s);
  // Forgets what is too old: the first loss, not the second.
  t.lose("other", "o", 12s);
  CHECK(t.take("pid", 14s) == "second");
  CHECK(t.take("pid", 14s) == "nothing");
  CHECK(t.take("other", 14s) == "o");
}

TEST_CASE("an event of before the log tells nothing of rooms that the log begins with") {
  auto log = log_of({{lobby, 9}, {studio, 9}});
  log.clear();
  log.note(studio, 10);
  log.note(lobby, 20);
  // Who has no more than `lobby` 19 may never have got `studio` 10.
  CHECK(log.seen(studio, lobby, 19) == unknown);
  CHECK(log.seen(studio, lobby, 20) == 10);
  log.note(lobby, 25);
  CHECK(log.seen(studio, lobby, 22) == 10);
  recovery_log later = log_of({{attic, 1}});
  later.append(log);
  CHECK(later.seen(attic, lobby, 19) == unknown);
  CHECK(later.seen(attic, lobby, 20) == 1);
}

TEST_CASE("where a state was sent again without news of its own, nothing is guessed") {
  // A quiet room was joined once more: its number came twice, the lobby's events in between.
  auto log = log_of({{lobby, 1}, {studio, 5}, {lobby, 2}, {studio, 5}});
  CHECK(log.seen(lobby, studio, 5) == unknown);
  CHECK(log.seen(studio, studio, 5) == 5);
  CHECK(log.seen(studio, lobby, 2) == 5);
  log.note(lobby, 3);
  CHECK(log.seen(studio, lobby, 3) == 5);
  CHECK(log.seen(lobby, studio, 5) == unknown);
  // An event that came behind both is of one moment only.
  log.note(studio, 6);
  CHECK(log.seen(lobby, studio, 6) == 3);

  SECTION("of a lost client nothing is given back then") {
    auto lost = lost_in({room(lobby, "lobby"), room(studio, "studio")}, std::move(log));
    CHECK_FALSE(returns_of(lost, "epoch-of-studio:5"));
    CHECK(returns_of(lost, "epoch-of-studio:6"));
    CHECK(returns_of(lost, "epoch-of-lobby:2"));
  }
}

TEST_CASE("a state that was sent again puts only those in doubt who got something in between") {
  auto log = log_of({{attic, 9}, {lobby, 1}, {studio, 5}, {lobby, 2}, {studio, 5}});
  CHECK(log.seen(attic, studio, 5) == 9);
  CHECK(log.seen(lobby, studio, 5) == unknown);
  SECTION("twice in a row is once") {
    auto row = log_of({{lobby, 1}, {studio, 5}, {studio, 5}, {lobby, 2}});
    CHECK(row.seen(lobby, studio, 5) == 1);
  }
  SECTION("with news in the same run, what was there before is in doubt and the news is not") {
    auto news = log_of({{lobby, 1}, {studio, 5}, {lobby, 2}, {studio, 5}, {studio, 6}, {lobby, 3}});
    CHECK(news.seen(lobby, studio, 5) == unknown);
    CHECK(news.seen(lobby, studio, 6) == 2);
  }
  SECTION("an older number within the second run puts nothing in doubt") {
    auto gap = log_of({{studio, 4}, {lobby, 1}, {studio, 6}, {lobby, 2}});
    CHECK(gap.seen(lobby, studio, 4) == unknown);
    CHECK(gap.seen(lobby, studio, 5) == 1);
    CHECK(gap.seen(lobby, studio, 6) == 1);
  }
}

TEST_CASE("who is lost and comes back often takes nobody's place") {
  small_table t;
  t.lose("steady", "s");
  for (int i = 0; i < 10; ++i) {
    t.lose("flapping", "f", 1s);
    CHECK(t.take("flapping", 1s) == "f");
  }
  t.lose("flapping", "f", 1s);
  t.lose("flapping", "f", 1s);
  CHECK(t.take("steady", 2s) == "s");
}
