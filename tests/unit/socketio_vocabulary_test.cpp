// Atrium's events over Socket.IO: what packets become commands, and the exact text of every result and
// every event, on the wire of clients that come back as well as on that of those that don't.
#include "net/event_spelling.hpp"
#include "net/socketio_vocabulary.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace atrium;
using namespace atrium::net;
using namespace std::chrono_literals;

namespace {

const settings& config() {
  static const settings defaults;
  return defaults;
}

using outcome = std::variant<socketio_command, socketio_refusal>;

/// A packet as it comes: its text and the attachments behind it.
outcome read(std::string_view text, const std::vector<std::string>& attachments = {},
             const settings& with = config()) {
  socketio::decoder decoder{{}};
  auto got = decoder.take_text(text);
  for (const auto& bytes : attachments) got = decoder.take_binary(bytes);
  INFO(text);
  REQUIRE(std::holds_alternative<socketio::packet>(got));
  return read_socketio_command(std::get<socketio::packet>(got), with);
}

socketio_command good(std::string_view text, const std::vector<std::string>& attachments = {}) {
  auto got = read(text, attachments);
  if (auto* no = std::get_if<socketio_refusal>(&got)) FAIL(text << ": " << no->why.sentence);
  return std::get<socketio_command>(std::move(got));
}

socketio_refusal bad(std::string_view text, const std::vector<std::string>& attachments = {},
                     const settings& with = config()) {
  auto got = read(text, attachments, with);
  INFO(text);
  REQUIRE(std::holds_alternative<socketio_refusal>(got));
  return std::get<socketio_refusal>(std::move(got));
}

template <class Command>
Command command(std::string_view text, const std::vector<std::string>& attachments = {}) {
  auto c = good(text, attachments);
  INFO(text);
  REQUIRE(std::holds_alternative<Command>(c.command));
  return std::get<Command>(std::move(c.command));
}

std::string join_since(std::string_view since) {
  return R"(2["join",{"roomId":"1","since":)" + std::string{since} + "}]";
}

std::string payload(std::string_view bytes) {
  auto length = static_cast<unsigned char>(bytes[1]);
  return std::string{bytes.substr(length < 126 ? 2 : length == 126 ? 4 : 10)};
}

std::string answer(const command_result& outcome, std::string_view ref = "7",
                   std::string_view event = "e") {
  return payload(*encode_socketio_result(outcome, ref, event));
}

std::string spelled(const event& e, wire w, const position& at = {}) {
  return payload(*vocabularies().encode(e, w, at));
}

/// The event's text is `42[<inside>]`, with its offset in it where that is wanted and there is one.
void check_spelling(const event& e, const std::string& inside) {
  INFO(inside);
  const position at{"epoch", 8};
  CHECK(spelled(e, wire::socketio) == "42[" + inside + "]");
  CHECK(spelled(e, wire::socketio, at) == "42[" + inside + "]");
  CHECK(spelled(e, wire::socketio_recoverable) == "42[" + inside + "]");
  CHECK(spelled(e, wire::socketio_recoverable, at) == "42[" + inside + R"(,"epoch:8"])");
  CHECK(spelled(e, wire::socketio_recoverable, {"x", 0}) == "42[" + inside + R"(,"x:0"])");
}

shared_text text(std::string s) {
  return std::make_shared<const std::string>(std::move(s));
}

board_view board_of(std::vector<shared_text> elements, std::int64_t version) {
  return {std::make_shared<const std::vector<shared_text>>(std::move(elements)), version, 9};
}

} // namespace

TEST_CASE("over Socket.IO every event with its object is a command") {
  command<join_room>(R"(2["join",{"roomId":"1"}])");
  command<leave_room>(R"(2["leave",{"roomId":"1"}])");
  command<post_message>(R"(2["chat:message",{"roomId":"1","message":"m"}])");
  command<get_history>(R"(2["chat:history",{"roomId":"1"}])");
  command<change_board>(R"(2["whiteboard-change",{"roomId":"1","elements":[]}])");
  command<patch_board>(R"(2["whiteboard:patch",{"roomId":"1","elements":[]}])");
  command<clear_board>(R"(2["whiteboard:clear",{"roomId":"1"}])");
  command<move_cursor>(R"(2["cursor",{"roomId":"1","x":1,"y":2}])");
  command<set_typing>(R"(2["typing",{"roomId":"1","isTyping":true}])");
  command<list_presence>(R"(2["presence:list",{"roomId":"1"}])");
  command<edit_message>(R"(2["chat:edit",{"roomId":"1","id":"m","message":"x"}])");
  command<delete_message>(R"(2["chat:delete",{"roomId":"1","id":"m"}])");
  command<search_messages>(R"(2["chat:search",{"roomId":"1","query":"x"}])");
  auto joined = command<join_room>(R"(2["join",{"roomId":"1","password":"p"}])");
  CHECK(joined.password == "p");
  CHECK_FALSE(joined.is_admitted);
}

TEST_CASE("over Socket.IO a join names room, user and board") {
  auto c = good(
      R"(2["join", {"roomId":"a-b_C","userId":"u","username":"Ü","whiteboard":"patch"}])");
  CHECK(c.room == "a-b_C");
  CHECK(c.who.user == "u");
  CHECK(c.who.username == "Ü");
  CHECK(std::get<join_room>(c.command).patch_board);
  CHECK_FALSE(std::get<join_room>(c.command).since);
  CHECK_FALSE(command<join_room>(R"(2["join",{"roomId":"1"}])").patch_board);
}

TEST_CASE("the id of a packet is what its answer goes by") {
  CHECK(good(R"(2["leave",{"roomId":"1"}])").ref.empty());
  CHECK(good(R"(20["leave",{"roomId":"1"}])").ref == "0");
  CHECK(good(R"(2007["leave",{"roomId":"1"}])").ref == "7");
  CHECK(good(R"(29007199254740991["leave",{"roomId":"1"}])").ref == "9007199254740991");
  CHECK(bad(R"(212["dance",{}])").ref == "12");
  CHECK(bad(R"(212["leave",5])").ref == "12");
  CHECK(bad(R"(212["leave",{}])").ref == "12");
  CHECK(good(R"(2["leave",{"roomId":"1","ref":"of the native wire"}])").ref.empty());
}

TEST_CASE("the first argument of an event is its object, and the others are nobody's") {
  CHECK(good(R"(2["leave",{"roomId":"1"},{"roomId":"2"},5,"epoch:5"])").room == "1");
  for (auto text : {R"(21["leave"])", R"(21["leave",null])", R"(21["leave",null,{"roomId":"1"}])",
                    R"(21["leave",{}])"}) {
    auto no = bad(text);
    CHECK(no.why.code == errc::bad_request);
    CHECK(no.why.sentence == "`roomId` is missing");
  }
  for (std::string value : {"5", "\"123456\"", "[{\"roomId\":\"1\"}]", "true", "false", "\"\""}) {
    auto no = bad(R"(21["leave",)" + value + "]");
    CHECK(no.why.code == errc::bad_request);
    CHECK(no.why.sentence == "the first argument of an event is an object");
    CHECK(no.event == "leave");
    CHECK(no.ref == "1");
  }
}

TEST_CASE("over Socket.IO `type` is the type of a message") {
  auto chat = [](std::string_view members) {
    return R"(2["chat:message",{"roomId":"1","message":"m")" + std::string{members} + "}]";
  };
  auto p = command<post_message>(
      chat(R"(,"type":"text","clientMessageId":"c","metadata":{ "a" : 1 },"durable":true)"));
  CHECK(p.text == "m");
  CHECK(p.client_message_id == "c");
  CHECK(p.metadata == R"({"a":1})");
  CHECK(p.durable);
  command<post_message>(chat(R"(,"type":null)"));
  CHECK(bad(chat(R"(,"type":"image")")).why.sentence
        == "`metadata` is missing: {url, name, size, mimeType}");
  CHECK(bad(chat(R"(,"type":"video")")).why.sentence
        == "`type` must be \"text\", \"image\" or \"file\"");
  CHECK(command<post_message>(chat(R"(,"type":"system")")).type == "system");
  p = command<post_message>(chat(
      R"(,"type":"file","metadata":{"url":"https://a","name":"n","size":0,"mimeType":"a/b"})"));
  CHECK(p.type == "file");
  CHECK(bad(chat(R"(,"type":5)")).why.sentence == "`type` must be a string");
  CHECK(bad(chat(R"(,"type":"")")).why.code == errc::bad_request);
  // The native wire's name for it means nothing here.
  command<post_message>(chat(R"(,"messageType":"image")"));
  command<leave_room>(R"(2["leave",{"roomId":"1","type":"dance"}])");
}

TEST_CASE("over Socket.IO a cursor keeps the sender's own members, and no others") {
  auto c = command<move_cursor>(R"(2["cursor",{"roomId":"1","userId":"u","username":"n","ref":1,)"
                                R"("type":"x","x":1.5,"y":-2, "tool":{"a": 1}}])");
  CHECK(c.fields == R"("x":1.5,"y":-2,"tool":{"a":1})");
}

TEST_CASE("an event that clients can't send is refused by its name") {
  for (std::string name : {"dance", "chat:forget", "Join", "join ", "", "error", "server:shutdown",
                           "room", "whiteboard", "stats", "delete", "resync", "drop"}) {
    auto no = bad("21[\"" + name + R"(",{"roomId":"1"}])");
    CHECK(no.why.code == errc::unknown_event);
    CHECK(no.event == name);
    CHECK(no.ref == "1");
  }
  CHECK(bad("2[5,{}]").event == "5");
  CHECK(bad("2[\"" + std::string(500, 'x') + "\"]").event == std::string(64, 'x'));
  CHECK(bad("2[\"" + std::string(63, 'x') + "ü\"]").event.empty());
}

TEST_CASE("a packet that says nothing is no command") {
  CHECK(bad("2").why.code == errc::bad_request);
  CHECK(bad("27").ref == "7");
}

TEST_CASE("room, user and fields have their forms over Socket.IO, too") {
  CHECK(bad(R"(2["leave",{"roomId":5}])").why.sentence == "`roomId` must be a string");
  CHECK(bad(R"(2["leave",{"roomId":"no room"}])").why.code == errc::room_not_found);
  CHECK(bad(R"(2["leave",{"roomId":"1","userId":""}])").why.code == errc::bad_request);
  CHECK(bad(R"(2["typing",{"roomId":"1"}])").why.sentence == "`isTyping` is missing");
  CHECK(bad(R"(2["typing",{"roomId":"1"}])").event == "typing");
}

TEST_CASE("`since` says what a client of Socket.IO has of a room") {
  auto since = command<join_room>(join_since(R"({"epoch":"e","seq":5,"own":[1,2]})")).since;
  REQUIRE(since);
  CHECK(since->epoch == "e");
  CHECK(since->seq == 5);
  CHECK(since->own.empty());
  CHECK(command<join_room>(join_since(R"({"seq":0,"epoch":""})")).since->seq == 0);
  CHECK(command<join_room>(join_since(R"({"epoch":"e","seq":9007199254740991})")).since->seq
        == 9'007'199'254'740'991);
  CHECK_FALSE(command<join_room>(join_since("null")).since);
  for (auto value :
       {"5", "\"e:5\"", "true", "[]", R"([{"epoch":"e","seq":5}])", "{}", R"({"epoch":"e"})",
        R"({"seq":5})", R"({"epoch":null,"seq":5})", R"({"epoch":"e","seq":null})",
        R"({"epoch":5,"seq":5})", R"({"epoch":"e","seq":"5"})", R"({"epoch":"e","seq":-1})",
        R"({"epoch":"e","seq":1.5})", R"({"epoch":"e","seq":9007199254740992})",
        R"({"epoch":"e","seq":1e30})", R"({"epoch":"e","seq":[5]})"}) {
    INFO(value);
    auto no = bad(join_since(value));
    CHECK(no.why.code == errc::bad_request);
    CHECK(no.why.sentence.find("`since`") != std::string::npos);
    CHECK(no.event == "join");
  }
  CHECK(good(join_since(R"({"epoch":")" + std::string(128, 'e') + R"(","seq":5})")).room == "1");
  CHECK(bad(join_since(R"({"epoch":")" + std::string(129, 'e') + R"(","seq":5})")).why.code
        == errc::bad_request);
}

TEST_CASE("attachments of an event are bytes in its object") {
  auto p = command<post_message>(
      R"(51-7["chat:message",{"roomId":"1","message":"m","metadata":{"f":{"_placeholder":true,"num":0}}}])",
      {"\x01\x02\x03"});
  CHECK(p.metadata == R"({"f":{"$binary":"AQID"}})");
  auto c = command<change_board>(
      R"(52-["whiteboard-change",{"roomId":"1","elements":[{"id":"a","version":1,)"
      R"("x":{"_placeholder":true,"num":1},"y":{"_placeholder":true,"num":0}}]},"behind"])",
      {"a", "b"});
  REQUIRE(c.change.elements.size() == 1);
  CHECK(*c.change.elements[0].json
        == R"({"id":"a","version":1,"x":{"$binary":"Yg=="},"y":{"$binary":"YQ=="}})");
  CHECK(good(R"(51-7["leave",{"roomId":"1"},{"_placeholder":true,"num":0}])", {"a"}).ref == "7");
  CHECK(bad(R"(51-7["leave",{"roomId":{"_placeholder":true,"num":0}}])", {"a"}).why.sentence
        == "`roomId` must be a string");
  CHECK(bad(R"(51-7["leave",{"_placeholder":true,"num":0}])", {"a"}).why.sentence
        == "`roomId` is missing");
  CHECK(bad(R"(51-7["leave","x",{"_placeholder":true,"num":0}])", {"a"}).why.sentence
        == "the first argument of an event is an object");
}

TEST_CASE("attachments that are too much as text are refused") {
  settings small;
  small.limits.payload_bytes = 200;
  const auto text
      = R"(51-7["chat:message",{"roomId":"1","message":"m","metadata":{"f":{"_placeholder":true,"num":0}}}])";
  CHECK(std::holds_alternative<socketio_command>(read(text, {std::string(75, 'x')}, small)));
  auto no = bad(text, {std::string(150, 'x')}, small);
  CHECK(no.why.code == errc::payload_too_large);
  CHECK(no.ref == "7");
  CHECK(no.event == "chat:message");
  small.limits.payload_bytes = 0;
  CHECK(std::holds_alternative<socketio_command>(read(text, {std::string(150, 'x')}, small)));
}

TEST_CASE("over Socket.IO a success is told to those who asked for it") {
  CHECK(encode_socketio_result(done{}, {}, "leave") == nullptr);
  CHECK(answer(done{}, "0") == R"(430[{"success":true}])");
  CHECK(answer(done{}, "9007199254740991") == R"(439007199254740991[{"success":true}])");
  posted_result posted{text(R"({"type":"text","id":"m","seq":12,"message":"x"})"), 12, false, true};
  CHECK(answer(posted)
        == R"(437[{"success":true,"message":{"type":"text","id":"m","seq":12,"message":"x"},)"
           R"("persisted":true,"seq":12}])");
  CHECK(answer(board_result{3, 4, 5})
        == R"(437[{"success":true,"version":3,"seq":4,"changed":5}])");
  CHECK(answer(history_result{{text("{}")}, true})
        == R"(437[{"success":true,"messages":[{}],"count":1,"hasMore":true}])");
  CHECK(answer(presence_page{{}, 3, "c"})
        == R"(437[{"success":true,"participants":[],"count":3,"cursor":"c"}])");
}

TEST_CASE("over Socket.IO the answer to a join carries room, epoch and participants") {
  joined_result r;
  r.room.id = {"123456"};
  r.user = {"u"};
  r.epoch = "e";
  r.seq = 5;
  r.recovered = true;
  r.count = 1;
  auto told = answer(r);
  REQUIRE(told.starts_with("437["));
  auto json = nlohmann::json::parse(told.substr(3)).at(0);
  CHECK(json["success"] == true);
  CHECK(json["room"]["id"] == "123456");
  CHECK(json["userId"] == "u");
  CHECK(json["epoch"] == "e");
  CHECK(json["seq"] == 5);
  CHECK(json["recovered"] == true);
  CHECK(json["participants"].is_array());
  CHECK(json["count"] == 1);
}

TEST_CASE("over Socket.IO a failure is told always: as ack, or as error event") {
  failure f{errc::rate_limited, "slow \"down\"", 40ms};
  CHECK(
      answer(f, "7", "typing")
      == R"(437[{"success":false,"error":"slow \"down\"","code":"rate_limited","retryAfterMs":40}])");
  f.retry_after = 0ms;
  CHECK(answer(f, "0", "typing")
        == R"(430[{"success":false,"error":"slow \"down\"","code":"rate_limited"}])");
  CHECK(answer(f, {}, "ty\"ping")
        == R"(42["error",{"success":false,"error":"slow \"down\"","code":"rate_limited",)"
           R"("event":"ty\"ping","message":"slow \"down\""}])");
}

TEST_CASE("bytes in an answer are attachments") {
  auto bytes = *encode_socketio_result(
      history_result{{text(R"({"metadata":{"$binary":"YQ=="}})")}, false}, "7", "chat:history");
  std::string packet
      = R"(461-7[{"success":true,"messages":[{"metadata":{"_placeholder":true,"num":0}}],)"
        R"("count":1,"hasMore":false}])";
  CHECK(bytes
        == std::string{"\x81"} + static_cast<char>(packet.size()) + packet
               + "\x82\x01"
                 "a");
}

TEST_CASE("over Socket.IO chat and board are spelled as the contract says") {
  room_id room{"r"};
  check_spelling(chat_posted{text(R"({"type":"text","id":"m","message":"hi"})"), 8},
                 R"("chat:message",{"type":"text","id":"m","message":"hi"})");
  check_spelling(chat_history_sent{room, {text("{\"a\":1}"), text("{}")}, false},
                 R"("chat:history",{"roomId":"r","messages":[{"a":1},{}],"count":2})");
  check_spelling(chat_history_sent{room, {}, true},
                 R"("chat:history",{"roomId":"r","messages":[],"count":0,"resync":true})");
  auto board = board_of({text("{}"), text("{\"x\":1}")}, 4);
  check_spelling(board_state_sent{room, board, 8, false},
                 R"("whiteboard:state",{"roomId":"r","elements":[{},{"x":1}],"version":4})");
  check_spelling(board_state_sent{room, {}, 8, true},
                 R"("whiteboard:state",{"roomId":"r","elements":[],"version":0,"resync":true})");
  check_spelling(
      board_updated{room, board, 8},
      R"("whiteboard-update",{"roomId":"r","elements":[{},{"x":1}],"version":4,"seq":8})");
  check_spelling(board_patched{room, {text("{}")}, 5, 9},
                 R"("whiteboard:patch",{"roomId":"r","elements":[{}],"version":5,"seq":9})");
}

TEST_CASE("over Socket.IO people are spelled as the contract says") {
  room_id room{"r"};
  check_spelling(cursor_moved{room, {"u"}, "n", "\"x\":1,\"y\":2"},
                 R"("cursor",{"roomId":"r","userId":"u","username":"n","x":1,"y":2})");
  check_spelling(typing_changed{room, {"u"}, "a\"b", true},
                 R"("typing",{"roomId":"r","userId":"u","username":"a\"b","isTyping":true})");
  participant p{{"u"}, "n", "busy", 2, 1'234};
  std::string one
      = R"({"userId":"u","username":"n","status":"busy","connections":2,"joinedAt":1234})";
  check_spelling(presence_updated{room, {p, p}, 2, false},
                 R"("presence:update",{"roomId":"r","participants":[)" + one + "," + one
                     + R"(],"count":2})");
  check_spelling(presence_updated{room, {}, 0, true},
                 R"("presence:update",{"roomId":"r","participants":[],"count":0,"resync":true})");
  check_spelling(presence_changed{room, {p}, {}, {p}, 7},
                 R"("presence:delta",{"roomId":"r","joined":[)" + one + R"(],"left":[],"changed":[)"
                     + one + R"(],"count":7})");
  check_spelling(room_closed_event{room, "deleted"},
                 R"("room:closed",{"roomId":"r","reason":"deleted"})");
}

TEST_CASE("over Socket.IO what happens to a message later is spelled as the contract says") {
  check_spelling(message_edited{{"r"}, "m", "x", 5, 8},
                 R"("chat:edited",{"roomId":"r","id":"m","message":"x","editedAt":5,"seq":8})");
  check_spelling(message_deleted{{"r"}, "m", 5, 8},
                 R"("chat:deleted",{"roomId":"r","id":"m","deletedAt":5,"seq":8})");
  check_spelling(room_seq_told{{"r"}, "e", 8}, R"("room:seq",{"roomId":"r","epoch":"e","seq":8})");
  check_spelling(board_digest_told{{"r"}, 4, {2, 0xab}},
                 R"("whiteboard:digest",{"roomId":"r","version":4,"count":2,"hash":"000000ab"})");
  CHECK(answer(edited_result{text("{}"), 9}) == R"(437[{"success":true,"message":{},"seq":9}])");
  CHECK(answer(members_view{{{"a"}, {"b"}}})
        == R"(437[{"success":true,"userIds":["a","b"],"count":2}])");
}

TEST_CASE("over Socket.IO what is sent anew to a slow reader says so") {
  event posted = chat_posted{text(R"({"type":"text","id":"m"})"), 9};
  const position anew{"e", 9, true};
  CHECK(spelled(posted, wire::socketio, anew)
        == R"(42["chat:message",{"type":"text","id":"m","resync":true}])");
  CHECK(spelled(posted, wire::socketio_recoverable, anew)
        == R"(42["chat:message",{"type":"text","id":"m","resync":true},"e:9"])");
  CHECK(spelled(board_patched{{"r"}, {}, 5, 9}, wire::socketio_recoverable, anew)
        == R"(42["whiteboard:patch",{"roomId":"r","elements":[],"version":5,"seq":9,)"
           R"("resync":true},"e:9"])");
  event with_bytes = chat_posted{text(R"({"type":"text","metadata":{"$binary":"YQ=="}})"), 9};
  CHECK(spelled(with_bytes, wire::socketio, anew)
        == R"(451-["chat:message",{"type":"text","metadata":{"_placeholder":true,"num":0},)"
           R"("resync":true}])"
           "\x82\x01"
           "a");
}

TEST_CASE("bytes in an event are attachments over Socket.IO, and text on the native wire") {
  auto element = text(R"({"id":"a","data":{"$binary":"YQ=="}})");
  event patched = board_patched{{"r"}, {element}, 5, 9};
  auto bytes = *vocabularies().encode(patched, wire::socketio_recoverable, {"e", 9});
  std::string packet = R"(451-["whiteboard:patch",{"roomId":"r","elements":[{"id":"a","data":)"
                       R"({"_placeholder":true,"num":0}}],"version":5,"seq":9},"e:9"])";
  CHECK(payload(bytes)
        == packet
               + "\x82\x01"
                 "a");
  CHECK(spelled(patched, wire::native, {"e", 9})
        == R"({"type":"whiteboard:patch","roomId":"r","elements":[)" + *element
               + R"(],"version":5,"seq":9})");
  event posted = chat_posted{text(R"({"type":"text","metadata":{"$binary":"YQ=="}})"), 9};
  CHECK(spelled(posted, wire::socketio)
        == R"(451-["chat:message",{"type":"text","metadata":{"_placeholder":true,"num":0}}])"
           "\x82\x01"
           "a");
}

TEST_CASE("only clients that come back are told positions") {
  event e = chat_posted{text(R"({"type":"text"})"), 8};
  CHECK(spelled(e, wire::native, {"e", 8}) == R"({"type":"chat:message","messageType":"text"})");
  CHECK(spelled(e, wire::socketio_recoverable, {"e", no_seq})
        == R"(42["chat:message",{"type":"text"}])");
}

TEST_CASE("over Socket.IO the farewell tells when to come back") {
  CHECK(payload(*encode_shutdown(1'500ms, wire::socketio))
        == R"(42["server:shutdown",{"retryAfterMs":1500}])");
}
