// What a token opens and allows, in rooms and on connections. Tokens themselves are checked elsewhere:
// here is what follows from what a good one says.
#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;

namespace {

shared_claims says(const std::string& user, std::optional<opened_rooms> rooms = {},
                   bool is_operator = false) {
  token_claims out{{user}, {}, {}, nullptr, is_operator};
  if (rooms) out.rooms = std::make_shared<const opened_rooms>(std::move(*rooms));
  return std::make_shared<const token_claims>(std::move(out));
}

/// A connection that showed a token.
class bearer : public client {
public:
  bearer(house_scenario& house, shared_claims token)
      : client{house, token->user.value}, house_{house} {
    show(std::move(token));
    drop_received();
  }

  /// Comes with a command for no room, whose result is not looked at.
  void show(shared_claims token) {
    identity_claim who;
    who.token = std::move(token);
    caf::anon_send(connection, client_command{1'000, "none", who, get_history{}});
    house_.run();
  }
  std::uint32_t enter(const std::string& room, identity_claim who = {}) {
    if (!who.username) who.username = "Anybody";
    return send(room, join_room{}, std::move(who));
  }
  std::uint32_t send(const std::string& room, room_command c, identity_claim who) {
    caf::anon_send(connection, client_command{++request_, room, std::move(who), std::move(c)});
    house_.run();
    return request_;
  }
  [[nodiscard]] std::optional<std::uint16_t> close_code() const {
    return house_.port.sessions[session].close_code;
  }
  /// The result of `request`, whatever else came before.
  command_result result_of(std::uint32_t request) const {
    for (auto& item : house_.port.sessions[session].items)
      if (auto* r = std::get_if<1>(&item); r != nullptr && r->first == request) return r->second;
    FAIL("no result");
    return done{};
  }

private:
  house_scenario& house_;
  std::uint32_t request_ = 2'000;
};

room_meta made(house_scenario& house, const std::string& id, const std::string& password = {}) {
  create_room wish;
  wish.id = id;
  wish.created_by = "ann";
  if (!password.empty()) wish.password = password;
  return std::get<room_created>(house.try_to_create("a room", wish)).room;
}

errc code_of(const command_result& r) {
  REQUIRE(std::holds_alternative<failure>(r));
  return std::get<failure>(r).code;
}

settings with_tokens() {
  settings s;
  s.auth.mode = "jwt";
  return s;
}

} // namespace

TEST_CASE("a token opens its rooms, by id and by code, and no others") {
  house_scenario house{with_tokens()};
  auto mine = made(house, "mine");
  auto other = made(house, "other", "x");
  bearer ann{house, says("ann", opened_rooms{"mine"})};
  for (const auto& name : {other.id.value, other.code, std::string{"nothing"}}) {
    INFO(name);
    CHECK(code_of(ann.result_of(ann.enter(name))) == errc::forbidden);
  }
  // Decided before anybody looks at a password.
  CHECK(house.passwords.verified == 0);
  CHECK(code_of(ann.result_of(ann.enter("999999"))) == errc::room_not_found);
  auto joined = ann.result_of(ann.enter(mine.code));
  CHECK(std::get<joined_result>(joined).room.id.value == "mine");
  bearer bob{house, says("bob", opened_rooms{other.code})};
  CHECK(code_of(bob.result_of(bob.enter(other.code))) == errc::forbidden);
}

TEST_CASE("a token for certain rooms registers for no others, and joins none as a member") {
  house_scenario house{with_tokens()};
  auto other = made(house, "other");
  bearer ann{house, says("ann", opened_rooms{"mine"})};
  CHECK(code_of(ann.expect_result(ann.enroll())) == errc::forbidden);
  CHECK(code_of(ann.result_of(ann.join_as_member(other.code))) == errc::forbidden);
  CHECK(code_of(ann.result_of(ann.leave_as_member(other.code))) == errc::forbidden);
  auto members = house.ask_as_operator("other", get_members{});
  CHECK(std::get<members_view>(members).users.empty());
  bearer bob{house, says("bob")};
  CHECK(std::holds_alternative<done>(bob.result_of(bob.enroll())));
}

TEST_CASE("who registered ends with a newer token that is for certain rooms only") {
  house_scenario house{with_tokens()};
  bearer ann{house, says("ann")};
  CHECK(std::holds_alternative<done>(ann.result_of(ann.enroll())));
  ann.show(says("ann"));
  CHECK_FALSE(ann.close_code());
  ann.show(says("ann", opened_rooms{"mine"}));
  CHECK(ann.close_code() == 4401);
}

TEST_CASE("a token for certain rooms creates no others by joining them") {
  auto s = with_tokens();
  s.rooms.create_on_join = true;
  house_scenario house{s};
  bearer ann{house, says("ann", opened_rooms{"mine"})};
  CHECK(code_of(ann.result_of(ann.enter("other"))) == errc::forbidden);
  CHECK(code_of(ann.result_of(ann.enter("222222"))) == errc::room_not_found);
  CHECK(house.store.claimed.empty());
  auto joined = std::get<joined_result>(ann.result_of(ann.enter("mine")));
  CHECK(joined.room.created_by == "ann");
}

TEST_CASE("the user is the token's, whatever events say") {
  house_scenario house{with_tokens()};
  auto room = made(house, "room");
  auto named = std::make_shared<token_claims>(token_claims{{"ann"}, "Ann"});
  bearer ann{house, named};
  CHECK(code_of(ann.result_of(ann.enter("room", {"bob", "Bob"}))) == errc::identity_mismatch);
  auto joined = std::get<joined_result>(ann.result_of(ann.enter("room", {"ann", "Queen"})));
  CHECK(joined.user.value == "ann");
  REQUIRE(joined.participants.size() == 1);
  CHECK(joined.participants[0].username == "Ann");
  // Without a name in the token it is what the client says.
  bearer bob{house, says("bob")};
  bob.enter("room", {{}, "Bob"});
  joined = std::get<joined_result>(bob.result_of(bob.enter("room", {{}, "Bobby"})));
  CHECK(joined.participants[1].username == "Bobby");
}

TEST_CASE("an operator by token enters without password, deletes and speaks for the server") {
  house_scenario house{with_tokens()};
  auto room = made(house, "room", "x");
  bearer bob{house, says("bob")};
  CHECK(code_of(bob.result_of(bob.enter("room"))) == errc::wrong_password);
  join_room with_password;
  with_password.password = "x";
  bob.send("room", with_password, {{}, "Bob"});
  auto posted = std::get<posted_result>(bob.result_of(bob.say("room", "mine")));
  auto id = posted.message->substr(posted.message->find("\"id\":\"") + 6);
  id.resize(id.find('"'));
  post_message system;
  system.text = "closing soon";
  system.type = "system";
  CHECK(code_of(bob.result_of(bob.push("room", system))) == errc::forbidden);

  bearer eve{house, says("eve")};
  eve.send("room", with_password, {{}, "Eve"});
  CHECK(code_of(eve.result_of(eve.push("room", delete_message{id}))) == errc::forbidden);

  bearer chief{house, says("chief", {}, true)};
  CHECK(std::holds_alternative<joined_result>(chief.result_of(chief.enter("room"))));
  CHECK(std::holds_alternative<done>(chief.result_of(chief.push("room", delete_message{id}))));
  auto told = std::get<posted_result>(chief.result_of(chief.push("room", system)));
  CHECK(told.message->find("\"type\":\"system\"") != std::string::npos);
}

TEST_CASE("without tokens nobody speaks for the server") {
  house_scenario house;
  auto room = house.create_room_named("room");
  client ann{house, "ann"};
  ann.join(room);
  post_message system;
  system.text = "t";
  system.type = "system";
  CHECK(ann.expect<failure>(ann.push(room, system)).code == errc::forbidden);
}

TEST_CASE("a newer token takes the place of the one before") {
  house_scenario house{with_tokens()};
  made(house, "a");
  made(house, "b");
  bearer ann{house, says("ann", opened_rooms{"a"})};
  ann.enter("a");
  CHECK(code_of(ann.result_of(ann.enter("b"))) == errc::forbidden);
  ann.show(says("ann", opened_rooms{"a", "b"}));
  CHECK(std::holds_alternative<joined_result>(ann.result_of(ann.enter("b"))));
  CHECK_FALSE(ann.close_code());
  // One that does not open where it is.
  ann.show(says("ann", opened_rooms{"b"}));
  CHECK(ann.close_code() == 4401);
  CHECK(code_of(ann.result_of(ann.say("a", "still here"))) == errc::forbidden);
}

TEST_CASE("a room is deleted by its creator or an operator") {
  house_scenario house{with_tokens()};
  made(house, "a");
  made(house, "b");
  auto asked_by = [&](const std::string& user, std::shared_ptr<const opened_rooms> rooms) {
    caller from;
    from.user.value = user;
    from.rooms = std::move(rooms);
    return house.ask_as(from, "a", delete_room{});
  };
  CHECK(code_of(asked_by("bob", nullptr)) == errc::forbidden);
  CHECK(code_of(asked_by("", nullptr)) == errc::forbidden);
  CHECK(code_of(asked_by("ann", std::make_shared<const opened_rooms>(opened_rooms{"b"})))
        == errc::forbidden);
  CHECK(std::holds_alternative<done>(asked_by("ann", nullptr)));
  CHECK(std::holds_alternative<done>(house.ask_as_operator("b", delete_room{})));
}
