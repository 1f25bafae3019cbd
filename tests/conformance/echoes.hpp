// The applications of the conformance server.
#pragma once

#include "net/routes.hpp"

namespace atrium::test {

/// `/engine.io/`, `/socket.io/` and `/echo`, as main.cpp says.
[[nodiscard]] net::routes echo_routes();

} // namespace atrium::test
