// JSON text 64 bytes at a time: which bytes are structure, and which are only inside strings. For
// walking over what one doesn't want to look at. Not for other folders.
#pragma once

#include "json/scan.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace atrium::json::detail {

/// One bit per byte of a block, the first byte's lowest. Only bytes outside of strings count.
struct block_masks {
  std::uint64_t opens = 0;
  std::uint64_t closes = 0;
  std::uint64_t spaces = 0;
};

/// Reads valid JSON text block by block, beginning outside of strings.
class block_reader {
public:
  static constexpr std::size_t block_bytes = 64;

  block_reader(const char* at, const char* end) noexcept : at_{at}, end_{end} {}

  /// False at the end. Otherwise `masks` tell about the block that begins at `begin()`.
  bool next(block_masks& masks) noexcept;
  /// Where the block begins that `next` read.
  [[nodiscard]] const char* begin() const noexcept { return begin_; }

private:
  void read_slowly(const char* block, block_masks& masks) noexcept;

  const char* at_;
  const char* end_;
  const char* begin_ = nullptr;
  bool is_in_string_ = false;
  bool is_escaped_ = false;
};

} // namespace atrium::json::detail
