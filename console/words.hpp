// A line of the console's shell as words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::console {

/// Splits a line at white space. Quotes hold words together: '…' as it is, "…" and outside of
/// quotes a backslash takes the next character as it is. `#` at the beginning of a word begins a
/// comment. On success the result is empty; else it is a sentence.
[[nodiscard]] std::optional<std::string> split_words(std::string_view line,
                                                     std::vector<std::string>& out);

/// A word so that `split_words`, and the shells of Unix, read it as one.
[[nodiscard]] std::string quoted(std::string_view word);

} // namespace atrium::console
