// A password while it is with us: one copy, handed around by pointer, overwritten before its memory is
// given back. It has no spelling for logs.
#pragma once

#include <string>
#include <string_view>

namespace atrium::secrets {

/// Overwrites the text, in a way that no compiler leaves out, and empties it.
void wipe(std::string& text) noexcept;

class secret {
public:
  /// Takes over what `from` holds; `from` is wiped.
  explicit secret(std::string& from) : text_{from} { wipe(from); }
  ~secret() { wipe(text_); }
  secret(const secret&) = delete;
  secret& operator=(const secret&) = delete;

  /// Valid as long as this is.
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

private:
  // Copied from, never moved: moving a short text leaves it behind.
  std::string text_;
};

} // namespace atrium::secrets
