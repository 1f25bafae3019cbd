// What a search reads and writes, as values: the text of a message, and the answer as it is kept in
// the store under `cache:search:…`.
#pragma once

#include "actors/chat_message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atrium {

/// The text of a message, folded; nothing if it was deleted. `json`: a message as rooms hold it.
[[nodiscard]] std::optional<std::string> folded_text(std::string_view json);

/// `search:<hash of room, position, words and the rest>`: whoever deletes a room leaves no key that names
/// it. Two searches that fell on one key would be told apart, because what is kept is checked again when
/// it is used. Words in another order are the same
/// search; `before` is empty when there is none.
[[nodiscard]] std::string search_key(const room_id& room, std::string_view position,
                                     std::size_t limit, std::optional<seq_t> before,
                                     std::vector<std::string> words);

/// An answer as it is kept: what was found is known by its ids, because the store has the messages as
/// they are now.
struct kept_answer {
  /// Newest first.
  std::vector<std::string> ids;
  bool has_more = false;
};
/// `{"ids":["…"],"hasMore":true}`
[[nodiscard]] std::string to_json(const kept_answer& a);
/// Nothing if `text` is no answer.
[[nodiscard]] std::optional<kept_answer> read_kept_answer(std::string_view text);

} // namespace atrium
