// Many threads put, one takes everything at once, in the order in which it was put. Lock-free: a
// stack that the taker turns over. Per putter, and so per actor, the order holds.
#pragma once

#include <atomic>
#include <utility>

namespace atrium::net {

template <class T>
class inbox {
public:
  inbox() = default;
  inbox(const inbox&) = delete;
  inbox& operator=(const inbox&) = delete;
  ~inbox() {
    take([](T&&) {});
  }

  /// True: it was empty, so the taker has to be woken.
  bool put(T&& value) {
    auto* before = head_.load(std::memory_order_relaxed);
    auto* n = new node{std::move(value), before};
    while (!head_.compare_exchange_weak(before, n, std::memory_order_release,
                                        std::memory_order_relaxed))
      n->next = before;
    return before == nullptr;
  }

  /// Calls `visit` for all that was put before the call. One thread only.
  template <class Visit>
  void take(Visit visit) {
    auto* n = reversed(head_.exchange(nullptr, std::memory_order_acquire));
    while (n != nullptr) {
      visit(std::move(n->value));
      delete std::exchange(n, n->next);
    }
  }

private:
  struct node {
    T value;
    node* next;
  };

  static node* reversed(node* n) noexcept {
    node* out = nullptr;
    while (n != nullptr) {
      auto* next = std::exchange(n->next, out);
      out = std::exchange(n, next);
    }
    return out;
  }

  std::atomic<node*> head_{nullptr};
};

} // namespace atrium::net
