// What REST asks about what is said in a room, and who belongs to it.
#include "net/rest.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace atrium;
using namespace atrium::net;

namespace {

struct asking {
  std::string method = "GET";
  std::string target;
  std::string body = {};
  bool is_operator = false;
  std::string type = "application/json";
  std::size_t members_per_room = 10'000;
};

rest_call call(const asking& a) {
  settings config;
  config.limits.members_per_room = a.members_per_room;
  auto t = parse_target(a.target);
  REQUIRE(t);
  return read_rest_call({a.method, a.type, a.body, *t, a.is_operator}, config);
}

template <class T>
T as(rest_call c) {
  if (auto* no = std::get_if<rest_refusal>(&c)) INFO(no->why.sentence);
  REQUIRE(std::holds_alternative<T>(c));
  return std::get<T>(std::move(c));
}

template <class Command>
Command command(const asking& a) {
  auto r = as<room_call>(call(a));
  CHECK(r.room == "123456");
  REQUIRE(std::holds_alternative<Command>(r.command));
  return std::get<Command>(std::move(r.command));
}

rest_refusal refused(const asking& a) {
  INFO(a.method << " " << a.target << " " << a.body);
  return as<rest_refusal>(call(a));
}

const std::string messages = "/api/rooms/123456/messages";
const std::string members = "/api/rooms/123456/members";

asking post(std::string_view more, bool is_operator = false) {
  return {"POST", messages,
          R"({"userId":"u","username":"n","message":"hi")" + std::string{more} + "}", is_operator};
}

} // namespace

TEST_CASE("a back end posts as whom it names") {
  auto c = as<room_call>(call(post(R"(,"durable":true,"clientMessageId":"c","roomId":"other")")));
  CHECK(c.room == "123456");
  CHECK(c.user.value == "u");
  CHECK(c.username == "n");
  const auto& p = std::get<post_message>(c.command);
  CHECK(p.text == "hi");
  CHECK(p.type == "text");
  CHECK(p.durable);
  CHECK(p.client_message_id == "c");
  CHECK(command<post_message>(post(R"(,"type":"image","metadata":{"url":"https://a","name":"n",)"
                                   R"("size":1,"mimeType":"image/png"})"))
            .type
        == "image");
}

TEST_CASE("a post with a wrong field is refused by the field's name") {
  auto sentence = [](std::string_view body) {
    auto no = refused({"POST", messages, std::string{body}});
    CHECK(no.status == 400);
    CHECK(no.why.code == errc::bad_request);
    return no.why.sentence;
  };
  CHECK(sentence(R"({"username":"n","message":"m"})") == "`userId` is missing");
  CHECK(sentence(R"({"userId":"u","message":"m"})") == "`username` is missing");
  CHECK(sentence(R"({"userId":"u","username":"n"})") == "`message` is missing");
  CHECK(sentence(R"({"userId":"a\nb","username":"n","message":"m"})").starts_with("`userId`"));
  CHECK(sentence(R"({"userId":"u","username":"","message":"m"})").starts_with("`username`"));
  CHECK(sentence(R"({"userId":"u","username":"n","message":"m","type":"video"})")
            .starts_with("`type`"));
  CHECK(sentence(R"({"userId":"u","username":"n","message":"m","type":"image"})")
            .starts_with("`metadata`"));
  CHECK(sentence("[]") == "the body must be a JSON object");
  CHECK(refused({"POST", messages, "{"}).why.code == errc::invalid_json);
  CHECK(refused({"POST", messages, "{}", false, "text/plain"}).status == 415);
  CHECK(refused({"POST", "/api/rooms/a%20b/messages", "{}"}).status == 404);
}

TEST_CASE("only operators post as system") {
  auto no = refused(post(R"(,"type":"system")"));
  CHECK(no.status == 401);
  CHECK(no.why.code == errc::unauthorized);
  CHECK(command<post_message>(post(R"(,"type":"system")", true)).type == "system");
}

TEST_CASE("with `q` messages are searched") {
  auto s = command<search_messages>({"GET", messages + "?q=%20two+words&limit=7&before=m"});
  CHECK(s.query == "two words");
  CHECK(s.limit == 7);
  CHECK(s.before == "m");
  CHECK(command<search_messages>({"GET", messages + "?q=x&limit=9999"}).limit == 200);
  CHECK(command<search_messages>({"GET", messages + "?q=" + std::string(256, 'x')}).limit == 50);
  for (const auto& wrong :
       {std::string{"?q="}, std::string{"?q"}, std::string{"?q=%20%09"},
        "?q=" + std::string(257, 'x'), std::string{"?q=x&after=m"}, std::string{"?q=x&limit=y"}})
    CHECK(refused({"GET", messages + wrong}).status == 400);
  command<get_history>({"GET", messages});
}

TEST_CASE("an export has a format") {
  auto format = [](std::string_view query) {
    return as<export_call>(call({"GET", messages + "/export" + std::string{query}})).format;
  };
  CHECK(format("") == export_format::json);
  CHECK(format("?format=json") == export_format::json);
  CHECK(format("?format=ndjson") == export_format::ndjson);
  CHECK(format("?format=csv") == export_format::csv);
  CHECK(format("?format=txt") == export_format::txt);
  CHECK(as<export_call>(call({"HEAD", messages + "/export"})).room == "123456");
  for (auto wrong : {"?format=", "?format=xml", "?format=CSV"})
    CHECK(refused({"GET", messages + "/export" + wrong}).status == 400);
  CHECK(refused({"POST", messages + "/export", "{}"}).allow == "GET, HEAD");
}

TEST_CASE("members are for operators") {
  CHECK(refused({"GET", members}).status == 401);
  CHECK(refused({"PUT", members, R"({"userIds":[]})"}).status == 401);
  // Nothing is said about what is wrong otherwise.
  CHECK(refused({"PUT", members, "{"}).why.code == errc::unauthorized);
  CHECK(refused({"PUT", members, "{}", false, "text/plain"}).status == 415);
  command<get_members>({"GET", members, "", true});
  CHECK(refused({"DELETE", members}).allow == "GET, HEAD, PUT");
}

TEST_CASE("members are set by their ids, each once") {
  auto set = [](std::string_view ids) {
    return command<set_members>({"PUT", members, R"({"userIds":)" + std::string{ids} + "}", true})
        .users;
  };
  CHECK(set("[]").empty());
  CHECK(set(R"(["b","a","b","\u0061"])") == std::vector<user_id>{{"a"}, {"b"}});
  auto wrong = [](const std::string& body) {
    auto no = refused({"PUT", members, body, true});
    CHECK(no.status == 400);
    return no.why.code;
  };
  CHECK(wrong("{") == errc::invalid_json);
  for (auto body : {"[]", "{}", R"({"userIds":null})", R"({"userIds":"a"})",
                    R"({"userIds":{"a":1}})", R"({"userIds":[1]})", R"({"userIds":["a",null]})",
                    R"({"userIds":[""]})", R"({"userIds":["a\nb"]})", R"({"userIds":[["a"]]})"})
    CHECK(wrong(body) == errc::bad_request);
  CHECK(wrong(R"({"userIds":[")" + std::string(65, 'x') + "\"]}") == errc::bad_request);
}

TEST_CASE("a room has only so many members") {
  asking a{"PUT", members, R"({"userIds":["a","b","a"]})", true};
  a.members_per_room = 2;
  CHECK(command<set_members>(a).users.size() == 2);
  a.members_per_room = 1;
  CHECK(refused(a).status == 409);
  CHECK(refused(a).why.code == errc::room_full);
  a.members_per_room = 0;
  CHECK(command<set_members>(a).users.size() == 2);
}

TEST_CASE("a post is created once") {
  rest_call asked = room_call{"123456", post_message{}};
  posted_result posted{std::make_shared<const std::string>(R"({"id":"m"})"), 7, false, true};
  auto first = answer_result(posted, asked);
  CHECK(first.status == 201);
  CHECK(first.body == R"({"success":true,"message":{"id":"m"},"persisted":true,"seq":7})");
  posted.duplicate = true;
  auto again = answer_result(posted, asked);
  CHECK(again.status == 200);
  CHECK(nlohmann::json::parse(again.body)["duplicate"] == true);
  CHECK(answer_result(members_view{{{"a\""}, {"b"}}}, asked).body
        == R"({"success":true,"userIds":["a\"","b"],"count":2})");
  CHECK(answer_result(members_view{}, asked).body == R"({"success":true,"userIds":[],"count":0})");
}
