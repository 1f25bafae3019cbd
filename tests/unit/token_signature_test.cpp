// The layer below the claims: base64url, keys and signatures. The vectors are those of RFC 7515, whose
// claims name nobody and so are no tokens of ours.
#include "secrets/base64url.hpp"
#include "secrets/token_key.hpp"
#include "secrets/token_text.hpp"
#include "support/tokens.hpp"

#include <catch2/catch.hpp>

using namespace atrium::secrets;
using namespace atrium::test;

namespace {

const std::string claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlL"
                           "mNvbS9pc19yb290Ijp0cnVlfQ";

const std::string a1_secret
    = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
const std::string a1 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + claims
                       + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

const std::string a2_key = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj
NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz
P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo
9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB
EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX
FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp
oQIDAQAB
-----END PUBLIC KEY-----
)";
const std::string a2
    = "eyJhbGciOiJSUzI1NiJ9." + claims
      + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
        "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARN"
        "PvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1"
        "phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

const std::string a3_key = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----
)";
const std::string a3
    = "eyJhbGciOiJFUzI1NiJ9." + claims
      + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

token_key key_of(token_algorithm algorithm, std::string material) {
  auto made = token_key::make(algorithm, material);
  if (auto* why = std::get_if<std::string>(&made)) FAIL(*why);
  CHECK(material.empty());
  return std::get<token_key>(std::move(made));
}

std::string problem_of(token_algorithm algorithm, std::string material) {
  auto made = token_key::make(algorithm, material);
  REQUIRE(std::holds_alternative<std::string>(made));
  return std::get<std::string>(made);
}

/// Good as it is, and with no bit of the signature flipped, nothing cut off, nothing put behind, and no
/// other text.
void check_vector(const token_key& key, const std::string& token) {
  auto parts = cut_token(token);
  REQUIRE(parts);
  const auto& signature = parts->signature;
  CHECK(key.has_signed(parts->signed_text, signature));
  bool is_fooled = false;
  for (std::size_t i = 0; i < signature.size(); ++i) {
    auto flipped = signature;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    is_fooled |= key.has_signed(parts->signed_text, flipped);
    is_fooled |= key.has_signed(parts->signed_text, signature.substr(0, i));
  }
  CHECK_FALSE(is_fooled);
  CHECK_FALSE(key.has_signed(parts->signed_text, signature + '\0'));
  CHECK_FALSE(key.has_signed(parts->signed_text, signature + signature));
  CHECK_FALSE(key.has_signed(parts->signed_text.substr(1), signature));
  CHECK_FALSE(key.has_signed({}, signature));
}

} // namespace

TEST_CASE("the signatures of RFC 7515 are good, and nothing near them") {
  check_vector(key_of(token_algorithm::hs256, *decode_base64url(a1_secret)), a1);
  check_vector(key_of(token_algorithm::rs256, a2_key), a2);
  check_vector(key_of(token_algorithm::es256, a3_key), a3);
}

TEST_CASE("a signature of one key is none of another") {
  auto a = ec_key();
  auto b = ec_key();
  auto made = signature_of(a, "text");
  CHECK(key_of(token_algorithm::es256, a.verifier).has_signed("text", made));
  CHECK_FALSE(key_of(token_algorithm::es256, b.verifier).has_signed("text", made));
  CHECK_FALSE(key_of(token_algorithm::hs256, a.verifier).has_signed("text", made));
  CHECK_FALSE(key_of(token_algorithm::hs256, "secret").has_signed("text", ""));
}

TEST_CASE("an ES256 signature is two numbers of 32 bytes") {
  auto key = ec_key();
  auto verifier = key_of(token_algorithm::es256, key.verifier);
  CHECK_FALSE(verifier.has_signed("text", der_signature_of(key, "text")));
  CHECK_FALSE(verifier.has_signed("text", std::string(64, '\0')));
  auto made = signature_of(key, "text");
  auto zeros = std::string(32, '\0');
  CHECK_FALSE(verifier.has_signed("text", zeros + made.substr(32)));
  CHECK_FALSE(verifier.has_signed("text", made.substr(0, 32) + zeros));
  CHECK_FALSE(verifier.has_signed("text", std::string(64, '\xff')));
  // The order of the curve, which is zero there.
  auto order = *decode_base64url("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");
  CHECK_FALSE(verifier.has_signed("text", order + made.substr(32)));
  CHECK_FALSE(verifier.has_signed("text", made.substr(0, 32) + order));
}

TEST_CASE("keys are of the right kind and strong enough") {
  using enum token_algorithm;
  auto rsa = rsa_key();
  auto ec = ec_key();
  CHECK(problem_of(hs256, "") == "is empty");
  CHECK(problem_of(rs256, ec.verifier) == "holds no RSA key, which RS256 needs");
  CHECK(problem_of(rs256, rsa_key(1'024).verifier) == "holds an RSA key of less than 2048 bits");
  CHECK(problem_of(es256, rsa.verifier) == "holds no elliptic curve key, which ES256 needs");
  CHECK(problem_of(es256, ec_key("P-384").verifier)
        == "holds a key of another curve than P-256, which ES256 needs");
  CHECK(problem_of(es256, ec_key("secp256k1").verifier)
        == "holds a key of another curve than P-256, which ES256 needs");
  // Who has the private key on the server has too much there.
  for (const auto& no_key : {rsa.secret, std::string{"secret"}, std::string{},
                             rsa.verifier.substr(0, 100), std::string{"\0\1\2", 3}})
    CHECK(problem_of(rs256, no_key) == "holds no public key as PEM (\"BEGIN PUBLIC KEY\")");
  CHECK(key_of(hs256, "short").secret_bytes() == 5);
  CHECK(key_of(rs256, rsa.verifier).secret_bytes() == 0);
}

TEST_CASE("algorithms have exactly their names") {
  CHECK(read_algorithm("HS256") == token_algorithm::hs256);
  CHECK(read_algorithm("RS256") == token_algorithm::rs256);
  CHECK(read_algorithm("ES256") == token_algorithm::es256);
  for (auto name : {"", "none", "None", "NONE", "nOnE", "hs256", "HS256 ", "HS384", "RS512",
                    "PS256", "ES256K", "EdDSA"})
    CHECK_FALSE(read_algorithm(name));
}

TEST_CASE("base64url has one spelling for everything") {
  CHECK(decode_base64url("") == "");
  CHECK(decode_base64url("Zg") == "f");
  CHECK(decode_base64url("Zm8") == "fo");
  CHECK(decode_base64url("Zm9v") == "foo");
  CHECK(decode_base64url("-_-_") == "\xfb\xff\xbf");
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    CHECK(decode_base64url(base64url(bytes)) == bytes);
    bytes += static_cast<char>(i * 37);
  }
  // Padding, white space, the other alphabet, a lonely digit, bits that belong to no byte.
  for (auto wrong : {"Zg==", "Zm8=", "Zg=", " Zg", "Zg ", "Zg\n", "Z\ng", "+/+/", "Z", "Zm9vZ",
                     "Zh", "Zm9", "Zm.", "Z\xc3\xbc"})
    CHECK_FALSE(decode_base64url(wrong));
  CHECK_FALSE(decode_base64url(std::string_view{"Z\0", 2}));
}

TEST_CASE("a token has three parts") {
  auto good = cut_token("Zg.not looked at.Zm8");
  REQUIRE(good);
  CHECK(good->header == "f");
  CHECK(good->claims == "not looked at");
  CHECK(good->signed_text == "Zg.not looked at");
  CHECK(good->signature == "fo");
  for (auto wrong : {"", ".", "Zg", "Zg.Zg", "Zg.Zg.Zg.Zg", "Zg.Zg.Zg.", "Zg.Zg.Zg.Zg.Zg",
                     "Zg=.Zg.Zg", "Zg.Zg.Zg=", "Zg.Zg.Z"})
    CHECK_FALSE(cut_token(wrong));
}

TEST_CASE("a name that stands twice in an object makes it unreadable") {
  auto one = token_members::read(R"( {"a":1,"b":{"a":2,"a":3},"ü":null} )");
  REQUIRE(one);
  CHECK(one->find("a")->raw == "1");
  CHECK(one->find("ü")->raw == "null");
  CHECK_FALSE(one->find("c"));
  for (auto wrong :
       {R"({"a":1,"a":1})", R"({"a":1,"\u0061":1})", "[]", "5", "null", "", "{", "{} x", "{}{}",
        R"({"a":1,})", R"({a:1})", "{\"a\":\"\xff\"}", "\xef\xbb\xbf{}"})
    CHECK_FALSE(token_members::read(wrong));
  CHECK_FALSE(token_members::read(R"({"a":)" + std::string(50, '[') + std::string(50, ']') + "}"));
}
