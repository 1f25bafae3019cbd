// One key that tokens may be signed with, and the one algorithm that it is for. The only place that
// knows OpenSSL. Thread-safe once made.
#pragma once

#include "secrets/secret.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace atrium::secrets {

/// RFC 7518, §3.1. There is no other, and none that is "none".
enum class token_algorithm { hs256, rs256, es256 };

/// `HS256`, `RS256`, `ES256`; nothing for any other text.
[[nodiscard]] std::optional<token_algorithm> read_algorithm(std::string_view name) noexcept;

class token_key {
public:
  /// `material`: of HS256 the secret itself, of the others a public key as PEM; it is wiped. RSA keys
  /// have at least 2,048 bits, keys of ES256 are on the curve P-256. Error: what is wrong with it, as
  /// the end of a sentence that begins with where it is from; never quotes it.
  [[nodiscard]] static std::variant<token_key, std::string> make(token_algorithm algorithm,
                                                                 std::string& material);

  [[nodiscard]] token_algorithm algorithm() const noexcept { return algorithm_; }
  /// Of HS256; 0 otherwise.
  [[nodiscard]] std::size_t secret_bytes() const noexcept;
  /// Whether `signature`, as tokens spell it (ES256: r and s, 32 bytes each), was made over `text`
  /// with this key. Takes as long whatever is wrong with an HS256 signature of the right size.
  [[nodiscard]] bool has_signed(std::string_view text, std::string_view signature) const;

private:
  /// OpenSSL's EVP_PKEY.
  using public_key = std::shared_ptr<void>;

  token_key(token_algorithm algorithm, std::shared_ptr<const secret> shared, public_key key)
      : algorithm_{algorithm}, secret_{std::move(shared)}, public_{std::move(key)} {}

  token_algorithm algorithm_;
  std::shared_ptr<const secret> secret_;
  public_key public_;
};

} // namespace atrium::secrets
