// What operators ask the desk about the store, and how it keeps what they did.
#include "support/watching_operator.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

operator_action action(unix_ms at, const std::string& what = "kick") {
  return {at, "ops", what, "ann", "detail", "10.0.0.1", "ok"};
}

std::vector<unix_ms> times(const audit_page& page) {
  std::vector<unix_ms> out;
  for (const auto& e : page.entries) out.push_back(e.at);
  return out;
}

} // namespace

TEST_CASE("the desk shows every writer, one that says nothing as not connected") {
  house_scenario house;
  watching_operator desk{house};
  auto all = desk.ask_desk<writers_view>(list_writers{});
  REQUIRE(all.writers.size() == 1);
  CHECK(all.writers.front().is_connected);
  house.store.mood = store_mood::away;
  CHECK_FALSE(desk.ask_desk<writers_view>(list_writers{}).writers.front().is_connected);
}

TEST_CASE("the desk passes on what the store says about itself") {
  house_scenario house;
  watching_operator desk{house};
  house.store.info = {{"redis_version", "7"}};
  auto info = desk.ask_desk<store_info_view>(ask_store_info{});
  CHECK(info.kind == "played");
  CHECK(info.lines == house.store.info);
  house.store.mood = store_mood::away;
  CHECK(desk.ask_desk<failure>(ask_store_info{}).code == errc::store_unavailable);
}

TEST_CASE("a portion of the store is cleaned as the operator wishes") {
  house_scenario house;
  watching_operator desk{house};
  CHECK_FALSE(desk.ask_desk<clean_portion>(clean_store{true, std::nullopt}).cursor);
  desk.ask_desk<clean_portion>(clean_store{false, "17"});
  REQUIRE(house.store.cleanings.size() == 2);
  CHECK(house.store.cleanings[0].is_dry_run);
  CHECK(house.store.cleanings[0].cursor.empty());
  CHECK_FALSE(house.store.cleanings[1].is_dry_run);
  CHECK(house.store.cleanings[1].cursor == "17");
  house.store.mood = store_mood::away;
  CHECK(desk.ask_desk<failure>(clean_store{}).code == errc::store_unavailable);
}

TEST_CASE("what operators did is paged, newest first") {
  house_scenario house;
  watching_operator desk{house};
  CHECK(desk.ask_desk<audit_page>(list_audit{}).entries.empty());
  for (unix_ms at = 1; at <= 5; ++at) caf::anon_send(house.desk, operator_acted{action(at)});
  auto page = desk.ask_desk<audit_page>(list_audit{2, std::nullopt});
  CHECK(times(page) == std::vector<unix_ms>{5, 4});
  REQUIRE(page.cursor);
  page = desk.ask_desk<audit_page>(list_audit{3, page.cursor});
  CHECK(times(page) == std::vector<unix_ms>{3, 2, 1});
  CHECK_FALSE(page.cursor);
  CHECK(page.entries.front().detail == "detail");
  CHECK(desk.ask_desk<failure>(list_audit{2, "x"}).code == errc::bad_request);
  house.records.is_away = true;
  CHECK(desk.ask_desk<failure>(list_audit{}).code == errc::store_unavailable);
}
