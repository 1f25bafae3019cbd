// Whiteboards as pictures: Excalidraw's elements read into shapes, drawn as SVG or with characters.
// Elements come from clients and may hold anything: what is no number is 0, what is no colour is
// black, and no text of theirs gets out unescaped.
#pragma once

#include "json/json.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace atrium::console {

struct point {
  double x = 0;
  double y = 0;
};

enum class figure : std::uint8_t { rectangle, ellipse, diamond, path, text, other };

struct shape {
  figure kind = figure::other;
  /// As the element calls itself, whatever that is.
  std::string type;
  point at;
  double width = 0;
  double height = 0;
  /// Radians, clockwise, around the middle.
  double angle = 0;
  /// Of a path: relative to `at`.
  std::vector<point> points;
  bool has_start_head = false;
  bool has_end_head = false;
  std::string text;
  double font_size = 20;
  /// `#rrggbb` or a name; `none` for no filling.
  std::string stroke = "#1e1e1e";
  std::string fill = "none";
  double stroke_width = 2;
  bool is_dashed = false;
  /// 0 to 1.
  double opacity = 1;
};

struct drawing {
  std::vector<shape> shapes;
  /// Around all shapes; a drawing without any is nowhere.
  point low;
  point high;
};

/// The shapes of `elements`, an array, without deleted ones, in its order.
[[nodiscard]] drawing read_drawing(json::slice elements);

/// The corners, sides or segments of a shape's outline, turned by its angle, as one line; closed
/// where the shape is.
[[nodiscard]] std::vector<point> outline(const shape& s);

/// One SVG document, ended by a newline.
[[nodiscard]] std::string svg_of(const drawing& d);

/// At most so many columns and rows of characters, each row ended by a newline; a character is 8 ×
/// 16 units of the board, or more where the board is too large for that.
[[nodiscard]] std::string ascii_of(const drawing& d, std::size_t columns, std::size_t rows);

} // namespace atrium::console
