// Whiteboard scenes as unit tests spell them: JSON text.
#pragma once

#include <string>
#include <vector>

namespace atrium::test {

/// An element with a key; `more` is appended as it is: `,"x":1`.
inline std::string element(const std::string& id, int version, int nonce = 0,
                           const std::string& more = "") {
  return R"({"id":")" + id + R"(","version":)" + std::to_string(version) + R"(,"versionNonce":)"
         + std::to_string(nonce) + more + "}";
}

inline std::string array(const std::vector<std::string>& elements) {
  std::string out = "[";
  for (const auto& e : elements) out += (out.size() > 1 ? "," : "") + e;
  return out + "]";
}

} // namespace atrium::test
