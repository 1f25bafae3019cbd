// Which threads go first where there are fewer cores than work.
#pragma once

namespace atrium::net {

/// The calling thread is to have about twice the share of a core of what it contends with: Redis, which
/// is another process, and our own threads in the background. So a burst of writes to the store holds up
/// sockets for less, and is still done. False: the system does not permit it, which takes
/// CAP_SYS_NICE or an RLIMIT_NICE; nothing is changed then. Threads started by this one inherit it.
/// docs/decisions/0025.
bool take_precedence() noexcept;

} // namespace atrium::net
