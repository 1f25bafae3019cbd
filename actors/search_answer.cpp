// See search_answer.hpp. A message's JSON was checked when it was made or read; the text of a kept
// answer comes from outside and is checked here.
#include "actors/search_answer.hpp"

#include "text/fold.hpp"
#include "json/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace atrium {

namespace {

/// FNV-1a: the same in every process and version.
std::uint64_t hash_of(const std::vector<std::string>& words) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&hash](char c) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  };
  for (const auto& word : words) {
    for (const char c : word) add(c);
    add('\n');
  }
  return hash;
}

} // namespace

std::optional<std::string> folded_text(std::string_view message) {
  std::optional<json::slice> found;
  json::object_reader members{json::slice{message}};
  for (json::member m; members.next(m);) {
    if (m.key == "deletedAt") return std::nullopt;
    if (m.key == "message") found = m.value;
  }
  if (!found || !found->is(json::kind::string)) return std::nullopt;
  return text::fold(json::to_text(*found));
}

std::string search_key(const room_id& room, std::string_view position, std::size_t limit,
                       std::optional<seq_t> before, std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  words.push_back(room.value);
  words.emplace_back(position);
  words.push_back(std::to_string(limit));
  words.push_back(before ? std::to_string(*before) : std::string{});
  std::array<char, 16> hex{};
  const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), hash_of(words), 16).ptr;
  return "search:" + std::string{hex.data(), end};
}

std::string to_json(const kept_answer& a) {
  std::string out;
  json::object_writer w{out};
  auto& ids = w.key("ids");
  ids += '[';
  for (const auto& id : a.ids) {
    if (ids.back() != '[') ids += ',';
    json::append_string(ids, id);
  }
  ids += ']';
  w.boolean("hasMore", a.has_more);
  w.end();
  return out;
}

std::optional<kept_answer> read_kept_answer(std::string_view text) {
  json::slice root;
  if (json::check(text, 2, root) || !root.is(json::kind::object)) return std::nullopt;
  const auto ids = json::find(root, "ids");
  const auto has_more = json::find(root, "hasMore");
  if (!ids || !ids->is(json::kind::array)) return std::nullopt;
  if (!has_more || !has_more->is(json::kind::boolean)) return std::nullopt;
  kept_answer out;
  out.has_more = json::to_bool(*has_more);
  json::array_reader items{*ids};
  for (json::slice id; items.next(id);) {
    if (!id.is(json::kind::string)) return std::nullopt;
    out.ids.push_back(json::to_text(id));
  }
  return out;
}

} // namespace atrium
