// Boards as SVG and as characters.
#include "console/board.hpp"
#include "console/display.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace atrium;
using namespace atrium::console;

namespace {

drawing draw(std::string_view elements) {
  return read_drawing({elements});
}

std::string svg(std::string_view elements) {
  return svg_of(draw(elements));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("elements become shapes, deleted ones don't", "[board]") {
  auto d = draw(R"([{"type":"rectangle","x":10,"y":20,"width":100,"height":50},
                    {"type":"text","text":"gone","isDeleted":true,"x":900,"y":900},
                    {"type":"arrow","x":0,"y":0,"points":[[0,0],[-30,40]]},
                    7, {"type":"image","x":"far","width":1e300}])");
  REQUIRE(d.shapes.size() == 3);
  CHECK(d.shapes[0].kind == figure::rectangle);
  CHECK(d.shapes[1].has_end_head);
  CHECK_FALSE(d.shapes[1].has_start_head);
  CHECK(d.shapes[2].kind == figure::other);
  CHECK(d.shapes[2].width == 1e7);
  CHECK(d.low.x == -30);
  CHECK(d.low.y == 0);
  CHECK(draw("{}").shapes.empty());
}

TEST_CASE("each kind of element has its SVG", "[board]") {
  CHECK(has(svg(R"([{"type":"rectangle","x":0,"y":0,"width":10,"height":5}])"),
            R"(<polygon points="0,0 10,0 10,5 0,5 0,0" stroke="#1e1e1e" fill="none")"));
  CHECK(has(svg(R"([{"type":"ellipse","x":0,"y":0,"width":10,"height":6}])"),
            R"(<ellipse cx="5" cy="3" rx="5" ry="3")"));
  CHECK(has(svg(R"([{"type":"diamond","x":0,"y":0,"width":10,"height":6}])"),
            R"(points="5,0 10,3 5,6 0,3 5,0")"));
  CHECK(has(svg(R"([{"type":"freedraw","x":1,"y":1,"points":[[0,0],[2.5,3]]}])"),
            R"(<polyline points="1,1 3.5,4")"));
  CHECK(has(svg(R"([{"type":"text","x":1,"y":2,"text":"a\nb","fontSize":10}])"),
            R"(<tspan x="1" y="12">a</tspan><tspan x="1" y="24.5">b</tspan>)"));
  auto unknown = svg(R"([{"type":"frame","x":0,"y":0,"width":10,"height":5}])");
  CHECK(has(unknown, "<polygon"));
  CHECK(has(unknown, ">frame</tspan>"));
}

TEST_CASE("nothing of a user's gets into SVG as markup", "[board]") {
  auto text = svg(R"([{"type":"text","x":0,"y":0,"text":"<script>\"'&\u001b[2J\u202e\u009b"}])");
  CHECK(has(text, "&lt;script&gt;&quot;&#39;&amp;\xef\xbf\xbd[2J&#x202e;&#x9b;"));
  CHECK_FALSE(has(text, "<script"));
  auto kind = svg(R"([{"type":"\"><script>","x":0,"y":0}])");
  CHECK_FALSE(has(kind, "<script"));
  for (const char* colour : {"url(http://evil)", "red\\\"/><script>", "#12", "", "#zzzzzz"}) {
    auto painted = svg(R"([{"type":"rectangle","strokeColor":")" + std::string{colour} + "\"}]");
    CHECK(has(painted, "stroke=\"#1e1e1e\""));
    CHECK_FALSE(has(painted, "evil"));
    CHECK_FALSE(has(painted, "<script"));
  }
  CHECK(has(svg(R"([{"type":"line","strokeColor":"#e03131","backgroundColor":"transparent"}])"),
            "stroke=\"#e03131\" fill=\"none\""));
}

TEST_CASE("boards are drawn with characters", "[board]") {
  CHECK(ascii_of(draw(R"([{"type":"rectangle","x":0,"y":0,"width":64,"height":48},
                          {"type":"text","x":16,"y":16,"text":"数学"},
                          {"type":"arrow","x":64,"y":32,"points":[[0,0],[48,0]]}])"),
                 40, 20)
        == "+-------+\n"
           "| 数学  |\n"
           "|       ------>\n"
           "+-------+\n");
  CHECK(ascii_of(draw("[]"), 40, 20).empty());
}

TEST_CASE("pictures keep within their columns and rows", "[board]") {
  auto d = draw(R"([{"type":"ellipse","x":-5000,"y":-5000,"width":90000,"height":70000},
                    {"type":"text","x":84000,"y":64000,"text":"far out\u001b[2J\nand\nmore\nlines"},
                    {"type":"freedraw","x":0,"y":0,"points":[[0,0],[1e308,-1e308],[3,3]]}])");
  for (std::size_t columns : {1, 2, 10, 80}) {
    std::istringstream in{ascii_of(d, columns, 12)};
    std::size_t rows = 0;
    for (std::string line; std::getline(in, line); ++rows) {
      CHECK(display_width(line) <= columns);
      CHECK(line.find('\x1b') == std::string::npos);
    }
    CHECK(rows <= 12);
  }
}
