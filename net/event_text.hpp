// What stands around an event's members on each wire, for the sources that spell events.
//
//   native    {"type":"<event>",…fields}
//   Socket.IO 42["<event>",{…fields}], and for clients that come back 42["<event>",{…fields},"<offset>"]
#pragma once

#include "actors/outlet.hpp"
#include "net/recovery_offset.hpp"
#include "json/json.hpp"

#include <string>
#include <string_view>

namespace atrium::net {

/// Every chat message begins so (actors/chat_message.hpp); on the native wire `type` names the event.
inline constexpr std::string_view message_begin = R"({"type":)";
inline constexpr std::string_view native_message_begin = R"({"type":"chat:message","messageType":)";

/// What stands around an event's members.
class event_text {
public:
  event_text(std::string& out, wire w, const position& at) : out_{out}, wire_{w}, at_{at} {}

  [[nodiscard]] json::object_writer begin(std::string_view name) {
    open(name);
    json::object_writer members{out_};
    if (is_native(wire_)) members.text("type", name);
    return members;
  }
  [[nodiscard]] json::object_writer begin(std::string_view name, const room_id& room) {
    auto members = begin(name);
    members.text("roomId", room.value);
    return members;
  }
  void end(json::object_writer& members, bool resync = false) {
    if (resync || at_.resync) members.boolean("resync", true);
    members.end();
    close();
  }
  void message(const std::string& json) {
    out_.reserve(out_.size() + native_message_begin.size() + json.size() + 64);
    open("chat:message");
    if (is_native(wire_)) {
      out_ += native_message_begin;
      out_ += std::string_view{json}.substr(message_begin.size());
    } else {
      out_ += json;
    }
    if (at_.resync) {
      out_.pop_back();
      out_ += R"(,"resync":true})";
    }
    close();
  }

  [[nodiscard]] wire spelling() const noexcept { return wire_; }

private:
  void open(std::string_view name) {
    if (is_native(wire_)) return;
    out_ += "42[\"";
    out_ += name;
    out_ += "\",";
  }
  void close() {
    if (is_native(wire_)) return;
    if (wire_ == wire::socketio_recoverable && at_.seq != no_seq) {
      out_ += ",\"";
      append_offset(out_, at_);
      out_ += '"';
    }
    out_ += ']';
  }

  std::string& out_;
  wire wire_;
  const position& at_;
};

} // namespace atrium::net
