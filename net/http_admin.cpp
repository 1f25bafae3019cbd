// What operators ask over HTTP, and who answers: rooms through the directory, users through their
// shards, the desk, and all I/O threads for what only sessions know. Each request that acts is recorded
// when its outcome is known, before it is answered; one whose outcome never comes is recorded as failed.
#include "net/admin_spelling.hpp"
#include "net/event_spelling.hpp"
#include "net/http_session_impl.hpp"
#include "net/overview.hpp"
#include "net/rest_reading.hpp"
#include "net/survey.hpp"
#include "net/tail_session.hpp"

#include "log/log.hpp"

namespace atrium::net {
namespace {

namespace http = boost::beast::http;

template <class... Ts>
struct overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;

constexpr std::string_view farewell = "disconnected by an operator";

/// A success with what `append` adds.
template <class Append>
rest_answer spell_success(Append append) {
  rest_answer a;
  json::object_writer w{a.body};
  w.boolean("success", true);
  append(w);
  w.end();
  return a;
}

rest_answer spell_count(std::string_view name, std::size_t n) {
  return spell_success([&](json::object_writer& w) { w.number(name, n); });
}

} // namespace

// ---- who asks --------------------------------------------------------------------------------

// In the time that an address has to wait, a right token and a wrong one are told the same: whatever
// strangers are told, and 429 where they are told that they are none.
void http_session::weigh_token(const rest_request& asked, const std::string& ip) {
  const auto& token = config().admin.token;
  if (token.empty() || bearer_token(header(http::field::authorization)).empty()) return;
  auto& shared = thread_->shared();
  auto now = thread_->home().env.now();
  auto wait = shared.operator_failures.wait(ip, {}, now);
  bool is_right = who_.is_operator && !who_.token;
  if (is_right && wait.count() == 0) return;
  if (is_right) {
    who_ = {};
    auto stranger = asked;
    stranger.who = {};
    call_ = read_rest_call(stranger, config());
  }
  const auto* no = std::get_if<rest_refusal>(&call_);
  // Where clients have tokens of their own, theirs may just have expired.
  bool is_for_operators = is_admin_path(*target_) || thread_->home().tokens == nullptr;
  bool is_figures = std::holds_alternative<metrics_call>(call_) && config().admin.metrics == "token"
                    && !who_.is_operator;
  bool is_wrong = is_figures
                  || (no != nullptr && no->why.code == errc::unauthorized && is_for_operators);
  if (!is_wrong) return;
  if (wait.count() == 0) return shared.operator_failures.failed(ip, now);
  call_ = rest_refusal{429,
                       over(limit::join_failures_per_minute, errc::rate_limited,
                            "too many wrong tokens from this address; try again later", wait),
                       {}};
}

// ---- asking ----------------------------------------------------------------------------------

template <class Answer>
auto http_session::when_answered(Answer answer) {
  // Weakly: it may be let go of on another thread.
  std::weak_ptr<session> me = weak_from_this();
  return [me = std::move(me), request = request_, answer = std::move(answer)](auto&& what) {
    auto found = me.lock();
    if (!found) return;
    auto& asker = static_cast<http_session&>(*found);
    if (asker.settle(request)) answer(asker, std::forward<decltype(what)>(what));
  };
}

void http_session::ask_admin(admin_call& call) {
  const auto& home = thread_->home();
  std::visit(
      overloaded{
          [&](look_over&) { thread_->tell(home.directory, health_request{caller_of({})}); },
          [&](room_order& o) {
            thread_->tell(home.directory, routed_request{caller_of(o.room), std::move(o.command)});
          },
          [&](list_connections& l) { survey(l); },
          [&](list_online_users& l) { ask_online_users(l); },
          [&](look_at_user& u) {
            user_call about{u.user, std::nullopt};
            ask_user(about);
          },
          [&](user_order& o) { ask_shard(o); },
          [&](desk_command& c) {
            thread_->tell(home.desk, desk_request{caller_of({}), std::move(c)});
          },
          [&](list_relays& l) {
            if (!home.relays) return conclude(relays_page{});
            thread_->tell(home.relays, relays_request{caller_of({}), std::move(l)});
          },
          [&](open_tail& t) { hand_over_to_tail(std::move(t)); },
          [&](announce_to_all& a) { announce_to(a); },
          [&](cut_connection& c) { cut(c); },
          [&](drain_server&) { begin_drain(); },
          [&](get_log_level&) { answer_log_level(); },
          [&](set_log_level& l) {
            log::set_level(l.level);
            answer_log_level();
          },
      },
      call.command);
}

void http_session::ask_shard(user_order& order) {
  const auto& shards = thread_->home().shards;
  if (!shards) return conclude(failure{errc::unknown_event, "nobody knows users here"});
  const auto& shard = shards->of(order.user);
  thread_->tell(
      shard, operator_user_request{caller_of({}), std::move(order.user), std::move(order.command)});
}

void http_session::survey(list_connections& wanted) {
  wait_for_answer();
  survey_connections(*thread_, std::move(wanted),
                     when_answered([](http_session& me, const connections_page& page) {
                       me.conclude(
                           spell_success([&](json::object_writer& w) { append_members(w, page); }));
                     }));
}

void http_session::announce_to(const announce_to_all& what) {
  wait_for_answer();
  const event said = announced{{}, what.message, thread_->home().env.now()};
  frames bytes;
  for (auto w : {wire::native, wire::socketio})
    bytes[static_cast<std::size_t>(w)] = vocabularies().encode(said, w, {});
  announce_everywhere(*thread_, std::move(bytes),
                      when_answered([](http_session& me, std::size_t told) {
                        me.conclude(spell_count("connections", told));
                      }));
}

void http_session::cut(cut_connection& order) {
  wait_for_answer();
  auto reason = order.reason.empty() ? std::string{farewell} : std::move(order.reason);
  cut_off(*thread_, order.connection, std::move(reason),
          when_answered([](http_session& me, bool was_there) {
            if (was_there) return me.conclude(done{});
            me.refuse(404, {errc::bad_request, "no connection has this id"});
          }));
}

void http_session::begin_drain() {
  auto& shared = thread_->shared();
  const auto& end_server = thread_->home().shut_down;
  if (!end_server)
    return conclude(failure{errc::internal, "this server can only be ended by a signal"});
  auto a = spell_success([](json::object_writer&) {});
  a.status = 202;
  conclude(std::move(a));
  // A second signal would end it without a drain.
  if (!shared.is_end_asked.exchange(true)) end_server();
}

void http_session::answer_log_level() {
  conclude(spell_success([](json::object_writer& w) { w.text("level", log::level_name()); }));
}

void http_session::hand_over_to_tail(open_tail what) {
  auto& shared = thread_->shared();
  counted place{shared.tails};
  auto most = config().admin.tails;
  if (most != 0 && shared.tails > most)
    return refuse(429, {errc::rate_limited, "as many streams are open as may be"});
  caller from;
  from.is_operator = true;
  if (who_.token) {
    from.user = who_.token->user;
    from.rooms = who_.token->rooms;
  }
  auto context = context_of_answer();
  tail_opening o{std::move(socket_),        std::move(socket_count_),
                 std::move(request_count_), std::move(place),
                 std::move(what),           std::move(from),
                 context.version,           std::string{context.origin}};
  auto& thread = *thread_;
  end();
  start_tail(thread, std::move(o));
}

// ---- answering -------------------------------------------------------------------------------

void http_session::on_admin_result(command_result&& outcome) {
  if (const auto* health = std::get_if<health_view>(&outcome)) {
    auto whole = look_over_server(thread_->shared(), *health);
    return conclude(
        spell_success([&](json::object_writer& w) { append_members(w, whole, counts()); }));
  }
  if (auto* room = std::get_if<room_inspection>(&outcome)) return show_seats(std::move(*room));
  if (auto* user = std::get_if<user_view>(&outcome)) return show_sessions(std::move(*user));
  if (const auto* portion = std::get_if<clean_portion>(&outcome))
    if (auto& deed = std::get<admin_call>(call_).deed)
      deed->detail = "removed " + std::to_string(portion->removed);
  conclude(outcome);
}

void http_session::show_seats(room_inspection&& room) {
  wait_for_answer();
  std::vector<session_id> wanted;
  for (const auto& who : room.participants)
    for (const auto& seat : who.seats) wanted.push_back(seat.session);
  auto shown = std::make_shared<const room_inspection>(std::move(room));
  describe_connections(*thread_, std::move(wanted),
                       when_answered([shown](http_session& me, const connection_views& views) {
                         me.conclude(spell_success(
                             [&](json::object_writer& w) { append_members(w, *shown, views); }));
                       }));
}

void http_session::show_sessions(user_view&& user) {
  wait_for_answer();
  auto wanted = user.sessions;
  auto shown = std::make_shared<const user_view>(std::move(user));
  describe_connections(*thread_, std::move(wanted),
                       when_answered([shown](http_session& me, const connection_views& views) {
                         me.conclude(spell_success(
                             [&](json::object_writer& w) { append_members(w, *shown, views); }));
                       }));
}

void http_session::conclude(const command_result& outcome) {
  const auto* why = std::get_if<failure>(&outcome);
  record_deed(why == nullptr ? "ok" : to_string(why->code));
  answer(answer_result(outcome, call_));
}

void http_session::conclude(rest_answer a) {
  record_deed("ok");
  answer(std::move(a));
}

void http_session::record_deed(std::string_view outcome) {
  auto* call = std::get_if<admin_call>(&call_);
  if (call == nullptr || !call->deed) return;
  auto deed = *std::exchange(call->deed, std::nullopt);
  const auto& home = thread_->home();
  deed.at = home.env.now();
  deed.from = address();
  deed.outcome = outcome;
  thread_->tell(home.desk, operator_acted{std::move(deed)});
}

} // namespace atrium::net
