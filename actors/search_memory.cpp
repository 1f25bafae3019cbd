// See search_memory.hpp. While people talk, the window of a room's newest messages moves on a
// little between any two searches, and a small block is added above the others each time:
// neighbours are made one as long as they are not larger than a page.
#include "actors/search_memory.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace atrium {

namespace {

/// Messages and text in a block made of several.
constexpr std::size_t joined_count = 1'000;
constexpr std::size_t joined_bytes = 1'000'000;
/// What a room takes beside its blocks, about.
constexpr std::size_t room_bytes = 256;

} // namespace

const archive_block* search_memory::find(room_key room, seq_t below) {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return nullptr;
  uses_.splice(uses_.begin(), uses_, found->second.use);
  const auto block = found->second.blocks.lower_bound(below);
  if (block == found->second.blocks.end() || block->second.from() >= below) return nullptr;
  return &block->second;
}

seq_t search_memory::gap_below(room_key room, seq_t below) const {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return 0;
  const auto above = found->second.blocks.lower_bound(below);
  return above == found->second.blocks.begin() ? 0 : std::prev(above)->first;
}

void search_memory::keep(room_key room, std::uint64_t older_changes, archive_block block) {
  expect(room, older_changes);
  if (!make_place(room, block)) return;
  auto found = rooms_.find(room);
  if (found == rooms_.end()) {
    found
        = rooms_.emplace(room, archive{older_changes, {}, uses_.insert(uses_.begin(), room)}).first;
    bytes_ += room_bytes;
  }
  insert(found->second, std::move(block));
}

void search_memory::insert(archive& into, archive_block block) {
  const auto above = into.blocks.lower_bound(block.to());
  if (above != into.blocks.begin()) {
    const auto below = std::prev(above);
    const auto& lower = below->second;
    if (below->first == block.from()
        && lower.message_count() + block.message_count() <= joined_count
        && lower.text_bytes() + block.text_bytes() <= joined_bytes) {
      auto node = into.blocks.extract(below);
      bytes_ -= node.mapped().bytes();
      node.mapped().append(block);
      node.key() = block.to();
      bytes_ += node.mapped().bytes();
      into.blocks.insert(std::move(node));
      return;
    }
  }
  const auto to = block.to();
  block.shrink();
  bytes_ += block.bytes();
  into.blocks.emplace_hint(above, to, std::move(block));
}

bool search_memory::make_place(room_key room, const archive_block& block) {
  const auto wanted = block.bytes() + room_bytes;
  if (wanted > max_bytes_) return false;
  if (const auto found = rooms_.find(room); found != rooms_.end())
    uses_.splice(uses_.begin(), uses_, found->second.use);
  while (bytes_ + wanted > max_bytes_) {
    const auto last = uses_.back();
    if (last != room) {
      forget(last);
      continue;
    }
    auto& own = rooms_.at(room).blocks;
    if (own.begin()->first > block.from()) return false;
    bytes_ -= own.begin()->second.bytes();
    own.erase(own.begin());
    if (own.empty()) forget(room);
  }
  return true;
}

void search_memory::expect(room_key room, std::uint64_t older_changes) {
  const auto found = rooms_.find(room);
  if (found != rooms_.end() && found->second.older_changes != older_changes) forget(room);
}

void search_memory::forget(room_key room) {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return;
  for (const auto& [to, block] : found->second.blocks) bytes_ -= block.bytes();
  bytes_ -= room_bytes;
  uses_.erase(found->second.use);
  rooms_.erase(found);
}

} // namespace atrium
