// Text made comparable, and the words of a query. A search finds a message when every word of the
// query occurs in the message's text somewhere, also inside longer words: "board" finds
// "whiteboards". Both are folded before: upper and lower case, full-width and half-width, composed
// and decomposed letters, ligatures and the like are then the same (Unicode's NFKC_Casefold). So
// "STRASSE" finds "straße". Letters that differ by an accent stay different, and no language has
// rules of its own: Turkish "İ" is "i" with a dot above, not "i".
//
// Pure functions, thread-safe. Text is valid UTF-8 by contract; what is not never throws, and finds
// at least itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::text {

/// `utf8` by NFKC_Casefold. Folding twice is folding once.
[[nodiscard]] std::string fold(std::string_view utf8);

/// The words of a query, folded, each once, in the order in which they come; no word is empty.
///
/// Words stand between white space. Quotes, brackets and sentence punctuation around one are no part of
/// it (`"hello!"` is hello), but `# @ & % * / \` are (`#tag`, `c++`, `@name`); a word of nothing else
/// stays as it is (`?!`).
[[nodiscard]] std::vector<std::string> words_of(std::string_view query);

/// Where `word` begins in `folded` from `from` on; npos: nowhere.
[[nodiscard]] std::size_t find(std::string_view folded, std::string_view word,
                               std::size_t from = 0) noexcept;

/// Does every word occur somewhere in `folded`? Without words: yes.
[[nodiscard]] bool holds_all(std::string_view folded,
                             const std::vector<std::string>& words) noexcept;

} // namespace atrium::text
