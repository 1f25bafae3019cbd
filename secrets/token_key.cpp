// Signatures over OpenSSL 3. Nothing here reads a token: what is signed and the signature are bytes,
// and the algorithm is the key's. So nothing that a token says can choose how it is checked.
// Never asks anybody for a passphrase; leaves no errors behind in OpenSSL's queue.
#include "secrets/token_key.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <limits>

namespace atrium::secrets {
namespace {

constexpr int min_rsa_bits = 2'048;
constexpr std::size_t mac_bytes = 32;
constexpr std::size_t ec_number_bytes = 32;

template <class T, void (*Free)(T*)>
struct freer {
  void operator()(T* what) const noexcept { Free(what); }
};
void free_bio(BIO* b) {
  BIO_free(b);
}
using bio = std::unique_ptr<BIO, freer<BIO, free_bio>>;
using pkey = std::unique_ptr<EVP_PKEY, freer<EVP_PKEY, EVP_PKEY_free>>;
using digest = std::unique_ptr<EVP_MD_CTX, freer<EVP_MD_CTX, EVP_MD_CTX_free>>;
using ec_signature = std::unique_ptr<ECDSA_SIG, freer<ECDSA_SIG, ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

int no_passphrase(char*, int, int, void*) {
  return -1;
}

pkey read_pem(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return nullptr;
  bio in{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  if (!in) return nullptr;
  return pkey{PEM_read_bio_PUBKEY(in.get(), nullptr, no_passphrase, nullptr)};
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 32> name{};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) == 1
         && std::string_view{name.data(), size} == "prime256v1";
}

/// What is wrong with a key for `algorithm`; empty: nothing.
std::string_view objection(token_algorithm algorithm, const EVP_PKEY* key) {
  if (algorithm == token_algorithm::rs256) {
    if (EVP_PKEY_is_a(key, "RSA") != 1) return "holds no RSA key, which RS256 needs";
    if (EVP_PKEY_get_bits(key) < min_rsa_bits) return "holds an RSA key of less than 2048 bits";
    return {};
  }
  if (EVP_PKEY_is_a(key, "EC") != 1) return "holds no elliptic curve key, which ES256 needs";
  if (!is_p256(key)) return "holds a key of another curve than P-256, which ES256 needs";
  return {};
}

bool is_mac(std::string_view key, std::string_view text, std::string_view mac) {
  std::array<unsigned char, mac_bytes> expected{};
  unsigned size = expected.size();
  if (mac.size() != mac_bytes || key.size() > std::numeric_limits<int>::max()) return false;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
           expected.data(), &size)
      == nullptr)
    return false;
  return CRYPTO_memcmp(expected.data(), mac.data(), mac_bytes) == 0;
}

/// r and s as OpenSSL takes them (DER); empty if they have not their size.
std::string der_of(std::string_view raw) {
  if (raw.size() != 2 * ec_number_bytes) return {};
  ec_signature made{ECDSA_SIG_new()};
  auto* r = BN_bin2bn(bytes_of(raw), ec_number_bytes, nullptr);
  auto* s = BN_bin2bn(bytes_of(raw.substr(ec_number_bytes)), ec_number_bytes, nullptr);
  // On success the numbers belong to the signature.
  if (!made || ECDSA_SIG_set0(made.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* der = nullptr;
  auto size = i2d_ECDSA_SIG(made.get(), &der);
  if (size <= 0) return {};
  std::string out{reinterpret_cast<char*>(der), static_cast<std::size_t>(size)};
  OPENSSL_free(der);
  return out;
}

bool is_signature(EVP_PKEY* key, std::string_view text, std::string_view signature) {
  digest of{EVP_MD_CTX_new()};
  bool is_good = of && !signature.empty()
                 && EVP_DigestVerifyInit(of.get(), nullptr, EVP_sha256(), nullptr, key) == 1
                 && EVP_DigestVerify(of.get(), bytes_of(signature), signature.size(),
                                     bytes_of(text), text.size())
                        == 1;
  ERR_clear_error();
  return is_good;
}

} // namespace

std::optional<token_algorithm> read_algorithm(std::string_view name) noexcept {
  if (name == "HS256") return token_algorithm::hs256;
  if (name == "RS256") return token_algorithm::rs256;
  if (name == "ES256") return token_algorithm::es256;
  return std::nullopt;
}

std::variant<token_key, std::string> token_key::make(token_algorithm algorithm,
                                                     std::string& material) {
  auto kept = std::make_shared<const secret>(material);
  if (algorithm == token_algorithm::hs256) {
    if (kept->text().empty()) return std::string{"is empty"};
    return token_key{algorithm, std::move(kept), nullptr};
  }
  auto key = read_pem(kept->text());
  ERR_clear_error();
  if (!key) return std::string{"holds no public key as PEM (\"BEGIN PUBLIC KEY\")"};
  if (auto wrong = objection(algorithm, key.get()); !wrong.empty()) return std::string{wrong};
  return token_key{algorithm, nullptr, public_key{key.release(), [](void* k) {
                                                    EVP_PKEY_free(static_cast<EVP_PKEY*>(k));
                                                  }}};
}

std::size_t token_key::secret_bytes() const noexcept {
  return secret_ ? secret_->text().size() : 0;
}

bool token_key::has_signed(std::string_view text, std::string_view signature) const {
  switch (algorithm_) {
  case token_algorithm::hs256: return is_mac(secret_->text(), text, signature);
  case token_algorithm::es256:
    return is_signature(static_cast<EVP_PKEY*>(public_.get()), text, der_of(signature));
  case token_algorithm::rs256: break;
  }
  return is_signature(static_cast<EVP_PKEY*>(public_.get()), text, signature);
}

} // namespace atrium::secrets
