// Tokens whole: which key they are checked with, what makes them bad, what they say.
#include "secrets/tokens.hpp"
#include "support/tokens.hpp"

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

using namespace atrium;
using namespace atrium::test;

namespace {

constexpr unix_ms now = 1'700'000'000'000;
const std::string secret = "a secret of more than thirty-two bytes";
const std::string plain = R"({"sub":"ann"})";

using verifier = std::unique_ptr<const token_verifier>;

auth_settings with_secret() {
  auth_settings s;
  s.mode = "jwt";
  s.jwt_secret = secret;
  return s;
}

verifier opened(const auth_settings& s) {
  auto made = open_tokens(s);
  if (auto* why = std::get_if<std::string>(&made)) FAIL(*why);
  return std::get<verifier>(std::move(made));
}

std::string problem_of(const auth_settings& s) {
  auto made = open_tokens(s);
  REQUIRE(std::holds_alternative<std::string>(made));
  return std::get<std::string>(made);
}

token_claims good(const token_verifier& v, const std::string& token) {
  auto out = v.verify(token, now);
  if (auto* why = std::get_if<failure>(&out)) FAIL(why->sentence);
  return std::get<token_claims>(std::move(out));
}
token_claims good(const std::string& claims) {
  return good(*opened(with_secret()), make_token(claims, secret));
}

/// Why a token is refused.
std::string bad(const token_verifier& v, const std::string& token) {
  auto out = v.verify(token, now);
  REQUIRE(std::holds_alternative<failure>(out));
  auto& why = std::get<failure>(out);
  CHECK(why.code == errc::unauthorized);
  if (token.size() > 8) CHECK(why.sentence.find(token.substr(0, 8)) == std::string::npos);
  return why.sentence;
}
/// Of a token with these claims.
std::string bad(const std::string& claims) {
  return bad(*opened(with_secret()), make_token(claims, secret));
}

const std::string wrong_signature = "the token's signature is wrong";
const std::string wrong_algorithm = "the token's key is not for its algorithm";
const std::string unknown_key = "the token's key is not known here";
const std::string no_header = "the token's header cannot be read";
const std::string no_claims = "the token's claims cannot be read";
const std::string no_token = "this is no token: header.claims.signature";
const std::string bad_user = "`sub` of the token must have 1 to 64 bytes and no control characters";

/// A header, signed as HS256 with the right secret.
std::string bad_header(const std::string& header) {
  return bad(*opened(with_secret()), make_token(header, plain, {"HS256", secret}));
}

} // namespace

TEST_CASE("nobody checks tokens while nobody asks for them") {
  auth_settings none;
  none.jwt_secret = secret;
  CHECK(opened(none) == nullptr);
}

TEST_CASE("a token says who, for how long and what") {
  auto least = good(plain);
  CHECK(least.user.value == "ann");
  CHECK_FALSE(least.username);
  CHECK_FALSE(least.expires_at);
  CHECK(least.rooms == nullptr);
  CHECK_FALSE(least.is_operator);
  auto most = good(R"({"sub":"ann","name":"Änn","exp":1700000000.5,"nbf":1.7e9,"iat":"?",
                       "rooms":["b","a","b"],"admin":true,"other":[{}]})");
  CHECK(most.username == "Änn");
  CHECK(most.expires_at == now + 500);
  CHECK(*most.rooms == opened_rooms{"a", "b"});
  CHECK(most.is_operator);
  CHECK(good(R"({"sub":"ann","rooms":[],"admin":false})").rooms->empty());
}

TEST_CASE("each algorithm is checked with a key that is for it") {
  auto rsa = rsa_key();
  auto ec = ec_key();
  key_file rsa_file{rsa.verifier};
  key_file ec_file{ec.verifier};
  key_file secret_file{"of a file"};
  auto s = with_secret();
  s.jwt_keys = {"r:RS256:" + rsa_file.path(), "e:ES256:" + ec_file.path(),
                "h:HS256:" + secret_file.path()};
  auto v = opened(s);
  const signing_key hs{"HS256", "of a file"};
  CHECK(good(*v, make_token(plain, rsa, "r")).user.value == "ann");
  CHECK(good(*v, make_token(plain, ec, "e")).user.value == "ann");
  CHECK(good(*v, make_token(plain, hs, "h")).user.value == "ann");
  CHECK(good(*v, make_token(plain, secret)).user.value == "ann");
  // The key of another.
  CHECK(bad(*v, make_token(plain, hs, "r")) == wrong_algorithm);
  CHECK(bad(*v, make_token(plain, rsa, "e")) == wrong_algorithm);
  CHECK(bad(*v, make_token(plain, ec, "h")) == wrong_algorithm);
  CHECK(bad(*v, make_token(plain, rsa)) == wrong_algorithm);
  CHECK(bad(*v, make_token(plain, rsa_key(), "r")) == wrong_signature);
  CHECK(bad(*v, make_token(plain, ec_key(), "e")) == wrong_signature);
  CHECK(bad(*v, make_token(plain, {"HS256", secret}, "h")) == wrong_signature);
  CHECK(bad(*v, make_token(plain, hs)) == wrong_signature);
  for (auto kid : {"x", "R", "r ", "../r", "r:RS256"})
    CHECK(bad(*v, make_token(plain, rsa, kid)) == unknown_key);
}

TEST_CASE("a public key is no secret") {
  auto rsa = rsa_key();
  auto ec = ec_key();
  key_file rsa_file{rsa.verifier};
  key_file ec_file{ec.verifier};
  auto s = with_secret();
  s.jwt_keys = {"r:RS256:" + rsa_file.path(), "e:ES256:" + ec_file.path()};
  auto v = opened(s);
  for (const auto& [kid, open] : {std::pair{"r", rsa.verifier}, std::pair{"e", ec.verifier}}) {
    CHECK(bad(*v, make_token(plain, {"HS256", open}, kid)) == wrong_algorithm);
    // The header as the key wants it, the signature as the attacker can make it.
    auto header = std::string{R"({"alg":")"} + (*kid == 'r' ? "RS256" : "ES256") + R"(","kid":")"
                  + kid + "\"}";
    CHECK(bad(*v, make_token(header, plain, {"HS256", open})) == wrong_signature);
  }
}

TEST_CASE("which key it is without a `kid` is settled by configuration") {
  auto ec = ec_key();
  auto other = ec_key();
  key_file file{ec.verifier};
  key_file other_file{other.verifier};
  // The only one.
  auth_settings s;
  s.mode = "jwt";
  s.jwt_keys = {"e:ES256:" + file.path()};
  CHECK(good(*opened(s), make_token(plain, ec)).user.value == "ann");
  CHECK(bad(*opened(s), make_token(plain, ec, "unknown")) == unknown_key);
  // One of two.
  s.jwt_keys.push_back("o:ES256:" + other_file.path());
  CHECK(bad(*opened(s), make_token(plain, ec)) == unknown_key);
  CHECK(good(*opened(s), make_token(plain, other, "o")).user.value == "ann");
  // The nameless one, also for a name where nobody has one.
  CHECK(good(*opened(with_secret()), make_token(plain, {"HS256", secret}, "any")).user.value
        == "ann");
}

TEST_CASE("no token is unsigned") {
  auto v = opened(with_secret());
  for (auto name : {"none", "None", "NONE", "nOnE", "noNE", "", "hs256", "HS384", "HS512", "RS256"})
    for (const auto& key : {signing_key{"HS256", secret}, signing_key{"HS256", "guess"}})
      CHECK(bad(*v, make_token(R"({"alg":")" + std::string{name} + "\"}", plain, key))
            == wrong_algorithm);
  auto unsigned_text = base64url(R"({"alg":"none"})") + "." + base64url(plain);
  CHECK(bad(*v, unsigned_text + ".") == wrong_algorithm);
  CHECK(bad(*v, unsigned_text) == no_token);
  auto signed_text = base64url(R"({"alg":"HS256"})") + "." + base64url(plain);
  CHECK(bad(*v, signed_text + ".") == wrong_signature);
}

TEST_CASE("a header says what it is allowed to, once") {
  for (auto header : {R"({"alg":5})", R"({"alg":null})", R"({"alg":["HS256"]})", R"({"alg":true})",
                      R"({"alg":{"HS256":1}})", R"({"typ":"JWT"})", "{}", R"({"Alg":"HS256"})"})
    CHECK(bad_header(header) == wrong_algorithm);
  for (auto header :
       {R"({"alg":"HS256","alg":"HS256"})", R"({"alg":"none","alg":"HS256"})",
        R"({"alg":"HS256","\u0061lg":"none"})", R"({"alg":"HS256","x":1,"x":1})",
        R"({"kid":"a","alg":"HS256","kid":"b"})", R"({"alg":"HS256"} x)", R"({"alg":"HS256"}{})",
        R"(["HS256"])", R"("HS256")", "", "null", "{\"alg\":\"HS256\",\"x\":\"\xff\"}"})
    CHECK(bad_header(header) == no_header);
  for (auto header :
       {R"({"alg":"HS256","crit":["exp"],"exp":1})", R"({"alg":"HS256","crit":[]})",
        R"({"alg":"HS256","crit":null})", R"({"alg":"HS256","b64":false,"crit":["b64"]})"})
    CHECK(bad_header(header) == "the token asks for extensions that are not understood here");
  for (auto header : {R"({"alg":"HS256","kid":5})", R"({"alg":"HS256","kid":null})",
                      R"({"alg":"HS256","kid":["a"]})"})
    CHECK(bad_header(header) == "the token's `kid` is no text");
}

TEST_CASE("a token is whole, or it is none") {
  auto v = opened(with_secret());
  auto token = make_token(plain, secret);
  REQUIRE(good(*v, token).user.value == "ann");
  bool is_fooled = false;
  for (std::size_t i = 0; i < token.size(); ++i) {
    is_fooled |= std::holds_alternative<token_claims>(v->verify(token.substr(0, i), now));
    is_fooled |= std::holds_alternative<token_claims>(v->verify(token.substr(i + 1), now));
    for (char c : {'A', '-', '=', '.', ' ', '\n', '\0', '\x80'}) {
      auto other = token;
      other[i] = c;
      if (other != token) is_fooled |= std::holds_alternative<token_claims>(v->verify(other, now));
      other = token;
      other.insert(i, 1, c);
      is_fooled |= std::holds_alternative<token_claims>(v->verify(other, now));
    }
  }
  CHECK_FALSE(is_fooled);
  for (const auto* tail : {" ", "=", "==", "\n", ".", ".x", "A", "AA"})
    CHECK(std::holds_alternative<failure>(v->verify(token + tail, now)));
  CHECK(bad(*v, "") == "a token is needed");
  CHECK(bad(*v, "..") == no_header);
  CHECK(bad(*v, "garbage") == no_token);
  CHECK(bad(*v, token + "." + token) == no_token);
}

TEST_CASE("a token has a size") {
  auto s = with_secret();
  auto token_of = [](std::size_t bytes) {
    return make_token(R"({"sub":"ann","pad":")" + std::string(bytes, 'x') + "\"}", secret);
  };
  CHECK(good(*opened(s), token_of(5'000)).user.value == "ann");
  CHECK(bad(*opened(s), token_of(8'192)) == "the token is too long");
  CHECK(bad(*opened(s), std::string(10'000'000, 'A')) == "the token is too long");
  s.max_token_bytes = token_of(100).size();
  CHECK(good(*opened(s), token_of(100)).user.value == "ann");
  CHECK(bad(*opened(s), token_of(101)) == "the token is too long");
}

TEST_CASE("a token holds from its first moment to its last") {
  CHECK(good(R"({"sub":"ann","exp":1700000000.001})").expires_at == now + 1);
  CHECK(bad(R"({"sub":"ann","exp":1700000000})") == "the token has expired");
  CHECK(bad(R"({"sub":"ann","exp":0})") == "the token has expired");
  CHECK(bad(R"({"sub":"ann","exp":-1e300})") == "the token has expired");
  CHECK(good(R"({"sub":"ann","exp":1e300})").expires_at > now);
  CHECK(good(R"({"sub":"ann","nbf":1700000000})").user.value == "ann");
  CHECK(bad(R"({"sub":"ann","nbf":1700000000.001})") == "the token is not valid yet");
  CHECK(bad(R"({"sub":"ann","nbf":1e300})") == "the token is not valid yet");
  auto s = with_secret();
  s.leeway = milliseconds{500};
  auto v = opened(s);
  auto late = good(*v, make_token(R"({"sub":"ann","exp":1699999999.501})", secret));
  CHECK(late.expires_at == now + 1);
  CHECK(bad(*v, make_token(R"({"sub":"ann","exp":1699999999.5})", secret))
        == "the token has expired");
  good(*v, make_token(R"({"sub":"ann","nbf":1700000000.5})", secret));
  CHECK(bad(*v, make_token(R"({"sub":"ann","nbf":1700000000.501})", secret))
        == "the token is not valid yet");
}

TEST_CASE("claims have their types") {
  for (auto exp : {R"("1800000000")", "null", "true", "[1800000000]", "{}"}) {
    CHECK(bad(R"({"sub":"ann","exp":)" + std::string{exp} + "}")
          == "`exp` of the token must be a number of seconds");
    CHECK(bad(R"({"sub":"ann","nbf":)" + std::string{exp} + "}")
          == "`nbf` of the token must be a number of seconds");
  }
  CHECK(bad(R"({"sub":"ann","exp":1e999})") == "`exp` of the token must be a number of seconds");
  for (auto name : {"5", "null", R"("")", "[]"})
    CHECK(bad(R"({"sub":"ann","name":)" + std::string{name} + "}")
          == "`name` of the token must have 1 to 64 characters");
  CHECK(good(R"({"sub":"ann","name":")" + std::string(64, 'x') + "\"}").username->size() == 64);
  CHECK(bad(R"({"sub":"ann","name":")" + std::string(65, 'x') + "\"}")
        == "`name` of the token must have 1 to 64 characters");
  for (auto rooms : {R"("a")", "null", "{}", "[5]", R"(["a",null])", R"([["a"]])"})
    CHECK(bad(R"({"sub":"ann","rooms":)" + std::string{rooms} + "}")
          == "`rooms` of the token must be an array of strings");
  for (auto admin : {"1", "0", R"("true")", "null", "[true]"})
    CHECK(bad(R"({"sub":"ann","admin":)" + std::string{admin} + "}")
          == "`admin` of the token must be true or false");
}

TEST_CASE("a token names its user") {
  CHECK(good(R"({"sub":")" + std::string(64, 'x') + "\"}").user.value.size() == 64);
  CHECK(good(R"({"sub":"ünn \"x\""})").user.value == "ünn \"x\"");
  // Half a character would be the same user as any other half.
  for (const auto& claims :
       {std::string{"{}"}, std::string{R"({"name":"Ann"})"}, std::string{R"({"sub":""})"},
        std::string{R"({"sub":5})"}, std::string{R"({"sub":null})"},
        std::string{R"({"sub":["a"]})"}, R"({"sub":")" + std::string(65, 'x') + "\"}",
        std::string{R"({"sub":"a\u0000"})"}, std::string{R"({"sub":"a\nb"})"},
        std::string{R"({"sub":"\u007f"})"}, std::string{R"({"sub":"a\ud800"})"},
        std::string{R"({"Sub":"ann"})"}})
    CHECK(bad(claims) == bad_user);
}

TEST_CASE("claims are one object that gives no name twice") {
  for (const auto& claims :
       {std::string{R"({"sub":"ann","sub":"bob"})"},
        std::string{R"({"sub":"ann","exp":1,"exp":2})"},
        std::string{R"({"sub":"ann","s\u0075b":"bob"})"}, std::string{R"({"sub":"ann"} x)"},
        std::string{R"({"sub":"ann"}{})"}, std::string{R"(["ann"])"}, std::string{R"("ann")"},
        std::string{}, std::string{"null"}, std::string{"{\"sub\":\"\xff\"}"},
        R"({"sub":"ann","x":)" + std::string(100, '[') + std::string(100, ']') + "}"})
    CHECK(bad(claims) == no_claims);
  // Signed, but not spelled as it should be.
  auto v = opened(with_secret());
  auto text = base64url(R"({"alg":"HS256"})") + "." + base64url(plain) + "=";
  CHECK(bad(*v, text + "." + base64url(signature_of({"HS256", secret}, text))) == no_claims);
}

TEST_CASE("issuer and audience are checked where they are set") {
  auto s = with_secret();
  s.jwt_issuer = "us";
  s.jwt_audience = "here";
  auto v = opened(s);
  auto token = [](const std::string& more) {
    return make_token(R"({"sub":"ann",)" + more + "}", secret);
  };
  good(*v, token(R"("iss":"us","aud":"here")"));
  good(*v, token(R"("iss":"us","aud":["there","here"])"));
  for (auto iss : {R"("iss":"them",)", R"("iss":["us"],)", R"("iss":5,)", R"("iss":"",)", ""})
    CHECK(bad(*v, token(std::string{iss} + R"("aud":"here")")) == "the token is of another issuer");
  for (auto aud : {R"(,"aud":"there")", R"(,"aud":[])", R"(,"aud":["there"])",
                   R"(,"aud":["here",5])", R"(,"aud":{"here":1})", R"(,"aud":5)", ""})
    CHECK(bad(*v, token(R"("iss":"us")" + std::string{aud})) == "the token is for somebody else");
  good(R"({"sub":"ann","iss":5,"aud":5})");
}

TEST_CASE("keys that cannot be used stop the start, and are not shown") {
  auth_settings s;
  s.mode = "jwt";
  CHECK(problem_of(s) == "auth.mode: \"jwt\" needs a key: auth.jwt_secret or auth.jwt_keys");
  auto with_key = [&](const std::string& entry) {
    s.jwt_keys = {entry};
    return problem_of(s);
  };
  for (auto entry : {"", "k", "k:HS256", "k:HS256:", ":HS256:f"})
    CHECK(with_key(entry)
          == "auth.jwt_keys: expected entries like \"<kid>:<HS256, RS256 or ES256>:<file>\"");
  for (auto entry : {"k:none:f", "k:hs256:f", "k::f", "k:PS256:f"})
    CHECK(with_key(entry) == "auth.jwt_keys: the key \"k\" must be for HS256, RS256 or ES256");
  // Somebody may take the place of the file for that of the secret.
  CHECK(with_key("k:HS256:my secret")
        == "auth.jwt_keys: the file of the key \"k\" cannot be read: No such file or directory");
  CHECK(with_key("k:HS256:/").starts_with("auth.jwt_keys: the file of the key \"k\" cannot be"));
  key_file empty{""};
  key_file line{"\n"};
  key_file text{"no key"};
  key_file large{std::string(70'000, 'x')};
  CHECK(with_key("k:HS256:" + empty.path()) == "auth.jwt_keys: the file of the key \"k\" is empty");
  CHECK(with_key("k:HS256:" + line.path()) == "auth.jwt_keys: the file of the key \"k\" is empty");
  CHECK(with_key("k:RS256:" + text.path())
        == "auth.jwt_keys: the file of the key \"k\" holds no public key as PEM (\"BEGIN PUBLIC "
           "KEY\")");
  CHECK(with_key("k:HS256:" + large.path()).ends_with("cannot be read: File too large"));
  s.jwt_keys = {"k:HS256:" + text.path(), "k:HS256:" + text.path()};
  CHECK(problem_of(s) == "auth.jwt_keys: two keys are called \"k\"");
}

TEST_CASE("a line end behind a secret is not part of it, unless the secret is no text") {
  auth_settings s;
  s.mode = "jwt";
  key_file text{"of a file\r\n"};
  key_file bytes{std::string{"\x01\x02\n"}};
  s.jwt_keys = {"t:HS256:" + text.path(), "b:HS256:" + bytes.path()};
  auto v = opened(s);
  good(*v, make_token(plain, {"HS256", "of a file"}, "t"));
  good(*v, make_token(plain, {"HS256", "\x01\x02\n"}, "b"));
}
