// The parts of Asio and Beast that are no templates, compiled once (target atrium_beast).
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
