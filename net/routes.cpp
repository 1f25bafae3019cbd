// See routes.hpp.
#include "net/routes.hpp"

#include "net/native_session.hpp"
#include "net/socketio_client.hpp"

namespace atrium::net {

routes atrium_routes() {
  auto make_client = [](io_thread& thread,
                        engineio_opening o) -> std::shared_ptr<engineio_session> {
    return std::make_shared<socketio_client>(thread, std::move(o));
  };
  return {{{"/ws", start_native}, {"/", start_native}}, {{"/socket.io/", make_client}}};
}

} // namespace atrium::net
