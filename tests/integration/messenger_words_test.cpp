// The messenger's words at the door: what a client is called that gives no name, what its failures are
// called, and that recovery of Socket.IO claims nothing about rooms that are heard in them, or in a
// space's.
#include "support/http_client.hpp"
#include "support/live_house.hpp"
#include "support/polling_client.hpp"
#include "support/ws_client.hpp"

#include "net/io_thread.hpp"
#include "net/socketio_client.hpp"
#include "net/websocket_frame.hpp"

#include <catch2/catch.hpp>

#include <optional>

namespace net = atrium::net;
using atrium::wire;
using namespace atrium::test;
using nlohmann::json;

namespace {

json join_event(const std::string& room, const std::string& user) {
  return {{"type", "joinRoom"}, {"userId", user}, {"roomId", room}};
}

/// The name under which `user` is in the room.
std::string name_of(std::uint16_t port, const std::string& room, const std::string& user) {
  auto body = http_get(port, "/api/rooms/" + room + "/participants").json();
  for (const auto& p : body["participants"])
    if (p["userId"] == user) return p["username"];
  return "(nobody)";
}

} // namespace

TEST_CASE("who enters by joinRoom without a name is called by the id, or as before",
          "[messenger]") {
  live_house house;
  auto room = create_room(house.port());
  auto name = [&](const std::string& user) { return name_of(house.port(), room, user); };

  ws_client ann{house.port()};
  CHECK(ann.request(join_event(room, "ann"))["success"] == true);
  CHECK(name("ann") == "ann");

  ws_client bob{house.port(), "/ws?userId=bob&username=Bob"};
  CHECK(bob.request(join_event(room, "bob"))["success"] == true);
  CHECK(name("bob") == "Bob");
  auto unnamed = join_event(room, "bob");
  unnamed.erase("userId");
  CHECK(bob.request(unnamed)["success"] == true);
  CHECK(name("bob") == "Bob");

  // Said with an event that failed.
  ws_client carol{house.port()};
  json typing{{"type", "typing"}, {"roomId", room}, {"userId", "carol"}, {"username", "Carol"}};
  typing["content"] = true;
  CHECK(carol.request(typing)["code"] == "not_in_room");
  CHECK(carol.request(join_event(room, "carol"))["success"] == true);
  CHECK(name("carol") == "Carol");
  auto renamed = join_event(room, "carol");
  renamed["username"] = "Caroline";
  CHECK(carol.request(renamed)["success"] == true);
  CHECK(name("carol") == "Caroline");
  CHECK(carol.request(join_event(room, "carol"))["success"] == true);
  CHECK(name("carol") == "Caroline");
  // Another user's word changes nothing.
  auto other = join_event(room, "dave");
  other["username"] = "Dave";
  CHECK(carol.request(other)["code"] == "identity_mismatch");
  CHECK(carol.request(join_event(room, "carol"))["success"] == true);
  CHECK(name("carol") == "Caroline");
}

TEST_CASE("a messenger's failures have the names of its events", "[messenger]") {
  live_house house;
  ws_client ann{house.port()};
  for (auto event : {"joinRoom", "leaveRoom", "message"}) {
    ann.send({{"type", event}, {"userId", "ann"}, {"roomId", "000000"}, {"content", "hi"}});
    auto error = ann.expect("error");
    CHECK(error["event"] == event);
    CHECK(error["success"] == false);
  }
}

namespace {

/// A room with a client in it that may come back, whose session the test knows.
struct returning {
  net::io_thread* thread = nullptr;
  std::weak_ptr<net::socketio_client> session;
  atrium::daemon house{test_settings(), ways()};
  std::optional<polling_client> client;
  json ids;
  std::string room;
  std::string offset;

  returning() {
    REQUIRE_FALSE(house.start());
    room = create_room(house.port());
    client.emplace(house.port());
    ids = client->connect({{"recovery", true}, {"userId", "ann"}, {"username", "Ann"}});
    client->emit("join", {{"roomId", room}});
    offset = client->offset_of("whiteboard:state");
  }

  /// The connection is lost; on another one the client has its id again.
  bool is_recovered() {
    client->say("1");
    polling_client again{house.port()};
    return again.connect({{"pid", ids["pid"]}, {"offset", offset}})["sid"] == ids["sid"];
  }

private:
  net::routes ways() {
    auto make = [this](net::io_thread& t,
                       net::engineio_opening o) -> std::shared_ptr<net::engineio_session> {
      auto made = std::make_shared<net::socketio_client>(t, std::move(o));
      if (session.expired()) session = made;
      thread = &t;
      return made;
    };
    return {{}, {{"/socket.io/", make}}};
  }
};

} // namespace

TEST_CASE("who heard a room in the messenger's words does not come back by offset", "[messenger]") {
  returning ann;
  SECTION("it may without") {
    CHECK(ann.is_recovered());
  }
  SECTION("it hears one so beside its own words") {
    constexpr atrium::room_key other = 1'000'000;
    atrium::frames bytes;
    bytes[static_cast<std::size_t>(wire::socketio)] = net::make_text_frame(
        "42[\"chat:message\",{}]");
    bytes[static_cast<std::size_t>(wire::socketio_messenger)] = net::make_text_frame(
        "42[\"message\",{\"seq\":5}]");
    ann.thread->post(atrium::op::subscribe{ann.session.lock()->id(), other,
                                           wire::socketio_messenger, atrium::audience::full_board});
    ann.thread->post(atrium::op::publish{other, bytes, 0, atrium::audience::all,
                                         atrium::delivery::reliable, 0, 5});
    CHECK(ann.client->expect("42[\"message\"")[1]["seq"] == 5);
    CHECK_FALSE(ann.is_recovered());
  }
  SECTION("it is in a space, or was since its last offset") {
    json fields{{"spaceId", create_room(ann.house.port(), {{"kind", "space"}})}};
    ann.client->say("421" + json::array({"join-space", fields}).dump());
    CHECK(ann.client->expect("431[")[0]["success"] == true);
    SECTION("still") {
      CHECK_FALSE(ann.is_recovered());
    }
    SECTION("no more") {
      ann.client->say("422" + json::array({"leave-space", fields}).dump());
      ann.client->expect("432[");
      CHECK_FALSE(ann.is_recovered());
    }
  }
  SECTION("it entered by joinRoom") {
    auto second = create_room(ann.house.port());
    json fields{{"userId", "ann"}, {"roomId", second}};
    ann.client->say("421" + json::array({"joinRoom", fields}).dump());
    CHECK(ann.client->expect("431[")[0]["success"] == true);
    SECTION("and is there still") {
      CHECK_FALSE(ann.is_recovered());
    }
    SECTION("and has left, but nothing tells how far it is") {
      ann.client->say("422" + json::array({"leaveRoom", fields}).dump());
      ann.client->expect("432[");
      CHECK_FALSE(ann.is_recovered());
    }
    SECTION("and has left, and heard of its first room since") {
      ann.client->say("422" + json::array({"leaveRoom", fields}).dump());
      ann.client->expect("432[");
      ann.client->emit("chat:message", {{"roomId", ann.room}, {"message", "hi"}});
      ann.offset = ann.client->offset_of("chat:message");
      CHECK(ann.is_recovered());
    }
  }
}
