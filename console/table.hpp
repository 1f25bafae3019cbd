// Tables and sheets for people. Every cell passes `printable` here, so that no view can forget it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::console {

enum class style : std::uint8_t { plain, title, dim, strong, good, warning, bad };

/// How and when something is looked at.
struct look {
  /// Columns of the terminal; 0: nothing is cut.
  std::size_t width = 0;
  bool has_colours = false;
  /// Milliseconds since 1970, what ages are counted from.
  std::int64_t now_ms = 0;
};

/// `text`, which is printable, in the colour of `as`, or as it is without colours.
[[nodiscard]] std::string painted(std::string_view text, style as, const look& l);

struct cell {
  std::string text;
  style as = style::plain;
};

struct column {
  std::string_view title;
  /// Numbers stand to the right.
  bool is_number = false;
  /// Names and texts give way first where the terminal is narrow.
  bool may_shrink = false;
};

class table {
public:
  explicit table(std::vector<column> columns) : columns_{std::move(columns)} {}
  /// A cell for each column; missing ones are empty.
  void add(std::vector<cell> row);
  [[nodiscard]] std::size_t row_count() const { return rows_.size(); }
  /// A line of titles and one for each row, each ended by a newline and none wider than `l.width`.
  [[nodiscard]] std::string text(const look& l) const;

private:
  [[nodiscard]] std::vector<std::size_t> widths(std::size_t limit) const;
  [[nodiscard]] std::string line(const std::vector<cell>& row,
                                 const std::vector<std::size_t>& widths, const look& l) const;

  std::vector<column> columns_;
  std::vector<std::vector<cell>> rows_;
};

/// Names and values of one thing, a line each; values are not cut.
class sheet {
public:
  void add(std::string_view name, cell value);
  [[nodiscard]] std::string text(const look& l) const;

private:
  struct row {
    std::string name;
    cell value;
  };
  std::vector<row> rows_;
};

} // namespace atrium::console
