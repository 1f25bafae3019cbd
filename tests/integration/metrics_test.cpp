// What /metrics shows moves as things happen: clients come and go, limits are hit, tokens refused,
// what was missed is served.
#include "support/kept_house.hpp"
#include "support/polling_client.hpp"
#include "support/token_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <string>

using atrium::access_fault;
using atrium::counter;
using atrium::errc;
using atrium::limit;
using atrium::recovery;
using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

json chat(const std::string& room, const std::string& text) {
  return {{"type", "chat:message"}, {"roomId", room}, {"message", text}};
}

/// A figure of /metrics; -1 if there is none.
double figure(live_house& house, const std::string& name) {
  auto text = "\n" + http_get(house.port(), "/metrics").body;
  auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

bool becomes(live_house& house, const std::string& name, double wanted) {
  return eventually([&] { return figure(house, name) == wanted; });
}

const std::string connections = "atrium_connections";
const std::string vocabularies = "atrium_connections_by_vocabulary";

} // namespace

TEST_CASE("connections are counted by transport and by words", "[metrics]") {
  live_house house;
  auto room = create_room(house.port());
  auto space = create_room(house.port(), {{"kind", "space"}, {"width", 10}, {"height", 10}});
  {
    ws_client ann{house.port()};
    polling_client bob{house.port()};
    bob.say("40");
    bob.expect("40");
    CHECK(becomes(house, connections + "{transport=\"native\"}", 1));
    CHECK(becomes(house, connections + "{transport=\"socketio_polling\"}", 1));
    CHECK(becomes(house, vocabularies + "{vocabulary=\"base\"}", 2));
    ann.join(room, "ann");
    REQUIRE(ann.request({{"type", "joinRoom"}, {"roomId", room}, {"userId", "ann"}})["success"]
            == true);
    CHECK(figure(house, vocabularies + "{vocabulary=\"messenger\"}") == 1);
    REQUIRE(
        ann.request({{"type", "join-space"}, {"spaceId", space}, {"username", "ann"}})["success"]
        == true);
    CHECK(figure(house, vocabularies + "{vocabulary=\"space\"}") == 1);
    CHECK(figure(house, vocabularies + "{vocabulary=\"messenger\"}") == 0);
    CHECK(figure(house, "atrium_users_online") == 1);
    CHECK(figure(house, "atrium_rooms{state=\"live\"}") == 2);
    bob.say("1");
    CHECK(becomes(house, connections + "{transport=\"socketio_polling\"}", 0));
    ann.close();
  }
  CHECK(becomes(house, connections + "{transport=\"native\"}", 0));
  CHECK(becomes(house, vocabularies + "{vocabulary=\"space\"}", 0));
}

TEST_CASE("events are counted by type and result, and timed", "[metrics]") {
  live_house house;
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ws_client bob{house.port()};
  ann.join(room, "ann");
  bob.join(room, "bob");
  auto deliveries = house.counts().value(counter::deliveries);
  for (int i = 0; i < 40; ++i) {
    REQUIRE(ann.request(chat(room, "hello"))["success"] == true);
    bob.expect("chat:message");
  }
  CHECK(ann.request(chat(room, ""))["code"] == "bad_request");
  CHECK(ann.request({{"type", "dance"}, {"roomId", room}})["code"] == "unknown_event");
  CHECK(figure(house, "atrium_events_total{event=\"chat:message\",result=\"ok\"}") == 40);
  CHECK(figure(house, "atrium_events_total{event=\"chat:message\",result=\"bad_request\"}") == 1);
  CHECK(figure(house, "atrium_events_total{event=\"other\",result=\"unknown_event\"}") == 1);
  CHECK(figure(house, "atrium_events_total{event=\"join\",result=\"ok\"}") == 2);
  CHECK(figure(house, "atrium_event_latency_seconds_count{kind=\"entry\"}") == 2);
  CHECK(figure(house, "atrium_event_latency_seconds_count{kind=\"change\"}") == 42);
  // What is said about who is there may come in between.
  CHECK(house.counts().value(counter::deliveries) >= deliveries + 80);
  CHECK(house.counts().value(counter::deliveries) <= deliveries + 90);
  CHECK(figure(house, "atrium_bytes_received_total") > 40 * 60);
  // One in so many of the broadcasts.
  CHECK(eventually([&] { return figure(house, "atrium_fan_out_seconds_count") >= 1; }));
  auto latency = house.counts().measured.latency_last_minute();
  CHECK(latency.count == 44);
  CHECK(latency.p50 > 0us);
  CHECK(latency.p99 >= latency.p50);
  CHECK(latency.p99 < 5s);
}

TEST_CASE("cursors wait for their pace and are not timed", "[metrics]") {
  live_house house;
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ann.join(room, "ann");
  ann.request({{"type", "cursor"}, {"roomId", room}, {"x", 1}, {"y", 2}});
  CHECK(figure(house, "atrium_events_total{event=\"cursor\",result=\"ok\"}") == 1);
  CHECK(figure(house, "atrium_event_latency_seconds_count{kind=\"change\"}") == 0);
}

TEST_CASE("each limit that is hit is counted by its name", "[metrics]") {
  auto config = test_settings();
  auto& l = config.limits;
  l.payload_bytes = 10'000;
  l.header_bytes = 1'000;
  l.json_depth = 8;
  l.message_chars = 20;
  l.cursor_bytes = 32;
  l.board_elements = 1;
  l.board_bytes = 500;
  l.friends_per_user = 1;
  l.rooms_per_connection = 1;
  l.connections_per_ip = 3;
  l.rooms_created_per_minute = 3;
  l.members_per_room = 2;
  l.handshake = 300ms;
  live_house house{config};
  auto hits = [&](limit which) { return house.counts().value(which); };
  auto room = create_room(house.port(), {{"maxParticipants", 2}});
  auto other = create_room(house.port());
  ws_client ann{house.port()};
  ann.join(room, "ann");
  auto refused = [&](json event) { CHECK(ann.request(std::move(event))["success"] == false); };

  SECTION("of events") {
    refused(chat(room, std::string(21, 'x')));
    CHECK(hits(limit::message_chars) == 1);
    refused(
        {{"type", "cursor"}, {"roomId", room}, {"x", 1}, {"y", 2}, {"z", std::string(64, 'x')}});
    CHECK(hits(limit::cursor_bytes) == 1);
    json element{{"id", "a"}, {"version", 1}};
    json second{{"id", "b"}, {"version", 1}};
    refused({{"type", "whiteboard-change"}, {"roomId", room}, {"elements", {element, second}}});
    CHECK(hits(limit::board_elements) == 1);
    element["text"] = std::string(600, 'x');
    refused({{"type", "whiteboard-change"}, {"roomId", room}, {"elements", {element}}});
    CHECK(hits(limit::board_bytes) == 1);
    refused({{"type", "setFriends"}, {"friends", {{{"id", "a"}}, {{"id", "b"}}}}});
    CHECK(hits(limit::friends_per_user) == 1);
    refused({{"type", "join"}, {"roomId", other}, {"username", "ann"}});
    CHECK(hits(limit::rooms_per_connection) == 1);
    ann.send_text(std::string(20, '[') + std::string(20, ']'));
    ann.expect("error");
    CHECK(hits(limit::json_depth) == 1);
    ann.send_text("{\"type\":\"" + std::string(10'001, 'x') + "\"}");
    CHECK(ann.expect_close() == 1009);
    CHECK(hits(limit::payload_bytes) == 1);
  }
  SECTION("of rooms") {
    ws_client bob{house.port()};
    bob.join(room, "bob");
    ws_client cid{house.port()};
    auto full = cid.request(
        {{"type", "join"}, {"roomId", room}, {"userId", "cid"}, {"username", "cid"}});
    CHECK(full["code"] == "room_full");
    CHECK(hits(limit::members_per_room) == 1);
    CHECK_THROWS_AS(ws_client{house.port()}, handshake_refused);
    CHECK(hits(limit::connections_per_ip) == 1);
    create_room(house.port());
    CHECK(http_post(house.port(), "/api/rooms", {{"name", "a"}, {"createdBy", "b"}}).status == 429);
    CHECK(hits(limit::rooms_created_per_minute) == 1);
  }
  SECTION("of HTTP") {
    auto long_header = http_request(house.port(), "GET", "/api/rooms", {},
                                    {{"X-Long", std::string(2'000, 'x')}});
    CHECK(long_header.status == 431);
    CHECK(hits(limit::header_bytes) == 1);
    CHECK(http_request(house.port(), "POST", "/api/rooms", std::string(20'000, ' ')).status == 413);
    CHECK(hits(limit::payload_bytes) == 1);
    CHECK(raw_exchange(house.port(), "GET /api/ro").empty());
    CHECK(hits(limit::handshake_ms) == 1);
    CHECK_THROWS_AS((ws_client{house.port(), "/ws", {{"Origin", "http://elsewhere.example"}}}),
                    handshake_refused);
    CHECK(hits(limit::allowed_origins) == 1);
    CHECK(figure(house, "atrium_http_responses_total{status=\"4xx\"}") >= 3);
  }
  CHECK(hits(limit::events_per_second) == 0);
}

TEST_CASE("who is too fast or guesses is counted by limit", "[metrics]") {
  auto config = test_settings();
  config.limits.events_per_second = 1;
  config.limits.events_burst = 4;
  config.limits.requests_per_second = 1;
  config.limits.requests_burst = 10;
  config.limits.join_failures_per_minute = 2;
  live_house house{config};
  auto room = create_room(house.port(), {{"password", "open"}});
  ws_client ann{house.port()};
  for (int i = 0; i < 3; ++i)
    ann.request({{"type", "join"}, {"roomId", room}, {"username", "ann"}, {"password", "no"}});
  CHECK(house.counts().value(access_fault::password) == 2);
  CHECK(house.counts().value(limit::join_failures_per_minute) == 1);
  for (int i = 0; i < 3; ++i) ann.request({{"type", "typing"}, {"roomId", room}});
  CHECK(house.counts().value(limit::events_per_second) >= 1);
  for (int i = 0; i < 10; ++i) (void)http_get(house.port(), "/api/rooms");
  CHECK(house.counts().value(limit::requests_per_second) >= 1);
}

TEST_CASE("who is refused for its token is counted by reason", "[metrics]") {
  live_house house{with_tokens()};
  auto counted = [&](access_fault f) { return house.counts().value(f); };
  auto try_with = [&](const std::string& token) {
    CHECK_THROWS_AS((ws_client{house.port(), "/ws?token=" + token}), handshake_refused);
  };
  try_with("");
  CHECK(counted(access_fault::missing) == 1);
  try_with("garbage");
  CHECK(counted(access_fault::malformed) == 1);
  try_with(make_token(R"({"sub":"ann"})", "another secret of more than thirty-two bytes"));
  CHECK(counted(access_fault::signature) == 1);
  try_with(make_token(R"({"sub":"ann","exp":)" + seconds(-60) + "}", token_secret));
  CHECK(counted(access_fault::expired) == 1);
  // What needs no token is not counted: Prometheus itself shows none.
  CHECK(http_get(house.port(), "/metrics").status == 200);
  CHECK(counted(access_fault::missing) == 1);
  auto ann = make_token(R"({"sub":"ann","rooms":[]})", token_secret);
  CHECK(http_request(house.port(), "GET", "/api/users/online", {}, bearer(ann)).status == 403);
  CHECK(counted(access_fault::no_operator) == 1);
  ws_client client{house.port(), "/ws?token=" + ann};
  client.request({{"type", "join"}, {"roomId", "elsewhere"}, {"username", "ann"}});
  CHECK(counted(access_fault::closed_room) == 1);
  client.request({{"type", "join"}, {"roomId", "elsewhere"}, {"userId", "bob"}, {"username", "b"}});
  CHECK(counted(access_fault::other_user) == 1);
  CHECK(figure(house, "atrium_auth_failures_total{reason=\"signature\"}") == 1);
}

TEST_CASE("what was missed is counted as served or refused", "[metrics]") {
  live_house house;
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  auto joined = ann.join(room, "ann");
  ann.request(chat(room, "one"));
  json since{{"epoch", joined["epoch"]}, {"seq", 0}};
  CHECK(ann.join(room, "ann", {{"since", since}})["recovered"] == true);
  CHECK(house.counts().value(recovery::room_served) == 1);
  since["epoch"] = "another";
  CHECK(ann.join(room, "ann", {{"since", since}})["recovered"] == false);
  CHECK(house.counts().value(recovery::room_refused) == 1);
  ann.join(room, "ann");
  CHECK(figure(house, "atrium_recoveries_total{kind=\"room\",result=\"served\"}") == 1);
  CHECK(figure(house, "atrium_recoveries_total{kind=\"room\",result=\"refused\"}") == 1);
  // Nobody remembers this connection.
  polling_client bob{house.port()};
  bob.say(R"(40{"pid":"nobody","offset":"x"})");
  bob.expect("40");
  CHECK(house.counts().value(recovery::connection_refused) == 1);
}

TEST_CASE("writers show what Redis takes, and that it is away", "[metrics][outage]") {
  kept_house house;
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ann.join(room, "ann");
  auto durable = chat(room, "sure?");
  durable["durable"] = true;
  REQUIRE(ann.request(durable)["persisted"] == true);
  CHECK(eventually([&] { return house.metric("atrium_writer_connected{writer=\"0\"}") == 1; }));
  CHECK(house.metric("atrium_writer_breaker_open{writer=\"0\"}") == 0);
  CHECK(house.metric("atrium_persistence_lag_seconds_count") >= 1);
  CHECK(house.metric("atrium_pipeline_commands_count") >= 1);
  CHECK(house.metric("atrium_pipeline_commands_sum")
        >= house.metric("atrium_pipeline_commands_count"));
  CHECK(house.metric("atrium_event_latency_seconds_count{kind=\"durable\"}") == 1);
  // It is counted at the first sweep.
  CHECK(eventually([&] {
    auto text = http_get(house.port(), "/metrics").body;
    return text.find("atrium_rooms{state=\"passive\"} 0\n") != std::string::npos;
  }));
  house.redis.kill();
  CHECK(eventually([&] { return house.metric("atrium_writer_connected{writer=\"0\"}") == 0; }));
  ann.request(chat(room, "while it is away"));
  CHECK(eventually([&] { return house.metric("atrium_rooms_dirty") == 1; }));
  CHECK(eventually(
      [&] { return house.metric("atrium_redis_errors_total{class=\"unreachable\"}") >= 1; }));
  CHECK(house.metric("atrium_redis_errors_total{class=\"broken\"}") >= 1);
  house.redis.start();
  CHECK(eventually([&] { return house.metric("atrium_rooms_dirty") == 0; }));
  // The room's writer may be the other one.
  CHECK(eventually([&] { return house.metric("atrium_writer_connected{writer=\"0\"}") == 1; }));
  CHECK(house.metric("atrium_store_reconnects_total") >= 1);
}
