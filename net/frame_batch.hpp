// The broadcasts that wait for recipients of one kind, merged: whole frames back to
// back, so that a recipient gets all of them as one entry of its queue and one piece of a write. A
// value; knows no session.
#pragma once

#include "actors/outlet.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace atrium::net {

/// Whole frames, back to back.
struct merged_frames {
  frame bytes;
  std::uint32_t count = 0;
  /// The highest `position` among them; `no_seq`: none has one.
  seq_t seq = no_seq;
  /// Not 0: somebody wants to know when the socket has taken it all.
  std::uint64_t receipt = 0;
};

class frame_batch {
public:
  /// How far a recipient that was told before the others has got.
  struct position {
    std::size_t bytes = 0;
    std::uint32_t count = 0;
  };

  /// A frame that stands alone is shared, never copied.
  void add(const frame& f, seq_t seq = no_seq);

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] position end() const noexcept { return {size_, count_}; }
  /// The frame added last; null when empty.
  [[nodiscard]] const frame& last() const noexcept { return last_; }
  /// A copy of what came after `p`, which is an `end()` of this batch since its last `take`. Who asks
  /// for the same one after the other shares it.
  [[nodiscard]] merged_frames after(position p);
  /// Everything. The batch is empty afterwards.
  [[nodiscard]] merged_frames take();

private:
  frame last_;
  /// All frames, once there are two.
  std::string bytes_;
  std::size_t size_ = 0;
  std::uint32_t count_ = 0;
  seq_t seq_ = no_seq;
  /// The last copy, and behind how many frames it begins; null: there was none, or more came since.
  frame copy_;
  std::uint32_t copied_after_ = 0;
};

} // namespace atrium::net
