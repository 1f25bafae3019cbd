// The users of a shard that are online, by id.
#include "actors/online_index.hpp"

#include <catch2/catch.hpp>

#include <list>
#include <random>
#include <set>

using namespace atrium;

namespace {

/// An index over users of its own.
struct held_index {
  std::list<std::pair<user_id, online_user>> users;
  online_index index;

  void add(const std::string& id) {
    users.emplace_back(user_id{id}, online_user{1});
    index.add(users.back().first, users.back().second);
  }
  void remove(const std::string& id) {
    index.remove({id});
    users.remove_if([&](const auto& u) { return u.first.value == id; });
  }
  std::vector<std::string> page(const std::string& prefix, std::optional<std::string> cursor,
                                std::size_t most) const {
    std::vector<std::string> out;
    index.visit(prefix, cursor, most,
                [&](std::string_view id, const online_user&) { out.emplace_back(id); });
    return out;
  }
};

using ids = std::vector<std::string>;

} // namespace

TEST_CASE("users are found by what their ids begin with", "[users]") {
  held_index all;
  for (auto id : {"b", "a", "ab", "abc", "ac", "\xff\xff", "\xff"}) all.add(id);
  CHECK(all.index.count("") == 7);
  CHECK(all.index.count("a") == 4);
  CHECK(all.index.count("ab") == 2);
  CHECK(all.index.count("x") == 0);
  CHECK(all.index.count("\xff") == 2);
  CHECK(all.page("", std::nullopt, 9) == ids{"a", "ab", "abc", "ac", "b", "\xff", "\xff\xff"});
  CHECK(all.page("ab", std::nullopt, 1) == ids{"ab"});
  CHECK(all.page("ab", "ab", 9) == ids{"abc"});
  CHECK(all.page("ab", "ad", 9).empty());
  CHECK(all.page("b", "ab", 9) == ids{"b"});
  CHECK(all.page("", "abc", 2) == ids{"ac", "b"});
  CHECK(all.page("", std::nullopt, 0).empty());
}

TEST_CASE("who is removed is found no more, and the others stay in order", "[users]") {
  held_index all;
  std::set<std::string> expected;
  std::mt19937 random{7};
  for (int i = 0; i < 2'000; ++i) {
    auto id = std::to_string(random() % 500);
    if (expected.insert(id).second) {
      all.add(id);
    } else {
      expected.erase(id);
      all.remove(id);
    }
  }
  CHECK(all.page("", std::nullopt, 1'000) == ids(expected.begin(), expected.end()));
  for (auto prefix : {"1", "2", "49", "9"}) {
    ids with;
    for (const auto& id : expected)
      if (id.starts_with(prefix)) with.push_back(id);
    CHECK(all.page(prefix, std::nullopt, 1'000) == with);
    CHECK(all.index.count(prefix) == with.size());
  }
}
