// See connection_list.hpp. Pure.
#include "net/connection_list.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace atrium::net {
namespace {

template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number n{};
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

std::int64_t figure_of(const connection_view& v, list_connections::sort_by sort) noexcept {
  using by = list_connections::sort_by;
  switch (sort) {
  case by::queued: return static_cast<std::int64_t>(v.queued_bytes);
  case by::rtt: return v.rtt ? v.rtt->count() : -1;
  case by::dropped: return static_cast<std::int64_t>(v.dropped);
  case by::sent: return static_cast<std::int64_t>(v.bytes_sent);
  case by::received: return static_cast<std::int64_t>(v.bytes_received);
  // The oldest has the highest age, now and when the next page is asked for.
  case by::age: break;
  }
  return -v.connected_at;
}

bool fits(const connection_view& v, const std::string& text) {
  if (text.empty() || v.address.find(text) != std::string::npos) return true;
  return v.user && v.user->find(text) != std::string::npos;
}

} // namespace

std::string spell_cursor(const list_connections::place& p) {
  return std::to_string(p.figure) + "." + std::to_string(p.id);
}

std::optional<list_connections::place> read_connection_cursor(std::string_view text) {
  auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  auto figure = read_number<std::int64_t>(text.substr(0, dot));
  auto id = read_number<session_id>(text.substr(dot + 1));
  if (!figure || !id) return std::nullopt;
  return list_connections::place{*figure, *id};
}

list_connections::place connection_selection::place_of(const connection_view& v) const noexcept {
  return {figure_of(v, wanted_.sort), v.id};
}

bool connection_selection::comes_before(const list_connections::place& a,
                                        const list_connections::place& b) const noexcept {
  if (a.figure != b.figure) return wanted_.descending == (a.figure > b.figure);
  return a.id < b.id;
}

void connection_selection::add(connection_view&& v) {
  if (!fits(v, wanted_.text)) return;
  ++total_;
  if (!wanted_.after || comes_before(*wanted_.after, place_of(v))) keep(std::move(v));
}

void connection_selection::keep(connection_view&& v) {
  auto in_order = [this](const connection_view& a, const connection_view& b) {
    return comes_before(place_of(a), place_of(b));
  };
  bool is_full = kept_.size() > wanted_.limit;
  if (is_full && !in_order(v, kept_.front())) return;
  if (is_full) {
    std::pop_heap(kept_.begin(), kept_.end(), in_order);
    kept_.pop_back();
  }
  kept_.push_back(std::move(v));
  std::push_heap(kept_.begin(), kept_.end(), in_order);
}

void connection_selection::merge(connection_selection&& other) {
  total_ += other.total_;
  for (auto& v : other.kept_) keep(std::move(v));
}

connections_page connection_selection::take() {
  std::sort(kept_.begin(), kept_.end(), [this](const auto& a, const auto& b) {
    return comes_before(place_of(a), place_of(b));
  });
  connections_page page{std::move(kept_), total_, std::nullopt};
  if (page.connections.size() > wanted_.limit) {
    page.connections.resize(wanted_.limit);
    page.cursor = spell_cursor(place_of(page.connections.back()));
  }
  return page;
}

} // namespace atrium::net
