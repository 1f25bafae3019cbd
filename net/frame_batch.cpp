// See frame_batch.hpp. One copy of each frame per I/O thread and kind of recipient takes the place
// of a queue entry, a reference and a piece of a write per recipient.
#include "net/frame_batch.hpp"

#include <memory>
#include <utility>

namespace atrium::net {

void frame_batch::add(const frame& f, seq_t seq) {
  if (count_ == 1) bytes_ = *last_;
  if (count_ != 0) bytes_ += *f;
  size_ += f->size();
  ++count_;
  if (seq != no_seq) seq_ = seq;
  last_ = f;
  copy_ = nullptr;
}

merged_frames frame_batch::after(position p) {
  if (p.count == count_) return {};
  if (p.count + 1 == count_) return {last_, 1, seq_};
  if (!copy_ || copied_after_ != p.count) {
    copy_ = std::make_shared<const std::string>(bytes_, p.bytes);
    copied_after_ = p.count;
  }
  return {copy_, count_ - p.count, seq_};
}

merged_frames frame_batch::take() {
  merged_frames out;
  out.seq = std::exchange(seq_, no_seq);
  out.count = std::exchange(count_, 0);
  // Nothing is kept for the next turn: most rooms are silent most of the time.
  out.bytes = out.count > 1 ? std::make_shared<const std::string>(std::exchange(bytes_, {}))
                            : std::move(last_);
  last_ = nullptr;
  copy_ = nullptr;
  size_ = 0;
  return out;
}

} // namespace atrium::net
