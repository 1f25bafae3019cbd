// The messenger's words (contract §3): what becomes of them on both wires, and how events are spelled
// for those who speak them.
#include "support/two_wires.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace atrium;
using namespace atrium::test;

namespace {

bool is_typing(const std::string& members) {
  return command<set_typing>("typing", R"("roomId":"r",)" + members).is_typing;
}

chat_posted posted(const std::string& members) {
  return {text(R"({"type":"text",)" + members + "}"), 8};
}

} // namespace

TEST_CASE("`register` is about no room", "[messenger]") {
  auto e = good("register", R"("userId":"u1","username":"Ann")");
  REQUIRE(e.of_user);
  CHECK(std::holds_alternative<register_me>(*e.of_user));
  CHECK(e.room.empty());
  CHECK(e.who.user == "u1");
  CHECK(e.who.username == "Ann");
  auto bare = good("register", R"("userId":"u1")");
  CHECK(bare.of_user);
  CHECK_FALSE(bare.who.username);
  // The query string may have said it; if nobody did, the connection makes one up.
  CHECK_FALSE(good("register", R"("x":1)").who.user);
  CHECK(bad("register", R"("userId":5)").sentence == "`userId` must be a string");
  CHECK(bad("register", R"("userId":"")").code == errc::bad_request);
  CHECK(bad("register", R"("userId":"u","username":"")").code == errc::bad_request);
}

TEST_CASE("friends are asked for and listed without a room", "[messenger]") {
  auto asked = good("getOnlineStatus", R"("userId":"u1")");
  REQUIRE(asked.of_user);
  CHECK(std::holds_alternative<get_online_status>(*asked.of_user));
  CHECK(asked.who.user == "u1");
  auto listed = good("setFriends", R"("friends":[{"id":"a","name":"","username":null},)"
                                   R"({"id":"b","username":"B","profileImage":"p"}])");
  REQUIRE(listed.of_user);
  const auto& friends = std::get<set_friends>(*listed.of_user).friends;
  REQUIRE(friends.size() == 2);
  CHECK(friends[0].name == "");
  CHECK_FALSE(friends[0].username);
  CHECK(friends[1].profile_image == "p");
  CHECK(bad("setFriends", R"("x":1)").sentence == "`friends` must be an array of objects");
  CHECK(bad("setFriends", R"("friends":["a"])").code == errc::bad_request);
  CHECK(bad("setFriends", R"("friends":[{"id":""}])").code == errc::bad_request);
}

TEST_CASE("`joinRoom` and `leaveRoom` are join and leave with a mark", "[messenger]") {
  auto e = good("joinRoom", R"("userId":"u1","roomId":"r-1","password":"pw")");
  CHECK(e.room == "r-1");
  CHECK(e.who.user == "u1");
  auto join = std::get<join_room>(e.command);
  CHECK(join.words == vocabulary::messenger);
  CHECK(join.password == "pw");
  CHECK_FALSE(join.since);
  CHECK_FALSE(command<join_room>("joinRoom", R"("roomId":"r")").password);
  CHECK(command<join_room>("join", R"("roomId":"r","password":"p")").words == vocabulary::base);
  CHECK(command<leave_room>("leaveRoom", R"("userId":"u1","roomId":"r")").words
        == vocabulary::messenger);
  CHECK(command<leave_room>("leave", R"("roomId":"r")").words == vocabulary::base);
  CHECK(bad("joinRoom", R"("userId":"u1")").sentence == "`roomId` is missing");
  CHECK(bad("joinRoom", R"("roomId":"no room!")").code == errc::room_not_found);
  CHECK(bad("joinRoom", R"("roomId":"r","password":"")").code == errc::bad_request);
  CHECK(bad("leaveRoom", R"("userId":"u1")").sentence == "`roomId` is missing");
}

TEST_CASE("`message` posts its content", "[messenger]") {
  auto e = good("message", R"("userId":"u1","roomId":"r","content":" hi \"there\" ")");
  CHECK(e.room == "r");
  CHECK(e.who.user == "u1");
  auto p = std::get<post_message>(e.command);
  CHECK(p.text == " hi \"there\" ");
  CHECK(p.type == "text");
  CHECK_FALSE(p.durable);
  CHECK_FALSE(p.client_message_id);
  auto sure = command<post_message>(
      "message", R"("roomId":"r","content":"x","clientMessageId":"c1","durable":true)");
  CHECK(sure.client_message_id == "c1");
  CHECK(sure.durable);
  CHECK(bad("message", R"("roomId":"r")").sentence == "`content` is missing");
  CHECK(bad("message", R"("roomId":"r","content":5)").sentence == "`content` must be a string");
  CHECK(bad("message", R"("roomId":"r","content":"x","durable":1)").code == errc::bad_request);
  CHECK(bad("message", R"("content":"x")").sentence == "`roomId` is missing");
}

TEST_CASE("`typing` takes both spellings", "[messenger]") {
  CHECK(is_typing(R"("isTyping":true)"));
  CHECK_FALSE(is_typing(R"("isTyping":false)"));
  for (auto content : {"true", "\"…\"", "\"0\"", "\"\\n\"", "1", "-0.5", "1e999", "{}", "[]"})
    CHECK(is_typing(R"("content":)" + std::string{content}));
  for (auto content : {"false", "\"\"", "0", "-0", "0.0e5", "null"})
    CHECK_FALSE(is_typing(R"("content":)" + std::string{content}));
  CHECK_FALSE(is_typing(R"("content":"text","isTyping":false)"));
  CHECK(bad("typing", R"("roomId":"r")").sentence == "`isTyping` is missing");
  CHECK(bad("typing", R"("roomId":"r","isTyping":"yes","content":true)").code == errc::bad_request);
}

TEST_CASE("a chat message is a `message` to messengers", "[messenger]") {
  auto e = posted(
      R"("id":"m1","roomId":"r","seq":8,"userId":"u\"1","username":"Ann","message":"a\n\"b\" ü",)"
      R"("timestamp":17,"replyTo":"m0","metadata":{"message":"no","id":[1]},"clientMessageId":"c")");
  const std::string members
      = R"("roomId":"r","senderId":"u\"1","content":"a\n\"b\" ü","timestamp":17,"id":"m1","seq":8})";
  CHECK(spelled(e, wire::native_messenger) == R"({"type":"message",)" + members);
  CHECK(spelled(e, wire::socketio_messenger) == R"(42["message",{)" + members + "]");
  // Others hear what they ever heard.
  CHECK(spelled(e, wire::native).starts_with(R"({"type":"chat:message","messageType":"text",)"));
  CHECK(spelled(e, wire::socketio).starts_with(R"(42["chat:message",{"type":"text","id":"m1",)"));
  CHECK(spelled(e, wire::socketio_recoverable).ends_with(R"("clientMessageId":"c"},"epoch:8"])"));
}

TEST_CASE("messages of older servers, and deleted ones, are spelled as far as they go",
          "[messenger]") {
  CHECK(spelled(posted(R"("message":"x","roomId":"r","id":"m")"), wire::native_messenger)
        == R"({"type":"message","roomId":"r","content":"x","id":"m"})");
  CHECK(spelled(posted(R"("id":"m","roomId":"r","seq":3,"deletedAt":5)"), wire::native_messenger)
        == R"({"type":"message","roomId":"r","content":"","id":"m","seq":3})");
}

TEST_CASE("queued messages say what they are on every wire", "[messenger]") {
  auto one = posted(R"("id":"m1","roomId":"r","seq":1,"userId":"u","message":"a","timestamp":5)");
  auto two = posted(R"("id":"m2","roomId":"s","seq":9,"userId":"u","message":"b","timestamp":6)");
  const std::string fields
      = R"("count":2,"messages":[)"
        R"({"type":"message","roomId":"r","senderId":"u","content":"a","timestamp":5,"id":"m1","seq":1},)"
        R"({"type":"message","roomId":"s","senderId":"u","content":"b","timestamp":6,"id":"m2","seq":9}]})";
  offline_messages_sent sent{{one.message, two.message}};
  for (auto w : all_wires)
    CHECK(spelled(sent, w)
          == (is_native(w) ? R"({"type":"offlineMessages",)" + fields
                           : R"(42["offlineMessages",{)" + fields + "]"));
  CHECK(spelled(offline_messages_sent{}, wire::native_messenger)
        == R"({"type":"offlineMessages","count":0,"messages":[]})");
}

TEST_CASE("the messenger's own events", "[messenger]") {
  const room_id room{"r"};
  CHECK(spelled(user_registered{{"u"}}, wire::native_messenger)
        == R"({"type":"registered","userId":"u"})");
  CHECK(spelled(user_registered{{"u"}}, wire::socketio) == R"(42["registered",{"userId":"u"}])");
  CHECK(spelled(messenger_joined{room, {{"a"}, {"b\""}}}, wire::native_messenger)
        == R"({"type":"joinedRoom","roomId":"r","participants":["a","b\""]})");
  CHECK(spelled(messenger_joined{room, {}}, wire::socketio_messenger)
        == R"(42["joinedRoom",{"roomId":"r","participants":[]}])");
  CHECK(spelled(messenger_left{room}, wire::socketio_messenger)
        == R"(42["leftRoom",{"roomId":"r"}])");
}

TEST_CASE("all other events are spelled as on the wire below", "[messenger]") {
  const room_id room{"r"};
  participant p;
  p.user = {"u"};
  const std::vector<event> others{message_edited{room, "m", "x", 1, 2},
                                  message_deleted{room, "m", 1, 2},
                                  chat_history_sent{room, {text("{}")}, true},
                                  board_state_sent{room, {}, 8, true},
                                  board_updated{room, {}, 8},
                                  board_patched{room, {text("{}")}, 5, 9},
                                  cursor_moved{room, {"u"}, "n", "\"x\":1"},
                                  typing_changed{room, {"u"}, "n", true},
                                  presence_updated{room, {p}, 1, false},
                                  presence_changed{room, {p}, {}, {}, 1},
                                  room_seq_told{room, "epoch", 8},
                                  room_closed_event{room, "deleted"}};
  for (const auto& e : others) {
    CHECK(spelled(e, wire::native_messenger) == spelled(e, wire::native));
    // Never an offset: a room that is heard so is not returned to.
    CHECK(spelled(e, wire::socketio_messenger) == spelled(e, wire::socketio));
  }
}
