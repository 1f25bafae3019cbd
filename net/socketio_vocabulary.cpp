// See socketio_vocabulary.hpp. The packet's JSON was checked when it was read; here it is slices.
#include "net/socketio_vocabulary.hpp"

#include "net/json_spelling.hpp"
#include "net/socketio_binary.hpp"
#include "net/websocket_frame.hpp"

namespace atrium::net {
namespace {

using json::object_writer;

constexpr std::string_view no_fields = "{}";

frame encode_ack(const command_result& outcome, std::string_view ref) {
  text_frame f;
  auto& out = f.text();
  out += "43";
  out += ref;
  out += '[';
  object_writer w{out};
  if (const auto* why = std::get_if<failure>(&outcome)) {
    append_failure(w, *why);
  } else {
    w.boolean("success", true);
    append_result(w, outcome);
  }
  w.end();
  out += ']';
  return finish_packet(f);
}

frame encode_error(const failure& why, std::string_view event) {
  text_frame f;
  auto& out = f.text();
  out += R"(42["error",)";
  object_writer w{out};
  append_failure(w, why);
  w.text("event", event).text("message", why.sentence);
  w.end();
  out += ']';
  return f.finish();
}

} // namespace

std::variant<socketio_command, socketio_refusal> read_socketio_command(const socketio::packet& p,
                                                                       const settings& config) {
  auto ref = p.ack_id ? std::to_string(*p.ack_id) : std::string{};
  auto parts = socketio::read_event(p);
  if (!parts)
    return socketio_refusal{{errc::bad_request, "an event has a name"}, std::move(ref), {}};
  auto name = shown_event_name(parts->name);
  json::slice object{no_fields};
  json::slice first;
  if (parts->arguments.next(first) && !first.is(json::kind::null)) object = first;
  if (!object.is(json::kind::object))
    return socketio_refusal{{errc::bad_request, "the first argument of an event is an object"},
                            std::move(ref),
                            std::move(name)};
  std::string with_bytes;
  if (!p.attachments().empty()) {
    auto max = config.limits.payload_bytes == 0 ? std::size_t{0} - 1 : config.limits.payload_bytes;
    if (!append_with_bytes(with_bytes, p, object, max))
      return socketio_refusal{over(limit::payload_bytes, errc::payload_too_large,
                                   "the event's bytes are too many as text"),
                              std::move(ref), std::move(name)};
    object = json::slice{with_bytes};
  }
  fields f{object};
  auto event = read_command(f, {name, object, "type"}, config);
  if (!event) return socketio_refusal{*f.problem(), std::move(ref), std::move(name)};
  return socketio_command{std::move(*event), std::move(ref)};
}

frame encode_socketio_result(const command_result& outcome, std::string_view ref,
                             std::string_view event) {
  if (!ref.empty()) return encode_ack(outcome, ref);
  const auto* why = std::get_if<failure>(&outcome);
  return why == nullptr || why->is_told ? nullptr : encode_error(*why, event);
}

} // namespace atrium::net
