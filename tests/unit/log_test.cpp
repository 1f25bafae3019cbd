// Log lines: their form, and that no value can forge one.
#include "log/log.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>

using namespace atrium;
using Catch::Contains;
using Catch::EndsWith;
using Catch::Matches;

namespace {

/// What `action` writes to standard error; the log is off again afterwards.
std::string lines_of(const char* level, const char* format, const std::function<void()>& action) {
  std::FILE* file = std::tmpfile();
  REQUIRE(file);
  std::fflush(stderr);
  const int before = ::dup(STDERR_FILENO);
  ::dup2(::fileno(file), STDERR_FILENO);
  log::configure(level, format);
  action();
  std::fflush(stderr);
  ::dup2(before, STDERR_FILENO);
  ::close(before);
  log::configure("off", "text");
  std::string text;
  std::rewind(file);
  std::array<char, 4096> part{};
  while (const auto n = std::fread(part.data(), 1, part.size(), file)) text.append(part.data(), n);
  std::fclose(file);
  return text;
}

} // namespace

TEST_CASE("a text line is time, level, event and fields") {
  const auto text = lines_of("info", "text", [] {
    log::info("room_loaded", {{"room", "123456"}, {"seq", 12}});
  });
  CHECK_THAT(text, Matches(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO room_loaded room=123456 )"
                           "seq=12\n"));
}

TEST_CASE("values with spaces, quotes, controls or nothing are quoted") {
  const auto text = lines_of("info", "text", [] {
    log::info("e", {{"a", "x y"}, {"b", "q\"=\\"}, {"c", ""}, {"d", "1\n2030 INFO forged\x1b[2J"}});
    log::info("e", {{"e", "\x7f\xc2\x9b\xe2\x80\xa8\xc3\xa9"}, {"f", "\xff"}});
  });
  CHECK_THAT(text, Contains(R"( a="x y" b="q\"=\\" c="" d="1\n2030 INFO forged\u001b[2J")"));
  CHECK_THAT(text, Contains("e=\"\\u007f\\u009b\\u2028\xc3\xa9\" f=\"\xef\xbf\xbd\"\n"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("a JSON line is one object") {
  const auto text = lines_of("debug", "json", [] {
    log::debug("room_loaded", {{"room", "a \"b\"\n"}, {"seq", -12}});
  });
  const auto line = nlohmann::json::parse(text);
  CHECK(line["level"] == "debug");
  CHECK(line["event"] == "room_loaded");
  CHECK(line["room"] == "a \"b\"\n");
  CHECK(line["seq"] == -12);
  CHECK_THAT(line["time"].get<std::string>(), EndsWith("Z"));
  CHECK_THAT(text, EndsWith("}\n"));
}

TEST_CASE("lines below the level are not written") {
  const auto text = lines_of("warn", "text", [] {
    log::info("no");
    log::warn("yes");
    log::error("yes");
    CHECK_FALSE(log::enabled(log::level::info));
  });
  CHECK_THAT(text, !Contains("no"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(lines_of("off", "text", [] { log::error("no"); }).empty());
}
