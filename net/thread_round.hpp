// A question to all I/O threads of a server: each answers it in portions, one per turn of its loop, and
// the answers come together where it was asked.
#pragma once

#include "net/gate.hpp"
#include "net/io_thread.hpp"

#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace atrium::net {

/// What is under way of one question. `Part` is a value:
///   bool go_on(io_thread&)   one portion of a thread's share, on that thread; false: that was the last
///   void merge(Part&&)       takes up what another thread found
template <class Part>
class thread_round : public std::enable_shared_from_this<thread_round<Part>> {
public:
  thread_round(io_thread& asker, Part question, std::function<void(Part&&)> done)
      : asker_{asker}, sum_{std::move(question)}, done_{std::move(done)} {}

  void begin() {
    const auto& threads = asker_.shared().threads;
    missing_ = threads.size();
    for (auto* t : threads)
      boost::asio::post(t->context(),
                        [me = this->shared_from_this(), t, part = std::make_shared<Part>(sum_)] {
                          me->go_on(*t, part);
                        });
  }

private:
  void go_on(io_thread& t, const std::shared_ptr<Part>& part) {
    auto me = this->shared_from_this();
    if (part->go_on(t)) return t.do_next_turn([me, &t, part] { me->go_on(t, part); });
    boost::asio::post(asker_.context(), [me, part] { me->take(std::move(*part)); });
  }
  void take(Part&& part) {
    sum_.merge(std::move(part));
    if (--missing_ == 0) done_(std::move(sum_));
  }

  io_thread& asker_;
  /// Of the asker's thread from `begin` on.
  Part sum_;
  std::function<void(Part&&)> done_;
  std::size_t missing_ = 0;
};

/// Asks on the current thread, which must be `asker`; `done` is called there, but never if the server
/// stops before. What it holds must not need the asker's thread to be let go of.
template <class Part>
void ask_all_threads(io_thread& asker, Part question, std::function<void(Part&&)> done) {
  std::make_shared<thread_round<Part>>(asker, std::move(question), std::move(done))->begin();
}

} // namespace atrium::net
