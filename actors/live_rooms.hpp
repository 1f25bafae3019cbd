// The rooms in memory as operators look through them, as values: what each room said of itself last,
// and a question about them that looks at a portion at a time. docs/admin-api.md, `GET /api/admin/rooms`.
//
// Rooms may come, go and change between two portions: who was looked at stays as it was then, who is
// gone by the end is left out, who came since the question began is not looked at. A cursor says where
// in the order the next page begins, whatever became of the room that was last.
#pragma once

#include "actors/admin_commands.hpp"
#include "actors/admin_results.hpp"
#include "actors/failure.hpp"
#include "actors/ids.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace atrium {

/// Not thread-safe; the desk's.
class live_rooms {
public:
  struct entry {
    room_figures now;
    /// Id, code and name made comparable, for those who look for a part of them.
    std::string names;
    /// The name alone, for the order.
    std::string name;
  };

  /// How the room stands now. A key names one incarnation of a room; newer ones have higher keys.
  void put(room_key key, room_figures now);
  void remove(room_key key) { rooms_.erase(key); }
  /// By key.
  [[nodiscard]] const std::map<room_key, entry>& all() const noexcept { return rooms_; }
  [[nodiscard]] std::size_t size() const noexcept { return rooms_.size(); }

private:
  std::map<room_key, entry> rooms_;
};

/// One question: of the rooms that fit it, the first `limit` after its cursor.
class live_rooms_question {
public:
  /// Rooms that may be looked at in one go.
  static constexpr std::size_t portion = 1'000;

  /// `now`: from which times to live are counted, but for a cursor, which brings its own. Error:
  /// `bad_request` for a cursor that no page of this order gave.
  [[nodiscard]] static std::variant<live_rooms_question, failure>
  begin(list_live_rooms wish, const live_rooms& rooms, unix_ms now);

  /// Looks at the next rooms, at most `count` of them. True: those were all.
  [[nodiscard]] bool look_on(const live_rooms& rooms, std::size_t count = portion);
  /// The answer, once, when all were looked at.
  [[nodiscard]] live_rooms_page take(const live_rooms& rooms, unix_ms now);

private:
  /// Where a room stands in the order.
  struct place {
    double number = 0;
    std::string text;
    std::string id;
  };
  struct candidate {
    place at;
    room_key key;
    room_figures figures;
  };

  live_rooms_question(list_live_rooms wish, unix_ms now, room_key last);
  [[nodiscard]] std::optional<failure> read_cursor();
  [[nodiscard]] std::string cursor_after(const place& at) const;
  [[nodiscard]] bool fits(const live_rooms::entry& room) const;
  [[nodiscard]] double number_of(const room_figures& room) const;
  [[nodiscard]] bool is_before(const place& a, const place& b) const;
  void consider(room_key key, const live_rooms::entry& room);

  list_live_rooms wish_;
  /// The wanted text made comparable.
  std::string text_;
  /// Times to live are those of then, on all pages.
  unix_ms counted_at_;
  /// Keys after this one were given out since.
  room_key last_;
  room_key looked_at_ = 0;
  std::optional<place> after_;
  std::size_t total_ = 0;
  /// A heap with the last one in the order on top; one more than `limit` of them tells that there is
  /// more.
  std::vector<candidate> best_;
};

} // namespace atrium
