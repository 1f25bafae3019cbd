// Files of pages: the operators' page for who may have one, and the web app for everybody.
//
// A body is written from where the server keeps it: however many read the same file, and however
// slowly, it is there once, and each costs its socket only. A reader may take as long as it likes,
// unless it takes nothing at all. REST's paths are never files, whatever the folder holds.
#include "net/http_session_impl.hpp"

#include <boost/asio/buffer.hpp>

#include <array>

namespace atrium::net {

std::optional<static_answer> http_session::find_file(const static_table& files) const {
  namespace http = boost::beast::http;
  return find_static({method_text(), target_text(), header(http::field::if_none_match),
                      header(http::field::accept_encoding)},
                     files);
}

bool http_session::answer_console_file() {
  if (config().admin.token.empty() && config().auth.mode != "jwt") return false;
  auto found = find_file(thread_->shared().console);
  if (!found) return false;
  // What this connection was asked before does not count.
  call_ = rest_refusal{};
  if (may_ask(address())) answer_file(*found);
  return true;
}

bool http_session::answer_app_file() {
  auto found = find_file(thread_->shared().app);
  if (!found || is_rest_path(*target_)) return false;
  call_ = rest_refusal{};
  // Not limited as REST is: a page of which some files are refused is none, and they cost little.
  if (thread_->shared().draining)
    refuse(503, {errc::shutting_down, "the server is shutting down", config().server.retry_after});
  else
    answer_file(*found);
  return true;
}

void http_session::answer_file(const static_answer& found) {
  if (found.status == 405)
    return refuse(405, {errc::bad_request, "a file is only read"}, "GET, HEAD");
  counts().add_http_answer(found.status);
  closes_after_ = closes_after_ || !parser_->get().keep_alive();
  const auto context = context_of_answer();
  out_ = spell_static_head(found, context);
  file_.emplace(file_body{static_body(found, context)});
  write_file();
}

void http_session::write_file() {
  set_deadline(config().limits.stalled);
  const std::array<boost::asio::const_buffer, 2> whole{
      boost::asio::buffer(out_), boost::asio::buffer(file_->bytes.data(), file_->bytes.size())};
  const auto head_done = std::min(file_->written_bytes, out_.size());
  const std::array<boost::asio::const_buffer, 2> rest{
      whole[0] + head_done, whole[1] + (file_->written_bytes - head_done)};
  socket_.async_write_some(rest, [me = self()](boost_error ec, std::size_t bytes) {
    if (me->has_ended_) return;
    if (ec) return me->end();
    me->file_->written_bytes += bytes;
    if (me->file_->written_bytes < me->out_.size() + me->file_->bytes.size())
      return me->write_file();
    me->file_.reset();
    me->on_written(ec);
  });
}

} // namespace atrium::net
