// Boards with characters: outlines as `-|/\`, heads of arrows as `<>^v`, texts as they are. Later
// shapes are drawn over earlier ones; filling is left out.
#include "console/board.hpp"
#include "console/display.hpp"

#include <algorithm>
#include <cmath>

namespace atrium::console {

namespace {

/// Units of the board that a character covers when nothing has to shrink.
constexpr double character_width = 8;
/// A character is about twice as high as wide.
constexpr double aspect = 2;

class canvas {
public:
  canvas(const drawing& d, std::size_t columns, std::size_t rows) : low_{d.low} {
    auto width = d.high.x - d.low.x;
    auto height = d.high.y - d.low.y;
    scale_ = std::max({character_width,
                       width / static_cast<double>(std::max<std::size_t>(columns, 2) - 1),
                       height / aspect / static_cast<double>(std::max<std::size_t>(rows, 2) - 1)});
    columns_ = std::min(columns, static_cast<std::size_t>(width / scale_) + 1);
    rows_ = std::min(rows, static_cast<std::size_t>(height / (scale_ * aspect)) + 1);
    // Texts stick out of their boxes where characters are larger than the board's own.
    for (const auto& shape : d.shapes)
      if (shape.kind == figure::text) make_room_for(shape, columns, rows);
    cells_.resize(rows_, std::vector<std::string>(columns_, " "));
  }

  void put(long column, long row, std::string bytes) {
    if (column < 0 || row < 0 || column >= static_cast<long>(columns_)
        || row >= static_cast<long>(rows_))
      return;
    cells_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] = std::move(bytes);
  }

  [[nodiscard]] long column_of(double x) const {
    return std::lround(std::floor((x - low_.x) / scale_));
  }
  [[nodiscard]] long row_of(double y) const {
    return std::lround(std::floor((y - low_.y) / (scale_ * aspect)));
  }

  void segment(point from, point to);
  void head(point from, point tip);
  void text(point at, std::string_view text);

  [[nodiscard]] std::string rows() const {
    std::string out;
    for (const auto& row : cells_) {
      std::string line;
      for (const auto& c : row) line += c;
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    return out;
  }

private:
  void make_room_for(const shape& text, std::size_t columns, std::size_t rows);

  point low_;
  double scale_ = character_width;
  std::size_t columns_ = 1;
  std::size_t rows_ = 1;
  std::vector<std::vector<std::string>> cells_;
};

void canvas::make_room_for(const shape& text, std::size_t columns, std::size_t rows) {
  std::size_t widest = 0;
  std::size_t line_count = 0;
  for (std::size_t at = 0; at <= text.text.size(); ++line_count) {
    auto end = std::min(text.text.find('\n', at), text.text.size());
    widest = std::max(widest, display_width(printable(text.text.substr(at, end - at))));
    at = end + 1;
  }
  columns_ = std::max(columns_,
                      std::min(columns, static_cast<std::size_t>(column_of(text.at.x)) + widest));
  rows_ = std::max(rows_, std::min(rows, static_cast<std::size_t>(row_of(text.at.y)) + line_count));
}

void canvas::segment(point from, point to) {
  auto x0 = column_of(from.x);
  auto y0 = row_of(from.y);
  auto across = column_of(to.x) - x0;
  auto down = row_of(to.y) - y0;
  const char* stroke = "-";
  // By the columns and rows that it crosses: that is the slope that is seen.
  if (std::abs(down) > 2 * std::abs(across))
    stroke = "|";
  else if (2 * std::abs(down) > std::abs(across))
    stroke = (across > 0) == (down > 0) ? "\\" : "/";
  auto steps = std::max({std::abs(across), std::abs(down), 1L});
  for (long i = 0; i <= steps; ++i)
    put(x0 + std::lround(static_cast<double>(across * i) / static_cast<double>(steps)),
        y0 + std::lround(static_cast<double>(down * i) / static_cast<double>(steps)), stroke);
}

void canvas::head(point from, point tip) {
  auto x = tip.x - from.x;
  auto y = tip.y - from.y;
  const char* mark = std::abs(x) >= std::abs(y) ? (x < 0 ? "<" : ">") : (y < 0 ? "^" : "v");
  put(column_of(tip.x), row_of(tip.y), mark);
}

void canvas::text(point at, std::string_view text) {
  auto row = row_of(at.y);
  for (std::size_t begin = 0; begin <= text.size(); ++row) {
    auto end = std::min(text.find('\n', begin), text.size());
    auto column = column_of(at.x);
    for (auto& g : glyphs_of(printable(text.substr(begin, end - begin)))) {
      put(column++, row, std::move(g.bytes));
      // The second half of a wide character is no cell of its own.
      if (g.width == 2) put(column++, row, "");
    }
    begin = end + 1;
  }
}

void draw(canvas& c, const shape& s) {
  auto line = outline(s);
  if (s.kind != figure::text) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) c.segment(line[i], line[i + 1]);
    if (line.size() == 1) c.put(c.column_of(line[0].x), c.row_of(line[0].y), "*");
  }
  if (s.kind == figure::rectangle || s.kind == figure::other)
    for (auto corner : line) c.put(c.column_of(corner.x), c.row_of(corner.y), "+");
  if (s.kind == figure::path && line.size() > 1) {
    if (s.has_start_head) c.head(line[1], line[0]);
    if (s.has_end_head) c.head(line[line.size() - 2], line.back());
  }
  if (s.kind == figure::text) c.text(s.at, s.text);
  if (s.kind == figure::other)
    c.text({s.at.x + character_width, s.at.y + aspect * character_width}, s.type);
}

} // namespace

std::string ascii_of(const drawing& d, std::size_t columns, std::size_t rows) {
  if (d.shapes.empty()) return "";
  canvas c{d, std::max<std::size_t>(columns, 1), std::max<std::size_t>(rows, 1)};
  for (const auto& s : d.shapes) draw(c, s);
  return c.rows();
}

} // namespace atrium::console
