#include "secrets/password_hash.hpp"
#include "secrets/right_answers.hpp"
#include "secrets/secret.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace atrium;
using namespace atrium::secrets;

TEST_CASE("a password belongs to its hash, another does not") {
  auto password = GENERATE(std::string{"open sesame"}, std::string{}, std::string(128, 'x'),
                           std::string{"пароль 🔑"}, std::string{"a\0b", 3});
  auto stored = hash(password);
  REQUIRE(stored);
  CHECK(stored->rfind("$argon2id$", 0) == 0);
  CHECK(stored->size() < 128);
  CHECK(stored->find('\0') == std::string::npos);
  CHECK(verify(*stored, password) == true);
  CHECK(verify(*stored, password + "x") == false);
  CHECK(verify(*stored, password.substr(0, password.size() / 2) + "?") == false);
}

TEST_CASE("equal passwords have different hashes") {
  CHECK(hash("same") != hash("same"));
}

TEST_CASE("no password belongs to text that is no hash") {
  auto stored = *hash("right");
  for (const auto& text : {std::string{}, std::string{"right"}, stored + std::string(200, 'x'),
                           stored.substr(0, stored.size() / 2), std::string(127, '$'),
                           std::string{"$argon2id$v=19$m=1,t=0,p=0$$"}})
    CHECK(verify(text, "right") == false);
}

TEST_CASE("a fingerprint stands for one hash and one password under one key") {
  fingerprint_key key;
  fingerprint_key other;
  auto print = key.of("hash", "password");
  CHECK(print == key.of("hash", "password"));
  CHECK(print != other.of("hash", "password"));
  CHECK(print != key.of("hash", "passwore"));
  CHECK(print != key.of("hashp", "assword"));
  CHECK(key.of("", "") != other.of("", ""));
}

TEST_CASE("a secret is taken over and leaves nothing behind") {
  auto text = GENERATE(std::string{"short"}, std::string(128, 'x'));
  auto from = text;
  secret taken{from};
  CHECK(taken.text() == text);
  CHECK(from.empty());
  // What it held is overwritten where it was, not just cut off.
  const char* was = from.data();
  CHECK(std::all_of(was, was + text.size(), [](char c) { return c == 0; }));
}

TEST_CASE("right answers are bounded: what was not asked for longest is forgotten") {
  auto print = [](unsigned char n) {
    fingerprint f{};
    f[0] = n;
    return f;
  };
  right_answers right{3};
  for (unsigned char n : {1, 2, 3}) right.add(print(n));
  CHECK(right.has(print(1)));
  right.add(print(4));
  CHECK(right.size() == 3);
  CHECK_FALSE(right.has(print(2)));
  CHECK(right.has(print(1)));
  right.add(print(3));
  right.add(print(5));
  CHECK_FALSE(right.has(print(4)));
  CHECK(right.has(print(3)));
  CHECK_FALSE(right.has(print(9)));
  CHECK(right.size() == 3);
}
