// The whiteboard as a value: elements merge as Excalidraw's do, so that any order of the same
// changes gives the same board. Elements stay the bytes that a client sent; only what merging needs
// is known of them. Contract §3 ("Whiteboard").
#pragma once

#include "actors/board_digest.hpp"
#include "actors/chat_message.hpp"
#include "actors/failure.hpp"
#include "actors/ids.hpp"
#include "json/json.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace atrium {

/// One element: its compact JSON, and what decides which of two wins. Cut out by `read_elements`.
struct board_element {
  /// Both empty and 0 on a board without ids.
  std::string id;
  std::int64_t version = 0;
  std::int64_t nonce = 0;
  /// Excalidraw's fractional index; empty: none.
  std::string index;
  bool is_deleted = false;
  shared_text json;
};

/// The elements of one change: either all have a string id and an integer version, or none has.
struct board_change {
  std::vector<board_element> elements;
  bool keyed = false;
};

/// Reads the `elements` of a command or of a stored board. `elements` must be JSON that
/// `json::check` accepted. Errors: `bad_request` for anything but an array of objects, a mixed one,
/// or half a key (an `id` without an integer `version`, say). A nonce that is missing or no integer
/// counts as 0. An empty array is not keyed.
[[nodiscard]] std::variant<board_change, failure> read_elements(json::slice elements);

/// A board at one moment: cheap to copy and hand over, because elements are shared.
struct board_view {
  std::shared_ptr<const std::vector<shared_text>> elements;
  /// Counts the changes of this board.
  std::int64_t version = 0;
  /// Bytes of all elements together.
  std::size_t bytes = 0;
};

/// `{"elements":[…],"version":n}`, as kept in `room:<id>:whiteboard`.
[[nodiscard]] std::string to_json(const board_view& b);
/// Appends `[…]`.
void append_elements(std::string& out, const std::vector<shared_text>& elements);
/// A keyed element as a tombstone: version raised by one, `isDeleted` true, everything else as it
/// was. Precondition: `e.json` is what `read_elements` made of it.
[[nodiscard]] board_element make_tombstone(const board_element& e);

/// What a board may hold, tombstones too. 0 switches a limit off. Contract §6.
struct board_limits {
  std::size_t elements = 10'000;
  std::size_t bytes = 3'500'000;
};

/// What a change did.
struct board_merged {
  /// The elements that won, as they stand on the board now; after `replaced` the whole scene.
  std::vector<shared_text> winners;
  /// Elements of the board that beat those of the sender, who must get them back; each once.
  std::vector<shared_text> lost;
  /// Elements that are not as they were; 0: nothing changed, and `version` did not rise.
  std::size_t changed = 0;
  /// The scene was replaced as a whole, so a patch would not tell what is gone.
  bool replaced = false;
};

using board_outcome = std::variant<failure, board_merged>;

/// The board of one room. On a keyed board any order of the same changes gives the same elements.
/// Not copyable; a `view` is what others get.
class board {
public:
  board() = default;
  board(board&&) = default;
  board& operator=(board&&) = default;

  /// Takes what `to_json(board_view)` or an older server stored; replaces everything. `now` is when
  /// this server saw the tombstones in it. False, and an empty board, if `text` is not a board.
  bool load(std::string_view text, unix_ms now);

  /// Merges a change: `whole_scene` for `whiteboard-change`, else `whiteboard:patch`.
  /// Errors, which leave the board as it was: `payload_too_large` if it would grow beyond a limit,
  /// `bad_request` for a patch without ids.
  [[nodiscard]] board_outcome apply(const board_change& change, bool whole_scene, unix_ms now,
                                    const board_limits& limits);

  /// `whiteboard:clear`: every living element becomes a tombstone; a board without ids becomes
  /// empty.
  board_merged clear(unix_ms now);

  /// Forgets tombstones that this server saw at least `ttl` ago, and says whether there were any.
  /// Changes neither `version` nor what clients see. Costs nothing when nothing is due.
  bool prune(unix_ms now, std::chrono::milliseconds ttl);
  /// When this server saw the oldest tombstone; nothing: there is none.
  [[nodiscard]] std::optional<unix_ms> oldest_tombstone() const noexcept;

  /// In the order of `index`, then id; without ids as the client sent it. Cached until the next
  /// change.
  [[nodiscard]] board_view view() const;
  /// Looks at every element: for now and then.
  [[nodiscard]] board_digest digest() const;
  /// Counts the changes.
  [[nodiscard]] std::int64_t version() const noexcept { return version_; }
  /// Whether anybody ever changed it.
  [[nodiscard]] bool drawn() const noexcept;
  /// Elements, tombstones too.
  [[nodiscard]] std::size_t size() const noexcept { return keyed_.size() + plain_.size(); }
  /// Bytes of all elements together.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
  struct kept_element {
    board_element element;
    /// When this server saw the deletion; only for tombstones.
    unix_ms deleted_at = 0;
  };
  struct scene_order {
    bool operator()(const kept_element* a, const kept_element* b) const noexcept;
  };
  struct staged_change;

  [[nodiscard]] const board_element* find(std::string_view id) const;
  [[nodiscard]] staged_change stage(const board_change& change) const;
  board_outcome merge(const board_change& change, unix_ms now, const board_limits& limits);
  board_outcome replace(const board_change& change, unix_ms now, const board_limits& limits);
  void put(board_element element, unix_ms now);
  void put_plain(const board_change& change);
  void touch();

  /// By id, which points into the element.
  std::unordered_map<std::string_view, std::unique_ptr<kept_element>> keyed_;
  std::set<const kept_element*, scene_order> order_;
  std::set<std::pair<unix_ms, const kept_element*>> tombstones_;
  /// A board without ids, which has no keyed elements.
  std::vector<shared_text> plain_;
  std::size_t bytes_ = 0;
  std::int64_t version_ = 0;
  mutable std::shared_ptr<const std::vector<shared_text>> cached_;
};

} // namespace atrium
