// A stretch of a room's archive made ready for searching, as a value: the folded texts of its
// messages one after the other, so that a search is one run over contiguous bytes.
#pragma once

#include "actors/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atrium {

class archive_block {
public:
  /// Covers from <= seq < to: what the archive has there and the block has not is no text at all.
  archive_block(seq_t from, seq_t to) noexcept : from_{from}, to_{to} {}

  /// Adds a message above all others. `folded`: by text::fold.
  void add(seq_t seq, std::string_view id, std::string_view folded);
  /// Adds the messages of the block right above: `above.from()` must be `to()`.
  void append(const archive_block& above);
  /// Lets go of memory that was taken in advance.
  void shrink();
  /// Ends the block at `to`; messages at and above it leave. False: nothing is covered any more.
  [[nodiscard]] bool cut(seq_t to);

  struct hit {
    seq_t seq;
    std::string id;
  };
  /// Messages below `below` that hold all words, newest first. At least one word, none empty.
  [[nodiscard]] std::vector<hit> find(const std::vector<std::string>& words, seq_t below) const;
  /// The message with this seq, if there is one.
  [[nodiscard]] std::optional<hit> find(seq_t seq) const;

  [[nodiscard]] seq_t from() const noexcept { return from_; }
  [[nodiscard]] seq_t to() const noexcept { return to_; }
  /// The highest seq of a message with text; just below `from()` if there is none.
  [[nodiscard]] seq_t last() const noexcept {
    return entries_.empty() ? from_ - 1 : entries_.back().seq;
  }
  [[nodiscard]] std::size_t message_count() const noexcept { return entries_.size(); }
  [[nodiscard]] std::size_t text_bytes() const noexcept { return text_.size(); }
  /// What it takes in memory once it was shrunk.
  [[nodiscard]] std::size_t bytes() const noexcept;

private:
  struct entry {
    seq_t seq;
    /// Where its text and its id end; they begin where those of the entry before end.
    std::uint32_t text_end;
    std::uint32_t id_end;
  };

  [[nodiscard]] std::string_view text_of(std::size_t i) const noexcept;
  [[nodiscard]] hit hit_of(std::size_t i) const;
  /// The first entry with a seq not below `seq`.
  [[nodiscard]] std::size_t index_of(seq_t seq) const noexcept;

  seq_t from_;
  seq_t to_;
  std::vector<entry> entries_;
  /// Each text is followed by a line feed, which no word holds, so that no match spans two.
  std::string text_;
  std::string ids_;
};

} // namespace atrium
