// Values of settings on their way in and out: from a file's or a variable's spelling into a member of
// `settings`, checked, and back into TOML.
#pragma once

#include "config/table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace atrium::config {

/// Something that no setting takes: a date, a table, a fraction. Holds a word for it.
struct foreign {
  std::string what;
  bool operator==(const foreign&) const = default;
};

/// A value as it was written.
using written = std::variant<std::int64_t, bool, std::string, std::vector<std::string>, foreign>;

/// Reads the text of a variable or flag as the type that `s` wants: integers, `true` and `false`,
/// lists separated by commas. What can't be read that way stays text, for `assign` to refuse.
[[nodiscard]] written read_text(const setting& s, std::string_view text);

/// Stores `value` in `target`. On failure `target` is unchanged and the result is a sentence that
/// tells what was expected and, unless it could be a secret, what was found.
[[nodiscard]] std::optional<std::string> assign(const setting& s, settings& target,
                                                const written& value);

/// What `s` takes: `an integer from 0 to 65535`.
[[nodiscard]] std::string expected(const setting& s);

/// The value as TOML: `4000`, `"text"`, `["a", "b"]`. Secrets, and passwords in URLs, are shown as
/// `***` if `mask`.
[[nodiscard]] std::string to_toml(const setting& s, const settings& from, bool mask);

} // namespace atrium::config
