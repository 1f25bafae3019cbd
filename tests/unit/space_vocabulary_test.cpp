// The words of spaces and of people (contract §3, S3 and S4): what becomes of what clients ask, and how
// events are spelled, on both wires.
#include "net/friend_spelling.hpp"
#include "net/space_spelling.hpp"
#include "support/two_wires.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace atrium;
using namespace atrium::test;

namespace {

const room_id hall{"hall"};
const user_id ann{"a\"nn"};

participant standing(const std::string& user, double x, double y) {
  participant p;
  p.user = {user};
  p.username = user + "'s name";
  p.place = {x, y};
  return p;
}

friend_profile profile(const std::string& id) {
  friend_profile p;
  p.user = {id};
  return p;
}

/// `fields` under that name, as it is spelled on every wire.
void check_spelled(const event& e, const std::string& name, const std::string& fields) {
  for (auto w : all_wires)
    CHECK(spelled(e, w)
          == (is_native(w) ? R"({"type":")" + name + "\"," + fields + "}"
                           : "42[\"" + name + "\",{" + fields + "}]"));
}

/// By base, messenger and space clients: `b`, `m`, `s`, or `-`.
std::string hearers(const event& e) {
  std::string out;
  for (auto [words, letter] :
       {std::pair{vocabulary::base, 'b'}, {vocabulary::messenger, 'm'}, {vocabulary::space, 's'}})
    out += is_heard_in(e, words) ? letter : '-';
  return out;
}

move_to moving(const std::string& coordinates) {
  return command<move_to>("move", R"("spaceId":"hall",)" + coordinates);
}

} // namespace

TEST_CASE("`join-space` and `leave-space` are join and leave in a space's words", "[space]") {
  auto e = good("join-space",
                R"("spaceId":"hall","userId":"ann","username":"Ann","password":"pw")");
  CHECK(e.room == "hall");
  CHECK(e.who.user == "ann");
  CHECK(e.who.username == "Ann");
  auto join = std::get<join_room>(e.command);
  CHECK(join.words == vocabulary::space);
  CHECK(join.password == "pw");
  CHECK_FALSE(join.since);
  CHECK_FALSE(good("join-space", R"("spaceId":"123456","username":"Ann")").who.user);
  CHECK(command<leave_room>("leave-space", R"("spaceId":"hall")").words == vocabulary::space);
  CHECK(bad("join-space", R"("username":"Ann")").sentence == "`spaceId` is missing");
  CHECK(bad("join-space", R"("roomId":"hall","username":"Ann")").sentence
        == "`spaceId` is missing");
  CHECK(bad("join-space", R"("spaceId":5)").sentence == "`spaceId` must be a string");
  CHECK(bad("join-space", R"("spaceId":"no space!")").code == errc::room_not_found);
  CHECK(bad("join-space", R"("spaceId":"hall","password":"")").code == errc::bad_request);
  CHECK(bad("join-space", R"("spaceId":"hall","username":"")").code == errc::bad_request);
  CHECK(bad("leave-space", "").sentence == "`spaceId` is missing");
}

TEST_CASE("`move` takes any numbers, and the space that was entered last", "[space]") {
  auto e = good("move", R"("spaceId":"hall","x":3.5,"y":-2)");
  CHECK(e.room == "hall");
  CHECK(std::get<move_to>(e.command).x == 3.5);
  CHECK(std::get<move_to>(e.command).y == -2);
  CHECK(good("move", R"("x":1,"y":2)").room.empty());
  CHECK(good("move", R"("spaceId":null,"x":1,"y":2)").room.empty());
  CHECK(moving(R"("x":1e2,"y":0)").x == 100);
  // What JavaScript makes of NaN and infinities; what no double holds.
  for (const auto* nowhere : {"null", "1e999", "-1e999"}) {
    CHECK_FALSE(std::isfinite(moving(R"("y":1,"x":)" + std::string{nowhere}).x));
    CHECK_FALSE(std::isfinite(moving(R"("x":1,"y":)" + std::string{nowhere}).y));
  }
  CHECK(bad("move", R"("spaceId":"hall","y":2)").sentence == "`x` is missing");
  CHECK(bad("move", R"("spaceId":"hall","x":2)").sentence == "`y` is missing");
  for (const auto* strange : {"\"1\"", "true", "{}", "[1]"}) {
    auto why = bad("move", R"("spaceId":"hall","y":1,"x":)" + std::string{strange});
    CHECK(why.sentence == "`x` must be a number");
    CHECK(why.code == errc::bad_request);
  }
  CHECK(bad("move", R"("spaceId":"","x":1,"y":2)").code == errc::room_not_found);
  CHECK(bad("move", R"("spaceId":7,"x":1,"y":2)").sentence == "`spaceId` must be a string");
}

TEST_CASE("`presence:status` is one of three", "[space]") {
  for (const auto* status : {"online", "busy", "away"}) {
    auto s = command<set_status>("presence:status",
                                 R"("roomId":"hall","status":")" + std::string{status} + "\"");
    CHECK(s.status == status);
    CHECK(s.text.empty());
  }
  auto lunch = command<set_status>("presence:status",
                                   R"("roomId":"r","status":"busy","text":" at lunch ")");
  CHECK(lunch.text == " at lunch ");
  CHECK(bad("presence:status", R"("roomId":"r","status":"gone")").sentence
        == R"(`status` must be "online", "busy" or "away")");
  CHECK(bad("presence:status", R"("roomId":"r")").sentence == "`status` is missing");
  CHECK(bad("presence:status", R"("roomId":"r","status":1)").sentence
        == "`status` must be a string");
  CHECK(bad("presence:status", R"("roomId":"r","status":"busy","text":1)").sentence
        == "`text` must be a string");
  CHECK(bad("presence:status", R"("spaceId":"r","status":"busy")").sentence
        == "`roomId` is missing");
}

TEST_CASE("a failure that was told needs no `error`, but its answer", "[space]") {
  failure rejected{errc::bad_request, "outside", std::chrono::milliseconds{0}, true};
  CHECK(net::encode_result(rejected, "", "move") == nullptr);
  CHECK(net::encode_socketio_result(rejected, "", "move") == nullptr);
  CHECK(payload(net::encode_result(rejected, "7", "move"))
        == R"({"type":"ack","ref":7,"success":false,"error":"outside","code":"bad_request"})");
  CHECK(payload(net::encode_socketio_result(rejected, "7", "move"))
        == R"(437[{"success":false,"error":"outside","code":"bad_request"}])");
  rejected.is_told = false;
  CHECK(net::encode_result(rejected, "", "move") != nullptr);
  CHECK(net::encode_socketio_result(rejected, "", "move") != nullptr);
}

TEST_CASE("the result of `join-space`", "[space]") {
  space_joined_result r{hall, 1, {"ann"}, "abc", 5, {50, 49.5}};
  const std::string members
      = R"("success":true,"spaceId":"hall","userId":"ann","epoch":"abc","seq":5,)"
        R"("spawn":{"x":50,"y":49.5}})";
  CHECK(payload(net::encode_result(r, "1", "join-space")) == R"({"type":"ack","ref":1,)" + members);
  CHECK(payload(net::encode_socketio_result(r, "1", "join-space")) == "431[{" + members + "]");
  CHECK(net::encode_result(r, "", "join-space") == nullptr);
}

TEST_CASE("what is said to who enters a space", "[space]") {
  space_entered e{hall, {50, 50}, {standing("bob", 1, 2.25), standing("eve", 0.5, 99)}, false};
  e.users[1].status = "away";
  e.users[1].text = "tea";
  e.users[1].place.reset();
  const std::string fields
      = R"("spaceId":"hall","spawn":{"x":50,"y":50},"users":[)"
        R"({"userId":"bob","username":"bob's name","x":1,"y":2.25,"status":"online"},)"
        R"({"userId":"eve","username":"eve's name","x":50,"y":50,"status":"away","text":"tea"}])";
  check_spelled(e, "space-joined", fields);
  e.resync = true;
  check_spelled(e, "space-joined", fields + R"(,"resync":true)");
  check_spelled(space_entered{hall, {0, 0}, {}, false}, "space-joined",
                R"("spaceId":"hall","spawn":{"x":0,"y":0},"users":[])");
}

TEST_CASE("what is said of those in a space", "[space]") {
  const std::string about = R"("spaceId":"hall","userId":"a\"nn")";
  check_spelled(space_user_joined{hall, ann, "Ann", {1, 2}, false}, "user-joined-space",
                about + R"(,"username":"Ann","x":1,"y":2)");
  check_spelled(space_user_joined{hall, ann, "Ann", {1, 2}, true}, "user-joined-space",
                about + R"(,"username":"Ann","x":1,"y":2,"returned":true)");
  check_spelled(space_user_moved{hall, ann, {0.1, 1e-7}}, "user-moved",
                about + R"(,"x":0.1,"y":1e-07)");
  check_spelled(movement_rejected{hall, {3, 4.5}}, "movement-rejected",
                R"("spaceId":"hall","x":3,"y":4.5)");
  check_spelled(space_user_away{hall, ann}, "user-away-space", about);
  check_spelled(space_user_left{hall, ann}, "user-left-space", about);
  participant busy;
  busy.user = {"bob"};
  busy.username = "Bob";
  busy.status = "busy";
  busy.connections = 2;
  busy.joined_at = 17;
  busy.text = "at lunch";
  check_spelled(space_users_changed{hall, {busy}, 3}, "presence:delta",
                R"("roomId":"hall","joined":[],"left":[],"changed":[{"userId":"bob",)"
                R"("username":"Bob","status":"busy","connections":2,"joinedAt":17,)"
                R"("text":"at lunch"}],"count":3)");
}

TEST_CASE("what is said of friends", "[space][messenger]") {
  auto bob = profile("bob");
  bob.username = "Bob \"B\"";
  bob.name = "";
  bob.profile_image = "https://x/y.png";
  const std::string whole
      = R"("id":"bob","username":"Bob \"B\"","name":"","profileImage":"https://x/y.png")";
  check_spelled(user_offline{hall, ann}, "userOffline", R"("userId":"a\"nn","roomId":"hall")");
  check_spelled(friends_status{{{bob, true}, {profile("eve"), false}}}, "onlineStatus",
                R"("friends":[{)" + whole + R"(,"isOnline":true},{"id":"eve","isOnline":false}])");
  check_spelled(friends_status{}, "onlineStatus", R"("friends":[])");
  check_spelled(friend_online{bob}, "friendOnline", R"("userId":"bob","user":{)" + whole + "}");
  check_spelled(friend_offline{ann}, "friendOffline", R"("userId":"a\"nn")");
}

TEST_CASE("no vocabulary hears what is only another's", "[space][messenger]") {
  const std::vector<event> spaces{space_user_joined{hall, ann, "Ann", {}, false},
                                  space_user_moved{hall, ann, {}}, space_user_away{hall, ann},
                                  space_user_left{hall, ann}, space_users_changed{hall, {}, 0}};
  for (const auto& e : spaces) CHECK(hearers(e) == "--s");
  CHECK(hearers(presence_updated{hall, {}, 0, false}) == "b--");
  CHECK(hearers(presence_changed{hall, {}, {}, {}, 0}) == "b--");
  CHECK(hearers(board_digest_told{hall, 1, {}}) == "b--");
  CHECK(hearers(user_offline{hall, ann}) == "-m-");
  // What is said in a room is for all who are there, and what is said to one is for that one.
  const std::vector<event> all{chat_posted{},
                               message_edited{hall, "m", "x", 1, 2},
                               message_deleted{hall, "m", 1, 2},
                               board_updated{hall, {}, 1},
                               board_patched{hall, {}, 1, 1},
                               cursor_moved{hall, ann, "Ann", ""},
                               typing_changed{hall, ann, "Ann", true},
                               room_seq_told{hall, "e", 1},
                               room_closed_event{hall, "deleted"},
                               space_entered{hall, {}, {}, false},
                               movement_rejected{hall, {}},
                               friends_status{},
                               friend_online{profile("bob")},
                               friend_offline{ann}};
  for (const auto& e : all) CHECK(hearers(e) == "bms");
}

TEST_CASE("a session's wire follows the words of its last entry", "[space][messenger]") {
  for (auto w : {wire::native, wire::socketio, wire::socketio_recoverable}) {
    CHECK(in_words(w, vocabulary::base) == w);
    for (auto words : {vocabulary::messenger, vocabulary::space}) {
      CHECK(words_of(in_words(w, words)) == words);
      CHECK(is_native(in_words(w, words)) == is_native(w));
    }
  }
  // Chat reaches a space's client as it does everybody, and a messenger's in its own words.
  chat_posted said{text(R"({"type":"text","id":"m","roomId":"r","userId":"u","message":"hi"})"), 3};
  CHECK(spelled(said, wire::native_space) == spelled(said, wire::native));
  CHECK(spelled(said, wire::socketio_space) == spelled(said, wire::socketio));
  CHECK(spelled(said, wire::native_messenger).starts_with(R"({"type":"message",)"));
}
