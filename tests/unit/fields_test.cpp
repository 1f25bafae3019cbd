// Members of a client's object, found by name.
#include "net/fields.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace atrium;
using namespace atrium::net;

namespace {

std::string raw_of(const fields& f, std::string_view name) {
  auto found = f.find(name);
  return found ? std::string{found->raw} : "nothing";
}

} // namespace

TEST_CASE("fields: a member is found by its whole name, whatever else is as long", "[fields]") {
  const std::string text = R"({"abc":1,"abd":2,"x":3,"\u0079":4,"n":null})";
  const fields f{json::slice{text}};
  CHECK(raw_of(f, "abc") == "1");
  CHECK(raw_of(f, "abd") == "2");
  CHECK(raw_of(f, "abe") == "nothing");
  CHECK(raw_of(f, "x") == "3");
  // As long as it is said, not as it is spelled.
  CHECK(raw_of(f, "y") == "4");
  CHECK(raw_of(f, "n") == "nothing");
  CHECK(raw_of(f, "") == "nothing");
  CHECK(raw_of(f, "abcd") == "nothing");
}

TEST_CASE("fields: names of any length are told apart", "[fields]") {
  for (std::size_t length : {0U, 1U, 62U, 63U, 64U, 65U, 200U}) {
    const std::string name(length, 'a');
    const std::string text = R"({")" + name + R"(":1})";
    const fields f{json::slice{text}};
    CHECK(raw_of(f, name) == "1");
    CHECK(raw_of(f, name + 'a') == "nothing");
    CHECK(raw_of(f, std::string(length, 'b')) == (length == 0 ? "1" : "nothing"));
  }
}

TEST_CASE("fields: of members of one name the last counts", "[fields]") {
  const std::string text = R"({"a":1,"b":2,"a":3})";
  CHECK(raw_of(fields{json::slice{text}}, "a") == "3");
}
