#include "actors/chat_log.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace atrium;

namespace {

stored_message message(seq_t seq, const std::string& client_id = "", std::size_t bytes = 10) {
  return {make_message_id(seq, "0123456789abcdef"), seq, user_id{"u"}, client_id,
          std::make_shared<const std::string>(std::to_string(seq) + std::string(bytes, ' '))};
}

seq_t seq_of(const shared_text& m) {
  return std::stoll(*m);
}

} // namespace

TEST_CASE("a log lets go of its oldest messages beyond either bound") {
  chat_log by_count{3, 1'000'000};
  for (seq_t s = 1; s <= 5; ++s) by_count.append(message(s));
  REQUIRE(by_count.messages().front().seq == 3);
  REQUIRE(by_count.messages().size() == 3);
  REQUIRE(by_count.total() == 5);

  chat_log by_bytes{1'000, 250};
  for (seq_t s = 1; s <= 5; ++s) by_bytes.append(message(s, "", 100));
  REQUIRE(by_bytes.messages().size() == 2);
  by_bytes.append(message(6, "", 10'000));
  REQUIRE(by_bytes.messages().size() == 1);
}

TEST_CASE("a client id is remembered per user, as long as its message") {
  chat_log log{2, 1'000'000};
  log.append(message(1, "a"));
  REQUIRE(log.find_duplicate(user_id{"u"}, "a")->seq == 1);
  REQUIRE(log.find_duplicate(user_id{"other"}, "a") == nullptr);
  REQUIRE(log.find_duplicate(user_id{"u"}, "b") == nullptr);
  log.append(message(2));
  log.append(message(3));
  REQUIRE(log.find_duplicate(user_id{"u"}, "a") == nullptr);
}

TEST_CASE("pages from memory equal pages of the whole, or are left to the archive") {
  std::mt19937 random{7};
  for (int round = 0; round < 300; ++round) {
    std::vector<seq_t> all;
    chat_log log{20, 1'000'000};
    seq_t seq = 0;
    auto count = random() % 40;
    for (unsigned i = 0; i < count; ++i) {
      // Gaps: the board takes numbers, too.
      seq += 1 + static_cast<seq_t>(random() % 3);
      all.push_back(seq);
      log.append(message(seq));
    }
    auto limit = 1 + random() % 15;
    auto at = static_cast<seq_t>(random() % static_cast<unsigned>(seq + 3));
    bool forward = random() % 2 == 0;
    std::vector<seq_t> wanted;
    for (auto s : all)
      if (forward ? s > at : s < at) wanted.push_back(s);
    bool more = wanted.size() > limit;
    if (more && forward) wanted.resize(limit);
    if (more && !forward)
      wanted.erase(wanted.begin(), wanted.end() - static_cast<std::ptrdiff_t>(limit));

    auto page = forward ? log.read(limit, std::nullopt, at) : log.read(limit, at, std::nullopt);
    bool reaches_all = all.size() <= 20;
    if (!page) {
      REQUIRE_FALSE(reaches_all);
      continue;
    }
    REQUIRE(page->has_more == more);
    REQUIRE(page->messages.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) REQUIRE(seq_of(page->messages[i]) == wanted[i]);
  }
}

TEST_CASE("a loaded log knows that there is more in the archive") {
  chat_log log{100, 1'000'000};
  log.load({message(11), message(12)}, {}, 12);
  REQUIRE(log.total() == 12);
  REQUIRE_FALSE(log.read(50, std::nullopt, std::nullopt));
  auto newest = log.read(1, std::nullopt, std::nullopt);
  REQUIRE(newest);
  REQUIRE(newest->has_more);
  REQUIRE(log.find(make_message_id(12, "0123456789abcdef")));
  REQUIRE_FALSE(log.find(make_message_id(12, "fedcba9876543210")));
}

TEST_CASE("who sent what is remembered for as many messages as may be, however large they are") {
  chat_log log{10, 1'000};
  for (seq_t s = 1; s <= 12; ++s) log.append(message(s, "c" + std::to_string(s), 400));
  REQUIRE(log.messages().size() == 2);
  REQUIRE(log.find_duplicate(user_id{"u"}, "c12")->json);
  const auto* small = log.find_duplicate(user_id{"u"}, "c3");
  REQUIRE(small);
  REQUIRE(small->seq == 3);
  REQUIRE_FALSE(small->json);
  REQUIRE_FALSE(log.find_duplicate(user_id{"u"}, "c2"));

  chat_log loaded{10, 1'000};
  auto older = message(7, "c7");
  older.json = nullptr;
  loaded.load({message(8, "c8", 400)}, {older}, 2);
  REQUIRE(loaded.find_duplicate(user_id{"u"}, "c7")->seq == 7);
  REQUIRE(loaded.find_duplicate(user_id{"u"}, "c8")->json);
}

TEST_CASE("a changed message takes the place of what it was") {
  chat_log log{10, 1'000};
  for (seq_t s = 1; s <= 3; ++s) log.append(message(s, "", 100));
  auto shorter = message(2, "", 1);
  log.replace(shorter);
  REQUIRE(log.find(shorter.id)->json == shorter.json);
  REQUIRE(log.newest(2).front() == shorter.json);
  log.replace(message(9));
  REQUIRE(log.messages().size() == 3);
}

TEST_CASE("what the archive does not have yet stays longer, within bounds") {
  chat_log log{3, 1'000};
  log.on_persisted(0);
  for (seq_t s = 1; s <= 10; ++s) log.append(message(s));
  REQUIRE(log.messages().size() == 10);
  log.on_persisted(4);
  REQUIRE(log.messages().front().seq == 5);
  log.on_persisted(10);
  REQUIRE(log.messages().size() == 3);
  REQUIRE(log.overrun_count() == 0);

  log.on_persisted(10);
  for (seq_t s = 11; s <= 40; ++s) log.append(message(s, "", 200));
  REQUIRE(log.messages().size() < 12);
  REQUIRE(log.overrun_seq() > 20);
  REQUIRE(log.overrun_count() == static_cast<std::size_t>(log.overrun_seq() - 10));
  for (seq_t s = 41; s <= 5'000; ++s) log.append(message(s, "", 0));
  REQUIRE(log.messages().size() <= 1'003);
}
