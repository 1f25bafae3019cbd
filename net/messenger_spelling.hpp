// A chat message in the messenger's words (contract §3, S4):
//
//   {"roomId","senderId","content","timestamp","id","seq"}
//
// On the native wire `"type":"message"` stands before that, as each event's name does; over Socket.IO
// the name stands outside. A queued message has no event around it that says what it is: on every wire
// it begins with `"type":"message"`, as what S4's clients read out of `offlineMessages` does.
#pragma once

#include "actors/chat_message.hpp"
#include "json/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace atrium::net {

inline constexpr std::string_view messenger_message_type = "message";

/// The members out of the JSON of a stored message, which is walked once. A deleted one has an empty
/// `content`; members that an older server did not write are left out.
void append_messenger_members(json::object_writer& w, const std::string& stored);
/// `[…]` of whole objects.
void append_messenger_messages(std::string& out, const std::vector<shared_text>& stored);

} // namespace atrium::net
