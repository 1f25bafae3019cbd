// What the fuzz targets share: a check that ends the process, which is how a target tells a finding,
// and bytes that end where the allocator's guards begin. Knows neither Catch2 nor libFuzzer, so that
// a target compiles with g++ and with clang.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

namespace atrium::test {

/// Ends the process with `rule`, a sentence, unless it `holds`.
inline void require(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", rule);
  std::abort();
}

/// A copy in a block of exactly its size: a sanitizer sees one byte read too far, and a view that
/// outlived it.
class exact_bytes {
public:
  explicit exact_bytes(std::string_view bytes)
      : bytes_{new char[bytes.size()]}, size_{bytes.size()} {
    std::copy(bytes.begin(), bytes.end(), bytes_.get());
  }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

/// What stands before, between and behind the separators: one more than there are of them.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (auto end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  pieces.push_back(text);
  return pieces;
}

} // namespace atrium::test

/// What a target defines and libFuzzer or the replay calls. Returns 0 or doesn't return.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
