// Lays tables out by display width. Where the terminal is too narrow the widest of the columns that
// may shrink give way first, down to eight columns each; then whatever stands too far right is cut.
#include "console/table.hpp"

#include "console/display.hpp"

#include <algorithm>

namespace atrium::console {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_width = 8;

std::string_view colour_of(style as) {
  switch (as) {
  case style::plain: return "";
  case style::title: return "\x1b[1;36m";
  case style::dim: return "\x1b[2m";
  case style::strong: return "\x1b[1m";
  case style::good: return "\x1b[32m";
  case style::warning: return "\x1b[33m";
  case style::bad: return "\x1b[1;31m";
  }
  return "";
}

} // namespace

std::string painted(std::string_view text, style as, const look& l) {
  if (!l.has_colours || as == style::plain || text.empty()) return std::string{text};
  return std::string{colour_of(as)} + std::string{text} + "\x1b[0m";
}

void table::add(std::vector<cell> row) {
  row.resize(columns_.size());
  for (auto& c : row) c.text = printable(c.text);
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> table::widths(std::size_t limit) const {
  std::vector<std::size_t> out;
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto width = display_width(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, display_width(row[i].text));
    out.push_back(width);
    total += width + (i == 0 ? 0 : gap);
  }
  while (limit != 0 && total > limit) {
    std::size_t widest = out.size();
    for (std::size_t i = 0; i < out.size(); ++i)
      if (columns_[i].may_shrink && out[i] > least_width
          && (widest == out.size() || out[i] > out[widest]))
        widest = i;
    if (widest == out.size()) break;
    --out[widest];
    --total;
  }
  return out;
}

std::string table::line(const std::vector<cell>& row, const std::vector<std::size_t>& widths,
                        const look& l) const {
  std::string out;
  std::size_t used = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    auto before = i == 0 ? 0 : gap;
    if (l.width != 0 && used + before >= l.width) break;
    auto room = l.width == 0 ? widths[i] : std::min(widths[i], l.width - used - before);
    auto text = fit(row[i].text, room);
    auto padding = room - std::min(room, display_width(text));
    out.append(before, ' ');
    if (columns_[i].is_number) out.append(padding, ' ');
    out += painted(text, row[i].as, l);
    if (!columns_[i].is_number && i + 1 < row.size()) out.append(padding, ' ');
    used += before + room;
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

std::string table::text(const look& l) const {
  auto columns = widths(l.width);
  std::vector<cell> titles;
  for (const auto& c : columns_) titles.push_back({std::string{c.title}, style::title});
  auto out = line(titles, columns, l);
  for (const auto& row : rows_) out += line(row, columns, l);
  return out;
}

void sheet::add(std::string_view name, cell value) {
  value.text = printable(value.text);
  rows_.push_back({printable(name), std::move(value)});
}

std::string sheet::text(const look& l) const {
  std::size_t width = 0;
  for (const auto& r : rows_) width = std::max(width, display_width(r.name));
  std::string out;
  for (const auto& r : rows_)
    out += painted(r.name, style::dim, l) + std::string(width - display_width(r.name) + gap, ' ')
           + painted(r.value.text, r.value.as, l) + "\n";
  return out;
}

} // namespace atrium::console
