// What is asked of all client sessions, wherever they are: how they do, and to hear or to go. A thread
// looks at a few hundred in a turn of its loop; other work comes in between. All functions are called on
// the thread `asker` and answer there; they answer nothing if the server stops before.
#pragma once

#include "net/admin_spelling.hpp"
#include "net/connection_list.hpp"
#include "net/io_thread.hpp"

#include <functional>
#include <string>
#include <vector>

namespace atrium::net {

/// The connections that come first.
void survey_connections(io_thread& asker, list_connections wanted,
                        std::function<void(connections_page&&)> done);
/// How these do; those that are gone are missing.
void describe_connections(io_thread& asker, std::vector<session_id> wanted,
                          std::function<void(connection_views&&)> done);
/// Says this to every client; `done` is told to how many.
void announce_everywhere(io_thread& asker, frames bytes, std::function<void(std::size_t)> done);
/// Closes one connection with 4403; false: there is none of this id.
void cut_off(io_thread& asker, session_id connection, std::string reason,
             std::function<void(bool)> done);

} // namespace atrium::net
