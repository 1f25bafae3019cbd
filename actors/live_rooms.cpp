// See live_rooms.hpp.
//
// A question costs one comparison a room and the memory of one page, however many rooms there are.
// Equal rooms stand in the order of their ids, so the order is one and a cursor means one place in it.
// Never throws for a cursor that somebody made up.
#include "actors/live_rooms.hpp"

#include "actors/room_meta.hpp"
#include "text/fold.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

namespace atrium {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
/// Between the parts of a cursor; before the last one, the name, it cannot occur in any.
constexpr char separator = ',';

std::string as_hex(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 2);
  for (const char c : text) {
    out += hex_digits[static_cast<unsigned char>(c) >> 4U];
    out += hex_digits[static_cast<unsigned char>(c) & 0xFU];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto high = hex_digits.find(hex[i]);
    const auto low = hex_digits.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    out += static_cast<char>(high << 4U | low);
  }
  return out;
}

template <class Number>
bool read_whole(std::string_view text, Number& into) {
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, into);
  return read.ec == std::errc{} && read.ptr == end;
}

/// Takes the part up to the next separator off `text`.
std::string_view take_part(std::string_view& text) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

const failure foreign_cursor{errc::bad_request, "cursor is not one that a page of this list gave"};

} // namespace

void live_rooms::put(room_key key, room_figures now) {
  auto& room = rooms_[key];
  const bool is_new = room.now.id.value.empty();
  if (is_new || room.now.name != now.name) {
    room.name = text::fold(now.name);
    room.names = text::fold(now.id.value) + '\n' + text::fold(now.code) + '\n' + room.name;
  }
  room.now = std::move(now);
}

live_rooms_question::live_rooms_question(list_live_rooms wish, unix_ms now, room_key last)
    : wish_{std::move(wish)}, text_{text::fold(wish_.text)}, counted_at_{now}, last_{last} {}

std::variant<live_rooms_question, failure>
live_rooms_question::begin(list_live_rooms wish, const live_rooms& rooms, unix_ms now) {
  const auto last = rooms.all().empty() ? 0 : rooms.all().rbegin()->first;
  live_rooms_question q{std::move(wish), now, last};
  if (auto f = q.read_cursor()) return std::move(*f);
  return q;
}

std::optional<failure> live_rooms_question::read_cursor() {
  if (!wish_.cursor) return std::nullopt;
  const auto text = from_hex(*wish_.cursor);
  if (!text) return foreign_cursor;
  std::string_view rest{*text};
  unsigned sort = 0;
  unsigned is_descending = 0;
  std::uint64_t bits = 0;
  bool is_read = read_whole(take_part(rest), sort) && read_whole(take_part(rest), is_descending)
                 && read_whole(take_part(rest), counted_at_) && read_whole(take_part(rest), bits);
  if (!is_read || sort != static_cast<unsigned>(wish_.sort)
      || is_descending != (wish_.descending ? 1U : 0U) || counted_at_ < 0)
    return foreign_cursor;
  place at;
  at.number = std::bit_cast<double>(bits);
  at.id = take_part(rest);
  at.text = rest;
  if (!std::isfinite(at.number) || !is_room_name(at.id)) return foreign_cursor;
  after_ = std::move(at);
  return std::nullopt;
}

std::string live_rooms_question::cursor_after(const place& at) const {
  std::string out = std::to_string(static_cast<unsigned>(wish_.sort));
  for (const auto& part : {std::string{wish_.descending ? "1" : "0"}, std::to_string(counted_at_),
                           std::to_string(std::bit_cast<std::uint64_t>(at.number)), at.id, at.text})
    (out += separator) += part;
  return as_hex(out);
}

bool live_rooms_question::fits(const live_rooms::entry& room) const {
  if (!wish_.kind.empty() && room.now.kind != wish_.kind) return false;
  switch (wish_.only) {
  case list_live_rooms::flag::none: break;
  case list_live_rooms::flag::dirty:
    if (!room.now.is_dirty) return false;
    break;
  case list_live_rooms::flag::locked:
    if (!room.now.is_locked) return false;
    break;
  case list_live_rooms::flag::is_private:
    if (!room.now.is_private) return false;
    break;
  case list_live_rooms::flag::password:
    if (!room.now.has_password) return false;
    break;
  }
  return text_.empty() || room.names.find(text_) != std::string::npos;
}

double live_rooms_question::number_of(const room_figures& room) const {
  switch (wish_.sort) {
  case list_live_rooms::sort_by::members: return static_cast<double>(room.participants);
  case list_live_rooms::sort_by::rate: return room.per_second;
  case list_live_rooms::sort_by::bytes: return static_cast<double>(room.bytes);
  // The oldest has the highest age; when it was created stays the same from page to page.
  case list_live_rooms::sort_by::age: return -static_cast<double>(room.created_at);
  case list_live_rooms::sort_by::ttl:
    return static_cast<double>(room.ttl_left(counted_at_).count());
  case list_live_rooms::sort_by::name: break;
  }
  return 0;
}

bool live_rooms_question::is_before(const place& a, const place& b) const {
  if (a.number != b.number) return wish_.descending == (a.number > b.number);
  if (a.text != b.text) return wish_.descending == (a.text > b.text);
  return a.id < b.id;
}

void live_rooms_question::consider(room_key key, const live_rooms::entry& room) {
  const bool by_name = wish_.sort == list_live_rooms::sort_by::name;
  place at{number_of(room.now), by_name ? room.name : std::string{}, room.now.id.value};
  if (after_ && !is_before(*after_, at)) return;
  const auto order = [this](const candidate& a, const candidate& b) {
    return is_before(a.at, b.at);
  };
  if (best_.size() > wish_.limit) {
    if (!is_before(at, best_.front().at)) return;
    std::pop_heap(best_.begin(), best_.end(), order);
    best_.pop_back();
  }
  best_.push_back({std::move(at), key, room.now});
  std::push_heap(best_.begin(), best_.end(), order);
}

bool live_rooms_question::look_on(const live_rooms& rooms, std::size_t count) {
  auto room = rooms.all().upper_bound(looked_at_);
  for (; room != rooms.all().end() && room->first <= last_; ++room) {
    if (count-- == 0) return false;
    looked_at_ = room->first;
    if (!fits(room->second)) continue;
    ++total_;
    consider(room->first, room->second);
  }
  return true;
}

live_rooms_page live_rooms_question::take(const live_rooms& rooms, unix_ms now) {
  std::sort(best_.begin(), best_.end(),
            [this](const candidate& a, const candidate& b) { return is_before(a.at, b.at); });
  live_rooms_page out;
  out.total = total_;
  out.now = now;
  const bool has_more = best_.size() > wish_.limit;
  const place* last = nullptr;
  for (auto& room : best_) {
    if (out.rooms.size() == wish_.limit) break;
    last = &room.at;
    if (rooms.all().contains(room.key)) out.rooms.push_back(std::move(room.figures));
  }
  if (has_more && last != nullptr) out.cursor = cursor_after(*last);
  return out;
}

} // namespace atrium
