// `GET …/messages/export`: a room's messages as a file, in pieces.
//
//   stats of the room      may the client enter, what is the room's id, where does it stand
//   page after page        from the first message to the one that was the last then; each is written
//                          before the next is asked for
//   the end                of chunks (HTTP/1.1) or of the connection (HTTP/1.0)
//
// Memory: one page, however slowly it is read; a reader that takes nothing for `limits.stalled` is
// cut. When a page fails after the first bytes, or the server leaves, the connection is reset, so that
// the client knows that the file is not whole.
#include "net/http_session_impl.hpp"

#include "log/log.hpp"

#include <algorithm>
#include <charconv>

namespace atrium::net {
namespace {

/// At most 5 MB of JSON, usually 30 KB.
constexpr std::size_t page_messages = 100;

void append_chunk(std::string& out, std::string_view bytes) {
  char digits[2 * sizeof(std::size_t)];
  auto size = std::to_chars(std::begin(digits), std::end(digits), bytes.size(), 16);
  out.append(digits, size.ptr);
  out += "\r\n";
  out += bytes;
  out += "\r\n";
}

} // namespace

void http_session::begin_export(const export_call& call) {
  export_.emplace(room_export{call.room, call.format});
  thread_->tell(thread_->home().directory, routed_request{caller_of(call.room), get_stats{}});
}

void http_session::on_export_result(command_result&& outcome) {
  if (auto* why = std::get_if<failure>(&outcome)) {
    if (export_->has_begun) return end();
    return answer(answer_failure(*why));
  }
  if (const auto* page = std::get_if<history_result>(&outcome)) return take_page(*page);
  const auto& stats = std::get<room_stats>(outcome);
  export_->until = stats.seq;
  export_->file_name = "room-" + stats.room.room.id.value + "."
                       + std::string{to_string(export_->format)};
  bool is_head = method_text() == "HEAD";
  is_head ? write_part({}) : ask_page();
}

void http_session::ask_page() {
  get_history page;
  page.limit = page_messages;
  page.after = make_message_id(export_->last, "export");
  thread_->tell(thread_->home().directory,
                routed_request{caller_of(export_->room), std::move(page)});
}

void http_session::take_page(const history_result& page) {
  auto& e = *export_;
  std::string text;
  if (!e.has_begun) append_export_begin(text, e.format);
  auto before = e.last;
  bool reached_end = !page.has_more;
  for (const auto& message : page.messages) {
    auto seq = seq_of_stored(*message);
    if (seq > e.until) {
      reached_end = true;
      break;
    }
    append_exported(text, e.format, *message, e.last == 0);
    e.last = std::max(e.last, seq);
  }
  if (!reached_end && e.last == before) {
    log::error("export_stuck", {{"room", e.room}, {"seq", before}});
    return on_export_result(failure{errc::internal, "the messages could not be read"});
  }
  e.is_whole = reached_end;
  if (reached_end) append_export_end(text, e.format);
  write_part(std::move(text));
}

// `text` is the next part of the body; none of a HEAD's answer.
void http_session::write_part(std::string text) {
  auto& e = *export_;
  auto version = parser_->get().version();
  bool is_head = method_text() == "HEAD";
  e.is_whole = e.is_whole || is_head;
  out_.clear();
  e.written_bytes = 0;
  if (!e.has_begun) {
    closes_after_ = closes_after_ || version == 10 || !parser_->get().keep_alive()
                    || thread_->shared().draining;
    out_ = spell_download_head({content_type_of(e.format), e.file_name}, context_of_answer(),
                               config().cors.origins);
    e.has_begun = true;
  }
  if (version == 10)
    out_ += text;
  else if (!text.empty())
    append_chunk(out_, text);
  if (version != 10 && e.is_whole && !is_head) out_ += "0\r\n\r\n";
  write_on();
}

void http_session::write_on() {
  set_deadline(config().limits.stalled);
  auto rest = boost::asio::buffer(out_) + export_->written_bytes;
  socket_.async_write_some(
      rest, [me = self()](boost_error ec, std::size_t bytes) { me->on_part_written(ec, bytes); });
}

void http_session::on_part_written(boost_error ec, std::size_t bytes) {
  if (has_ended_) return;
  if (ec) return end();
  auto& e = *export_;
  e.written_bytes += bytes;
  if (e.written_bytes < out_.size()) return write_on();
  out_ = {};
  if (!e.is_whole) return ask_page();
  export_.reset();
  on_written(ec);
}

void http_session::drain() {
  if (export_ && export_->has_begun && !export_->is_whole) end();
}

} // namespace atrium::net
