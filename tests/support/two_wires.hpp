// What both wires make of a client's event, and how events are spelled on each: for tests of
// vocabularies.
#pragma once

#include "net/event_spelling.hpp"
#include "net/native_vocabulary.hpp"
#include "net/socketio_vocabulary.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace atrium::test {

inline constexpr std::array all_wires{
    wire::native,           wire::socketio,           wire::socketio_recoverable,
    wire::native_messenger, wire::socketio_messenger, wire::native_space,
    wire::socketio_space};

/// The event `name` with some members, read from one of the two wires.
struct reading {
  std::optional<net::client_event> event;
  failure why{};
  std::string ref;
  std::string name;
};

inline const settings& usual_settings() {
  static const settings defaults;
  return defaults;
}

inline reading by_native(const std::string& name, const std::string& members) {
  auto text = R"({"type":")" + name + "\"" + (members.empty() ? "" : ",") + members
              + R"(,"ref":7})";
  auto read = net::read_native_command(text, usual_settings());
  if (auto* no = std::get_if<net::native_refusal>(&read)) return {{}, no->why, no->ref, no->event};
  auto& c = std::get<net::native_command>(read);
  auto ref = c.ref;
  return {std::move(c), {}, ref, {}};
}

inline reading by_socketio(const std::string& name, const std::string& members) {
  auto text = "27[\"" + name + "\",{" + members + "}]";
  net::socketio::decoder decoder{{}};
  auto got = decoder.take_text(text);
  auto read = net::read_socketio_command(std::get<net::socketio::packet>(got), usual_settings());
  if (auto* no = std::get_if<net::socketio_refusal>(&read))
    return {{}, no->why, no->ref, no->event};
  auto& c = std::get<net::socketio_command>(read);
  auto ref = c.ref;
  return {std::move(c), {}, ref, {}};
}

/// What both wires make of it, which is the same.
inline net::client_event good(const std::string& name, const std::string& members) {
  INFO(name << " " << members);
  for (auto by : {by_native, by_socketio}) {
    auto r = by(name, members);
    INFO(r.why.sentence);
    REQUIRE(r.event);
    CHECK(r.event->event == name);
    CHECK(r.ref == "7");
  }
  return *by_native(name, members).event;
}

/// Why both wires refuse it, which is the same.
inline failure bad(const std::string& name, const std::string& members) {
  INFO(name << " " << members);
  auto r = by_native(name, members);
  REQUIRE_FALSE(r.event);
  CHECK(r.name == name);
  auto other = by_socketio(name, members);
  REQUIRE_FALSE(other.event);
  CHECK(other.why.code == r.why.code);
  CHECK(other.why.sentence == r.why.sentence);
  return r.why;
}

template <class Command>
Command command(const std::string& name, const std::string& members) {
  auto e = good(name, members);
  CHECK_FALSE(e.of_user);
  REQUIRE(std::holds_alternative<Command>(e.command));
  return std::get<Command>(std::move(e.command));
}

inline shared_text text(std::string s) {
  return std::make_shared<const std::string>(std::move(s));
}

/// The text of a frame that holds one.
inline std::string payload(const frame& f) {
  auto length = static_cast<unsigned char>((*f)[1]);
  return f->substr(length < 126 ? 2 : length == 126 ? 4 : 10);
}

/// As a room has it spelled.
inline std::string spelled(const event& e, wire w) {
  return payload(net::vocabularies().encode(e, w, {"epoch", seq_of(e)}));
}

} // namespace atrium::test
