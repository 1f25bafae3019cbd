// The places that settings come from, one after the other: each overrides the ones before.
#pragma once

#include "config/loader.hpp"
#include "config/value.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace atrium::config {

/// Settings while they are brought together, and where each one that is not a default comes from.
class collected {
public:
  /// Stores a value that was found at `where`.
  [[nodiscard]] std::optional<problem> put(const setting& s, const written& value,
                                           std::string where);
  /// The same, for the text of a variable or flag.
  [[nodiscard]] std::optional<problem> put_text(const setting& s, std::string_view text,
                                                std::string where);
  [[nodiscard]] const settings& values() const { return values_; }
  /// Empty: a default.
  [[nodiscard]] std::string_view where(const setting& s) const;

private:
  settings values_;
  std::map<const setting*, std::string> where_;
};

/// Reads a TOML file. Unknown sections and keys are problems, as is a file that can't be read.
[[nodiscard]] std::optional<problem> read_file(const std::string& path, collected& into);

/// The environment as a map; `environment` is ended by null.
using variables = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] variables to_variables(const char* const* environment);

/// Takes PORT, HOST, REDIS_… and ATRIUM_… variables; the last are the strongest. The four short
/// names count as not set when they are empty. An unknown variable that begins with
/// `ATRIUM_<SECTION>_` is a problem.
[[nodiscard]] std::optional<problem> read_environment(const variables& from, collected& into);

/// What must hold between settings. Contract §7.
[[nodiscard]] std::optional<problem> check_together(const collected& all);

} // namespace atrium::config
