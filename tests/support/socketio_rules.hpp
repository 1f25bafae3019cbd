// What holds for every packet that Socket.IO's decoder lets through: its parts have their form,
// spelled again it reads the same, and its placeholders are those that a tree would show. A rule that
// is broken ends the process, see fuzz_input.hpp.
#pragma once

#include "net/socketio_codec.hpp"

#include "support/fuzz_input.hpp"
#include "support/json_rules.hpp"
#include "json/json.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace atrium::test::socketio {

using namespace net::socketio;

/// All limits off.
inline constexpr decode_limits no_limits{0, 0, 0};

/// Whether attachments follow.
inline bool is_binary(packet_type type) {
  return type == packet_type::binary_event || type == packet_type::binary_ack;
}

/// All but the attachments themselves.
inline bool is_same(const packet& a, const packet& b) {
  return a.type == b.type && a.name_space == b.name_space && a.ack_id == b.ack_id
         && a.payload.raw == b.payload.raw && a.attachment_count == b.attachment_count;
}

/// The packet that `text` is. That it is none breaks `rule`.
inline packet read_again(std::string_view text, const decode_limits& limits, const char* rule) {
  auto read = read_packet(text, limits);
  require(std::holds_alternative<packet>(read), rule);
  return std::get<packet>(std::move(read));
}

// --- Placeholders

using numbers = std::vector<std::optional<std::int64_t>>;

/// As whoever has a tree sees them.
inline void find_placeholders(json::slice value, numbers& found) {
  if (value.is(json::kind::array))
    for (const auto item : items_of(value)) find_placeholders(item, found);
  if (!value.is(json::kind::object)) return;
  const auto mark = json::find(value, "_placeholder");
  if (mark && mark->raw == "true") {
    const auto num = json::find(value, "num");
    found.push_back(num ? json::to_integer(*num) : std::nullopt);
    return;
  }
  json::object_reader members{value};
  for (json::member m; members.next(m);) find_placeholders(m.value, found);
}

/// The numbers of all placeholders in the order of the text; nothing for what is no integer.
inline numbers placeholders_of(json::slice value) {
  numbers found;
  find_placeholders(value, found);
  return found;
}

/// Whether each is the number of one of so many attachments.
inline bool are_of_attachments(const numbers& nums, std::size_t attachment_count) {
  return std::all_of(nums.begin(), nums.end(), [attachment_count](const auto& num) {
    return num && *num >= 0 && static_cast<std::size_t>(*num) < attachment_count;
  });
}

/// Replaces each by `spelled`, or by itself if that is empty, and tells which they were.
inline std::string replaced(json::slice value, std::string_view spelled, numbers& found) {
  std::string out;
  const bool is_whole = append_replacing_placeholders(
      out, value, [&found, spelled](std::string& to, std::size_t num) {
        found.emplace_back(static_cast<std::int64_t>(num));
        if (spelled.empty())
          append_placeholder(to, num);
        else
          to += spelled;
        return true;
      });
  require(is_whole, "nobody ended the walk");
  return out;
}

/// The walk over placeholders ends at any of them.
inline void check_end_of_walk(json::slice value, std::size_t placeholder_count) {
  for (std::size_t last = 1; last <= placeholder_count; ++last) {
    std::string out;
    std::size_t call_count = 0;
    const bool is_whole = append_replacing_placeholders(
        out, value, [&call_count, last](std::string&, std::size_t) { return ++call_count < last; });
    require(!is_whole && call_count == last, "the walk ends when it is told to");
  }
}

/// Precondition: a binary packet with payload.
inline void check_placeholders(const packet& p) {
  const auto expected = placeholders_of(p.payload);
  require(are_of_attachments(expected, p.attachment_count), "a placeholder is of an attachment");
  numbers found;
  const auto same = replaced(p.payload, {}, found);
  require(found == expected, "placeholders are those of the tree, in its order");
  json::slice value;
  require(!json::check(same, any_depth, value), "placeholders stay JSON");
  numbers again;
  require(replaced(value, {}, again) == same && again == found, "placeholders read the same");
  const auto none = replaced(value, "null", again);
  require(!json::check(none, any_depth, value), "what is put in place is JSON");
  numbers left;
  require(replaced(value, {}, left) == none && left.empty(), "no placeholder is left");
  numbers of_items;
  for (const auto item : items_of(p.payload)) replaced(item, {}, of_items);
  require(of_items == found, "arguments have the placeholders of the whole");
  check_end_of_walk(p.payload, std::min<std::size_t>(found.size(), 20));
}

// --- Packets

/// Each part for itself.
inline void check_form(const packet& p, const decode_limits& limits) {
  require(p.name_space.starts_with('/') && p.name_space.find(',') == std::string_view::npos
              && is_utf8(p.name_space),
          "a namespace is a name");
  require(!p.ack_id || (*p.ack_id >= 0 && *p.ack_id < std::int64_t{1} << 53), "an id is exact");
  require(is_binary(p.type) == (p.attachment_count != 0), "only binary packets have attachments");
  require(limits.attachment_count == 0 || p.attachment_count <= limits.attachment_count,
          "no more attachments than allowed");
  if (!p.has_payload()) return;
  const bool is_array = p.payload.is(json::kind::array);
  const bool is_object = p.payload.is(json::kind::object);
  switch (p.type) {
  case packet_type::connect: return require(is_object, "a CONNECT has an object");
  case packet_type::disconnect: return require(false, "a DISCONNECT has nothing");
  case packet_type::connect_error:
    return require(is_object || p.payload.is(json::kind::string), "an error has a text or object");
  default: return require(is_array, "events and acks have arrays");
  }
}

/// An event, if it is one, and what it says when it is spelled again.
inline void check_event(const packet& p, const decode_limits& limits) {
  const auto event = read_event(p);
  const bool is_event = p.type == packet_type::event || p.type == packet_type::binary_event;
  require(event.has_value() == (is_event && p.has_payload()), "what says something is read");
  if (!event) return;
  const auto items = items_of(p.payload);
  auto arguments = event->arguments;
  std::vector<json::slice> walked;
  for (json::slice item; arguments.next(item);) walked.push_back(item);
  const auto text = joined(items, 1);
  require(joined(walked, 0) == text, "arguments are what stands behind the name");
  std::string spelled;
  append_event(spelled, p.name_space, p.ack_id, event->name, text, p.attachment_count);
  const auto again = read_again(spelled, limits, "an event spelled again is one");
  require(again.type == p.type && again.name_space == p.name_space && again.ack_id == p.ack_id
              && again.attachment_count == p.attachment_count,
          "an event spelled again has the same head");
  const auto same = read_event(again);
  require(same && same->name == event->name && joined(items_of(again.payload), 1) == text,
          "an event spelled again says the same");
}

/// The same of an acknowledgement.
inline void check_ack(const packet& p, const decode_limits& limits) {
  const bool is_ack = p.type == packet_type::ack || p.type == packet_type::binary_ack;
  if (!is_ack || !p.has_payload() || !p.ack_id) return;
  const auto text = joined(items_of(p.payload), 0);
  std::string spelled;
  append_ack(spelled, p.name_space, *p.ack_id, text, p.attachment_count);
  const auto again = read_again(spelled, limits, "an ack spelled again is one");
  require(again.type == p.type && again.name_space == p.name_space && again.ack_id == p.ack_id
              && joined(items_of(again.payload), 0) == text,
          "an ack spelled again says the same");
}

/// What the server answers to a CONNECT, with any text that it is to tell.
inline void check_answers(std::string_view name_space, std::string_view told) {
  std::string answer;
  append_connect(answer, name_space, told, told);
  const auto connect = read_again(answer, no_limits, "an answer to CONNECT is a packet");
  const auto sid = json::find(connect.payload, "sid");
  require(connect.type == packet_type::connect && connect.name_space == name_space && sid,
          "an answer to CONNECT tells the sid");
  require(json::to_text(*sid) == told, "a sid is told as it is");
  std::string refusal;
  append_connect_error(refusal, name_space, told, sid->raw);
  const auto error = read_again(refusal, no_limits, "a refused CONNECT is a packet");
  require(error.type == packet_type::connect_error && error.name_space == name_space
              && json::find(error.payload, "message"),
          "a refused CONNECT tells why");
  std::string farewell;
  append_disconnect(farewell, name_space);
  const auto end = read_again(farewell, no_limits, "a DISCONNECT is a packet");
  require(end.type == packet_type::disconnect && end.name_space == name_space && !end.has_payload(),
          "a DISCONNECT is nothing else");
}

/// All rules, of a packet that was read within `limits`.
inline void check_packet(const packet& p, const decode_limits& limits) {
  check_form(p, limits);
  std::string spelled;
  append_packet(spelled, p);
  const auto again = read_again(spelled, limits, "a packet spelled again is one");
  require(is_same(p, again), "a packet spelled again reads the same");
  std::string twice;
  append_packet(twice, again);
  require(twice == spelled, "a packet has one spelling");
  check_event(p, limits);
  check_ack(p, limits);
  check_answers(p.name_space, p.payload.raw);
  if (!p.has_payload()) return;
  require(check_value(p.payload) <= (limits.json_depth == 0 ? any_depth : limits.json_depth),
          "no deeper than allowed");
  check_compact(p.payload);
  if (is_binary(p.type)) check_placeholders(p);
}

} // namespace atrium::test::socketio
