// One search under way as a value: what it has found, newest first, and down to where it has
// looked. The newest messages are looked through when it is made; then blocks of the archive are,
// one below the other, and what matches there becomes an answer when the store was asked for it as
// it is now.
#pragma once

#include "actors/archive_block.hpp"
#include "actors/results.hpp"
#include "actors/search_answer.hpp"
#include "actors/search_port.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace atrium {

class room_search {
public:
  /// Looks through `asked.newest` and lets go of it. `words`: at least one, by text::words_of.
  room_search(search_room asked, std::vector<std::string> words);

  [[nodiscard]] const search_room& asked() const noexcept { return asked_; }
  /// Everything from this seq on was looked through.
  [[nodiscard]] seq_t below() const noexcept { return below_; }
  /// One more than asked for was found, or there is nothing left to look through.
  [[nodiscard]] bool is_done() const noexcept;
  /// As many as asked for were found, though nobody knows whether there are more.
  [[nodiscard]] bool has_enough() const noexcept { return found_.size() >= asked_.wanted.limit; }
  /// The store is to be asked for `candidate_ids` before anything more is looked through.
  [[nodiscard]] bool is_to_fetch() const noexcept;

  /// Looks through a block that covers the place right below `below()`.
  void scan(const archive_block& block);
  /// At most as many as are missing, newest first.
  [[nodiscard]] std::vector<std::string> candidate_ids() const;
  /// What the store has for `candidate_ids`; what is gone, or holds the words no more, is left out.
  void take(const std::vector<std::optional<stored_message>>& fetched);

  /// An answer to the same search that was kept: the ids that are to be fetched for it. Nothing if it
  /// does not agree with what was found among the newest.
  [[nodiscard]] std::optional<std::vector<std::string>> missing_of(const kept_answer& kept) const;
  /// Takes what `missing_of(kept)` named. False if something is gone or changed: then the search goes on
  /// as if there had been no such answer.
  [[nodiscard]] bool take_kept(const kept_answer& kept,
                               const std::vector<std::optional<stored_message>>& fetched);

  /// The folded text of an older message that the archive may have as it was before: nothing inside if
  /// it was deleted; nothing at all if it was not changed.
  [[nodiscard]] const std::optional<std::string>* changed_text(seq_t seq) const;

  [[nodiscard]] history_result result() const;
  [[nodiscard]] kept_answer answer_to_keep() const;
  /// What that answer is kept under.
  [[nodiscard]] std::string key_to_keep() const;

  /// It waits for a page of the archive.
  bool waits_for_page = false;
  /// It looked through what was not in memory.
  bool has_read = false;

private:
  struct changed_message {
    shared_text json;
    std::optional<std::string> folded;
  };
  using found_messages = std::vector<std::pair<std::string, shared_text>>;

  void scan_newest();
  [[nodiscard]] bool matches(const std::optional<std::string>& folded) const;
  void add_changed(std::vector<archive_block::hit>& hits, const archive_block& block) const;
  [[nodiscard]] std::optional<shared_text> as_it_is(const stored_message& m) const;

  search_room asked_;
  std::vector<std::string> words_;
  std::unordered_map<seq_t, changed_message> changed_;
  /// By id.
  found_messages found_;
  /// Newest first, all below what was found.
  std::vector<archive_block::hit> candidates_;
  /// 0: there is nothing below.
  seq_t below_ = 0;
  bool kept_has_more_ = false;
};

} // namespace atrium
