// Reads and writes words as the shells of Unix do, without their expansions: nothing but quotes,
// backslashes and comments means anything.
#include "console/words.hpp"

#include <algorithm>

namespace atrium::console {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
         || std::string_view{"-_./:@,+=%"}.find(c) != std::string_view::npos
         || static_cast<unsigned char>(c) >= 0x80;
}

} // namespace

std::optional<std::string> split_words(std::string_view line, std::vector<std::string>& out) {
  out.clear();
  std::string word;
  bool is_in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (c == '\\' && quote != '\'') {
      if (++i == line.size()) return "the line ends with a backslash";
      word += line[i];
      is_in_word = true;
    } else if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      is_in_word = true;
    } else if (is_space(c)) {
      if (is_in_word) out.push_back(std::move(word));
      word.clear();
      is_in_word = false;
    } else if (c == '#' && !is_in_word) {
      break;
    } else {
      word += c;
      is_in_word = true;
    }
  }
  if (quote != 0) return std::string{"there is no second "} + quote;
  if (is_in_word) out.push_back(std::move(word));
  return std::nullopt;
}

std::string quoted(std::string_view word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string{word};
  std::string out = "'";
  for (char c : word) out += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return out + "'";
}

} // namespace atrium::console
