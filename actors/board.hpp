// The whiteboard as a value: elements merge as Excalidraw's do, so that any order of the same changes
// gives the same board. Elements stay the bytes that a client sent; only what merging needs is known
// of them. Contract §3 ("Whiteboard").
#pragma once

#include "actors/chat_message.hpp"
#include "actors/failure.hpp"
#include "actors/ids.hpp"
#include "json/json.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
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

/// Reads the `elements` of a command or of a stored board. `elements` must be JSON that `json::check`
/// accepted. Errors: `bad_request` for anything but an array of objects or a mixed one.
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

} // namespace atrium
