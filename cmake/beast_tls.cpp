// The part of Asio's TLS that is no templates, compiled once (target atrium_beast_tls).
#include <boost/asio/ssl/impl/src.hpp>
