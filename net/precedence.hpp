// Which threads go first where there are fewer cores than work.
#pragma once

namespace atrium::net {

/// The calling thread asks for about twice the share of a core of what it contends with: Redis, which
/// is another process, and our own threads in the background. So a burst of writes to the store holds up
/// sockets for less, and is still done. False: the system does not permit it, and nothing is changed.
/// Threads started by this one inherit it. Linux counts it within what it schedules together only:
/// docs/decisions/0025.
bool take_precedence() noexcept;

} // namespace atrium::net
