// Which passwords were found right, by their fingerprints: a bounded memory that forgets what was not
// asked for longest. Wrong ones are not remembered. Not thread-safe; the front's own.
#pragma once

#include "secrets/password_hash.hpp"

#include <cstddef>
#include <cstring>
#include <list>
#include <unordered_map>

namespace atrium::secrets {

/// For tables of fingerprints, which are as good as random.
struct fingerprint_bytes {
  std::size_t operator()(const fingerprint& f) const noexcept {
    std::size_t out = 0;
    std::memcpy(&out, f.data(), sizeof out);
    return out;
  }
};

class right_answers {
public:
  /// `most`: fingerprints that are remembered, at least 1; each takes some 120 bytes.
  explicit right_answers(std::size_t most) : most_{most} {}

  /// Was it found right before? Then it counts as the newest.
  [[nodiscard]] bool has(const fingerprint& f);
  void add(const fingerprint& f);
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }

private:
  std::size_t most_;
  /// The one asked for last comes first.
  std::list<fingerprint> by_use_;
  std::unordered_map<fingerprint, std::list<fingerprint>::iterator, fingerprint_bytes> places_;
};

} // namespace atrium::secrets
