#include <catch2/catch.hpp>

#include "support/http_client.hpp"
#include "support/live_house.hpp"
#include "support/ws_client.hpp"

#include <sys/resource.h>

#include <fstream>
#include <thread>

using atrium::counter;
using atrium::errc;
using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// Waits for something that happens on another thread.
template <class Done>
bool eventually(Done is_done, std::chrono::milliseconds patience = 10s) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (!is_done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

std::string get(std::string_view more, std::string_view target = "/health") {
  return "GET " + std::string{target} + " HTTP/1.1\r\n" + std::string{more} + "\r\n";
}

json chat(const std::string& room, const std::string& text) {
  return {{"type", "chat:message"}, {"roomId", room}, {"message", text}};
}

unsigned refusal(std::uint16_t port, const std::string& path, const headers& extra) {
  try {
    ws_client c{port, path, extra};
  } catch (const handshake_refused& no) {
    return no.status;
  }
  return 101;
}

} // namespace

TEST_CASE("two clients meet, chat and draw; a third finds everything") {
  live_house house;
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ws_client bob{house.port(), "/"};
  auto joined = ann.join(room, "ann");
  CHECK(joined["room"]["id"] == room);
  CHECK(joined["count"] == 1);
  bob.join(room, "bob");
  CHECK(ann.expect("presence:update", [](const json& p) { return p["count"] == 2; })["participants"]
            .size()
        == 2);
  auto ack = ann.request(chat(room, "  hello  "));
  CHECK(ack["success"] == true);
  CHECK(ack["persisted"] == false);
  CHECK(ack["message"]["message"] == "hello");
  auto heard = bob.expect("chat:message");
  CHECK(heard["messageType"] == "text");
  CHECK(heard["message"] == "hello");
  CHECK(heard["userId"] == "ann");
  CHECK(heard["seq"] == ack["seq"]);
  ann.expect("chat:message");
  auto drawn = bob.request({{"type", "whiteboard:patch"},
                            {"roomId", room},
                            {"elements", json::array({{{"id", "e"}, {"version", 1}}})}});
  CHECK(drawn["changed"] == 1);
  CHECK(ann.expect("whiteboard-update")["elements"][0]["id"] == "e");
  ws_client eve{house.port(), "/ws?userId=eve&username=Eve"};
  auto third = eve.request({{"type", "join"}, {"roomId", room}});
  CHECK(third["userId"] == "eve");
  CHECK(eve.next()["type"] == "chat:history");
  CHECK(eve.next()["type"] == "whiteboard:state");
}

TEST_CASE("what a client says wrongly is told, and the connection stays") {
  live_house house;
  ws_client c{house.port()};
  c.send_text("{");
  auto error = c.expect("error");
  CHECK(error["code"] == "invalid_json");
  CHECK(error["success"] == false);
  CHECK(error["message"] == error["error"]);
  c.send_text("[1,2]");
  CHECK(c.expect("error")["code"] == "invalid_json");
  c.send_text(std::string(1'000, '[') + std::string(1'000, ']'));
  CHECK(c.expect("error")["code"] == "invalid_json");
  c.send_binary("bytes");
  CHECK(c.expect("error")["code"] == "invalid_json");
  CHECK(c.request({{"type", "dance"}})["code"] == "unknown_event");
  CHECK(c.request({{"type", "chat:message"}, {"roomId", 5}})["code"] == "bad_request");
  CHECK(c.request(chat("123456", "x"))["code"] == "not_in_room");
  CHECK(c.request({{"type", "join"}, {"roomId", "000000"}, {"username", "n"}})["code"]
        == "room_not_found");
  c.send({{"type", "leave"}, {"roomId", "123456"}});
  CHECK(c.expect("error")["event"] == "leave");
  CHECK(c.is_open());
  CHECK(house.counts().value(counter::frames_malformed) == 4);
  CHECK(house.counts().value(errc::unknown_event) == 1);
}

TEST_CASE("ten malformed messages in a row close the connection; an object in between does not") {
  live_house house;
  ws_client text{house.port()};
  for (int i = 0; i < 9; ++i) text.send_text("nonsense");
  text.send_text("{}");
  // The object is answered by its connection's actor, for which a close does not wait.
  text.expect([](const auto& m) { return m["code"] == "bad_request"; });
  for (int i = 0; i < 10; ++i) text.send_text("nonsense");
  CHECK(text.expect_close() == 1007);
  CHECK(text.take_all().size() == 19);
  ws_client binary{house.port()};
  for (int i = 0; i < 10; ++i) binary.send_binary("x");
  CHECK(binary.expect_close() == 1003);
}

TEST_CASE("invalid UTF-8 and broken frames close at once") {
  live_house house;
  ws_client utf{house.port()};
  utf.send_text("{\"type\":\"\xff\"}");
  CHECK(utf.expect_close() == 1007);
  ws_client unmasked{house.port()};
  unmasked.send_raw(std::string("\x81\x02{}", 4));
  CHECK(unmasked.expect_close() == 1002);
  ws_client reserved{house.port()};
  reserved.send_raw(std::string("\x83\x80\0\0\0\0", 6));
  CHECK(reserved.expect_close() == 1002);
}

TEST_CASE("a message beyond payload_bytes closes with 1009, and the client can read that") {
  auto config = test_settings();
  config.limits.payload_bytes = 100'000;
  live_house house{config};
  ws_client c{house.port()};
  std::string big(2'000'000, 'x');
  // A whole frame, masked with zeros, while the server stops reading after its head.
  std::string head{"\x81\xff\0\0\0\0", 6};
  for (int shift = 24; shift >= 0; shift -= 8)
    head += static_cast<char>(big.size() >> shift & 0xff);
  c.send_raw(head + std::string(4, '\0') + big);
  CHECK(c.expect_close() == 1009);
  ws_client fits{house.port()};
  fits.send_text("{\"type\":\"" + std::string(90'000, 'x') + "\"}");
  CHECK(fits.expect("error")["code"] == "unknown_event");
}

TEST_CASE("a client that closes is answered and leaves its room") {
  live_house house;
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ann.join(room, "ann");
  {
    ws_client bob{house.port()};
    bob.join(room, "bob");
    ann.expect("presence:update", [](const json& p) { return p["count"] == 2; });
    bob.close();
  }
  ann.expect("presence:update", [](const json& p) { return p["count"] == 1; });
  ws_client eve{house.port()};
  eve.join(room, "eve");
  ann.expect("presence:update", [](const json& p) { return p["count"] == 2; });
  eve.drop(true);
  ann.expect("presence:update", [](const json& p) { return p["count"] == 1; });
}

TEST_CASE("silent and slow connections are closed at the handshake's time limit") {
  auto config = test_settings();
  config.limits.handshake = 300ms;
  live_house house{config};
  CHECK(raw_exchange(house.port(), "").empty());
  CHECK(raw_exchange(house.port(), "GET /health HT").empty());
  CHECK(raw_exchange(house.port(), "GET / \r\n\r\n").find(" 200 ") == std::string::npos);
  CHECK(raw_exchange(house.port(), "POST /api/rooms HTTP/1.1\r\nHost: a\r\nContent-Type: "
                                   "application/json\r\nContent-Length: 100\r\n\r\n{")
            .empty());
  CHECK(house.counts().value(counter::handshakes_timed_out) >= 3);
}

TEST_CASE(
    "a thousand connections that say nothing are gone in time, and others are served meanwhile") {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  auto config = test_settings();
  config.limits.handshake = 2s;
  config.limits.connections_per_ip = 5;
  live_house house{config};
  std::vector<std::thread> crowds;
  std::atomic<int> closed{0};
  for (int t = 0; t < 10; ++t)
    crowds.emplace_back([&] {
      std::vector<std::thread> waiting;
      for (int i = 0; i < 100; ++i)
        waiting.emplace_back([&] {
          if (raw_exchange(house.port(), "", 20s).empty()) ++closed;
        });
      for (auto& w : waiting) w.join();
    });
  ws_client talker{house.port()};
  CHECK(talker.request({{"type", "dance"}})["code"] == "unknown_event");
  for (auto& c : crowds) c.join();
  CHECK(closed == 1'000);
  CHECK(talker.request({{"type", "dance"}})["code"] == "unknown_event");
}

TEST_CASE("pages of other origins get 403, connections beyond the limits 429 and 503") {
  auto config = test_settings();
  config.limits.connections_per_ip = 2;
  config.limits.connections = 3;
  config.server.trusted_proxies = {"127.0.0.0/8"};
  live_house house{config};
  auto port = house.port();
  CHECK(refusal(port, "/ws", {{"Origin", "http://evil.example"}}) == 403);
  CHECK(refusal(port, "/ws", {{"Origin", "http://127.0.0.1:" + std::to_string(port)}}) == 101);
  CHECK(refusal(port, "/elsewhere", {}) == 404);
  REQUIRE(eventually([&] { return house.counts().value(counter::connections_closed) == 1; }));
  auto from = [](const char* ip) { return headers{{"X-Forwarded-For", ip}}; };
  ws_client first{port, "/ws", from("9.9.9.1")};
  ws_client second{port, "/ws", from("9.9.9.1")};
  // The place of the first visit is given back a moment after its end was counted.
  CHECK(eventually([&] { return refusal(port, "/ws", from("9.9.9.1")) == 429; }));
  ws_client third{port, "/ws", from("9.9.9.2")};
  CHECK(refusal(port, "/ws", from("9.9.9.3")) == 503);
  first.close();
  CHECK(eventually([&] { return refusal(port, "/ws", from("9.9.9.1")) == 101; }));
  CHECK(house.counts().value(counter::connections_refused) >= 3);
}

TEST_CASE("who doesn't answer pings is closed with 4408; who does is not") {
  auto config = test_settings();
  config.heartbeat.interval = 300ms;
  config.heartbeat.timeout = 300ms;
  live_house house{config};
  // Speaks WebSocket, but answers nothing.
  auto answer = raw_exchange(house.port(), upgrade_request());
  CHECK(answer.find(std::string("\x89\x00", 2)) != std::string::npos);
  CHECK(answer.find("\x11\x38no heartbeat") != std::string::npos);
  CHECK(house.counts().value(counter::heartbeats_missed) == 1);
  ws_client alive{house.port()};
  alive.read_for(1'500ms);
  CHECK(alive.is_open());
}

TEST_CASE("a reader that takes nothing at all is closed in the end") {
  auto config = test_settings();
  config.limits.stalled = 1s;
  config.limits.lane_bytes = 100'000;
  live_house house{config};
  auto room = create_room(house.port());
  ws_client slow{house.port(), "/ws", {}, 4'096};
  ws_client writer{house.port()};
  slow.join(room, "slow");
  writer.join(room, "writer");
  std::string text(9'000, 'x');
  auto is_closed = [&] { return house.counts().value(counter::slow_closed) == 1; };
  for (int i = 0; i < 4'000 && !is_closed(); ++i) {
    writer.request(chat(room, text));
    writer.take_all();
  }
  CHECK(eventually(is_closed));
  CHECK(eventually([&] { return house.counts().value(counter::connections_closed) == 1; }));
}

TEST_CASE("who pipelines and never reads is read no further, and holds no memory") {
  auto config = test_settings();
  live_house house{config};
  auto room = create_room(house.port());
  ws_client writer{house.port()};
  writer.join(room, "writer");
  for (int i = 0; i < 50; ++i) writer.request(chat(room, std::string(9'000, 'x')));
  ws_client greedy{house.port(), "/ws", {}, 4'096};
  greedy.join(room, "greedy");
  auto before = house.counts().value(counter::commands);
  json ask{{"type", "chat:history"}, {"roomId", room}, {"ref", 1}};
  auto frame = ask.dump();
  std::string masked = "\x81" + std::string{static_cast<char>(0x80 | frame.size())}
                       + std::string(4, '\0') + frame;
  std::string many;
  for (int i = 0; i < 300; ++i) many += masked;
  // 300 answers of 450 KB each.
  greedy.send_raw(many);
  CHECK(writer.request(chat(room, "still served"))["success"] == true);
  std::this_thread::sleep_for(500ms);
  auto asked = house.counts().value(counter::commands) - before;
  CHECK(asked > 0);
  CHECK(asked < 100);
  // When it reads, everything is answered.
  for (int i = 0; i < 300; ++i) greedy.expect("ack");
}

TEST_CASE("at shutdown clients are told when to come back, and closed with 1001") {
  live_house house;
  auto room = create_room(house.port());
  ws_client c{house.port()};
  c.join(room, "c");
  house.doors().announce_shutdown();
  CHECK(c.expect("server:shutdown")["retryAfterMs"] <= 50);
  CHECK(c.expect_close() == 1001);
  CHECK(house.doors().wait_closed(std::chrono::steady_clock::now() + 5s));
  auto refused = http_get(house.port(), "/api/rooms/" + room);
  CHECK(refused.status == 503);
  CHECK(refused.json()["code"] == "shutting_down");
  CHECK(refused.headers.count("retry-after") == 1);
  CHECK(refusal(house.port(), "/ws", {}) == 503);
  CHECK(http_get(house.port(), "/health").status == 200);
}

TEST_CASE("an address in use is told, not shared") {
  live_house first;
  auto config = test_settings();
  config.server.port = first.port();
  CHECK_THROWS_WITH(live_house{config}, Catch::Contains("in use"));
}

TEST_CASE("rooms are created, listed, read and deleted over REST") {
  live_house house;
  auto port = house.port();
  auto made = http_post(port, "/api/rooms/create",
                        {{"name", "n"}, {"createdBy", "c"}, {"id", "own"}});
  REQUIRE(made.status == 201);
  CHECK(made.headers["cache-control"] == "no-store");
  auto code = made.json()["room"]["code"].get<std::string>();
  CHECK(made.json()["room"]["id"] == "own");
  auto again = http_post(port, "/api/rooms", {{"name", "n"}, {"createdBy", "c"}, {"id", "own"}});
  CHECK(again.status == 409);
  CHECK(again.json()["code"] == "room_exists");
  CHECK(http_get(port, "/api/rooms/" + code).json()["room"]["id"] == "own");
  auto listed = http_get(port, "/api/rooms?limit=5").json();
  CHECK(listed["count"] == 1);
  CHECK(listed["rooms"][0]["name"] == "n");
  ws_client ann{port};
  ann.join("own", "ann");
  for (int i = 0; i < 7; ++i) ann.request(chat("own", std::to_string(i)));
  auto page = http_get(port, "/api/rooms/own/messages?limit=3").json();
  CHECK(page["count"] == 3);
  CHECK(page["hasMore"] == true);
  CHECK(page["messages"][2]["message"] == "6");
  auto older = http_get(port, "/api/rooms/own/messages?limit=3&before="
                                  + page["messages"][0]["id"].get<std::string>())
                   .json();
  CHECK(older["messages"][2]["message"] == "3");
  CHECK(http_get(port, "/api/rooms/own/whiteboard").json()["whiteboard"]["elements"].empty());
  CHECK(http_get(port, "/api/rooms/own/participants").json()["participants"][0]["userId"] == "ann");
  auto stats = http_get(port, "/api/rooms/own/stats").json()["stats"];
  CHECK(stats["messageCount"] == 7);
  CHECK(stats["participantCount"] == 1);
  CHECK(http_request(port, "DELETE", "/api/rooms/own").status == 200);
  CHECK(ann.expect("room:closed")["reason"] == "deleted");
  CHECK(http_get(port, "/api/rooms/own").status == 404);
}

TEST_CASE("HTTP refuses what is wrong with the fitting status") {
  auto config = test_settings();
  config.limits.payload_bytes = 10'000;
  config.cors.origins = {"http://app.example"};
  config.admin.metrics = "token";
  config.admin.token = "secret";
  live_house house{config};
  auto port = house.port();
  auto status = [&](const std::string& bytes) {
    auto answer = raw_exchange(port, bytes);
    return answer.size() > 12 ? answer.substr(9, 3) : answer;
  };
  CHECK(status(get("")) == "400");
  CHECK(status(get("Host: a\r\nHost: a\r\n")) == "400");
  CHECK(status(get("Host: a b\r\n")) == "400");
  CHECK(status(get("Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n")) == "400");
  CHECK(status(get("Host: a\r\nTransfer-Encoding: gzip\r\n")) == "501");
  CHECK(status(get("Host: a\r\nX: " + std::string(20'000, 'x') + "\r\n")) == "431");
  CHECK(status("rubbish\r\n\r\n") == "400");
  CHECK(status(get("Host: a\r\nConnection: close\r\n")) == "200");
  CHECK(http_get(port, "/nothing").status == 404);
  auto wrong = http_request(port, "PUT", "/api/rooms");
  CHECK(wrong.status == 405);
  CHECK(wrong.headers["allow"].find("GET") != std::string::npos);
  CHECK(http_request(port, "POST", "/api/rooms", "{").status == 400);
  CHECK(http_request(port, "POST", "/api/rooms", "{}", {{"Content-Type", "text/plain"}}).status
        == 415);
  CHECK(http_request(port, "POST", "/api/rooms", std::string(20'000, ' ')).status == 413);
  auto head = http_request(port, "HEAD", "/health");
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  auto preflight = http_request(
      port, "OPTIONS", "/api/rooms", {},
      {{"Origin", "http://app.example"}, {"Access-Control-Request-Headers", "content-type"}});
  CHECK(preflight.status == 204);
  CHECK(preflight.headers["access-control-allow-origin"] == "http://app.example");
  CHECK(preflight.headers["access-control-allow-headers"] == "content-type");
  CHECK(http_get(port, "/metrics").status == 401);
  auto metrics = http_request(port, "GET", "/metrics", {}, {{"Authorization", "Bearer secret"}});
  CHECK(metrics.status == 200);
  CHECK(metrics.body.find("atrium_http_requests_total") != std::string::npos);
  CHECK(http_get(port, "/ready").status == 200);
}

TEST_CASE("a client may expect 100-continue, and pipeline requests") {
  live_house house;
  std::string body = R"({"name":"n","createdBy":"c"})";
  auto answer = raw_exchange(
      house.port(), "POST /api/rooms HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    "Expect: 100-continue\r\nContent-Length: "
                        + std::to_string(body.size()) + "\r\n\r\n" + body + get("Host: a\r\n")
                        + get("Host: a\r\nConnection: close\r\n"));
  CHECK(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created"));
  auto first = answer.find("HTTP/1.1 200 OK");
  CHECK(first != std::string::npos);
  CHECK(answer.find("HTTP/1.1 200 OK", first + 1) != std::string::npos);
}

TEST_CASE("requests and created rooms are limited per address") {
  auto config = test_settings();
  config.limits.requests_per_second = 1;
  config.limits.requests_burst = 5;
  config.limits.rooms_created_per_minute = 2;
  live_house house{config};
  create_room(house.port());
  create_room(house.port());
  auto third = http_post(house.port(), "/api/rooms", {{"name", "n"}, {"createdBy", "c"}});
  CHECK(third.status == 429);
  CHECK(third.json()["code"] == "rate_limited");
  CHECK(std::stoi(third.headers["retry-after"]) > 1);
  unsigned last = 0;
  for (int i = 0; i < 5; ++i) last = http_get(house.port(), "/api/rooms").status;
  CHECK(last == 429);
  CHECK(http_get(house.port(), "/health").status == 200);
}
