// The searcher over a played store, against a model that looks at every message: what a room would
// ask, from its window, with changes that the archive may not have yet.
#include "support/searched_room.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

using namespace atrium;
using namespace atrium::test;

TEST_CASE("a search finds all words, newest first, in the window and in the archive below it") {
  house_scenario house{with(1'000'000)};
  searched_room room{house, "r", 3};
  for (const auto* text :
       {"the Straße", "cats", "STRASSE and cats", "dogs", "strasse", "Cats, (STRASSE)"})
    room.post(text);
  CHECK(search(house, room, "straße") == expected{{6, 5, 3, 1}});
  CHECK(search(house, room, "CATS strasse!") == expected{{6, 3}});
  CHECK(search(house, room, "birds") == expected{});
  CHECK(search(house, room, "strasse", 2) == expected{{6, 5}, true});
  CHECK(search(house, room, "strasse", 2, 5) == expected{{3, 1}});
  CHECK(search(house, room, "strasse", 1, 3) == expected{{1}});
  CHECK(search(house, room, "strasse", 50, 1) == expected{});
  // The archive was read once.
  CHECK(house.store.pages.size() == 1);
}

TEST_CASE("a query without words is refused, a request of nobody is not answered") {
  house_scenario house{with(1'000'000)};
  searched_room room{house, "r", 3};
  room.post("text");
  CHECK(refused(house, room, " \u3000 ") == errc::bad_request);
  auto silent = room.ask("text", 50, std::nullopt);
  silent.from.out = {&house.port, ++house.last_session, wire::native};
  caf::anon_send(house.searcher, silent);
  house.run();
  CHECK(house.port.sessions[house.last_session].items.empty());
}

TEST_CASE("what the window answers does not need the store") {
  house_scenario house{with(1'000'000)};
  searched_room room{house, "r", 3};
  for (int i = 0; i < 6; ++i) room.post("word");
  house.store.mood = store_mood::away;
  CHECK(search(house, room, "word", 2) == expected{{6, 5}, true});
  // As many as were asked for, and more below perhaps.
  CHECK(search(house, room, "word", 3) == expected{{6, 5, 4}, true});
  CHECK(house.store.pages.size() == 1);
  CHECK(refused(house, room, "word", 4) == errc::store_unavailable);
  CHECK(refused(house, room, "absent") == errc::store_unavailable);
  house.store.mood = store_mood::confirming;
  CHECK(search(house, room, "word", 4) == expected{{6, 5, 4, 3}, true});
  // The folded text is here, the messages are not.
  house.store.mood = store_mood::away;
  CHECK(refused(house, room, "word", 4) == errc::store_unavailable);
  CHECK(search(house, room, "absent") == expected{});
}

TEST_CASE("a room without older messages is searched without the store") {
  house_scenario house{with(1'000'000)};
  house.store.mood = store_mood::away;
  searched_room room{house, "r", 10};
  for (int i = 0; i < 6; ++i) room.post("word");
  CHECK(search(house, room, "word") == expected{{6, 5, 4, 3, 2, 1}});
  CHECK(search(house, room, "word", 6) == expected{{6, 5, 4, 3, 2, 1}});
}

TEST_CASE("deleted messages never match, changed ones match as they are now") {
  house_scenario house{with(1'000'000)};
  searched_room room{house, "r", 2};
  for (int i = 0; i < 8; ++i) room.post("word");
  const auto check = [&](const char* query, const seqs& found) {
    CHECK(search(house, room, query) == expected{found});
  };
  check("word", {8, 7, 6, 5, 4, 3, 2, 1});
  room.change(7, std::nullopt);
  room.change(2, std::nullopt);
  room.change(3, "new text");
  // First the store does not have them, then it does; then what is in memory is used.
  for (int i = 0; i < 3; ++i) {
    check("word", {7, 6, 5, 2, 1});
    check("new", {4});
    if (i == 0) room.sync();
  }
}

TEST_CASE("what is gone from the archive is made up for by what is older") {
  house_scenario house{with(1'000'000)};
  searched_room room{house, "r", 2};
  for (int i = 0; i < 10; ++i) room.post("word");
  CHECK(search(house, room, "word", 9) == expected{{10, 9, 8, 7, 6, 5, 4, 3, 2}, true});
  auto& archive = house.store.archive["r"];
  std::erase_if(archive, [](const auto& m) { return m.seq == 8 || m.seq == 6; });
  CHECK(search(house, room, "word", 4) == expected{{10, 9, 7, 5}, true});
  CHECK(search(house, room, "word", 8) == expected{{10, 9, 7, 5, 4, 3, 2, 1}});
}

TEST_CASE("a large archive is read by the page, as far as needed, and not again") {
  house_scenario house{with(10'000'000)};
  searched_room room{house, "r", 100};
  room.post("needle in the beginning");
  post_many(room, 4'500, "hay");
  CHECK(search(house, room, "hay", 10).has_more);
  CHECK(house.store.pages.empty());
  CHECK(search(house, room, "hay", 150).has_more);
  CHECK(house.store.pages.size() == 1);
  CHECK(search(house, room, "needle") == expected{{1}});
  CHECK(house.store.pages.size() == 5);
  CHECK(search(house, room, "beginning") == expected{{1}});
  CHECK(search(house, room, "hay 4321") == expected{{4'322}});
  CHECK(house.store.pages.size() == 5);

  // The window moves on: only what left it is read.
  post_many(room, 30, "straw");
  CHECK(search(house, room, "needle") == expected{{1}});
  REQUIRE(house.store.pages.size() == 6);
  CHECK(house.store.pages.back().limit == 30);
  CHECK(search(house, room, "hay 4500") == room.naive("hay 4500", 50, std::nullopt));
  CHECK(search(house, room, "needle") == expected{{1}});
  CHECK(house.store.pages.size() == 6);
}

TEST_CASE("what the store may not have yet is not taken for missing") {
  house_scenario house{with(1'000'000)};
  searched_room room{house, "r", 2};
  for (int i = 0; i < 8; ++i) room.post("word");
  // The last write is still under way when the message has left the window already.
  auto& archive = house.store.archive["r"];
  const auto late = archive[5];
  archive.erase(archive.begin() + 5);
  auto early = room.ask("word", 50, std::nullopt);
  early.persisted = 5;
  const auto session = send(house, early);
  house.run();
  CHECK(found_by(house, session) == expected{{8, 7, 5, 4, 3, 2, 1}});
  archive.insert(archive.begin() + 5, late);
  CHECK(search(house, room, "word") == expected{{8, 7, 6, 5, 4, 3, 2, 1}});
  REQUIRE(house.store.pages.size() == 2);
  CHECK(house.store.pages.back().limit == 1);
}

TEST_CASE("searches of a cold room share what is read, and go on beside those of other rooms") {
  house_scenario house{with(10'000'000)};
  searched_room room{house, "r", 10};
  post_many(room, 3'500, "word");
  searched_room other{house, "other", 10};
  other.key = 2;
  post_many(other, 20, "word");
  std::vector<session_id> sessions;
  const auto query = [](int i) { return i == 0 ? "nowhere" : "number " + std::to_string(i); };
  for (int i = 0; i < 20; ++i)
    sessions.push_back(send(house, room.ask(query(i), 100, std::nullopt)));
  const auto quick = send(house, other.ask("number 1", 50, std::nullopt));
  std::size_t pages_before = 0;
  while (house.port.sessions[quick].items.empty()) {
    REQUIRE(house.scheduler->try_run_once());
    pages_before = house.store.pages.size();
  }
  CHECK(pages_before < 4);
  house.run();
  for (int i = 0; i < 20; ++i)
    CHECK(found_by(house, sessions[static_cast<std::size_t>(i)])
          == room.naive(query(i), 100, std::nullopt));
  CHECK(found_by(house, quick) == other.naive("number 1", 50, std::nullopt));
  CHECK(house.store.pages.size() == 5);
}

TEST_CASE("a search that knows of more changes waits for those under way and misses nothing") {
  house_scenario house{with(1'000'000)};
  searched_room room{house, "r", 2};
  for (int i = 0; i < 6; ++i) room.post("word");
  const auto first = send(house, room.ask("word", 50, std::nullopt));
  room.change(1, "other");
  room.sync();
  const auto second = send(house, room.ask("other", 50, std::nullopt));
  room.change(0, "other");
  const auto third = send(house, room.ask("other", 50, std::nullopt));
  house.run();
  CHECK(found_by(house, first).seqs.size() >= 5);
  CHECK(found_by(house, second) == expected{{2}});
  CHECK(found_by(house, third) == expected{{2, 1}});
  room.sync();
  CHECK(search(house, room, "other") == expected{{2, 1}});
}

TEST_CASE("a room that was forgotten, or came back, is read anew") {
  house_scenario house{with(1'000'000)};
  searched_room room{house, "r", 2};
  for (int i = 0; i < 6; ++i) room.post("word");
  CHECK(search(house, room, "word").seqs.size() == 6);
  CHECK(house.store.pages.size() == 1);
  caf::anon_send(house.searcher, forget_searched{room.key});
  CHECK(search(house, room, "word").seqs.size() == 6);
  CHECK(house.store.pages.size() == 2);
  room.key = 9;
  CHECK(search(house, room, "word").seqs.size() == 6);
  CHECK(house.store.pages.size() == 3);
  // Forgotten while it is being searched: answered, and not kept.
  const auto session = send(house, [&] {
    auto asked = room.ask("word", 50, std::nullopt);
    asked.key = 10;
    return asked;
  }());
  caf::anon_send(house.searcher, forget_searched{10});
  house.run();
  CHECK(found_by(house, session).seqs.size() == 6);
  room.key = 10;
  CHECK(search(house, room, "word").seqs.size() == 6);
  CHECK(house.store.pages.size() == 5);
}

TEST_CASE("too many searches at once are refused, and all others are answered") {
  house_scenario house{with(1'000'000)};
  std::vector<std::unique_ptr<searched_room>> rooms;
  for (room_key key = 1; key <= 20; ++key) {
    auto& room = *rooms.emplace_back(
        std::make_unique<searched_room>(house, "r" + std::to_string(key), 1));
    room.key = key;
    room.post("word");
    room.post("word");
  }
  const auto answered = [&](const std::vector<session_id>& sessions) {
    std::size_t count = 0;
    for (const auto session : sessions) {
      const auto result = result_of(house, session);
      if (const auto* f = std::get_if<failure>(&result)) {
        CHECK(f->code == errc::rate_limited);
        CHECK(f->retry_after.count() > 0);
      } else {
        CHECK(found_by(house, session) == expected{{2, 1}});
        ++count;
      }
    }
    return count;
  };
  std::vector<session_id> one_room;
  for (int i = 0; i < 100; ++i) one_room.push_back(send(house, rooms[0]->ask("word", 50, {})));
  house.run();
  CHECK(answered(one_room) == 64);
  std::vector<session_id> all;
  for (const auto& room : rooms)
    for (int i = 0; i < 60; ++i) all.push_back(send(house, room->ask("word", 50, {})));
  house.run();
  // What the first search left in memory answers without waiting but for the messages.
  CHECK(answered(all) == 1'024);
  CHECK(search(house, *rooms[3], "word") == expected{{2, 1}});
}

TEST_CASE("rooms share the memory for archives; what finds no place is read through") {
  house_scenario house{with(60'000)};
  searched_room small{house, "small", 10};
  post_many(small, 500, "word");
  searched_room large{house, "large", 10};
  large.key = 2;
  post_many(large, 3'000, "text that needs more room than there is");
  CHECK(search(house, small, "number 7 word", 5) == small.naive("number 7 word", 5, {}));
  CHECK(house.store.pages.size() == 1);
  CHECK(search(house, small, "word 1") == small.naive("word 1", 50, {}));
  CHECK(house.store.pages.size() == 1);
  for (int i = 0; i < 2; ++i) {
    const auto before = house.store.pages.size();
    CHECK(search(house, large, "number 17 text", 200) == large.naive("number 17 text", 200, {}));
    CHECK(house.store.pages.size() > before);
  }
  house_scenario nothing{with(0)};
  searched_room room{nothing, "r", 10};
  post_many(room, 2'500, "word");
  for (int i = 0; i < 2; ++i)
    CHECK(search(nothing, room, "number 17", 200) == room.naive("number 17", 200, {}));
  CHECK(nothing.store.pages.size() == 6);
}

TEST_CASE(
    "an answer that took reading is kept in the store for the same search at the same position") {
  house_scenario house{with(0, 5)};
  searched_room room{house, "r", 2};
  for (int i = 0; i < 8; ++i) room.post("word");
  CHECK(search(house, room, "word", 4) == expected{{8, 7, 6, 5}, true});
  REQUIRE(house.store.cache.size() == 1);
  CHECK(house.store.cache.begin()->first.starts_with("search:"));
  CHECK(house.store.pages.size() == 1);
  CHECK(search(house, room, "Word!", 4) == expected{{8, 7, 6, 5}, true});
  CHECK(house.store.pages.size() == 1);
  // Another limit, another place, another word, another position: other searches.
  CHECK(search(house, room, "word", 3) == expected{{8, 7, 6}, true});
  CHECK(search(house, room, "word", 4, 7) == expected{{6, 5, 4, 3}, true});
  CHECK(search(house, room, "wor", 4) == expected{{8, 7, 6, 5}, true});
  CHECK(house.store.pages.size() == 4);
  room.post("word");
  CHECK(search(house, room, "word", 4) == expected{{9, 8, 7, 6}, true});
  CHECK(house.store.pages.size() == 5);
  // What is gone is made up for; damaged text is no answer.
  std::erase_if(house.store.archive["r"], [](const auto& m) { return m.seq == 6; });
  CHECK(search(house, room, "word", 4) == expected{{9, 8, 7, 5}, true});
  for (auto& [key, text] : house.store.cache) text = R"({"ids":["no","such"],"hasMore":false})";
  CHECK(search(house, room, "word", 4) == expected{{9, 8, 7, 5}, true});
  for (auto& [key, text] : house.store.cache) text = "]";
  CHECK(search(house, room, "word", 4) == expected{{9, 8, 7, 5}, true});
}

TEST_CASE("a search finds what looking at every message finds, whatever happens in between") {
  static const std::vector<std::string> vocabulary{"red",     "Rot",    "blue",     "straße",
                                                   "STRASSE", "c++",    "ｆｕｌｌ", "full",
                                                   "día",     "привет", "ПРИВЕТ"};
  for (unsigned seed = 1; seed <= 24; ++seed) {
    std::mt19937 random{seed};
    const auto some = [&](std::size_t n) { return random() % n; };
    const auto text = [&] {
      std::string out = vocabulary[some(vocabulary.size())];
      for (auto n = some(4); n > 0; --n) out += ' ' + vocabulary[some(vocabulary.size())];
      return out;
    };
    house_scenario house{with(std::vector<std::size_t>{0, 3'000, 40'000, 1'000'000}[seed % 4],
                              seed % 3 == 0 ? 5 : 0)};
    searched_room room{house, "r", 1 + some(40)};
    for (auto n = some(2'500); n > 0; --n) room.post(text());
    room.post(text());
    for (int step = 0; step < 120; ++step) {
      switch (some(8)) {
      case 0: room.sync(); break;
      case 1:
        for (auto n = some(60); n > 0; --n) room.post(text());
        break;
      case 2: room.change(some(room.size()), text()); break;
      case 3: room.change(some(room.size()), std::nullopt); break;
      case 4:
        room.age(some(5));
        ++room.seq;
        break;
      case 5: room.seq += static_cast<seq_t>(some(3)); break;
      default: break;
      }
      std::vector<std::pair<session_id, expected>> asked;
      for (auto n = 1 + some(3); n > 0; --n) {
        const auto query = text();
        const auto limit = 1 + some(60);
        std::optional<seq_t> before;
        if (some(3) == 0) before = 1 + static_cast<seq_t>(some(static_cast<std::size_t>(room.seq)));
        asked.emplace_back(send(house, room.ask(query, limit, before)),
                           room.naive(query, limit, before));
      }
      house.run();
      INFO("seed " << seed << ", step " << step);
      for (const auto& [session, wanted] : asked) REQUIRE(found_by(house, session) == wanted);
    }
  }
}
