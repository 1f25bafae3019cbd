// Brings the settings together: defaults, then a file, then the environment, then the flags.
#pragma once

#include "config/settings.hpp"

#include <optional>
#include <string>
#include <variant>

namespace atrium::config {

/// Settings to run with.
struct loaded {
  settings values;
  /// Set by --help, --version and --check-config: print this to standard output and exit 0.
  std::optional<std::string> answer;
};

/// Why the server can't start. Never quotes a secret.
struct problem {
  /// `config/atrium.toml:12`, `ATRIUM_LIMITS_CONNECTIONS` or `--port`
  std::string where;
  /// What is wrong there and what was expected.
  std::string sentence;
};

/// Reads flags, environment (as in `environ`: `NAME=value`, ended by null) and the file that --config
/// or ATRIUM_CONFIG names. Contract §7. Changes nothing outside; never throws.
[[nodiscard]] std::variant<loaded, problem> load(int argc, const char* const* argv,
                                                 const char* const* environment);

} // namespace atrium::config
