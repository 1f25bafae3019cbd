// See messenger_spelling.hpp. Pure. Values are copied as they are spelled, never parsed: what is stored
// is valid and compact (actors/chat_message.hpp).
#include "net/messenger_spelling.hpp"

#include <array>
#include <cstddef>

namespace atrium::net {
namespace {

struct renaming {
  std::string_view stored;
  std::string_view spelled;
};

/// In the order of the spelling.
constexpr std::array<renaming, 6> members{{{"roomId", "roomId"},
                                           {"userId", "senderId"},
                                           {"message", "content"},
                                           {"timestamp", "timestamp"},
                                           {"id", "id"},
                                           {"seq", "seq"}}};
constexpr std::size_t content = 2;

} // namespace

void append_messenger_members(json::object_writer& w, const std::string& stored) {
  std::array<std::string_view, members.size()> found;
  found[content] = R"("")";
  json::object_reader reader{json::slice{stored}};
  for (json::member m; reader.next(m);)
    for (std::size_t i = 0; i < members.size(); ++i)
      if (m.key == members[i].stored) found[i] = m.value.raw;
  for (std::size_t i = 0; i < members.size(); ++i)
    if (!found[i].empty()) w.raw(members[i].spelled, found[i]);
}

void append_messenger_messages(std::string& out, const std::vector<shared_text>& stored) {
  out += '[';
  for (const auto& each : stored) {
    if (&each != &stored.front()) out += ',';
    json::object_writer w{out};
    w.text("type", messenger_message_type);
    append_messenger_members(w, *each);
    w.end();
  }
  out += ']';
}

} // namespace atrium::net
