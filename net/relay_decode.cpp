// See relay_decode.hpp. Attachments are not copied: the command holds those that the packet came with.
#include "net/relay_decode.hpp"

#include "actors/failure.hpp"

#include <array>
#include <memory>
#include <utility>

namespace atrium::net {
namespace {

/// Names of rooms are shorter; `follow@` and a socket's id, too.
constexpr std::size_t max_target_bytes = 256;
constexpr std::size_t max_socket_id_bytes = 128;

using read_outcome = std::variant<relay_command, failure>;

/// One event of a client and its arguments.
struct relay_reading {
  const socketio::packet& p;
  const settings& config;
  json::array_reader arguments;

  [[nodiscard]] std::optional<json::slice> next() {
    json::slice item;
    return arguments.next(item) ? std::optional{item} : std::nullopt;
  }
  [[nodiscard]] std::optional<std::string> next_text(std::size_t max_bytes) {
    auto item = next();
    if (!item || !item->is(json::kind::string)) return std::nullopt;
    auto text = json::to_text(*item);
    return text.size() <= max_bytes ? std::optional{std::move(text)} : std::nullopt;
  }
};

failure bad(std::string sentence) {
  return {errc::bad_request, std::move(sentence)};
}

read_outcome read_join(relay_reading& r) {
  auto room = r.next_text(max_target_bytes);
  if (room && is_relay_name(*room)) return join_relay{std::move(*room)};
  return bad("the first argument of `join-room` is the room's id: 1 to 128 bytes of text without "
             "control characters that do not begin with `follow@`");
}

std::variant<relay_message, failure> read_message(relay_reading& r) {
  auto room = r.next_text(max_target_bytes);
  if (!room) return bad("the first argument of a broadcast is the room's id");
  auto data = r.next();
  if (!data) return bad("the second argument of a broadcast is its data");
  auto iv = r.next();
  relay_payload payload;
  json::append_compact(payload.arguments, *data);
  payload.arguments += ',';
  json::append_compact(payload.arguments, iv.value_or(json::slice{"null"}));
  payload.ends_in_text = iv && iv->is(json::kind::string);
  if (r.p.parts && !r.p.parts->attachments.empty())
    payload.attachments = {r.p.parts, &r.p.parts->attachments};
  auto most = r.config.limits.payload_bytes;
  if (most != 0 && payload.bytes() > most)
    return over(limit::payload_bytes, errc::payload_too_large, "the message has too many bytes");
  return relay_message{std::move(*room), std::make_shared<const relay_payload>(std::move(payload))};
}

template <class Command>
read_outcome read_broadcast(relay_reading& r) {
  auto read = read_message(r);
  if (auto* why = std::get_if<failure>(&read)) return std::move(*why);
  return Command{std::get<relay_message>(std::move(read))};
}

std::optional<std::string> text_in(json::slice object, std::string_view key) {
  auto value = json::find(object, key);
  if (!value || !value->is(json::kind::string)) return std::nullopt;
  return json::to_text(*value);
}

read_outcome read_follow(relay_reading& r) {
  auto wish = r.next();
  bool is_object = wish && wish->is(json::kind::object);
  auto who = is_object ? json::find(*wish, "userToFollow") : std::nullopt;
  auto socket = who && who->is(json::kind::object) ? text_in(*who, "socketId") : std::nullopt;
  if (!socket || socket->empty() || socket->size() > max_socket_id_bytes)
    return bad("`user-follow` has an object with `userToFollow`: {socketId, username}");
  auto action = text_in(*wish, "action");
  if (action != "FOLLOW" && action != "UNFOLLOW")
    return bad("`action` of `user-follow` is \"FOLLOW\" or \"UNFOLLOW\"");
  return follow_socket{{std::move(*socket)}, action == "FOLLOW"};
}

struct relay_reader {
  std::string_view event;
  read_outcome (*read)(relay_reading&);
};
constexpr std::array<relay_reader, 4> readers{{
    {join_relay::event_name, read_join},
    {relay_broadcast::event_name, read_broadcast<relay_broadcast>},
    {relay_volatile_broadcast::event_name, read_broadcast<relay_volatile_broadcast>},
    {follow_socket::event_name, read_follow},
}};

/// Null: none of these. Names spelled plainly, as all clients do, cost no copy.
const relay_reader* find_reader(json::slice name) {
  if (!name.is(json::kind::string)) return nullptr;
  std::string unescaped;
  auto text = name.raw.substr(1, name.raw.size() - 2);
  if (text.find('\\') != std::string_view::npos) text = unescaped = json::to_text(name);
  for (const auto& each : readers)
    if (each.event == text) return &each;
  return nullptr;
}

} // namespace

std::optional<std::variant<socketio_relay_command, socketio_refusal>>
read_relay_command(const socketio::packet& p, const settings& config) {
  bool is_event = p.type == socketio::packet_type::event
                  || p.type == socketio::packet_type::binary_event;
  if (!is_event || !p.has_payload()) return std::nullopt;
  relay_reading r{p, config, json::array_reader{p.payload}};
  auto name = r.next();
  const auto* reader = name ? find_reader(*name) : nullptr;
  if (reader == nullptr) return std::nullopt;
  auto ref = p.ack_id ? std::to_string(*p.ack_id) : std::string{};
  auto read = reader->read(r);
  if (auto* why = std::get_if<failure>(&read))
    return socketio_refusal{std::move(*why), std::move(ref), std::string{reader->event}};
  return socketio_relay_command{std::get<relay_command>(std::move(read)), std::move(ref)};
}

} // namespace atrium::net
