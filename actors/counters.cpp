// Names and HELP sentences of the counters. The switches have no default, so a new counter stops the
// build here until it is named and described.
#include "actors/counters.hpp"

namespace atrium {

namespace {

struct description {
  std::string_view name;
  std::string_view sentence;
};

constexpr description describe_counter(counter c) noexcept {
  switch (c) {
  case counter::connections_opened: return {"connections_opened", "Sockets accepted."};
  case counter::connections_closed: return {"connections_closed", "Sockets closed."};
  case counter::connections_recovered:
    return {"connections_recovered", "Lost connections whose clients came back to their state."};
  case counter::connections_refused:
    return {"connections_refused", "Connections refused by a limit or while draining."};
  case counter::http_requests: return {"http_requests", "HTTP requests read."};
  case counter::commands: return {"commands", "Events of clients decoded and handed on."};
  case counter::broadcasts: return {"broadcasts", "Events that rooms published."};
  case counter::deliveries:
    return {"deliveries", "Events handed to recipients, volatile ones too."};
  case counter::frames_sent: return {"frames_sent", "WebSocket frames written to sockets."};
  case counter::bytes_sent:
    return {"bytes_sent", "Bytes written to clients over WebSocket or long-polling."};
  case counter::bytes_received:
    return {"bytes_received", "Bytes read from clients over WebSocket or long-polling."};
  case counter::frames_malformed:
    return {"frames_malformed", "Frames that were binary, no JSON object or invalid UTF-8."};
  case counter::slow_resyncs:
    return {"slow_resyncs", "Times that a slow reader was sent the state anew."};
  case counter::slow_events_dropped:
    return {"slow_events_dropped", "Queued events thrown away for slow readers."};
  case counter::slow_closed:
    return {"slow_closed", "Connections closed because they read nothing at all."};
  case counter::heartbeats_missed:
    return {"heartbeats_missed", "Connections dropped for an unanswered ping."};
  case counter::handshakes_timed_out:
    return {"handshakes_timed_out", "Connections closed before a request or handshake was whole."};
  case counter::rooms_created: return {"rooms_created", "Rooms created."};
  case counter::rooms_loaded: return {"rooms_loaded", "Rooms loaded from the store."};
  case counter::rooms_passivated: return {"rooms_passivated", "Idle rooms that left memory."};
  case counter::rooms_recovered_with_new_epoch:
    return {"rooms_recovered_with_new_epoch",
            "Rooms loaded after a crash, which go on in a new epoch."};
  case counter::messages_posted: return {"messages_posted", "Chat messages posted."};
  case counter::messages_duplicate:
    return {"messages_duplicate", "Chat messages repeated with a known clientMessageId."};
  case counter::messages_not_archived:
    return {"messages_not_archived", "Messages that an outage kept from the archive."};
  case counter::messages_not_queued:
    return {"messages_not_queued",
            "Messages that found no place in the queue of an absent member."};
  case counter::relay_messages:
    return {"relay_messages", "Messages that relay rooms passed on, but for volatile ones."};
  case counter::relay_volatile_messages:
    return {"relay_volatile_messages", "Volatile messages that relay rooms passed on."};
  case counter::relay_bytes:
    return {"relay_bytes", "Bytes of messages that relay rooms passed on."};
  case counter::relay_resyncs:
    return {"relay_resyncs", "Times that a relay room's others were asked to send what they have."};
  case counter::store_batches: return {"store_batches", "Round trips of the writers."};
  case counter::store_writes: return {"store_writes", "Writes confirmed by the store."};
  case counter::store_errors_transient:
    return {"store_errors_transient", "Writes refused for now; the room is written again."};
  case counter::store_errors_defect:
    return {"store_errors_defect", "Writes refused for good; trying again would not help."};
  case counter::store_reconnects:
    return {"store_reconnects", "Connections to the store made anew."};
  case counter::store_rooms_rewritten: break;
  }
  return {"store_rooms_rewritten", "Rooms written whole after the store returned."};
}

} // namespace

std::string_view to_string(counter c) noexcept {
  return describe_counter(c).name;
}

std::string_view describe(counter c) noexcept {
  return describe_counter(c).sentence;
}

std::string_view to_string(store_fault f) noexcept {
  switch (f) {
  case store_fault::unreachable: return "unreachable";
  case store_fault::broken: return "broken";
  case store_fault::loading: return "loading";
  case store_fault::busy: return "busy";
  case store_fault::read_only: return "read_only";
  case store_fault::misconfigured: return "misconfigured";
  case store_fault::out_of_memory: return "out_of_memory";
  case store_fault::refused: return "refused";
  case store_fault::defect: break;
  }
  return "defect";
}

} // namespace atrium
