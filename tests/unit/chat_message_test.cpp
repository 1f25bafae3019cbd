// The JSON of chat messages, there and back, and their ids; the event names of commands.
#include "actors/chat_message.hpp"

#include "actors/commands.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace atrium;

namespace {

chat_message hello() {
  chat_message m;
  m.id = "000000000007-epoch1";
  m.room = "123456";
  m.seq = 7;
  m.user = "u1";
  m.username = "Alice";
  m.text = "Hello \"you\"";
  m.timestamp = 1'696'425'601'000;
  return m;
}

} // namespace

TEST_CASE("message: type comes first, then the contract's fields", "[chat_message]") {
  CHECK(to_json(hello())
        == R"({"type":"text","id":"000000000007-epoch1","roomId":"123456","seq":7,"userId":"u1",)"
           R"("username":"Alice","message":"Hello \"you\"","timestamp":1696425601000})");
  chat_message m = hello();
  m.user_image = "https://x/y.png";
  m.reply_to = "000000000001-epoch1";
  m.metadata = R"({"a":[1]})";
  m.client_message_id = "c-1";
  CHECK(to_json(m)
        == R"({"type":"text","id":"000000000007-epoch1","roomId":"123456","seq":7,"userId":"u1",)"
           R"("username":"Alice","userImage":"https://x/y.png","message":"Hello \"you\"",)"
           R"("timestamp":1696425601000,"replyTo":"000000000001-epoch1","metadata":{"a":[1]},)"
           R"("clientMessageId":"c-1"})");
}

TEST_CASE("message: what was stored is read back byte for byte", "[chat_message]") {
  chat_message m = hello();
  m.client_message_id = "c-1";
  const std::string json = to_json(m);
  const auto stored = read_stored_message(json);
  REQUIRE(stored);
  CHECK(stored->id == m.id);
  CHECK(stored->seq == 7);
  CHECK(stored->user.value == m.user);
  CHECK(stored->client_message_id == "c-1");
  CHECK(*stored->json == json);
}

TEST_CASE("message: an older server's message is taken in, with type put first", "[chat_message]") {
  const auto stored = read_stored_message(
      R"({"id":"msg-1","userId":"u1", "username":"Alice","message":"Hello!",)"
      R"("timestamp":1,"mood":{"x":1}})");
  REQUIRE(stored);
  CHECK(stored->id == "msg-1");
  CHECK(stored->seq == 0);
  CHECK(stored->client_message_id.empty());
  CHECK(*stored->json
        == R"({"type":"text","id":"msg-1","userId":"u1","username":"Alice","message":"Hello!",)"
           R"("timestamp":1,"mood":{"x":1}})");
}

TEST_CASE("message: type moves to the front wherever and however it stood", "[chat_message]") {
  const auto json = GENERATE(as<std::string>{}, R"({"id":"a","type":"image","message":"m"})",
                             R"({"\u0074ype":"image","id":"a","message":"m"})",
                             R"({"type":"file","id":"a","message":"m","type":"image"})",
                             R"({ "type" : "image" , "id":"a","message":"m"})");
  const auto stored = read_stored_message(json);
  REQUIRE(stored);
  CHECK(*stored->json == R"({"type":"image","id":"a","message":"m"})");
}

TEST_CASE("message: seq is taken from the id when the message has none", "[chat_message]") {
  const auto stored = read_stored_message(R"({"id":"0000000000ff-e","message":"m"})");
  REQUIRE(stored);
  CHECK(stored->seq == 255);
}

TEST_CASE("message: a tombstone without a text is a message", "[chat_message]") {
  CHECK(read_stored_message(R"({"type":"text","id":"a","deletedAt":5})"));
}

TEST_CASE("message: anything else is none", "[chat_message]") {
  const auto text = GENERATE(as<std::string>{}, "", "[]", "\"a\"", "{}", "{\"id\":\"a\"}",
                             "{\"message\":\"m\"}", "{\"id\":1,\"message\":\"m\"}",
                             "{\"id\":\"\",\"message\":\"m\"}", "{\"id\":\"a\",\"message\":1}",
                             "{\"id\":\"a\",\"message\":\"m\"",
                             "{\"id\":\"a\",\"message\":\"\xFF\"}");
  INFO(text);
  CHECK_FALSE(read_stored_message(text));
}

TEST_CASE("message: ids sort as text in the order of their seq", "[chat_message]") {
  std::string last;
  for (const seq_t seq :
       {1LL, 2LL, 9LL, 10LL, 15LL, 16LL, 255LL, 4'096LL, 1LL << 40, (1LL << 48) - 1}) {
    const std::string id = make_message_id(seq, "e");
    CHECK(id > last);
    CHECK(seq_of_message_id(id) == seq);
    last = id;
  }
  CHECK(make_message_id(26, "abc") == "00000000001a-abc");
}

TEST_CASE("message: other texts are no ids of ours", "[chat_message]") {
  for (const std::string_view id :
       {"", "msg-1", "00000000001a", "00000000001a-", "00000000001A-e", "0000000001a-e",
        "00000000001a_e", " 0000000001a-e", "-0000000001a-e"})
    CHECK_FALSE(seq_of_message_id(id));
}

TEST_CASE("command: each knows the name of its event", "[chat_message]") {
  CHECK(event_name(room_command{join_room{}}) == "join");
  CHECK(event_name(room_command{post_message{}}) == "chat:message");
  CHECK(event_name(room_command{patch_board{}}) == "whiteboard:patch");
  CHECK(event_name(room_command{drop_connection{}}) == "drop");
}

TEST_CASE("message: an edit changes the text and nothing else", "[chat_message]") {
  auto m = *read_stored_message(
      R"({"type":"text","id":"000000000001-0123456789abcdef","seq":1,"userId":"u","message":"a",)"
      R"("timestamp":5,"metadata":{"message":"kept"},"clientMessageId":"c"})");
  REQUIRE(m.timestamp == 5);
  REQUIRE(m.is_text);
  auto once = with_text(m, "b\"", 7);
  REQUIRE(*once.json
          == R"({"type":"text","id":"000000000001-0123456789abcdef","seq":1,"userId":"u",)"
             R"("message":"b\"","timestamp":5,"metadata":{"message":"kept"},"clientMessageId":"c",)"
             R"("editedAt":7})");
  REQUIRE(text_of(*once.json) == "b\"");
  auto twice = with_text(once, "c", 9);
  REQUIRE(twice.json->ends_with(R"("clientMessageId":"c","editedAt":9})"));
  REQUIRE(twice.client_message_id == "c");
}

TEST_CASE("message: a tombstone keeps who and when, and no text", "[chat_message]") {
  auto m = *read_stored_message(
      R"({"type":"image","id":"000000000001-0123456789abcdef","seq":1,"userId":"u","message":"a",)"
      R"("timestamp":5,"metadata":{"url":"x"},"clientMessageId":"c"})");
  REQUIRE_FALSE(m.is_text);
  auto gone = tombstone_of(m, 8);
  REQUIRE(gone.is_deleted);
  REQUIRE(*gone.json
          == R"({"type":"image","id":"000000000001-0123456789abcdef","seq":1,"userId":"u",)"
             R"("message":"","timestamp":5,"clientMessageId":"c","deletedAt":8})");
  auto read = read_stored_message(*gone.json);
  REQUIRE(read);
  REQUIRE(read->is_deleted);
  REQUIRE(text_of(*gone.json).empty());
}
