// Results of native clients: `{"type":"ack","ref":…,…}`, or an `error` event for a failure that
// nobody gave a `ref` for. Pure.
#include "net/json_spelling.hpp"
#include "net/native_vocabulary.hpp"
#include "net/websocket_frame.hpp"

#include "json/json.hpp"

namespace atrium::net {

using json::object_writer;

frame encode_failure(const failure& why, std::string_view ref, std::string_view event) {
  text_frame f;
  object_writer w{f.text()};
  w.text("type", ref.empty() ? "error" : "ack");
  if (!ref.empty()) w.raw("ref", ref);
  append_failure(w, why);
  if (ref.empty()) {
    w.text("event", event).text("message", why.sentence);
  }
  w.end();
  return f.finish();
}

frame encode_result(const command_result& outcome, std::string_view ref, std::string_view event) {
  const auto* why = std::get_if<failure>(&outcome);
  if (ref.empty() && (why == nullptr || why->is_told)) return nullptr;
  if (why != nullptr) return encode_failure(*why, ref, event);
  text_frame f;
  object_writer w{f.text()};
  w.text("type", "ack").raw("ref", ref).boolean("success", true);
  append_result(w, outcome);
  w.end();
  return f.finish();
}

} // namespace atrium::net
