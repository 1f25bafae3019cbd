// The number of a step stands behind the point of `x`, which moves by whole cells: a server that keeps
// doubles gives it back as it was.
#include "bench/load/walk.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>

namespace atrium::bench {

namespace {

constexpr double cells = 100;
/// A brisk walk: three cells a second at 30 steps.
constexpr double stride = 0.1;
constexpr std::size_t step_digits = 7;

/// `at` on a line that is folded at both ends of the space.
double folded(double at) noexcept {
  auto rest = std::fmod(std::fabs(at), 2 * cells);
  return rest < cells ? rest : std::nextafter(2 * cells - rest, 0);
}

} // namespace

walk::walk(std::uint32_t users, double steps_per_s) : period_ns_{1e9 / steps_per_s} {
  std::mt19937 random{users};
  std::uniform_real_distribution<double> part{0, 1};
  for (std::uint32_t i = 0; i < users; ++i) {
    auto angle = part(random) * 2 * M_PI;
    paths_.push_back({part(random), part(random) * cells, part(random) * cells,
                      stride * std::cos(angle), stride * std::sin(angle)});
  }
}

std::uint64_t walk::due_ns(std::uint32_t user, std::uint32_t step) const noexcept {
  return began_ns_ + static_cast<std::uint64_t>((paths_[user].phase + step - 1) * period_ns_);
}

void walk::put_place(char* out, std::uint32_t user, std::uint32_t step) const noexcept {
  const auto& p = paths_[user];
  // Below 1 a server may spell it with an exponent.
  auto x = std::max(1U, static_cast<unsigned>(folded(p.x + p.dx * step)));
  // It must not be rounded out of the space.
  auto y = std::min(folded(p.y + p.dy * step), cells - 0.01);
  // White space before a number is none of its own: all places have one length.
  std::array<char, place_bytes + 32> text{};
  std::snprintf(text.data(), text.size(), R"("x":%2u.%07u,"y":%12.9f)", x, step % 10'000'000U, y);
  std::memcpy(out, text.data(), place_bytes);
}

bool read_step(std::string_view text, taken_step& out) noexcept {
  constexpr std::string_view user = R"("userId":"user)", x = R"("x":)";
  auto at = text.find(user);
  if (at == text.npos) return false;
  const auto* end = text.data() + text.size();
  if (std::from_chars(text.data() + at + user.size(), end, out.user).ec != std::errc{})
    return false;
  at = text.find(x, at);
  if (at == text.npos) return false;
  at = text.find_first_not_of("0123456789", at + x.size());
  out.step = 0;
  if (at == text.npos || text[at] != '.') return at != text.npos;
  for (std::size_t i = 0; i < step_digits; ++i) {
    bool is_digit = at + 1 < text.size() && text[at + 1] >= '0' && text[at + 1] <= '9';
    // Zeros at the end are not spelled.
    out.step = out.step * 10 + (is_digit ? static_cast<std::uint32_t>(text[++at] - '0') : 0U);
  }
  return true;
}

} // namespace atrium::bench
