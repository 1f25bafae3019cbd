// The only source that calls libsodium.
//
// The cost is libsodium's "interactive" one: what a login may take. It is written into each hash, so
// hashes made under another cost are checked by theirs. Passwords are never kept here, and everything
// that is derived from them leaves through the return value only.
#include "secrets/password_hash.hpp"

#include "secrets/secret.hpp"

#include <sodium.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

namespace atrium::secrets {

namespace {

/// Chooses implementations for this processor; every function below wants it done.
bool is_ready() {
  static const bool ready = sodium_init() >= 0;
  return ready;
}

} // namespace

void wipe(std::string& text) noexcept {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

std::optional<std::string> hash(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (!is_ready()
      || crypto_pwhash_str(out.data(), password.data(), password.size(),
                           crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE)
             != 0)
    return std::nullopt;
  return std::string{out.data()};
}

std::optional<bool> verify(std::string_view hash, std::string_view password) {
  if (!is_ready()) return std::nullopt;
  std::array<char, crypto_pwhash_STRBYTES> stored{};
  if (hash.size() >= stored.size()) return false;
  std::copy(hash.begin(), hash.end(), stored.begin());
  errno = 0;
  if (crypto_pwhash_str_verify(stored.data(), password.data(), password.size()) == 0) return true;
  // Nobody is told "wrong" because the server is short of memory.
  if (errno == ENOMEM) return std::nullopt;
  return false;
}

fingerprint_key::fingerprint_key() {
  if (is_ready()) randombytes_buf(key_.data(), key_.size());
}

fingerprint_key::~fingerprint_key() {
  sodium_memzero(key_.data(), key_.size());
}

fingerprint fingerprint_key::of(std::string_view hash, std::string_view password) const {
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_.data(), key_.size(), sizeof(fingerprint));
  // With the length in front no other split of the same bytes looks alike.
  auto add = [&](const void* from, std::size_t bytes) {
    crypto_generichash_update(&state, static_cast<const unsigned char*>(from), bytes);
  };
  std::uint64_t hash_bytes = hash.size();
  add(&hash_bytes, sizeof hash_bytes);
  add(hash.data(), hash.size());
  add(password.data(), password.size());
  fingerprint out{};
  crypto_generichash_final(&state, out.data(), out.size());
  sodium_memzero(&state, sizeof state);
  return out;
}

} // namespace atrium::secrets
