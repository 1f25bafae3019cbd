// See content_coding.hpp. Weights are thousandths, as the header has at most three digits of them.
#include "net/content_coding.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <optional>

namespace atrium::net {
namespace {

constexpr unsigned whole_weight = 1'000;

std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view blank = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
  return text.substr(0, text.find_last_not_of(blank) + 1);
}

/// What stands before `separator`, cut from the front of `text` with it.
std::string_view take(std::string_view& text, char separator) noexcept {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trim(part);
}

bool is_same(std::string_view a, std::string_view b) noexcept {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

/// `0`, `0.5`, `1.000`; nothing for anything else.
std::optional<unsigned> read_weight(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || text[0] < '0' || text[0] > '1') return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  unsigned weight = text[0] == '1' ? whole_weight : 0;
  unsigned step = whole_weight / 10;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return std::nullopt;
    weight += static_cast<unsigned>(digit - '0') * step;
    step /= 10;
  }
  if (weight > whole_weight) return std::nullopt;
  return weight;
}

/// The weight that the parameters of an item give it.
unsigned weight_of(std::string_view parameters) noexcept {
  unsigned weight = whole_weight;
  while (!parameters.empty()) {
    auto value = take(parameters, ';');
    const auto name = take(value, '=');
    if (is_same(name, "q")) weight = read_weight(trim(value)).value_or(0);
  }
  return weight;
}

} // namespace

content_coding choose_coding(std::string_view accept_encoding, codings_at_hand files) noexcept {
  std::optional<unsigned> identity, gzip, brotli, others;
  while (!accept_encoding.empty()) {
    auto item = take(accept_encoding, ',');
    const auto name = take(item, ';');
    if (is_same(name, "br"))
      brotli = weight_of(item);
    else if (is_same(name, "gzip") || is_same(name, "x-gzip"))
      gzip = weight_of(item);
    else if (is_same(name, "identity"))
      identity = weight_of(item);
    else if (name == "*")
      others = weight_of(item);
  }
  auto best = content_coding::identity;
  // Without a word about it, it will do, but not before anything that is wanted.
  auto weight = std::max(identity.value_or(0), 1U);
  auto offer = [&](content_coding coding, bool is_there, std::optional<unsigned> wanted) {
    const auto its = wanted.value_or(others.value_or(0));
    if (!is_there || its < weight) return;
    best = coding;
    weight = its;
  };
  offer(content_coding::gzip, files.gzip, gzip);
  offer(content_coding::brotli, files.brotli, brotli);
  return best;
}

std::string_view name_of(content_coding c) noexcept {
  switch (c) {
  case content_coding::gzip: return "gzip";
  case content_coding::brotli: return "br";
  case content_coding::identity: break;
  }
  return "identity";
}

} // namespace atrium::net
