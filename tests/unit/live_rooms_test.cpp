// The list of rooms in memory: every order, filter and cursor against a naive sort, and rooms that come,
// go and change while it is looked through.
#include "actors/live_rooms.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

using namespace atrium;
using sort_by = list_live_rooms::sort_by;
using flag = list_live_rooms::flag;

namespace {

constexpr unix_ms now = 1'700'000'000'000;

class rooms_source {
public:
  explicit rooms_source(unsigned seed) : source_{seed} {}

  int upto(int most) { return std::uniform_int_distribution<int>{0, most}(source_); }
  bool chance(int percent) { return upto(99) < percent; }

  /// Figures that are often equal.
  room_figures room(int number) {
    static const std::vector<std::string> names{"Board",   "board", "BOARD room", "Straße",
                                                "strasse", "Zoo",   "Äpfel",      "a"};
    room_figures r;
    r.id.value = "r" + std::to_string(number);
    r.code = std::to_string(100'000 + number);
    r.name = names[static_cast<std::size_t>(upto(7))];
    r.kind = chance(30) ? "space" : "room";
    r.is_private = chance(20);
    r.has_password = chance(20);
    r.is_locked = chance(20);
    r.is_dirty = chance(20);
    r.created_at = now - upto(20) * 1'000;
    r.last_activity = now - upto(50) * 1'000;
    r.ttl = std::chrono::seconds{60 + upto(3)};
    r.participants = static_cast<std::size_t>(std::max(upto(10) - 5, 0));
    r.per_second = upto(4) / 2.0;
    r.bytes = static_cast<std::size_t>(upto(8)) * 1'000;
    return r;
  }

private:
  std::mt19937 source_;
};

std::variant<live_rooms_question, failure> begin(const list_live_rooms& wish,
                                                 const live_rooms& rooms) {
  return live_rooms_question::begin(wish, rooms, now);
}

live_rooms_page ask(const list_live_rooms& wish, const live_rooms& rooms,
                    std::size_t portion = live_rooms_question::portion) {
  auto begun = begin(wish, rooms);
  REQUIRE(std::holds_alternative<live_rooms_question>(begun));
  auto& q = std::get<live_rooms_question>(begun);
  while (!q.look_on(rooms, portion)) {
  }
  return q.take(rooms, now);
}

std::vector<std::string> ids(const std::vector<room_figures>& rooms) {
  std::vector<std::string> out;
  for (const auto& r : rooms) out.push_back(r.id.value);
  return out;
}

/// All pages, one after the other.
std::vector<std::string> all_pages(list_live_rooms wish, const live_rooms& rooms,
                                   std::size_t portion) {
  std::vector<std::string> out;
  for (;;) {
    auto page = ask(wish, rooms, portion);
    REQUIRE(page.rooms.size() <= wish.limit);
    for (auto& id : ids(page.rooms)) out.push_back(id);
    if (!page.cursor) return out;
    REQUIRE(page.rooms.size() == wish.limit);
    wish.cursor = page.cursor;
  }
}

/// A room's place in the order, spelled without the code under test. Names are folded by hand.
std::string folded(const std::string& name) {
  static const std::map<std::string, std::string> known{
      {"Board", "board"},           {"board", "board"},
      {"BOARD room", "board room"}, {"Straße", "strasse"},
      {"strasse", "strasse"},       {"Zoo", "zoo"},
      {"Äpfel", "äpfel"},           {"a", "a"}};
  return known.at(name);
}

std::vector<std::string> naive(const list_live_rooms& wish, std::vector<room_figures> rooms) {
  std::erase_if(rooms, [&](const room_figures& r) {
    if (!wish.kind.empty() && r.kind != wish.kind) return true;
    if (wish.only == flag::dirty && !r.is_dirty) return true;
    if (wish.only == flag::locked && !r.is_locked) return true;
    if (wish.only == flag::is_private && !r.is_private) return true;
    if (wish.only == flag::password && !r.has_password) return true;
    auto holds = [&](const std::string& text) { return text.find(wish.text) != std::string::npos; };
    return !holds(r.id.value) && !holds(r.code) && !holds(folded(r.name));
  });
  auto by = [&](auto value) {
    std::sort(rooms.begin(), rooms.end(), [&](const room_figures& a, const room_figures& b) {
      if (value(a) != value(b)) return wish.descending ? value(b) < value(a) : value(a) < value(b);
      return a.id.value < b.id.value;
    });
  };
  using figures = const room_figures&;
  switch (wish.sort) {
  case sort_by::members: by([](figures r) { return r.participants; }); break;
  case sort_by::rate: by([](figures r) { return r.per_second; }); break;
  case sort_by::bytes: by([](figures r) { return r.bytes; }); break;
  case sort_by::age: by([](figures r) { return now - r.created_at; }); break;
  case sort_by::ttl: by([](figures r) { return r.ttl_left(now).count(); }); break;
  case sort_by::name: by([](figures r) { return folded(r.name); }); break;
  }
  return ids(rooms);
}

list_live_rooms random_wish(rooms_source& source) {
  list_live_rooms wish;
  wish.sort = static_cast<sort_by>(source.upto(5));
  wish.descending = source.chance(50);
  wish.limit = static_cast<std::size_t>(1 + source.upto(30));
  if (source.chance(40)) wish.kind = source.chance(50) ? "room" : "space";
  if (source.chance(40)) wish.only = static_cast<flag>(source.upto(4));
  static const std::vector<std::string> texts{"board", "stras", "r1", "1000", "äp", "nothing"};
  if (source.chance(40)) wish.text = texts[static_cast<std::size_t>(source.upto(5))];
  return wish;
}

} // namespace

TEST_CASE("pages of live rooms are those of a naive sort", "[live_rooms]") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    rooms_source source{seed};
    live_rooms rooms;
    std::vector<room_figures> all;
    const int count = source.upto(200);
    for (int i = 0; i < count; ++i) {
      all.push_back(source.room(i));
      rooms.put(static_cast<room_key>(i + 1), all.back());
    }
    for (int round = 0; round < 5; ++round) {
      auto wish = random_wish(source);
      auto portion = static_cast<std::size_t>(1 + source.upto(50));
      auto expected = naive(wish, all);
      CAPTURE(seed, round);
      REQUIRE(all_pages(wish, rooms, portion) == expected);
      REQUIRE(ask(wish, rooms, portion).total == expected.size());
    }
  }
}

TEST_CASE("rooms that stay come exactly once while others come, go and change", "[live_rooms]") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    rooms_source source{seed};
    live_rooms rooms;
    room_key last = 0;
    struct other {
      int number;
      /// 0: not in memory.
      room_key key;
    };
    std::vector<other> others;
    std::set<std::string> staying;
    for (int i = 0; i < 150; ++i) {
      auto r = source.room(i);
      rooms.put(++last, r);
      if (source.chance(50))
        staying.insert(r.id.value);
      else
        others.push_back({i, last});
    }
    auto disturb = [&] {
      for (auto& o : others) {
        if (o.key != 0 && source.chance(10)) rooms.put(o.key, source.room(o.number));
        if (source.chance(10)) rooms.remove(std::exchange(o.key, 0));
        if (o.key == 0 && source.chance(30)) rooms.put(o.key = ++last, source.room(o.number));
      }
      // Fewer than are listed meanwhile, or no list would end.
      if (rooms.size() > 200) return;
      ++last;
      rooms.put(last, source.room(static_cast<int>(last) + 1'000));
    };
    list_live_rooms wish;
    wish.sort = static_cast<sort_by>(source.upto(5));
    wish.descending = source.chance(50);
    wish.limit = static_cast<std::size_t>(1 + source.upto(20));
    std::map<std::string, int> seen;
    for (;;) {
      auto begun = begin(wish, rooms);
      auto& q = std::get<live_rooms_question>(begun);
      while (!q.look_on(rooms, static_cast<std::size_t>(1 + source.upto(40)))) disturb();
      auto page = q.take(rooms, now);
      std::set<std::string> on_page;
      for (const auto& id : ids(page.rooms)) {
        CAPTURE(seed, id);
        REQUIRE(on_page.insert(id).second);
        ++seen[id];
      }
      REQUIRE(page.rooms.size() <= wish.limit);
      if (!page.cursor) break;
      wish.cursor = page.cursor;
      disturb();
    }
    for (const auto& id : staying) {
      CAPTURE(seed, id);
      REQUIRE(seen[id] == 1);
    }
  }
}

TEST_CASE("no more rooms than asked for are looked at in one go", "[live_rooms]") {
  rooms_source source{1};
  live_rooms rooms;
  for (int i = 0; i < 2'500; ++i) rooms.put(static_cast<room_key>(i + 1), source.room(i));
  auto begun = begin({}, rooms);
  auto& q = std::get<live_rooms_question>(begun);
  REQUIRE_FALSE(q.look_on(rooms));
  REQUIRE_FALSE(q.look_on(rooms));
  // What is new is for the next question, so a look ends however fast rooms come.
  for (int i = 0; i < 2'000; ++i) rooms.put(static_cast<room_key>(i + 10'000), source.room(i));
  REQUIRE(q.look_on(rooms));
  CHECK(q.take(rooms, now).total == 2'500);
}

TEST_CASE("a room that went before the page was full is left out", "[live_rooms]") {
  live_rooms rooms;
  rooms_source source{1};
  for (int i = 0; i < 4; ++i) rooms.put(static_cast<room_key>(i + 1), source.room(i));
  list_live_rooms wish;
  wish.limit = 2;
  wish.sort = sort_by::name;
  for (room_key key = 1; key <= 4; ++key) {
    auto r = source.room(static_cast<int>(key));
    r.name = "a";
    rooms.put(key, r);
  }
  auto begun = begin(wish, rooms);
  auto& q = std::get<live_rooms_question>(begun);
  REQUIRE(q.look_on(rooms));
  rooms.remove(1);
  rooms.remove(2);
  auto page = q.take(rooms, now);
  CHECK(ids(page.rooms) == std::vector<std::string>{"r3"});
  REQUIRE(page.cursor);
  wish.cursor = page.cursor;
  page = ask(wish, rooms);
  CHECK(ids(page.rooms) == std::vector<std::string>{"r4"});
  CHECK_FALSE(page.cursor);
}

TEST_CASE("times to live stay comparable from page to page", "[live_rooms]") {
  live_rooms rooms;
  rooms_source source{1};
  for (int i = 0; i < 4; ++i) {
    auto r = source.room(i);
    // The first and the third are in use: theirs do not run.
    r.participants = i % 2 == 0 ? 1 : 0;
    r.ttl = std::chrono::seconds{100 - i};
    r.last_activity = now;
    rooms.put(static_cast<room_key>(i + 1), r);
  }
  list_live_rooms wish;
  wish.sort = sort_by::ttl;
  wish.limit = 2;
  auto first = ask(wish, rooms);
  CHECK(ids(first.rooms) == std::vector<std::string>{"r0", "r1"});
  wish.cursor = first.cursor;
  auto later = live_rooms_question::begin(wish, rooms, now + 30'000);
  auto& q = std::get<live_rooms_question>(later);
  REQUIRE(q.look_on(rooms));
  CHECK(ids(q.take(rooms, now + 30'000).rooms) == std::vector<std::string>{"r2", "r3"});
}

TEST_CASE("a cursor that no page gave is refused", "[live_rooms]") {
  live_rooms rooms;
  rooms_source source{1};
  for (int i = 0; i < 3; ++i) rooms.put(static_cast<room_key>(i + 1), source.room(i));
  list_live_rooms wish;
  wish.limit = 1;
  auto good = *ask(wish, rooms).cursor;
  auto refused = [&](std::string cursor, sort_by sort = sort_by::members, bool descending = true) {
    list_live_rooms w;
    w.cursor = std::move(cursor);
    w.sort = sort;
    w.descending = descending;
    auto begun = begin(w, rooms);
    auto* f = std::get_if<failure>(&begun);
    return f != nullptr && f->code == errc::bad_request;
  };
  CHECK_FALSE(refused(good));
  CHECK(refused(""));
  CHECK(refused("x"));
  CHECK(refused("0"));
  CHECK(refused("zz"));
  CHECK(refused("00"));
  CHECK(refused(good, sort_by::name));
  CHECK(refused(good, sort_by::members, false));
  for (std::size_t length = 0; length < good.size() - 4; ++length) {
    // Cut within the last parts it is the cursor of another place.
    auto cut = good.substr(0, length);
    (void)refused(cut);
  }
  CHECK(refused(good.substr(0, 10)));
  std::mt19937 noise{7};
  for (int i = 0; i < 2'000; ++i) {
    auto other = good;
    other[noise() % other.size()] = "0123456789abcdefg,"[noise() % 18];
    (void)refused(other);
  }
}

TEST_CASE("parts of id, code and name are found whatever their case", "[live_rooms]") {
  live_rooms rooms;
  room_figures r;
  r.id.value = "Team-Room";
  r.code = "482913";
  r.name = "Große Runde";
  rooms.put(1, r);
  auto finds = [&](const std::string& text) {
    list_live_rooms wish;
    wish.text = text;
    return ask(wish, rooms).total == 1;
  };
  for (const auto* text :
       {"team", "ROOM", "-r", "4829", "913", "grosse", "GROSSE", "große", "RUNDE", "e r", ""})
    CHECK(finds(text));
  CHECK_FALSE(finds("rooms"));
  CHECK_FALSE(finds("room4"));
  r.name = "Renamed";
  rooms.put(1, r);
  CHECK(finds("renamed"));
  CHECK_FALSE(finds("runde"));
}
