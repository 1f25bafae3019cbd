// Keeps the books of a run: every delivery is checked against who sent it where and as which of its
// messages, so that what was lost, doubled, out of order, in another order than at another member,
// or in the wrong room is counted. It also times deliveries and acks.
#pragma once

#include "bench/load/histogram.hpp"
#include "bench/load/population.hpp"
#include "bench/load/stamp.hpp"
#include "bench/load/walk.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace atrium::bench {

/// Everything but `deliveries` and `acks` must be 0 after a correct run.
struct tally {
  /// First arrivals of a message at a member it was for.
  std::uint64_t deliveries = 0;
  /// Of places: those who do not know a user's last one.
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
  /// Of one sender, at one member.
  std::uint64_t out_of_order = 0;
  /// Places in a room's sequence where two members saw different messages.
  std::uint64_t order_differs = 0;
  std::uint64_t misrouted = 0;
  /// Messages of `prefill_sender`, which are in no other account.
  std::uint64_t prefilled = 0;
  std::uint64_t acks = 0;
  std::uint64_t acks_lost = 0;
  std::uint64_t acks_doubled = 0;
};

/// Stands in the stamp of what fills a room before the run.
inline constexpr std::uint32_t prefill_sender = ~std::uint32_t{0};

class ledger {
public:
  /// `echo`: senders get their own messages, so that all members see one order. `only_last`: of a
  /// sender's messages all but the last may be left out. `who` must outlive the ledger.
  ledger(const population& who, bool echo, bool only_last = false);

  /// Durations are recorded of messages that were due from `from` until before `to`.
  void measure(std::uint64_t from_ns, std::uint64_t to_ns) noexcept;

  /// `sender` gives its next message to the server; returns its sequence number.
  std::uint32_t send(std::uint32_t sender) noexcept { return ++senders_[sender].sent; }
  /// A message arrived at `receiver`.
  void deliver(std::uint32_t receiver, const stamp& s, std::uint64_t now) noexcept;
  /// `receiver` was told where `from` is after this step, which was due at `due_ns`.
  void see(std::uint32_t receiver, const taken_step& from, std::uint64_t due_ns,
           std::uint64_t now) noexcept;
  /// The server answered `receiver`'s message `sequence`, which was due at `due_ns`.
  void acknowledge(std::uint32_t receiver, std::uint32_t sequence, std::uint64_t due_ns,
                   std::uint64_t now) noexcept;

  /// Messages of `sender` that are not yet at all members.
  [[nodiscard]] std::uint32_t in_flight(std::uint32_t sender) const noexcept;
  /// Whether everything that was sent has arrived, and has its ack if `acks`.
  [[nodiscard]] bool is_settled(bool acks) const noexcept;
  [[nodiscard]] std::uint64_t sent() const noexcept;
  /// With what is missing now counted as lost.
  [[nodiscard]] tally close(bool acks) const noexcept;
  [[nodiscard]] const tally& running() const noexcept { return tally_; }

  [[nodiscard]] const histogram& latencies() const noexcept { return latencies_; }
  [[nodiscard]] const histogram& ack_latencies() const noexcept { return ack_latencies_; }

private:
  /// Which of the last 64 numbers of a sequence were seen.
  struct trail {
    std::uint32_t newest = 0;
    std::uint64_t seen = 0;
  };
  enum class step { next, late, again };
  static step follow(trail& t, std::uint32_t sequence) noexcept;

  struct sender_account {
    std::uint32_t sent = 0;
    std::uint32_t receivers = 0;
    std::uint64_t delivered = 0;
    std::uint64_t acknowledged = 0;
    trail acks;
  };
  /// The newest messages of a room, in the order in which the first member got them.
  struct room_order {
    std::uint64_t length = 0;
    std::vector<std::uint64_t> recent;
  };
  [[nodiscard]] std::uint64_t unseen() const noexcept;
  void check_order(std::uint32_t receiver, std::uint32_t room, const stamp& s) noexcept;

  const population& who_;
  bool echo_;
  bool only_last_;
  std::uint64_t from_ns_ = ~std::uint64_t{0};
  std::uint64_t to_ns_ = ~std::uint64_t{0};
  tally tally_;
  histogram latencies_;
  histogram ack_latencies_;
  std::vector<sender_account> senders_;
  /// By receiver, then by the sender's place in the room.
  std::vector<trail> trails_;
  /// How far each receiver is in its room's order.
  std::vector<std::uint64_t> positions_;
  std::vector<room_order> orders_;
};

} // namespace atrium::bench
