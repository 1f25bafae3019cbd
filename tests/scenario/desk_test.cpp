// The operators' desk: the list of rooms in memory, how rooms get on it and off it, and what is
// handled while it is looked through.
#include "support/house_scenario.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

/// An operator's session, which asks the desk.
class list_asker {
public:
  explicit list_asker(house_scenario& house) : house_{house}, session_{++house.last_session} {}

  std::uint32_t push(list_live_rooms wish) {
    caller from;
    from.out = {&house_.port, session_, wire::native};
    from.request = ++last_request_;
    from.is_operator = true;
    caf::anon_send(house_.desk, desk_request{std::move(from), std::move(wish)});
    return last_request_;
  }
  /// The answers so far, by request.
  [[nodiscard]] std::map<std::uint32_t, command_result> answers() const {
    std::map<std::uint32_t, command_result> out;
    for (const auto& item : house_.port.sessions[session_].items) {
      const auto& [request, outcome] = std::get<1>(item);
      REQUIRE(out.emplace(request, outcome).second);
    }
    return out;
  }
  live_rooms_page list(list_live_rooms wish = {}) {
    auto request = push(std::move(wish));
    house_.run();
    auto all = answers();
    REQUIRE(std::holds_alternative<live_rooms_page>(all.at(request)));
    return std::get<live_rooms_page>(all.at(request));
  }
  /// The only room there is.
  room_figures only() {
    auto page = list();
    REQUIRE(page.rooms.size() == 1);
    return page.rooms.front();
  }

private:
  house_scenario& house_;
  session_id session_;
  std::uint32_t last_request_ = 0;
};

void put_rooms(house_scenario& house, int count) {
  for (int i = 1; i <= count; ++i) {
    room_figures r;
    r.id.value = "room-" + std::to_string(i);
    r.name = "Room";
    r.kind = "room";
    r.participants = static_cast<std::size_t>(i % 100);
    caf::anon_send(house.desk, live_room_changed{static_cast<room_key>(1'000'000 + i), r});
  }
  house.run();
}

} // namespace

TEST_CASE("a room is on the desk's list as soon as it starts and as long as it is in memory") {
  house_scenario house;
  list_asker desk{house};
  REQUIRE(desk.list().total == 0);
  create_room wish;
  wish.created_by = "ann";
  wish.is_private = true;
  wish.password = "secret";
  auto room = house.create_room_named("Maths", wish);
  auto shown = desk.only();
  CHECK(shown.id.value == room);
  CHECK(shown.code == room);
  CHECK(shown.name == "Maths");
  CHECK(shown.kind == "room");
  CHECK(shown.created_by == "ann");
  CHECK(shown.is_private);
  CHECK(shown.has_password);
  CHECK_FALSE(shown.is_locked);
  CHECK(shown.created_at == house.now());
  CHECK(shown.ttl == house.config.rooms.ttl);
  CHECK(shown.participants == 0);
  CHECK(shown.bytes > 0);

  SECTION("it leaves memory") {
    house.advance(2min);
    REQUIRE(house.actor_count() == 0);
    CHECK(desk.list().total == 0);
  }
  SECTION("it is deleted") {
    house.ask(room, delete_room{});
    CHECK(desk.list().total == 0);
  }
  SECTION("it is loaded again") {
    house.advance(2min);
    loaded_room stored;
    stored.meta.id.value = stored.meta.code = room;
    stored.meta.name = "Maths again";
    stored.meta.last_activity = house.now();
    stored.epoch = "e";
    house.store.rooms[room] = stored;
    house.ask(room, get_room{});
    CHECK(desk.only().name == "Maths again");
  }
}

TEST_CASE("what changes in a room is on the list two seconds later, and only then") {
  house_scenario house;
  list_asker desk{house};
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  client phone{house, "ann"};
  client bob{house, "bob"};
  ann.join(room);
  phone.join(room);
  bob.join(room);
  REQUIRE(desk.only().participants == 0);
  house.advance(2s);
  auto shown = desk.only();
  CHECK(shown.participants == 2);
  CHECK(shown.connections == 3);
  CHECK(shown.away == 0);

  SECTION("connections, and places that are kept") {
    bob.vanish();
    phone.vanish();
    house.advance(2s);
    shown = desk.only();
    CHECK(shown.participants == 1);
    CHECK(shown.connections == 1);
    CHECK(shown.away == 1);
    house.advance(house.config.rooms.grace + 2s);
    CHECK(desk.only().away == 0);
  }
  SECTION("members and messages") {
    set_members members;
    members.users = {{"ann"}, {"cid"}};
    house.ask(room, members);
    ann.say(room, "hello");
    ann.say(room, "hello again");
    auto before = shown.bytes;
    house.advance(2s);
    shown = desk.only();
    CHECK(shown.members == 2);
    CHECK(shown.messages == 2);
    CHECK(shown.bytes > before);
  }
  SECTION("dirt, and that it is gone") {
    house.store.mood = store_mood::away;
    ann.say(room, "hello");
    house.advance(2s);
    CHECK(desk.only().is_dirty);
    house.return_store();
    house.advance(2s);
    CHECK_FALSE(desk.only().is_dirty);
  }
}

TEST_CASE("the rate is that of the last two seconds and falls to nothing when a room falls quiet") {
  house_scenario house;
  list_asker desk{house};
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.advance(1min);
  for (int i = 0; i < 10; ++i) ann.say(room, "word " + std::to_string(i));
  house.advance(2s);
  CHECK(desk.only().per_second == Approx(5));
  patch_board drawing{elements(R"([{"id":"a","version":1}])")};
  ann.push(room, drawing);
  house.advance(2s);
  CHECK(desk.only().per_second == Approx(0.5));
  house.advance(2s);
  CHECK(desk.only().per_second == 0);
}

TEST_CASE("a room where nothing happens tells the desk nothing") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  ann.say(room, "hello");
  house.advance(5s);
  // The desk is away: what it would get is counted where it would be handled.
  std::size_t told = 0;
  auto listener = house.system->spawn([&told](desk_actor::pointer) -> desk_actor::behavior_type {
    return {[&told](live_room_changed&) { ++told; }, [](const live_room_gone&) {},
            [](desk_request&) {}, [](operator_acted&) {}, [](const desk_walk&) {}};
  });
  room_args args{house.env, house.directory, {}, {}, {}, {}, {}, 77, {}, false, listener, 0};
  args.loaded.meta.id.value = args.loaded.meta.code = "quiet";
  args.loaded.meta.last_activity = house.now();
  args.loaded.epoch = "e";
  auto quiet = house.system->spawn(room_behavior, std::move(args));
  house.run();
  CHECK(told == 1);
  house.advance(30s);
  CHECK(told == 1);
  caller from;
  from.is_operator = true;
  from.out = {&house.port, ++house.last_session, wire::native};
  from.request = 1;
  from.user.value = "bot";
  post_message m;
  m.text = "one";
  for (int i = 0; i < 5; ++i) caf::anon_send(quiet, room_request{from, m});
  house.advance(2s);
  CHECK(told == 2);
  house.advance(30s);
  CHECK(told == 3);
  caf::anon_send_exit(quiet, caf::exit_reason::kill);
  caf::anon_send_exit(listener, caf::exit_reason::kill);
}

TEST_CASE("a list over 20,000 rooms leaves the desk free in between") {
  house_scenario house;
  list_asker desk{house};
  put_rooms(house, 20'000);
  auto list = desk.push({});
  // A portion, then whatever is in the mailbox, then the next portion.
  std::size_t walks = 0;
  std::size_t between = 0;
  while (!desk.answers().contains(list)) {
    list_live_rooms bad;
    bad.cursor = "bad";
    auto other = desk.push(bad);
    while (!desk.answers().contains(other)) REQUIRE(house.scheduler->try_run_once());
    ++between;
    REQUIRE(++walks < 1'000);
  }
  CHECK(between >= 19);
  CHECK(between <= 21);
  auto page = std::get<live_rooms_page>(desk.answers().at(list));
  CHECK(page.total == 20'000);
  CHECK(page.rooms.size() == 50);
  CHECK(page.rooms.front().participants == 99);
  CHECK(page.cursor);
}

TEST_CASE("rooms that come and go while the list is looked through do not break it") {
  house_scenario house;
  list_asker desk{house};
  put_rooms(house, 5'000);
  list_live_rooms wish;
  wish.sort = list_live_rooms::sort_by::name;
  auto list = desk.push(wish);
  REQUIRE(house.scheduler->try_run_once());
  for (int i = 1; i <= 4'999; ++i)
    caf::anon_send(house.desk, live_room_gone{static_cast<room_key>(1'000'000 + i)});
  room_figures late;
  late.id.value = "late";
  caf::anon_send(house.desk, live_room_changed{2'000'000, late});
  house.run();
  auto page = std::get<live_rooms_page>(desk.answers().at(list));
  for (const auto& r : page.rooms) CHECK(r.id.value == "room-5000");
  CHECK(desk.list().total == 2);
}

TEST_CASE("more lists at once than may be are refused, and those under way are answered") {
  settings config;
  config.admin.questions = 3;
  house_scenario house{config};
  list_asker desk{house};
  put_rooms(house, 3'000);
  std::vector<std::uint32_t> requests;
  for (int i = 0; i < 5; ++i) requests.push_back(desk.push({}));
  house.run();
  auto all = desk.answers();
  REQUIRE(all.size() == 5);
  for (int i = 0; i < 3; ++i)
    CHECK(std::holds_alternative<live_rooms_page>(all.at(requests[static_cast<std::size_t>(i)])));
  for (int i = 3; i < 5; ++i) {
    auto& refused = std::get<failure>(all.at(requests[static_cast<std::size_t>(i)]));
    CHECK(refused.code == errc::rate_limited);
    CHECK(refused.retry_after > 0ms);
  }
  CHECK(desk.list().total == 3'000);
}
