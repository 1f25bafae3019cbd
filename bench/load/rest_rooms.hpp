// Rooms on a server that wants them created before anybody joins (contract §4).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace atrium::bench {

/// The rooms of one run: made when it begins, deleted when it is over. One HTTP connection, one
/// request at a time.
class rest_rooms {
public:
  /// Creates `count` rooms of this kind (`room`, `space`) for `capacity` participants each. Throws
  /// std::runtime_error with what the server said when it refuses.
  rest_rooms(std::uint16_t port, std::uint32_t count, std::uint32_t capacity, const char* kind);
  ~rest_rooms();
  rest_rooms(const rest_rooms&) = delete;
  rest_rooms& operator=(const rest_rooms&) = delete;

  [[nodiscard]] const std::vector<std::string>& ids() const noexcept { return ids_; }
  /// Deletes them all. Throws as the constructor does.
  void remove();

private:
  /// The body of the answer, if its status is `wanted`.
  std::string ask(const std::string& method, const std::string& path, const std::string& body,
                  int wanted);
  std::string read_answer(int wanted);

  std::uint16_t port_;
  int socket_ = -1;
  std::vector<std::string> ids_;
};

} // namespace atrium::bench
