// Private to searcher*.cpp: the searcher's state and handlers.
#pragma once

#include "actors/room_search.hpp"
#include "actors/search_memory.hpp"
#include "actors/searcher.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace atrium {

class searcher {
public:
  using pointer = searcher_actor::stateful_pointer<searcher_state>;

  searcher(pointer self, searcher_args args);

  void on(search_room& r);
  void on(const forget_searched& f);
  void on(const search_on& s);

private:
  using search_ptr = std::shared_ptr<room_search>;
  /// A room that is being searched.
  struct searched_room {
    /// At which the searches under way see the archive.
    std::uint64_t older_changes = 0;
    std::vector<search_ptr> under_way;
    /// They know of more changes; their turn comes when those under way are done.
    std::vector<search_ptr> waiting;
    /// A page was asked for; searches that wait for one share it.
    bool is_reading = false;
    /// The room left memory: nothing more is kept of it.
    bool is_forgotten = false;
  };

  // searcher.cpp: who searches when
  [[nodiscard]] bool is_crowded(room_key key) const;
  void begin(const search_ptr& s);
  void advance(const search_ptr& s);
  void give_up(const search_ptr& s);
  void finish(const search_ptr& s, command_result outcome);
  void leave(const search_ptr& s);
  void answer(const caller& from, command_result outcome) const;

  // searcher_reads.cpp: what is asked of the store
  void read_page(room_key key);
  void on_page(room_key key, seq_t below, seq_t gap_from, const message_page& page);
  [[nodiscard]] archive_block block_of(const searched_room& room, seq_t below, seq_t gap_from,
                                       const message_page& page) const;
  void keep(room_key key, const searched_room& room, archive_block block);
  void fetch(const search_ptr& s);
  void look_up(const search_ptr& s);
  void on_looked_up(const search_ptr& s, const cached_text& found);
  void keep_answer(const room_search& s);
  [[nodiscard]] const store_reader& next_reader();

  pointer self_;
  const environment& env_;
  std::vector<store_reader> readers_;
  std::size_t next_reader_ = 0;
  search_memory memory_;
  std::unordered_map<room_key, searched_room> rooms_;
  /// Those that wait included.
  std::size_t search_count_ = 0;
};

} // namespace atrium
