// The table of dialects. The raw broadcaster relays what it gets byte for byte, so it is spoken to
// as Atrium is; its whiteboards arrive under the name they were sent with. Atrium has a row for
// each of its vocabularies; both say the same, so that nothing else differs in what is measured.
#include "bench/load/dialect.hpp"

namespace atrium::bench {

namespace {

constexpr std::string_view native_join
    = R"({"type":"join","roomId":"{room}","userId":"{user}","username":"{user}"})";
constexpr std::string_view native_chat
    = R"({"type":"chat:message","roomId":"{room}","message":"{stamp}"})";
constexpr std::string_view native_board
    = R"({"type":"whiteboard-change","roomId":"{room}","elements":{elements}})";

constexpr std::string_view native_enter
    = R"({"type":"join-space","spaceId":"{room}","userId":"{user}","username":"{user}"})";

constexpr std::string_view socketio_path = "/socket.io/?EIO=4&transport=websocket";
constexpr std::string_view socketio_join
    = R"(42["join",{"roomId":"{room}","userId":"{user}","username":"{user}"}])";
constexpr std::string_view socketio_enter
    = R"(42["join-space",{"spaceId":"{room}","userId":"{user}","username":"{user}"}])";
constexpr std::string_view socketio_board
    = R"(42["whiteboard-change",{"roomId":"{room}","elements":{elements}}])";

constexpr std::array dialects{
    dialect{
        .name = "atrium",
        .path = "/ws",
        .is_socketio = false,
        .creates_rooms = true,
        .join = native_join,
        .joined = R"({"type":"whiteboard:state")",
        .chat_arrives = R"({"type":"chat:message")",
        .board_arrives = R"({"type":"whiteboard-update")",
        .failed = R"({"type":"error")",
        .ack_arrives = R"({"type":"ack","ref":)",
        .chat = native_chat,
        .acknowledged_chat
        = R"({"type":"chat:message","roomId":"{room}","message":"{stamp}","ref":{number}})",
        .durable_chat = R"({"type":"chat:message","roomId":"{room}","message":"{stamp}",)"
                        R"("durable":true,"ref":{number}})",
        .board = native_board,
        .enter = native_enter,
        .entered = R"({"type":"space-joined")",
        .move = R"({"type":"move","spaceId":"{room}",{place}})",
        .move_arrives = R"({"type":"user-moved")",
    },
    dialect{
        .name = "atrium_socketio",
        .path = socketio_path,
        .is_socketio = true,
        .creates_rooms = true,
        .join = socketio_join,
        .joined = R"(42["whiteboard:state")",
        .chat_arrives = R"(42["chat:message")",
        .board_arrives = R"(42["whiteboard-update")",
        .failed = R"(42["error")",
        .ack_arrives = "43",
        .chat = R"(42["chat:message",{"roomId":"{room}","message":"{stamp}"}])",
        .acknowledged_chat
        = R"(42{number}["chat:message",{"roomId":"{room}","message":"{stamp}"}])",
        .durable_chat = R"(42{number}["chat:message",{"roomId":"{room}","message":"{stamp}",)"
                        R"("durable":true}])",
        .board = socketio_board,
        .enter = socketio_enter,
        .entered = R"(42["space-joined")",
        .move = R"(42["move",{"spaceId":"{room}",{place}}])",
        .move_arrives = R"(42["user-moved")",
    },
    dialect{
        .name = "raw",
        .path = "/",
        .is_socketio = false,
        .creates_rooms = false,
        .join = native_join,
        .joined = R"({"type":"chat:history")",
        .chat_arrives = R"({"type":"chat:message")",
        .board_arrives = R"({"type":"whiteboard-change")",
        .failed = R"({"type":"error")",
        .ack_arrives = "",
        .chat = native_chat,
        .acknowledged_chat = "",
        .durable_chat = "",
        .board = native_board,
    },
    dialect{
        .name = "node",
        .path = socketio_path,
        .is_socketio = true,
        .creates_rooms = false,
        .join = socketio_join,
        .joined = R"(42["chat:history")",
        .chat_arrives = R"(42["chat:message")",
        .board_arrives = R"(42["whiteboard-update")",
        .failed = R"(42["error")",
        .ack_arrives = "",
        .chat = R"(42["chat:message",{"roomId":"{room}","userId":"{user}","username":"{user}",)"
                R"("message":"{stamp}"}])",
        .acknowledged_chat = "",
        .durable_chat = "",
        .board = socketio_board,
    },
};

} // namespace

const dialect* find_dialect(std::string_view name) {
  for (const auto& d : dialects) {
    if (d.name == name) return &d;
  }
  return nullptr;
}

std::string dialect_names() {
  std::string names;
  for (const auto& d : dialects) names.append(names.empty() ? "" : ", ").append(d.name);
  return names;
}

} // namespace atrium::bench
