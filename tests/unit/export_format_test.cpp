// The files that an export makes, message by message.
#include "net/export_format.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace atrium;
using namespace atrium::net;

namespace {

std::string file(export_format f, const std::vector<std::string>& messages) {
  std::string out;
  append_export_begin(out, f);
  for (const auto& m : messages) append_exported(out, f, m, &m == &messages.front());
  append_export_end(out, f);
  return out;
}

std::string line(export_format f, const std::string& message) {
  std::string out;
  append_exported(out, f, message, true);
  return out;
}

std::string message_of(std::string_view text, std::string_view name = "Ann") {
  return R"({"type":"text","id":"000000000001-e","roomId":"r","seq":1,"userId":"u","username":")"
         + std::string{name} + R"(","message":")" + std::string{text}
         + R"(","timestamp":1795256102123})";
}

std::string cell(std::string_view text) {
  auto csv = line(export_format::csv, message_of(text));
  auto begin = csv.find("text,") + 5;
  return csv.substr(begin, csv.rfind(",,,,") - begin);
}

const std::string header
    = "id,seq,timestamp,userId,username,type,message,replyTo,editedAt,deletedAt,metadata\r\n";
const std::string deleted
    = R"({"type":"text","id":"000000000002-e","roomId":"r","seq":2,"userId":"u","username":"Ann",)"
      R"("timestamp":1795256102123,"deletedAt":1795256200000})";

std::string iso(unix_ms when) {
  std::string out;
  append_iso_time(out, when);
  return out;
}

} // namespace

TEST_CASE("formats have names, types and endings") {
  for (auto f :
       {export_format::json, export_format::ndjson, export_format::csv, export_format::txt})
    CHECK(read_export_format(to_string(f)) == f);
  for (auto wrong : {"", "JSON", "xml", "json ", "html"}) CHECK_FALSE(read_export_format(wrong));
  CHECK(content_type_of(export_format::json) == "application/json");
  CHECK(content_type_of(export_format::ndjson) == "application/x-ndjson");
  CHECK(content_type_of(export_format::csv).starts_with("text/csv; charset=utf-8"));
  CHECK(content_type_of(export_format::txt) == "text/plain; charset=utf-8");
}

TEST_CASE("a room in which nothing was said makes a good file, too") {
  CHECK(file(export_format::json, {}) == "[]");
  CHECK(file(export_format::ndjson, {}).empty());
  CHECK(file(export_format::csv, {}) == header);
  CHECK(file(export_format::txt, {}).empty());
}

TEST_CASE("JSON holds messages as they are stored") {
  CHECK(file(export_format::json, {R"({"a":1})"}) == R"([{"a":1}])");
  CHECK(file(export_format::json, {R"({"a":1})", "{}"}) == R"([{"a":1},{}])");
  CHECK(file(export_format::ndjson, {R"({"a":"x\ny"})", "{}"}) == "{\"a\":\"x\\ny\"}\n{}\n");
}

TEST_CASE("CSV has a line for each message") {
  CHECK(file(export_format::csv, {message_of("hi"), deleted})
        == header + "000000000001-e,1,2026-11-21T10:15:02.123Z,u,Ann,text,hi,,,,\r\n"
               + "000000000002-e,2,2026-11-21T10:15:02.123Z,u,Ann,text,,,,"
                 "2026-11-21T10:16:40.000Z,\r\n");
  CHECK(line(export_format::csv,
             R"({"type":"file","id":"i","seq":3,"userId":"u","username":"n","message":"m",)"
             R"("timestamp":0,"replyTo":"r","metadata":{"url":"https://a"},"editedAt":1})")
        == "i,3,1970-01-01T00:00:00.000Z,u,n,file,m,r,1970-01-01T00:00:00.001Z,,"
           "\"{\"\"url\"\":\"\"https://a\"\"}\"\r\n");
}

TEST_CASE("CSV quotes what would break a cell") {
  CHECK(cell("plain") == "plain");
  CHECK(cell("a,b") == "\"a,b\"");
  CHECK(cell("say \\\"hi\\\"") == "\"say \"\"hi\"\"\"");
  CHECK(cell("two\\nlines") == "\"two\nlines\"");
  CHECK(cell("two\\r\\nlines") == "\"two\r\nlines\"");
  CHECK(cell("ü 🎉") == "ü 🎉");
}

TEST_CASE("no cell of a CSV is a formula") {
  CHECK(cell("=1+1") == "'=1+1");
  CHECK(cell("+1") == "'+1");
  CHECK(cell("-1") == "'-1");
  CHECK(cell("@SUM(A1)") == "'@SUM(A1)");
  CHECK(cell("\\t=1") == "'\t=1");
  CHECK(cell("\\r=1") == "\"'\r=1\"");
  CHECK(cell("=HYPERLINK(\\\"http://evil\\\",\\\"x\\\")")
        == "\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\"");
  CHECK(cell("a=1") == "a=1");
  CHECK(line(export_format::csv, message_of("m", "=cmd|' /C calc'!A0")).find(",'=cmd|")
        != std::string::npos);
  // Numbers are ours.
  CHECK(line(export_format::csv, R"({"seq":-1,"timestamp":-1})")
        == ",-1,1969-12-31T23:59:59.999Z,,,,,,,,\r\n");
}

TEST_CASE("members that are missing or strange leave their place empty") {
  CHECK(line(export_format::csv, "{}") == ",,,,,,,,,,\r\n");
  CHECK(line(export_format::csv, R"({"id":5,"seq":"x","timestamp":null,"message":{}})")
        == ",,,,,,,,,,\r\n");
  CHECK(line(export_format::txt, "{}") == "[] : \n");
}

TEST_CASE("text is for people") {
  CHECK(file(export_format::txt, {message_of("hi"), deleted})
        == "[2026-11-21T10:15:02.123Z] Ann: hi\n[2026-11-21T10:15:02.123Z] Ann: (deleted)\n");
  CHECK(line(export_format::txt, R"({"userId":"u","message":"m","timestamp":0})")
        == "[1970-01-01T00:00:00.000Z] u: m\n");
}

TEST_CASE("no line of a text can be taken for another message") {
  auto forged = message_of("a\\n[2026-11-21T10:15:02.123Z] Bob: b\\r\\nc\\rd");
  CHECK(line(export_format::txt, forged)
        == "[2026-11-21T10:15:02.123Z] Ann: a\n    [2026-11-21T10:15:02.123Z] Bob: b\n    c\n    "
           "d\n");
  CHECK(line(export_format::txt, message_of("m", "Ann\\n[x] Bob"))
        == "[2026-11-21T10:15:02.123Z] Ann [x] Bob: m\n");
  CHECK(line(export_format::txt, message_of("\\u001b[31mred\\ttab\\u0000"))
        == "[2026-11-21T10:15:02.123Z] Ann:  [31mred\ttab \n");
}

TEST_CASE("a message's place is told by its seq, or by its id") {
  CHECK(seq_of_stored(message_of("x")) == 1);
  CHECK(seq_of_stored(R"({"id":"00000000000a-e","message":"x"})") == 10);
  CHECK(seq_of_stored(R"({"id":"own","seq":7})") == 7);
  CHECK(seq_of_stored(R"({"id":"own"})") == 0);
}

TEST_CASE("times are spelled for every year") {
  CHECK(iso(0) == "1970-01-01T00:00:00.000Z");
  CHECK(iso(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(iso(1'709'164'800'001) == "2024-02-29T00:00:00.001Z");
  CHECK(iso(253'402'300'799'999) == "9999-12-31T23:59:59.999Z");
  CHECK(iso(253'402'300'800'000) == "253402300800000");
  CHECK(iso(-62'167'219'200'000) == "0000-01-01T00:00:00.000Z");
  CHECK(iso(-62'167'219'200'001) == "-62167219200001");
}
