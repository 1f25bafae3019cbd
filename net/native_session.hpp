// A client that speaks the native wire over a WebSocket (contract §2).
#pragma once

#include "net/upgrade.hpp"

namespace atrium::net {

class io_thread;

/// Begins a session on the current thread, which must be `thread`. It ends by itself.
void start_native(io_thread& thread, upgrade u);

} // namespace atrium::net
