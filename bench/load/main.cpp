// atrium_load: one run against one server. 0: clean; 1: something was lost, doubled, out of order
// or refused; 2: the run could not begin.
#include "bench/load/options.hpp"
#include "bench/load/run.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  int exit_code = 0;
  auto options = atrium::bench::read_options(argc, argv, exit_code);
  if (!options) return exit_code;
  try {
    atrium::bench::run r{*options};
    r.execute();
    std::cout << r.report() << std::endl;
    return r.is_clean() ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << "atrium_load: " << e.what() << "\n";
    return 2;
  }
}
