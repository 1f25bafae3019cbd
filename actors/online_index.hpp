// The users of a shard that are online, by id, so that a page of them and the number of those that
// begin with some text are found without a look at the others. A value.
#pragma once

#include "actors/online_user.hpp"

#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace atrium {

/// Not thread-safe; one user shard's. Every step costs the logarithm of the users that are online.
class online_index {
public:
  /// `id` and `who` stay where they are until the user is removed.
  void add(const user_id& id, const online_user& who) { users_.insert({id.value, &who}); }
  void remove(const user_id& id) { users_.erase(id.value); }

  /// Users whose ids begin with `prefix`.
  [[nodiscard]] std::size_t count(std::string_view prefix) const {
    if (prefix.empty()) return users_.size();
    auto end = end_of(prefix);
    auto beyond = end ? users_.order_of_key(*end) : users_.size();
    return beyond - users_.order_of_key(prefix);
  }
  /// `show(id, online_user)` for at most `most` users whose ids begin with `prefix`, in the order of
  /// their ids, those after `cursor`.
  template <class Show>
  void visit(std::string_view prefix, const std::optional<std::string>& cursor, std::size_t most,
             Show show) const {
    bool is_within = cursor && std::string_view{*cursor} >= prefix;
    auto at = is_within ? users_.upper_bound(*cursor) : users_.lower_bound(prefix);
    for (; at != users_.end() && most > 0 && at->first.starts_with(prefix); ++at, --most)
      show(at->first, *at->second);
  }

private:
  using tree
      = __gnu_pbds::tree<std::string_view, const online_user*, std::less<>, __gnu_pbds::rb_tree_tag,
                         __gnu_pbds::tree_order_statistics_node_update>;

  /// The first text after all that begin with `prefix`; nothing: there is none.
  [[nodiscard]] static std::optional<std::string> end_of(std::string_view prefix) {
    std::string end{prefix};
    while (!end.empty() && end.back() == '\xff') end.pop_back();
    if (end.empty()) return std::nullopt;
    ++end.back();
    return end;
  }

  tree users_;
};

} // namespace atrium
