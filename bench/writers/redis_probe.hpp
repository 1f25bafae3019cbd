// A connection of the benchmark's own to Redis: holds it still, and looks what is in it.
#pragma once

#include "bench/writers/backlog.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct redisContext;

namespace atrium::bench {

class redis_probe {
public:
  /// Throws std::runtime_error when nobody answers.
  redis_probe(const std::string& host, int port);

  /// Redis answers no command that writes until `resume`, or for a minute.
  void pause();
  void resume();
  /// Compares everything that contract §5 wants of `room` with what is there; of the single
  /// messages only a sample. A sentence about the first difference; nothing: all is there.
  [[nodiscard]] std::optional<std::string> find_fault(const backlog_room& room);

private:
  struct closer {
    void operator()(redisContext* context) const;
  };
  /// A number, or a text that spells one. -1 for anything else.
  std::int64_t number(const std::vector<std::string>& words);
  std::string text(const std::vector<std::string>& words);

  std::unique_ptr<redisContext, closer> context_;
};

} // namespace atrium::bench
