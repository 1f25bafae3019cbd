// Makes tokens for tests, good ones and bad ones: the other side of secrets/.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace atrium::test {

/// Without padding.
[[nodiscard]] std::string base64url(std::string_view bytes);

/// A key of whoever makes tokens. `secret` is the secret of HS256, otherwise the private key as PEM.
struct signing_key {
  std::string algorithm;
  std::string secret;
  /// PEM; empty for HS256.
  std::string verifier{};
};
[[nodiscard]] signing_key rsa_key(unsigned bits = 2'048);
/// On the curve of this name.
[[nodiscard]] signing_key ec_key(const char* curve = "P-256");

/// A signature as tokens spell it, of the key's algorithm.
[[nodiscard]] std::string signature_of(const signing_key& key, std::string_view text);
/// An ES256 signature as OpenSSL makes it: DER.
[[nodiscard]] std::string der_signature_of(const signing_key& key, std::string_view text);

/// `header` and `claims` are JSON.
[[nodiscard]] std::string make_token(std::string_view header, std::string_view claims,
                                     const signing_key& key);
/// The header names the key's algorithm, and `kid` unless that is empty.
[[nodiscard]] std::string make_token(std::string_view claims, const signing_key& key,
                                     std::string_view kid = {});
/// HS256.
[[nodiscard]] std::string make_token(std::string_view claims, const std::string& secret);

/// Seconds since 1970, `from_now` from now, with a fraction.
[[nodiscard]] std::string seconds(double from_now);

/// A file with this content, gone with the object.
class key_file {
public:
  explicit key_file(std::string_view content);
  ~key_file();
  key_file(const key_file&) = delete;
  key_file& operator=(const key_file&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

private:
  std::filesystem::path path_;
};

} // namespace atrium::test
