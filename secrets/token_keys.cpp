// See token_keys.hpp. Reads files once, at the start; a key that changes needs a restart.
#include "secrets/token_keys.hpp"

#include "log/log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace atrium::secrets {
namespace {

constexpr std::size_t max_file_bytes = 65'536;
/// Shorter ones can be guessed (RFC 7518, §3.2).
constexpr std::size_t fair_secret_bytes = 32;

/// `<kid>:<alg>:<file>`
struct key_entry {
  std::string kid;
  token_algorithm algorithm;
  std::string file;
};

std::string in_setting(std::string_view what) {
  return "auth.jwt_keys: " + std::string{what};
}

std::variant<key_entry, std::string> read_entry(const std::string& text) {
  auto kid_end = text.find(':');
  auto algorithm_end = kid_end == std::string::npos ? kid_end : text.find(':', kid_end + 1);
  if (algorithm_end == std::string::npos || kid_end == 0 || algorithm_end + 1 == text.size())
    return in_setting("expected entries like \"<kid>:<HS256, RS256 or ES256>:<file>\"");
  key_entry out{text.substr(0, kid_end), {}, text.substr(algorithm_end + 1)};
  auto algorithm = read_algorithm(
      std::string_view{text}.substr(kid_end + 1, algorithm_end - kid_end - 1));
  if (!algorithm)
    return in_setting("the key \"" + out.kid + "\" must be for HS256, RS256 or ES256");
  out.algorithm = *algorithm;
  return out;
}

/// Editors end a text with a line end that is no part of it. Other bytes are what they are.
void drop_line_end(std::string& text) {
  auto end = text.find_last_not_of("\r\n");
  if (end == std::string::npos) return text.clear();
  bool is_text = std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end) + 1,
                             [](char c) { return c >= 0x20 && c < 0x7f; });
  if (is_text) text.resize(end + 1);
}

std::variant<std::string, std::error_code> read_file(const std::string& name) {
  errno = 0;
  std::ifstream in{name, std::ios::binary};
  auto why = [] { return std::error_code{errno == 0 ? EIO : errno, std::generic_category()}; };
  if (!in) return why();
  std::string content(max_file_bytes + 1, '\0');
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (in.bad() || (!in.eof() && in.fail())) return why();
  content.resize(static_cast<std::size_t>(in.gcount()));
  if (content.size() > max_file_bytes) return std::make_error_code(std::errc::file_too_large);
  return content;
}

void warn_if_short(const token_key& key, std::string_view kid) {
  if (key.algorithm() != token_algorithm::hs256 || key.secret_bytes() >= fair_secret_bytes) return;
  log::warn(
      "token_secret_short",
      {{"kid", kid}, {"bytes", key.secret_bytes()}, {"recommended_bytes", fair_secret_bytes}});
}

std::variant<token_key, std::string> read_key(const key_entry& entry) {
  auto in_file = [&](std::string_view what) {
    // Without its name: somebody may have put the key there.
    return in_setting("the file of the key \"" + entry.kid + "\" " + std::string{what});
  };
  auto content = read_file(entry.file);
  if (const auto* why = std::get_if<std::error_code>(&content))
    return in_file("cannot be read: " + why->message());
  auto& material = std::get<std::string>(content);
  if (entry.algorithm == token_algorithm::hs256) drop_line_end(material);
  auto made = token_key::make(entry.algorithm, material);
  if (const auto* why = std::get_if<std::string>(&made)) return in_file(*why);
  return made;
}

} // namespace

std::variant<token_keys, std::string> token_keys::load(const auth_settings& config) {
  token_keys out;
  if (!config.jwt_secret.empty()) {
    auto material = config.jwt_secret;
    auto made = token_key::make(token_algorithm::hs256, material);
    out.nameless_.emplace(std::get<token_key>(std::move(made)));
    warn_if_short(*out.nameless_, "");
  }
  for (const auto& text : config.jwt_keys) {
    auto entry = read_entry(text);
    if (auto* why = std::get_if<std::string>(&entry)) return std::move(*why);
    const auto& e = std::get<key_entry>(entry);
    auto key = read_key(e);
    if (auto* why = std::get_if<std::string>(&key)) return std::move(*why);
    auto [at, is_new] = out.named_.emplace(e.kid, std::get<token_key>(std::move(key)));
    if (!is_new) return in_setting("two keys are called \"" + e.kid + "\"");
    warn_if_short(at->second, e.kid);
  }
  if (!out.nameless_ && out.named_.empty())
    return std::string{"auth.mode: \"jwt\" needs a key: auth.jwt_secret or auth.jwt_keys"};
  return out;
}

const token_key* token_keys::find(const std::optional<std::string>& kid) const {
  if (kid && !named_.empty()) {
    auto found = named_.find(*kid);
    return found == named_.end() ? nullptr : &found->second;
  }
  if (nameless_) return &*nameless_;
  return named_.size() == 1 ? &named_.begin()->second : nullptr;
}

} // namespace atrium::secrets
