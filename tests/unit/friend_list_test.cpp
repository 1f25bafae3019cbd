// Friends as values: whom a list watches, when it is settled, and what it takes for news.
#include "actors/activity_ledger.hpp"
#include "actors/friend_list.hpp"
#include "actors/online_user.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace std::chrono_literals;
using news = friend_list::news;

namespace {

std::vector<friend_profile> listing(std::vector<std::string> ids) {
  std::vector<friend_profile> out;
  for (auto& id : ids) out.push_back({{std::move(id)}, {}, {}, {}});
  return out;
}

} // namespace

TEST_CASE("of repeated friends the last counts, where the first stood", "[friends]") {
  auto list = listing({"a", "b", "a"});
  list[2].name = "A";
  auto out = without_repeats(list);
  REQUIRE(out.size() == 2);
  CHECK(out[0].user.value == "a");
  CHECK(out[0].name == "A");
  CHECK(out[1].user.value == "b");
}

TEST_CASE("a list of friends is settled when everybody's status is known", "[friends]") {
  friend_list list;
  CHECK_FALSE(list.is_known());
  CHECK(list.set({"a"}, true) == news::nothing);
  auto change = list.replace(listing({"a", "b"}));
  CHECK(change.begun == std::vector<user_id>{{"a"}, {"b"}});
  CHECK(change.ended.empty());
  CHECK(list.is_known());
  CHECK_FALSE(list.is_settled());
  CHECK(list.set({"a"}, true) == news::learnt);
  CHECK(list.set({"b"}, false) == news::learnt);
  CHECK(list.is_settled());
  CHECK(list.set({"b"}, false) == news::nothing);
  CHECK(list.set({"b"}, true) == news::came);
  CHECK(list.set({"a"}, false) == news::went);

  change = list.replace(listing({"c", "b"}));
  CHECK(change.begun == std::vector<user_id>{{"c"}});
  CHECK(change.ended == std::vector<user_id>{{"a"}});
  CHECK_FALSE(list.is_settled());
  CHECK(list.set({"a"}, true) == news::nothing);
  CHECK(list.set({"c"}, false) == news::learnt);
  auto status = list.status();
  REQUIRE(status.friends.size() == 2);
  CHECK(status.friends[0].who.user.value == "c");
  CHECK_FALSE(status.friends[0].is_online);
  CHECK(status.friends[1].is_online);
  (void)list.replace({});
  CHECK(list.is_settled());
}

TEST_CASE("who watches whom is forgotten with the last watcher", "[friends]") {
  watch_book book;
  book.add({"a"}, {"x"});
  book.add({"a"}, {"x"});
  book.add({"a"}, {"y"});
  REQUIRE(book.of({"a"}) != nullptr);
  CHECK(book.of({"a"})->size() == 2);
  book.remove({"a"}, {"x"});
  book.remove({"b"}, {"x"});
  book.remove({"a"}, {"y"});
  CHECK(book.of({"a"}) == nullptr);
}

TEST_CASE("a friend that is forgotten is listed no more, and the others stay", "[friends]") {
  friend_list list;
  std::vector<friend_profile> friends;
  for (auto name : {"ann", "bob", "cyd"}) friends.push_back({{name}, {}, {}, {}});
  list.replace(friends);
  list.set({"ann"}, true);
  list.set({"cyd"}, false);
  CHECK_FALSE(list.is_settled());
  // Nobody knew how bob stands.
  CHECK(list.remove({"bob"}) == friend_list::news::nothing);
  CHECK(list.is_settled());
  CHECK(list.remove({"bob"}) == friend_list::news::nothing);
  CHECK(list.find({"bob"}) == nullptr);
  REQUIRE(list.find({"cyd"}) != nullptr);
  CHECK(list.find({"cyd"})->user.value == "cyd");
  CHECK(list.set({"cyd"}, true) == friend_list::news::came);
  CHECK(list.remove({"ann"}) == friend_list::news::went);
  CHECK(list.users() == std::vector<user_id>{{"cyd"}});
}

TEST_CASE("an online user remembers few of the rooms that lost it, each once", "[friends]") {
  online_user u{1};
  u.connect({7, nullptr, "here"});
  CHECK(u.address() == "here");
  CHECK_FALSE(u.disconnect(8));
  for (std::size_t i = 0; i < 100; ++i) u.note_lost({{std::to_string(i)}, nullptr});
  u.note_lost({{"99"}, nullptr});
  CHECK(u.lost().size() == online_user::max_lost);
  CHECK(u.lost().back().room.value == "99");
  CHECK(u.disconnect(7));
}

TEST_CASE("activity of a connection is one line until it is taken", "[friends]") {
  activity_ledger ledger;
  activity_ledger::place ann;
  activity_ledger::place bob;
  CHECK(ledger.note(ann, user_id{"ann"}, {1, 1}, 100));
  CHECK_FALSE(ledger.note(bob, user_id{"bob"}, {1, 0}, 200));
  CHECK_FALSE(ledger.note(ann, user_id{"ann"}, {2, 1}, 300));
  auto lines = ledger.take();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].user.value == "ann");
  CHECK(lines[0].did.events == 3);
  CHECK(lines[0].did.messages == 2);
  CHECK(lines[0].at == 300);
  CHECK(lines[1].did.events == 1);
  CHECK(ledger.take().empty());
  CHECK(ledger.note(bob, user_id{"bob"}, {1, 0}, 400));
  CHECK_FALSE(ledger.note(ann, user_id{"ann"}, {1, 0}, 400));
  CHECK(ledger.take().size() == 2);
}
