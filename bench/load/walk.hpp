// Who of a space's users walks where and when. Each takes a step as often as the others, but not at the
// same time; a place tells which step led there, so that whoever hears of it knows when it was due.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace atrium::bench {

class walk {
public:
  /// `users` of a space of 100 × 100 cells, each with `steps_per_s` steps a second.
  walk(std::uint32_t users, double steps_per_s);

  /// Steps are due from now on.
  void begin(std::uint64_t now) noexcept { began_ns_ = now; }
  /// When step `step` (1, 2 …) of `user` is due. One that was taken before another is due before it.
  [[nodiscard]] std::uint64_t due_ns(std::uint32_t user, std::uint32_t step) const noexcept;
  /// What part of the time between two steps of `user` passes before its first.
  [[nodiscard]] double phase(std::uint32_t user) const noexcept { return paths_[user].phase; }
  /// Writes `place_bytes` bytes: the members `x` and `y`. Steps are told apart below 10,000,000.
  void put_place(char* out, std::uint32_t user, std::uint32_t step) const noexcept;

  static constexpr std::size_t place_bytes
      = std::string_view{R"("x":00.0000000,"y":00.000000000)"}.size();

private:
  /// Along a line, and back where the space ends.
  struct path {
    double phase;
    double x;
    double y;
    double dx;
    double dy;
  };
  std::vector<path> paths_;
  double period_ns_;
  std::uint64_t began_ns_ = 0;
};

/// A place as an event tells it: whose, and after which step.
struct taken_step {
  std::uint32_t user = 0;
  std::uint32_t step = 0;
};

/// Reads `text`, an event with the members `userId` and, behind it, `x`. False: it has none.
[[nodiscard]] bool read_step(std::string_view text, taken_step& out) noexcept;

} // namespace atrium::bench
