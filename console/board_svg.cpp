// Boards as SVG 1.1 without scripts, links or styles: shapes, lines and texts. Text is the only
// thing of users that gets in; it is escaped, and characters that XML has not become U+FFFD.
#include "console/board.hpp"
#include "console/display.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace atrium::console {

namespace {

constexpr double margin = 16;
constexpr double line_spacing = 1.25;

std::string number(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  std::string out{text.data()};
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

std::string spelled_for_xml(char32_t c) {
  if (c < 0x20) return "\xef\xbf\xbd";
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "&#x%x;", static_cast<unsigned>(c));
  return text.data();
}

std::string escaped(std::string_view text) {
  std::string marked;
  for (char c : text) {
    switch (c) {
    case '&': marked += "&amp;"; break;
    case '<': marked += "&lt;"; break;
    case '>': marked += "&gt;"; break;
    case '"': marked += "&quot;"; break;
    case '\'': marked += "&#39;"; break;
    default: marked += c;
    }
  }
  return respelled(marked, spelled_for_xml);
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string{name} + "=\"" + escaped(value) + "\"";
}

std::string attribute(std::string_view name, double value) {
  return attribute(name, number(value));
}

std::string paint_of(const shape& s) {
  auto out = attribute("stroke", s.stroke) + attribute("fill", s.fill)
             + attribute("stroke-width", s.stroke_width);
  if (s.is_dashed) out += attribute("stroke-dasharray", "8 6");
  if (s.opacity < 1) out += attribute("opacity", s.opacity);
  return out;
}

std::string points_of(const std::vector<point>& points) {
  std::string out;
  for (auto p : points) out += (out.empty() ? "" : " ") + number(p.x) + "," + number(p.y);
  return attribute("points", out);
}

/// Two short strokes at `tip`, seen from `from`.
std::string head(point from, point tip, const shape& s) {
  constexpr double length = 16;
  constexpr double spread = 0.45;
  auto angle = std::atan2(from.y - tip.y, from.x - tip.x);
  std::vector<point> line{
      {tip.x + length * std::cos(angle + spread), tip.y + length * std::sin(angle + spread)},
      tip,
      {tip.x + length * std::cos(angle - spread), tip.y + length * std::sin(angle - spread)}};
  auto bare = s;
  bare.fill = "none";
  bare.is_dashed = false;
  return "<polyline" + points_of(line) + paint_of(bare) + "/>\n";
}

std::string path(const shape& s) {
  auto line = outline(s);
  auto out = "<polyline" + points_of(line) + paint_of(s) + attribute("stroke-linecap", "round")
             + attribute("stroke-linejoin", "round") + "/>\n";
  if (line.size() < 2) return out;
  if (s.has_start_head) out += head(line[1], line[0], s);
  if (s.has_end_head) out += head(line[line.size() - 2], line.back(), s);
  return out;
}

std::string turn_of(const shape& s) {
  if (s.angle == 0) return {};
  constexpr double degrees = 180 / 3.14159265358979323846;
  return attribute("transform", "rotate(" + number(s.angle * degrees) + " "
                                    + number(s.at.x + s.width / 2) + " "
                                    + number(s.at.y + s.height / 2) + ")");
}

/// `text` in the box of the shape, a line of its own for each.
std::string text(const shape& s, std::string_view text) {
  auto out = "<text" + attribute("fill", s.stroke == "none" ? "#1e1e1e" : s.stroke)
             + attribute("font-size", s.font_size) + attribute("font-family", "sans-serif")
             + attribute("xml:space", "preserve")
             + (s.opacity < 1 ? attribute("opacity", s.opacity) : "") + turn_of(s) + ">";
  auto y = s.at.y + s.font_size;
  for (std::size_t at = 0; at <= text.size(); y += s.font_size * line_spacing) {
    auto end = std::min(text.find('\n', at), text.size());
    out += "<tspan" + attribute("x", s.at.x) + attribute("y", y) + ">"
           + escaped(text.substr(at, end - at)) + "</tspan>";
    at = end + 1;
  }
  return out + "</text>\n";
}

std::string element(const shape& s) {
  if (s.kind == figure::path) return path(s);
  if (s.kind == figure::text) return text(s, s.text);
  auto out = "<polygon" + points_of(outline(s)) + paint_of(s) + "/>\n";
  if (s.kind == figure::ellipse)
    out = "<ellipse" + attribute("cx", s.at.x + s.width / 2)
          + attribute("cy", s.at.y + s.height / 2) + attribute("rx", std::abs(s.width) / 2)
          + attribute("ry", std::abs(s.height) / 2) + paint_of(s) + turn_of(s) + "/>\n";
  if (s.kind == figure::other) out += text(s, s.type);
  return out;
}

} // namespace

std::string svg_of(const drawing& d) {
  auto x = number(d.low.x - margin);
  auto y = number(d.low.y - margin);
  auto width = number(d.high.x - d.low.x + 2 * margin);
  auto height = number(d.high.y - d.low.y + 2 * margin);
  auto out = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", width)
             + attribute("height", height)
             + attribute("viewBox", x + " " + y + " " + width + " " + height) + ">\n";
  out += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width)
         + attribute("height", height) + attribute("fill", "#ffffff") + "/>\n";
  for (const auto& s : d.shapes) out += element(s);
  return out + "</svg>\n";
}

} // namespace atrium::console
