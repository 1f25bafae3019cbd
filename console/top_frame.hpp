// The frames of `top`: pure functions from two overviews and a list to the lines of a screen.
#pragma once

#include "console/table.hpp"
#include "json/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::console {

enum class top_list : std::uint8_t { rooms, connections, writers };

/// What `top` shows below its head, and by what it is sorted.
struct top_choice {
  top_list list = top_list::rooms;
  /// A sort key of the list's path in the admin API; empty: the server's own.
  std::string sort;
  bool is_ascending = false;
};

/// A key that sorts the list, as the last line of a frame names it.
struct sort_key {
  char key;
  std::string_view sort;
};
[[nodiscard]] std::vector<sort_key> sort_keys(top_list list);

/// The choice after a key: `1` `2` `3` are the lists, `o` turns the order round, letters sort.
/// Nothing if the key means nothing here; `q` and space are the caller's.
[[nodiscard]] std::optional<top_choice> chosen_by(char key, const top_choice& now);

/// Lines without newlines, none wider than `l.width`, at most `rows`. `before` is the overview that
/// was taken `seconds` ago, `{}` for none: rates are shown from the second frame on.
[[nodiscard]] std::vector<std::string> top_frame(json::slice overview, json::slice before,
                                                 double seconds, json::slice list,
                                                 const top_choice& choice, std::size_t rows,
                                                 const look& l);

} // namespace atrium::console
