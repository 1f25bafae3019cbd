// Answers as people read them. Whatever users wrote, no control character gets through.
#include "console/display.hpp"
#include "console/views.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace atrium;
using namespace atrium::console;

namespace {

constexpr std::int64_t now = 1'790'000'060'000;

look plain() {
  look l;
  l.now_ms = now;
  return l;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A name that would clear the screen, ring, set the title, and turn what follows round.
constexpr std::string_view evil = R"(E\u001b[2J\u0007\u009b31m\u202e\u001b]0;x\u0007)";

std::string with_evil(std::string text) {
  for (std::size_t at; (at = text.find("EVIL")) != std::string::npos;) text.replace(at, 4, evil);
  return text;
}

} // namespace

TEST_CASE("rooms are a table", "[views]") {
  auto text = rooms_view(
      {R"({"success":true,"total":40,"count":1,"cursor":"x","rooms":[{"id":"123456","code":"123456",
          "name":"Stand-up","kind":"room","isPrivate":true,"dirty":true,"createdAt":1790000000000,
          "ttl":86399,"participants":12,"away":1,"connections":14,"messages":2500,"perSecond":3.5,
          "bytes":120000}]})"},
      plain());
  CHECK(has(text, "123456  Stand-up    12     3.5  2,500  120 kB   1m  23h 59m  dirty private"));
  CHECK(has(text, "1 of 40 rooms; --limit and --all show more"));
  CHECK(rooms_view({R"({"rooms":[]})"}, plain()) == "No rooms.\n");
}

TEST_CASE("relay rooms are a table", "[views]") {
  auto text = relays_view(
      {R"({"success":true,"total":1,"members":3,"count":1,"relays":[{"id":"0123456789abcdef0123",
          "members":3,"messages":2500,"volatileMessages":2400,"bytes":1200000,"messagesPerSecond":60.5,
          "bytesPerSecond":24000,"since":1790000000000}]})"},
      plain());
  CHECK(has(text, "0123456789abcdef0123"));
  CHECK(has(text, "2,500"));
  CHECK(has(text, "1m"));
  CHECK(relays_view({R"({"relays":[]})"}, plain()) == "No rooms of Excalidraw's protocol.\n");
}

TEST_CASE("a room is a sheet and who is in by what", "[views]") {
  auto text = room_view(
      {R"({"room":{"id":"office","code":"123456","name":"Office","kind":"space","width":40,"height":30,
          "createdBy":"ann","createdAt":1790000000000,"participantCount":1,"maxParticipants":50},
          "live":{"epoch":"9f","seq":251,"ttl":60,"unconfirmed":3,"writer":1,"dirty":true,
          "window":{"count":250,"bytes":64000,"firstSeq":2},"board":{"elements":40,"bytes":20000,
          "version":17}},"participants":[{"userId":"ann","username":"Ann","status":"online",
          "joinedAt":1790000000000,"connections":[{"id":"77","protocol":"native","queuedBytes":5},
          {"id":"78"}]},{"userId":"bob","status":"away","connections":[]}]})"},
      plain());
  CHECK(has(text, "office, code 123456"));
  CHECK(has(text, "space, 40 × 30"));
  CHECK(has(text, "40 elements, 20 kB, version 17"));
  CHECK(has(text, "dirty: changed while it was away"));
  CHECK(has(text, "77"));
  CHECK(has(text, "78"));
  CHECK(has(text, "bob"));
}

TEST_CASE("messages show tombstones and links", "[views]") {
  auto text = messages_view(
      {R"({"messages":[{"id":"1","username":"Ann","message":"hi\nthere","timestamp":1790000000000,
          "editedAt":5},{"id":"2","userId":"u2","deletedAt":7,"timestamp":1790000000000},{"id":"3",
          "userId":"u3","message":"cat","metadata":{"url":"https://x/y.png"},"timestamp":0}],
          "hasMore":true})"},
      plain());
  CHECK(has(text, "hi\\nthere (edited)"));
  CHECK(has(text, "(deleted)"));
  CHECK(has(text, "cat <https://x/y.png>"));
  CHECK(has(text, "There are more"));
}

TEST_CASE("what Redis says can be asked for by section", "[views]") {
  json::slice answer{
      R"({"redis":{"kind":"redis","info":{"redis_version":"7.0.15","used_memory":"12",
                         "maxmemory":"0","role":"master","used_cpu_sys":"1"}}})"};
  CHECK(redis_view(answer, "memory", plain()) == "used_memory  12\nmaxmemory    0\n");
  CHECK(redis_view(answer, "replication", plain()) == "role  master\n");
  CHECK(redis_view(answer, "version", plain()) == "redis_version  7.0.15\n");
  CHECK(has(redis_view(answer, "", plain()), "used_cpu_sys"));
  CHECK(redis_view(answer, "nonsense", plain()) == "Redis says nothing of that name.\n");
  CHECK(has(redis_view({R"({"redis":{"kind":"memory"}})"}, "", plain()), "in memory"));
}

TEST_CASE("health shows every component", "[views]") {
  CHECK(health_view({R"({"status":"degraded","redis":{"status":"down","latencyMs":0.2}})"}, plain())
        == "status           degraded\nredis.status     down\nredis.latencyMs  0.2\n");
}

TEST_CASE("lines of a tail are sentences", "[views]") {
  auto line = [](std::string_view text) { return tail_view({text}, plain()); };
  CHECK(line(R"({"type":"tail:alive"})").empty());
  CHECK(line(R"({"type":"chat:message","id":"7","username":"Ann","message":"hi",
                 "timestamp":1790000000000})")
        == "14:13:20 chat:message       Ann: hi [7]\n");
  CHECK(
      has(line(R"({"type":"presence:delta","joined":[{"userId":"a"},{"userId":"b","username":"B"}],
                     "left":["c"],"count":9})"),
          "a, B joined; c left; 9 connected"));
  CHECK(has(line(R"({"type":"whiteboard:patch","elements":[{},{}],"version":3,"seq":5})"),
            "2 elements, version 3, seq 5"));
  CHECK(has(line(R"({"type":"command","userId":"ann","connection":"7","event":"join","roomId":"1",
                     "at":5,"code":"room_full"})"),
            "ann says join in 1: refused, room_full (connection 7)"));
  CHECK(has(line(R"({"type":"something:new","roomId":"1","x":{"y":1},"z":"t"})"),
            R"(x={"y":1} z=t)"));
}

TEST_CASE("no view lets a control character through", "[views]") {
  auto answer = with_evil(
      R"({"rooms":[{"id":"EVIL","name":"EVIL","kind":"EVIL"}],"relays":[{"id":"EVIL"}],"messages":[{"id":"EVIL","username":"EVIL",
        "message":"EVIL","metadata":{"url":"EVIL"}}],"participants":[{"userId":"EVIL","username":"EVIL",
        "status":"EVIL","text":"EVIL","connections":[{"id":"EVIL","protocol":"EVIL","address":"EVIL"}]}],
        "room":{"id":"EVIL","code":"EVIL","name":"EVIL","kind":"EVIL","createdBy":"EVIL"},
        "live":{"epoch":"EVIL"},"stats":{"room":{"id":"EVIL","name":"EVIL"}},
        "connections":[{"id":"EVIL","userId":"EVIL","protocol":"EVIL","address":"EVIL"}],
        "users":[{"userId":"EVIL","username":"EVIL","ipAddress":"EVIL"}],
        "user":{"userId":"EVIL","username":"EVIL","rooms":["EVIL"]},
        "entries":[{"who":"EVIL","action":"EVIL","target":"EVIL","detail":"EVIL","outcome":"EVIL"}],
        "writers":[{"index":0,"lastError":"EVIL"}],"spacesWithUsers":[{"spaceId":"EVIL"}],
        "status":"EVIL","EVIL":"EVIL","redis":{"kind":"redis","info":{"EVIL":"EVIL"}}})");
  look l = plain();
  std::string all;
  for (auto view :
       {rooms_view, relays_view, room_view, participants_view, messages_view, room_stats_view,
        connections_view, users_view, user_view, audit_view, writers_view, stats_view, health_view})
    all += view({answer}, l);
  all += redis_view({answer}, "", l);
  for (const char* type : {"chat:message", "chat:edited", "presence:update", "command", "tail",
                           "connected", "EVIL", "typing"})
    all += tail_view({with_evil(R"({"type":")" + std::string{type} + R"(","username":"EVIL",
        "message":"EVIL","userId":"EVIL","id":"EVIL","roomId":"EVIL","joined":["EVIL"],"event":"EVIL",
        "code":"EVIL","x":"EVIL"})")},
                     l);
  std::erase(all, '\n');
  CHECK(printable(all) == all);
  CHECK(has(all, "E\\x1b[2J\\x07\\x9b31m\\u202e"));
}
