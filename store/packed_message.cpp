#include "store/packed_message.hpp"

#include <algorithm>
#include <bit>

namespace atrium::store {
namespace {

// With what a shared_ptr keeps beside it, a block is a size that the allocator has.
constexpr std::size_t beside_block_bytes = 64;
constexpr std::size_t first_block_bytes = 1024;
constexpr std::size_t largest_block_bytes = 262'144;
/// Longer ones would leave the ends of blocks empty.
constexpr std::size_t longest_packed_bytes = 16'384;

std::size_t json_bytes_of(const stored_message& m) noexcept {
  return m.json ? m.json->size() : 0;
}

} // namespace

std::size_t packed_message::bytes_of(const stored_message& m) noexcept {
  return m.id.size() + m.user.value.size() + m.client_message_id.size() + json_bytes_of(m);
}

packed_message::packed_message(const stored_message& m)
    : packed_message{m, std::make_shared_for_overwrite<char[]>(bytes_of(m))} {}

packed_message::packed_message(const stored_message& m, std::shared_ptr<char[]> place) noexcept
    : seq_{m.seq}, timestamp_{m.timestamp}, id_bytes_{static_cast<std::uint32_t>(m.id.size())},
      user_bytes_{static_cast<std::uint32_t>(m.user.value.size())},
      client_message_id_bytes_{static_cast<std::uint32_t>(m.client_message_id.size())},
      json_bytes_{json_bytes_of(m)}, has_json_{m.json != nullptr}, is_text_{m.is_text},
      is_system_{m.is_system}, is_deleted_{m.is_deleted} {
  char* to = place.get();
  const auto write = [&to](std::string_view text) { to = std::copy(text.begin(), text.end(), to); };
  write(m.id);
  write(m.user.value);
  write(m.client_message_id);
  if (m.json) write(*m.json);
  texts_ = std::move(place);
}

stored_message packed_message::unpack_rest() const {
  const char* from = texts_.get();
  const auto read = [&from](std::uint32_t bytes) {
    std::string text(from, bytes);
    from += bytes;
    return text;
  };
  stored_message m;
  m.id = read(id_bytes_);
  m.seq = seq_;
  m.user.value = read(user_bytes_);
  m.client_message_id = read(client_message_id_bytes_);
  m.timestamp = timestamp_;
  m.is_text = is_text_;
  m.is_system = is_system_;
  m.is_deleted = is_deleted_;
  return m;
}

stored_message packed_message::unpack() const {
  auto m = unpack_rest();
  if (!has_json_) return m;
  const char* json = texts_.get() + id_bytes_ + user_bytes_ + client_message_id_bytes_;
  m.json = std::make_shared<const std::string>(json, json_bytes_);
  return m;
}

packed_message message_blocks::pack(const stored_message& m, std::size_t kept_count) {
  const auto bytes = packed_message::bytes_of(m);
  if (bytes > longest_packed_bytes) return packed_message{m};
  if (bytes > block_bytes_ - used_bytes_) {
    const auto whole = std::bit_ceil((kept_count + 1) * bytes + beside_block_bytes);
    const auto next = std::clamp(whole, first_block_bytes, largest_block_bytes)
                      - beside_block_bytes;
    block_ = std::make_shared_for_overwrite<char[]>(next);
    block_bytes_ = next;
    used_bytes_ = 0;
  }
  std::shared_ptr<char[]> place{block_, block_.get() + used_bytes_};
  used_bytes_ += bytes;
  return packed_message{m, std::move(place)};
}

} // namespace atrium::store
