// Private to directory*.cpp: the directory's state and handlers.
#pragma once

#include "actors/directory.hpp"

#include <caf/typed_response_promise.hpp>

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace atrium {

class directory {
public:
  using pointer = gauged_pointer<directory_actor, directory_state>;

  directory(pointer self, directory_args args);

  // directory.cpp: finding, loading, letting go
  void on(routed_request& r);
  void on(const may_passivate& m);
  void on(const room_left& l);
  void on(const room_removed& r);
  void on(const room_status& s);
  caf::typed_response_promise<rooms_drained> on_drain();

  // directory_create.cpp: new rooms, codes, the list, the sweep
  void on(create_request& c);
  void on(list_request& l);
  void on(const directory_timer& t);

  // directory_health.cpp
  void on(const health_request& h);

  // directory_stats.cpp
  void on(stats_request& s);

private:
  struct entry {
    room_actor room;
    std::string code;
    /// Requests sent to the room by us; compared when it asks to leave.
    std::uint64_t forwarded = 0;
    bool leaving = false;
    /// Requests that came while the room was leaving.
    std::deque<routed_request> waiting;
    std::size_t participants = 0;
    bool dirty = false;
    bool is_space = false;
    bool is_private = false;
    counted live;
    counted not_stored;
  };
  /// A question for totals, and how many changes of ours it is to see.
  struct stats_question {
    caller from;
    std::uint64_t changes;
  };
  using entry_map = std::unordered_map<room_id, entry>;

  [[nodiscard]] entry_map::iterator find(const std::string& name);
  void forward(entry& e, routed_request& r);
  void load(routed_request& r);
  void on_loaded(const std::string& name, load_reply& reply);
  void refuse(const routed_request& r, failure f) const;
  void answer(const caller& c, command_result outcome) const;
  entry_map::iterator start(loaded_room loaded, bool unstored);
  void end_if_drained();
  void note_dirty(entry& e, bool is_dirty) const;
  [[nodiscard]] const store_reader& next_reader();
  /// Index of the writer that has the room.
  [[nodiscard]] std::size_t writer_of(const room_id& id) const;

  [[nodiscard]] std::optional<failure> check(const create_room& c) const;
  [[nodiscard]] room_meta meta_of(const create_room& c) const;
  void hash_and_claim(const caller& from, room_meta meta, std::string password);
  void claim(const caller& from, room_meta meta);
  void on_claimed(const caller& from, claim_reply& reply, const std::string& epoch);
  void create_from_reserve(const caller& from, room_meta meta);
  void create_for_join(std::deque<routed_request> waiting, const std::string& name);
  void refill_reserve();
  void sweep();
  void arm(directory_timer::kind what, std::chrono::milliseconds delay);

  // directory_stats.cpp
  void note_created(const room_meta& m);
  void note_removed();
  void count_now_and_then();
  void count_all();
  void on_counted(const room_totals& totals, std::uint64_t changes);
  [[nodiscard]] room_totals loaded_totals() const;
  void answer_stats(const caller& from, const room_totals& totals) const;
  void clear_presence_from(std::size_t offset);

  void ask_readers(caller from, health_view view, std::size_t next);
  void ask_writers(caller from, health_view view, std::size_t next);
  void finish_health(const caller& from, health_view view) const;

  pointer self_;
  const environment& env_;
  store_actors store_;
  password_actor passwords_;
  search_actor searcher_;
  shared_user_shards shards_;
  desk_actor desk_;
  entry_map rooms_;
  /// Codes of loaded rooms with an own id.
  std::unordered_map<std::string, room_id> codes_;
  /// Loads under way by the name asked for.
  std::unordered_map<std::string, std::deque<routed_request>> loading_;
  std::vector<std::string> reserve_;
  room_key last_key_ = 0;
  std::size_t next_reader_ = 0;
  std::size_t sweep_offset_ = 0;
  /// Rooms that were created or removed here.
  std::uint64_t changes_ = 0;
  /// Those in the store, as they are at `counted_at_`; nothing: that is not known.
  std::optional<room_totals> totals_;
  unix_ms counted_at_ = 0;
  bool counting_ = false;
  std::vector<stats_question> stats_questions_;
  /// How far the traces of an earlier process are cleared; nothing: not begun.
  std::optional<std::size_t> cleared_;
  bool refilling_ = false;
  bool store_answered_ = false;
  bool draining_ = false;
  std::optional<caf::typed_response_promise<rooms_drained>> drained_;
};

} // namespace atrium
