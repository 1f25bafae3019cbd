#include <catch2/catch.hpp>

#include "net/event_spelling.hpp"
#include "net/native_vocabulary.hpp"

#include <nlohmann/json.hpp>

using namespace atrium;
using namespace atrium::net;
using namespace std::chrono_literals;

namespace {

const settings& config() {
  static const settings defaults;
  return defaults;
}

native_command good(std::string_view text) {
  auto read = read_native_command(text, config());
  if (auto* no = std::get_if<native_refusal>(&read)) FAIL(no->why.sentence);
  return std::get<native_command>(std::move(read));
}

native_refusal bad(std::string_view text) {
  auto read = read_native_command(text, config());
  REQUIRE(std::holds_alternative<native_refusal>(read));
  return std::get<native_refusal>(std::move(read));
}

template <class Command>
Command command(std::string_view text) {
  auto c = good(text);
  REQUIRE(std::holds_alternative<Command>(c.command));
  return std::get<Command>(std::move(c.command));
}

/// A command with these further members.
std::string chat(std::string_view members) {
  return R"({"type":"chat:message","roomId":"123456","message":"hi")" + std::string{members} + "}";
}

std::string payload(const frame& f) {
  auto length = static_cast<unsigned char>((*f)[1]);
  return f->substr(length < 126 ? 2 : length == 126 ? 4 : 10);
}

std::string spelled(event e) {
  return payload(vocabularies().encode(e, wire::native, {}));
}

shared_text text(std::string s) {
  return std::make_shared<const std::string>(std::move(s));
}

} // namespace

TEST_CASE("a join names room, user and board") {
  auto c = good(R"({"type":"join","roomId":"123456","userId":"u","username":"Ü","ref":7})");
  CHECK(c.room == "123456");
  CHECK(c.who.user == "u");
  CHECK(c.who.username == "Ü");
  CHECK(c.ref == "7");
  CHECK_FALSE(std::get<join_room>(c.command).patch_board);
  CHECK(command<join_room>(R"({"type":"join","roomId":"a-b_C","whiteboard":"patch"})").patch_board);
  CHECK(bad(R"({"type":"join","roomId":"1","whiteboard":"half"})").why.code == errc::bad_request);
}

TEST_CASE("a join may bring a password") {
  auto join = [](std::string_view password) {
    return R"({"type":"join","roomId":"1","password":)" + std::string{password} + "}";
  };
  CHECK(command<join_room>(join(R"("s3cret ü")")).password == "s3cret ü");
  CHECK_FALSE(command<join_room>(join("null")).password);
  CHECK(command<join_room>(join('"' + std::string(128, 'x') + '"')).password);
  CHECK_FALSE(command<join_room>(join(R"("p","is_admitted":true,"isAdmitted":true)")).is_admitted);
  for (const auto& wrong :
       {std::string{R"("")"}, std::string{"5"}, '"' + std::string(129, 'x') + '"'})
    CHECK(bad(join(wrong)).why.code == errc::bad_request);
}

TEST_CASE("`since` says what a joiner has of the room") {
  auto join = [](std::string_view since) {
    return R"({"type":"join","roomId":"1","since":)" + std::string{since} + "}";
  };
  auto since = command<join_room>(join(R"({"epoch":"e","seq":5,"own":[1,2]})")).since;
  REQUIRE(since);
  CHECK(since->epoch == "e");
  CHECK(since->seq == 5);
  CHECK(since->own.empty());
  CHECK(command<join_room>(join(R"({"epoch":"","seq":0})")).since->seq == 0);
  CHECK_FALSE(command<join_room>(join("null")).since);
  CHECK_FALSE(command<join_room>(R"({"type":"join","roomId":"1"})").since);
  for (auto value : {"5", "\"e:5\"", "true", "[]"})
    CHECK(bad(join(value)).why.sentence == "`since` must be an object: {epoch, seq}");
  CHECK(bad(join("{}")).why.sentence == "in `since`: `epoch` is missing");
  CHECK(bad(join(R"({"epoch":"e"})")).why.sentence == "in `since`: `seq` is missing");
  for (auto value :
       {R"({"epoch":5,"seq":5})", R"({"epoch":null,"seq":5})", R"({"seq":5})",
        R"({"epoch":"e","seq":null})", R"({"epoch":"e","seq":"5"})", R"({"epoch":"e","seq":-1})",
        R"({"epoch":"e","seq":1.5})", R"({"epoch":"e","seq":9007199254740992})"}) {
    INFO(value);
    auto no = bad(join(value));
    CHECK(no.why.code == errc::bad_request);
    CHECK(no.why.sentence.starts_with("in `since`: "));
  }
  CHECK(bad(join("{\"epoch\":\"" + std::string(129, 'e') + "\",\"seq\":5}")).why.code
        == errc::bad_request);
}

TEST_CASE("ref is a short string or an integer") {
  CHECK(good(chat(R"(,"ref":"a\"b")")).ref == R"("a\"b")");
  CHECK(good(chat(R"(,"ref":1e3)")).ref == "1000");
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "ü";
  CHECK(good(chat(R"(,"ref":")" + umlauts + R"(")")).ref == '"' + umlauts + '"');
  CHECK(bad(chat(R"(,"ref":"ü)" + umlauts + R"(")")).why.code == errc::bad_request);
  CHECK(good(chat(R"(,"ref":null)")).ref.empty());
  CHECK(bad(chat(R"(,"ref":1.5)")).why.code == errc::bad_request);
  CHECK(bad(chat(R"(,"ref":{})")).why.code == errc::bad_request);
  CHECK(bad(chat(",\"ref\":\"" + std::string(65, 'x') + "\"")).ref.empty());
}

TEST_CASE("what is no JSON object is malformed") {
  for (auto text : {"", "{", "nothing", "[1]", "\"x\"", "12", R"({"a":1}x)"}) {
    auto no = bad(text);
    CHECK(no.is_malformed);
    CHECK(no.why.code == errc::invalid_json);
  }
  CHECK(bad(std::string(200, '[') + std::string(200, ']')).is_malformed);
}

TEST_CASE("an object without a known type is refused by name") {
  CHECK(bad("{}").why.code == errc::bad_request);
  CHECK_FALSE(bad("{}").is_malformed);
  CHECK(bad(R"({"type":5})").why.code == errc::bad_request);
  auto no = bad(R"({"type":"dance","ref":"r"})");
  CHECK(no.why.code == errc::unknown_event);
  CHECK(no.event == "dance");
  CHECK(no.ref == "\"r\"");
  CHECK(bad(R"({"type":"chat:forget","roomId":"1"})").why.code == errc::unknown_event);
  CHECK(bad("{\"type\":\"" + std::string(500, 'x') + "\"}").event.size() == 64);
}

TEST_CASE("room and user have their forms") {
  CHECK(bad(R"({"type":"leave"})").why.sentence == "`roomId` is missing");
  CHECK(bad(R"({"type":"leave","roomId":123456})").why.sentence == "`roomId` must be a string");
  CHECK(bad(R"({"type":"leave","roomId":"no room"})").why.code == errc::room_not_found);
  CHECK(bad(R"({"type":"leave","roomId":"1","userId":""})").why.code == errc::bad_request);
  CHECK(bad(R"({"type":"leave","roomId":"1","userId":"a\nb"})").why.code == errc::bad_request);
  CHECK(bad("{\"type\":\"leave\",\"roomId\":\"1\",\"userId\":\"" + std::string(65, 'x') + "\"}")
            .why.code
        == errc::bad_request);
  CHECK(bad("{\"type\":\"leave\",\"roomId\":\"1\",\"username\":\"" + std::string(65, 'x') + "\"}")
            .why.code
        == errc::bad_request);
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "ü";
  CHECK(good("{\"type\":\"leave\",\"roomId\":\"1\",\"username\":\"" + umlauts + "\"}").who.username
        == umlauts);
}

TEST_CASE("a chat message with all its fields") {
  auto p = command<post_message>(
      chat(R"(,"messageType":"text","clientMessageId":"c","replyTo":"r",)"
           R"("metadata":{ "a" : [1, 2] },"userImage":"i","durable":true)"));
  CHECK(p.text == "hi");
  CHECK(p.client_message_id == "c");
  CHECK(p.reply_to == "r");
  CHECK(p.metadata == R"({"a":[1,2]})");
  CHECK(p.user_image == "i");
  CHECK(p.durable);
  auto plain = command<post_message>(chat(R"(,"replyTo":null)"));
  CHECK_FALSE(plain.reply_to);
  CHECK_FALSE(plain.durable);
}

TEST_CASE("a chat message with a wrong field is refused by the field's name") {
  CHECK(bad(R"({"type":"chat:message","roomId":"1"})").why.sentence == "`message` is missing");
  CHECK(bad(R"({"type":"chat:message","roomId":"1","message":5})").why.sentence
        == "`message` must be a string");
  CHECK(bad(chat(R"(,"messageType":"image")")).why.code == errc::bad_request);
  CHECK(bad(chat(R"(,"durable":"yes")")).why.code == errc::bad_request);
  CHECK(bad(chat(R"(,"metadata":[])")).why.code == errc::bad_request);
  CHECK(bad(chat(R"(,"metadata":{"x":")" + std::string(4'096, 'x') + "\"}")).why.code
        == errc::bad_request);
  CHECK(bad(chat(R"(,"clientMessageId":"")")).why.code == errc::bad_request);
  CHECK(bad(chat(R"(,"clientMessageId":")" + std::string(129, 'x') + "\"")).why.code
        == errc::bad_request);
}

TEST_CASE("who may post as system is for the room to say") {
  CHECK(command<post_message>(chat(R"(,"messageType":"system")")).type == "system");
  CHECK(bad(chat(R"(,"messageType":"System")")).why.code == errc::bad_request);
  CHECK(bad(chat(R"(,"messageType":5)")).why.code == errc::bad_request);
}

TEST_CASE("pictures and files are messages with what describes them") {
  auto p = command<post_message>(chat(R"(,"messageType":"image","metadata":{"url":"https://a/b",)"
                                      R"("name":"b","size":1,"mimeType":"image/png"})"));
  CHECK(p.type == "image");
  CHECK(p.metadata == R"({"url":"https://a/b","name":"b","size":1,"mimeType":"image/png"})");
  CHECK(bad(chat(R"(,"messageType":"file")")).why.sentence
        == "`metadata` is missing: {url, name, size, mimeType}");
  CHECK(bad(chat(R"(,"userImage":"javascript:x")")).why.code == errc::bad_request);
}

TEST_CASE("a message is edited and deleted by its id") {
  auto e = command<edit_message>(
      R"({"type":"chat:edit","roomId":"1","id":"m","message":"better"})");
  CHECK(e.id == "m");
  CHECK(e.text == "better");
  CHECK(command<delete_message>(R"({"type":"chat:delete","roomId":"1","id":"m"})").id == "m");
  CHECK(bad(R"({"type":"chat:edit","roomId":"1","message":"x"})").why.sentence
        == "`id` is missing");
  CHECK(bad(R"({"type":"chat:edit","roomId":"1","id":"m"})").why.sentence
        == "`message` is missing");
  CHECK(bad(R"({"type":"chat:delete","roomId":"1"})").why.sentence == "`id` is missing");
  CHECK(bad(R"({"type":"chat:delete","roomId":"1","id":""})").why.code == errc::bad_request);
  CHECK(bad(R"({"type":"chat:delete","roomId":"1","id":5})").why.code == errc::bad_request);
}

TEST_CASE("messages are searched by words") {
  auto search = [](std::string_view members) {
    return R"({"type":"chat:search","roomId":"1")" + std::string{members} + "}";
  };
  auto s = command<search_messages>(search(R"(,"query":" two words ","limit":7,"before":"m")"));
  CHECK(s.query == "two words");
  CHECK(s.limit == 7);
  CHECK(s.before == "m");
  CHECK(command<search_messages>(search(R"(,"query":"x","limit":999)")).limit == 200);
  CHECK(command<search_messages>(search(R"(,"query":"x")")).limit == 50);
  CHECK(bad(search("")).why.sentence == "`query` is missing");
  for (const auto& wrong : {std::string{R"("")"}, std::string{R"(" \n ")"}, std::string{"5"},
                            '"' + std::string(257, 'x') + '"'})
    CHECK(bad(search(",\"query\":" + wrong)).why.code == errc::bad_request);
}

TEST_CASE("the last of several members with one name counts") {
  CHECK(command<post_message>(chat(R"(,"message":"later")")).text == "later");
  CHECK(command<post_message>(chat(R"(,"mess\u0061ge":"spelled with an escape")")).text
        == "spelled with an escape");
}

TEST_CASE("an object with very many members is refused, not walked for ever") {
  std::string members;
  for (int i = 0; i < 300; ++i) members += ",\"m" + std::to_string(i) + "\":1";
  CHECK(bad(chat(members)).why.code == errc::bad_request);
}

TEST_CASE("limits of history are clamped") {
  auto limit = [](std::string_view value) {
    return command<get_history>(R"({"type":"chat:history","roomId":"1","limit":)"
                                + std::string{value} + "}")
        .limit;
  };
  CHECK(limit("0") == 1);
  CHECK(limit("-5") == 1);
  CHECK(limit("1e300") == 200);
  CHECK(limit("7.9") == 7);
  CHECK(limit("null") == 50);
  CHECK(bad(R"({"type":"chat:history","roomId":"1","limit":"5"})").why.code == errc::bad_request);
  CHECK(bad(R"({"type":"chat:history","roomId":"1","before":"a","after":"b"})").why.code
        == errc::bad_request);
  CHECK(command<list_presence>(R"({"type":"presence:list","roomId":"1","limit":9999})").limit
        == 500);
}

TEST_CASE("elements are cut out of a change") {
  auto c = command<change_board>(
      R"({"type":"whiteboard-change","roomId":"1","elements":[{"id":"a","version":3}]})");
  REQUIRE(c.change.elements.size() == 1);
  CHECK(c.change.keyed);
  CHECK(c.change.elements[0].id == "a");
  CHECK(bad(R"({"type":"whiteboard-change","roomId":"1"})").why.sentence
        == "`elements` is missing");
  CHECK(bad(R"({"type":"whiteboard:patch","roomId":"1","elements":{}})").why.code
        == errc::bad_request);
  CHECK(command<patch_board>(R"({"type":"whiteboard:patch","roomId":"1","elements":[]})")
            .change.elements.empty());
  command<clear_board>(R"({"type":"whiteboard:clear","roomId":"1"})");
}

TEST_CASE("a cursor keeps the sender's own members, and no others") {
  auto c = command<move_cursor>(R"({"type":"cursor","roomId":"1","userId":"u","username":"n",)"
                                R"("ref":1,"x":1.5,"y":-2, "tool":{"a": 1}})");
  CHECK(c.fields == R"("x":1.5,"y":-2,"tool":{"a":1})");
  CHECK(bad(R"({"type":"cursor","roomId":"1","x":1})").why.sentence == "`y` is missing");
  CHECK(bad(R"({"type":"cursor","roomId":"1","x":"1","y":2})").why.code == errc::bad_request);
  CHECK(bad(R"({"type":"cursor","roomId":"1","x":1e999,"y":2})").why.code == errc::bad_request);
  CHECK(bad(R"({"type":"cursor","roomId":"1","x":1,"y":2,"z":")" + std::string(1'024, 'z') + "\"}")
            .why.code
        == errc::payload_too_large);
}

TEST_CASE("typing says whether") {
  CHECK(command<set_typing>(R"({"type":"typing","roomId":"1","isTyping":true})").is_typing);
  CHECK(bad(R"({"type":"typing","roomId":"1"})").why.code == errc::bad_request);
  CHECK(bad(R"({"type":"typing","roomId":"1","isTyping":1})").why.code == errc::bad_request);
}

TEST_CASE("a posted message is spelled flat, byte for byte") {
  auto f = vocabularies().encode(chat_posted{text(R"({"type":"text","id":"m","message":"hi"})")},
                                 wire::native, {});
  std::string json = R"({"type":"chat:message","messageType":"text","id":"m","message":"hi"})";
  CHECK(*f == std::string{"\x81"} + static_cast<char>(json.size()) + json);
}

TEST_CASE("events are spelled as the contract says") {
  room_id room{"r"};
  CHECK(spelled(chat_history_sent{room, {text("{\"a\":1}"), text("{}")}, false})
        == R"({"type":"chat:history","roomId":"r","messages":[{"a":1},{}],"count":2})");
  CHECK(spelled(chat_history_sent{room, {}, true})
        == R"({"type":"chat:history","roomId":"r","messages":[],"count":0,"resync":true})");
  board_view board{std::make_shared<const std::vector<shared_text>>(
                       std::vector<shared_text>{text("{}"), text("{\"x\":1}")}),
                   4, 9};
  CHECK(spelled(board_state_sent{room, board, 8, false})
        == R"({"type":"whiteboard:state","roomId":"r","elements":[{},{"x":1}],"version":4})");
  CHECK(spelled(board_state_sent{room, {}, 8, true})
        == R"({"type":"whiteboard:state","roomId":"r","elements":[],"version":0,"resync":true})");
  CHECK(
      spelled(board_updated{room, board, 8})
      == R"({"type":"whiteboard-update","roomId":"r","elements":[{},{"x":1}],"version":4,"seq":8})");
  CHECK(spelled(board_patched{room, {text("{}")}, 5, 9})
        == R"({"type":"whiteboard:patch","roomId":"r","elements":[{}],"version":5,"seq":9})");
  CHECK(spelled(cursor_moved{room, {"u"}, "n", "\"x\":1,\"y\":2"})
        == R"({"type":"cursor","roomId":"r","userId":"u","username":"n","x":1,"y":2})");
  CHECK(spelled(typing_changed{room, {"u"}, "a\"b", true})
        == R"({"type":"typing","roomId":"r","userId":"u","username":"a\"b","isTyping":true})");
  CHECK(spelled(room_closed_event{room, "deleted"})
        == R"({"type":"room:closed","roomId":"r","reason":"deleted"})");
}

TEST_CASE("what happens to a message later is spelled as the contract says") {
  CHECK(spelled(message_edited{{"r"}, "m", "a\"b", 5, 9})
        == R"({"type":"chat:edited","roomId":"r","id":"m","message":"a\"b","editedAt":5,"seq":9})");
  CHECK(spelled(message_deleted{{"r"}, "m", 5, 9})
        == R"({"type":"chat:deleted","roomId":"r","id":"m","deletedAt":5,"seq":9})");
  CHECK(spelled(room_seq_told{{"r"}, "e", 9})
        == R"({"type":"room:seq","roomId":"r","epoch":"e","seq":9})");
  CHECK(spelled(board_digest_told{{"r"}, 4, {2, 0xab}})
        == R"({"type":"whiteboard:digest","roomId":"r","version":4,"count":2,"hash":"000000ab"})");
  // A tombstone: posted and deleted before its reader came back.
  CHECK(spelled(chat_posted{text(R"({"type":"text","id":"m","seq":1,"deletedAt":5})"), 1})
        == R"({"type":"chat:message","messageType":"text","id":"m","seq":1,"deletedAt":5})");
  CHECK(
      payload(encode_result(edited_result{text(R"({"type":"text","editedAt":5})"), 9}, "1",
                            "chat:edit"))
      == R"({"type":"ack","ref":1,"success":true,"message":{"type":"text","editedAt":5},"seq":9})");
}

TEST_CASE("what is sent anew to a slow reader says so") {
  auto anew = [](const event& e) {
    return payload(vocabularies().encode(e, wire::native, {"e", 9, true}));
  };
  CHECK(anew(chat_posted{text(R"({"type":"text","id":"m"})"), 9})
        == R"({"type":"chat:message","messageType":"text","id":"m","resync":true})");
  CHECK(anew(message_edited{{"r"}, "m", "x", 5, 9}).ends_with(R"("seq":9,"resync":true})"));
  CHECK(anew(message_deleted{{"r"}, "m", 5, 9}).ends_with(R"("seq":9,"resync":true})"));
  CHECK(anew(board_updated{{"r"}, {}, 9}).ends_with(R"("seq":9,"resync":true})"));
  CHECK(anew(board_patched{{"r"}, {}, 5, 9}).ends_with(R"("seq":9,"resync":true})"));
  // Once, whoever says it.
  CHECK(anew(chat_history_sent{{"r"}, {}, true}).ends_with(R"("count":0,"resync":true})"));
  CHECK(anew(chat_history_sent{{"r"}, {}, false}).ends_with(R"("count":0,"resync":true})"));
}

TEST_CASE("participants are spelled alike in every presence event") {
  participant p{{"u"}, "n", "online", 2, 1'234};
  std::string one
      = R"({"userId":"u","username":"n","status":"online","connections":2,"joinedAt":1234})";
  CHECK(spelled(presence_updated{{"r"}, {p, p}, 2, false})
        == R"({"type":"presence:update","roomId":"r","participants":[)" + one + "," + one
               + R"(],"count":2})");
  CHECK(spelled(presence_changed{{"r"}, {p}, {}, {p}, 7})
        == R"({"type":"presence:delta","roomId":"r","joined":[)" + one
               + R"(],"left":[],"changed":[)" + one + R"(],"count":7})");
}

TEST_CASE("a success is told to those who asked for it") {
  CHECK(encode_result(done{}, {}, "leave") == nullptr);
  CHECK(payload(encode_result(done{}, "\"r\"", "leave"))
        == R"({"type":"ack","ref":"r","success":true})");
  posted_result posted{text(R"({"type":"text","id":"m","roomId":"r","seq":12,"message":"x"})"), 12,
                       false, true};
  CHECK(payload(encode_result(posted, "1", "chat:message"))
        == R"({"type":"ack","ref":1,"success":true,"message":)" + *posted.message
               + R"(,"persisted":true,"seq":12})");
  posted.duplicate = true;
  CHECK(payload(encode_result(posted, "1", "chat:message")).find(R"("duplicate":true)")
        != std::string::npos);
  CHECK(payload(encode_result(board_result{3, 4, 5}, "1", "whiteboard-change"))
        == R"({"type":"ack","ref":1,"success":true,"version":3,"seq":4,"changed":5})");
  CHECK(payload(encode_result(history_result{{text("{}")}, true}, "1", "chat:history"))
        == R"({"type":"ack","ref":1,"success":true,"messages":[{}],"count":1,"hasMore":true})");
  CHECK(payload(encode_result(presence_page{{}, 3, "c"}, "1", "presence:list"))
        == R"({"type":"ack","ref":1,"success":true,"participants":[],"count":3,"cursor":"c"})");
}

TEST_CASE("the result of a join carries room, epoch and participants") {
  joined_result r;
  r.room.id = {"123456"};
  r.user = {"u"};
  r.epoch = "e";
  r.seq = 5;
  r.count = 1;
  auto json = nlohmann::json::parse(payload(encode_result(r, "1", "join")));
  CHECK(json["success"] == true);
  CHECK(json["room"]["id"] == "123456");
  CHECK(json["room"]["participantCount"] == 1);
  CHECK(json["userId"] == "u");
  CHECK(json["epoch"] == "e");
  CHECK(json["seq"] == 5);
  CHECK(json["recovered"] == false);
  CHECK(json["participants"].is_array());
  CHECK(json["count"] == 1);
}

TEST_CASE("a failure is told always: as answer, or as error event") {
  failure f{errc::rate_limited, "slow down", 40ms};
  CHECK(
      payload(encode_result(f, "1", "typing"))
      == R"({"type":"ack","ref":1,"success":false,"error":"slow down","code":"rate_limited","retryAfterMs":40})");
  f.retry_after = 0ms;
  CHECK(
      payload(encode_result(f, {}, "typing"))
      == R"({"type":"error","success":false,"error":"slow down","code":"rate_limited","event":"typing","message":"slow down"})");
}

TEST_CASE("the farewell tells when to come back") {
  CHECK(payload(encode_shutdown(1'500ms, wire::native))
        == R"({"type":"server:shutdown","retryAfterMs":1500})");
}
