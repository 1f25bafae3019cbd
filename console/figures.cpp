// Numbers as people read them: short enough for a column, exact enough to act upon. Scripts take
// --json instead.
#include "console/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace atrium::console {

namespace {

std::string formatted(const char* format, double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// Three digits that count: `1.23` is too exact for a column, `1.2` and `12` are not.
std::string short_number(double value) {
  return formatted(value < 9.95 ? "%.1f" : "%.0f", value);
}

} // namespace

std::string duration_text(std::int64_t ms) {
  struct unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr std::array<unit, 4> units{{{86'400, "d"}, {3'600, "h"}, {60, "m"}, {1, "s"}}};
  ms = std::max<std::int64_t>(ms, 0);
  if (ms < 1000) return ms == 0 ? "0s" : std::to_string(ms) + "ms";
  auto left = ms / 1000;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (left < units[i].seconds) continue;
    auto text = std::to_string(left / units[i].seconds) + units[i].name;
    auto rest = left % units[i].seconds;
    // Seconds beside minutes and minutes beside days only make a column restless.
    if (i < 2 && rest / units[i + 1].seconds > 0)
      text += " " + std::to_string(rest / units[i + 1].seconds) + units[i + 1].name;
    return text;
  }
  return "0s";
}

std::string age_text(std::int64_t at_ms, std::int64_t now_ms) {
  if (at_ms <= 0) return "-";
  return duration_text((now_ms - at_ms) / 1000 * 1000);
}

std::string ttl_text(std::int64_t seconds) {
  return seconds < 0 ? "-" : duration_text(seconds * 1000);
}

std::string bytes_text(double bytes) {
  constexpr std::array<const char*, 5> units{" B", " kB", " MB", " GB", " TB"};
  std::size_t unit = 0;
  bytes = std::max(bytes, 0.0);
  while (unit + 1 < units.size() && bytes >= 999.5) {
    bytes /= 1000;
    ++unit;
  }
  return (unit == 0 ? formatted("%.0f", bytes) : short_number(bytes)) + units[unit];
}

std::string count_text(std::int64_t count) {
  auto digits = std::to_string(count);
  auto first = digits[0] == '-' ? std::size_t{1} : 0;
  for (auto at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string rate_text(double value) {
  if (value == 0 || !std::isfinite(value)) return "0";
  if (value < 0.995) return formatted("%.2f", value);
  if (value < 9'999.5) return short_number(value);
  return value < 999'950 ? formatted("%.1fk", value / 1e3) : formatted("%.1fM", value / 1e6);
}

std::string latency_text(double us) {
  if (us < 999.5) return formatted("%.0f µs", us);
  if (us < 999'500) return short_number(us / 1e3) + " ms";
  return short_number(us / 1e6) + " s";
}

std::string clock_text(std::int64_t at_ms) {
  constexpr std::int64_t day = 86'400;
  auto second = ((at_ms / 1000) % day + day) % day;
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", static_cast<int>(second / 3600),
                static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
  return text.data();
}

} // namespace atrium::console
