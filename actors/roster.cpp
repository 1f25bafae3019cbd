// Joining, losing connections, coming back. Capacity counts connected users only, so a place that
// is kept for somebody does not keep others out, and somebody who comes back to a full room is
// refused like anybody else; a further connection of a connected user never is.
//
// It has no clock and no timers: times come in, deadlines go out. Users are in the order in which
// they came. Kept places are bounded in number and in time.
#include "actors/roster.hpp"

#include <algorithm>
#include <charconv>

namespace atrium {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

/// `<joinedAt in hex>-<user id in hex>`: safe in a URL, and says where to go on even when that user
/// is gone.
std::string make_cursor(unix_ms joined_at, const user_id& user) {
  char number[20];
  const auto written = std::to_chars(number, number + sizeof number, joined_at, 16);
  std::string cursor{number, written.ptr};
  cursor += '-';
  for (const char c : user.value) {
    cursor += hex_digits[static_cast<unsigned char>(c) >> 4U];
    cursor += hex_digits[static_cast<unsigned char>(c) & 0xFU];
  }
  return cursor;
}

std::optional<std::pair<unix_ms, user_id>> read_cursor(std::string_view cursor) {
  std::pair<unix_ms, user_id> at{0, {}};
  const char* const end = cursor.data() + cursor.size();
  const auto number = std::from_chars(cursor.data(), end, at.first, 16);
  if (number.ec != std::errc{} || number.ptr == end || *number.ptr != '-') return std::nullopt;
  const std::string_view hex{number.ptr + 1, static_cast<std::size_t>(end - number.ptr - 1)};
  if (hex.empty() || hex.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const std::size_t high = hex_digits.find(hex[i]);
    const std::size_t low = hex_digits.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    at.second.value += static_cast<char>(high << 4U | low);
  }
  return at;
}

} // namespace

roster::roster(std::size_t max_participants, std::chrono::milliseconds grace, std::size_t max_away)
    : max_participants_{max_participants}, grace_{grace}, max_away_{max_away} {}

arrival roster::join(session_id session, const user_id& user, const std::string& username,
                     unix_ms now) {
  if (const auto known = sessions_.find(session); known != sessions_.end()) {
    participant& who = known->second->second.who;
    if (who.user != user || who.username == username) return arrival::same_connection;
    who.username = username;
    return arrival::renamed;
  }
  const auto known = users_.find(user);
  const bool is_connected = known != users_.end() && known->second->second.who.connections != 0;
  if (!is_connected && max_participants_ != 0 && count() >= max_participants_)
    return arrival::room_full;
  if (known != users_.end()) {
    const arrival how = enter(known->second->second, session, username);
    sessions_.emplace(session, known->second);
    return how;
  }
  const auto at = add(user, username, now);
  take_session(at->second, session);
  sessions_.emplace(session, at);
  return arrival::joined;
}

roster::place_map::iterator roster::add(const user_id& user, const std::string& username,
                                        unix_ms now) {
  const auto at = places_.emplace(place_key{now, user}, place{}).first;
  at->second.who.user = user;
  at->second.who.username = username;
  at->second.who.joined_at = now;
  users_.emplace(user, at);
  return at;
}

void roster::restore(const user_id& user, const std::string& username, unix_ms since) {
  keep_place(add(user, username, since)->second, since);
}

void roster::keep_place(place& p, unix_ms since) {
  p.kept_status = std::make_unique<std::string>(std::exchange(p.who.status, "away"));
  p.deadline = since + grace_.count();
  away_.emplace(p.deadline, p.who.user);
}

bool roster::set_status(const user_id& user, const std::string& status, const std::string& text) {
  place& p = users_.at(user)->second;
  auto& shown = p.kept_status ? *p.kept_status : p.who.status;
  if (shown == status && p.who.text == text) return false;
  shown = status;
  p.who.text = text;
  return true;
}

void roster::put(const user_id& user, room_point place) {
  users_.at(user)->second.who.place = place;
}

/// A user who has a place takes one more connection.
arrival roster::enter(place& p, session_id session, const std::string& username) {
  const bool was_away = p.who.connections == 0;
  if (was_away) away_.erase({p.deadline, p.who.user});
  const bool renamed = p.who.username != username;
  p.who.username = username;
  take_session(p, session);
  if (was_away) return arrival::returned;
  return renamed ? arrival::renamed : arrival::another_connection;
}

void roster::take_session(place& p, session_id session) {
  p.sessions.insert(session);
  p.who.connections = p.sessions.size();
  if (auto kept = std::move(p.kept_status)) p.who.status = std::move(*kept);
  p.newest = session;
}

departure roster::drop(session_id session, unix_ms now) {
  const auto known = sessions_.find(session);
  if (known == sessions_.end()) return departure::unknown;
  place& p = known->second->second;
  sessions_.erase(known);
  p.sessions.erase(session);
  p.who.connections = p.sessions.size();
  if (!p.sessions.empty()) return departure::connection_closed;
  keep_place(p, now);
  return departure::away;
}

departure roster::leave(session_id session) {
  const auto known = sessions_.find(session);
  if (known == sessions_.end()) return departure::unknown;
  const place_map::iterator at = known->second;
  sessions_.erase(known);
  at->second.sessions.erase(session);
  at->second.who.connections = at->second.sessions.size();
  if (!at->second.sessions.empty()) return departure::connection_closed;
  give_up(at);
  return departure::gone;
}

void roster::remove(const user_id& user) {
  const place_map::iterator at = users_.at(user);
  const place& p = at->second;
  for (const session_id session : p.sessions) sessions_.erase(session);
  if (p.sessions.empty()) away_.erase({p.deadline, user});
  give_up(at);
}

void roster::give_up(place_map::iterator at) {
  users_.erase(at->second.who.user);
  places_.erase(at);
}

std::vector<participant> roster::expire(unix_ms now) {
  std::vector<participant> gone;
  while (!away_.empty() && (away_.size() > max_away_ || away_.begin()->first <= now)) {
    const place_map::iterator at = users_.at(away_.begin()->second);
    away_.erase(away_.begin());
    gone.push_back(at->second.who);
    give_up(at);
  }
  return gone;
}

std::optional<unix_ms> roster::next_deadline() const noexcept {
  if (away_.empty()) return std::nullopt;
  return away_.size() > max_away_ ? 0 : away_.begin()->first;
}

const participant* roster::find(session_id session) const {
  const auto known = sessions_.find(session);
  return known == sessions_.end() ? nullptr : &known->second->second.who;
}

const participant* roster::find(const user_id& user) const {
  const auto known = users_.find(user);
  return known == users_.end() ? nullptr : &known->second->second.who;
}

const std::set<session_id>& roster::sessions_of(const user_id& user) const {
  return users_.at(user)->second.sessions;
}

session_id roster::newest_session(const user_id& user) const {
  const place& p = users_.at(user)->second;
  if (p.sessions.empty()) return 0;
  return p.sessions.contains(p.newest) ? p.newest : *p.sessions.rbegin();
}

unix_ms roster::away_since(const user_id& user) const {
  return users_.at(user)->second.deadline - grace_.count();
}

std::vector<participant> roster::participants() const {
  std::vector<participant> all;
  all.reserve(places_.size());
  for (const auto& [key, p] : places_) all.push_back(p.who);
  return all;
}

std::variant<presence_page, failure> roster::page(const std::optional<std::string>& cursor,
                                                  std::size_t limit) const {
  auto at = places_.begin();
  if (cursor) {
    const auto after = read_cursor(*cursor);
    if (!after)
      return failure{errc::bad_request, "cursor is not one that a page of this list gave"};
    at = places_.upper_bound(*after);
  }
  presence_page page;
  page.count = count();
  page.participants.reserve(std::min(std::max<std::size_t>(limit, 1), places_.size()));
  for (; at != places_.end() && page.participants.size() < std::max<std::size_t>(limit, 1); ++at)
    page.participants.push_back(at->second.who);
  if (at != places_.end()) {
    const participant& last = page.participants.back();
    page.cursor = make_cursor(last.joined_at, last.user);
  }
  return page;
}

} // namespace atrium
