// Tables: alignment by display width, what gives way, and that nothing wild gets through.
#include "console/display.hpp"
#include "console/table.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace atrium::console;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

table people() {
  table t{{{"NAME", false, true}, {"COUNT", true}, {"ADDRESS"}}};
  t.add({{"数学"}, {"7"}, {"203.0.113.9"}});
  t.add({{"a longer name of somebody"}, {"1,200"}, {"::1"}});
  return t;
}

} // namespace

TEST_CASE("columns stand below each other", "[table]") {
  auto lines = lines_of(people().text({}));
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "NAME                       COUNT  ADDRESS");
  CHECK(lines[1] == "数学                           7  203.0.113.9");
  CHECK(lines[2] == "a longer name of somebody  1,200  ::1");
}

TEST_CASE("names give way to a narrow terminal, then the right edge cuts", "[table]") {
  look l;
  l.width = 34;
  auto lines = lines_of(people().text(l));
  CHECK(lines[2] == "a longer name…  1,200  ::1");
  CHECK(lines[1] == "数学                7  203.0.113.9");
  l.width = 20;
  lines = lines_of(people().text(l));
  CHECK(lines[1] == "数学          7  20…");
  for (l.width = 1; l.width < 50; ++l.width)
    for (const auto& line : lines_of(people().text(l))) CHECK(display_width(line) <= l.width);
}

TEST_CASE("cells are printable whatever they hold", "[table]") {
  table t{{{"NAME"}}};
  t.add({{"a\x1b[2J\nb\xc2\x9b"}});
  CHECK(t.text({}) == "NAME\na\\x1b[2J\\nb\\x9b\n");
  sheet s;
  s.add("name", {"a\x1b]0;title\x07"});
  CHECK(s.text({}) == "name  a\\x1b]0;title\\x07\n");
}

TEST_CASE("colours are asked for", "[table]") {
  look l;
  CHECK(painted("x", style::bad, l) == "x");
  l.has_colours = true;
  CHECK(painted("x", style::bad, l) == "\x1b[1;31mx\x1b[0m");
  CHECK(painted("", style::bad, l).empty());
}
