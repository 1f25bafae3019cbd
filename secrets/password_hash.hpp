// Passwords as values: their slow salted hash (Argon2id), and the fast keyed fingerprint under which
// the right answers are remembered. Thread-safe, no actors.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace atrium::secrets {

/// `$argon2id$…`, at most 127 bytes, with a new salt each time. Takes some 50 ms and 64 MB. Nothing:
/// there was not enough memory.
[[nodiscard]] std::optional<std::string> hash(std::string_view password);

/// Whether the password belongs to this hash; as slow as `hash`. No password belongs to text that is
/// no hash. Nothing: there was not enough memory to tell.
[[nodiscard]] std::optional<bool> verify(std::string_view hash, std::string_view password);

using fingerprint = std::array<unsigned char, 32>;

/// Makes fingerprints that say nothing to whoever doesn't have the key, which is random, never shown
/// and wiped at the end. Two of these objects give different ones.
class fingerprint_key {
public:
  fingerprint_key();
  ~fingerprint_key();
  fingerprint_key(const fingerprint_key&) = delete;
  fingerprint_key& operator=(const fingerprint_key&) = delete;

  /// Of a password together with the hash that it is to belong to.
  [[nodiscard]] fingerprint of(std::string_view hash, std::string_view password) const;

private:
  std::array<unsigned char, 32> key_{};
};

} // namespace atrium::secrets
