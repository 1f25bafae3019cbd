// A message that is spelled once per sender and only patched afterwards: the stamp and the numbers
// have fixed widths, so sending costs a few stores and the masking.
#pragma once

#include "bench/load/stamp.hpp"
#include "bench/load/walk.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::bench {

/// What stands for `{room}` and `{user}`, and how long `{stamp}` or `{elements}` is.
struct spelling {
  std::string_view room;
  std::string_view user;
  std::size_t payload_bytes = 0;
};

class message {
public:
  message() = default;
  /// `form` as in a dialect.
  message(std::string_view form, const spelling& values);

  /// The text with this stamp and its sequence number; valid until the next call.
  [[nodiscard]] std::string_view with(const stamp& s);
  /// The text with the place of `user` after this step; valid until the next call.
  [[nodiscard]] std::string_view with(const walk& w, std::uint32_t user, std::uint32_t step);
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

private:
  void append_form(std::string_view form, const spelling& values);
  void append_payload(std::size_t bytes);
  void append_scene(std::size_t bytes);
  void append_number();

  std::string text_;
  std::size_t stamp_at_ = std::string::npos;
  std::size_t place_at_ = std::string::npos;
  std::vector<std::size_t> numbers_at_;
};

/// What `{number}` is for a sequence number: both have nine digits from the first on.
inline constexpr std::uint32_t first_number = 100'000'000;

} // namespace atrium::bench
