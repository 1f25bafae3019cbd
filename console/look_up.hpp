// Names that the server knows, for completion: short of time, and silent about what goes wrong.
#pragma once

#include "console/api.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace atrium::console {

/// Ids of rooms (`CODE`) or users (`USER`) that begin so, at most 200; none if the server does not
/// answer within a second. Names that a shell would not take as they are, and run or expand, are left
/// out.
[[nodiscard]] std::vector<std::string> look_up(api_options options, std::string_view kind,
                                               std::string_view beginning);

} // namespace atrium::console
