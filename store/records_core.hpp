// What the Redis actor of users' records does, without its mailbox: it takes what changed, writes
// what is due in `turn`, takes away what earlier processes left, and loads users. Blocks for a few
// round trips, bounded by the timeouts of the connection. One thread.
#pragma once

#include "config/settings.hpp"
#include "store/records_commands.hpp"
#include "store/redis_link.hpp"
#include "store/room_walk.hpp"

#include <deque>
#include <functional>
#include <span>
#include <unordered_set>

namespace atrium::store {

class records_core {
public:
  using clock = std::chrono::steady_clock;

  /// Does not connect. `want_all` is called whenever everything about users that are online is to
  /// be put again: at the first contact and after each reconnect. `counts` must outlive it.
  records_core(const settings& config, counters& counts, std::function<void()> want_all);

  /// Never blocks; what finds no place is forgotten, and everything asked for again once there is.
  template <class Change>
  void take(const Change& change) {
    if (is_finished_) return;
    note_taken(backlog_.put(change));
  }
  /// Waits with up to `audit_waiting_count` others; beyond, the oldest is lost.
  void take(const put_audit& change);

  /// Does what is due. Returns after how long it wants to be called again; zero: at once.
  [[nodiscard]] milliseconds turn();
  /// How long until something that was taken is due; `milliseconds::max()`: nothing waits.
  [[nodiscard]] milliseconds rest() const;

  /// With what was taken of this user, written or not.
  [[nodiscard]] loaded_user load(const user_id& user);
  /// What waits of it, too.
  [[nodiscard]] user_erased erase(const user_id& user);
  /// With what waits, if the store takes it now.
  [[nodiscard]] audit_entries audit(const read_audit& request);

  /// The store was reached, and nobody has noticed since that it went away.
  [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }

  /// Writes what waits until `deadline`, then closes for good; what is left, and comes later, is
  /// forgotten.
  void finish(clock::time_point deadline);

private:
  /// What one user, or one room, has in a batch.
  struct sent_item {
    enum class kind { online, activity, connected, friends } what;
    std::string name;
    std::size_t first = 0;
    std::size_t count = 0;
  };
  enum class verdict { done, refused, unanswered };
  /// A room that a user's set names and that does not have the user.
  struct doubtful_room {
    user_id user;
    room_id room;
    clock::time_point look_at;
  };

  // records_core.cpp
  void note_taken(bool has_place);
  [[nodiscard]] bool connect();
  /// Connected, but what the store has is not known to be what it was told.
  [[nodiscard]] bool is_behind() const;
  [[nodiscard]] bool start_over();
  [[nodiscard]] bool send();
  [[nodiscard]] std::vector<sent_item> spell(const record_changes& changes, command_buffer& out);
  [[nodiscard]] verdict judge(const sent_item& item, std::span<const redis_reply> replies);
  void settle(const sent_item& item, verdict found, bool has_raised, record_changes& changes);
  [[nodiscard]] bool walk_on();
  [[nodiscard]] milliseconds pause();
  [[nodiscard]] milliseconds next_turn() const;

  /// Connects if need be, and asks; once more if the connection had died unnoticed.
  template <class Answer, class Ask>
  [[nodiscard]] Answer serve(const Answer& unavailable, Ask ask) {
    for (int attempt = 0; attempt < 2 && !is_finished_; ++attempt) {
      if (!connect()) break;
      // A store that refuses to be written to may be read.
      if (is_behind() && clock::now() >= try_at_) (void)start_over();
      auto answer = link_.failed() ? unavailable : ask();
      if (!link_.failed()) return answer;
      if (!link_.broke_in_use()) break;
    }
    return unavailable;
  }

  // records_operators.cpp
  [[nodiscard]] bool send_audit();
  void erase_stored(const user_id& user, const std::set<user_id>& listed);

  // records_load.cpp
  [[nodiscard]] loaded_user look_up(const user_id& user);
  void read_rooms(loaded_user& answer, const user_id& user, std::vector<std::string> ids);
  void doubt(const user_id& user, const std::string& room);
  void look_again();

  redis_settings config_;
  counters& counts_;
  std::function<void()> want_all_;
  key_space keys_;
  redis_link link_;
  records_backlog backlog_;
  clock::time_point due_ = clock::time_point::max();
  bool is_finished_ = false;
  bool is_ready_ = false;
  /// The connection that was started over on; 0: none so far.
  std::size_t started_ = 0;
  /// Something was forgotten for want of place.
  bool has_forgotten_ = false;
  clock::time_point started_at_{};
  /// Times in a row that something was refused, and when to try again.
  std::size_t refusals_ = 0;
  clock::time_point try_at_{};
  /// Takes away the connected members that earlier processes left; those of `renewed_` rooms are
  /// this one's already.
  room_walk walk_;
  std::unordered_set<std::string> renewed_;
  std::deque<doubtful_room> doubtful_;
  /// What operators did and the store was not told yet, oldest first.
  std::deque<operator_action> audit_;
};

} // namespace atrium::store
