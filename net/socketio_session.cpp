// Packets of Socket.IO, checked as the protocol says; what breaks it ends the connection without a
// word, because a client that speaks wrongly would not understand one either.
//
// Memory: a packet whose attachments are incomplete is held, within `limits.payload_bytes`; all
// sessions' together count as half-received payloads.
#include "net/socketio_session.hpp"

#include "net/websocket_frame.hpp"

namespace atrium::net {
namespace {

using socketio::packet_type;

constexpr std::size_t max_attachment_count = 10;
constexpr std::size_t unlimited = std::size_t{0} - 1;

socketio::decode_limits limits_of(const limit_settings& l) noexcept {
  return {l.json_depth == 0 ? unlimited : l.json_depth, max_attachment_count, l.payload_bytes};
}

limit limit_of(socketio::packet_error error) noexcept {
  switch (error) {
  case socketio::packet_error::too_deep: return limit::json_depth;
  case socketio::packet_error::attachments_too_large: return limit::payload_bytes;
  default: return limit::none;
  }
}

} // namespace

socketio_session::socketio_session(io_thread& thread, connection_slot place)
    : engineio_session{thread, std::move(place)}, decoder_{limits_of(config().limits)},
      attachments_{thread.shared().admitted} {}

void socketio_session::on_open() {
  auto patience = config().socketio.connect_timeout;
  if (patience.count() != 0) connect_due_ = thread_.now() + patience;
}

void socketio_session::on_own_deadline() {
  connect_due_ = never;
  counts().add(counter::handshakes_timed_out);
  hang_up("no namespace was joined in time");
}

void socketio_session::on_data(std::string_view data, bool is_binary) {
  auto outcome = is_binary ? decoder_.take_binary(data) : decoder_.take_text(data);
  if (!attachments_.hold(decoder_.held_bytes())) {
    counts().add(errc::payload_too_large);
    counts().add(limit::inbound_bytes);
    return close(4429, "too many half-received messages");
  }
  if (const auto* error = std::get_if<socketio::packet_error>(&outcome)) {
    counts().add(limit_of(*error));
    return close_for(socketio::to_string(*error));
  }
  if (const auto* p = std::get_if<socketio::packet>(&outcome)) take(*p);
}

void socketio_session::take(const socketio::packet& p) {
  if (p.type == packet_type::connect) return take_connect(p);
  if (p.type == packet_type::connect_error) return close_for("an answer from a client");
  auto place = membership_of(p.name_space);
  // Sent before the client knew: closing now would cost it the word that tells it why.
  if (place == membership::dismissed) return;
  if (place != membership::connected) return close_for("a packet for a namespace not joined");
  std::string name{p.name_space};
  switch (p.type) {
  case packet_type::event:
  case packet_type::binary_event:
    if (p.has_payload()) on_event(name, p);
    return;
  case packet_type::disconnect: forget(name); return on_disconnect(name);
  default: return;
  }
}

void socketio_session::take_connect(const socketio::packet& p) {
  std::string name{p.name_space};
  auto place = membership_of(name);
  if (place && place != membership::dismissed) return close_for("a namespace joined twice");
  forget(name);
  if (!has_namespace(name)) return refuse_namespace(name, "Invalid namespace");
  namespaces_.emplace_back(name, membership::asked);
  on_connect(name, p.payload);
}

std::optional<socketio_session::membership>
socketio_session::membership_of(std::string_view name) const noexcept {
  for (const auto& [known, place] : namespaces_)
    if (known == name) return place;
  return std::nullopt;
}

bool socketio_session::is_connected(std::string_view name) const noexcept {
  return membership_of(name) == membership::connected;
}

void socketio_session::move(std::string_view name, membership to) noexcept {
  for (auto& [known, place] : namespaces_)
    if (known == name) place = to;
}

void socketio_session::forget(std::string_view name) {
  std::erase_if(namespaces_, [name](const auto& n) { return n.first == name; });
}

void socketio_session::accept_namespace(const std::string& name, std::string_view sid,
                                        std::string_view pid) {
  move(name, membership::connected);
  connect_due_ = never;
  std::string text;
  socketio::append_connect(text, name, sid, pid);
  put_packet(text);
}

void socketio_session::refuse_namespace(const std::string& name, std::string_view message,
                                        std::string_view data) {
  forget(name);
  std::string text;
  socketio::append_connect_error(text, name, message, data);
  put_packet(text);
}

void socketio_session::dismiss_namespace(const std::string& name) {
  move(name, membership::dismissed);
  std::string text;
  socketio::append_disconnect(text, name);
  put_packet(text);
}

void socketio_session::put_packet(std::string_view text) {
  std::string packet{"4"};
  packet += text;
  put(make_text_frame(packet), entry_kind::result);
}

} // namespace atrium::net
