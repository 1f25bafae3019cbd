// What operators ask of Redis: what it says about itself, and a portion of all keys of the layout.
//
// Keys are found by SCAN: all that are there from the first portion to the last, some perhaps twice,
// whatever comes and goes meanwhile. What is no key of the layout is passed over, whoever's it is.
// A portion is bounded by the steps that it takes, so one without a single key of ours ends too. It
// may be repeated without harm: what is gone by then is removed no more.
#include "store/key_layout.hpp"
#include "store/reader_core.hpp"

#include <algorithm>
#include <set>

namespace atrium::store {

namespace {

constexpr std::size_t scan_count = 1'000;
constexpr std::size_t scan_steps = 10;
constexpr std::size_t unlink_count = 500;

// SCAN's own: a number of 64 bits.
bool is_cursor(std::string_view text) {
  constexpr std::size_t most_digits = 20;
  return text.size() <= most_digits
         && text.find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

store_info reader_core::info() {
  store_info answer{store_status::ok, "redis", {}};
  const auto reply = link_.call("INFO");
  auto text = reply->text();
  while (!text.empty()) {
    const auto end = std::min(text.find("\r\n"), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    const auto colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    answer.lines.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  return answer;
}

keys_cleaned reader_core::clean(const clean_keys& request) {
  keys_cleaned answer{store_status::ok, {}, 0, request.cursor};
  if (!is_cursor(answer.cursor)) return {store_status::ok, {}, 0, {}};
  if (answer.cursor.empty()) answer.cursor = "0";
  std::set<std::string> found;
  for (std::size_t step = 0; step < scan_steps && found.size() < scan_count; ++step) {
    const auto reply = link_.call("SCAN", answer.cursor, "MATCH", glob_of(keys_.prefix()), "COUNT",
                                  scan_count);
    if (link_.failed()) return answer;
    for (auto& key : reply[1].texts()) {
      const auto pattern = pattern_of(std::string_view{key}.substr(keys_.prefix().size()));
      if (pattern.empty() || !found.insert(std::move(key)).second) continue;
      ++answer.keys[std::string{pattern}];
    }
    answer.cursor = reply[0].text();
    if (answer.cursor == "0") break;
  }
  if (answer.cursor == "0") answer.cursor.clear();
  if (!request.is_dry_run) answer.removed = unlink({found.begin(), found.end()});
  return answer;
}

std::size_t reader_core::unlink(const std::vector<std::string>& keys) {
  std::size_t removed = 0;
  for (std::size_t at = 0; at < keys.size() && !link_.failed(); at += unlink_count) {
    const auto end = std::min(keys.size(), at + unlink_count);
    command_buffer commands;
    // One each: no command touches two rooms.
    for (auto i = at; i < end; ++i) commands.add("UNLINK", keys[i]);
    for (const auto& reply : link_.call_all(commands)) {
      removed += static_cast<std::size_t>(reply->integer());
    }
  }
  return removed;
}

} // namespace atrium::store
