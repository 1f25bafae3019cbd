// A room's participants as a plain model: what contract §1 and §3 say, without any of the server's
// code. Slow and simple.
#pragma once

#include "actors/events.hpp"
#include "actors/ids.hpp"
#include "actors/room_meta.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace atrium::test {

/// How a room of the model is set up.
struct model_rules {
  std::size_t max_participants = 10;
  unix_ms grace_ms = 30'000;
  /// 0: a plain room, whose places are given up on time.
  unix_ms sweep_ms = 0;
  /// Of a space: so many cells along each side, and the spawn point.
  int size = 0;
  room_point spawn;

  [[nodiscard]] bool is_space() const noexcept { return size > 0; }
};

class room_model {
public:
  explicit room_model(model_rules rules) : rules_{rules} {}

  /// False: the room is full.
  bool join(session_id by, const std::string& user, const std::string& username, unix_ms now) {
    auto known = users_.find(user);
    bool is_connected = known != users_.end() && !known->second.sessions.empty();
    if (!is_connected && count() >= rules_.max_participants) return false;
    auto& u = users_[user];
    if (known == users_.end()) {
      u.joined_at = now;
      if (rules_.is_space()) u.place = free_cell(user);
    }
    u.username = username;
    u.sessions.insert(by);
    return true;
  }
  void drop(session_id by, const std::string& user, unix_ms now) {
    auto& u = users_.at(user);
    u.sessions.erase(by);
    u.deadline = now + rules_.grace_ms;
  }
  void leave(session_id by, const std::string& user) {
    auto& sessions = users_.at(user).sessions;
    sessions.erase(by);
    if (sessions.empty()) users_.erase(user);
  }
  void set_status(const std::string& user, const std::string& status, const std::string& text) {
    users_.at(user).status = status;
    users_.at(user).text = text;
  }
  /// False: the place is outside.
  bool move(const std::string& user, room_point to) {
    if (to.x < 0 || to.y < 0 || to.x >= rules_.size || to.y >= rules_.size) return false;
    users_.at(user).place = to;
    return true;
  }
  /// Time has come to `now`. True: somebody is gone by that.
  bool expire(unix_ms now) {
    return 0 < std::erase_if(users_, [&](const auto& entry) {
             return entry.second.sessions.empty() && given_up_at(entry.second) <= now;
           });
  }

  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(
        users_.begin(), users_.end(), [](const auto& u) { return !u.second.sessions.empty(); }));
  }
  /// By `joinedAt`, then user id.
  [[nodiscard]] std::vector<participant> participants() const {
    std::vector<participant> out;
    for (const auto& [id, u] : users_) {
      auto status = u.sessions.empty() ? "away" : u.status;
      out.push_back({{id}, u.username, status, u.sessions.size(), u.joined_at, u.text, u.place});
    }
    std::sort(out.begin(), out.end(), [](const participant& a, const participant& b) {
      return std::tie(a.joined_at, a.user.value) < std::tie(b.joined_at, b.user.value);
    });
    return out;
  }

private:
  struct one {
    std::string username;
    std::string status = "online";
    std::string text;
    std::set<session_id> sessions;
    unix_ms joined_at = 0;
    unix_ms deadline = 0;
    std::optional<room_point> place;
  };

  [[nodiscard]] unix_ms given_up_at(const one& u) const {
    if (rules_.sweep_ms == 0) return u.deadline;
    return (u.deadline + rules_.sweep_ms - 1) / rules_.sweep_ms * rules_.sweep_ms;
  }
  [[nodiscard]] room_point free_cell(const std::string& newcomer) const {
    std::set<std::pair<int, int>> taken;
    for (const auto& [id, u] : users_)
      if (id != newcomer && u.place)
        taken.emplace(static_cast<int>(u.place->x), static_cast<int>(u.place->y));
    std::optional<std::tuple<double, int, int>> best;
    for (int y = 0; y < rules_.size; ++y)
      for (int x = 0; x < rules_.size; ++x) {
        auto dx = x - rules_.spawn.x;
        auto dy = y - rules_.spawn.y;
        std::tuple<double, int, int> here{dx * dx + dy * dy, y, x};
        if (!taken.contains({x, y}) && (!best || here < *best)) best = here;
      }
    if (!best) return rules_.spawn;
    return {static_cast<double>(std::get<2>(*best)), static_cast<double>(std::get<1>(*best))};
  }

  model_rules rules_;
  std::map<std::string, one> users_;
};

} // namespace atrium::test
