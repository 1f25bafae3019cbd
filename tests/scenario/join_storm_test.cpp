// Thousands join one room at once: what one client that is in hears of it grows with their number, not
// with its square (contract §3, "Presence").
#include "net/event_spelling.hpp"
#include "support/entering.hpp"

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

struct traffic {
  std::size_t frames = 0;
  std::size_t bytes = 0;
};

/// What was sent to `who` and not looked at.
traffic sent(const house_scenario& house, const client& who, wire w) {
  traffic out;
  for (const auto& item : house.port.sessions.at(who.session).items) {
    const auto* e = std::get_if<event>(&item);
    if (e == nullptr) continue;
    ++out.frames;
    out.bytes += net::vocabularies().encode(*e, w, {})->size();
  }
  return out;
}

/// What a client hears while `count` others join within a second or two.
traffic storm(std::size_t count, vocabulary words) {
  house_scenario house;
  create_room wish;
  wish.max_participants = count + 1;
  auto room = create_space(house, wish);
  client listener{house, "listener"};
  join_room j;
  j.words = words;
  listener.push(room, j);
  listener.drop_received();
  std::vector<std::unique_ptr<client>> crowd;
  for (std::size_t n = 0; n < count; ++n) {
    crowd.push_back(std::make_unique<client>(house, "user-" + std::to_string(n)));
    join_room quiet;
    quiet.lists_participants = false;
    crowd.back()->push_only(room, quiet);
    house.scheduler->advance_time(1ms);
    house.run();
    house.port.sessions.erase(crowd.back()->session);
  }
  house.advance(500ms);
  auto page = std::get<presence_page>(house.ask(room, list_presence{}));
  CHECK(page.count == count + 1);
  return sent(house, listener, in_words(wire::native, words));
}

void judge(vocabulary words) {
  auto half = storm(1'000, words);
  auto whole = storm(2'000, words);
  CAPTURE(half.frames, half.bytes, whole.frames, whole.bytes);
  CHECK(static_cast<double>(whole.bytes) < 2.5 * static_cast<double>(half.bytes));
  CHECK(static_cast<double>(whole.frames) < 2.5 * static_cast<double>(half.frames));
  // Fifty whole updates of at most fifty users, and each of the others once.
  CHECK(whole.bytes < 2'000 * 200 + 50 * 50 * 200);
}

} // namespace

TEST_CASE("join storm: what a client of rooms hears grows with the joins", "[presence]") {
  judge(vocabulary::base);
}

TEST_CASE("join storm: what a client of spaces hears grows with the joins", "[presence]") {
  judge(vocabulary::space);
}
