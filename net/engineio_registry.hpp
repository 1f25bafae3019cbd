// Engine.IO's sessions of one server by their secret ids, so that any thread's HTTP request finds
// its session and the thread that the session lives on. A mutex guards the table, which is touched
// once per polling request, never per message. As many entries as admitted connections, at most.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace atrium::net {

class engineio_session;
class io_thread;

class engineio_registry {
public:
  struct entry {
    io_thread* thread = nullptr;
    /// To be used on `thread` only.
    std::weak_ptr<engineio_session> session;
  };

  void add(const std::string& sid, entry e) {
    std::lock_guard guard{mutex_};
    entries_.insert_or_assign(sid, std::move(e));
  }
  void remove(const std::string& sid) {
    std::lock_guard guard{mutex_};
    entries_.erase(sid);
  }
  /// Null `thread`: there is no such session.
  [[nodiscard]] entry find(const std::string& sid) const {
    std::lock_guard guard{mutex_};
    auto found = entries_.find(sid);
    return found == entries_.end() ? entry{} : found->second;
  }

private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, entry> entries_;
};

} // namespace atrium::net
