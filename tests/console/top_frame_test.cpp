// Frames of `top`.
#include "console/display.hpp"
#include "console/top_frame.hpp"

#include <catch2/catch.hpp>

#include <regex>

using namespace atrium;
using namespace atrium::console;

namespace {

constexpr std::string_view first = R"({"server":{"version":"0.7.0","pid":7,"uptimeSeconds":60,
  "cpuSeconds":1.0,"memoryBytes":31457280,"store":"redis","logLevel":"info"},
  "connections":{"total":120,"native":100},"rooms":{"live":40,"dirty":1},
  "counters":{"commands":100,"bytesSent":1000,"messagesPosted":5},
  "latency":{"p50Us":180,"p99Us":900},"health":{"status":"degraded","redis":{"status":"down"}}})";
constexpr std::string_view second = R"({"server":{"version":"0.7.0","cpuSeconds":1.5},
  "counters":{"commands":300,"bytesSent":9000,"messagesPosted":1}})";
constexpr std::string_view rooms = R"({"rooms":[{"id":"a"},{"id":"b"},{"id":"c"}]})";

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("rates come with the second frame", "[top]") {
  auto text = joined(top_frame({first}, {"{}"}, 0, {rooms}, {}, 20, {}));
  CHECK(has(text, "commands -"));
  CHECK(has(text, "connections 120 (100 native"));
  CHECK(has(text, "degraded  redis down"));
  CHECK(has(text, "memory 31 MB"));
  text = joined(top_frame({second}, {first}, 2, {rooms}, {}, 20, {}));
  CHECK(has(text, "commands 100/s"));
  CHECK(has(text, "sent 4.0 kB/s"));
  CHECK(has(text, "cpu 25%"));
  // Less than before: another server answers there now.
  CHECK(has(text, "messages -"));
}

TEST_CASE("frames keep within the terminal", "[top]") {
  look l;
  l.has_colours = true;
  static const std::regex colour{"\x1b\\[[0-9;]*m"};
  for (l.width = 1; l.width < 120; l.width += 7)
    for (std::size_t rows = 1; rows < 14; ++rows) {
      auto lines = top_frame({first}, {second}, 1, {rooms}, {}, rows, l);
      CHECK(lines.size() <= rows);
      for (const auto& line : lines)
        CHECK(display_width(std::regex_replace(line, colour, "")) <= l.width);
    }
}

TEST_CASE("keys choose the list and its order", "[top]") {
  top_choice c;
  CHECK(chosen_by('r', c)->sort == "rate");
  CHECK(chosen_by('o', c)->is_ascending);
  CHECK(chosen_by('2', c)->list == top_list::connections);
  CHECK_FALSE(chosen_by('d', c));
  CHECK_FALSE(chosen_by('q', c));
  c = *chosen_by('2', c);
  CHECK(chosen_by('d', c)->sort == "dropped");
  // Another list begins with its own order.
  c.sort = "dropped";
  CHECK(chosen_by('1', c)->sort.empty());
  for (auto list : {top_list::rooms, top_list::connections, top_list::writers})
    for (const auto& k : sort_keys(list))
      CHECK(std::string_view{"q123o "}.find(k.key) == std::string_view::npos);
}
