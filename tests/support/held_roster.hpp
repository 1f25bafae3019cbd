// Who is in a room as one client knows it, computed only from what it was sent, in the words that it
// uses (contract §3).
#pragma once

#include "actors/events.hpp"
#include "actors/results.hpp"

#include <map>
#include <string>
#include <vector>

namespace atrium::test {

class held_roster {
public:
  explicit held_roster(std::string user) : user_{std::move(user)} {}

  void take(const command_result& outcome) {
    if (const auto* j = std::get_if<joined_result>(&outcome)) {
      words_ = vocabulary::base;
      replace(j->participants);
      count_ = j->count;
    }
  }
  void take(const event& e) {
    std::visit([this](const auto& what) { on(what); }, e);
  }

  [[nodiscard]] vocabulary words() const noexcept { return words_; }
  /// What is wrong, compared with the truth; empty: nothing.
  [[nodiscard]] std::string difference(const std::vector<participant>& truth,
                                       std::size_t count) const {
    if (words_ == vocabulary::base && count_ != count)
      return "count " + std::to_string(count_) + " instead of " + std::to_string(count);
    std::map<std::string, std::string> expected;
    for (const auto& p : truth) expected[p.user.value] = shown(p);
    std::map<std::string, std::string> mine;
    for (const auto& [id, p] : known_) mine[id] = shown(p);
    if (words_ == vocabulary::space) {
      // It knows itself by what it does.
      expected.erase(user_);
      mine.erase(user_);
    }
    std::string out;
    for (const auto& [id, text] : expected)
      if (mine[id] != text) out += id + ": " + mine[id] + " instead of " + text + "; ";
    for (const auto& [id, text] : mine)
      if (!expected.contains(id)) out += id + " is unknown to the model; ";
    return out;
  }
  /// Everything that is shown of a participant, to who uses these words.
  [[nodiscard]] static std::string shown(const participant& p, vocabulary words) {
    auto out = p.username + "/" + p.status + "/" + p.text;
    if (words == vocabulary::base)
      out += "/" + std::to_string(p.connections) + "/" + std::to_string(p.joined_at);
    if (p.place) out += "@" + std::to_string(p.place->x) + "," + std::to_string(p.place->y);
    return out;
  }

private:
  [[nodiscard]] std::string shown(const participant& p) const { return shown(p, words_); }
  void replace(const std::vector<participant>& all) {
    known_.clear();
    for (const auto& p : all) known_[p.user.value] = p;
  }

  void on(const presence_updated& e) {
    replace(e.participants);
    count_ = e.count;
  }
  void on(const presence_changed& e) {
    for (const auto* list : {&e.joined, &e.changed})
      for (const auto& p : *list) known_[p.user.value] = p;
    for (const auto& p : e.left) known_.erase(p.user.value);
    count_ = e.count;
  }
  void on(const space_entered& e) {
    words_ = vocabulary::space;
    replace(e.users);
  }
  void on(const space_user_joined& e) {
    participant p;
    p.user = e.user;
    p.username = e.username;
    p.place = e.place;
    known_[e.user.value] = p;
  }
  void on(const space_user_moved& e) { known_[e.user.value].place = e.place; }
  void on(const space_user_away& e) { known_[e.user.value].status = "away"; }
  void on(const space_user_left& e) { known_.erase(e.user.value); }
  void on(const space_users_changed& e) {
    for (const auto& p : e.changed) known_[p.user.value] = p;
  }
  template <class Other>
  void on(const Other&) {}

  std::string user_;
  vocabulary words_ = vocabulary::base;
  std::map<std::string, participant> known_;
  std::size_t count_ = 0;
};

} // namespace atrium::test
