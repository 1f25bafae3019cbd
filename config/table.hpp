// The one table of settings: what each is called, what it may be, what it is for, and where it lives
// in `settings`. The loader, --check-config and the test of config/atrium.toml all walk it.
#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace atrium::config {

/// Where a setting is kept. The type says what values it takes; durations are written as integers,
/// in the unit that their key ends in (`_ms`, `_seconds`).
using member = std::variant<std::string*, bool*, std::uint16_t*, unsigned*, std::size_t*,
                            milliseconds*, seconds*, std::vector<std::string>*, store_kind*>;

struct bounds {
  std::int64_t min = 0;
  std::int64_t max = 0;
};

/// What a text, or every item of a list, has to look like.
enum class form {
  any,
  not_empty,
  /// Shown as `***` only, and never quoted in an error.
  secret,
  redis_url,
  /// An IP address or a network: 10.0.0.0/8
  network,
  /// scheme://host[:port]
  origin,
  /// An origin, or `*` for all.
  origin_or_all,
  /// <kid>:<alg>:<file>
  token_key,
};

struct setting {
  std::string_view section;
  std::string_view key;
  /// Both ends are allowed. Of no meaning unless the value is a number.
  bounds range;
  form shape = form::any;
  /// The only values that a text may have; empty: any.
  std::vector<std::string_view> choices;
  /// One sentence for people.
  std::string_view sentence;
  /// The member of `s` that this setting is.
  member (*of)(settings& s);
};

/// All settings, grouped by section, in the order of config/atrium.toml. Contract §6 and §7.
[[nodiscard]] std::span<const setting> table();

/// The setting `section.key`, or null.
[[nodiscard]] const setting* find(std::string_view section, std::string_view key);
[[nodiscard]] bool is_section(std::string_view name);
/// `port, host, …`: the keys of a section, for errors.
[[nodiscard]] std::string keys_of(std::string_view section);

/// `limits.events_per_second`
[[nodiscard]] std::string name_of(const setting& s);
/// `ATRIUM_LIMITS_EVENTS_PER_SECOND`
[[nodiscard]] std::string variable_of(const setting& s);

} // namespace atrium::config
