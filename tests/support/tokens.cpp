#include "support/tokens.hpp"

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <unistd.h>

namespace atrium::test {
namespace {

using pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

void require(bool is_fine) {
  if (!is_fine) throw std::runtime_error{"OpenSSL refused what a test wants"};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string text_of(BIO* from) {
  char* data = nullptr;
  auto size = BIO_get_mem_data(from, &data);
  return {data, static_cast<std::size_t>(size)};
}

signing_key spelled(std::string algorithm, EVP_PKEY* key) {
  require(key != nullptr);
  bio secret{BIO_new(BIO_s_mem()), BIO_free};
  bio open{BIO_new(BIO_s_mem()), BIO_free};
  require(PEM_write_bio_PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  require(PEM_write_bio_PUBKEY(open.get(), key) == 1);
  return {std::move(algorithm), text_of(secret.get()), text_of(open.get())};
}

std::string mac_of(const std::string& secret, std::string_view text) {
  std::array<unsigned char, 32> mac{};
  unsigned size = mac.size();
  require(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text),
               text.size(), mac.data(), &size)
          != nullptr);
  return {reinterpret_cast<char*>(mac.data()), mac.size()};
}

std::string raw_of(const std::string& der) {
  const auto* at = bytes_of(der);
  std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> made{
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free};
  require(made != nullptr);
  std::array<unsigned char, 64> raw{};
  require(BN_bn2binpad(ECDSA_SIG_get0_r(made.get()), raw.data(), 32) == 32);
  require(BN_bn2binpad(ECDSA_SIG_get0_s(made.get()), raw.data() + 32, 32) == 32);
  return {reinterpret_cast<char*>(raw.data()), raw.size()};
}

} // namespace

std::string base64url(std::string_view bytes) {
  constexpr std::string_view digits
      = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += digits[bits >> (count - 6) & 63U];
    bits &= (1U << count) - 1;
  }
  if (count > 0) out += digits[bits << (6 - count) & 63U];
  return out;
}

signing_key rsa_key(unsigned bits) {
  return spelled("RS256", pkey{EVP_RSA_gen(bits), EVP_PKEY_free}.get());
}

signing_key ec_key(const char* curve) {
  return spelled("ES256", pkey{EVP_EC_gen(curve), EVP_PKEY_free}.get());
}

std::string der_signature_of(const signing_key& key, std::string_view text) {
  bio in{BIO_new_mem_buf(key.secret.data(), static_cast<int>(key.secret.size())), BIO_free};
  pkey own{PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> of{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  require(own && EVP_DigestSignInit(of.get(), nullptr, EVP_sha256(), nullptr, own.get()) == 1);
  std::array<unsigned char, 1'024> made{};
  std::size_t size = made.size();
  require(EVP_DigestSign(of.get(), made.data(), &size, bytes_of(text), text.size()) == 1);
  return {reinterpret_cast<char*>(made.data()), size};
}

std::string signature_of(const signing_key& key, std::string_view text) {
  if (key.algorithm == "HS256") return mac_of(key.secret, text);
  auto made = der_signature_of(key, text);
  return key.algorithm == "ES256" ? raw_of(made) : made;
}

std::string make_token(std::string_view header, std::string_view claims, const signing_key& key) {
  auto text = base64url(header) + "." + base64url(claims);
  return text + "." + base64url(signature_of(key, text));
}

std::string make_token(std::string_view claims, const signing_key& key, std::string_view kid) {
  auto header = R"({"typ":"JWT","alg":")" + key.algorithm + "\"";
  if (!kid.empty()) header += R"(,"kid":")" + std::string{kid} + "\"";
  return make_token(header + "}", claims, key);
}

std::string make_token(std::string_view claims, const std::string& secret) {
  return make_token(claims, signing_key{"HS256", secret});
}

std::string seconds(double from_now) {
  auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration<double>(since).count() + from_now);
}

key_file::key_file(std::string_view content) {
  static std::atomic<unsigned> last{0};
  path_ = std::filesystem::temp_directory_path()
          / ("atrium_key_" + std::to_string(getpid()) + "_" + std::to_string(++last));
  std::ofstream{path_, std::ios::binary} << content;
}

key_file::~key_file() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

} // namespace atrium::test
