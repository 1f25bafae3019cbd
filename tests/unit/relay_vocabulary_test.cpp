// Excalidraw's room protocol between packets and values.
#include "net/relay_decode.hpp"
#include "net/relay_spelling.hpp"

#include "net/frame_header.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <variant>
#include <vector>

using namespace atrium;
using namespace atrium::net;

namespace {

/// A client's packet, complete. The text is without the Engine.IO type.
socketio::packet packet_of(const std::string& text, const std::vector<std::string>& bytes = {}) {
  static std::string kept;
  kept = text;
  socketio::decoder decoder{{}};
  auto outcome = decoder.take_text(kept);
  for (const auto& b : bytes) outcome = decoder.take_binary(b);
  REQUIRE(std::holds_alternative<socketio::packet>(outcome));
  return std::get<socketio::packet>(std::move(outcome));
}

template <class Command>
Command read_as(const std::string& text, const std::vector<std::string>& bytes = {}) {
  auto read = read_relay_command(packet_of(text, bytes), settings{});
  REQUIRE(read.has_value());
  REQUIRE(std::holds_alternative<socketio_relay_command>(*read));
  const auto& command = std::get<socketio_relay_command>(*read).command;
  REQUIRE(std::holds_alternative<Command>(command));
  return std::get<Command>(command);
}

failure refused(const std::string& text, const settings& config = {}) {
  auto read = read_relay_command(packet_of(text), config);
  REQUIRE(read.has_value());
  REQUIRE(std::holds_alternative<socketio_refusal>(*read));
  return std::get<socketio_refusal>(*read).why;
}

/// Payloads of frames back to back; before bytes a `b`.
std::vector<std::string> payloads(const frame& f) {
  std::vector<std::string> out;
  std::string_view rest{*f};
  while (!rest.empty()) {
    auto h = read_frame_header(rest);
    REQUIRE(h.has_value());
    std::string text{rest.substr(h->header_bytes, h->payload_bytes)};
    out.push_back((h->opcode == frame_header::binary ? "b" : "") + text);
    rest.remove_prefix(h->bytes());
  }
  return out;
}

std::vector<std::string> said(const relay_event& e, wire w = wire::socketio) {
  return payloads(encode_relay_event(e, w));
}

} // namespace

TEST_CASE("what Excalidraw's client says is read", "[relay]") {
  CHECK(read_as<join_relay>(R"(2["join-room","0123456789abcdef0123"])").room
        == "0123456789abcdef0123");
  auto follow = read_as<follow_socket>(
      R"(2["user-follow",{"userToFollow":{"socketId":"abc","username":"Ann"},"action":"FOLLOW"}])");
  CHECK(follow.followed.value == "abc");
  CHECK(follow.is_follow);
  CHECK_FALSE(read_as<follow_socket>(
                  R"(2["user-follow",{"userToFollow":{"socketId":"abc"},"action":"UNFOLLOW"}])")
                  .is_follow);
  std::string text = R"(52-["server-broadcast","room",{"_placeholder":true,"num":0},)"
                     R"({"_placeholder":true,"num":1}])";
  auto m = read_as<relay_broadcast>(text, {"data", "iv"});
  CHECK(m.room == "room");
  CHECK(m.payload->arguments == R"({"_placeholder":true,"num":0},{"_placeholder":true,"num":1})");
  REQUIRE(m.payload->attachments);
  CHECK(*m.payload->attachments == std::vector<std::string>{"data", "iv"});
  CHECK_FALSE(m.payload->ends_in_text);
  CHECK(m.payload->bytes() == m.payload->arguments.size() + 6);
}

TEST_CASE("data and iv may be any JSON, and more than those is not passed on", "[relay]") {
  auto m = read_as<relay_volatile_broadcast>(
      R"(2["server-volatile-broadcast","r", {"x": [1, 2]} , "iv", "more"])");
  CHECK(m.payload->arguments == R"({"x":[1,2]},"iv")");
  CHECK(m.payload->ends_in_text);
  CHECK_FALSE(m.payload->attachments);
  CHECK(read_as<relay_broadcast>(R"(2["server-broadcast","r",1])").payload->arguments == "1,null");
  // In an event without attachments this is no placeholder; it is passed on as it is.
  auto plain = read_as<relay_broadcast>(
      R"(2["server-broadcast","r",{"_placeholder":true,"num":0},1])");
  CHECK(said(relay_message_told{plain.payload})
        == std::vector<std::string>{R"(42["client-broadcast",{"_placeholder":true,"num":0},1])"});
}

TEST_CASE("what is none of the protocol's, or is wrong, is told apart", "[relay]") {
  CHECK_FALSE(read_relay_command(packet_of(R"(2["join",{"roomId":"r"}])"), settings{}));
  CHECK_FALSE(read_relay_command(packet_of(R"(2[7,"r"])"), settings{}));
  CHECK_FALSE(read_relay_command(packet_of("2"), settings{}));
  CHECK(read_as<join_relay>("2[\"join\\u002droom\",\"r\"]").room == "r");
  for (auto text :
       {R"(2["join-room"])", R"(2["join-room",7])", R"(2["join-room",""])",
        R"(2["join-room","follow@abc"])", R"(2["join-room","a\nb"])", R"(2["server-broadcast"])",
        R"(2["server-broadcast",{},1,2])", R"(2["server-broadcast","r"])", R"(2["user-follow"])",
        R"(2["user-follow",{"userToFollow":"abc","action":"FOLLOW"}])",
        R"(2["user-follow",{"userToFollow":{"socketId":"abc"},"action":"follow"}])",
        R"(2["user-follow",{"userToFollow":{"socketId":""},"action":"FOLLOW"}])"})
    CHECK(refused(text).code == errc::bad_request);
  CHECK(refused(R"(2["join-room",")" + std::string(129, 'r') + "\"]").code == errc::bad_request);
  settings narrow;
  narrow.limits.payload_bytes = 100;
  auto why = refused(R"(2["server-broadcast","r",")" + std::string(101, 'x') + R"(",1])", narrow);
  CHECK(why.code == errc::payload_too_large);
  CHECK(why.beyond == limit::payload_bytes);
}

TEST_CASE("what relay rooms say is spelled as Excalidraw's server spells it", "[relay]") {
  using all = std::vector<std::string>;
  CHECK(payloads(init_room_frame(wire::socketio)) == all{R"(42["init-room"])"});
  CHECK(said(first_in_relay{}) == all{R"(42["first-in-room"])"});
  CHECK(said(relay_joined_by{{"abc"}}) == all{R"(42["new-user","abc"])"});
  CHECK(said(relay_members_told{{{"a"}, {"b"}}}) == all{R"(42["room-user-change",["a","b"]])"});
  CHECK(said(relay_members_told{}) == all{R"(42["room-user-change",[]])"});
  CHECK(said(relay_followers_told{{{"a"}}}) == all{R"(42["user-follow-room-change",["a"]])"});
  CHECK(said(relay_unfollowed{}) == all{R"(42["broadcast-unfollow"])"});
  CHECK(encode_relay_event(first_in_relay{}, wire::native) == nullptr);
  auto bytes = std::make_shared<const std::vector<std::string>>(
      std::vector<std::string>{std::string(70'000, 'd'), std::string("\0\x81\xff", 3)});
  auto payload = std::make_shared<const relay_payload>(relay_payload{
      R"({"_placeholder":true,"num":0},{"_placeholder":true,"num":1})", bytes, false});
  CHECK(
      said(relay_message_told{payload})
      == all{
          R"(452-["client-broadcast",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])",
          "b" + bytes->at(0), "b" + bytes->at(1)});
}

TEST_CASE("who can come back does not take a name for a position", "[relay]") {
  auto text_last = std::make_shared<const relay_payload>(relay_payload{R"(1,"iv")", nullptr, true});
  constexpr auto w = wire::socketio_recoverable;
  CHECK(payloads(init_room_frame(w)).front() == R"(42["init-room",null])");
  CHECK(said(first_in_relay{}, w).front() == R"(42["first-in-room",null])");
  CHECK(said(relay_joined_by{{"abc"}}, w).front() == R"(42["new-user","abc",null])");
  CHECK(said(relay_message_told{text_last}, w).front() == R"(42["client-broadcast",1,"iv",null])");
  CHECK(said(relay_members_told{{{"a"}}}, w).front() == R"(42["room-user-change",["a"]])");
}
