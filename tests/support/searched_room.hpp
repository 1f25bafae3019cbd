// A room as the searcher sees it, played over the scenario's store, and what a search should find by
// looking at every message.
#pragma once

#include "support/house_scenario.hpp"

#include "text/fold.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

namespace atrium::test {

inline settings with(std::size_t search_bytes, int cache_seconds = 0) {
  settings s;
  s.chat.search_bytes = search_bytes;
  s.chat.search_cache = seconds{cache_seconds};
  return s;
}

/// What a search should find, as seqs.
struct expected {
  std::vector<seq_t> seqs;
  bool has_more = false;
  bool operator==(const expected&) const = default;
};

/// A room as it would be in memory, and its archive in the played store.
class searched_room {
public:
  searched_room(house_scenario& house, std::string name, std::size_t window)
      : id{std::move(name)}, house_{house}, window_{window} {}

  void post(const std::string& text) {
    messages_.emplace_back(message{++seq, text, text::fold(text), false});
    house_.store.archive[id].push_back(stored(messages_.back()));
  }
  /// The store hears of it at `sync`.
  void change(std::size_t index, std::optional<std::string> text) {
    auto& m = messages_.at(index);
    m.is_deleted |= !text;
    m.text = text.value_or("");
    m.folded = text::fold(m.text);
    if (index + window_ < messages_.size()) ++older_changes;
    unsynced_.insert(m.seq);
    ++seq;
  }
  void sync() {
    for (auto& m : messages_)
      if (unsynced_.contains(m.seq)) replace_archived(m);
    unsynced_.clear();
  }
  /// The oldest ones leave the archive; the room does not know.
  void age(std::size_t count) {
    const auto most = messages_.size() - std::min(window_, messages_.size());
    for (count = std::min(count, most); count > 0; --count) {
      unsynced_.erase(messages_.front().seq);
      messages_.erase(messages_.begin());
      house_.store.archive[id].erase(house_.store.archive[id].begin());
    }
  }

  search_room ask(const std::string& query, std::size_t limit, std::optional<seq_t> before) const {
    search_room r;
    r.wanted = {query, limit, std::nullopt};
    r.room = room_id{id};
    r.key = key;
    r.position = "epoch:" + std::to_string(seq);
    const auto older = messages_.size() - std::min(window_, messages_.size());
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      const auto& m = messages_[i];
      if (i >= older)
        r.newest.push_back({m.seq, json_of(m)});
      else if (unsynced_.contains(m.seq))
        r.changed.push_back({m.seq, json_of(m)});
    }
    r.has_older = older > 0;
    r.older_changes = older_changes;
    r.before = before;
    return r;
  }
  expected naive(const std::string& query, std::size_t limit, std::optional<seq_t> before) const {
    expected out;
    const auto words = text::words_of(query);
    for (auto m = messages_.rbegin(); m != messages_.rend(); ++m) {
      if (m->is_deleted || (before && m->seq >= *before)) continue;
      if (!text::holds_all(m->folded, words)) continue;
      if (out.seqs.size() == limit) {
        out.has_more = true;
        break;
      }
      out.seqs.push_back(m->seq);
    }
    return out;
  }
  std::size_t size() const { return messages_.size(); }

  std::string id;
  room_key key = 1;
  seq_t seq = 0;
  std::uint64_t older_changes = 0;

private:
  struct message {
    seq_t seq;
    std::string text;
    std::string folded;
    bool is_deleted;
  };

  static shared_text json_of(const message& m) {
    const auto message_id = make_message_id(m.seq, "epoch");
    chat_message c;
    c.id = message_id;
    c.seq = m.seq;
    c.text = m.text;
    auto json = to_json(c);
    if (m.is_deleted) json.insert(json.size() - 1, R"(,"deletedAt":1)");
    return std::make_shared<const std::string>(std::move(json));
  }
  static stored_message stored(const message& m) {
    return {make_message_id(m.seq, "epoch"), m.seq, {}, {}, json_of(m)};
  }
  void replace_archived(const message& m) {
    for (auto& s : house_.store.archive[id])
      if (s.seq == m.seq) s = stored(m);
  }

  house_scenario& house_;
  std::size_t window_;
  std::vector<message> messages_;
  std::set<seq_t> unsynced_;
};

/// Sends a search without handling mail; the session that gets the result.
inline session_id send(house_scenario& house, search_room r) {
  const auto session = ++house.last_session;
  r.from.out = {&house.port, session, wire::native};
  r.from.request = 1;
  caf::anon_send(house.searcher, std::move(r));
  return session;
}

inline command_result result_of(house_scenario& house, session_id session) {
  auto& items = house.port.sessions[session].items;
  REQUIRE(items.size() == 1);
  return std::get<1>(items.front()).second;
}

inline expected found_by(house_scenario& house, session_id session) {
  const auto result = result_of(house, session);
  if (const auto* f = std::get_if<failure>(&result)) FAIL(f->sentence);
  const auto& found = std::get<history_result>(result);
  expected out{{}, found.has_more};
  for (const auto& m : found.messages) out.seqs.push_back(read_stored_message(*m)->seq);
  return out;
}

inline expected search(house_scenario& house, const searched_room& room, const std::string& query,
                       std::size_t limit = 50, std::optional<seq_t> before = std::nullopt) {
  const auto session = send(house, room.ask(query, limit, before));
  house.run();
  return found_by(house, session);
}

inline errc refused(house_scenario& house, const searched_room& room, const std::string& query,
                    std::size_t limit = 50) {
  const auto session = send(house, room.ask(query, limit, std::nullopt));
  house.run();
  return std::get<failure>(result_of(house, session)).code;
}

inline void post_many(searched_room& room, int count, const std::string& text) {
  for (int i = 1; i <= count; ++i) room.post(text + " number " + std::to_string(i));
}

using seqs = std::vector<seq_t>;

} // namespace atrium::test
