// A new socket, from its first byte: HTTP/1.1 until it ends or becomes a WebSocket (contract §2,
// §4).
#pragma once

#include "net/gate.hpp"
#include "net/tcp_socket.hpp"

namespace atrium::net {

class io_thread;

/// Begins a session on the current thread, which must be `thread`. It ends by itself.
void start_http(io_thread& thread, tcp_socket socket, counted socket_count);

} // namespace atrium::net
