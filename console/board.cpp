// Reads elements into shapes, once for all pictures. Numbers are kept within what a picture can be
// computed from, whatever the element says.
#include "console/board.hpp"

#include "console/field.hpp"

#include <algorithm>
#include <cmath>

namespace atrium::console {

namespace {

constexpr double far_away = 1e7;

double length_in(json::slice element, std::string_view key, double otherwise = 0) {
  return std::clamp(number_in(element, key).value_or(otherwise), -far_away, far_away);
}

bool is_hex_colour(std::string_view text) {
  return text.size() >= 4 && text.size() <= 9 && text[0] == '#'
         && text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

bool is_colour_name(std::string_view text) {
  return !text.empty() && text.size() <= 24 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

/// A colour, `none` for `transparent`; `otherwise` for what is none, such as `url(…)`.
std::string colour_in(json::slice element, std::string_view key, std::string otherwise) {
  auto text = text_in(element, key);
  if (text == "transparent") return "none";
  return is_hex_colour(text) || is_colour_name(text) ? text : otherwise;
}

figure figure_of(std::string_view type) {
  if (type == "rectangle") return figure::rectangle;
  if (type == "ellipse") return figure::ellipse;
  if (type == "diamond") return figure::diamond;
  if (type == "line" || type == "arrow" || type == "freedraw") return figure::path;
  return type == "text" ? figure::text : figure::other;
}

/// Excalidraw writes `[x, y]`; others `{"x", "y"}`.
point read_point(json::slice item) {
  if (item.is(json::kind::object)) return {length_in(item, "x"), length_in(item, "y")};
  point out;
  if (!item.is(json::kind::array)) return out;
  json::array_reader reader{item};
  json::slice number;
  for (auto* value : {&out.x, &out.y}) {
    if (!reader.next(number)) break;
    if (number.is(json::kind::number))
      *value = std::clamp(json::to_number(number).value_or(0), -far_away, far_away);
  }
  return out;
}

shape read_shape(json::slice element) {
  shape s;
  s.type = text_in(element, "type");
  s.kind = figure_of(s.type);
  s.at = {length_in(element, "x"), length_in(element, "y")};
  s.width = length_in(element, "width");
  s.height = length_in(element, "height");
  s.angle = std::clamp(number_in(element, "angle").value_or(0), -100.0, 100.0);
  for (auto item : items_in(element, "points")) s.points.push_back(read_point(item));
  s.has_start_head = member(element, "startArrowhead", json::kind::string).has_value();
  s.has_end_head = member(element, "endArrowhead", json::kind::string).has_value()
                   || (s.type == "arrow" && !json::find(element, "endArrowhead"));
  s.text = text_in(element, "text");
  s.font_size = std::clamp(number_in(element, "fontSize").value_or(20), 1.0, 1000.0);
  s.stroke = colour_in(element, "strokeColor", "#1e1e1e");
  s.fill = colour_in(element, "backgroundColor", "none");
  s.stroke_width = std::clamp(number_in(element, "strokeWidth").value_or(2), 0.1, 100.0);
  auto line = text_in(element, "strokeStyle");
  s.is_dashed = line == "dashed" || line == "dotted";
  s.opacity = std::clamp(number_in(element, "opacity").value_or(100), 0.0, 100.0) / 100;
  // A path without points is the diagonal of its box.
  if (s.kind == figure::path && s.points.empty()) s.points = {{0, 0}, {s.width, s.height}};
  return s;
}

point turned(point p, point around, double angle) {
  auto x = p.x - around.x;
  auto y = p.y - around.y;
  return {around.x + x * std::cos(angle) - y * std::sin(angle),
          around.y + x * std::sin(angle) + y * std::cos(angle)};
}

std::vector<point> ellipse_line(const shape& s) {
  constexpr int steps = 48;
  constexpr double turn = 2 * 3.14159265358979323846;
  std::vector<point> out;
  for (int i = 0; i <= steps; ++i)
    out.push_back({s.at.x + s.width / 2 * (1 + std::cos(turn * i / steps)),
                   s.at.y + s.height / 2 * (1 + std::sin(turn * i / steps))});
  return out;
}

std::vector<point> line_of(const shape& s) {
  auto [x, y] = s.at;
  if (s.kind == figure::ellipse) return ellipse_line(s);
  if (s.kind == figure::diamond)
    return {{x + s.width / 2, y},
            {x + s.width, y + s.height / 2},
            {x + s.width / 2, y + s.height},
            {x, y + s.height / 2},
            {x + s.width / 2, y}};
  if (s.kind != figure::path)
    return {{x, y}, {x + s.width, y}, {x + s.width, y + s.height}, {x, y + s.height}, {x, y}};
  std::vector<point> out;
  for (auto p : s.points) out.push_back({x + p.x, y + p.y});
  return out;
}

/// Makes the box from `low` to `high` hold all of `points`.
void widen(point& low, point& high, const std::vector<point>& points) {
  for (auto p : points) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
}

} // namespace

std::vector<point> outline(const shape& s) {
  auto out = line_of(s);
  if (s.angle == 0) return out;
  point low = out.front();
  point high = out.front();
  widen(low, high, out);
  point middle{(low.x + high.x) / 2, (low.y + high.y) / 2};
  for (auto& p : out) p = turned(p, middle, s.angle);
  return out;
}

drawing read_drawing(json::slice elements) {
  drawing d;
  if (!elements.is(json::kind::array)) return d;
  json::array_reader reader{elements};
  for (json::slice element; reader.next(element);) {
    if (!element.is(json::kind::object) || flag_in(element, "isDeleted")) continue;
    d.shapes.push_back(read_shape(element));
    auto line = outline(d.shapes.back());
    if (d.shapes.size() == 1) d.low = d.high = line.front();
    widen(d.low, d.high, line);
  }
  return d;
}

} // namespace atrium::console
